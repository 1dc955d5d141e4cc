"""What falls vacant if somebody leaves, and who could take over, before they leave.

To leave on a day means: from that day on, assignments and stand-ins of the person end, and later ones never begin
(`without`). What others hold stays. Everything else is what the resolver's looks say with and without the person, so a
translation that lets another role carry this one counts in both directions.

* A role is *vacated* in a municipality on the days, from the leave on, on which somebody holds it with the person and
  nobody without (after translation: `looks.py`).
* A *task* loses its holder if on some such day it stands, addresses the role, and the municipality is not done with it
  on the day of the leave. A *vendor* loses its contact if on some such day the municipality uses one of its ERP systems
  for the role's domain: finans roles for FINANS, debitor roles for DEBITOR, ØiR as a whole for both.
* Who could take over an assignment, nearest first: whoever stands in for the person in the role on the day it is lost;
  who else holds the role there; who holds a role of the same domain there and works in the person's unit; the same with
  a role of the same kind. Each once, by the nearest reason; then by name.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar

from graph.shape import OPEN_DATE
from resolvers.facts import Assignment, Gallery, Local, StandIn
from resolvers.looks import Looks


class Near(StrEnum):
    """Why somebody could take over, the nearest reason first."""

    STAND_IN = "STAND_IN"  # stands in for the person in this role
    SAME_ROLE = "SAME_ROLE"  # holds the same role in the municipality
    SAME_DOMAIN = "SAME_DOMAIN"  # same unit, a role of the same domain
    SAME_KIND = "SAME_KIND"  # same unit, a role of the same kind


class Period(NamedTuple):
    """Days, half-open."""

    valid_from: str
    valid_to: str


class Addressed(NamedTuple):
    """A task addresses a role for a time. `kind` is RESPONSIBLE or INVOLVED."""

    task: str
    role: str
    kind: str
    inferred: bool
    valid_from: str
    valid_to: str


class Terms(NamedTuple):
    """A task stands for a time, with a last day or none."""

    task: str
    due: str | None
    valid_from: str
    valid_to: str


class Use(NamedTuple):
    """A municipality uses an ERP system for FINANS or DEBITOR."""

    domain: str
    municipality: str
    system: str
    vendor: str
    valid_from: str
    valid_to: str


class Candidate(NamedTuple):
    """Somebody who could take over. `role` is the one they hold or stand in for, `fact` the assignment or stand-in."""

    holder: str
    reason: Near
    role: str
    fact: str


class Holding(NamedTuple):
    """An assignment that is lost on `day`. `vacant_from` is the first day, in its period, on which the role is vacated."""

    assignment: str
    role: str
    municipality: str
    day: str
    vacant_from: str | None
    candidates: tuple[Candidate, ...]


class LostStandIn(NamedTuple):
    """A stand-in for somebody else that is lost on `day`; `others` still cover the same holder then."""

    stand_in: str
    role: str
    municipality: str
    covers: str
    day: str
    others: tuple[str, ...]


class LostTask(NamedTuple):
    """A task that has no holder in the role from `day` on; `overdue` on the day of the leave."""

    task: str
    role: str
    municipality: str
    kind: str
    inferred: bool
    day: str
    due: str | None
    overdue: bool
    state: str | None


class LostContact(NamedTuple):
    """A vendor whose system is used for `domain` there, and who has no contact in the role from `day` on."""

    vendor: str
    erp_system: str
    domain: str
    role: str
    municipality: str
    day: str


class Leave(NamedTuple):
    """Who leaves and when: the first day without them. `unit` is where they work."""

    person: str
    unit: str | None
    day: str


Held = TypeVar("Held", Assignment, StandIn)
_USED_FOR: Final = {"OIR_FINANS": ("FINANS",), "OIR_DEBITOR": ("DEBITOR",), "OIR": ("FINANS", "DEBITOR")}


def without(local: Local, leave: Leave) -> Local:
    """Give a municipality's facts as they are if the person leaves."""
    return replace(
        local,
        assignments={role: list(_left(facts, leave)) for role, facts in local.assignments.items()},
        stand_ins={role: list(_left(facts, leave)) for role, facts in local.stand_ins.items()},
    )


def _left(facts: Iterable[Held], leave: Leave) -> Iterator[Held]:
    for fact in facts:
        if fact.holder != leave.person or fact.valid_to <= leave.day:
            yield fact
        elif fact.valid_from < leave.day:
            yield fact._replace(valid_to=leave.day)


def vacated(before: Looks, after: Looks, role: str, day: str) -> list[Period]:
    """List the times, from `day` on, in which somebody holds the role by the looks `before` and nobody by those `after`."""
    found: list[Period] = []
    while day < OPEN_DATE:
        with_them, end = before.carried(role, day)
        without_them, other_end = after.carried(role, day)
        end = min(end, other_end)
        if with_them.outcome is not None and without_them.outcome is None:
            found.append(Period(day, end))
        day = end
    return found


