"""Who stands in for whom: within what they cover, and no longer (rule 8)."""

from typing import Final

from graph.basis import Row, Wanted
from graph.model import Record
from graph.shape import OPEN_DATE
from resolvers.changes.apart import DAYS, check_apart
from resolvers.changes.holding import HOLDERS, check_there, holder, holder_field
from resolvers.changes.operation import Case, Draft, Named, Operation, believed_after, period, span, target
from resolvers.errors import InvalidInput

CONTACTS: Final = ("Assignment", "StandIn")
"""What makes somebody a contact of a place."""


def cut_covers(case: Case, draft: Draft, record: Record) -> None:
    """End the stand-ins that reach beyond what is held after an assignment has ended: nobody stands in for nobody."""
    who, here = str(target(record, "HELD_BY")), str(record.properties["slot"])
    for row in list(case.believed("StandIn", slot=here)):
        now = draft.now(row)
        if now is not None and target(now, "FOR") == who:
            _cut(draft, row, now, held_until(case, draft, here, who, now.valid_from))


def cut_reports(case: Case, draft: Draft, record: Record) -> None:
    """End what was reported as wrong of a holder, after an assignment or a stand-in of theirs has ended or was taken back."""
    who, here = str(target(record, "HELD_BY")), str(record.properties["slot"])
    for row in list(case.believed("Report", slot=here)):
        now = draft.now(row)
        if now is not None and target(now, "ABOUT") == who:
            _cut(draft, row, now, contact_until(case, draft, here, who))


def release(case: Case, draft: Draft, record: Record) -> None:
    """After somebody has ceased to hold a place, or to stand in: end what rests on that, stand-ins and reports."""
    if record.label == "Assignment":
        cut_covers(case, draft, record)
    cut_closed(case, draft, str(record.properties["slot"]))


def cut_closed(case: Case, draft: Draft, slot: str) -> None:
    """End what was reported as wrong of all whose assignments and stand-ins in a place the change closes."""
    for row in list(draft.closes):
        if row.record.label in CONTACTS and row.record.properties["slot"] == slot:
            cut_reports(case, draft, row.record)


def _cut(draft: Draft, row: Row, now: Record, end: str) -> None:
    """End a fact where what it rests on ends; what begins only then is taken back."""
    if end <= now.valid_from:
        draft.retract(row)
    elif end < now.valid_to:
        draft.supersede(row, valid_to=end)


def contact_until(case: Case, draft: Draft, slot: str, who: str) -> str:
    """Tell until when somebody is a contact of a place, after the change: the end of the last that they hold or stand in for.

    Empty where they are none.
    """
    records = (record for label in CONTACTS for record in believed_after(case, draft, label, slot))
    return max((record.valid_to for record in records if target(record, "HELD_BY") == who), default="")


def held_until(case: Case, draft: Draft, slot: str, who: str, since: str) -> str:
    """Tell until when somebody holds a place from a day on, after the change; assignments without a hole count as one."""
    held = [r for r in believed_after(case, draft, "Assignment", slot) if target(r, "HELD_BY") == who]
    day = since
    for record in sorted(held, key=lambda record: record.valid_from):
        if record.holds_on(day):
            day = record.valid_to
    return day


def check_cover(case: Case, draft: Draft, record: Record, days: tuple[str, str], field: str) -> None:
    """Refuse a stand-in for oneself, for nobody, or outside the assignments that it covers.

    `days` are what its first day and its end are called in the input, `field` who stands in.
    Several assignments of the same holder without a hole between them are covered as one.
    """
    who, covered = target(record, "HELD_BY"), target(record, "FOR")
    if who == covered:
        raise InvalidInput("COVERS_ITSELF", field, who, "somebody else than the one who is covered").telling(who)
    here = str(record.properties["slot"])
    if held_until(case, draft, here, str(covered), record.valid_from) < record.valid_to:
        held = [r for r in believed_after(case, draft, "Assignment", here) if target(r, "HELD_BY") == covered]
        spans = "; ".join(span(r) for r in held)
        expected = (
            f"a period within what {covered} holds ({spans})"
            if held
            else f"somebody who holds the role; {covered} does not"
        )
        if any(one.holds_on(record.valid_from) for one in held):
            ends = None if record.valid_to == OPEN_DATE else record.valid_to
            raise InvalidInput("OUTSIDE_COVER", days[1], ends, expected).telling(covered)
        raise InvalidInput("OUTSIDE_COVER", days[0], record.valid_from, expected).telling(covered)


def check_covers(case: Case, draft: Draft, slot: str, field: str) -> None:
    """Refuse a change that leaves a stand-in outside what it covers; `field` is what the change is about in the input."""
    for cover in list(believed_after(case, draft, "StandIn", slot)):
        who, covered = target(cover, "HELD_BY"), str(target(cover, "FOR"))
        if held_until(case, draft, slot, covered, cover.valid_from) < cover.valid_to:
            expected = f"a change after which {covered} holds the role while {who} stands in, {span(cover)}; or end or correct that first ({cover.key})"
            raise InvalidInput("OUTSIDE_COVER", field, case.given[field], expected).telling(who, covered)


def check_twice(case: Case, draft: Draft, record: Record, field: str = "validFrom") -> None:
    """Refuse a stand-in of the same for the same at the same time; see `check_apart`."""
    others = believed_after(case, draft, "StandIn", str(record.properties["slot"]))
    same = (other for other in others if set(other.arrows) == set(record.arrows))
    check_apart(record, same, field, code="ALREADY_HELD")


def _stand_in(case: Case) -> Draft:
    named, given = case.named, case.given
    since, ends = period(given, named.today)
    who = holder(named)
    draft = Draft(since)
    keys = []
    held = [named.fact_of("assignments", key, "Assignment").record for key in given["assignments"]]
    # Of several assignments of one holder in one place, one stand-in covers all.
    for of, where, covered in dict.fromkeys([(target(r, "OF"), target(r, "IN"), target(r, "HELD_BY")) for r in held]):
        arrows = [("OF", of), ("IN", where), ("FOR", covered), ("HELD_BY", who)]
        record = draft.add("StandIn", (since, ends), [(kind, str(end)) for kind, end in arrows])
        keys.append(record.key)
        field = holder_field(given)
        check_there(case, draft, record, field)
        check_cover(case, draft, record, DAYS, field)
        check_twice(case, draft, record)
    if not keys:
        raise InvalidInput("EMPTY_LIST", "assignments", [], "at least one assignment to cover")
    draft.shows["standIns"] = {"keys": keys}
    return draft


def _wants_covers(named: Named) -> Wanted:
    rows = [named.fact_of("assignments", key, "Assignment") for key in named.given["assignments"]]
    return Wanted(
        slots=sorted({str(row.record.properties["slot"]) for row in rows}),
        facts=[row.record.key for row in rows],
        things=[holder(named)],
    )


STAND_IN: Final = Operation(
    "standIn", "StandInsChanged", _stand_in, _wants_covers, lookups=HOLDERS, facts=("assignments",)
)
OPERATIONS: Final = (STAND_IN,)
