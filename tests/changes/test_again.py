"""The same sent again, in a world that has moved on; who has not seen the last change; what undo and merge leave behind."""

from __future__ import annotations

from typing import Any

import pytest

from graph.driver import Database
from resolvers.context import Context, Viewer
from schema.engine import Request
from schema.gallery.schema import engine
from tests.changes.conftest import Change
from tests.changes.test_holding import PLACE, ROLE, appointed, holders, person
from tests.contract.conftest import NOW, Ask, Patient
from tests.contract.planting import Garden


async def twice(change: Change, mutation: str, **given: Any) -> None:
    """Send a change and send it again: the second answer is the first outcome."""
    first = await change(mutation, **given, idempotencyKey=f"to gange {mutation}")
    assert "change" in first, first
    again = await change(mutation, statements=1, **given, idempotencyKey=f"to gange {mutation}")
    assert again.get("change") == first["change"], again
    assert again["repeated"] is True


async def test_sent_again_it_is_the_first_outcome_though_names_and_facts_have_moved_on(change: Change) -> None:
    anna, bo = await person(change, "Demo Anna Gentag"), await person(change, "Demo Bo Gentag")
    held = (await appointed(change, anna, validFrom="2026-01-01"))["assignment"]["id"]
    await twice(change, "handOver", assignment=held, person=bo, on="2026-01-01")
    other = (await appointed(change, anna, validFrom="2027-01-01"))["assignment"]["id"]
    await twice(change, "retract", fact=other)
    other_role = "ØiR debitor administrator"
    planned = (await appointed(change, anna, role=other_role, validFrom="2028-01-01"))["assignment"]["id"]
    await twice(change, "leave", person=anna, on="2027-06-01", successors=[{"assignment": planned, "person": bo}])
    await twice(change, "changePerson", person="Demo Bo Gentag", name="Demo Børge Gentag")
    await person(change, "Demo Carl Gentag")
    await twice(change, "mergePeople", keep=bo, merge="Demo Carl Gentag")
    await twice(change, "renameRole", role="YR kontaktperson", title="Demo YR", validFrom="2027-01-01")


BY_KEY = "query ($key: String, $seq: Int) { change(idempotencyKey: $key, seq: $seq) { seq operation } }"


async def test_a_change_is_found_by_its_makers_key(change: Change, ask: Ask, seeded: Database) -> None:
    asked = {"key": "demo/Anna 2026 ☂"}
    assert (await ask(BY_KEY, asked)).data["change"] is None
    made = await change("addPerson", name="Demo Anna Nøgle", idempotencyKey=asked["key"])
    found = await ask(BY_KEY, asked)
    assert found.data["change"] == {"seq": made["change"]["seq"], "operation": "addPerson"}
    assert (await ask("{ change(seq: 0) { seq } }")).data["change"] is None
    another = Context(seeded, Viewer("kombit", "kombit", edits=True), NOW)
    unknown = await engine().execute(Request(BY_KEY, asked), another)
    assert unknown.formatted == {"data": {"change": None}}


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        ({}, "CONTRADICTION", "seq"),
        ({"key": "k", "seq": 1}, "CONTRADICTION", "seq"),
        ({"key": ""}, "BAD_KEY", "idempotencyKey"),
        ({"key": "k" * 201}, "BAD_KEY", "idempotencyKey"),
        ({"key": "\0"}, "BAD_TEXT", "idempotencyKey"),
    ],
    ids=["neither", "both", "empty", "long", "NUL"],
)
async def test_what_names_no_change_is_refused(asked: dict[str, Any], code: str, field: str, ask: Ask) -> None:
    error = (await ask(BY_KEY, asked, statements=0, errors=True)).error
    assert (error["code"], error["field"]) == (code, field)


async def last_seq(ask: Ask) -> int:
    log = await ask("{ changes(first: 1, orderBy: SEQ_DESC) { nodes { seq } } }")
    return int(log.data["changes"]["nodes"][0]["seq"])


