"""The endpoint `/graphql`: GraphQL over HTTP, as short a way as it can be from bytes to the engine and back.

Of our own, not a framework's view: that costs a fifth of a small answer's time (docs/decisions/0001).
"""

import asyncio
import hashlib
import json
import time
import traceback
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from graphql import GraphQLError, OperationType
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from graph.driver import Database
from resolvers.context import Context
from schema.engine import Charge, Engine, Request, Result
from server.budget import LEAST, Budget, Spent
from server.caller import Caller, request_id
from server.errors import Refusal
from server.guard import Headers
from server.logs import logger, refused
from server.negotiation import GRAPHQL, JSON, accepted, wants_events
from server.reading import from_get, from_post

METHODS: Final = "GET, HEAD, OPTIONS, POST"
RETRY_AFTER: Final = "2"
_POLICY: Final = b"default-src 'none'; frame-ancestors 'none'"
FIXED: Final = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", _POLICY),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"vary", b"accept, authorization"),
    (b"x-content-type-options", b"nosniff"),
)
"""What every answer with data says: keep it nowhere, show it nowhere, take it for nothing else."""
_HEADERS: Final = {kind: [(b"content-type", f"{kind}; charset=utf-8".encode()), *FIXED] for kind in (GRAPHQL, JSON)}
REFUSED_SECONDS: Final = 0.25
"""How long whoever has spent a budget waits for being told: who asks again at once is slowed down, instead of the others."""
MASKED: Final = "Something went wrong inside the service; nothing was changed. Its log has more under the reference."
"""What is said instead of an unexpected error's text."""


Looked = Callable[[str, str, frozenset[str], str | None], None]
"""Is told who was shown the data of people, by which operation, whose, and the request's id."""


def unseen(_actor: str, _operation: str, _people: frozenset[str], _request: str | None) -> None:
    """Take no note of it."""


Wanted = Callable[[], bool]
"""Tells whether an answer that is there will be told."""


def still() -> bool:
    """Want it."""
    return True


