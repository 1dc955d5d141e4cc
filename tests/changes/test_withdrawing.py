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
