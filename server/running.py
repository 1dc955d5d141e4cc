"""`serve`: from nothing to answers, and back to nothing.

The order is the point: the port is taken before the database starts (a taken port costs no waiting), and on the way
down requests end first, then connections, then the database.
"""

import asyncio
import contextlib
import errno
import signal
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Final, TextIO

import uvicorn
import uvloop

from graph import local
from graph.announcing import expire
from graph.driver import Database
from graph.errors import GraphError
from graph.local import Connection
from graph_seed.exchange.state import plan_map
from resolvers.context import Context, Viewer
from schema.directory import schema as directory
from schema.engine import Request
from schema.gallery.schema import engine
from server.app import Application
from server.collecting import settle
from server.endpoints import engines
from server.errors import BadHostError, PortNotAllowedError, PortTakenError
from server.examples import EXAMPLES, OF_VENDORS
from server.identity.demo import DemoToken, demo_tokens, is_demo
from server.identity.setting import guard_of, identity_of, who_asks_without, whose_tokens
from server.logs import logger, refused
from server.looks import Looks
from server.opening import Report, connect, prepare
from server.protocol import SOCKETS, BoundedProtocol, BoundedWebSocket
from server.settings import Settings, check_loopback
from server.stopping import REQUESTS_SECONDS
from server.workers import Workers

KEEP_ALIVE_SECONDS: Final = 15
Announce = Callable[[str, Sequence[DemoToken]], None]


def serve(settings: Settings, report: Report, announce: Announce) -> None:
    """Serve until Ctrl-C or SIGTERM. `announce` gets the address once it answers, and demo tokens where there are any. Raises `StartError`."""
    began = time.monotonic()
    if settings.access == "off":
        check_loopback(settings.host)
    with (
        _listening(settings) as listener,
        contextlib.suppress(KeyboardInterrupt),
        _embedded(settings, report) as connection,
    ):
        uvloop.run(Service(settings, connection, listener, report, announce, began).run())


@contextmanager
def _embedded(settings: Settings, report: Report) -> Iterator[Connection | None]:
    if not settings.embedded:
        report(f"Using the Neo4j at {settings.neo4j_uri}")
        yield None
        return
    server = local.start(settings.data, report)
    try:
        yield server.connection
    finally:
        began = time.monotonic()
        server.stop()
        report(f"The embedded Neo4j has stopped ({time.monotonic() - began:.1f} s)")


class Service:
    """One run: connect, prepare, serve, stop. With several workers these serve, and this process has the database."""

    def __init__(
        self,
        settings: Settings,
        connection: Connection | None,
        listener: socket.socket,
        report: Report,
        announce: Announce,
        began: float | None = None,
    ) -> None:
        began = time.monotonic() if began is None else began
        self._settings, self._connection, self._listener = settings, connection, listener
        self._report, self._announce, self._began = report, announce, began
        self._server: Server | None = None
        self._main: asyncio.Task[None] | None = None
        self._stopped = asyncio.Event()
        self._overseeing = False
        self._tokens: Sequence[DemoToken] = ()

    async def run(self) -> None:
        """Run until a signal comes."""
        self._main = asyncio.current_task()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop)
        with contextlib.suppress(asyncio.CancelledError):
            async with await connect(self._settings, self._connection) as database:
                if self._settings.embedded:  # started by us: whoever had announced an import ended with the one before
                    await expire(database)
                await prepare(database, self._settings.embedded, self._report)
                self._report(whose_tokens(self._settings))
                if self._settings.access == "on":
                    self._report(who_asks_without(self._settings))
                self._tokens = await demo_tokens(self._settings, database)
                if self._settings.workers > 1:
                    await self._oversee()
                else:
                    await self._serve(database)
                self._report("Requests have ended; closing the connections to the database")

    async def work(self, orders: TextIO) -> None:
        """Serve as one of several workers, until `orders` ends: also while it starts."""
        self._main = asyncio.current_task()
        loop = asyncio.get_running_loop()
        reading = threading.Thread(target=lambda: (orders.read(), loop.call_soon_threadsafe(self._stop)), daemon=True)
        reading.start()
        with contextlib.suppress(asyncio.CancelledError):
            async with await connect(self._settings, self._connection) as database:
                await self._serve(database)

    async def _oversee(self) -> None:
        workers = Workers(self._settings, self._listener, self._connection)
        try:
            await workers.start()
            self._overseeing = True
            self._ready()
            await self._stopped.wait()
        finally:
            await workers.stop()

    async def _serve(self, database: Database) -> None:
        settle()
        found, demo = engines(), await is_demo(self._settings, database)
        answers = self._settings.of_answers
        for one in found.values():
            one.limits, one.deadline, one.shows_schema = self._settings.of_documents, self._settings.deadline, demo
            one.answers = answers
        identity = await identity_of(self._settings, database)
        looks = Looks(database, self._settings.looks_days)
        application = Application(
            database,
            identity,
            found,
            guard_of(self._settings),
            self._settings.of_callers,
            looks=looks,
            proxies=self._settings.of_proxies,
        )
        config = uvicorn.Config(
            application,
            http=BoundedProtocol,
            ws=BoundedWebSocket,
            **SOCKETS,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # whose word counts is said in `server/proxies.py`
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=REQUESTS_SECONDS,
        )
        self._server = Server(config, self._ready, application.close)
        works = {"warm up": warm_up(database), "prune looks": looks.keep_pruned()}
        beside = [asyncio.create_task(work, name=name) for name, work in works.items()]
        for task in beside:
            task.add_done_callback(_look_at)
        try:
            await self._server.serve(sockets=[self._listener])
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await looks.close()
            refused.tell()

    def _ready(self) -> None:
        host, port = self._listener.getsockname()[:2]
        self._announce(address(self._settings.host if ":" not in host else f"[{host}]", port), self._tokens)
        self._report(f"Ready after {time.monotonic() - self._began:.1f} s; Ctrl-C stops it")

    def _stop(self) -> None:
        self._stopped.set()
        if self._server is None:
            if self._main is not None and not self._overseeing:
                self._main.cancel()
        elif self._server.should_exit:
            self._server.force_exit = True
        else:
            self._report("Stopping")
            self._server.should_exit = True


