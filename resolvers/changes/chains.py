"""Chains that end: escalation and translation together (rule 10), and requirements, must not lead in a circle, at any date."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Final

from graph.model import Record
from graph.shape import kind_of
from resolvers.changes.operation import Case, Draft, believed_after, target
from resolvers.errors import InvalidInput

_LINKS: Final = ("Escalation", "Translation")
Way = tuple[str | None, str, list[str]]
"""A municipality's key (None: everywhere), a day, and the roles that are asked one after the other."""
LONGEST: Final = 8
"""So many steps the statements follow a chain of roles (`reached_walk.cypher`, `openTasks` of a handover)."""


def check_touched(case: Case, draft: Draft, field: str = "input") -> None:
    """Refuse a circle, if the change is about escalation, translation or requirements at all; see `check` and `check_needs`."""
    kinds = draft.scope.kinds
    if not kinds.isdisjoint(map(kind_of, _LINKS)):
        check(case, draft, field)
    if kind_of("Requirement") in kinds:
        check_needs(case, draft, field)


def check_needs(case: Case, draft: Draft, field: str) -> None:
    """Refuse a change after which tasks would wait for each other; `case` has all requirements.

    Raises:
        InvalidInput: with the day and the way round.
    """
    found = find_waiting(believed_after(case, draft, "Requirement"))
    if found is not None:
        day, path = found
        raise InvalidInput(
            "CIRCLE", field, " → ".join(path), "requirements that end",
            f"{field}: on {day} tasks would wait for each other ({' → '.join(path)}).",
        )  # fmt: skip


def find_waiting(requirements: Iterable[Record]) -> tuple[str, list[str]] | None:
    """Find tasks that require each other in a circle: the day on which they begin to, and the tasks on the way."""
    records = list(requirements)
    for day in sorted({record.valid_from for record in records}):
        needs = defaultdict[str, list[str]](list)
        for record in records:
            if record.holds_on(day):
                needs[str(target(record, "BY"))].append(str(target(record, "ON")))
        try:
            TopologicalSorter(needs).prepare()
        except CycleError as error:
            return day, list(reversed(error.args[1]))
    return None


def check(case: Case, draft: Draft, field: str = "input") -> None:
    """Refuse a change after which a chain leads in a circle, or further than answers follow it; `case` has all escalation, and
    the carriers of its places.

    Raises:
        InvalidInput: with the day and the way.
    """
    ways = list(_ways(record for label in _LINKS for record in believed_after(case, draft, label)))
    if (circle := _first_circle(ways)) is not None:
        _, day, path = circle
        raise InvalidInput(
            "CIRCLE", field, " → ".join(path), "escalation and translation that end",
            f"{field}: on {day} responsibility would go in a circle ({' → '.join(path)}).",
        )  # fmt: skip
    _, day, path = max(ways, key=lambda way: len(way[2]), default=(None, "", []))
    if len(path) > LONGEST + 1:
        raise InvalidInput(
            "CHAIN_TOO_LONG", field, " → ".join(path), f"at most {LONGEST} steps from a role to the last one that is asked",
            f"{field}: on {day} responsibility would go on {len(path) - 1} times ({' → '.join(path)}).",
        )  # fmt: skip


def find_circle(records: Iterable[Record]) -> Way | None:
    """Find a circle over escalation, and in each municipality over translation too.

    Gives the municipality's key (None: it is everywhere), the day, and the roles on the way.
    """
    return _first_circle(_ways(records))


def _first_circle(ways: Iterable[Way]) -> Way | None:
    for place, day, path in ways:
        if path[-1] in path[:-1]:
            return place, day, path[path.index(path[-1]) :]
    return None


def _ways(records: Iterable[Record]) -> Iterator[Way]:
    """Walk wherever links hold together: all escalation, by itself and with the translations of each municipality."""
    escalations: list[Record] = []
    local = defaultdict[str, list[Record]](list)
    for record in records:
        if record.label == "Escalation":
            escalations.append(record)
        elif target(record, "CARRIED_BY") is not None:
            local[str(target(record, "IN"))].append(record)
    places: list[tuple[str | None, list[Record]]] = [(None, []), *local.items()]
    for place, translations in places:
        for day, path in _walks(escalations, translations):
            yield place, day, path


def _walks(escalations: Sequence[Record], translations: Sequence[Record]) -> Iterator[tuple[str, list[str]]]:
    """Walk from each role, on each day on which a link begins or ends: between two of them the links are the same.

    Gives the day and the roles on the way, to the end or to one that was on it before. A translation goes before escalation,
    so one that ends may let a circle come back.
    """
    both = (*escalations, *translations)
    for day in sorted({day for record in both for day in (record.valid_from, record.valid_to)}):
        links = dict[str, str]()
        for source, end, group in (("FROM", "TO", escalations), ("OF", "CARRIED_BY", translations)):
            for record in group:
                if record.holds_on(day):
                    links[str(target(record, source))] = str(target(record, end))
        for start in links:
            path = [start]
            while (follows := links.get(path[-1])) is not None and path[-1] not in path[:-1]:
                path.append(follows)
            yield day, path
