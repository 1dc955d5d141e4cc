"""What cannot be done is refused with code, field, value and what would be right; the database is byte for byte as before."""

from __future__ import annotations

from typing import Any

import pytest

from resolvers.context import Context
from schema.engine import Request
from schema.gallery.schema import engine
from tests.changes.conftest import Change, digest
from tests.changes.test_holding import PLACE, ROLE, appointed, person
from tests.contract.conftest import NOW, Ask, Patient

WITHDRAWN = "Kvalitetstjek og ajourfør brugertyper"
WHERE = {"role": ROLE, "municipality": PLACE}


def refusals(anna: str, bo: str, held: str, cover: str) -> list[tuple[str, dict[str, Any], str, str]]:
    """Mutation, input, code, field; `anna` holds `held` in 2026, `bo` stands in for her by `cover`."""
    return [
        ("appoint", {**WHERE, "person": bo, "validFrom": "2027-01-02", "validTo": "2027-01-02"}, "BAD_PERIOD", "validTo"),
        ("appoint", {**WHERE, "person": bo, "validFrom": "2027-02-30"}, "BAD_DATE", "validFrom"),
        ("appoint", {**WHERE, "person": bo, "validFrom": "2027-01-01T10:00"}, "BAD_DATE", "validFrom"),
        ("appoint", {**WHERE, "person": bo, "mailbox": "x"}, "UNKNOWN_MAILBOX", "mailbox"),
        ("appoint", WHERE, "CONTRADICTION", "person"),
        ("appoint", {**WHERE, "person": anna, "validFrom": "2026-06-01"}, "ALREADY_HELD", "validFrom"),
        ("appoint", {**WHERE, "role": "Systemejr", "person": bo}, "UNKNOWN_ROLE", "role"),
        ("appoint", {**WHERE, "municipality": "Arhuz", "person": bo}, "UNKNOWN_MUNICIPALITY", "municipality"),
        ("appoint", {**WHERE, "person": "municipality:0825"}, "ID_OF_ANOTHER_TYPE", "person"),
        ("appoint", {**WHERE, "person": bo, "reason": "x" * 501}, "BAD_TEXT", "reason"),
        ("appoint", {**WHERE, "person": bo, "reason": "a\0b"}, "BAD_TEXT", "reason"),
        ("appoint", {**WHERE, "person": bo, "idempotencyKey": "x" * 10_000}, "BAD_KEY", "idempotencyKey"),
        ("appoint", {**WHERE, "person": bo, "idempotencyKey": ""}, "BAD_KEY", "idempotencyKey"),
        ("appoint", {**WHERE, "person": bo, "ifSeq": -1}, "BAD_NUMBER", "ifSeq"),
        ("appoint", {**WHERE, "role": "ØiR funktionspostkasse", "person": bo}, "WRONG_KIND_OF_HOLDER", "person"),
        ("end", {"fact": held, "validTo": "2026-01-01"}, "BAD_PERIOD", "validTo"),
        ("end", {"fact": held, "validTo": "2028-01-01"}, "BAD_PERIOD", "validTo"),
        ("end", {"fact": "assignment:ffffffffffffffff", "validTo": "2026-06-01"}, "UNKNOWN_FACT", "fact"),
        ("end", {"fact": "Anna", "validTo": "2026-06-01"}, "UNKNOWN_FACT", "fact"),
        ("correct", {"fact": held, "validFrom": "2027-06-01"}, "BAD_PERIOD", "validTo"),
        ("correct", {"fact": held, "validTo": "2026-08-01"}, "OUTSIDE_COVER", "fact"),
        ("correct", {"fact": held}, "NOTHING_TO_CHANGE", "input"),
        ("standIn", {"assignments": [], "person": bo}, "EMPTY_LIST", "assignments"),
        ("standIn", {"assignments": [held], "person": anna, "validFrom": "2026-02-01", "validTo": "2026-03-01"}, "COVERS_ITSELF", "person"),
        ("standIn", {"assignments": [held], "person": bo, "validFrom": "2025-12-01", "validTo": "2026-03-01"}, "OUTSIDE_COVER", "validFrom"),
        ("standIn", {"assignments": [held], "person": bo, "validFrom": "2026-02-01", "validTo": "2099-03-01"}, "OUTSIDE_COVER", "validTo"),
        ("standIn", {"assignments": [held], "person": bo, "validFrom": "2026-09-15", "validTo": "2026-09-20"}, "ALREADY_HELD", "validFrom"),
        ("standIn", {"assignments": [cover], "person": bo}, "ID_OF_ANOTHER_TYPE", "assignments"),
        ("handOver", {"assignment": held, "person": anna, "on": "2026-06-01"}, "SAME_HOLDER", "person"),
        ("handOver", {"assignment": held, "person": bo, "on": "2027-06-01"}, "BAD_PERIOD", "on"),
        ("leave", {"person": anna, "successors": [{"assignment": cover, "person": bo}]}, "ID_OF_ANOTHER_TYPE", "successors"),
        ("leave", {"person": anna, "successors": [{"assignment": held, "person": anna}]}, "SAME_HOLDER", "successors"),
        ("erasePerson", {"person": anna, "successors": [{"assignment": held, "person": anna}]}, "SAME_HOLDER", "successors"),
        ("confirm", {**WHERE, "role": "Systemejer for kommunens bogføringssystem"}, "NOTHING_TO_CONFIRM", "role"),
        ("confirm", {**WHERE, "on": "2027-01-01"}, "BAD_DATE", "on"),
        ("reportContact", {**WHERE, "person": anna, "comment": "  "}, "BAD_TEXT", "comment"),
        ("translate", {**WHERE, "validFrom": "2027-01-01"}, "CONTRADICTION", "title"),
        ("translate", {**WHERE, "carriedBy": ROLE, "validFrom": "2027-01-01"}, "CIRCLE", "carriedBy"),
        ("mergePeople", {"keep": anna, "merge": anna}, "SAME_HOLDER", "merge"),
        ("mergePeople", {"keep": anna, "merge": bo}, "COVERS_ITSELF", "merge"),
        ("escalateRole", {"role": "KOMBIT-programleder", "to": "KOMBIT-programleder"}, "CIRCLE", "to"),
        ("publishGallery", {"version": "1.4", "published": "2027-01-01", "roles": []}, "CODE_TAKEN", "version"),
        ("publishTask", {"project": "oir-basis", "title": "DEMO", "published": "2026-11-01", "due": "2026-10-01"}, "BAD_PERIOD", "due"),
        ("publishTask", {"project": "oir-basis", "title": "—", "code": "demo-streg"}, "BAD_TEXT", "title"),
        ("publishTask", {"project": "oir-basis", "title": "—"}, "BAD_TEXT", "title"),
        ("changeTask", {"task": WITHDRAWN, "title": "?", "validFrom": "2019-12-01"}, "BAD_TEXT", "title"),
        ("defineRole", {"title": "—", "code": "demo-streg", "gallery": "1.4", "domain": "OIR_FINANS", "kind": "ADMINISTRATOR"}, "BAD_TEXT", "title"),
        ("renameRole", {"role": ROLE, "title": "…"}, "BAD_TEXT", "title"),
        ("translate", {**WHERE, "title": "—"}, "BAD_TEXT", "title"),
        ("reportProgress", {"task": "Nul-sums-posteringstest", "municipality": PLACE, "state": "DONE"}, "NO_PROGRESS", "task"),
        ("reportProgress", {"task": WITHDRAWN, "municipality": PLACE, "state": "DONE"}, "TASK_DOES_NOT_STAND", "on"),
        ("undo", {"change": 10**9}, "UNKNOWN_CHANGE", "change"),
        ("undo", {"change": 1}, "CANNOT_UNDO", "change"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("mutation", "show", "four"),
    [
        (
            'confirm(input: {role: "YR kontaktperson", municipality: "0825", ifSeq: 0})',
            "... on Conflict { changes { effects(first: 0) { kind } } }",
            ("BAD_PAGE_SIZE", "first", 0),
        ),
        (
            'reportProgress(input: {task: "oir-basis-01", municipality: "0825", state: STARTED, on: "2026-11-30"})',
            '... on ProgressChanged { progress { task { blockedBy(municipality: "Ingensteds") { id } } } }',
            ("UNKNOWN_MUNICIPALITY", "municipality", "Ingensteds"),
        ),
    ],
    ids=["of what came in between", "of what was changed"],
)
async def test_an_argument_within_an_answer_that_cannot_be_is_told_and_nothing_is_changed(
    mutation: str, show: str, four: tuple[str, str, Any], seeded: Patient
) -> None:
    before = await digest(seeded)
    query = f"mutation {{ {mutation} {{ __typename ... on Failure {{ code field value }} {show} }} }}"
    answer = (await engine().execute(Request(query), Context.local(seeded, NOW))).formatted
    told = answer["errors"][0]["extensions"] if "errors" in answer else next(iter(answer["data"].values()))
    assert (told["code"], told["field"], told["value"]) == four
    assert await digest(seeded) == before


async def test_what_cannot_be_done_is_refused_and_changes_nothing(change: Change, seeded: Patient) -> None:
    anna, bo = await person(change, "Demo Anna Afprøvesen"), await person(change, "Demo Bo Afprøvesen")
    made = await appointed(change, anna, validFrom="2026-01-01", validTo="2027-01-01")
    held = made["assignment"]["id"]
    covered = await change(
        "standIn", "... on StandInsChanged { standIns { id } }",
        assignments=[held], person=bo, validFrom="2026-09-01", validTo="2026-10-01",
    )  # fmt: skip
    cover = covered["standIns"][0]["id"]
    before = await digest(seeded)
    wrong = []
    for mutation, given, code, field in refusals(anna, bo, held, cover):
        answer = await change(mutation, **given)
        if (answer.get("code"), answer.get("field")) != (code, field):
            wrong.append((mutation, given, code, field, answer))
        assert str(answer.get("expected", "")).strip(), (mutation, given)
        assert len(answer["message"]) < 1000
    assert not wrong, wrong
    assert await digest(seeded) == before


async def test_recorded_time_cannot_be_set(ask: Ask) -> None:
    query = (
        'mutation { confirm(input: {role: "x", municipality: "y", recorded: "2030-01-01T00:00:00Z"}) { __typename } }'
    )
    answer = await ask(query, statements=0, errors=True)
    assert answer.errors[0]["extensions"]["field"] == "input.recorded"
