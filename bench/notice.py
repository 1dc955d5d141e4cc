"""A thousand subscriptions: what they cost who writes, and how soon each is told.

Two processes of the gallery on one database. Appointments are made one after the other, each in a place of its own, through
the process that the subscribers are at, then through the other; rounds without subscribers in between. Arrival counts
from the answer to the write, at which it is committed, to the event at the client.
"""

import asyncio
import json
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from statistics import mean, median
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench.database import Running, report
from bench.serving import Served

SUBSCRIPTIONS = 1000
SOCKETS = 20
WRITES = 40
"""Of one round, each way."""
MOST_COST = 1.2
SOON_SECONDS, ACROSS_SECONDS = 0.2, 0.5
FOLLOW = """subscription ($role: String!, $in: String!) {
  answer(role: $role, municipality: $in) { seq answers { outcome accountable { id } reach { holder { name } email } } } }"""
APPOINT = """mutation ($role: String!, $in: String!, $person: String!) {
  appoint(input: {role: $role, municipality: $in, person: $person}) {
    __typename ... on AssignmentChanged { change { seq } } ... on InvalidInput { message } } }"""
PLACES = """{ people(first: 1) { nodes { id } }
  coverage { cells { role { id heldBy wantsOneHolder } municipality { code } carriedBy { id } } } }"""
Place = tuple[str, str]


@dataclass
class Kind:
    """One way: seconds of each write with and without subscribers, and until each event came."""

    name: str
    limit: float
    alone: list[float] = field(default_factory=list)
    followed: list[float] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)
    missed: int = 0

    @property
    def cost(self) -> float:
        """How many times longer a write takes, by the means."""
        return mean(self.followed) / mean(self.alone)

    @property
    def p99(self) -> float:
        """Seconds within which 99 of 100 events came."""
        return sorted(self.arrivals)[int(len(self.arrivals) * 0.99)]

    @property
    def passes(self) -> bool:
        """Whether all that is asked of it holds."""
        return not self.missed and self.cost <= MOST_COST and self.p99 <= self.limit

    @property
    def line(self) -> str:
        """What a person reads."""
        return (
            f"{self.name}: a write {mean(self.alone) * 1000:.1f} ms alone, {mean(self.followed) * 1000:.1f} ms with {SUBSCRIPTIONS}"
            f" subscriptions: {self.cost:.2f} × (≤ {MOST_COST}); told after {median(self.arrivals) * 1000:.0f} ms,"
            f" p99 {self.p99 * 1000:.0f} ms (≤ {self.limit * 1000:.0f}); {len(self.arrivals)} events, {self.missed} missed"
        )

    def as_json(self) -> dict[str, Any]:
        """Everything about it."""
        return {**asdict(self), "cost": self.cost, "p99": self.p99, "passes": self.passes}


class Followers:
    """Every place followed once, over a few sockets; the instant of the last event of each."""

    def __init__(self) -> None:
        self.told: dict[Place, float] = {}
        self.count = 0
        self._reading: list[asyncio.Task[None]] = []

    async def open(self, stack: AsyncExitStack, port: int, places: list[Place]) -> None:
        """Follow, and wait until each has its first answer."""
        for number in range(SOCKETS):
            socket = await stack.enter_async_context(
                connect(
                    f"ws://127.0.0.1:{port}/graphql",
                    proxy=None,
                    compression=None,
                    max_queue=None,
                    subprotocols=[Subprotocol("graphql-transport-ws")],
                )
            )
            await socket.send('{"type":"connection_init"}')
            await socket.recv()
            mine = {str(i): place for i, place in enumerate(places[number::SOCKETS])}
            self._reading.append(asyncio.create_task(self._read(socket, mine)))
            for identity, (role, code) in mine.items():
                payload = {"query": FOLLOW, "variables": {"role": role, "in": code}}
                await socket.send(json.dumps({"id": identity, "type": "subscribe", "payload": payload}))
        while len(self.told) < len(places):  # noqa: ASYNC110 - looked at now and then, it costs what is measured less
            await asyncio.sleep(0.05)

    async def _read(self, socket: ClientConnection, mine: Mapping[str, Place]) -> None:
        async for text in socket:
            message = json.loads(text)
            if message["type"] != "next" or "errors" in message["payload"]:
                raise RuntimeError(f"a subscriber was told {text[:300]!r}")
            self.told[mine[message["id"]]] = time.monotonic()
            self.count += 1

    def close(self) -> None:
        """Read no more."""
        for task in self._reading:
            task.cancel()


class _Writer:
    """Appoints, place after place."""

    def __init__(self, client: httpx.AsyncClient, person: str, places: Iterator[Place]) -> None:
        self._client, self._person, self._places = client, person, places

    async def write(self, port: int) -> tuple[Place, float, float]:
        """Make one appointment: where, how many seconds it took, when it was answered."""
        for place in self._places:
            began = time.monotonic()
            variables = {"role": place[0], "in": place[1], "person": self._person}
            answer = await ask(self._client, port, APPOINT, variables)
            ended = time.monotonic()
            if answer["appoint"]["__typename"] == "AssignmentChanged":  # else they hold it already
                return place, ended - began, ended
        raise RuntimeError("there are not enough places for so many rounds")


async def ask(client: httpx.AsyncClient, port: int, query: str, variables: Mapping[str, Any] | None = None) -> Any:
    """Ask one gallery."""
    body = {"query": query, "variables": variables or {}}
    response = (await client.post(f"http://127.0.0.1:{port}/graphql", json=body)).json()
    if "errors" in response:
        raise RuntimeError(f"the gallery answered {response['errors'][:1]}")
    return response["data"]


async def _measure(here: int, there: int, rounds: int) -> list[Kind]:
    kinds = [Kind("same process", SOON_SECONDS), Kind("another process", ACROSS_SECONDS)]
    async with httpx.AsyncClient(timeout=60) as client:
        found = await ask(client, here, PLACES)
        cells = [cell for cell in found["coverage"]["cells"] if cell["carriedBy"] is None]
        random.Random(5).shuffle(cells)
        cells.sort(key=lambda one: one["role"]["heldBy"] == "MAILBOX" or one["role"]["wantsOneHolder"])
        places = [(one["role"]["id"], one["municipality"]["code"]) for one in cells[:SUBSCRIPTIONS]]
        writer = _Writer(client, found["people"]["nodes"][0]["id"], iter(places))
        for port in (here, there):  # plans are made
            for _ in range(30):
                await writer.write(port)
        for number in range(rounds):
            for kind, port in zip(kinds, (here, there), strict=True):
                kind.alone += [(await writer.write(port))[1] for _ in range(WRITES)]
            async with AsyncExitStack() as stack:
                followers = Followers()
                await followers.open(stack, here, places)
                for kind, port in zip(kinds, (here, there), strict=True):
                    await _followed(kind, port, writer, followers)
                followers.close()
            report(f"Round {number + 1} of {rounds}")
    return kinds


async def _followed(kind: Kind, port: int, writer: _Writer, followers: Followers) -> None:
    written = []
    for _ in range(WRITES):
        place, seconds, ended = await writer.write(port)
        kind.followed.append(seconds)
        written.append((place, ended - seconds, ended))
    await asyncio.sleep(3)
    for place, began, ended in written:
        told = followers.told[place]
        if told < began:
            kind.missed += 1
        else:
            kind.arrivals.append(max(told - ended, 0.0))


def measure(running: Running, rounds: int) -> list[Kind]:
    """Measure both ways."""
    with Served("operator", running) as here, Served("operator", running) as there:
        return asyncio.run(_measure(here.port, there.port, rounds))
