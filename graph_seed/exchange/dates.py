"""Days as people and spreadsheets write them: `16-12-2019`, `16.12.2019`, `16/12/2019`, `2019-12-16`, `43815`.

The day stands first, as in Denmark; a year has four digits. A time of day is refused, never cut off (rule 5).
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

EARLIEST: Final = date(1970, 1, 1)
LATEST: Final = date(2199, 12, 31)
"""The same as `resolvers.dates`, which a test holds; importing it there would bring the database's driver in here."""
_OPEN: Final = date(9999, 12, 31)
_DANISH: Final = re.compile(r"(\d{1,2})([-./ ])(\d{1,2})\2(\d{4})")
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_WITH_TIME: Final = re.compile(r"[-\d./ ]{8,10}[T ]\d{1,2}[:.]\d{2}.*")
_EPOCH: Final = date(1899, 12, 30)
"""Day 0 of a spreadsheet's count, for every day from March 1900 on."""
_SERIAL: Final = re.compile(r"\d{5,7}(\.\d*)?")
EXPECTED: Final = "a day such as 16-12-2019 or 2019-12-16"


class NotADay(ValueError):
    """The cell holds no day; `expected` says what would be right."""

    def __init__(self, expected: str) -> None:
        self.expected = expected
        super().__init__(expected)


def day(text: str) -> date:
    """Read a day.

    Raises:
        NotADay: no day of the calendar, a time of day, or before 1970 or after 2199 (but 31-12-9999, an open end).
    """
    if found := _ISO.fullmatch(text):
        year, month, number = map(int, found.groups())
    elif found := _DANISH.fullmatch(text):
        number, month, year = int(found[1]), int(found[3]), int(found[4])
    elif _SERIAL.fullmatch(text):
        return serial(float(text))
    elif _WITH_TIME.fullmatch(text):
        raise NotADay("a day without a time of day, such as 16-12-2019")
    else:
        raise NotADay(EXPECTED)
    try:
        return _in_reach(date(year, month, number))
    except ValueError as error:
        raise error if isinstance(error, NotADay) else NotADay("a day that the calendar has, day first") from None


def serial(count: float) -> date:
    """Read a spreadsheet's count of days since 30 December 1899 (what its cell holds when it shows a date)."""
    if count != int(count):
        raise NotADay("a day without a time of day, such as 16-12-2019")
    try:
        return _in_reach(_EPOCH + timedelta(days=int(count)))
    except OverflowError:
        raise NotADay(EXPECTED) from None


def to_serial(iso: str) -> int:
    """Give the count of days that a spreadsheet shows as this date."""
    return (date.fromisoformat(iso) - _EPOCH).days


def is_open(found: date) -> bool:
    """Whether people mean an open end by it."""
    return found == _OPEN


def _in_reach(found: date) -> date:
    if EARLIEST <= found <= LATEST or found == _OPEN:
        return found
    raise NotADay(f"a day from {EARLIEST} to {LATEST}")
