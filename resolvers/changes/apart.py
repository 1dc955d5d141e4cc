"""Facts that cannot hold at the same time: the new one is refused, or the earlier one ends the day before."""

from collections.abc import Iterable
from typing import Final

from graph.basis import Row, Wanted
from graph.model import Record
from graph.shape import OPEN_DATE
from resolvers.changes.operation import Case, Draft, believed_after, overlaps, span, target
from resolvers.errors import InvalidInput

DAYS: Final = ("validFrom", "validTo")
"""What the first day and the end of a fact are called in the API."""


def check_apart(record: Record, others: Iterable[Record], field: str, *, code: str) -> None:
    """Refuse a fact that holds on a day on which another one holds; `others` may have the fact itself among them.

    Raises:
        InvalidInput: with the code that such facts have, and the other's period.
    """
    for other in others:
        if other.key != record.key and overlaps(other, record.valid_from, record.valid_to):
            expected = f"a period that does not overlap {other.key}, {span(other)}"
            raise InvalidInput(code, field, record.valid_from, expected).telling(*(end for _, end, _ in other.arrows))


def give_way(draft: Draft, row: Row, since: str, ends: str, days: tuple[str, str] = DAYS, *, code: str) -> None:
    """Let a fact end where a new one begins that holds from `since` to `ends`; `days` are what these are called in the input.

    Raises:
        InvalidInput: it would be cut in two, or was to begin later: only whoever wrote it can say what is meant.
    """
    record = row.record
    if record.valid_from >= since:
        expected = (
            f"a day after {record.valid_from}, or a period outside {record.key}, {span(record)}; or correct that one"
        )
        raise InvalidInput(code, days[0], since, expected)
    if ends < record.valid_to:
        least = "none" if record.valid_to == OPEN_DATE else f"at least {record.valid_to}, or none"
        expected = f"{least}: {record.key} holds {span(record)}; or correct that one"
        raise InvalidInput(code, days[1], ends, expected)
    draft.supersede(row, valid_to=since)


def check_alone(case: Case, draft: Draft, record: Record, field: str) -> None:
    """Refuse a fact beside another one of which only one can hold at a time; see `check_apart`."""
    mine = _alone(record)
    if mine is not None:
        others = (other for other in believed_after(case, draft, record.label) if _alone(other) == mine)
        check_apart(record, others, field, code="OVERLAPS")


def _alone(record: Record) -> tuple[str, ...] | None:
    """Tell of what only one fact of this kind can hold at a time; None where several can."""
    says = record.properties
    match record.label:
        case "Translation" | "Vacancy" | "Progress":
            return (str(says["slot"]),)
        case "Usage":
            return (str(target(record, "BY")), str(says["domain"]))
        case "Escalation":
            return (str(target(record, "FROM")),)
        case "Addressing":  # each role once, as responsible or as involved
            return (str(target(record, "BY")), str(target(record, "TO")))
        case "Requirement":
            return (str(target(record, "BY")), str(target(record, "ON")))
        case "Terms":
            return (str(target(record, "OF")),)
        case "Name" if says["kind"] == "OFFICIAL":
            return (str(target(record, "NAMES")),)
    return None


def wanted_beside(record: Record) -> Wanted:
    """Want the facts of the same place or thing, beside which a fact must be able to hold (see `check_alone`)."""
    here = record.properties.get("slot")
    if here is not None:
        return Wanted(reported=[str(here)]) if record.label == "Progress" else Wanted(slots=[str(here)])
    match record.label:
        case "Usage" | "Addressing" | "Requirement":
            return Wanted(about=[str(target(record, "BY"))])
        case "Terms":
            return Wanted(terms=[str(target(record, "OF"))])
        case "Name":
            return Wanted(named=[str(target(record, "NAMES"))])
    return Wanted()
