"""Slow readers, a database that goes away, a mistake of ours, the service's own end: what subscribers notice of it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from neo4j import Record
from websockets.exceptions import ConnectionClosed

from graph.driver import Database, Statement
from graph.errors import DatabaseUnavailableError
from schema.engine import Engine
from schema.gallery.schema import engine
from server import outbox
from tests.contract.conftest import Patient
from tests.contract.planting import Garden
from tests.notice.conftest import NOW, Service, bare, opened, served, streamed
from tests.notice.people import ANNA, BENT, arrive, held
from tests.notice.test_answer import ANSWER, holders
from tests.notice.test_changes import CHANGES


class Cut(Patient):
    """A database whose connection can be cut; what fails then is what the driver says of one that is gone."""

    away = False
    tried = 0

    async def read(self, statement: Statement, **options: Any) -> list[Record]:
        if self.away:
            self.tried += 1
            raise DatabaseUnavailableError
        return await super().read(statement, **options)

    async def value(self, statement: Statement) -> Any:
        (record,) = await self.read(statement)
        return record[0]


@pytest.fixture
async def cut(seeded: Database) -> AsyncIterator[tuple[Service, Cut]]:
    database = Cut(seeded)
    async with served(database) as running:
        yield running, database


async def test_subscribers_stay_while_the_database_is_away_and_hear_what_was_changed(
    cut: tuple[Service, Cut], garden: Garden
) -> None:
    service, database = cut
    await arrive(garden)
    async with opened(service) as client:
        await client.follow("a", ANSWER)
        first = await client.event("a")
        await client.follow("log", CHANGES)
        await client.quiet(0.5)
        database.away = True
        await service.until(lambda: database.tried > 0)
        seq = await garden.plant(records=[held(ANNA)])
        await client.follow("new", ANSWER, after=first["seq"], day=first["at"])
        await client.quiet()
        database.away = False
        told = [await client.hear() for _ in range(3)]
        assert {message["id"] for message in told} == {"a", "log", "new"}
        assert all(message["type"] == "next" and "errors" not in message["payload"] for message in told)
        assert [m["payload"]["data"]["changes"]["seq"] for m in told if m["id"] == "log"] == [seq]
        await client.quiet()


async def test_a_database_that_comes_back_as_it_was_tells_nobody_anything(
    cut: tuple[Service, Cut], garden: Garden
) -> None:
    service, database = cut
    async with opened(service) as client:
        await client.follow("a", ANSWER)
        await client.event("a")
        database.away = True
        await service.until(lambda: database.tried > 0)
        service.set(NOW.replace(day=2))
        database.away = False
        await client.quiet(3)


async def test_a_mistake_of_ours_ends_one_group_and_is_masked(
    service: Service, garden: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Engine.look

    async def look(self: Engine, subscription: Any, *rest: Any, **more: Any) -> Any:
        if subscription.prepared.variables["in"] == "0101":
            raise RuntimeError("anna@hemmelig.example")
        return await real(self, subscription, *rest, **more)

    monkeypatch.setattr(Engine, "look", look)
    await arrive(garden)
    async with opened(service) as client:
        await client.follow("broken", ANSWER, **{"in": "0101"})
        message = await client.hear()
        assert (message["id"], message["type"]) == ("broken", "error")
        assert message["payload"][0]["extensions"]["code"] == "INTERNAL"
        assert "hemmelig" not in str(message)
        await client.follow("whole", ANSWER)
        await client.event("whole")
        await garden.plant(records=[held(ANNA)])
        assert ANNA in holders(await client.event("whole"))


class Timed(Patient):
    """A database that notes how long each look at what is followed may take."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.seconds = set[float]()

    async def read(self, statement: Statement, **options: Any) -> list[Record]:
        if "subscription" in statement.name:
            self.seconds.add(statement.seconds)
        return await super().read(statement, **options)


async def test_what_is_followed_may_take_as_long_as_what_is_asked(
    seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine(), "deadline", 7.0)
    database = Timed(seeded)
    async with served(database) as service, opened(service) as client:
        await client.follow("a", ANSWER)
        await client.event("a")
        await client.follow("log", CHANGES, after=0)
        await client.hear()
    assert database.seconds == {7.0}


async def flood(garden: Garden, until: Callable[[], bool]) -> None:
    """Change the same answer again and again."""
    stop = time.monotonic() + 60
    number = 0
    while not until() and time.monotonic() < stop:
        await garden.plant(records=[held((ANNA, BENT)[number % 2], since=f"2026-01-{1 + number % 28:02}")])
        number += 1
    assert until()


async def test_a_reader_that_does_not_keep_up_is_closed_and_the_others_are_not(
    service: Service, garden: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MOST", 8)
    monkeypatch.setattr(outbox, "LARGEST", 60_000)
    await arrive(garden)
    cells = "cells { municipality { id name } role { id title } state since holders { id } }"
    big = f"subscription {{ cells {{ coverage {{ a: {cells} }} }} }}"
    async with opened(service) as good:
        await good.follow("a", ANSWER)
        await good.event("a")
        async with opened(service, max_queue=1, max_size=None) as slow:
            await slow.follow("big", big)  # and nothing is read
            await service.until(lambda: service.application.subscriptions == 2)
            received: list[Any] = []

            async def read() -> None:
                while True:
                    received.append(await good.hear())

            reading = asyncio.create_task(read())
            await flood(garden, lambda: service.application.subscriptions == 1)
            with contextlib.suppress(ConnectionClosed):
                while True:
                    await slow.connection.recv()
            assert slow.connection.close_code == 1013
            assert (slow.connection.close_reason or "").startswith("Too slow")
            reading.cancel()
            assert received


async def test_the_end_of_the_service_ends_a_thousand_subscriptions_in_order(seeded: Database) -> None:
    async with served(Patient(seeded)) as service, AsyncExitStack() as sockets:
        client = await sockets.enter_async_context(opened(service, max_queue=None))
        others = [await sockets.enter_async_context(opened(service, max_queue=None)) for _ in range(9)]
        silent = await sockets.enter_async_context(bare(service))
        stream = await sockets.enter_async_context(streamed(service, ANSWER))
        for connection in (client, *others):
            for number in range(99 if connection is client else 100):
                await connection.follow(str(number), ANSWER)
        await client.event("0")
        await stream.event()
        await service.until(lambda: service.application.subscriptions == 1000)
        began = time.monotonic()
        service.server.should_exit = True
        for connection in (client, silent, *others):
            assert (await connection.closed())[0] == 1001
        assert await stream.part() == {"event": "complete", "data": ""}
        assert await stream.part() == {}
        await service.until(lambda: not service.server.server_state.connections)
        assert time.monotonic() - began < 30
