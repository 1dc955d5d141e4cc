"""What was recorded: ended on a day, corrected, taken back (rule 2)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from graph.basis import Wanted
from graph.model import Arrow, Record
from graph.reads import Lookup
from graph.shape import OPEN_DATE
from graph.text import fold
from resolvers.changes import chains
from resolvers.changes.apart import DAYS, check_alone, wanted_beside
from resolvers.changes.attesting import check_translation
from resolvers.changes.covering import CONTACTS, check_cover, check_covers, check_twice, cut_reports, release
from resolvers.changes.holding import HOLDERS, check_holds, check_there, holder, holder_field, solve_reports
from resolvers.changes.operation import (
    Case,
    Draft,
    Given,
    Named,
    Operation,
    believed_after,
    check_been,
    check_period,
    name_of,
    target,
    text,
    title_of,
)
from resolvers.changes.tasks import check_due, check_reported, terms_of
from resolvers.errors import InvalidInput, with_article

ENDED_BY_DAY: Final = (
    *("Assignment", "StandIn", "Vacancy", "Translation", "Usage"),
    *("Name", "Escalation", "Definition", "Addressing", "Requirement"),
)
"""Facts that hold until a day that somebody can set."""
_CORRECTED: Final = (*ENDED_BY_DAY, "Progress", "Confirmation", "Terms")
_SAID: Final = {
    "Assignment": ("person", "mailbox"), "StandIn": ("person", "mailbox"), "Vacancy": ("why",), "Confirmation": ("by",),
    "Translation": ("title", "unit", "carriedBy"), "Usage": ("erpSystem", "domain"), "Name": ("title",), "Escalation": ("to",),
    "Terms": ("title", "obligation", "published", "due", "note"), "Addressing": ("kind",), "Progress": ("state",),
}  # fmt: skip
"""What can be corrected of each kind of fact besides its period: arguments of the input."""
_ENDS: Final = {"carriedBy": "CARRIED_BY", "erpSystem": "OF", "to": "TO"}
_TEXTS: Final = {"title": "title", "unit": "unit", "why": "reason", "by": "by"}
_CHOSEN: Final = ("state", "domain", "kind")
_READ: Final = ("Escalation", "Addressing")
"""What the source does not always say in so many words: once corrected it is not our reading any more."""


def _wants_fact(named: Named) -> Wanted:
    """Want what the fact's change is checked against: its place, its role, its holder, and who may replace them."""
    row = named.fact("fact")
    own, given = row.record.key, [key for name in (*_ENDS, "person", "mailbox") if (key := named.keys.get(name))]
    role, where = target(row.record, "OF"), target(row.record, "IN")
    ends = [target(row.record, kind) for kind in ("OF", "IN", "HELD_BY", "FOR", "CARRIED_BY", "FROM", "TO", "ON")]
    things = {key for key in (*ends, *given) if key}
    walks = {"Escalation": [""], "Translation": [where or ""]}.get(row.record.label, [])
    beside = wanted_beside(row.record)
    if row.record.label == "Progress":
        beside = replace(beside, terms=[str(target(row.record, "ON"))])
    return replace(
        beside,
        needs=[""] if row.record.label == "Requirement" else [],
        facts=[own],
        things=sorted(things),
        defined=[key for key in (role, *given) if key and key.startswith("role:")],
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
    """After a fact has ended or was taken back: what rests on it ends."""
    if record.label in CONTACTS:
        release(case, draft, record)


def _correct(case: Case) -> Draft:
    row = case.named.fact("fact", *_CORRECTED)
    given, was = case.given, row.record
    if given.get("untilFurtherNotice") and given.get("validTo") is not None:
        raise InvalidInput("CONTRADICTION", "untilFurtherNotice", True, "an end, or none, not both")
    since = given.get("validFrom") or was.valid_from
    ends = OPEN_DATE if given.get("untilFurtherNotice") else given.get("validTo") or was.valid_to
    check_period(since, ends)
    new: dict[str, Any] = {"valid_from": since, "valid_to": ends, **_said(case, was)}
    draft = Draft(since)
    draft.supersede(row, **new)
    if draft.records:
        _check_corrected(case, draft, draft.records[0], was)
        check_alone(case, draft, draft.records[0], "validFrom")
    chains.check_touched(case, draft)
    draft.shows["fact"] = {"keys": [was.key], "day": since}
    return draft


def _said(case: Case, was: Record) -> dict[str, Any]:
    """Give properties and arrows as the input says that they were: what it leaves out stays, null takes away.

    Raises:
        InvalidInput: this kind of fact does not say so, or a text that cannot be.
    """
    given, named = case.given, case.named
    own = _SAID.get(was.label, ())
    for name in sorted({name for names in _SAID.values() for name in names} & given.keys()):
        if name not in own and given[name] is not None:
            kinds = " or ".join(with_article(label) for label, names in _SAID.items() if name in names)
            expected = f"{kinds}, not {with_article(was.label)}: it has no {name}"
            raise InvalidInput("ID_OF_ANOTHER_TYPE", "fact", was.key, expected)
    arrows: dict[str, str | None] = {arrow.type: arrow.target for arrow in was.arrows}
    arrows |= {kind: named.keys.get(name) for name, kind in _ENDS.items() if name in own and name in given}
    if given.get("person") is not None or given.get("mailbox") is not None:
        arrows["HELD_BY"] = holder(named)
    drawn = tuple(Arrow(kind, end) for kind, end in arrows.items() if end is not None)
    return {"properties": _words(given, was, own), "arrows": was.arrows if set(drawn) == set(was.arrows) else drawn}


def _words(given: Given, was: Record, own: Sequence[str]) -> dict[str, Any]:
    properties: dict[str, Any] = dict(was.properties)
    said = [name for name in own if name in given]
    if was.label == "Terms":
        properties = _terms(given, was)
    else:
        properties |= {_TEXTS[name]: _text(given, name, was) for name in said if name in _TEXTS}
    properties |= {name: _chosen(given, name) for name in said if name in _CHOSEN}
    if was.label == "Name":
        properties["folded"] = fold(properties["title"])
    if was.label in _READ and said:
        properties["inferred"] = False
    return {name: value for name, value in properties.items() if value is not None}


def _text(given: Given, name: str, was: Record) -> str | None:
    if name == "title":
        return name_of(given, name) if was.label == "Name" else title_of(given, name)
    return text(given, name, needed=name == "why")


def _terms(given: Given, was: Record) -> dict[str, Any]:
    if "title" in given:
        name_of(given, "title", 300)
    return terms_of(given, was.properties)


def _chosen(given: Given, name: str) -> Any:
    if given[name] is None:
        raise InvalidInput("CONTRADICTION", name, None, "what it says; to take the fact back, retract it")
    return given[name]


def _check_corrected(case: Case, draft: Draft, record: Record, was: Record) -> None:
    field = holder_field(case.given)
    if record.label == "Assignment":
        check_holds(case, draft, record, ("fact", field, "validFrom"))
        check_covers(case, draft, str(record.properties["slot"]), "fact")
        solve_reports(case, draft, str(record.properties["slot"]), target(was, "HELD_BY"))
    elif record.label == "StandIn":
        check_there(case, draft, record, field)
        check_cover(case, draft, record, DAYS, field)
        check_twice(case, draft, record)
        cut_reports(case, draft, was)
    elif record.label == "Translation":
        check_translation(case, record, ("title", "fact", "carriedBy"))
    elif record.label in ("Usage", "Escalation"):
        _check_leads(record)
    elif record.label == "Progress" and record.valid_from != was.valid_from:
        check_reported(case, str(target(record, "ON")), record.valid_from, ("fact", "validFrom"))
    elif record.label == "Terms" and (_due(record), record.valid_from) != (_due(was), was.valid_from):
        check_due(record.properties, min(terms.valid_from for terms in believed_after(case, draft, "Terms")))
    elif record.label == "Confirmation":
        check_been(record.valid_from, case.named, "validFrom")


def _due(terms: Record) -> Any:
    return terms.properties.get("due")


def _check_leads(record: Record) -> None:
    """Refuse to take away where a fact leads: what uses nothing, or escalates to nowhere, is ended."""
    field, kind = ("erpSystem", "OF") if record.label == "Usage" else ("to", "TO")
    if target(record, kind) is None:
        raise InvalidInput("CONTRADICTION", field, None, "where it leads; to take the fact back, retract it")


def _retract(case: Case) -> Draft:
    row = case.named.fact("fact", *_CORRECTED, "Report")
    _check_not_last(case, row.record)
    draft = Draft(row.record.valid_from)
    draft.retract(row)
    _release(case, draft, row.record)
    chains.check_touched(case, draft)
    draft.shows["fact"] = {"keys": [], "day": row.record.valid_from}
    return draft


def _check_not_last(case: Case, record: Record) -> None:
    """Refuse to take back a task's only terms, and a thing's only official name: nothing would tell its title.

    Nor a role's only definition: nothing would tell that it is withdrawn.
    """
    mine = _only(record)
    if mine is None or any(
        _only(row.record) == mine for row in case.believed(record.label) if row.record.key != record.key
    ):
        return
    told, of = mine
    instead = "a role is withdrawn" if record.label == "Definition" else "what is wrong with it is corrected"
    raise InvalidInput("ONLY_ONE", "fact", record.key, f"not the only {told} of {of}; {instead}")


def _only(record: Record) -> tuple[str, str] | None:
    """Tell what a thing must have one of that says this, and which thing; None where it can be without."""
    match record.label:
        case "Terms":
            return "terms", str(target(record, "OF"))
        case "Definition":
            return "definition", str(target(record, "OF"))
        case "Name" if record.properties["kind"] == "OFFICIAL":
            return "official name", str(target(record, "NAMES"))
    return None


OPERATIONS: Final = (
    Operation("end", "FactChanged", _end, _wants_fact, facts=("fact",)),
    Operation(
        "correct", "FactChanged", _correct, _wants_fact, facts=("fact",),
        lookups=(*HOLDERS, Lookup("carriedBy", "Role"), Lookup("to", "Role"), Lookup("erpSystem", "ErpSystem")),
    ),
    Operation("retract", "FactChanged", _retract, _wants_fact, facts=("fact",)),
)  # fmt: skip
"""The operations on any fact."""
