"""Instants as people pass them in, and as the graph keeps them: text order is time order."""

from datetime import UTC, datetime

import pytest

from graph.params import stored
from resolvers.dates import instant
from resolvers.errors import InvalidInput

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def test_the_year_is_stored_with_four_digits() -> None:
    assert stored(datetime(999, 1, 1, tzinfo=UTC)) == "0999-01-01T00:00:00.000000Z"
    assert stored(NOW) == "2026-12-01T12:00:00.000000Z"


@pytest.mark.parametrize("value", ["1970-01-01T00:00:00+01:00", "1970-01-01T00:00:00Z", "1970-01-01"])
def test_the_earliest_day_is_one_that_may_be_asked_for(value: str) -> None:
    assert instant("knownAt", value, NOW)[:4] in ("1969", "1970")


@pytest.mark.parametrize("value", ["1969-12-31T22:59:59Z", "0999-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_an_instant_before_the_earliest_day_is_refused(value: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        instant("knownAt", value, NOW)
    assert (refused.value.code, refused.value.expected) == ("BAD_INSTANT", "an instant from 1970-01-01 on")


@pytest.mark.parametrize("value", ["2026-12-01T12:00:01Z", "9999-12-31T23:59:59-14:00"])
def test_an_instant_to_come_is_refused(value: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        instant("knownAt", value, NOW)
    assert refused.value.expected == "an instant that has been: nobody knows later ones yet"
