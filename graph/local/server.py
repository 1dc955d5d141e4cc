"""Starting, watching and stopping the embedded Neo4j from the process that uses it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from graph.errors import DidNotStartError, DiskFullError, StartError
from graph.local import ahead
from graph.local.folder import NEEDED_BYTES, USERNAME, Connection, Folder
from graph.local.jars import Report, default_cache, provide
from graph.local.releases import CHECKOUT, CURRENT, Release
from graph.local.settings import ENVIRONMENT, JVM_ARGUMENTS, settings_file

STOP_SECONDS = 7.5
"""After this the child is killed; it ends itself hard after 6 s. With the service's own end it stays below 10 s."""
LOG_BYTES = 5_000_000
"""The child's log is set aside at a start when it is larger."""
RESTART_SECONDS = (0.0, 1.0, 5.0, 15.0, 30.0)
"""Pauses before each new attempt to bring back a database that ended by itself; the last one repeats."""
STEADY_SECONDS = 60.0
LEARNING_SECONDS = 180.0
"""So long may the end of a child take that writes down what Java found out."""


class LocalServer:
    """A running embedded database; a context manager that stops it.

    Brings it back, at the same address, if it ends by itself.
    """

    def __init__(
        self, folder: Folder, lock: int, release: Release, jars: list[Path], report: Report, learn: Path | None = None
    ) -> None:
        self._folder, self._lock, self._release, self._jars, self._report = folder, lock, release, jars, report
        self._learn = learn
        self._stopping = threading.Event()
        self.username = USERNAME
        self.password = folder.password()
        self._port = self._spawn(0)
        self.uri = f"bolt://127.0.0.1:{self._port}"
        folder.announce(self.uri)
        self._watcher = threading.Thread(target=self._watch, name="neo4j-watcher", daemon=True)
        self._watcher.start()

    @property
    def connection(self) -> Connection:
        """How to connect."""
        return Connection(self.uri, self.username, self.password)

    @property
    def pid(self) -> int:
        """The database's own process."""
        return self._child.pid

    def stop(self) -> None:
        """Stop within 10 s and give the folder back. Close drivers first. Stopping again does nothing."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        while self._watcher.is_alive():  # it may be about to bring another child up
            _end(self._child, STOP_SECONDS if self._learn is None else LEARNING_SECONDS)
            self._watcher.join(0.05)
        self._folder.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _spawn(self, port: int) -> int:
        """Have a new child, and wait for its port. Raises a `StartError`, `OSError`, or `ValueError` where it says nothing that is known."""
        learn = self._learn
        start = ahead.beginning_from(self._release, self._jars) if learn is None else ahead.learning(learn)
        orders: dict[str, object] = {
            "jvm": str(self._release.jvm()),
            "arguments": [*JVM_ARGUMENTS, *self._release.jvm_arguments, *start],
            "jars": [str(jar) for jar in self._jars],
            "home": str(self._folder.home),
            "settings": settings_file(port),
            "password": self.password,
            "learns": learn is not None,
        }
        self._child = _start_child(self._folder.log, self._lock)
        try:
            return _await_port(self._child, orders, self._folder)
        except BaseException:
            _end(self._child)
            raise

    def _watch(self) -> None:
        """A database that was killed, or ran out of memory, comes back by itself."""
        attempt, born = 0, time.monotonic()
        while True:
            self._child.wait()
            if self._stopping.is_set():
                return
            _end(self._child)
            if time.monotonic() - born > STEADY_SECONDS:
                attempt = 0
            with contextlib.suppress(OSError):  # nobody may be left to be told; the database is what matters
                self._report("The embedded Neo4j ended by itself; starting it again")
            if self._stopping.wait(RESTART_SECONDS[min(attempt, len(RESTART_SECONDS) - 1)]):
                return
            attempt, born = attempt + 1, time.monotonic()
            try:
                self._spawn(self._port)
                told = f"The embedded Neo4j is back at {self.uri}"
            except (StartError, OSError, ValueError) as error:
                told = str(error)
            if not self._stopping.is_set():
                with contextlib.suppress(OSError):
                    self._report(told)
            if self._stopping.is_set():
                _end(self._child)


def start(
    data: Path,
    report: Report,
    *,
    release: Release = CURRENT,
    cache: Path | None = None,
    learn: Path | None = None,
) -> LocalServer:
    """Start Neo4j with its data in `data` and return when it answers, in 3–10 s; the first time it is fetched first.

    `report` gets lines of progress, also later from another thread. `learn`: the file in which Java writes down, when it
    is stopped, what it found out (graph/local/ahead.py). Raises a `StartError`.
    """
    started = time.monotonic()
    folder = Folder(data)
    lock = folder.open(report)
    try:
        jars = provide(release.jars(), cache or default_cache(), report)
        report(f"Starting Neo4j {release.version} with its data in {folder.path} (3 to 10 s)")
        server = LocalServer(folder, lock, release, jars, report, learn)
    except BaseException:
        folder.close(lock)
        raise
    report(f"Neo4j is ready at {server.uri} ({time.monotonic() - started:.1f} s)")
    return server


def running(data: Path, *, wait_seconds: float = 30.0) -> Connection | None:
    """How to connect to the database that another process of this user runs in `data`; None if none does.

    Waits up to `wait_seconds` for one that is still starting.
    """
    return Folder(data).running(wait_seconds)


def _start_child(log: Path, lock: int) -> subprocess.Popen[bytes]:
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "graph.local.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            cwd=CHECKOUT,
            env=os.environ | ENVIRONMENT,
            pass_fds=(lock,),
            start_new_session=True,
        )
    finally:
        os.close(output)


def _await_port(child: subprocess.Popen[bytes], orders: dict[str, object], folder: Folder) -> int:
    """Give the child its orders and wait for its one line: the port, or why there is none."""
    stdin, stdout = _pipes(child)
    with contextlib.suppress(BrokenPipeError):
        stdin.write(json.dumps(orders).encode() + b"\n")
        stdin.flush()
    line = stdout.readline()
    answer = json.loads(line) if line else {"error": "it ended without a word"}
    if "port" in answer:
        return int(answer["port"])
    text = answer["error"]
    if "No space left" in text:
        raise DiskFullError(folder.path, NEEDED_BYTES, None)
    raise DidNotStartError(text.splitlines()[0][:200] if text else "no reason given", folder.log)


def _end(child: subprocess.Popen[bytes], seconds: float = STOP_SECONDS) -> None:
    stdin, stdout = _pipes(child)
    with contextlib.suppress(BrokenPipeError):
        stdin.close()
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    stdout.close()


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the child was started without pipes")
    return child.stdin, child.stdout
