"""Loading: reference data compared with what is there, demo data as a whole, and many times the organisations.

Each of these is one transaction that takes the counter's lock, so that it happens whole or not at all. What is loaded
again changes nothing. For reference data: a row that changed supersedes the old record; what vanished from its file is
ended on the file's edition date; what somebody changed through the API stays as they left it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple

from graph.announcing import show, write
from graph.driver import Database, Statement, Transaction
from graph.model import Change
from graph.recording import instant_after
from graph_seed.checks import check
from graph_seed.compare import Difference, compare
from graph_seed.demo import demo_history
from graph_seed.demo.draw import SEED
from graph_seed.errors import DemoRefusedError
from graph_seed.files import REFERENCE
from graph_seed.reference import Reference, read_reference
from graph_seed.removal import remove_demo
from graph_seed.scale import Copy
from graph_seed.writer import PATIENCE, record, take_lock, text_of

__all__ = ["Loaded", "has_demo", "is_empty", "load_demo", "load_reference", "load_scale", "remove_demo"]

FIRST_KNOWN: Final = "2019-11-01T00:00:00.000000Z"
"""Recorded time begins here: the first loading of the reference data into an empty gallery bears this instant, whatever
the day, so that a question as known in 2019 has its roles and municipalities. Later loadings bear their own."""
SECONDS: Final = 120.0
"""The most that a loading may take; it takes a few."""

Report = Callable[[str], None]


class Loaded(NamedTuple):
    """What a loading did; nothing, if `changes` is 0. `seq` is the last change afterwards."""

    changes: int
    things: int
    records: int
    seq: int


async def load_reference(database: Database, report: Report, folder: Path = REFERENCE) -> Loaded:
    """Bring the reference data up to date. Raises `SeedError` for a file that is not right, with nothing written."""
    started = monotonic()
    reference = _checked(folder)

    async def work(transaction: Transaction) -> Loaded:
        log = await take_lock(transaction)
        difference = (
            Difference(reference.things, reference.records) if log.seq == 0 else await compare(transaction, reference)
        )
        if difference.empty:
            return Loaded(0, 0, 0, log.seq)
        at = FIRST_KNOWN if log.at is None else instant_after(log.at, dt.datetime.now(dt.UTC))
        change = Change(at, "reference", "seed reference", f"edition {max(reference.editions.values())}")
        change.things, change.records, change.retracts = difference.things, difference.records, difference.retracts
        seq = await record(transaction, [change], log, "reference", difference.there)
        return Loaded(1, len(change.things), len(change.records), seq)

    loaded = await _written(database, work, "seed reference")
    if loaded.changes:
        await database.forget_plans()
    _tell(report, "Reference data", loaded, started)
    return loaded


async def load_demo(database: Database, report: Report, folder: Path = REFERENCE) -> Loaded:
    """Load the demo data, once. Raises `DemoRefusedError` where recorded time has gone on without it."""
    started = monotonic()
    if await has_demo(database):
        loaded = Loaded(0, 0, 0, await _seq(database))
        _tell(report, "Demo data", loaded, started)
        return loaded
    reference = _checked(folder)
    changes = demo_history(reference)
    _check_demo(reference, changes)
    changes.insert(0, Change(changes[0].at, "demo:seed", "seed demo", SEED))

    async def work(transaction: Transaction) -> Loaded:
        log = await take_lock(transaction)
        if log.at is not None and log.at > changes[0].at:
            raise DemoRefusedError(
                f"Demo data begins in 2019 and cannot be loaded after the change of {log.at}; "
                "expected a database with reference data alone (name an empty folder with --data). Nothing was loaded."
            )
        seq = await record(transaction, changes, log, "demo")
        return Loaded(len(changes), sum(len(c.things) for c in changes), sum(len(c.records) for c in changes), seq)

    loaded = await _written(database, work, "seed demo")
    await database.forget_plans()
    _tell(report, "Demo data", loaded, started)
    return loaded


async def load_scale(database: Database, times: int, report: Report, folder: Path = REFERENCE) -> Loaded:
    """Have `times` × the demo's organisations, for measuring, beside the reference and demo data.

    The copies ("Aarhus 07", code "0751-07") have the facts of the originals as believed last; each is one transaction.
    """
    await load_reference(database, report, folder)
    await load_demo(database, report, folder)
    reference = read_reference(folder)
    changes = demo_history(reference)
    total = Loaded(0, 0, 0, await _seq(database))
    started = monotonic()
    for number in range(1, times):
        copy = Copy(number, reference, changes)
        if not await _is_there(database, copy.operation):
            total = _add(total, await _load_copy(database, copy))
            rate = total.records / (monotonic() - started)
            report(f"Copy {number} of {times - 1}: {total.records} facts so far, {rate:.0f} a second")
    await database.forget_plans()
    _tell(report, f"{times} × the organisations", total, started)
    return total


async def _load_copy(database: Database, copy: Copy) -> Loaded:
    async def work(transaction: Transaction) -> Loaded:
        log = await take_lock(transaction)
        change = copy.change(log.at or FIRST_KNOWN)
        seq = await record(transaction, [change], log, "demo")
        return Loaded(1, len(change.things), len(change.records), seq)

    return await _written(database, work, "seed scale")


async def _written(database: Database, work: Callable[[Transaction], Awaitable[Loaded]], name: str) -> Loaded:
    loaded = await write(database, work, name=name, seconds=SECONDS, patience=PATIENCE)
    if loaded.changes:
        await show(database)
    return loaded


def _add(one: Loaded, other: Loaded) -> Loaded:
    return Loaded(one.changes + other.changes, one.things + other.things, one.records + other.records, other.seq)


def _checked(folder: Path) -> Reference:
    reference = read_reference(folder)
    check(reference.things, reference.records, (), reference.sources)
    return reference


def _check_demo(reference: Reference, changes: Sequence[Change]) -> None:
    """Hold the demo to the same rules: what is believed last, beside the reference data."""
    last = {record.key: record for change in changes for record in change.records}
    chains = [record for record in reference.records if record.label == "Escalation"]
    things = [thing for change in changes for thing in change.things]
    check(things, [*last.values(), *chains], (thing.key for thing in reference.things), {})


async def is_empty(database: Database) -> bool:
    """Tell whether nothing was ever recorded in the database."""
    return await _seq(database) == 0


async def has_demo(database: Database) -> bool:
    """Tell whether the invented people are there: demo mode."""
    return await _is_there(database, "seed demo") and not await _is_there(database, "remove demo")


async def _is_there(database: Database, operation: str) -> bool:
    statement = Statement("seed marker", text_of("marker"), {"operation": operation})
    return bool(await database.value(statement))


async def _seq(database: Database) -> int:
    return int(await database.value(Statement("seed seq", text_of("seq"))))


def _tell(report: Report, what: str, loaded: Loaded, started: float) -> None:
    seconds = monotonic() - started
    if loaded.changes:
        written = f"{loaded.things} things and {loaded.records} records written in {loaded.changes} changes"
        report(f"{what}: {written} ({seconds:.1f} s)")
    else:
        report(f"{what}: nothing to change ({seconds:.1f} s)")
