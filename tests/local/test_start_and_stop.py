"""One database per folder, private, gone with its owner, and stopped in seconds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import neo4j
import pytest

from graph import local
from graph.driver import Database, Statement, Transaction
from graph.errors import FolderLockedError
from graph.local.child import COMPILER_NICENESS
from graph.local.server import STOP_SECONDS
from tests.local.helpers import alive, owning, seconds_until


async def connect(server: local.Connection | local.LocalServer) -> Database:
    return await Database.connect(server.uri, server.username, server.password)


async def mark(database: Database, name: str) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.run(Statement("mark", "CREATE (:Mark {name: $p.name})", {"name": name}))

    await database.write(work, name="mark")


async def marks(database: Database) -> list[str]:
    return [
        record["name"] for record in await database.read(Statement("marks", "MATCH (m:Mark) RETURN m.name AS name"))
    ]


async def test_it_stops_within_seconds_with_an_open_transaction_and_keeps_what_was_committed(
    tmp_path: Path, release: local.Release
) -> None:
    data = tmp_path / "data"
    server = local.start(data, print, release=release)
    database = await connect(server)
    await mark(database, "committed")
    await database.close()
    with neo4j.GraphDatabase.driver(server.uri, auth=(server.username, server.password)) as driver:
        session = driver.session()
        transaction = session.begin_transaction()
        transaction.run("CREATE (:Mark {name: 'open'})").consume()

        started = time.monotonic()
        server.stop()
        assert STOP_SECONDS < 8
        assert time.monotonic() - started < 25, "killed after `STOP_SECONDS`; the rest is the machine's"
        assert not alive(server.pid)
        transaction.close()
        session.close()
    server.stop()
    assert local.running(data) is None
    with local.start(data, print, release=release) as again:
        async with await connect(again) as database:
            assert await marks(database) == ["committed"]


def test_files_are_private_and_the_port_is_on_loopback(
    tmp_path: Path, release: local.Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    # One generated password in 64 begins with a dash; it must not be taken for an option.
    monkeypatch.setattr("graph.local.folder.secrets.token_urlsafe", lambda size: "-dash" * 6)
    with local.start(data, print, release=release) as server:
        assert server.uri.startswith("bolt://127.0.0.1:")
        assert server.password == "-dash" * 6
        open_to_others = [path for path in [data, *data.rglob("*")] if path.stat().st_mode & 0o077]
        password = server.password
        assert password not in Path(f"/proc/{server.pid}/cmdline").read_text()
        assert password not in Path(f"/proc/{server.pid}/environ").read_text()
    assert open_to_others == []
    assert password not in (data / "neo4j.log").read_text()
    assert password not in repr(server.connection)


async def test_another_process_is_told_who_has_the_folder_and_can_use_the_database(
    tmp_path: Path, release: local.Release
) -> None:
    data = tmp_path / "data"
    with owning(data, release) as owner:
        with pytest.raises(
            FolderLockedError, match=f"in use by process {owner.process.pid} .* at {owner.uri}"
        ) as caught:
            local.start(data, print, release=release)
        assert caught.value.holder is not None
        running = local.running(data)
        assert running is not None
        assert running.uri == owner.uri
        async with await connect(running) as database:
            await mark(database, "by the other")
    assert local.running(data) is None


async def test_a_killed_owner_leaves_no_process_no_lock_and_no_loss(tmp_path: Path, release: local.Release) -> None:
    data = tmp_path / "data"
    with owning(data, release) as owner:
        running = local.running(data)
        assert running is not None
        async with await connect(running) as database:
            await mark(database, "before the kill")
        owner.kill()
        # While the database still stops, nobody is told to use it, and a new start waits for it.
        assert local.running(data) is None
        with local.start(data, print, release=release) as server:
            assert not alive(owner.child)
            async with await connect(server) as database:
                assert await marks(database) == ["before the kill"]


def test_a_stop_does_not_wait_for_a_database_that_is_being_started_again(
    tmp_path: Path, release: local.Release
) -> None:
    said: list[str] = []
    with local.start(tmp_path / "data", said.append, release=release) as server:
        first = server.pid
        os.kill(first, signal.SIGKILL)
        seconds_until(lambda: server.pid != first, 60)
        os.kill(server.pid, signal.SIGSTOP)  # it never answers
        server.stop()
        assert not alive(server.pid)
    assert said[-1] == "The embedded Neo4j ended by itself; starting it again"
    with local.start(tmp_path / "data", said.append, release=release):
        pass


def test_ctrl_c_stops_the_owner_in_order(tmp_path: Path, release: local.Release) -> None:
    data = tmp_path / "data"
    with owning(data, release) as owner:
        owner.interrupt_like_a_terminal()
        took = seconds_until(lambda: owner.process.poll() is not None, 10)
        assert owner.process.returncode == 0
        assert not alive(owner.child)
        assert took < 10
    assert not (data / "server.json").exists()
    assert (data / "lock").stat().st_size == 0


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a niceness of their own on Linux alone")
def test_what_answers_goes_before_what_compiles(tmp_path: Path, release: local.Release) -> None:
    with local.start(tmp_path / "data", print, release=release) as server:
        nice = {}
        for task in Path(f"/proc/{server.pid}/task").iterdir():
            name, _, rest = (task / "stat").read_text("utf-8").partition("(")[2].rpartition(")")
            nice.setdefault(name.rstrip("0123456789"), set()).add(int(rest.split()[16]))
    assert nice["C2 CompilerThre"] == {COMPILER_NICENESS}
    assert {number for name, numbers in nice.items() if not name.startswith("C2 ") for number in numbers} == {0}


_HOOKED = """
import gc, sys, jpype
from graph.local.child import leave_java_alone
jpype.startJVM(sys.argv[1])
before = len(gc.callbacks)
leave_java_alone()
print(before > 0, len(gc.callbacks))
"""


def test_java_alone_decides_when_its_heap_is_looked_through(release: local.Release) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _HOOKED, str(release.jvm())], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout.split() == ["True", "0"]
