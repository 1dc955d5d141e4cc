"""The gallery's further questions: what a leave costs, what changed, what is around a thing, what a name may mean."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.gallery.arguments import At, KnownAt, Municipalities, OneMunicipality, OneVendor, Region, Roles
from schema.gallery.asking import Answer, Evidence
from schema.gallery.base import Date, declared, declares, told
from schema.gallery.enums import (
    AddressingKind,
    CandidateReason,
    ChangeKind,
    CoverageState,
    EdgeKind,
    ErpDomain,
    Fit,
    Lane,
    TaskState,
    ThingKind,
)
from schema.gallery.things import (
    Assignment,
    ErpSystem,
    Holder,
    ItSystem,
    Mailbox,
    Municipality,
    Person,
    Project,
    Role,
    StandIn,
    Task,
    Vendor,
)

Found = Annotated[
    Person | Mailbox | Role | Municipality | Vendor | ErpSystem | ItSystem | Project | Task,
    strawberry.union("Found", description="A thing that `search` finds or `roleMap` draws."),
]


@strawberry.type(description="Somebody who could take an assignment over.")
class Candidate:
    """A possible successor."""

    holder: Holder = told("Who.")
    reason: CandidateReason = told("Why they are near; of several reasons the nearest.")
    role: Role = told("The role that they hold, or stand in for.")
    fact: Evidence = told("The assignment or stand-in that says so.")


@strawberry.type(description="An assignment that a leave ends, or that will not begin.")
class LostHolding:
    """A holding that is lost."""

    assignment: Assignment = told("The assignment.")
    role: Role = told("What is held.")
    municipality: Municipality = told("Where.")
    day: Date = told(
        "The first day on which it is lost: the day of the leave, or the later one on which it would begin."
    )
    vacant_from: Date | None = told(
        "The first day of its period on which nobody holds the role because of the leave; null: somebody else always does."
    )
    after: Answer = told("Who answers for the role on `day` without the person.")
    candidates: list[Candidate] = told("Who could take it over, the nearest first.")


@strawberry.type(description="A stand-in for somebody else that a leave ends, or that will not begin.")
class LostStandIn:
    """A stand-in that is lost."""

    stand_in: StandIn = told("The stand-in.")
    role: Role = told("In which role.")
    municipality: Municipality = told("Where.")
    covers: Holder = told("Who is not covered any more.")
    day: Date = told("The first day on which it is lost.")
    others: list[StandIn] = told("Stand-ins of others who still cover the same holder in the role on that day.")


@strawberry.type(description="A task that loses its holder by a leave: nobody holds the role that it addresses.")
class LostTask:
    """A task without a holder."""

    task: Task = told("The task.")
    role: Role = told("The role that it addresses.")
    municipality: Municipality = told("Where; the municipality is not done with it.")
    kind: AddressingKind = told("How the task addresses the role.")
    inferred: bool = told("Whether that is our reading; otherwise the task's own text names the role.")
    day: Date = told("The first day on which it stands and has no holder.")
    due: Date | None = told("The last day by the terms that stand then.")
    overdue: bool = told("Whether the last day has passed when the person leaves.")
    state: TaskState | None = told("How far the municipality is when the person leaves; null where nothing is known.")


@strawberry.type(description="A vendor that loses its contact by a leave.")
class LostContact:
    """A vendor without a contact."""

    vendor: Vendor = told("The vendor.")
    erp_system: ErpSystem = told("Its ERP system that the municipality uses.")
    domain: ErpDomain = told("What for; the role belongs to it.")
    role: Role = told("The role that nobody holds any more.")
    municipality: Municipality = told("Where.")
    day: Date = told("The first day on which the system is used and nobody holds the role.")


@strawberry.type(
    description="What falls vacant if a person leaves: their assignments and stand-ins end on the day, later ones never begin."
)
class Impact:
    """The impact of a leave."""

    person: Person = told("Who leaves.")
    day: Date = told("The first day without them.")
    holdings: list[LostHolding] = told("The assignments that are lost, by municipality and role.")
    stand_ins: list[LostStandIn] = told("The stand-ins for others that are lost.")
    tasks: list[LostTask] = told(
        "The tasks that lose their holder, the first due first. KOMBIT: in all municipalities; a municipality: in its own alone."
    )
    contacts: list[LostContact] = told("The vendors that lose their contact.")


@strawberry.type(description="Something that is not on the second day what it was on the first.")
class StateChange:
    """One difference."""

    kind: ChangeKind = told("What changed.")
    municipality: Municipality | None = told("Where; null for what is the same everywhere: titles and tasks.")
    role: Role | None = told("Which role; null for tasks.")
    task: Task | None = told("Which task; null for roles.")
    holder: Holder | None = told("Who was appointed or ended, or who stands in.")
    covers: Holder | None = told("For whom a stand-in stands in.")
    before: str | None = told("The title of the role, its local title, or the task's last day on the first day.")
    after: str | None = told("The same on the second day.")
    facts: list[Evidence] = told("The assignments, stand-ins and translations behind it.")


@strawberry.type(description="How many changes are of a kind.")
class ChangeCount:
    """A count of changes."""

    kind: ChangeKind = told("The kind.")
    count: int = told("How many.")


@strawberry.type(description="What differs between two days; what began and ended in between does not show.")
class Difference:
    """The difference between two days."""

    first: Date = told("The first of the days.")
    last: Date = told("The second of the days. What is below answers for this one.")
    changes: list[StateChange] = told("By municipality, role and kind; then roles renamed; then tasks.")
    counts: list[ChangeCount] = told("How many changes are of each kind, every kind once.")


@strawberry.type(description="A box of a role map.")
class MapNode:
    """A box."""

    id: strawberry.ID = told("The thing's id.")
    lane: Lane = told("In which lane it stands.")
    kind: ThingKind = told("What it is.")
    label: str = told("Its title or name.")
    sublabel: str | None = told("A role's local title, a person's job title, what a mailbox is for.")
    state: CoverageState | None = told("How a role is covered in the municipality; null without one.")
    due: Date | None = told("A task's last day.")
    progress: TaskState | None = told(
        "How far the municipality is with a task; null where nothing is known. KOMBIT: of all; a municipality: of itself alone, null for others."
    )
    is_centre: bool = told("Whether the map is drawn around it.")
    node: Found = told("The thing itself.")


@strawberry.type(description="A line of a role map, from left to right.")
class MapLine:
    """A line."""

    source: strawberry.ID = told("The id of the left box.")
    target: strawberry.ID = told("The id of the right box.")
    kind: EdgeKind = told("Why they are joined.")
    inferred: bool = told("Whether it is our reading that a task addresses the role; the task's own text does not.")


@strawberry.type(description="How many boxes of a lane are not shown.")
class LeftOut:
    """What a lane leaves out."""

    lane: Lane = told("The lane.")
    count: int = told("How many more there are.")


@strawberry.type(description="Boxes and lines in the lanes system, task, role, holder, around one thing.")
class RoleMap:
    """A role map."""

    around: strawberry.ID = told("The id of the thing.")
    municipality: Municipality | None = told(
        "The heading: whose holders, states and ERP systems these are; null: no holders are shown."
    )
    nodes: list[MapNode] = told("The boxes, lane by lane, in the order in which a lane shows them; at most 12 in each.")
    edges: list[MapLine] = told("The lines between the boxes shown.")
    left_out: list[LeftOut] = told("For each lane asked, how many boxes are not shown.")


@strawberry.type(description="A thing that was found by one of its names.")
class Hit:
    """A hit of the search."""

    node: Found = told("The thing.")
    kind: ThingKind = told("What it is.")
    title: str = told("Its title or name on the day.")
    matched: str = told("The name that fits best; for a municipality found by its code, the code.")
    fit: Fit = told("How well it fits.")
    is_former_name: bool = told("Whether that name is not valid on the day.")


Ahead = Annotated[
    Date | None,
    strawberry.argument(name="from", description="The first day without the person; today in Denmark if unset."),
]
Leaver = Annotated[str, strawberry.argument(description="The person, by name or id.")]
FromDay = Annotated[Date, strawberry.argument(name="from", description="The first of the two days.")]
ToDay = Annotated[
    Date | None,
    strawberry.argument(description="The second of the two days, not before the first; today in Denmark if unset."),
]
Heading = Annotated[
    str | None,
    strawberry.argument(
        description="The municipality of the heading: code, name, common spelling or id. Unset: a municipality's map is its own, a holder's that of"
        " where they belong; any other has none, and then no holders."
    ),
]
Centre = Annotated[
    strawberry.ID,
    strawberry.argument(
        description="The id of an IT system, task, role, person, mailbox, municipality, ERP system or vendor (its ERP systems)."
    ),
]
Depth = Annotated[
    int,
    strawberry.argument(
        description="How many edges far, 1 to 3, outwards only: with 2 a task shows its systems, roles and holders."
    ),
]
Lanes = Annotated[
    list[Lane] | None,
    strawberry.argument(description="The lanes to show; all if unset. The thing itself is always shown."),
]
Text = Annotated[
    str,
    strawberry.argument(
        description="What a person typed: words of a name, their beginnings, with at most one typo in each."
    ),
]
Kinds = Annotated[list[ThingKind] | None, strawberry.argument(description="Only things of these kinds; all if unset.")]
Most = Annotated[int, strawberry.argument(description="How many hits at most, 1 to 100.")]


@strawberry.type
class Explorations:
    """The further questions of the gallery."""

    @declares(
        "What falls vacant if this person leaves: assignments, stand-ins, tasks and vendors without a holder, and who could take over."
        " KOMBIT: of everybody; a municipality: of its own people alone, null for others."
    )
    def impact(self, person: Leaver, from_: Ahead = None, known_at: KnownAt = None) -> Impact | None:
        """Tell the impact of a leave."""
        declared()

    @declares("What changed between two days, per municipality and role, and per task: the states on both compared.")
    def difference(
        self,
        from_: FromDay,
        to: ToDay = None,
        roles: Roles = None,
        municipality: OneMunicipality = None,
        municipalities: Municipalities = None,
        region: Region = None,
        vendor: OneVendor = None,
        known_at: KnownAt = None,
    ) -> Difference | None:
        """Tell the difference between two days."""
        declared()

    @declares("What is around a thing, as boxes and lines in lanes: system, task, role, holder.")
    def role_map(
        self,
        around: Centre,
        municipality: Heading = None,
        depth: Depth = 2,
        lanes: Lanes = None,
        at: At = None,
        known_at: KnownAt = None,
    ) -> RoleMap | None:
        """Draw what is around a thing."""
        declared()

    @declares(
        "Things by any name they ever had, the best fit first: whole names, all words, beginnings, one typo; names of today before former ones."
    )
    def search(
        self, text: Text, kinds: Kinds = None, first: Most = 20, at: At = None, known_at: KnownAt = None
    ) -> list[Hit] | None:
        """Find things by name."""
        declared()
