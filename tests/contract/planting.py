"""What a test writes of its own: changes under the counter's lock, as the seed writes them, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.driver import Database, Statement, Transaction
from graph.model import Change, Record, Thing
from graph.shape import OPEN_SEQ, THINGS
from graph_seed.writer import There, take_lock, write_changes

AT = "2026-11-15T10:00:00.000000Z"
"""The instant of a test's changes: after the demo's last, before the tests' now."""

SECONDS = 60.0
"""How long a write may take, and the database be silent meanwhile: the machine may be busy."""


@dataclass(slots=True)
class Garden:
    """What is planted is gone after the test, the numbers of its changes too."""

    database: Database
    seq: int
    things: list[list[object]]
    """The things as they are: their ids and properties, since an edit leaves no record to go back to."""

    @classmethod
    async def open(cls, database: Database) -> Garden:
        """Remember where the log stands."""
        garden = cls(database, 0, [])
        labels = "|".join(THINGS)
        text = f"""MATCH (c:Counter {{key: 'counter'}})
RETURN c.seq AS seq, COLLECT {{ MATCH (n:{labels}) RETURN [elementId(n), properties(n)] AS row }} AS things"""
        (found,) = await database.read(Statement("test", text))
        garden.seq, garden.things = found["seq"], found["things"]
        return garden

    async def plant(
        self,
        *,
        things: Sequence[Thing] = (),
        records: Sequence[Record] = (),
        retracts: Sequence[str] = (),
        at: str = AT,
    ) -> int:
        """Write one change and give its number; records of facts that are there supersede them."""

        async def work(transaction: Transaction) -> int:
            log = await take_lock(transaction)
            keys = [*(record.key for record in records), *retracts]
            text = f"MATCH (n) WHERE n.key IN $p.keys AND n.toSeq = {OPEN_SEQ} RETURN n.key AS key, elementId(n) AS id"
            there = {row["key"]: row["id"] for row in await transaction.run(Statement("test", text, {"keys": keys}))}
            change = Change(at, "test", "test", None, list(things), list(records), list(retracts))
            return await write_changes(transaction, [change], log, "demo", There(frozenset(), there))

        return await self.database.write(work, name="test", seconds=SECONDS, patience=SECONDS)

    async def run(self, text: str, **params: object) -> list[tuple[object, ...]]:
        """Run a statement that may write."""

        async def work(transaction: Transaction) -> list[tuple[object, ...]]:
            return [tuple(record.values()) for record in await transaction.run(Statement("test", text, params))]

        return await self.database.write(work, name="test", seconds=SECONDS, patience=SECONDS)

    async def clear(self) -> None:
        """Take back everything that was recorded since."""
        await self.run("MATCH (n) WHERE n.fromSeq > $p.seq CALL (n) { DETACH DELETE n } FINISH", seq=self.seq)
        await self.run(
            f"MATCH (n) WHERE n.toSeq > $p.seq AND n.toSeq < {OPEN_SEQ} SET n.toSeq = {OPEN_SEQ}", seq=self.seq
        )
        labels = "|".join(THINGS)
        edited = await self.run(f"MATCH (n:{labels}) WHERE n.seq > $p.seq RETURN elementId(n)", seq=self.seq)
        ids = {row[0] for row in edited}
        was = [row for row in self.things if row[0] in ids]
        await self.run("UNWIND $p.was AS row MATCH (n) WHERE elementId(n) = row[0] SET n = row[1] FINISH", was=was)
        await self.run("MATCH (c:Change) WHERE c.seq > $p.seq DETACH DELETE c", seq=self.seq)
        await self.run("MATCH (c:Counter {key: 'counter'}) SET c.seq = $p.seq, c.moved = timestamp()", seq=self.seq)
        await self.run("MATCH (lease:Counter {key: 'import'}) DELETE lease")
