"""Whoever follows what a refusal says is right is not refused again."""

from __future__ import annotations

from tests.changes.conftest import Change
from tests.changes.test_gallery import defined
from tests.changes.test_holding import ROLE

SHOW = "... on TranslationChanged { translation { id } }"


async def test_a_version_that_begins_to_define_a_role_that_day_is_not_replaced_then(change: Change) -> None:
    code = await defined(change, "Demo Samme dag", validFrom="2026-12-01")
    given = {"version": "1.9", "published": "2026-12-01", "replaces": "1.4", "roles": [ROLE]}
    refused = await change("publishGallery", **given)
    assert (refused["code"], refused["field"]) == ("BAD_PERIOD", "published")
    assert f"role:{code}" in refused["expected"]
    assert "change" in await change("publishGallery", **{**given, "published": "2026-12-02"})
