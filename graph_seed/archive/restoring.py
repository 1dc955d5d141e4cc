"""A restore: verify the file, empty the database, load, verify what was loaded, and only then let it be seen.

| step | what is in the database | interrupted there |
|---|---|---|
| 1. the whole file is read: seal, format, every row against the shape | what was there | nothing happened |
| 2. what is there is looked at, and refused or replaced | what was there | nothing happened |
| 3. the mark is set (`graph/restoring.py`); from now on nobody reads or writes | the mark, all of what was there | marked |
| 4. what was there is removed | the mark, a rest | marked |
| 5. the document is loaded, a thousand rows a transaction | the mark, a part | marked |
| 6. it is read back: counts, and the bytes' SHA-256, are those of the file | the mark, all of it | marked |
| 7. newer migrations move data, the erased are erased again; the counter is set, the mark taken away, in one transaction | the document | done |

A marked database is refused by everything but another restore, which begins at 1 and needs no `replace`. During all this an
open transaction holds the lock of the mark: a second restore is refused, and a killed one gives the lock back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO, Any, Final

from graph import migrations
from graph.driver import Database, Statement, Transaction
from graph.erasing import Tombstone, erase_again
from graph.errors import DeadlineError, GraphError
from graph.params import stored
from graph.restoring import MARK, RestoreStoppedError
from graph.shape import FACTS, LABELS
from graph_seed.archive import document
from graph_seed.archive.carried import OWN
from graph_seed.archive.checking import Checker
from graph_seed.archive.document import Head
from graph_seed.archive.errors import (
    ContentError,
    DamagedFileError,
    DeclinedError,
    ForeignDatabaseError,
    NewerFormatError,
    NotCarriedError,
    NotEmptyError,
    RestoredDiffersError,
    RestoreRunsError,
)
from graph_seed.archive.files import Lines, Sum, sum_of
from graph_seed.archive.loading import PATIENCE, Loader
from graph_seed.archive.snapshot import MovedError, take

LONGEST: Final = 4 * 3600.0
"""Seconds that a restore may take."""
LOCK_SECONDS: Final = 10.0
AHEAD: Final = timedelta(days=1)
"""By how much the clock that a plain file was written by may be ahead of this one."""
SECONDS: Final = 60.0
REPORTED: Final = 20_000
"""Rows between two lines of progress."""
ROWS: Final = 5000
"""Nodes removed in one transaction: what it removes is in memory until it commits."""

Report = Callable[[str], None]
Agree = Callable[[str], bool]
"""Is told what is in the database, and says whether it may be replaced."""

_OURS: Final = "|".join(label.name for label in LABELS)
_CONTENT: Final = f"""\
RETURN
EXISTS {{ MATCH (c:Counter {{key: $p.mark}}) }} AS marked,
head(COLLECT {{ MATCH (n) WHERE NOT (n:{_OURS}) WITH labels(n)[0] AS label, count(*) AS count RETURN [label, count] AS row LIMIT 1 }}) AS foreign,
COLLECT {{ MATCH (n:Change) RETURN n.at AS at ORDER BY n.seq DESC LIMIT 1 }} AS last,
COUNT {{ MATCH (n:Change) }} AS changes,
COUNT {{ MATCH (n) WHERE NOT (n:{"|".join(["Change", *sorted(OWN)])}) }} AS others"""
_COUNTER: Final = "MERGE (counter:Counter {key: 'counter'}) ON CREATE SET counter.seq = 0 SET counter.key = 'counter'"
_SET_MARK: Final = """\
MERGE (m:Counter {key: $p.mark}) SET m.seq = 0
MERGE (counter:Counter {key: 'counter'}) SET counter.seq = -1, counter.before = -1, counter.moved = timestamp()
WITH counter OPTIONAL MATCH (lease:Counter {key: 'import'}) DELETE lease
MERGE (c:Change {seq: 0})
SET c.key = 'change:0', c.at = '9999-12-31T00:00:00.000000Z', c.actor = 'restore', c.operation = 'restore'"""
_LOCK: Final = "MATCH (m:Counter {key: $p.mark}) SET m.seq = 0"
_LOCKED: Final = "MATCH (m:Counter {key: $p.mark}) RETURN count(m) AS marks"
_END: Final = f"WITH n LIMIT {ROWS} DETACH DELETE n RETURN count(*) AS gone"
_REMOVES: Final = (
    # Records first: thousands of their arrows end at one role, and all that go with it are held in memory.
    f"MATCH (n:{'|'.join(FACTS)}) {_END}",
    f"MATCH (n) WHERE NOT (n:{'|'.join(sorted(OWN))}) AND NOT (n:Change AND n.seq = 0) {_END}",
)
_SHOW: Final = """\
MATCH (counter:Counter {key: 'counter'}) SET counter.seq = $p.seq
WITH counter MATCH (m:Counter {key: $p.mark}) MATCH (c:Change {seq: 0}) DELETE m, c
WITH counter MATCH (lease:Counter {key: 'import'}) DELETE lease"""


@dataclass(frozen=True, slots=True)
class Verified:
    """A file of which every byte was looked at: what it says of itself, its sum, and who wrote it (of a backup)."""

    head: Head
    sum: Sum
    product: str | None

    def __str__(self) -> str:
        by = f"was written by rollegalleri {self.product} and " if self.product else ""
        return f"The file is whole: it {by}holds {self.head.summary}"


def verify(source: IO[bytes]) -> Verified:
    """Read a whole file, a backup or a plain document, and hold it to its seal and to the shape. Raises an `ArchiveError`."""
    lines = Lines(source)
    known = len(migrations.read_migrations())
    rows = iter(lines)
    head = document.read_head(next(rows, b""))
    if head.schema > known:
        raise NewerFormatError("schema", head.schema, known)
    checker = Checker(head, complete=head.schema == known)
    try:
        for section, _, row in document.read_rows(rows):
            checker.take(section, row)
    except ContentError as error:
        lines.look_at_seal()
        raise _damaged(error) from error
    found = lines.close()
    try:
        checker.end()
    except ContentError as error:
        raise _damaged(error) from error
    # A backup is restored whatever the clock was that it was written by; a plain file may have been edited.
    latest = stored(datetime.now(UTC) + AHEAD)
    if lines.product is None and head.at is not None and head.at > latest:
        raise DamagedFileError("the last change's instant", head.at, f"one that has been: {latest} at the latest")
    return Verified(head, found, lines.product)


def _damaged(error: ContentError) -> DamagedFileError:
    return DamagedFileError(f"{error.where}, {error.field}", error.value, error.expected)


async def restore(
    database: Database,
    source: IO[bytes],
    verified: Verified,
    report: Report,
    replace: Agree | None = None,
    erased: Iterable[Tombstone] = (),
) -> None:
    """Bring a verified file's document into the database, which is empty, or whose content `replace` agrees to lose.

    Who was erased, by the database's own tombstones or `erased`, is erased again.

    Raises an `ArchiveError` or a `StartError` with nothing touched; from step 3 on whatever is raised leaves the mark.
    """
    there = await _agreed(database, replace)
    await migrations.apply(database, report)
    await _mark(database, there)

    async def locked(transaction: Transaction) -> None:
        await _take_lock(transaction)
        await _fill(database, source, verified, report)
        if count := await erase_again(database, erased, verified.head.seq):
            report(f"Erased {count} people again, who were erased after this file was written")
        await transaction.run(Statement("restore end", _SHOW, {"seq": verified.head.seq, "mark": MARK}))

    try:
        await database.write(locked, name="restore", seconds=LONGEST, patience=PATIENCE)
    except GraphError as error:
        raise RestoreStoppedError(error.code) from error
    await database.forget_plans()
    report(f"Restored and verified: {verified.head.summary}")


@dataclass(frozen=True, slots=True)
class _Content:
    """What is in the database before: `others` are all nodes but the log's."""

    marked: bool
    changes: int
    last: str | None
    others: int

    def __str__(self) -> str:
        last = f" (the last of {self.last})" if self.last else ""
        return f"{self.changes} changes{last} and {self.others} things and records"


