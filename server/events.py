"""Subscriptions as server-sent events: `POST /graphql` with `Accept: text/event-stream`, one operation for each connection.

That is the mode of distinct connections of https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md. An event's `id` says
where the client stands (`12@2026-12-01`: the change, the day); sent back as `Last-Event-ID` it goes on from there.
"""

import asyncio
import contextlib
import re
from dataclasses import replace
from typing import Any, Final, NamedTuple

from graphql import OperationType
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from resolvers.dates import day
from resolvers.errors import InvalidInput
from schema.engine import Charge, Engine, Request, Result
from schema.subscribing import Subscription
from server.caller import Caller
from server.errors import Refusal
from server.graphql import FIXED, GraphQLEndpoint, encoded, respond
from server.guard import Headers
from server.identity.identity import Identity
from server.identity.lasting import until_over
from server.negotiation import EVENTS, JSON
from server.notice.events import Event, Member, Refused, Told
from server.notice.hub import Hub, Stopped, TooMany
from server.outbox import Outbox, TooSlow
from server.reading import from_post
from server.websocket import not_here

KEEP_ALIVE_SECONDS: Final = 15.0
"""Without an event a comment is sent, so that nothing between us and the client takes the connection for dead."""
LAST_SECONDS: Final = 2.0
"""How long a client whose token has expired may take to take our last word."""
ABORT: Final = "rollegalleri.abort"
"""The extension of the ASGI scope by which a connection is cut whose peer does not read (server/protocol.py)."""
_MARK: Final = re.compile(r"(\d{1,15})(?:@(\d{4}-\d{2}-\d{2}))?")
_HEADERS: Final = [
    (b"content-type", f"{EVENTS}; charset=utf-8".encode()),
    *FIXED,
    (b"x-accel-buffering", b"no"),
]
_COMPLETE: Final = "event: complete\ndata:\n\n"
_EXPIRED: Final = ": the token has expired\n\n"
ALIVE: Final = ":\n\n"

Response = dict[str, Any]


class Answered(NamedTuple):
    """A query's response, which is the one event of its stream."""

    response: Response


class EventStreams:
    """Answers in streams."""

    def __init__(self, engine: Engine, hub: Hub, endpoint: GraphQLEndpoint, identity: Identity) -> None:
        self._engine, self._hub, self._endpoint, self._identity = engine, hub, endpoint, identity

    async def __call__(self, scope: Scope, headers: Headers, receive: Receive, send: Send, caller: Caller) -> None:
        """Answer one request to its end. Raises `Refusal`."""
        try:
            begun = await self._take(headers, receive, caller)
        except ClientDisconnect:
            return
        match begun:
            case Subscription():
                await self._follow(_resumed(begun, headers), scope, receive, send, caller)
            case Answered(response):
                await start_stream(send)
                await send_text(send, _next(encoded(response).decode()) + _COMPLETE, more=False)
            case refused:
                await _bad(refused, send)

    async def _take(self, headers: Headers, receive: Receive, caller: Caller) -> Subscription | Answered | Response:
        """Read a request, which is gone when this has returned: a stream may last for days, and variables be large."""
        request = await from_post(headers, receive)
        async with self._endpoint.turn(caller) as charge:
            await self._endpoint.take_in(request, caller)
            return await self._begin(request, caller, charge)

    async def _begin(self, request: Request, caller: Caller, charge: Charge) -> Subscription | Answered | Response:
        """Take a subscription, or give the one response that there is: a query's answer, or why not."""
        match self._engine.operation_type(request):
            case OperationType.SUBSCRIPTION:
                begun = self._engine.subscription(request, caller.viewer)
                if isinstance(begun, Result):
                    return self._endpoint.formatted(begun)
                charge(begun.prepared.cost)
                return begun
            case OperationType.MUTATION:
                return {"errors": not_here(request)}
            case OperationType.QUERY:
                return Answered(await self._endpoint.answer(request, caller, charge))
            case _:
                return await self._endpoint.answer(request, caller, charge)

    async def _follow(
        self, subscription: Subscription, scope: Scope, receive: Receive, send: Send, caller: Caller
    ) -> None:
        member: Member | None = None
        outbox, ended = Outbox(lambda: self._hub.more(member) if member else None), asyncio.Event()

        def tell(told: Told) -> None:
            match told:
                case Event(payload, mark):
                    outbox.put("event: next\nid: ", mark, "\ndata: ", payload, "\n\n")
                case Refused(errors):
                    outbox.put(_next(encoded({"errors": errors}).decode()) + _COMPLETE)
                    ended.set()
                case _:
                    outbox.put(_COMPLETE)
                    ended.set()

        try:
            member = self._hub.subscribe(subscription, caller, tell, outbox.takes)
        except TooMany as error:
            status = 429 if error.of_caller else 503
            raise Refusal(status, "TOO_MANY_SUBSCRIPTIONS", str(error), headers={"retry-after": "10"}) from None
        except Stopped:
            message = "The service stops; try again in a few seconds."
            raise Refusal(503, "TOO_MANY_SUBSCRIPTIONS", message, headers={"retry-after": "5"}) from None
        works = (_write(self._hub, outbox, ended, send), outbox.overflow(), _until_gone(receive))
        loop = asyncio.get_running_loop()
        tasks = [loop.create_task(work) for work in works]
        over = loop.create_task(until_over(self._identity, caller))
        try:
            done = await _first([*tasks, over])
            if over in done:
                over.result()
                self._hub.leave(member)
                outbox.put(_EXPIRED, _COMPLETE)
                ended.set()
                done = await _first(tasks, LAST_SECONDS)
            _look_at(done)
        except TooSlow:
            scope.get("extensions", {}).get(ABORT, {}).get("now", _nothing)()
        finally:
            self._hub.leave(member)
            for task in (*tasks, over):
                task.cancel()
            await asyncio.gather(*tasks, over, return_exceptions=True)


