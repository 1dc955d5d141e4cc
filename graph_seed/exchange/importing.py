"""Importing a file: previewed first, then applied as one change, all or nothing, and never twice.

The plan is made over the map at one number of the log. If nothing was written since, it is what is done; if something was,
it is made again, and an import that was previewed is refused if the plan has become another one. A large import announces
itself (`graph.announcing`) and plans before it asks for the lock, so that it holds the lock only while it writes.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

from neo4j import Record as Found

from graph import recording
from graph.announcing import LEASE_SECONDS, announce, finish, lock, release, reserve, write
from graph.driver import Database, Statement, Transaction
from graph.errors import BusyError, GraphError, OutcomeUnknownError
from graph.model import Change, Value
from graph_seed.exchange.order import Applied, Order, PlanMoved, RowsRefused, differences
from graph_seed.exchange.planned import Options, Planned
from graph_seed.exchange.planning import plan
from graph_seed.exchange.result import Read
from graph_seed.exchange.staging import clear_after_all, stage
from graph_seed.exchange.state import SECONDS, Run, State, read_state
from graph_seed.writer import Log, There, record, write_changes
from resolvers.changes.allowing import check_scope
from resolvers.changes.performing import logged
from resolvers.context import Viewer
from resolvers.errors import check_same

ANNOUNCED: Final = 5_000
"""Rows of a file from which an import is announced."""
_WRITING_SECONDS: Final = LEASE_SECONDS - 10.0
"""Less than the lease: when it has ended, nothing of the import can be written any more."""
_STEP: Final = 5_000
_TRIES: Final = 2
Report = Callable[[str], None]


async def read_map(database: Database, viewer: Viewer) -> State:
    """Read the map that an import is planned over: of a municipality's editor its own, and all people, since anybody may hold
    a role there. Raises a `GraphError`.
    """

    async def run(statement: Statement) -> Sequence[Found]:
        return await database.read(statement, patience=SECONDS)

    return await _read_for(viewer, run)


async def _read_for(viewer: Viewer, run: Run) -> State:
    own = [viewer.municipality] if viewer.municipality else []
    return await read_state(run, viewer, places=own)


def _planned(read: Read, state: State, options: Options) -> Planned:
    """Plan, and refuse what is not the viewer's own. Raises `NotAllowed`."""
    planned = plan(read, state, options)
    if not planned.empty:
        check_scope(options.viewer, "file", planned.writes.asked)
    return planned


async def preview(database: Database, read: Read, options: Options, state: State | None = None) -> Planned:
    """Tell what an import would do; nothing is written. `state` is the map, where it was read already.

    Raises:
        NotAllowed: something in the file is not the viewer's own. GraphError: the database does not answer.
    """
    state = state or await read_map(database, options.viewer)
    return await asyncio.to_thread(_planned, read, state, options)


async def apply(
    database: Database, order: Order, previewed: Planned | None = None, expected: str | None = None,
    report: Report = lambda _line: None, state: State | None = None,
) -> Applied:  # fmt: skip
    """Apply an import as one change.

    `previewed` is the plan that somebody has seen, or `expected` its fingerprint; without either whatever the plan is now.
    `state` is the map, where it was read already; if it has moved on since, it is read again.

    Raises:
        RowsRefused: rows are wrong. PlanMoved: the plan is another one than was seen. Nothing was written by either.
        InvalidInput: the key belongs to another input.
        BusyError: another import has announced itself. GraphError: the database.
    """
    planned = previewed or await preview(database, order.read, order.options, state)
    return await _Importing(database, order, planned, previewed, expected, report).apply()


async def done_before(database: Database, order: Order, seq: int = 0) -> Applied | None:
    """Give what an import has done already, whole by now, whatever its file would do today; None where it is new.

    Without a key of its own, `seq` names it: the change that it is planned over.

    Raises:
        InvalidInput: the key belongs to another input.
    """
    text = """OPTIONAL MATCH (c:Change {operationId: $p.id}) OPTIONAL MATCH (counter:Counter {key: 'counter'})
      RETURN [properties(c), c.seq > counter.seq] AS same"""
    same, hidden = await database.value(Statement("import known", text, {"id": order.operation_id(seq)}))
    if hidden:  # it died, or is at it still
        await _show(database)
    return None if same is None else _repeated(order, same)


def _repeated(order: Order, same: dict[str, Any]) -> Applied:
    check_same("key", order.key, order.input_hash, "import", same)
    return Applied(same["seq"], None, repeated=True)


async def _show(
    database: Database, token: str = "", laid: Sequence[str] = (), progress: Callable[[int], None] = lambda _rows: None
) -> None:
    """Believe what is recorded, and let readers see it. Where nothing was laid ready, one look finds that out."""
    try:
        await finish(database, progress, laid)
        with suppress(BusyError):  # who has announced something since has shown this before
            await release(database, token)
    except GraphError as error:
        # It is recorded, and whoever writes next does the rest.
        raise OutcomeUnknownError from error


