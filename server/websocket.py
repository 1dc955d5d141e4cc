"""Subscriptions over a websocket: the protocol graphql-transport-ws, and no other.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md says who sends what when, and the codes to close with. Each
message is looked at before it is believed; what is wrong closes the socket with a reason, and never more than that socket.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import orjson
from graphql import OperationType
from starlette.types import Message, Receive, Scope, Send

from graph.errors import GraphError
from schema.engine import Charge, Engine, Request, Result
from server.budget import Budget
from server.caller import Caller, request_id
from server.errors import Refusal
from server.graphql import GraphQLEndpoint, charged, encoded, refuse
from server.identity.identity import Identity, authorization
from server.identity.lasting import until_over
from server.identity.refusing import BadToken
from server.logs import logger
from server.notice.events import Event, Member, Refused, Told
from server.notice.hub import Hub, Stopped, TooMany
from server.outbox import Outbox, TooSlow
from server.reading import request_of
from server.stopping import SOCKETS_SECONDS

SUBPROTOCOL: Final = "graphql-transport-ws"
MOST_SOCKETS: Final = 2000
"""Sockets of one process."""
MOST_OPERATIONS: Final = 100
"""Subscriptions and queries that run at once on one socket."""
MOST_WAITING: Final = 256_000
"""Bytes of subscribe messages that may wait for their turn on one socket before no more of it is read."""
INIT_SECONDS: Final = 10.0
"""From the socket's opening to the client's first word."""
CLOSE_SECONDS: Final = SOCKETS_SECONDS
"""How long a closing socket may take to take our last word."""
LONGEST_ID: Final = 100
_LONGEST_REASON: Final = 123
"""Bytes; the frame has no room for more."""
_OURS: Final = f"expected {SUBPROTOCOL}"
_ACK: Final = '{"type":"connection_ack"}'
_PONG: Final = '{"type":"pong"}'


class _Close(Exception):
    """The socket is to be closed."""

    def __init__(self, code: int, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(reason)


_STOPS: Final = (1001, "The service stops; go on elsewhere from the last seq")
_EXPIRED: Final = (4403, "Forbidden: the token has expired; come back with a new one and after: the last seq")


@dataclass(frozen=True, slots=True)
class Spoken:
    """The schema that a socket speaks: what reads it, what follows it, what answers it."""

    engine: Engine
    hub: Hub
    endpoint: GraphQLEndpoint


class Sockets:
    """All open sockets of the process, whichever schema they speak: a caller's are counted together."""

    def __init__(self, identity: Identity, budget: Budget) -> None:
        self.identity, self.budget = identity, budget
        self._open: set[_Socket] = set()
        self.at_work: set[asyncio.Task[None]] = set()
        """Operations that have their turn. Each is left to its end, whoever still wants its answer: leaving is not to be
        cheaper than waiting, and a statement that is broken off costs a connection to the database.
        """
        self._closed = asyncio.Event()

    async def __call__(self, spoken: Spoken, scope: Scope, receive: Receive, send: Send, caller: Caller) -> None:
        """Serve one socket, whose host and origin have been looked at, to its end. Raises `Refusal`: there are too many.

        `caller` is who asked for it; the first message may say who it is instead, since a browser sends no header.
        """
        await receive()  # websocket.connect
        if len(self._open) >= MOST_SOCKETS:
            message = "There are too many open connections; try again later."
            raise Refusal(503, "TOO_MANY_SUBSCRIPTIONS", message, headers={"retry-after": "10"})
        if not self.has_room(caller):
            message = f"One caller may have {self.budget.most('sockets', caller):,} open connections; close one, or try again later."
            raise Refusal(429, "TOO_MANY_SUBSCRIPTIONS", message, headers={"retry-after": "10"})
        socket = _Socket(self, spoken, receive, send, caller)
        self._open.add(socket)
        try:
            await socket.serve(scope["subprotocols"])
        finally:
            self._open.discard(socket)
            if not self._open:
                self._closed.set()

    def has_room(self, caller: Caller) -> bool:
        """Tell whether a caller may have one more socket."""
        most = self.budget.most("sockets", caller)
        return len(self._open) < most or sum(socket.caller.name == caller.name for socket in self._open) < most

    async def close(self) -> None:
        """Close every socket because the service stops; waits a moment for peers that are slow to take that word."""
        for socket in self._open:
            socket.stop()
        if self._open:
            self._closed.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._closed.wait()
        for task in self.at_work:
            task.cancel()
        await asyncio.gather(*self.at_work, return_exceptions=True)


