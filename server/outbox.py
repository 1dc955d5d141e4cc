"""What waits to be sent over one connection: bounded, because a reader may be slower than what it has asked for.

One that cannot keep up is closed, not spared: it comes back with its last event's `seq` and gets the present answer, where
a queue without end would be the memory of all.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

MOST: Final = 256
"""Messages that may wait."""
LARGEST: Final = 1_000_000
"""Characters that may wait; a single message may be longer."""


class TooSlow(Exception):
    """More waits than may; nothing of it is sent any more."""


class Outbox:
    """A queue of messages, each in the parts of which the largest is shared with other connections."""

    def __init__(self, drained: Callable[[], None]) -> None:
        """`drained` is called when so much has been taken that who was refused by `takes` may ask again."""
        self._drained = drained
        self._waiting: deque[tuple[str, ...]] = deque()
        self._size = 0
        self._refused = False
        self._there, self._over = asyncio.Event(), asyncio.Event()

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self._waiting

    def takes(self, size: int) -> bool:
        """Tell whether a message of so many characters may be put that can wait elsewhere; what cannot finds the other half."""
        few = len(self._waiting) < MOST // 2 and self._size + size <= LARGEST // 2
        if not self._over.is_set() and (few or self.is_empty):
            return True
        self._refused = True
        return False

    def put(self, *parts: str) -> None:
        """Have a message sent; neither waits nor fails."""
        if self._over.is_set():
            return
        self._waiting.append(parts)
        self._size += sum(map(len, parts))
        if len(self._waiting) > MOST or (self._size > LARGEST and len(self._waiting) > 1):
            self._over.set()
            self._waiting.clear()
        self._there.set()

    async def take(self) -> str:
        """Wait for the next message."""
        while not self._waiting:
            self._there.clear()
            await self._there.wait()
        parts = self._waiting.popleft()
        self._size -= sum(map(len, parts))
        if self._refused and len(self._waiting) <= MOST // 4 and self._size <= LARGEST // 4:
            self._refused = False
            self._drained()
        return "".join(parts)

    async def overflow(self) -> None:
        """Wait until more waits than may. Raises `TooSlow`, and ends in no other way."""
        await self._over.wait()
        raise TooSlow
