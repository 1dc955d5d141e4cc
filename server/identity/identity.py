"""Who asks, from what a request carries: the header `Authorization`, or what stands for it when a socket is opened."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, Protocol

from graph.driver import Database
from resolvers.context import PUBLIC, Context, Viewer
from server.guard import Headers
from server.identity.claims import Claims
from server.identity.existing import Existing
from server.identity.refusing import BadToken
from server.identity.tokens import LONGEST, Tokens

MOST_KEPT: Final = 10_000
"""Tokens whose viewers are kept; the one that was used longest ago goes first."""
_SCHEME: Final = "bearer "


class Identified(NamedTuple):
    """Who asks, and the time (seconds since 1970) at which that ends; None: it does not."""

    viewer: Viewer
    expires: float | None = None


class Identity(Protocol):
    """Tells who asks. Raises `BadToken`, or a `GraphError` where what is needed cannot be read."""

    async def of_headers(self, headers: Headers) -> Identified:
        """Take what an HTTP request carries; nothing is anybody."""

    async def of_text(self, text: str) -> Identified:
        """Take what would stand in the header."""


class Operator:
    """Access control is off: whoever reaches the service is who operates it. For loopback addresses alone."""

    def __init__(self, database: Database) -> None:
        self._identified = Identified(Context.local(database).viewer)

    async def of_headers(self, headers: Headers) -> Identified:  # noqa: ARG002 - whatever it carries
        """Give the local operator."""
        return self._identified

    async def of_text(self, text: str) -> Identified:  # noqa: ARG002
        """Give the local operator."""
        return self._identified


class Bearer:
    """Access control is on: a token says who asks, no token is anybody, and a bad token is nobody.

    Verifying costs a tenth of a millisecond, so what a token came to is kept under its hash: until it expires, as long as no
    key was withdrawn. Whether its municipality or vendor exists is asked each time, from what `Existing` has.
    """

    def __init__(
        self, tokens: Tokens, claims: Claims, existing: Existing, clock: Callable[[], float] = time.time
    ) -> None:
        self._tokens, self._claims, self._existing, self._clock = tokens, claims, existing, clock
        self._kept: OrderedDict[bytes, Identified] = OrderedDict()
        self._generation = 0

    async def of_headers(self, headers: Headers) -> Identified:
        """Take the header. Raises `BadToken`: what it holds is no token that is accepted."""
        given = headers.get(b"authorization")
        return _PUBLIC if given is None else await self.of_text(given.decode("latin-1"))

    async def of_text(self, text: str) -> Identified:
        """Take the header's text. Raises `BadToken`."""
        if text[: len(_SCHEME)].lower() != _SCHEME or len(text) > LONGEST + len(_SCHEME):
            raise BadToken("not a bearer token, or too long")
        found = await self._of_token(text[len(_SCHEME) :].strip(" "))
        viewer = found.viewer
        speaker = f"municipality:{viewer.municipality}" if viewer.municipality else viewer.vendor
        if speaker and not await self._existing.has(speaker):
            raise BadToken("speaks for a municipality or vendor that does not exist")
        return found

    async def _of_token(self, token: str) -> Identified:
        self._tokens.keys.look()
        name = hashlib.sha256(token.encode("utf-8", "backslashreplace")).digest()
        kept = self._kept.get(name)
        if kept is not None and self._generation == self._tokens.keys.generation:
            if self._clock() < (kept.expires or 0):
                self._kept.move_to_end(name)
                return kept
            del self._kept[name]
        found = await self._verified(token)
        if self._generation != self._tokens.keys.generation:
            self._kept.clear()
            self._generation = self._tokens.keys.generation
        self._kept[name] = found
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return found

    async def _verified(self, token: str) -> Identified:
        claims = await self._tokens.claims(token)
        return Identified(self._claims.viewer(claims), float(claims["exp"]))


def authorization(payload: Mapping[str, object]) -> str | None:
    """Find in a socket's first message what would be the header; anything but text there is a bad token, not none."""
    given = [value for name, value in payload.items() if name.lower() == "authorization"]
    if not given:
        return None
    return given[0] if len(given) == 1 and isinstance(given[0], str) else ""


_PUBLIC: Final = Identified(PUBLIC)
