"""Erasing a person: the one place where something is taken out of the graph in place (docs/decisions/0012).

The facts stay, and say “erased person”. What described her goes: name, employment, contact points, what others wrote of her,
the inputs that named her (as hashes), and her part in the access log. A tombstone stays, `(:Erased {key, at, home})`, without
anything of hers: a restore of an older backup erases by it again, with the same statement, and no further than it was done.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from graph.driver import Database, Statement, Transaction
from graph.recording import BY_INPUT
from graph.shape import ARROWS

NAME: Final = "Slettet person"
"""What an erased person is called wherever a fact tells of them."""
TEXT: Final = "(slettet)"
"""What stands in the place of a text that must be there."""
ACTOR: Final = "slettet person"
ALL: Final = "all"
"""How far who operates the installation reaches, as a tombstone says it."""
FEW: Final = 50
"""Of a change of at most so many facts and things the reason goes; that of a larger one (an import) if it has a word of hers."""
SECONDS: Final = 60.0


def _has_one(of: str) -> str:
    return f"any(@t IN @{of} WHERE toLower({{x}}) CONTAINS @t)"


IN_TERMS: Final = _has_one("terms")
"""What must hold of a text that names her, or says how to reach her."""
_IN_WORDS: Final = f"({IN_TERMS} OR @x.slot IN @slots AND {_has_one('words')})"
"""The same, or it is of one of her places and has a part of her name."""
_IN_NAMES: Final = _has_one("names")
"""The same, but by her name alone."""
TEXTS: Final = (
    # Of whom a fact of her own places says something: also by a part of her name. Elsewhere: by her name, or how to reach her.
    ("Vacancy", "reason", "$p.text", _IN_WORDS),
    ("Confirmation", "by", "null", _IN_WORDS),
    ("Report", "by", "null", _IN_WORDS),
    ("Report", "comment", "$p.text", _IN_WORDS),
    ("Translation", "title", "null", IN_TERMS),
    ("Translation", "unit", "null", IN_TERMS),
    ("Agreement", "name", "$p.text", IN_TERMS),
    ("Agreement", "reason", "null", IN_TERMS),
    ("Agreement", "comment", "null", IN_TERMS),
    ("Agreement", "receiver", "null", IN_TERMS),
    ("Agreement", "dataLimit", "null", IN_TERMS),
    ("Agreement", "approvedBy", "null", IN_TERMS),
    ("Mailbox", "purpose", "null", IN_TERMS),
    # One that is called by its address, at which she is reached as well, stays.
    ("Mailbox", "name", "$p.text", _IN_NAMES),
    # What is read in every municipality.
    ("Terms", "title", "$p.text", IN_TERMS),
    ("Terms", "note", "null", IN_TERMS),
    ("Name", "note", "null", IN_TERMS),
    ("Gallery", "note", "null", IN_TERMS),
    ("ItSystem", "note", "null", IN_TERMS),
)
"""Where others can have named her: label, property, what stands there afterwards, and what must hold of it (of `{x}`)."""
_FOLDED: Final = frozenset({("Mailbox", "name"), ("Agreement", "name"), ("Terms", "title")})
"""Those that things are looked for by, in `folded`."""
_REACHED: Final = "($p.home IS NULL OR coalesce(head([(x)-[:{arrow}]->(m:Municipality) | m.code]), '') = $p.home)"
"""How far an editor reaches: what a person is called is the editor's to write, and so what is looked for. `home` is the code of a
municipality, whose own it is, empty for what belongs to none, and null for everything, which the operator alone reaches."""
_OWNED: Final = frozenset((arrow.source, arrow.type) for arrow in ARROWS if "Municipality" in arrow.targets)
"""Labels that can belong to a municipality, and by which arrow."""


def found_by(names: str = "[]", values: str = "[]", subjects: str = "[]") -> str:
    """Give the template that tells by what the texts about `@people` are found, and what they did themselves.

    `@words`: parts of their names; `@names`; `@terms`: names, and how to reach them; `@subjects`: what a token of theirs may call
    them, small letters alone. `names`, `values` and `subjects` are expressions for what they were called, and reached at, besides.
    """
    return f"""\
