"""Announcing a write that takes long: others are told at once that they come too early, instead of waiting for the lock.

    (:Counter {key: 'import', holder, until, reserves, reveals})

The announcement is a lease: `until` is an instant of the database's own clock, in milliseconds, so that it ends by itself
where its holder died, and two services with clocks of their own agree on it. It is taken under the counter's lock: whoever
was admitted before has that lock, or is waiting for it, and is done before the long write begins. Other writers look at it
before they ask for the lock, in the same statement (`recording`), which costs one look-up in an index.

**A long write in parts** (docs/decisions/0008). What is new is laid ready under `STAGED`, what ends is marked with `CLOSING`:
readers see neither. One transaction then records the change, and reserves its number: from there on it has happened, and
only goes forward. Parts of a few thousand are believed, that is given that number, which the counter has not reached; when
nothing is left the number is to be revealed; and the next who has the lock moves the counter. If the holder dies in between,
the next writer does the rest (`write`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Final, TypeVar

from neo4j import Record

from graph.driver import Database, Statement, Transaction
from graph.errors import BusyError, OutcomeUnknownError
from graph.shape import CLOSING, FACTS, OPEN_SEQ, STAGED

LEASE_SECONDS: Final = 120
"""How long a lease holds after it was taken, or renewed by the last part; a transaction under one has a shorter time limit."""

TAKE: Final = """\
OPTIONAL MATCH (early:Counter {key: 'import'})
WITH early WHERE NOT (coalesce(early.until, 0) > timestamp() AND early.holder <> $p.holder)
MERGE (counter:Counter {key: 'counter'}) ON CREATE SET counter.seq = 0
SET counter.key = 'counter'
WITH counter
OPTIONAL MATCH (lease:Counter {key: 'import'})
WITH counter, lease WHERE NOT (coalesce(lease.until, 0) > timestamp() AND lease.holder <> $p.holder)
WITH counter, lease,
  counter.seq >= 0 AND lease.reveals > counter.seq AND EXISTS { MATCH (:Change {seq: lease.reveals}) } AS shows
SET counter.seq = CASE WHEN shows THEN lease.reveals ELSE counter.seq END
FOREACH (one IN CASE WHEN shows THEN [lease] ELSE [] END | SET one.reveals = null)
WITH counter.seq AS now, lease.reserves IS NOT NULL AS unfinished
OPTIONAL MATCH (last:Change {seq: now})
OPTIONAL MATCH (same:Change {operationId: $p.operationId})"""
TOLD: Final = "RETURN now, unfinished, last.at AS at, properties(same) AS same"
"""The two parts of the statement with which every write begins: it takes the counter's lock, and gives the last number, its
instant, and the change that this operation is already, or null. It gives no row while somebody else has announced a long
write.

