"""The data folder: private, ours alone while a database runs in it, and able to say who has it.

`lock` is held (flock) by the process that started the database *and* by the database's own process, so that a folder
whose owner was killed stays locked until its database has really stopped. `server.json` tells the same user's other
processes who that is and how to connect. It counts only while the lock is held: what a killed process left behind
confuses nobody.
"""

from __future__ import annotations

import errno
import fcntl
import getpass
import json
import os
import secrets
import shutil
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from graph.errors import DiskFullError, FolderLockedError, FolderNotUsableError, Holder, PasswordFileError
from graph.local.jars import Report

USERNAME = "neo4j"
NEEDED_BYTES = 300_000_000
"""Room for an empty database, its transaction logs and the reference and demo data."""
BESIDE = ("identity",)
"""What the service keeps in the folder too, perhaps before there is a database in it."""
STOPPING_SECONDS = 12.0
"""How long a database whose owner was killed may take to let go of the folder."""


@dataclass(frozen=True, slots=True)
class Connection:
    """How to connect to a running database."""

    uri: str
    username: str
    password: str = field(repr=False)
    database: str = "neo4j"


class Folder:
    """A data folder by its absolute path; `open` makes it and takes its lock, `close` gives it back."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.home = self.path / "neo4j"
        self.log = self.path / "neo4j.log"
        self.lock_file = self.path / "lock"
        self.server_file = self.path / "server.json"
        self.password_file = self.path / "password"

    def open(self, report: Report) -> int:
        """Make the folder, take its lock and say that we have it; return the locked descriptor.

        Raises `FolderLockedError`, `FolderNotUsableError` or `DiskFullError`.
        """
        try:
            return self._open(report)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFullError(self.path, NEEDED_BYTES, None) from error
            raise FolderNotUsableError(self.path, error.strerror or type(error).__name__) from error

    def _open(self, report: Report) -> int:
        if self.path.exists() and not self.path.is_dir():
            raise FolderNotUsableError(self.path, "it is not a folder")
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(entry.name not in BESIDE for entry in self.path.iterdir()) and not self.lock_file.exists():
            raise FolderNotUsableError(self.path, "it is not empty and not from rollegalleri")
        self.path.chmod(0o700)
        lock = os.open(self.lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._take(lock, report)
            free = shutil.disk_usage(self.path).free
            if free < NEEDED_BYTES:
                raise DiskFullError(self.path, NEEDED_BYTES, free)
            self.announce(None)
        except BaseException:
            os.close(lock)
            raise
        return lock

    def _take(self, lock: int, report: Report) -> None:
        """Wait only for a lock whose owner is gone: its database is stopping, or somebody just looks."""
        until = time.monotonic() + STOPPING_SECONDS
        said = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                holder = self._holder()
                if holder is not None or time.monotonic() > until:
                    raise FolderLockedError(self.path, holder) from None
            if not said and time.monotonic() > until - STOPPING_SECONDS + 1:
                report(f"The last database in {self.path} is still stopping; waiting for it")
                said = True
            time.sleep(0.1)

    def close(self, lock: int) -> None:
        """Take back what we said, then the lock: in this order, so that nobody's later word is removed."""
        self.server_file.unlink(missing_ok=True)
        os.close(lock)

    def announce(self, uri: str | None) -> None:
        """Say who has the folder and, once it is ready, where its database is."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        _write_private(self.server_file, json.dumps(asdict(Holder(os.getpid(), _user(), now, uri))))

    def password(self) -> str:
        """The database's password, made on the first start; only this user can read it."""
        if not self.password_file.exists():
            if (self.home / "data" / "databases").exists():
                raise PasswordFileError(self.password_file)
            _write_private(self.password_file, secrets.token_urlsafe(24))
        password = self.password_file.read_text("ascii").strip()
        if not password:
            raise PasswordFileError(self.password_file)
        return password

    def running(self, wait_seconds: float) -> Connection | None:
        """The connection of the live process that holds the lock; waits for one that is still starting."""
        until = time.monotonic() + wait_seconds
        while self._locked() and (holder := self._holder()) is not None:
            if holder.uri is not None:
                return Connection(holder.uri, USERNAME, self.password())
            if time.monotonic() > until:
                return None
            time.sleep(0.1)
        return None

    def _locked(self) -> bool:
        try:
            lock = os.open(self.lock_file, os.O_RDONLY)
        except OSError:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        return False

    def _holder(self) -> Holder | None:
        """Who announced itself, if that process lives."""
        try:
            holder = Holder(**json.loads(self.server_file.read_text("utf-8")))
            os.kill(holder.pid, 0)
        except (OSError, ValueError, TypeError):
            return None
        return holder


def _write_private(file: Path, text: str) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write(text)
    draft.replace(file)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A container's user often has a number only.
        return str(os.getuid())
