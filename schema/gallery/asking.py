"""The gallery's questions, and the answers as GraphQL types; `resolvers/questions/` decides them."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.gallery.arguments import At, KnownAt, Municipalities, OneMunicipality, OneRole, OneTask, OneVendor, Region
from schema.gallery.base import Date, declared, told
from schema.gallery.enums import AddressingKind, Outcome, ReachedAs, StepKind
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
    reach: list[Reach] = told("To whom to write now, in order. Never empty.")
    until: Date | None = told(
        "The first later day on which outcome, accountable or reach become others, by what is known; null: no such day is known."
    )
    next: Answer | None = told("The answer from `until` on; it has no `next` itself.")
    steps: list[Step] = told("The reasoning, every step in the order in which it was taken, also those that found nobody.")


@strawberry.type
class Questions:
    """The questions of the gallery."""

    @strawberry.field(
        description=(
            "Who answers for this, here, then, and why? Ask for a role or for a task; one answer for each municipality and each"
            " role that the task addresses, the responsible role first."
        )
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
