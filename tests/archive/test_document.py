"""A document holds the whole graph, in the same bytes each time, and an empty database becomes that graph again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graph.doctor import examine
from graph.driver import Database
from graph.migrations import read_migrations
from graph.shape import ARROWS, FACTS, LABELS, THINGS
from graph_seed.archive.errors import NotCarriedError
from tests.archive import world
from tests.archive.conftest import document_of, hash_of, load, run


async def test_it_is_json_with_a_head_and_holds_every_node_and_arrow(seeded: Database, exported: bytes) -> None:
    found = json.loads(exported)
    head = found["head"]
    assert (head["format"], head["version"], head["schema"]) == ("rollegalleri", 1, len(read_migrations()))
    ((seq, at),) = await run(
        seeded, "MATCH (n:Counter {key: 'counter'}) MATCH (c:Change {seq: n.seq}) RETURN n.seq, c.at"
    )
    assert (head["seq"], head["at"], head["counts"]["changes"]) == (seq, at, seq)
    for section, labels in (("things", THINGS), ("records", FACTS)):
        rows = await run(seeded, f"MATCH (n:{'|'.join(labels)}) RETURN labels(n)[0], count(*)")
        assert head["counts"][section] == dict(rows)
        assert len(found[section]) == sum(count for _, count in rows)
    arrows = [
        arrow
        for section in ("changes", "things", "records")
        for row in found[section]
        for arrow in (*row["arrows"], *row.get("log", ()))
    ]
    assert [(len(arrows),)] == await run(seeded, "MATCH ()-[r]->() RETURN count(r)")


async def test_a_row_is_a_line_with_the_node_as_it_is(seeded: Database, exported: bytes) -> None:
    ((key, first, properties, role, holder, code),) = await run(
        seeded,
        "MATCH (h)<-[:HELD_BY]-(n:Assignment)-[:OF]->(r), (n)-[:IN]->(m) WITH * ORDER BY n.key, n.fromSeq LIMIT 1 "
        "RETURN n.key, n.fromSeq, properties(n), r.key, h.key, m.key",
    )
    (line,) = [
        text for text in exported.decode().split("\n") if f'"key":"{key}"' in text and f'"fromSeq":{first},' in text
    ]
    row = json.loads(line.removesuffix(","))
    assert row["arrows"] == [["HELD_BY", holder], ["IN", code], ["OF", role]]
    assert ["RECORDED", first] in row["log"]
    assert row["properties"] == properties
    assert exported.decode().count("\n") == len(json.loads(exported)["records"]) + len(
        json.loads(exported)["things"]
    ) + (len(json.loads(exported)["changes"]) + 1 + 3 * 2)


async def test_the_same_graph_gives_the_same_bytes(seeded: Database, exported: bytes) -> None:
    assert await document_of(seeded) == exported


async def test_an_empty_database_becomes_the_same_graph(
    seeded: Database, exported: bytes, vacant: Database, tmp_path: Path
) -> None:
    file = tmp_path / "all.json"
    file.write_bytes(exported)
    await load(vacant, file)
    assert await document_of(vacant) == exported
    assert await examine(vacant) == []


async def test_everything_that_the_shape_declares_is_carried(vacant: Database, tmp_path: Path) -> None:
    written = world.assembled(world.rows())
    file = tmp_path / "world.json"
    file.write_bytes(written)
    await load(vacant, file)
    assert await document_of(vacant) == written
    before = await hash_of(vacant)
    labels = {label for (label,) in await run(vacant, "MATCH (n) RETURN DISTINCT labels(n)[0]")}
    assert labels == {label.name for label in LABELS} - {"Look", "Shown"}  # the access log is no part of the map
    drawn = await run(vacant, "MATCH (a)-[r]->(b) RETURN DISTINCT labels(a)[0], type(r), labels(b)[0]")
    assert {(source, kind) for source, kind, _ in drawn} == {(arrow.source, arrow.type) for arrow in ARROWS}
    # The way through a document leaves nothing behind and takes nothing away, looked at without our own reading.
    await load(vacant, file, replace=True)
    assert await hash_of(vacant) == before


@pytest.mark.parametrize(
    ("damage", "field"),
    [
        ("CREATE (:Ghost {key: 'ghost:1'})", "their label"),
        ("MATCH (n:Vendor {key: 'vendor:full'}) SET n.colour = 'blue'", "Vendor.colour"),
        ("MATCH (n:Vendor {key: 'vendor:full'}) SET n.name = date()", "the types of its properties"),
        ("MATCH (n:Vendor {key: 'vendor:full'}) REMOVE n.folded", "Vendor.folded"),
        (
            "MATCH (a:Vendor {key: 'vendor:full'}), (b:Role {key: 'role:full'}) CREATE (a)-[:LIKES]->(b)",
            "the arrow LIKES",
        ),
        ("MATCH (:Assignment {key: 'assignment:full'})-[r:HELD_BY]->() DELETE r", "the number of arrows HELD_BY"),
        ("MATCH (c:Change {seq: 2}) DETACH DELETE c", "seq"),
        ("MATCH (n:Vacancy {key: 'vacancy:bare'}) SET n.toSeq = 0", "toSeq"),
    ],
)
async def test_what_could_not_be_read_back_is_not_written(
    vacant: Database, tmp_path: Path, damage: str, field: str
) -> None:
    file = tmp_path / "world.json"
    file.write_bytes(world.assembled(world.rows()))
    await load(vacant, file)
    await run(vacant, damage)
    with pytest.raises(NotCarriedError) as refused:
        await document_of(vacant)
    assert refused.value.field == field
    assert refused.value.expected
