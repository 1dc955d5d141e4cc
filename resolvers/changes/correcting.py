"""What was recorded: ended on a day, corrected, taken back (DESIGN rule 2)."""

from dataclasses import replace
from typing import Any, Final

from graph.basis import Wanted
from graph.model import Record
from graph.shape import OPEN_DATE
from resolvers.changes import chains
from resolvers.changes.apart import check_alone, wanted_beside
from resolvers.changes.covering import check_cover, check_covers, check_twice, cut_covers
from resolvers.changes.holding import HOLDERS, check_holds, check_there, holder, holder_field, solve_reports
from resolvers.changes.operation import Case, Draft, Named, Operation, check_been, check_period, redrawn, target
from resolvers.errors import InvalidInput

ENDED_BY_DAY: Final = (
    *("Assignment", "StandIn", "Vacancy", "Translation", "Usage"),
    *("Name", "Escalation", "Definition", "Addressing", "Requirement"),
)
"""Facts that hold until a day that somebody can set."""
_CORRECTED: Final = (*ENDED_BY_DAY, "Progress", "Confirmation", "Terms")


def _wants_fact(named: Named) -> Wanted:
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


def _end(case: Case) -> Draft:
    row = case.named.fact("fact", *ENDED_BY_DAY)
    day = case.given["validTo"]
    if day <= row.record.valid_from:
        raise InvalidInput(
            "BAD_PERIOD", "validTo", day,
            f"a day after its first, {row.record.valid_from}; if it never was true, take it back (retract)",
        )  # fmt: skip
    if day > row.record.valid_to:
        raise InvalidInput(
            "BAD_PERIOD", "validTo", day, f"at most {row.record.valid_to}: ending does not prolong; correct does"
        )
    draft = Draft(day)
    draft.supersede(row, valid_to=day)
    _release(case, draft, row.record)
    chains.check_touched(case, draft)
    draft.shows["fact"] = {"keys": [row.record.key], "day": row.record.valid_from}
    return draft


def _release(case: Case, draft: Draft, record: Record) -> None:
    """After an assignment has ended or was taken back: nobody stands in for it, and what was reported of it is settled."""
    if record.label == "Assignment":
        cut_covers(case, draft, record)
        solve_reports(case, draft, str(record.properties["slot"]), target(record, "HELD_BY"))


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
    chains.check_touched(case, draft)
    draft.shows["fact"] = {"keys": [was.key], "day": since}
    return draft


def _check_corrected(case: Case, draft: Draft, record: Record, before: str) -> None:
    field = holder_field(case.given)
    if record.label == "Assignment":
        check_holds(case, draft, record, ("fact", field, "validFrom"))
        check_covers(case, draft, str(record.properties["slot"]), "fact")
        solve_reports(case, draft, str(record.properties["slot"]), before)
    elif record.label == "StandIn":
        check_there(case, draft, record, field)
        check_cover(case, draft, record, "validFrom", field)
        check_twice(case, draft, record)
    elif record.label in ("Confirmation", "Progress"):
        check_been(record.valid_from, case.named, "validFrom")


def _retract(case: Case) -> Draft:
    row = case.named.fact("fact", *_CORRECTED)
    draft = Draft(row.record.valid_from)
    draft.retract(row)
    _release(case, draft, row.record)
    chains.check_touched(case, draft)
    draft.shows["fact"] = {"keys": [], "day": row.record.valid_from}
    return draft


OPERATIONS: Final = (
    Operation("end", "FactChanged", _end, _wants_fact, facts=("fact",)),
    Operation("correct", "FactChanged", _correct, _wants_fact, lookups=HOLDERS, facts=("fact",)),
    Operation("retract", "FactChanged", _retract, _wants_fact, facts=("fact",)),
)
"""The operations on any fact."""
