"""Is the role covered? One state for a role in a municipality at a date (DESIGN, "A coverage cell").

A cell is made of the same looks as an answer (`looks.py`), after any translation: no fact is judged a second time here.
What it adds is the future: when the holding ends, whether somebody takes over, and from which day nobody answers.

Corners (docs/decisions/0003):

* UNREACHABLE comes before EXPIRING, which comes before STAND_IN: the state that needs work soonest is shown.
* A successor takes over without a hole. One who begins later does not keep the cell from EXPIRING.
* The last of it ends within N days when the first day without a holder is at most N days away.
* The mailbox does not make a cell reachable: it is not a holder of the role.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from graph.shape import OPEN_DATE
from resolvers.facts import Gallery, Local
from resolvers.looks import Look, Looks

WITHIN = 30
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


class Cell(NamedTuple):
    """One role in one municipality on the day `at`. Days are ISO strings.

    `carried_by` is the role that is asked instead, where a translation says so; the facts are then its. `since` is the
    first day of what makes the state: the earliest of the assignments, the last beginning of the stand-ins, the vacancy
    (None: no holder is known before). `until` is the day the state changes by what is known. `open_from` is the first
    day, `at` or later, on which nobody holds the role and no vacancy is meant. Both are None if there is no such day.
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
    return _cell(Looks(gallery, local), role, at, within)


def cells(gallery: Gallery, local: Local, roles: Iterable[str], at: str, within: int = WITHIN) -> list[Cell]:
    """Tell it for several roles of one municipality, in the order given."""
    looks = Looks(gallery, local)
    return [_cell(looks, role, at, within) for role in roles]


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


def _cell(looks: Looks, role: str, at: str, within: int) -> Cell:
    """Take the looks from `at` on, and read state and future from them."""
    future = _future(looks, role, at)
    states = _states(future, within)
    _, state = next(states)
    look = future[0][1]
    confirmed = [c.on for c in looks.local.confirmations.get(look.role, ()) if c.on <= at]
    return Cell(
        municipality=looks.local.municipality,
        role=role,
        at=at,
        state=state,
        carried_by=look.role if look.role != role else None,
        holders=tuple(dict.fromkeys([fact.holder for fact in look.assignments])),
        assignments=look.accountable,
        stand_ins=tuple([fact.key for fact in look.stand_ins]),
        stand_in_holders=tuple(dict.fromkeys([fact.holder for fact in look.stand_ins])),
        since=_since(look, state),
        until=next((day for day, later in states if later is not state), None),
        open_from=next((day for day, then in future if then.outcome is None and then.intent is None), None),
        last_confirmed=max(confirmed, default=None),
    )


def _future(looks: Looks, role: str, at: str) -> list[tuple[str, Look]]:
    """Look at the role on the day `at` and on each later day on which the look may be another."""
    future = []
    day = at
    while day < OPEN_DATE:
        look, _, end = looks.through(role, day, [])
        future.append((day, look))
        day = end
    return future


def _states(future: Sequence[tuple[str, Look]], within: int) -> Iterator[tuple[str, State]]:
    """Give the state on the first day, then on each later day on which it may become another."""
    for index, (day, look) in enumerate(future):
        if look.outcome is None:
            yield day, _vacant(look)
        elif look.reached is None:
            yield day, State.UNREACHABLE
        else:
            state = State(look.reached)
            vacant = next((start for start, then in future[index + 1 :] if then.outcome is None), None)
            if vacant is None:
                yield day, state
                continue
            near = (date.fromisoformat(vacant) - timedelta(days=within)).isoformat()
            if near > day:
                yield day, state
            next_day = future[index + 1][0]
            if near < next_day:
                yield max(near, day), State.EXPIRING


def _vacant(look: Look) -> State:
    """Tell which kind of vacancy it is."""
    if look.intent:
        return State.VACANT_BY_INTENT
    return State.PLANNED if look.hole[1] < OPEN_DATE else State.VACANT


def _since(look: Look, state: State) -> str | None:
    """Tell the first day of what makes the state."""
    if look.outcome is None:
        return max(look.intent.valid_from, look.hole[0] or "") if look.intent else look.hole[0]
    held = min(fact.valid_from for fact in look.assignments)
    return max(held, *(fact.valid_from for fact in look.stand_ins)) if state is State.STAND_IN else held
