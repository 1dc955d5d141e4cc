"""The log: one entry for each change, in order, without gaps; what was undone, and what cannot be."""

from __future__ import annotations

import pytest

from schema.engine import Request
from schema.gallery.schema import engine
from tests.changes.conftest import Change, document
from tests.changes.test_holding import PLACE, ROLE, appointed, holders, person
from tests.contract.conftest import Ask
from tests.contract.planting import Garden


async def test_the_log_goes_on_after_a_number_without_gaps(change: Change, ask: Ask, garden: Garden) -> None:
    key = await person(change, "Demo Anna Afprøvesen")
    made = await appointed(change, key)
    query = """query ($after: ID) { changes(first: 1, after: $after) { totalCount nodes { seq operation kinds municipalities { code } }
      pageInfo { hasNextPage endCursor } } }"""
    seen, after = [], str(garden.seq)
    while True:
        page = (await ask(query, {"after": after})).data["changes"]
        seen += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert [(one["seq"], one["operation"]) for one in seen] == [
        (garden.seq + 1, "addPerson"),
        (garden.seq + 2, "appoint"),
    ]
    assert seen[1]["kinds"] == ["ASSIGNMENT"]
    assert seen[1]["municipalities"] == [{"code": "0825"}]
    assert seen[1]["seq"] == made["change"]["seq"]


async def test_the_log_of_a_municipality_has_its_changes_and_those_of_all(
    change: Change, ask: Ask, garden: Garden
) -> None:
    key = await person(change, "Demo Anna Afprøvesen")
    await appointed(change, key)
    await change("renameRole", role="YR kontaktperson", title="Demo YR kontakt", validFrom="2027-01-01")
    query = "query ($w: String!, $s: ID) { changes(after: $s, filter: {municipality: $w}) { nodes { operation } } }"
    found = {}
    for where in ("0825", "0751"):
        data = (await ask(query, {"w": where, "s": garden.seq})).data["changes"]["nodes"]
        found[where] = [one["operation"] for one in data]
    assert found == {"0825": ["addPerson", "appoint", "renameRole"], "0751": ["renameRole"]}


async def test_an_undone_change_is_as_if_it_had_not_been_and_stays_in_the_log(change: Change, ask: Ask) -> None:
    key = await person(change, "Demo Anna Afprøvesen")
    made = await appointed(change, key, validFrom="2026-01-01")
    ended = await change("end", fact=made["assignment"]["id"], validTo="2026-06-01")
    assert "Demo Anna Afprøvesen" not in await holders(ask, "2026-07-01")
    undone = await change(
        "undo", "... on ChangeUndone { undone { seq undoneBy { seq } } facts { id validTo } }",
        change=ended["change"]["seq"],
    )  # fmt: skip
    assert undone["facts"] == [{"id": made["assignment"]["id"], "validTo": None}]
    assert undone["undone"]["undoneBy"] == {"seq": undone["change"]["seq"]}
    assert "Demo Anna Afprøvesen" in await holders(ask, "2026-07-01")
    twice = await change("undo", change=ended["change"]["seq"])
    assert (twice["code"], twice["field"]) == ("CANNOT_UNDO", "change")
    again = await change("undo", change=undone["change"]["seq"])
    assert again["__typename"] == "ChangeUndone"
    assert "Demo Anna Afprøvesen" not in await holders(ask, "2026-07-01")


async def test_what_later_changes_rest_on_is_not_undone(change: Change) -> None:
    key = await person(change, "Demo Anna Afprøvesen")
    made = await appointed(change, key, validFrom="2026-01-01")
    ended = await change("end", fact=made["assignment"]["id"], validTo="2027-06-01")
    refused = await change("undo", change=made["change"]["seq"])
    assert refused["code"] == "CANNOT_UNDO"
    assert f"change {ended['change']['seq']}" in refused["expected"]
    unknown = await change("undo", change=10**6)
    assert unknown["code"] == "UNKNOWN_CHANGE"


async def test_several_mutations_are_made_one_after_the_other(change: Change, ask: Ask) -> None:
    key = await person(change, "Demo Anna Afprøvesen")
    query = """mutation ($a: AppointInput!, $b: AppointInput!) {
      a: appoint(input: $a) { ... on AssignmentChanged { change { seq } } }
      b: appoint(input: $b) { ... on InvalidInput { code } } }"""
    given = {"role": ROLE, "municipality": PLACE, "person": key}
    await appointed(change, key, validFrom="2020-01-01", validTo="2020-02-01")  # so that all names are known
    answer = await ask(query, {"a": given, "b": given}, statements=3)
    assert answer.data["b"] == {"code": "ALREADY_HELD"}
    assert answer.data["a"]["change"]["seq"]


@pytest.mark.parametrize("query", ["mutation { appoint(input: {role: 1}) { __typename } }", "mutation { nothing }"])
async def test_a_mutation_that_is_not_valid_changes_nothing(ask: Ask, query: str) -> None:
    answer = await ask(query, statements=0, errors=True)
    assert answer.errors[0]["extensions"]["code"] == "VALIDATION_FAILED"


def test_every_operation_is_a_mutation() -> None:
    assert engine().registry.operations.keys() == set(engine().schema.mutation_type.fields)  # type: ignore[union-attr]
    assert Request(document("undo")).query.startswith("mutation")