async def _first(tasks: list[asyncio.Task[None]], seconds: float | None = None) -> set[asyncio.Task[None]]:
    """Wait for the first task to end; none of them if so many seconds are over before."""
    return (await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED))[0]


def _look_at(done: set[asyncio.Task[None]]) -> None:
    """Raise what a task has raised; where none has ended, its peer does not read (`TooSlow`)."""
    if not done:
        raise TooSlow
    for task in done:
        task.result()


async def _write(hub: Hub, outbox: Outbox, ended: asyncio.Event, send: Send) -> None:
    await hub.begun()  # the head says that from now on nothing is missed
    await start_stream(send)
    await send_text(send, ALIVE)
    while not (ended.is_set() and outbox.is_empty):
        text = ALIVE
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                text = await outbox.take()
        await send_text(send, text)
    await send_text(send, "", more=False)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _resumed(subscription: Subscription, headers: Headers) -> Subscription:
    """Take where the client stands from `Last-Event-ID`, if its document does not tell."""
    last = headers.get(b"last-event-id")
    if last is None or subscription.after is not None:
        return subscription
    mark = last.decode("latin-1").strip()
    found = _MARK.fullmatch(mark)
    try:
        if found is None:
            raise InvalidInput("BAD_NUMBER", "Last-Event-ID", mark, "the id of an event that was sent")
        if found[2] is not None:
            day("Last-Event-ID", found[2])
    except InvalidInput as error:
        raise Refusal(
            400, "BAD_REQUEST", str(error), field="Last-Event-ID", value=mark[:100], expected="the id of an event"
        ) from None
    return replace(subscription, after=int(found[1]), after_day=found[2])


def _next(payload: str) -> str:
    return f"event: next\ndata: {payload}\n\n"


async def start_stream(send: Send) -> None:
    """Begin a stream of events."""
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})


async def send_text(send: Send, text: str, *, more: bool = True) -> None:
    """Send a part of a stream; with `more` off it is the last one."""
    await send({"type": "http.response.body", "body": text.encode(), "more_body": more})


async def _bad(response: dict[str, Any], send: Send) -> None:
    headers = [(b"content-type", f"{JSON}; charset=utf-8".encode()), *FIXED]
    await respond(send, 400, headers, encoded(response))


def _nothing() -> None:
    """Stand in where a connection cannot be cut."""
