"""Loading: what is loaded again changes nothing, what vanished ends, what the API said stays."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph.driver import Database, Transaction
from graph.model import Change, fact_key
from graph.shape import OPEN_DATE, OPEN_SEQ
from graph_seed.errors import CircleError, DemoRefusedError
from graph_seed.load import Loaded, load_demo, load_reference, load_scale, remove_demo
from graph_seed.reference import read_reference
from graph_seed.writer import CYPHER, take_lock, write_changes
from tests.conftest import seed
from tests.seed.conftest import add, edit, run

OPEN = f"n.toSeq = {OPEN_SEQ}"
VENDOR = '\n[[vendor]]\ncode = "prøve"\nname = "Prøve A/S"\n'
ALIAS = fact_key("Name", "erpSystem:opus", "ALIAS", "OPUS/KMD")


async def versions(database: Database, key: str) -> list[tuple[object, ...]]:
    """All records of a name: from when to when it holds, and whether it is believed."""
    return await run(
        database,
        f"MATCH (n:Name {{key: $p.key}}) RETURN n.validFrom, n.validTo, {OPEN} AS believed ORDER BY n.fromSeq",
        key=key,
    )


async def seq(database: Database) -> object:
    ((last,),) = await run(database, "MATCH (c:Counter {key: 'counter'}) RETURN c.seq")
    return last


def test_every_statement_is_used_and_explained() -> None:
    code = "\n".join(path.read_text("utf-8") for path in CYPHER.parent.rglob("*.py"))
    files = sorted(CYPHER.glob("*.cypher"))
    assert files
    for path in files:
        assert f'"{path.stem}"' in code, path.name
        assert path.read_text("utf-8").startswith("// "), path.name


async def test_all_reference_data_are_in_the_graph(seeded: Database) -> None:
    reference = read_reference()
    arrows = {(thing.key, arrow.type, arrow.target) for thing in reference.things for arrow in thing.arrows}
    arrows |= {(record.key, arrow.type, arrow.target) for record in reference.records for arrow in record.arrows}
    keys = [*(thing.key for thing in reference.things), *(record.key for record in reference.records)]
    found = await run(
        seeded,
        f"MATCH (n)-[r]->(t) WHERE n.key IN $p.keys AND (n.toSeq IS NULL OR {OPEN}) RETURN n.key, type(r), t.key",
        keys=keys,
    )
    assert set(found) == arrows
    titles = await run(seeded, f"MATCH (n:Name) WHERE {OPEN} AND n.origin = 'reference' RETURN n.title, n.validFrom")
    assert set(titles) == {(r.properties["title"], r.valid_from) for r in reference.records if r.label == "Name"}
    terms = await run(
        seeded, f"MATCH (n:Terms) WHERE {OPEN} AND n.origin = 'reference' RETURN n.title, n.due, n.validTo"
    )
    assert set(terms) == {
        (r.properties["title"], r.properties.get("due"), r.valid_to) for r in reference.records if r.label == "Terms"
    }


@pytest.mark.parametrize(
    ("task", "totals"), [("oir-basis-00", (49, 15, 34)), ("oir-basis-01", (55, 8, 35)), ("oir-basis-02", (15, 17, 66))]
)
async def test_the_published_totals_are_in_the_graph(seeded: Database, task: str, totals: tuple[int, ...]) -> None:
    states = await run(
        seeded,
        f"MATCH (n:Progress)-[:ON]->(:Task {{key: $p.task}}) WHERE {OPEN} AND n.validFrom <= '2019-12-16' < n.validTo "
        "RETURN n.state, count(*)",
        task=f"task:{task}",
    )
    assert dict(states) == dict(zip(("DONE", "STARTED", "NOT_STARTED"), totals, strict=True))  # type: ignore[arg-type]


async def test_recorded_time_begins_with_the_reference_data_on_1_november_2019(seeded: Database) -> None:
    rows = await run(seeded, "MATCH (c:Change) WHERE c.seq < 3 RETURN c.at, c.actor, c.operation ORDER BY c.seq")
    assert rows == [
        ("2019-11-01T00:00:00.000000Z", "reference", "seed reference"),
        ("2019-11-02T07:00:00.000000Z", "demo:seed", "seed demo"),
    ]


async def test_loading_again_changes_nothing(seeded: Database) -> None:
    before = await run(seeded, "MATCH (n) RETURN count(n), sum(COUNT { (n)--() })")
    last = await seq(seeded)
    assert await load_reference(seeded, print) == Loaded(0, 0, 0, last)  # type: ignore[arg-type]
    assert await load_demo(seeded, print) == Loaded(0, 0, 0, last)  # type: ignore[arg-type]
    assert await run(seeded, "MATCH (n) RETURN count(n), sum(COUNT { (n)--() })") == before


async def test_a_correction_is_two_records_of_one_fact_in_recorded_time(seeded: Database) -> None:
    rows = await run(
        seeded,
        "MATCH (n:Assignment {slot: '0751|role:systemejer-bogfoering'})<-[:RECORDED]-(c:Change) "
        "WHERE n.validFrom > '2026-11-15' RETURN n.key, n.validFrom, substring(c.at, 0, 10), n.fromSeq, n.toSeq "
        "ORDER BY n.fromSeq",
    )
    first, second = rows
    assert first[0] == second[0]
    assert [row[1:3] for row in rows] == [("2026-12-01", "2026-09-18"), ("2027-02-01", "2026-10-31")]
    assert first[4] == second[3]
    assert second[4] == OPEN_SEQ


async def test_a_new_row_comes_with_a_change_of_its_own(rewound: Database, folder: Path) -> None:
    last = int(await seq(rewound))  # type: ignore[call-overload]
    add(folder, "vendors.toml", VENDOR)
    assert await load_reference(rewound, print, folder) == Loaded(1, 1, 1, last + 1)
    rows = await run(
        rewound,
        "MATCH (c:Change {seq: $p.seq})-[:RECORDED]->(n:Name)-[:NAMES]->(v:Vendor) "
        "RETURN c.actor, n.title, n.origin, n.fromSeq, v.key, v.fromSeq, v.seq",
        seq=last + 1,
    )
    assert rows == [("reference", "Prøve A/S", "reference", last + 1, "vendor:prøve", last + 1, last + 1)]


async def test_what_vanished_from_a_file_is_ended_on_its_edition_date(rewound: Database, folder: Path) -> None:
    edit(folder, "vendors.toml", 'names = [{ title = "OPUS/KMD" }]\n', "")
    edit(folder, "vendors.toml", "edition = 2026-10-01", "edition = 2026-11-05")
    assert (await load_reference(rewound, print, folder)).records == 1
    assert await versions(rewound, ALIAS) == [
        ("2019-01-01", OPEN_DATE, False),
        ("2019-01-01", "2026-11-05", True),
    ]
    assert (await load_reference(rewound, print, folder)).changes == 0
    assert (await load_reference(rewound, print)).records == 1
    assert (await versions(rewound, ALIAS))[-1] == ("2019-01-01", OPEN_DATE, True)


async def test_what_vanished_before_it_began_is_taken_back(rewound: Database, folder: Path) -> None:
    edit(
        folder,
        "vendors.toml",
        '{ title = "OPUS/KMD" }',
        '{ title = "OPUS/KMD" }, { title = "OPUS X", from = 2027-01-01 }',
    )
    await load_reference(rewound, print, folder)
    key = fact_key("Name", "erpSystem:opus", "ALIAS", "OPUS X")
    assert await versions(rewound, key) == [("2027-01-01", OPEN_DATE, True)]
    await load_reference(rewound, print)
    assert await versions(rewound, key) == [("2027-01-01", OPEN_DATE, False)]


async def test_a_row_that_changed_supersedes_the_old_record(rewound: Database, folder: Path) -> None:
    edit(folder, "tasks.toml", "due = 2020-01-10", "due = 2020-01-17")
    assert (await load_reference(rewound, print, folder)).records == 1
    rows = await run(
        rewound, f"MATCH (n:Terms)-[:OF]->({{key: 'task:yr-mapning'}}) RETURN n.due, {OPEN} ORDER BY n.fromSeq"
    )
    assert rows == [("2020-01-10", False), ("2020-01-17", True)]


async def say_through_the_api(database: Database, key: str) -> None:
    """Supersede a name as a mutation does: close the open record, add one of origin `api`, append a change."""

    async def work(transaction: Transaction) -> None:
        log = await take_lock(transaction)
        change = Change("2026-11-24T12:00:00.000000Z", "user:test", "rename")
        await write_changes(transaction, [change], log, "reference")

    await database.write(work, name="test")
    await run(
        database,
        f"MATCH (c:Counter {{key: 'counter'}}) MATCH (change:Change {{seq: c.seq}}) "
        f"MATCH (n:Name {{key: $p.key}}) WHERE {OPEN} "
        "MATCH (n)-[:NAMES]->(t) CREATE (m:Name)-[:NAMES]->(t), (change)-[:RECORDED]->(m) "
        "SET m = n {.*, fromSeq: c.seq, origin: 'api', validTo: '2025-01-01'} SET n.toSeq = c.seq",
        key=key,
    )


async def test_what_was_said_through_the_api_wins_over_loading_again(rewound: Database, folder: Path) -> None:
    await say_through_the_api(rewound, ALIAS)
    assert (await load_reference(rewound, print)).changes == 0
    assert (await versions(rewound, ALIAS))[-1] == ("2019-01-01", "2025-01-01", True)
    edit(folder, "vendors.toml", 'names = [{ title = "OPUS/KMD" }]\n', "")
    assert (await load_reference(rewound, print, folder)).changes == 0


async def test_what_was_taken_back_through_the_api_stays_taken_back(rewound: Database) -> None:
    await say_through_the_api(rewound, ALIAS)
    await run(
        rewound,
        "MATCH (n:Name {key: $p.key}) WHERE n.origin = 'api' DETACH DELETE n",
        key=ALIAS,
    )
    assert (await load_reference(rewound, print)).changes == 0
    assert await versions(rewound, ALIAS) == [("2019-01-01", OPEN_DATE, False)]


async def test_a_circle_is_refused_and_nothing_is_written(rewound: Database, folder: Path) -> None:
    last = await seq(rewound)
    add(folder, "escalation.toml", 'kombit-programleder = "aftalegodkender"\n')
    add(folder, "vendors.toml", VENDOR)
    with pytest.raises(CircleError):
        await load_reference(rewound, print, folder)
    assert await seq(rewound) == last
    assert await run(rewound, "MATCH (v:Vendor {key: 'vendor:prøve'}) RETURN v") == []


async def test_writers_at_the_same_time_never_get_the_same_number(rewound: Database) -> None:
    last = int(await seq(rewound))  # type: ignore[call-overload]

    async def work(transaction: Transaction) -> int:
        log = await take_lock(transaction)
        change = Change("2026-11-24T12:00:00.000000Z", "user:test", "nothing")
        return await write_changes(transaction, [change], log, "demo")

    numbers = await asyncio.gather(*(rewound.write(work, name="test", seconds=30.0) for _ in range(12)))
    assert sorted(numbers) == list(range(last + 1, last + 13))


async def test_scale_brings_copies_under_codes_that_no_municipality_has(rewound: Database) -> None:
    loaded = await load_scale(rewound, 2, print)
    assert loaded.changes == 1
    assert loaded.things == 98 + 960 + 98
    assert await load_scale(rewound, 2, print) == Loaded(0, 0, 0, loaded.seq)
    counts = await run(
        rewound,
        f"MATCH (m:Municipality)<-[:IN]-(n:Assignment) WHERE {OPEN} AND m.code STARTS WITH '0751' "
        "RETURN m.code, m.name, count(n), collect(DISTINCT split(n.slot, '|')[0])",
    )
    by_code = {row[0]: row for row in counts}
    assert by_code["0751-01"][1:] == ("Aarhus 01", by_code["0751"][2], ["0751-01"])
    held = await run(
        rewound,
        "MATCH (:Municipality {code: '0751-01'})<-[:IN]-(:Assignment)-[:HELD_BY]->(h)-[:BELONGS_TO]->(m) RETURN m.code",
    )
    assert Counter(held).keys() == {("0751-01",)}


@pytest.fixture
async def emptied(seeded: Database) -> AsyncIterator[Database]:
    """The seeded database, for tests that leave nothing of it; it is seeded anew afterwards."""
    yield seeded
    await run(seeded, "MATCH (n) CALL (n) { DETACH DELETE n } FINISH")
    await seed(seeded)


async def test_demo_data_can_be_removed_and_then_not_loaded_again(emptied: Database) -> None:
    last = int(await seq(emptied))  # type: ignore[call-overload]
    assert await remove_demo(emptied, print) > 14_000
    assert (
        await run(emptied, "MATCH (n) WHERE n.origin = 'demo' OR n.demo OR n.code STARTS WITH 'demo-' RETURN n.key")
        == []
    )
    assert await run(emptied, "MATCH (n:Person) RETURN count(n)") == [(0,)]
    assert int(await seq(emptied)) > last  # type: ignore[call-overload]
    assert (await load_reference(emptied, print)).changes == 0
    with pytest.raises(DemoRefusedError, match="cannot be loaded after the change of"):
        await load_demo(emptied, print)