WITH *, [@n IN @people | @n.key] AS @keys,
  [@n IN [@o IN @people WHERE @o.name <> '{NAME}' | @o.name] + {names} |
    [@w IN split(@n, ' ') WHERE NOT @w IN ['', 'Demo'] | toLower(@w)]] AS @split,
  reduce(@so_far = {values}, @n IN @people | @so_far + @n.contactValues) AS @values
WITH *, reduce(@so_far = [], @parts IN @split | @so_far + [@w IN @parts WHERE size(@w) > 2]) AS @words,
  // A name of one word, or a short contact point, is found in too much: it counts where her own facts are alone.
  [@t IN reduce(@so_far = [], @parts IN @split | @so_far + [@parts[0] + ' ' + @parts[-1],
      reduce(@one = head(@parts), @w IN tail(@parts) | @one + ' ' + @w)]) WHERE @t CONTAINS ' '] AS @names
WITH *, @names + [@v IN @values WHERE size(@v) > 7 | toLower(@v)] AS @terms, [@v IN @values + {subjects} | toLower(@v)] AS @subjects
"""


def hers(actor: str = "@x.actor", subjects: str = "@subjects") -> str:
    """Give what must hold of the `actor` of a change or a look that somebody made.

    It has a key of theirs, or was made with a token of any municipality (they may have moved), or of KOMBIT, whose subject is one
    of `subjects`, in whatever letters.
    """
    speaks = f"({actor} STARTS WITH 'municipality:' OR {actor} STARTS WITH 'kombit/')"
    subject = f"toLower(substring({actor}, size(split({actor}, '/')[0]) + 1))"
    return f"({speaks} AND {subject} IN {subjects} OR any(@k IN @keys WHERE {actor} CONTAINS @k))"


_NO_INPUT: Final = f"""c.inputHash = '',
    c.operationId = CASE WHEN c.operationId STARTS WITH '{BY_INPUT}' THEN '{BY_INPUT}' + randomUUID() ELSE c.operationId END"""
"""No hash of a change's input is left: whoever knows the rest of the input finds a name by trying names."""
_FORGET: Final = f"""\
WITH x CALL (x) {{ MATCH (x)<-[:TOUCHED|RECORDED|CLOSED]-(c:Change) RETURN c%s }} SET {_NO_INPUT}"""
"""The hashes of the inputs that such a text came with go with it."""
_SAID_AGAIN: Final = " UNION MATCH (:Report {slot: x.slot})<-[:CLOSED]-(c:Change) RETURN c"
"""Who confirms again what was confirmed that day only closes reports of the place."""


def _text(label: str, name: str, instead: str, found: str) -> str:
    arrow = "BELONGS_TO" if label == "Mailbox" else "IN"
    # What can belong to no municipality at all is everybody's: that an editor gave somebody such a name takes nothing out of it.
    reached = _REACHED.format(arrow=arrow) if (label, arrow) in _OWNED else "$p.home IS NULL"
    folded = ", x.folded = ''" if (label, name) in _FOLDED else ""
    where = f"x.{name} IS NOT NULL AND {found.format(x=f'x.{name}')} AND {reached}"
    forget = _FORGET % (_SAID_AGAIN if label == "Confirmation" else "")
    text = f"CALL (terms, names, words, slots) {{ MATCH (x:{label}) WHERE {where} SET x.{name} = {instead}{folded} {forget} }}"
    return _plain(text)


def _plain(template: str) -> str:
    """Write a template out where its variables need no other names."""
    return template.replace("@", "")


