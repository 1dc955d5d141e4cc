"""Recording whose data was shown, outside the way of the answers: a request leaves a note, a task writes them in batches.

What is promised: a look is in the database at most a second after its answer, or when the service has stopped. While the database
is away the notes are kept, `MOST` of them; of what comes then only the number is kept, and the log tells it.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Final

from graph.driver import Database
from graph.errors import GraphError
from graph.looking import Look, prune, record
from graph.params import stored
from server.logs import logger
from server.settings import DAYS
from server.stopping import LOOKS_SECONDS

WAIT: Final = 0.75
"""Seconds between the first note and the writing of all that have come by then; with the writing it stays below one."""
AGAIN: Final = 2.0
"""Seconds until a database that did not answer is tried again."""
MOST: Final = 10_000
"""Notes that are kept."""
MOST_KEYS: Final = 1_000_000
"""Keys of people that all of them may have together."""
BATCH: Final = 2_000
"""Notes that one statement writes."""
MOST_OPERATIONS: Final = 20
"""Operations of one actor that the notes of one writing tell apart: clients name them, and each name would be a look of its own."""
OTHERS: Final = "other operations"
"""What the rest is called."""
MOST_REQUESTS: Final = 1_000
"""Requests of one note; the next one begins another."""
PRUNED: Final = 3600.0
"""Seconds between two looks at what is too old."""
PAUSE: Final = 0.2
"""Seconds between two parts of it."""

Seen = tuple[str, str, frozenset[str]]


class Looks:
    """The notes of one process. `note` neither waits nor fails; `close` writes the last ones."""

    def __init__(
        self, database: Database, days: int = DAYS, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """`days`: for how long looks are kept."""
        self._database, self._days, self._now = database, days, now
        self._notes: dict[Seen, tuple[str, dict[str, None]]] = {}
        self._operations: dict[str, set[str]] = {}
        self._full: list[Look] = []
        self._keys = 0
        self._lost = 0
        self._waiting = False
        """Whether the log was told that looks wait for the database."""
        self._start, self._count = secrets.token_hex(6), 0
        self._closed = False
        self._task: asyncio.Task[None] | None = None

    def note(self, actor: str, operation: str, people: frozenset[str], request: str | None = None) -> None:
        """Note that somebody was shown people's data, if there are any."""
        if not people:
            return
        seen = (actor, self._known(actor, operation), people)
        kept = self._notes.get(seen)
        if kept is not None and len(kept[1]) < MOST_REQUESTS:
            if request is not None:
                kept[1][request] = None
            return
        if len(self._notes) + len(self._full) >= MOST or self._keys + len(people) > MOST_KEYS:
            if self._lost == 0:
                logger().error("looks are not recorded: too many wait to be written", code="LOOKS_LOST")
            self._lost += 1
            return
        if kept is not None:
            self._full.append(self._look(seen, *kept))
        self._notes[seen] = stored(self._now()), {} if request is None else {request: None}
        self._keys += len(people)
        if self._task is None and not self._closed:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Write what is left, within `LOOKS_SECONDS`, and stop."""
        self._closed = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        with contextlib.suppress(GraphError, TimeoutError):
            async with asyncio.timeout(LOOKS_SECONDS):
                await self.flush()
        left = len(self._notes) + len(self._full) + self._lost
        if left:
            logger().error("looks were not recorded", code="LOOKS_LOST", count=left)

    async def flush(self) -> None:
        """Write all notes that have come by now. Raises a `GraphError`, and then they are kept."""
        looks = [*self._full, *(self._look(seen, *kept) for seen, kept in self._notes.items())]
        self._notes, self._full, self._operations = {}, [], {}
        done = 0
        try:
            for start in range(0, len(looks), BATCH):
                part = looks[start : start + BATCH]
                await record(self._database, part)
                done += len(part)
        finally:
            self._full = [*looks[done:], *self._full]
            self._keys = sum(len(people) for *_, people in self._notes) + sum(len(look.people) for look in self._full)
        if self._lost:
            logger().error("looks were not recorded", code="LOOKS_LOST", count=self._lost)
            self._lost = 0

    async def keep_pruned(self) -> None:
        """Remove what is too old, or too much, in parts, once an hour; runs until it is cancelled."""
        while True:
            try:
                await self._prune()
                pause = PRUNED
            except GraphError:
                pause = AGAIN
            except Exception as error:  # noqa: BLE001 - what nobody foresaw must not end the retention
                logger().error("looks could not be pruned", code="INTERNAL", kind=type(error).__name__)
                pause = AGAIN
            await asyncio.sleep(pause)

    async def _prune(self) -> None:
        young = 0
        try:
            while (gone := await prune(self._database, stored(self._now() - timedelta(days=self._days)))).looks:
                young += gone.young
                await asyncio.sleep(PAUSE)
        finally:
            if young:
                told = "looks younger than they are kept were removed: there were too many"
                logger().error(told, code="LOOKS_CUT", count=young, days=self._days)

    async def _run(self) -> None:
        """Write what has come, and end when there is nothing left."""
        while self._notes or self._full:
            await asyncio.sleep(WAIT)
            try:
                await self.flush()
                if self._waiting:
                    self._waiting = False
                    logger().info("looks are recorded again")
            except GraphError as error:
                if not self._waiting:
                    self._waiting = True
                    logger().error("looks wait to be recorded: the database does not take them", code=error.code)
                await asyncio.sleep(AGAIN)
            except Exception as error:  # noqa: BLE001 - what nobody foresaw must not end the recording
                logger().error("looks could not be recorded", code="INTERNAL", kind=type(error).__name__)
                await asyncio.sleep(AGAIN)
        self._task = None

    def _known(self, actor: str, operation: str) -> str:
        known = self._operations.setdefault(actor, set())
        if operation not in known:
            if len(known) >= MOST_OPERATIONS:
                return OTHERS
            known.add(operation)
        return operation

    def _look(self, seen: Seen, at: str, requests: Collection[str]) -> Look:
        self._count += 1
        return Look(f"look:{self._start}-{self._count}", at, *seen, tuple(requests))
