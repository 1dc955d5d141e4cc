"""Below the application: what of a websocket is refused, and the little that its peer can make us keep."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.uri import parse_uri

from server import protocol
from server.protocol import SOCKETS, BoundedProtocol, BoundedWebSocket
from tests.logged import logged
from tests.server.beneath import in_the_one_shape

SECONDS = 0.3
"""Instead of those of `server/protocol.py`."""
SMALL = 4096
"""What the ways between both may hold, in bytes."""


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch, anyio_backend: str) -> None:
    monkeypatch.setattr(protocol, "LINGER_SECONDS", SECONDS)
    monkeypatch.setattr(protocol, "HEADER_SECONDS", SECONDS)


class App:
    """Accepts, takes every message, answers none; or, where it is asked to send, sends that first."""

    def __init__(self, first: str = "") -> None:
        self.first = first
        self.heard: list[dict[str, Any]] = []
        self.may_take = asyncio.Event()
        self.may_take.set()

    async def __call__(self, _scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        if self.first:
            await send({"type": "websocket.send", "text": self.first})
        while not self.heard or self.heard[-1]["type"] != "websocket.disconnect":
            await self.may_take.wait()
            self.heard.append(await receive())


@dataclass
class Peer:
    """A client that sends what it likes, and what the server has of its connection."""

    socket: socket.socket
    state: ServerState
    transport: asyncio.Transport
    client: ClientProtocol = field(default_factory=lambda: ClientProtocol(parse_uri("ws://127.0.0.1/"), max_size=None))

    async def send(self, data: bytes) -> None:
        await asyncio.wait_for(asyncio.get_running_loop().sock_sendall(self.socket, data), 3)

    async def rest(self) -> bytes:
        """All that comes until the server has closed the connection."""
        found = b""
        while part := await self.read():
            found += part
        return found

    async def read(self) -> bytes:
        return await asyncio.wait_for(asyncio.get_running_loop().sock_recv(self.socket, 100_000), 3)

    async def begin(self) -> None:
        """Make the handshake."""
        self.client.send_request(self.client.connect())
        await self.send(b"".join(self.client.data_to_send()))
        while not any(isinstance(event, Response) for event in await self.events()):
            pass

    async def events(self) -> list[Any]:
        self.client.receive_data(await self.read())
        return list(self.client.events_received())

    async def gone(self) -> None:
        """The server has let go of the connection, and of what it did for it."""
        async with asyncio.timeout(3):
            while self.state.connections or self.state.tasks:  # noqa: ASYNC110 - nobody tells of what is waited for
                await asyncio.sleep(0.02)

    @property
    def protocol(self) -> BoundedWebSocket:
        (one,) = self.state.connections
        assert isinstance(one, BoundedWebSocket)
        return one


@asynccontextmanager
async def reached(app: App | None = None, **settings: Any) -> AsyncIterator[Peer]:
    """A connection that holds little on the way."""
    given: dict[str, Any] = {"ws": BoundedWebSocket, "lifespan": "off", "log_config": None, **SOCKETS, **settings}
    config = uvicorn.Config(app or App(), http=BoundedProtocol, **given)  # type: ignore[arg-type]
    config.load()
    ours, theirs = socket.socketpair()
    for one in (ours, theirs):
        one.setblocking(False)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
    state = ServerState()
    made = await asyncio.get_running_loop().connect_accepted_socket(
        lambda: BoundedProtocol(config=config, server_state=state, app_state={}), ours
    )
    peer = Peer(theirs, state, made[0])
    try:
        yield peer
    finally:
        made[0].abort()
        await peer.gone()
        theirs.close()


def frame(opcode: Opcode, data: bytes = b"", fin: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=True)


def upgrade(more: str = "", path: str = "/") -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
    ).encode()


REFUSED = {
    "many headers": (upgrade("".join(f"X-{number}: 1\r\n" for number in range(130))), b"HTTP/1.1 431 "),
    "a long header": (upgrade(f"X-Long: {'x' * 9000}\r\n"), b"HTTP/1.1 431 "),
    "a long address": (upgrade(path=f"/?{'x' * 9000}"), b"HTTP/1.1 414 "),
    "another method": (upgrade().replace(b"GET", b"POST", 1), b""),
    "another version": (upgrade().replace(b"Version: 13", b"Version: <b>99", 1), b"HTTP/1.1 400 "),
    "a key that is none": (upgrade().replace(b"dGhlIHNhbXBsZSBub25jZQ==", b"<script>", 1), b"HTTP/1.1 400 "),
    "no key": (upgrade().replace(b"Sec-WebSocket-Key", b"Sec-None", 1), b"HTTP/1.1 400 "),
}
CODES = {b"400": "BAD_REQUEST", b"414": "TOO_LARGE", b"431": "TOO_LARGE"}


@pytest.mark.parametrize("what", REFUSED)
async def test_an_upgrade_that_cannot_be_read_is_refused_and_closed(what: str) -> None:
    sent, answer = REFUSED[what]
    async with reached() as peer:
        await peer.send(sent)
        found = await peer.rest()
        await peer.gone()
    assert found.startswith(answer)
    if answer:
        head = in_the_one_shape(found, CODES[answer.split()[1]])
        assert head.get("sec-websocket-version") == ("13" if b" 400 " in answer else None)
        assert b"<" not in found


async def test_an_application_that_fails_before_the_handshake_has_it_refused_so_too() -> None:
    class Broken(App):
        async def __call__(self, _scope: Any, _receive: Any, _send: Any) -> None:
            raise RuntimeError("hemmelig")

    async with reached(Broken()) as peer:
        await peer.send(upgrade())
        in_the_one_shape(await peer.rest(), "INTERNAL")


@pytest.mark.parametrize("what", ["another version", "many headers"])
async def test_an_upgrade_that_is_refused_is_cut_if_its_peer_takes_nothing(what: str) -> None:
    async with reached() as peer:
        peer.transport.write(b"x" * 100_000)  # before the refusal, and never read
        await peer.send(REFUSED[what][0])
        await peer.gone()


async def test_an_upgrade_whose_body_does_not_come_is_closed() -> None:
    async with reached() as peer:
        await peer.send(upgrade("Content-Length: 1000\r\n"))
        assert await peer.rest() == b""
        await peer.gone()


async def test_a_handshake_that_does_not_begin_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedWebSocket, "data_received", lambda self, data: None)
    async with reached() as peer:
        await peer.send(upgrade())
        assert await peer.rest() == b""
        await peer.gone()


async def test_a_handshake_that_has_begun_may_take_its_time() -> None:
    async with reached() as peer:
        await peer.begin()
        await asyncio.sleep(SECONDS * 2)
        await peer.send(frame(Opcode.PING, b"here"))
        (pong,) = await peer.events()
        assert (pong.opcode, bytes(pong.data)) == (Opcode.PONG, b"here")


def pieces(count: int) -> Iterator[bytes]:
    """A message in so many fragments, the last one without an end."""
    yield frame(Opcode.TEXT, b"a", fin=False)
    for _ in range(count - 1):
        yield frame(Opcode.CONT, fin=False)


async def test_a_message_of_some_fragments_is_taken() -> None:
    app = App()
    async with reached(app) as peer:
        await peer.begin()
        for _ in range(3):
            await peer.send(b"".join(pieces(protocol.MOST_FRAGMENTS - 1)) + frame(Opcode.CONT, b"b"))
        await peer.send(frame(Opcode.CLOSE))
        await peer.gone()
        assert [message["text"] for message in app.heard[:-1]] == ["ab"] * 3


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_message_of_endless_fragments_is_refused(at_once: bool) -> None:
    app = App()
    async with reached(app) as peer:
        await peer.begin()
        parts = list(pieces(protocol.MOST_FRAGMENTS * 10))
        few = protocol.MOST_FRAGMENTS
        for part in [b"".join(parts)] if at_once else [b"".join(parts[:few]), b"".join(parts[few : few + 1])]:
            await peer.send(part)
        (close,) = await peer.events()
        assert (close.opcode, int.from_bytes(close.data[:2], "big")) == (Opcode.CLOSE, 1009)
        await peer.gone()
        assert [(message["type"], message["code"]) for message in app.heard] == [("websocket.disconnect", 1009)]


@pytest.mark.parametrize("sent", [b"".join(pieces(1000)), frame(Opcode.CONT)], ids=["fragments", "an odd frame"])
async def test_frames_before_the_handshake_is_answered_are_bounded_too(
    sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    answer = asyncio.Event()

    class Slow(App):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await answer.wait()

    async with reached(Slow()) as peer:
        await peer.send(upgrade())
        await asyncio.sleep(0.05)
        await peer.send(sent)
        assert await peer.rest() == b""
        answer.set()
        await peer.gone()
    assert not [record for record in caplog.records if record.name == "asyncio"]


SECRET = b"Bearer eyJhbGciOiJFZERTQSJ9.hemmelig"


@pytest.fixture(params=["text", "json"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    with logged(request.param, "info") as stream:
        yield stream


@pytest.mark.parametrize(
    "parts",
    [[SECRET + b"\xff"], [SECRET + b"\xc3", b"\xa6\xff"]],
    ids=["in one", "in fragments"],
)
async def test_text_that_is_not_utf_8_closes_its_socket_and_is_not_logged(parts: list[bytes], log: io.StringIO) -> None:
    app = App()
    async with reached(app) as peer:
        await peer.begin()
        first, *more = parts
        await peer.send(frame(Opcode.TEXT, first, fin=not more) + b"".join(frame(Opcode.CONT, one) for one in more))
        (close,) = await peer.events()
        assert (close.opcode, int.from_bytes(close.data[:2], "big")) == (Opcode.CLOSE, 1007)
        await peer.gone()
    assert [(message["type"], message["code"]) for message in app.heard] == [("websocket.disconnect", 1007)]
    assert log.getvalue() == ""


async def test_nor_is_it_before_the_handshake_is_answered(log: io.StringIO) -> None:
    answer = asyncio.Event()

    class Slow(App):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await answer.wait()
            await super().__call__(scope, receive, send)

    async with reached(Slow()) as peer:
        await peer.send(upgrade() + frame(Opcode.TEXT, SECRET + b"\xff"))
        await asyncio.sleep(0.05)
        await peer.send(frame(Opcode.TEXT, SECRET + b"\xff"))
        assert await peer.rest() == b""
        answer.set()
        await peer.gone()
    assert log.getvalue() == ""


async def test_text_in_characters_that_fragments_cut_is_taken() -> None:
    app = App()
    async with reached(app) as peer:
        await peer.begin()
        await peer.send(frame(Opcode.TEXT, b"\xc3", fin=False) + frame(Opcode.CONT, b"\xa6"))
        await peer.send(frame(Opcode.CLOSE))
        await peer.gone()
    assert app.heard[0]["text"] == "æ"


async def test_what_is_sent_to_a_peer_that_was_left_is_no_mistake_of_the_application() -> None:
    found: list[BaseException] = []

    class Late(App):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await super().__call__(scope, receive, send)
            try:
                await send({"type": "websocket.send", "text": "late"})
            except (OSError, RuntimeError) as error:
                found.append(error)

    async with reached(Late()) as peer:
        await peer.begin()
        await peer.send(frame(Opcode.CONT))
        (close,) = await peer.events()
        assert (close.opcode, int.from_bytes(close.data[:2], "big")) == (Opcode.CLOSE, 1002)
        await peer.gone()
    assert [isinstance(error, OSError) for error in found] == [True]


async def test_a_peer_that_sends_pings_and_takes_nothing_has_one_pong_kept() -> None:
    async with reached(App("x" * 200_000)) as peer:
        await peer.begin()
        await asyncio.sleep(0.05)
        waiting = peer.transport.get_write_buffer_size()
        assert not peer.protocol.writable.is_set()
        for number in range(100):
            await peer.send(b"".join(frame(Opcode.PING, b"%05d" % (number * 100 + one)) for one in range(100)))
        await asyncio.sleep(0.05)
        assert peer.transport.get_write_buffer_size() <= waiting
        found: list[Any] = []
        while len(found) < 2:
            found += await peer.events()
        assert [one.opcode for one in found] == [Opcode.TEXT, Opcode.PONG]
        assert bytes(found[1].data) == b"09999"
        await peer.send(frame(Opcode.PING, b"again"))
        assert [bytes(one.data) for one in await peer.events()] == [b"again"]


async def test_a_peer_whose_answer_waits_because_we_do_not_read_is_not_cut() -> None:
    app = App()
    async with reached(app, ws_ping_interval=0.1, ws_ping_timeout=0.1) as peer:
        app.may_take.clear()
        await peer.begin()
        await peer.send(frame(Opcode.TEXT, b"a") + frame(Opcode.TEXT, b"b"))
        (ping,) = await peer.events()
        assert ping.opcode == Opcode.PING
        await peer.send(frame(Opcode.PONG, bytes(ping.data)))
        await asyncio.sleep(0.5)
        app.may_take.set()
        (ping,) = await peer.events()
        assert ping.opcode == Opcode.PING  # and this one is left unanswered
        await peer.rest()
        await peer.gone()
        assert [message.get("text") for message in app.heard[:2]] == ["a", "b"]


async def test_so_many_messages_wait_for_the_application_and_no_more() -> None:
    app = App()
    async with reached(app) as peer:
        await peer.begin()
        app.may_take.clear()
        few = protocol.MOST_MESSAGES
        peer.protocol.data_received(frame(Opcode.TEXT) * few)
        assert not peer.protocol.close_sent
        peer.protocol.data_received(frame(Opcode.TEXT) * few * 9)
        (close,) = await peer.events()
        assert (close.opcode, int.from_bytes(close.data[:2], "big")) == (Opcode.CLOSE, 1008)
        app.may_take.set()
        await peer.gone()
        assert few <= len(app.heard) <= few + 2
