"""The ASGI application: one short way to `/graphql`, and a table for everything else."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Final

import orjson
from starlette.types import Receive, Scope, Send

from graph.driver import Database
from graph.errors import GraphError
from schema.directory.schema import sdl as directory_sdl
from schema.engine import Engine
from schema.gallery.schema import sdl
from server.budget import Budget, Budgets
from server.caller import Caller, request_id
from server.endpoints import engines as default_engines
from server.errors import Refusal
from server.events import EventStreams
from server.exchange import PREFIX, Exchange
from server.graphql import METHODS, RETRY_AFTER, GraphQLEndpoint, Looked, charged, refuse, respond, unseen
from server.guard import Guard, Headers, headers_of
from server.health import Health
from server.identity.identity import Identity
from server.identity.refusing import BadToken, unauthenticated
from server.logs import logger
from server.looks import Looks
from server.negotiation import wants_events, wants_page
from server.notice.hub import Hub
from server.origins import Pairs, told, with_headers
from server.page.rendering import POLICY, Asset, asset, assets, page
from server.proxies import Proxies
from server.websocket import Sockets, Spoken, refuse_socket

_SAFE: Final = "GET, HEAD, OPTIONS"
_ASKED: Final = ("POST", "GET", "HEAD")
_HEALTH: Final = "/healthz/"
"""Free for all: an orchestrator that was refused would start a service again that is flooded."""
_PAGED: Final = "/graphql"
"""The address that shows a page to browsers."""
_COMMON: Final = [
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]
Handler = Callable[[Scope, Send], Awaitable[None]]
Clock = Callable[[], datetime]


class _Endpoint:
    """One schema at one address: asked by HTTP, followed by websocket and by events."""

    def __init__(
        self,
        engine: Engine,
        database: Database,
        identity: Identity,
        budget: Budget,
        wrote: Callable[[], None],
        looked: Looked,
        now: Clock,
    ) -> None:
        self.graphql = GraphQLEndpoint(engine, database, budget, wrote, looked)
        most = partial(budget.most, "subscriptions")
        self.hub = Hub(engine, database, self.graphql.formatted, self.graphql.masked, now, looked, most)
        self.spoken = Spoken(engine, self.hub, self.graphql)
        self.events = EventStreams(engine, self.hub, self.graphql, identity)


class Application:
    """The service over HTTP and websockets: its schemas each at an address, the page, the files, its health."""

    def __init__(
        self,
        database: Database,
        identity: Identity,
        engines: Mapping[str, Engine] | None = None,
        guard: Guard | None = None,
        budgets: Budgets | None = None,
        now: Clock = lambda: datetime.now(UTC),
        looks: Looks | None = None,
        proxies: Proxies | None = None,
    ) -> None:
        """`identity` tells who asks; `engines` are by address (those of `server/endpoints.py`); `budgets` are each caller's.

        `now` is the clock of what is followed: an answer is sent again when its day is over. `looks` takes note of whose data
        is shown; whoever gives them closes them. `proxies` are believed from where somebody asks.
        """
        self._identity, self._guard, self._proxies = identity, guard or Guard(), proxies or Proxies()
        found = default_engines() if engines is None else engines
        budget = self._budget = Budget(budgets or Budgets())
        looked = looks.note if looks else unseen
        self._endpoints = {
            path: _Endpoint(one, database, identity, budget, self.wrote, looked, now) for path, one in found.items()
        }
        self._sockets = Sockets(identity, budget)
        self._exchange = Exchange(database, budget, self.wrote, looked)
        self._health = Health(database)
        self._page = page()
        self._files = {
            **{f"/assets/{name}": file for name, file in assets().items()},
            "/schema/gallery.graphql": asset(sdl().encode(), "text/plain"),
            "/schema/directory.graphql": asset(directory_sdl().encode(), "text/plain"),
        }
        self._others: dict[str, Handler] = {"/": _root, "/healthz/live": _live, "/healthz/ready": self._ready}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] not in ("http", "websocket"):
            raise RuntimeError(f"only HTTP and websockets are spoken here, not {scope['type']}")
        request = request_id()
        more: Pairs = [(b"x-request-id", request.encode())]
        send = with_headers(send, more)
        try:
            await self._answer(scope, receive, send, request, more)
        except Refusal as refusal:
            await (refuse if scope["type"] == "http" else refuse_socket)(refusal, send, request)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request: str, more: Pairs) -> None:
        """Answer, or raise `Refusal`, which its caller is charged for unless it is ours: whoever is refused without end is told so."""
        headers: Headers = {}
        caller: Caller | None = None
        try:
            headers = headers_of(scope["headers"])
            self._guard.check(headers)
            if scope["type"] == "http":
                more += told(self._guard, headers, scope["method"])
            caller = await self._caller(scope, headers, request, headers if self._knows(scope) else {})
            await self._at(scope, headers, receive, send, caller)
        except Refusal as refusal:
            if refusal.status < 500 and refusal.code != "RATE_LIMITED":
                await charged(self._budget, caller or await self._caller(scope, headers, request, {}))
            raise

    def _knows(self, scope: Scope) -> bool:
        """Tell whether it matters there who asks."""
        method, path = scope.get("method", "GET"), str(scope["path"])
        return method in _ASKED if path in self._endpoints else method != "OPTIONS" and path.startswith(PREFIX)

    async def _at(self, scope: Scope, headers: Headers, receive: Receive, send: Send, caller: Caller) -> None:
        path = scope["path"]
        if scope["type"] == "websocket":
            if path not in self._endpoints:
                raise self._nothing_at(path)
            await self._sockets(self._endpoints[path].spoken, scope, receive, send, caller)
        elif path in self._endpoints:
            await self._at_graphql(scope, headers, receive, send, caller)
        elif path.startswith(PREFIX):
            if scope["method"] == "OPTIONS":
                await self._other_method("OPTIONS", METHODS, send, caller)
            else:
                await self._exchange(scope, headers, receive, send, caller)
        else:
            await self._elsewhere(scope, headers, send, caller)

    @property
    def subscriptions(self) -> int:
        """How many subscriptions are open."""
        return sum(endpoint.hub.count for endpoint in self._endpoints.values())

    def wrote(self) -> None:
        """Say that this process may have written, so that who follows hears of it at once."""
        for endpoint in self._endpoints.values():
            endpoint.hub.nudge()

    async def close(self) -> None:
        """End what would not end by itself: every subscription and socket, before the server stops."""
        for endpoint in self._endpoints.values():
            endpoint.hub.close()
        await self._sockets.close()

    async def _caller(self, scope: Scope, headers: Headers, request: str, saying: Headers) -> Caller:
        """Tell who asks, by those headers that say it. Raises `Refusal`, the same one for every token that is not accepted."""
        try:
            viewer, expires = await self._identity.of_headers(saying)
        except BadToken as bad:
            logger().info("token refused", code="UNAUTHENTICATED", reason=bad.reason, request=request)
            raise unauthenticated() from None
        except GraphError as error:
            after = {"retry-after": RETRY_AFTER, "connection": "close"}
            raise Refusal(503, "DATABASE_UNAVAILABLE", str(error), headers=after) from None
        client = scope.get("client")
        address = self._proxies.caller(client[0] if client else "", headers)
        return Caller(viewer, expires, request, address, _text(saying.get(b"authorization")))

    async def _at_graphql(self, scope: Scope, headers: Headers, receive: Receive, send: Send, caller: Caller) -> None:
        method, endpoint = scope["method"], self._endpoints[scope["path"]]
        if method not in _ASKED:
            await self._other_method(method, METHODS, send, caller)
            return
        accept = _text(headers.get(b"accept"))
        if (
            scope["path"] == _PAGED
            and method != "POST"
            and b"query=" not in scope["query_string"]
            and wants_page(accept)
        ):
            await charged(self._budget, caller)
            await self._file(self._page, scope, headers, send)
        elif method == "POST" and wants_events(accept):
            await endpoint.events(scope, headers, receive, send, caller)
        else:
            await endpoint.graphql(scope, headers, receive, send, caller)

    async def _elsewhere(self, scope: Scope, headers: Headers, send: Send, caller: Caller) -> None:
        path = scope["path"]
        if path not in self._files and path not in self._others:
            raise self._nothing_at(path)
        if scope["method"] not in ("GET", "HEAD"):
            await self._other_method(scope["method"], _SAFE, send, caller)
            return
        if not path.startswith(_HEALTH):
            await charged(self._budget, caller)
        if path in self._files:
            await self._file(self._files[path], scope, headers, send)
        else:
            await self._others[path](scope, send)

    async def _other_method(self, method: str, allowed: str, send: Send, caller: Caller) -> None:
        if method == "OPTIONS":
            # What pages of other sites may ask is said in `server/origins.py`.
            await charged(self._budget, caller)
            await respond(send, 204, [*_COMMON, (b"allow", allowed.encode())], b"")
            return
        raise Refusal.of_method(method, allowed)

    async def _file(self, file: Asset, scope: Scope, headers: Headers, send: Send) -> None:
        told = [
            *_COMMON,
            (b"cache-control", b"no-cache"),
            (b"content-security-policy", POLICY.encode()),
            (b"etag", file.tag.encode()),
            (b"vary", b"accept"),
        ]
        if headers.get(b"if-none-match") == file.tag.encode():
            await respond(send, 304, told, b"", head=True)
            return
        await respond(send, 200, [(b"content-type", file.kind.encode()), *told], file.body, scope["method"] == "HEAD")

    def _nothing_at(self, path: str) -> Refusal:
        schemas = ", ".join(self._endpoints)
        expected = f"{schemas}, /exchange/map.xlsx, /schema/gallery.graphql, /schema/directory.graphql, /healthz/live or /healthz/ready"
        message = "There is nothing at this address."
        return Refusal(404, "NOT_FOUND", message, field="path", value=path[:100], expected=expected)

    async def _ready(self, scope: Scope, send: Send) -> None:
        readiness = await self._health.readiness()
        await _json(send, 200 if readiness.ready else 503, readiness.body, scope)


def _text(header: bytes | None) -> str | None:
    return None if header is None else header.decode("latin-1")


async def _root(_scope: Scope, send: Send) -> None:
    await respond(send, 307, [*_COMMON, (b"location", b"/graphql")], b"")


async def _live(scope: Scope, send: Send) -> None:
    await _json(send, 200, {"live": True}, scope)


async def _json(send: Send, status: int, body: object, scope: Scope) -> None:
    headers = [*_COMMON, (b"cache-control", b"no-store"), (b"content-type", b"application/json; charset=utf-8")]
    if status == 503:
        headers.append((b"retry-after", RETRY_AFTER.encode()))
    await respond(send, status, headers, orjson.dumps(body), scope["method"] == "HEAD")
