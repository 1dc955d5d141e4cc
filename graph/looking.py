"""The access log: whose data was shown to whom, when, by which operation (docs/decisions/0012).

A `Look` is one actor's operation that showed the same people, once or several times within a moment: `requests` has the id of
each. The people are a `Shown`, named by what is in it and kept once. Neither belongs to the map: no number of the log, no
`knownAt`, no backup.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from graph.driver import Database, Statement, Transaction

SECONDS: Final = 10.0
PART: Final = 2_000
"""Looks that are removed in one transaction."""
OVER_PART: Final = 10_000
"""The same of what is too much: each time all looks are counted by actor, which takes a second or two of a million."""
OVER_SECONDS: Final = 30.0
MOST: Final = 1_000_000
"""Looks that are kept, however young; the oldest of whoever has most of them go first."""
MOST_KEYS: Final = 10_000_000
"""Keys that all the kept `Shown` may have together (some 250 MB): if each look showed other hundreds of people."""

_RECORD: Final = """\
UNWIND $p.looks AS row
MERGE (l:Look {key: row.key}) SET l = row
WITH DISTINCT row.shown AS shown WHERE NOT EXISTS { MATCH (s:Shown {key: shown}) }
RETURN shown"""
# Who was erased meanwhile is nobody any more.
_SHOW: Final = """\
WITH COLLECT { UNWIND $p.people AS key MATCH (e:Erased {key: key}) RETURN e.key AS key } AS erased
UNWIND $p.shown AS row
MERGE (s:Shown {key: row.key})
ON CREATE SET s.people = [key IN row.people WHERE NOT key IN erased], s.count = size(row.people)
FINISH"""
_OLD: Final = "MATCH (l:Look) WHERE l.at < $p.before WITH l ORDER BY l.at LIMIT toInteger($p.part)"
# Whoever makes many looks, to have them forgotten by which others are watched, pushes out none but the own ones.
_MOST_LOOKS: Final = (
    "MATCH (l:Look) WHERE l.actor > '' WITH l.actor AS actor, count(*) AS much ORDER BY much DESC, actor LIMIT 1"
)
_MOST_KEYS: Final = """\
MATCH (s:Shown) CALL (s) { MATCH (l:Look {shown: s.key}) RETURN DISTINCT l.actor AS actor }
WITH actor, sum(s.count) AS much ORDER BY much DESC, actor LIMIT 1"""
_FIRST: Final = """
MATCH (l:Look) WHERE l.at > '' AND l.actor = actor WITH l ORDER BY l.at LIMIT toInteger($p.part)"""
_REMOVE: Final = """
WITH collect(l) AS looks, collect(DISTINCT l.shown) AS shown
FOREACH (l IN looks | DELETE l)
WITH looks, shown
CALL (shown) {
  UNWIND shown AS key MATCH (s:Shown {key: key}) WHERE NOT EXISTS { MATCH (l:Look {shown: key}) } DELETE s
}
RETURN size(looks) AS gone"""
_COUNT: Final = (
    "RETURN COUNT { MATCH (l:Look) } AS looks, COLLECT { MATCH (s:Shown) RETURN sum(s.count) AS keys }[0] AS keys"
)


@dataclass(frozen=True, slots=True)
class Look:
    """One look: at which instant (as stored), whose, by which operation, at whom, for which requests."""

    key: str
    at: str
    actor: str
    operation: str
    people: frozenset[str]
    requests: Sequence[str]


def name_of(people: Collection[str]) -> str:
    """Name a group of people by who is in it."""
    return f"shown:{hashlib.blake2b(chr(10).join(sorted(people)).encode(), digest_size=16).hexdigest()}"


async def record(database: Database, looks: Sequence[Look]) -> None:
    """Write looks; the same ones again change nothing. Raises a `GraphError`.

    Who is shown is sent only where the same people were not shown before: a second statement of the same transaction.
    """
    names: dict[frozenset[str], str] = {}
    rows: list[Mapping[str, Any]] = []
    for look in looks:
        if (name := names.get(look.people)) is None:
            name = names[look.people] = name_of(look.people)
        rows.append(
            {
                "key": look.key,
                "at": look.at,
                "actor": look.actor,
                "operation": look.operation,
                "shown": name,
                "requests": list(look.requests),
            }
        )
    shown = {name: people for people, name in names.items()}

    async def work(transaction: Transaction) -> None:
        found = await transaction.run(Statement("looks", _RECORD, {"looks": rows}))
        if not found:
            return
        new = [{"key": row["shown"], "people": sorted(shown[row["shown"]])} for row in found]
        people = sorted(set[str]().union(*(shown[row["shown"]] for row in found)))
        await transaction.run(Statement("looks shown", _SHOW, {"shown": new, "people": people}))

    await database.write(work, name="looks", seconds=SECONDS)


class Gone(NamedTuple):
    """How many looks were removed, and how many of them were not too old yet."""

    looks: int
    young: int


async def prune(database: Database, before: str, most: int = MOST, most_keys: int = MOST_KEYS) -> Gone:
    """Remove a part of what is older than the instant `before`; where nothing is, of what is too much. Raises a `GraphError`."""
    old = Statement("looks prune", _OLD + _REMOVE, {"before": before, "part": PART}, SECONDS)
    (row,) = await _write(database, old)
    if row["gone"]:
        return Gone(int(row["gone"]), 0)
    (found,) = await database.read(Statement("looks count", _COUNT, {}, SECONDS))
    over = found["looks"] - most
    if over <= 0 and found["keys"] <= most_keys:
        return Gone(0, 0)
    of, part = (_MOST_LOOKS, min(over, OVER_PART)) if over > 0 else (_MOST_KEYS, PART)
    (row,) = await _write(database, Statement("looks prune", of + _FIRST + _REMOVE, {"part": part}, OVER_SECONDS))
    return Gone(int(row["gone"]), int(row["gone"]))


async def _write(database: Database, statement: Statement) -> list[Any]:
    async def work(transaction: Transaction) -> list[Any]:
        return await transaction.run(statement)

    return await database.write(work, name=statement.name, seconds=statement.seconds)