Setting the key to what it is takes the lock without reading anything first, so that number and lease, read afterwards, are
the last ones committed. A change that was recorded and not yet shown, because its writer died in between, is shown here. More may
stand between the two, and more columns follow (`basis.locked`).
"""

PART: Final = 1_000
"""Rows that one transaction lays ready, or believes: what is not committed yet is copied at each collection of the
database's heap, in which nobody is answered."""
PEOPLE: Final = ("Person", "Mailbox")
_SECONDS: Final = 60.0
_ANNOUNCE: Final = """\
MERGE (lease:Counter {key: 'import'}) ON CREATE SET lease.seq = 0
SET lease.holder = $p.holder, lease.until = timestamp() + $p.milliseconds"""
_RESERVE: Final = """\
MATCH (lease:Counter {key: 'import', holder: $p.holder}) SET lease.reserves = $p.seq
WITH lease MATCH (counter:Counter {key: 'counter'}) SET counter.seq = $p.seq - 1, counter.moved = timestamp()
RETURN counter.seq AS kept"""
_FENCE: Final = """\
MATCH (counter:Counter {key: 'counter'}) SET counter.key = 'counter'
WITH counter MATCH (lease:Counter {key: 'import', holder: $p.holder}) WHERE lease.reserves IS NULL
SET lease.until = timestamp() + $p.milliseconds
RETURN lease.until AS until"""
_EXPIRE: Final = "MATCH (lease:Counter {key: 'import'}) SET lease.until = 0"
_KEEP_BACK: Final = """\
MATCH (counter:Counter {key: 'counter'}) SET counter.seq = $p.before, counter.moved = timestamp()
MERGE (lease:Counter {key: 'import'}) ON CREATE SET lease.seq = 0
SET lease.reveals = $p.seq"""
_BELIEVE: Final = f"""\
MATCH (counter:Counter {{key: 'counter'}}) SET counter.key = 'counter'
WITH counter
MATCH (lease:Counter {{key: 'import'}}) WHERE lease.reserves IS NOT NULL
OPTIONAL MATCH (c:Change {{seq: lease.reserves}})
CALL (c) {{
  UNWIND CASE WHEN c IS NULL THEN [] ELSE [c] END AS by
  MATCH (n:{"|".join(FACTS)}) WHERE n.fromSeq = {STAGED} WITH by, n LIMIT $p.limit
  SET n.fromSeq = by.seq, n.toSeq = {OPEN_SEQ} CREATE (by)-[:RECORDED]->(n) RETURN count(*) AS recorded
}}
CALL (c, recorded) {{
  UNWIND CASE WHEN c IS NULL OR recorded >= $p.limit THEN [] ELSE [c] END AS by
  MATCH (n:{"|".join(PEOPLE)}) WHERE n.fromSeq = {STAGED} WITH by, n LIMIT $p.limit
  SET n.fromSeq = by.seq, n.seq = by.seq CREATE (by)-[:TOUCHED]->(n) RETURN count(*) AS brought
}}
CALL (c, recorded, brought) {{
  UNWIND CASE WHEN c IS NULL OR recorded + brought >= $p.limit THEN [] ELSE [c] END AS by
  MATCH (n:{"|".join(FACTS)}) WHERE n.toSeq = {CLOSING} WITH by, n LIMIT $p.limit
  SET n.toSeq = by.seq CREATE (by)-[:CLOSED]->(n) RETURN count(*) AS closed
}}
WITH lease, recorded + brought + closed AS done
SET lease.reveals = CASE done WHEN 0 THEN lease.reserves END
SET lease.reserves = CASE done WHEN 0 THEN null ELSE lease.reserves END
SET lease.until = CASE done WHEN 0 THEN 0 ELSE lease.until END
RETURN done"""
"""Looking for a kind takes a scan of all facts, so not before the kinds before it no longer fill a part."""
_BELIEVE_THESE: Final = f"""\
MATCH (counter:Counter {{key: 'counter'}}) SET counter.key = 'counter'
WITH counter
MATCH (lease:Counter {{key: 'import'}}) WHERE lease.reserves IS NOT NULL
MATCH (by:Change {{seq: lease.reserves}})
UNWIND $p.ids AS id MATCH (n) WHERE elementId(n) = id AND n.fromSeq = {STAGED}
SET n.fromSeq = by.seq, n.toSeq = {OPEN_SEQ} CREATE (by)-[:RECORDED]->(n) RETURN count(*) AS done"""
"""Of facts by the database's own ids, for who has laid them ready: no scan."""
_RELEASE: Final = "MATCH (lease:Counter {key: 'import', holder: $p.holder}) SET lease.until = 0, lease.reveals = null"
T = TypeVar("T")


class UnfinishedError(Exception):
    """A long write was recorded and not yet believed whole, and nobody is at it any more: `finish` it, and come again."""


async def announce(database: Database, holder: str) -> None:
    """Announce a long write; others are refused from now on, and those before are done.

    Raises:
        BusyError: somebody else has announced one.
    """

    async def work(transaction: Transaction) -> None:
        await lock(transaction, holder=holder)
        milliseconds = LEASE_SECONDS * 1000
        await transaction.run(Statement("lease announce", _ANNOUNCE, {"holder": holder, "milliseconds": milliseconds}))

    await write(database, work, name="lease announce")


async def hold(transaction: Transaction, holder: str) -> None:
    """Go on under a lease: take the lock, and hold the lease from now on as long again.

    Raises:
        BusyError: somebody else has taken it since, or what was announced is recorded already.
    """
    params = {"holder": holder, "milliseconds": LEASE_SECONDS * 1000}
    if not await transaction.run(Statement("lease hold", _FENCE, params)):
        raise BusyError


