"""Undo: what is believed again beside what came meanwhile, and what is said where it cannot be."""

from __future__ import annotations

import pytest

from graph.basis import Row
from graph.model import Record
from graph.shape import OPEN_SEQ
from resolvers.changes import undoing
from tests.changes.conftest import Change
from tests.changes.test_gallery import ROLE, TASK, recorded
from tests.changes.test_holding import appointed, holders, person
from tests.contract.conftest import Ask


async def test_what_cannot_be_undone_names_what_can_be_done_instead(change: Change, ask: Ask) -> None:
    """A thing that somebody brought stays; the way to be rid of it is named, and can be gone."""
    role = await change("defineRole", ROLE, title="Demo Fortrydes", gallery="1.4", domain="OIR", kind="CONTACT")
    refused = await change("undo", change=role["change"]["seq"])
    assert refused["code"] == "CANNOT_UNDO"
    assert "withdrawRole" in refused["expected"]
    assert "2026-12-01" in refused["expected"]
    project = "Basisimplementering af ØiR"
    task = await change("publishTask", TASK, project=project, title="DEMO Fortrydes", published="2026-12-01")
    refused = await change("undo", change=task["change"]["seq"])
    assert refused["code"] == "CANNOT_UNDO"
    assert "withdrawTask" in refused["expected"]
    assert "2026-12-01" in refused["expected"]
    gallery = await change(
        "publishGallery", version="1.9", published="2026-12-02", replaces="1.4",
        roles=["YR kontaktperson"],
    )  # fmt: skip
    refused = await change("undo", change=gallery["change"]["seq"])
    assert refused["code"] == "CANNOT_UNDO"
    assert "publishGallery" in refused["expected"]
    assert 'replaces "1.9"' in refused["expected"]
    anna = await change("addPerson", name="Demo Anna Fortrydes")
    refused = await change("undo", change=anna["change"]["seq"])
    assert "mergePeople" in refused["expected"]


async def test_a_task_addresses_a_role_once_also_after_an_undo(change: Change, ask: Ask) -> None:
    first, second = "ØiR finans administrator", "ØiR debitor administrator"
    given = {"project": "Basisimplementering af ØiR", "title": "DEMO Én gang", "published": "2026-01-01"}
    task = (await change("publishTask", TASK, **given, responsible=[first], requires=["oir-basis-02"]))["task"]["code"]
    emptied = await change("changeTask", task=task, responsible=[], requires=[], validFrom="2026-12-10")
    await change("changeTask", task=task, involved=[first], validFrom="2026-12-15")
    refused = await change("undo", change=emptied["change"]["seq"])
    assert refused["code"] == "OVERLAPS"
    await change("changeTask", task=task, involved=[second], requires=["oir-basis-02"], validFrom="2026-12-15")
    assert (await change("undo", change=emptied["change"]["seq"]))["code"] == "OVERLAPS"
    roles = await ask(
        f'{{ task(name: "{task}", at: "2026-12-20") {{ roles {{ role {{ code }} kind }} requires {{ code }} }} }}'
    )
    assert roles.data["task"] == {
        "roles": [{"role": {"code": "oir-debitor-administrator"}, "kind": "INVOLVED"}],
        "requires": [{"code": "oir-basis-02"}],
    }


async def test_an_addressee_is_not_corrected_into_the_time_of_another(change: Change, ask: Ask) -> None:
    role = "ØiR finans administrator"
    given = {"project": "Basisimplementering af ØiR", "title": "DEMO To gange", "published": "2026-01-01"}
    task = (await change("publishTask", TASK, **given, responsible=[role]))["task"]["code"]
    (fact,) = await recorded(ask, "addressing:")
    await change("end", fact=fact, validTo="2026-12-10")
    await change("changeTask", task=task, involved=[role], validFrom="2026-12-10")
    refused = await change("correct", fact=fact, untilFurtherNotice=True)
    assert (refused["code"], refused["field"]) == ("OVERLAPS", "validFrom")


async def test_a_departure_is_undone_though_the_description_was_edited_since(change: Change, ask: Ask) -> None:
    anna = await person(change, "Demo Anna Bliver")
    await appointed(change, anna, validFrom="2026-01-01")
    left = (await change("leave", person=anna, on="2027-01-01"))["change"]["seq"]
    await change("changePerson", person=anna, unit="Økonomi")
    assert "change" in await change("undo", change=left)
    found = await ask(f'{{ person(name: "{anna}") {{ leftOn unit }} }}')
    assert found.data["person"] == {"leftOn": None, "unit": "Økonomi"}
    assert "Demo Anna Bliver" in await holders(ask, "2027-06-01")


async def test_a_departure_is_not_undone_where_another_day_was_said_since(change: Change) -> None:
    anna = await person(change, "Demo Anna Går")
    first = (await change("leave", person=anna, on="2027-01-01"))["change"]["seq"]
    second = (await change("leave", person=anna, on="2027-02-01"))["change"]["seq"]
    edited = (await change("changePerson", person=anna, unit="Økonomi"))["change"]["seq"]
    refused = await change("undo", change=first)
    assert (refused["code"], refused["field"]) == ("CANNOT_UNDO", "change")
    assert "leftOn" in refused["expected"]
    assert "change" in await change("undo", change=second)
    refused = await change("undo", change=edited)
    assert (refused["code"], refused["value"]) == ("CANNOT_UNDO", str(edited))
    assert "by hand" in refused["expected"]


