"""Each row of the material's tables, asked of the API: KOMBIT's programme-leader meeting of December 2019, letter by letter."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.conftest import Ask

SHOWN = "2019-12-16"
"""The day on which the material was shown."""

# --- the role gallery ---------------------------------------------------------------------------------------------------

OIR_ROLES = [
    ("Systemejer for kommunens bogføringssystem", "OIR_FINANS", "SYSTEM_OWNER"),
    ("Systemejer for kommunens opkrævningssystem", "OIR_DEBITOR", "SYSTEM_OWNER"),
    ("Systemansvarlig for bogføringssystemet", "OIR_FINANS", "SYSTEM_MANAGER"),
    ("Systemansvarlig for opkrævningssystemet", "OIR_DEBITOR", "SYSTEM_MANAGER"),
    ("ØiR finans administrator", "OIR_FINANS", "ADMINISTRATOR"),
    ("ØiR debitor administrator", "OIR_DEBITOR", "ADMINISTRATOR"),
    ("ØiR finans kontaktperson", "OIR_FINANS", "CONTACT"),
    ("ØiR debitor kontaktperson", "OIR_DEBITOR", "CONTACT"),
]
FURTHER_ROLES = {
    "ØiR funktionspostkasse",
    "KOMBIT-programleder",
    "infrastrukturansvarlig",
    "tovholder på basisimplementeringen",
    "YR kontaktperson",
    "aftalegodkender",
}


async def test_gallery_1_1_has_the_oir_roles_and_those_that_the_material_names(ask: Ask) -> None:
    query = """query ($at: Date) { roles(first: 100, filter: {gallery: "1.1"}, at: $at) {
      totalCount nodes { title domain kind galleries { version published } } } }"""
    found = (await ask(query, {"at": SHOWN})).data["roles"]
    rows = [(role["title"], role["domain"], role["kind"]) for role in found["nodes"]]
    assert [row for row in rows if row[0] not in FURTHER_ROLES] == OIR_ROLES
    assert {row[0] for row in rows} - {row[0] for row in OIR_ROLES} == FURTHER_ROLES
    assert found["totalCount"] == 14
    assert all({"version": "1.1", "published": "2019-12-01"} in role["galleries"] for role in found["nodes"])


async def test_the_mailbox_is_a_role_that_a_mailbox_holds(ask: Ask) -> None:
    query = '{ role(name: "ØiR funktionspostkasse") { kind heldBy } }'
    assert (await ask(query)).data["role"] == {"kind": "MAILBOX", "heldBy": "MAILBOX"}


# --- vendors and ERP systems --------------------------------------------------------------------------------------------

VENDORS = {
    "KMD": ("OPUS", "2020-01-13", "13.00", "15.00"),
    "EG": ("ØS Indsigt", "2020-01-14", "09.30", "11.30"),
    "Fujitsu": ("Prisme", "2020-01-16", "09.30", "11.30"),
}


async def test_vendors_supply_their_system_and_invite_their_municipalities(ask: Ask) -> None:
    query = """{ vendors(at: "2019-12-16") { totalCount nodes {
      name erpSystems { name } isMunicipality { code name } meetings { date starts ends } } } }"""
    found = (await ask(query)).data["vendors"]
    assert found["totalCount"] == 4
    rows = {vendor["name"]: vendor for vendor in found["nodes"]}
    for vendor, (system, date, starts, ends) in VENDORS.items():
        assert [one["name"] for one in rows[vendor]["erpSystems"]] == [system]
        assert rows[vendor]["meetings"] == [{"date": date, "starts": starts, "ends": ends}]
        assert rows[vendor]["isMunicipality"] is None
    (fourth,) = rows.keys() - VENDORS.keys()
    assert fourth == "Københavns Kommune"
    assert rows[fourth]["isMunicipality"] == {"code": "0101", "name": "København"}


# --- systems and integrations -------------------------------------------------------------------------------------------


async def test_systems_exchange_what_the_material_says(ask: Ask) -> None:
    query = """{ itSystems(first: 100, at: "2019-12-16") { nodes {
      name uses { name } integrations { name version protocol } mailboxes { name contactPoints { value } } } } }"""
    rows = {one["name"]: one for one in (await ask(query)).data["itSystems"]["nodes"]}

    def integrations(system: str) -> set[tuple[str, str | None, str]]:
        return {(one["name"], one["version"], one["protocol"]) for one in rows[system]["integrations"]}

    assert {name.split(" ")[0] for name, _, _ in integrations("Ydelsesrefusion (YR)")} == {"SF1590_A"}
    assert {(name[:8], protocol) for name, _, protocol in integrations("KSD")} == {
        ("SF1590_A", "SFTP"),
        ("SF1590_B", "Webservice"),
        ("SF1590_C", "SFTP og webservice"),
    }
    assert {one["name"] for one in rows["DUBU release 3.4"]["uses"]} == {
        "STS Organisation",
        "Fordelingskomponenten",
        "Sags- og Dokumentindeks",
    }
    assert [one["name"] for one in rows["DUBU release 3.4"]["mailboxes"]] == ["dubu@kombit.dk"]
    (helpdesk,) = rows["Serviceplatformen"]["mailboxes"]
    assert {one["value"] for one in helpdesk["contactPoints"]} == {"helpdesk@serviceplatformen.dk", "70 11 15 39"}


async def test_oir_is_found_by_its_later_name(ask: Ask) -> None:
    query = (
        '{ a: itSystem(name: "FK-ØKO") { code } b: itSystem(name: "Fælleskommunale Økonomiintegrationer") { code } }'
    )
    assert (await ask(query)).data == {"a": {"code": "oir"}, "b": {"code": "oir"}}


# --- KLIK tasks ---------------------------------------------------------------------------------------------------------

FIRST, BESIDE = "RESPONSIBLE", "INVOLVED"
"""Kinds of addressing, in the order in which a task's roles are given."""
TASKS: dict[str, tuple[Any, ...]] = {
    # title: (project, number, obligation, published, due, (done, started, not), withdrawn)
    "Afhold kick-off med tovholder på basisimplementeringen fra bogførings-/opkrævningsfunktion": (
        "Basisimplementering af ØiR",
        "00",
        None,
        None,
        "2019-12-12",
        (49, 15, 34),
        None,
    ),
    "Oplys ØiR-kontaktpersoner og ØiR funktionspostkasse til KOMBIT": (
        "Basisimplementering af ØiR",
        "01",
        None,
        None,
        "2019-12-12",
        (55, 8, 35),
        None,
    ),
    "Organiser jer i relation til ØiR": (
        "Basisimplementering af ØiR",
        "02",
        None,
        None,
        "2020-01-15",
        (15, 17, 66),
        None,
    ),
    "Mapning af YR sortiment og kommunens kontoplan i bogføringssystemets omsætningstabel": (
        "Ydelsesrefusion (KLIK/YR)",
        None,
        None,
        None,
        "2020-01-10",
        None,
        None,
    ),
    "Nul-sums-posteringstest": ("Ydelsesrefusion (KLIK/YR)", None, None, None, None, None, None),
    "REL 3.4 STS organisation – beslut om DUBU skal anvendes STS org": (
        "DUBU release 3.4",
        None,
        "RECOMMENDED",
        "2019-12-09",
        None,
        None,
        None,
    ),
    "REL 3.4 Tag STS org i brug": ("DUBU release 3.4", None, "RECOMMENDED", "2019-12-09", None, None, None),
    "REL 3.4 Fordelingskomponenten 01 – Konfigurer fordelingsregler": (
        "DUBU release 3.4",
        "01",
        "MANDATORY",
        "2019-12-17",
        "2020-03-04",
        None,
        None,
    ),
    "REL 3.4 Fordelingskomponenten 02 – Forbered DUBU til fordelingskomponent": (
        "DUBU release 3.4",
        "02",
        "MANDATORY",
        "2019-12-17",
        "2020-03-04",
        None,
        None,
    ),
    "REL 3.4 Fordelingskomponenten 03 – Verificer fordelingsregler": (
        "DUBU release 3.4",
        "03",
        "MANDATORY",
        "2019-12-17",
        "2020-03-04",
        None,
        None,
    ),
    "REL 3.4 Kommuniker om Sags- og Dokumentindeks": (
        "DUBU release 3.4",
        None,
        "MANDATORY",
        "2019-12-16",
        "2020-03-04",
        None,
        None,
    ),
    "Kvalitetstjek og ajourfør brugertyper": (
        "Monopolbrudsprogrammet",
        None,
        None,
        None,
        None,
        None,
        "2020-01-01",
    ),
    "Etabler brugeradministration på KLIK": ("Monopolbrudsprogrammet", None, None, None, None, None, "2020-01-01"),
}
ROW = """title number obligation published due standsTo project { name } progress { done started notStarted unreported }"""


