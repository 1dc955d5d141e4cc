"""What must be right between the cells of a row, and between two rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from graph.text import fold
from graph_seed.exchange.cells import BadCell
from graph_seed.exchange.columns import NEW, SEPARATOR, Column, Sheet, Who
from graph_seed.exchange.errors import RowProblem

Values = dict[str, str | None]
_ENDLESS = "9999-12-31"


def settle(sheet: Sheet, values: Values) -> Iterator[tuple[Column, BadCell]]:
    """Check what the cells of one row say together, and write out what was said once for several."""
    if sheet.period:
        first, last = (values.get(name) for name in sheet.period)
        if first and last and last < first:
            yield sheet.by_name[sheet.period[1]], BadCell("BAD_PERIOD", f"the first day, {first}, or a later one")
    for column in sheet.columns:
        if column.beside and column.beside in values and values.get(column.name) is not None:
            count = _count(values[column.beside])
            words = (values[column.name] or "").split(SEPARATOR)
            if count and len(words) not in (1, count):
                expected = f"one word for all, or {count}, one for each “{sheet.by_name[column.beside].heading}”"
                yield column, BadCell("BAD_CHOICE", expected)
            # Said of nothing it says nothing.
            values[column.name] = SEPARATOR.join(words * count if len(words) == 1 else words) if count else None


def _count(value: str | None) -> int:
    return len(value.split(SEPARATOR)) if value else 0


class _Said(NamedTuple):
    first: str
    number: int
    last: str
    content: tuple[str, ...]


class Disagreements:
    """Remembers what rows say and tells which repeat or contradict each other.

    Two rows are about the same if they share the sheet's identity: somebody is told by the key, without one by name
    and e-mail. Whether a row with a key and one without are about the same person is for whoever knows the people.
    """

    def __init__(self, sheet: Sheet, tab: str, headings: Mapping[str, str]) -> None:
        self._sheet, self._tab, self._headings = sheet, tab, headings
        self._said: defaultdict[tuple[str, ...], list[_Said]] = defaultdict(list)
        about = {part for part in sheet.identity if isinstance(part, str)} | set(sheet.period or ())
        self._content = [c for c in sheet.columns if c.name not in about and not c.informative]

    def add(self, number: int, values: Values) -> None:
        """Remember a row."""
        first, last = (values.get(name) for name in self._sheet.period) if self._sheet.period else (None, None)
        content = tuple(_compared(column, values) for column in self._content)
        identity = tuple(part for who in self._sheet.identity for part in self._identify(who, values))
        self._said[identity].append(_Said(first or "", number, last or _ENDLESS, content))

    def problems(self) -> Iterator[RowProblem]:
        """Give one problem for each row that disagrees with an earlier one."""
        for identity, said in self._said.items():
            if len(said) > 1:
                yield from self._among(identity, sorted(said))

    def _among(self, identity: tuple[str, ...], said: list[_Said]) -> Iterator[RowProblem]:
        longest = said[0]
        for one in said[1:]:
            if self._sheet.period is None or one.first <= longest.last:
                yield self._problem(identity, *sorted((longest, one), key=lambda row: row.number))
            if one.last > longest.last:
                longest = one

    def _problem(self, identity: tuple[str, ...], earlier: _Said, later: _Said) -> RowProblem:
        about = ", ".join(part for part in identity if part)
        if self._sheet.period:
            about += f", {later.first} to {later.last if later.last != _ENDLESS else 'further notice'}"
        if earlier[2:] == later[2:] and earlier.first == later.first:
            expected = f"each row once; row {earlier.number} says the same"
            return RowProblem("SAME_ROW", self._tab, later.number, None, about, expected, earlier.number)
        expected = f"one row, or periods that do not overlap; row {earlier.number} says something else of the same"
        column = None
        if self._sheet.period and earlier.content == later.content:
            column = self._headings.get(self._sheet.period[1])
        return RowProblem("ROWS_CONTRADICT", self._tab, later.number, column, about, expected, earlier.number)

    def _identify(self, part: str | Who, values: Values) -> tuple[str, ...]:
        if isinstance(part, str):
            return (_compared(self._sheet.by_name[part], values),)
        key = values.get(part.key)
        if key and key != NEW:
            return (key,)
        return tuple(_compared(self._sheet.by_name[name], values) for name in part.otherwise)


def _compared(column: Column, values: Values) -> str:
    value = values.get(column.name) or ""
    if column.kind == "text":
        return fold(value) or value
    return value.lower() if column.kind == "email" else value
