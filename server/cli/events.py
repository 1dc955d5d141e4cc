"""The command line as a client of the running service: one question by POST, or a stream of events that goes on when it breaks."""

import http.client
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from server.errors import BadSettingError, ServiceUnreachableError

SILENCE_SECONDS: Final = 40.0
"""The service says something every 15 s; after this the connection is taken for dead."""
SHORTEST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 10.0
_JSON: Final = "application/json"
_EVENTS: Final = "text/event-stream"
_LATER: Final = (429, 503)
"""What a service says that takes nobody in at the moment."""

Response = Mapping[str, Any]
Token = Callable[[], str | None]
"""Gives the token to send at that moment, None for none."""


class Asking:
    """Asks one service; every answer comes as the API's response."""

    def __init__(self, base: str, token: Token = lambda: None) -> None:
        self._base, self._token = base, token

    async def __call__(self, query: str, variables: Mapping[str, Any]) -> Response:
        """Ask one question. Raises `ServiceUnreachableError`."""
        try:
            with _sent(self._base, query, variables, _JSON, self._token()) as response:
                return dict(json.loads(response.read()))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ServiceUnreachableError(self._base) from error


def base_of(url: str) -> str:
    """Check a service's address and give it without a path. Raises `BadSettingError`."""
    bad = BadSettingError("--url", url, "an address such as http://127.0.0.1:8000")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise bad from None
    if parts.scheme != "http" or not parts.hostname:
        raise bad
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"http://{host}:{port or 80}"


def follow(
    base: str,
    document: str,
    variables: Mapping[str, Any],
    report: Callable[[str], None],
    token: Token = lambda: None,
) -> Iterator[Response]:
    """Give each event's response, from the present one on, for as long as the service has them.

    A connection that breaks is made again, and goes on from the last event: what was missed comes, and nothing twice.
    `token` is asked each time, since a service ends what it tells with the token; it says so, and nothing is reported.
    Raises `ServiceUnreachableError` if there is no service to begin with.
    """
    last: str | None = None
    pause = 0.0
    while True:
        try:
            with _sent(base, document, variables, _EVENTS, token(), last) as response:
                if last is not None and response.status in _LATER:
                    raise ConnectionRefusedError
                kind = response.getheader("content-type", "")
                if kind.startswith(_JSON):
                    yield json.loads(response.read())
                    return
                if not kind.startswith(_EVENTS):
                    raise ValueError(kind)
                for mark, told in _events(response):
                    yield told
                    if mark is None:
                        return  # refused: there will be no other
                    last, pause = mark, 0.0
            ended, pause = pause, min(pause * 2 or SHORTEST_PAUSE, LONGEST_PAUSE)
            time.sleep(pause if ended else SHORTEST_PAUSE)
            continue
        except (OSError, http.client.HTTPException, ValueError) as error:
            if last is None:
                raise ServiceUnreachableError(base) from error
        pause = min(pause * 2 or SHORTEST_PAUSE, LONGEST_PAUSE)
        report(f"The service at {base} does not answer; trying again in {pause:.1f} s")
        time.sleep(pause)


def _events(response: http.client.HTTPResponse) -> Iterator[tuple[str | None, Response]]:
    """Give each event's id and response until the service says that there are no more. Raises `ConnectionResetError` if it does not."""
    found: dict[str, str] = {}
    while line := response.readline():
        name, _, value = line.decode().rstrip("\n").partition(":")
        if line != b"\n":
            found[name] = value.removeprefix(" ")
            continue
        match found.get("event"):
            case "next":
                yield found.get("id"), json.loads(found["data"])
            case "complete":
                return
        found = {}
    raise ConnectionResetError


class _sent:  # noqa: N801 - a context manager, read as a verb
    """Send a request and give its response, whose connection is closed at the end."""

    def __init__(
        self,
        base: str,
        query: str,
        variables: Mapping[str, Any],
        accept: str,
        token: str | None,
        last: str | None = None,
    ) -> None:
        parts = urlsplit(base)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=SILENCE_SECONDS)
        self._body = json.dumps({"query": query, "variables": variables}).encode()
        more = {"last-event-id": last, "authorization": token and f"Bearer {token}"}
        given = {name: value for name, value in more.items() if value}
        self._headers = {"content-type": _JSON, "accept": accept, **given}

    def __enter__(self) -> http.client.HTTPResponse:
        try:
            self._connection.request("POST", "/graphql", self._body, self._headers)
            return self._connection.getresponse()
        except BaseException:
            self._connection.close()
            raise

    def __exit__(self, *_: object) -> None:
        self._connection.close()
