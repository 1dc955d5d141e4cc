"""Peers that do not take what they asked for: their connection is cut, and what waits for them is let go."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from server import protocol
from server.protocol import BoundedProtocol
from tests.server.beneath import in_the_one_shape

SECONDS = 0.4
"""Instead of those of `server/protocol.py`."""
App = Callable[[Any, Any, Any], Awaitable[None]]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch, anyio_backend: str) -> None:
    monkeypatch.setattr(protocol, "STALLED_SECONDS", SECONDS)
    monkeypatch.setattr(protocol, "CLOSING_SECONDS", SECONDS)


@dataclass
class Peer:
    """Who has asked, and what the server still knows of it."""

    socket: socket.socket
    state: ServerState

    async def gone(self) -> None:
        """The server has let go of the connection, and of what it did for it."""
        async with asyncio.timeout(10):
            while self.state.connections or self.state.tasks:  # noqa: ASYNC110 - nobody tells of what is waited for
                await asyncio.sleep(0.02)

    async def rest(self) -> bytes:
        """All that comes until the server has closed the connection."""
        found = b""
        while part := await self.read(100_000):
            found += part
        return found

    async def read(self, most: int) -> bytes:
        return await asyncio.wait_for(asyncio.get_running_loop().sock_recv(self.socket, most), 10)


@asynccontextmanager
async def asked(app: App, more: str = "") -> AsyncIterator[Peer]:
    """A request over a connection that holds little on the way."""
    config = uvicorn.Config(
        app, http=BoundedProtocol, ws="none", lifespan="off", log_config=None, timeout_keep_alive=0.1  # type: ignore[arg-type]
    )  # fmt: skip
    config.load()
    ours, theirs = socket.socketpair()
    for one in (ours, theirs):
        one.setblocking(False)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    state = ServerState()
    loop = asyncio.get_running_loop()
    made = await loop.connect_accepted_socket(
        lambda: BoundedProtocol(config=config, server_state=state, app_state={}), ours
    )
    theirs.send(f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}\r\n".encode())
    peer = Peer(theirs, state)
    try:
        yield peer
    finally:
        if state.connections:
            made[0].abort()
            await peer.gone()
        theirs.close()


def answering(size: int) -> App:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]})
        await send({"type": "http.response.body", "body": b"x" * size})

    return app


async def streaming(_scope: Any, _receive: Any, send: Any) -> None:
    """Send for as long as somebody takes it."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(1000):
        await send({"type": "http.response.body", "body": b"x" * 10_000, "more_body": True})


KEPT, CLOSED = "", "Connection: close\r\n"


async def test_an_answer_that_nobody_takes_is_let_go() -> None:
    for size in (20_000, 1_000_000):
        for more in (KEPT, CLOSED):
            async with asked(answering(size), more) as peer:
                await peer.gone()


async def test_a_stream_that_nobody_takes_is_let_go_although_it_has_not_ended() -> None:
    async with asked(streaming) as peer:
        await peer.gone()


async def test_an_answer_that_is_taken_slowly_comes_whole() -> None:
    for more in (KEPT, CLOSED):
        size, found = 400_000, 0
        async with asked(answering(size), more) as peer:
            while part := await peer.read(20_000):
                found += len(part)
                await asyncio.sleep(SECONDS / 8)
        assert found > size


async def test_what_stands_around_a_body_is_bounded_and_the_body_is_not() -> None:
    """Trailers, and what a piece of a body says beside its length, come to nobody, and are kept until they end."""
    taken = 0

    async def taking(_scope: Any, receive: Any, send: Any) -> None:
        nonlocal taken
        while (message := await receive())["type"] == "http.request":
            taken += len(message["body"])
            if not message["more_body"]:
                await answering(2)(_scope, receive, send)
                return

    async def send(peer: Peer, data: bytes) -> None:
        await asyncio.wait_for(asyncio.get_running_loop().sock_sendall(peer.socket, data), 10)

    chunked, piece = "Transfer-Encoding: chunked\r\n", b"3e8\r\n" + b"x" * 1000 + b"\r\n"
    async with asked(taking, chunked) as peer:
        for _ in range(300):
            await send(peer, piece)
        await send(peer, b"0\r\na: b\r\n\r\n")
        assert b"200" in await peer.read(1000)
        assert taken == 300_000
    for endless in (b"0\r\n", b"0\r\na: ", b"1;"):
        async with asked(taking, chunked) as peer:
            await send(peer, piece + endless)
            with pytest.raises((ConnectionError, TimeoutError)):
                await send(peer, (b"a: b\r\n" if endless == b"0\r\n" else b"b" * 6) * 50_000)
            await peer.gone()


UNREADABLE = {
    "a space in a name": "Na me: <b>\r\n",
    "a broken piece": "Transfer-Encoding: chunked\r\n\r\n<b>\r\n",
    "two lengths": "Content-Length: 1\r\nContent-Length: 2\r\n",
    "a length and pieces": "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
}


@pytest.mark.parametrize("what", UNREADABLE)
async def test_what_cannot_be_read_is_refused_as_everything_is(what: str) -> None:
    async def waiting(_scope: Any, receive: Any, _send: Any) -> None:
        while (await receive())["type"] == "http.request":
            pass

    async with asked(waiting, UNREADABLE[what]) as peer:
        found = await peer.rest()
        await peer.gone()
    assert found.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    in_the_one_shape(found, "BAD_REQUEST")
    assert b"<b>" not in found


async def test_what_cannot_be_read_behind_half_of_an_answer_ends_that() -> None:
    async def half(_scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        while (await receive())["type"] == "http.request":
            pass

    async with asked(half, "Transfer-Encoding: chunked\r\n") as peer:
        found = b""
        while b"half" not in found:
            found += await peer.read(1000)
        peer.socket.send(b"<b>\r\n")
        assert await peer.rest() == b""
        await peer.gone()
