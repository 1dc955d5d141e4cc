"""What can go wrong between us and Neo4j, by our own codes.

A driver's or a database's text never leaves this room: a unique violation's text holds the other tenant's e-mail.
`GraphError` is for a request (each has a `code` and a sentence that is safe to show); `StartError` is for a start
that cannot go on (one sentence: what happened, with which value, and what would be right; exit code ≠ 0).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final


class GraphError(Exception):
    """A statement did not give its answer. `str()` is safe to show; `__cause__` is for the log alone."""

    code: ClassVar[str]
    sentence: ClassVar[str]
    retry_after: ClassVar[int | None] = None
    """Seconds after which the same request may be sent again; None where repeating it is of no use."""

    def __init__(self) -> None:
        super().__init__(self.sentence)


class DatabaseUnavailableError(GraphError):
    """No connection, no free connection, or the server said that it cannot serve now."""

    code = "DATABASE_UNAVAILABLE"
    sentence = "The database does not answer at the moment; nothing was changed. Try again in a few seconds."
    retry_after = 2


class DeadlineError(GraphError):
    """The statement took longer than it may, on our clock or on the server's."""

    code = "DEADLINE"
    sentence = "The question took longer than it may and was stopped; nothing was changed. Ask for less at a time."


class ConflictError(GraphError):
    """A constraint refused a write, or the database ended it in favour of another one."""

    code = "CONFLICT"
    sentence = "Somebody else changed the same thing at the same time; nothing was changed. Read it again first."


class BusyError(GraphError):
    """A large import has announced itself: other writers are told at once, instead of waiting for its lock."""

    code = "BUSY"
    sentence = (
        "A large import is being recorded; nothing was changed. Try again in a few seconds; questions are answered."
    )
    retry_after = 5


class OutcomeUnknownError(GraphError):
    """The connection broke, or time ran out, while a commit was under way: it may or may not have been recorded."""

    code = "OUTCOME_UNKNOWN"
    sentence = "It is not known whether the change was recorded. Look before you send it again."


class InternalError(GraphError):
    """Anything else: an error of ours in a statement, or one that we do not know."""

    code = "INTERNAL"
    sentence = "Something went wrong inside the service; nothing was changed."


SLOW: Final = frozenset({DatabaseUnavailableError.code, DeadlineError.code})
"""Codes of a database that is there and too slow: one that was started a moment ago, and plans its first statements."""


class StartError(Exception):
    """The service cannot start. `str()` is one sentence for the person who started it."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who uses a data folder: `since` is an instant in ISO 8601, `uri` is None until its database is ready."""

    pid: int
    user: str
    since: str
    uri: str | None


class FolderLockedError(StartError):
    """Another process uses the data folder."""

    def __init__(self, folder: Path, holder: Holder | None) -> None:
        self.holder = holder
        who = "another process"
        if holder is not None:
            where = f", database at {holder.uri}" if holder.uri else ", still starting"
            who = f"process {holder.pid} (user {holder.user}, since {holder.since}{where})"
        super().__init__(f"The folder {folder} is in use by {who}: stop that one, or name another folder with --data.")


class FolderNotUsableError(StartError):
    """The data folder cannot be read and written, or holds what is not ours."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"The folder {folder} cannot be used ({reason}): name a writable one with --data.")


class PasswordFileError(StartError):
    """The database is there, and the file with its password is not, or is empty."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"The password file {file} is missing or empty: put it back, or name an empty folder with --data."
        )


class DiskFullError(StartError):
    """Not enough room. Sizes in bytes; `free` is None when the database noticed it itself."""

    def __init__(self, folder: Path, needed: int, free: int | None) -> None:
        have = "" if free is None else f"{free // 1_000_000} MB are free in {folder}, "
        super().__init__(f"The disk is full: {have}at least {needed // 1_000_000} MB are needed in {folder}.")


class JarDiffersError(StartError):
    """A jar is not the one that the lock file names."""

    def __init__(self, coordinate: str, file: Path, found: str, expected: str) -> None:
        super().__init__(
            f"The jar {coordinate} is not the one that was locked (SHA-256 {found}, expected {expected}) "
            f"and was not used: remove {file} and start again."
        )


class JarUnavailableError(StartError):
    """A jar is not in the cache and could not be fetched."""

    def __init__(self, coordinate: str, reason: str) -> None:
        super().__init__(
            f"The jar {coordinate} could not be fetched ({reason}): the first start needs the network; "
            "what was fetched is kept, so start again."
        )


class LockFileError(StartError):
    """A lock file of jars has a line that it cannot have."""

    def __init__(self, file: Path, line: str) -> None:
        super().__init__(f"The lock file {file} has the line {line!r}: expected 'group:artifact:version bytes sha256'.")


class JavaMissingError(StartError):
    """No Java runtime where one was expected."""

    def __init__(self, library: Path, remedy: str) -> None:
        super().__init__(f"There is no Java runtime at {library}: {remedy}.")


class DidNotStartError(StartError):
    """The embedded database ended before it was ready, for a reason that only its log tells."""

    def __init__(self, reason: str, log: Path) -> None:
        super().__init__(f"The embedded Neo4j did not start ({reason}): its log is {log}.")


class ServerUnreachableError(StartError):
    """Nobody answers at the address of the server."""

    def __init__(self, uri: str) -> None:
        super().__init__(f"No Neo4j answers at {uri}: start it, or correct NEO4J_URI.")


class BadAddressError(StartError):
    """The address of the server is not one that the driver understands."""

    def __init__(self, uri: str) -> None:
        super().__init__(
            f"{uri!r} is not the address of a Neo4j: expected something like bolt://127.0.0.1:7687 or neo4j+s://host."
        )


class WrongPasswordError(StartError):
    """The server refused user name and password."""

    def __init__(self, uri: str, username: str) -> None:
        super().__init__(
            f"Neo4j at {uri} refused the password of the user {username!r}: correct NEO4J_USERNAME and NEO4J_PASSWORD."
        )


class DatabaseMissingError(StartError):
    """The server has no database of that name."""

    def __init__(self, uri: str, database: str) -> None:
        super().__init__(f"Neo4j at {uri} has no database {database!r}: correct NEO4J_DATABASE.")


class ServerTooOldError(StartError):
    """The server is older than what our statements need."""

    def __init__(self, uri: str, version: str, oldest: str) -> None:
        super().__init__(f"Neo4j at {uri} is version {version}: at least {oldest} is needed.")