@pytest.mark.parametrize("title", TASKS, ids=[title[:40] for title in TASKS])
async def test_a_task_is_as_the_material_has_it(title: str, ask: Ask) -> None:
    project, number, obligation, published, due, counts, withdrawn = TASKS[title]
    query = f"query ($name: String!, $at: Date) {{ task(name: $name, at: $at) {{ {ROW} }} }}"
    task = (await ask(query, {"name": title, "at": SHOWN})).data["task"]
    progress = task.pop("progress")
    assert task == {
        "title": title,
        "number": number,
        "obligation": obligation,
        "published": published,
        "due": due,
        "standsTo": withdrawn,
        "project": {"name": project},
    }
    assert sum(progress.values()) == 98
    if counts is not None:
        assert progress == dict(zip(("done", "started", "notStarted"), counts, strict=True)) | {"unreported": 0}


NAMED, READ = False, True
ADDRESSED = {
    "oir-basis-00": [
        ("tovholder på basisimplementeringen", FIRST, NAMED),
        ("Systemejer for kommunens bogføringssystem", BESIDE, READ),
        ("Systemejer for kommunens opkrævningssystem", BESIDE, READ),
    ],
    "oir-basis-01": [
        ("ØiR finans kontaktperson", FIRST, NAMED),
        ("ØiR debitor kontaktperson", FIRST, NAMED),
        ("ØiR funktionspostkasse", BESIDE, NAMED),
    ],
    "oir-basis-02": [
        ("Systemejer for kommunens bogføringssystem", FIRST, READ),
        ("Systemejer for kommunens opkrævningssystem", FIRST, READ),
        ("Systemansvarlig for bogføringssystemet", BESIDE, READ),
        ("Systemansvarlig for opkrævningssystemet", BESIDE, READ),
        ("ØiR finans administrator", BESIDE, READ),
        ("ØiR debitor administrator", BESIDE, READ),
    ],
    "yr-mapning": [("ØiR finans administrator", FIRST, READ), ("Systemansvarlig for bogføringssystemet", BESIDE, READ)],
    "yr-nulsum": [],
    "dubu-34-sts-beslut": [],
    "monopolbrud-brugertyper": [],
}


