"""One request's caller, as every way in hands it on: who asks, how long that holds, and what the log calls the request."""

import itertools
import secrets
from dataclasses import dataclass, field
from typing import Final

from resolvers.context import Viewer

_START: Final = secrets.token_hex(3)
_NUMBERS: Final = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `expires` is the time (seconds since 1970) at which it ends that they may; None: it does not."""

    viewer: Viewer
    expires: float | None
    request: str
    address: str = ""
    """From where it asks, as `server/proxies.py` counts addresses."""
    token: str | None = field(default=None, repr=False)
    """What it said who it is with, for what stays open: it may be looked at again."""

    @property
    def name(self) -> str:
        """Whose budget it is: whom a token tells, else the address."""
        viewer = self.viewer
        return self.address if viewer.audience == "public" else f"{viewer.audience} {viewer.actor}"


def request_id() -> str:
    """Give the next request its name: unique in the log of many starts, and cheap."""
    return f"{_START}-{next(_NUMBERS)}"
