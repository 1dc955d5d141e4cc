"""Who leaves a query over a websocket before it is answered has asked it: its cost, its place and its statement are as ever."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import orjson
import pytest

from graph.driver import Database
from resolvers.context import Viewer
from schema.engine import Engine, Result
from schema.gallery.schema import engine
from server.budget import Budget, Budgets
from server.caller import Caller
from server.graphql import GraphQLEndpoint
from server.websocket import SUBPROTOCOL, Sockets, Spoken

QUERY = '{ municipality(name: "0751") { name } }'
BURST = 100


class Slow:
    """A database whose statements end when they are told to."""

    def __init__(self) -> None:
        self.address, self.sent, self.broken_off = None, 0, 0
        self.goes_on = asyncio.Event()

    async def read(self, *_: object, **__: object) -> list[Any]:
        self.sent += 1
        try:
            await self.goes_on.wait()
        except asyncio.CancelledError:
            self.broken_off += 1
            raise
        raise RuntimeError("nobody is to be told of this")


class Talk:
    """One socket, spoken to without a network."""

    def __init__(self) -> None:
        self.database, self.budget = Slow(), Budget(Budgets(rate=1, burst=BURST), clock=lambda: 0.0)
        self.caller = Caller(Viewer("kombit", "kombit"), None, "r")
        self.sockets = Sockets(cast(Any, None), self.budget)
        self.looked: list[frozenset[str]] = []
        endpoint = GraphQLEndpoint(
            engine(), cast(Database, self.database), self.budget, looked=lambda *look: self.looked.append(look[2])
        )
        self._spoken = Spoken(engine(), cast(Any, None), endpoint)
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._in.put_nowait({"type": "websocket.connect"})
        self.heard: list[dict[str, Any]] = []

    def say(self, **message: object) -> None:
        self._in.put_nowait({"type": "websocket.receive", "text": orjson.dumps(message).decode()})

    def go(self) -> None:
        self._in.put_nowait({"type": "websocket.disconnect"})

    async def serve(self) -> None:
        async def send(message: Any) -> None:
            if message["type"] == "websocket.send":
                self.heard.append(orjson.loads(message["text"]))

        scope = {"subprotocols": [SUBPROTOCOL]}
        await self.sockets(self._spoken, scope, self._in.get, send, self.caller)

    @property
    def units(self) -> float:
        return self.budget._purses[self.caller.name].units

    @property
    def under_way(self) -> int:
        return self.budget._purses[self.caller.name].under_way


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.01)


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    """A socket on which a query is being answered."""
    talk = Talk()
    serving = asyncio.create_task(talk.serve())
    talk.say(type="connection_init")
    await until(lambda: len(talk.heard) == 1)
    talk.say(type="subscribe", id="q", payload={"query": QUERY})
    await until(lambda: talk.database.sent == 1)
    yield talk
    talk.go()
    with contextlib.suppress(asyncio.CancelledError):
        await serving
    await talk.sockets.close()
    assert not talk.sockets.at_work


async def test_a_query_that_is_left_is_charged_and_goes_on_to_its_end_in_its_place(talk: Talk) -> None:
    talk.say(type="complete", id="q")
    await _goes_on(talk)


async def test_so_is_one_whose_socket_is_closed(talk: Talk) -> None:
    talk.go()
    await _goes_on(talk)


async def _goes_on(talk: Talk) -> None:
    await asyncio.sleep(0.1)
    assert (talk.database.broken_off, talk.under_way) == (0, 1)
    assert talk.units < BURST - 1
    talk.database.goes_on.set()
    await until(lambda: talk.under_way == 0)
    assert [message["type"] for message in talk.heard] == ["connection_ack"]


@pytest.mark.parametrize("left", ["completed", "closed", "not"])
async def test_whose_data_would_have_been_shown_is_recorded_if_it_is(
    left: str, talk: Talk, monkeypatch: pytest.MonkeyPatch, anyio_backend: str
) -> None:
    async def slow(*_: object) -> Result:
        talk.database.sent += 1
        await talk.database.goes_on.wait()
        return Result({"people": []}, (), people=frozenset({"person:1"}))

    talk.say(type="complete", id="q")
    talk.database.goes_on.set()
    await until(lambda: talk.under_way == 0)
    talk.database.goes_on.clear()
    monkeypatch.setattr(Engine, "execute", slow)
    talk.say(type="subscribe", id="p", payload={"query": QUERY})
    await until(lambda: talk.database.sent == 2)
    if left == "completed":
        talk.say(type="complete", id="p")
    elif left == "closed":
        talk.go()
    await asyncio.sleep(0.1)
    talk.database.goes_on.set()
    await until(lambda: talk.under_way == 0)
    assert talk.looked == ([] if left != "not" else [frozenset({"person:1"})])


async def test_what_waits_behind_it_is_given_up_and_sends_nothing(talk: Talk) -> None:
    units = talk.units
    for _ in range(5):
        talk.say(type="subscribe", id="next", payload={"query": QUERY})
        talk.say(type="complete", id="next")
    talk.say(type="complete", id="q")
    talk.say(type="subscribe", id="q", payload={"query": "{ __typename }"})
    await asyncio.sleep(0.1)
    talk.database.goes_on.set()
    await until(lambda: len(talk.heard) == 3)
    assert talk.heard[1] == {"id": "q", "type": "next", "payload": {"data": {"__typename": "Query"}}}
    assert (talk.database.sent, talk.database.broken_off) == (1, 0)
    assert talk.units >= units - 1


async def test_the_service_s_stop_waits_for_none(talk: Talk) -> None:
    talk.say(type="complete", id="q")
    await talk.sockets.close()
    assert (talk.database.broken_off, talk.under_way) == (1, 0)
