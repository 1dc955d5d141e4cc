"""Whether the service lives, and whether it can answer: the truth, not a second old."""

import asyncio
import math
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from graph.driver import Database
from graph.errors import GraphError
from graph.migrations import read_migrations, version
from graph.restoring import RestoreUnfinishedError, is_marked

LOOK_SECONDS: Final = 1.0
"""How long one look counts: whoever operates the service is never refused an answer, and nobody makes it ask without end."""


class Readiness(NamedTuple):
    """What `/healthz/ready` says: ready or not, and why."""

    ready: bool
    checks: dict[str, str]

    @property
    def body(self) -> dict[str, Any]:
        """The response."""
        return {"ready": self.ready, "checks": self.checks}


class Health:
    """Looks at one database; whoever asks within a second shares one look."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock, self._began = database, clock, -math.inf
        self._known = len(read_migrations())
        self._look: asyncio.Task[Readiness] | None = None

    async def readiness(self) -> Readiness:
        """Tell whether the database answers, with the schema version that this service knows."""
        fresh = self._clock() - self._began < LOOK_SECONDS
        if self._look is None or (self._look.done() and not fresh):
            self._began = self._clock()
            self._look = asyncio.get_running_loop().create_task(self._check())
        return await asyncio.shield(self._look)

    async def _check(self) -> Readiness:
        try:
            found = await version(self._database)
            half = await is_marked(self._database)
        except GraphError as error:
            return Readiness(False, {"database": f"{error.code}: {error}", "schema": "unknown"})
        if half:
            return Readiness(False, {"database": str(RestoreUnfinishedError()), "schema": f"version {found}"})
        if found == self._known:
            return Readiness(True, {"database": "answers", "schema": f"version {found}"})
        wrong = f"version {found}, this service needs {self._known}"
        remedy = "start it again to migrate" if found < self._known else "start the newer version of the service"
        return Readiness(False, {"database": "answers", "schema": f"{wrong}: {remedy}"})
