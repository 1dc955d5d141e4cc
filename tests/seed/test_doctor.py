"""The doctor finds nothing in what was seeded, and each kind of damage that is planted."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from graph import doctor
from graph.doctor import examine
from graph.driver import Database
from graph.migrations import derived
from graph.shape import OPEN_SEQ
from tests.seed.conftest import run

LAST = "MATCH (last:Change) WITH last ORDER BY last.seq DESC LIMIT 1 "
RECORD = f"MATCH (n:Assignment) WHERE n.toSeq = {OPEN_SEQ} WITH n ORDER BY n.key LIMIT 1 "

TWICE = (
    f"{RECORD}MATCH (n)-[:OF]->(r) MATCH (n)-[:IN]->(m) MATCH (n)-[:HELD_BY]->(h) "
    "MATCH (c:Change) WITH n, r, m, h, c ORDER BY c.seq DESC LIMIT 1 "
    "CREATE (x:Assignment)-[:OF]->(r), (x)-[:IN]->(m), (x)-[:HELD_BY]->(h), (c)-[:RECORDED]->(x) "
    "SET x = n {.*, fromSeq: c.seq, reason: 'planted'}"
)
LONE = (
    "CREATE (:Person {key: 'person:lone', name: 'Demo', folded: 'demo', contactKinds: [], contactValues: [], "
    "contactClasses: [], demo: true, fromSeq: 1, seq: 1})"
)
UNRECORDED = (
    "MATCH (n:Assignment) WHERE NOT (n)<-[:RECORDED]-() MATCH (c:Change {seq: n.fromSeq}) CREATE (c)-[:RECORDED]->(n)"
)
DAMAGE = [
    # what is planted, how it is put right, what is found, where
    (
        "CREATE (:Ghost {key: 'ghost:1'})",
        "MATCH (n:Ghost) DELETE n",
        "label that is not declared",
        "Ghost (1 nodes)",
    ),
    (
        "MATCH (v:Vendor {key: 'vendor:kmd'}) SET v.colour = 'blue'",
        "MATCH (v:Vendor {key: 'vendor:kmd'}) REMOVE v.colour",
        "property that is not declared",
        "Vendor.colour of vendor:kmd",
    ),
    (
        "MATCH (v:Vendor {key: 'vendor:kmd'}) REMOVE v.folded",
        "MATCH (v:Vendor {key: 'vendor:kmd'}) SET v.folded = 'kmd'",
        "required property is missing",
        "Vendor.folded (1 nodes)",
    ),
    (
        "MATCH (g:Gallery {version: '1.1'}) SET g.published = date('2019-12-01')",
        "MATCH (g:Gallery {version: '1.1'}) SET g.published = '2019-12-01'",
        "property of type DATE NOT NULL where date is declared",
        "Gallery.published of gallery:1.1",
    ),
    (
        "MATCH (v:Vendor {key: 'vendor:kmd'}), (e:ErpSystem {key: 'erpSystem:opus'}) CREATE (v)-[:SUPPLIED_BY]->(e)",
        "MATCH (:Vendor)-[r:SUPPLIED_BY]->() DELETE r",
        "arrow with ends that are not declared",
        "(:Vendor)-[:SUPPLIED_BY]->(:ErpSystem), 1 times, from vendor:kmd",
    ),
    (
        "MATCH (:ErpSystem {key: 'erpSystem:opus'})-[r:SUPPLIED_BY]->() DELETE r",
        "MATCH (e:ErpSystem {key: 'erpSystem:opus'}), (v:Vendor {key: 'vendor:kmd'}) CREATE (e)-[:SUPPLIED_BY]->(v)",
        "0 arrows where 1 is declared",
        "(:ErpSystem)-[:SUPPLIED_BY]->() of erpSystem:opus (1 nodes)",
    ),
    (
        "MATCH (e:ErpSystem {key: 'erpSystem:opus'}), (v:Vendor {key: 'vendor:eg'}) CREATE (e)-[:SUPPLIED_BY]->(v)",
        "MATCH (:ErpSystem {key: 'erpSystem:opus'})-[r:SUPPLIED_BY]->(:Vendor {key: 'vendor:eg'}) DELETE r",
        "2 arrows where 1 is declared",
        "(:ErpSystem)-[:SUPPLIED_BY]->() of erpSystem:opus (1 nodes)",
    ),
    (
        "CREATE (:Vendor {key: 'seller:x', code: 'x', name: 'x', folded: 'x', fromSeq: 1, seq: 1})",
        "MATCH (v:Vendor {code: 'x'}) DELETE v",
        "key that does not begin with vendor:",
        "seller:x",
    ),
    (
        "MATCH (c:Counter {key: 'counter'}) SET c.seq = c.seq + 5",
        "MATCH (c:Counter {key: 'counter'}) SET c.seq = c.seq - 5",
        "counter differs from the last change",
        "counter",
    ),
    (
        LAST + "SET last.at = '2018-01-01T00:00:00.000000Z'",
        LAST + "SET last.at = '2026-10-31T09:00:00.000000Z'",
        "recorded time runs backwards",
        "2018-01-01",
    ),
    (
        LAST + "SET last.at = '2999-01-01T00:00:00.000000Z'",
        LAST + "SET last.at = '2026-10-31T09:00:00.000000Z'",
        "recorded time is ahead of the clock",
        "2999-01-01",
    ),
    (
        TWICE,
        "MATCH (x:Assignment {reason: 'planted'}) DETACH DELETE x",
        "more than one open record of a fact",
        "assignment:",
    ),
    (
        f"{RECORD}SET n.toSeq = n.fromSeq",
        f"MATCH (n:Assignment) WHERE n.toSeq = n.fromSeq SET n.toSeq = {OPEN_SEQ}",
        "record whose time ends before it begins",
        "assignment:",
    ),
    (
        f"{RECORD}MATCH (n)<-[r:RECORDED]-() DELETE r",
        UNRECORDED,
        "record without the change that recorded it",
        "assignment:",
    ),
    (
        f"{RECORD}SET n.slot = '0000|' + n.slot",
        "MATCH (n:Assignment) WHERE n.slot STARTS WITH '0000|' SET n.slot = substring(n.slot, 5)",
        "slot that disagrees with the arrows",
        "assignment:",
    ),
    (
        LONE,
        "MATCH (p:Person {key: 'person:lone'}) DELETE p",
        "person that nothing points at and that belongs nowhere",
        "person:lone",
    ),
    (
        "DROP INDEX search",
        next(one.statement for one in derived() if one.name == "search"),
        "missing index",
        "search",
    ),
    (
        "CREATE INDEX extra FOR (n:Vendor) ON (n.folded)",
        "DROP INDEX extra",
        "index that is not declared",
        "extra",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
async def healed(seeded: Database) -> AsyncIterator[Database]:
    """The seeded database, in which the doctor finds nothing before and after all that is planted."""
    assert await examine(seeded) == []
    yield seeded
    assert await examine(seeded) == []


async def test_the_doctor_finds_nothing_in_what_was_seeded(seeded: Database) -> None:
    assert await examine(seeded) == []


@pytest.mark.parametrize(("plant", "heal", "what", "where"), DAMAGE, ids=[damage[2] for damage in DAMAGE])
async def test_the_doctor_finds_what_is_planted(healed: Database, plant: str, heal: str, what: str, where: str) -> None:
    await run(healed, plant)
    try:
        found = [finding for finding in await examine(healed) if finding.what == what]
    finally:
        await run(healed, heal)
        await run(healed, "CALL db.awaitIndexes(60)")
    assert len(found) == 1
    assert where in found[0].where
    assert found[0].do


def shown(**changes: object) -> list[dict[str, object]]:
    """What Neo4j shows of the index `usage_domain`, alone."""
    row = {"name": "usage_domain", "type": "RANGE", "state": "ONLINE", "labels": ["Usage"], "properties": ["domain"]}
    return [row | {"owningConstraint": None} | changes]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({}, None),
        ({"state": "FAILED"}, "index is FAILED"),
        ({"state": "POPULATING"}, "index is POPULATING"),
        ({"labels": ["Vendor"]}, "another index of this name"),
        ({"properties": ["domain", "key"]}, "another index of this name"),
        ({"owningConstraint": "usage_domain"}, "another index of this name"),
    ],
)
def test_an_index_that_does_not_work_is_found(changes: dict[str, object], what: str | None) -> None:
    found = {finding.what for finding in doctor._indexes(shown(**changes)) if finding.where == "usage_domain"}
    assert found == ({what} if what else set())


async def test_overlapping_recorded_time_is_found(healed: Database) -> None:
    ((key, first, seq),) = await run(
        healed,
        f"MATCH (n:Assignment) WHERE n.toSeq < {OPEN_SEQ} WITH n ORDER BY n.key LIMIT 1 "
        "WITH n, n.toSeq AS seq SET n.toSeq = n.toSeq + 1 RETURN n.key, n.fromSeq, seq",
    )
    found = [finding.where for finding in await examine(healed) if "overlap" in finding.what]
    await run(
        healed,
        "MATCH (n:Assignment {key: $p.key, fromSeq: $p.first}) SET n.toSeq = $p.seq",
        key=key,
        first=first,
        seq=seq,
    )
    assert found == [key]
