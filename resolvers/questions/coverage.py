"""`coverage`: role × municipality at a date, with states, holders and what is known of the future."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from graph.reads import Gathered, Lookup
from resolvers.coverage import WITHIN, Cell, Columns, State, cells, counts, days_after
from resolvers.errors import InvalidInput
from resolvers.facts import Gallery, Local
from resolvers.files import cypher
from resolvers.gathering import HOLDERS, gallery, holders_of, locals_of
from resolvers.looks import Looks
from resolvers.questions import places

LONGEST_WITHIN: Final = 3660
"""Days that a question may look ahead: ten years."""
_AHEAD: Final = frozenset({"until"})


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many cells are in one state."""

    state: State
    count: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The cells asked for, as objects, as columns and as counts."""

    cells: list[Cell]
    roles: list[str]
    municipalities: list[str]
    at: str
    within: int

    @property
    def columns(self) -> Columns:
        """The cells as parallel lists."""
        return Columns(self.cells)

    @property
    def counts(self) -> list[StateCount]:
        """How many cells are in each state, every state once."""
        return [StateCount(state, count) for state, count in counts(self.cells).items()]


def gathered(
    data: Any, arguments: Mapping[str, Any], *, ahead: bool
) -> tuple[Gallery, dict[str, Local], list[Cell], list[str], list[Any]]:
    """Make the cells of what `coverage.cypher` gathered: gallery, municipalities by key, cells, roles, rows of due tasks."""
    (roles, ways, where), facts, due = data
    everywhere, asked = gallery(roles, ways, facts), facts[0][0]
    within, at = arguments["within"], arguments["at"]
    here = locals_of(where, facts, at)
    found = [one for local in here for one in cells(everywhere, local, asked, at, within, ahead=ahead)]
    return everywhere, {local.municipality: local for local in here}, found, asked, due


def prepare(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Check what is asked of coverage and gaps.

    Raises:
        InvalidInput: see `places.check`; days out of reach; an empty list of roles.
    """
    places.check(arguments)
    within = WITHIN if arguments.get("within") is None else arguments["within"]
    if not 0 <= within <= LONGEST_WITHIN:
        raise InvalidInput("BAD_NUMBER", "within", within, f"a number of days from 0 to {LONGEST_WITHIN}")
    if arguments.get("roles") == []:
        raise InvalidInput("EMPTY_LIST", "roles", [], "at least one role, or no such argument for all")
    return {**arguments, "within": within, "near": days_after(arguments["at"], within)}


def _decide(data: Any, arguments: Mapping[str, Any], wanted: frozenset[str]) -> Coverage:
    _, here, found, roles, _ = gathered(data, arguments, ahead=bool(wanted & _AHEAD))
    return Coverage(found, roles, list(here), arguments["at"], arguments["within"])


def statement(given: Mapping[str, Any], due: str) -> str:
    """Give the text of `coverage.cypher`; `due` is yes where the tasks that are due belong to the answer.

    How far others are with a task the viewer may not know; so what waits for work is told of the own municipality alone.
    """
    asked = "all" if given.get("roles") is None else "roles"
    whose = {"whose": "own"} if due == "yes" else {}
    return cypher("coverage", places=places.chosen(given), asked=asked, reached="carrier", due=due, **whose)


LOOKUPS: Final = (Lookup("roles", "Role", many=True), *places.LOOKUPS)

COVERAGE: Final = Gathered(
    lambda given: statement(given, due="no"),
    _decide,
    lookups=LOOKUPS,
    prepare=prepare,
    ahead=_AHEAD,
    switches={"history": frozenset({"since"}), "confirmed": frozenset({"lastConfirmed"})},
    carried={"Holder": (HOLDERS, lambda data: holders_of(data[1]))},
)
"""The root field's read."""

VALUES: Final[dict[str, type[Any]]] = {
    "Coverage": Coverage,
    "Cell": Cell,
    "CoverageColumns": Columns,
    "StateCount": StateCount,
}
"""The value objects, by GraphQL type."""


def _decide_touched(data: Any, arguments: Mapping[str, Any], wanted: frozenset[str]) -> list[Cell]:
    everywhere, here, found, _, _ = gathered(data, arguments, ahead=bool(wanted & _AHEAD))
    touched = {key: (Looks(everywhere, local), places.touched(arguments, local)) for key, local in here.items()}

    def rests_on(cell: Cell) -> bool:
        looks, roles = touched[cell.municipality]
        asked: list[str] = []
        looks.through(cell.role, cell.at, asked)
        return not roles.isdisjoint(asked)

    return [cell for cell in found if rests_on(cell)]


TOUCHED: Final = Gathered(
    lambda _: cypher("coverage", places="touched", asked="carried", reached="carrier", due="no"),
    _decide_touched,
    prepare=lambda arguments: {**arguments, "within": WITHIN, "near": days_after(arguments["at"], WITHIN)},
    ahead=_AHEAD,
    switches=COVERAGE.switches,
    carried=COVERAGE.carried,
)
"""The cells that a change may have made others: in `municipalities` (see `places.touched`), of the roles that it touched, and of those
that one of these carries."""