@pytest.mark.parametrize(
    ("mutation", "first", "second"),
    [
        ("renameRole", {"role": "yr-kontaktperson", "title": "Demo A"}, {"role": "yr-kontaktperson", "title": "Demo B"}),
        ("changeTask", {"task": "oir-basis-02", "note": "Demo A"}, {"task": "oir-basis-02", "note": "Demo B"}),
        (
            "useErpSystem",
            {"municipality": "Vejle", "domain": "FINANS", "erpSystem": "OPUS", "validFrom": "2027-01-01"},
            {"municipality": "Vejle", "domain": "FINANS", "erpSystem": "ØS Indsigt", "validFrom": "2027-02-01"},
        ),
        ("escalateRole", {"role": "yr-kontaktperson", "to": "ØiR debitor kontaktperson"}, {"role": "yr-kontaktperson", "to": None}),
    ],
    ids=["renameRole", "changeTask", "useErpSystem", "escalateRole"],
)  # fmt: skip
async def test_whoever_has_not_seen_the_first_is_told(
    mutation: str, first: dict[str, Any], second: dict[str, Any], change: Change, ask: Ask
) -> None:
    seq = await last_seq(ask)
    made = await change(mutation, **first, ifSeq=seq)
    assert "change" in made, made
    late = await change(mutation, **second, ifSeq=seq)
    assert late["__typename"] == "Conflict", late
    assert [one["seq"] for one in late["changes"]] == [made["change"]["seq"]]


@pytest.mark.parametrize("given", [{"replaces": "1.4", "roles": []}, {"roles": ["yr-kontaktperson"]}])
async def test_whoever_publishes_a_version_is_told_of_a_role_withdrawn_since(
    given: dict[str, Any], change: Change, ask: Ask
) -> None:
    seq = await last_seq(ask)
    version = {"version": "1.9", "published": "2027-06-01", **given, "ifSeq": seq, "dryRun": True}
    assert "change" in await change("publishGallery", **version)
    withdrawn = await change("withdrawRole", role="yr-kontaktperson", on="2027-01-01")
    late = await change("publishGallery", **version)
    assert late["__typename"] == "Conflict", late
    assert [one["seq"] for one in late["changes"]] == [withdrawn["change"]["seq"]]
    assert "change" in await change("publishGallery", **{**version, "ifSeq": withdrawn["change"]["seq"]})


@pytest.mark.parametrize("mutation", ["confirm", "reportContact"])
async def test_whoever_says_what_a_contact_is_worth_is_told_of_another_address(
    mutation: str, change: Change, ask: Ask
) -> None:
    anna, bo = await person(change, f"Demo Anna {mutation}"), await person(change, f"Demo Bo {mutation}")
    await appointed(change, anna, validFrom="2026-01-01")
    seq = await last_seq(ask)
    given: dict[str, Any] = {"role": ROLE, "municipality": PLACE, "ifSeq": seq, "dryRun": True}
    given |= {"comment": "Demo: forkert"} if mutation == "reportContact" else {}
    await change("changePerson", person=bo, unit="Demo Andetsteds")
    assert "change" in await change(mutation, **given)
    address = {"kind": "EMAIL", "value": "ny@laesoe.example", "visibility": "VENDORS"}
    moved = await change("changePerson", person=anna, contactPoints=[address])
    late = await change(mutation, **given)
    assert late["__typename"] == "Conflict", late
    assert [one["seq"] for one in late["changes"]] == [moved["change"]["seq"]]


async def test_whoever_reports_somebody_to_come_is_told_of_another_address(change: Change, ask: Ask) -> None:
    anna = await person(change, "Demo Anna Kommer")
    await appointed(change, anna, validFrom="2027-01-01")
    seq = await last_seq(ask)
    moved = await change("changePerson", person=anna, unit="Demo Andetsteds")
    given = {"role": ROLE, "municipality": PLACE, "comment": "Demo: forkert", "person": anna, "ifSeq": seq}
    late = await change("reportContact", **given)
    assert [one["seq"] for one in late["changes"]] == [moved["change"]["seq"]]


async def test_whoever_speaks_of_what_another_took_back_is_told_of_that(change: Change) -> None:
    held = await appointed(change, await person(change, "Demo Anna Tilbage"), validFrom="2027-01-01")
    fact, seq = held["assignment"]["id"], held["change"]["seq"]
    taken = await change("retract", fact=fact)
    late = await change("end", fact=fact, validTo="2027-06-01", ifSeq=seq)
    assert late["__typename"] == "Conflict", late
    assert [one["seq"] for one in late["changes"]] == [taken["change"]["seq"]]
    assert (await change("end", fact=fact, validTo="2027-06-01"))["code"] == "UNKNOWN_FACT"
    assert (await change("end", fact=fact, validTo="2027-06-01", ifSeq=taken["change"]["seq"]))[
        "code"
    ] == "UNKNOWN_FACT"


