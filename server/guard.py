"""What a request must be before anybody looks at what it asks: meant for us, and framed in one way only.

The service listens on loopback, where any page in a browser can send to it under a name of its own (DNS rebinding) or
from a foreign origin. So a request must name a loopback host, and an origin, if it has one, must be that same host.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from server.errors import Refusal

NAMES: Final = ("localhost", "127.0.0.1", "[::1]")
_EXPECTED: Final = "the service's own address, such as http://127.0.0.1:8000"

Headers = dict[bytes, bytes]


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Give the headers by name. Those that may not come twice are refused, others keep their first value."""
    found: Headers = {}
    for name, value in raw:
        if name not in found:
            found[name] = value
        elif name in (b"host", b"content-length", b"transfer-encoding", b"content-type", b"origin"):
            raise Refusal(400, "BAD_REQUEST", f"The header {name.decode('latin-1')} came twice; expected it once.")
        elif name == b"accept":
            found[name] += b"," + value
    return found


def check(headers: Headers) -> None:
    """Refuse a request that is framed in two ways, or that is meant for another host. Raises `Refusal`."""
    if b"transfer-encoding" in headers and b"content-length" in headers:
        # Two lengths: what one program takes for the body, another takes for the next request.
        message = "The request has both Content-Length and Transfer-Encoding; expected one of them."
        raise Refusal(400, "BAD_REQUEST", message, headers={"connection": "close"})
    host = headers.get(b"host")
    if host is None or not _is_ours(host):
        raise Refusal(
            421, "BAD_HOST", "This service answers for its own address only.",
            field="Host", value=_text(host), expected=_EXPECTED,
        )  # fmt: skip
    origin = headers.get(b"origin")
    if origin is not None and origin not in (b"http://" + host, b"https://" + host):
        raise Refusal(
            403, "BAD_ORIGIN", "Pages of other addresses may not ask this service.",
            field="Origin", value=_text(origin), expected=_EXPECTED,
        )  # fmt: skip


@lru_cache(maxsize=64)
def _is_ours(host: bytes) -> bool:
    name, separator, port = host.decode("latin-1").lower().rpartition(":")
    if not separator or not port.isdecimal():
        name = host.decode("latin-1").lower()
    return name in NAMES or _is_loopback_address(name)


def _is_loopback_address(name: str) -> bool:
    """127.0.0.0/8: several checkouts on one machine may each have an address."""
    parts = name.split(".")
    return len(parts) == 4 and parts[0] == "127" and all(p.isdecimal() and len(p) <= 3 and int(p) < 256 for p in parts)


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")[:100]
