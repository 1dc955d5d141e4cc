"""What a request must be before anybody looks at what it asks: meant for us, and framed in one way only.

Any page in a browser can send to a service on this machine, or in this network, under a name of its own (DNS rebinding) or from
a foreign origin. So a request must name a host that is ours, and an origin, if it has one, must be that same host or configured.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from server.errors import Refusal
from server.keeping import kept_for_short

NAMES: Final = ("localhost", "127.0.0.1", "[::1]")
_EXPECTED: Final = "the service's own address, such as http://127.0.0.1:8000, or one that it was told of"

Headers = dict[bytes, bytes]


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Give the headers by name. Those that may not come twice are refused, others keep their first value."""
    found: Headers = {}
    for name, value in raw:
        if name not in found:
            found[name] = value
        elif name in (b"host", b"content-length", b"transfer-encoding", b"content-type", b"origin"):
            raise Refusal(400, "BAD_REQUEST", f"The header {name.decode('latin-1')} came twice; expected it once.")
        elif name in (b"accept", b"authorization", b"x-forwarded-for"):  # of two tokens neither is one
            found[name] += b"," + value
    return found


@dataclass(frozen=True)
class Guard:
    """Which requests are meant for us.

    `names` are those by which the service is reached, `origins` the other sites whose pages may ask. `anywhere`: it listens
    beyond loopback, and may be reached by any address of its own (an address in digits is no name that somebody could turn).
    """

    names: frozenset[str] = frozenset()
    origins: frozenset[bytes] = frozenset()
    anywhere: bool = False

    def check(self, headers: Headers) -> None:
        """Refuse a request that is framed in two ways, or that is meant for another host. Raises `Refusal`."""
        if b"transfer-encoding" in headers and b"content-length" in headers:
            # Two lengths: what one program takes for the body, another takes for the next request.
            message = "The request has both Content-Length and Transfer-Encoding; expected one of them."
            raise Refusal(400, "BAD_REQUEST", message, headers={"connection": "close"})
        host = headers.get(b"host")
        if host is None or not self._is_ours(name_of(host)):
            raise Refusal(
                421, "BAD_HOST", "This service answers for its own address only.",
                field="Host", value=_text(host), expected=_EXPECTED,
            )  # fmt: skip
        origin = headers.get(b"origin")
        if origin is not None and not self.is_here(origin, host) and origin not in self.origins:
            raise Refusal(
                403, "BAD_ORIGIN", "Pages of other addresses may not ask this service.",
                field="Origin", value=_text(origin), expected=_EXPECTED,
            )  # fmt: skip

    @staticmethod
    def is_here(origin: bytes, host: bytes) -> bool:
        """Tell whether an origin is the service itself."""
        return origin in (b"http://" + host, b"https://" + host)

    def _is_ours(self, name: str) -> bool:
        if name in NAMES or name in self.names or _is_loopback_address(name):
            return True
        return self.anywhere and _is_address(name)


@kept_for_short
def name_of(host: bytes) -> str:
    """Give the name of a `Host`, without its port."""
    name, separator, port = host.decode("latin-1").lower().rpartition(":")
    return name if separator and port.isdecimal() else host.decode("latin-1").lower()


def _is_address(name: str) -> bool:
    try:
        ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def _is_loopback_address(name: str) -> bool:
    """127.0.0.0/8: several checkouts on one machine may each have an address."""
    parts = name.split(".")
    return len(parts) == 4 and parts[0] == "127" and all(p.isdecimal() and len(p) <= 3 and int(p) < 256 for p in parts)


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")[:100]