async def test_tasks_address_the_roles_that_their_text_names_and_those_that_we_read_into_it(ask: Ask) -> None:
    query = """{ tasks(first: 100, at: "2019-12-16") { nodes {
      code isDemo namesNoRole roles { kind inferred role { title } } systems { name } } } }"""
    rows = {one["code"]: one for one in (await ask(query)).data["tasks"]["nodes"]}
    for code, expected in ADDRESSED.items():
        assert [(one["role"]["title"], one["kind"], one["inferred"]) for one in rows[code]["roles"]] == expected, code
        assert rows[code]["namesNoRole"] is (not expected)
        assert rows[code]["isDemo"] is False
    assert [one["name"] for one in rows["dubu-34-sts-beslut"]["systems"]] == ["STS Organisation"]
    assert [one["name"] for one in rows["dubu-34-fordeling-02"]["systems"]] == ["Fordelingskomponenten"]
    assert [one["name"] for one in rows["dubu-34-sags-dokumentindeks"]["systems"]] == ["Sags- og Dokumentindeks"]


async def test_the_mapping_comes_before_the_test_of_zero_sums(ask: Ask) -> None:
    query = """{ task(name: "Nul-sums-posteringstest", at: "2019-12-20") {
      isActivity requires { code requiredBy { code } } blockedBy { code } one: blockedBy(municipality: "Aarhus") { code } } }"""
    task = (await ask(query)).data["task"]
    assert task["isActivity"] is True
    assert task["requires"] == [{"code": "yr-mapning", "requiredBy": [{"code": "yr-nulsum"}]}]
    assert task["blockedBy"] == [{"code": "yr-mapning"}]


