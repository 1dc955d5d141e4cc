"""The database as the rest of the code sees it: named statements, one round trip for a read, errors by our own codes.

A read is an auto-commit statement: one statement is one read transaction, and RUN, PULL and the end of the
transaction travel together (0.5 ms and half the processor time; `execute_read`, with its BEGIN and COMMIT, takes 1.8
ms; docs/decisions/0002-embedded-neo4j-and-driver.md).

Reads, writes and the watch over both share one deadline, one way of trying again and one set of errors; apart they would each be
half understood, so they are one file.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

import neo4j
from neo4j import exceptions as neo

from graph.errors import (
    BadAddressError,
    DatabaseMissingError,
    GraphError,
    InternalError,
    OutcomeUnknownError,
    ServerTooOldError,
    ServerUnreachableError,
    WrongPasswordError,
)
from graph.failures import may_succeed_later, translate
from graph.params import encode
from graph.watch import PATIENCE_SECONDS, Watch

OLDEST = (5, 26)
"""The oldest release that our statements are tested against."""
SECONDS = 10.0
"""The most that a statement or a transaction may take, where it does not say otherwise."""
RETRY_SECONDS = 1.5
"""How long a transaction is tried again that found no server."""
CONTENTION_SECONDS = 5.0
"""How long one is tried again that the server itself asks to send again: two that locked each other out, say."""
CONNECT_SECONDS = 20.0
"""For the first connection: a cluster far away, or a server that has just started on a busy machine."""

PLANNING_SECONDS = 30.0
"""How long a statement may be planned: the first ones of a server that has just started take a few seconds."""
WRITERS = 8
"""How many changes of this process wait for the counter's lock in the database; the others wait here, in their order."""
PLANS = 250
"""How many plans are taken to be in the server's cache; the embedded one keeps as many."""

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
_QUIET: Any = ["UNRECOGNIZED", "HINT", "PERFORMANCE", "GENERIC", "UNSUPPORTED", "TOPOLOGY", "SCHEMA"]
_SETTINGS: dict[str, Any] = {
    # The watch notices a dead database before these do; they only keep waiting calls from piling up for longer.
    "connection_timeout": 2.0,
    "connection_acquisition_timeout": 5.0,
    # A log-on costs the server about 40 ms of processor time (password hash): a burst should not open more than it uses.
    "max_connection_pool_size": 32,
    # A look at a connection before its use costs a round trip (0.5 → 0.7 ms), so only at those that were idle for so
    # long.
    "liveness_check_timeout": 5.0,
    "telemetry_disabled": True,
    # An empty database does not know our labels yet and says so for each statement; deprecations still come through.
    "notifications_disabled_classifications": _QUIET,
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One Cypher statement: `name` shows in logs and in the database's own lists, `params` is the map `$p`.

    `seconds` is its time limit, on the server and here. The text is a constant or compiled from constants, never from
    input.
    """

    name: str
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = SECONDS


class _Text(str):
    """A statement's text as the driver takes it. The driver makes the `repr` of what it sends each time, for a log that
    nobody reads; of 6,000 characters that costs 28 µs, of this nothing.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "<statement>"


@dataclass(slots=True)
class Chain:
    """Reads that belong together: each sees at least all that the ones before it may have seen, if only in part.

    A commit under way may be seen in part (the database is read committed). Its bookmark makes the next read of the
    chain wait until it is seen whole. Made empty, and given to each `Database.read`; one read at a time.
    """

    bookmarks: neo4j.Bookmarks | None = None


Observer = Callable[[Statement], None]
"""Is told of every statement before it is sent (also of one that is sent again)."""


def _log(name: str, code: str, error: Exception) -> None:
    """Which code it was there and is here. Texts hold what people wrote, so they are for debugging only."""
    _LOG.warning("statement %s: %s (%s)", name, code, getattr(error, "code", None) or type(error).__name__)
    _LOG.debug("statement %s", name, exc_info=error)


class Transaction:
    """Several statements that hold together or not at all; see `Database.write`."""

    def __init__(self, transaction: neo4j.AsyncTransaction, observers: list[Observer]) -> None:
        self._transaction, self._observers = transaction, observers

    async def run(self, statement: Statement) -> list[neo4j.Record]:
        """All records of one statement. The time limit is the transaction's, not the statement's."""
        for observe in self._observers:
            observe(statement)
        result = await self._transaction.run(_Text(statement.text), {"p": encode(statement.params)})
        return [record async for record in result]


class _Planned(Exception):
    """Ends a transaction that was for a plan alone."""


@dataclass(frozen=True, slots=True)
class Address:
    """A server, and how one logs on to it; printed, it hides the password."""

    uri: str
    username: str
    password: str = field(repr=False)
    database: str | None


class Database:
    """A pool of connections to one database; an async context manager that closes them. Belongs to one event loop."""

    def __init__(self, driver: neo4j.AsyncDriver, pinger: neo4j.AsyncDriver, database: str | None) -> None:
        self.observers: list[Observer] = []
        self._driver, self._pinger = driver, pinger
        self._session: dict[str, Any] = {"database": database, "fetch_size": -1}
        self._bookmarks: neo4j.AsyncBookmarkManager | None = None
        self._ping: asyncio.Task[bool] | None = None
        self._planned = set[str]()
        self.address: Address | None = None
        """Where this leads, for a process of ours that is to have connections of its own."""
        self.turn = asyncio.Semaphore(WRITERS)
        """To be held by what writes under the counter's lock: only one can go on, and each holds two connections."""

    @classmethod
    async def connect(cls, uri: str, username: str, password: str, database: str | None = None) -> Self:
        """Connect and look at what answers. Raises a `StartError`; retries nothing."""
        if re.match(r"(bolt|neo4j)(\+s|\+ssc)?://", uri) is None:
            # The driver would take http:// too, for an interface that has no transactions as we need them.
            raise BadAddressError(uri)
        try:
            driver, pinger = (
                neo4j.AsyncGraphDatabase.driver(uri, auth=(username, password), user_agent="rollegalleri", **_SETTINGS)
                for _ in range(2)
            )
        except (ValueError, neo.ConfigurationError) as error:
            raise BadAddressError(uri) from error
        self = cls(driver, pinger, database)
        self.address = Address(uri, username, password, database)
        if uri.startswith("neo4j"):
            # In a cluster a read may reach a member that has not caught up; bookmarks make it wait for what we wrote.
            self._bookmarks = neo4j.AsyncGraphDatabase.bookmark_manager()
        try:
            await self._check(uri, username, database)
        except BaseException:
            await self.close()
            raise
        return self

    async def close(self) -> None:
        """Close all connections; before the embedded server is stopped, since open ones slow its stop."""
        if self._ping is not None:
            self._ping.cancel()
            await asyncio.gather(self._ping, return_exceptions=True)
        await self._pinger.close()
        await self._driver.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def read(
        self, statement: Statement, *, patience: float = PATIENCE_SECONDS, chain: Chain | None = None
    ) -> list[neo4j.Record]:
        """All records of one statement in one read transaction and one round trip. Raises a `GraphError`.

        `patience` is for how many seconds the database may be silent. `chain` makes it one of several that follow.
        """
        params = {"p": encode(statement.params)}
        query: Any = neo4j.Query(_Text(statement.text), {"statement": statement.name}, statement.seconds)

        async def once() -> list[neo4j.Record]:
            for observe in self.observers:
                observe(statement)
            async with self._reading(chain) as session:
                result = await session.run(query, params)
                records = [record async for record in result]
                if chain is not None:
                    chain.bookmarks = await session.last_bookmarks()
                return records

        return await self._guarded(once, statement.name, statement.seconds, patience)

    def _reading(self, chain: Chain | None = None) -> neo4j.AsyncSession:
        after: dict[str, Any] = {} if chain is None else {"bookmarks": chain.bookmarks}
        return self._driver.session(
            default_access_mode=neo4j.READ_ACCESS, bookmark_manager=self._bookmarks, **self._session, **after
        )

    async def plan(self, name: str, text: str, *, after_changes: bool = False) -> None:
        """Let the server plan a statement that will run under a lock, once; raises a `GraphError`.

        `EXPLAIN` leaves most of the work in the server's cache of plans: 1.1 s were 0.3 s afterwards on a busy machine. Where
        the statement will see changes of its own transaction (`after_changes`), it is planned among such: Neo4j keeps the
        plans of both apart, and would make another under the lock.
        """
        if text in self._planned:
            return
        explained = Statement(f"plan {name}", f"EXPLAIN {text}", {}, PLANNING_SECONDS)
        if after_changes:
            await self._plan_after_changes(explained)
        else:
            await self.read(explained, patience=PLANNING_SECONDS)
        if len(self._planned) >= PLANS:
            self._planned.clear()
        self._planned.add(text)

    async def _plan_after_changes(self, explained: Statement) -> None:
        async def work(transaction: Transaction) -> None:
            await transaction.run(Statement("change for a plan", "CREATE () FINISH"))
            await transaction.run(explained)
            raise _Planned  # so that nothing of it stays

        with contextlib.suppress(_Planned):
            await self.write(work, name=explained.name, seconds=explained.seconds, patience=PLANNING_SECONDS)

    async def forget_plans(self) -> None:
        """Let the server plan anew what it planned over another map, after a load of data; where we may not, it does in time."""
        self._planned.clear()
        with contextlib.suppress(GraphError):
            await self.read(Statement("forget plans", "CALL db.clearQueryCaches()"))

    async def value(self, statement: Statement) -> Any:
        """The one value of the one record that the statement gives; `InternalError` if it gives anything else."""
        records = await self.read(statement)
        if len(records) != 1 or len(records[0]) != 1:
            raise InternalError from ValueError(
                f"{statement.name}: {len(records)} records where one value was expected"
            )
        return records[0][0]

    async def write(
        self,
        work: Callable[[Transaction], Awaitable[T]],
        *,
        name: str,
        seconds: float = SECONDS,
        patience: float = PATIENCE_SECONDS,
    ) -> T:
        """Run `work` in one transaction and commit; again from its beginning if the database asks for that.

        `name` and `seconds` are the transaction's; `patience` is for how many seconds the database may be silent.
        Raises a `GraphError`: `OutcomeUnknownError` if the commit's answer was lost, any other means that nothing was
        written. What `work` itself raises rolls back and comes through as it is.
        """
        committing = False

        async def once() -> T:
            nonlocal committing
            committing = False
            async with self._driver.session(default_access_mode=neo4j.WRITE_ACCESS, **self._session) as session:
                begun = await session.begin_transaction({"statement": name}, seconds)
                async with begun as transaction:
                    outcome = await work(Transaction(transaction, self.observers))
                    committing = True
                    await transaction.commit()
                await self._committed(await session.last_bookmarks())
            return outcome

        try:
            return await self._guarded(once, name, seconds, patience)
        except GraphError as error:
            if committing and isinstance(error.__cause__, TimeoutError):
                raise OutcomeUnknownError from error
            raise

    async def _committed(self, bookmarks: neo4j.Bookmarks) -> None:
        """A commit's answer brings a bookmark; without one it was not the commit's.

        Seen with 2026.09: a server that stops sends an empty SUCCESS on a connection with an open transaction. The
        driver takes that for the answer to its COMMIT, which nobody read.
        """
        if not bookmarks:
            raise OutcomeUnknownError
        if self._bookmarks is not None:
            await self._bookmarks.update_bookmarks(set(), bookmarks.raw_values)

    async def _guarded(
        self, once: Callable[[], Awaitable[T]], name: str, seconds: float, patience: float = PATIENCE_SECONDS
    ) -> T:
        """`once`, within its time, again while that may help, and with our errors."""
        try:
            async with Watch(seconds, self._alive, patience):
                return await self._again(once)
        except GraphError as error:
            _log(name, error.code, error)
            raise
        except (neo.Neo4jError, neo.DriverError, OSError) as error:
            translated = translate(error)
            _log(name, translated.code, error)
            raise translated from error

    async def _again(self, once: Callable[[], Awaitable[T]]) -> T:
        loop = asyncio.get_running_loop()
        started = loop.time()
        pause = 0.0
        while True:
            try:
                return await once()
            except (neo.Neo4jError, neo.DriverError) as error:
                limit = CONTENTION_SECONDS if isinstance(error, neo.Neo4jError) else RETRY_SECONDS
                if not may_succeed_later(error) or loop.time() + pause > started + limit:
                    raise
            await asyncio.sleep(pause)
            pause = pause * 2 or 0.05

    async def _alive(self) -> bool:
        """One ping at a time for all that wait, over a connection of its own: the pool may be what is exhausted."""
        if self._ping is None or self._ping.done():
            self._ping = asyncio.get_running_loop().create_task(self._send_ping())
        return await asyncio.shield(self._ping)

    async def _send_ping(self) -> bool:
        try:
            async with (
                asyncio.timeout(PATIENCE_SECONDS),
                self._pinger.session(database=self._session["database"]) as session,
            ):
                await (await session.run("RETURN 1")).consume()
        except (neo.Neo4jError, neo.DriverError, OSError):
            return False
        return True

    async def _check(self, uri: str, username: str, database: str | None) -> None:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                async with self._reading() as session:
                    summary = await (await session.run("RETURN 1")).consume()
                # Opens the pings' own connection now: a busy server takes long to log somebody on.
                await self._send_ping()
        except neo.AuthError as error:
            raise WrongPasswordError(uri, username) from error
        except neo.ClientError as error:
            if error.code == "Neo.ClientError.Database.DatabaseNotFound":
                raise DatabaseMissingError(uri, database or "") from error
            raise ServerUnreachableError(uri) from error
        except (neo.Neo4jError, neo.DriverError, OSError, ValueError) as error:
            raise ServerUnreachableError(uri) from error
        agent = summary.server.agent
        version = re.search(r"/(\d+)\.(\d+)[^ ]*", agent)
        if version is None or (int(version[1]), int(version[2])) < OLDEST:
            raise ServerTooOldError(uri, agent, ".".join(map(str, OLDEST)))
