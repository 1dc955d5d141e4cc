"""The parts of an .xlsx, with the archive's word about their sizes checked first and their real sizes as they come out."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from graph_seed.exchange.errors import FileRefused
from graph_seed.exchange.limits import Limits, megabytes

_CHUNK: Final = 64 * 1024
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 0x1
BROKEN: Final = "a whole .xlsx workbook, as a spreadsheet saves it"


class Archive:
    """An .xlsx as a set of named parts.

    Raises:
        FileRefused: no archive, a broken or encrypted one, or one that holds more than the limits.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._left, self._limits = limits.unpacked_bytes, limits
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
            raise FileRefused("FILE_NOT_A_SPREADSHEET", "the archive is broken", BROKEN) from None
        infos = self._zip.infolist()
        if len(infos) > limits.parts:
            raise FileRefused(
                "FILE_TOO_LARGE", f"the workbook has {len(infos)} parts", f"at most {limits.parts} parts in a workbook"
            )
        if sum(info.file_size for info in infos) > limits.unpacked_bytes:
            raise self._too_large()
        if any(info.flag_bits & _ENCRYPTED for info in infos):
            raise FileRefused("FILE_PROTECTED", "the workbook is encrypted", "a workbook without a password")
        if any(info.compress_type not in _METHODS for info in infos):
            raise FileRefused("FILE_NOT_A_SPREADSHEET", "the archive is packed in an unusual way", BROKEN)
        self._names = {info.filename.lstrip("/").lower(): info.filename for info in infos}

    def has(self, name: str) -> bool:
        """Whether there is such a part; case does not count, as the format says."""
        return name.lower() in self._names

    def chunks(self, name: str) -> Iterator[bytes]:
        """Unpack a part, 64 kB at a time, and count."""
        actual = self._names.get(name.lower())
        if actual is None:
            raise FileRefused("FILE_NOT_A_SPREADSHEET", f"the workbook lacks its part {name[:100]!r}", BROKEN)
        try:
            with self._zip.open(actual) as part:
                while chunk := part.read(_CHUNK):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise self._too_large()
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
            raise FileRefused("FILE_NOT_A_SPREADSHEET", f"the part {name[:100]!r} is broken", BROKEN) from None

    def _too_large(self) -> FileRefused:
        size = megabytes(self._limits.unpacked_bytes)
        return FileRefused("FILE_TOO_LARGE", f"the workbook unpacks to more than {size}", f"at most {size} unpacked")