async def test_a_withdrawn_task_stays_answerable_for_the_days_when_it_stood(ask: Ask) -> None:
    query = """{
      before: task(name: "Kvalitetstjek og ajourfør brugertyper", at: "2019-12-31") { stands title standsTo }
      after: task(name: "Kvalitetstjek og ajourfør brugertyper", at: "2020-01-01") { stands title }
      who: responsibility(task: "monopolbrud-brugertyper", municipality: "0751", at: "2019-12-31") {
        role { code } steps { kind } } }"""
    data = (await ask(query)).data
    title = "Kvalitetstjek og ajourfør brugertyper"
    assert data["before"] == {"stands": True, "title": title, "standsTo": "2020-01-01"}
    assert data["after"] == {"stands": False, "title": title}
    assert data["who"][0]["role"] is None
    assert data["who"][0]["steps"][0]["kind"] == "NO_ROLE_IN_SOURCE"


async def test_each_municipality_s_report_adds_up_to_the_published_totals(ask: Ask) -> None:
    query = """{ task(name: "oir-basis-01", at: "2019-12-16") { progress {
      done started notStarted municipalities { state municipality { code } } } } }"""
    progress = (await ask(query)).data["task"]["progress"]
    states = [one["state"] for one in progress["municipalities"]]
    codes = [one["municipality"]["code"] for one in progress["municipalities"]]
    assert (states.count("DONE"), states.count("STARTED"), states.count("NOT_STARTED")) == (55, 8, 35)
    assert codes == sorted(set(codes))
    assert len(codes) == 98


# --- the agreement ------------------------------------------------------------------------------------------------------


async def test_the_example_agreement_is_word_for_word(ask: Ask) -> None:
    query = """{ municipality(name: "Lyngby-Taarbæk", at: "2019-12-16") { agreements {
      name validFrom validTo reason comment dataLimit receiver approvedBy approvedAt
      system { name } service { name version type provider } municipality { name } } } }"""
    (agreement,) = (await ask(query)).data["municipality"]["agreements"]
    assert agreement == {
        "name": "CprHistorik v1",
        "validFrom": "2019-07-23",
        "validTo": "2021-02-01",
        "reason": "Til test af Cprhistorikservice på intern testmiljø",
        "comment": "Godkendt til test",
        "dataLimit": "dummy",
        "receiver": "Lyngby-Taarbæk",
        "approvedBy": "KOMBIT",
        "approvedAt": "2019-07-29T09:33:54.000000Z",
        "system": {"name": "SAPA Overblik"},
        "service": {
            "name": "PersondataSamletHent",
            "version": "v1.0",
            "type": "Fælleskommunal Service",
            "provider": "Serviceplatformen",
        },
        "municipality": {"name": "Lyngby-Taarbæk"},
    }


