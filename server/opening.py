"""Getting at the database: an external one as the settings name it, or the embedded one, already running or our own."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

from graph import local, migrations
from graph.driver import Database
from graph.local import Connection
from graph.restoring import refuse_half
from graph_seed.load import is_empty, load_demo, load_reference
from server.settings import Settings

T = TypeVar("T")
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

    An external database gets its schema only: what it holds is its owner's decision (`rollegalleri seed`). Raises a
    `StartError` for a database that is newer, or holds a part of a backup.
    """
    began = monotonic()
    await refuse_half(database)
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


async def _is_behind(database: Database) -> bool:
    """Tell whether the database lacks migrations that this version has."""
    return await migrations.version(database) < len(migrations.read_migrations())


@contextmanager
def located(settings: Settings, report: Report, alone: bool = False) -> Iterator[Connection | None]:
    """Find the embedded database: the running one, else one that is started and stopped again; None: an external one.

    `alone`: a running one is refused, since others use it. Outside any event loop, so that Ctrl-C ends a start at once
    and not when it is done. Raises `StartError`.
    """
    running = local.running(settings.data) if settings.embedded and not alone else None
    if running is not None or not settings.embedded:
        yield running
        return
    with local.start(settings.data, report) as server:
        yield server.connection


def with_database(
    settings: Settings,
    report: Report,
    work: Callable[[Database], Awaitable[T]],
    fill: bool = False,
    restoring: bool = False,
) -> T:
    """Run one command's work on the database and give its result.

    With `fill` an embedded database that is empty is filled first: `who` answers on a bare machine too. `restoring` has
    the embedded database for itself, and may find one that holds a part of a backup; others are refused that.
    """

    async def connected(connection: Connection | None) -> T:
        async with await connect(settings, connection) as database:
            if not restoring:
                await refuse_half(database)
            if fill and settings.embedded and (await _is_behind(database) or await is_empty(database)):
                await prepare(database, True, report)
            return await work(database)

    with located(settings, report, alone=restoring) as connection:
        return asyncio.run(connected(connection))
