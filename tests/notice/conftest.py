"""The service on a real socket over the seeded database, with a clock that tests can set; and clients of both ways in."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from graph.driver import Database, Statement
from server.app import Application
from server.budget import Budgets
from server.identity.identity import Identity, Operator
from server.looks import Looks
from server.protocol import SOCKETS, BoundedProtocol, BoundedWebSocket
from server.running import Server
from tests.contract.conftest import Patient
from tests.contract.planting import Garden

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
SECONDS = 30.0
"""How long a test waits for what must come; on a busy machine the first plans take long."""
QUIET_SECONDS = 1.0
"""How long nothing must come: several of the hub's ticks, and time to look."""


@dataclass
class Service:
    """A running service: its address, and the clock that it goes by."""

    port: int
    application: Application
    server: Server
    clock: list[datetime] = field(default_factory=lambda: [NOW])

    def set(self, moment: datetime) -> None:
        """Set the clock."""
        self.clock[0] = moment

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for what must come to hold."""
        async with asyncio.timeout(SECONDS):
            while not holds():  # noqa: ASYNC110 - what is waited for tells nobody
                await asyncio.sleep(0.02)


@asynccontextmanager
async def served(
    database: Database, identity: Identity | None = None, budgets: Budgets | None = None, looks: Looks | None = None
) -> AsyncIterator[Service]:
    """Serve on a free port."""
    clock = [NOW]
    application = Application(
        database, identity or Operator(database), budgets=budgets, now=lambda: clock[0], looks=looks
    )
    settings: dict[str, Any] = {**SOCKETS, "timeout_graceful_shutdown": 4}
    config = uvicorn.Config(
        application,
        http=BoundedProtocol,
        ws=BoundedWebSocket,
        lifespan="off",
        log_config=None,
        access_log=False,
        **settings,
    )
    ready = asyncio.Event()
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        listening.setblocking(False)
        server = Server(config, ready.set, application.close)
        running = asyncio.create_task(server.serve(sockets=[listening]))
        await ready.wait()
        try:
            yield Service(listening.getsockname()[1], application, server, clock)
        finally:
            server.should_exit = True
            await asyncio.wait_for(running, 15)


@pytest.fixture
async def service(seeded: Database) -> AsyncIterator[Service]:
    """A service of the test's own."""
    async with served(Patient(seeded)) as running:
        yield running


@pytest.fixture
async def garden(seeded: Database) -> AsyncIterator[Garden]:
    """Changes of a test's own, as another process would make them; all of them are taken back afterwards."""
    garden = await Garden.open(seeded)
    try:
        yield garden
    finally:
        await garden.clear()


@pytest.fixture
def statements(seeded: Database) -> Any:
    """Every statement that runs, from here on."""
    ran: list[Statement] = []
    seeded.observers.append(ran.append)
    yield ran
    seeded.observers.remove(ran.append)


class Socket:
    """A client over graphql-transport-ws."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        """The next message."""
        return dict(json.loads(await asyncio.wait_for(self.connection.recv(), SECONDS)))

    async def follow(self, identity: str, query: str, **variables: Any) -> None:
        await self.say(id=identity, type="subscribe", payload={"query": query, "variables": variables})

    async def event(self, identity: str) -> Any:
        """The next event's root value, which must be for this subscription and without errors."""
        message = await self.hear()
        assert (message["type"], message["id"]) == ("next", identity), message
        assert "errors" not in message["payload"], message
        (value,) = message["payload"]["data"].values()
        return value

    async def quiet(self, seconds: float = QUIET_SECONDS) -> None:
        """Nothing comes."""
        with contextlib.suppress(TimeoutError):
            raise AssertionError(await asyncio.wait_for(self.connection.recv(), seconds))

    async def closed(self) -> tuple[int, str]:
        """How it was closed by the other side."""
        await asyncio.wait_for(self.connection.wait_closed(), SECONDS)
        return self.connection.close_code or 0, self.connection.close_reason or ""


@asynccontextmanager
async def bare(service: Service, path: str = "/graphql", **options: Any) -> AsyncIterator[Socket]:
    """A socket that has said nothing yet."""
    given = {
        "subprotocols": [Subprotocol("graphql-transport-ws")],
        "compression": None,
        "ping_interval": None,
        **options,
    }
    async with connect(f"ws://127.0.0.1:{service.port}{path}", proxy=None, **given) as connection:
        yield Socket(connection)


@asynccontextmanager
async def opened(service: Service, path: str = "/graphql", **options: Any) -> AsyncIterator[Socket]:
    """A socket on which operations may be started."""
    async with bare(service, path, **options) as client:
        await client.say(type="connection_init")
        assert await client.hear() == {"type": "connection_ack"}
        yield client


class Stream:
    """A client of server-sent events, over a plain connection."""

    def __init__(self, reader: asyncio.StreamReader, status: int, headers: Mapping[str, str]) -> None:
        self.reader, self.status, self.headers = reader, status, headers
        self._rest = b""

    async def part(self) -> dict[str, str]:
        """The next event, or comment (`{"": …}`); nothing at the end of the stream."""
        while b"\n\n" not in self._rest:
            size = int((await asyncio.wait_for(self.reader.readline(), SECONDS)) or b"0", 16)
            chunk = await self.reader.readexactly(size + 2)
            if not size:
                return {}
            self._rest += chunk[:-2]
        text, _, self._rest = self._rest.partition(b"\n\n")
        lines = [line.partition(":") for line in text.decode().split("\n")]
        return {name: value.removeprefix(" ") for name, _, value in lines}

    async def event(self) -> tuple[str, Any]:
        """The next event's id and root value."""
        while "event" not in (part := await self.part()):
            assert part == {"": ""}
        assert part["event"] == "next", part
        response = json.loads(part["data"])
        assert "errors" not in response, response
        (value,) = response["data"].values()
        return part["id"], value


@asynccontextmanager
async def streamed(
    service: Service, query: str, headers: Mapping[str, str] | None = None, **variables: Any
) -> AsyncIterator[Stream]:
    """Ask for a stream of events."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    given = {
        "host": f"127.0.0.1:{service.port}",
        "content-type": "application/json",
        "accept": "text/event-stream",
        "content-length": str(len(body)),
        **(headers or {}),
    }
    reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
    try:
        head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        writer.write(f"POST /graphql HTTP/1.1\r\n{head}\r\n".encode() + body)
        status = int((await asyncio.wait_for(reader.readline(), SECONDS)).split()[1])
        found: dict[str, str] = {}
        while (line := (await reader.readline()).decode().strip()) != "":
            name, _, value = line.partition(":")
            found[name.lower()] = value.strip()
        yield Stream(reader, status, found)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