class GraphQLEndpoint:
    """Answers for one engine from one database."""

    def __init__(
        self,
        engine: Engine,
        database: Database,
        budget: Budget,
        wrote: Callable[[], None] = lambda: None,
        looked: Looked = unseen,
    ) -> None:
        """`budget` is everybody's, for all endpoints; `wrote` is called after each operation that may have written, `looked`
        after each that showed people's data.
        """
        self._engine, self._database, self._budget = engine, database, budget
        self._wrote, self._looked = wrote, looked
        self._log = logger()

    async def __call__(self, scope: Scope, headers: Headers, receive: Receive, send: Send, caller: Caller) -> None:
        """Answer one request; a `Refusal` says why not."""
        began = time.perf_counter()
        accept = headers.get(b"accept")
        kind = accepted(None if accept is None else accept.decode("latin-1"))
        try:
            if kind is None:
                self._budget.spend(caller, LEAST)
                raise _not_acceptable(scope["method"], (accept or b"").decode("latin-1"))
            request = await self._read(scope, headers, receive, caller)  # nobody waits for a body that comes slowly
            async with self._budget.turn(caller) as charge:
                result = await self._execute(request, caller, charge, safe=scope["method"] != "POST")
        except Spent as spent:
            await asyncio.sleep(REFUSED_SECONDS)
            await refuse(refused_as_spent(spent), send, caller.request, kind or JSON)
            return
        except Refusal as refusal:
            await refuse(refusal, send, caller.request, kind or JSON)
            return
        except ClientDisconnect:
            return
        if kind == GRAPHQL and result.unavailable and result.is_empty:
            # Nothing could be asked: a request error, so that its status may say so (503) and not 200 with nulls.
            result = Result(None, result.errors, has_data=False, unavailable=True)
        status, more = _status(result, kind)
        body = encoded(self._formatted(result, caller.request))
        if result.errors:
            self._tell(request, result.errors, status, caller.request, began)
        else:
            self._log.debug("answered", status=status, ms=_since(began), bytes=len(body), request=caller.request)
        await respond(send, status, [*_HEADERS[kind], *more], body, head=scope["method"] == "HEAD")

    async def _read(self, scope: Scope, headers: Headers, receive: Receive, caller: Caller) -> Request:
        """Read a request. One that cannot be read is charged as the least that can. Raises `Refusal`, `Spent`."""
        try:
            return await from_post(headers, receive) if scope["method"] == "POST" else _from_address(scope)
        except Refusal:
            self._budget.spend(caller, LEAST)
            raise

    def _check_safe(self, request: Request) -> None:
        if self._engine.operation_type(request) in (OperationType.MUTATION, OperationType.SUBSCRIPTION):
            # Safe methods change nothing; and a link, or an image in a page, must not be able to.
            message = "GET is for queries; send this operation by POST."
            raise Refusal(
                405, "METHOD_NOT_ALLOWED", message, field="query", expected="a query", headers={"allow": "POST"}
            )

    async def take_in(self, request: Request, caller: Caller) -> None:
        """Parse and validate a document that was not asked before; one after the other, and others have their turns between.

        Both hold the event loop, some milliseconds for a document at the limits. Sixteen of them at once would hold it for
        sixteen times as long, again and again, between any two steps of everybody else's requests.
        """
        if self._engine.knows(request):
            return
        async with self._budget.intake(caller):
            began = time.perf_counter()
            self._engine.prepare(request, caller.viewer)
            await asyncio.sleep(time.perf_counter() - began)  # half of the time is others'

    @asynccontextmanager
    async def turn(self, caller: Caller) -> AsyncIterator[Charge]:
        """Wait for a caller's turn, for what came by another way than a request of its own; its document is then to be taken in.

        Raises:
            Refusal: the caller has spent its budget; it is told so a moment later, as over HTTP.
        """
        try:
            async with self._budget.turn(caller) as charge:
                yield charge
        except Spent as spent:
            await asyncio.sleep(REFUSED_SECONDS)
            raise refused_as_spent(spent) from None

    async def _execute(
        self, request: Request, caller: Caller, charge: Charge, wanted: Wanted = still, *, safe: bool = False
    ) -> Result:
        """Execute a request; `safe`: nothing but a query, or it is refused. What is not `wanted` any more shows nobody's data."""
        context = Context(self._database, caller.viewer, datetime.now(UTC))
        try:
            await self.take_in(request, caller)
            if safe:
                self._check_safe(request)
            try:
                result = await self._engine.execute(request, context, charge)
            finally:
                if self._engine.operation_type(request) is OperationType.MUTATION:
                    self._wrote()
        except Refusal:
            raise
        except Exception as error:  # noqa: BLE001  # the unexpected is masked; the log has it by its reference
            self._report(error, caller.request)
            return Result(None, (GraphQLError(MASKED, extensions={"code": "INTERNAL"}),), has_data=False)
        if result.people and wanted():
            self._looked(caller.viewer.actor, self._engine.name_of(request), result.people, caller.request)
        return result

    async def answer(self, request: Request, caller: Caller, charge: Charge, wanted: Wanted = still) -> dict[str, Any]:
        """Answer within a `turn`; the response as it may be sent, if it is `wanted` then."""
        began = time.perf_counter()
        result = await self._execute(request, caller, charge, wanted)
        if result.errors:
            self._tell(request, result.errors, 200, caller.request, began)
        return self._formatted(result, caller.request)

    def formatted(self, result: Result) -> dict[str, Any]:
        """Lay a response out as it may be sent: the unexpected is masked, and logged."""
        return self._formatted(result, request_id() if result.errors else None)

    def masked(self, error: BaseException) -> list[dict[str, Any]]:
        """Log what nobody foresaw, and give the errors to send for it."""
        identity = request_id()
        self._report(error, identity)
        return [{"message": MASKED, "extensions": {"code": "INTERNAL", "reference": identity}}]

    def _formatted(self, result: Result, identity: str | None) -> dict[str, Any]:
        if not result.errors:
            return {"data": result.data, **result.extensions}
        errors = [self._error(error, identity) for error in result.errors]
        data = {"data": result.data} if result.has_data else {}
        return {"errors": errors, **data, **result.extensions}

    def _error(self, error: GraphQLError, identity: str | None) -> Mapping[str, Any]:
        """Mask what has no code of ours: the text of an exception may hold anything."""
        extensions = error.extensions or {}
        if "code" not in extensions:
            self._report(error.original_error or error, identity)
        elif extensions["code"] != "INTERNAL":
            return error.formatted
        where = {name: value for name, value in error.formatted.items() if name in ("path", "locations")}
        return {"message": MASKED, **where, "extensions": {"code": "INTERNAL", "reference": identity}}

    def _report(self, error: BaseException, identity: str | None) -> None:
        """Where it happened and what kind it was; not its text, which may hold what somebody wrote."""
        trace = "".join(traceback.format_tb(error.__traceback__)).rstrip()
        self._log.error("unexpected error", code="INTERNAL", kind=type(error).__name__, reference=identity, trace=trace)

    def _tell(
        self, request: Request, errors: Iterable[GraphQLError], status: int, identity: str | None, began: float
    ) -> None:
        codes = sorted({str((error.extensions or {}).get("code", "INTERNAL")) for error in errors})
        self._log.info(
            "answered with errors",
            code=",".join(codes),
            status=status,
            request=identity,
            document=_hash(request.query),
            ms=_since(began),
        )


