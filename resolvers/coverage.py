"""Is the role covered? One state for a role in a municipality at a date (docs/rules.md, "A cell of coverage").

A cell is made of the same looks as an answer (`looks.py`), after any translation: no fact is judged a second time here.
What it adds is the future: when the holding ends, whether somebody takes over, and from which day nobody answers.

Corners (docs/decisions/0003):

* UNREACHABLE comes before EXPIRING, which comes before STAND_IN: the state that needs work soonest is shown.
* A successor takes over without a hole. One who begins later does not keep the cell from EXPIRING.
* The last of it ends within N days when the first day without a holder is at most N days away.
* The mailbox does not make a cell reachable: it is not a holder of the role.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Final, NamedTuple

from graph.shape import OPEN_DATE
from resolvers.facts import Gallery, Local, new
from resolvers.looks import Look, Looks, last_confirmed
from resolvers.steps import Outcome

WITHIN: Final = 30
"""How many days ahead an end counts as near, unless asked otherwise."""


class State(StrEnum):
    """The state of a cell: somebody holds the role (the first four), or nobody does."""

    HELD = "HELD"
    EXPIRING = "EXPIRING"
    STAND_IN = "STAND_IN"
    UNREACHABLE = "UNREACHABLE"
    VACANT_BY_INTENT = "VACANT_BY_INTENT"
    PLANNED = "PLANNED"
    VACANT = "VACANT"


_REACHED: Final = {Outcome.HELD: State.HELD, Outcome.STAND_IN: State.STAND_IN, None: State.UNREACHABLE}


class Cell(NamedTuple):
    """One role in one municipality on the day `at`. Days are ISO strings.

    `look` is the one that the state was read from: of the role that is asked in the end, where a translation lets another
    one carry it. What the look says is read from it when it is asked for. `until` is the day the state changes by what is
    known. `open_from` is the first day, `at` or at most N days later, on which nobody holds the role and no vacancy is
    meant; `falls` tells whether somebody holds it until then. Both days are None if there is no such day. `last_confirmed`
    is the last "still right" of who holds it.
    """

    municipality: str
    role: str
    at: str
    state: State
    look: Look
    until: str | None
    open_from: str | None
    last_confirmed: str | None
    falls: bool

    @property
    def carried_by(self) -> str | None:
        """The role that is asked instead, if one is; the facts are then its."""
        return self.look.role if self.look.role != self.role else None

    @property
    def assignments(self) -> tuple[str, ...]:
        """The assignments' keys, the oldest first."""
        return tuple([fact.key for fact in self.look.assignments])

    @property
    def holders(self) -> tuple[str, ...]:
        """The holders' keys, nobody twice."""
        held = self.look.assignments
        return (held[0].holder,) if len(held) == 1 else tuple(dict.fromkeys([fact.holder for fact in held]))

    @property
    def stand_ins(self) -> tuple[str, ...]:
        """The stand-ins' keys as facts."""
        return tuple(dict.fromkeys([fact.key for _, covers in self.look.covered for fact in covers]))

    @property
    def stand_in_holders(self) -> tuple[str, ...]:
        """Who stands in, nobody twice."""
        return tuple(dict.fromkeys([fact.holder for _, covers in self.look.covered for fact in covers]))

    @property
    def since(self) -> str | None:
        """The first day of what makes the state: of the earliest assignment, the last stand-in to begin, the vacancy.

        None: no holder is known before.
        """
        look = self.look
        if look.outcome is None:
            return max(look.intent.valid_from, look.ended[0]) if look.intent else look.ended[0] or None
        held = min([fact.valid_from for fact in look.assignments])
        if self.state is not State.STAND_IN:
            return held
        return max([held, *(fact.valid_from for _, covers in look.covered for fact in covers)])


def _column(name: str) -> property:
    return property(lambda self: list(map(attrgetter(name), self.cells)))


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells as parallel lists, for grids: the i-th of each list belongs to the i-th cell."""

    cells: Sequence[Cell]

    municipalities = _column("municipality")
    roles = _column("role")
    states = _column("state")
    holders = _column("holders")
    since = _column("since")
    until = _column("until")
    open_from = _column("open_from")
    last_confirmed = _column("last_confirmed")


def cell(gallery: Gallery, local: Local, role: str, at: str, within: int = WITHIN) -> Cell:
    """Tell how `role` (a key) is covered on the day `at`; an end within `within` days counts as near."""
    return cells(gallery, local, (role,), at, within)[0]


def cells(
    gallery: Gallery, local: Local, roles: Iterable[str], at: str, within: int = WITHIN, *, ahead: bool = True
) -> list[Cell]:
    """Tell it for several roles of one municipality, in the order given; `until` only with `ahead`, half the time.

    Without `ahead` no fact is looked at that begins more than `within` days after `at`, except the assignments to come of
    a role that nobody holds.
    """
    looks = Looks(gallery, local)
    near = days_after(at, within)
    return [_cell(looks, role, at, within, near, ahead=ahead) for role in roles]


def counts(cells: Iterable[Cell]) -> dict[State, int]:
    """Count the cells in each state; every state is there, in its order."""
    count = dict.fromkeys(State, 0)
    for one in cells:
        count[one.state] += 1
    return count


def _cell(looks: Looks, role: str, at: str, within: int, near: str, *, ahead: bool) -> Cell:
    """Read state and future from the looks; `near` is the last day that is within `within` days."""
    look, end = looks.carried(role, at)
    state = _state(look)
    open_from = at if look.outcome is None and look.intent is None else None
    falls = False
    if end <= near:
        before = look
        for day, then in _later(looks, role, end, near):
            if then.outcome is None:
                if look.reached is not None:
                    state = State.EXPIRING
                if open_from is None and then.intent is None:
                    open_from, falls = day, before.outcome is not None
            before = then
    until = _until(looks, role, at, within, state) if ahead else None
    place = looks.local
    confirmed = last_confirmed(place, look.role, at)
    return new(Cell, (place.municipality, role, at, state, look, until, open_from, confirmed, falls))


def _later(looks: Looks, role: str, start: str, last: str) -> Iterator[tuple[str, Look]]:
    """Look at the role on `start` and on each later day, not after `last`, on which the look may be another."""
    while start <= last and start < OPEN_DATE:
        look, end = looks.carried(role, start)
        yield start, look
        start = end


def _state(look: Look) -> State:
    """Tell the state by what holds on the day itself, so never EXPIRING."""
    if look.outcome is not None:
        return _REACHED[look.reached]
    if look.intent:
        return State.VACANT_BY_INTENT
    return State.PLANNED if look.following else State.VACANT


def _until(looks: Looks, role: str, at: str, within: int, now: State) -> str | None:
    """Tell the first later day with another state than `now`: a look's first day, or N days before a vacancy begins."""
    start = at
    while start < OPEN_DATE:
        found, end = looks.carried(role, start)
        state = _state(found)
        if found.reached is not None:
            later = _later(looks, role, end, days_after(end, within))
            vacant = next((day for day, look in later if look.outcome is None), OPEN_DATE)
            expiring = days_after(vacant, -within)
            if start < expiring < end and now is state:
                return expiring
            if expiring <= start:
                state = State.EXPIRING
        if state is not now:
            return start
        start = end
    return None


def days_after(day: str, days: int) -> str:
    """Count days on an ISO date; an open end stays open."""
    return day if day == OPEN_DATE else (date.fromisoformat(day) + timedelta(days=days)).isoformat()
