"""uvicorn's protocols with what they lack: a deadline and a limit for headers, and an end for peers that do not read.

Without them 400 of 400 half-sent requests were still open after 40 s. A connection that says nothing at all is closed
likewise; between requests uvicorn's own keep-alive timeout counts. But a connection that is closed first sends what waits for its
peer: one that takes nothing is cut, and who takes an answer slowly gets all of it.
"""

import asyncio
import math
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame
from websockets.http11 import Request

from server.beneath import Handshake, unreadable
from server.events import ABORT
from server.reading import LARGEST_BODY

HEADER_SECONDS: Final = 10.0
"""From the connection, or from a request's first byte, to the end of its headers."""
HEADER_BYTES: Final = 100_000
"""The most of a request that is read before its headers are complete; an address may have 64,000."""
STALLED_SECONDS: Final = 30.0
"""How long a peer may take nothing of an answer that waits for it."""
CLOSING_SECONDS: Final = 10.0
"""The same, once there will be nothing more than that."""
LINGER_SECONDS: Final = 3.0
"""How long a websocket that we have done with may stay open for its peer to take our last word."""
MOST_FRAGMENTS: Final = 64
"""In which one message of a websocket may come: its size is bounded, and empty ones have none."""
MOST_MESSAGES: Final = 1000
"""Of a websocket that may wait for the application: what is read at once is bounded, but small ones take thirty times their bytes."""
SOCKETS: Final[dict[str, Any]] = {
    "ws_max_size": LARGEST_BODY,
    "ws_ping_interval": 20.0,
    "ws_ping_timeout": 20.0,
    "ws_per_message_deflate": False,
}
"""uvicorn's settings for websockets. Not compressed: it costs each socket memory, and messages are small."""


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """Cuts connections that should be closed and are not, because their peers do not read or do not answer.

    And bounds what a peer can have us keep of frames that the application never sees.
    """

    _timer: asyncio.TimerHandle | None = None
    _pong = b""
    _left = False
    """Whether the peer was left for what is wrong with a frame, of which the application has yet to hear."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.close_timeout = LINGER_SECONDS
        self.conn = Handshake(max_size=self.config.ws_max_size, logger=self.logger)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the handshake, whose headers are there already."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(HEADER_SECONDS, self._cut_unless_begun)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Refuse a handshake that cannot be read; the base class looks for errors in frames alone."""
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated and not self.transport.is_closing():
            self.transport.write(b"".join(self.conn.data_to_send()))
            self._close()

    def handle_connect(self, event: Request) -> None:
        """Take the handshake; where it is refused, wait a moment for the connection's end, then cut it."""
        super().handle_connect(event)
        if self.close_sent:
            self._cut_soon()

    def handle_cont(self, event: Frame) -> None:
        """Take one more fragment of a message, of which there may be so many."""
        if self.close_sent:
            return
        if len(self.frames) < MOST_FRAGMENTS:
            super().handle_cont(event)
            return
        self._refuse(CloseCode.MESSAGE_TOO_BIG, f"a message may come in {MOST_FRAGMENTS} fragments")

    def send_receive_event_to_app(self) -> None:
        """Have a message wait for the application, unless too many do, or it is no text; the base class logs that with all of it."""
        if self.close_sent:
            super().send_receive_event_to_app()
        elif self.queue.qsize() >= MOST_MESSAGES:
            self._refuse(CloseCode.POLICY_VIOLATION, f"{MOST_MESSAGES} messages may wait")
        elif self.curr_msg_data_type == "text" and not _is_utf8(self.frames):
            self._refuse(CloseCode.INVALID_DATA, "text is UTF-8")
        else:
            super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        """Close for what is wrong with a frame. Before the handshake is answered there are no words for it."""
        self._left = True
        if self.conn.close_sent is None:
            self.close_sent = True
            self.transport.abort()
        else:
            super().handle_parser_exception()
            self._close()

    async def send(self, message: Any) -> None:
        """Send. To a peer that was left it is as to one that has gone, and no mistake of the application's."""
        await self.writable.wait()
        if self._left:
            raise ClientDisconnected
        await super().send(message)

    def handle_ping(self) -> None:
        """Answer; of the pings of a peer that does not read only the last one, once it reads (RFC 6455, 5.5.3)."""
        if self.writable.is_set() or self.conn.close_rcvd is not None:
            super().handle_ping()
        elif pongs := self.conn.data_to_send():
            self._pong = pongs[-1]

    def resume_writing(self) -> None:
        """Go on, with the answer to the last ping first."""
        super().resume_writing()
        pong, self._pong = self._pong, b""
        if pong and not self.close_sent and not self.transport.is_closing():
            self.transport.write(pong)

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """Wait a moment for the connection's end, then cut it."""
        super().on_task_complete(task)
        self._cut_soon()

    def keepalive_timeout(self) -> None:
        """Cut a connection whose peer has not answered a ping, unless its answer may wait behind what the application leaves."""
        if self.read_paused and self.writable.is_set() and self.ping_timeout is not None:
            self.pong_timer = self.loop.call_later(self.ping_timeout, self.keepalive_timeout)
            return
        super().keepalive_timeout()
        self._cut()

    def _refuse(self, code: CloseCode, reason: str) -> None:
        self.frames = []
        self.conn.fail(code, reason)
        self.handle_parser_exception()

    def _cut_unless_begun(self) -> None:
        if not self.handshake_initiated:
            self._cut()

    def _close(self) -> None:
        self.transport.close()
        self._cut_soon()

    def _cut_soon(self) -> None:
        if not self.disconnected:
            self.loop.call_later(LINGER_SECONDS + 1, self._cut)

    def _cut(self) -> None:
        if not self.disconnected:
            self.transport.abort()


