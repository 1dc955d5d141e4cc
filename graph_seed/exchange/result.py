"""What reading a file gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from graph_seed.exchange.errors import ReadWarning, RowProblem

Format = Literal["csv", "xlsx"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as the spreadsheet shows it, and its typed values (`columns.Kind`) by column name.

    A column that the file does not have is missing from `values`; a cell that is empty is None.
    """

    number: int
    values: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class SheetRead:
    """The rows of one sheet in which nothing is wrong by itself; `sheet` is a name in `tables.BY_NAME`.

    `tab` is what the sheet is called in the file, `headings` what each column is called there.
    """

    sheet: str
    tab: str
    headings: Mapping[str, str]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A file that was read. Rows with problems are told in `problems` and are not among the rows.

    `more_problems` counts those beyond `Limits.problems`. A file of which `ok` is false must not be applied.
    """

    name: str
    format: Format
    sheets: tuple[SheetRead, ...]
    problems: tuple[RowProblem, ...]
    more_problems: int
    warnings: tuple[ReadWarning, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    @property
    def row_count(self) -> int:
        """How many rows are right."""
        return sum(len(sheet.rows) for sheet in self.sheets)
