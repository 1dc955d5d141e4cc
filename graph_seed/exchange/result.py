"""What reading a file gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from graph_seed.exchange.errors import FileRefused, ReadWarning, RowProblem

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


class Assembly:
    """Takes the messages of `reading` one by one; `form` is known when everything was said."""

    def __init__(self) -> None:
        self.form: Format | None = None
        self._sheets: list[tuple[dict[str, Any], list[Row]]] = []
        self._problems: tuple[RowProblem, ...] = ()
        self._more = 0
        self._warnings: tuple[ReadWarning, ...] = ()

    def take(self, message: dict[str, Any]) -> None:
        """Take one message; a refusal is raised."""
        if "rows" in message:
            about, rows = self._sheets[-1]
            names = tuple(about["headings"])
            rows += [Row(number, dict(zip(names, values, strict=True))) for number, *values in message["rows"]]
        elif "sheet" in message:
            self._sheets.append((message, []))
        elif "problems" in message:
            self._problems += tuple(RowProblem(**p) for p in message["problems"])
            self._more += message.get("more", 0)
        elif "warnings" in message:
            self._warnings = tuple(ReadWarning(**w) for w in message["warnings"])
        elif "refused" in message:
            raise FileRefused(**message["refused"])
        else:
            self.form = message["end"]

    def result(self, name: str) -> Read:
        """Put it together, when everything was said."""
        if self.form is None:
            raise ValueError("the end of the file was not reported")
        sheets = tuple(SheetRead(m["sheet"], m["tab"], m["headings"], tuple(rows)) for m, rows in self._sheets)
        return Read(name, self.form, sheets, self._problems, self._more, self._warnings)
