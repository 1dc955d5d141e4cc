"""KLIK tasks and what municipalities do: published, changed, withdrawn, progress; and which ERP system they use."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from graph.basis import Row, Wanted
from graph.model import Arrow, Thing, Value
from graph.reads import Lookup
from graph.shape import OPEN_DATE, slot
from graph.text import fold
from resolvers.changes import chains
from resolvers.changes.apart import give_way
from resolvers.changes.gallery import check_free, new_code
from resolvers.changes.holding import MUNICIPALITY
from resolvers.changes.operation import (
    Case,
    Draft,
    Named,
    Operation,
    check_been,
    code,
    name_of,
    overlaps,
    period,
    span,
    target,
    text,
)
from resolvers.errors import InvalidInput

Period = tuple[str, str]
"""The first day and the first day after."""
_ROLES: Final = (("responsible", "RESPONSIBLE"), ("involved", "INVOLVED"))


def terms_of(given: Mapping[str, Any], before: Mapping[str, Value]) -> dict[str, Value | None]:
    """Give a task's terms: those that an input sets, else as before.

    Raises:
        InvalidInput: a title or a note that cannot be.
    """
    new: dict[str, Value | None] = dict(before)
    if given.get("title") is not None:
        title = name_of(given, "title", 300)
        new |= {"title": title, "folded": fold(title)}
    new |= {name: given[name] for name in ("obligation", "published", "due") if name in given}
    if "note" in given:
        new["note"] = text(given, "note", 500)
    return new


def check_due(terms: Mapping[str, Any], since: str) -> None:
    """Refuse terms whose last day is before the task's first."""
    due = terms.get("due")
    if due is not None and due < since:
        raise InvalidInput("BAD_PERIOD", "due", due, f"a day not before the task's first, {since}")


def _publish(case: Case) -> Draft:
    named, given = case.named, case.given
    title = name_of(given, "title", 300)
    key = f"task:{new_code(given, title)}"
    check_free(case, key, "code")
    since = given.get("validFrom") or given.get("published") or named.today
    terms = terms_of(given, {})
    check_due(terms, since)
    properties: dict[str, Value] = {
        "code": key.partition(":")[2],
        "isActivity": bool(given.get("isActivity")),
        "demo": False,
    }
    if (number := text(given, "number", 20)) is not None:
        properties["number"] = number
    concerns = tuple(Arrow("CONCERNS", system) for system in dict.fromkeys(named.keys["concerns"]))
    draft = Draft(since)
    draft.create(Thing("Task", key, properties, (Arrow("PART_OF", named.key("project")), *concerns)))
    draft.add("Terms", (since, OPEN_DATE), [("OF", key)], terms)
    _address(case, draft, key, (since, OPEN_DATE))
    _require(case, draft, key, (since, OPEN_DATE))
    draft.shows["task"] = {"keys": [key]}
    return draft


def _address(case: Case, draft: Draft, task: str, period: Period) -> None:
    """Address a task to roles for as long as its terms stand; a list that the input leaves out stays."""
    since, _ = period
    seen = set[str]()
    for field, kind in _ROLES:
        if case.given.get(field) is None:
            continue
        wanted = dict.fromkeys(case.named.keys[field])
        if twice := seen & wanted.keys():
            raise InvalidInput("CONTRADICTION", field, min(twice), "each role once: responsible or involved")
        seen |= wanted.keys()
        _check_once(case, draft, task, since, field, kind, wanted.keys())
        standing = (r for r in _standing(case, "Addressing", task, since) if r.record.properties["kind"] == kind)
        _go_on(draft, standing, "TO", wanted, period)
        for role in wanted:
            draft.add("Addressing", period, [("BY", task), ("TO", role)], {"kind": kind, "inferred": False})


