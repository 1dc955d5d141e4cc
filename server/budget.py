"""How much one caller may ask at a time, so that the others notice little of whoever asks without end.

A caller is who a token says, of an audience; without a token it is the address that asks. Each has a bucket of units, which
fills by `rate` a second up to `burst`: an operation takes one, and one more for each hundred objects that it may come to
(`schema.cost`). And each has `at_once` operations under way; more wait in their order, the rest are refused. One at once is
enough, since it is answered in milliseconds; with two the others' slowest answers take twice as long while one caller floods
(`python -m bench hostile`). What stays open, sockets and subscriptions, is counted where it is kept, and bounded here for each
caller. All in this process: of several workers each has buckets of its own.
"""

import contextlib
import time
from asyncio import Future, Lock, get_running_loop
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, fields
from math import ceil
from typing import Final

from schema.engine import Charge, charge_nobody
from schema.limits import numbers
from server.caller import Caller

OBJECTS: Final = 100
"""So many objects that may come are one unit."""
LEAST: Final = 1
"""Units of what is given or refused without a turn."""
MOST_KEPT: Final = 10_000
"""Callers that are remembered; whoever asked longest ago is forgotten first, and begins anew."""
LINE: Final = 16
"""How many times `at_once` may wait."""


@dataclass(frozen=True, slots=True)
class Budgets:
    """What each caller may ask; the table in docs/limits.md is held to this by a test."""

    rate: int = 100
    """Units a second of who asks with a token."""
    burst: int = 200
    """Units that such a caller may save up."""
    at_once: int = 1
    """Operations of such a caller that are under way at the same time."""
    rate_without_token: int = 20
    """Units a second of an address that asks without a token."""
    burst_without_token: int = 100
    """Units that such an address may save up."""
    at_once_without_token: int = 1
    """Operations of such an address that are under way at the same time."""
    sockets: int = 200
    """Sockets of who asks with a token."""
    sockets_without_token: int = 200
    """Sockets of an address without a token: as many, since a browser says by its first message alone who asks."""
    subscriptions: int = 1000
    """Subscriptions of who asks with a token: a vendor may follow as many places as it has customers and roles."""
    subscriptions_without_token: int = 200
    """Subscriptions of an address that asks without a token."""

    @classmethod
    def read(cls, text: str) -> "Budgets":
        """Read budgets as an operator sets them; see `schema.limits.numbers`."""
        return cls(**numbers(text, [one.name for one in fields(cls)]))


ENDLESS: Final = 10**9
"""What whoever operates the service may have of each."""


class Spent(Exception):
    """A caller has asked for more than its budget; `retry_after` is after how many seconds it may ask again."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"You have asked more than one caller may at a time; ask again in {retry_after} s.")


@dataclass(slots=True)
class _Purse:
    units: float
    at: float
    under_way: int = 0
    waiting: deque[Future[None]] = field(default_factory=deque)


class Budget:
    """Everybody's purses."""

    def __init__(self, budgets: Budgets, clock: Callable[[], float] = time.monotonic) -> None:
        self._budgets, self._clock = budgets, clock
        self._intakes = {told: Lock() for told in (True, False)}
        self._purses: OrderedDict[str, _Purse] = OrderedDict()

    @contextlib.asynccontextmanager
    async def turn(self, caller: Caller) -> AsyncIterator[Charge]:
        """Wait for this caller's turn; what it gives is to be told how many objects the operation may come to.

        Raises:
            Spent: nothing is left, or too many of its operations wait.
        """
        if caller.viewer.audience == "local":
            yield charge_nobody
            return
        purse, at_once = self._open(caller, 1), self.most("at_once", caller)
        if purse.under_way >= at_once:
            await self._wait(purse, at_once)
        else:
            purse.under_way += 1
        try:

            def charge(objects: int) -> None:
                purse.units -= objects / OBJECTS

            yield charge
        finally:
            self._next(purse)

    def spend(self, caller: Caller, units: int) -> None:
        """Take units at once for work that has a line of its own. Raises `Spent`: nothing is left."""
        if caller.viewer.audience != "local":
            self._open(caller, units)

    def most(self, what: str, caller: Caller) -> int:
        """Tell how much of something (a field of `Budgets` for who has a token) this caller may have."""
        if caller.viewer.audience == "local":
            return ENDLESS
        return int(getattr(self._budgets, what if caller.viewer.audience != "public" else f"{what}_without_token"))

    def intake(self, caller: Caller) -> Lock:
        """Give the gate through which documents that are new pass one at a time: one for all without a token, one for the others."""
        return self._intakes[caller.viewer.audience != "public"]

    def _open(self, caller: Caller, units: int) -> _Purse:
        """Take units of the caller's purse, filled up to now: whoever has one left gets what costs more, and waits afterwards."""
        rate, burst, now = self.most("rate", caller), self.most("burst", caller), self._clock()
        purse = self._purses.get(caller.name)
        if purse is None:
            purse = self._purses[caller.name] = _Purse(burst, now)
            if len(self._purses) > MOST_KEPT:
                self._forget()
        self._purses.move_to_end(caller.name)
        purse.units, purse.at = min(burst, purse.units + (now - purse.at) * rate), now
        if purse.units < 1:
            raise Spent(max(1, ceil((1 - purse.units) / rate)))
        purse.units -= units
        return purse

    def _forget(self) -> None:
        for name, purse in self._purses.items():
            if not purse.under_way:
                del self._purses[name]
                return

    @staticmethod
    async def _wait(purse: _Purse, at_once: int) -> None:
        """Stand in the line; whoever is done hands its place on."""
        if len(purse.waiting) >= at_once * LINE:
            raise Spent(1)
        mine: Future[None] = get_running_loop().create_future()
        purse.waiting.append(mine)
        try:
            await mine
        except BaseException:
            if mine.done() and not mine.cancelled():
                Budget._next(purse)  # the place had been handed to whoever does not want it any more
            else:
                with contextlib.suppress(ValueError):  # passed over in the same moment
                    purse.waiting.remove(mine)
            raise

    @staticmethod
    def _next(purse: _Purse) -> None:
        while purse.waiting:
            other = purse.waiting.popleft()
            if not other.done():
                other.set_result(None)
                return
        purse.under_way -= 1
