"""What mutations are asked with: one input each; what it may say besides is the same for all.

A list of inputs by mutation, in the order of `mutation.py`; long because there are 28, none of which knows another.
"""

from typing import Any

import strawberry

from schema.gallery.base import Date
from schema.gallery.enums import (
    AddressingKind,
    ContactKind,
    ErpDomain,
    HeldBy,
    Obligation,
    RoleDomain,
    RoleKind,
    TaskState,
    Visibility,
)

_ROLE = "The role: key, code, title, former title or id."
_MUNICIPALITY = "The municipality: code, name, common spelling or id."
_PERSON = "The person: name or id. Either this or `mailbox`."
_MAILBOX = "The shared mailbox: name or id. Either this or `person`."
_FROM = "The first day; today in Denmark if unset."
_TO = "The first day on which it does not hold any more; until further notice if unset."


def needed(description: str) -> Any:
    """Declare a field that must be given."""
    return strawberry.field(description=description)


def may(description: str) -> Any:
    """Declare a field that may be left out."""
    return strawberry.field(description=description, default=strawberry.UNSET)


@strawberry.input
class Common:
    """What every input may say."""

    reason: str | None = may("Why, for the log.")
    dry_run: bool | None = may("Check and answer as if it were done, and write nothing.")
    if_seq: int | None = may(
        "The `seq` as of which you read what you change: if it moved on since, nothing is changed (`Conflict`)."
    )
    idempotency_key: str | None = may(
        "Your own name for this change, up to 200 characters: sent again, it gives the first outcome and changes nothing twice."
    )


@strawberry.input(description="Let somebody hold a role.")
class AppointInput(Common):
    """`appoint`."""

    role: str = needed(_ROLE)
    municipality: str = needed(_MUNICIPALITY)
    person: str | None = may(_PERSON)
    mailbox: str | None = may(_MAILBOX)
    valid_from: Date | None = may(_FROM)
    valid_to: Date | None = may(_TO)


@strawberry.input(description="End a fact on a day: an assignment, a stand-in, a vacancy, a translation, a use, …")
class EndInput(Common):
    """`end`."""

    fact: strawberry.ID = needed("The fact's id.")
    valid_to: Date = needed("The first day on which it does not hold any more.")


@strawberry.input(description="Correct what was recorded wrongly: the old record stays readable, a new one follows.")
class CorrectInput(Common):
    """`correct`."""

    fact: strawberry.ID = needed("The fact's id.")
    valid_from: Date | None = may("The first day, if it was wrong.")
    valid_to: Date | None = may("The first day on which it does not hold any more, if that was wrong.")
    until_further_notice: bool | None = may("True: it has no end.")
    person: str | None = may("Who holds it, if that was wrong: name or id.")
    mailbox: str | None = may("Which mailbox holds it, if that was wrong: name or id.")
    title: str | None = may(
        "Of a translation, a name or a task's terms: what it is called. Null takes a translation's away."
    )
    unit: str | None = may("Of a translation: the unit that answers for it. Null takes it away.")
    carried_by: str | None = may("Of a translation: the role that carries it there. Null takes it away.")
    why: str | None = may("Of an intended vacancy: why nobody holds it.")
    erp_system: str | None = may("Of ERP use: the system that is used. Code, name or id.")
    domain: ErpDomain | None = may("Of ERP use: what for.")
    to: str | None = may("Of an escalation: the role that it goes to.")
    by: str | None = may("Of a confirmation: who said so.")
    state: TaskState | None = may("Of progress: how far.")
    kind: AddressingKind | None = may("Of a role that a task addresses: as what.")
    obligation: Obligation | None = may("Of a task's terms: whether it must be done. Null takes it away.")
    published: Date | None = may("Of a task's terms: the day on which it is published. Null takes it away.")
    due: Date | None = may("Of a task's terms: the last day. Null takes it away.")
    note: str | None = may("Of a task's terms: what must be known of its dates. Null takes it away.")


