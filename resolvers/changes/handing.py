"""Handing over: one step ends and appoints, of one assignment or of all that somebody holds who leaves."""

from collections.abc import Sequence
from typing import Final

from graph.basis import Row, Wanted
from graph.model import Record
from graph.reads import Lookup
from graph.shape import OPEN_DATE, slot
from resolvers.changes.covering import release
from resolvers.changes.holding import HOLDERS, check_holds, check_not_merged, either, holder, holder_field
from resolvers.changes.operation import Case, Draft, Given, Named, Operation, check_period, code, target
from resolvers.errors import InvalidInput


def _hand(case: Case, draft: Draft, row: Row, to: str, day: str, ends: str, fields: tuple[str, str, str]) -> str:
    """End an assignment on a day and appoint somebody from that day on; give the new assignment's id."""
    was = row.record
    if not was.holds_on(day):
        last = "any day from then on" if was.valid_to == OPEN_DATE else f"before {was.valid_to}"
        raise InvalidInput("BAD_PERIOD", fields[2], day, f"a day on which it is held: from {was.valid_from}, {last}")
    check_period(day, ends)
    draft.stop(row, day)
    appointed = draft.add("Assignment", (day, ends), [*_place(was), ("HELD_BY", to)])
    release(case, draft, was)
    check_holds(case, draft, appointed, fields)
    return appointed.key


def _place(record: Record) -> list[tuple[str, str]]:
    return [(kind, str(target(record, kind))) for kind in ("OF", "IN")]


def _hand_over(case: Case) -> Draft:
    named, given = case.named, case.given
    row = named.fact("assignment", "Assignment")
    day, to = given.get("on") or named.today, holder(named)
    predecessor, field = str(target(row.record, "HELD_BY")), holder_field(given)
    if to == predecessor:
        raise InvalidInput("SAME_HOLDER", field, given[field], "somebody else than who holds it now")
    draft = Draft(day)
    ends = given.get("validTo") or OPEN_DATE
    key = _hand(case, draft, row, to, day, ends, ("assignment", field, "on"))
    role, where = str(target(row.record, "OF")), str(target(row.record, "IN"))
    ended = [] if row.record.valid_from == day else [row.record.key]
    draft.shows |= {
        "ended": {"keys": ended},
        "appointed": {"keys": [key]},
        "predecessor": {"key": predecessor},
        "successor": {"key": to},
        "openTasks": {"role": role, "municipality": where},
        "translations": {"role": role, "municipality": where},
        "translation": {"slot": str(row.record.properties["slot"])},
    }
    return draft


def _wants_handover(named: Named) -> Wanted:
    row = named.fact("assignment", "Assignment")
    ends = [str(target(row.record, kind)) for kind in ("OF", "HELD_BY")]
    return Wanted(
        slots=[str(row.record.properties["slot"])],
        facts=[row.record.key],
        things=[*ends, holder(named)],
        defined=[ends[0]],
    )


def flat(given: Given) -> Given:
    """Lay the successors out as lists of names, in their order."""
    successors = given.get("successors") or []
    return {
        **given,
        "successorAssignments": [one["assignment"] for one in successors],
        "successorPersons": [one["person"] for one in successors if one.get("person") is not None],
        "successorMailboxes": [one["mailbox"] for one in successors if one.get("mailbox") is not None],
    }


def _leave(case: Case) -> Draft:
    """End what somebody holds from a day on, each with a successor or without, and cease to let them be appointed."""
    named, given = case.named, case.given
    who, day = named.key("person"), given.get("on") or named.today
    check_not_merged(case.things[who].thing, "person")
    draft = Draft(day)
    depart(case, draft, who, day)
    draft.edit(case.things[who], {"leftOn": day})
    draft.shows["person"] = {"keys": [who]}
    return draft


