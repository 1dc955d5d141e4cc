"""What is reported as wrong of a contact stands as long as they are a contact of the place, and no longer."""

from __future__ import annotations

import pytest

from tests.changes.conftest import Change
from tests.changes.test_holding import PLACE, ROLE, appointed, person
from tests.contract.conftest import Ask

WHERE = {"role": ROLE, "municipality": PLACE}


async def reported(ask: Ask, day: str = "2026-12-01") -> set[str]:
    """Give whom the reports are about that stand on a day."""
    query = f"""query ($at: Date!) {{ gaps(roles: ["{ROLE}"], municipality: "{PLACE}", at: $at) {{ reports {{ holder {{ id }} }} }} }}"""
    gaps = (await ask(query, {"at": day})).data["gaps"]
    return {one["holder"]["id"] for gap in gaps for one in gap["reports"] or ()}


async def standing_in(change: Change) -> tuple[str, str, str, str]:
    """Let somebody stand in who is reported; give the two, the assignment and the stand-in."""
    anna, bo = await person(change, "Demo Anna Meldt"), await person(change, "Demo Bo Meldt")
    held = (await appointed(change, anna, validFrom="2026-01-01"))["assignment"]["id"]
    show = "... on StandInsChanged { standIns { id } }"
    made = await change("standIn", show, assignments=[held], person=bo, validFrom="2026-11-01", validTo="2027-06-01")
    await change("reportContact", **WHERE, person=bo, comment="Demo: svarer ikke")
    return anna, bo, held, made["standIns"][0]["id"]


@pytest.mark.parametrize("how", ["end", "retract", "correct", "end what it covers", "leave"])
async def test_a_report_about_a_stand_in_ends_with_the_stand_in(how: str, change: Change, ask: Ask) -> None:
    anna, bo, held, cover = await standing_in(change)
    assert bo in await reported(ask)
    match how:
        case "end":
            await change("end", fact=cover, validTo="2027-02-01")
        case "retract":
            await change("retract", fact=cover)
        case "correct":
            await change("correct", fact=cover, person=await person(change, "Demo Carl Meldt"))
        case "end what it covers":
            await change("end", fact=held, validTo="2027-02-01")
        case _:
            await change("leave", person=anna, on="2027-02-01")
    stays = how not in ("retract", "correct")
    assert (bo in await reported(ask)) == stays
    assert (bo in await reported(ask, "2027-01-31")) == stays
    assert bo not in await reported(ask, "2027-02-01")


async def test_a_report_about_who_also_holds_the_role_outlasts_the_stand_in(change: Change, ask: Ask) -> None:
    _, bo, _, cover = await standing_in(change)
    await appointed(change, bo, validFrom="2027-01-01", validTo="2028-01-01")
    await change("retract", fact=cover)
    assert bo in await reported(ask)
    assert bo in await reported(ask, "2027-12-31")
    assert bo not in await reported(ask, "2028-01-01")


async def test_a_report_goes_with_an_appointment_that_is_undone(change: Change, ask: Ask) -> None:
    anna = await person(change, "Demo Anna Meldt")
    made = await appointed(change, anna, validFrom="2026-01-01")
    await change("reportContact", **WHERE, person=anna, comment="Demo: svarer ikke")
    assert anna in await reported(ask)
    await change("undo", change=made["change"]["seq"])
    assert anna not in await reported(ask)


async def test_a_report_that_is_believed_again_ends_with_who_it_is_about(change: Change, ask: Ask) -> None:
    anna = await person(change, "Demo Anna Meldt")
    held = (await appointed(change, anna, validFrom="2026-01-01"))["assignment"]["id"]
    await change("reportContact", **WHERE, person=anna, comment="Demo: svarer ikke")
    confirmed = (await change("confirm", **WHERE))["change"]["seq"]
    await change("end", fact=held, validTo="2027-02-01")
    await change("undo", change=confirmed)
    assert anna in await reported(ask, "2027-01-31")
    assert anna not in await reported(ask, "2027-02-01")


async def test_a_report_about_who_holds_it_later_stands_until_that_ends(change: Change, ask: Ask) -> None:
    bo = await person(change, "Demo Bo Meldt")
    held = (await appointed(change, bo, validFrom="2027-01-01", validTo="2028-01-01"))["assignment"]["id"]
    await change("reportContact", **WHERE, person=bo, comment="Demo: svarer ikke")
    await change("end", fact=held, validTo="2027-12-01")
    assert bo in await reported(ask)
    assert bo in await reported(ask, "2027-11-30")
    assert bo not in await reported(ask, "2027-12-01")


async def test_whoever_was_merged_away_does_not_leave(change: Change) -> None:
    kept, gone = await person(change, "Demo Anna Samlet"), await person(change, "Demo Ane Samlet")
    await change("mergePeople", keep=kept, merge=gone)
    refused = await change("leave", person=gone)
    assert (refused["code"], refused["field"]) == ("MERGED", "person")
    assert kept in refused["expected"]


async def test_whoever_reported_the_wrong_one_takes_it_back(change: Change, ask: Ask) -> None:
    anna = await person(change, "Demo Anna Forvekslet")
    await appointed(change, anna, validFrom="2026-01-01")
    made = await change(
        "reportContact", "... on ReportChanged { report { id } }", **WHERE, person=anna, comment="Demo: x"
    )
    fact = made["report"]["id"]
    for mutation, given in (("end", {"validTo": "2027-01-01"}), ("correct", {"validTo": "2027-01-01"})):
        assert (await change(mutation, fact=fact, **given))["code"] == "ID_OF_ANOTHER_TYPE"
    taken = await change("retract", fact=fact)
    assert anna not in await reported(ask)
    assert (await change("retract", fact=fact))["code"] == "UNKNOWN_FACT"
    await change("undo", change=taken["change"]["seq"])
    assert anna in await reported(ask)
