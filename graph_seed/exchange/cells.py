"""What a cell means in its column: the text, number or formula that stands in it becomes one typed value, or is refused.

Spreadsheets change what is typed: a code loses its zero (`0101` → `101`), a telephone number its plus, a day becomes a
count. What they did is undone here, where the column says what was meant, and never guessed where it does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from graph_seed.exchange import dates
from graph_seed.exchange.columns import NEW, SEPARATOR, Column, squeezed
from graph_seed.exchange.errors import RowCode
from graph_seed.exchange.escaping import MARK, unescape
from resolvers.errors import InvalidInput, check_text


class Special(NamedTuple):
    """A cell of a workbook that is not text. `text` is as it would stand in a CSV; of a formula, with its `=`."""

    kind: Literal["number", "formula", "truth", "error", "day"]
    text: str


Raw = str | Special
"""A cell as the file has it."""
Reader = Callable[[Raw], str | None]
"""From a cell to its value; None: it is empty. Raises `BadCell`."""


_Parse = Callable[[str], str | None]


class BadCell(ValueError):
    """The cell is not what its column takes."""

    def __init__(self, code: RowCode, expected: str) -> None:
        self.code, self.expected = code, expected
        super().__init__(expected)


_NO_VALUE: Final = {"formula": "a formula", "error": "an error of the spreadsheet", "truth": "true or false"}
_MUNICIPALITY: Final = re.compile(r"(\d{1,4})(?:\.0+)?(?:\s+(\D.*))?")
_LONGEST_ADDRESS: Final = 254
_NEW: Final = frozenset({NEW, "ny"})
_KEY: Final = re.compile(r"([a-z][A-Za-z]*):[^\s\x00-\x1f]{1,200}")
_EMAIL: Final = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,189}\.[^@\s,;<>\".]{2,}")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()./-]{3,28}[0-9]")
"""Both as in `resolvers.changes.people`, which a test holds: what can be written one by one can come in a file."""
_BARE_PHONE: Final = re.compile(r"(?:45)?([0-9]{8})(?:\.0+)?")
_SPLIT: Final = re.compile(r"\s*[,;\n]\s*")


def reader(column: Column) -> Reader:
    """Give what reads the cells of a column."""
    if column.kind == "text":
        return _text
    parse, as_written = _parsers(column)

    def read(raw: Raw) -> str | None:
        text = raw.text if isinstance(raw, Special) else raw
        if not text or text.isspace():
            return None
        if isinstance(raw, Special) and raw.kind in _NO_VALUE:
            raise BadCell("BAD_CELL", _instead(raw))
        for part in _SPLIT.split(text) if column.several else (text,):
            _check(part)
        cell = text.strip()
        # A mark is no part of any code, key, day, address, number or word; it says that no spreadsheet changed the rest.
        return as_written(cell[1:].strip()) if cell.startswith(MARK) else parse(cell)

    return read


def _parsers(column: Column) -> tuple[_Parse, _Parse]:
    """Give what reads a cell as spreadsheets leave it, and what reads one that was marked."""
    if column.kind == "choice":
        parse = as_written = _choice(column)
    elif column.kind == "key":
        parse = as_written = _key(column)
    elif column.kind == "phone":
        parse, as_written = _phone, _phone_as_written
    else:
        parse = as_written = _ONE[column.kind]
    return (_many(parse), _many(as_written)) if column.several else (parse, as_written)


def _instead(raw: Special) -> str:
    return f"a value instead of {_NO_VALUE[raw.kind]}"


def _text(raw: Raw) -> str | None:
    if isinstance(raw, Special):
        if raw.kind in ("error", "truth"):
            raise BadCell("BAD_CELL", _instead(raw))
        text = raw.text
    else:
        text = unescape(raw)
    if not text:
        return None
    _check(text)
    return text


def _check(text: str) -> None:
    try:
        check_text("cell", text)
    except InvalidInput as error:
        raise BadCell("BAD_TEXT", error.expected) from None


def _municipality(text: str) -> str:
    found = _MUNICIPALITY.fullmatch(text)
    if not found or int(found[1]) == 0:
        raise BadCell("BAD_CODE", "a municipality code of four digits, such as 0751")
    return found[1].zfill(4)


def name_beside(column: Column, raw: Raw) -> str | None:
    """Give the name that stands with a municipality's code in one cell, as the template's list has it: it must not be another one's."""
    if column.kind != "municipality" or not isinstance(raw, str):
        return None
    found = _MUNICIPALITY.fullmatch(raw.strip())
    return found[2] if found else None


def _key(column: Column) -> _Parse:
    example = " or ".join(f"{prefix}:1b2c3d" for prefix in column.keys_of)
    or_new = f", “{NEW}” for somebody new" if column.takes_new else ""

    def parse(text: str) -> str:
        if column.takes_new and squeezed(text) in _NEW:
            return NEW
        found = _KEY.fullmatch(text)
        if not found or found[1] not in column.keys_of:
            raise BadCell("BAD_THING_KEY", f"a key as an export has it, such as {example}{or_new}, or an empty cell")
        return text

    return parse


def _date(text: str) -> str:
    try:
        found = dates.day(text)
    except dates.NotADay as error:
        raise BadCell("BAD_DATE", error.expected) from None
    if dates.is_open(found):
        raise BadCell("BAD_DATE", f"a day from {dates.EARLIEST} to {dates.LATEST}")
    return found.isoformat()


def _last_day(text: str) -> str | None:
    try:
        found = dates.day(text)
    except dates.NotADay as error:
        raise BadCell("BAD_DATE", f"{error.expected}; empty until further notice") from None
    return None if dates.is_open(found) else found.isoformat()


def _email(text: str) -> str:
    if len(text) > _LONGEST_ADDRESS or not _EMAIL.fullmatch(text):
        raise BadCell("BAD_EMAIL", "an e-mail address, such as anna@aarhus.example")
    return text


def _phone(text: str) -> str:
    """What has blanks is as somebody wrote it; a bare row of digits may be what a spreadsheet left of a number."""
    if found := _BARE_PHONE.fullmatch(text):
        digits = found[1]
        return "+45 " + " ".join(digits[i : i + 2] for i in range(0, 8, 2))
    return _phone_as_written(text)


def _phone_as_written(text: str) -> str:
    if not _PHONE.fullmatch(text):
        raise BadCell("BAD_PHONE", "a telephone number, such as +45 12 34 56 78")
    return text


def _choice(column: Column) -> _Parse:
    expected = "one of " + ", ".join(choice.shown for choice in column.choices)

    def parse(text: str) -> str:
        value = column.words.get(squeezed(text))
        if value is None:
            raise BadCell("BAD_CHOICE", expected)
        return value

    return parse


def _many(one: _Parse) -> _Parse:
    def parse(text: str) -> str | None:
        return SEPARATOR.join(value for part in _SPLIT.split(text) if part and (value := one(part))) or None

    return parse


_ONE: Final[dict[str, _Parse]] = {
    "municipality": _municipality,
    "date": _date,
    "last day": _last_day,
    "email": _email,
}
