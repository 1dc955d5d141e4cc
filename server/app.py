"""The ASGI application: one short way to `/graphql`, and a table for everything else."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

import orjson
from starlette.types import Receive, Scope, Send

from graph.driver import Database
from resolvers.context import Context
from schema.directory import schema as directory
from schema.gallery.schema import engine, sdl
from server.errors import Refusal
from server.events import EventStreams
from server.exchange import PREFIX, Exchange
from server.graphql import METHODS, GraphQLEndpoint, refuse, respond
from server.guard import Headers, check, headers_of
from server.health import Health
from server.negotiation import wants_events, wants_page
from server.notice.hub import Hub
from server.page.rendering import POLICY, Asset, assets, page
from server.websocket import Sockets, refuse_socket

_SAFE: Final = "GET, HEAD, OPTIONS"
_COMMON: Final = [
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]
Handler = Callable[[Scope, Send], Awaitable[None]]


class Application:
    """The service over HTTP and websockets: the gallery, its page, the vendor directory, their schemas, its health."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """`now` is the clock of what is followed: an answer is sent again when its day is over."""
        viewer = Context.local(database).viewer
        self._graphql = GraphQLEndpoint(engine(), database, self.wrote)
        self._directory = GraphQLEndpoint(directory.engine(), database)
        self._hub = Hub(engine(), database, self._graphql.formatted, self._graphql.masked, now)
        self._sockets = Sockets(engine(), self._hub, self._graphql, viewer)
        self._events = EventStreams(engine(), self._hub, self._graphql, viewer)
        self._exchange = Exchange(database, self.wrote)
        self._health = Health(database)
        self._page = page()
        self._files = {
            **{f"/assets/{name}": asset for name, asset in assets().items()},
            "/schema/gallery.graphql": Asset(sdl().encode(), "text/plain; charset=utf-8", '"schema"'),
            "/schema/directory.graphql": Asset(directory.sdl().encode(), "text/plain; charset=utf-8", '"directory"'),
        }
        self._others: dict[str, Handler] = {"/": _root, "/healthz/live": _live, "/healthz/ready": self._ready}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] == "websocket":
            await self._at_socket(scope, receive, send)
            return
        if scope["type"] != "http":
            raise RuntimeError(f"only HTTP and websockets are spoken here, not {scope['type']}")
        try:
            headers = headers_of(scope["headers"])
            check(headers)
            if scope["path"] == "/graphql":
                await self._at_graphql(scope, headers, receive, send)
            elif scope["path"] == "/directory/graphql":
                await self._at_directory(scope, headers, receive, send)
            elif scope["path"].startswith(PREFIX):
                await self._exchange(scope, headers, receive, send)
            else:
                await self._elsewhere(scope, headers, send)
        except Refusal as refusal:
            await refuse(refusal, send)

    @property
    def subscriptions(self) -> int:
        """How many subscriptions are open."""
        return self._hub.count

    def wrote(self) -> None:
        """Say that this process may have written, so that who follows hears of it at once."""
        self._hub.nudge()

    async def close(self) -> None:
        """End what would not end by itself: every subscription and socket, before the server stops."""
        self._hub.close()
        await self._sockets.close()

    async def _at_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            check(headers_of(scope["headers"]))
            if scope["path"] != "/graphql":
                raise _nothing_at(scope["path"])
            await self._sockets(scope, receive, send)
        except Refusal as refusal:
            await refuse_socket(refusal, send)

    async def _at_graphql(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        method = scope["method"]
        accept = _text(headers.get(b"accept"))
        if method in ("GET", "HEAD") and b"query=" not in scope["query_string"] and wants_page(accept):
            await self._file(self._page, scope, headers, send)
        elif method == "POST" and wants_events(accept):
            await self._events(scope, headers, receive, send)
        elif method in ("POST", "GET", "HEAD"):
            await self._graphql(scope, headers, receive, send)
        else:
            await _other_method(method, METHODS, send)

    async def _at_directory(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        if scope["method"] in ("POST", "GET", "HEAD"):
            await self._directory(scope, headers, receive, send)
        else:
            await _other_method(scope["method"], METHODS, send)

    async def _elsewhere(self, scope: Scope, headers: Headers, send: Send) -> None:
        path = scope["path"]
        known = path in self._files or path in self._others
        if not known:
            raise _nothing_at(path)
        if scope["method"] not in ("GET", "HEAD"):
            await _other_method(scope["method"], _SAFE, send)
        elif path in self._files:
            await self._file(self._files[path], scope, headers, send)
        else:
            await self._others[path](scope, send)

    async def _file(self, asset: Asset, scope: Scope, headers: Headers, send: Send) -> None:
        told = [
            *_COMMON,
            (b"cache-control", b"no-cache"),
            (b"content-security-policy", POLICY.encode()),
            (b"etag", asset.tag.encode()),
            (b"vary", b"accept"),
        ]
        if headers.get(b"if-none-match") == asset.tag.encode():
            await respond(send, 304, told, b"", head=True)
            return
        await respond(send, 200, [(b"content-type", asset.kind.encode()), *told], asset.body, scope["method"] == "HEAD")

    async def _ready(self, scope: Scope, send: Send) -> None:
        readiness = await self._health.readiness()
        await _json(send, 200 if readiness.ready else 503, readiness.body, scope)


def _nothing_at(path: str) -> Refusal:
    expected = (
        "/graphql, /directory/graphql, /exchange/map.xlsx, /schema/gallery.graphql, /schema/directory.graphql,"
        " /healthz/live or /healthz/ready"
    )
    message = "There is nothing at this address."
    return Refusal(404, "NOT_FOUND", message, field="path", value=path[:100], expected=expected)


def _text(header: bytes | None) -> str | None:
    return None if header is None else header.decode("latin-1")


async def _root(_scope: Scope, send: Send) -> None:
    await respond(send, 307, [*_COMMON, (b"location", b"/graphql")], b"")


async def _live(scope: Scope, send: Send) -> None:
    await _json(send, 200, {"live": True}, scope)


async def _other_method(method: str, allowed: str, send: Send) -> None:
    if method == "OPTIONS":
        # No word of other origins: there is none that may ask.
        await respond(send, 204, [*_COMMON, (b"allow", allowed.encode())], b"")
        return
    message = f"{method[:20]} is not answered here."
    raise Refusal(
        405,
        "METHOD_NOT_ALLOWED",
        message,
        field="method",
        value=method[:20],
        expected=allowed,
        headers={"allow": allowed},
    )


async def _json(send: Send, status: int, body: object, scope: Scope) -> None:
    headers = [*_COMMON, (b"cache-control", b"no-store"), (b"content-type", b"application/json; charset=utf-8")]
    if status == 503:
        headers.append((b"retry-after", b"2"))
    await respond(send, status, headers, orjson.dumps(body), scope["method"] == "HEAD")