async def test_what_defines_a_role_is_told_by_all_versions_when_a_holder_is_believed_again(
    change: Change, ask: Ask
) -> None:
    anna = await person(change, "Demo Anna Defineret")
    made = await appointed(change, anna, validFrom="2027-06-01")
    retracted = (await change("retract", fact=made["assignment"]["id"]))["change"]["seq"]
    await change("publishGallery", version="1.9", published="2026-12-10", roles=["ØiR finans administrator"])
    (fact,) = await recorded(ask, "definition:")
    await change("end", fact=fact, validTo="2027-01-01")
    assert "change" in await change("undo", change=retracted)
    assert "Demo Anna Defineret" in await holders(ask, "2027-06-01")


async def test_who_held_a_withdrawn_role_is_believed_again(change: Change, ask: Ask) -> None:
    """What was believed together before the change may be so again."""
    made = await change(
        "defineRole", ROLE, title="Demo Holdt", gallery="1.4", domain="OIR", kind="CONTACT", validFrom="2026-01-01"
    )
    role = made["role"]["code"]
    held = await appointed(change, await person(change, "Demo Anna Holder"), role=role, validFrom="2027-01-01")
    await change("withdrawRole", role=role, on="2026-12-10")
    retracted = (await change("retract", fact=held["assignment"]["id"]))["change"]["seq"]
    assert "change" in await change("undo", change=retracted)


async def test_the_answers_of_the_day_on_which_it_made_a_difference_are_shown(change: Change) -> None:
    anna = await person(change, "Demo Anna Fortrydsen")
    begins = await appointed(change, anna, validFrom="2027-01-01", validTo="2028-01-01")
    ends = await change("end", fact=begins["assignment"]["id"], validTo="2027-07-01")
    for made, day in ((ends, "2027-07-01"), (begins, "2027-01-01")):
        undone = await change("undo", "... on Changed { answers { at } }", change=made["change"]["seq"])
        assert "code" not in undone, undone
        assert {answer["at"] for answer in undone["answers"]} == {day}
    past = await appointed(change, anna, validFrom="2020-01-01", validTo="2021-01-01")
    undone = await change("undo", "... on Changed { answers { at } }", change=past["change"]["seq"])
    assert "answers" in undone, undone
    assert {answer["at"] for answer in undone["answers"]} == {"2026-12-01"}


async def test_what_came_after_and_was_undone_is_as_if_it_had_not_been(change: Change, ask: Ask) -> None:
    """One goes back step by step; told is each time what can be undone next."""
    anna = await person(change, "Demo Anna Tilbagesen")
    begins = await appointed(change, anna, validFrom="2026-01-01")
    fact = begins["assignment"]["id"]
    ends = await change("end", fact=fact, validTo="2027-07-01")
    sooner = await change("end", fact=fact, validTo="2027-05-01")
    first, second, third = (one["change"]["seq"] for one in (begins, ends, sooner))
    for seq in (third, second):
        refused = await change("undo", change=first)
        assert refused["expected"] == f"to undo change {seq} first: it rests on this one ({fact})"
        assert "change" in await change("undo", change=seq), seq
    retracted = (await change("retract", fact=fact))["change"]["seq"]
    refused = await change("undo", change=first)
    assert refused["expected"] == f"to undo change {retracted} first: it rests on this one ({fact})"
    for seq in (retracted, first):
        assert "change" in await change("undo", change=seq), seq
    assert "Demo Anna Tilbagesen" not in await holders(ask, "2026-12-01")
    again = await change("escalateRole", role="ØiR finans administrator", to="YR kontaktperson", validFrom="2027-01-01")
    later = await change("escalateRole", role="ØiR finans administrator", to="Aftalegodkender", validFrom="2027-02-01")
    for made in (later, again):
        assert "change" in await change("undo", change=made["change"]["seq"])


async def test_what_says_again_what_was_said_before_is_to_be_undone_first(change: Change, ask: Ask) -> None:
    """It was not an undoing; and what is to be undone first came later, not earlier."""
    anna = await person(change, "Demo Anna Igensen")
    fact = (await appointed(change, anna, validFrom="2026-01-01"))["assignment"]["id"]
    ends = (await change("end", fact=fact, validTo="2027-07-01"))["change"]["seq"]
    again = (await change("correct", fact=fact, untilFurtherNotice=True))["change"]["seq"]
    refused = await change("undo", change=ends)
    assert refused["expected"] == f"to undo change {again} first: it rests on this one ({fact})"
    for seq in (again, ends):
        assert "change" in await change("undo", change=seq), seq


@pytest.mark.parametrize(
    ("versions", "first"),
    [
        ("1A2 2B", 2),
        ("1A2 2B3 3C", 3),
        ("1A2 2B3 3C4 4B", 2),  # 4 undid 3
        ("1A2 2B3 3A4", 4),  # 3 undid 2; 4 took it back
        ("1A2 2B3 3A4 4B", 4),  # 4 undid what undid 2
        ("1A2 2B3 3A4 4C", 4),
        ("1A2 2B3 3C4 4B5 5A6 6D", 6),
    ],
)
def test_what_came_last_and_is_not_undone_is_to_be_undone_first(versions: str, first: int) -> None:
    """Each version as the change that recorded it, what it says, and the change that closed it."""
    rows = [
        Row(one, Record("Vacancy", "vacancy:x", "2026-01-01", "9999-12-31", {"reason": one[1]}, ()), int(one[0]), int(one[2:] or OPEN_SEQ))
        for one in versions.split()
    ]  # fmt: skip
    assert undoing._to_undo_first(rows[::-1]) == first
