"""The database that is measured: embedded, seeded once, in a folder of its own."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import uvloop

from graph import migrations
from graph.driver import Database
from graph.local.server import start
from graph_seed.load import Loaded, load_demo, load_reference, load_scale

FOLDER = Path(".rollegalleri-bench")
"""Not inside the service's own folder, which is refused when it holds something else before its first start."""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Running:
    """A database that runs: how to connect, and its process."""

    uri: str
    username: str
    password: str
    pid: int


def report(line: str) -> None:
    """Say how far it is."""
    print(line, file=sys.stderr, flush=True)


@contextlib.contextmanager
def database(folder: Path = FOLDER) -> Iterator[Running]:
    """Start it, stop it at the end."""
    with start(folder, report) as server:
        yield Running(server.uri, server.username, server.password, server.pid)


@contextlib.contextmanager
def thrown_away() -> Iterator[Running]:
    """Start an empty one in a folder that is removed at the end."""
    with (
        tempfile.TemporaryDirectory(prefix="rollegalleri-bench-") as folder,
        database(Path(folder) / "data") as running,
    ):
        yield running


def seed(running: Running) -> float:
    """Bring schema, reference and demo data in; return the seconds that the data took."""
    return uvloop.run(_seed(running))


async def _seed(running: Running) -> float:
    async with await Database.connect(running.uri, running.username, running.password) as connected:
        await migrations.apply(connected, report)
        started = monotonic()
        await load_reference(connected, report)
        await load_demo(connected, report)
        return monotonic() - started


def seed_scale(running: Running, times: int) -> tuple[Loaded, float]:
    """Have `times` × the organisations; return what was written, and the seconds."""

    async def work() -> tuple[Loaded, float]:
        async with await Database.connect(running.uri, running.username, running.password) as connected:
            started = monotonic()
            return await load_scale(connected, times, report), monotonic() - started

    return uvloop.run(work())


def processor_seconds(pid: int) -> float:
    """Processor time that a process and its threads have used; 0 where the system does not tell."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(after_name[11]) + int(after_name[12])) / _TICKS


def resident_bytes(pid: int) -> int:
    """Memory of a process that is in the machine's own memory."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024