async def charged(budget: Budget, caller: Caller, units: int = LEAST) -> None:
    """Charge what has no turn. Raises `Refusal`, a moment later: the caller has spent its budget."""
    try:
        budget.spend(caller, units)
    except Spent as spent:
        await asyncio.sleep(REFUSED_SECONDS)
        raise refused_as_spent(spent) from None


def refused_as_spent(spent: Spent) -> Refusal:
    """Refuse whoever has asked for more than a caller's budget."""
    after = str(spent.retry_after)
    return Refusal(
        429, "RATE_LIMITED", str(spent), field="request", value=None, expected=f"no request for {after} s",
        headers={"retry-after": after},
    )  # fmt: skip


def _status(result: Result, kind: str) -> tuple[int, list[tuple[bytes, bytes]]]:
    """Tell the status: always 200 with `application/json`, else by whether anything was executed."""
    more = [(b"retry-after", RETRY_AFTER.encode())] if result.unavailable else []
    if kind == JSON:
        return 200, more
    if result.has_data:
        return 200, more
    if result.unavailable:
        return 503, more
    internal = any((error.extensions or {}).get("code") == "INTERNAL" for error in result.errors)
    return 500 if internal else 400, more


def _from_address(scope: Scope) -> Request:
    request = from_get(scope["query_string"])
    if request is None:
        message = "The request has no query: send one by POST, or open this address in a browser."
        raise Refusal(400, "BAD_REQUEST", message, field="query", expected="a GraphQL document as text")
    return request


def _not_acceptable(method: str, accept: str) -> Refusal:
    """Refuse a request that takes neither of our types; a browser's EventSource asks for a stream by GET."""
    if method != "POST" and wants_events(accept):
        message = "A stream of events comes by POST only: use fetch instead of EventSource, and send the last id as Last-Event-ID."
        return Refusal(
            405, "METHOD_NOT_ALLOWED", message, field="method", value=method, expected="POST", headers={"allow": "POST"}
        )
    message = f"The answer comes as {GRAPHQL} or {JSON}."
    return Refusal(406, "NOT_ACCEPTABLE", message, field="Accept", value=accept[:100], expected=f"{GRAPHQL} or {JSON}")


async def refuse(refusal: Refusal, send: Send, request: str, kind: str = JSON) -> None:
    """Send a refusal in the shape of a GraphQL response; the log has it under the request's id."""
    refused(refusal.code, refusal.status, request)
    more = [(name.encode(), value.encode()) for name, value in refusal.headers.items()]
    await respond(send, refusal.status, [*_HEADERS[kind], *more], encoded(refusal.body))


async def respond(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes, head: bool = False) -> None:
    """Send one whole response."""
    if status not in (204, 304):
        headers = [*headers, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})


def encoded(answer: Mapping[str, Any]) -> bytes:
    """Encode a response."""
    try:
        return orjson.dumps(answer)
    except TypeError:
        # Half a character in what an error repeats: escape it rather than fail over it.
        return json.dumps(answer, ensure_ascii=True).encode()


def _hash(document: str) -> str:
    return hashlib.sha256(document.encode("utf-8", "backslashreplace")).hexdigest()[:12]


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)
