"""Appoint, end, correct, take back, stand in, hand over, leave: what is written, and how answers stand since."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from graph.driver import Database
from tests.changes.conftest import STANDS, Change, digest
from tests.contract.conftest import NOW, Ask

ROLE, PLACE = "ØiR finans administrator", "0825"
OWNER = "Systemejer for kommunens bogføringssystem"  # at most one holder, a person
SHOW = "... on AssignmentChanged { assignment { id validFrom validTo holder { id name } seq history { seq } } }"
FACT = "... on FactChanged { fact { id validFrom validTo ... on Assignment { holder { name } } } }"


@pytest.fixture
async def anna(change: Change) -> str:
    return await person(change, "Demo Anna Afprøvesen")


@pytest.fixture
async def bo(change: Change) -> str:
    return await person(change, "Demo Bo Afprøvesen")


async def person(change: Change, name: str) -> str:
    points = [{"kind": "EMAIL", "value": f"{name.split()[1].lower()}@laesoe.example", "visibility": "VENDORS"}]
    made = await change(
        "addPerson", "... on PersonChanged { person { id } }", name=name, municipality=PLACE, contactPoints=points
    )
    return str(made["person"]["id"])


async def appointed(change: Change, who: str, show: str = SHOW, **given: Any) -> dict[str, Any]:
    made = await change("appoint", show, **{"role": ROLE, "municipality": PLACE, "person": who, **given})
    assert made["__typename"] == "AssignmentChanged", made
    return made


async def holders(ask: Ask, at: str, known_at: str | None = None, role: str = ROLE) -> set[str]:
    query = """query ($role: String, $at: Date, $known: DateTime) { assignments(first: 100, at: $at, knownAt: $known,
      filter: {role: $role, municipality: "0825"}) { nodes { holder { name } } } }"""
    later = NOW + timedelta(minutes=1)  # changes of one instant are a microsecond apart
    data = (await ask(query, {"role": role, "at": at, "known": known_at}, now=later)).data
    return {node["holder"]["name"] for node in data["assignments"]["nodes"]}


async def test_an_appointment_is_there_at_once_with_its_change_and_its_answer(
    change: Change, ask: Ask, anna: str
) -> None:
    made = await appointed(change, anna, SHOW + STANDS, validFrom="2026-12-01", reason="Ny medarbejder")
    assert made["dryRun"] is False
    assert made["change"]["operation"] == "appoint"
    assert made["change"]["reason"] == "Ny medarbejder"
    assert made["change"]["actor"].startswith("local:")
    assert made["assignment"]["seq"] == made["change"]["seq"]
    assert made["assignment"]["history"] == [{"seq": made["change"]["seq"]}]
    (answer,) = made["answers"]
    assert "Demo Anna Afprøvesen" in {a["holder"]["name"] for a in answer["accountable"]}
    assert [cell["state"] for cell in made["cells"]] == ["HELD"]
    assert "Demo Anna Afprøvesen" in await holders(ask, "2026-12-01")
    assert "Demo Anna Afprøvesen" not in await holders(ask, "2026-11-30")


async def test_a_dry_run_answers_the_same_and_writes_nothing(change: Change, ask: Ask, anna: str) -> None:
    dry = await appointed(change, anna, SHOW + STANDS, dryRun=True)
    assert dry["dryRun"] is True
    assert "Demo Anna Afprøvesen" in {a["holder"]["name"] for a in dry["answers"][0]["accountable"]}
    assert "Demo Anna Afprøvesen" not in await holders(ask, "2026-12-01")
    real = await appointed(change, anna)
    assert real["change"]["seq"] == dry["change"]["seq"]


async def test_no_dry_run_that_passes_leaves_anything_in_the_database(
    change: Change, anna: str, bo: str, seeded: Database
) -> None:
    made = await appointed(change, anna, validFrom="2026-01-01")
    key, last = made["assignment"]["id"], made["change"]["seq"]
    runs: dict[str, dict[str, Any]] = {
        "appoint": {"role": ROLE, "municipality": PLACE, "person": bo, "validFrom": "2026-06-01"},
        "handOver": {"assignment": key, "person": bo},
        "leave": {"person": anna, "successors": [{"assignment": key, "person": bo}]},
        "mergePeople": {"keep": bo, "merge": anna},
        "undo": {"change": last},
        "erasePerson": {"person": anna, "vacancies": [key], "formerNames": ["Demo Anna Før"]},
    }
    before = await digest(seeded)
    for mutation, given in runs.items():
        dry = await change(mutation, statements=3 if mutation == "erasePerson" else 2, **given, dryRun=True)
        assert dry.get("dryRun") is True, (mutation, dry)
        assert dry["change"]["seq"] == last + 1
        assert await digest(seeded) == before, mutation


async def test_back_in_time_the_recorded_clock_tells(change: Change, ask: Ask, anna: str) -> None:
    await appointed(change, anna, validFrom="2020-01-01")
    assert "Demo Anna Afprøvesen" in await holders(ask, "2020-06-01")
    assert "Demo Anna Afprøvesen" not in await holders(ask, "2020-06-01", "2026-11-30T12:00:00Z")


async def test_an_end_is_the_first_day_without(change: Change, ask: Ask, anna: str) -> None:
    made = await appointed(change, anna, validFrom="2026-01-01")
    ended = await change("end", FACT, fact=made["assignment"]["id"], validTo="2027-01-01")
    assert ended["fact"] == {
        "id": made["assignment"]["id"],
        "validFrom": "2026-01-01",
        "validTo": "2027-01-01",
        "holder": {"name": "Demo Anna Afprøvesen"},
    }
    assert "Demo Anna Afprøvesen" in await holders(ask, "2026-12-31")
    assert "Demo Anna Afprøvesen" not in await holders(ask, "2027-01-01")


async def test_a_stand_in_acts_and_ends_with_what_it_covers(change: Change, ask: Ask, anna: str, bo: str) -> None:
    made = await appointed(change, anna, validFrom="2026-01-01", validTo="2027-06-01")
    key = made["assignment"]["id"]
    covered = await change(
        "standIn", "... on StandInsChanged { standIns { id validTo holder { name } covers { name } } }",
        assignments=[key], person=bo, validFrom="2026-12-01", validTo="2027-03-01",
    )  # fmt: skip
    (cover,) = covered["standIns"]
    assert (cover["holder"]["name"], cover["covers"]["name"]) == ("Demo Bo Afprøvesen", "Demo Anna Afprøvesen")
    outside = await change("standIn", assignments=[key], person=bo, validFrom="2027-05-01", validTo="2027-07-01")
    assert outside["code"] == "OUTSIDE_COVER"
    itself = await change("standIn", assignments=[key], person=anna, validFrom="2027-04-01", validTo="2027-05-01")
    assert itself["code"] == "COVERS_ITSELF"
    await change("end", fact=key, validTo="2027-02-01")
    node = f'{{ node(id: "{cover["id"]}") {{ ... on StandIn {{ validTo }} }} }}'
    assert (await ask(node)).data["node"] == {"validTo": "2027-02-01"}


async def test_a_handover_ends_and_appoints_in_one_change_with_its_package(
    change: Change, ask: Ask, anna: str, bo: str
) -> None:
    made = await appointed(change, anna, validFrom="2026-01-01")
    show = """... on HandedOver { ended { validTo } appointed { validFrom holder { name } } predecessor { name contactPoints { value } }
      successor { name } openTasks { task { title } due } translation { title } }"""
    handed = await change("handOver", show, assignment=made["assignment"]["id"], person=bo, on="2027-01-01")
    assert handed["ended"] == {"validTo": "2027-01-01"}
    assert handed["appointed"] == {"validFrom": "2027-01-01", "holder": {"name": "Demo Bo Afprøvesen"}}
    assert handed["predecessor"]["contactPoints"] == [{"value": "anna@laesoe.example"}]
    assert handed["translation"] == {"title": "Systemkoordinator"}
    assert await holders(ask, "2026-12-31") - await holders(ask, "2027-01-01") == {"Demo Anna Afprøvesen"}
    assert "Demo Bo Afprøvesen" in await holders(ask, "2027-01-01")
    log = await ask(f"{{ change(seq: {handed['change']['seq']}) {{ effects {{ kind }} }} }}")
    assert sorted(effect["kind"] for effect in log.data["change"]["effects"]) == ["ADDED", "SUPERSEDED"]


async def test_what_a_role_carries_is_handed_over_with_it(change: Change, ask: Ask, anna: str, bo: str) -> None:
    made = await appointed(change, anna, validFrom="2026-01-01")
    local = "role { title } title unit carriedBy { title }"
    show = f"... on HandedOver {{ openTasks {{ task {{ code }} due }} translation {{ {local} }} translations {{ {local} }} }}"
    given = {"assignment": made["assignment"]["id"], "person": bo, "on": "2026-12-01", "dryRun": True}
    before = await change("handOver", show, **given)
    own, called = before["openTasks"], before["translation"]
    assert before["translations"] == [called]
    carried, between = "Systemejer for kommunens opkrævningssystem", "YR kontaktperson"
    await change("translate", role=between, municipality=PLACE, carriedBy=ROLE, validFrom="2026-01-01")
    said = {"title": "Regnskabschef", "unit": "Regnskab", "carriedBy": between}
    await change("translate", role=carried, municipality=PLACE, **said, validFrom="2026-01-01")
    handed = await change("handOver", show, **given)
    since = handed["openTasks"]
    yr = {"role": {"title": between}, "title": None, "unit": None, "carriedBy": {"title": ROLE}}
    chief = {"role": {"title": carried}, **said, "carriedBy": {"title": between}}
    assert handed["translation"] == called
    assert handed["translations"] == [called, chief, yr], "the own first, then in the gallery's order"
    await change("translate", role=carried, municipality=PLACE, title="Chef", validFrom="2026-11-30")
    assert (await change("handOver", show, **given))["translations"] == [called, yr], "on the day of the handover"
    query = "query ($role: String!, $at: Date) { role(name: $role, at: $at) { tasks { task { code } } } }"
    addressed = set[str]()
    for role in (ROLE, between, carried):
        data = (await ask(query, {"role": role, "at": "2026-12-01"})).data
        addressed |= {one["task"]["code"] for one in data["role"]["tasks"]}
    assert {one["task"]["code"] for one in own} < {one["task"]["code"] for one in since} <= addressed
    assert len({one["task"]["code"] for one in since}) == len(since), "each once"


async def test_a_handover_ends_the_stand_ins_for_the_predecessor_with_what_they_cover(
    change: Change, ask: Ask, anna: str, bo: str
) -> None:
    made = await appointed(change, anna, validFrom="2026-01-01")
    carl, key = await person(change, "Demo Carl Afprøvesen"), made["assignment"]["id"]
    stood = await change(
        "standIn", "... on StandInsChanged { standIns { id } }",
        assignments=[key], person=carl, validFrom="2026-12-01", validTo="2027-03-01",
    )  # fmt: skip
    show = "... on HandedOver { appointed { holder { name } } }"
    handed = await change("handOver", show, assignment=key, person=bo, on="2027-01-01")
    assert handed["appointed"] == {"holder": {"name": "Demo Bo Afprøvesen"}}
    node = f'{{ node(id: "{stood["standIns"][0]["id"]}") {{ ... on StandIn {{ validTo }} }} }}'
    assert (await ask(node)).data["node"] == {"validTo": "2027-01-01"}


async def test_a_leaver_holds_nothing_and_is_not_appointed_again(change: Change, ask: Ask, anna: str, bo: str) -> None:
    first = await appointed(change, anna, validFrom="2026-01-01")
    second = await appointed(change, anna, role="ØiR debitor administrator", validFrom="2026-01-01")
    planned = await appointed(change, anna, role="YR kontaktperson", validFrom="2028-01-01")
    show = "... on PersonLeft { person { leftOn roles { id } } ended { id validTo } appointed { role { code } holder { name } } }"
    left = await change(
        "leave", show, person=anna, on="2027-01-01",
        successors=[{"assignment": first["assignment"]["id"], "person": "Demo Bo Afprøvesen"}],
    )  # fmt: skip
    assert left["person"] == {"leftOn": "2027-01-01", "roles": []}
    assert {one["id"] for one in left["ended"]} == {first["assignment"]["id"], second["assignment"]["id"]}
    assert left["appointed"] == [
        {"role": {"code": "oir-finans-administrator"}, "holder": {"name": "Demo Bo Afprøvesen"}}
    ]
    gone = await ask(f'{{ node(id: "{planned["assignment"]["id"]}") {{ id }} }}')
    assert gone.data["node"] is None
    again = await change("appoint", role=ROLE, municipality=PLACE, person=anna, validFrom="2027-02-01")
    assert (again["code"], again["field"]) == ("HAS_LEFT", "person")


async def test_a_leaver_is_followed_by_a_person_here_and_a_mailbox_there(
    change: Change, ask: Ask, anna: str, bo: str
) -> None:
    roles = ("ØiR finans kontaktperson", "ØiR debitor kontaktperson", ROLE)
    held = [await appointed(change, anna, role=role, validFrom="2026-01-01") for role in roles]
    box = "Demo ØiR funktionspostkasse Odense"

    async def left(*to: dict[str, str], **given: Any) -> dict[str, Any]:
        successors = [{"assignment": one["assignment"]["id"], **new} for one, new in zip(held, to, strict=False)]
        show = "... on PersonLeft { appointed { role { title } holder { __typename name } } }"
        return await change("leave", show, person=anna, on="2027-01-01", successors=successors, **given)

    async def refused(*to: dict[str, str]) -> tuple[str, str, str]:
        no = await left(*to)
        return no["code"], no["field"], no["expected"]

    assert await refused({"person": bo, "mailbox": box}) == (
        "CONTRADICTION",
        "successors",
        "a person or a mailbox, not both",
    )
    assert await refused({}) == ("CONTRADICTION", "successors", "a person or a mailbox, not neither")
    code, field, nearest = await refused({"person": bo}, {"mailbox": "Demo ØiR funktionspostkasse Odinse"})
    assert (code, field) == ("UNKNOWN_MAILBOX", "successors")
    assert box in nearest
    assert (await refused({"person": bo}, {"mailbox": bo}))[:2] == ("ID_OF_ANOTHER_TYPE", "successors")
    assert (await refused({"person": "Demo Ingen Slags"}))[:2] == ("UNKNOWN_PERSON", "successors")
    for to in (({"mailbox": box}, {"person": bo}), ({"person": bo}, {"mailbox": box})):
        made = (await left(*to, dryRun=True))["appointed"]
        kinds = {one["role"]["title"]: one["holder"]["__typename"] for one in made}
        assert kinds == {role: next(iter(one)).capitalize() for role, one in zip(roles, to, strict=False)}
    wrong = await refused({"person": bo}, {"mailbox": box}, {"mailbox": box})
    assert wrong == ("WRONG_KIND_OF_HOLDER", "successors", "a person: the role says so")


async def test_who_answers_after_a_leave_was_confirmed_when_they_were(
    change: Change, ask: Ask, anna: str, bo: str
) -> None:
    for who in (anna, bo):
        await appointed(change, who, validFrom="2026-01-01")
    await change("confirm", role=ROLE, municipality=PLACE, on="2026-10-01")
    query = """query ($who: String!) { impact(person: $who, from: "2026-11-02") {
      holdings { after { outcome accountable { holder { name } } lastConfirmed } } } }"""
    (holding,) = (await ask(query, {"who": anna})).data["impact"]["holdings"]
    assert holding["after"]["outcome"] == "HELD"
    assert "Demo Bo Afprøvesen" in {one["holder"]["name"] for one in holding["after"]["accountable"]}
    assert holding["after"]["lastConfirmed"] == "2026-10-01"


async def test_a_correction_keeps_what_was_believed_readable(change: Change, ask: Ask, anna: str, bo: str) -> None:
    made = await appointed(change, anna, validFrom="2026-01-01")
    before = await ask(f"{{ change(seq: {made['change']['seq']}) {{ at }} }}")
    corrected = await change("correct", FACT, fact=made["assignment"]["id"], person=bo, validFrom="2026-02-01")
    assert corrected["fact"]["holder"] == {"name": "Demo Bo Afprøvesen"}
    assert corrected["fact"]["id"] == made["assignment"]["id"]
    assert "Demo Anna Afprøvesen" not in await holders(ask, "2026-06-01")
    assert "Demo Anna Afprøvesen" in await holders(ask, "2026-06-01", before.data["change"]["at"])


async def test_what_never_was_is_taken_back(change: Change, ask: Ask, anna: str) -> None:
    made = await appointed(change, anna, validFrom="2026-01-01")
    taken = await change("retract", FACT, fact=made["assignment"]["id"])
    assert taken["fact"] is None
    assert "Demo Anna Afprøvesen" not in await holders(ask, "2026-06-01")
    again = await change("retract", fact=made["assignment"]["id"])
    assert again["code"] == "UNKNOWN_FACT"


async def test_a_role_with_one_holder_has_one_holder(change: Change, ask: Ask, anna: str, bo: str) -> None:
    held = await ask(
        "query ($role: String) { assignments(first: 5, filter: {role: $role, endsBy: null}) { nodes { id municipality { code } } } }",
        {"role": OWNER},
    )
    holder = held.data["assignments"]["nodes"][0]
    second = await change(
        "appoint", role=OWNER, municipality=holder["municipality"]["code"], person=anna, validFrom="2026-12-01"
    )
    assert second["code"] == "ONE_HOLDER"
    assert holder["id"] in second["expected"]
    handed = await change("handOver", assignment=holder["id"], person=anna, on="2027-01-01")
    assert handed["__typename"] == "HandedOver"


async def test_the_same_key_gives_the_first_outcome(change: Change, ask: Ask, anna: str, bo: str) -> None:
    given = {"role": ROLE, "municipality": PLACE, "person": anna, "idempotencyKey": "k-1"}
    first = await change("appoint", SHOW, **given)
    await change("end", fact=first["assignment"]["id"], validTo="2027-06-01")
    again = await change("appoint", SHOW, statements=2, **given)
    assert again["repeated"] is True
    assert again["change"] == first["change"]
    assert again["assignment"] == first["assignment"]
    other = await change("appoint", **{**given, "person": bo})
    assert (other["code"], other["field"]) == ("KEY_REUSED", "idempotencyKey")
    long = await change("appoint", **{**given, "idempotencyKey": "x" * 10_000})
    assert long["code"] == "BAD_KEY"


async def test_who_has_not_seen_the_last_change_is_told_what_it_was(change: Change, anna: str) -> None:
    made = await appointed(change, anna, validFrom="2026-01-01")
    seq = made["change"]["seq"]
    key = made["assignment"]["id"]
    first = await change("end", fact=key, validTo="2027-01-01", ifSeq=seq)
    assert first["__typename"] == "FactChanged"
    second = await change("end", fact=key, validTo="2026-12-15", ifSeq=seq)
    assert second["__typename"] == "Conflict"
    assert second["changes"] == [{"seq": first["change"]["seq"], "operation": "end"}]
    third = await change("end", fact=key, validTo="2026-12-15", ifSeq=int(second["expected"]))
    assert third["__typename"] == "FactChanged"
    future = await change("end", fact=key, validTo="2026-12-10", ifSeq=10**6)
    assert future["code"] == "BAD_NUMBER"
