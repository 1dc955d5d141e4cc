"""Filters and orders of the root connections. Unset means "don't care", null means "has none" (rule 13)."""

from enum import Enum
from typing import Any

import strawberry

from schema.gallery.base import Date
from schema.gallery.enums import Obligation, RoleDomain, RoleKind, words

NAME = "Key, code, title, former title or id."


def may(description: str, *, null: str = "") -> Any:
    """Declare a filter; `null` says what null asks for, where null can be asked."""
    text = f"{description} {f'Null: {null}.' if null else 'Cannot be null.'}"
    return strawberry.field(description=text, default=strawberry.UNSET)


@words("How to sort; ties are sorted by id.")
class RoleOrder(Enum):
    """How to sort."""

    GALLERY = "As the gallery lists them."
    CODE = "By code."
    CODE_DESC = "By code, last first."


@words("How to sort; ties are sorted by id.")
class MunicipalityOrder(Enum):
    """How to sort."""

    CODE = "By code."
    NAME = "By name."
    NAME_DESC = "By name, last first."


@words("How to sort; ties are sorted by id.")
class PersonOrder(Enum):
    """How to sort."""

    NAME = "By name."
    NAME_DESC = "By name, last first."


@words("How to sort; ties are sorted by id.")
class MailboxOrder(Enum):
    """How to sort."""

    NAME = "By name."
    NAME_DESC = "By name, last first."


@words("How to sort; ties are sorted by id.")
class VendorOrder(Enum):
    """How to sort."""

    NAME = "By name."
    NAME_DESC = "By name, last first."


@words("How to sort; ties are sorted by id.")
class ErpSystemOrder(Enum):
    """How to sort."""

    NAME = "By name."
    NAME_DESC = "By name, last first."


@words("How to sort; ties are sorted by id.")
class ItSystemOrder(Enum):
    """How to sort."""

    NAME = "By name."
    NAME_DESC = "By name, last first."


@words("How to sort; ties are sorted by id.")
class ProjectOrder(Enum):
    """How to sort."""

    NAME = "By name."
    START = "The oldest first."


@words("How to sort; ties are sorted by id.")
class TaskOrder(Enum):
    """How to sort."""

    CODE = "By code."
    DUE = "The next due first, those without a date last."
    DUE_DESC = "Those without a date first, then the last due."


@words("How to sort; ties are sorted by id.")
class AssignmentOrder(Enum):
    """How to sort."""

    PLACE = "By municipality, then role."
    SINCE = "The oldest first."
    SINCE_DESC = "The newest first."
    UNTIL = "The first to end first, open ends last."


@strawberry.input(description="Which roles.")
class RoleFilter:
    """Filter of `roles`."""

    domain: RoleDomain | None = may("About this.")
    kind: RoleKind | None = may("Whose holder does this.")
    gallery: str | None = may(
        "Defined by the gallery of this version, such as 1.4, or id.", null="defined by none on the date"
    )
    municipality: str | None = may(f"Held in this municipality. {NAME}", null="held nowhere")
    task: str | None = may(f"Addressed by this task. {NAME}", null="addressed by none")
    escalates_to: str | None = may(f"Escalates to this role. {NAME}", null="escalates to none")


@strawberry.input(description="Which municipalities.")
class MunicipalityFilter:
    """Filter of `municipalities`."""

    region: str | None = may("In this region, such as Midtjylland.")
    erp_system: str | None = may(f"Uses this ERP system. {NAME}", null="uses none")
    vendor: str | None = may(f"Uses an ERP system of this vendor. {NAME}", null="uses none")
    holds_role: str | None = may(f"Somebody holds this role there. {NAME}", null="nobody holds any")
    lacks_role: str | None = may(f"Nobody holds this role there. {NAME}")


@strawberry.input(description="Which people.")
class PersonFilter:
    """Filter of `people`."""

    municipality: str | None = may(f"Work in this municipality. {NAME}", null="belong to none")
    role: str | None = may(f"Hold this role. {NAME}", null="hold none")
    stands_in_for: str | None = may("Stand in for this person. Name or id.", null="stand in for nobody")
    unit: str | None = may("Of the unit with exactly this name.", null="of no unit")


@strawberry.input(description="Which shared mailboxes.")
class MailboxFilter:
    """Filter of `mailboxes`."""

    municipality: str | None = may(f"Of this municipality. {NAME}", null="of none: KOMBIT's own")
    role: str | None = may(f"Hold this role. {NAME}", null="hold none")


@strawberry.input(description="Which vendors.")
class VendorFilter:
    """Filter of `vendors`."""

    erp_system: str | None = may(f"Supplies this ERP system. {NAME}", null="supplies none")
    municipality: str | None = may(f"Has this municipality as a customer. {NAME}", null="has no customers")


@strawberry.input(description="Which ERP systems.")
class ErpSystemFilter:
    """Filter of `erpSystems`."""

    vendor: str | None = may(f"Supplied by this vendor. {NAME}")
    municipality: str | None = may(f"Used by this municipality. {NAME}", null="used by none")


@strawberry.input(description="Which IT systems.")
class ItSystemFilter:
    """Filter of `itSystems`."""

    uses: str | None = may(f"Needs this system. {NAME}", null="needs none")
    integration: str | None = may(
        "Has the integration of this code; one that is unknown finds nothing.", null="has none"
    )
    task: str | None = may(f"Concerned by this task. {NAME}", null="concerned by none")


@strawberry.input(description="Which projects.")
class ProjectFilter:
    """Filter of `projects`."""

    system: str | None = may(f"About this IT system. {NAME}", null="about none")


@strawberry.input(description="Which tasks.")
class TaskFilter:
    """Filter of `tasks`."""

    project: str | None = may(f"Of this project. {NAME}")
    role: str | None = may(f"Address this role. {NAME}", null="address none")
    system: str | None = may(f"Concern this IT system. {NAME}", null="concern none")
    requires: str | None = may(f"Wait for this task. {NAME}", null="wait for none")
    obligation: Obligation | None = may("Of this obligation.", null="of none that is known")
    stands: bool | None = may("Stand on the date asked, or do not.")
    due_by: Date | None = may("Due on this day or before.", null="without a last day")


@strawberry.input(description="Which assignments.")
class AssignmentFilter:
    """Filter of `assignments`."""

    role: str | None = may(f"Of this role. {NAME}")
    municipality: str | None = may(f"In this municipality. {NAME}")
    region: str | None = may("In this region, such as Midtjylland.")
    person: str | None = may("Held by this person. Name or id.")
    mailbox: str | None = may("Held by this shared mailbox. Name or id.")
    stand_in: str | None = may("Whose holder this person stands in for. Name or id.", null="without a stand-in")
    ends_by: Date | None = may("That have ended when this day begins.", null="with an open end")
