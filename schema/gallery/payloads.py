"""What mutations answer with: the changed object with its change, or a failure that was to be expected."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.gallery.asking import Answer, Cell
from schema.gallery.base import told
from schema.gallery.log import Change, Confirmation, Report
from schema.gallery.things import (
    Assignment,
    Fact,
    Gallery,
    Holder,
    LocalTask,
    Mailbox,
    Person,
    Progress,
    Role,
    StandIn,
    Task,
    Translation,
    Usage,
    Vacancy,
)


@strawberry.interface(description="What was changed, and how the answers stand since.")
class Changed:
    """What every success has."""

    change: Change = told("The entry in the log; of a dry run the one that it would be.")
    dry_run: bool = told("Whether nothing was written, since only that was asked.")
    repeated: bool = told("Whether this is the first outcome again: the idempotency key had been used.")
    answers: list[Answer] = told(
        "Who answers, on the day of the change, wherever it may have changed: for the roles that it touched, and for those that are"
        " answered by way of one of them, as whoever carries it, escalates to it or has its mailbox; where it touched more than ten"
        " municipalities, for the roles that it touched alone. A change of escalation touches every municipality, one of"
        " titles, definitions or tasks none. Empty, too, where it touched more than 100 roles in municipalities."
    )
    cells: list[Cell] = told("How the roles that it touched are covered that day, and those that one of them carries.")


@strawberry.interface(description="Why nothing was changed.")
class Failure:
    """What every failure has."""

    message: str = told("One sentence for a person.")
    code: str = told("One of the published codes.")
    field: str = told("The field of the input that is wrong.")
    value: str | None = told("Its value.")
    expected: str = told("What would be right.")


@strawberry.type(description="The input cannot be done: nothing was changed.")
class InvalidInput(Failure):
    """An input that is refused."""


@strawberry.type(description="You may not make this change: nothing was changed.")
class NotAllowed(Failure):
    """A change that is not for whoever asked for it."""


@strawberry.type(description="What it rests on moved on since `ifSeq`: nothing was changed.")
class Conflict(Failure):
    """A change that came later than another one."""

    changes: list[Change] = told("The changes that were made since, with what they did.")


@strawberry.type(description="An assignment was made.")
class AssignmentChanged(Changed):
    """An assignment."""

    assignment: Assignment = told("The assignment as it is believed since.")


@strawberry.type(description="Stand-ins were made.")
class StandInsChanged(Changed):
    """Stand-ins."""

    stand_ins: list[StandIn] = told("One for each assignment that is covered.")


@strawberry.type(description="A fact was ended, corrected or taken back.")
class FactChanged(Changed):
    """A fact."""

    fact: Fact | None = told("The fact as it is believed since; null where it was taken back.")


@strawberry.type(description="A vacancy is meant to be.")
class VacancyChanged(Changed):
    """A vacancy."""

    vacancy: Vacancy = told("The vacancy.")


@strawberry.type(description="A place was confirmed as still right.")
class ConfirmationChanged(Changed):
    """A confirmation."""

    confirmation: Confirmation = told("The confirmation.")


@strawberry.type(description="A contact was reported as wrong.")
class ReportChanged(Changed):
    """A report."""

    report: Report | None = told(
        "The report: it stands in `gaps` until the place is confirmed or corrected. Null of another municipality, whose own it is."
    )


@strawberry.type(description="A role was translated.")
class TranslationChanged(Changed):
    """A translation."""

    translation: Translation = told("The translation.")


@strawberry.type(description="A person was added, changed, or merged with another.")
class PersonChanged(Changed):
    """A person."""

    person: Person = told("The person; of two that were merged the one that was kept.")


@strawberry.type(description="A mailbox was added or changed.")
class MailboxChanged(Changed):
    """A mailbox."""

    mailbox: Mailbox = told("The mailbox.")


@strawberry.type(description="A role was defined, renamed, withdrawn or escalated.")
class RoleChanged(Changed):
    """A role."""

    role: Role = told("The role.")


@strawberry.type(description="A gallery version was published.")
class GalleryChanged(Changed):
    """A gallery version."""

    gallery: Gallery = told("The version.")


@strawberry.type(description="A task was published, changed or withdrawn.")
class TaskChanged(Changed):
    """A task."""

    task: Task = told("The task.")


@strawberry.type(description="Progress was reported.")
class ProgressChanged(Changed):
    """Progress."""

    progress: Progress = told("The report; what was reported before holds until its day.")


@strawberry.type(description="A municipality's use of an ERP system was recorded.")
class UsageChanged(Changed):
    """A use."""

    usage: Usage = told("The use.")


@strawberry.type(description="A role was handed over: what the successor must know.")
class HandedOver(Changed):
    """A handover."""

    ended: Assignment | None = told("The predecessor's assignment; null where it had not begun.")
    appointed: Assignment = told("The successor's assignment.")
    predecessor: Holder = told("Whom to ask.")
    successor: Holder = told("Who answers from now on.")
    open_tasks: list[LocalTask] = told(
        "The tasks that address the role, or one that it carries here, and are not done here, with their last days."
    )
    translation: Translation | None = told("What the municipality makes of the role.")
    translations: list[Translation] = told(
        "The same, and what it makes of the roles that this one carries there, by others as well: the own first."
    )


@strawberry.type(description="Somebody left: what they held is ended or handed over.")
class PersonLeft(Changed):
    """A leaver."""

    person: Person = told("Who left.")
    ended: list[Assignment] = told("What was ended.")
    appointed: list[Assignment] = told("What successors hold since.")


@strawberry.type(description="A person was erased: the facts stay, as those of an erased person.")
class PersonErased(Changed):
    """An erased person."""

    person: Person = told("What is left of them.")
    ended: list[Assignment] = told("What was ended.")
    appointed: list[Assignment] = told("What successors hold since.")


@strawberry.type(description="A change was undone by a change of its own.")
class ChangeUndone(Changed):
    """An undone change."""

    undone: Change = told("The change that was undone.")
    facts: list[Fact] = told("What is believed again.")


_EITHER = "The change, or why nothing was changed."
AssignmentResult = Annotated[
    AssignmentChanged | InvalidInput | NotAllowed | Conflict, strawberry.union("AssignmentResult", description=_EITHER)
]
StandInsResult = Annotated[
    StandInsChanged | InvalidInput | NotAllowed | Conflict, strawberry.union("StandInsResult", description=_EITHER)
]
FactResult = Annotated[
    FactChanged | InvalidInput | NotAllowed | Conflict, strawberry.union("FactResult", description=_EITHER)
]
VacancyResult = Annotated[
    VacancyChanged | InvalidInput | NotAllowed | Conflict, strawberry.union("VacancyResult", description=_EITHER)
]
ConfirmationResult = Annotated[
    ConfirmationChanged | InvalidInput | NotAllowed | Conflict,
    strawberry.union("ConfirmationResult", description=_EITHER),
]
ReportResult = Annotated[
    ReportChanged | InvalidInput | NotAllowed | Conflict, strawberry.union("ReportResult", description=_EITHER)
]
TranslationResult = Annotated[
    TranslationChanged | InvalidInput | NotAllowed | Conflict,
    strawberry.union("TranslationResult", description=_EITHER),
]
PersonResult = Annotated[
    PersonChanged | InvalidInput | NotAllowed | Conflict, strawberry.union("PersonResult", description=_EITHER)
]
MailboxResult = Annotated[
    MailboxChanged | InvalidInput | NotAllowed | Conflict, strawberry.union("MailboxResult", description=_EITHER)
]
RoleResult = Annotated[
    RoleChanged | InvalidInput | NotAllowed | Conflict, strawberry.union("RoleResult", description=_EITHER)
]
GalleryResult = Annotated[
    GalleryChanged | InvalidInput | NotAllowed | Conflict, strawberry.union("GalleryResult", description=_EITHER)
]
TaskResult = Annotated[
    TaskChanged | InvalidInput | NotAllowed | Conflict, strawberry.union("TaskResult", description=_EITHER)
]
ProgressResult = Annotated[
    ProgressChanged | InvalidInput | NotAllowed | Conflict, strawberry.union("ProgressResult", description=_EITHER)
]
UsageResult = Annotated[
    UsageChanged | InvalidInput | NotAllowed | Conflict, strawberry.union("UsageResult", description=_EITHER)
]
HandoverResult = Annotated[
    HandedOver | InvalidInput | NotAllowed | Conflict, strawberry.union("HandoverResult", description=_EITHER)
]
LeaveResult = Annotated[
    PersonLeft | InvalidInput | NotAllowed | Conflict, strawberry.union("LeaveResult", description=_EITHER)
]
UndoResult = Annotated[
    ChangeUndone | InvalidInput | NotAllowed | Conflict, strawberry.union("UndoResult", description=_EITHER)
]
EraseResult = Annotated[
    PersonErased | InvalidInput | NotAllowed | Conflict, strawberry.union("EraseResult", description=_EITHER)
]
