"""One sheet's columns where they stand in the file: from a row of cells to typed values, or to what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from graph_seed.exchange.cells import BadCell, Raw, Special, name_beside, reader
from graph_seed.exchange.columns import Column
from graph_seed.exchange.errors import RowProblem
from graph_seed.exchange.headings import Headings
from graph_seed.exchange.rows import Values, settle

_SHOWN: Final = 200
"""Characters of a value that a problem shows."""
_DAYS: Final = ("date", "last day")
_DAYS_TO_1904: Final = 1462


class Plan:
    """How to read the rows under some headings. `formula(row, heading)` hears of formulas that were taken as text."""

    def __init__(self, found: Headings, tab: str, *, from_1904: bool, formula: Callable[[int, str], None]) -> None:
        self.sheet, self.tab = found.sheet, tab
        self._formula, self._from_1904, self._width = formula, from_1904, len(found.columns)
        placed = [(i, c) for i, c in enumerate(found.columns) if c is not None]
        self._readers = [(i, column, reader(column)) for i, column in placed]
        self._bare = [i for i, column in enumerate(found.columns) if column is None]
        self.headings = {column.name: found.texts[i] for i, column in placed}
        for _, column in placed:
            if column.named_beside is not None:  # the name may stand in the cell of the code
                self.headings.setdefault(column.named_beside, self.headings[column.name])
        self.names = tuple(column.name for column in self.sheet.columns if column.name in self.headings)

    def row(self, number: int, cells: list[Raw]) -> tuple[Values, list[RowProblem]]:
        """Read one row. Without any value there is no row; with problems its values are not to be used."""
        values: Values = {}
        problems: list[RowProblem] = []
        missing = self._width - len(cells)
        if missing > 0:
            cells = cells + [""] * missing
        elif missing < 0 or self._bare:
            problems += self._strays(number, cells)
        some = False
        for index, column, read in self._readers:
            raw = cells[index]
            if type(raw) is not str:
                raw = self._special(number, column, raw)
            try:
                value = read(raw)
            except BadCell as error:
                problems.append(self._wrong(number, column, _text(raw), error))
                value, some = None, True
            values[column.name] = value
            some = some or value is not None
        if not some:
            return {}, problems
        self._name(values, cells)
        if not problems:
            problems = self._together(number, values)
        return values, problems

    def _name(self, values: Values, cells: list[Raw]) -> None:
        """Take the name beside a code, or with it in its cell; where there is no code it says what is meant."""
        for index, column, _ in self._readers:
            if column.named_beside is not None:
                name = values.get(column.named_beside) or name_beside(column, cells[index])
                values[column.named_beside] = name
                values[column.name] = values[column.name] or name

    def _special(self, number: int, column: Column, raw: Raw) -> Raw:
        assert isinstance(raw, Special)  # noqa: S101 -- for the type checker; the caller has just looked
        if raw.kind == "formula" and column.kind == "text":
            self._formula(number, self.headings[column.name])
        elif raw.kind == "number" and self._from_1904 and column.kind in _DAYS:
            return Special("number", str(float(raw.text) + _DAYS_TO_1904))
        return raw

    def _together(self, number: int, values: Values) -> list[RowProblem]:
        problems = [
            self._wrong(number, column, "", BadCell("CELL_EMPTY", f"a value: {column.note}"))
            for column in self.sheet.columns
            if column.required and values[column.name] is None
        ]
        for column, error in settle(self.sheet, values):
            problems.append(self._wrong(number, column, values.get(column.name) or "", error))
        return problems

    def _strays(self, number: int, cells: list[Raw]) -> list[RowProblem]:
        places = [*self._bare, *range(self._width, len(cells))]
        strays = [_text(cells[i]).strip()[:_SHOWN] for i in places]
        expected = "each value under a heading, or a heading above it"
        return [
            RowProblem("CELL_NOT_UNDER_A_HEADING", self.tab, number, None, stray, expected) for stray in strays if stray
        ]

    def _wrong(self, number: int, column: Column, value: str, error: BadCell) -> RowProblem:
        heading = self.headings[column.name]
        return RowProblem(error.code, self.tab, number, heading, value[:_SHOWN], error.expected)


def _text(raw: Raw) -> str:
    return raw if isinstance(raw, str) else raw.text
