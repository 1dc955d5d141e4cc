"""Is the role covered? One state for a role in a municipality at a date (DESIGN, "A coverage cell").

A cell is made of the same looks as an answer (`looks.py`), after any translation: no fact is judged a second time here.
What it adds is the future: when the holding ends, whether somebody takes over, and from which day nobody answers.

Corners (docs/decisions/0003):

* UNREACHABLE comes before EXPIRING, which comes before STAND_IN: the state that needs work soonest is shown.
* A successor takes over without a hole. One who begins later does not keep the cell from EXPIRING.
* The last of it ends within N days when the first day without a holder is at most N days away.
* The mailbox does not make a cell reachable: it is not a holder of the role.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from graph.shape import OPEN_DATE
from resolvers.facts import Gallery, Local
from resolvers.looks import Look, Looks
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

    `carried_by` is the role that is asked instead, where a translation says so; the facts are then its. `since` is the
    first day of what makes the state: the earliest of the assignments, the last beginning of the stand-ins, the vacancy
    (None: no holder is known before). `until` is the day the state changes by what is known. `open_from` is the first
    day, `at` or at most N days later, on which nobody holds the role and no vacancy is meant. Both are None if there is
    no such day.
    `last_confirmed` is the last "still right".
    """

    municipality: str
    role: str
    at: str
    state: State
    carried_by: str | None
    holders: tuple[str, ...]
    assignments: tuple[str, ...]
    stand_ins: tuple[str, ...]
    stand_in_holders: tuple[str, ...]
    since: str | None
    until: str | None
    open_from: str | None
    last_confirmed: str | None


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells as parallel lists, for grids: the i-th of each list belongs to the i-th cell."""

    municipalities: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    holders: list[tuple[str, ...]] = field(default_factory=list)
    since: list[str | None] = field(default_factory=list)
    until: list[str | None] = field(default_factory=list)
    open_from: list[str | None] = field(default_factory=list)
    last_confirmed: list[str | None] = field(default_factory=list)


def cell(gallery: Gallery, local: Local, role: str, at: str, within: int = WITHIN) -> Cell:
    """Tell how `role` (a key) is covered on the day `at`; an end within `within` days counts as near."""
    return cells(gallery, local, (role,), at, within)[0]


def cells(
    gallery: Gallery, local: Local, roles: Iterable[str], at: str, within: int = WITHIN, *, ahead: bool = True
) -> list[Cell]:
    """Tell it for several roles of one municipality, in the order given; `until` only with `ahead`, half the time."""
    looks = Looks(gallery, local)
    near = _days_after(at, within)
    return [_cell(looks, role, at, within, near, ahead=ahead) for role in roles]


def counts(cells: Iterable[Cell]) -> dict[State, int]:
    """Count the cells in each state; every state is there, in its order."""
    count = dict.fromkeys(State, 0)
    for one in cells:
        count[one.state] += 1
    return count


def columns(cells: Iterable[Cell]) -> Columns:
    """Turn cells into parallel lists."""
    result = Columns()
    for one in cells:
        result.municipalities.append(one.municipality)
        result.roles.append(one.role)
        result.states.append(one.state)
        result.holders.append(one.holders)
        result.since.append(one.since)
        result.until.append(one.until)
        result.open_from.append(one.open_from)
        result.last_confirmed.append(one.last_confirmed)
    return result


def _cell(looks: Looks, role: str, at: str, within: int, near: str, *, ahead: bool) -> Cell:
    """Read state and future from the looks; `near` is the last day that is within `within` days."""
    path, end = looks.through(role, at, [])
    look = path[-1]
    future = list(_later(looks, role, end, near))
    state = _state(look)
    if look.reached is not None and any(later.outcome is None for _, later in future):
        state = State.EXPIRING
    held = look.assignments if look.outcome else ()
    stand_ins = [fact for _, covers in look.covered for fact in covers]
    return Cell(
        looks.local.municipality,
        role,
        at,
        state,
        look.role if look.role != role else None,
        tuple(dict.fromkeys([fact.holder for fact in held])),
        tuple([fact.key for fact in held]),
        tuple(dict.fromkeys([fact.key for fact in stand_ins])),
        tuple(dict.fromkeys([fact.holder for fact in stand_ins])),
        _since(look, state),
        _until(looks, role, at, within, state) if ahead else None,
        next((day for day, then in [(at, look), *future] if then.outcome is None and then.intent is None), None),
        _last_confirmed(looks.local, look.role, at),
    )


def _later(looks: Looks, role: str, start: str, last: str) -> Iterator[tuple[str, Look]]:
    """Look at the role on `start` and on each later day, not after `last`, on which the look may be another."""
    while start <= last and start < OPEN_DATE:
        path, end = looks.through(role, start, [])
        yield start, path[-1]
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
        path, end = looks.through(role, start, [])
        state = _state(path[-1])
        if path[-1].reached is not None:
            later = _later(looks, role, end, _days_after(end, within))
            vacant = next((day for day, look in later if look.outcome is None), OPEN_DATE)
            expiring = _days_after(vacant, -within)
            if start < expiring < end and now is state:
                return expiring
            if expiring <= start:
                state = State.EXPIRING
        if state is not now:
            return start
        start = end
    return None


def _since(look: Look, state: State) -> str | None:
    """Tell the first day of what makes the state."""
    if look.outcome is None:
        return max(look.intent.valid_from, look.ended[0]) if look.intent else look.ended[0] or None
    held = min([fact.valid_from for fact in look.assignments])
    if state is not State.STAND_IN:
        return held
    return max([held, *(fact.valid_from for _, covers in look.covered for fact in covers)])


def _last_confirmed(local: Local, role: str, at: str) -> str | None:
    """Tell the last day, not after `at`, on which somebody said "still right"."""
    return max([fact.on for fact in local.confirmations.get(role, ()) if fact.on <= at], default=None)


def _days_after(day: str, days: int) -> str:
    """Count days on an ISO date; an open end stays open."""
    return day if day == OPEN_DATE else (date.fromisoformat(day) + timedelta(days=days)).isoformat()
