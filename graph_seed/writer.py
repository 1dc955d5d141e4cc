"""Writing changes: a handful of statements for all labels, a few thousand rows at a time.

Labels and types come from `graph/shape.py` alone: the checks (`checks.py`) have refused any other before. A key that
names nothing is found out here: a MATCH that finds nothing would drop its row without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from graph.announcing import keep_back, lock, parts
from graph.driver import Statement, Transaction
from graph.model import Change, Origin, Record, Thing, scope_of
from graph.shape import BY_NAME, OPEN_SEQ
from graph_seed.errors import SeedError

CYPHER: Final = Path(__file__).parent / "cypher"
ROWS: Final = 1000
"""Rows of one statement: fewer cost round trips, more cost memory."""
PATIENCE: Final = 30.0
"""Seconds for which the database may be silent during a load: on a busy machine, garbage and commits take a few."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Log:
    """Where the log stands: its last number, and that change's instant."""

    seq: int
    at: str | None


@dataclass(frozen=True, slots=True)
class There:
    """What is in the graph already of what is to be written: keys of things, and the ids of facts' open records."""

    things: frozenset[str] = frozenset()
    records: Mapping[str, str] = field(default_factory=dict)


NOTHING: Final = There()


def text_of(name: str) -> str:
    """Read a statement of `graph_seed/cypher`."""
    return (CYPHER / f"{name}.cypher").read_text(encoding="utf-8")


async def take_lock(transaction: Transaction) -> Log:
    """Take the counter's lock: nobody else writes until this transaction ends. Raises `BusyError`."""
    seq, at, _ = await lock(transaction)
    return Log(seq, at)


async def write_changes(
    transaction: Transaction,
    changes: Sequence[Change],
    log: Log,
    origin: Origin,
    there: There = NOTHING,
    progress: Callable[[str, int], None] = lambda _what, _rows: None,
) -> int:
    """Write changes after `log`, whose lock is held, and give the number of the last.

    `progress` is told after each statement what was written and how many rows of it. Raises `SeedError` where something
    points at a thing that is not there.
    """

    async def write(name: str, rows: Sequence[dict[str, Any]]) -> None:
        for part in parts(rows, ROWS):
            await transaction.run(Statement(f"seed {name}", text_of(name), {"rows": part}))
            progress(name, len(part))

    numbered = list(enumerate(changes, log.seq + 1))
    await write("changes", [_change_row(seq, change) for seq, change in numbered])
    things = [(seq, thing) for seq, change in numbered for thing in change.things]
    records = [(seq, record) for seq, change in numbered for record in change.records]
    await write("create_things", [thing_row(s, t) for s, t in things if t.key not in there.things])
    arrows = [
        *(arrow for _, thing in things for arrow in thing.arrows),
        *(a for _, made in records for a in made.arrows),
    ]
    ids = await ids_of(transaction, {thing.key for _, thing in things} | {arrow.target for arrow in arrows})
    await write("update_things", [_again(s, t, ids) for s, t in things if t.key in there.things])
    await write("arrows", [row for _, thing in things for row in _arrow_rows(thing, ids)])
    ends, first = _ends(records)
    first |= {key: seq for seq, change in numbered for key in change.retracts}
    closed = [{"id": there.records[key], "seq": seq} for key, seq in first.items() if key in there.records]
    await write("close", closed)
    made = zip(records, ends, strict=True)
    await write("records", [record_row(seq, end, record, origin, ids) for (seq, record), end in made])
    return log.seq + len(changes)


async def record(
    transaction: Transaction, changes: Sequence[Change], log: Log, origin: Origin, there: There = NOTHING,
    progress: Callable[[str, int], None] = lambda _what, _rows: None,
) -> int:  # fmt: skip
    """Write changes as `write_changes` does, and keep them back until all is there: `graph.announcing.show` shows them."""
    seq = await write_changes(transaction, changes, log, origin, there, progress)
    await keep_back(transaction, log.seq, seq)
    return seq


def _change_row(seq: int, change: Change) -> dict[str, Any]:
    row: dict[str, Any] = {
        "key": f"change:{seq}",
        "seq": seq,
        "at": change.at,
        "actor": change.actor,
        "operation": change.operation,
    }
    row |= {**scope_of(change).told(), "edits": []}
    return row | ({"reason": change.reason} if change.reason else {}) | dict(change.more)


def thing_row(seq: int, thing: Thing) -> dict[str, Any]:
    """Make the row of a thing that is brought by change `seq`."""
    properties = {**thing.properties, "key": thing.key, "fromSeq": seq, "seq": seq}
    return {"label": thing.label, "properties": properties}


def _again(seq: int, thing: Thing, ids: Mapping[str, str]) -> dict[str, Any]:
    """Make the row of a thing that is there: null takes away what it no longer has."""
    absent = {prop.name: None for prop in BY_NAME[thing.label].properties if not prop.required}
    return {"id": ids[thing.key], "properties": {**absent, **thing.properties, "seq": seq}}


async def ids_of(transaction: Transaction, keys: set[str]) -> dict[str, str]:
    """Give the database's own ids of things, by key. Raises `SeedError`: one is not there."""
    found: dict[str, str] = {}
    for part in parts(sorted(keys), ROWS):
        rows = await transaction.run(Statement("seed keys", text_of("keys"), {"keys": part}))
        found |= {row["key"]: row["id"] for row in rows}
    missing = sorted(keys - found.keys())
    if missing:
        raise SeedError(
            f"{len(missing)} things are pointed at and not in the database, among them {missing[0]}; "
            "expected the reference data to be loaded first. Nothing was loaded."
        )
    return found


def _arrow_rows(thing: Thing, ids: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for arrow in thing.arrows:
        yield {"from": ids[thing.key], "to": ids[arrow.target], "type": arrow.type, "protocol": arrow.protocol}


def _ends(records: Sequence[tuple[int, Record]]) -> tuple[list[int], dict[str, int]]:
    """Tell when each record ceases to be believed, and for each fact the number of its first record here."""
    following: dict[str, int] = {}
    ends: list[int] = []
    for seq, record in reversed(records):
        ends.append(following.get(record.key, OPEN_SEQ))
        following[record.key] = seq
    return ends[::-1], following


def record_row(seq: int, end: int, record: Record, origin: Origin, ids: Mapping[str, str]) -> dict[str, Any]:
    """Make the row of a record that is believed from change `seq` up to `end`; `ids` are the database's own, by key."""
    arrows = [[arrow.type, ids[arrow.target]] for arrow in record.arrows]
    return {"label": record.label, "properties": properties_of(seq, end, record, origin), "arrows": arrows}


def properties_of(seq: int, end: int, record: Record, origin: Origin) -> dict[str, Any]:
    """Give the properties of a record that is believed from change `seq` up to `end`."""
    clocks = {"validFrom": record.valid_from, "validTo": record.valid_to, "fromSeq": seq, "toSeq": end}
    return {"key": record.key, **clocks, "origin": origin, **record.properties}