class _Socket:
    """One socket: its reader, its writer, and what runs on it by the client's id."""

    def __init__(self, sockets: Sockets, spoken: Spoken, receive: Receive, send: Send, caller: Caller) -> None:
        self._sockets, self._spoken, self._receive, self._send, self.caller = sockets, spoken, receive, send, caller
        self._outbox = Outbox(self._drained)
        self._ending = asyncio.Event()
        self._greeting: Mapping[str, Any] | None = None
        self._ready = asyncio.Event()
        self._turns = asyncio.Semaphore()
        self._running: dict[str, Member | asyncio.Task[None]] = {}
        self._waiting = 0
        self._room = asyncio.Event()
        self._room.set()

    def stop(self) -> None:
        """Have the socket closed because the service stops."""
        self._ending.set()

    async def serve(self, subprotocols: list[str]) -> None:
        """Serve until either side has enough."""
        ours = SUBPROTOCOL in subprotocols
        await self._send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if ours else None})
        loop = asyncio.get_running_loop()
        works = (self._read(), self._write(), self._outbox.overflow(), self._stopped(), self._expired())
        tasks = [loop.create_task(work) for work in works]
        try:
            closing = await self._until_closing(tasks) if ours else _Close(4406, f"Subprotocol not acceptable: {_OURS}")
        finally:
            for identity in list(self._running):
                self._end(identity)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if closing is not None:
            await self._close(closing)

    async def _until_closing(self, tasks: list[asyncio.Task[None]]) -> _Close | None:
        """Wait for the end and tell why we close; None if the peer has gone."""
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except _Close as closing:
            return closing
        except TooSlow:
            return _Close(1013, "Too slow: more waited to be sent than may; come back with after: the last seq")
        except OSError:  # uvicorn's ClientDisconnected is one
            return None
        except Exception as error:  # noqa: BLE001 - of this socket alone; the log has what it was
            self._spoken.endpoint.masked(error)
            return _Close(1011, "Something went wrong inside the service")
        return None

    async def _stopped(self) -> None:
        await self._ending.wait()
        raise _Close(*_STOPS)

    async def _expired(self) -> None:
        await self._ready.wait()
        await until_over(self._sockets.identity, self.caller)
        raise _Close(*_EXPIRED)

    async def _close(self, closing: _Close) -> None:
        logger().debug("websocket closed", code=closing.code)
        short = closing.reason.encode()[:_LONGEST_REASON].decode(errors="ignore")
        # A peer that does not read would hold this for ever; its connection is cut soon after (server/protocol.py).
        with contextlib.suppress(OSError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._send({"type": "websocket.close", "code": closing.code, "reason": short})

    async def _write(self) -> None:
        while True:
            await self._send({"type": "websocket.send", "text": await self._outbox.take()})

    async def _read(self) -> None:
        try:
            async with asyncio.timeout(INIT_SECONDS):
                while self._greeting is None:
                    if not self._heard(await self._receive()):
                        return
                await self._greet(self._greeting)
        except TimeoutError:
            raise _Close(4408, "Connection initialisation timeout") from None
        while self._heard(await self._receive()):
            await self._room.wait()

    async def _greet(self, greeting: Mapping[str, Any]) -> None:
        """Take who it is that opens the socket; from here on it ends with the token."""
        text = authorization(greeting)
        if text is not None:
            try:
                viewer, expires = await self._sockets.identity.of_text(text)
            except BadToken as bad:
                logger().info("token refused", code="UNAUTHENTICATED", reason=bad.reason, request=self.caller.request)
                with contextlib.suppress(Refusal):  # told the same, a moment later
                    await charged(self._sockets.budget, self.caller)
                raise _Close(4403, "Forbidden: the token is not accepted") from None
            except GraphError:
                raise _Close(1013, "The database does not answer at the moment; try again") from None
            caller = replace(self.caller, viewer=viewer, expires=expires, token=text)
            if caller.name != self.caller.name and not self._sockets.has_room(caller):
                raise _Close(1013, "Too many open connections of one caller; close one, or try again later")
            self.caller = caller
        # What waits here is in nobody's line: who follows a hundred things at once is not refused for having no place in it.
        self._turns = asyncio.Semaphore(self._sockets.budget.most("at_once", self.caller))
        self._ready.set()
        self._outbox.put(_ACK)

    def _heard(self, message: Message) -> bool:
        """Take one message; False if there will be no more."""
        if message["type"] == "websocket.disconnect":
            return False
        text = message.get("text")
        if text is None:
            raise _Close(4400, "Invalid message: expected JSON as text")
        try:
            said = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise _Close(4400, "Invalid message: expected JSON as text") from None
        if not isinstance(said, dict):
            raise _Close(4400, "Invalid message: expected a JSON object")
        self._obey(said, text)
        return True

    def _obey(self, said: Mapping[str, Any], text: str) -> None:
        payload = said.get("payload")
        if said.get("type") != "subscribe" and payload is not None and not isinstance(payload, dict):
            raise _Close(4400, "Invalid message: payload must be a JSON object")
        match said.get("type"):
            case "connection_init":
                if self._greeting is not None:
                    raise _Close(4429, "Too many initialisation requests")
                self._greeting = payload if isinstance(payload, dict) else {}
            case "ping":
                self._outbox.put(_PONG)
            case "pong":
                pass
            case "subscribe":
                self._subscribe(_identity(said), payload, text)
            case "complete":
                self._end(_identity(said))
            case _:
                raise _Close(4400, "Invalid message: expected type connection_init, ping, pong, subscribe or complete")

    def _subscribe(self, identity: str, payload: object, text: str) -> None:
        if not self._ready.is_set():
            raise _Close(4401, "Unauthorized: expected connection_init first")
        if identity in self._running:
            raise _Close(4409, f"Subscriber for {identity} already exists")
        try:
            request_of(payload)
        except Refusal as refusal:
            raise _Close(4400, f"Invalid message: {refusal}") from None
        if len(self._running) >= MOST_OPERATIONS:
            self._fail(identity, _too_many(f"{MOST_OPERATIONS} operations run on this connection already."))
            return
        message = text.encode()
        task = asyncio.get_running_loop().create_task(self._begin(identity, message))
        self._running[identity] = task
        self._wait(len(message))
        task.add_done_callback(lambda _: self._wait(-len(message)))

    def _wait(self, size: int) -> None:
        """Count what waits, so that a caller whose turn does not come cannot have more and more of it kept."""
        self._waiting += size
        if self._waiting > MOST_WAITING:
            self._room.clear()
        else:
            self._room.set()

    async def _begin(self, identity: str, message: bytes) -> None:
        """Wait for the caller's turn, and do what the message asks for: parsed, it takes up to thirty times its length."""
        endpoint, caller = self._spoken.endpoint, replace(self.caller, request=request_id())
        try:
            async with self._turns, endpoint.turn(caller) as charge, self._at_work():
                request = request_of(orjson.loads(message)["payload"])
                await endpoint.take_in(request, caller)
                tell: Callable[[], None]
                match self._spoken.engine.operation_type(request):
                    case OperationType.SUBSCRIPTION:
                        tell = partial(self._follow, identity, request, charge)
                    case OperationType.MUTATION:
                        tell = partial(self._fail, identity, not_here(request))
                    case _:
                        wanted = partial(self._wants, identity)
                        answer = await endpoint.answer(request, caller, charge, wanted)
                        tell = partial(self._answer, identity, answer)
                if self._wants(identity):
                    tell()
                return
        except Refusal as refusal:
            errors = refusal.body["errors"]
        except Exception as error:  # noqa: BLE001 - of this operation alone; the log has what it was
            errors = endpoint.masked(error)
        if self._wants(identity):
            self._fail(identity, errors)

    @contextlib.asynccontextmanager
    async def _at_work(self) -> AsyncIterator[None]:
        """Have the operation that does this left to its end."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - it is one that `_subscribe` made
        self._sockets.at_work.add(task)
        try:
            yield
        finally:
            self._sockets.at_work.discard(task)

    def _wants(self, identity: str) -> bool:
        """Tell whether the client still waits for the operation that asks this; its id may be another's by now."""
        return self._running.get(identity) is asyncio.current_task()

    def _follow(self, identity: str, request: Request, charge: Charge) -> None:
        spoken = self._spoken
        subscription = spoken.engine.subscription(request, self.caller.viewer)
        if isinstance(subscription, Result):
            self._fail(identity, spoken.endpoint.formatted(subscription)["errors"])
            return
        charge(subscription.prepared.cost)
        head = f'{{"id":{_json(identity)},"type":"next","payload":'
        try:
            # It may be told before it is known by its id, but no event ends it.
            member = spoken.hub.subscribe(
                subscription, self.caller, partial(self._told, identity, head), self._outbox.takes
            )
        except TooMany as error:
            self._fail(identity, _too_many(str(error)))
        except Stopped:
            self.stop()
        else:
            self._running[identity] = member

    def _drained(self) -> None:
        for running in self._running.values():
            if isinstance(running, Member) and not running.live:
                self._spoken.hub.more(running)

    def _told(self, identity: str, head: str, told: Told) -> None:
        if isinstance(told, Event):
            self._outbox.put(head, told.payload, "}")
        elif isinstance(told, Refused):
            self._fail(identity, told.errors)
        else:
            self.stop()

    def _answer(self, identity: str, answer: Mapping[str, Any]) -> None:
        if "data" not in answer:  # nothing was executed
            self._fail(identity, answer["errors"])
            return
        self._running.pop(identity, None)
        self._outbox.put(f'{{"id":{_json(identity)},"type":"next","payload":', encoded(answer).decode(), "}")
        self._outbox.put(f'{{"id":{_json(identity)},"type":"complete"}}')

    def _fail(self, identity: str, errors: object) -> None:
        """Refuse an operation; its id is free again."""
        self._running.pop(identity, None)
        self._outbox.put(encoded({"id": identity, "type": "error", "payload": errors}).decode())

    def _end(self, identity: str) -> None:
        """End what runs under an id, or want its answer no more; what has ended already is no error: messages cross."""
        running = self._running.pop(identity, None)
        if isinstance(running, Member):
            self._spoken.hub.leave(running)
        elif running is not None and running not in self._sockets.at_work:
            running.cancel()


def not_here(request: Request) -> list[dict[str, Any]]:
    """Refuse a mutation on a way that is for following answers."""
    extensions = {
        "code": "ONLY_QUERIES",
        "field": "query",
        "value": "mutation",
        "expected": "a query or a subscription",
    }
    name = f" {request.operation_name[:60]}" if request.operation_name else ""
    return [{"message": f"The mutation{name} was not run: send it by POST as JSON.", "extensions": extensions}]


def _too_many(message: str) -> list[dict[str, Any]]:
    return [{"message": message, "extensions": {"code": "TOO_MANY_SUBSCRIPTIONS"}}]


def _identity(said: Mapping[str, Any]) -> str:
    identity = said.get("id")
    if not isinstance(identity, str) or not 0 < len(identity) <= LONGEST_ID:
        raise _Close(4400, f"Invalid message: id must be text of 1 to {LONGEST_ID} characters")
    return identity


def _json(text: str) -> str:
    return orjson.dumps(text).decode()


async def refuse_socket(refusal: Refusal, send: Send, request: str) -> None:
    """Refuse the handshake with an HTTP response."""

    async def as_handshake(message: Message) -> None:
        await send({**message, "type": f"websocket.{message['type']}"})

    await refuse(refusal, as_handshake, request)
