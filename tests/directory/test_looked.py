"""Whose look-up an answer of the directory is: of those whom it names, and of nobody who is only behind it."""

from __future__ import annotations

import pytest

from graph.driver import Database
from graph.model import Thing
from resolvers.context import Context
from schema.directory.schema import engine
from schema.engine import Request
from tests.contract.planting import Garden
from tests.directory.conftest import NOW, vendor
from tests.directory.test_contacts import CODE, FOREVER, ROLE, fact, person, scene

__all__ = ["scene"]


async def looked(database: Database, selected: str) -> set[str]:
    """Ask for a contact, and give the keys of those whose look-up that was."""
    query = f'{{ contacts(role: "{ROLE}", municipality: "{CODE}") {{ {selected} }} }}'
    result = await engine().execute(Request(query), Context(database, vendor("kmd"), NOW))
    assert not result.errors, result.formatted
    return set(result.people)


async def held_by(scene: Garden, *people: Thing) -> list[str]:
    """Let people hold the role, the first the longest."""
    periods = [(f"{int(FOREVER[0][:4]) + i}-01-01", FOREVER[1]) for i in range(len(people))]
    facts = [fact("Assignment", ROLE, one.key, period) for one, period in zip(people, periods, strict=True)]
    await scene.plant(things=people, records=facts)
    return [one.key for one in people]


async def test_whoever_is_called_a_member_of_staff_was_not_looked_up(seeded: Database, scene: Garden) -> None:
    await held_by(scene, person("Anna", "OWN_MUNICIPALITY"))
    assert await looked(seeded, "name email others { name } da en steps { kind da en }") == set()


async def test_of_two_who_hold_the_role_those_are_noted_who_are_told(seeded: Database, scene: Garden) -> None:
    anna, bo = await held_by(scene, person("Anna", "VENDORS"), person("Bo", "VENDORS"))
    for selected, people in (
        ("name email", {anna}),
        ("phone", {anna}),
        ("da", {anna}),
        ("en", {anna}),
        ("others { email }", {bo}),
        ("steps { en }", {anna, bo}),
        ("since mailbox outcome", set()),
    ):
        assert await looked(seeded, selected) == people, selected


@pytest.mark.parametrize("selected", ["name email", "others { name }", "name others { name }"])
async def test_who_is_not_shown_comes_first_whatever_is_selected(
    seeded: Database, scene: Garden, selected: str
) -> None:
    """The next one is among the others, and not in the first one's place: also where no reason is selected."""
    _, bo = await held_by(scene, person("Anna", "OWN_MUNICIPALITY"), person("Bo", "VENDORS"))
    assert await looked(seeded, selected) == ({bo} if "others" in selected else set())


async def test_a_stand_in_is_told_with_whom_they_stand_in_for(seeded: Database, scene: Garden) -> None:
    (anna,) = await held_by(scene, person("Anna", "VENDORS"))
    bo = person("Bo", "VENDORS")
    await scene.plant(things=[bo], records=[fact("StandIn", ROLE, bo.key, ("2026-11-01", "2026-12-15"), of=anna)])
    assert await looked(seeded, "name") == {bo.key}
    assert await looked(seeded, "en") == {anna, bo.key}
    assert await looked(seeded, "next { name }") == {anna}
