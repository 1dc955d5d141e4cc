"""What the map has and no row speaks of: what gives way to a row is told as ended, the rest stays, or ends where that is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.driver import Statement
from graph_seed.exchange.importing import preview
from graph_seed.exchange.planned import Options
from resolvers.changes.operation import target
from tests.changes.conftest import Change
from tests.changes.test_holding import person
from tests.exchange.helpers import read_here
from tests.exchange_map.conftest import PLACE, ROLE, TODAY, Maps, Row, assignment, csv_of, edited, rows_of

FILE = "erp_use.csv"


def used(system: str, first: str, last: str | None = None) -> Row:
    return {"municipality": PLACE, "domain": "FINANS", "erp_system": system, "first_day": first, "last_day": last}


def translated(title: str, first: str) -> Row:
    return {"municipality": PLACE, "role": ROLE, "title": title, "first_day": first, "last_day": None}


async def uses(maps: Maps, at: str) -> list[tuple[str, str]]:
    rows = rows_of(await maps.csv("erp_use", PLACE, at=at))
    return sorted((row["ERP system"], row["Last day"]) for row in rows if row["Domain"] == "finans")


@pytest.mark.parametrize("end_missing", [False, True])
async def test_a_system_that_another_one_replaces_is_told_as_ended(maps: Maps, end_missing: bool) -> None:
    (was, _), *_ = await uses(maps, "2026-12-01")
    new = "opus" if was != "opus" else "prisme"
    planned = await maps.preview(csv_of("erp_use", [used(new, "2026-10-01")]), FILE, end_missing=end_missing)
    assert planned.problems == []
    ended = [told for told in planned.told if told.fate == "ended" and f": {was}" in f": {told.what}"]
    assert len(ended) == 1
    assert not [told for told in planned.missing if told.what.startswith(was)]
    await maps.apply(csv_of("erp_use", [used(new, "2026-10-01")]), FILE, end_missing=end_missing)
    assert (was, "2026-09-30") in await uses(maps, "2026-09-01")
    assert await uses(maps, "2026-12-01") == [(new, "")]


async def test_a_plan_covers_what_it_ends(maps: Maps, change: Change) -> None:
    """What gives way is shown, so that another title of it is another plan."""
    data = csv_of("translations", [translated("Ny titel", "2026-11-01")])
    prints = []
    for title in ("En titel", "En anden titel"):
        made = await change(
            "translate", "... on TranslationChanged { translation { id } }",
            role=ROLE, municipality=PLACE, title=title, validFrom="2026-01-01",
        )  # fmt: skip
        planned = await maps.preview(data, "translations.csv")
        assert [told.fate for told in planned.told] == ["ended", "added"]
        assert not [told for told in planned.missing if ROLE in told.what]
        prints.append(planned.fingerprint)
        await change("retract", fact=made["translation"]["id"])
    assert prints[0] != prints[1]


async def test_two_that_follow_each_other_take_the_place_of_one_in_any_order(maps: Maps) -> None:
    first = csv_of("translations", [translated("Gammel", "2026-01-01")])
    await maps.apply(first, "translations.csv")
    early = {**translated("Mellem", "2026-10-01"), "last_day": "2026-10-31"}
    late = translated("Ny", "2026-11-01")
    for rows in ([early, late], [late, early]):
        planned = await maps.preview(csv_of("translations", rows), "translations.csv")
        assert planned.problems == []
        assert sorted(told.fate for told in planned.told) == ["added", "added", "ended"]


async def test_a_stand_in_ends_with_what_it_covers_once_and_no_later(maps: Maps, change: Change) -> None:
    """Of two assignments one has ended in the past; the file has nothing of its stand-in, and what is missing is to end."""
    anna, bo = await person(change, "Demo Anna Afprøvesen"), await person(change, "Demo Bo Afprøvesen")
    roles = (ROLE, "yr-kontaktperson")
    for role in roles:
        made = await change(
            "appoint", "... on AssignmentChanged { assignment { id } }",
            role=role, municipality=PLACE, person=anna, validFrom="2026-01-01",
        )  # fmt: skip
        await change("standIn", person=bo, assignments=[made["assignment"]["id"]], validFrom="2026-02-01")
    held = [
        row | {"Last day": "2026-06-30"} if row["Role code"] == ROLE else row
        for row in rows_of(await maps.csv("assignments", PLACE))
        if row["Holder key"] == anna
    ]
    planned = await maps.preview(edited(held))
    assert [(told.sheet, told.fate) for told in planned.told] == [("stand_ins", "ended"), ("assignments", "ended")]
    (record,) = (record for record in planned.writes.records if record.label == "StandIn")
    assert record.valid_to == "2026-07-01"
    ending = await maps.preview(edited(held), end_missing=True)
    assert [told.fate for told in ending.told if "yr-kontaktperson" not in told.what and bo_of(told.what)] == ["ended"]
    (record,) = (record for record in ending.writes.records if record.label == "StandIn")
    assert record.valid_to == "2026-07-01"


async def test_what_a_new_address_settles_does_not_go_on_to_the_end_of_the_role(maps: Maps, change: Change) -> None:
    """One file says both: where she is written to from now on, and when she ceases to hold the role."""
    points = [{"kind": "EMAIL", "value": "anna@laesoe.example", "visibility": "VENDORS"}]
    made = await change(
        "addPerson", "... on PersonChanged { person { id } }", name="Demo Anna Afprøvesen", municipality=PLACE, contactPoints=points
    )  # fmt: skip
    anna = made["person"]["id"]
    place = {"role": ROLE, "municipality": PLACE, "person": anna}
    await change("appoint", validFrom="2026-01-01", **place)
    await change("reportContact", comment="Demo: den er forkert", **place)
    row = {"key": anna, "name": "Demo Anna Afprøvesen", "email": "anna.ny@laesoe.example"}
    (held,) = (row for row in rows_of(await maps.csv("assignments", PLACE)) if row["Holder key"] == anna)
    people = read_here(csv_of("people", [row]), "people.csv")
    both = replace(
        people,
        sheets=(*people.sheets, *read_here(edited([held | {"Last day": "2026-12-31"}]), "assignments.csv").sheets),
    )
    planned = await preview(maps.database, both, Options(TODAY))
    assert (planned.problems, [told.fate for told in planned.told]) == ([], ["changed", "ended"])
    assert sorted(row.record.label for row in planned.writes.closes) == ["Assignment", "Report"]
    assert [record.label for record in planned.writes.records] == ["Assignment"]


@pytest.mark.parametrize(
    ("says", "settles"),
    [({"First day": "2026-02-01"}, True), ({"Last day": "2027-06-30"}, False), ({}, False)],
    ids=["corrected", "ended", "said again"],
)
async def test_a_row_that_corrects_an_assignment_settles_what_was_reported_of_its_holder(
    says: Row, settles: bool, maps: Maps, change: Change
) -> None:
    anna, bo = await person(change, "Demo Anna Rettet"), await person(change, "Demo Bo Urettet")
    for who in (anna, bo):
        await change("appoint", role=ROLE, municipality=PLACE, person=who, validFrom="2026-01-01")
        await change("reportContact", role=ROLE, municipality=PLACE, person=who, comment=f"Demo: {who}")
    (held,) = (row for row in rows_of(await maps.csv("assignments", PLACE)) if row["Holder key"] == anna)
    planned = await maps.preview(edited([held | says]))
    assert planned.problems == []
    reports = [row for row in planned.writes.closes if row.record.label == "Report"]
    restated = [record for record in planned.writes.records if record.label == "Report"]
    assert {target(row.record, "ABOUT") for row in reports} == ({anna} if says else set())
    assert len(restated) == len(reports) - settles


@pytest.mark.parametrize(
    ("says", "stays"),
    [({"First day": "2026-10-02"}, False), ({"Last day": "2026-09-30"}, False), ({"Last day": "2026-10-01"}, True)],
)
async def test_rows_after_which_others_held_a_role_take_back_what_was_confirmed(
    says: Row, stays: bool, maps: Maps, change: Change
) -> None:
    anna, day = await person(change, "Demo Anna Bekræftet"), "2026-10-01"
    await change("appoint", role="yr-kontaktperson", municipality=PLACE, person=anna, validFrom="2026-01-01")
    await change("confirm", role="yr-kontaktperson", municipality=PLACE, on=day)
    (held,) = (row for row in rows_of(await maps.csv("assignments", PLACE)) if row["Holder key"] == anna)
    planned = await maps.preview(edited([held | says]))
    assert planned.problems == []
    closed = [row.record.valid_from for row in planned.writes.closes if row.record.label == "Confirmation"]
    assert closed == ([] if stays else [day])


async def test_rows_that_bring_another_back_in_time_take_back_what_was_confirmed(maps: Maps, change: Change) -> None:
    anna = await person(change, "Demo Anna Bekræftet")
    await change("appoint", role=ROLE, municipality=PLACE, person=anna, validFrom="2026-01-01")
    await change("confirm", role=ROLE, municipality=PLACE, on="2026-10-01")
    await maps.apply(csv_of("assignments", [assignment()]))
    query = "MATCH (n:Confirmation {slot: $p.slot, validFrom: '2026-10-01'}) WHERE n.toSeq = 9007199254740991 RETURN count(n)"
    assert await maps.database.value(Statement("test", query, {"slot": f"{PLACE}|role:{ROLE}"})) == 0


def bo_of(what: str) -> bool:
    return what.startswith("Demo Bo Afprøvesen")


async def test_what_an_import_leaves_is_told_as_before(maps: Maps) -> None:
    await maps.apply(csv_of("assignments", [assignment()]))
    rest = [row for row in rows_of(await maps.csv("assignments", PLACE)) if row["Role code"] != ROLE]
    planned = await maps.preview(edited(rest))
    assert {told.fate for told in planned.missing} == {"left"}
    assert planned.empty
