"""Files of the map tell no more than answers do, and change no more than mutations may."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from graph.driver import Database, Statement
from graph_seed.exchange.asking import Wish, export
from graph_seed.exchange.importing import apply, preview
from graph_seed.exchange.order import Order
from graph_seed.exchange.planned import Options
from resolvers.context import Context, Viewer
from resolvers.errors import NotAllowed
from tests.access.conftest import AARHUS, AARHUS_EDITOR, KOMBIT, KOMBIT_EDITOR, As, who
from tests.changes.conftest import Change, change, digest
from tests.contract.conftest import NOW
from tests.exchange_map.conftest import TODAY, assignment, csv_of, read_here

__all__ = ["change", "who"]
OPERATOR = Viewer()


async def made(database: Database, viewer: Viewer, sheet: str, *places: str) -> list[dict[str, str]]:
    found = await export(database, Wish("csv", sheet, places), Context(database, viewer, NOW))
    return list(csv.DictReader(io.StringIO(found.data.decode("utf-8-sig")), delimiter=";"))


def order(data: bytes, viewer: Viewer, name: str = "assignments.csv", **more: Any) -> Order:
    return Order(read_here(data, name), data, NOW, Options(TODAY, viewer=viewer), viewer.actor, **more)


async def numbers(database: Database) -> dict[str, set[str]]:
    """Telephone numbers for the own municipality alone, by its code."""
    text = """MATCH (p:Person)-[:BELONGS_TO]->(m) UNWIND range(0, size(p.contactKinds) - 1) AS i
