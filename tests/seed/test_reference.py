"""Each row of the material's tables is in the reference files, letter by letter; the rows here are typed off it."""

from __future__ import annotations

from functools import cache

import pytest

from graph.model import Record, Thing
from graph.shape import OPEN_DATE
from graph_seed.reference import Reference, read_reference

OWNER_FINANCE = "Systemejer for kommunens bogføringssystem"
OWNER_COLLECTION = "Systemejer for kommunens opkrævningssystem"
MANAGER_FINANCE = "Systemansvarlig for bogføringssystemet"
MANAGER_COLLECTION = "Systemansvarlig for opkrævningssystemet"


@cache
def reference() -> Reference:
    return read_reference()


def thing(key: str) -> Thing:
    (found,) = (t for t in reference().things if t.key == key)
    return found


def records(label: str) -> list[Record]:
    return [r for r in reference().records if r.label == label]


def target(node: Thing | Record, kind: str) -> str:
    (found,) = targets(node, kind)
    return found


def targets(node: Thing | Record, kind: str) -> set[str]:
    return {arrow.target for arrow in node.arrows if arrow.type == kind}


def titles(key: str, kind: str) -> set[str]:
    return {
        str(r.properties["title"])
        for r in records("Name")
        if target(r, "NAMES") == key and r.properties["kind"] == kind
    }


def role(title: str) -> str:
    (key,) = (
        target(r, "NAMES")
        for r in records("Name")
        if r.properties["title"] == title and target(r, "NAMES").startswith("role:")
    )
    return key


@pytest.mark.parametrize(
    ("title", "domain", "kind"),
    [
        (OWNER_FINANCE, "OIR_FINANS", "SYSTEM_OWNER"),
        (OWNER_COLLECTION, "OIR_DEBITOR", "SYSTEM_OWNER"),
        (MANAGER_FINANCE, "OIR_FINANS", "SYSTEM_MANAGER"),
        (MANAGER_COLLECTION, "OIR_DEBITOR", "SYSTEM_MANAGER"),
        ("ØiR finans administrator", "OIR_FINANS", "ADMINISTRATOR"),
        ("ØiR debitor administrator", "OIR_DEBITOR", "ADMINISTRATOR"),
        ("ØiR finans kontaktperson", "OIR_FINANS", "CONTACT"),
        ("ØiR debitor kontaktperson", "OIR_DEBITOR", "CONTACT"),
        ("ØiR funktionspostkasse", "OIR", "MAILBOX"),
        ("KOMBIT-programleder", "PROGRAMME", "PROGRAMME_LEADER"),
        ("infrastrukturansvarlig", "INFRASTRUCTURE", "INFRASTRUCTURE"),
        ("tovholder på basisimplementeringen", "OIR", "IMPLEMENTATION_LEAD"),
        ("YR kontaktperson", "YR", "CONTACT"),
        ("aftalegodkender", "AGREEMENTS", "APPROVER"),
    ],
)
def test_every_role_has_its_title_domain_and_kind(title: str, domain: str, kind: str) -> None:
    properties = thing(role(title)).properties
    assert (properties["domain"], properties["kind"]) == (domain, kind)


def test_gallery_1_1_defines_the_roles_until_1_4_does() -> None:
    spans = {(target(r, "BY"), r.valid_from, r.valid_to) for r in records("Definition")}
    assert spans == {("gallery:1.1", "2019-12-01", "2022-03-01"), ("gallery:1.4", "2022-03-01", OPEN_DATE)}
    assert len({target(r, "OF") for r in records("Definition")}) == 14


def test_the_roles_of_oir_prefer_their_mailbox() -> None:
    preferring = {t.key for t in reference().things if t.properties.get("prefersMailbox")}
    assert len(preferring) == 8
    assert {target(thing(key), "MAILBOX") for key in preferring} == {"role:oir-funktionspostkasse"}


def test_escalation_is_ours_and_every_chain_ends_with_the_programme_leader() -> None:
    links = {target(r, "FROM"): target(r, "TO") for r in records("Escalation")}
    assert all(r.properties["inferred"] is True for r in records("Escalation"))
    assert links["role:oir-finans-administrator"] == role(MANAGER_FINANCE)
    assert links["role:oir-debitor-kontaktperson"] == role(MANAGER_COLLECTION)
    assert links[role(MANAGER_FINANCE)] == role(OWNER_FINANCE)
    assert links["role:yr-kontaktperson"] == "role:oir-finans-kontaktperson"
    assert links["role:aftalegodkender"] == "role:infrastrukturansvarlig"
    assert {"role:kombit-programleder", "role:oir-funktionspostkasse"}.isdisjoint(links)
    for start in links:
        at = start
        for _ in range(5):
            at = links.get(at, at)
        assert at == "role:kombit-programleder"


