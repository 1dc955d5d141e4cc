"""Who holds a role: appointed, ended, corrected, taken back (DESIGN rules 2, 7, 8, 9)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from graph.model import Record
from graph.reads import Lookup
from graph.recording import Wanted
from graph.shape import OPEN_DATE
from resolvers.changes import chains
from resolvers.changes.operation import (
    Case,
    Draft,
    Named,
    Operation,
    check_period,
    overlaps,
    period,
    redrawn,
    target,
)
from resolvers.errors import InvalidInput

HOLDERS: Final = (Lookup("person", "Person"), Lookup("mailbox", "Mailbox"))
ROLE: Final = Lookup("role", "Role")
MUNICIPALITY: Final = Lookup("municipality", "Municipality")
ENDED_BY_DAY: Final = (
    *("Assignment", "StandIn", "Vacancy", "Translation", "Usage"),
    *("Name", "Escalation", "Definition", "Addressing", "Requirement"),
)
"""Facts that hold until a day that somebody can set."""


def holder(named: Named) -> str:
    """Give the key of the person or mailbox that an input names.

    Raises:
        InvalidInput: it names both, or neither.
    """
    person, mailbox = named.given.get("person"), named.given.get("mailbox")
    if (person is None) == (mailbox is None):
        said = "both" if person is not None else "neither"
        raise InvalidInput("CONTRADICTION", "person", person, f"a person or a mailbox, not {said}")
    return named.key("person" if person is not None else "mailbox")


def check_holds(case: Case, draft: Draft, record: Record, fields: tuple[str, str, str]) -> None:
    """Refuse an assignment that cannot be; `fields` are what role, holder and first day are called in the input.

    Raises:
        InvalidInput: the role is withdrawn, the holder has left or is of the wrong kind, holds it already, or the role
            says that there is at most one.
    """
    role_field, holder_field, start_field = fields
    role, who = str(target(record, "OF")), str(target(record, "HELD_BY"))
    says = case.things[role].thing.properties
    check_defined(case, role, record.valid_from, role_field)
    kind = "MAILBOX" if who.startswith("mailbox:") else "PERSON"
    if says["heldBy"] not in ("ANY", kind):
        raise InvalidInput(
            "WRONG_KIND_OF_HOLDER", holder_field, who, f"a {str(says['heldBy']).lower()}: the role says so"
        )
    check_there(case, draft, record, holder_field)
    for other in believed_after(case, draft, "Assignment", str(record.properties["slot"])):
        if other.key == record.key or not overlaps(other, record.valid_from, record.valid_to):
            continue
        other_holder = target(other, "HELD_BY")
        held = f"from {other.valid_from} {until(other.valid_to)}"
        if other_holder == who:
            raise InvalidInput(
                "ALREADY_HELD", start_field, record.valid_from, f"a period that does not overlap {other.key}, {held}"
            )
        if says["wantsOneHolder"]:
            raise InvalidInput(
                "ONE_HOLDER", start_field, record.valid_from,
                f"a period without {other.key} ({other_holder}), {held}: the role has at most one holder; end that one or hand over",
            )  # fmt: skip


def check_defined(case: Case, role: str, day: str, field: str) -> None:
    """Refuse a role that every gallery version has ceased to define by the day."""
    versions = [r.record for r in case.believed("Definition") if target(r.record, "OF") == role]
    if versions and all(version.valid_to <= day for version in versions):
        last = max(version.valid_to for version in versions)
        raise InvalidInput(
            "ROLE_WITHDRAWN", field, role, f"a role that the gallery defines; this one is withdrawn from {last} on"
        )


def check_there(case: Case, draft: Draft, record: Record, field: str) -> None:
    """Refuse a holder who was merged into another, or has left before the fact ends; as the change itself leaves them."""
    who = str(target(record, "HELD_BY"))
    node = case.things[who].thing
    edit = next((edit for edit in draft.edits if edit.key == who), None)
    merged: Sequence[str] = [arrow.target for arrow in node.arrows if arrow.type == "MERGED_INTO"]
    left = node.properties.get("leftOn")
    if edit is not None:
        merged, left = edit.arrows.get("MERGED_INTO", merged), edit.properties.get("leftOn", left)
    if merged:
        raise InvalidInput("MERGED", field, who, f"{merged[0]}, into whom this one was merged")
    if left is not None and record.valid_to > str(left):
        expected = f"somebody who is there {until(record.valid_to)}; this one left on {left}"
        raise InvalidInput("HAS_LEFT", field, who, expected)


def until(valid_to: str) -> str:
    """Say the end of a half-open period as the API does."""
    return "until further notice" if valid_to == OPEN_DATE else f"up to, not including, {valid_to}"


def believed_after(case: Case, draft: Draft, label: str, slot: str) -> Iterator[Record]:
    """Give the records of a place as they will be believed after the change."""
    closed = {row.id for row in draft.closes}
    for row in case.believed(label, slot=slot):
        if row.id not in closed:
            yield row.record
    for record in draft.records:
        if record.label == label and record.properties.get("slot") == slot:
            yield record


def solve_reports(case: Case, draft: Draft, slot: str, about: str | None, on: str = OPEN_DATE) -> None:
    """Close what was reported as wrong of a holder in a place (of anybody there: None), up to the day `on`.

    Somebody has put it right, or said that it is right.
    """
    for row in list(case.believed("Report", slot=slot)):
        if about in (None, target(row.record, "ABOUT")) and row.record.valid_from <= on:
            draft.retract(row)


def _wants_place(named: Named) -> Wanted:
    who = [key for name in ("person", "mailbox") if (key := named.keys.get(name))]
    role, place = named.key("role"), named.key("municipality")
    return Wanted(slots=[named.place()], things=[role, place, *who], defined=[role])


def _appoint(case: Case) -> Draft:
    named = case.named
    since, ends = period(case.given, named.today)
    draft = Draft(since)
    arrows = (("OF", named.key("role")), ("IN", named.key("municipality")), ("HELD_BY", holder(named)))
    key = draft.add("Assignment", (since, ends), arrows)
    check_holds(
        case, draft, draft.records[-1], ("role", "person" if case.given.get("person") else "mailbox", "validFrom")
    )
    draft.shows["assignment"] = {"keys": [key]}
    return draft


APPOINT: Final = Operation(
    "appoint", "AssignmentChanged", _appoint, _wants_place, lookups=(ROLE, MUNICIPALITY, *HOLDERS)
)


def wants_fact(named: Named) -> Wanted:
    """Want what the fact's change is checked against: its place, its role, its holder, and who may replace them."""
    row = named.fact("fact")
    own = row.record.key
    role, where = target(row.record, "OF"), target(row.record, "IN")
    ends = [target(row.record, kind) for kind in ("OF", "IN", "HELD_BY", "FOR", "CARRIED_BY", "FROM", "TO")]
    things = {key for key in (*ends, named.keys.get("person"), named.keys.get("mailbox")) if key}
    walks = {"Escalation": [""], "Translation": [where or ""]}.get(row.record.label, [])
    beside = wanted_beside(row.record)
    return replace(
        beside,
        facts=[own],
        things=sorted(things),
        defined=[role] if role and role.startswith("role:") else [],
        chains=walks,
    )