def _content(row: Any) -> _Content:
    if row["foreign"] is not None:
        raise ForeignDatabaseError(*row["foreign"])
    return _Content(row["marked"], row["changes"], row["last"][0] if row["last"] else None, row["others"])


async def _agreed(database: Database, replace: Agree | None) -> _Content:
    (row,) = await database.read(Statement("restore content", _CONTENT, {"mark": MARK}, SECONDS), patience=PATIENCE)
    there = _content(row)
    if there.marked or not (there.changes or there.others):
        return there
    if replace is None:
        raise NotEmptyError(str(there))
    if not replace(str(there)):
        raise DeclinedError(str(there))
    return there


async def _mark(database: Database, agreed: _Content) -> None:
    """Set the mark under the counter's lock, where what is there is still what was agreed to be lost."""

    async def work(transaction: Transaction) -> None:
        await transaction.run(Statement("restore lock", _COUNTER))
        (row,) = await transaction.run(Statement("restore content", _CONTENT, {"mark": MARK}))
        there = _content(row)
        if there.marked:
            return
        if agreed.marked or there.changes != agreed.changes:
            raise NotEmptyError(str(there))
        await transaction.run(Statement("restore mark", _SET_MARK, {"mark": MARK}))

    try:
        await database.write(work, name="restore mark", seconds=SECONDS, patience=PATIENCE)
    except DeadlineError as error:
        raise RestoreRunsError from error