@pytest.mark.parametrize(
    ("vendor", "system", "meeting"),
    [
        ("KMD", "OPUS", ("2020-01-13", "13.00", "15.00")),
        ("EG", "ØS Indsigt", ("2020-01-14", "09.30", "11.30")),
        ("Fujitsu", "Prisme", ("2020-01-16", "09.30", "11.30")),
    ],
)
def test_every_vendor_has_its_system_and_its_meeting(vendor: str, system: str, meeting: tuple[str, ...]) -> None:
    (key,) = (t.key for t in reference().things if t.label == "Vendor" and t.properties["name"] == vendor)
    (erp,) = (t for t in reference().things if t.label == "ErpSystem" and t.properties["name"] == system)
    (met,) = (t for t in reference().things if t.label == "Meeting" and key in targets(t, "FOR"))
    assert target(erp, "SUPPLIED_BY") == key
    assert tuple(met.properties[field] for field in ("date", "starts", "ends")) == meeting


def test_a_vendor_is_a_municipality() -> None:
    vendor = thing("vendor:koebenhavns-kommune")
    assert (vendor.properties["name"], target(vendor, "IS")) == ("Københavns Kommune", "municipality:0101")


@pytest.mark.parametrize(
    ("key", "alias"),
    [
        ("municipality:0580", "Åbenrå"),
        ("municipality:0169", "Høje Taastrup"),
        ("municipality:0820", "Vesthimmerland"),
        ("municipality:0751", "Aarhus Kommune"),
        ("erpSystem:oes-indsigt", "ØS-Indsigt"),
        ("erpSystem:oes-indsigt", "ØS-Indsig"),
        ("erpSystem:opus", "OPUS/KMD"),
        ("erpSystem:prisme", "Prisme/Fujitsu"),
        ("itSystem:oir", "Fælleskommunale Økonomiintegrationer (FK-ØKO)"),
        ("itSystem:sts-administrationsmodul", "STS Administration"),
    ],
)
def test_spellings_and_later_names_are_aliases(key: str, alias: str) -> None:
    assert alias in titles(key, "ALIAS")


def test_all_98_municipalities_are_there_with_their_region() -> None:
    found = [t for t in reference().things if t.label == "Municipality"]
    assert len(found) == 98
    assert {t.properties["region"] for t in found} == {
        "Hovedstaden",
        "Sjælland",
        "Syddanmark",
        "Midtjylland",
        "Nordjylland",
    }
    assert titles("municipality:0751", "OFFICIAL") == {"Aarhus"}


def test_every_system_has_its_integrations_with_their_protocols() -> None:
    integrated = {
        (t.properties["name"], thing(arrow.target).properties["name"], arrow.protocol)
        for t in reference().things
        for arrow in t.arrows
        if arrow.type == "INTEGRATES"
    }
    assert integrated == {
        ("Ydelsesrefusion (YR)", "SF1590_A Finans", "SFTP"),
        ("KSD", "SF1590_A Finans_v2.1", "SFTP"),
        ("KSD", "SF1590_B Debitor_v2", "Webservice"),
        ("KSD", "SF1590_C Udbetaling", "SFTP og webservice"),
    }


@pytest.mark.parametrize(
    ("system", "uses"),
    [
        ("ØiR finans", {"ERP-system", "omsætningstabel"}),
        ("ØiR debitor", {"ERP-system", "omsætningstabel"}),
        ("DUBU release 3.4", {"STS Organisation", "Fordelingskomponenten", "Sags- og Dokumentindeks"}),
        ("SAPA Overblik", {"Serviceplatformen"}),
        ("KY", set()),
        ("Serviceplatformen", set()),
        ("STS Administrationsmodul", set()),
    ],
)
def test_every_system_is_there_with_what_it_uses(system: str, uses: set[str]) -> None:
    (found,) = (t for t in reference().things if t.label == "ItSystem" and t.properties["name"] == system)
    assert {thing(key).properties["name"] for key in targets(found, "USES")} == uses


def test_the_function_mailboxes_are_there() -> None:
    found = {value for t in reference().things if t.label == "Mailbox" for value in t.properties["contactValues"]}  # type: ignore[union-attr]
    assert found == {
        *("implementering@kombit.dk", "dubu@kombit.dk", "kdi@kombit.dk"),
        *("helpdesk@serviceplatformen.dk", "70 11 15 39"),
    }


