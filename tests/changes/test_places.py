"""What is said of a place: confirmed, reported as wrong, vacant on purpose, translated; and which ERP system is used."""

from __future__ import annotations

from typing import Any

from tests.changes.conftest import STANDS, Change
from tests.changes.test_holding import PLACE, ROLE, appointed, person
from tests.contract.conftest import Ask

VACANT = "Systemejer for kommunens bogføringssystem"  # nobody holds it on Læsø on 2026-12-01, somebody does later


async def gaps(ask: Ask, role: str = ROLE) -> list[dict[str, Any]]:
    query = 'query ($role: [String!]) { gaps(roles: $role, municipality: "0825") { reason reports { comment holder { name } } } }'
    return list((await ask(query, {"role": [role]})).data["gaps"])


async def test_a_reported_contact_stands_in_gaps_until_it_is_confirmed(change: Change, ask: Ask) -> None:
    await person(change, "Demo Anna Afprøvesen")
    await appointed(change, "Demo Anna Afprøvesen", validFrom="2026-01-01")
    assert await gaps(ask) == []
    where = {"role": ROLE, "municipality": PLACE}
    said = await change("reportContact", person="Demo Anna Afprøvesen", comment="Telefonen svarer ikke", **where)
    assert said["__typename"] == "ReportChanged"
    found = await gaps(ask)
    assert [gap["reason"] for gap in found] == ["REPORTED"]
    assert found[0]["reports"] == [{"comment": "Telefonen svarer ikke", "holder": {"name": "Demo Anna Afprøvesen"}}]
    confirmed = await change("confirm", by="Demo Erik Demosen", **where)
    assert confirmed["__typename"] == "ConfirmationChanged"
    assert await gaps(ask) == []
    last = await ask(f'{{ coverage(roles: ["{ROLE}"], municipality: "0825") {{ cells {{ lastConfirmed }} }} }}')
    assert last.data["coverage"]["cells"] == [{"lastConfirmed": "2026-12-01"}]


async def test_a_corrected_contact_is_not_reported_any_more(change: Change, ask: Ask) -> None:
    key = await person(change, "Demo Anna Afprøvesen")
    await appointed(change, key, validFrom="2026-01-01")
    await change("reportContact", role=ROLE, municipality=PLACE, person=key, comment="Forkert adresse")
    points = [{"kind": "EMAIL", "value": "ny@laesoe.example", "visibility": "VENDORS"}]
    await change("changePerson", person=key, contactPoints=points)
    assert await gaps(ask) == []


async def test_only_a_contact_can_be_reported(change: Change) -> None:
    key = await person(change, "Demo Anna Afprøvesen")
    refused = await change("reportContact", role=ROLE, municipality=PLACE, person=key, comment="Forkert")
    assert (refused["code"], refused["field"]) == ("NOT_A_CONTACT", "person")


async def test_who_is_shown_for_a_role_that_others_answer_is_named_with_their_own(change: Change, ask: Ask) -> None:
    """By a carrier, by escalation, or a stand-in: the refusal says where it can be sent."""
    anna, bo = await person(change, "Demo Anna Afprøvesen"), await person(change, "Demo Bo Afprøvesen")
    yr = "YR kontaktperson"
    made = await appointed(change, anna, role=yr, validFrom="2026-01-01")
    await appointed(change, anna, role="ØiR finans kontaktperson", municipality="0461", validFrom="2026-01-01")
    await change("standIn", assignments=[made["assignment"]["id"]], person=bo, validFrom="2026-12-01")
    await appointed(change, bo, role="ØiR debitor administrator", validFrom="2027-01-01")
    await change("translate", role=ROLE, municipality=PLACE, carriedBy=yr, validFrom="2026-12-01")
    here = {"role": ROLE, "municipality": PLACE, "comment": "Svarer ikke"}
    first = "somebody who holds the role there, or stands in, today or later; this one does so in"
    for who, roles in ((anna, "role:yr-kontaktperson"), (bo, "role:oir-debitor-administrator, role:yr-kontaktperson")):
        refused = await change("reportContact", **here, person=who)
        assert (refused["code"], refused["field"], refused["value"]) == ("NOT_A_CONTACT", "person", who)
        assert refused["expected"] == f"{first} {roles}, which can be named as the role"
        again = await change("reportContact", **{**here, "role": "role:yr-kontaktperson"}, person=who)
        assert again["__typename"] == "ReportChanged"
    assert {gap["reason"] for gap in await gaps(ask, yr)} == {"REPORTED"}


