"""Writing a workbook: explanations first, sheets with frozen headings, lists to choose from on a hidden sheet.

Days are real dates, so that they sort and a spreadsheet's calendar can be used; codes, numbers of telephones and texts
are cells of text, so that `0101` and `+45` stay. The same rows give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import xlsxwriter

from graph_seed.exchange.columns import Column, ListName, Sheet
from graph_seed.exchange.dates import to_serial
from graph_seed.exchange.escaping import escape
from graph_seed.exchange.limits import LIMITS
from graph_seed.exchange.tables import SHEETS
from graph_seed.exchange.writing import Table, writer_of

EXPLANATIONS: Final = "Explanations"
LISTS: Final = "Lists"
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_MADE: Final = datetime(2019, 1, 1, tzinfo=UTC)
"""Not the time of writing, which would make every file another one."""
_DAYS: Final = ("date", "last day")
_WIDTHS: Final = {"municipality": 12, "date": 12, "last day": 12, "choice": 16, "phone": 20, "email": 34, "key": 26}
_TEXT_WIDTH: Final = 30
_EXPLAINED: Final = (("Sheet", 16), ("Column", 22), ("På dansk", 22), ("Needed", 12), ("What it takes", 80))
_MOST_IN_A_MESSAGE: Final = 255
"""Characters that a spreadsheet shows beside a cell."""


@dataclass(frozen=True, slots=True)
class Lists:
    """What the template offers to choose from: pairs of a code and what it stands for."""

    municipalities: Sequence[tuple[str, str]] = ()
    roles: Sequence[tuple[str, str]] = ()
    erp_systems: Sequence[tuple[str, str]] = ()
    tasks: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class _Formats:
    heading: Any
    required: Any
    text: Any
    day: Any
    wrapped: Any


def template(lists: Lists) -> bytes:
    """Write the workbook that people fill in: all sheets, without rows."""
    return to_xlsx([Table(sheet) for sheet in SHEETS], lists)


def to_xlsx(tables: Iterable[Table], lists: Lists) -> bytes:
    """Write a workbook. It takes about 0.1 ms for each row, so large ones are for a thread or a process of their own."""
    out = io.BytesIO()
    tables = list(tables)
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({"title": "Rollegalleri", "created": _MADE.replace(tzinfo=None)})
        formats = _Formats(
            heading=book.add_format({"bold": True, "bg_color": "#E7ECF2", "bottom": 1}),
            required=book.add_format({"bold": True, "bg_color": "#C9D8EC", "bottom": 1}),
            text=book.add_format({"num_format": "@"}),
            day=book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
            wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
        )
        _explain(book.add_worksheet(EXPLANATIONS), [table.sheet for table in tables], formats)
        sheets = [(table, book.add_worksheet(table.sheet.heading)) for table in tables]
        ranges = _offer(book.add_worksheet(LISTS), lists)
        for table, sheet in sheets:
            _head(sheet, table, formats, ranges)
            _fill(sheet, table, formats)
    return out.getvalue()


def _explain(page: Any, sheets: Sequence[Sheet], formats: _Formats) -> None:
    """One line for each column: where, what it is called in both languages, whether it must be, what it takes."""
    for index, (title, width) in enumerate(_EXPLAINED):
        page.set_column(index, index, width, formats.wrapped)
        page.write_string(0, index, title, formats.heading)
    page.freeze_panes(1, 0)
    line = 1
    for sheet in sheets:
        page.write_row(line, 0, (sheet.heading, "", sheet.danish[0], "", sheet.note), formats.heading)
        line += 1
        for column in sheet.columns:
            needed = "yes" if column.required else "to read only" if column.informative else "no"
            page.write_row(line, 0, (sheet.heading, column.heading, column.danish[0], needed, column.note))
            line += 1


def _offer(page: Any, lists: Lists) -> dict[str, str]:
    """Write the lists on the hidden sheet; give where each stands."""
    page.hide()
    ranges: dict[str, str] = {}
    offered: tuple[tuple[ListName, list[str]], ...] = (
        # Nobody knows 98 codes by heart; the reader takes the code from before the name.
        ("municipalities", [f"{code} {name}" for code, name in lists.municipalities]),
        ("roles", [code for code, _ in lists.roles]),
        ("erp_systems", [code for code, _ in lists.erp_systems]),
        ("tasks", [code for code, _ in lists.tasks]),
    )
    for column, (name, values) in enumerate(offered):
        page.write_string(0, column, name)
        page.write_column(1, column, map(escape, values))
        if values:
            letter = "ABCD"[column]
            ranges[name] = f"={LISTS}!${letter}$2:${letter}${len(values) + 1}"
    return ranges


def _head(page: Any, table: Table, formats: _Formats, ranges: dict[str, str]) -> None:
    """Headings that stay in sight, formats and lists for the rows below."""
    page.freeze_panes(1, 0)
    for index, column in enumerate(table.columns):
        width = max(_WIDTHS.get(column.kind, _TEXT_WIDTH), len(column.heading) + 2)
        page.set_column(index, index, width, formats.day if column.kind in _DAYS else formats.text)
        page.write_string(0, index, column.heading, formats.required if column.required else formats.heading)
        page.data_validation(1, index, LIMITS.rows, index, _validation(column, ranges))
    page.autofilter(0, 0, 0, len(table.columns) - 1)


def _validation(column: Column, ranges: dict[str, str]) -> dict[str, Any]:
    """What a spreadsheet offers and says at a cell. Only the words of a choice are insisted on; the reader checks all."""
    message = {"input_title": column.heading[:32], "input_message": column.note[:_MOST_IN_A_MESSAGE]}
    if column.choices and not column.several:
        return {"validate": "list", "source": [choice.shown for choice in column.choices], **message}
    if column.choices:
        return {"validate": "list", "source": [c.shown for c in column.choices], "show_error": False, **message}
    if column.choose in ranges:
        return {"validate": "list", "source": ranges[column.choose], "show_error": False, **message}
    return {"validate": "any", **message}


def _fill(page: Any, table: Table, formats: _Formats) -> None:
    columns = [
        (index, column.name, None if column.kind in _DAYS else writer_of(column))
        for index, column in enumerate(table.columns)
    ]
    for line, row in enumerate(table.rows, 1):
        for index, name, write in columns:
            value = row.get(name)
            if not value:
                continue
            if write is None:
                page.write_number(line, index, to_serial(value), formats.day)
            else:
                page.write_string(line, index, write(value), formats.text)