@strawberry.input(description="Take back a fact that never was true; it stays readable as what was believed.")
class RetractInput(Common):
    """`retract`."""

    fact: strawberry.ID = needed("The fact's id.")


@strawberry.input(description="Let somebody stand in for who holds these assignments.")
class StandInInput(Common):
    """`standIn`."""

    assignments: list[strawberry.ID] = needed("The ids of the assignments that are covered.")
    person: str | None = may(_PERSON)
    mailbox: str | None = may(_MAILBOX)
    valid_from: Date | None = may(_FROM)
    valid_to: Date | None = may(_TO)


@strawberry.input(description="End an assignment and let somebody else hold the role from that day on, in one step.")
class HandOverInput(Common):
    """`handOver`."""

    assignment: strawberry.ID = needed("The id of the assignment that is handed over.")
    person: str | None = may(_PERSON)
    mailbox: str | None = may(_MAILBOX)
    on: Date | None = may("The successor's first day; today if unset.")
    valid_to: Date | None = may(_TO)


@strawberry.input(description="Who takes an assignment over.")
class Successor:
    """One successor."""

    assignment: strawberry.ID = needed("The assignment's id.")
    person: str | None = may("Who takes it over: name or id. Either this or `mailbox`.")
    mailbox: str | None = may("The shared mailbox that takes it over: name or id. Either this or `person`.")


@strawberry.input(description="End everything that somebody holds, each with a successor or without; see `impact`.")
class LeaveInput(Common):
    """`leave`."""

    person: str = needed("Who leaves: name or id.")
    on: Date | None = may("The first day on which they are not there any more; today if unset.")
    successors: list[Successor] | None = may("Who takes over what.")


@strawberry.input(
    description="Erase all that describes a person. What they hold must be handed on, or be left vacant, in the same step."
)
class ErasePersonInput(Common):
    """`erasePerson`."""

    person: str = needed("Who is erased: name or id.")
    successors: list[Successor] | None = may("Who takes over what, from today.")
    vacancies: list[strawberry.ID] | None = may("The ids of the assignments that end today without a successor.")
    former_names: list[str] | None = may(
        "What else texts may call them: former names in full, former addresses and numbers; of who operates the installation also the"
        " subject of a token of theirs (`erik.demosen`), by which what they did is found. With the id of somebody who was"
        " erased, the texts that still have one of these are replaced: nothing here knows any more what they were called."
    )


@strawberry.input(description="Say that a role is vacant on purpose.")
class IntendVacancyInput(Common):
    """`intendVacancy`."""

    role: str = needed(_ROLE)
    municipality: str = needed(_MUNICIPALITY)
    why: str = needed("Why nobody holds it, as answers will say.")
    valid_from: Date | None = may(_FROM)
    valid_to: Date | None = may(_TO)


@strawberry.input(description="Say that who holds a role is still right.")
class ConfirmInput(Common):
    """`confirm`."""

    role: str = needed(_ROLE)
    municipality: str = needed(_MUNICIPALITY)
    on: Date | None = may("The day of saying so; today if unset, not later.")
    by: str | None = may("Who says so, if it is not who sends this.")


@strawberry.input(description="Say that a contact is wrong.")
class ReportContactInput(Common):
    """`reportContact`."""

    role: str = needed(_ROLE)
    municipality: str = needed(_MUNICIPALITY)
    person: str | None = may("Who is wrong; neither a person nor a mailbox: all who hold the role there today.")
    mailbox: str | None = may(
        "The shared mailbox: name or id. Either this or `person`. Of the mailbox of the role's domain the report stands at its own role."
    )
    comment: str = needed("What is wrong.")
    by: str | None = may("Who says so, if it is not who sends this.")


