"""The change log as GraphQL types: what was changed, by whom, why, and what it did; facts that only the log shows."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import strawberry

from schema.gallery.base import Date, Instant, Node, declared, declares, told
from schema.gallery.enums import Obligation, words
from schema.gallery.things import Fact, Gallery, Holder, Municipality, Role, Task


@words("What a change is about: what it recorded, took back, brought or edited.")
class LogKind(Enum):
    """The kinds of facts and things, as the log tells them (`graph.shape.kind_of`)."""

    NAME = "A name of a thing."
    ESCALATION = "Where a role escalates."
    DEFINITION = "A gallery version defines a role."
    ASSIGNMENT = "Somebody holds a role."
    STAND_IN = "Somebody stands in."
    VACANCY = "A vacancy that is meant."
    TRANSLATION = "What a municipality makes of a role."
    CONFIRMATION = "Somebody said that a place is still right."
    REPORT = "Somebody said that a contact is wrong."
    USAGE = "The use of an ERP system."
    TERMS = "What a task says."
    ADDRESSING = "A task addresses a role."
    REQUIREMENT = "A task waits for another."
    PROGRESS = "How far a municipality is with a task."
    AGREEMENT = "A service agreement."
    GALLERY = "A gallery version."
    ROLE = "A role."
    MUNICIPALITY = "A municipality."
    PERSON = "A person."
    MAILBOX = "A shared mailbox."
    VENDOR = "A vendor."
    ERP_SYSTEM = "An ERP system."
    IT_SYSTEM = "An IT system."
    INTEGRATION = "An integration."
    SERVICE = "A service."
    PROJECT = "A KLIK project."
    TASK = "A KLIK task."
    MEETING = "A meeting."


@words("What a change did to one fact or thing.")
class EffectKind(Enum):
    """What a change did."""

    ADDED = "It recorded a fact that the gallery did not have."
    SUPERSEDED = "It recorded a fact anew: ended, prolonged, corrected."
    TAKEN_BACK = "It ceased to believe a fact."
    BROUGHT = "It brought a thing."
    EDITED = "It edited a thing."


@strawberry.type(description="A property of a thing that a change edited.")
class Edit:
    """One edit."""

    property: str = told("Which property, as the graph calls it.")
    before: str | None = told("What it was: text as it is, anything else as JSON. Null where personal.")
    after: str | None = told("What it is since. Null where personal.")
    is_personal: bool = told("Whether it describes a person or mailbox: the log says that it changed, not what it was.")


@strawberry.type(description="What a change did to one fact or thing.")
class Effect:
    """One effect of a change."""

    kind: EffectKind = told("What it did.")
    before: Fact | None = told("The fact as it was believed before.")
    after: Fact | None = told("The fact as it was recorded.")
    thing: Node | None = told("The thing, where it is one.")
    edits: list[Edit] = told("What was edited of the thing.")


@strawberry.type(
    description="One change of the gallery: everything that it did took effect together, under one number."
)
class Change:
    """An entry of the log."""

    seq: int = told("Its number: without gaps, in the order in which changes were made.")
    at: Instant = told("When it was made.")
    actor: str = told("Who made it.")
    operation: str = told("What was asked for: the name of the mutation, or of a command.")
    reason: str | None = told("The reason that was given.")
    kinds: list[LogKind] = told("What it is about.")
    municipalities: list[Municipality] = told("Where; empty where it concerns all.")
    undoes: Change | None = told("The change that it undoes.")
    undone_by: Change | None = told("The change that undid it.")

    @declares("What it did, fact by fact.")
    def effects(
        self,
        first: Annotated[int, strawberry.argument(description="How many, from 1 to 100.")] = 20,
        skip: Annotated[
            int, strawberry.argument(description="How many to leave out before: an import has thousands.")
        ] = 0,
    ) -> list[Effect]:
        """List what it did."""
        declared()


@strawberry.type(
    description="Somebody said that a role is still held rightly in a municipality; taken back by a change after which others held it that day."
)
class Confirmation(Fact):
    """A confirmation."""

    role: Role = told("Which role.")
    municipality: Municipality = told("Where.")
    by: str | None = told("Who said so.")


@strawberry.type(description="A contact was reported as wrong; it stands until somebody confirms or corrects it.")
class Report(Fact):
    """A report."""

    role: Role = told("Which role.")
    municipality: Municipality = told("Where.")
    holder: Holder = told("Whose contact is wrong.")
    comment: str = told("What is wrong.")
    by: str | None = told("Who said so.")


@strawberry.type(description="A gallery version defines a role.")
class Definition(Fact):
    """A definition."""

    gallery: Gallery = told("The version.")
    role: Role = told("The role.")


@strawberry.type(description="A task must be done before another one.")
class Requirement(Fact):
    """A requirement."""

    task: Task = told("The task that waits.")
    requires: Task = told("The task that must be done before.")


@strawberry.type(description="What a task says for a time: title, obligation, dates.")
class Terms(Fact):
    """A task's terms."""

    task: Task = told("The task.")
    title: str = told("Its title.")
    obligation: Obligation | None = told("Whether it must be done.")
    published: Date | None = told("The day on which it was published.")
    due: Date | None = told("The last day.")
    note: str | None = told("What must be known of its dates.")


@strawberry.input(description="Which changes.")
class ChangeFilter:
    """Which changes."""

    kinds: list[LogKind] | None = strawberry.field(
        description="Those about one of these kinds. Cannot be null.", default=strawberry.UNSET
    )
    municipality: str | None = strawberry.field(
        description="Those of this municipality, and those that concern all. Cannot be null.", default=strawberry.UNSET
    )


@words("How to sort.")
class ChangeOrder(Enum):
    """How to sort."""

    SEQ = "The first change first."
    SEQ_DESC = "The last change first."