def wanted_beside(record: Record) -> Wanted:
    """Want the facts of the same place or thing, beside which a fact must be able to hold (see `check_alone`)."""
    here = record.properties.get("slot")
    if here is not None:
        return Wanted(reported=[str(here)]) if record.label == "Progress" else Wanted(slots=[str(here)])
    match record.label:
        case "Usage":
            return Wanted(about=[str(target(record, "BY"))])
        case "Terms":
            return Wanted(terms=[str(target(record, "OF"))])
        case "Name" if str(target(record, "NAMES")).startswith("role:"):
            return Wanted(named=[str(target(record, "NAMES"))])
    return Wanted()


def _end(case: Case) -> Draft:
    row = case.named.fact("fact", *ENDED_BY_DAY)
    day = case.given["validTo"]
    if day <= row.record.valid_from:
        raise InvalidInput(
            "BAD_PERIOD", "validTo", day,
            f"a day after {row.record.valid_from}, on which it begins; if it never was true, take it back (retract)",
        )  # fmt: skip
    if day > row.record.valid_to:
        raise InvalidInput(
            "BAD_PERIOD", "validTo", day, f"at most {row.record.valid_to}: ending does not prolong; correct does"
        )
    draft = Draft(day)
    draft.supersede(row, valid_to=day)
    if row.record.label == "Assignment":
        cut_covers(case, draft, row.record)
        solve_reports(case, draft, str(row.record.properties["slot"]), target(row.record, "HELD_BY"))
    check_chains_after(case, draft)
    draft.shows["fact"] = {"keys": [row.record.key], "day": row.record.valid_from}
    return draft