def depart(case: Case, draft: Draft, who: str, day: str) -> None:
    """End all that somebody holds from a day on, with the successors that the input names, and show what ended and began."""
    to = successors(case)
    if who in to.values():
        raise InvalidInput("SAME_HOLDER", "successors", who, "somebody else than the one who leaves")
    held = holds(case, who, day)
    if unknown := to.keys() - {row.record.key for row in held}:
        raise InvalidInput(
            "UNKNOWN_FACT", "successors", min(unknown), f"an assignment that {who} holds on {day} or later"
        )
    ended = [row.record.key for row in held if row.record.valid_from < day]
    appointed = []
    for row in held:
        begins = max(day, row.record.valid_from)
        if (successor := to.get(row.record.key)) is not None:
            fields = ("successors", "successors", "on")
            appointed.append(_hand(case, draft, row, successor, begins, row.record.valid_to, fields))
        else:
            draft.stop(row, day)
            release(case, draft, row.record)
    for cover in list(case.believed("StandIn")):
        now = draft.now(cover)
        if now is not None and target(now, "HELD_BY") == who and now.valid_to > day:
            draft.stop(cover, day)
    _settle(case, draft, who, day)
    draft.shows |= {"ended": {"keys": ended}, "appointed": {"keys": appointed}}


def _settle(case: Case, draft: Draft, who: str, day: str) -> None:
    """End what was reported of somebody with their departure; whoever is gone by today takes it along."""
    for report in list(case.believed("Report")):
        now = draft.now(report)
        if now is None or target(now, "ABOUT") != who:
            continue
        if day <= case.named.today:
            draft.retract(report)
        elif now.valid_to > day:
            draft.stop(report, day)


def holds(case: Case, who: str, day: str) -> list[Row]:
    """Give the assignments that somebody holds on a day or later."""
    return [r for r in case.believed("Assignment") if target(r.record, "HELD_BY") == who and r.record.valid_to > day]


def successors(case: Case) -> dict[str, str]:
    """Give the successor of each assignment, once each.

    Raises:
        InvalidInput: an assignment twice; a person and a mailbox for one, or neither.
    """
    given: Sequence[Given] = case.given.get("successors") or []
    kinds = [either(one, "successors") for one in given]
    keys = {"person": iter(_keys(case.named, "Persons")), "mailbox": iter(_keys(case.named, "Mailboxes"))}
    to = {one["assignment"]: next(keys[kind]) for one, kind in zip(given, kinds, strict=True)}
    if len(to) < len(given):
        raise InvalidInput("TOO_MANY", "successors", len(given), "each assignment once")
    return to


def _keys(named: Named, kind: str) -> list[str]:
    return list(named.keys[f"successor{kind}"])


def wants_leave(named: Named) -> Wanted:
    """Want what somebody holds, and what their successors are checked against."""
    rows = [named.fact_of("successors", key, "Assignment") for key in named.given["successorAssignments"]]
    roles = sorted({str(target(row.record, "OF")) for row in rows})
    slots = sorted({slot(code(str(target(r.record, "IN"))), str(target(r.record, "OF"))) for r in rows})
    who = named.key("person")
    said = [who] if (named.given.get("on") or named.today) <= named.today else []
    holders = dict.fromkeys([who, *_keys(named, "Persons"), *_keys(named, "Mailboxes")])
    return Wanted(slots=slots, holders=[who], covered=[who], confirmed=said, things=[*holders, *roles], defined=roles)


SUCCESSORS: Final = (
    Lookup("successorPersons", "Person", many=True, said="successors"),
    Lookup("successorMailboxes", "Mailbox", many=True, said="successors"),
)
"""Who takes over, as `flat` lays them out."""


OPERATIONS: Final = (
    Operation(
        "handOver", "HandedOver", _hand_over, _wants_handover, lookups=HOLDERS, facts=("assignment",)
    ),
    Operation(
        "leave", "PersonLeft", _leave, wants_leave,
        lookups=(Lookup("person", "Person"), *SUCCESSORS),
        facts=("successorAssignments",), edits=("person",), shape=flat,
    ),
)  # fmt: skip
"""The operations that pass responsibility on."""
