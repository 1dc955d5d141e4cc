"""“Still right” is of who holds the role on its day: a change after which others did takes it back, and undoing that brings it back."""

from __future__ import annotations

from typing import Any

import pytest

from graph.driver import Database, Statement
from tests.changes.conftest import Change
from tests.changes.test_holding import person
from tests.contract.conftest import Ask

ROLE, PLACE, DAY = "YR kontaktperson", "0825", "2026-10-01"
WHERE: dict[str, Any] = {"role": ROLE, "municipality": PLACE}


async def hold(change: Change, who: str, **given: Any) -> str:
    made = await change("appoint", "... on AssignmentChanged { assignment { id } }", **WHERE, person=who, **given)
    return str(made["assignment"]["id"])


async def confirmed(ask: Ask, known: str | None = None) -> list[str]:
    """Give the days that are told of who holds the role on the day of the questions, in all the ways there are."""
    query = """query ($role: String!, $known: DateTime) {
      coverage(roles: [$role], municipality: "0825", knownAt: $known) { cells { lastConfirmed } }
      municipality(name: "0825", knownAt: $known) { roles { role { code } lastConfirmed } } }"""
    data = (await ask(query, {"role": ROLE, "known": known})).data
    here = [one for one in data["municipality"]["roles"] if one["role"]["code"] == "yr-kontaktperson"]
    found = [one["lastConfirmed"] for one in (*data["coverage"]["cells"], *here)]
    return sorted({day for day in found if day})


@pytest.fixture
async def scene(change: Change, ask: Ask) -> dict[str, str]:
    """Anna holds the role, and somebody said so; Bo is there."""
    anna, bo = await person(change, "Demo Anna Bekræftet"), await person(change, "Demo Bo Bekræftet")
    fact = await hold(change, anna, validFrom="2026-01-01")
    await change("confirm", **WHERE, on=DAY)
    assert await confirmed(ask) == [DAY]
    return {"anna": anna, "bo": bo, "fact": fact}


CONTRADICTS: dict[str, tuple[str, dict[str, Any]]] = {
    "appoint beside": ("appoint", {**WHERE, "person": "bo", "validFrom": "2026-09-01"}),
    "correct the holder": ("correct", {"fact": "fact", "person": "bo"}),
    "correct the first day": ("correct", {"fact": "fact", "validFrom": "2026-10-02"}),
    "end": ("end", {"fact": "fact", "validTo": DAY}),
    "retract": ("retract", {"fact": "fact"}),
    "hand over": ("handOver", {"assignment": "fact", "person": "bo", "on": DAY}),
    "leave": ("leave", {"person": "anna", "on": "2026-09-01"}),
    "leave to another": (
        "leave", {"person": "anna", "on": "2026-09-01", "successors": [{"assignment": "fact", "person": "bo"}]},
    ),
}  # fmt: skip
LEAVES: dict[str, tuple[str, dict[str, Any]]] = {
    "appoint later": ("appoint", {**WHERE, "person": "bo", "validFrom": "2026-10-02"}),
    "correct the first day": ("correct", {"fact": "fact", "validFrom": DAY}),
    "end later": ("end", {"fact": "fact", "validTo": "2026-10-02"}),
    "hand over later": ("handOver", {"assignment": "fact", "person": "bo", "on": "2026-10-02"}),
    "leave later": ("leave", {"person": "anna", "on": "2027-01-01"}),
    "merge": ("mergePeople", {"keep": "bo", "merge": "anna"}),
    "merge away": ("mergePeople", {"keep": "anna", "merge": "bo"}),
    "another unit": ("changePerson", {"person": "anna", "unit": "Demo"}),
}


def meant(given: Any, scene: dict[str, str]) -> Any:
    """Put ids where an input has the scene's names."""
    if isinstance(given, dict):
        return {name: meant(value, scene) for name, value in given.items()}
    if isinstance(given, list):
        return [meant(one, scene) for one in given]
    return scene.get(given, given)


async def said(seeded: Database) -> int:
    """Count what is believed to have been said of the place on the day."""
    text = "MATCH (n:Confirmation {validFrom: $p.day}) WHERE n.slot = '0825|role:yr-kontaktperson' AND n.toSeq = 9007199254740991 RETURN count(n)"
    return int(await seeded.value(Statement("test", text, {"day": DAY})))


@pytest.mark.parametrize("how", CONTRADICTS)
async def test_a_change_after_which_others_held_it_takes_the_confirmation_back(
    how: str, scene: dict[str, str], change: Change, ask: Ask, seeded: Database
) -> None:
    mutation, given = CONTRADICTS[how]
    made = await change(mutation, **meant(given, scene))
    assert "change" in made, made
    assert await said(seeded) == 0
    log = (
        await ask(f"{{ change(seq: {made['change']['seq']}) {{ at effects {{ kind before {{ __typename }} }} }} }}")
    ).data
    told = [
        one["kind"] for one in log["change"]["effects"] if (one["before"] or {}).get("__typename") == "Confirmation"
    ]
    assert len(told) == 1
    undone = await change("undo", change=made["change"]["seq"])
    if mutation != "leave":
        assert "change" in undone, undone
        assert await said(seeded) == 1
        assert await confirmed(ask) == [DAY]


@pytest.mark.parametrize("how", LEAVES)
async def test_a_change_that_leaves_who_held_it_leaves_the_confirmation(
    how: str, scene: dict[str, str], change: Change, seeded: Database
) -> None:
    mutation, given = LEAVES[how]
    made = await change(mutation, **meant(given, scene))
    assert "change" in made, made
    assert await said(seeded) == 1
    if mutation in ("mergePeople", "appoint", "end"):
        assert "change" in await change("undo", change=made["change"]["seq"])
        assert await said(seeded) == 1


async def test_what_was_said_since_is_taken_back_by_undoing_what_it_was_said_of(
    scene: dict[str, str], change: Change, seeded: Database
) -> None:
    made = await change("appoint", **WHERE, person=scene["bo"], validFrom="2026-09-01")
    await change("confirm", **WHERE, on=DAY, by="Demo Anden")
    assert await said(seeded) == 1
    undone = await change("undo", change=made["change"]["seq"])
    assert await said(seeded) == 1  # of Anna alone, again
    await change("undo", change=undone["change"]["seq"])
    assert await said(seeded) == 1  # of both, again


@pytest.mark.parametrize("goes", [False, True], ids=["another came", "she went"])
async def test_what_is_not_right_any_more_is_not_believed_again(
    goes: bool, scene: dict[str, str], change: Change, seeded: Database
) -> None:
    made = await change("appoint", **WHERE, person=scene["bo"], validFrom="2026-09-01")
    if goes:
        await change("retract", fact=scene["fact"])
    else:
        await hold(change, await person(change, "Demo Carl Bekræftet"), validFrom="2026-08-01")
    assert "change" in await change("undo", change=made["change"]["seq"])
    assert await said(seeded) == 0


async def test_whoever_is_erased_today_takes_along_what_was_said_today(
    scene: dict[str, str], change: Change, seeded: Database
) -> None:
    text = """MATCH (n:Confirmation {slot: '0825|role:yr-kontaktperson'})
      WHERE n.toSeq = 9007199254740991 AND n.validFrom >= $p.day RETURN collect(n.validFrom)"""
    await change("confirm", **WHERE)
    assert sorted(await seeded.value(Statement("test", text, {"day": DAY}))) == [DAY, "2026-12-01"]
    erased = await change("erasePerson", person=scene["anna"], vacancies=[scene["fact"]], statements=3)
    assert "change" in erased, erased
    assert await seeded.value(Statement("test", text, {"day": DAY})) == [DAY]
