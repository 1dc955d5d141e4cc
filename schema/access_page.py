"""The page `docs/access.md`: the table of who may see what, as somebody reads it who has never seen the code."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from resolvers.access import CONTACT_WORDS, DIRECTORY, GALLERY, ROW_WORDS, Access, read_table

_HEAD: Final = """\
# Who may see and do what

This page is written from `resolvers/access.py` (`rollegalleri schema --write`), which is what the statements are compiled from.
Without a token one is *anybody*; a token is of KOMBIT, of a municipality or of a vendor, as a reader or an editor (docs/deployment.md).

| circle | who is in it |
|---|---|
| anybody | everybody, with a token or without |
| authorities | KOMBIT and every municipality |
| own | authorities may ask; null for what belongs to another municipality. KOMBIT has all |
| KOMBIT | KOMBIT's programme office |
| vendors | every ERP vendor, in the vendor directory alone |

Whoever asks for a field outside the circle gets `NOT_ALLOWED` for the root field, told by audience and document alone; nothing is read.
Vendors see in the gallery what anybody sees, and look contacts up in the vendor directory (`/directory/graphql`).
There every field is for vendors alone, and of their customers (the last table). Who operates the installation may see and do everything, on its own
command line.

## What is as if it were not there

A row outside the circle is left out by a predicate of the statement, in lists, counts, filters, searches, by name and by id alike: the
answer is that of something that does not exist.

How far a municipality is with its tasks is its own and KOMBIT's (decision 0013), and so is what follows from it. KOMBIT is told of all; a
municipality of itself alone, and asked for others `gaps`, `Municipality.tasks`, `Task.blockedBy` and both `agreements` are empty, `impact`,
`PersonTask.state` and `MapNode.progress` null; `Impact.tasks` has the own municipality's alone. Empty does not say that nothing is missing there:
`coverage` tells authorities who holds what, everywhere.

"""


def page() -> str:
    """Give the page's text."""
    access = read_table(GALLERY)
    mutations = access.circles["Mutation"]
    parts = [_HEAD, "| kind | who sees it |\n|---|---|\n"]
    parts += [f"| {label} | {words} |\n" for label, words in ROW_WORDS.items()]
    parts += ["\n## Contact points\n\n| class | who sees it |\n|---|---|\n"]
    parts += [f"| `{name}` | {words} |\n" for name, words in CONTACT_WORDS.items()]
    parts.append(_FILE)
    parts += ["\n## Changes\n\n| mutation | who may make it |\n|---|---|\n"]
    parts += [f"| `{name}` | {_EDITORS[circle]} |\n" for name, circle in mutations.items()]
    parts.append(_REFUSED)
    parts += _fields("Fields", access, ("anybody", "authorities", "own", "KOMBIT"))
    parts += _fields("Fields of the vendor directory", read_table(DIRECTORY), ("vendors",))
    return "".join(parts)


_FILE: Final = """
## All that is kept of a person

`accessLog` and `personFile` are for the person, the municipality that they belong to, and KOMBIT: empty and null for others. In the
file, each is given:

| who asks | what they are given |
|---|---|
| the municipality, KOMBIT | what the tables above let them see: no `Report`, contact point, change or what it did (`edits`) that is not theirs to see |
| the person, by a token that names them | all that is about them; of texts that name them, and of what they did, what that token may see |
| who operates the installation (`rollegalleri person export`) | everything, also what is found by a name or an address alone |
"""
_REFUSED: Final = """
An editor changes what is the municipality's own, and a change that touches anything else is refused whole (`NotAllowed`). What may not be
seen is no input either: its id is as unknown as any other.
"""
_EDITORS: Final[Mapping[str, str]] = {
    "municipality": "editors of the municipality that it is about",
    "editors": "editors of the municipality that it is about; KOMBIT's, of what belongs to no municipality and of ERP systems in use",
    "KOMBIT": "editors of KOMBIT",
    "reporters": "KOMBIT, every municipality, and vendors for their customers; readers too",
}


def _fields(title: str, access: Access, columns: Sequence[str]) -> Iterator[str]:
    """Give a table's types, with the fields of each circle in its column.

    Raises:
        ValueError: a field is of a circle that has no column.
    """
    yield f"\n## {title}\n\n| type | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}\n"
    for name, circles in access.circles.items():
        if name == "Mutation":
            continue
        if left_out := set(circles.values()) - set(columns):
            raise ValueError(f"{name}: no column for {', '.join(sorted(left_out))}")
        cells = (" ".join(f"`{field}`" for field, its in circles.items() if its == circle) for circle in columns)
        yield f"| {name} | {' | '.join(cells)} |\n"
