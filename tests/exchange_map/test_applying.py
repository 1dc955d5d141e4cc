"""Once and not twice, what was seen and nothing else, announced where it is large; and nobody sees half of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from graph import announcing
from graph.announcing import announce, release
from graph.driver import Database, Statement
from graph.errors import BusyError
from graph.shape import OPEN_SEQ, STAGED
from graph_seed.archive.snapshot import take
from graph_seed.exchange import errand, importing
from graph_seed.exchange.errors import FileRefused
from graph_seed.exchange.importing import apply, read_map
from graph_seed.exchange.order import Applied, Order, PlanMoved
from graph_seed.exchange.staging import clear, stage
from graph_seed.exchange.state import State
from resolvers.context import Context, Viewer
from resolvers.errors import InvalidInput
from schema.engine import Request
from schema.gallery.schema import engine
from tests.changes.conftest import Change, digest, document
from tests.changes.test_holding import person
from tests.contract.conftest import NOW
from tests.exchange_map.conftest import PLACE, ROLE, Maps, Row, assignment, csv_of, edited, rows_of

DATA = csv_of("assignments", [assignment()])
THERE: Row = {"municipality": PLACE, "role": ROLE, "first_day": "2041-01-01"}
NEW = {
    "Holder name": "Demo Regnar Regnearksen", "Holder key": "", "Holder e-mail": "regnar@laesoe.example",
    "First day": "2026-01-01", "Last day": "",
}  # fmt: skip


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


async def test_sent_again_after_somebody_was_erased_it_is_the_first_outcome(maps: Maps, change: Change) -> None:
    """The hash of an input that named somebody goes with the erasure, so that the key alone tells."""
    data = csv_of("people", [{"name": "Demo Anna Afprøvesen", "municipality": PLACE}])
    first = await maps.apply(data, "people.csv", key="k-1")
    (anna,) = [row["Key"] for row in rows_of(await maps.csv("people", PLACE)) if row["Name"] == "Demo Anna Afprøvesen"]
    erased = await change("erasePerson", person=anna, statements=3, now=NOW + timedelta(minutes=1))
    assert erased["__typename"] == "PersonErased", erased
    again = await maps.apply(data, "people.csv", key="k-1")
    assert again == Applied(first.seq, None, repeated=True)


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


async def test_what_somebody_else_wrote_there_since_the_preview_is_not_overwritten(maps: Maps, change: Change) -> None:
    """Neither fate nor words of the row have become others, but what it would overwrite has."""
    key = await person(change, "Demo Anna Afprøvesen")
    theirs: list[tuple[str, Row, Row]] = [
        ("people", {"key": key, "name": "Demo Anna Afprøvesen", "email": "anna@laesoe.example", "phone": "+45 00 11 22 33"},
         {"key": key, "name": "Demo Anna Afprøvesen", "email": "anna.ny@laesoe.example"}),
        ("translations", {**THERE, "title": "A"}, {**THERE, "title": "B"}),
        ("vacancies", {**THERE, "reason": "a"}, {**THERE, "reason": "b"}),
    ]  # fmt: skip
    for name, word in (("translations", "title"), ("vacancies", "reason")):
        await maps.apply(csv_of(name, [{**THERE, word: "as it was"}]), f"{name}.csv")
    for name, mine, other in theirs:
        file, data = f"{name}.csv", csv_of(name, [mine])
        seen = await maps.preview(data, file)
        await maps.apply(csv_of(name, [other]), file)
        before = await digest(maps.database)
        with pytest.raises(PlanMoved) as moved:
            await apply(maps.database, maps.order(data, file), previewed=seen)
        assert "row 2: changed otherwise than in the preview" in str(moved.value)
        with pytest.raises(PlanMoved):
            await apply(maps.database, maps.order(data, file), expected=seen.fingerprint)
        assert await digest(maps.database) == before
        shown = str((await maps.preview(data, file)).as_json()) + str(moved.value)
        assert "anna.ny@laesoe.example" not in shown


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


async def test_a_map_that_was_read_before_it_moved_on_is_read_again(maps: Maps) -> None:
    before = await read_map(maps.database, Viewer())
    assert (await maps.apply(DATA)).seq == before.seq + 1
    late = await apply(maps.database, maps.order(DATA, key="late"), state=before)
    assert late.seq is None, "the map says it all by now"
    assert (await maps.csv("assignments", PLACE)).decode().count("Demo Regnar Regnearksen") == 1


async def test_a_file_that_is_refused_leaves_nothing_being_read(maps: Maps, monkeypatch: Any) -> None:
    """File and map are read at the same time; what is wrong with the file is told at once."""
    told: list[str] = []

    async def reads(_: Database, _viewer: Viewer) -> State:
        told.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            told.append("ended")
        raise AssertionError

    monkeypatch.setattr(errand, "read_map", reads)
    with pytest.raises(FileRefused):
        await errand.both("map.csv", b" ", Context.local(maps.database))
    assert told == ["begun", "ended"]


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


async def test_a_large_import_ends_what_it_ends_in_parts_too(maps: Maps, change: Change, monkeypatch: Any) -> None:
    """Parts of one row: what is new first, then what ends."""
    monkeypatch.setattr(importing, "ANNOUNCED", 0)
    monkeypatch.setattr(announcing, "PART", 1)
    rows = rows_of(await maps.csv("assignments", PLACE))
    ending = [row for row in rows if not row["Last day"]][:3]
    data = edited([{**row, "Last day": "2035-06-30"} for row in ending])
    told: list[str] = []
    applied = await apply(maps.database, maps.order(data), report=told.append)
    assert any("believed" in line for line in told)
    effects = (
        "MATCH (c:Change {seq: $p.seq})-[r]->(n:Assignment) RETURN type(r) AS type, n.fromSeq = c.seq, n.toSeq = c.seq"
    )
    found = await maps.database.read(Statement("test", effects, {"seq": applied.seq}))
    assert (
        sorted(tuple(row.values()) for row in found) == [("CLOSED", False, True)] * 3 + [("RECORDED", True, False)] * 3
    )
    assert (await maps.preview(data)).empty
    undone = await change("undo", change=applied.seq)
    assert undone["__typename"] == "ChangeUndone", undone
    assert rows_of(await maps.csv("assignments", PLACE)) == rows


async def test_what_was_laid_ready_is_found_by_its_ids_and_believed_once_also_where_another_is_at_it(
    maps: Maps, monkeypatch: Any
) -> None:
    """Whoever has laid it ready knows where it is; whoever does a dead one's rest has to look for it."""
    monkeypatch.setattr(importing, "ANNOUNCED", 0)
    monkeypatch.setattr(announcing, "PART", 1)
    ending = [row for row in rows_of(await maps.csv("assignments", PLACE)) if not row["Last day"]][:3]
    data = edited([{**row, "Last day": "2035-06-30"} for row in ending])
    sent: list[Statement] = []

    async def beside(database: Database, progress: Any, laid: Any) -> None:
        assert len(laid) == 3
        first, rest = [asyncio.create_task(announcing.finish(database)) for _ in range(2)]
        database.observers.append(sent.append)
        try:
            await announcing.finish(database, progress, laid)
        finally:
            database.observers.remove(sent.append)
        await asyncio.gather(first, rest)

    monkeypatch.setattr(importing, "finish", beside)
    applied = await apply(maps.database, maps.order(data))
    assert [statement.name for statement in sent].count("lease believe these") == 3
    once = (
        "MATCH (c:Change {seq: $p.seq})-[:RECORDED]->(n:Assignment) RETURN n.key AS key, n.fromSeq = c.seq AS believed"
    )
    found = await maps.database.read(Statement("test", once, {"seq": applied.seq}))
    assert len({row["key"] for row in found}) == len(found) == 3
    assert all(row["believed"] for row in found)


