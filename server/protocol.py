"""uvicorn's HTTP protocol with a deadline and a limit for headers, neither of which it has.

Without them 400 of 400 half-sent requests were still open after 40 s. A connection that says nothing at all is closed
likewise; between requests uvicorn's own keep-alive timeout counts.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS: Final = 10.0
"""From the connection, or from a request's first byte, to the end of its headers."""
HEADER_BYTES: Final = 100_000
"""The most of a request that is read before its headers are complete; an address may have 64,000."""


class BoundedProtocol(HttpToolsProtocol):
    """Closes connections whose headers do not come, or do not end."""

    _timer: asyncio.TimerHandle | None = None
    _pending = 0
    _in_headers = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begin to wait for the headers of this request."""
        super().on_message_begin()
        self._in_headers, self._pending = True, 0
        self._await_headers()

    def on_headers_complete(self) -> None:
        """Stop waiting: the application has its own deadline for the body."""
        self._in_headers = False
        self._stop_waiting()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Count what comes before the headers are complete."""
        super().data_received(data)
        if self._in_headers:
            self._pending += len(data)
            if self._pending > HEADER_BYTES:
                self._close()

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
