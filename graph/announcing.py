"""Announcing a write that takes long: others are told at once that they come too early, instead of waiting for the lock.

    (:Counter {key: 'import', holder, until})

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

UNANNOUNCED: Final = """\
OPTIONAL MATCH (lease:Counter {key: 'import'})
WITH coalesce(lease.until, 0) > timestamp() AS busy
WHERE NOT busy
"""
"""The beginning of a statement that is to give no row while somebody else has announced a long write."""

LOCK: Final = """\
OPTIONAL MATCH (lease:Counter {key: 'import'})
WITH coalesce(lease.until, 0) > timestamp() AND lease.holder <> $p.holder AS busy
WHERE NOT busy
MERGE (counter:Counter {key: 'counter'}) ON CREATE SET counter.seq = 0
SET counter.key = 'counter'
WITH counter.seq AS now
OPTIONAL MATCH (last:Change {seq: now})
OPTIONAL MATCH (same:Change {operationId: $p.holder})
RETURN now, last.at AS at, properties(same) AS same"""
"""Takes the counter's lock, unless somebody else has a lease; gives where the log stands, and the holder's own change."""

_ANNOUNCE: Final = """\
MERGE (lease:Counter {key: 'import'}) ON CREATE SET lease.seq = 0
SET lease.holder = $p.holder, lease.until = timestamp() + $p.milliseconds"""
_RELEASE: Final = "MATCH (lease:Counter {key: 'import', holder: $p.holder}) SET lease.until = 0"


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


async def release(database: Database, holder: str) -> None:
    """Let others write again. Without it the lease ends by itself."""

    async def work(transaction: Transaction) -> None:
        await transaction.run(Statement("lease release", _RELEASE, {"holder": holder}))

    await database.write(work, name="lease release")


async def lock(transaction: Transaction, holder: str) -> tuple[int, str | None, dict[str, object] | None]:
    """Take the counter's lock; give the last number, its instant, and the change whose `operationId` is the holder's.

    Raises:
        BusyError: somebody else has announced a long write.
    """
    rows = await transaction.run(Statement("lease lock", LOCK, {"holder": holder}))
    if not rows:
        raise BusyError
    return rows[0]["now"], rows[0]["at"], rows[0]["same"]
