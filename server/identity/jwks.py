"""An issuer's keys (a JWKS, RFC 7517), from an address or a file: kept, looked at again, and known while the issuer is away.

They are read again when a token names a key that is not known, at most every `AGAIN_SECONDS`, so that nobody's made-up ids
make us ask for each; and every `FRESH_SECONDS` anyway, in the background, so that a key that was withdrawn is.
"""

import asyncio
import io
import math
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import Future
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from threading import Thread
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from server.identity.keys import Key, key_of
from server.logs import logger

AGAIN_SECONDS: Final = 10.0
FRESH_SECONDS: Final = 300.0
FETCH_SECONDS: Final = 5.0
"""For all of a fetch, however slowly it comes."""
LARGEST: Final = 256_000
"""Bytes of a key set."""
MOST_KEYS: Final = 50
_SLOW: Final = "it is too slow"
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


class KeySetUnusable(Exception):
    """What came is no key set, or nothing came."""


class KeySet:
    """The keys at one address, or in one file."""

    def __init__(self, source: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._source, self._clock = source, clock
        self._keys: dict[str, Key] = {}
        self._tried: float | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._reading: Future[bytes] | None = None
        self.generation = 0

    async def find(self, kid: str) -> Key | None:
        """Give the key of that id; one that is not known is looked for, at a bounded rate."""
        known = self._keys.get(kid)
        if self._age() >= (FRESH_SECONDS if known else AGAIN_SECONDS):
            self._begin()
        if known is None and self._fetching is not None:
            await asyncio.shield(self._fetching)
            known = self._keys.get(kid)
        return known

    def look(self) -> None:
        """Begin to read the keys again if that is long ago."""
        if self._age() >= FRESH_SECONDS:
            self._begin()

    async def refresh(self) -> None:
        """Read the keys now; what cannot be read leaves those that are known, and a line in the log."""
        self._begin()
        if self._fetching is not None:
            await asyncio.shield(self._fetching)

    def _age(self) -> float:
        return math.inf if self._tried is None else self._clock() - self._tried

    def _begin(self) -> None:
        if self._fetching is None:
            self._tried = self._clock()
            self._fetching = asyncio.get_running_loop().create_task(self._fetch())

    async def _fetch(self) -> None:
        try:
            keys = parse(await self._read())
        except KeySetUnusable as error:
            logger().warning(
                "the issuer's keys cannot be read; those known go on", reason=str(error), known=len(self._keys)
            )
        else:
            gone = [kid for kid, key in self._keys.items() if not _same(keys.get(kid), key)]
            self.generation += bool(gone)
            if not keys:
                logger().error("the issuer has no key that can be used; none of its tokens counts", gone=len(gone))
            elif gone or len(keys) != len(self._keys):
                logger().info("the issuer's keys are read", known=len(keys), gone=len(gone))
            self._keys = keys
        finally:
            self._fetching = None

    async def _read(self) -> bytes:
        """Wait no longer than may be. What has not ended then keeps the next from beginning, so that threads do not heap up."""
        if self._reading is not None and not self._reading.done():
            raise KeySetUnusable("the last fetch has not ended")
        self._reading = _begun(self._source)
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                return await asyncio.wrap_future(self._reading)
        except TimeoutError:
            raise KeySetUnusable(_SLOW) from None


def parse(text: bytes) -> dict[str, Key]:
    """Read a key set: the keys that tokens may be signed with, if there are any. Raises `KeySetUnusable`: it is none.

    An issuer that names none that can be used has withdrawn all that were known.
    """
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise KeySetUnusable("it is not JSON") from None
    listed = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(listed, list):
        raise KeySetUnusable("it is no key set")
    usable = [key for jwk in listed[:MOST_KEYS] if isinstance(jwk, dict) and (key := key_of(jwk)) is not None]
    keys = {key.kid: key for key in usable}
    if len(keys) != len(usable):
        raise KeySetUnusable("it has two keys of one id")
    return keys


def read(source: str) -> bytes:
    """Read what stands at an address or in a file, bounded in time and size. Raises `KeySetUnusable`."""
    try:
        if not is_address(source):
            with Path(source).open("rb") as file:
                return _bounded(file, time.monotonic() + FETCH_SECONDS)
        request = urllib.request.Request(source, headers={"accept": "application/json"})  # noqa: S310 - see `is_possible`
        until = time.monotonic() + FETCH_SECONDS
        with _opener(until).open(request, timeout=FETCH_SECONDS) as response:
            return _bounded(response, until)
    except TimeoutError as error:
        raise KeySetUnusable(_SLOW) from error
    except urllib.error.HTTPError as error:
        error.close()  # it is the answer, too, and its socket
        raise KeySetUnusable(type(error).__name__) from error
    except (OSError, HTTPException, ValueError) as error:
        raise KeySetUnusable(type(error).__name__) from error


def is_address(source: str) -> bool:
    """Tell an address from a file's name."""
    return "://" in source


def is_possible(source: str) -> bool:
    """Tell whether keys may come from there: a file that is there, https, or http from this machine."""
    if not is_address(source):
        return Path(source).is_file()
    try:
        parts = urlsplit(source)
        return (
            bool(parts.hostname)
            and parts.port != 0
            and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK))
        )
    except ValueError:
        return False


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Keys come from the address that was configured, and from no other."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""


class _Timely(io.RawIOBase):
    """What comes from a socket, up to a time: a timeout of the socket's own begins anew with each byte."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self._sock, self._until = sock, until
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        """Tell that it is read from."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what is there, or wait for it as long as is left. Raises `TimeoutError`."""
        if (left := self._until - time.monotonic()) <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Give the socket back, which is closed with the last that reads from it."""
        self._raw.close()
        super().close()


def _opener(until: float) -> urllib.request.OpenerDirector:
    class Response(HTTPResponse):
        def __init__(self, sock: socket.socket, *args: Any, **more: Any) -> None:
            super().__init__(sock, *args, **more)
            self.fp.close()
            self.fp = io.BufferedReader(_Timely(sock, until))

    class Plain(HTTPConnection):
        response_class = Response

    class Secure(HTTPSConnection):
        response_class = Response

    class OverHttp(urllib.request.HTTPHandler):
        def http_open(self, req: urllib.request.Request) -> HTTPResponse:
            return self.do_open(Plain, req)

    class OverHttps(urllib.request.HTTPSHandler):
        def https_open(self, req: urllib.request.Request) -> HTTPResponse:
            return self.do_open(Secure, req, context=ssl.create_default_context())

    return urllib.request.build_opener(_NoRedirect, OverHttp, OverHttps)


def _begun(source: str) -> Future[bytes]:
    """Begin to read, in a thread of its own: names are looked up, and TLS begins, without a time in all."""
    found: Future[bytes] = Future()
    found.set_running_or_notify_cancel()

    def work() -> None:
        try:
            found.set_result(read(source))
        except BaseException as error:  # noqa: BLE001 - for whoever waits
            found.set_exception(error)

    Thread(target=work, name="keys", daemon=True).start()
    return found


def _bounded(source: Any, until: float) -> bytes:
    parts, size = [], 0
    while part := source.read(16_384):
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            raise KeySetUnusable("it is too large")
        if time.monotonic() > until:
            raise KeySetUnusable(_SLOW)
    return b"".join(parts)


def _same(one: Key | None, other: Key) -> bool:
    return one is not None and one.algorithm == other.algorithm and bool(one.public == other.public)