def cut_covers(case: Case, draft: Draft, record: Record) -> None:
    """End the stand-ins that reach beyond what is held after an assignment has ended: nobody stands in for nobody."""
    who, here = target(record, "HELD_BY"), str(record.properties["slot"])
    for cover in list(case.believed("StandIn", slot=here)):
        now = draft.now(cover)
        if now is None or target(now, "FOR") != who:
            continue
        end = held_until(case, draft, here, str(who), now.valid_from)
        if end <= now.valid_from:
            draft.retract(cover)
        elif end < now.valid_to:
            draft.supersede(cover, valid_to=end)


def held_until(case: Case, draft: Draft, slot: str, who: str, since: str) -> str:
    """Tell until when somebody holds a place from a day on, after the change; assignments without a hole count as one."""
    held = [r for r in believed_after(case, draft, "Assignment", slot) if target(r, "HELD_BY") == who]
    day = since
    for record in sorted(held, key=lambda record: record.valid_from):
        if record.valid_from <= day < record.valid_to:
            day = record.valid_to
    return day


def check_chains_after(case: Case, draft: Draft) -> None:
    """Refuse escalation and translation that lead in a circle, at any date (rule 10)."""
    if draft.kinds & {"Escalation", "Translation"}:
        chains.check(case, draft)


END: Final = Operation("end", "FactChanged", _end, wants_fact, facts=("fact",))

_CORRECTED: Final = (*ENDED_BY_DAY, "Progress", "Confirmation", "Terms")


def _correct(case: Case) -> Draft:
    row = case.named.fact("fact", *_CORRECTED)
    given, was = case.given, row.record
    if given.get("untilFurtherNotice") and given.get("validTo") is not None:
        raise InvalidInput("CONTRADICTION", "untilFurtherNotice", True, "an end, or none, not both")
    since = given.get("validFrom") or was.valid_from
    ends = OPEN_DATE if given.get("untilFurtherNotice") else given.get("validTo") or was.valid_to
    check_period(since, ends)
    new: dict[str, Any] = {"valid_from": since, "valid_to": ends}
    if given.get("person") is not None or given.get("mailbox") is not None:
        if was.label not in ("Assignment", "StandIn"):
            raise InvalidInput(
                "ID_OF_ANOTHER_TYPE", "fact", was.key, f"an Assignment or StandIn, not a {was.label}: it has no holder"
            )
        new["arrows"] = redrawn(was, "HELD_BY", holder(case.named))
    draft = Draft(since)
    draft.supersede(row, **new)
    if draft.records:
        _check_corrected(case, draft, draft.records[0], str(target(was, "HELD_BY")))
        check_alone(case, draft, draft.records[0], "validFrom")
    check_chains_after(case, draft)
    draft.shows["fact"] = {"keys": [was.key], "day": since}
    return draft


def _check_corrected(case: Case, draft: Draft, record: Record, before: str) -> None:
    field = "mailbox" if case.given.get("mailbox") else "person"
    if record.label == "Assignment":
        check_holds(case, draft, record, ("fact", field, "validFrom"))
        check_covers(case, draft, str(record.properties["slot"]), "fact")
        solve_reports(case, draft, str(record.properties["slot"]), before)
    elif record.label == "StandIn":
        check_there(case, draft, record, field)
        check_cover(case, draft, record, "validFrom", field)
        check_twice(case, draft, record)
    elif record.label in ("Confirmation", "Progress") and record.valid_from > case.named.today:
        raise InvalidInput(
            "BAD_DATE", "validFrom", record.valid_from, f"a day that has been: {case.named.today} or before"
        )


def check_covers(case: Case, draft: Draft, slot: str, field: str) -> None:
    """Refuse a change that leaves a stand-in outside what it covers."""
    for cover in list(believed_after(case, draft, "StandIn", slot)):
        check_cover(case, draft, cover, field, field)


