"""A drawn world in the real graph: the properties and arrows of `graph/shape.py`, both clocks as drawn, and the way back.

The drawn keys are nobody else's (`role:orakel-a`, municipalities 9801 to 9804), and each world is taken away before the
next one comes, its changes too. Drawn change numbers begin with 1; in the graph they follow the last one there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from graph.driver import Database, Statement, Transaction
from graph.params import stored
from graph.shape import BY_NAME, slot
from graph.text import fold
from graph_seed.writer import take_lock, text_of
from tests.oracle.records import BOX, LEADER, OPEN_SEQ, RESORT, Record, World

THERE = {LEADER, BOX, RESORT}
"""Things of the reference data; all others are the draw's own."""
PROJECT = "project:orakel"


@dataclass(frozen=True, slots=True)
class Planted:
    """Where a world's changes stand in the log: after `seq`, one a minute after `at`."""

    seq: int
    at: datetime

    def instant(self, change: int) -> str:
        """The instant of the world's n-th change."""
        return stored(self.at + timedelta(minutes=change))

    @property
    def now(self) -> datetime:
        """A moment after all of them."""
        return self.at + timedelta(days=1)

    @classmethod
    async def plant(cls, database: Database, world: World) -> Self:
        """Write the world in one transaction, under the counter's lock."""

        async def work(transaction: Transaction) -> Self:
            log = await take_lock(transaction)
            planted = cls(log.seq, datetime.fromisoformat(str(log.at)))
            await _write(transaction, world, planted)
            return planted

        return await database.write(work, name="plant a world", seconds=60.0, patience=30.0)

    async def clear(self, database: Database, world: World) -> None:
        """Take the world away again, and its numbers."""
        keys = [row["properties"]["key"] for row in _things(world, 0)]

        async def work(transaction: Transaction) -> None:
            await take_lock(transaction)
            text = (
                "MATCH (c:Change) WHERE c.seq > $p.seq OPTIONAL MATCH (c)-[:RECORDED]->(n) WITH collect(c) + collect(n) AS all"
                " UNWIND all AS x DETACH DELETE x"
            )
            await transaction.run(Statement("clear records", text, {"seq": self.seq}))
            labels = "Role|Municipality|Person|Mailbox|Project|Task"
            text = f"UNWIND $p.keys AS key MATCH (n:{labels} {{key: key}}) DETACH DELETE n"
            await transaction.run(Statement("clear things", text, {"keys": keys}))
            text = "MATCH (c:Counter {key: 'counter'}) SET c.seq = $p.seq"
            await transaction.run(Statement("clear counter", text, {"seq": self.seq}))

        await database.write(work, name="clear a world", seconds=60.0, patience=30.0)


async def _write(transaction: Transaction, world: World, planted: Planted) -> None:
    async def run(name: str, rows: list[dict[str, Any]]) -> list[Any]:
        return list(await transaction.run(Statement(f"plant {name}", text_of(name), {"rows": rows})))

    changes = [
        {
            "key": f"change:{planted.seq + n}",
            "seq": planted.seq + n,
            "at": planted.instant(n),
            "actor": "test",
            "operation": "test",
        }
        for n in range(1, world.changes + 1)
    ]
    await run("changes", changes)
    await run("create_things", _things(world, planted.seq + 1))
    keys = [*world.roles, *world.holders, *world.codes, *world.tasks, PROJECT]
    found = await transaction.run(Statement("plant keys", text_of("keys"), {"keys": keys}))
    ids = {row["key"]: row["id"] for row in found}
    assert set(keys) == ids.keys()
    arrows = [(r.key, "MAILBOX", r.mailbox) for r in world.roles.values() if r.mailbox]
    arrows += [(task, "PART_OF", PROJECT) for task in world.tasks]
    await run("arrows", [{"from": ids[a], "to": ids[b], "type": kind, "protocol": None} for a, kind, b in arrows])
    await run("records", [_record(record, world, planted.seq, ids) for record in world.records])