def _check_once(case: Case, draft: Draft, task: str, since: str, field: str, kind: str, roles: Iterable[str]) -> None:
    """Refuse to address a role twice: as responsible, and as involved."""
    others = {str(target(row.record, "TO")) for row in _standing(case, "Addressing", task, since)
              if row.record.properties["kind"] != kind and draft.now(row) is not None}  # fmt: skip
    other_field = next(name for name, of in _ROLES if of != kind)
    if case.given.get(other_field) is None and (twice := others & set(roles)):
        expected = f"each role once; {other_field} has it already: give both lists"
        raise InvalidInput("CONTRADICTION", field, min(twice), expected)


def _require(case: Case, draft: Draft, task: str, period: Period) -> None:
    """Let a task wait for others for as long as its terms stand.

    Raises:
        InvalidInput: it would wait for itself, if by way of others.
    """
    if case.given.get("requires") is None:
        return
    wanted = dict.fromkeys(case.named.keys["requires"])
    if task in wanted:
        raise InvalidInput("CIRCLE", "requires", task, "other tasks than the task itself")
    _go_on(draft, _standing(case, "Requirement", task, period[0]), "ON", wanted, period)
    for other in wanted:
        draft.add("Requirement", period, [("BY", task), ("ON", other)])
    chains.check_needs(case, draft, "requires")


def _go_on(draft: Draft, rows: Iterable[Row], arrow: str, wanted: dict[str, Any], period: Period) -> None:
    """Let what leads to a wanted end hold in the period too, and to its end, and take it out of `wanted`; end the rest."""
    since, ends = period
    for row in rows:
        if wanted.pop(str(target(row.record, arrow)), 0) == 0:
            draft.stop(row, since)
        else:
            draft.supersede(row, valid_from=min(row.record.valid_from, since), valid_to=ends)


def _standing(case: Case, label: str, task: str, since: str) -> Iterator[Row]:
    for row in list(case.believed(label)):
        if target(row.record, "BY") == task and row.record.valid_to > since:
            yield row


def _believed_terms(case: Case) -> list[Row]:
    return sorted(case.believed("Terms"), key=lambda row: row.record.valid_from)


def _change(case: Case) -> Draft:
    """Change a task's terms from a day on: what stood before stays answerable for the days before."""
    task, since = case.named.key("task"), case.given.get("validFrom") or case.named.today
    draft = Draft(since)
    standing = _stands(case, since, "validFrom")
    if (later := max(row.record.valid_from for row in _believed_terms(case))) > since:
        raise InvalidInput("BAD_PERIOD", "validFrom", since, f"a day from {later} on, when its last terms begin")
    terms = terms_of(case.given, standing.record.properties)
    if "due" in case.given:
        check_due(terms, min(row.record.valid_from for row in _believed_terms(case)))
    if {k: v for k, v in terms.items() if v is not None} != dict(standing.record.properties):
        draft.stop(standing, since)
        draft.add("Terms", (since, standing.record.valid_to), [("OF", task)], terms)
    _address(case, draft, task, (since, standing.record.valid_to))
    _require(case, draft, task, (since, standing.record.valid_to))
    draft.shows["task"] = {"keys": [task]}
    return draft


def _stands(case: Case, day: str, field: str) -> Row:
    """Give the terms that stand on a day (rule 12)."""
    rows = _believed_terms(case)
    for row in rows:
        if row.record.holds_on(day):
            return row
    spans = "; ".join(span(row.record) for row in rows) or "none is known"
    raise InvalidInput("TASK_DOES_NOT_STAND", field, day, f"a day on which the task stands: {spans}")


def _withdraw(case: Case) -> Draft:
    task, on = case.named.key("task"), case.given.get("on") or case.named.today
    if (first := min((row.record.valid_from for row in _believed_terms(case)), default=on)) >= on:
        raise InvalidInput(
            "BAD_PERIOD", "on", on, f"a day after the task's first, {first}: until then its terms stay readable"
        )
    draft = Draft(on)
    for label in ("Terms", "Addressing", "Requirement"):
        for row in list(case.believed(label)):
            if row.record.valid_to > on and (label == "Terms" or target(row.record, "BY") == task):
                draft.stop(row, on)
    draft.shows["task"] = {"keys": [task]}
    return draft


