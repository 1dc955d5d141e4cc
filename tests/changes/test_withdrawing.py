"""Roles that the gallery ceases to define: who may still be appointed, and what is no gap any more."""

from __future__ import annotations

from tests.changes.conftest import Change
from tests.changes.test_gallery import defined, recorded
from tests.changes.test_holding import PLACE, person
from tests.contract.conftest import Ask


async def test_a_role_is_not_withdrawn_before_it_was_ever_defined(change: Change) -> None:
    """Nothing would tell that it is withdrawn: it could be held again."""
    code = await defined(change, "Demo Fortrudt rolle", validFrom="2026-12-01")
    for given in ({}, {"on": "2026-11-01"}):
        refused = await change("withdrawRole", role=code, **given)
        assert (refused["code"], refused["field"]) == ("BAD_PERIOD", "on")
        assert "a day after it was first defined, 2026-12-01" in refused["expected"]
    assert "change" in await change("withdrawRole", role=code, on="2026-12-02")
    held = {"role": code, "municipality": PLACE, "validFrom": "2026-12-02"}
    key = await person(change, "Demo Anna Afprøvesen")
    assert (await change("appoint", person=key, **held))["code"] == "ROLE_WITHDRAWN"
    assert (await change("intendVacancy", why="Demo", **held))["code"] == "ROLE_WITHDRAWN"


async def test_the_only_version_that_defines_a_role_is_not_taken_back(change: Change, ask: Ask) -> None:
    code = await defined(change, "Demo Defineret én gang", validFrom="2026-01-01")
    (fact,) = await recorded(ask, "definition:")
    refused = await change("retract", fact=fact)
    assert (refused["code"], refused["field"]) == ("ONLY_ONE", "fact")
    assert f"role:{code}" in refused["expected"]


async def vacant(ask: Ask, role: str, at: str) -> list[str]:
    query = """query ($role: [String!], $at: Date!) { named: gaps(roles: $role, municipality: "0825", at: $at) { reason }
      all: gaps(municipality: "0825", at: $at) { role { code } reason } }"""
    found = (await ask(query, {"role": [role], "at": at})).data
    named = [gap["reason"] for gap in found["named"]]
    assert named == [gap["reason"] for gap in found["all"] if gap["role"]["code"] == role]
    return named


async def test_a_role_that_nobody_can_hold_any_more_is_no_gap(change: Change, ask: Ask) -> None:
    """Nothing could close it: neither an appointment nor a vacancy that is meant."""
    code = await defined(change, "Demo Trukket rolle", validFrom="2026-01-01")
    await change("withdrawRole", role=code, on="2026-11-01")
    assert await vacant(ask, code, "2026-10-31") == ["VACANT"]
    assert await vacant(ask, code, "2026-11-01") == []
    cells = await ask(f'{{ coverage(roles: ["{code}"], municipality: "0825") {{ cells {{ state }} }} }}')
    assert cells.data["coverage"]["cells"] == [{"state": "VACANT"}]
    anna = await person(change, "Demo Anna Afprøvesen")
    await change("appoint", role=code, municipality=PLACE, person=anna, validFrom="2026-10-01")
    await change("reportContact", role=code, municipality=PLACE, person=anna, comment="Svarer ikke")
    assert await vacant(ask, code, "2026-12-01") == ["REPORTED"]


async def test_a_role_that_the_next_gallery_version_leaves_out_is_no_gap(change: Change, ask: Ask) -> None:
    code = await defined(change, "Demo Udeladt rolle", validFrom="2026-01-01")
    roles = ["KOMBIT-programleder"]
    await change("publishGallery", version="1.9", published="2026-12-10", replaces="1.4", roles=roles)
    assert await vacant(ask, code, "2026-12-09") == ["VACANT"]
    assert await vacant(ask, code, "2026-12-10") == []
