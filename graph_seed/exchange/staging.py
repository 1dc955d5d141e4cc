"""Writing more than one transaction can hold: laid ready where no reader sees it, in parts; `graph.announcing` believes it.

A transaction is kept in the database's heap until it commits, about 7 kB for a record with its arrows: 50,000 of them are more
than the 512 MB of the embedded one, and a commit of thousands makes readers wait. Whoever stages has announced it, so that
there is never more than one. What an import that died before it was recorded left behind says nothing to anybody, and is
removed by the next one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

from graph.announcing import PART, PEOPLE, hold
from graph.basis import Row
from graph.driver import Database, Statement, Transaction
from graph.errors import BusyError, DatabaseUnavailableError, GraphError, OutcomeUnknownError
from graph.model import Record, Thing
from graph.shape import CLOSING, FACTS, OPEN_SEQ, STAGED
from graph_seed.exchange.state import SECONDS
from graph_seed.writer import ROWS, ids_of, record_row, text_of, thing_row

# Records before whom they point at: arrows go with a node, and are what such a transaction is made of (decision 0006).
_CLEAR: Final = (
    f"MATCH (n:{'|'.join(FACTS)}) WHERE n.toSeq = {CLOSING} WITH n LIMIT $p.limit SET n.toSeq = {OPEN_SEQ}",
    f"MATCH (n:{'|'.join(FACTS)}) WHERE n.fromSeq = {STAGED} WITH n LIMIT $p.limit DETACH DELETE n",
    f"MATCH (n:{'|'.join(PEOPLE)}) WHERE n.fromSeq = {STAGED} WITH n LIMIT $p.limit DETACH DELETE n",
)
T = TypeVar("T")


async def stage(
    database: Database, things: Sequence[Thing], records: Sequence[Record], closes: Sequence[Row],
    holder: str, progress: Callable[[str, int], None],
) -> None:  # fmt: skip
    """Lay new things and records ready, and mark what ends; after what a dead import left was removed.

    Each part is written under the lease of `holder`, and holds it as long again. Raises a `GraphError`: `BusyError` where the
    lease is somebody else's by now, or what is to end is not believed any more.
    """
    await clear(database, holder)
    ids: dict[str, str] = {}
    for part in _parts(things):
        rows = [thing_row(STAGED, thing) for thing in part]
        await _write(database, "stage_things", rows, holder, progress)
        ids |= await _part(database, _finding(part, ()))
        arrows = [[ids[thing.key], arrow.type, ids[arrow.target]] for thing in part for arrow in thing.arrows]
        await _write(database, "stage_arrows", arrows, holder, progress)
    for some in _parts(records):
        ids |= await _part(database, _finding((), [record for record in some if _unknown(record, ids)]))
        staged = [record_row(STAGED, STAGED, record, "api", ids) for record in some]
        await _write(database, "stage_records", staged, holder, progress)
    for ended in _parts(closes):
        await _write(database, "stage_closes", [[row.id, CLOSING, OPEN_SEQ] for row in ended], holder, progress)


async def clear(database: Database, holder: str) -> None:
    """Remove what is staged; `BusyError` where the lease is somebody else's, or what was staged is recorded."""
    for text in _CLEAR:
        clearing = Statement("stage clear", f"{text} RETURN count(*) AS gone", {"limit": PART})
        while await _part(database, _clearing(clearing, holder)):
            pass


def _clearing(statement: Statement, holder: str) -> Callable[[Transaction], Awaitable[int]]:
    async def work(transaction: Transaction) -> int:
        await hold(transaction, holder)
        (row,) = await transaction.run(statement)
        return int(row["gone"])

    return work


async def clear_after_all(database: Database, holder: str) -> None:
    """Remove what is staged after an import that failed; the next one does it if the database is gone."""
    with suppress(GraphError):
        await clear(database, holder)


def _unknown(record: Record, ids: dict[str, str]) -> bool:
    return any(arrow.target not in ids for arrow in record.arrows)


def _finding(things: Sequence[Thing], records: Sequence[Record]) -> Callable[[Transaction], Awaitable[dict[str, str]]]:
    async def work(transaction: Transaction) -> dict[str, str]:
        return await ids_of(transaction, things, records)

    return work


async def _write(
    database: Database, name: str, rows: Sequence[Any], holder: str, progress: Callable[[str, int], None]
) -> None:
    async def work(transaction: Transaction) -> None:
        await hold(transaction, holder)
        for start in range(0, len(rows), ROWS):
            some = rows[start : start + ROWS]
            found = await transaction.run(Statement(name, text_of(name), {"rows": some}))
            if found and found[0]["done"] != len(some):
                raise BusyError  # somebody closed one of these, who did not look at the lease

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
