"""Tells a slow statement from a dead database.

A frozen database never answers, and a driver waits for it without end; a deadline alone would either cut long imports
or hold a request for as long as the longest import. So: whatever takes longer than `PING_SECONDS` is accompanied by
pings, and ends as unavailable `PATIENCE_SECONDS` after the last sign of life, or at its own deadline, whichever comes
first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from graph.errors import DatabaseUnavailableError, DeadlineError

PING_SECONDS = 0.7
"""Early enough for a living database on an overloaded machine to answer in time."""
PATIENCE_SECONDS = 2.2
"""From the last sign of life; a request that meets a dead database has its coded error within 3 s."""


class Watch:
    """`async with Watch(seconds, ping)`: raises `DeadlineError` or `DatabaseUnavailableError` when the time is up.

    `patience` (seconds) is for loads in bulk: nobody waits for their answer, and a small database that collects garbage
    or commits 15,000 nodes on a busy machine may not hear a ping for longer than a request would wait.
    """

    def __init__(self, seconds: float, ping: Callable[[], Awaitable[bool]], patience: float = PATIENCE_SECONDS) -> None:
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._seconds, self._ping, self._patience = seconds, ping, patience
        self._pinging: asyncio.Task[None] | None = None
        # Nearly every statement ends before its first ping: until then one timer does.
        self._scope = asyncio.timeout_at(None)
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        await self._scope.__aenter__()
        self._timer = self._loop.call_later(min(PING_SECONDS, self._seconds), self._first)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._pinging is not None:
            self._pinging.cancel()
        try:
            await self._scope.__aexit__(kind, error, trace)
        except TimeoutError as late:
            in_time = self._loop.time() < self._began + self._seconds
            raise (DatabaseUnavailableError() if in_time else DeadlineError()) from late

    def _first(self) -> None:
        self._wait_from(self._began)
        self._send()

    def _wait_from(self, last_sign: float) -> None:
        self._scope.reschedule(min(self._began + self._seconds, last_sign + self._patience))

    def _send(self) -> None:
        self._pinging = self._loop.create_task(self._hear())

    async def _hear(self) -> None:
        alive = await self._ping()
        if self._scope.expired():
            return
        if alive:
            self._wait_from(self._loop.time())
        self._timer = self._loop.call_later(PING_SECONDS, self._send)
