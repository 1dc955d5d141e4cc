"""Getting at the database: an external one as the settings name it, or the embedded one, already running or our own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic

from graph import local, migrations
from graph.driver import Database
from graph.local import Connection
from graph_seed.load import is_empty, load_demo, load_reference
from server.settings import Settings

Report = Callable[[str], None]
"""Takes one line of progress for a person."""


async def connect(settings: Settings, connection: Connection | None = None) -> Database:
    """Connect to the embedded database at `connection`, or to the server that the settings name. Raises `StartError`."""
    if connection is not None:
        return await Database.connect(connection.uri, connection.username, connection.password, connection.database)
    return await Database.connect(
        settings.neo4j_uri or "",
        settings.neo4j_username,
        settings.neo4j_password.get_secret_value(),
        settings.neo4j_database,
    )


async def prepare(database: Database, embedded: bool, report: Report) -> None:
    """Bring the schema up to date and, in the embedded database, the reference data; demo data where it was empty.

    An external database gets its schema only: what it holds is its owner's decision (`rollegalleri seed`).
    """
    began = monotonic()
    applied = await migrations.apply(database, report)
    known = len(migrations.read_migrations())
    done = f"{len(applied)} migrations applied" if applied else "nothing to migrate"
    report(f"Schema version {known}: {done} ({monotonic() - began:.1f} s)")
    if not embedded:
        return
    empty = await is_empty(database)
    await load_reference(database, report)
    if empty:
        await load_demo(database, report)


@asynccontextmanager
async def attached(settings: Settings, report: Report) -> AsyncIterator[Database]:
    """Give a database for one command: the running one if there is one, else one that is started and stopped again."""
    running = await asyncio.to_thread(local.running, settings.data) if settings.embedded else None
    if running is not None or not settings.embedded:
        async with await connect(settings, running) as database:
            yield database
        return
    server = await _started(settings, report)
    try:
        async with await connect(settings, server.connection) as database:
            yield database
    finally:
        await asyncio.shield(asyncio.to_thread(server.stop))


@asynccontextmanager
async def opened(settings: Settings, report: Report) -> AsyncIterator[Database]:
    """Give a database to ask. An embedded one that is empty is filled first: `who` answers on a bare machine too."""
    async with attached(settings, report) as database:
        if settings.embedded and (await migrations.version(database) == 0 or await is_empty(database)):
            await prepare(database, True, report)
        yield database


async def _started(settings: Settings, report: Report) -> local.LocalServer:
    """Start in a thread; one that is given up meanwhile is stopped as soon as it is there."""
    starting = asyncio.get_running_loop().run_in_executor(None, lambda: local.start(settings.data, report))
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        (await starting).stop()
        raise