class Impact:
    """What one municipality loses if a person leaves. `local` has the facts of all its roles on the day and later."""

    def __init__(self, gallery: Gallery, local: Local, leave: Leave) -> None:
        self.gallery, self.local, self.leave = gallery, local, leave
        self.left = without(local, leave)
        before, after = Looks(gallery, local), Looks(gallery, self.left)
        self.holes = {role: vacated(before, after, role, leave.day) for role in self._touched()}

    def _touched(self) -> list[str]:
        """Roles that may be vacated: the person's own, and those that another role carries."""
        own = {fact.role for fact in self._mine(self.local.assignments)}
        carried = {role for role, facts in self.local.translations.items() if any(fact.carried_by for fact in facts)}
        return [role for role in self.gallery.roles if role in own | carried]

    def _mine(self, by_role: Mapping[str, Sequence[Held]]) -> list[Held]:
        """Give what the person holds on the day or later, in the gallery's order of roles, the oldest first."""
        facts = [fact for role in self.gallery.roles for fact in sorted(by_role.get(role, ()), key=lambda f: f[-2:])]
        return [
            fact
            for fact in facts
            if fact.holder == self.leave.person and max(fact.valid_from, self.leave.day) < fact.valid_to
        ]

    def holdings(self, units: Mapping[str, str | None]) -> list[Holding]:
        """List the assignments that are lost; `units` are the people's."""
        return [
            Holding(
                fact.key,
                fact.role,
                self.local.municipality,
                day := max(fact.valid_from, self.leave.day),
                _first_day(self.holes[fact.role], [Period(fact.valid_from, fact.valid_to)]),
                tuple(self.candidates(fact.role, day, units)),
            )
            for fact in self._mine(self.local.assignments)
        ]

    def stand_ins(self) -> list[LostStandIn]:
        """List the stand-ins for others that are lost."""
        lost = []
        for fact in self._mine(self.local.stand_ins):
            if fact.covered == self.leave.person:
                continue
            day = max(fact.valid_from, self.leave.day)
            others = _valid(self.left.stand_ins.get(fact.role, ()), day)
            still = sorted(other.key for other in others if other.covered == fact.covered)
            lost.append(LostStandIn(fact.key, fact.role, self.local.municipality, fact.covered, day, tuple(still)))
        return lost

    def tasks(
        self, addressed: Iterable[Addressed], terms: Iterable[Terms], states: Mapping[tuple[str, str], str]
    ) -> list[LostTask]:
        """List the tasks that lose their holder, first due first; `states` is progress by (municipality, task)."""
        here = self.local.municipality
        standing = list(terms)
        found: dict[tuple[str, str], LostTask] = {}
        for one in addressed:
            state = states.get((here, one.task))
            if state == "DONE":
                continue
            for term in standing:
                day = _first_day(self.holes.get(one.role, ()), [one], [term]) if term.task == one.task else None
                place = one.task, one.role
                if day is not None and (place not in found or day < found[place].day):
                    overdue = term.due is not None and term.due < self.leave.day
                    found[place] = LostTask(*place, here, one.kind, one.inferred, day, term.due, overdue, state)
        order = list(self.gallery.roles)
        return sorted(found.values(), key=lambda task: (task.due or OPEN_DATE, task.task, order.index(task.role)))

    def contacts(self, uses: Iterable[Use]) -> list[LostContact]:
        """List the vendors that lose a contact: for each role and system once, with the first day."""
        found: dict[tuple[str, str, str], LostContact] = {}
        here = [use for use in uses if use.municipality == self.local.municipality]
        for role, holes in self.holes.items():
            domains = _USED_FOR.get(self.gallery.roles[role].domain, ())
            for use in here:
                day = _first_day(holes, [use]) if use.domain in domains else None
                place = role, use.domain, use.system
                if day is not None and (place not in found or day < found[place].day):
                    found[place] = LostContact(use.vendor, use.system, use.domain, role, use.municipality, day)
        return list(found.values())

    def candidates(self, role: str, day: str, units: Mapping[str, str | None]) -> list[Candidate]:
        """List who could take `role` over on `day`, the nearest first."""
        found: dict[str, Candidate] = {}
        for candidate in self._near(role, day, units):
            known = found.get(candidate.holder)
            if known is None or _RANK[candidate.reason] < _RANK[known.reason]:
                found[candidate.holder] = candidate
        names = self.local.holders
        return sorted(found.values(), key=lambda one: (_RANK[one.reason], names[one.holder].name, one.holder))

    def _near(self, role: str, day: str, units: Mapping[str, str | None]) -> Iterator[Candidate]:
        for cover in _valid(self.left.stand_ins.get(role, ()), day):
            if cover.covered == self.leave.person:
                yield Candidate(cover.holder, Near.STAND_IN, role, cover.key)
        asked = self.gallery.roles[role]
        for other in self.gallery.roles.values():
            for fact in _valid(self.left.assignments.get(other.key, ()), day):
                in_unit = self.leave.unit is not None and units.get(fact.holder) == self.leave.unit
                if other.key == role:
                    yield Candidate(fact.holder, Near.SAME_ROLE, role, fact.key)
                elif in_unit and other.domain == asked.domain:
                    yield Candidate(fact.holder, Near.SAME_DOMAIN, other.key, fact.key)
                elif in_unit and other.kind == asked.kind:
                    yield Candidate(fact.holder, Near.SAME_KIND, other.key, fact.key)


_RANK: Final = {reason: rank for rank, reason in enumerate(Near)}


def _valid(facts: Iterable[Held], day: str) -> list[Held]:
    return [fact for fact in facts if fact.valid_from <= day < fact.valid_to]


def _first_day(holes: Iterable[Period], *others: Iterable[Period | Addressed | Terms | Use]) -> str | None:
    """Find the first day that lies in a hole and in one period of each of the others."""
    met = [(hole.valid_from, hole.valid_to) for hole in holes]
    for periods in others:
        met = [(max(a, p.valid_from), min(b, p.valid_to)) for a, b in met for p in periods]
    return min([start for start, end in met if start < end], default=None)
