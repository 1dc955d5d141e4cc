"""The things of the gallery and the facts about them, as GraphQL types; `resolvers/reads/` says how each is read.

One module, because they refer to each other in circles and Strawberry resolves annotations within one.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import strawberry

from schema.gallery.arguments import SORTED
from schema.gallery.base import Connection, Date, Instant, Node, declared, declares, told
from schema.gallery.enums import (
    AddressingKind,
    ContactKind,
    ErpDomain,
    HeldBy,
    NameKind,
    Obligation,
    RoleDomain,
    RoleKind,
    TaskState,
    Visibility,
    words,
)


@words("How to sort; ties are sorted by id.")
class PlaceOrder(Enum):
    """How to sort."""

    PLACE = "By municipality, then role."
    SINCE = "The oldest first."


@words("How to sort; ties are sorted by id.")
class CustomerOrder(Enum):
    """How to sort."""

    CODE = "By the municipality's code."
    NAME = "By the municipality's name."


@words("How to sort; ties are sorted by id.")
class UsageOrder(Enum):
    """How to sort."""

    MUNICIPALITY = "By the municipality's code, then domain."


@words("How to sort; ties are sorted by id.")
class ColleagueOrder(Enum):
    """How to sort."""

    NAME = "By name."


First = Annotated[int, strawberry.argument(description="How many items, from 1 to 100.")]
After = Annotated[str | None, strawberry.argument(description="The cursor after which the page begins.")]


@strawberry.interface(
    description="Something that holds for a period, as the gallery knows it: never edited, only superseded."
)
class Fact(Node):
    """One record of a fact."""

    valid_from: Date = told("The first day on which it holds.")
    valid_to: Date | None = told("The first day on which it does not hold any more; null until further notice.")


@strawberry.type(description="A name that a thing has, or had.")
class Name(Fact):
    """A name over time."""

    title: str = told("The name, letter by letter.")
    kind: NameKind = told("Whether it is the title or a spelling that people use.")
    note: str | None = told("Where the name comes from, if that needs saying.")


@strawberry.type(
    description="A way to write to or call somebody. Contact points are current only, whatever the date asked."
)
class ContactPoint:
    """A contact point."""

    kind: ContactKind = told("What it is.")
    value: str = told("The address or number.")
    visibility: Visibility = told("For whom it is meant.")


@strawberry.type(description="A version of KOMBIT's Rollegalleri.")
class Gallery(Node):
    """A gallery version."""

    version: str = told("The version, such as 1.1.")
    published: Date = told("The day from which it is in force.")
    note: str | None = told("What is known of the day, and from where.")
    roles: list[Role] = told("The roles that this version defines.")


@strawberry.type(description="Where responsibility goes when nobody holds a role.")
class Escalation(Fact):
    """An escalation."""

    from_: Role = told("The role that nobody holds.", name="from")
    to: Role = told("The role that answers instead.")
    inferred: bool = told("Whether it is our reading: the material itself has no escalation.")


@strawberry.type(description="A role of KOMBIT's Rollegalleri. Tasks are addressed to roles, not to people.")
class Role(Node):
    """A role."""

    code: str = told("A short name that never changes.")
    title: str = told("The official title on the date asked, in Danish.")
    en: str | None = told("What the title means, in English.")
    domain: RoleDomain = told("What the role is about.")
    kind: RoleKind = told("What its holder does.")
    prefers_mailbox: bool = told("Whether to write to the domain's mailbox before the holder.")
    wants_one_holder: bool = told("Whether a municipality has at most one holder at a time; a second one is refused.")
    held_by: HeldBy = told("Who may hold it.")
    mailbox_role: Role | None = told("The role whose holder is the single point of contact of this role's domain.")
    names: list[Name] = told("Every name it ever had.")
    escalates_to: Role | None = told(
        "The role that answers when nobody holds this one. Null: the KOMBIT-programleder, then the mailbox, then KOMBIT."
    )
    escalation: Escalation | None = told("The fact behind `escalatesTo`.")
    galleries: list[Gallery] = told("The gallery versions that define it on the date asked.")
    tasks: list[Addressing] = told("The tasks that address it on the date asked.")

    @declares("Who holds it, in all municipalities, on the date asked.")
    def assignments(
        self, first: First = 20, after: After = None, order_by: Annotated[PlaceOrder | None, SORTED] = None
    ) -> Connection[Assignment]:
        """Page through the holders."""
        declared()


@strawberry.interface(description="Who can hold a role: a person, or a shared mailbox.")
class Holder(Node):
    """A person or a shared mailbox."""

    name: str = told("The name; current only.")
    is_demo: bool = told("Whether it is invented.")
    contact_points: list[ContactPoint] = told("How to write or call; current only.")
    municipality: Municipality | None = told("Where they belong; null for KOMBIT's own.")
    roles: list[Assignment] = told("What they hold on the date asked.")
    stands_in_for: list[StandIn] = told("For whom they stand in on the date asked.")


@strawberry.type(description="A person who holds roles or stands in.")
class Person(Holder):
    """A person."""

    job_title: str | None = told("What they are employed as; current only.")
    unit: str | None = told("Their unit; current only.")
    tasks: list[PersonTask] = told("The tasks that address a role they hold, on the date asked.")
    left_on: Date | None = told("The first day on which they are not there any more; null where none is known.")
    merged_into: Person | None = told("The person that this one turned out to be.")
    erased_at: Instant | None = told(
        "Since when nothing is kept that describes them; null of everybody who was not erased."
    )


@strawberry.type(description="A shared mailbox (funktionspostkasse): an address that survives a change of staff.")
class Mailbox(Holder):
    """A shared mailbox."""

    purpose: str | None = told("What it is for.")


@strawberry.type(description="Somebody holds a role in a municipality for a period.")
class Assignment(Fact):
    """An assignment."""

    role: Role = told("What is held.")
    municipality: Municipality = told("Where.")
    holder: Holder = told("By whom.")
    stand_ins: list[StandIn] = told("Who stands in for the holder on the date asked.")
    last_confirmed: Date | None = told(
        "The last day, from its first up to the date asked, on which somebody said that it is still right."
    )


@strawberry.type(description="Somebody acts for a holder for a period. Shown beside the holder, never instead.")
class StandIn(Fact):
    """A stand-in."""

    role: Role = told("In which role.")
    municipality: Municipality = told("Where.")
    covers: Holder = told("For whom.")
    holder: Holder = told("Who acts.")


@strawberry.type(description="A vacancy that is meant to be. It counts only while nobody holds the role.")
class Vacancy(Fact):
    """An intended vacancy."""

    role: Role = told("Which role.")
    municipality: Municipality = told("Where.")
    reason: str = told("Why.")


@strawberry.type(description="What a municipality makes of a role in its own organisation.")
class Translation(Fact):
    """A role translated."""

    role: Role = told("The gallery's role.")
    municipality: Municipality = told("Where.")
    title: str | None = told("The local title; null where only the unit or the carrier differs.")
    unit: str | None = told("The unit that answers for it.")
    carried_by: Role | None = told("The role that carries this one here: its holders answer instead.")


@strawberry.type(description="A role as it stands in one municipality on the date asked.")
class LocalRole:
    """A role in a municipality."""

    role: Role = told("The role.")
    translation: Translation | None = told("What the municipality makes of it.")
    assignments: list[Assignment] = told("Who holds it.")
    stand_ins: list[StandIn] = told("Who stands in.")
    intended_vacancy: Vacancy | None = told("A vacancy that is meant; it counts only while nobody holds the role.")
    last_confirmed: Date | None = told(
        "The last day, up to the date asked, on which somebody said that it is still right; of all who hold it then, not of fewer or others."
    )


@strawberry.type(description="One of Denmark's 98 municipalities.")
class Municipality(Node):
    """A municipality."""

    code: str = told("The four digits of its municipality code, such as 0751.")
    name: str = told("Its name, such as Aarhus.")
    region: str = told("The region it lies in.")
    names: list[Name] = told("All spellings that look-ups find it by.")
    assignments: list[Assignment] = told("Who holds what here on the date asked.")
    roles: list[LocalRole] = told("Every role as it stands here on the date asked, held or not.")
    tasks: list[LocalTask] = told(
        "Every task that stands on the date asked, and how far the municipality is. KOMBIT: of all; a municipality: of itself alone, empty for others."
    )
    erp_systems: list[Usage] = told("Which ERP system is used for what, on the date asked.")
    agreements: list[Agreement] = told(
        "Service agreements that are valid on the date asked. KOMBIT: of all; a municipality: its own alone, empty for others."
    )

    @declares("The people who work here.")
    def people(
        self, first: First = 20, after: After = None, order_by: Annotated[ColleagueOrder | None, SORTED] = None
    ) -> Connection[Person]:
        """Page through the people."""
        declared()


@strawberry.type(description="A supplier of ERP systems. A vendor may itself be a municipality.")
class Vendor(Node):
    """A vendor."""

    code: str = told("A short name that never changes.")
    name: str = told("Its name on the date asked.")
    names: list[Name] = told("All names and spellings.")
    erp_systems: list[ErpSystem] = told("What it supplies.")
    is_municipality: Municipality | None = told("The municipality that it is, if it is one.")
    meetings: list[Meeting] = told("Meetings for its municipalities.")

    @declares("The municipalities that use one of its ERP systems on the date asked.")
    def customers(
        self, first: First = 20, after: After = None, order_by: Annotated[CustomerOrder | None, SORTED] = None
    ) -> Connection[Municipality]:
        """Page through the customers."""
        declared()


@strawberry.type(description="An ERP system: bookkeeping (finans), collection (debitor), or both.")
class ErpSystem(Node):
    """An ERP system."""

    code: str = told("A short name that never changes.")
    name: str = told("Its name on the date asked.")
    names: list[Name] = told("All names and spellings.")
    vendor: Vendor = told("Who supplies it.")

    @declares("Who uses it for what on the date asked.")
    def used_by(
        self, first: First = 20, after: After = None, order_by: Annotated[UsageOrder | None, SORTED] = None
    ) -> Connection[Usage]:
        """Page through the uses."""
        declared()


@strawberry.type(description="A municipality uses an ERP system for a domain.")
class Usage(Fact):
    """The use of an ERP system."""

    domain: ErpDomain = told("What for.")
    erp_system: ErpSystem = told("Which system.")
    municipality: Municipality = told("Where.")


@strawberry.type(description="An integration that a system uses, and over which protocol.")
class SystemIntegration:
    """One integration of one system."""

    code: str = told("A short name that never changes.")
    name: str = told("Its name, such as SF1590_A Finans.")
    version: str | None = told("Its version, if the material names one.")
    protocol: str | None = told("How data travel: SFTP, Webservice.")


@strawberry.type(
    description="A shared IT system: specialist systems, the integrations between them and the ERP system, support systems."
)
class ItSystem(Node):
    """An IT system."""

    code: str = told("A short name that never changes.")
    name: str = told("Its name on the date asked.")
    names: list[Name] = told("All names it ever had; ØiR later became FK-ØKO.")
    note: str | None = told("What the material says of it.")
    integrations: list[SystemIntegration] = told("What it exchanges with the ERP system, and how.")
    uses: list[ItSystem] = told("Systems that it needs.")
    used_by: list[ItSystem] = told("Systems that need it.")
    mailboxes: list[Mailbox] = told("Whom to write to about it.")
    tasks: list[Task] = told("Tasks that concern it.")
    projects: list[Project] = told("Projects about it.")
    agreements: list[Agreement] = told(
        "Service agreements that let it reach data, valid on the date asked. KOMBIT: all; a municipality: its own alone."
    )


@strawberry.type(description="A service that an agreement gives access to.")
class Service(Node):
    """A service."""

    code: str = told("A short name that never changes.")
    name: str = told("Its name.")
    version: str = told("Its version.")
    type: str = told("What kind of service it is.")
    provider: str = told("Who provides it.")


@strawberry.type(description="A service agreement (serviceaftale): a system may call a service, and so reach data.")
class Agreement(Fact):
    """A service agreement."""

    name: str = told("The agreement's name.")
    reason: str | None = told("Why access is needed.")
    comment: str | None = told("What the approver said.")
    data_limit: str | None = told("Which data it is limited to.")
    receiver: str | None = told("Who receives the data.")
    approved_by: str | None = told("Who approved it.")
    approved_at: Instant | None = told("When it was approved.")
    system: ItSystem = told("The system that calls.")
    service: Service = told("The service that is called.")
    municipality: Municipality = told("Whose agreement it is.")


@strawberry.type(description="A meeting in the programme.")
class Meeting(Node):
    """A meeting."""

    title: str = told("What it is.")
    date: Date = told("The day.")
    starts: str | None = told("When it starts, in local time.")
    ends: str | None = told("When it ends, in local time.")
    place: str | None = told("Where.")
    audience: str | None = told("For whom.")


@strawberry.type(description="A project of tasks in KLIK.")
class Project(Node):
    """A KLIK project."""

    code: str = told("A short name that never changes.")
    name: str = told("Its name on the date asked.")
    names: list[Name] = told("All names and spellings.")
    start: Date | None = told("The day on which it started.")
    tasks: list[Task] = told("Its tasks.")
    systems: list[ItSystem] = told("The systems that it is about.")
    mailboxes: list[Mailbox] = told("Whom to write to about it.")
    meetings: list[Meeting] = told("Its meetings.")


@strawberry.type(description="A task addresses a role.")
class Addressing(Fact):
    """A task addresses a role."""

    kind: AddressingKind = told("How.")
    inferred: bool = told("Whether it is our reading; otherwise the task's own text names the role.")
    role: Role = told("The role.")
    task: Task = told("The task.")


@strawberry.type(description="How far a municipality is with a task.")
class Progress(Fact):
    """Reported progress."""

    state: TaskState = told("How far.")
    task: Task = told("With what.")
    municipality: Municipality = told("Who.")


@strawberry.type(description="How far all municipalities are with a task on the date asked.")
class TaskProgress:
    """Totals of progress."""

    done: int = told("Fuldført.")
    started: int = told("Påbegyndt.")
    not_started: int = told("Ikke påbegyndt.")
    unreported: int = told("Municipalities of which nothing is known on the date.")
    municipalities: list[Progress] = told("Each municipality's report, by code.")


@strawberry.type(
    description="A task that municipalities are asked to do. A withdrawn one stays answerable for the dates when it stood."
)
class Task(Node):
    """A KLIK task."""

    code: str = told("A short name that never changes.")
    number: str | None = told("Its number in the project, such as 01.")
    is_activity: bool = told("Whether it is an activity that tasks lead up to, not a KLIK task itself.")
    is_demo: bool = told("Whether it is invented.")
    title: str = told("Its title on the date asked; if it does not stand then, the next one's or the last one's.")
    obligation: Obligation | None = told("Whether it must be done; null where the material does not say.")
    published: Date | None = told("The day on which it was published in KLIK; null where the material does not say.")
    due: Date | None = told("The last day; it is overdue from the day after.")
    note: str | None = told("What must be known of its dates.")
    stands: bool = told("Whether it stands on the date asked: published, or its project started, and not withdrawn.")
    stands_from: Date = told("The first day of these terms.")
    stands_to: Date | None = told("The first day on which these terms do not stand any more: withdrawn, or moved.")
    project: Project = told("The project that it is part of.")
    systems: list[ItSystem] = told("The systems that it concerns.")
    roles: list[Addressing] = told("The roles that it addresses on the date asked, the responsible first.")
    names_no_role: bool = told(
        "Whether neither its text nor our reading names a role: the KOMBIT-programleder is asked."
    )
    requires: list[Task] = told("What must be done before it.")
    required_by: list[Task] = told("What waits for it.")
    progress: TaskProgress = told("How far the municipalities are on the date asked.")

    @declares(
        "What must be done before it and is not, by the municipality named, else by at least one. KOMBIT: of all;"
        " a municipality: of itself alone, empty for another that is named."
    )
    def blocked_by(
        self,
        municipality: Annotated[str | None, strawberry.argument(description="Key, code, name or id.")] = None,
    ) -> list[Task]:
        """List the unfinished prerequisites."""
        declared()


@strawberry.type(description="A task as it is in one municipality on the date asked.")
class LocalTask:
    """A task in a municipality."""

    task: Task = told("The task.")
    state: TaskState | None = told("How far the municipality is; null where nothing is known.")
    due: Date | None = told("The last day.")
    overdue: bool = told("Whether the last day has passed and it is not done.")
    blocked_by: list[Task] = told("What must be done before it, and is not done here.")


@strawberry.type(description="A task that addresses a role which a person holds.")
class PersonTask:
    """A task of a person."""

    task: Task = told("The task.")
    role: Role = told("The role that it addresses.")
    municipality: Municipality = told("Where the person holds it.")
    kind: AddressingKind = told("How the task addresses the role.")
    state: TaskState | None = told(
        "How far the municipality is; null where nothing is known. KOMBIT: of all; a municipality: of itself alone, null for others."
    )
    due: Date | None = told("The last day.")
