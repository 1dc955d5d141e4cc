"""The hub without a database: a log whose number a test sets, and entries as large as it wants them. What is held here depends on
what happens in between two looks, which no database lets a test choose.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import GraphQLError

from graph.errors import DatabaseUnavailableError, GraphError
from resolvers.concern import EVERYTHING, Concern
from resolvers.context import PUBLIC
from schema.engine import Result
from schema.subscribing import PAGE, Entry, Looked, Page, Subscription
from server.caller import Caller
from server.notice import hub
from server.notice.events import Event, Member, Told
from server.outbox import Outbox

CALLER = Caller(PUBLIC, None, "r", "192.0.2.1")


class Log:
    """A log up to `seq`, each entry of `size` characters, a page of which takes `seconds`; an engine and a database in one.

    `asked` are the pages' beginnings. A page `fails` when it `may`.
    """

    def __init__(self, seq: int, size: int = 1) -> None:
        self.seq, self.size, self.away = seq, size, False
        self.asked: list[int] = []
        self.seconds = 0.0
        self.fails: type[GraphError] | None = None
        self.may: asyncio.Event | None = None

    async def number(self, *_: object) -> tuple[int, Concern]:
        """As `resolvers.concern.read_new`."""
        await asyncio.sleep(0)
        if self.away:
            raise DatabaseUnavailableError
        return self.seq, EVERYTHING

    async def page(self, _subscription: Subscription, _context: object, past: int) -> Page:
        """As `Engine.page`."""
        self.asked.append(past)
        await asyncio.sleep(self.seconds)
        if self.may is not None:
            await self.may.wait()
        if self.fails is not None:
            raise self.fails
        last = max(past, min(self.seq, past + PAGE))
        entries = (Entry(seq, {"changes": {"seq": seq, "x": "y" * self.size}}, ()) for seq in range(past + 1, last + 1))
        return Page(tuple(entries), (), self.seq, is_last=last >= self.seq)


@contextmanager
def following(log: Log, monkeypatch: pytest.MonkeyPatch) -> Iterator[hub.Hub]:
    """A hub over such a log."""
    engine: Any = log
    monkeypatch.setattr(hub, "read_new", log.number)
    monkeypatch.setattr(hub, "TICK", 0.05)
    monkeypatch.setattr(hub, "GAP", 0.0)
    made = hub.Hub(engine, engine, lambda result: {"data": result.data}, _fail)
    try:
        yield made
    finally:
        made.close()


def changes(after: int | None = None, share: str = "x") -> Subscription:
    """Follow the log; `share` makes groups."""
    prepared: Any = None
    return Subscription(prepared, "changes", "changes", (share, b""), after, None, False, False, ())


def answer(after: int | None = None) -> Subscription:
    """Follow an answer."""
    return replace(changes(after), name="answer", response="answer")


class Restoring:
    """What a group finds while a restore is at work: the counter at -1, and nothing of what is named."""

    seq = 5
    database: Any = None

    @property
    def engine(self) -> Any:
        return self

    def now(self) -> datetime:
        return datetime(2026, 12, 1, 12, tzinfo=UTC)

    def formatted(self, result: Result) -> dict[str, Any]:
        return {"errors": [error.formatted for error in result.errors]}

    def leave(self, member: Member) -> None:
        """Nobody is kept."""

    def showed(self, *_: object) -> None:
        """Nobody takes note."""

    async def look(self, *_: object, **_options: object) -> Looked:
        return Looked(None, (GraphQLError("No municipality is called Aarhus"),), -1, b"", None, None)

    async def page(self, *_: object) -> Page:
        return Page((), (GraphQLError("No municipality is called Aarhus"),), -1, is_last=True)


class Looking(Restoring):
    """What a group finds that may look: the same answer each time, as known at `seq`, when `may` lets it."""

    def __init__(self) -> None:
        self.seq = 5
        self.may: asyncio.Event | None = None

    def formatted(self, result: Result) -> dict[str, Any]:
        return {"data": result.data}

    async def look(self, *_: object, **_options: object) -> Looked:
        if self.may is not None:
            await self.may.wait()
        return Looked({"answer": {"seq": self.seq}}, (), self.seq, b"the same", None, None)


class Client:
    """A follower that reads what it is sent as soon as it may, or (`reads` False) not at all."""

    def __init__(self, hub: hub.Hub, subscription: Subscription, *, reads: bool = True) -> None:
        self.marks: list[Any] = []
        self.member: Member | None = None
        self.outbox = Outbox(lambda: hub.more(self.member) if self.member else None)
        self.member = hub.subscribe(subscription, CALLER, self._told, self.outbox.takes)
        self._tasks = [asyncio.create_task(self.outbox.overflow())]
        self._reading = asyncio.create_task(self.read()) if reads else None

    def _told(self, told: Told) -> None:
        self.outbox.put(told.mark if isinstance(told, Event) else repr(told), "\n", getattr(told, "payload", ""))

    async def read(self) -> None:
        """Take all that comes."""
        while True:
            mark = (await self.outbox.take()).partition("\n")[0]
            self.marks.append(int(mark) if mark.isdigit() else mark)

    @property
    def is_too_slow(self) -> bool:
        return self._tasks[0].done()

    async def until(self, *marks: int) -> None:
        """All these have come, in this order, and nothing else."""
        async with asyncio.timeout(10):
            while len(self.marks) < len(marks) and not self.is_too_slow:  # noqa: ASYNC110 - nobody tells of what is waited for
                await asyncio.sleep(0.01)
        assert not self.is_too_slow
        assert self.marks == list(marks)


def _fail(error: BaseException) -> list[dict[str, Any]]:
    raise error