STATEMENT: Final = f"""\
MATCH (:Person {{key: $p.key}})<-[:MERGED_INTO*0..]-(n:Person)
WHERE NOT $p.again OR EXISTS {{ MATCH (:Erased {{key: n.key}}) }}
WITH collect(DISTINCT n) AS people
{_plain(found_by("$p.names", "$p.values", "$p.subjects"))}\
CALL (people) {{
  UNWIND people AS n MATCH (n)<-[:HELD_BY|FOR|ABOUT]-(f)
  RETURN collect(DISTINCT f) AS facts
}}
CALL (people, facts) {{
  UNWIND people + facts AS x MATCH (x)<-[:TOUCHED|RECORDED|CLOSED]-(c:Change)
  RETURN collect(DISTINCT c) AS changes
}}
WITH *, [f IN facts | f.slot] AS slots
CALL (facts) {{ UNWIND [f IN facts WHERE f:Report] AS f SET f.comment = $p.text, f.by = null }}
{chr(10).join(_text(*one) for one in TEXTS)}
CALL (people, values) {{
  // What somebody else is reached at, too, or the mailbox is called by, is no address of hers alone.
  WITH people, [v IN values | toLower(v)] AS hers
  MATCH (x:Mailbox) WHERE {_REACHED.format(arrow="BELONGS_TO")}
  WITH x, [i IN range(0, size(x.contactValues) - 1) WHERE NOT toLower(x.contactValues[i]) IN hers
    OR toLower(x.name) CONTAINS toLower(x.contactValues[i])
    OR EXISTS {{ MATCH (o:Person) WHERE NOT o IN people AND x.contactValues[i] IN o.contactValues }}] AS kept
  WHERE size(kept) < size(x.contactValues)
  SET x.contactKinds = [i IN kept | x.contactKinds[i]], x.contactClasses = [i IN kept | x.contactClasses[i]],
    x.contactValues = [i IN kept | x.contactValues[i]]
  {_FORGET % ""}
}}
CALL (changes, terms, words) {{
  UNWIND changes AS c
  SET {_NO_INPUT}
  // Why somebody was erased stays, unless it names her.
  WITH c WHERE c.reason IS NOT NULL AND (any(w IN terms + words WHERE toLower(c.reason) CONTAINS w)
    OR c.operation <> 'erasePerson' AND COUNT {{ (c)-[:TOUCHED|RECORDED|CLOSED]->() }} <= {FEW})
  SET c.reason = null
}}
CALL (terms) {{
  MATCH (c:Change) WHERE c.reason IS NOT NULL AND {_plain(IN_TERMS.format(x="c.reason"))}
    AND ($p.home IS NULL OR c.municipalities = [code IN [$p.home] WHERE code <> ''])
  SET c.reason = null, {_NO_INPUT}
}}
CALL (keys, subjects) {{
  // An address can be a colleague's, and is the editor's to write: it would take the colleague's name out of both logs.
  WITH keys, CASE WHEN $p.home IS NULL THEN subjects ELSE [] END AS called
  CALL (keys, called) {{ MATCH (x:Change) WHERE {_plain(hers(subjects="called"))} SET x.actor = $p.actor }}
  // Of looks there are many, and of who made them few.
  CALL (keys, called) {{
    MATCH (y:Look) WHERE y.actor > ''
    WITH DISTINCT y.actor AS actor WHERE {_plain(hers("actor", "called"))}
    MATCH (x:Look {{actor: actor}}) SET x.actor = $p.actor
  }}
}}
CALL (keys) {{
  MATCH (s:Shown) WHERE any(k IN keys WHERE k IN s.people)
  WITH s, [k IN s.people WHERE NOT k IN keys] AS left
  SET s.people = left, s.count = size(left)
  WITH s WHERE left = []
  CALL (s) {{ MATCH (l:Look {{shown: s.key}}) DELETE l }}
  DELETE s
}}
CALL (people) {{
  UNWIND people AS n
  SET n.name = $p.name, n.folded = '', n.jobTitle = null, n.unit = null, n.contactKinds = [], n.contactValues = [],
    n.contactClasses = [], n.erasedAt = coalesce(n.erasedAt, $p.at), n.toSeq = coalesce(n.toSeq, $p.seq)
  MERGE (e:Erased {{key: n.key}}) ON CREATE SET e.at = n.erasedAt, e.home = coalesce($p.home, '{ALL}')
  ON MATCH SET e.home = CASE WHEN $p.home IS NULL THEN '{ALL}' ELSE e.home END
}}
FINISH"""
"""The statement's text, for planning it ahead."""
_TOMBSTONES: Final = "MATCH (e:Erased) RETURN e.key AS key, e.at AS at, e.home AS home ORDER BY key"
# Of whom an older version erased nobody knows who did it: most likely the municipality that they belonged to, which reaches least.
_THERE: Final = f"""\
MATCH (e:Erased) MATCH (n:Person {{key: e.key}}) WHERE n.erasedAt IS NULL
RETURN e.key AS key, e.at AS at, coalesce(e.home, head([(n)-[:BELONGS_TO]->(m:Municipality) | m.code]), '{ALL}') AS home ORDER BY key"""
_KEEP: Final = f"""\
UNWIND $p.rows AS row
MERGE (e:Erased {{key: row[0]}}) ON CREATE SET e.at = row[1], e.home = row[2]
ON MATCH SET e.home = CASE WHEN row[2] = '{ALL}' THEN '{ALL}' ELSE coalesce(e.home, row[2]) END
FINISH"""
_KNOWN: Final = """\
MATCH (n:Person) WHERE n.erasedAt IS NOT NULL
MERGE (e:Erased {key: n.key}) ON CREATE SET e.at = n.erasedAt
FINISH"""