@strawberry.input(description="Say what a municipality makes of a role: a title, a unit, another role that carries it.")
class TranslateInput(Common):
    """`translate`."""

    role: str = needed(_ROLE)
    municipality: str = needed(_MUNICIPALITY)
    title: str | None = may("What it is called there.")
    unit: str | None = may("The unit that answers for it.")
    carried_by: str | None = may("The role that carries this one there: its holders answer instead.")
    valid_from: Date | None = may(_FROM)
    valid_to: Date | None = may(_TO)


@strawberry.input(description="A way to write to or call somebody.")
class ContactPointInput:
    """One contact point."""

    kind: ContactKind = needed("What it is.")
    value: str = needed("The address or number.")
    visibility: Visibility = needed("For whom it is meant.")


@strawberry.input(description="Add a person.")
class AddPersonInput(Common):
    """`addPerson`."""

    name: str = needed("The name.")
    municipality: str | None = may(f"Where they work. {_MUNICIPALITY}")
    job_title: str | None = may("What they are employed as.")
    unit: str | None = may("Their unit.")
    contact_points: list[ContactPointInput] | None = may("How to write to or call them, the first first.")


@strawberry.input(
    description="Change what describes a person: what is left out stays; null takes municipality, title or unit away."
)
class ChangePersonInput(Common):
    """`changePerson`."""

    person: str = needed("Who: name or id.")
    name: str | None = may("The name.")
    municipality: str | None = may(f"Where they work. {_MUNICIPALITY}")
    job_title: str | None = may("What they are employed as.")
    unit: str | None = may("Their unit.")
    contact_points: list[ContactPointInput] | None = may("All ways to write to or call them, the first first.")


@strawberry.input(description="Add a shared mailbox.")
class AddMailboxInput(Common):
    """`addMailbox`."""

    name: str = needed("The name.")
    municipality: str | None = may(f"Whose it is. {_MUNICIPALITY}")
    purpose: str | None = may("What it is for.")
    contact_points: list[ContactPointInput] | None = may("Its addresses and numbers, the first first.")


@strawberry.input(
    description="Change what describes a mailbox: what is left out stays; null takes municipality or purpose away."
)
class ChangeMailboxInput(Common):
    """`changeMailbox`."""

    mailbox: str = needed("Which: name or id.")
    name: str | None = may("The name.")
    municipality: str | None = may(f"Whose it is. {_MUNICIPALITY}")
    purpose: str | None = may("What it is for.")
    contact_points: list[ContactPointInput] | None = may("All its addresses and numbers, the first first.")


@strawberry.input(description="Let one person stand for two that are the same.")
class MergePeopleInput(Common):
    """`mergePeople`."""

    keep: str = needed("The person that stays: name or id.")
    merge: str = needed("The person that goes: name or id.")


@strawberry.input(description="Define a role.")
class DefineRoleInput(Common):
    """`defineRole`."""

    title: str = needed("The official title, in Danish.")
    gallery: str = needed("The gallery version that defines it, such as 1.4.")
    domain: RoleDomain = needed("What it is about.")
    kind: RoleKind = needed("What its holder does.")
    code: str | None = may("A short name that never changes; made of the title if unset.")
    en: str | None = may("What the title means, in English.")
    held_by: HeldBy | None = may("Who should hold it; anybody if unset.")
    wants_one_holder: bool | None = may("Whether a municipality has at most one holder.")
    prefers_mailbox: bool | None = may("Whether to write to the domain's mailbox first.")
    mailbox_role: str | None = may("The role whose holder is the single point of contact of its domain.")
    escalates_to: str | None = may("The role that answers when nobody holds it.")
    order: int | None = may("Where lists show it; last if unset.")
    valid_from: Date | None = may(_FROM)


@strawberry.input(description="Give a role another official title.")
class RenameRoleInput(Common):
    """`renameRole`."""

    role: str = needed(_ROLE)
    title: str = needed("The new title, in Danish.")
    valid_from: Date | None = may(_FROM)


