"""The gallery's enums; each value says when it occurs. Values are names: what the graph stores is what is sent."""

from collections.abc import Callable
from enum import Enum, EnumMeta
from typing import TypeVar, cast

import strawberry

E = TypeVar("E", bound=Enum)


def words(description: str) -> Callable[[type[E]], type[E]]:
    """Make a GraphQL enum of a class whose members say what they mean: each name is its own value."""

    def made(cls: type[E]) -> type[E]:
        members = {member.name: strawberry.enum_value(member.name, description=member.value) for member in cls}
        return cast("type[E]", strawberry.enum(EnumMeta.__call__(Enum, cls.__name__, members), description=description))

    return made


@words("What a role is about.")
class RoleDomain(Enum):
    """What a role is about."""

    OIR = "ØiR as a whole: the mailbox that is KOMBIT's single point of contact."
    OIR_FINANS = "ØiR finans: bookkeeping."
    OIR_DEBITOR = "ØiR debitor: collection."
    PROGRAMME = "The municipality's work with KOMBIT's programmes."
    INFRASTRUCTURE = "The shared municipal infrastructure."
    YR = "Ydelsesrefusion."
    AGREEMENTS = "Service agreements in STS Administration."


@words("What its holder does.")
class RoleKind(Enum):
    """What its holder does."""

    SYSTEM_OWNER = "Systemejer: answers for the system."
    SYSTEM_MANAGER = "Systemansvarlig: runs it from day to day."
    ADMINISTRATOR = "Administrator: sets it up."
    CONTACT = "Kontaktperson: is written to."
    MAILBOX = "Funktionspostkasse: a shared mailbox holds it."
    PROGRAMME_LEADER = "KOMBIT-programleder: answers where nobody else does."
    INFRASTRUCTURE = "Infrastrukturansvarlig."
    IMPLEMENTATION_LEAD = "Tovholder: leads an implementation."
    APPROVER = "Aftalegodkender: approves service agreements."


@words("Who should hold a role; others are reported, not refused.")
class HeldBy(Enum):
    """Who should hold a role; others are reported, not refused."""

    ANY = "A person or a shared mailbox."
    PERSON = "A person."
    MAILBOX = "A shared mailbox."


@words("What kind of name it is.")
class NameKind(Enum):
    """What kind of name it is."""

    OFFICIAL = "The title, for the time of its period."
    ALIAS = "A spelling or short name that people use; look-ups find it."


@words("The kind of a contact point.")
class ContactKind(Enum):
    """The kind of a contact point."""

    EMAIL = "An e-mail address."
    PHONE = "A telephone number."


@words("For whom a contact point is meant.")
class Visibility(Enum):
    """For whom a contact point is meant."""

    PUBLIC = "Everybody."
    VENDORS = "Vendors of this municipality, and authorities."
    AUTHORITIES = "Municipalities and KOMBIT."
    OWN_MUNICIPALITY = "The own municipality and KOMBIT."


@words("What a municipality uses an ERP system for.")
class ErpDomain(Enum):
    """What a municipality uses an ERP system for."""

    FINANS = "Bookkeeping."
    DEBITOR = "Collection."


@words("Whether a task must be done.")
class Obligation(Enum):
    """Whether a task must be done."""

    MANDATORY = "Obligatorisk."
    RECOMMENDED = "Anbefalet."


@words("How far a municipality is with a task.")
class TaskState(Enum):
    """How far a municipality is with a task."""

    DONE = "Fuldført."
    STARTED = "Påbegyndt."
    NOT_STARTED = "Ikke påbegyndt."


@words("How a task addresses a role.")
class AddressingKind(Enum):
    """How a task addresses a role."""

    RESPONSIBLE = "The role answers for the task."
    INVOLVED = "The role takes part."


@words("How a question of responsibility came out.")
class Outcome(Enum):
    """How a question of responsibility came out."""

    HELD = "Somebody holds the role and acts."
    STAND_IN = "All who hold the role are covered by a stand-in on the date."
    ESCALATED = "Nobody holds the role; responsibility went on to another one, which is held."
    UNRESOLVED = "Nobody in the municipality answers; only KOMBIT's own mailbox is left."


@words("What a step of the reasoning found.")
class StepKind(Enum):
    """What a step of the reasoning found."""

    NO_ROLE_IN_SOURCE = "The task names no role: the question starts at the KOMBIT-programleder."
    TRANSLATED = "The municipality has its own title for the role, or lets another role carry it."
    HELD = "Somebody holds the role."
    STAND_IN = "A holder is covered by a stand-in."
    VACANT_BY_INTENT = "Nobody holds the role, and that is meant; the reason is told."
    NOT_YET = "Nobody holds the role yet; somebody will."
    EXPIRED = "The last one who held the role does not any more."
    VACANT = "Nobody holds the role, held it or will."
    MAILBOX_FIRST = "The role prefers its mailbox: it is written to first."
    MAILBOX = "The mailbox of the role's domain can be written to as well."
    UNREACHABLE = "Somebody without a usable contact point: accountable, but not to be written to."
    ESCALATED_TO = "The question goes on to another role."
    LAST_RESORT = "Somebody answers, but nobody in the municipality can be written to: KOMBIT's own mailbox is."
    UNRESOLVED = "Nobody is left but KOMBIT's own mailbox."


@words("As what somebody is written to.")
class ReachedAs(Enum):
    """As what somebody is written to."""

    HOLDER = "Holds the role."
    STAND_IN = "Stands in for a holder on the date."
    MAILBOX = "Holds the mailbox role of the domain."
    LAST_RESORT = "KOMBIT's own mailbox."


@words("How a role is covered in a municipality on a date.")
class CoverageState(Enum):
    """How a role is covered in a municipality on a date."""

    HELD = "Somebody holds it and can be written to."
    EXPIRING = "Somebody holds it, but not for long, and no successor is known without a hole."
    STAND_IN = "All who hold it are covered by a stand-in."
    UNREACHABLE = "Somebody holds it, but none of them can be written to."
    VACANT_BY_INTENT = "Nobody holds it, and that is meant."
    PLANNED = "Nobody holds it; somebody will from a later date."
    VACANT = "Nobody holds it, and nobody is known to."


@words("Why a role needs somebody's work.")
class GapReason(Enum):
    """Why a role needs somebody's work."""

    VACANT = "Nobody holds it, and nobody is known to come."
    UNREACHABLE = "Somebody holds it, but nobody can be written to."
    STARTS_LATER = "Nobody holds it until a known holder begins."
    FALLS_VACANT = "The last holder ends soon, and nobody takes over."
    INTENT_ENDS = "The vacancy that is meant ends soon, and nobody begins."
