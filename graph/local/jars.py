"""Neo4j's jars: fetched once by coordinates into the user's cache, checked against the lock before every use.

`jgo` knows where Maven artifacts live; we do the transfer ourselves, because its own writes straight to the final name
(a killed download looks complete), asks for a second file per jar, and opens a connection for each. The cache holds a
name only after its bytes had the locked hash, so a killed download resumes with the jars that are missing.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

from graph.errors import DiskFullError, FolderNotUsableError, JarDiffersError
from graph.local.releases import Jar

Report = Callable[[str], None]
"""Takes one line of progress for a person."""

TRANSFERS = 8
PROGRESS_SECONDS = 2.0


def default_cache() -> Path:
    """The user's cache folder, shared by all checkouts: jars are checked before use, whoever fetched them."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "rollegalleri" / "jars"


def provide(jars: list[Jar], cache: Path, report: Report) -> list[Path]:
    """The jars' files, every one of them with the locked hash; fetches what is missing.

    Raises `JarDiffersError`, `JarUnavailableError`, `DiskFullError` or `FolderNotUsableError`.
    """
    started = time.monotonic()
    try:
        cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(not (cache / jar.name).exists() for jar in jars):
            with _alone(cache, report):
                _fetch_missing(jars, cache, report)
        _verify(jars, cache)
    except OSError as error:
        raise FolderNotUsableError(cache, error.strerror or type(error).__name__) from error
    size = sum(jar.size for jar in jars) / 1e6
    report(f"Neo4j's {len(jars)} jars are the locked ones ({size:.0f} MB checked, {time.monotonic() - started:.1f} s)")
    return [cache / jar.name for jar in jars]


@contextmanager
def _alone(cache: Path, report: Report) -> Iterator[None]:
    """One process fetches at a time; another one waits and then finds the jars there."""
    with (cache / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(f"Another process fetches Neo4j's jars into {cache}; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch_missing(jars: list[Jar], cache: Path, report: Report) -> None:
    missing = [jar for jar in jars if not (cache / jar.name).exists()]
    if not missing:
        return
    needed = sum(jar.size for jar in missing)
    free = shutil.disk_usage(cache).free
    if free < needed * 1.1:
        raise DiskFullError(cache, int(needed * 1.1), free)
    # Imported here: it costs 0.4 s, and every start but the first does without it.
    from graph.local.maven import Repository

    partial = cache / "partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700)
    progress = _Progress(missing, report)
    repository = Repository(progress.add)

    def fetch(jar: Jar) -> None:
        file = partial / jar.name
        found = repository.fetch(jar, file)
        if found != jar.sha256:
            file.unlink()
            raise JarDiffersError(jar.coordinate, cache / jar.name, found, jar.sha256)
        file.replace(cache / jar.name)
        progress.done()

    _in_threads(fetch, missing, progress.tell)
    shutil.rmtree(partial)
    progress.tell()


def _in_threads(work: Callable[[Jar], None], jars: list[Jar], tick: Callable[[], None]) -> None:
    with ThreadPoolExecutor(TRANSFERS) as pool:
        pending = {pool.submit(work, jar) for jar in jars}
        try:
            while pending:
                finished, pending = wait(pending, PROGRESS_SECONDS, FIRST_EXCEPTION)
                for future in finished:
                    future.result()
                if pending:
                    tick()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


class _Progress:
    """How far the fetching is: jars, megabytes and seconds."""

    def __init__(self, jars: list[Jar], report: Report) -> None:
        self._report = report
        self._count, self._size = len(jars), sum(jar.size for jar in jars)
        self._lock = threading.Lock()
        self._jars = self._bytes = 0
        self._started = time.monotonic()

    def add(self, size: int) -> None:
        with self._lock:
            self._bytes += size

    def done(self) -> None:
        with self._lock:
            self._jars += 1

    def tell(self) -> None:
        self._report(
            f"Fetching Neo4j (once): {self._jars} of {self._count} jars, "
            f"{self._bytes / 1e6:.0f} of {self._size / 1e6:.0f} MB, {time.monotonic() - self._started:.0f} s"
        )


def _verify(jars: Iterable[Jar], cache: Path) -> None:
    def check(jar: Jar) -> None:
        file = cache / jar.name
        with file.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
        if found != jar.sha256:
            raise JarDiffersError(jar.coordinate, file, found, jar.sha256)

    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for _ in pool.map(check, jars):
            pass