async def test_the_mailbox_to_write_to_first_is_reported_at_its_own_role(change: Change, ask: Ask) -> None:
    """Læsø has none: what holds the mailbox's role there is the contact, and is nobody's elsewhere."""
    points = [{"kind": "EMAIL", "value": "oir@laesoe.example", "visibility": "VENDORS"}]
    made = await change(
        "addMailbox", "... on MailboxChanged { mailbox { id } }",
        name="Demo Læsø ØiR", municipality=PLACE, contactPoints=points,
    )  # fmt: skip
    box, boxes = made["mailbox"]["id"], "ØiR funktionspostkasse"
    plain = "somebody who holds the role there, or stands in, today or later"
    here = {"role": ROLE, "municipality": PLACE, "mailbox": box, "comment": "Kommer retur"}
    assert (await change("reportContact", **here))["expected"] == plain
    show = "... on AssignmentChanged { assignment { id } }"
    await change("appoint", show, role=boxes, municipality=PLACE, mailbox=box, validFrom="2026-01-01")
    show = "... on ReportChanged { report { role { title } holder { name } } answers { role { title } } }"
    told = await change("reportContact", show, **here)
    assert told["report"] == {"role": {"title": boxes}, "holder": {"name": "Demo Læsø ØiR"}}
    assert told["answers"][0] == {"role": {"title": boxes}}
    assert {gap["reason"] for gap in await gaps(ask, boxes)} == {"REPORTED"}
    assert "REPORTED" not in {gap["reason"] for gap in await gaps(ask)}
    await change("confirm", role=boxes, municipality=PLACE)
    assert await gaps(ask, boxes) == []
    without = await change("reportContact", **{**here, "role": "KOMBIT-programleder"})
    assert (
        without["expected"]
        == f"{plain}; this one does so in role:oir-funktionspostkasse, which can be named as the role"
    )
    assert (await change("reportContact", **{**here, "municipality": "0461"}))["expected"] == plain


async def test_a_vacancy_that_is_meant_is_no_gap(change: Change, ask: Ask) -> None:
    assert [gap["reason"] for gap in await gaps(ask, VACANT)] == ["STARTS_LATER"]
    meant = await change(
        "intendVacancy", STANDS + "... on VacancyChanged { vacancy { reason validTo } }",
        role=VACANT, municipality=PLACE, why="Opgaven er lagt i et fællesskab", validTo="2028-01-01",
    )  # fmt: skip
    assert meant["vacancy"] == {"reason": "Opgaven er lagt i et fællesskab", "validTo": "2028-01-01"}
    assert meant["cells"] == [{"state": "VACANT_BY_INTENT", "role": {"code": "systemejer-bogfoering"}}]
    assert await gaps(ask, VACANT) == []
    again = await change("intendVacancy", role=VACANT, municipality=PLACE, why="Igen")
    assert again["code"] == "ALREADY_INTENDED"


async def test_a_translation_ends_the_one_before_and_lets_another_role_carry(change: Change, ask: Ask) -> None:
    show = "... on TranslationChanged { translation { title carriedBy { code } validFrom } }"
    before = await ask('{ municipality(name: "0825") { roles { role { code } translation { id title } } } }')
    was = {r["role"]["code"]: r["translation"] for r in before.data["municipality"]["roles"]}[
        "oir-finans-administrator"
    ]
    made = await change(
        "translate", show, role=ROLE, municipality=PLACE, title="Økonomikoordinator",
        carriedBy="ØiR debitor administrator", validFrom="2026-12-15",
    )  # fmt: skip
    assert made["translation"]["carriedBy"] == {"code": "oir-debitor-administrator"}
    ended = await ask(f'{{ node(id: "{was["id"]}") {{ ... on Translation {{ validTo }} }} }}')
    assert ended.data["node"] == {"validTo": "2026-12-15"}
    circle = await change(
        "translate", role="ØiR debitor administrator", municipality=PLACE, carriedBy=ROLE, validFrom="2027-01-01"
    )
    assert (circle["code"], circle["field"]) == ("CIRCLE", "carriedBy")


async def test_another_erp_system_from_a_day_on(change: Change, ask: Ask) -> None:
    show = "... on UsageChanged { usage { domain erpSystem { code } validFrom } }"
    made = await change(
        "useErpSystem", show, municipality="Vejle", domain="FINANS", erpSystem="ØS Indsigt", validFrom="2027-01-01"
    )
    assert made["usage"] == {"domain": "FINANS", "erpSystem": {"code": "oes-indsigt"}, "validFrom": "2027-01-01"}
    days = {}
    for day in ("2026-12-31", "2027-01-01"):
        query = f'{{ municipality(name: "Vejle", at: "{day}") {{ erpSystems {{ domain erpSystem {{ name }} }} }} }}'
        data = (await ask(query)).data["municipality"]["erpSystems"]
        days[day] = {one["domain"]: one["erpSystem"]["name"] for one in data}
    assert days["2026-12-31"]["FINANS"] == "Prisme"
    assert days["2027-01-01"]["FINANS"] == "ØS Indsigt"
    assert days["2026-12-31"]["DEBITOR"] == days["2027-01-01"]["DEBITOR"]