def _progress(case: Case) -> Draft:
    named, day = case.named, case.given.get("on") or case.named.today
    task, where = named.key("task"), named.key("municipality")
    check_reported(case, task, day, ("task", "on"))
    draft = Draft(day)
    here = _place(named)
    for row in list(case.believed("Progress", slot=here)):
        record = row.record
        if record.valid_from > day:
            raise InvalidInput(
                "BAD_PERIOD", "on", day, f"a day from {record.valid_from} on, when {record.key} was reported"
            )
        if record.valid_to > day:
            if record.properties["state"] == case.given["state"]:
                return draft
            draft.stop(row, day)
    progress = draft.add("Progress", (day, OPEN_DATE), [("ON", task), ("IN", where)], {"state": case.given["state"]})
    draft.shows["progress"] = {"keys": [progress.key]}
    return draft


def check_reported(case: Case, task: str, day: str, fields: tuple[str, str]) -> None:
    """Refuse progress that cannot be; `fields` are what the task and the day are called in the input.

    Raises:
        InvalidInput: the day is to come, the task is an activity, or does not stand on the day.
    """
    task_field, day_field = fields
    check_been(day, case.named, day_field)
    if case.things[task].thing.properties["isActivity"]:
        raise InvalidInput("NO_PROGRESS", task_field, task, "a KLIK task: no progress is reported on an activity")
    _stands(case, day, day_field)


def _place(named: Named) -> str:
    return slot(code(named.key("municipality")), named.key("task"))


def _use(case: Case) -> Draft:
    """Let a municipality use an ERP system for a domain; what it used for it before ends the day before."""
    named, given = case.named, case.given
    since, ends = period(given, named.today)
    where, system = named.key("municipality"), named.key("erpSystem")
    draft = Draft(since)
    for row in list(case.believed("Usage")):
        record = row.record
        if record.properties["domain"] != given["domain"] or not overlaps(record, since, ends):
            continue
        if target(record, "OF") == system and record.valid_from <= since and record.valid_to >= ends:
            return draft
        give_way(draft, row, since, ends, code="ALREADY_USED")
    usage = draft.add("Usage", (since, ends), [("BY", where), ("OF", system)], {"domain": given["domain"]})
    draft.shows["usage"] = {"keys": [usage.key]}
    return draft


_TASK: Final = Lookup("task", "Task")
_LISTS: Final = (
    Lookup("responsible", "Role", many=True),
    Lookup("involved", "Role", many=True),
    Lookup("requires", "Task", many=True),
)


def _wants_new(named: Named) -> Wanted:
    title = name_of(named.given, "title", 300)
    return Wanted(things=[f"task:{new_code(named.given, title)}"])


def _wants_task(named: Named) -> Wanted:
    task = named.key("task")
    needs = [] if named.given.get("requires") is None else [""]
    return Wanted(terms=[task], about=[task], things=[task], needs=needs)


OPERATIONS: Final = (
    Operation(
        "publishTask", "TaskChanged", _publish, _wants_new,
        lookups=(Lookup("project", "Project"), Lookup("concerns", "ItSystem", many=True), *_LISTS),
    ),
    Operation("changeTask", "TaskChanged", _change, _wants_task, lookups=(_TASK, *_LISTS), edits=("task",)),
    Operation("withdrawTask", "TaskChanged", _withdraw, _wants_task, lookups=(_TASK,), edits=("task",)),
    Operation(
        "reportProgress", "ProgressChanged", _progress,
        lambda named: Wanted(reported=[_place(named)], terms=[named.key("task")], things=[named.key("task")]),
        lookups=(_TASK, MUNICIPALITY),
    ),
    Operation(
        "useErpSystem", "UsageChanged", _use,
        lambda named: Wanted(about=[named.key("municipality")]),
        lookups=(MUNICIPALITY, Lookup("erpSystem", "ErpSystem")), edits=("municipality",),
    ),
)  # fmt: skip
"""The operations on tasks and systems."""
