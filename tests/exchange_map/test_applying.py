"""Once and not twice, what was seen and nothing else, announced where it is large; and nobody sees half of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from graph.announcing import announce, release
from graph.driver import Database, Statement
from graph.errors import BusyError
from graph.model import Thing
from graph.shape import STAGED
from graph_seed.archive.snapshot import take
from graph_seed.exchange.importing import MOST, Applied, PlanMoved, apply, check_size
from graph_seed.exchange.planned import Planned
from graph_seed.exchange.staging import clear, stage
from resolvers.context import Context
from resolvers.errors import InvalidInput
from schema.engine import Request
from schema.gallery.schema import engine
from tests.changes.conftest import Change, digest, document
from tests.changes.test_holding import person
from tests.contract.conftest import NOW
from tests.exchange_map.conftest import PLACE, ROLE, Maps, assignment, csv_of, rows_of

DATA = csv_of("assignments", [assignment()])


async def test_the_same_import_sent_twice_is_done_once(maps: Maps) -> None:
    seen = await maps.preview(DATA)
    order = maps.order(DATA, seen=seen.seq)
    first = await apply(maps.database, order, expected=seen.fingerprint)
    assert (first.seq, first.repeated) == (seen.seq + 1, False)
    before = await digest(maps.database)
    again = await apply(maps.database, order, expected=seen.fingerprint)
    assert again == Applied(first.seq, None, repeated=True)
    assert await digest(maps.database) == before


async def test_a_key_of_ones_own_is_for_one_input(maps: Maps) -> None:
    first = await maps.apply(DATA, key="k-1", reason="a")
    again = await maps.apply(DATA, key="k-1", reason="a")
    assert (again.seq, again.repeated) == (first.seq, True)
    with pytest.raises(InvalidInput) as refused:
        await maps.apply(DATA, key="k-1", reason="b")
    assert (refused.value.code, refused.value.field) == ("KEY_REUSED", "key")


async def test_two_at_once_are_one_change_and_one_that_found_it(maps: Maps) -> None:
    both = await asyncio.gather(maps.apply(DATA, key="k-1"), maps.apply(DATA, key="k-1"))
    assert sorted(one.repeated for one in both) == [False, True]
    assert both[0].seq == both[1].seq


async def test_what_moved_on_elsewhere_does_not_matter_and_what_moved_here_does(maps: Maps, change: Change) -> None:
    seen = await maps.preview(DATA)
    await person(change, "Demo Ganske Uvedkommende")
    applied = await apply(maps.database, maps.order(DATA), previewed=seen)
    assert applied.seq == seen.seq + 2
    ended = csv_of("assignments", [assignment(last_day="2027-01-31")])
    seen = await maps.preview(ended)
    await maps.apply(csv_of("assignments", [assignment(last_day="2027-03-31")]))
    before = await digest(maps.database)
    with pytest.raises(PlanMoved) as moved:
        await apply(maps.database, maps.order(ended), previewed=seen)
    assert "(was from 2026-01-01 to 2027-03-31)" in str(moved.value)
    assert await digest(maps.database) == before


async def test_while_a_large_import_is_announced_others_are_told_to_come_back(maps: Maps, change: Change) -> None:
    key = await person(change, "Demo Anna Afprøvesen")
    given = {"role": ROLE, "municipality": PLACE, "person": key}
    await announce(maps.database, "somebody")
    try:
        before = await digest(maps.database)
        request = Request(document("appoint"), {"input": given})
        result = await engine().execute(request, Context.local(maps.database, NOW))
        (error,) = result.formatted["errors"]
        assert error["extensions"] == {"code": "BUSY"}
        assert result.unavailable  # which is 503 with Retry-After over HTTP
        for other in (maps.apply(DATA), announce(maps.database, "another")):
            with pytest.raises(BusyError):
                await other
        assert await digest(maps.database) == before
        assert rows_of(await maps.csv("assignments", PLACE))  # who asks is answered
    finally:
        await release(maps.database, "somebody")
    made = await change("appoint", **given)  # four statements, as ever
    assert made["__typename"] == "AssignmentChanged"


async def test_an_announcement_ends_by_itself(maps: Maps, change: Change) -> None:
    await announce(maps.database, "somebody who died")
    await _run(maps, "MATCH (c:Counter {key: 'import'}) SET c.until = timestamp() - 1")
    assert await person(change, "Demo Anna Afprøvesen")
    await announce(maps.database, "the next one")
    await release(maps.database, "the next one")


async def test_a_large_import_is_announced_and_believed_at_once(maps: Maps, change: Change) -> None:
    """The whole map has more rows than one lock is held for; three of them say something else."""
    everything = await maps.xlsx()
    import_rows = [assignment(), assignment(role="yr-kontaktperson", last_day="2027-01-31")]
    data = _with(everything, import_rows)
    told: list[str] = []
    applied = await apply(maps.database, maps.order(data, "map.xlsx"), report=told.append)
    assert "Announced" in told[0]
    assert applied.planned is not None
    assert [(one.sheet, one.fate) for one in applied.planned.told] == [
        ("people", "added"), ("assignments", "added"), ("assignments", "added"),
    ]  # fmt: skip
    assert "Demo Regnar Regnearksen" in (await maps.csv("assignments", PLACE)).decode()
    effects = "MATCH (c:Change {seq: $p.seq})-[r]->(n) RETURN type(r), labels(n)[0], n.fromSeq, n.seq, n.toSeq"
    rows = await maps.database.read(Statement("test", effects, {"seq": applied.seq}))
    seq, end = applied.seq, 9007199254740991
    assert sorted(tuple(row.values()) for row in rows) == [
        ("RECORDED", "Assignment", seq, None, end), ("RECORDED", "Assignment", seq, None, end),
        ("TOUCHED", "Person", seq, seq, None),
    ]  # fmt: skip
    assert await person(change, "Demo Anna Afprøvesen")  # nobody is kept waiting any more


def test_more_than_can_be_committed_at_once_is_refused_before_anything_is_written() -> None:
    planned = Planned(1, 1)
    planned.writes.edited = {f"person:{i}": Thing("Person", f"person:{i}", {}) for i in range(MOST)}
    check_size(planned)
    planned.writes.edited["person:more"] = Thing("Person", "person:more", {})
    with pytest.raises(InvalidInput) as refused:
        check_size(planned)
    assert (refused.value.code, refused.value.field) == ("TOO_MANY", "file")


async def test_a_change_whose_writer_died_before_it_was_shown_is_shown_by_the_next(maps: Maps, change: Change) -> None:
    before = await maps.csv("assignments", PLACE)
    applied = await maps.apply(DATA)
    hidden = """MATCH (c:Counter {key: 'counter'}) SET c.seq = c.seq - 1
      MERGE (l:Counter {key: 'import'}) SET l.seq = 0, l.holder = 'dead', l.until = timestamp() - 1, l.reveals = c.seq + 1"""
    await _run(maps, hidden)
    assert await maps.csv("assignments", PLACE) == before
    made = await change("addPerson", name="Demo Anna Afprøvesen", municipality=PLACE)
    assert made["change"]["seq"] == (applied.seq or 0) + 1
    assert "Demo Regnar Regnearksen" in (await maps.csv("assignments", PLACE)).decode()


async def test_what_a_dead_import_left_is_seen_by_nobody_and_removed_by_the_next(
    maps: Maps, database: Database
) -> None:
    before = {name: await maps.csv(name) for name in ("assignments", "people")}
    backup = (await take(database)).head
    planned = await maps.preview(DATA)
    await stage(maps.database, planned.writes.created, planned.writes.records, lambda _what, _rows: None)
    staged = "MATCH (n) WHERE n.fromSeq = $p.staged RETURN count(*)"
    assert await maps.database.value(Statement("test", staged, {"staged": STAGED})) == 2
    assert {name: await maps.csv(name) for name in before} == before
    assert (await maps.preview(DATA)).fingerprint == planned.fingerprint
    assert (await take(database)).head == backup
    await clear(maps.database)
    assert await maps.database.value(Statement("test", staged, {"staged": STAGED})) == 0


def _with(workbook: bytes, rows: list[dict[str, str | None]]) -> bytes:
    """The same workbook with more assignments."""
    from graph_seed.exchange.tables import BY_NAME
    from graph_seed.exchange.workbooks import Lists, to_xlsx
    from graph_seed.exchange.writing import Table
    from tests.exchange.helpers import read_here

    read = read_here(workbook, "map.xlsx")
    tables = [
        Table(BY_NAME[one.sheet], [*(row.values for row in one.rows), *(rows if one.sheet == "assignments" else [])])
        for one in read.sheets
    ]
    return to_xlsx(tables, Lists())


async def _run(maps: Maps, text: str) -> None:
    async def work(transaction: Any) -> None:
        await transaction.run(Statement("test", text))

    await maps.database.write(work, name="test")