@strawberry.input(description="Let the gallery cease to define a role.")
class WithdrawRoleInput(Common):
    """`withdrawRole`."""

    role: str = needed(_ROLE)
    on: Date | None = may("The first day on which it is not defined any more; today if unset.")


@strawberry.input(description="Say where responsibility goes when nobody holds a role.")
class EscalateRoleInput(Common):
    """`escalateRole`."""

    role: str = needed(_ROLE)
    to: str | None = may("The role that answers instead; unset: the end of the chain, the KOMBIT-programleder.")
    valid_from: Date | None = may(_FROM)


@strawberry.input(description="Publish a version of the gallery.")
class PublishGalleryInput(Common):
    """`publishGallery`."""

    version: str = needed("The version, such as 1.5.")
    published: Date = needed("The day from which it is in force.")
    roles: list[str] = needed("The roles that it defines: key, code, title, former title or id.")
    replaces: str | None = may("The version that ceases to be in force that day, such as 1.4.")
    note: str | None = may("What is known of the day.")


@strawberry.input(description="Publish a task.")
class PublishTaskInput(Common):
    """`publishTask`."""

    project: str = needed("The KLIK project: key, code, name or id.")
    title: str = needed("The title, in Danish.")
    code: str | None = may("A short name that never changes; made of the title if unset.")
    number: str | None = may("Its number in the project, such as 01.")
    is_activity: bool | None = may("Whether it is an activity that tasks lead up to.")
    obligation: Obligation | None = may("Whether it must be done.")
    published: Date | None = may("The day on which it is published.")
    due: Date | None = may("The last day.")
    note: str | None = may("What must be known of its dates.")
    responsible: list[str] | None = may("The roles that answer for it.")
    involved: list[str] | None = may("Other roles that it addresses.")
    requires: list[str] | None = may("The tasks that must be done before.")
    concerns: list[str] | None = may("The IT systems that it concerns.")
    valid_from: Date | None = may("The first day on which it stands; the day of publication, else today, if unset.")


@strawberry.input(description="Change a task from a day on: what is left out stays; lists are whole.")
class ChangeTaskInput(Common):
    """`changeTask`."""

    task: str = needed("The task: key, code, title, former title or id.")
    title: str | None = may("The title, in Danish.")
    obligation: Obligation | None = may("Whether it must be done.")
    published: Date | None = may("The day on which it is published.")
    due: Date | None = may("The last day.")
    note: str | None = may("What must be known of its dates.")
    responsible: list[str] | None = may("The roles that answer for it.")
    involved: list[str] | None = may("Other roles that it addresses.")
    requires: list[str] | None = may("The tasks that must be done before.")
    valid_from: Date | None = may(_FROM)


@strawberry.input(description="Withdraw a task: it stays answerable for the days when it stood.")
class WithdrawTaskInput(Common):
    """`withdrawTask`."""

    task: str = needed("The task: key, code, title, former title or id.")
    on: Date | None = may("The first day on which it does not stand any more; today if unset.")


@strawberry.input(description="Report how far a municipality is with a task.")
class ReportProgressInput(Common):
    """`reportProgress`."""

    task: str = needed("The task: key, code, title, former title or id.")
    municipality: str = needed(_MUNICIPALITY)
    state: TaskState = needed("How far.")
    on: Date | None = may("The day from which it is so; today if unset, not later.")


@strawberry.input(description="Say which ERP system a municipality uses for a domain.")
class UseErpSystemInput(Common):
    """`useErpSystem`."""

    municipality: str = needed(_MUNICIPALITY)
    domain: ErpDomain = needed("What for.")
    erp_system: str = needed("The ERP system: key, code, name, common spelling or id.")
    valid_from: Date | None = may(_FROM)
    valid_to: Date | None = may(_TO)


@strawberry.input(description="Undo a change.")
class UndoInput(Common):
    """`undo`."""

    change: int = needed("The number (`seq`) of the change.")
