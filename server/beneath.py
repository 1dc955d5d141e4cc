"""What is refused before the application hears of it: in the one shape of every error, and as every answer with its headers.

The libraries below have texts of their own, in which parts of a request stand.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from websockets.datastructures import Headers
from websockets.http11 import Response
from websockets.server import ServerProtocol

from server.caller import request_id
from server.errors import Refusal
from server.graphql import FIXED, MASKED, encoded
from server.logs import refused
from server.negotiation import JSON

_OPENED: Final = "by GET with HTTP/1.1, a Sec-WebSocket-Key of 16 bytes in base64, and Sec-WebSocket-Version: 13"
_HANDSHAKES: Final = {
    HTTPStatus.METHOD_NOT_ALLOWED: ("METHOD_NOT_ALLOWED", "A websocket is opened by GET."),
    HTTPStatus.REQUEST_URI_TOO_LONG: ("TOO_LARGE", "The address is too long."),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: ("TOO_LARGE", "The headers are too many, or one is too long."),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("INTERNAL", MASKED),
}


class Handshake(ServerProtocol):
    """A websocket's protocol that refuses a handshake as everything is refused."""

    def reject(self, status: HTTPStatus | int, text: str) -> Response:  # noqa: ARG002 - it may hold what was sent
        """Give the answer to a handshake that does not succeed."""
        status = HTTPStatus(status)
        code, message = _HANDSHAKES.get(status, ("BAD_REQUEST", "The websocket cannot be opened by this handshake."))
        plain = code == "BAD_REQUEST"
        refusal = Refusal(
            status, code, message, expected=_OPENED if plain else None,
            headers={"sec-websocket-version": "13"} if plain else None,
        )  # fmt: skip
        headers, body = _answer(refusal)
        told = Headers((name.decode(), value.decode()) for name, value in headers)
        return Response(status.value, status.phrase, told, body)


def unreadable(default: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Give the answer to what is no HTTP, or frames its body in no way or in two; `default` are headers of every answer."""
    message = "The request cannot be read as HTTP/1.1."
    headers, body = _answer(Refusal(400, "BAD_REQUEST", message, expected="headers, and a body of one length"))
    lines = [b"%s: %s\r\n" % pair for pair in (*default, *headers)]
    return b"".join([b"HTTP/1.1 400 Bad Request\r\n", *lines, b"\r\n", body])


def _answer(refusal: Refusal) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Give headers and body of an answer with which its connection ends; the log has it by its name."""
    request, body = request_id(), encoded(refusal.body)
    refused(refusal.code, int(refusal.status), request)
    own: dict[str, Any] = {
        "content-type": f"{JSON}; charset=utf-8",
        "content-length": len(body),
        "connection": "close",
        "x-request-id": request,
        **refusal.headers,
    }
    return [*((name.encode(), str(value).encode()) for name, value in own.items()), *FIXED], body
