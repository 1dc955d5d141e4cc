"""The gallery's root fields: things by name and id, connections of them (`asking.py` and `exploring.py` have the questions)."""

from typing import Annotated

import strawberry

from schema.gallery import filters as f
from schema.gallery.arguments import SORTED, WHICH, After, At, First, Holder, KnownAt, Name
from schema.gallery.asking import Questions
from schema.gallery.base import Connection, Node, declared, declares
from schema.gallery.exploring import Explorations
from schema.gallery.log import Change, ChangeFilter, ChangeOrder
from schema.gallery.rights import Rights
from schema.gallery.things import (
    Assignment,
    ErpSystem,
    ItSystem,
    Mailbox,
    Municipality,
    Person,
    Project,
    Role,
    Task,
    Vendor,
)


@strawberry.type
class Things:
    """The things themselves."""

    @declares("Anything by its id (Relay). Null where there is no such thing.")
    def node(
        self,
        id: Annotated[strawberry.ID, strawberry.argument(description="An id that this service gave.")],
        at: At = None,
        known_at: KnownAt = None,
    ) -> Node | None:
        """Give one node."""
        declared()

    @declares("Things by their ids (Relay), in the order asked, null where there is no such thing.")
    def nodes(
        self,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 100 ids that this service gave.")],
        at: At = None,
        known_at: KnownAt = None,
    ) -> list[Node | None] | None:
        """Give several nodes."""
        declared()

    @declares("A role by any name it ever had.")
    def role(self, name: Name, at: At = None, known_at: KnownAt = None) -> Role | None:
        """Give one role."""
        declared()

    @declares("The roles of the gallery.")
    def roles(
        self,
        first: First = 20,
        after: After = None,
        filter: Annotated[f.RoleFilter | None, WHICH] = None,
        order_by: Annotated[f.RoleOrder | None, SORTED] = None,
        at: At = None,
        known_at: KnownAt = None,
    ) -> Connection[Role] | None:
        """Page through the roles."""
        declared()

    @declares("A municipality by code, name or common spelling.")
    def municipality(self, name: Name, at: At = None, known_at: KnownAt = None) -> Municipality | None:
        """Give one municipality."""
        declared()

    @declares("The municipalities.")
    def municipalities(
        self,
        first: First = 20,
        after: After = None,
        filter: Annotated[f.MunicipalityFilter | None, WHICH] = None,
        order_by: Annotated[f.MunicipalityOrder | None, SORTED] = None,
        at: At = None,
        known_at: KnownAt = None,
    ) -> Connection[Municipality] | None:
        """Page through the municipalities."""
        declared()

    @declares("A person by name or id.")
    def person(self, name: Holder, at: At = None, known_at: KnownAt = None) -> Person | None:
        """Give one person."""
        declared()

    @declares("The people that the gallery knows, whether they hold a role or not.")
    def people(
        self,
        first: First = 20,
        after: After = None,
        filter: Annotated[f.PersonFilter | None, WHICH] = None,
        order_by: Annotated[f.PersonOrder | None, SORTED] = None,
        at: At = None,
        known_at: KnownAt = None,
    ) -> Connection[Person] | None:
        """Page through the people."""
        declared()

    @declares("A shared mailbox by name or id.")
    def mailbox(self, name: Holder, at: At = None, known_at: KnownAt = None) -> Mailbox | None:
        """Give one mailbox."""
        declared()

    @declares("The shared mailboxes.")
    def mailboxes(
        self,
        first: First = 20,
        after: After = None,
        filter: Annotated[f.MailboxFilter | None, WHICH] = None,
        order_by: Annotated[f.MailboxOrder | None, SORTED] = None,
        at: At = None,
        known_at: KnownAt = None,
    ) -> Connection[Mailbox] | None:
        """Page through the mailboxes."""
        declared()

    @declares("A vendor by code, name or common spelling.")
    def vendor(self, name: Name, at: At = None, known_at: KnownAt = None) -> Vendor | None:
        """Give one vendor."""
        declared()

    @declares("The vendors of ERP systems.")
    def vendors(
        self,
        first: First = 20,
        after: After = None,
        filter: Annotated[f.VendorFilter | None, WHICH] = None,
        order_by: Annotated[f.VendorOrder | None, SORTED] = None,
        at: At = None,
        known_at: KnownAt = None,
    ) -> Connection[Vendor] | None:
        """Page through the vendors."""
        declared()

    @declares("An ERP system by code, name or common spelling.")
    def erp_system(self, name: Name, at: At = None, known_at: KnownAt = None) -> ErpSystem | None:
        """Give one ERP system."""
        declared()

    @declares("The ERP systems.")
    def erp_systems(
        self,
        first: First = 20,
        after: After = None,
        filter: Annotated[f.ErpSystemFilter | None, WHICH] = None,
        order_by: Annotated[f.ErpSystemOrder | None, SORTED] = None,
        at: At = None,
        known_at: KnownAt = None,
    ) -> Connection[ErpSystem] | None:
        """Page through the ERP systems."""
        declared()

    @declares("An IT system by any name it ever had.")
    def it_system(self, name: Name, at: At = None, known_at: KnownAt = None) -> ItSystem | None:
        """Give one IT system."""
        declared()

    @declares("The shared IT systems.")
    def it_systems(
        self,
        first: First = 20,
        after: After = None,
        filter: Annotated[f.ItSystemFilter | None, WHICH] = None,
        order_by: Annotated[f.ItSystemOrder | None, SORTED] = None,
        at: At = None,
        known_at: KnownAt = None,
    ) -> Connection[ItSystem] | None:
        """Page through the IT systems."""
        declared()

    @declares("A KLIK project by name.")
    def project(self, name: Name, at: At = None, known_at: KnownAt = None) -> Project | None:
        """Give one project."""
        declared()

    @declares("The KLIK projects.")
    def projects(
        self,
        first: First = 20,
        after: After = None,
        filter: Annotated[f.ProjectFilter | None, WHICH] = None,
        order_by: Annotated[f.ProjectOrder | None, SORTED] = None,
        at: At = None,
        known_at: KnownAt = None,
    ) -> Connection[Project] | None:
        """Page through the projects."""
        declared()

    @declares("A KLIK task by title, code or former title.")
    def task(self, name: Name, at: At = None, known_at: KnownAt = None) -> Task | None:
        """Give one task."""
        declared()

    @declares("The KLIK tasks, those that stand on the date and the others.")
    def tasks(
        self,
        first: First = 20,
        after: After = None,
        filter: Annotated[f.TaskFilter | None, WHICH] = None,
        order_by: Annotated[f.TaskOrder | None, SORTED] = None,
        at: At = None,
        known_at: KnownAt = None,
    ) -> Connection[Task] | None:
        """Page through the tasks."""
        declared()

    @declares("Who holds what on the date.")
    def assignments(
        self,
        first: First = 20,
        after: After = None,
        filter: Annotated[f.AssignmentFilter | None, WHICH] = None,
        order_by: Annotated[f.AssignmentOrder | None, SORTED] = None,
        at: At = None,
        known_at: KnownAt = None,
    ) -> Connection[Assignment] | None:
        """Page through the assignments."""
        declared()

    @declares("One change of the log, by its number or by the key that you made it with; null where there is none yet.")
    def change(
        self,
        seq: Annotated[int | None, strawberry.argument(description="Its number.")] = None,
        idempotency_key: Annotated[
            str | None,
            strawberry.argument(
                description="Instead of the number: your own name for a change, to learn whether it was made. Another's key is not found."
            ),
        ] = None,
        known_at: KnownAt = None,
    ) -> Change | None:
        """Give one change."""
        declared()

    @declares("The log of changes, without gaps or doubles.")
    def changes(
        self,
        first: First = 20,
        after: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="The number (`seq`) of the last change that you have seen, or a cursor."),
        ] = None,
        filter: Annotated[ChangeFilter | None, WHICH] = None,
        order_by: Annotated[ChangeOrder | None, SORTED] = None,
        known_at: KnownAt = None,
    ) -> Connection[Change] | None:
        """Page through the log."""
        declared()


@strawberry.type(description="What can be asked of the role gallery.")
class Query(Questions, Explorations, Things, Rights):
    """The gallery's root."""
