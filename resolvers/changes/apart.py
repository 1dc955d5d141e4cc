"""Facts that cannot hold at the same time: the new one is refused, or the earlier one ends the day before."""

from collections.abc import Iterable

from graph.model import Record
from graph.recording import Row
from resolvers.changes.holding import until
from resolvers.changes.operation import Draft, overlaps
from resolvers.errors import InvalidInput


def check_apart(record: Record, others: Iterable[Record], field: str, *, code: str) -> None:
    """Refuse a fact that holds on a day on which another one holds; `others` may have the fact itself among them.

    Raises:
        InvalidInput: with the code that such facts have, and the other's period.
    """
    for other in others:
        if other.key != record.key and overlaps(other, record.valid_from, record.valid_to):
            held = f"from {other.valid_from} {until(other.valid_to)}"
            expected = f"a period that does not overlap {other.key}, {held}"
            raise InvalidInput(code, field, record.valid_from, expected)


def give_way(draft: Draft, row: Row, since: str, ends: str, field: str, *, code: str) -> None:
    """Let a fact end where a new one begins that holds from `since` to `ends`.

    Raises:
        InvalidInput: it would be cut in two, or was to begin later: only whoever wrote it can say what is meant.
    """
    record = row.record
    if record.valid_from < since and record.valid_to <= ends:
        draft.supersede(row, valid_to=since)
        return
    held = f"from {record.valid_from} {until(record.valid_to)}"
    expected = f"a period that begins within {record.key}, {held}, or lies outside; or correct that one"
    raise InvalidInput(code, field, since, expected)