async def test_a_large_import_sent_twice_at_once_is_done_once(maps: Maps, monkeypatch: Any) -> None:
    monkeypatch.setattr(importing, "ANNOUNCED", 0)
    order = maps.order(DATA, key="twice")
    both = await asyncio.gather(apply(maps.database, order), apply(maps.database, order), return_exceptions=True)
    done = [one for one in both if isinstance(one, Applied)]
    assert all(isinstance(one, BusyError) for one in both if one not in done)
    assert sorted(one.repeated for one in done) in ([False], [False, True])
    assert (await maps.csv("assignments", PLACE)).decode().count("Demo Regnar Regnearksen") == 1
    assert (await apply(maps.database, order)).repeated


async def died(maps: Maps, order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    """Record an import, and die before it is believed."""

    async def dies(*_: Any) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(importing, "finish", dies)
        with pytest.raises(asyncio.CancelledError):
            await apply(maps.database, order)


async def test_an_import_that_died_while_it_was_believed_is_shown_whole_by_the_next_change(
    maps: Maps, change: Change, monkeypatch: Any
) -> None:
    """What is recorded has happened: the file is known again, and whoever writes next does the rest."""
    monkeypatch.setattr(importing, "ANNOUNCED", 0)
    before = {name: await maps.csv(name, PLACE) for name in ("assignments", "people")}
    ending = [row for row in rows_of(before["assignments"]) if not row["Last day"]][:2]
    data = edited([{**row, "Last day": "2035-06-30"} for row in ending] + [{**ending[0], **NEW}])
    order = maps.order(data, key="dead")
    await died(maps, order, monkeypatch)
    assert {name: await maps.csv(name, PLACE) for name in before} == before
    with pytest.raises(AssertionError, match="BUSY"):
        await person(change, "Demo Anna Afprøvesen")  # the lease of the dead one has not ended yet
    await _run(maps, "MATCH (c:Counter {key: 'import'}) SET c.until = timestamp() - 1")
    # Locked, done what is left, seen that nothing is left, and then its own two statements.
    made = await change("addPerson", statements=5, name="Demo Anna Afprøvesen", municipality=PLACE)
    shown = await maps.csv("assignments", PLACE)
    assert "Demo Regnar Regnearksen" in shown.decode()
    assert shown.decode().count("2035-06-30") == 2
    again = await apply(maps.database, order)
    assert (again.seq, again.repeated) == (made["change"]["seq"] - 1, True)
    left = "MATCH (n) WHERE n.fromSeq = $p.staged OR n.toSeq > $p.staged AND n.toSeq < $p.open RETURN count(*)"
    assert await maps.database.value(Statement("test", left, {"staged": STAGED, "open": OPEN_SEQ})) == 0


async def test_a_backup_does_the_rest_of_an_import_that_died(maps: Maps, database: Database, monkeypatch: Any) -> None:
    """Else it would wait for the next change, which may not come for days."""
    monkeypatch.setattr(importing, "ANNOUNCED", 0)
    before = (await take(database)).head.seq
    await died(maps, maps.order(DATA, key="dead"), monkeypatch)
    await _run(maps, "MATCH (c:Counter {key: 'import'}) SET c.until = timestamp() - 1")
    assert (await take(database)).head.seq == before + 1
    assert "Demo Regnar Regnearksen" in (await maps.csv("assignments", PLACE)).decode()


async def test_sent_again_an_import_that_died_while_it_was_believed_is_whole(maps: Maps, monkeypatch: Any) -> None:
    monkeypatch.setattr(importing, "ANNOUNCED", 0)
    order = maps.order(DATA, key="dead")
    await died(maps, order, monkeypatch)
    assert (await apply(maps.database, order)).repeated
    assert "Demo Regnar Regnearksen" in (await maps.csv("assignments", PLACE)).decode()


async def test_what_a_dead_import_left_is_seen_by_nobody_and_removed_by_the_next(
    maps: Maps, database: Database, change: Change
) -> None:
    before = {name: await maps.csv(name) for name in ("assignments", "people")}
    backup = (await take(database)).head
    ending = next(
        row for row in rows_of(before["assignments"]) if not row["Last day"] and row["Municipality code"] == PLACE
    )
    data = edited([{**ending, "Last day": "2035-06-30"}, {**ending, **NEW}])
    writes = (planned := await maps.preview(data)).writes
    await announce(maps.database, "dead")
    await stage(maps.database, writes.created, writes.records, writes.closes, "dead", lambda _what, _rows: None)
    with pytest.raises(BusyError):
        await clear(maps.database, "another")  # what somebody else lays ready is not removed
    await _run(maps, "MATCH (c:Counter {key: 'import'}) SET c.until = timestamp() - 1")
    staged = "MATCH (n) WHERE n.fromSeq = $p.staged OR n.toSeq = $p.staged + 1 RETURN count(*)"
    assert await maps.database.value(Statement("test", staged, {"staged": STAGED})) == 4
    assert {name: await maps.csv(name) for name in before} == before
    assert (await maps.preview(data)).fingerprint == planned.fingerprint
    assert (await take(database)).head == backup
    again = await change(
        "appoint", role=ending["Role code"], municipality=PLACE, person=ending["Holder key"], validFrom="2032-01-01"
    )
    assert again["code"] == "ALREADY_HELD", "what is only marked is believed by whoever decides"
    await announce(maps.database, "the next one")
    await clear(maps.database, "the next one")
    await release(maps.database, "the next one")
    assert await maps.database.value(Statement("test", staged, {"staged": STAGED})) == 0
    assert (await maps.preview(data)).fingerprint == planned.fingerprint


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
