"""What progress, terms, uses and addressings say is corrected where it stands; what was believed stays readable."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from graph.driver import Database
from resolvers.context import Context, Viewer
from schema.engine import Request
from schema.gallery.schema import engine
from tests.changes.conftest import Change, document
from tests.changes.test_gallery import TASK, recorded
from tests.changes.test_holding import PLACE
from tests.contract.conftest import NOW, Ask

PROJECT = "Basisimplementering af ØiR"
PROGRESS = "... on ProgressChanged { progress { id } }"
SAYS = """query ($id: ID!, $known: DateTime) { node(id: $id, knownAt: $known) {
  ... on Fact { validFrom validTo } ... on Progress { state } ... on Usage { domain erpSystem { code } } ... on Addressing { kind inferred }
  ... on Terms { title obligation published due note } } }"""


async def says(ask: Ask, fact: str, known_at: str | None = None) -> dict[str, Any]:
    """Give what a fact says, and when it holds, as believed then."""
    found = (await ask(SAYS, {"id": fact, "known": known_at}, now=NOW + timedelta(minutes=1))).data["node"]
    assert isinstance(found, dict)
    return found


async def published(change: Change, ask: Ask, **given: Any) -> tuple[str, str]:
    """Publish a task, and give its code and the id of its terms."""
    task = {"project": PROJECT, "title": "DEMO Rettes", "published": "2026-01-01", **given}
    made = await change("publishTask", TASK, **task)
    (terms,) = await recorded(ask, "terms:")
    return made["task"]["code"], terms


async def reported(change: Change, task: str, state: str, on: str) -> str:
    made = await change("reportProgress", PROGRESS, task=task, municipality=PLACE, state=state, on=on)
    return str(made["progress"]["id"])


async def test_an_earlier_report_is_corrected_though_another_one_followed(change: Change, ask: Ask) -> None:
    task, _ = await published(change, ask)
    wrong = await reported(change, task, "STARTED", "2026-03-01")
    done = await reported(change, task, "DONE", "2026-09-01")
    made = await change("correct", fact=wrong, state="NOT_STARTED")
    assert made["change"]["operation"] == "correct"
    days = {"validFrom": "2026-03-01", "validTo": "2026-09-01"}
    assert await says(ask, wrong) == {**days, "state": "NOT_STARTED"}
    assert (await says(ask, done))["state"] == "DONE"
    history = await ask("query ($id: ID!) { node(id: $id) { history { at } } }", {"id": wrong})
    believed = history.data["node"]["history"][0]["at"]
    assert (await says(ask, wrong, believed))["state"] == "STARTED"
    both = await change("correct", fact=wrong, state="STARTED", validFrom="2026-02-01")
    assert "change" in both
    assert await says(ask, wrong) == {**days, "validFrom": "2026-02-01", "state": "STARTED"}
    again = await change("correct", fact=wrong, state="STARTED")
    assert again["code"] == "NOTHING_TO_CHANGE"


async def test_the_earlier_of_two_terms_is_corrected(change: Change, ask: Ask) -> None:
    task, first = await published(change, ask, due="2026-11-01", note="DEMO Før")
    await change("changeTask", TASK, task=task, due="2027-03-01", validFrom="2026-10-01")
    given = {"title": "DEMO Rettet", "obligation": "MANDATORY", "published": "2026-01-02", "due": "2026-09-15"}
    assert "change" in await change("correct", fact=first, **given, note=None)
    assert await says(ask, first) == {"validFrom": "2026-01-01", "validTo": "2026-10-01", **given, "note": None}
    query = "query ($name: String!, $at: Date!) { task(name: $name, at: $at) { due } }"
    for name, day, due in (("DEMO Rettet", "2026-05-01", "2026-09-15"), ("DEMO Rettes", "2026-12-01", "2027-03-01")):
        assert (await ask(query, {"name": name, "at": day})).data["task"] == {"due": due}
    assert "change" in await change("correct", fact=first, due=None, obligation=None, published=None)
    assert (await says(ask, first))["due"] is None


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"due": "2025-12-31"}, "BAD_PERIOD", "due"),
        ({"due": "2026-13-01"}, "BAD_DATE", "due"),
        ({"validFrom": "2027-01-01"}, "BAD_PERIOD", "due"),
        ({"title": " "}, "BAD_TEXT", "title"),
        ({"title": "—"}, "BAD_TEXT", "title"),
        ({"title": None}, "BAD_TEXT", "title"),
        ({"title": "x" * 301}, "BAD_TEXT", "title"),
        ({"note": "x" * 501}, "BAD_TEXT", "note"),
    ],
)
async def test_terms_are_held_to_what_a_new_task_is(
    given: dict[str, Any], code: str, field: str, change: Change, ask: Ask
) -> None:
    _, terms = await published(change, ask, due="2026-11-01")
    refused = await change("correct", fact=terms, **given)
    assert (refused["code"], refused["field"]) == (code, field)


async def test_a_use_is_corrected_to_the_other_domain_where_that_is_free(change: Change, ask: Ask) -> None:
    found = await ask('{ municipality(name: "Vejle") { erpSystems { id domain } } }')
    (debitor,) = (use["id"] for use in found.data["municipality"]["erpSystems"] if use["domain"] == "DEBITOR")
    use = {"municipality": "Vejle", "erpSystem": "ØS Indsigt", "domain": "FINANS", "validFrom": "2027-01-01"}
    fact = (await change("useErpSystem", "... on UsageChanged { usage { id } }", **use))["usage"]["id"]
    refused = await change("correct", fact=fact, domain="DEBITOR")
    assert (refused["code"], refused["field"]) == ("OVERLAPS", "validFrom")
    nothing = await change("correct", fact=fact, domain=None)
    assert (nothing["code"], nothing["field"]) == ("CONTRADICTION", "domain")
    await change("end", fact=debitor, validTo="2027-01-01")
    assert "change" in await change("correct", fact=fact, domain="DEBITOR")
    assert await says(ask, fact) == {
        "validFrom": "2027-01-01", "validTo": None, "domain": "DEBITOR", "erpSystem": {"code": "oes-indsigt"},
    }  # fmt: skip


async def test_whom_a_task_addresses_is_corrected_to_involved(change: Change, ask: Ask) -> None:
    task, _ = await published(change, ask, responsible=["YR kontaktperson"])
    query = f'{{ task(name: "{task}") {{ roles {{ id kind }} }} }}'
    (one,) = (await ask(query)).data["task"]["roles"]
    assert "change" in await change("correct", fact=one["id"], kind="INVOLVED")
    assert (await ask(query)).data["task"]["roles"] == [{"id": one["id"], "kind": "INVOLVED"}]
    nothing = await change("correct", fact=one["id"], kind=None)
    assert (nothing["code"], nothing["field"]) == ("CONTRADICTION", "kind")


@pytest.mark.parametrize(
    ("given", "which"),
    [
        ({"state": "DONE"}, "a task's progress, not a task's terms: it has no state"),
        ({"domain": "FINANS"}, "a use of an ERP system, not a task's terms: it has no domain"),
        ({"kind": "INVOLVED"}, "a role that a task addresses, not a task's terms: it has no kind"),
    ],
)
async def test_what_a_fact_does_not_say_is_not_corrected(
    given: dict[str, Any], which: str, change: Change, ask: Ask
) -> None:
    task, terms = await published(change, ask)
    refused = await change("correct", fact=terms, **given)
    assert (refused["code"], refused["field"], refused["expected"]) == ("ID_OF_ANOTHER_TYPE", "fact", which)
    progress = await reported(change, task, "DONE", "2026-03-01")
    for name, value in {"due": "2027-01-01", "published": "2026-01-01", "obligation": "MANDATORY", "note": "x"}.items():
        refused = await change("correct", fact=progress, **{name: value})
        assert refused["expected"] == f"a task's terms, not a task's progress: it has no {name}"


@pytest.mark.parametrize("given", [{"state": "NIX"}, {"domain": "nix"}, {"kind": "NIX"}])
async def test_what_no_fact_can_say_is_not_even_asked(given: dict[str, str], seeded: Database) -> None:
    request = Request(document("correct"), {"input": {"fact": "progress:x", **given}})
    result = await engine().execute(request, Context.local(seeded, NOW))
    assert [next(iter(given)) in error.message for error in result.errors] == [True]


async def test_progress_is_the_own_municipality_s_and_terms_are_kombit_s(change: Change, ask: Ask) -> None:
    task, terms = await published(change, ask)
    progress = await reported(change, task, "STARTED", "2026-03-01")
    own = Viewer("municipality", f"municipality:{PLACE}", municipality=PLACE, edits=True)
    other = Viewer("municipality", "municipality:0751", municipality="0751", edits=True)
    kombit = Viewer("kombit", "kombit", edits=True)
    assert (await change("correct", viewer=other, fact=progress, state="DONE"))["code"] == "UNKNOWN_FACT"
    assert (await change("correct", viewer=kombit, fact=progress, state="DONE"))["__typename"] == "NotAllowed"
    assert (await change("correct", viewer=own, fact=progress, state="DONE"))["__typename"] == "FactChanged"
    assert (await change("correct", viewer=own, fact=terms, due="2027-01-01"))["__typename"] == "NotAllowed"
    assert (await change("correct", viewer=kombit, fact=terms, due="2027-01-01"))["__typename"] == "FactChanged"
