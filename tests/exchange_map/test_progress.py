"""Progress in files: a row is held to what a single report is; the same state may have begun earlier, and is not moved later."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.driver import Statement
from graph_seed.exchange import planned as planned_module
from graph_seed.exchange.importing import preview
from graph_seed.exchange.limits import LIMITS
from graph_seed.exchange.planned import Options, Planned
from tests.changes.conftest import Change, digest
from tests.exchange.helpers import read_here
from tests.exchange_map.conftest import PLACE, TODAY, Maps, csv_of, edited, rows_of

TASK = "demo-proev-fremdrift"
FILE = "progress.csv"


def said(state: str, since: str) -> bytes:
    return csv_of("progress", [{"task": TASK, "municipality": PLACE, "state": state, "since": since}])


@pytest.fixture(autouse=True)
async def task(maps: Maps, change: Change) -> None:
    """A task of which nobody has reported anything."""
    await change("publishTask", project="oir-basis", title="DEMO Prøv fremdrift", published="2026-09-01")


async def reported(change: Change, state: str, on: str) -> str:
    """Report it one by one, and give the report's id."""
    made = await change(
        "reportProgress",
        "... on ProgressChanged { progress { id } }",
        task=TASK,
        municipality=PLACE,
        state=state,
        on=on,
    )
    return str(made["progress"]["id"])


async def history(maps: Maps) -> list[tuple[str, str, str]]:
    """What is believed of the task there: state, first day, first day after it."""
    text = """MATCH (n:Progress {slot: $p.slot}) WHERE n.toSeq = 9007199254740991
      RETURN n.state AS state, n.validFrom AS since, n.validTo AS until ORDER BY since"""
    rows = await maps.database.read(Statement("test", text, {"slot": f"{PLACE}|task:{TASK}"}))
    return [tuple(row.values()) for row in rows]


async def test_a_state_that_is_said_later_is_known_already(maps: Maps, change: Change) -> None:
    await reported(change, "NOT_STARTED", "2026-09-15")
    await reported(change, "STARTED", "2026-10-01")
    before = await digest(maps.database)
    planned = await maps.preview(said("STARTED", "2026-11-20"), FILE)
    assert (planned.problems, planned.counts["progress"]) == ([], {"same": 1})
    assert (await maps.apply(said("STARTED", "2026-11-20"), FILE)).seq is None
    assert await digest(maps.database) == before


async def test_a_state_that_is_said_earlier_began_then_if_nothing_lies_between(maps: Maps, change: Change) -> None:
    await reported(change, "STARTED", "2026-11-01")
    await maps.apply(said("STARTED", "2026-10-01"), FILE)
    assert await history(maps) == [("STARTED", "2026-10-01", "9999-12-31")]
    await reported(change, "DONE", "2026-11-15")
    assert await maps.refused(said("DONE", "2026-11-01"), FILE) == [("BAD_PERIOD", 2, "Since")]


async def test_after_what_has_ended_a_report_is_a_new_one(maps: Maps, change: Change) -> None:
    first = await reported(change, "STARTED", "2026-10-01")
    corrected = await change("correct", fact=first, validTo="2026-10-15")
    assert corrected["__typename"] == "FactChanged", corrected
    for state in ("STARTED", "DONE"):
        planned = await maps.preview(said(state, "2026-11-01"), FILE)
        assert planned.counts["progress"] == {"added": 1}
    await maps.apply(said("STARTED", "2026-11-01"), FILE)
    assert await history(maps) == [
        ("STARTED", "2026-10-01", "2026-10-15"), ("STARTED", "2026-11-01", "9999-12-31"),
    ]  # fmt: skip
    (row,) = [row for row in rows_of(await maps.csv("progress", PLACE)) if row["Task code"] == TASK]
    assert row["Since"] == "2026-11-01"


async def test_what_was_reported_before_is_known_already(maps: Maps, change: Change) -> None:
    """An export of an earlier day has it, also beside the one that followed."""
    await reported(change, "STARTED", "2026-09-15")
    await reported(change, "DONE", "2026-11-01")
    row = {"task": TASK, "municipality": PLACE}
    both = [{**row, "state": "STARTED", "since": "2026-09-15"}, {**row, "state": "DONE", "since": "2026-11-01"}]
    for rows in (both, both[:1]):
        planned = await maps.preview(csv_of("progress", rows), FILE)
        assert (planned.problems, planned.empty) == ([], True)
    earlier = await maps.csv("progress", at="2026-09-20")
    assert (await maps.preview(earlier, FILE)).problems == []


async def test_a_wrong_row_is_told_beside_any_number_that_contradict_each_other_as_the_map_does(
    maps: Maps, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    for state, on in (("NOT_STARTED", "2026-09-15"), ("STARTED", "2026-10-01"), ("DONE", "2026-11-01")):
        await reported(change, state, on)
    rows = rows_of(await maps.csv("progress", PLACE, at="2026-09-20"))
    assert [row["Task code"] for row in rows].count(TASK) == 3
    few = replace(LIMITS, problems=1)
    monkeypatch.setattr(planned_module, "LIMITS", few)

    async def previewed(rows: list[dict[str, str]]) -> Planned:
        return await preview(maps.database, read_here(edited(rows), FILE, few), Options(TODAY))

    as_it_is = await previewed(rows)
    assert (as_it_is.ok, as_it_is.empty, as_it_is.problems) == (True, True, [])
    wrong = await previewed([{**rows[0], "Task code": "nix"}, *rows])
    assert (wrong.ok, [problem.code for problem in wrong.problems]) == (False, ["UNKNOWN_TASK"])
