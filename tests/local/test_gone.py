"""The database gone or frozen while it is used: a coded error within 3 s, and back by itself.

Of the 3 s the tests hold what waits (`PATIENCE_SECONDS`); a machine that runs two tests at once takes its own time beside.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from graph import local
from graph.driver import Database, Statement, Transaction
from graph.errors import DatabaseUnavailableError, GraphError, OutcomeUnknownError
from graph.watch import PATIENCE_SECONDS
from tests.local.helpers import freeze

ONE = Statement("one", "RETURN 1")
PATIENCE = 12.0
BACK = 30.0


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory, release: local.Release) -> Iterator[local.LocalServer]:
    with local.start(tmp_path_factory.mktemp("victim") / "data", print, release=release) as server:
        yield server


@pytest.fixture
async def database(victim: local.LocalServer) -> AsyncIterator[Database]:
    async with await Database.connect(victim.uri, victim.username, victim.password) as connected:
        yield connected


async def back(database: Database, at_most: float) -> float:
    """Seconds until the database answers again."""
    started = time.monotonic()
    while True:
        try:
            assert await database.value(ONE) == 1
            return time.monotonic() - started
        except DatabaseUnavailableError:
            assert time.monotonic() - started < at_most


async def fails_in(database: Database, statement: Statement) -> float:
    started = time.monotonic()
    with pytest.raises(DatabaseUnavailableError):
        await database.read(statement)
    return time.monotonic() - started


async def write_one(database: Database) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.run(Statement("create", "CREATE (:Gone)"))

    await database.write(work, name="create")


async def test_a_frozen_database_is_noticed_by_every_call_and_forgiven(
    database: Database, victim: local.LocalServer
) -> None:
    assert PATIENCE_SECONDS < 3
    await asyncio.gather(*(database.value(ONE) for _ in range(8)))
    freeze(victim.pid)
    try:
        long = Statement("long", "RETURN 1", seconds=60)
        waits = await asyncio.gather(*(fails_in(database, statement) for statement in [ONE] * 8 + [long]))
        started = time.monotonic()
        with pytest.raises(DatabaseUnavailableError):
            await write_one(database)
        waits.append(time.monotonic() - started)
    finally:
        os.kill(victim.pid, signal.SIGCONT)
    assert max(waits) < PATIENCE
    await back(database, BACK)


async def test_a_killed_database_is_noticed_and_comes_back(database: Database, victim: local.LocalServer) -> None:
    await write_one(database)
    killed = victim.pid
    os.kill(killed, signal.SIGKILL)
    assert await fails_in(database, ONE) < PATIENCE
    started = time.monotonic()
    with pytest.raises(DatabaseUnavailableError):
        await write_one(database)
    assert time.monotonic() - started < PATIENCE
    assert await back(database, 90) < 90
    assert victim.pid != killed
    assert await database.value(Statement("count", "MATCH (g:Gone) RETURN count(g) > 0")) is True


async def test_a_commit_without_an_answer_has_an_unknown_outcome(database: Database, victim: local.LocalServer) -> None:
    frozen: list[float] = []

    async def work(transaction: Transaction) -> None:
        await transaction.run(Statement("create", "CREATE (:Gone)"))
        freeze(victim.pid)
        frozen.append(time.monotonic())

    try:
        with pytest.raises(OutcomeUnknownError):
            await database.write(work, name="create")
        assert time.monotonic() - frozen[0] < PATIENCE
    finally:
        os.kill(victim.pid, signal.SIGCONT)
    await back(database, BACK)


async def test_killed_under_writers_each_failure_is_coded_and_no_acknowledged_write_is_lost(
    database: Database, victim: local.LocalServer
) -> None:
    acknowledged: list[str] = []
    failures: list[GraphError] = []
    enough = asyncio.Event()

    async def writer(number: int) -> None:
        for turn in range(100):
            name = f"{number}-{turn}"

            async def work(transaction: Transaction, name: str = name) -> None:
                await transaction.run(Statement("note", "CREATE (:Note {name: $p.name})", {"name": name}))

            try:
                await database.write(work, name="note")
            except GraphError as error:
                failures.append(error)
                return
            acknowledged.append(name)
            if len(acknowledged) == 40:
                enough.set()

    async def killer() -> None:
        await enough.wait()
        os.kill(victim.pid, signal.SIGKILL)

    await asyncio.gather(killer(), *(writer(number) for number in range(8)))
    assert len(failures) == 8
    assert {error.code for error in failures} <= {"DATABASE_UNAVAILABLE", "OUTCOME_UNKNOWN"}
    await back(database, 90)
    kept = await database.value(Statement("kept", "MATCH (n:Note) RETURN collect(n.name)"))
    assert set(acknowledged) <= set(kept)
    assert len(kept) == len(set(kept))


async def test_a_commit_to_a_database_that_stopped_is_never_taken_for_done(
    tmp_path: Path, release: local.Release
) -> None:
    """A stopping server's last word on an open transaction looks like the commit's answer; it is not."""
    data = tmp_path / "data"
    server = local.start(data, print, release=release)

    async def work(transaction: Transaction) -> None:
        await transaction.run(Statement("create", "CREATE (:Gone)"))
        await asyncio.to_thread(server.stop)

    async with await Database.connect(server.uri, server.username, server.password) as connected:
        with pytest.raises((OutcomeUnknownError, DatabaseUnavailableError)):
            await connected.write(work, name="create")