def check_alone(case: Case, draft: Draft, record: Record, field: str) -> None:
    """Refuse a fact beside another one of which only one can hold at a time.

    Raises:
        InvalidInput: it names the other one.
    """
    mine = _alone(record)
    if mine is None:
        return
    drafted = {r.key for r in draft.records}
    closed = {row.id for row in draft.closes}
    others = [r.record for r in case.believed(record.label) if r.id not in closed and r.record.key not in drafted]
    for other in (*others, *draft.records):
        same = other.key != record.key and other.label == record.label and _alone(other) == mine
        if same and overlaps(other, record.valid_from, record.valid_to):
            held = f"from {other.valid_from} {until(other.valid_to)}"
            expected = f"a period that does not overlap {other.key}, {held}"
            raise InvalidInput("OVERLAPS", field, record.valid_from, expected)


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
        case "Terms":
            return (str(target(record, "OF")),)
        case "Name" if says["kind"] == "OFFICIAL":
            return (str(target(record, "NAMES")),)
    return None


def check_cover(case: Case, draft: Draft, record: Record, start: str, field: str) -> None:
    """Refuse a stand-in for oneself, for nobody, or outside the assignments that it covers.

    Several assignments of the same holder without a hole between them are covered as one.
    """
    who, covered = target(record, "HELD_BY"), target(record, "FOR")
    if who == covered:
        raise InvalidInput("COVERS_ITSELF", field, who, "somebody else than the one who is covered")
    here = str(record.properties["slot"])
    if held_until(case, draft, here, str(covered), record.valid_from) < record.valid_to:
        held = [r for r in believed_after(case, draft, "Assignment", here) if target(r, "HELD_BY") == covered]
        spans = "; ".join(f"from {r.valid_from} {until(r.valid_to)}" for r in held)
        expected = (
            f"a period within what {covered} holds ({spans})"
            if held
            else f"somebody who holds the role; {covered} does not"
        )
        raise InvalidInput("OUTSIDE_COVER", start, record.valid_from, expected)


CORRECT: Final = Operation("correct", "FactChanged", _correct, wants_fact, lookups=HOLDERS, facts=("fact",))


def _retract(case: Case) -> Draft:
    row = case.named.fact("fact", *_CORRECTED)
    draft = Draft(row.record.valid_from)
    draft.retract(row)
    if row.record.label == "Assignment":
        cut_covers(case, draft, row.record)
        solve_reports(case, draft, str(row.record.properties["slot"]), target(row.record, "HELD_BY"))
    check_chains_after(case, draft)
    draft.shows["fact"] = {"keys": [], "day": row.record.valid_from}
    return draft


RETRACT: Final = Operation("retract", "FactChanged", _retract, wants_fact, facts=("fact",))


def _stand_in(case: Case) -> Draft:
    named, given = case.named, case.given
    since, ends = period(given, named.today)
    who = holder(named)
    draft = Draft(since)
    keys = []
    for key in given["assignments"]:
        held = named.fact_of("assignments", key, "Assignment").record
        arrows = [
            ("OF", target(held, "OF")),
            ("IN", target(held, "IN")),
            ("FOR", target(held, "HELD_BY")),
            ("HELD_BY", who),
        ]
        keys.append(draft.add("StandIn", (since, ends), [(kind, str(end)) for kind, end in arrows]))
        record = draft.records[-1]
        field = "mailbox" if given.get("mailbox") else "person"
        check_there(case, draft, record, field)
        check_cover(case, draft, record, "validFrom", field)
        check_twice(case, draft, record)
    if not keys:
        raise InvalidInput("EMPTY_LIST", "assignments", [], "at least one assignment to cover")
    draft.shows["standIns"] = {"keys": keys}
    return draft


def check_twice(case: Case, draft: Draft, record: Record, field: str = "validFrom") -> None:
    """Refuse a stand-in of the same for the same at the same time."""
    for other in believed_after(case, draft, "StandIn", str(record.properties["slot"])):
        same = other.key != record.key and set(other.arrows) == set(record.arrows)
        if same and overlaps(other, record.valid_from, record.valid_to):
            held = f"from {other.valid_from} {until(other.valid_to)}"
            raise InvalidInput(
                "ALREADY_HELD", field, record.valid_from, f"a period that does not overlap {other.key}, {held}"
            )


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
OPERATIONS: Final = (APPOINT, END, CORRECT, RETRACT, STAND_IN)
