"""Reading the graph at one number of the log while others go on writing; nobody waits for it.

**What is promised.** The rows are the graph as change S left it: all changes up to S, all records with `fromSeq` <= S (one
that was closed later is open), all things as S left them, and the arrows of these. S is at least the last change committed
when the reading began.

**How it is kept.** Records and changes never change but for `toSeq`, so a predicate on S finds them at any time. Things are
current only (rule 4): what a thing was at S is lost with the next edit. So things are read first, and S is chosen after
them: whatever a change has touched since is read again, until nothing was touched between two looks; that number is S. A look
takes milliseconds, so a few are enough, also beside busy writers.

The database is read committed: a read may see a part of a commit under way. All reads therefore form one `Chain`: each starts
when all that its predecessors could have seen in part is seen whole. So what a page of things saw of an unfinished commit is found by
the next look (that change's TOUCHED arrows), and once S is read all of S is there.

Nodes are removed by two rare acts alone (the end of demo mode, an erasure). The counts of what there is to read are therefore taken
before and compared after; where they differ the reading begins anew, a few times.

**Memory.** The things are kept encoded, until S is known, and one page of records: the whole process
peaks at 81 MB with the demo's 1,254 things, at 177 MB with 20 × the organisations.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

import orjson

from graph.announcing import show
from graph.driver import Chain, Database, Statement
from graph.migrations import NewerDatabaseError, read_migrations
from graph.shape import FACTS, LABELS, OPEN_SEQ, STAGED, THINGS
from graph_seed.archive.carried import LOG, LOGGED, TOUCHES
from graph_seed.archive.checking import Checker, arrow_order
from graph_seed.archive.document import Head, Row, encode
from graph_seed.archive.errors import ContentError, NotCarriedError

PAGE: Final = 1000
"""Rows of one statement: some hundred kB."""
LOOKS: Final = 200
"""How often things that were touched meanwhile are read again before somebody edits too fast for us."""
PAUSE: Final = 0.25
"""Seconds between looks while a change is not shown yet."""
SECONDS: Final = 120.0
PATIENCE: Final = 30.0

_OUT: Final = "[(n)-[r]->(t) | [type(r), t.key, properties(r)]]"
_IN: Final = f"[(n)<-[r:{LOGGED}]-(c:{LOG}) WHERE c.seq <= $p.seq | [type(r), c.seq, properties(r)]]"
_NODE: Final = f"properties(n) AS properties, {_OUT} AS arrows, {_IN} AS log"

_NOW: Final = """\
OPTIONAL MATCH (counter:Counter {key: 'counter'})
RETURN coalesce(counter.seq, 0) AS seq, coalesce(COLLECT { MATCH (m:Migration) RETURN max(m.version) AS v }[0], 0) AS schema"""
_THINGS: Final = f"WITH n ORDER BY n.key LIMIT {PAGE} RETURN labels(n)[0] AS label, {_NODE}"
_TOUCHED: Final = f"""\
MATCH (counter:Counter {{key: 'counter'}})
WITH counter.seq AS now
RETURN now, EXISTS {{ MATCH (l:Counter {{key: 'import'}}) WHERE coalesce(l.reserves, l.reveals) > now }} AS hidden, COLLECT {{
  MATCH (c:{LOG})-[:{TOUCHES}]->(n) WHERE c.seq > $p.since WITH DISTINCT n
  RETURN [labels(n)[0], properties(n), {_OUT}, [(n)<-[r:{LOGGED}]-(c:{LOG}) | [type(r), c.seq, properties(r)]]] AS row
}} AS rows"""
_OTHERS: Final = f"""\
MATCH (n) WHERE NOT (n:{"|".join(label.name for label in LABELS)})
RETURN labels(n) AS labels, count(*) AS count LIMIT 1"""
_COUNTS: Final = f"""\
RETURN
COLLECT {{ MATCH (n:{"|".join(THINGS)}) WHERE n.fromSeq <= $p.seq WITH labels(n)[0] AS l, count(*) AS c RETURN [l, c] AS row }} AS things,
COLLECT {{ MATCH (n:{"|".join(FACTS)}) WHERE n.fromSeq <= $p.seq WITH labels(n)[0] AS l, count(*) AS c RETURN [l, c] AS row }} AS records,
COLLECT {{ MATCH (n:{LOG}) WHERE n.seq >= 1 AND n.seq <= $p.seq RETURN count(*) AS row }} AS changes,
COLLECT {{ MATCH (n:{LOG} {{seq: $p.seq}}) RETURN n.at AS row }} AS at"""
_CHANGES: Final = f"""\
MATCH (n:{LOG}) WHERE n.seq > $p.after AND n.seq <= $p.seq
WITH n ORDER BY n.seq LIMIT {PAGE}
RETURN '{LOG}' AS label, properties(n) AS properties, [(n)-[r]->(t:{LOG}) | [type(r), t.key, properties(r)]] AS arrows"""


Things = dict[tuple[str, str], tuple[int, bytes]]
"""By label and key: the change that brought it, and its encoded row."""


class MovedError(Exception):
    """Something was removed while it was being read: begin anew."""


class Snapshot:
    """The graph as one change left it: `head` says which, `rows` gives it once, in pages. Made by `take`."""

    def __init__(self, database: Database, chain: Chain, head: Head, things: Sequence[bytes], complete: bool) -> None:
        self.head = head
        self._database, self._chain, self._things = database, chain, things
        self._checker = Checker(head, complete)

    async def rows(self) -> AsyncIterator[tuple[str, list[bytes]]]:
        """Give pages of encoded rows, each with its section, in the document's order.

        Raises `MovedError` (what was given is then of no use), `NotCarriedError`, or a `GraphError`.
        """
        try:
            async for page in self._changes():
                yield "changes", self._checked("changes", page)
            for start in range(0, len(self._things), PAGE):
                part = self._things[start : start + PAGE]
                yield "things", self._checked("things", [orjson.loads(line) for line in part])
            for label in sorted(FACTS):
                async for page in self._records(label):
                    yield "records", self._checked("records", page)
            self._checker.end()
        except ContentError as error:
            # What was removed meanwhile shows as a dangling arrow or a count first, and is no damage.
            now = await _head(self._database, self._chain, self.head.seq, self.head.schema)
            if (now.changes, now.records) != (self.head.changes, self.head.records):
                raise MovedError from error
            raise NotCarriedError(error) from error

    def _checked(self, section: str, rows: Sequence[Row]) -> list[bytes]:
        for row in rows:
            self._checker.take(section, row)
        return [encode(row) for row in rows]

    async def _changes(self) -> AsyncIterator[list[Row]]:
        after = 0
        while rows := await _read(self._database, self._chain, "changes", _CHANGES, after=after, seq=self.head.seq):
            yield [_row(record) for record in rows]
            after = rows[-1]["properties"]["seq"]

    async def _records(self, label: str) -> AsyncIterator[list[Row]]:
        text = (
            f"MATCH (n:{label}) WHERE n.key >= $p.key AND n.fromSeq >= 0 AND n.fromSeq <= $p.seq "
            "AND (n.key > $p.key OR n.fromSeq > $p.fromSeq) "
            f"WITH n ORDER BY n.key, n.fromSeq LIMIT {PAGE} RETURN '{label}' AS label, {_NODE}"
        )
        key, first = "", -1
        while found := await _read(
            self._database, self._chain, "records", text, key=key, fromSeq=first, seq=self.head.seq
        ):
            page = [self._as_of(_row(record)) for record in found]
            yield page
            key, first = page[-1]["properties"]["key"], page[-1]["properties"]["fromSeq"]

    def _as_of(self, row: Row) -> Row:
        if row["properties"].get("toSeq", OPEN_SEQ) > self.head.seq:
            row["properties"]["toSeq"] = OPEN_SEQ
        return row


async def take(database: Database, seq: int | None = None, schema: int | None = None) -> Snapshot:
    """Read the things and choose the number: the last change, or `seq` where nobody else writes (with its `schema`).

    Raises `MovedError`, `NotCarriedError`, `NewerDatabaseError`, or a `GraphError`.
    """
    chain, known = Chain(), len(read_migrations())
    (now,) = await _read(database, chain, "now", _NOW)
    schema = now["schema"] if schema is None else schema
    if schema > known:
        raise NewerDatabaseError(schema, known)
    for other in await _read(database, chain, "others", _OTHERS):
        error = ContentError(
            f"{other['count']} nodes", "their label", ":".join(other["labels"]), "one that graph/shape.py declares"
        )
        raise NotCarriedError(error)
    things: Things = {}
    for label in THINGS:
        await _read_things(database, chain, label, things)
    if seq is None:
        seq = await _settle(database, chain, things, now["seq"])
    there = [line for _, (first, line) in sorted(things.items()) if first <= seq]
    head = await _head(database, chain, seq, schema)
    if sum(head.things.values()) != len(there):
        raise MovedError
    return Snapshot(database, chain, head, there, schema == known)


async def _read_things(database: Database, chain: Chain, label: str, things: Things) -> None:
    text, after = f"MATCH (n:{label}) WHERE n.key > $p.after AND n.fromSeq <> {STAGED} {_THINGS}", ""
    while found := await _read(database, chain, "things", text, after=after, seq=OPEN_SEQ):
        for record in found:
            row = _row(record)
            after = row["properties"]["key"]
            _keep(things, row)


def _keep(things: Things, row: Row) -> None:
    key = row["properties"]["key"]
    try:
        things[row["label"], key] = row["properties"]["fromSeq"], encode(row)
    except TypeError as error:
        kinds = {name: type(value).__name__ for name, value in row["properties"].items()}
        expected = "text, whole numbers, booleans and lists of text"
        raise NotCarriedError(ContentError(key, "the types of its properties", kinds, expected)) from error


async def _settle(database: Database, chain: Chain, things: Things, since: int) -> int:
    """Read again what was touched since the change `since`, until nothing was; give the number for which all is right.

    A look may see a number whose change it does not see whole yet; the next look does. So twice nothing must be found, and
    the number is that of the first of the two; and after something was found the next look begins where the one before
    stood, not at a number that this one may have seen in part.
    """
    whole = since
    before: int | None = None
    for _ in range(LOOKS):
        found = await _read(database, chain, "touched", _TOUCHED, since=since)
        if not found:  # a database in which nothing was ever recorded has no counter
            return since
        ((now, hidden, rows),) = found
        if hidden:  # an import is being believed, in parts: what it edited is there, and its number is not
            await show(database)  # nothing while it lives; if it died, nobody else may come and do the rest
            await asyncio.sleep(PAUSE)
            before = None
            continue
        if not rows and before is not None:
            return before
        for label, properties, arrows, log in rows:
            _keep(things, _made(label, properties, arrows, log))
        if rows:
            since, before = whole, None
        else:
            before = int(now)
        whole = int(now)
    raise MovedError


async def _head(database: Database, chain: Chain, seq: int, schema: int) -> Head:
    (found,) = await _read(database, chain, "counts", _COUNTS, seq=seq)
    return Head(
        seq,
        found["at"][0] if found["at"] else None,
        schema,
        found["changes"][0],
        dict(found["things"]),
        dict(found["records"]),
    )


async def _read(database: Database, chain: Chain, name: str, text: str, **params: object) -> list[Any]:
    statement = Statement(f"archive {name}", text, params, seconds=SECONDS)
    return await database.read(statement, patience=PATIENCE, chain=chain)


def _row(record: Any) -> Row:
    return _made(record["label"], record["properties"], record["arrows"], record.get("log"))


def _made(label: str, properties: Row, arrows: Sequence[Any], log: Sequence[Any] | None) -> Row:
    row: Row = {"label": label, "properties": properties, "arrows": _sorted(arrows)}
    return row if log is None else row | {"log": _sorted(log)}


def _sorted(arrows: Sequence[Any]) -> list[Any]:
    return sorted(([kind, end, own] if own else [kind, end] for kind, end, own in arrows), key=arrow_order)