@pytest.mark.parametrize("how", ["end", "handOver", "leave"])
async def test_what_was_reported_of_who_will_leave_stands_until_then(how: str, change: Change, ask: Ask) -> None:
    anna, bo = await person(change, f"Demo Anna {how}"), await person(change, f"Demo Bo {how}")
    held = (await appointed(change, anna, validFrom="2026-01-01"))["assignment"]["id"]
    await change("reportContact", role=ROLE, municipality=PLACE, person=anna, comment="Demo: adressen er forkert")
    given: dict[str, dict[str, Any]] = {
        "end": {"fact": held, "validTo": "2030-01-01"},
        "handOver": {"assignment": held, "person": bo, "on": "2030-01-01"},
        "leave": {"person": anna, "on": "2030-01-01"},
    }
    query = """query ($at: Date!) { gaps(municipality: "0825", at: $at) { reason reports { holder { id } } } }"""

    async def reported(day: str) -> list[str]:
        gaps = (await ask(query, {"at": day})).data["gaps"]
        return [one["holder"]["id"] for gap in gaps for one in gap["reports"] or ()]

    assert "change" in await change(how, **given[how])
    assert anna in await reported("2026-12-02")
    assert anna in await reported("2029-12-31")
    assert anna not in await reported("2030-01-01")
    await change("confirm", role=ROLE, municipality=PLACE, on="2026-12-01")
    assert anna not in await reported("2026-12-02")


async def test_a_conflict_has_every_change_in_between(change: Change) -> None:
    made = await change("addPerson", "... on PersonChanged { person { id } }", name="Demo Anna Mellem")
    key, seq = made["person"]["id"], made["change"]["seq"]
    between = [(await change("changePerson", person=key, unit=f"Enhed {n}"))["change"]["seq"] for n in range(3)]
    late = await change("changePerson", person=key, unit="Enhed 9", ifSeq=seq)
    assert [one["seq"] for one in late["changes"]] == between


async def test_after_an_undone_merge_both_are_found_again(change: Change, ask: Ask) -> None:
    kept, gone = await person(change, "Demo Anna Todelt"), await person(change, "Demo Ane Todelt")
    merged = await change("mergePeople", keep=kept, merge=gone)
    await change("undo", change=merged["change"]["seq"])
    found = await ask('{ search(text: "Ane Todelt") { title } person(name: "Demo Ane Todelt") { id } }')
    assert "Demo Ane Todelt" in {hit["title"] for hit in found.data["search"]}
    assert found.data["person"] == {"id": gone}


async def test_two_who_hold_the_same_become_one_who_holds_it_as_long_as_both(change: Change, ask: Ask) -> None:
    kept, gone = await person(change, "Demo Anna Samlet"), await person(change, "Demo Ane Samlet")
    await appointed(change, kept, validFrom="2026-01-01", validTo="2027-01-01")
    await appointed(change, gone, validFrom="2026-06-01", validTo="2028-01-01")
    await change("mergePeople", keep=kept, merge=gone)
    query = '{ person(name: "Demo Anna Samlet", at: "2026-07-01") { roles { validFrom validTo } } }'
    assert (await ask(query)).data["person"]["roles"] == [{"validFrom": "2026-01-01", "validTo": "2028-01-01"}]


async def test_what_one_held_between_what_the_other_held_becomes_one_without_overlap(change: Change, ask: Ask) -> None:
    kept, gone = await person(change, "Demo Anna Imellem"), await person(change, "Demo Ane Imellem")
    for who, since, until in (
        (kept, "2026-01-01", "2026-03-01"),
        (kept, "2026-05-01", "2026-07-01"),
        (gone, "2026-02-01", "2026-06-01"),
        (gone, "2026-06-15", "2026-09-01"),
    ):
        await appointed(change, who, validFrom=since, validTo=until)
    await change("mergePeople", keep=kept, merge=gone)
    for day in ("2026-02-15", "2026-05-15", "2026-06-20", "2026-08-31"):
        query = f'{{ person(name: "{kept}", at: "{day}") {{ roles {{ validFrom validTo }} }} }}'
        found = await ask(query)
        assert found.data["person"]["roles"] == [{"validFrom": "2026-01-01", "validTo": "2026-09-01"}], day


