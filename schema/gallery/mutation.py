"""The gallery's mutations: `resolvers/changes/` has the operation of each name."""

from typing import Annotated

import strawberry

from schema.gallery.base import declared, declares
from schema.gallery.inputs import (
    AddMailboxInput,
    AddPersonInput,
    AppointInput,
    ChangeMailboxInput,
    ChangePersonInput,
    ChangeTaskInput,
    ConfirmInput,
    CorrectInput,
    DefineRoleInput,
    EndInput,
    ErasePersonInput,
    EscalateRoleInput,
    HandOverInput,
    IntendVacancyInput,
    LeaveInput,
    MergePeopleInput,
    PublishGalleryInput,
    PublishTaskInput,
    RenameRoleInput,
    ReportContactInput,
    ReportProgressInput,
    RetractInput,
    StandInInput,
    TranslateInput,
    UndoInput,
    UseErpSystemInput,
    WithdrawRoleInput,
    WithdrawTaskInput,
)
from schema.gallery.payloads import (
    AssignmentResult,
    ConfirmationResult,
    EraseResult,
    FactResult,
    GalleryResult,
    HandoverResult,
    LeaveResult,
    MailboxResult,
    PersonResult,
    ProgressResult,
    ReportResult,
    RoleResult,
    StandInsResult,
    TaskResult,
    TranslationResult,
    UndoResult,
    UsageResult,
    VacancyResult,
)

WHAT = strawberry.argument(description="What to do.")


@strawberry.type(description="What can be changed. Each mutation is one transaction and one entry in the log.")
class Mutation:
    """The gallery's changes."""

    @declares("Let somebody hold a role, from today, a later day, or back in time: the log tells when it was said.")
    def appoint(self, input: Annotated[AppointInput, WHAT]) -> AssignmentResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("End a fact on a day. Stand-ins for an assignment that ends, end with it.")
    def end(self, input: Annotated[EndInput, WHAT]) -> FactResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Let somebody act for who holds a role, for a time.")
    def stand_in(self, input: Annotated[StandInInput, WHAT]) -> StandInsResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Hand a role over: end and appoint in one step, with what the successor must know.")
    def hand_over(self, input: Annotated[HandOverInput, WHAT]) -> HandoverResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("End everything that somebody holds who leaves, and name successors in the same step.")
    def leave(self, input: Annotated[LeaveInput, WHAT]) -> LeaveResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Say that a role is vacant on purpose; it counts only while nobody holds it.")
    def intend_vacancy(self, input: Annotated[IntendVacancyInput, WHAT]) -> VacancyResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Say that who holds a role is still right.")
    def confirm(self, input: Annotated[ConfirmInput, WHAT]) -> ConfirmationResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Say that a contact is wrong; it stands in `gaps` until somebody confirms or corrects it.")
    def report_contact(self, input: Annotated[ReportContactInput, WHAT]) -> ReportResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Correct what was recorded wrongly; what was believed before stays readable with `knownAt`.")
    def correct(self, input: Annotated[CorrectInput, WHAT]) -> FactResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Take back a fact that never was true.")
    def retract(self, input: Annotated[RetractInput, WHAT]) -> FactResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Say what a municipality makes of a role; what was said before ends the day before.")
    def translate(self, input: Annotated[TranslateInput, WHAT]) -> TranslationResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Add a person.")
    def add_person(self, input: Annotated[AddPersonInput, WHAT]) -> PersonResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Change what describes a person.")
    def change_person(self, input: Annotated[ChangePersonInput, WHAT]) -> PersonResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Add a shared mailbox.")
    def add_mailbox(self, input: Annotated[AddMailboxInput, WHAT]) -> MailboxResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Change what describes a shared mailbox.")
    def change_mailbox(self, input: Annotated[ChangeMailboxInput, WHAT]) -> MailboxResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Let one person stand for two that are the same: what the one holds, becomes the other's.")
    def merge_people(self, input: Annotated[MergePeopleInput, WHAT]) -> PersonResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares(
        "Erase a person: what describes them, what others wrote of them, their part in the access log. It cannot be undone."
        " A municipality's editor reaches the texts of the own municipality: what others wrote elsewhere, other than about what they"
        " hold, stays until who operates the installation completes it (`rollegalleri person erase ID --name NAME`)."
    )
    def erase_person(self, input: Annotated[ErasePersonInput, WHAT]) -> EraseResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Say which ERP system a municipality uses for a domain; what it used before ends the day before.")
    def use_erp_system(self, input: Annotated[UseErpSystemInput, WHAT]) -> UsageResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Define a role in a gallery version.")
    def define_role(self, input: Annotated[DefineRoleInput, WHAT]) -> RoleResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Give a role another title from a day on; the old one stays findable.")
    def rename_role(self, input: Annotated[RenameRoleInput, WHAT]) -> RoleResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Let the gallery cease to define a role; who holds it goes on until ended.")
    def withdraw_role(self, input: Annotated[WithdrawRoleInput, WHAT]) -> RoleResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Say where responsibility goes when nobody holds a role; a circle is refused.")
    def escalate_role(self, input: Annotated[EscalateRoleInput, WHAT]) -> RoleResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Publish a version of the gallery with the roles that it defines.")
    def publish_gallery(self, input: Annotated[PublishGalleryInput, WHAT]) -> GalleryResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Publish a task in a project.")
    def publish_task(self, input: Annotated[PublishTaskInput, WHAT]) -> TaskResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Change a task's terms and whom it addresses from a day on.")
    def change_task(self, input: Annotated[ChangeTaskInput, WHAT]) -> TaskResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Withdraw a task.")
    def withdraw_task(self, input: Annotated[WithdrawTaskInput, WHAT]) -> TaskResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Report how far a municipality is with a task.")
    def report_progress(self, input: Annotated[ReportProgressInput, WHAT]) -> ProgressResult | None:
        """See `resolvers/changes`."""
        declared()

    @declares("Undo a change, by a change of its own; refused where later changes rest on it.")
    def undo(self, input: Annotated[UndoInput, WHAT]) -> UndoResult | None:
        """See `resolvers/changes`."""
        declared()
