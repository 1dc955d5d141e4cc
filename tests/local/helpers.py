"""Other processes that start a database, and looking at what is left of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from graph import local
from graph.local.releases import CHECKOUT

OWNER = """
import json, pathlib, sys
from graph import local
release = local.LTS if sys.argv[2] == local.LTS.version else local.CURRENT
with local.start(pathlib.Path(sys.argv[1]), lambda line: print(line, file=sys.stderr), release=release) as server:
    try:
        print(json.dumps({"uri": server.uri, "child": server.pid}), flush=True)
        sys.stdin.read()
    except KeyboardInterrupt:
        pass
"""
"""A service in small: starts a database, and stops it at Ctrl-C or at the end of its input."""


class Owner:
    """A process that has a database; `child` is the database's own process."""

    def __init__(self, data: Path, release: local.Release) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", OWNER, str(data), release.version],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=CHECKOUT,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        said = json.loads(self.process.stdout.readline())
        self.uri: str = said["uri"]
        self.child: int = said["child"]

    def interrupt_like_a_terminal(self) -> None:
        """Ctrl-C reaches the whole process group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        if self.process.poll() is None:
            assert self.process.stdin is not None
            self.process.stdin.close()
            self.process.wait(10)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


@contextmanager
def owning(data: Path, release: local.Release) -> Iterator[Owner]:
    owner = Owner(data, release)
    try:
        yield owner
    finally:
        owner.close()


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except FileNotFoundError:
        return False


def freeze(pid: int) -> None:
    """Stop a process, and return when it has stopped: on a busy machine its threads run on for a moment."""
    os.kill(pid, signal.SIGSTOP)
    seconds_until(lambda: all(_stopped(task) for task in Path(f"/proc/{pid}/task").iterdir()), 10)


def _stopped(task: Path) -> bool:
    return (task / "stat").read_text().rpartition(") ")[2][0] in "tT"


def seconds_until(condition: Callable[[], bool], at_most: float) -> float:
    """How long it took until the condition held."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < at_most, f"not within {at_most} s"
        time.sleep(0.05)
    return time.monotonic() - started
