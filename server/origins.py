"""Other sites whose pages may ask (CORS): none unless configured, and then with a token that the page has, never with cookies."""

from typing import Final

from starlette.types import Message, Send

from server.guard import Guard, Headers

Pairs = list[tuple[bytes, bytes]]
_METHODS: Final = b"GET, HEAD, POST"
_ASKED: Final = b"accept, authorization, content-type, last-event-id, x-rollegalleri-import"
_SHOWN: Final = b"retry-after, www-authenticate, x-request-id, x-rollegalleri-seq"
_SECONDS: Final = b"600"


_STARTS: Final = ("http.response.start", "websocket.accept", "websocket.http.response.start")


def with_headers(send: Send, more: Pairs) -> Send:
    """Have every answer carry these headers too, whoever makes it."""

    async def sending(message: Message) -> None:
        if message["type"] in _STARTS:
            message["headers"] = [*message.get("headers", ()), *more]
        await send(message)

    return sending


def told(guard: Guard, headers: Headers, method: str) -> Pairs:
    """Give what an answer says to a browser that asks for a page of another site."""
    if not guard.origins:
        return []
    origin = headers.get(b"origin")
    if origin is None or origin not in guard.origins:
        return [(b"vary", b"origin")]
    allowed = [(b"access-control-allow-origin", origin), (b"vary", b"origin")]
    if method != "OPTIONS":
        return [*allowed, (b"access-control-expose-headers", _SHOWN)]
    return [
        *allowed,
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", _ASKED),
        (b"access-control-max-age", _SECONDS),
    ]