WITH m, p, i WHERE p.contactClasses[i] = 'OWN_MUNICIPALITY' RETURN m.code AS code, collect(p.contactValues[i]) AS numbers"""
    return {row["code"]: set(row["numbers"]) for row in await database.read(Statement("test", text))}


async def test_an_export_has_no_contact_point_that_its_viewer_may_not_see(database: Database, seeded: Database) -> None:
    own = await numbers(seeded)
    hidden = set().union(*own.values())
    every = {value for row in await made(database, OPERATOR, "people") for value in row.values()}
    assert hidden <= every
    told = {value for row in await made(database, KOMBIT, "people") for value in row.values()}
    assert not told & hidden
    mine = {value for row in await made(database, AARHUS, "people", "0751") for value in row.values()}
    assert own["0751"] <= mine
    assert not mine & (hidden - own["0751"])


@pytest.mark.parametrize("viewer", [AARHUS_EDITOR, KOMBIT_EDITOR], ids=["a municipality", "KOMBIT"])
@pytest.mark.parametrize("sheet", ["people", "assignments", "mailboxes"])
async def test_what_a_viewer_exports_changes_nothing_when_it_comes_back(
    database: Database, seeded: Database, viewer: Viewer, sheet: str
) -> None:
    places = ("0751",) if viewer.municipality else ()
    found = await export(database, Wish("csv", sheet, places), Context(database, viewer, NOW))
    planned = await preview(database, read_here(found.data, f"{sheet}.csv"), Options(TODAY, viewer=viewer))
    assert (planned.problems, planned.empty) == ([], True)


async def test_an_editor_imports_what_is_the_municipality_s_own(database: Database, garden: Any) -> None:
    mine = csv_of("assignments", [assignment(municipality="0751", holder_email="regnar@aarhus.example")])
    applied = await apply(database, order(mine, AARHUS_EDITOR))
    assert applied.seq is not None
    actor = await database.value(
        Statement("test", "MATCH (c:Change {seq: $p.seq}) RETURN c.actor", {"seq": applied.seq})
    )
    assert actor == AARHUS_EDITOR.actor


@pytest.mark.parametrize("viewer", [AARHUS_EDITOR, KOMBIT_EDITOR], ids=["a municipality", "KOMBIT"])
async def test_a_file_that_changes_anything_else_is_refused_whole(
    database: Database, garden: Any, viewer: Viewer
) -> None:
    before = await digest(database)
    rows = [assignment(municipality="0101"), assignment(municipality="0751", holder_email="regnar@aarhus.example")]
    data = csv_of("assignments", rows)
    for attempt in (
        preview(database, read_here(data, "assignments.csv"), Options(TODAY, viewer=viewer)),
        apply(database, order(data, viewer)),
    ):
        with pytest.raises(NotAllowed, match="not yours to change") as refused:
            await attempt
        assert refused.value.field == "file"
        assert "0101" in refused.value.value
    assert await digest(database) == before


POINTS = [
    {"kind": "EMAIL", "value": "demo.kim@demo.example", "visibility": "AUTHORITIES"},
    {"kind": "PHONE", "value": "00 11 22 33", "visibility": "OWN_MUNICIPALITY"},
]
PERSON = "... on PersonChanged { person { id } }"


async def points(database: Database, key: str) -> list[tuple[str, str]]:
    text = "MATCH (p:Person {key: $p.key}) RETURN p.contactValues, p.contactClasses"
    values, classes = (await database.read(Statement("test", text, {"key": key})))[0]
    return list(zip(values, classes, strict=True))


async def test_what_one_may_not_see_stays_when_another_brings_the_file_back(
    database: Database, change: Change, garden: Any
) -> None:
    """KOMBIT's file has no number that is the municipality's own; whoever sees it brings the file back and keeps it."""
    await change("addPerson", PERSON, name="Demo Kim Afprøvesen", municipality="0751", contactPoints=POINTS)
    for maker in (KOMBIT, AARHUS, OPERATOR):
        made_ = await export(database, Wish("csv", "people", ("0751",)), Context(database, maker, NOW))
        for bringer in (OPERATOR, AARHUS_EDITOR) if maker != OPERATOR else (OPERATOR,):
            planned = await preview(database, read_here(made_.data, "people.csv"), Options(TODAY, viewer=bringer))
            assert (planned.problems, planned.empty) == ([], True), (maker, bringer)
    rows = await made(database, KOMBIT, "people", "0751")
    assert {row["Shown in part"] for row in rows} == {"yes"}, "it says nothing of what there is"
    assert {row["Shown in part"] for row in await made(database, OPERATOR, "people")} == {""}


async def test_kombit_loses_nothing_of_somebody_whom_it_sees_in_part(
    database: Database, change: Change, garden: Any
) -> None:
    told = await change("addPerson", PERSON, name="Demo Kim Kombitsen", contactPoints=POINTS)
    key = told["person"]["id"]
    kept = [("demo.kim@demo.example", "AUTHORITIES"), ("00 11 22 33", "OWN_MUNICIPALITY")]
    row = {"key": key, "name": "Demo Kim Kombitsen", "job_title": "Chef"}
    await apply(database, order(csv_of("people", [row]), KOMBIT_EDITOR, "people.csv"))
    assert await points(database, key) == kept
    more = csv_of("people", [{**row, "email": "demo.kim@demo.example, kim.ny@demo.example"}])
    await apply(database, order(more, KOMBIT_EDITOR, "people.csv"))
    assert set(await points(database, key)) == {*kept, ("kim.ny@demo.example", "AUTHORITIES")}
    again = await preview(database, read_here(more, "people.csv"), Options(TODAY, viewer=KOMBIT_EDITOR))
    assert again.empty, "what it wrote it sees"


async def test_an_editor_appoints_somebody_of_elsewhere_by_key(database: Database, change: Change, garden: Any) -> None:
    told = await change("addPerson", PERSON, name="Demo Xenia Afprøvesen", municipality="0101", contactPoints=POINTS)
    row = {"municipality": "0751", "holder_key": told["person"]["id"], "holder_name": "Demo Xenia Afprøvesen"}
    for address in (
        "demo.kim@demo.example",
        "xenia.ny@demo.example",
    ):  # whoever made the file may have seen another one
        data = csv_of("assignments", [assignment(**row, holder_email=address)])
        planned = await preview(database, read_here(data, "assignments.csv"), Options(TODAY, viewer=AARHUS_EDITOR))
        assert (planned.problems, planned.writes.created, planned.found["key"]) == ([], [], 1)


@pytest.mark.parametrize("by_file", [True, False], ids=["a file", "a change"])
@pytest.mark.parametrize(
    ("viewer", "home"), [(KOMBIT_EDITOR, None), (AARHUS_EDITOR, "0751")], ids=["KOMBIT", "a municipality"]
)
async def test_a_new_address_settles_reports_wherever_they_were_made(
    database: Database, change: Change, garden: Any, who: As, viewer: Viewer, home: str | None, by_file: bool
) -> None:
    told = await change("addPerson", PERSON, name="Demo Kim Meldesen", municipality=home, contactPoints=POINTS)
    key = told["person"]["id"]
    place = {"role": "oir-finans-administrator", "municipality": "0101", "person": key}
    held = await change("appoint", **place)
    await change("reportContact", comment="Demo: den er forkert", **place)
    row = {"key": key, "name": "Demo Kim Meldesen", "email": "demo.kim@demo.example", "email_visibility": "VENDORS"}
    shown = await preview(database, read_here(csv_of("people", [row]), "people.csv"), Options(TODAY, viewer=viewer))
    assert ([one.fate for one in shown.told], shown.writes.closes) == (["changed"], []), (
        "for whom it is meant settles none"
    )
    row["email"] = "kim.ny@demo.example"
    if by_file:
        await apply(database, order(csv_of("people", [row]), viewer, "people.csv"))
    else:
        new = [{"kind": "EMAIL", "value": row["email"], "visibility": "VENDORS"}]
        seen = (
            {"ifSeq": held["change"]["seq"]} if home else {}
        )  # a report of another municipality is no change that it sees
        done = await who.changes(viewer, "changePerson", person=key, contactPoints=new, **seen)
        assert done["__typename"] == "PersonChanged", done
    text = "MATCH (r:Report)-[:ABOUT]->({key: $p.key}) WHERE r.toSeq = 9007199254740991 RETURN count(r)"
    assert await database.value(Statement("test", text, {"key": key})) == 0
