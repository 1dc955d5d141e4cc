"""Files: private, whole or not at all, never over another one; and the backup, a document with a seal around it.

A backup is a gzip file of text. Its first line says that it is one, its format and the product that wrote it; then comes the
document, as `export` writes it; the last line has the number of its bytes and their SHA-256:

```
{"backup":"rollegalleri","product":"0.1.0","version":1}
{"head":…
]}
{"bytes":…,"sha256":"…"}
```
So `gzip -dc FILE | sed '1d;$d'` is the document.
"""

from __future__ import annotations

import contextlib
import fcntl
import gzip
import hashlib
import os
import tempfile
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path
from typing import IO, Final

import orjson

from graph_seed.archive.document import FORMAT, LINE_BYTES, begins, encode
from graph_seed.archive.errors import (
    DamagedFileError,
    FileNotUsableError,
    FileThereError,
    ForeignFileError,
    NewerFormatError,
)

BACKUP_VERSION: Final = 1
"""Of what is around the document."""
LEVEL: Final = 6
_DRAFT: Final = ".rollegalleri-"
_PART: Final = ".part"
_GZIP: Final = b"\x1f\x8b"
_BACKUP: Final = "a backup that `rollegalleri backup` wrote"
_EITHER: Final = "a file that `rollegalleri backup` or `export` wrote"


@dataclass(slots=True)
class Sum:
    """Size and SHA-256 of a document's bytes."""

    bytes: int
    sha256: str


@contextmanager
def appearing(name: Callable[[], Path], folder: Path, force: bool = False) -> Iterator[IO[bytes]]:
    """Open a file that only its owner can read, and that appears in `folder` under `name()` at the end, whole.

    An existing file is replaced only with `force`. Raises `FileThereError` or `FileNotUsableError`; whatever is raised,
    nothing is left behind. What a process that was killed leaves is removed by `remove_left`.
    """
    try:
        descriptor, draft = _draft(folder)
        try:
            with os.fdopen(descriptor, "wb") as target:
                yield target
                target.flush()
                os.fsync(target.fileno())
                _place(draft, name(), force)  # while it is locked
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise unusable(folder, error) from error


def _draft(folder: Path) -> tuple[int, Path]:
    """Make an empty file that is private and locked, under a name that nobody else has: processes of two containers share numbers."""
    while True:
        descriptor, name = tempfile.mkstemp(_PART, _DRAFT, folder)
        with contextlib.suppress(OSError):  # not every file system has locks, and then nothing is removed there either
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), Path(name).stat()):
                return descriptor, Path(name)
        os.close(descriptor)  # taken for one that was left, before it was locked


