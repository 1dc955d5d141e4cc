"""The real database always: one embedded Neo4j for each process of the run, or the server that NEO4J_URI names.

`make test` runs two processes that know nothing of each other (docs/decisions/0015); a session is one of them.

Asynchronous tests are `async def` and run by anyio's plugin on asyncio. Everything asynchronous in the session shares
one event loop (anyio keeps it alive as long as a fixture of the session's scope that is itself asynchronous, which
`database` is), so one driver, which belongs to its loop, serves all tests. `ROLLEGALLERI_TEST_NEO4J=lts` (set by
`make test-lts`) runs Neo4j 5.26 instead of the current release.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from graph import local, migrations
from graph.driver import Database, Statement, Transaction
from graph.errors import GraphError
from graph.local import Connection
from graph_seed.load import load_demo, load_reference
from schema.directory import schema as directory
from schema.gallery import schema as gallery


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every asynchronous test is anyio's, without a mark on each; those that use the second database come first.

    Of two processes each begins with half of the tests, so only one of them starts it.
    """
    items.sort(key=lambda item: "second_server" not in getattr(item, "fixturenames", ()))
    for item in items:
        if isinstance(item, pytest.Function) and item.get_closest_marker("anyio") is None:
            item.add_marker(pytest.mark.anyio)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asyncio alone: the driver knows nothing else."""
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def _unhurried() -> None:
    """Let a question take 15 s, not 5: most are planned for the first time here, on a machine that runs two tests at once."""
    for engine in (gallery.engine(), directory.engine()):
        engine.deadline = 15.0


@pytest.fixture(scope="session")
def release() -> local.Release:
    """The release of Neo4j under test."""
    return local.LTS if os.environ.get("ROLLEGALLERI_TEST_NEO4J") == "lts" else local.CURRENT


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory, release: local.Release) -> Iterator[Connection]:
    """A running Neo4j, empty if it is ours; a server that NEO4J_URI names is used as it is."""
    uri = os.environ.get("NEO4J_URI")
    if uri:
        name, password = os.environ.get("NEO4J_USERNAME", "neo4j"), os.environ.get("NEO4J_PASSWORD", "")
        yield Connection(uri, name, password, os.environ.get("NEO4J_DATABASE", "neo4j"))
        return
    folder: Path = tmp_path_factory.mktemp("neo4j") / "data"
    with local.start(folder, print, release=release) as server:
        yield server.connection


@pytest.fixture(scope="session")
async def database(neo4j_server: Connection, anyio_backend: str) -> AsyncIterator[Database]:
    """One pool of connections for the whole run; what a test writes, it removes."""
    server = neo4j_server
    async with await Database.connect(server.uri, server.username, server.password, server.database) as connected:
        yield connected


async def seed(database: Database) -> None:
    """Bring schema, reference and demo data in; where they are already, nothing changes."""
    await migrations.apply(database, print)
    await load_reference(database, print)
    await load_demo(database, print)


@pytest.fixture(scope="session")
async def seeded(database: Database) -> Database:
    """Reference and demo data, loaded once. What a test records beside them, it takes back.

    Tried three times: a database that has just started, on a machine that is busy, may plan its first statements too
    slowly for a service's deadlines, and these tests are not about speed.
    """
    for left in reversed(range(3)):
        try:
            await seed(database)
            break
        except GraphError:
            if not left:
                raise
    return database


@pytest.fixture(scope="session")
def second_server(tmp_path_factory: pytest.TempPathFactory, release: local.Release) -> Iterator[Connection]:
    """One more Neo4j for the whole run, for what needs an empty one."""
    with local.start(tmp_path_factory.mktemp("second") / "data", print, release=release) as server:
        yield server.connection


@pytest.fixture(scope="session")
async def second(second_server: Connection, database: Database) -> AsyncIterator[Database]:
    """It, connected. (`database` keeps the session's loop alive.)"""
    server = second_server
    async with await Database.connect(server.uri, server.username, server.password, server.database) as connected:
        await migrations.apply(connected, print)
        yield connected


@pytest.fixture
async def vacant(second: Database) -> Database:
    """A database with its constraints and nothing else, whatever was there before."""
    removing = Statement(
        "test", "MATCH (n) WHERE NOT n:Migration WITH n LIMIT 5000 DETACH DELETE n RETURN count(n) AS n"
    )

    async def work(transaction: Transaction) -> int:
        return int((await transaction.run(removing))[0]["n"])

    while await second.write(work, name="test", seconds=60.0, patience=30.0):
        pass
    return second