OIR, YR, DUBU, BREAK = (
    "Basisimplementering af ØiR",
    "Ydelsesrefusion (KLIK/YR)",
    "DUBU release 3.4",
    "Monopolbrudsprogrammet",
)
KICK_OFF = "Afhold kick-off med tovholder på basisimplementeringen fra bogførings-/opkrævningsfunktion"
MAPPING = "Mapning af YR sortiment og kommunens kontoplan i bogføringssystemets omsætningstabel"
MANDATORY, RECOMMENDED, MARCH = "MANDATORY", "RECOMMENDED", "2020-03-04"
Numbers = tuple[int, int, int]
Task = tuple[str, str | None, str, str | None, str | None, str | None, Numbers | None]
TASKS: list[Task] = [
    # project, number, title, obligation, published, due, progress (done, started, not)
    (OIR, "00", KICK_OFF, None, None, "2019-12-12", (49, 15, 34)),
    (
        OIR,
        "01",
        "Oplys ØiR-kontaktpersoner og ØiR funktionspostkasse til KOMBIT",
        None,
        None,
        "2019-12-12",
        (55, 8, 35),
    ),
    (OIR, "02", "Organiser jer i relation til ØiR", None, None, "2020-01-15", (15, 17, 66)),
    (YR, None, MAPPING, None, None, "2020-01-10", None),
    (YR, None, "Nul-sums-posteringstest", None, None, None, None),
    (
        DUBU,
        None,
        "REL 3.4 STS organisation – beslut om DUBU skal anvendes STS org",
        RECOMMENDED,
        "2019-12-09",
        None,
        None,
    ),
    (DUBU, None, "REL 3.4 Tag STS org i brug", RECOMMENDED, "2019-12-09", None, None),
    (
        DUBU,
        "01",
        "REL 3.4 Fordelingskomponenten 01 – Konfigurer fordelingsregler",
        MANDATORY,
        "2019-12-17",
        MARCH,
        None,
    ),
    (
        *(DUBU, "02", "REL 3.4 Fordelingskomponenten 02 – Forbered DUBU til fordelingskomponent"),
        *(MANDATORY, "2019-12-17", MARCH, None),
    ),
    (DUBU, "03", "REL 3.4 Fordelingskomponenten 03 – Verificer fordelingsregler", MANDATORY, "2019-12-17", MARCH, None),
    (DUBU, None, "REL 3.4 Kommuniker om Sags- og Dokumentindeks", MANDATORY, "2019-12-16", MARCH, None),
    (BREAK, None, "Kvalitetstjek og ajourfør brugertyper", None, None, None, None),
    (BREAK, None, "Etabler brugeradministration på KLIK", None, None, None, None),
]


@pytest.mark.parametrize("row", TASKS, ids=[row[2][:40] for row in TASKS])
def test_every_task_has_its_terms(row: Task) -> None:
    project, number, title, obligation, published, due, progress = row
    (terms,) = (r for r in records("Terms") if r.properties["title"] == title)
    task = thing(target(terms, "OF"))
    assert thing(target(task, "PART_OF")).properties["name"] == project
    assert task.properties.get("number") == number
    assert [terms.properties.get(field) for field in ("obligation", "published", "due")] == [obligation, published, due]
    totals = reference().totals.get(task.key)
    assert (totals and totals[1:]) == progress
    assert totals is None or (totals.on, sum(totals[1:])) == ("2019-12-16", 98)


def test_no_task_more_than_the_material_has() -> None:
    assert len(records("Terms")) == len(TASKS) == sum(t.label == "Task" for t in reference().things)


def test_tasks_stand_from_their_publication_or_their_projects_start() -> None:
    starts = {target(r, "OF"): (r.valid_from, r.valid_to) for r in records("Terms")}
    assert starts["task:oir-basis-01"] == ("2019-11-12", OPEN_DATE)
    assert starts["task:yr-mapning"] == ("2019-12-16", OPEN_DATE)
    assert starts["task:dubu-34-fordeling-01"] == ("2019-12-17", OPEN_DATE)
    assert starts["task:monopolbrud-brugertyper"] == ("2019-11-01", "2020-01-01")


def test_withdrawn_tasks_say_that_the_day_is_ours() -> None:
    withdrawn = {str(r.properties["note"]) for r in records("Terms") if r.valid_to == "2020-01-01"}
    assert withdrawn == {"Withdrawn early January 2020 (primo januar 2020); the day is not given, 2020-01-01 is ours."}


NAMED, READ = False, True
R, I = "RESPONSIBLE", "INVOLVED"  # noqa: E741


