"""What can be wrong with a file (nothing of it is read) and with its rows (each is told, none is dropped silently)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from graph_seed.errors import SeedError
from resolvers.errors import shown

FileCode = Literal[
    "FILE_EMPTY",  # no bytes, or nothing but blanks
    "FILE_NOT_A_SPREADSHEET",  # neither .xlsx nor delimited text, or a broken one
    "FILE_PROTECTED",  # encrypted with a password
    "FILE_TOO_LARGE",  # in bytes, packed or unpacked
    "FILE_TOO_MANY_ROWS",
    "FILE_TOO_MANY_COLUMNS",
    "FILE_CELL_TOO_LARGE",
    "FILE_MERGED_CELLS",
    "FILE_TOO_SLOW",  # the reader's time was used up
    "FILE_READER_DIED",  # the reader ended without an answer, or out of memory
]
BETWEEN_ROWS: Final = ("SAME_ROW", "ROWS_CONTRADICT")
"""What two rows may be to each other where the map has both."""
RowCode = Literal[
    "HEADING_UNKNOWN",
    "HEADING_MISSING",
    "HEADING_TWICE",
    "CELL_EMPTY",  # where a value is needed
    "CELL_NOT_UNDER_A_HEADING",
    "BAD_CELL",  # a formula or an error of the spreadsheet where a value is needed
    "BAD_CODE",
    "BAD_THING_KEY",
    "BAD_DATE",
    "BAD_PERIOD",
    "BAD_EMAIL",
    "BAD_PHONE",
    "BAD_CHOICE",
    "BAD_TEXT",
    "SAME_ROW",  # the row stands twice
    "ROWS_CONTRADICT",  # two rows say different things of the same, at the same time
    "AMBIGUOUS_PERSON",  # several people fit
    "KEY_OF_ANOTHER",  # the key, or the address, belongs to somebody of another name
    "TOO_MANY_ROWS",  # of one role in one municipality
]
WarningCode = Literal["ENCODING_GUESSED", "SHEET_IGNORED", "FORMULA_AS_TEXT", "NO_ROWS"]


class FileRefused(SeedError):
    """A file that cannot be read at all; nothing of it was. `str()` is one sentence, safe to show.

    `field` is always `file`; `value` is what was found, `expected` what would be right, with the limit where it is one.
    """

    field: Final = "file"
    people: Final = frozenset[str]()

    def __init__(self, code: FileCode, value: str, expected: str) -> None:
        self.code, self.value, self.expected = code, value, expected
        super().__init__(f"The file cannot be read: {value}; expected {expected}. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing that is wrong in a row, so that a person finds the cell and can put it right.

    `sheet` is the sheet's name in the file (for CSV the declared one), `row` the number that a spreadsheet shows,
    `column` the heading as the file has it (None: the row as a whole), `value` what stands there. `other` is the row
    that this one repeats or contradicts.
    """

    code: RowCode | str
    """One of a file's codes, or of those of the change that the row asks for."""
    sheet: str
    row: int
    column: str | None
    value: str
    expected: str
    other: int | None = None

    def __str__(self) -> str:
        """Say it in one sentence."""
        where = f"{self.sheet}, row {self.row}" + (f", {self.column}" if self.column else "")
        return f"{where}: {shown(self.value)} is not possible; expected {self.expected}."


@dataclass(frozen=True, slots=True)
class ReadWarning:
    """Something that was done otherwise than the file says, or guessed; `message` is one sentence."""

    code: WarningCode
    message: str
    sheet: str | None = None
    row: int | None = None
