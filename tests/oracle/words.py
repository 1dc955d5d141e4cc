"""The words in which the oracle answers."""

from typing import NamedTuple

from tests.oracle.records import OPEN, Record

ALWAYS = (None, OPEN)


class Step(NamedTuple):
    """One step. `window` is that of the facts behind it, or the hole between two assignments; without either `ALWAYS`."""

    kind: str
    role: str
    facts: frozenset[str] = frozenset()
    window: tuple[str | None, str] = ALWAYS
    target: str | None = None
    holder: str | None = None
    covers: str | None = None


class Reach(NamedTuple):
    """Somebody to write to, in which capacity, for which role, by which fact."""

    holder: str
    as_what: str
    role: str | None
    fact: str | None


class Answer(NamedTuple):
    """What `responsibility` answers."""

    outcome: str
    accountable: tuple[str, ...]
    reach: tuple[Reach, ...]
    steps: tuple[Step, ...]

    @property
    def decided(self) -> tuple[object, ...]:
        """What makes another answer of it (corner 9): not the steps."""
        return self.outcome, self.accountable, self.reach


class Cell(NamedTuple):
    """What `coverage` says of one role in one municipality."""

    state: str
    carried_by: str | None
    holders: tuple[str, ...]
    assignments: tuple[str, ...]
    stand_ins: tuple[str, ...]
    since: str | None
    until: str | None
    open_from: str | None
    last_confirmed: str | None


class Gap(NamedTuple):
    """A cell that needs somebody's work, and the tasks that it holds up."""

    day: str
    reason: str
    place: str
    role: str
    tasks: tuple[str, ...]


class Addressed(NamedTuple):
    """A role that a task addresses."""

    role: str
    kind: str
    key: str


class Holding(NamedTuple):
    """An assignment that is valid on the day, with the stand-ins that cover its holder then."""

    assignment: Record
    stand_ins: list[Record]
