"""Who may see what, as predicates of the statement: never filtered afterwards.

Until access control exists everybody is the local user, for whom each predicate is true; it is compiled in all the same,
so that what is measured and tested today is the statement that will decide tomorrow.
"""

from typing import Final

from graph.shape import OPEN_SEQ


def there(variable: str) -> str:
    """Give what must hold of a person or mailbox that is to be found: it was not merged into another."""
    return f"coalesce(@{variable}.toSeq, {OPEN_SEQ}) > @seq"


def about(person: str) -> str:
    """Give what must hold of who may read all that is kept of a person (an expression that gives the key), and by whom it was
    looked up: the person, their municipality, KOMBIT.
    """
    home = f"EXISTS {{ (:Person {{key: {person}}})-[:BELONGS_TO]->(:Municipality {{code: $p.viewer.home}}) }}"
    return f"($p.viewer.kombit OR $p.viewer.person = {person} OR {home})"


VISIBLE: Final[dict[str, str]] = dict.fromkeys(
    ("Person", "Mailbox", "Assignment", "StandIn", "Vacancy", "Translation", "Confirmation", "Report"),
    "$p.viewer.authority",
)
"""For each label that not everybody may see, what must hold of `@x`."""
