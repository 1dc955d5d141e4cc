"""From the bytes of a file to messages about its sheets, rows and problems: what the child process does.

Nobody else calls this with a file that was sent; `door.read_file` is the way in. Messages are dicts for JSON:
`sheet` (begins one), `rows` (number and values, in the order of the sheet's columns), `problems`, `warnings`, and at
the end `end`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import partial
from itertools import chain
from pathlib import PurePath
from typing import Any, Final

from graph_seed.exchange import delimited, headings
from graph_seed.exchange.columns import Sheet, squeezed
from graph_seed.exchange.errors import BETWEEN_ROWS, FileRefused, ReadWarning, RowProblem, WarningCode
from graph_seed.exchange.limits import Limits, megabytes
from graph_seed.exchange.plan import Plan
from graph_seed.exchange.result import Format
from graph_seed.exchange.rows import Disagreements
from graph_seed.exchange.workbook import Workbook
from graph_seed.exchange.worksheet import RawRow

Message = dict[str, Any]
_ZIP: Final = b"PK"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_TOGETHER: Final = 200
"""Rows in one message."""
_WARNINGS: Final = 100
_EXPLANATIONS: Final = frozenset(map(squeezed, ("Explanations", "Forklaring", "Forklaringer", "Vejledning")))


def read(name: str, data: bytes, limits: Limits) -> Iterator[Message]:
    """Read a file.

    Raises:
        FileRefused: it cannot be read, or is more than the limits.
    """
    check_size(data, limits)
    yield from Reading(name, limits).messages(data)


def check_size(data: bytes, limits: Limits) -> None:
    """Refuse what need not be looked into."""
    if not data:
        raise FileRefused("FILE_EMPTY", "it is empty", "a file with headings and rows")
    if len(data) > limits.file_bytes:
        size = megabytes(limits.file_bytes)
        raise FileRefused("FILE_TOO_LARGE", f"it has {len(data)} bytes", f"at most {size}")


class Reading:
    """One file on its way."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name, self._limits = name, limits
        self._rows = 0
        self._problems: list[RowProblem] = []
        self._told = self._more = 0
        self._warnings: list[ReadWarning] = []

    def messages(self, data: bytes) -> Iterator[Message]:
        """Give everything that is to be said about the file."""
        form: Format = "xlsx" if data.startswith(_ZIP) else "csv"
        yield from self._workbook(data) if form == "xlsx" else self._delimited(data)
        if not self._rows:
            self._warn("NO_ROWS", "There is no row under the headings: the file says nothing.")
        for start in range(0, len(self._problems), _TOGETHER):
            yield {"problems": [_told(problem) for problem in self._problems[start : start + _TOGETHER]]}
        yield {"problems": [], "more": self._more}
        yield {"warnings": [_told(warning) for warning in self._warnings]}
        yield {"end": form}

    def _delimited(self, data: bytes) -> Iterator[Message]:
        if data.startswith(_OLE):
            if _ENCRYPTED in data:
                raise FileRefused("FILE_PROTECTED", "it has a password", "a workbook without a password")
            raise FileRefused("FILE_NOT_A_SPREADSHEET", "it is of the old kind .xls", "the same saved as .xlsx")
        text, warnings = delimited.decode(data)
        self._warnings += warnings
        rows = delimited.rows(text, headings.is_heading, self._limits)
        first = next(rows, None)
        if first is None:
            raise FileRefused("FILE_EMPTY", "there is nothing in it", "a file with headings and rows")
        stem = PurePath(self._name).stem
        sheet = headings.guess(first[1], stem)
        if sheet is None:
            self._tell(headings.unknown(stem or "CSV", *first))
        else:
            yield from self._sheet(sheet, sheet.heading, chain([first], rows), from_1904=False)

    def _workbook(self, data: bytes) -> Iterator[Message]:
        book = Workbook(data, self._limits)
        taken: dict[str, str] = {}
        empty = True
        unread: list[tuple[str, RawRow]] = []
        for tab in book.tabs:
            sheet = headings.by_name(tab.name)
            if squeezed(tab.name) in _EXPLANATIONS or (tab.hidden and sheet is None):
                continue
            rows = book.rows(tab)
            first = next(rows, None)
            if first is None:
                continue
            empty = False
            sheet = sheet or headings.complete(first[1], tab.name)
            if sheet is None:
                unread.append((tab.name, first))
            elif sheet.name in taken:
                expected = f"one sheet of {sheet.heading}; “{taken[sheet.name]}” is one already"
                self._tell(RowProblem("HEADING_TWICE", tab.name, first[0], None, tab.name, expected))
            else:
                taken[sheet.name] = tab.name
                yield from self._sheet(sheet, tab.name, chain([first], rows), from_1904=book.from_1904)
        if empty:
            raise FileRefused("FILE_EMPTY", "there is nothing in it", "a workbook with headings and rows")
        yield from self._strangers(book, unread, found=bool(taken))

    def _strangers(self, book: Workbook, unread: list[tuple[str, RawRow]], *, found: bool) -> Iterator[Message]:
        """Sheets that are none of ours: beside ours they are somebody's notes; alone they are what was meant."""
        for name, (number, cells) in unread:
            if found:
                self._warn("SHEET_IGNORED", f"The sheet “{name[:50]}” is none of the gallery's and was not read.", name)
                continue
            sheet = headings.guess(cells, name)
            if sheet is None:
                self._tell(headings.unknown(name, number, cells))
            else:
                rows = next(book.rows(tab) for tab in book.tabs if tab.name == name)
                yield from self._sheet(sheet, name, rows, from_1904=book.from_1904)

    def _sheet(self, sheet: Sheet, tab: str, rows: Iterable[RawRow], *, from_1904: bool) -> Iterator[Message]:
        source = iter(rows)
        number, cells = next(source)
        found = headings.match(sheet, tab, number, cells)
        for problem in found.problems:
            self._tell(problem)
        if found.problems:
            # With headings that are wrong every row would be.
            for _ in source:
                self._count()
            return
        plan = Plan(found, tab, from_1904=from_1904, formula=partial(self._formula, tab))
        yield {"sheet": sheet.name, "tab": _valid(tab), "headings": {n: _valid(plan.headings[n]) for n in plan.names}}
        yield from self._rows_of(plan, source)

    def _rows_of(self, plan: Plan, source: Iterator[RawRow]) -> Iterator[Message]:
        disagreements = Disagreements(plan.sheet, plan.tab, plan.headings)
        together: list[list[Any]] = []
        for number, cells in source:
            self._count()
            values, problems = plan.row(number, cells)
            for problem in problems:
                self._tell(problem)
            if values and not problems:
                disagreements.add(number, values)
                together.append([number, *(values[name] for name in plan.names)])
                if len(together) == _TOGETHER:
                    yield {"rows": together}
                    together = []
        if together:
            yield {"rows": together}
        for problem in disagreements.problems():
            self._tell(problem)

    def _count(self) -> None:
        self._rows += 1
        if self._rows > self._limits.rows:
            limit = self._limits.rows
            raise FileRefused("FILE_TOO_MANY_ROWS", f"it has more than {limit} rows", f"at most {limit} rows in a file")

    def _tell(self, problem: RowProblem) -> None:
        """Keep what is wrong, up to a number; of rows that contradict each other all: whoever knows the map may forgive them."""
        between = problem.code in BETWEEN_ROWS
        if between or self._told < self._limits.problems:
            self._problems.append(problem)
            self._told += not between
        else:
            self._more += 1

    def _formula(self, tab: str, row: int, heading: str) -> None:
        sentence = f"“{heading[:50]}” in row {row} holds a formula; its text was taken, it was not evaluated."
        self._warn("FORMULA_AS_TEXT", sentence, tab, row)

    def _warn(self, code: WarningCode, message: str, sheet: str | None = None, row: int | None = None) -> None:
        if len(self._warnings) < _WARNINGS:
            self._warnings.append(ReadWarning(code, message, sheet, row))


def _told(found: RowProblem | ReadWarning) -> Message:
    return {key: _valid(value) if isinstance(value, str) else value for key, value in asdict(found).items()}


def _valid(text: str) -> str:
    """Half a surrogate pair, which a workbook can smuggle in, cannot be written as JSON."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
