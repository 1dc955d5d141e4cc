"""The gallery's questions, and the answers as GraphQL types; `resolvers/questions/` decides them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from schema.gallery.arguments import (
    At,
    KnownAt,
    Municipalities,
    OneMunicipality,
    OneRole,
    OneTask,
    OneVendor,
    Region,
    Roles,
)
from schema.gallery.base import Date, declared, declares, told
from schema.gallery.enums import AddressingKind, CoverageState, GapReason, Outcome, ReachedAs, StepKind
from schema.gallery.things import (
    Assignment,
    Escalation,
    Holder,
    Municipality,
    Role,
    StandIn,
    Task,
    Translation,
    Vacancy,
)

if TYPE_CHECKING:
    from schema.gallery.log import Report

Evidence = Annotated[
    Assignment | StandIn | Vacancy | Translation | Escalation,
    strawberry.union("Evidence", description="A fact that a step of the reasoning rests on."),
]


@strawberry.type(description="To whom to write now.")
class Reach:
    """Somebody to write to."""

    holder: Holder = told("Who it is.")
    reached_as: ReachedAs = told("In which capacity.")
    role: Role | None = told("In which role; null for KOMBIT's own mailbox.")
    email: str | None = told("The first e-mail address.")
    phone: str | None = told("The first telephone number.")


@strawberry.type(description="One step of the reasoning.")
class Step:
    """What was found in one step."""

    kind: StepKind = told("What was found.")
    role: Role = told("The role asked.")
    target: Role | None = told("The role gone to: the one that carries it, its mailbox, or where it escalates.")
    holder: Holder | None = told("Whom the step is about.")
    covers: Holder | None = told("Whom a stand-in stands in for.")
    facts: list[Evidence] = told("The facts behind it.")
    valid_from: Date | None = told("The first day of the window in which the step holds; null: none is known.")
    valid_to: Date | None = told("The first day after that window; null until further notice.")
    da: str = told("The step as a sentence in Danish.")
    en: str = told("The step as a sentence in English.")


@strawberry.type(description="What an answer was asked for, and which name was meant by what was typed.")
class AskedFor:
    """The question behind an answer."""

    at: Date = told("The day.")
    role_meant: str | None = told("The name that the argument `role` fitted.")
    task_meant: str | None = told("The name that the argument `task` fitted.")
    municipality_meant: str | None = told("The name that the municipality's argument fitted.")


@strawberry.type(description="Who answers for a role in a municipality on a day, how to reach them, and why.")
class Answer:
    """The resolution of one role in one municipality."""

    asked: AskedFor = told("What was asked.")
    municipality: Municipality = told("Where.")
    role: Role | None = told("The role asked; null where a task names none.")
    task: Task | None = told("The task asked, if one was.")
    addressing: AddressingKind | None = told("How the task addresses the role.")
    inferred: bool | None = told("Whether that is our reading; otherwise the task's own text names the role.")
    title: str = told("The official title on the day of the role that the question began with.")
    local_title: str | None = told("What the municipality calls it, if it has a title of its own.")
    at: Date = told("The day that the answer is for.")
    outcome: Outcome = told("How it came out.")
    accountable: list[Assignment] = told("Whose duty it is. Empty only where the outcome is UNRESOLVED.")
    reach: list[Reach] = told("To whom to write now, in order, by the contact points that you are shown. Never empty.")
    until: Date | None = told(
        "The first later day on which outcome, accountable or reach become others, by what is known; null: no such day is known."
    )
    next: Answer | None = told("The answer from `until` on; it has no `next` itself.")
    last_confirmed: Date | None = told(
        "The last day, up to the date asked, on which somebody said that it is still right; of all who hold the role then, not of fewer or others."
    )
    steps: list[Step] = told(
        "The reasoning, every step in the order in which it was taken, also those that found nobody."
    )


@strawberry.type(description="One role in one municipality on a day.")
class Cell:
    """A cell of the coverage grid."""

    municipality: Municipality = told("Where.")
    role: Role = told("Which role.")
    state: CoverageState = told("How it is covered.")
    carried_by: Role | None = told("The role that carries this one here, if one does: the facts are then its.")
    holders: list[Holder] = told("Who holds it, the oldest assignment first.")
    assignments: list[Assignment] = told("The assignments behind it.")
    stand_ins: list[StandIn] = told("The stand-ins on the day.")
    since: Date | None = told("The first day of what makes the state; null: nothing is known before.")
    until: Date | None = told("The day on which the state changes by what is known; null: no such day is known.")
    open_from: Date | None = told(
        "The first day, within the days asked, on which nobody holds it and no vacancy is meant."
    )
    last_confirmed: Date | None = told(
        "The last day, up to the date asked, on which somebody said that it is still right; of all who hold it then, not of fewer or others."
    )


@strawberry.type(description="The cells as parallel lists, for grids: the i-th of each list belongs to the i-th cell.")
class CoverageColumns:
    """Columnar coverage."""

    municipalities: list[strawberry.ID] = told("The municipality's id of each cell.")
    roles: list[strawberry.ID] = told("The role's id of each cell.")
    states: list[CoverageState] = told("The state of each cell.")
    holders: list[list[strawberry.ID]] = told("The holders' ids of each cell.")
    since: list[Date | None] = told("As `Cell.since`.")
    until: list[Date | None] = told("As `Cell.until`.")
    open_from: list[Date | None] = told("As `Cell.openFrom`.")
    last_confirmed: list[Date | None] = told("As `Cell.lastConfirmed`.")


@strawberry.type(description="How many cells are in a state.")
class StateCount:
    """A count of cells."""

    state: CoverageState = told("The state.")
    count: int = told("How many cells.")


@strawberry.type(
    description="Role × municipality on a day: each cell, the same as columns, and how many are in each state."
)
class Coverage:
    """The coverage grid."""

    at: Date = told("The day.")
    within: int = told("How many days ahead an end counts as near.")
    municipalities: list[Municipality] = told("The rows of the grid.")
    roles: list[Role] = told("The columns of the grid.")
    cells: list[Cell] = told("Every cell, municipality by municipality.")
    columns: CoverageColumns = told("The cells as parallel lists.")
    counts: list[StateCount] = told("How many cells are in each state, every state once.")


@strawberry.type(description="A task that a gap holds up.")
class HeldUp:
    """A task held up."""

    task: Task = told("The task.")
    due: Date = told("Its last day.")
    overdue: bool = told("Whether the last day has passed.")


@strawberry.type(description="A role in a municipality that needs somebody's work.")
class Gap:
    """A gap."""

    municipality: Municipality = told("Where.")
    role: Role = told("Which role.")
    reason: GapReason = told("Why it needs work.")
    day: Date = told("The first day on which it matters.")
    tasks: list[HeldUp] = told(
        "What it holds up: tasks that address the role, stand on the day, and are not done there."
    )
    reports: list[Annotated[Report, strawberry.lazy("schema.gallery.log")]] = told(
        "What was reported as wrong here, and is not put right."
    )
    cell: Cell = told("The cell of the coverage grid.")
    da: str = told("The gap as a sentence in Danish.")
    en: str = told("The gap as a sentence in English.")


Within = Annotated[
    int | None, strawberry.argument(description="How many days ahead an end counts as near, 0 to 3660; 30 if unset.")
]


@strawberry.type
class Questions:
    """The questions of the gallery."""

    @declares(
        "Who answers for this, here, then, and why? Ask for a role or for a task; one answer for each municipality and each"
        " role that the task addresses, the responsible role first."
    )
    def responsibility(
        self,
        role: OneRole = None,
        task: OneTask = None,
        municipality: OneMunicipality = None,
        municipalities: Municipalities = None,
        region: Region = None,
        vendor: OneVendor = None,
        at: At = None,
        known_at: KnownAt = None,
    ) -> list[Answer] | None:
        """Resolve responsibility."""
        declared()

    @declares("How roles are covered: role × municipality on a day, as cells, columns and counts.")
    def coverage(
        self,
        roles: Roles = None,
        municipality: OneMunicipality = None,
        municipalities: Municipalities = None,
        region: Region = None,
        vendor: OneVendor = None,
        within: Within = None,
        at: At = None,
        known_at: KnownAt = None,
    ) -> Coverage | None:
        """Give the coverage grid."""
        declared()

    @declares(
        "Which roles need somebody's work, the most urgent first: vacant today or within the days asked, or not to be reached."
        " KOMBIT: of all; a municipality: of itself alone, empty for others."
    )
    def gaps(
        self,
        within: Within = None,
        roles: Roles = None,
        municipality: OneMunicipality = None,
        municipalities: Municipalities = None,
        region: Region = None,
        vendor: OneVendor = None,
        at: At = None,
        known_at: KnownAt = None,
    ) -> list[Gap] | None:
        """List the gaps."""
        declared()
