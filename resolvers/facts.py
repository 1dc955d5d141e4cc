"""What a statement gathers for resolution: rows in the order in which the `.cypher` files return them.

Everything is as known at one `seq`. Dates are ISO strings, half-open, `9999-12-31` for until further notice; keys are
the API's ids. The functions that decide (`responsibility.py`, `coverage.py`, `gaps.py`, …) take these and nothing else,
so they need no database, and a test can draw them at random.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

new: Final = tuple.__new__
"""Makes a named tuple (`new(Holder, (key, name, contacts))`) at half the cost of calling it, where thousands are made."""


class Named(NamedTuple):
    """One name of a role over time. `kind` is OFFICIAL or ALIAS; only official ones are shown as the title."""

    title: str
    kind: str
    valid_from: str
    valid_to: str


class Role(NamedTuple):
    """A role of the gallery. `mailbox` is the role whose holder is its domain's single point of contact, or None."""

    key: str
    domain: str
    kind: str
    prefers_mailbox: bool
    wants_one_holder: bool
    mailbox: str | None
    names: Sequence[Named]

    def title(self, at: str) -> str:
        """Return the official title on the day `at`; if none is valid then, the next one, else the last; without any, the key."""
        names = [name for name in self.names if name.kind == "OFFICIAL"]
        now = [name for name in names if name.valid_from <= at < name.valid_to]
        if now:
            return max(now, key=lambda name: (name.valid_from, name.title)).title
        if not names:
            return self.key
        later = [name for name in names if name.valid_from > at]
        if later:
            return min(later, key=lambda name: (name.valid_from, name.title)).title
        return max(names, key=lambda name: (name.valid_from, name.title)).title


class Escalation(NamedTuple):
    """Where responsibility goes when nobody holds `source`."""

    key: str
    source: str
    target: str
    valid_from: str
    valid_to: str


class Holder(NamedTuple):
    """A person or a shared mailbox. `contacts` are (EMAIL | PHONE, value) that the viewer may see."""

    key: str
    name: str
    contacts: Sequence[Sequence[str]]


class Assignment(NamedTuple):
    """`holder` (a key) answers for `role` in the period."""

    key: str
    role: str
    holder: str
    valid_from: str
    valid_to: str


class StandIn(NamedTuple):
    """`holder` acts for `covered` (a holder's key) in `role` in the period."""

    key: str
    role: str
    covered: str
    holder: str
    valid_from: str
    valid_to: str


class Vacancy(NamedTuple):
    """A vacancy that is meant to be; it counts only while nobody holds the role."""

    key: str
    role: str
    reason: str
    valid_from: str
    valid_to: str


class Translation(NamedTuple):
    """What the municipality calls the role, and which other role carries it there, if one does."""

    key: str
    role: str
    title: str | None
    unit: str | None
    carried_by: str | None
    valid_from: str
    valid_to: str


class Confirmation(NamedTuple):
    """Somebody said "still right" on the day `on`."""

    key: str
    role: str
    on: str


@dataclass(frozen=True, slots=True)
class Gallery:
    """What is the same in every municipality: the roles, where each escalates to, and KOMBIT's own mailbox.

    `last_resort` is the mailbox that the chain ends with when nothing else is left (implementering@kombit.dk).
    """

    roles: Mapping[str, Role]
    escalations: Mapping[str, Sequence[Escalation]]
    last_resort: Holder
    programme_leader: str = "role:kombit-programleder"
    mailbox: str = "role:oir-funktionspostkasse"
    _titles: dict[tuple[str, str], str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def title(self, role: str, at: str) -> str:
        """Return the title of a role (a key) on the day `at`, found once for all municipalities."""
        title = self._titles.get((role, at))
        if title is None:
            title = self._titles[role, at] = self.roles[role].title(at)
        return title


@dataclass(frozen=True, slots=True)
class Local:
    """One municipality's facts, each kind by role key.

    Which records are there: all that are valid on the date asked; those that begin later as far as the question looks (to the
    end where the answer looks ahead). Where nobody holds a role on the date, and that is told, all later assignments; and
    `ended` has the latest `valid_to` at or before the date, `ended_by` that assignment's key (of several that end on that
    day the greatest), so that the step `EXPIRED` can name its fact. A role without facts has no entry. `holders` are those of
    all municipalities gathered.
    """

    municipality: str
    name: str
    assignments: Mapping[str, Sequence[Assignment]] = field(default_factory=dict)
    stand_ins: Mapping[str, Sequence[StandIn]] = field(default_factory=dict)
    vacancies: Mapping[str, Sequence[Vacancy]] = field(default_factory=dict)
    translations: Mapping[str, Sequence[Translation]] = field(default_factory=dict)
    confirmations: Mapping[str, Sequence[Confirmation]] = field(default_factory=dict)
    ended: Mapping[str, str] = field(default_factory=dict)
    ended_by: Mapping[str, str] = field(default_factory=dict)
    holders: Mapping[str, Holder] = field(default_factory=dict)

    def without(self, roles: AbstractSet[str]) -> "Local":
        """Leave out all that is known of some roles (keys), as if it had not been gathered."""
        kinds = ("assignments", "stand_ins", "vacancies", "translations", "confirmations", "ended", "ended_by")
        fewer: dict[str, Any] = {kind: _apart(getattr(self, kind), roles) for kind in kinds}
        return replace(self, **fewer)


def _apart(facts: Mapping[str, Any], roles: AbstractSet[str]) -> Mapping[str, Any]:
    return {role: rows for role, rows in facts.items() if role not in roles} if roles & facts.keys() else facts