class Tombstone(NamedTuple):
    """Who was erased, since when, and how far that reached: a municipality's code, nothing, `all`; None where nobody knows."""

    key: str
    at: str
    home: str | None = None

    def joined(self, other: "Tombstone") -> "Tombstone":
        """Take the reach of another one of the same person, if it is further, or if this one's is not known."""
        further = other.home == ALL or self.home is None
        return self._replace(home=other.home) if further and self.home != ALL else self


def erase(key: str, seq: int, at: str, home: str | None, also: Sequence[str] = (), *, again: bool = False) -> Statement:
    """Give the statement that erases a person, and those who were merged into her, as of the change `seq` at the instant `at`.

    To be run before the change itself is written: it finds texts by what she is called. With `home`, a municipality's code or
    nothing, texts of other municipalities stay as they are, and so does who did something, unless it has her key there: by an
    address or a former name they are found for the operator alone (None). `also` are names and contact points that the graph
    does not have of her (any more): by these the erasure of somebody who was erased is completed. `again` leaves out whom no
    tombstone names: in an older map somebody can be merged into her who was another one when she was erased.
    """
    params = {
        "key": key,
        "seq": seq,
        "at": at,
        "home": home,
        "again": again,
        "name": NAME,
        "text": TEXT,
        "actor": ACTOR,
    }
    kinds: dict[str, list[str]] = {"names": [], "values": [], "subjects": []}
    for one in also:
        kinds["subjects" if is_subject(one) else "values" if is_value(one) else "names"].append(one)
    params |= kinds
    return Statement("erase person", STATEMENT, params, SECONDS)


def is_value(text: str) -> bool:
    """Tell an address or number from a name."""
    return "@" in text or any(sign.isdigit() for sign in text)


def is_subject(text: str) -> bool:
    """Tell what may be the subject of somebody's token and is no name, address or number: one word with signs, as `erik.demosen`.

    A word of letters alone is a name, and what is long enough and has digits is looked for in texts as well.
    """
    is_word = not any(sign.isspace() for sign in text) and any(sign.isalpha() for sign in text) and not text.isalpha()
    return is_word and "@" not in text and (len(text) < 8 or not is_value(text))


def names(text: str, name: str, contacts: Mapping[str, Any] | tuple[str, ...] = ()) -> bool:
    """Tell whether a text has somebody's name, a part of it, or a contact point."""
    folded = text.casefold()
    parts = [part for part in name.casefold().split() if len(part) > 2 and part != "demo"]
    return any(part in folded for part in (*parts, *(str(one).casefold() for one in contacts)))


async def tombstones(database: Database) -> list[Tombstone]:
    """Tell of everybody who was erased. Raises a `GraphError`."""
    return [
        Tombstone(row["key"], row["at"], row["home"])
        for row in await database.read(Statement("tombstones", _TOMBSTONES))
    ]


async def erase_again(database: Database, known: Iterable[Tombstone], seq: int) -> int:
    """Erase everybody of whom a tombstone is here, or is `known` from elsewhere, in a map that was put back to the change `seq`.

    As far as they were erased then: what an editor could not reach is not reached for having been in a backup. Tells of how
    many something was there. Raises a `GraphError`.
    """
    await _run(database, Statement("tombstones", _KEEP, {"rows": [list(one) for one in known]}, SECONDS))
    await _run(database, Statement("tombstones", _KNOWN, {}, SECONDS))
    found = await database.read(Statement("tombstones", _THERE, {}, SECONDS))
    for row in found:
        await _run(database, erase(row["key"], seq, row["at"], None if row["home"] == ALL else row["home"], again=True))
    return len(found)


async def _run(database: Database, statement: Statement) -> None:
    async def work(transaction: Transaction) -> object:
        return await transaction.run(statement)

    await database.write(work, name=statement.name, seconds=statement.seconds, patience=statement.seconds)
