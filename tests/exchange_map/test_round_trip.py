"""What goes out and comes back in changes nothing; what was changed in the file changes just that."""

from __future__ import annotations

import pytest

from graph_seed.exchange.tables import BY_NAME
from tests.changes.conftest import Change, digest
from tests.exchange_map.conftest import PLACE, Maps, assignment, csv_of, edited, rows_of


async def test_an_export_imported_again_changes_nothing(maps: Maps) -> None:
    data = await maps.xlsx()
    before = await digest(maps.database)
    for end_missing in (False, True):
        planned = await maps.preview(data, "map.xlsx", end_missing=end_missing)
        assert planned.problems == []
        assert {fate for counts in planned.counts.values() for fate, count in counts.items() if count} == {"same"}
        assert sum(planned.counts["assignments"].values()) > 3_000
        applied = await maps.apply(data, "map.xlsx", end_missing=end_missing)
        assert applied.seq is None
    assert await digest(maps.database) == before


@pytest.mark.parametrize("name", list(BY_NAME))
async def test_so_does_each_sheet_as_csv(maps: Maps, name: str) -> None:
    data = await maps.csv(name)
    planned = await maps.preview(data, f"{name}.csv")
    assert planned.problems == []
    assert planned.empty
    assert planned.counts[name]["same"] == planned.rows == len(rows_of(data)) > 0


async def test_the_export_of_some_municipalities_has_them_alone(maps: Maps) -> None:
    some = rows_of(await maps.csv("assignments", "Læsø", "0101"))
    assert {row["Municipality"] for row in some} == {"Læsø", "København"}
    everything = rows_of(await maps.csv("assignments"))
    assert some == [row for row in everything if row["Municipality"] in ("Læsø", "København")]
    assert some == rows_of(await maps.csv("assignments", "825", " 101 ")), "codes as spreadsheets leave them"


async def test_an_export_is_of_a_day(maps: Maps) -> None:
    data = csv_of("assignments", [assignment(first_day="2026-06-01", last_day="2026-12-31")])
    await maps.apply(data)
    named = "Demo Regnar Regnearksen"
    assert named in (await maps.csv("assignments", PLACE, at="2026-12-31")).decode()
    assert named not in (await maps.csv("assignments", PLACE, at="2027-01-01")).decode()


async def test_three_cells_change_three_facts(maps: Maps) -> None:
    """One ends, one begins on another day, one is vacant for another reason."""
    await maps.apply(csv_of("assignments", [assignment(), assignment(role="yr-kontaktperson")]))
    reasons = [
        {"municipality": PLACE, "role": "oir-debitor-administrator", "reason": "Prøve", "first_day": "2027-01-01"}
    ]
    await maps.apply(csv_of("vacancies", [{**reasons[0], "last_day": "2027-01-31"}]), "vacancies.csv")
    before = {name: rows_of(await maps.csv(name)) for name in BY_NAME}

    rows = [dict(row) for row in before["assignments"]]
    mine = {row["Role code"]: row for row in rows if row["Holder name"] == "Demo Regnar Regnearksen"}
    mine["oir-finans-administrator"]["Last day"] = "2026-12-31"
    mine["yr-kontaktperson"]["First day"] = "2026-02-01"
    planned = await maps.preview(edited(rows))
    assert [(one.fate, one.sheet) for one in planned.told] == [("ended", "assignments"), ("changed", "assignments")]
    first = await maps.apply(edited(rows), reason="Rettelser")
    vacancies = [dict(row) for row in before["vacancies"]]
    (vacant,) = [row for row in vacancies if row["Reason"] == "Prøve"]
    vacant["Reason"] = "Omlagt"
    second = await maps.apply(edited(vacancies), "vacancies.csv")

    assert second.seq == (first.seq or 0) + 1
    after = {name: rows_of(await maps.csv(name)) for name in BY_NAME}
    assert after == {**before, "assignments": rows, "vacancies": vacancies}
    ((operation, reason, kinds, places),) = await _log(maps, first.seq)
    assert (operation, reason, kinds, places) == ("import", "Rettelser", ["ASSIGNMENT"], [PLACE])


async def test_what_is_not_in_the_file_stays_unless_it_is_to_end(maps: Maps) -> None:
    await maps.apply(csv_of("assignments", [assignment()]))
    one = rows_of(await maps.csv("assignments", PLACE))
    rest = [row for row in one if row["Holder name"] != "Demo Regnar Regnearksen"]
    left = await maps.preview(edited(rest))
    assert left.empty
    assert [told.what.partition(":")[0] for told in left.missing] == ["Demo Regnar Regnearksen"]
    elsewhere = await maps.preview(
        edited([row for row in rows_of(await maps.csv()) if row["Municipality code"] == "0101"])
    )
    assert elsewhere.missing == []
    applied = await maps.apply(edited(rest), end_missing=True)
    assert applied.planned is not None
    assert applied.planned.counts["assignments"]["ended"] == 1
    assert rows_of(await maps.csv("assignments", PLACE)) == rest
    yesterday = rows_of(await maps.csv("assignments", PLACE, at="2026-11-30"))
    assert [row["Last day"] for row in yesterday if row["Holder name"] == "Demo Regnar Regnearksen"] == ["2026-11-30"]


async def test_an_import_is_undone(maps: Maps, change: Change) -> None:
    before = {name: await maps.csv(name) for name in BY_NAME if name != "people"}
    rows = rows_of(before["assignments"])
    rows = [
        {**row, "Last day": "2031-05-05"} if row["Municipality code"] == "0101" and not row["Last day"] else row
        for row in rows
    ]
    new = rows_of(csv_of("assignments", [assignment()]))[0]
    applied = await maps.apply(edited([*rows, {**dict.fromkeys(rows[0], ""), **new}]))
    assert await maps.csv("assignments") != before["assignments"]
    undone = await change("undo", change=applied.seq)
    assert undone["__typename"] == "ChangeUndone"
    assert {name: await maps.csv(name) for name in before} == before
    # Whom it brought stays, and holds nothing: the next import finds the same person again.
    again = await maps.preview(csv_of("assignments", [assignment()]))
    assert again.found == {"e-mail": 1}


async def _log(maps: Maps, seq: int | None) -> list[tuple[object, ...]]:
    from graph.driver import Statement

    text = "MATCH (c:Change {seq: $p.seq}) RETURN c.operation, c.reason, c.kinds, c.municipalities"
    return [tuple(row.values()) for row in await maps.database.read(Statement("test", text, {"seq": seq}))]