class Server(uvicorn.Server):
    """uvicorn without signal handling of its own, which says when it listens, and first ends what would never end."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], close: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._ready, self._close = ready, close

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the service."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, end the subscriptions, then do as uvicorn does."""
        for server in self.servers:
            server.close()
        await self._close()
        await super().shutdown(sockets)


async def warm_up(database: Database) -> None:
    """Ask each example once, so that Neo4j has planned the usual statements before the first person asks, and the one that files
    of the map begin with: planned beside questions, it makes them wait (docs/decisions/0008).

    Until all is done people's questions may take longer, too: they share the machine with this. Plans do not tell one asker
    from another, so a vendor that is none has them made for all of them, and is shown nothing.
    """
    began = time.monotonic()
    engine().warming = directory.engine().warming = True
    try:
        await _ask_examples(database)
    finally:
        engine().warming = directory.engine().warming = False
    logger().info("Warmed up: the example questions have been planned", seconds=round(time.monotonic() - began, 1))


async def _ask_examples(database: Database) -> None:
    nobody = Context(database, Viewer("vendor", "start", vendor="vendor:-"), datetime.now(UTC))
    asked = [(engine(), Context.local(database), example.query) for example in EXAMPLES]
    asked += [(directory.engine(), nobody, query) for query in OF_VENDORS]
    for schema, context, query in asked:
        await schema.patiently(Request(query), context)
    with suppress(GraphError):  # whoever exports first waits longer
        await plan_map(database.read)


def _look_at(ended: asyncio.Task[None]) -> None:
    """Tell the log of what went on beside the answers and ended by a mistake."""
    if not ended.cancelled() and (error := ended.exception()) is not None:
        code = getattr(error, "code", "INTERNAL")
        logger().error("work beside the answers ended", work=ended.get_name(), code=code, kind=type(error).__name__)


def address(host: str, port: int) -> str:
    """Give the service's address as one types it."""
    return f"http://{host}:{port}"


_NOT_HERE: Final = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EINVAL)
"""How the system says that an address is none of this machine's."""


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
            # At once: until then a second program could bind the port too, and wait in vain for its turn.
            listener.listen(2048)
        except (TypeError, ValueError) as error:  # what cannot be a name at all; UnicodeError is one
            raise BadHostError(settings.host) from error
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTakenError(settings.host, settings.port) from error
            if isinstance(error, socket.gaierror) or error.errno in _NOT_HERE:
                raise BadHostError(settings.host) from error
            raise PortNotAllowedError(settings.host, settings.port, error.strerror or "refused") from error
        listener.setblocking(False)
        yield listener
