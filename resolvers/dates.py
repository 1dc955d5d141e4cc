"""Dates and instants as people pass them in: checked, and turned into what the graph compares (rules 3 and 5)."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from graph.params import stored
from resolvers.context import COPENHAGEN
from resolvers.errors import InvalidInput

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
EARLIEST: Final = date(1970, 1, 1)
LATEST: Final = date(2199, 12, 31)
_BEGINNING: Final = datetime.combine(EARLIEST, time(), COPENHAGEN)


def day(field: str, value: str) -> str:
    """Check a calendar date, `2019-12-16`.

    Raises:
        InvalidInput: no such day, a time of day (a date never silently becomes one), or a year out of reach.
    """
    if not _DATE.fullmatch(value):
        if _DATE.match(value) and len(value) > 10:
            expected = f"a date without a time of day, such as {value[:10]}"
            raise InvalidInput("BAD_DATE", field, value, expected)
        raise InvalidInput("BAD_DATE", field, value, "a date written as year-month-day, such as 2019-12-16")
    try:
        parsed = date.fromisoformat(value)
    except ValueError:
        raise InvalidInput("BAD_DATE", field, value, "a day that the calendar has, such as 2019-12-16") from None
    if not EARLIEST <= parsed <= LATEST:
        raise InvalidInput("BAD_DATE", field, value, f"a date from {EARLIEST} to {LATEST}")
    return value


def day_of(moment: str) -> str:
    """Give the day in Denmark of a stored instant."""
    return datetime.fromisoformat(moment).astimezone(COPENHAGEN).date().isoformat()


def instant(field: str, value: str, now: datetime) -> str:
    """Turn an instant, or a bare date (its end in Copenhagen), into the stored form in UTC.

    Raises:
        InvalidInput: not an instant, without an offset, before the first day that dates may have, or later than `now`.
    """
    if _DATE.fullmatch(value):
        end = date.fromisoformat(day(field, value)) + timedelta(days=1)
        moment = datetime.combine(end, time(), COPENHAGEN).astimezone(UTC) - timedelta(microseconds=1)
        if moment.astimezone(COPENHAGEN).date() == now.astimezone(COPENHAGEN).date():
            moment = now  # "as known today" is as known now
    else:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            expected = "an instant such as 2019-12-16T10:00:00+01:00, or a date, which means its end in Copenhagen"
            raise InvalidInput("BAD_INSTANT", field, value, expected) from None
        if moment.tzinfo is None:
            raise InvalidInput("BAD_INSTANT", field, value, f"an instant with its offset, such as {value}+01:00")
        # Compared as it is: what lies at the ends of the calendar has no form in UTC.
        if moment < _BEGINNING:
            raise InvalidInput("BAD_INSTANT", field, value, f"an instant from {EARLIEST} on")
    if moment > now:
        raise InvalidInput("BAD_INSTANT", field, value, "an instant that has been: nobody knows later ones yet")
    return stored(moment)
