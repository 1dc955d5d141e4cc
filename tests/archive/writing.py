"""Somebody who writes while others read: each change edits a thing of every label and supersedes a fact of every label.

So at any number S of the log every `full` thing says S, and of every `full` fact the record that is open began at S.
"""

from __future__ import annotations

import neo4j

from graph.driver import Database, Statement, Transaction
from graph.local import Connection
from graph.model import Arrow, Record, Thing
from graph.params import encode
from graph.recording import Edit, Written
from graph.shape import BY_NAME, FACTS, OPEN_SEQ, THINGS, label_of
from graph_seed.writer import take_lock
from tests.archive import world
from tests.archive.conftest import run

OPEN = f"MATCH (n:{'|'.join(FACTS)}) WHERE n.key ENDS WITH ':full' AND n.toSeq = {OPEN_SEQ} RETURN elementId(n) AS id"
SAYS = {
    label: next(
        prop.name
        for prop in BY_NAME[label].properties
        if prop.type == "string" and prop.name not in ("key", "code", "version")
    )
    for label in THINGS
}
"""The property of each label's things that is edited."""


def written(seq: int, things: dict[str, str], closes: list[str]) -> Written:
    """Give the change `seq`."""
    change = {"key": f"change:{seq}", "seq": seq, "at": f"2026-11-21T10:00:00.{seq:06}Z", "actor": "test"}
    change |= {"operation": "test", "kinds": [], "municipalities": [], "edits": []}
    edits = []
    for key, id_ in things.items():
        label = label_of(key) or ""
        edits.append(Edit(id_, Thing(label, key, {}), {SAYS[label]: str(seq)}))
    records = []
    for label in FACTS:
        row = world.record(BY_NAME[label], "full", 1, OPEN_SEQ)
        own = {
            k: v
            for k, v in row["properties"].items()
            if k not in ("key", "fromSeq", "toSeq", "origin", "validFrom", "validTo")
        }
        arrows = tuple(Arrow(kind, target) for kind, target in row["arrows"])
        records.append(Record(label, f"{BY_NAME[label].prefix}:full", "2020-02-29", "2021-03-01", own, arrows))
    return Written(change, closes, (), edits, records)


async def things_of(database: Database) -> dict[str, str]:
    """Give the database's ids of what is edited."""
    found = await run(
        database, f"MATCH (n:{'|'.join(THINGS)}) WHERE n.key ENDS WITH ':full' RETURN n.key, elementId(n)"
    )
    return {str(key): str(id_) for key, id_ in found}


async def write_one(database: Database, things: dict[str, str]) -> int:
    """Write the next change and give its number."""

    async def work(transaction: Transaction) -> int:
        seq = (await take_lock(transaction)).seq + 1
        closes = [record["id"] for record in await transaction.run(Statement("test", OPEN))]
        await transaction.run(written(seq, things, closes).statement())
        return seq

    return await database.write(work, name="test", seconds=60.0, patience=60.0)


class Intruder:
    """Does something the moment before a statement of that name is sent for the `at`-th time; everybody waits for it.

    It stands among the database's observers, which are called and not awaited: so it writes over a driver of its own.
    """

    def __init__(self, server: Connection, name: str, at: int = 1, times: int = 1) -> None:
        self._server, self._name, self._at, self._times = server, name, at, times
        self.seen = 0
        self.things: dict[str, str] = {}
        self.removes: str | None = None

    def __call__(self, sent: Statement) -> None:
        if sent.name != self._name:
            return
        self.seen += 1
        if not self._at <= self.seen < self._at + self._times:
            return
        server = self._server
        with (
            neo4j.GraphDatabase.driver(server.uri, auth=(server.username, server.password)) as driver,
            driver.session(database=server.database) as session,
        ):
            if self.removes is not None:
                session.run(self.removes, {"n": self.seen}).consume()
                return
            seq = session.run("MATCH (c:Counter {key: 'counter'}) RETURN c.seq").single(strict=True)[0] + 1
            closes = [record["id"] for record in session.run(OPEN)]
            change = written(seq, self.things, closes).statement()
            session.run(change.text, {"p": encode(change.params)}).consume()
