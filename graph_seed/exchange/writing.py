"""Writing the current map: a CSV of one sheet, a workbook of any, and the template that people fill in.

What is written and read again is the same, value for value (tests/exchange/test_round_trip.py). A text that a
spreadsheet would take for a formula is marked (`escaping`), in workbooks too: there it is text, but the next one saves
it as CSV. Telephone numbers are not marked unless reading would change them: `+45 …` is no formula to anybody.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from graph_seed.exchange.cells import reader
from graph_seed.exchange.columns import SEPARATOR, Column, Sheet
from graph_seed.exchange.escaping import MARK, escape

_BOM: Final = "\ufeff"
"""Without it Excel takes UTF-8 for cp1252."""
Values = Mapping[str, str | None]
"""A row's typed values (`columns.Kind`) by column name; what is missing is written as empty."""


@dataclass(frozen=True)
class Table:
    """One sheet to write. `only` are the columns that are written, all by default.

    A column whose values the reader of the file may not see must be left out, not emptied: an empty cell says that
    there is no value, and importing the file would say so.
    """

    sheet: Sheet
    rows: Iterable[Values] = ()
    only: Sequence[str] | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that are written, in the sheet's order."""
        return tuple(c for c in self.sheet.columns if self.only is None or c.name in self.only)


def to_csv(table: Table) -> bytes:
    """Write one sheet as CSV: UTF-8 with a byte order mark, `;`, CRLF, so that a Danish Excel opens it as it is."""
    out = io.StringIO(newline="")
    out.write(_BOM)
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    columns = table.columns
    writer.writerow([column.heading for column in columns])
    cells = [(column.name, writer_of(column)) for column in columns]
    writer.writerows([write(row.get(name)) for name, write in cells] for row in table.rows)
    return out.getvalue().encode()


def writer_of(column: Column) -> Callable[[str | None], str]:
    """Give what writes a column's values as cells of text."""
    if column.kind == "phone":
        read = reader(column)
        # Digits alone would be read as what a spreadsheet left of a number.
        return lambda value: "" if not value else value if read(value) == value else MARK + value
    if column.kind == "choice":
        shown = column.shown
        return lambda value: SEPARATOR.join(shown[word] for word in value.split(SEPARATOR)) if value else ""
    if column.kind in ("text", "email", "key"):
        return lambda value: escape(value) if value else ""
    return lambda value: value or ""
