"""`python -m server.ahead`: let Java learn from a start of the embedded Neo4j, once, for all that follow.

What it learns from is what a first start does: an empty database, its schema, the reference and demo data, and the questions
that a service warms up with. It is written by whoever starts often (`make test` does it by itself); a service starts without it
as well, only later. Where it cannot be had, one sentence says why, and nothing else changes.
"""

from __future__ import annotations

import asyncio
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from graph import local
from graph.driver import Database
from graph.errors import GraphError, StartError
from graph.local import CURRENT, Connection, ahead
from graph.local.jars import default_cache, provide
from server.opening import prepare
from server.running import warm_up

NEEDED_BYTES = 1_000_000_000
"""Free space: 400 MB while the file is written, of which 200 MB stay, and the database that is learnt from."""

UNFINISHED = "learning-"


def main() -> None:
    """Make the file, if it is not there."""
    try:
        with _alone():
            _learn()
    except (StartError, GraphError, OSError) as error:
        print(f"Starts of Neo4j stay as they are: {error}")


@contextmanager
def _alone() -> Iterator[None]:
    """Learn in one process at a time; another one waits, and finds the file."""
    ahead.FOLDER.mkdir(mode=0o700, exist_ok=True)
    with (ahead.FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _learn() -> None:
    file = ahead.file_for(CURRENT, provide(CURRENT.jars(), default_cache(), _say_nothing))
    if file.is_file():
        return
    if (free := shutil.disk_usage(ahead.FOLDER).free) < NEEDED_BYTES:
        raise OSError(f"{NEEDED_BYTES / 1e6:.0f} MB are needed in {ahead.FOLDER}, {free / 1e6:.0f} are free")
    for left in ahead.FOLDER.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)
    print("Learning from a start of Neo4j, so that those that follow are faster: once, about a minute", flush=True)
    began = monotonic()
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=ahead.FOLDER) as folder:
        written = Path(folder) / file.name
        with local.start(Path(folder) / "data", _say_nothing, learn=written) as server:
            asyncio.run(as_a_first_start(server.connection))
        if not written.is_file():
            raise OSError("Java wrote nothing")
        for old in ahead.FOLDER.glob("*.aot"):
            old.unlink()
        written.replace(file)
    print(f"Learnt: {file.stat().st_size / 1e6:.0f} MB in {file.parent} ({monotonic() - began:.0f} s)")


async def as_a_first_start(connection: Connection) -> None:
    """Do what a service does with an empty database before it says that it is ready, and just after."""
    async with await Database.connect(
        connection.uri, connection.username, connection.password, connection.database
    ) as database:
        await prepare(database, True, _say_nothing)
        await warm_up(database)


def _say_nothing(_line: str) -> None:
    """Leave out the lines of a start that nobody asked for."""


if __name__ == "__main__":
    main()