async def expire(database: Database) -> None:
    """End a lease whose holder is known to be gone: who has just started the database is alone with it."""

    async def work(transaction: Transaction) -> None:
        await transaction.run(Statement("lease expire", _EXPIRE))

    await database.write(work, name="lease expire")


async def reserve(transaction: Transaction, holder: str, seq: int) -> None:
    """Keep back the change that this transaction records: nobody sees it before it is believed whole.

    The database applies a commit piece by piece, in view of readers (docs/decisions/0006). The pieces of a long write are not
    to be seen before the last is there; the number that shows them is a commit of its own, of one piece.
    """
    if not await transaction.run(Statement("lease reserve", _RESERVE, {"holder": holder, "seq": seq})):
        raise BusyError  # a restore has taken the lease away


async def keep_back(transaction: Transaction, before: int, seq: int) -> None:
    """Keep back changes up to `seq`, recorded by this transaction all at once: `show` them, or the next writer does."""
    await transaction.run(Statement("keep back", _KEEP_BACK, {"before": before, "seq": seq}))


async def show(database: Database) -> None:
    """Show what was kept back; after the transaction that kept it, when all of it is there."""

    async def work(transaction: Transaction) -> None:
        await lock(transaction)

    with contextlib.suppress(BusyError):  # who has announced something since has shown this before
        await write(database, work, name="show")


async def finish(
    database: Database, progress: Callable[[int], None] = lambda _rows: None, laid: Sequence[str] = ()
) -> None:
    """Believe what a recorded change has laid ready, in parts; nothing where there is no such change.

    `laid` are the database's own ids of facts that are among it, by which they are found at once; what is left is looked for. Any number
    may do this at once: each part is done under the lock. Raises a `GraphError`; what is done stays done.
    """
    for some in parts(laid, PART):
        await _believed(database, Statement("lease believe these", _BELIEVE_THESE, {"ids": some}), progress)
    while await _believed(database, Statement("lease believe", _BELIEVE, {"limit": PART}), progress):
        pass


async def _believed(database: Database, statement: Statement, progress: Callable[[int], None]) -> int:
    async def work(transaction: Transaction) -> int:
        rows = await transaction.run(statement)
        return int(rows[0]["done"]) if rows else 0

    try:
        done = await database.write(work, name=statement.name, seconds=_SECONDS, patience=_SECONDS)
    except OutcomeUnknownError:
        return 1  # whatever became of it, the next part begins with what is left
    progress(done)
    return done


def parts(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut rows into parts of at most `size`, in their order."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


async def release(database: Database, holder: str) -> None:
    """Show what is believed whole, and let others write again. Without it the lease ends by itself."""

    async def work(transaction: Transaction) -> None:
        await lock(transaction, holder=holder)
        await transaction.run(Statement("lease release", _RELEASE, {"holder": holder}))

    await write(database, work, name="lease release")


async def write(
    database: Database, work: Callable[[Transaction], Awaitable[T]], *,
    name: str, **limits: float,
) -> T:  # fmt: skip
    """Do what `Database.write` does (`limits` are its), with work that takes the lock; after what a dead long write has left to do is done."""
    while True:
        try:
            return await database.write(work, name=name, **limits)
        except UnfinishedError:
            await finish(database)


async def first(transaction: Transaction, statement: Statement) -> Record:
    """Run the statement that takes the lock, made of `TAKE` and `TOLD`.

    Raises:
        BusyError: somebody else has announced a long write.
        UnfinishedError: one was left half believed; `write` sees to it.
    """
    rows = await transaction.run(statement)
    if not rows:
        raise BusyError
    if rows[0]["unfinished"]:
        raise UnfinishedError
    return rows[0]


async def lock(
    transaction: Transaction, operation: str = "", holder: str = ""
) -> tuple[int, str | None, dict[str, object] | None]:
    """Take the counter's lock; give the last number, its instant, and the change that is this operation already.

    `holder` is who has announced a long write, if it is the caller.

    Raises what `first` raises.
    """
    row = await first(transaction, Statement("lock", f"{TAKE}\n{TOLD}", {"operationId": operation, "holder": holder}))
    return row["now"], row["at"], row["same"]
