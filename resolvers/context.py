"""What every question is asked with: the graph, the clock, and who asks. Nothing is global."""

import getpass
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

from graph.driver import Database

COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. Until access control exists everybody is the local user, who may see all."""

    audience: str = "local"
    people: bool = True
    actor: str = "local"
    """Who stands in the log for what this viewer changes."""

    def parameters(self) -> dict[str, Any]:
        """Give what the compiled predicates read as `$p.viewer`."""
        return {"audience": self.audience, "people": self.people}


def _local() -> Viewer:
    """Make the viewer that stands for the operating system's user."""
    try:
        return Viewer(actor=f"local:{getpass.getuser()}")
    except (KeyError, OSError):  # a container's user may have no name
        return Viewer(actor=f"local:{os.getuid()}")


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
