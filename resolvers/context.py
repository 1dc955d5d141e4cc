"""What every question is asked with: the graph, the clock, and who asks. Nothing is global."""

import getpass
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Final, Literal, get_args
from zoneinfo import ZoneInfo

from graph.driver import Database

COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")


Audience = Literal["local", "kombit", "municipality", "vendor", "public"]
AUDIENCES: Final[tuple[Audience, ...]] = get_args(Audience)
"""Who may ask: who operates this installation (its command line), KOMBIT's programme office, a municipality, an ERP vendor,
and anybody (without a token)."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. What each may see and do stands in `resolvers/access.py`; two equal viewers see and may do the same.

    `municipality` is the four-digit code of the one that a municipality's token speaks for, `vendor` the key (`vendor:kmd`)
    of a vendor's; `edits` is whether changes may be made, `person` the key of the person where the token tells one.
    """

    audience: Audience = "local"
    actor: str = "local"
    """Who stands in the log for what this viewer changes, and looks up."""
    municipality: str = ""
    vendor: str = ""
    edits: bool = False
    person: str = ""

    def __post_init__(self) -> None:
        if (self.audience == "municipality") != bool(self.municipality) or (self.audience == "vendor") != bool(
            self.vendor
        ):
            raise ValueError(
                f"{self.actor}: a municipality's viewer has its code, a vendor's its key, and no others any"
            )

    def parameters(self) -> dict[str, Any]:
        """Give what the compiled predicates read as `$p.viewer`."""
        return {
            "audience": self.audience,
            "actor": self.actor,
            "everything": self.audience == "local",
            "kombit": self.audience in ("local", "kombit"),
            "authority": self.audience in ("local", "kombit", "municipality"),
            "home": self.municipality,
            "vendor": self.vendor,
            "person": self.person,
        }


PUBLIC: Final = Viewer("public", "public")
"""Who asks without a token."""


def _local() -> Viewer:
    """Make the viewer that stands for the operating system's user."""
    try:
        return Viewer(actor=f"local:{getpass.getuser()}", edits=True)
    except (KeyError, OSError):  # a container's user may have no name
        return Viewer(actor=f"local:{os.getuid()}", edits=True)


_LOCAL: Final = _local()


@dataclass(frozen=True)
class Context:
    """One request: its graph, its viewer, and the one instant that it takes for now (rule 6)."""

    database: Database
    viewer: Viewer
    now: datetime

    @classmethod
    def local(cls, database: Database, now: datetime | None = None) -> "Context":
        """Make the context of the local user, at this moment."""
        return cls(database, _LOCAL, now or datetime.now(UTC))

    @cached_property
    def today(self) -> date:
        """The calendar day in Denmark."""
        return self.now.astimezone(COPENHAGEN).date()