async def test_reports_of_both_stay_when_two_are_merged(change: Change, ask: Ask) -> None:
    kept, gone = await person(change, "Demo Anna Meldt"), await person(change, "Demo Ane Meldt")
    for who in (kept, gone):
        await appointed(change, who, validFrom="2026-01-01")
        await change("reportContact", role=ROLE, municipality=PLACE, person=who, comment=f"Forkert: {who}")
    await change("mergePeople", keep=kept, merge=gone)
    found = await ask(f'{{ gaps(municipality: "{PLACE}", roles: ["{ROLE}"]) {{ reports {{ comment }} }} }}')
    said = {one["comment"] for gap in found.data["gaps"] for one in gap["reports"]}
    assert said == {f"Forkert: {kept}", f"Forkert: {gone}"}


@pytest.mark.parametrize("meanwhile", ["another one", "left", "merged"])
async def test_a_stand_in_that_cannot_be_any_more_is_not_believed_again(meanwhile: str, change: Change) -> None:
    anna, bo = await person(change, "Demo Anna Dækket"), await person(change, "Demo Bo Dækker")
    held = (await appointed(change, anna, validFrom="2026-01-01"))["assignment"]["id"]
    cover: dict[str, Any] = {
        "assignments": [held], "person": bo, "validFrom": "2027-06-01", "validTo": "2027-09-01",
    }  # fmt: skip
    made = await change("standIn", "... on StandInsChanged { standIns { id } }", **cover)
    retracted = await change("retract", fact=made["standIns"][0]["id"])
    if meanwhile == "another one":
        await change("standIn", **cover)
    elif meanwhile == "left":
        await change("leave", person=bo, on="2027-01-01")
    else:
        await change("mergePeople", keep=await person(change, "Demo Bodil Dækker"), merge=bo)
    refused = await change("undo", change=retracted["change"]["seq"])
    wanted = {"another one": "ALREADY_HELD", "left": "HAS_LEFT", "merged": "MERGED"}
    assert (refused["code"], refused["field"]) == (wanted[meanwhile], "change")


async def test_what_an_undone_undo_brought_back_is_undone_by_undoing_that(change: Change, ask: Ask) -> None:
    anna = await person(change, "Demo Anna Frem")
    made = (await appointed(change, anna, validFrom="2026-01-01"))["change"]["seq"]
    undone = (await change("undo", change=made))["change"]["seq"]
    again = (await change("undo", change=undone))["change"]["seq"]
    assert "Demo Anna Frem" in await holders(ask, "2026-06-01")
    refused = await change("undo", change=made)
    assert (refused["code"], refused["expected"]) == (
        "CANNOT_UNDO", f"to undo change {again} instead: it brought this one back",
    )  # fmt: skip
    last = (await change("undo", change=again))["change"]["seq"]
    refused = await change("undo", change=made)
    assert refused["expected"] == f"a change that is not undone yet; change {last} undid it"


async def test_what_a_stand_in_rests_on_is_not_undone(change: Change) -> None:
    anna, bo = await person(change, "Demo Anna Hviler"), await person(change, "Demo Bo Hviler")
    made = await appointed(change, anna, validFrom="2026-01-01")
    await change(
        "standIn", assignments=[made["assignment"]["id"]], person=bo, validFrom="2026-06-01", validTo="2026-07-01"
    )
    refused = await change("undo", change=made["change"]["seq"])
    assert refused["code"] == "OUTSIDE_COVER"


async def test_two_translations_of_one_place_do_not_hold_at_once(change: Change, ask: Ask) -> None:
    where = {"role": "YR kontaktperson", "municipality": PLACE}
    show = "... on TranslationChanged { translation { id } }"
    one = await change("translate", show, **where, title="Demo Et", validFrom="2030-01-01")
    ended = await change("end", fact=one["translation"]["id"], validTo="2030-06-01")
    await change("translate", show, **where, title="Demo To", validFrom="2030-06-01")
    assert (await change("undo", change=ended["change"]["seq"]))["code"] == "OVERLAPS"
    wrong = await change("correct", fact=one["translation"]["id"], untilFurtherNotice=True)
    assert wrong["code"] == "OVERLAPS"