async def test_the_agreement_s_last_day_is_inclusive(ask: Ask) -> None:
    query = """{ last: municipality(name: "0173", at: "2021-01-31") { agreements { name } }
      after: municipality(name: "0173", at: "2021-02-01") { agreements { name } } }"""
    data = (await ask(query)).data
    assert [len(data[day]["agreements"]) for day in ("last", "after")] == [1, 0]


# --- spellings ----------------------------------------------------------------------------------------------------------

SPELLINGS = [
    ("municipality", "Åbenrå", "0580"),
    ("municipality", "Aabenraa", "0580"),
    ("municipality", "Høje Taastrup", "0169"),
    ("municipality", "Høje-Taastrup", "0169"),
    ("municipality", "Vesthimmerland", "0820"),
    ("municipality", "Vesthimmerlands", "0820"),
    ("erpSystem", "ØS-Indsigt", "oes-indsigt"),
    ("erpSystem", "ØS-Indsig", "oes-indsigt"),
    ("erpSystem", "OPUS/KMD", "opus"),
    ("erpSystem", "Prisme/Fujitsu", "prisme"),
]


async def test_spellings_that_people_use_find_the_thing(ask: Ask) -> None:
    fields = [f'x{i}: {field}(name: "{name}") {{ code }}' for i, (field, name, _) in enumerate(SPELLINGS)]
    data = (await ask(f"{{ {' '.join(fields)} }}")).data
    assert [data[f"x{i}"]["code"] for i in range(len(SPELLINGS))] == [code for _, _, code in SPELLINGS]


# --- municipalities and meetings ----------------------------------------------------------------------------------------


async def test_there_are_98_municipalities_in_five_regions(ask: Ask) -> None:
    regions = {"Hovedstaden": 29, "Sjælland": 17, "Syddanmark": 22, "Midtjylland": 19, "Nordjylland": 11}
    fields = [
        f'r{i}: municipalities(first: 1, filter: {{region: "{region}"}}) {{ totalCount }}'
        for i, region in enumerate(regions)
    ]
    data = (await ask(f"{{ all: municipalities(first: 1) {{ totalCount }} {' '.join(fields)} }}")).data
    assert data["all"]["totalCount"] == 98
    assert [data[f"r{i}"]["totalCount"] for i in range(5)] == list(regions.values())


MEETINGS = {
    # day: (starts, ends) of the programme-leader meetings
    "2019-12-16": ("10.00", "11.00"),
    "2019-12-17": ("10.00", "11.00"),
    "2020-01-30": ("10.00", "11.30"),
    "2020-01-31": ("12.00", "13.30"),
    "2020-02-26": ("10.00", "11.30"),
    "2020-02-27": ("10.00", "11.30"),
    "2020-03-30": ("10.00", "11.30"),
    "2020-03-31": ("13.00", "14.30"),
    "2020-04-29": ("10.00", "11.30"),
    "2020-04-30": ("10.00", "11.30"),
    "2020-05-25": ("10.00", "11.30"),
    "2020-05-26": ("13.00", "14.30"),
    "2020-06-25": ("10.00", "11.30"),
    "2020-06-26": ("11.00", "12.30"),
}


async def test_the_programme_meets_on_the_days_that_were_announced(ask: Ask) -> None:
    ids = [f"meeting:programledermoede-{day}" for day in MEETINGS]
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Meeting { title date starts ends } } }"
    found = (await ask(query, {"ids": ids})).data["nodes"]
    assert {one["date"]: (one["starts"], one["ends"]) for one in found} == MEETINGS
    assert {one["title"] for one in found} == {"Programledermøde"}


async def test_the_kick_off_webinar_is_the_project_s_meeting(ask: Ask) -> None:
    query = '{ project(name: "Basisimplementering af ØiR") { start meetings { date } } }'
    assert (await ask(query)).data["project"] == {"start": "2019-11-12", "meetings": [{"date": "2019-11-12"}]}
