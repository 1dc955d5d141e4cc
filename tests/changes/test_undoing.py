"""Undo: what is believed again beside what came meanwhile, and what is said where it cannot be."""

from __future__ import annotations

from tests.changes.conftest import Change
from tests.changes.test_gallery import TASK, recorded
from tests.contract.conftest import Ask


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
