"""Announcing a write that takes long: others are told at once that they come too early, instead of waiting for the lock.

    (:Counter {key: 'import', holder, until, reveals})

The announcement is a lease: `until` is an instant of the database's own clock, in milliseconds, so that it ends by itself
where its holder died, and two services with clocks of their own agree on it. It is taken under the counter's lock: whoever
was admitted before has that lock, or is waiting for it, and is done before the long write begins. Other writers look at it
before they ask for the lock, in the same statement (`recording`), which costs one look-up in an index.
"""

from __future__ import annotations

from typing import Final

from graph.driver import Database, Statement, Transaction
from graph.errors import BusyError

LEASE_SECONDS: Final = 120
"""The most that an announced write may take; a transaction under a lease has a shorter time limit."""

LOCK: Final = """\
OPTIONAL MATCH (lease:Counter {key: 'import'})
WITH lease, coalesce(lease.until, 0) > timestamp() AND lease.holder <> $p.operationId AS busy
WHERE NOT busy
MERGE (counter:Counter {key: 'counter'}) ON CREATE SET counter.seq = 0
SET counter.key = 'counter'
SET counter.seq = CASE
  WHEN lease.reveals = counter.seq + 1 AND EXISTS { MATCH (:Change {seq: lease.reveals}) } THEN lease.reveals
  ELSE counter.seq
END
WITH counter.seq AS now
OPTIONAL MATCH (last:Change {seq: now})
OPTIONAL MATCH (same:Change {operationId: $p.operationId})
RETURN now, last.at AS at, properties(same) AS same"""
"""The statement with which every write begins: it takes the counter's lock, and gives the last number, its instant, and the
change that this operation is already, or null. It gives no row while somebody else has announced a long write.

Setting the key to what it is takes the lock without reading anything first, so that the number, read afterwards, is the last
one committed. A change that was recorded and not yet shown, because its writer died in between, is shown here. More columns
may follow (`recording.locked`).
"""

_ANNOUNCE: Final = """\
MERGE (lease:Counter {key: 'import'}) ON CREATE SET lease.seq = 0
SET lease.holder = $p.holder, lease.until = timestamp() + $p.milliseconds"""
_HIDE: Final = """\
MATCH (counter:Counter {key: 'counter'}) SET counter.seq = $p.seq - 1
WITH counter MATCH (lease:Counter {key: 'import'}) SET lease.reveals = $p.seq"""
_RELEASE: Final = "MATCH (lease:Counter {key: 'import', holder: $p.holder}) SET lease.until = 0, lease.reveals = null"


async def announce(database: Database, holder: str) -> None:
    """Announce a long write; others are refused from now on, and those before are done.

    Raises:
        BusyError: somebody else has announced one.
    """

    async def work(transaction: Transaction) -> None:
        await lock(transaction, holder)
        milliseconds = LEASE_SECONDS * 1000
        await transaction.run(Statement("lease announce", _ANNOUNCE, {"holder": holder, "milliseconds": milliseconds}))

    await database.write(work, name="lease announce")


async def hide(transaction: Transaction, seq: int) -> None:
    """Keep back the change that this transaction records: readers see it when `release`, or the next writer, shows it.

    The database applies a commit piece by piece, in view of readers (docs/decisions/0006). The pieces of a long one are not to
    be seen before the last is there; the number that shows them is a commit of its own, of one piece.
    """
    await transaction.run(Statement("lease hide", _HIDE, {"seq": seq}))


async def release(database: Database, holder: str) -> None:
    """Show what was kept back, and let others write again. Without it the lease ends by itself."""

    async def work(transaction: Transaction) -> None:
        await lock(transaction, holder)
        await transaction.run(Statement("lease release", _RELEASE, {"holder": holder}))

    await database.write(work, name="lease release")


async def lock(transaction: Transaction, operation: str = "") -> tuple[int, str | None, dict[str, object] | None]:
    """Take the counter's lock; give the last number, its instant, and the change that is this operation already.

    Raises:
        BusyError: somebody else has announced a long write.
    """
    rows = await transaction.run(Statement("lock", LOCK, {"operationId": operation}))
    if not rows:
        raise BusyError
    return rows[0]["now"], rows[0]["at"], rows[0]["same"]