async def test_a_stand_in_who_is_covered_by_what_follows_stays(change: Change, ask: Ask) -> None:
    anna, bo = await person(change, "Demo Anna Følger"), await person(change, "Demo Bo Følger")
    first = await appointed(change, anna, validFrom="2026-01-01", validTo="2027-01-01")
    await appointed(change, anna, validFrom="2027-01-01", validTo="2028-01-01")
    show = "... on StandInsChanged { standIns { id } }"
    made = await change(
        "standIn",
        show,
        assignments=[first["assignment"]["id"]],
        person=bo,
        validFrom="2026-12-01",
        validTo="2027-02-01",
    )
    cover = f'{{ node(id: "{made["standIns"][0]["id"]}") {{ ... on StandIn {{ validTo }} }} }}'
    earlier = await appointed(change, anna, validFrom="2025-01-01", validTo="2026-01-01")
    await change("end", fact=earlier["assignment"]["id"], validTo="2025-06-01")
    assert (await ask(cover)).data["node"] == {"validTo": "2027-02-01"}
    await change("leave", person=anna, on="2026-11-01")
    assert (await ask(cover)).data["node"] is None
    assert "Demo Bo Følger" not in await holders(ask, "2026-12-15")


async def test_a_report_stands_until_its_own_holder_is_put_right(change: Change, ask: Ask) -> None:
    anna, bo = await person(change, "Demo Anna Meldt"), await person(change, "Demo Bo Meldt")
    await appointed(change, anna, validFrom="2026-01-01")
    await change("reportContact", role=ROLE, municipality=PLACE, person=anna, comment="Svarer ikke")
    made = await appointed(change, bo, validFrom="2026-06-01")
    await change("end", fact=made["assignment"]["id"], validTo="2027-01-01")
    query = f'{{ gaps(roles: ["{ROLE}"], municipality: "{PLACE}") {{ reason }} }}'
    assert (await ask(query)).data["gaps"] == [{"reason": "REPORTED"}]
    await change("confirm", role=ROLE, municipality=PLACE, on="2026-02-01")
    assert (await ask(query)).data["gaps"] == [{"reason": "REPORTED"}]
    await change("confirm", role=ROLE, municipality=PLACE)
    assert (await ask(query)).data["gaps"] == []


async def test_a_task_whose_last_day_has_passed_can_be_changed(change: Change) -> None:
    made = await change(
        "changeTask", "... on TaskChanged { task { title due } }", task="oir-basis-02", title="DEMO Nyt navn"
    )
    assert made["task"] == {"title": "DEMO Nyt navn", "due": "2020-01-15"}


async def test_who_moves_is_told_where_to(change: Change, ask: Ask) -> None:
    key = await person(change, "Demo Anna Flytter")
    moved = await change("changePerson", person=key, municipality="Aarhus")
    log = await ask(f"{{ change(seq: {moved['change']['seq']}) {{ municipalities {{ code }} }} }}")
    assert {one["code"] for one in log.data["change"]["municipalities"]} == {"0751", PLACE}


async def test_effects_are_read_in_parts(change: Change, ask: Ask) -> None:
    query = (
        "query ($skip: Int!) { change(seq: 1) { effects(first: 2, skip: $skip) { kind after { id } thing { id } } } }"
    )
    parts = [(await ask(query, {"skip": skip})).data["change"]["effects"] for skip in (0, 1)]
    assert parts[0][1] == parts[1][0]
    wrong = await ask("{ change(seq: 1) { effects(first: -1) { kind } } }", statements=0, errors=True)
    assert wrong.error["code"] == "BAD_PAGE_SIZE"


async def test_a_document_that_is_read_anew_finds_the_plans_of_its_own_fields(seeded: Patient, garden: Garden) -> None:
    """Plans are kept longer than documents: what they are kept by must not be another field's one day."""
    place = f'role: "{ROLE}", municipality: "{PLACE}", why: "Demo", dryRun: true'
    show = "... on VacancyChanged { change { seq } vacancy { %s } }"
    fields = [
        f"{name}: intendVacancy(input: {{{place}}}) {{ {show % one} }}"
        for name, one in (("a", "reason"), ("b", "validFrom"))
    ]
    query = f"mutation {{ {' '.join(fields)} }}"
    answers, plans, kept = [], [], []
    for _ in range(2):
        result = await engine().execute(Request(query), Context.local(seeded, NOW))
        answers.append(result.formatted)
        plans.append(set(engine()._plans))
        kept.append(dict(engine()._documents))  # so that no address is used again
        engine()._documents.clear()
    assert answers[0] == answers[1]
    assert set(answers[0]["data"]["a"]["vacancy"]) == {"reason"}
    assert set(answers[0]["data"]["b"]["vacancy"]) == {"validFrom"}
    assert plans[0] == plans[1]
