"""What is said of a place: still right, wrong, vacant on purpose, and what the municipality makes of the role."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from graph.basis import Wanted
from graph.model import Record
from graph.reads import Lookup
from graph.shape import OPEN_DATE
from resolvers.changes import chains
from resolvers.changes.apart import check_apart, give_way
from resolvers.changes.holding import (
    HOLDERS,
    MUNICIPALITY,
    ROLE,
    check_defined,
    holder,
    holder_field,
    solve_reports,
    wants_place,
)
from resolvers.changes.operation import (
    Case,
    Draft,
    Named,
    Operation,
    believed_after,
    check_been,
    overlaps,
    period,
    target,
    text,
    title_of,
)
from resolvers.errors import InvalidInput


def _arrows(named: Named) -> tuple[tuple[str, str], ...]:
    return ("OF", named.key("role")), ("IN", named.key("municipality"))


def _confirm(case: Case) -> Draft:
    named, day = case.named, case.given.get("on") or case.named.today
    check_been(day, named, "on")
    here = named.place()
    if not any(r.holds_on(day) for r in (*_believed(case, "Assignment"), *_believed(case, "Vacancy"))):
        raise InvalidInput(
            "NOTHING_TO_CONFIRM",
            "role",
            named.key("role"),
            "a role that somebody holds there that day, or that is vacant on purpose",
        )
    draft = Draft(day)
    for row in case.believed("Confirmation", slot=here):
        if row.record.valid_from == day and row.record.properties.get("by") == text(case.given, "by"):
            solve_reports(case, draft, here, None, day)
            draft.shows["confirmation"] = {"keys": [row.record.key]}
            return draft  # said already: nothing but a report may still change
    confirmation = draft.add("Confirmation", (day, OPEN_DATE), _arrows(named), {"by": text(case.given, "by")})
    solve_reports(case, draft, here, None, day)
    draft.shows["confirmation"] = {"keys": [confirmation.key]}
    return draft


def disprove(case: Case, draft: Draft) -> None:
    """Take back each "still right" of a day on which others hold the place, after the change, than were believed to.

    Two who turn out to be one, or to be two after all, are no others.
    """
    facts = (*(row.record for row in draft.closes), *draft.records)
    same = {
        edit.key: str(next(iter(ends), target(edit.thing, "MERGED_INTO")))
        for edit in draft.edits
        if (ends := edit.arrows.get("MERGED_INTO")) is not None
    }
    for slot in sorted({str(fact.properties["slot"]) for fact in facts if fact.label == "Assignment"}):
        before = [row.record for row in case.believed("Assignment", slot=slot)]
        after = list(believed_after(case, draft, "Assignment", slot))
        for row in list(case.believed("Confirmation", slot=slot)):
            day = row.record.valid_from
            if holders(before, day, same) != holders(after, day, same):
                draft.retract(row)


def holders(assignments: Iterable[Record], day: str, same: Mapping[str, str] = {}) -> set[str]:
    """Tell who holds on a day; `same` has for somebody the other one who they are."""
    held = (str(target(record, "HELD_BY")) for record in assignments if record.holds_on(day))
    return {same.get(who, who) for who in held}


def _rests_on(case: Case) -> list[str]:
    """Tell whose contact points it speaks of: who holds the role there, that day, and who is named."""
    day = case.given.get("on") or case.named.today
    return [*sorted(holders(_believed(case, "Assignment"), day)), *_spoken_of(case.named)]


def _spoken_of(named: Named) -> list[str]:
    return [key for name in ("person", "mailbox") if (key := named.keys.get(name))]


def _believed(case: Case, label: str) -> list[Record]:
    return [row.record for row in case.believed(label, slot=case.named.place())]


def _report(case: Case) -> Draft:
    named = case.named
    draft = Draft(named.today)
    said = {"by": text(case.given, "by"), "comment": text(case.given, "comment", 500, needed=True)}
    role, reported = _reported(case)
    place = (("OF", role), ("IN", named.key("municipality")))
    reports = [draft.add("Report", (named.today, OPEN_DATE), (*place, ("ABOUT", who)), said) for who in reported]
    draft.shows["report"] = {"keys": [reports[0].key]}
    return draft


def _reported(case: Case) -> tuple[str, list[str]]:
    """Give whom a report is about, and in which role: who is named, else all who hold the role there today.

    Of the mailbox of the role's domain it is a report in the mailbox's own role: there it can be confirmed or corrected.

    Raises:
        InvalidInput: nobody of that kind.
    """
    named, role = case.named, case.named.key("role")
    shown = [r for r in (*_believed(case, "Assignment"), *_believed(case, "StandIn")) if r.valid_to > named.today]
    if case.given.get("person") is None and case.given.get("mailbox") is None:
        held = (r for r in shown if r.label == "Assignment" and r.valid_from <= named.today)
        if not (who := sorted({str(target(record, "HELD_BY")) for record in held})):
            raise InvalidInput("NOT_A_CONTACT", "role", role, "a role that somebody holds there today")
        return role, who
    one, elsewhere = holder(named), _roles_of(case, holder(named))
    if one in {target(record, "HELD_BY") for record in shown}:
        return role, [one]
    mailbox = target(case.things[role].thing, "MAILBOX")
    if mailbox is not None and mailbox in elsewhere:
        return mailbox, [one]
    expected = "somebody who holds the role there, or stands in, today or later"
    also = f"; this one does so in {', '.join(elsewhere)}, which can be named as the role" if elsewhere else ""
    raise InvalidInput("NOT_A_CONTACT", holder_field(case.given), one, expected + also)


def _roles_of(case: Case, who: str) -> list[str]:
    """Give the roles that somebody holds in the municipality, or stands in for, today or later; as far as it may be told."""
    where, today = case.named.key("municipality"), case.named.today
    facts = [row.record for label in ("Assignment", "StandIn") for row in case.believed(label)]
    held = [r for r in facts if target(r, "HELD_BY") == who and target(r, "IN") == where and r.valid_to > today]
    return sorted({str(target(record, "OF")) for record in held})


def _wants_report(named: Named) -> Wanted:
    return replace(wants_place("Assignment", "StandIn")(named), holders=_spoken_of(named))


def _intend_vacancy(case: Case) -> Draft:
    named = case.named
    since, ends = period(case.given, named.today)
    check_defined(case, named.key("role"), since, "role")
    draft = Draft(since)
    vacancy = draft.add("Vacancy", (since, ends), _arrows(named), {"reason": text(case.given, "why", needed=True)})
    check_apart(vacancy, _believed(case, "Vacancy"), "validFrom", code="ALREADY_INTENDED")
    draft.shows["vacancy"] = {"keys": [vacancy.key]}
    return draft


def _translate(case: Case) -> Draft:
    """Translate a role anew: what was said before ends the day before."""
    named, given = case.named, case.given
    since, ends = period(given, named.today)
    title = title_of(given, "title")
    unit, carrier = text(given, "unit"), named.keys.get("carriedBy")
    draft = Draft(since)
    for row in list(case.believed("Translation", slot=named.place())):
        if overlaps(row.record, since, ends):
            give_way(draft, row, since, ends, code="ALREADY_TRANSLATED")
    arrows = [*_arrows(named), *([("CARRIED_BY", carrier)] if carrier else [])]
    translation = draft.add("Translation", (since, ends), arrows, {"title": title, "unit": unit})
    check_translation(case, translation, ("title", "role", "carriedBy"))
    chains.check(case, draft, "carriedBy")
    draft.shows["translation"] = {"keys": [translation.key]}
    return draft


def check_translation(case: Case, record: Record, fields: tuple[str, str, str]) -> None:
    """Refuse a translation that says nothing, or speaks of a withdrawn role; `fields` are title, role and carrier in the input.

    Raises:
        InvalidInput: neither title, unit nor carrier; a role carries itself; a role is withdrawn.
    """
    title_field, role_field, carrier_field = fields
    role, carrier = str(target(record, "OF")), target(record, "CARRIED_BY")
    if carrier is None and not {"title", "unit"} & record.properties.keys():
        raise InvalidInput("CONTRADICTION", title_field, None, "a title, a unit, or a role that carries this one")
    if carrier == role:
        raise InvalidInput("CIRCLE", carrier_field, carrier, "another role than the one that is translated")
    check_defined(case, role, record.valid_from, role_field)
    if carrier is not None:
        check_defined(case, carrier, record.valid_from, carrier_field)


def _wants_translation(named: Named) -> Wanted:
    role, carrier = named.key("role"), named.keys.get("carriedBy")
    roles = [role, *([carrier] if carrier else [])]
    return Wanted(slots=[named.place()], things=roles, defined=roles, chains=[named.key("municipality")])


_PLACE: Final = (ROLE, MUNICIPALITY)
OPERATIONS: Final = (
    Operation(
        "confirm",
        "ConfirmationChanged",
        _confirm,
        wants_place("Assignment", "Vacancy", "Confirmation", "Report"),
        lookups=_PLACE,
        rests=_rests_on,
    ),
    Operation("reportContact", "ReportChanged", _report, _wants_report, lookups=(*_PLACE, *HOLDERS), rests=_rests_on),
    Operation("intendVacancy", "VacancyChanged", _intend_vacancy, wants_place("Vacancy"), lookups=_PLACE),
    Operation(
        "translate",
        "TranslationChanged",
        _translate,
        _wants_translation,
        lookups=(*_PLACE, Lookup("carriedBy", "Role")),
    ),
)
"""The operations of a place."""
