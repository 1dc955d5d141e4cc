"""Where the log stands, and what its changes can concern: what decides whether an answer has to be looked at again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from graph.clock import NOW
from graph.driver import Database, Statement
from graph.shape import OPEN_SEQ
from resolvers.context import COPENHAGEN
from resolvers.questions.now import Ground

FARTHEST: Final = 200
"""Changes that are looked at one by one; when there are more, everything is taken to be concerned."""
MOST: Final = 500
"""Places of one change that are told apart; one with more concerns all of its municipalities."""

# The number is read first, and the list ends at it: what is committed between the two is not in the list, or only in part.
_NEW: Final = f"""\
OPTIONAL MATCH (counter:Counter {{key: 'counter'}})
{NOW}
WITH now AS seq
RETURN seq, COLLECT {{
  MATCH (c:Change) WHERE c.seq > $p.after AND c.seq <= seq
  WITH c ORDER BY c.seq LIMIT {FARTHEST + 1}
  RETURN [coalesce(c.municipalities, []),
    COLLECT {{
      MATCH (c)-[:RECORDED|CLOSED]->(n) WITH DISTINCT coalesce(n.slot, '') AS slot LIMIT {MOST + 1} RETURN slot
    }},
    COLLECT {{
      MATCH (c)-[:TOUCHED]->(n:Person|Mailbox)<-[:HELD_BY|FOR]-(f) WITH DISTINCT f.slot AS slot LIMIT {MOST + 1} RETURN slot
    }},
    EXISTS {{ (c)-[:TOUCHED]->() }}] AS row
}} AS changes"""
_SINCE: Final = f"""\
RETURN head(COLLECT {{ MATCH (c:Change {{seq: $p.after}}) RETURN c.at }}) AS at,
COLLECT {{
  MATCH (c:Change) WHERE c.seq > $p.after AND c.seq <= $p.upto
  MATCH (c)-[:TOUCHED]->(n) WITH DISTINCT n.key AS key LIMIT {MOST + 1} RETURN key
}} AS touched"""


@dataclass(frozen=True, slots=True)
class Concern:
    """What changes can have made other: everything, all of some municipalities (codes), or some roles there.

    `slots` are pairs of code and role: `("0751", "role:kombit-programleder")`.
    """

    everything: bool = False
    municipalities: frozenset[str] = frozenset()
    slots: frozenset[tuple[str, str]] = frozenset()

    def meets(self, ground: Ground, *, is_named: bool) -> bool:
        """Tell whether an answer that rests on `ground` can be another one now.

        Where its municipalities are not named (`is_named`) they are found by what they are and use, so that any whole
        municipality may have come in or gone out.
        """
        if self.everything:
            return True
        if not is_named:
            return bool(self.municipalities) or any(role in ground.roles for _, role in self.slots)
        if self.municipalities & ground.municipalities:
            return True
        return any(code in ground.municipalities and role in ground.roles for code, role in self.slots)


EVERYTHING: Final = Concern(everything=True)


@dataclass(frozen=True, slots=True)
class Since:
    """What is known of the time since a change: its day in Denmark, None if there is no such change, and the keys of the
    things that were touched since, None if they are too many to tell. (Things are current only, rule 4: an answer as of that change shows
    them as they are now.)
    """

    day: str | None
    touched: frozenset[str] | None


async def read_new(database: Database, after: int | None) -> tuple[int, Concern]:
    """Give the number of the last change (0 before the first), and what the changes after `after` can concern.

    Without `after` nothing is new. Raises `GraphError`.
    """
    statement = Statement("notice log", _NEW, {"after": OPEN_SEQ if after is None else after})
    seq, changes = (await database.read(statement))[0]
    return seq, EVERYTHING if len(changes) > FARTHEST else _concern(changes)


def _concern(changes: Sequence[Sequence[Any]]) -> Concern:
    municipalities: set[str] = set()
    slots: set[tuple[str, str]] = set()
    for places, recorded, held, touched in changes:
        if not places:
            return EVERYTHING
        if "" in recorded or len(recorded) > MOST or len(held) > MOST or not (recorded or touched):
            municipalities.update(places)
        slots.update(_slot(one) for one in (*recorded, *held) if one)
    return Concern(False, frozenset(municipalities), frozenset(slots))


async def read_since(database: Database, after: int, upto: int) -> Since:
    """Tell what is known of the time since the change `after`, up to the change `upto`. Raises `GraphError`."""
    row: Sequence[Any] = (await database.read(Statement("notice since", _SINCE, {"after": after, "upto": upto})))[0]
    day = datetime.fromisoformat(row[0]).astimezone(COPENHAGEN).date().isoformat() if row[0] else None
    return Since(day, frozenset(row[1]) if len(row[1]) <= MOST else None)


def _slot(text: str) -> tuple[str, str]:
    code, _, role = text.partition("|")
    return code, role
