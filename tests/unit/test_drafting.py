"""What a change may draft, whatever its operation forgets to check."""

from __future__ import annotations

import pytest

from graph.basis import Row
from graph.model import Record
from graph.shape import OPEN_SEQ
from resolvers.changes.operation import Draft


def test_no_change_writes_what_holds_on_no_day() -> None:
    """What ends before it starts would be refused by every backup."""
    backwards = ("2026-07-01", "2026-06-01")
    record = Record("Progress", "progress:1", "2026-02-01", "2026-06-01", {"state": "STARTED"}, ())
    draft = Draft("2026-12-01")
    fact = Row("id", record, 1, OPEN_SEQ)
    for write in (
        lambda: draft.add("Progress", backwards, []),
        lambda: draft.supersede(fact, valid_from="2026-06-01"),
        lambda: draft.restore(Record("Progress", "progress:2", *backwards, {}, ())),
    ):
        with pytest.raises(ValueError, match="which is no day"):
            write()
    assert draft.records == []
