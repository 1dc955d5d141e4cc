"""What waits for its turn on one websocket: as text, not much of it, and under its id from the first moment."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from graphql import OperationType

from resolvers.context import PUBLIC
from schema.engine import Request
from server import graphql
from server.budget import Budget, Budgets
from server.caller import Caller
from server.identity.identity import Identity
from server.notice.hub import Hub
from server.websocket import MOST_OPERATIONS, MOST_WAITING, SUBPROTOCOL, Sockets, Spoken

CALLER = Caller(PUBLIC, None, "r1", "192.0.2.1")
"""Without a token: one operation at once."""


class Engine:
    """Takes any document for a query that was asked before."""

    schema = None

    def knows(self, request: Request) -> bool:
        return True

    def operation_type(self, request: Request) -> OperationType:
        return OperationType.QUERY


class Endpoint(graphql.GraphQLEndpoint):
    """Answers, when it may, with how many variables came."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(cast(Any, Engine()), cast(Any, None), budget)
        self.may_answer = asyncio.Event()
        self.asked: list[str] = []

    async def answer(
        self, request: Request, caller: Caller, charge: graphql.Charge, wanted: graphql.Wanted = graphql.still
    ) -> dict[str, Any]:
        self.asked.append(request.query)
        await self.may_answer.wait()
        return {"data": len((request.variables or {}).get("all", ()))}


class Client:
    """A client without a way between: what it says is there at once, and is taken when the socket takes it."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.heard: list[dict[str, Any]] = []
        self.closed: tuple[int, str] | None = None

    def say(self, **message: Any) -> None:
        self.said.put_nowait({"type": "websocket.receive", "text": json.dumps(message)})

    def follow(self, identity: str, size: int = 0) -> None:
        """Subscribe with a list of so many empty lists, of four characters each."""
        self.say(id=identity, type="subscribe", payload={"query": identity, "variables": {"all": [[]] * (size // 4)}})

    async def send(self, message: Any) -> None:
        if message["type"] == "websocket.send":
            self.heard.append(json.loads(message["text"]))
        elif message["type"] == "websocket.close":
            self.closed = message["code"], message["reason"]

    async def quiet(self) -> None:
        """All that can happen has happened."""
        for _ in range(1000):
            await asyncio.sleep(0)

    @property
    def answered(self) -> dict[str, Any]:
        return {one["id"]: one["payload"]["data"] for one in self.heard if one["type"] == "next"}


@asynccontextmanager
async def spoken(budgets: Budgets | None = None) -> AsyncIterator[Client]:
    """A socket on which operations may be started."""
    budget = Budget(budgets or Budgets(burst_without_token=1000), lambda: 0.0)
    endpoint = Endpoint(budget)
    client = Client(endpoint)
    speaking = Spoken(cast(Any, endpoint._engine), cast(Hub, None), endpoint)
    client.said.put_nowait({"type": "websocket.connect"})
    sockets = Sockets(cast(Identity, None), budget)
    serving = asyncio.create_task(
        sockets(speaking, {"subprotocols": [SUBPROTOCOL]}, client.said.get, client.send, CALLER)
    )
    client.say(type="connection_init")
    await client.quiet()
    assert client.heard.pop() == {"type": "connection_ack"}
    yield client
    client.said.put_nowait({"type": "websocket.disconnect"})
    endpoint.may_answer.set()
    await asyncio.wait_for(serving, 10)


def requests() -> int:
    """How many parsed requests there are in this process."""
    gc.collect()
    return sum(isinstance(one, Request) for one in gc.get_objects())


async def test_what_waits_for_its_turn_is_not_kept_parsed() -> None:
    before = requests()
    async with spoken() as client:
        for number in range(MOST_OPERATIONS):
            client.follow(str(number), 1000)
        await client.quiet()
        assert client.said.empty()
        assert client.endpoint.asked == ["0"]
        assert requests() - before == 1
        client.endpoint.may_answer.set()
        await client.quiet()
        assert client.answered == {str(number): 250 for number in range(MOST_OPERATIONS)}


async def test_what_waits_for_its_caller_s_budget_is_not_kept_parsed_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphql, "REFUSED_SECONDS", 0.2)
    async with spoken(Budgets(rate_without_token=1, burst_without_token=1)) as client:
        client.endpoint.may_answer.set()
        client.follow("a", 1000)
        await client.quiet()
        assert client.answered == {"a": 250}
        before = requests()
        client.follow("b", 1000)
        await client.quiet()
        assert requests() == before
        async with asyncio.timeout(10):
            while not (refusals := [one for one in client.heard if one["id"] == "b"]):  # noqa: ASYNC110 - nobody tells of what is waited for
                await asyncio.sleep(0.05)
        (refused,) = refusals
        assert refused["payload"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_no_more_is_read_while_much_text_waits_and_all_of_it_is_answered() -> None:
    async with spoken() as client:
        for number in range(MOST_OPERATIONS):
            client.follow(str(number), 60_000)
        await client.quiet()
        taken = MOST_OPERATIONS - client.said.qsize()
        assert MOST_WAITING < taken * 60_000 < MOST_WAITING + 2 * 64_000
        client.endpoint.may_answer.set()
        await client.quiet()
        assert client.answered == {str(number): 15_000 for number in range(MOST_OPERATIONS)}


async def test_an_id_is_taken_while_its_operation_waits() -> None:
    async with spoken() as client:
        for identity in ("first", "a", "a"):
            client.follow(identity)
        await client.quiet()
        assert client.closed == (4409, "Subscriber for a already exists")
        assert client.endpoint.asked == ["first"]


async def test_what_waits_can_be_completed_and_its_room_is_free() -> None:
    async with spoken() as client:
        client.follow("first")
        for _ in range(10):  # each as large as may be, so that their sum is far more than may wait
            client.follow("a", 60_000)
            client.say(id="a", type="complete")
        client.follow("b")
        client.say(type="ping")
        await client.quiet()
        assert client.heard == [{"type": "pong"}]
        client.endpoint.may_answer.set()
        await client.quiet()
        assert client.answered == {"first": 0, "b": 0}
        assert client.endpoint.asked == ["first", "b"]


async def test_a_message_that_is_not_right_is_refused_before_its_turn() -> None:
    async with spoken() as client:
        client.follow("first")
        client.say(id="a", type="subscribe", payload={"query": 1})
        await client.quiet()
        assert client.closed is not None
        assert client.closed[0] == 4400