def remove_left(folder: Path) -> None:
    """Remove the drafts that writers which were killed have left in a folder: those that nobody holds locked."""
    for draft in folder.glob(f"{_DRAFT}*{_PART}"):
        with contextlib.suppress(OSError):  # another user's, or gone meanwhile, or locked
            descriptor = os.open(draft, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                draft.unlink()
            finally:
                os.close(descriptor)


def unusable(path: Path, error: OSError, expected: str = "a place that can be read and written") -> FileNotUsableError:
    """Say what the system has against a path."""
    return FileNotUsableError(path, error.strerror or type(error).__name__, expected)


def refuse_existing(file: Path, force: bool) -> None:
    """Refuse before any work what would be refused after it. Raises `FileThereError` or `FileNotUsableError`."""
    try:
        is_folder, is_there, has_place = file.is_dir(), file.exists(), file.parent.is_dir()
    except OSError as error:
        raise unusable(file, error, "a file's name") from error
    if is_folder or not has_place:
        raise FileNotUsableError(file, "it is a folder" if is_folder else "its folder is not there", "a file's name")
    if is_there and not force:
        raise FileThereError(file)


def _place(draft: Path, file: Path, force: bool) -> None:
    if force:
        draft.replace(file)
    else:
        try:
            # Unlike a rename, a link never replaces what somebody else has put there meanwhile.
            os.link(draft, file)
        except FileExistsError:
            raise FileThereError(file) from None
        except OSError:
            # Not every file system has links.
            if file.exists():
                raise FileThereError(file) from None
            draft.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


async def sum_of(chunks: AsyncIterator[bytes], write: Callable[[bytes], object] = len) -> Sum:
    """Give the sum of a document's bytes, and write them on the way."""
    digest, count = hashlib.sha256(), 0
    async for chunk in chunks:
        write(chunk)
        digest.update(chunk)
        count += len(chunk)
    return Sum(count, digest.hexdigest())


async def write_plain(chunks: AsyncIterator[bytes], target: IO[bytes]) -> Sum:
    """Write a document as it is."""
    return await sum_of(chunks, target.write)


async def write_backup(chunks: AsyncIterator[bytes], target: IO[bytes]) -> Sum:
    """Write a document as a backup. The same document, written by the same product, gives the same bytes."""
    with gzip.GzipFile("", "wb", LEVEL, target, mtime=0) as packed:
        packed.write(
            encode({"backup": FORMAT, "version": BACKUP_VERSION, "product": installed("rollegalleri")}) + b"\n"
        )
        found = await sum_of(chunks, packed.write)
        packed.write(_seal(found))
    return found


def _seal(found: Sum) -> bytes:
    return encode({"bytes": found.bytes, "sha256": found.sha256}) + b"\n"


@contextmanager
def opened(file: Path) -> Iterator[IO[bytes]]:
    """Open a file once for all that is done with it, so that it is not another one at the second look."""
    try:
        with file.open("rb") as source:
            yield source
    except OSError as error:
        raise unusable(file, error, "a file that can be read") from error


class Lines:
    """The lines of a document in an open file, from its beginning: of a backup, or plain.

    `sum` is that of the lines given so far; `close` compares it with the seal and refuses what follows. Raises
    `ForeignFileError`, `NewerFormatError`, `DamagedFileError`.
    """

    def __init__(self, source: IO[bytes]) -> None:
        source.seek(0)
        packed = source.read(2) == _GZIP
        source.seek(0)
        self.product: str | None = None
        self.packed = packed
        self._stream: IO[bytes] = gzip.GzipFile(fileobj=source, mode="rb") if packed else source  # type: ignore[assignment]
        self._digest, self._count = hashlib.sha256(), 0
        if packed:
            self._read_title()

    def __iter__(self) -> Iterator[bytes]:
        """Give the next lines."""
        while line := self._line():
            self._digest.update(line)
            self._count += len(line)
            yield line

    @property
    def sum(self) -> Sum:
        """Of the lines given so far."""
        return Sum(self._count, self._digest.hexdigest())

    def close(self) -> Sum:
        """Look at what follows the document, and give its sum."""
        if self.packed and (seal := self._line()) != _seal(self.sum):
            raise self._altered(seal)
        if rest := self._line():
            raise DamagedFileError("what follows the end", rest[:30], "nothing")
        return self.sum

    def look_at_seal(self) -> None:
        """Read to the end, where a document that makes no sense may turn out to be a backup that was altered."""
        last = b""
        while line := self._line():
            self._digest.update(last)
            self._count += len(last)
            last = line
        if self.packed and last != _seal(self.sum):
            raise self._altered(last)

    def _altered(self, seal: bytes) -> DamagedFileError:
        return DamagedFileError("its checksum", seal[:100], f"SHA-256 {self.sum.sha256} of {self.sum.bytes} bytes")

    def _read_title(self) -> None:
        line = self._line()
        try:
            said = orjson.loads(line)
            backup, version, product = said["backup"], said["version"], said["product"]
        except (orjson.JSONDecodeError, TypeError, KeyError):
            raise ForeignFileError(f"a gzip file of something that {begins(line)}", _BACKUP) from None
        if backup != FORMAT:
            raise ForeignFileError(f"a backup of {str(backup)[:30]!r}", _BACKUP)
        if type(version) is not int or version < 1:
            raise DamagedFileError("version", version, f"a number from 1 to {BACKUP_VERSION}")
        if version > BACKUP_VERSION:
            raise NewerFormatError("version", version, BACKUP_VERSION)
        self.product = str(product)[:40]

    def _line(self) -> bytes:
        try:
            line = self._stream.readline(LINE_BYTES + 1)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DamagedFileError("the compression", str(error)[:60], "a file that is whole and unaltered") from None
        if len(line) > LINE_BYTES:
            raise ForeignFileError(f"a file with a line of more than {LINE_BYTES // 1_000_000} MB", _EITHER)
        return line
