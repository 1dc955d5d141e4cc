"""An HTTP request into a GraphQL request: a bounded body within a deadline, and every parameter of the right type."""

import asyncio
import contextlib
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from schema.engine import Request
from server.errors import Refusal
from server.guard import Headers
from server.negotiation import is_json

LARGEST_BODY: Final = 64_000
"""Bytes of a body, and of an address's query."""
BODY_SECONDS: Final = 30.0
"""The most that a body may take to arrive."""
PASSED_OVER: Final = 1_000_000
"""Bytes of a body that is too large which are still taken, and thrown away, so that its sender hears why; for …"""
PASSED_OVER_SECONDS: Final = 1.0
"""… at most so long."""
_PARAMETERS: Final = ("query", "operationName", "variables", "extensions")
_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_CLOSE: Final = {"connection": "close"}


async def from_post(headers: Headers, receive: Receive) -> Request:
    """Read a POST. Raises `Refusal`: another media type, too large, too slow, malformed."""
    content_type = headers.get(b"content-type")
    if not is_json(None if content_type is None else content_type.decode("latin-1")):
        value = None if content_type is None else content_type.decode("latin-1")[:100]
        raise Refusal(
            415, "UNSUPPORTED_MEDIA_TYPE", "The body must be JSON in UTF-8.", field="Content-Type", value=value,
            expected="application/json", headers={"accept": "application/json; charset=utf-8", **_CLOSE},
        )  # fmt: skip
    check_uncompressed(headers)
    return request_of(_parsed(await read_body(headers, receive)))


def check_uncompressed(headers: Headers) -> None:
    """Refuse a body that would have to be unpacked: its length says nothing of its size. Raises `Refusal`."""
    if headers.get(b"content-encoding", b"identity") != b"identity":
        message = "Compressed bodies are not read."
        raise Refusal(
            415, "UNSUPPORTED_MEDIA_TYPE", message, field="Content-Encoding", expected="no compression", headers=_CLOSE
        )


def from_get(query_string: bytes) -> Request | None:
    """Read the address's query; None if it has no `query`. Raises `Refusal`."""
    if len(query_string) > LARGEST_BODY:
        raise Refusal(414, "TOO_LARGE", f"The address is too long; at most {LARGEST_BODY} bytes are read.")
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError:
        raise _bad(
            "The address cannot be read: its query must be URL-encoded UTF-8 with at most 20 parameters."
        ) from None
    given: dict[str, Any] = {}
    for name, text in pairs:
        if name not in _PARAMETERS:
            continue
        if name in given:
            raise _bad(f"The parameter {name} came twice; expected it once.", field=name)
        if name in ("variables", "extensions"):
            given[name] = _parsed(text.encode(), name) if text else None
        else:
            given[name] = text or None
    return request_of(given) if given.get("query") is not None else None


async def read_body(headers: Headers, receive: Receive, largest: int = LARGEST_BODY) -> bytes:
    """Read a body of at most `largest` bytes within a deadline.

    Raises:
        Refusal: too large, or too slow. ClientDisconnect: the client went away.
    """
    length = headers.get(b"content-length")
    if length is not None and (not length.isdigit() or int(length) > largest):
        await _pass_over(receive)
        raise _too_large(largest)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _received(receive, largest)
    except TimeoutError:
        sentence = f"The body did not arrive within {BODY_SECONDS:.0f} s."
        raise Refusal(408, "TOO_SLOW", sentence, headers=_CLOSE) from None


async def _received(receive: Receive, largest: int) -> bytes:
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > largest:
            await _pass_over(receive)
            raise _too_large(largest)
        more = message.get("more_body", False)
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def _pass_over(receive: Receive) -> None:
    """Take some of the rest of a body that is too large: who is still sending when the connection ends hears no reason."""
    left = PASSED_OVER
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PASSED_OVER_SECONDS):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


def _parsed(text: bytes, field: str = "body") -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    if not text.strip():
        raise _bad("The body is empty; expected a JSON object with a query.", field=field)
    if _SURROGATE.search(text):
        message = f"The {field} holds half of a character (a lone surrogate) or is not JSON."
        raise Refusal(400, "BAD_TEXT", message, field=field, expected="JSON whose text is valid Unicode")
    raise Refusal(
        400,
        "BAD_JSON",
        f"The {field} cannot be read as JSON.",
        field=field,
        expected="JSON in UTF-8, not nested deeper than 1000 levels",
    )


def request_of(given: Any) -> Request:
    """Take a request's parameters, each of its type. Raises `Refusal`."""
    if isinstance(given, list):
        raise _bad(
            "Several requests in one body (a batch) are not answered; send them one by one.",
            field="body",
            expected="one JSON object",
        )
    if not isinstance(given, Mapping):
        raise _bad("The body must be a JSON object with a query.", field="body", expected="a JSON object")
    query = given.get("query")
    if not isinstance(query, str):
        missing = "query" not in given
        sentence = "The request has no query." if missing else "query must be text."
        raise _bad(
            sentence, field="query", value=None if missing else _shown(query), expected="a GraphQL document as text"
        )
    name = given.get("operationName")
    if name is not None and not isinstance(name, str):
        raise _bad(
            "operationName must be text or null.",
            field="operationName",
            value=_shown(name),
            expected="the name of an operation",
        )
    for field in ("variables", "extensions"):
        value = given.get(field)
        if value is not None and not isinstance(value, dict):
            raise _bad(
                f"{field} must be a JSON object or null.", field=field, value=_shown(value), expected="a JSON object"
            )
    return Request(query, given.get("variables"), name, (given.get("extensions") or {}).get("cost") is True)


def _shown(value: Any) -> Any:
    """What stood there instead: scalars as they are, of others the kind."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return value[:60] if isinstance(value, str) else value


def _bad(message: str, field: str | None = None, value: Any = None, expected: str | None = None) -> Refusal:
    return Refusal(400, "BAD_REQUEST", message, field=field, value=value, expected=expected)


def _too_large(largest: int = LARGEST_BODY) -> Refusal:
    message = f"The body is too large; at most {largest} bytes are read."
    return Refusal(413, "TOO_LARGE", message, field="body", expected=f"at most {largest} bytes", headers=_CLOSE)
