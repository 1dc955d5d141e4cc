"""The current map as rows for every sheet: what holds on a day, and what is planned from then on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from graph.basis import Row
from graph.model import Record, Thing
from graph_seed.exchange.columns import SEPARATOR
from graph_seed.exchange.state import State
from graph_seed.exchange.tables import SHEETS, day_before
from graph_seed.exchange.workbooks import Lists
from graph_seed.exchange.writing import Table
from resolvers.changes.operation import code, target

Values = dict[str, str | None]


def current(state: State, day: str) -> list[Table]:
    """Give all sheets of the map on a day: facts that hold then or begin later, people who are there and not merged."""
    return [Table(sheet, _sorted(_ROWS[sheet.name](state, day))) for sheet in SHEETS]


def lists_of(state: State, day: str) -> Lists:
    """Give what a workbook offers to choose from."""

    def codes(label: str) -> list[tuple[str, str]]:
        return sorted((str(n.thing.properties["code"]), state.title(n.thing.key, day)) for n in state.of(label))

    places = sorted(
        (str(n.thing.properties["code"]), str(n.thing.properties["name"])) for n in state.of("Municipality")
    )
    return Lists(places, codes("Role"), codes("ErpSystem"), codes("Task"))


def _sorted(rows: Iterator[Values]) -> list[Values]:
    """Order rows by what they say, so that the same map gives the same bytes."""
    return sorted(rows, key=lambda row: [value or "" for value in row.values()])


def _place(state: State, key: str) -> Values:
    return {"municipality": code(key), "municipality_name": str(state.things[key].thing.properties["name"])}


def _where(state: State, record: Record, day: str) -> Values:
    role = str(target(record, "OF"))
    return {
        **_place(state, str(target(record, "IN"))),
        "role": str(state.things[role].thing.properties["code"]),
        "role_title": state.title(role, day),
    }


def _days(record: Record) -> Values:
    return {"first_day": record.valid_from, "last_day": day_before(record.valid_to)}


def _who(state: State, record: Record, arrow: str, prefix: str) -> Values:
    thing = state.things[str(target(record, arrow))].thing
    return {
        f"{prefix}_kind": thing.label.upper(),
        f"{prefix}_name": str(thing.properties["name"]),
        f"{prefix}_key": thing.key,
        f"{prefix}_email": next((value for kind, value, _ in contact_points(thing) if kind == "EMAIL"), None),
    }


def contact_points(thing: Thing) -> list[tuple[str, str, str]]:
    """Give a holder's contact points: kind, value, for whom."""
    names = ("contactKinds", "contactValues", "contactClasses")
    kinds, values, classes = (thing.properties.get(name, ()) for name in names)
    return list(zip(kinds, values, classes, strict=True))  # type: ignore[arg-type]


def _facts(label: str, tell: Callable[[State, Row, str], Values]) -> Callable[[State, str], Iterator[Values]]:
    def rows(state: State, day: str) -> Iterator[Values]:
        for row in state.said(label):
            if row.record.valid_to > day:
                yield tell(state, row, day)

    return rows


def _assignment(state: State, row: Row, day: str) -> Values:
    return {
        **_where(state, row.record, day),
        **_who(state, row.record, "HELD_BY", "holder"),
        **_days(row.record),
    }


def _stand_in(state: State, row: Row, day: str) -> Values:
    return {
        **_where(state, row.record, day),
        **_who(state, row.record, "FOR", "holder"),
        **_who(state, row.record, "HELD_BY", "stand_in"),
        **_days(row.record),
    }


def _vacancy(state: State, row: Row, day: str) -> Values:
    return {**_where(state, row.record, day), "reason": str(row.record.properties["reason"]), **_days(row.record)}


def _translation(state: State, row: Row, day: str) -> Values:
    carrier = target(row.record, "CARRIED_BY")
    return {
        **_where(state, row.record, day),
        **{name: _text(row.record.properties.get(name)) for name in ("title", "unit")},
        "carried_by": str(state.things[carrier].thing.properties["code"]) if carrier else None,
        **_days(row.record),
    }


def _usage(state: State, row: Row, _day: str) -> Values:
    system = state.things[str(target(row.record, "OF"))].thing
    return {
        **_place(state, str(target(row.record, "BY"))),
        "domain": str(row.record.properties["domain"]),
        "erp_system": str(system.properties["code"]),
        **_days(row.record),
    }


def _progress(state: State, row: Row, _day: str) -> Values:
    task = state.things[str(target(row.record, "ON"))].thing
    return {
        "task": str(task.properties["code"]),
        **_place(state, str(target(row.record, "IN"))),
        "state": str(row.record.properties["state"]),
        "since": row.record.valid_from,
    }


def _holders(label: str, own: Mapping[str, str]) -> Callable[[State, str], Iterator[Values]]:
    def rows(state: State, day: str) -> Iterator[Values]:
        for node in state.of(label):
            thing = node.thing
            if (
                target(thing, "MERGED_INTO") is None
                and "erasedAt" not in thing.properties
                and str(thing.properties.get("leftOn", "9")) > day
            ):
                yield _holder(state, thing, own)

    return rows


def _holder(state: State, thing: Thing, own: Mapping[str, str]) -> Values:
    home = target(thing, "BELONGS_TO")
    points = contact_points(thing)
    emails = [(value, seen) for kind, value, seen in points if kind == "EMAIL"]
    phones = [(value, seen) for kind, value, seen in points if kind == "PHONE"]
    return {
        "key": thing.key,
        "name": str(thing.properties["name"]),
        **(_place(state, home) if home else {"municipality": None, "municipality_name": None}),
        **{column: _text(thing.properties.get(name)) for column, name in own.items()},
        "email": _joined(emails, 0),
        "email_visibility": _joined(emails, 1),
        "phone": _joined(phones, 0),
        "phone_visibility": _joined(phones, 1),
        "in_part": "YES" if thing.key in state.partly else None,
    }


def _joined(points: Sequence[tuple[str, str]], which: int) -> str | None:
    return SEPARATOR.join(point[which] for point in points) or None


def _text(value: object) -> str | None:
    return None if value is None else str(value)


PERSON: Final = {"job_title": "jobTitle", "unit": "unit"}
MAILBOX: Final = {"purpose": "purpose"}
"""The columns that describe a person or a mailbox, and the properties that they are."""
_ROWS: Final[Mapping[str, Callable[[State, str], Iterator[Values]]]] = {
    "assignments": _facts("Assignment", _assignment),
    "stand_ins": _facts("StandIn", _stand_in),
    "vacancies": _facts("Vacancy", _vacancy),
    "translations": _facts("Translation", _translation),
    "people": _holders("Person", PERSON),
    "mailboxes": _holders("Mailbox", MAILBOX),
    "erp_use": _facts("Usage", _usage),
    "progress": _facts("Progress", _progress),
}
