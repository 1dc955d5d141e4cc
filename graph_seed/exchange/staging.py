"""Writing more than one transaction can hold: laid ready where no reader sees it, in parts; `graph.announcing` believes it.

A transaction is kept in the database's heap until it commits, about 7 kB for a record with its arrows: 50,000 of them are more
than the 512 MB of the embedded one, and a commit of thousands makes readers wait. Whoever stages has announced it, so that
there is never more than one. What an import that died before it was recorded left behind says nothing to anybody, and is
removed by the next one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

from neo4j import Record as Found

from graph.announcing import PART, PEOPLE, hold, parts
from graph.basis import Row
from graph.driver import Database, Statement, Transaction
from graph.errors import BusyError, DatabaseUnavailableError, GraphError, OutcomeUnknownError
from graph.model import Record, Thing
from graph.shape import CLOSING, FACTS, OPEN_SEQ, STAGED
from graph_seed.exchange.state import SECONDS
from graph_seed.writer import ROWS, ids_of, properties_of, text_of, thing_row

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
) -> list[str]:  # fmt: skip
    """Lay new things and records ready, and mark what ends; after what a dead import left was removed.

    Gives the database's own ids of the records, by which `graph.announcing.finish` finds them at once. Each part is written under
    the lease of `holder`, and holds it as long again. Raises a `GraphError`: `BusyError` where the lease is somebody else's by now,
    or what is to end is not believed any more.
    """
    await clear(database, holder)
    ids: dict[str, str] = {}
    for part in parts(things, PART):
        written = await _write(
            database, text_of("stage_things"), [thing_row(STAGED, thing) for thing in part], holder, progress
        )
        ids |= {key: id_ for one in written for key, id_ in one["brought"]}
        await _find(database, (arrow.target for thing in part for arrow in thing.arrows), ids)
        arrows = [[ids[thing.key], arrow.type, ids[arrow.target]] for thing in part for arrow in thing.arrows]
        await _write(database, text_of("stage_arrows"), arrows, holder, progress)
    laid: list[str] = []
    for kinds, alike in _alike(records).items():
        for some in parts(alike, PART):
            await _find(database, (arrow.target for record in some for arrow in record.arrows), ids)
            rows = [
                [properties_of(STAGED, STAGED, record, "api"), *(ids[arrow.target] for arrow in record.arrows)]
                for record in some
            ]
            written = await _write(database, _lay(*kinds), rows, holder, progress)
            laid += [id_ for one in written for id_ in one["laid"]]
    for ended in parts(closes, PART):
        marked = [[row.id, CLOSING, OPEN_SEQ] for row in ended]
        await _write(database, text_of("stage_closes"), marked, holder, progress)
    return laid


def _alike(records: Sequence[Record]) -> dict[tuple[str, tuple[str, ...]], list[Record]]:
    """Put records together that one statement lays ready: of one label, with arrows of the same types."""
    groups: dict[tuple[str, tuple[str, ...]], list[Record]] = {}
    for record in records:
        groups.setdefault((record.label, tuple(arrow.type for arrow in record.arrows)), []).append(record)
    return groups


def _lay(label: str, types: tuple[str, ...]) -> str:
    """Write the statement that lays records ready: with label and types in its text, not in its rows, it takes a fifth less."""
    ends = "".join(f" MATCH (t{i}) WHERE elementId(t{i}) = row[{i + 1}]" for i in range(len(types)))
    arrows = "".join(f" CREATE (n)-[:{kind}]->(t{i})" for i, kind in enumerate(types))
    return f"UNWIND $p.rows AS row{ends} CREATE (n:{label}) SET n = row[0]{arrows} RETURN count(*) AS done, collect(elementId(n)) AS laid"


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


async def _find(database: Database, keys: Iterable[str], ids: dict[str, str]) -> None:
    """Find the ids of the things that are not known yet, if there are any."""
    unknown = set(keys) - ids.keys()
    if unknown:
        ids |= await _part(database, lambda transaction: ids_of(transaction, unknown))


async def _write(
    database: Database, text: str, rows: Sequence[Any], holder: str, progress: Callable[[str, int], None]
) -> list[Found]:
    async def work(transaction: Transaction) -> list[Found]:
        await hold(transaction, holder)
        written: list[Found] = []
        for some in parts(rows, ROWS):
            found = await transaction.run(Statement("stage", text, {"rows": some}))
            if found[0]["done"] != len(some):
                raise BusyError  # somebody closed one of these, or took one away, who did not look at the lease
            written += found
        return written

    written = await _part(database, work)
    progress("laid ready", len(rows))
    return written


async def _part(database: Database, work: Callable[[Transaction], Awaitable[T]]) -> T:
    try:
        return await database.write(work, name="stage", seconds=SECONDS, patience=SECONDS)
    except OutcomeUnknownError as error:
        # Whatever became of it, nobody sees it.
        raise DatabaseUnavailableError from error
