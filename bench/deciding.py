"""What the gallery should answer, made from the limit's facts: holds the columns to the same data before they are measured."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench import facts
from resolvers.coverage import cells
from resolvers.directory.contacts import Contact, Gathering
from resolvers.facts import Holder, Local
from resolvers.responsibility import Answer, Resolver
from resolvers.sentences import sentence

_KINDS = ("assignments", "stand_ins", "vacancies", "translations")
Row = Sequence[Any]


def _locals(
    places: Iterable[Row], rows: Mapping[str, Iterable[tuple[str, Row]]], holders: Mapping[str, Holder], at: str
) -> list[Local]:
    """Sort rows by place and role; each is a slot and the row as `facts.local` reads it."""
    here: dict[str, dict[str, dict[str, list[Row]]]] = {place[1]: {kind: {} for kind in _KINDS} for place in places}
    for kind, found in rows.items():
        for slot, row in found:
            code, role = slot.split("|", 1)
            here[code][kind].setdefault(role, []).append(row)
    return [facts.local(place, here[place[1]], holders, at) for place in places]


def _flat(rows: Iterable[Row]) -> list[tuple[str, Row]]:
    return [(row[0], row[1:]) for row in rows]


def _grouped(
    held: Sequence[Row], covers: Sequence[Row]
) -> tuple[list[tuple[str, Row]], list[tuple[str, Row]], dict[str, Holder]]:
    """Read assignments grouped by holder, and stand-ins that bring theirs."""
    holders = {row[0]: facts.holder(row[:4]) for row in held}
    holders |= {row[3]: facts.holder([row[3], *row[6:9]]) for row in covers if row[3] not in holders}
    assignments: list[tuple[str, Row]] = [(one[0], [one[1], row[0], *one[2:]]) for row in held for one in row[4]]
    return assignments, [(row[0], row[1:6]) for row in covers], holders


def one(data: Any, values: Mapping[str, Any], *, ahead: bool) -> Any:
    """Decide what `responsibility.cypher` gathered."""
    asked, roles, ways, places, held, covers, intents, translated, known = data
    holders = {row[0]: facts.holder(row) for row in known}
    gallery = facts.gallery(roles, ways)
    rows = {
        "assignments": _flat(held),
        "stand_ins": _flat(covers),
        "vacancies": _flat(intents),
        "translations": _flat(translated),
    }
    local = _locals(places, rows, holders, values["at"])[0]
    answer = _resolved(Resolver(gallery, local), asked[0], values["at"], ahead=ahead)
    steps = [
        {"kind": step.kind.value, "da": sentence(step, values["at"], gallery, local, "da")} for step in answer.steps
    ]
    return [
        {
            **_outcome(answer),
            "reach": _reach(answer, holders),
            "steps": steps,
            **(_next(answer, holders) if ahead else {}),
        }
    ]


def task(data: Any, values: Mapping[str, Any], *, ahead: bool) -> Any:
    """Decide what `task.cypher` gathered."""
    asked, roles, ways, places, held, covers, intents, translated = data
    gallery = facts.gallery(roles, ways)
    assignments, stand_ins, holders = _grouped(held, covers)
    rows = {
        "assignments": assignments,
        "stand_ins": stand_ins,
        "vacancies": _flat(intents),
        "translations": _flat(translated),
    }
    answers = []
    for place, local in zip(places, _locals(places, rows, holders, values["at"]), strict=True):
        resolver = Resolver(gallery, local)
        for role in asked:
            answer = _resolved(resolver, role, values["at"], ahead=ahead)
            reach = [{"holder": one["holder"], "email": one["email"]} for one in _reach(answer, holders)]
            there = {"municipality": {"code": place[1]}, "role": {"title": gallery.title(role, answer.at)}}
            answers.append({**there, **_outcome(answer), "reach": reach, **(_next(answer, holders) if ahead else {})})
    return answers


def coverage(data: Any, values: Mapping[str, Any], *, columns: bool) -> Any:
    """Decide what `coverage.cypher` gathered."""
    places, held, covers, intents, translated = data
    assignments, stand_ins, holders = _grouped(held, covers)
    rows = {
        "assignments": assignments,
        "stand_ins": stand_ins,
        "vacancies": _flat(intents),
        "translations": _flat(translated),
    }
    found = [
        cell
        for local in _locals(places, rows, holders, values["at"])
        for cell in cells(facts.gallery([], []), local, values["roles"], values["at"], ahead=False)
    ]
    if columns:
        lists = {
            "municipalities": [c.municipality for c in found],
            "roles": [c.role for c in found],
            "states": [c.state.value for c in found],
            "holders": [list(c.holders) for c in found],
        }
        return {"columns": lists}
    codes = {place[0]: place[1] for place in places}
    return {
        "cells": [
            {
                "municipality": {"code": codes[c.municipality]},
                "role": {"code": c.role.partition(":")[2]},
                "state": c.state.value,
                "holders": [{"name": holders[key].name} for key in c.holders],
            }
            for c in found
        ]
    }


def contact(data: Any, values: Mapping[str, Any]) -> Any:
    """Decide what `contact.cypher` gathered."""
    head, rows = data
    gathered = Gathering.of(head, rows, values["at"])
    found = gathered.contacts(gathered.locals[0], [values["role"]], values["at"], frozenset({"until", "next"}))
    return [{**_contact(one), **_told(one)} for one in found]


def _told(found: Contact) -> dict[str, Any]:
    later = found.next
    following = None if later is None else {"mailbox": later.mailbox, "name": later.name}
    return {"since": found.since, "until": found.until, "next": following, "da": found.da}


def customers(data: Any, values: Mapping[str, Any]) -> Any:
    """Decide what `customers.cypher` gathered."""
    head, rows = data
    gathered = Gathering.of(head, rows, values["at"])
    return [
        {
            "municipality": {"code": place[1]},
            "contacts": [
                _contact(one) for one in gathered.contacts(local, rows[0][0], values["at"], frozenset({"name"}))
            ],
        }
        for place, local in zip(head[2], gathered.locals, strict=True)
    ]


def _contact(found: Contact) -> dict[str, Any]:
    return {
        "role": {"code": str(found.role).partition(":")[2]},
        "outcome": found.outcome.value,
        "mailbox": found.mailbox,
        "name": found.name,
        "email": found.email,
        "phone": found.phone,
    }


def _resolved(resolver: Resolver, role: str, at: str, *, ahead: bool) -> Answer:
    return resolver.resolve_ahead(role, at) if ahead else resolver.resolve(role, at)


def _outcome(answer: Answer) -> dict[str, Any]:
    return {"outcome": answer.outcome.value, "accountable": [{"id": key} for key in answer.accountable]}


def _reach(answer: Answer, holders: Mapping[str, Holder]) -> list[dict[str, Any]]:
    return [
        {
            "reachedAs": reach.reached_as.value,
            "holder": {"name": _name(reach.holder, holders)},
            "email": next((value for kind, value in reach.contacts if kind == "EMAIL"), None),
        }
        for reach in answer.reach
    ]


def _next(answer: Answer, holders: Mapping[str, Holder]) -> dict[str, Any]:
    later = answer.next
    if later is None:
        return {"until": answer.until, "next": None}
    reach = [{"holder": {"name": _name(one.holder, holders)}} for one in later.reach]
    return {"until": answer.until, "next": {"outcome": later.outcome.value, "reach": reach}}


def _name(key: str, holders: Mapping[str, Holder]) -> str:
    return holders[key].name if key in holders else facts.LAST_RESORT.name