async def _take_lock(transaction: Transaction) -> None:
    try:
        async with asyncio.timeout(LOCK_SECONDS):
            await transaction.run(Statement("restore lock", _LOCK, {"mark": MARK}))
    except TimeoutError as error:
        raise RestoreRunsError from error
    # Who waited for another restore has the lock of a mark that was taken away, without a word from the database.
    (record,) = await transaction.run(Statement("restore locked", _LOCKED, {"mark": MARK}))
    if not record["marks"]:
        raise RestoreRunsError


async def _fill(database: Database, source: IO[bytes], verified: Verified, report: Report) -> None:
    """Steps 4 to 7, but for the last transaction."""
    gone = 0
    for text in _REMOVES:
        while removed := await _remove(database, text):
            gone += removed
            report(f"Removed {gone} nodes of what was there")
    await _load(database, source, verified, report)
    report("Reading back what was loaded")
    try:
        snapshot = await take(database, verified.head.seq, verified.head.schema)
        if snapshot.head != verified.head:
            raise RestoredDiffersError("the count of its rows", snapshot.head.summary, verified.head.summary)
        found = await sum_of(document.write(snapshot.head, snapshot.rows()))
    except (MovedError, NotCarriedError) as error:
        raise RestoredDiffersError("its content", str(error) or "being changed by others", "the file's") from error
    if found != verified.sum:
        raise RestoredDiffersError("its SHA-256", found.sha256, verified.sum.sha256)
    await migrations.move_data(database, verified.head.schema)


async def _load(database: Database, source: IO[bytes], verified: Verified, report: Report) -> None:
    lines = Lines(source)
    rows = iter(lines)
    document.read_head(next(rows, b""))
    loader = Loader(database)
    total = verified.head.rows
    for count, (section, _, row) in enumerate(document.read_rows(rows), 1):
        await loader.take(section, row)
        if count % REPORTED == 0:
            report(f"Loaded {count} of {total} rows")
    await loader.end()
    if lines.close() != verified.sum:
        raise RestoredDiffersError("the file", lines.sum.sha256, verified.sum.sha256)


async def _remove(database: Database, text: str) -> int:
    async def work(transaction: Transaction) -> int:
        (record,) = await transaction.run(Statement("restore remove", text))
        return int(record["gone"])

    return await database.write(work, name="restore remove", seconds=SECONDS, patience=PATIENCE)