async def said(ask: Ask, fact: str, known_at: str | None = None) -> Any:
    query = """query ($id: ID!, $known: DateTime) { node(id: $id, knownAt: $known) { __typename
      ... on Translation { title unit carriedBy { code } } ... on Vacancy { reason } ... on Usage { erpSystem { code } }
      ... on Confirmation { by } ... on Escalation { to { code } inferred } } }"""
    return (await ask(query, {"id": fact, "known": known_at})).data["node"]


async def test_what_a_fact_says_is_corrected_and_what_was_believed_stays_readable(change: Change, ask: Ask) -> None:
    where = {"role": VACANT, "municipality": PLACE}
    made = await change(
        "translate", "... on TranslationChanged { translation { id } }",
        role=ROLE, municipality=PLACE, title="Økonomicheff", unit="Økonomi", validFrom="2027-06-01",
    )  # fmt: skip
    fact = made["translation"]["id"]
    corrected = await change(
        "correct", fact=fact, title="Økonomichef", unit=None, carriedBy="ØiR debitor administrator"
    )
    assert corrected["__typename"] == "FactChanged", corrected
    carrier = {"code": "oir-debitor-administrator"}
    assert await said(ask, fact) == {
        "__typename": "Translation",
        "title": "Økonomichef",
        "unit": None,
        "carriedBy": carrier,
    }
    history = await ask("query ($id: ID!) { node(id: $id) { history { seq at operation } } }", {"id": fact})
    first, second = history.data["node"]["history"]
    assert (first["operation"], second["operation"]) == ("translate", "correct")
    before = {"__typename": "Translation", "title": "Økonomicheff", "unit": "Økonomi", "carriedBy": None}
    assert await said(ask, fact, first["at"]) == before
    empty = await change("correct", fact=fact, title=None, carriedBy=None)
    assert (empty["code"], empty["field"]) == ("CONTRADICTION", "title")

    made = await change("intendVacancy", "... on VacancyChanged { vacancy { id } }", **where, why="Ny chef i januar")
    await change("correct", fact=made["vacancy"]["id"], why="Ny chef i marts")
    assert await said(ask, made["vacancy"]["id"]) == {"__typename": "Vacancy", "reason": "Ny chef i marts"}
    missing = await change("correct", fact=made["vacancy"]["id"], why=None)
    assert (missing["code"], missing["field"]) == ("BAD_TEXT", "why")
    wrong = await change("correct", fact=made["vacancy"]["id"], title="Økonomichef")
    assert (wrong["code"], wrong["field"]) == ("ID_OF_ANOTHER_TYPE", "fact")
    assert "no title" in wrong["expected"]

    made = await change("confirm", "... on ConfirmationChanged { confirmation { id } }", **where, by="Demo Erik")
    await change("correct", fact=made["confirmation"]["id"], by="Demo Erik Demosen")
    assert await said(ask, made["confirmation"]["id"]) == {"__typename": "Confirmation", "by": "Demo Erik Demosen"}


async def test_a_system_and_an_escalation_that_were_recorded_wrong_are_corrected(change: Change, ask: Ask) -> None:
    made = await change(
        "useErpSystem", "... on UsageChanged { usage { id } }",
        municipality="Vejle", domain="FINANS", erpSystem="ØS Indsigt", validFrom="2027-01-01",
    )  # fmt: skip
    again = await change(
        "useErpSystem", municipality="Vejle", domain="FINANS", erpSystem="Prisme", validFrom="2027-01-01"
    )
    assert "or correct that one" in again["expected"]
    await change("correct", fact=made["usage"]["id"], erpSystem="Prisme")
    assert await said(ask, made["usage"]["id"]) == {"__typename": "Usage", "erpSystem": {"code": "prisme"}}
    nothing = await change("correct", fact=made["usage"]["id"], erpSystem=None)
    assert (nothing["code"], nothing["field"]) == ("CONTRADICTION", "erpSystem")

    roles = await ask('{ role(name: "oir-finans-administrator") { escalation { id } } }')
    fact = roles.data["role"]["escalation"]["id"]
    await change("correct", fact=fact, to="YR kontaktperson")
    assert await said(ask, fact) == {
        "__typename": "Escalation",
        "to": {"code": "yr-kontaktperson"},
        "inferred": False,
    }
    circle = await change("correct", fact=fact, to="oir-finans-administrator")
    assert circle["code"] == "CIRCLE"
