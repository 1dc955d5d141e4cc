"""Which municipalities and vendors there are: a token that speaks for another one is refused, and none is minted."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Final

from graph.driver import Database, Statement
from graph.errors import GraphError

AGAIN_SECONDS: Final = 60.0
"""How long what is there is taken to be there."""
MISSING_SECONDS: Final = 5.0
"""How soon the graph is looked at again for one that was not there."""
_ALL: Final = Statement(
    "speakers",
    "RETURN COLLECT { MATCH (m:Municipality) RETURN [m.key, m.name] } + COLLECT { MATCH (v:Vendor) RETURN [v.key, v.name] }",
)


class Existing:
    """What there is in one database, kept for a while."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock = database, clock
        self._names: Mapping[str, str] = {}
        self._read: float | None = None
        self._reading: asyncio.Task[None] | None = None

    async def has(self, key: str) -> bool:
        """Tell whether there is a `municipality:<code>` or `vendor:<key>`. Raises `GraphError` if that is not known."""
        age = None if self._read is None else self._clock() - self._read
        if age is None or age > (AGAIN_SECONDS if key in self._names else MISSING_SECONDS):
            try:
                await self._look()
            except GraphError:
                if age is None:
                    raise
        return key in self._names

    async def names(self) -> Mapping[str, str]:
        """Give them all, each with its name. Raises `GraphError`."""
        await self._look()
        return self._names

    async def _look(self) -> None:
        """Read once for all that wait."""
        if self._reading is None:
            self._reading = asyncio.get_running_loop().create_task(self._all())
            self._reading.add_done_callback(lambda _: setattr(self, "_reading", None))
        await asyncio.shield(self._reading)

    async def _all(self) -> None:
        self._names = dict(await self._database.value(_ALL))
        self._read = self._clock()