@dataclass(slots=True)
class _Importing:
    database: Database
    order: Order
    planned: Planned
    previewed: Planned | None
    expected: str | None
    report: Report
    holder: str = ""
    """The operation, the same however often it is sent."""
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    """This try, which has a lease of its own: the same file sent twice at once is two that must not meet."""
    laid: Sequence[str] | None = None
    """The database's own ids of the records that were laid ready; None where nothing was."""
    written: int = 0
    began: float = field(default_factory=monotonic)

    async def apply(self) -> Applied:
        self.holder = self.order.operation_id(self.planned.seq)
        done = await done_before(self.database, self.order, self.planned.seq)
        if done is not None:
            return done
        self._check()
        if self.planned.empty:
            return Applied(None, self.planned)
        if max(self.planned.rows, self.planned.writes.size) <= ANNOUNCED:
            done = await self._record()
            await self._show()
            return done
        try:
            await announce(self.database, self.token)
            self.report("Announced: other writers are told to come back until this is done")
            # What others wrote until now is planned over here, without the lock.
            if await self._plan_again(await self._seq()):
                await self._stage()
                done = await self._record()
            else:
                done = Applied(None, self.planned)
        except BaseException:
            await clear_after_all(self.database, self.token)
            with suppress(GraphError):  # it ends by itself if this fails too
                await release(self.database, self.token)
            raise
        await self._show()
        return done

    async def _show(self) -> None:
        self.written, self.began = 0, monotonic()
        await _show(self.database, self.token, self.laid or (), lambda rows: self._progress("believed", rows))
        if self.written:
            self.report(f"{self.written} rows believed in {monotonic() - self.began:.1f} s")

    async def _record(self) -> Applied:
        """Write it; where the commit's answer was lost, look whether it is there, under the lock, and write it if not."""
        for left in reversed(range(_TRIES)):
            try:
                return await write(
                    self.database, self._write, name="import", seconds=_WRITING_SECONDS, patience=SECONDS
                )
            except OutcomeUnknownError:
                if not left:
                    raise
        raise AssertionError("the loop returns or raises")

    async def _seq(self) -> int:
        text = "MATCH (c:Counter {key: 'counter'}) RETURN c.seq"
        return int(await self.database.value(Statement("import seq", text)))

    def _check(self) -> None:
        if not self.planned.ok:
            raise RowsRefused(self.planned)
        seen = self.previewed.fingerprint if self.previewed else self.expected
        if seen is not None and seen != self.planned.fingerprint:
            before = self.previewed
            raise PlanMoved(before.seq if before else self.planned.seq, self.planned, differences(before, self.planned))

    async def _plan_again(self, seq: int, run: Callable[[Statement], Any] | None = None) -> bool:
        """Plan over the map as it is, if it is not the one that was planned over; tell whether there is something to do.

        Raises:
            PlanMoved: the plan has become another one than was seen. RowsRefused: rows have become wrong.
        """
        if seq == self.planned.seq:
            return True
        viewer = self.order.options.viewer
        state = await (read_map(self.database, viewer) if run is None else _read_for(viewer, run))
        self.planned = await asyncio.to_thread(_planned, self.order.read, state, self.order.options)
        self._check()
        return not self.planned.empty

    async def _stage(self) -> None:
        """Lay ready what is new, so that the transaction under the lock is small enough for the database, and short."""
        writes = self.planned.writes
        self.written, self.began = 0, monotonic()
        self.laid = await stage(
            self.database, writes.created, writes.records, writes.closes, self.token, self._progress
        )
        self.report(f"{self.written} rows laid ready in {monotonic() - self.began:.1f} s")

    async def _write(self, transaction: Transaction) -> Applied:
        seq, at, same = await lock(transaction, self.holder, self.token)
        if same is not None:
            return _repeated(self.order, same)
        staged = self.laid is not None
        if staged and seq != self.planned.seq:
            raise BusyError  # somebody who does not look at the lease wrote meanwhile: what is staged may be wrong
        if not await self._plan_again(seq, transaction.run):
            return Applied(None, self.planned)
        writes = self.planned.writes
        things, closes = ([], []) if staged else (writes.created, writes.closes)
        change = Change(
            recording.instant_after(at, self.order.now),
            self.order.actor,
            "import",
            self.order.reason,
            [*things, *writes.edited.values()],
            [] if staged else list(writes.records),
            [row.record.key for row in closes],
            self._entry(),
        )
        there = There(frozenset(writes.edited), {row.record.key: row.id for row in closes})
        self.written, self.began = 0, monotonic()
        if staged:
            await write_changes(transaction, [change], Log(seq, at), "api", there, self._progress)
            await reserve(transaction, self.token, seq + 1)
        else:
            await record(transaction, [change], Log(seq, at), "api", there, self._progress)
        return Applied(seq + 1, self.planned)

    def _entry(self) -> dict[str, Value]:
        """Give what the log's entry says beside what the writer makes of the rest."""
        writes = self.planned.writes
        counts = {sheet: dict(counter) for sheet, counter in self.planned.counts.items()}
        return {
            **{name: tuple(values) for name, values in writes.scope.told().items()},
            "operationId": self.holder,
            "inputHash": self.order.input_hash,
            "outcome": json.dumps({"rows": self.planned.rows, "counts": counts}, sort_keys=True),
            "edits": tuple(text for entry in writes.log for text in logged(*entry)),
        }

    def _progress(self, _what: str, rows: int) -> None:
        before, self.written = self.written, self.written + rows
        if self.written // _STEP > before // _STEP:
            rate = self.written / (monotonic() - self.began)
            self.report(f"{self.written} rows written, {rate:.0f} a second")