def test_tasks_address_the_roles_that_they_name_and_those_that_we_read_into_them() -> None:
    found = {
        (target(r, "BY"), target(r, "TO"), r.properties["kind"], r.properties["inferred"])
        for r in records("Addressing")
    }
    assert found == {
        ("task:oir-basis-00", "role:tovholder-basisimplementering", R, NAMED),
        ("task:oir-basis-00", role(OWNER_FINANCE), I, READ),
        ("task:oir-basis-00", role(OWNER_COLLECTION), I, READ),
        ("task:oir-basis-01", "role:oir-finans-kontaktperson", R, NAMED),
        ("task:oir-basis-01", "role:oir-debitor-kontaktperson", R, NAMED),
        ("task:oir-basis-01", "role:oir-funktionspostkasse", I, NAMED),
        ("task:oir-basis-02", role(OWNER_FINANCE), R, READ),
        ("task:oir-basis-02", role(OWNER_COLLECTION), R, READ),
        ("task:oir-basis-02", role(MANAGER_FINANCE), I, READ),
        ("task:oir-basis-02", role(MANAGER_COLLECTION), I, READ),
        ("task:oir-basis-02", "role:oir-finans-administrator", I, READ),
        ("task:oir-basis-02", "role:oir-debitor-administrator", I, READ),
        ("task:yr-mapning", "role:oir-finans-administrator", R, READ),
        ("task:yr-mapning", role(MANAGER_FINANCE), I, READ),
    }


def test_the_zero_sum_test_is_an_activity_that_requires_the_mapping() -> None:
    assert thing("task:yr-nulsum").properties["isActivity"] is True
    assert {(target(r, "BY"), target(r, "ON")) for r in records("Requirement")} == {
        ("task:yr-nulsum", "task:yr-mapning")
    }


def test_the_groups_of_dubu_concern_their_systems() -> None:
    concerned = {t.key: targets(t, "CONCERNS") for t in reference().things if "dubu" in t.key and t.label == "Task"}
    assert concerned == {
        "task:dubu-34-sts-beslut": {"itSystem:sts-organisation"},
        "task:dubu-34-sts-brug": {"itSystem:sts-organisation"},
        "task:dubu-34-fordeling-01": {"itSystem:fordelingskomponenten"},
        "task:dubu-34-fordeling-02": {"itSystem:fordelingskomponenten"},
        "task:dubu-34-fordeling-03": {"itSystem:fordelingskomponenten"},
        "task:dubu-34-sags-dokumentindeks": {"itSystem:sags-og-dokumentindeks"},
    }


def test_the_example_agreement_has_all_its_fields() -> None:
    (agreement,) = records("Agreement")
    assert {arrow.type: arrow.target for arrow in agreement.arrows} == {
        "FOR": "itSystem:sapa-overblik",
        "GIVES": "service:persondatasamlethent-v1-0",
        "IN": "municipality:0173",
    }
    assert (agreement.valid_from, agreement.valid_to) == ("2019-07-23", "2021-02-01")
    assert dict(agreement.properties) == {
        "name": "CprHistorik v1",
        "folded": "cprhistorik v1",
        "reason": "Til test af Cprhistorikservice på intern testmiljø",
        "comment": "Godkendt til test",
        "dataLimit": "dummy",
        "receiver": "Lyngby-Taarbæk",
        "approvedBy": "KOMBIT",
        "approvedAt": "2019-07-29T09:33:54.000000Z",
    }
    service = thing("service:persondatasamlethent-v1-0")
    assert [service.properties[f] for f in ("name", "version", "type", "provider")] == [
        *("PersondataSamletHent", "v1.0", "Fælleskommunal Service", "Serviceplatformen")
    ]


def test_all_meetings_are_there() -> None:
    met = {
        (t.properties["date"], t.properties.get("starts"), t.properties.get("ends"))
        for t in reference().things
        if t.label == "Meeting" and "role:infrastrukturansvarlig" in targets(t, "FOR")
    }
    assert met == {
        *(("2019-12-16", "10.00", "11.00"), ("2019-12-17", "10.00", "11.00")),
        *(("2020-01-30", "10.00", "11.30"), ("2020-01-31", "12.00", "13.30")),
        *(("2020-02-26", "10.00", "11.30"), ("2020-02-27", "10.00", "11.30")),
        *(("2020-03-30", "10.00", "11.30"), ("2020-03-31", "13.00", "14.30")),
        *(("2020-04-29", "10.00", "11.30"), ("2020-04-30", "10.00", "11.30")),
        *(("2020-05-25", "10.00", "11.30"), ("2020-05-26", "13.00", "14.30")),
        *(("2020-06-25", "10.00", "11.30"), ("2020-06-26", "11.00", "12.30")),
    }
    others = {
        (t.properties["date"], t.properties.get("place"))
        for t in reference().things
        if t.label == "Meeting" and not targets(t, "FOR")
    }
    assert others == {("2020-06-16", "Middelfart")}
    assert thing("meeting:yr-kick-off-2020-01-29").properties["date"] == "2020-01-29"
    assert thing("meeting:oir-webinar-2019-11-12").properties["date"] == "2019-11-12"


def test_names_hold_from_before_all_other_data() -> None:
    assert {r.valid_from for r in records("Name")} == {"2019-01-01"}
