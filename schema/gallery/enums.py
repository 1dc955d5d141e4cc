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


@words("Who may hold a role; others are refused.")
class HeldBy(Enum):
    """Who may hold a role; others are refused."""

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
    OWN_MUNICIPALITY = "The municipality that the person or mailbox belongs to, and nobody else."


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
    UNREACHABLE = "Somebody without a contact point that you are shown: accountable, but not in `reach`."
    ESCALATED_TO = "The question goes on to another role."
    NOT_VISIBLE_TO_YOU = "You are not shown who holds the role, nor whether anybody does."
    LAST_RESORT = (
        "Somebody answers, but nobody in the municipality can be written to by the contact points that you are shown: KOMBIT's own"
        " mailbox can."
    )
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

    HELD = "Somebody holds it and can be written to, by the contact points that you are shown."
    EXPIRING = "Somebody holds it, but not for long, and no successor is known without a hole."
    STAND_IN = "All who hold it are covered by a stand-in."
    UNREACHABLE = "Somebody holds it, but none of them can be written to by the contact points that you are shown."
    VACANT_BY_INTENT = "Nobody holds it, and that is meant."
    PLANNED = "Nobody holds it; somebody will from a later date."
    VACANT = "Nobody holds it, and nobody is known to."


@words("Why a role needs somebody's work.")
class GapReason(Enum):
    """Why a role needs somebody's work."""

    VACANT = "Nobody holds it, and nobody is known to come."
    UNREACHABLE = "Somebody holds it, but none of them can be written to by the contact points that you are shown."
    STARTS_LATER = "Nobody holds it until a known holder begins."
    FALLS_VACANT = "The last holder ends soon, and nobody takes over."
    INTENT_ENDS = "The vacancy that is meant ends soon, and nobody begins."
    REPORTED = "Somebody said that a contact is wrong, and nobody has confirmed or corrected it since."


@words("Why somebody could take an assignment over, the nearest first.")
class CandidateReason(Enum):
    """Why somebody could take an assignment over, the nearest first."""

    STAND_IN = "Stands in for the person in this role on the day it is lost."
    SAME_ROLE = "Holds the same role in the municipality."
    SAME_DOMAIN = "Works in the same unit and holds a role of the same domain in the municipality."
    SAME_KIND = "Works in the same unit and holds a role of the same kind in the municipality."


@words("What became different between two days.")
class ChangeKind(Enum):
    """What became different between two days."""

    APPOINTED = "Somebody holds the role on the second day, and did not on the first."
    ENDED = "Somebody held the role on the first day, and does not on the second."
    NEWLY_VACANT = "Somebody held the role on the first day, nobody does on the second; where another role carries it, that one is asked."
    STAND_IN_BEGAN = "Somebody stands in for a holder on the second day, and did not on the first."
    STAND_IN_ENDED = "Somebody stood in for a holder on the first day, and does not on the second."
    TRANSLATED = "Local title, unit or carrier of the role differ."
    RENAMED = "The role's official title differs."
    PUBLISHED = "The task stands on the second day, and did not on the first."
    WITHDRAWN = "The task stood on the first day, and does not on the second."
    MOVED = "The task stands on both days, with another last day."


@words("What kind of thing it is.")
class ThingKind(Enum):
    """What kind of thing it is."""

    PERSON = "A person that the gallery knows."
    MAILBOX = "A shared mailbox."
    ROLE = "A role of the gallery."
    MUNICIPALITY = "A municipality."
    VENDOR = "A vendor of ERP systems."
    ERP_SYSTEM = "An ERP system."
    IT_SYSTEM = "A shared IT system."
    PROJECT = "A KLIK project."
    TASK = "A KLIK task."


@words("A lane of a role map, from left to right.")
class Lane(Enum):
    """A lane of a role map, from left to right."""

    SYSTEM = "IT systems and ERP systems."
    TASK = "KLIK tasks."
    ROLE = "Roles of the gallery."
    HOLDER = "People and shared mailboxes in the municipality of the heading."


@words("Why two boxes of a role map are joined.")
class EdgeKind(Enum):
    """Why two boxes of a role map are joined."""

    CONCERNS = "The task concerns the system."
    USED_FOR = "The ERP system is used for the role's domain, finans or debitor."
    RESPONSIBLE = "The task addresses the role: it answers for the task."
    INVOLVED = "The task addresses the role: it takes part."
    HOLDS = "The holder holds the role, or the one that carries it here."
    STANDS_IN = "The holder stands in for one who holds the role."


@words("How a name fits what was typed, the best first.")
class Fit(Enum):
    """How a name fits what was typed, the best first."""

    NAME = "It is the name, but for case, accents and punctuation."
    WORDS = "Every word typed is one of its words."
    BEGINNINGS = "Every word typed begins one of its words."
    TYPO = "At least one word is one letter off."
