"""What changed between two days, written from the definition of each kind in `resolvers/difference.py`'s docstring."""

from typing import NamedTuple

from tests.oracle.oracle import Oracle
from tests.oracle.records import Record

KINDS = ("APPOINTED", "ENDED", "NEWLY_VACANT", "STAND_IN_BEGAN", "STAND_IN_ENDED", "TRANSLATED")


class Change(NamedTuple):
    """One difference; `facts` in the order of their keys."""

    kind: str
    place: str | None = None
    role: str | None = None
    task: str | None = None
    holder: str | None = None
    covers: str | None = None
    before: str | None = None
    after: str | None = None
    facts: tuple[str, ...] = ()


def keys(records: list[Record]) -> tuple[str, ...]:
    """Name the facts."""
    return tuple(sorted(r.key for r in records))


def changes(known: Oracle, roles: list[str], places: list[str], first: str, last: str) -> list[Change]:
    """List what differs: by municipality, role, kind and people; then renamed roles; then tasks."""
    found: list[Change] = []
    for place in places:
        for role in roles:
            of_role = [
                *people(known, "Assignment", role, place, first, last),
                *newly_vacant(known, role, place, first, last),
                *people(known, "StandIn", role, place, first, last),
                *translated(known, role, place, first, last),
            ]
            found += sorted(of_role, key=lambda c: (KINDS.index(c.kind), c.holder or "", c.covers or ""))
    for role in roles:
        before, after = known.title(role, first), known.title(role, last)
        if before != after:
            found.append(Change("RENAMED", role=role, before=before, after=after))
    for task in sorted(known.world.tasks):
        addressed = [r.role for day in (first, last) for r in known.of_task("Addressing", task, day)]
        if set(addressed) & set(roles):
            found += of_task(known, task, first, last)
    return found


def people(known: Oracle, label: str, role: str, place: str, first: str, last: str) -> list[Change]:
    """Who holds the role (or stands in for whom) on one of the days and not on the other."""
    kinds = {"Assignment": ("APPOINTED", "ENDED"), "StandIn": ("STAND_IN_BEGAN", "STAND_IN_ENDED")}[label]
    found = []
    for kind, day, other in ((kinds[0], last, first), (kinds[1], first, last)):
        there = known.on(day, label, role, place)
        not_there = {(r.holder, r.covered) for r in known.on(other, label, role, place)}
        for holder, covered in {(r.holder, r.covered) for r in there} - not_there:
            facts = keys([r for r in there if (r.holder, r.covered) == (holder, covered)])
            found.append(Change(kind, place, role, holder=holder, covers=covered, facts=facts))
    return found


def newly_vacant(known: Oracle, role: str, place: str, first: str, last: str) -> list[Change]:
    """Somebody holds the role, or the one that carries it, on the first day, and nobody on the last."""
    held = [known.on(day, "Assignment", known.translate(role, place, day, [], []), place) for day in (first, last)]
    if held[0] and not held[1]:
        return [Change("NEWLY_VACANT", place, role, facts=keys(known.on(first, "Assignment", role, place)))]
    return []


def translated(known: Oracle, role: str, place: str, first: str, last: str) -> list[Change]:
    """Local title, unit or carrier differ; having no translation is all three empty."""
    counts = [known.on(day, "Translation", role, place)[-1:] for day in (first, last)]
    said = [[(r.text, r.unit, r.to) for r in found] or [(None, None, None)] for found in counts]
    if said[0] == said[1]:
        return []
    titles = [found[0][0] for found in said]
    return [
        Change("TRANSLATED", place, role, before=titles[0], after=titles[1], facts=keys(list({*counts[0], *counts[1]})))
    ]


def of_task(known: Oracle, task: str, first: str, last: str) -> list[Change]:
    """Whether the task stands on one of the days only, or on both with another last day."""
    before, after = (known.of_task("Terms", task, day) for day in (first, last))
    due = [found[-1].due if found else None for found in (before, after)]
    if before and after:
        return [Change("MOVED", task=task, before=due[0], after=due[1])] if due[0] != due[1] else []
    kind = "PUBLISHED" if after else "WITHDRAWN" if before else None
    return [Change(kind, task=task, before=due[0], after=due[1])] if kind else []