class BoundedProtocol(HttpToolsProtocol):
    """Closes connections whose headers do not come, or do not end; cuts those whose peers do not take what is sent."""

    _timer: asyncio.TimerHandle | None = None
    _watching: asyncio.TimerHandle | None = None
    _pending = 0
    _in_body = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        self._stop_watching()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begin to wait for the headers of this request."""
        super().on_message_begin()
        # A connection that is closed first sends what waits for a peer that does not read; this one is not.
        self.scope["extensions"] = {ABORT: {"now": self.transport.abort}}
        self._pending = 0
        self._await_headers()

    def on_headers_complete(self) -> None:
        """Stop waiting: the application has its own deadline for the body. A handshake's nobody else waits for."""
        self._pending = 0
        if not (self.parser.should_upgrade() and self._should_upgrade()):
            self._stop_waiting()
        super().on_headers_complete()

    def handle_websocket_upgrade(self) -> None:
        """Stop waiting: the other protocol has its own deadlines."""
        self._stop_waiting()
        super().handle_websocket_upgrade()

    def on_body(self, body: bytes) -> None:
        """Hand a piece of the body on."""
        self._in_body = True
        super().on_body(body)

    def data_received(self, data: bytes) -> None:
        """Count what is no body: headers, and what may stand around the pieces of a body, trailers too."""
        self._in_body = False
        super().data_received(data)
        self._pending = 0 if self._in_body else self._pending + len(data)
        if self._pending > HEADER_BYTES:
            self._close()
        self._watch_if_closing()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - it has no code
        """Refuse what cannot be read, unless another answer is on its way, and close."""
        cycle: Any = self.cycle
        if cycle is None or cycle.response_started == cycle.response_complete:
            self.transport.write(unreadable(self.server_state.default_headers))
        self.transport.close()

    def on_response_complete(self) -> None:
        """Watch what is left of the last answer."""
        super().on_response_complete()
        self._watch_if_closing()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, and watch what is left of its answers."""
        super().timeout_keep_alive_handler()
        self._watch_if_closing()

    def pause_writing(self) -> None:
        """Have the application wait, and the peer watched."""
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        """Go on: the peer has taken nearly everything."""
        super().resume_writing()
        if not self.transport.is_closing():
            self._stop_watching()

    def _watch_if_closing(self) -> None:
        if self.transport.is_closing():
            self._watch()

    def _watch(self) -> None:
        """Cut the connection unless its peer goes on taking what waits for it; nothing more is written meanwhile."""
        self._stop_watching()
        self._look(math.inf)

    def _look(self, before: float) -> None:
        waiting = self.transport.get_write_buffer_size()
        if waiting >= before:
            self.transport.abort()
        elif waiting:
            seconds = CLOSING_SECONDS if self.transport.is_closing() else STALLED_SECONDS
            self._watching = self.loop.call_later(seconds, self._look, waiting)

    def _stop_watching(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None

    def _await_headers(self) -> None:
        self._stop_waiting()
        self._timer = self.loop.call_later(HEADER_SECONDS, self._close)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _close(self) -> None:
        transport: Any = self.transport
        if transport is not None and not transport.is_closing():
            transport.close()
            self._watch()


def _is_utf8(parts: list[bytes]) -> bool:
    try:
        b"".join(parts).decode()
    except UnicodeDecodeError:
        return False
    return True
