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
from tests.access.conftest import AARHUS, AARHUS_EDITOR, KOMBIT, KOMBIT_EDITOR
from tests.changes.conftest import digest
from tests.contract.conftest import NOW
from tests.exchange_map.conftest import TODAY, assignment, csv_of, read_here

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
