"""How much a file may be, in one table. What is more is refused with the limit in the sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds.

    They leave room of several times what 50,000 assignments take: as .xlsx 2.5 MB, 26 MB unpacked, 3 s of computing and
    100 MB of memory to read; as CSV 8 MB, 1.5 s and 120 MB.
    """

    file_bytes: int = 32 * 2**20
    unpacked_bytes: int = 192 * 2**20
    """Of an .xlsx: the sum over its parts, as the archive says it and as it comes out."""
    parts: int = 1_000
    """Files inside an .xlsx."""
    rows: int = 50_000
    """Rows that hold something, over all sheets, without headings."""
    columns: int = 100
    """Columns that hold something, in one sheet."""
    cell_characters: int = 32_767
    """What a spreadsheet can show in one cell."""
    problems: int = 500
    """Row errors that are told one by one; more are counted."""
    memory_bytes: int = 512 * 2**20
    """Address space of the child."""
    cpu_seconds: int = 60
    wall_seconds: float = 90.0
    answer_bytes: int = 256 * 2**20
    """What the child may send back."""


LIMITS: Final = Limits()
WIDEST: Final = 16_384
"""Columns of a sheet in the format itself (XFD); a workbook that claims more was not made by a spreadsheet."""
LONGEST: Final = 1_048_576
"""Rows of a sheet in the format itself."""


def megabytes(size: int) -> str:
    """Say a size for people."""
    return f"{size // 2**20} MB"
