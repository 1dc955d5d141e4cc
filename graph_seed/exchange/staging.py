"""Writing more than one transaction can hold: laid ready where no reader sees it, then believed all at once.

A transaction is kept in the database's heap until it commits, about 7 kB for a record with its arrows: 50,000 of them are more
than the 512 MB of the embedded one. So new things and records are first written in parts, with a number of the log that no
change will ever have (`STAGED`), which every reader's snapshot leaves out; then one transaction under the counter's lock
gives them the number of the change. Whoever stages has announced it (`graph.announcing`), so that there is never more than
one. What a dead import left behind is invisible, and removed by the next one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

from graph.driver import Database, Statement, Transaction
from graph.errors import DatabaseUnavailableError, GraphError, OutcomeUnknownError
from graph.model import Record, Thing
from graph.shape import FACTS, OPEN_SEQ, STAGED
from graph_seed.exchange.state import SECONDS
from graph_seed.writer import ROWS, ids_of, record_row, text_of, thing_row

PART: Final = 2_000
"""Rows of one transaction."""
_PEOPLE: Final = ("Person", "Mailbox")
_LABELS: Final = "|".join((*FACTS, *_PEOPLE))
# Records before whom they point at: arrows go with a node, and are what such a transaction is made of (decision 0006).
_CLEAR: Final = tuple(
    f"MATCH (n:{'|'.join(labels)}) WHERE n.fromSeq = $p.staged "
    "WITH n LIMIT $p.limit DETACH DELETE n RETURN count(*) AS gone"
    for labels in (FACTS, _PEOPLE)
)
_BELIEVE: Final = f"""\
MATCH (c:Change {{seq: $p.seq}})
MATCH (n:{_LABELS}) WHERE n.fromSeq = $p.staged
SET n.fromSeq = $p.seq, n.toSeq = CASE WHEN n.validFrom IS NULL THEN null ELSE {OPEN_SEQ} END
SET n.seq = CASE WHEN n.validFrom IS NULL THEN $p.seq END
FOREACH (one IN CASE WHEN n.validFrom IS NULL THEN [c] ELSE [] END | CREATE (one)-[:TOUCHED]->(n))
FOREACH (one IN CASE WHEN n.validFrom IS NULL THEN [] ELSE [c] END | CREATE (one)-[:RECORDED]->(n))
RETURN count(*) AS believed"""
T = TypeVar("T")


async def stage(
    database: Database, things: Sequence[Thing], records: Sequence[Record], progress: Callable[[str, int], None]
) -> None:
    """Lay new things and records ready, after what a dead import left was removed. Raises a `GraphError`."""
    await clear(database)
    ids: dict[str, str] = {}
    for part in _parts(things):
        rows = [thing_row(STAGED, thing) for thing in part]
        await _write(database, "stage_things", rows, progress)
        ids |= await _part(database, _finding(part, ()))
        arrows = [[ids[thing.key], arrow.type, ids[arrow.target]] for thing in part for arrow in thing.arrows]
        await _write(database, "stage_arrows", arrows, progress)
    for some in _parts(records):
        ids |= await _part(database, _finding((), [record for record in some if _unknown(record, ids)]))
        staged = [record_row(STAGED, STAGED, record, "api", ids) for record in some]
        await _write(database, "stage_records", staged, progress)


async def believe(transaction: Transaction, seq: int) -> int:
    """Give all that is staged the number of a change, and tell how much it was."""
    (row,) = await transaction.run(Statement("stage believe", _BELIEVE, {"seq": seq, "staged": STAGED}))
    return int(row["believed"])


async def clear(database: Database) -> None:
    """Remove what is staged."""
    for text in _CLEAR:
        while await _part(database, _clearing(Statement("stage clear", text, {"staged": STAGED, "limit": PART}))):
            pass


def _clearing(statement: Statement) -> Callable[[Transaction], Awaitable[int]]:
    async def work(transaction: Transaction) -> int:
        (row,) = await transaction.run(statement)
        return int(row["gone"])

    return work


async def clear_after_all(database: Database) -> None:
    """Remove what is staged after an import that failed; the next one does it if the database is gone."""
    with suppress(GraphError):
        await clear(database)


def _unknown(record: Record, ids: dict[str, str]) -> bool:
    return any(arrow.target not in ids for arrow in record.arrows)


def _finding(things: Sequence[Thing], records: Sequence[Record]) -> Callable[[Transaction], Awaitable[dict[str, str]]]:
    async def work(transaction: Transaction) -> dict[str, str]:
        return await ids_of(transaction, things, records)

    return work


async def _write(database: Database, name: str, rows: Sequence[Any], progress: Callable[[str, int], None]) -> None:
    async def work(transaction: Transaction) -> None:
        for start in range(0, len(rows), ROWS):
            await transaction.run(Statement(name, text_of(name), {"rows": rows[start : start + ROWS]}))

    await _part(database, work)
    progress(name, len(rows))


async def _part(database: Database, work: Callable[[Transaction], Awaitable[T]]) -> T:
    try:
        return await database.write(work, name="stage", seconds=SECONDS, patience=SECONDS)
    except OutcomeUnknownError as error:
        # Whatever became of it, nobody sees it.
        raise DatabaseUnavailableError from error


def _parts(rows: Sequence[T]) -> list[Sequence[T]]:
    return [rows[start : start + PART] for start in range(0, len(rows), PART)]