def _things(world: World, seq: int) -> list[dict[str, Any]]:
    """Rows of the things that are the draw's own."""
    reachable = {
        "contactKinds": ["PHONE", "EMAIL"],
        "contactValues": ["1", "a@b.example"],
        "contactClasses": ["PUBLIC", "PUBLIC"],
    }
    silent: dict[str, Any] = {"contactKinds": [], "contactValues": [], "contactClasses": []}
    own: list[tuple[str, dict[str, Any]]] = []
    for role in world.roles.values():
        said = {"domain": "OIR", "kind": "CONTACT", "order": role.order, "wantsOneHolder": False, "heldBy": "ANY"}
        own.append((role.key, {**said, "prefersMailbox": role.prefers_mailbox}))
    for key, can in world.holders.items():
        own.append((key, {"name": key, "folded": fold(key), "demo": True, **(reachable if can else silent)}))
    own += [(key, {"name": f"By {key}", "folded": fold(f"By {key}"), "region": "Midtjylland"}) for key in world.codes]
    own.append((PROJECT, {"name": "Orakel", "folded": "orakel"}))
    own += [(task, {"isActivity": False, "demo": True}) for task in world.tasks]
    rows = []
    for key, said in own:
        if key not in THERE:
            label = key.partition(":")[0].capitalize()
            names = {prop.name for prop in BY_NAME[label].properties}
            properties = {**said, "key": key, "code": key.partition(":")[2], "fromSeq": seq, "seq": seq}
            rows.append({"label": label, "properties": {k: v for k, v in properties.items() if k in names}})
    return rows


def _record(record: Record, world: World, before: int, ids: dict[str, str]) -> dict[str, Any]:
    """The row of one record."""
    clocks = {
        "validFrom": record.valid_from,
        "validTo": record.valid_to,
        "fromSeq": before + record.from_seq,
        "toSeq": OPEN_SEQ if record.to_seq == OPEN_SEQ else before + record.to_seq,
    }
    said: dict[str, Any] = {"key": record.key, "origin": "api", **clocks, **_said(record)}
    if record.place:
        said["slot"] = slot(world.codes[record.place], str(record.role or record.task))
    arrows = [[kind, ids[target]] for kind, target in _arrows(record) if target]
    return {"label": record.label, "properties": {k: v for k, v in said.items() if v is not None}, "arrows": arrows}


def _said(record: Record) -> dict[str, Any]:
    """What a record says beside its clocks and arrows."""
    text, word = record.text, record.word
    by_label: dict[str, dict[str, Any]] = {
        "Name": {"title": text, "folded": fold(text or ""), "kind": "OFFICIAL"},
        "Escalation": {"inferred": False},
        "Vacancy": {"reason": text},
        "Translation": {"title": text, "unit": record.unit},
        "Terms": {"title": text, "folded": fold(text or ""), "obligation": word, "due": record.due},
        "Addressing": {"kind": word, "inferred": False},
        "Progress": {"state": word},
    }
    return by_label.get(record.label, {})


def _arrows(record: Record) -> list[tuple[str, str | None]]:
    """The arrows that leave a record, as `graph/shape.py` draws them."""
    here = [("OF", record.role), ("IN", record.place)]
    by_label: dict[str, list[tuple[str, str | None]]] = {
        "Name": [("NAMES", record.role)],
        "Escalation": [("FROM", record.role), ("TO", record.to)],
        "Assignment": [*here, ("HELD_BY", record.holder)],
        "StandIn": [*here, ("FOR", record.covered), ("HELD_BY", record.holder)],
        "Vacancy": here,
        "Translation": [*here, ("CARRIED_BY", record.to)],
        "Confirmation": here,
        "Terms": [("OF", record.task)],
        "Addressing": [("BY", record.task), ("TO", record.role)],
        "Progress": [("ON", record.task), ("IN", record.place)],
    }
    return by_label[record.label]
