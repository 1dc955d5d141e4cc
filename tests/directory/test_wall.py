"""The wall: a vendor and a municipality that is not its customer. As if it were not there, for every pair there is."""

from __future__ import annotations

import json

import pytest

from graph.driver import Database
from graph.model import Arrow, Record
from schema.directory.schema import engine
from tests.contract.explaining import Explain, explain, hits
from tests.contract.planting import Garden
from tests.directory.conftest import VENDORS, AskAs, facts

__all__ = ["explain"]
CONTACTS = """query ($municipality: String!, $at: Date) {
  contacts(role: "ØiR finans kontaktperson", municipality: $municipality, at: $at) {
    municipality { code } outcome mailbox name email phone others { name } since until next { name mailbox } lastConfirmed da en steps { da }
  } }"""
UNKNOWN = "9999"
EVERYTHING = """query ($at: Date) {
  customers(first: 100, at: $at) { totalCount nodes { municipality { code } uses { system { code } } contacts { municipality { code } } } }
  tasks(first: 1, at: $at) { nodes { progress { customers { municipality { code } } } } }
}"""
CUSTOMERS = """MATCH (:Vendor {key: $p.vendor})<-[:SUPPLIED_BY]-()<-[:OF]-(u:Usage)-[:BY]->(m:Municipality)
  WHERE u.toSeq = 9007199254740991 AND u.validFrom <= $p.day AND $p.day < u.validTo RETURN DISTINCT m.code ORDER BY m.code"""


async def customers(database: Database, code: str, *days: str) -> list[str]:
    """Tell a vendor's customers by a statement of the test's own: those that were so on each of the days."""
    found = [await facts(database, CUSTOMERS, vendor=f"vendor:{code}", day=day) for day in days]
    return sorted(set.intersection(*({row[0] for row in rows} for rows in found)))


@pytest.mark.parametrize("at", [None, "2020-06-01", "2028-06-01"])
@pytest.mark.parametrize("who", VENDORS)
async def test_every_municipality_is_a_customer_or_not_there(
    who: str, at: str | None, ask: AskAs, seeded: Database
) -> None:
    mine = await customers(seeded, who, "2026-12-01", at or "2026-12-01")
    everywhere = [row[0] for row in await facts(seeded, "MATCH (m:Municipality) WHERE m.code > '' RETURN m.code")]
    assert len(everywhere) == 98
    unknown = await ask(who, CONTACTS, {"municipality": UNKNOWN, "at": at}, errors=True)
    assert unknown.error["code"] == "UNKNOWN_MUNICIPALITY"
    refused = json.dumps([unknown.data, unknown.errors], ensure_ascii=False)
    for code in everywhere:
        answer = await ask(who, CONTACTS, {"municipality": code, "at": at}, errors=True)
        assert answer.statements[0].text == unknown.statements[0].text
        if code in mine:
            ((contact),) = answer.data["contacts"]
            assert (answer.errors, contact["municipality"]) == ([], {"code": code})
        else:
            said = json.dumps([answer.data, answer.errors], ensure_ascii=False)
            assert said == refused.replace(UNKNOWN, code)
    page = (await ask(who, EVERYTHING, {"at": at})).data
    assert [one["municipality"]["code"] for one in page["customers"]["nodes"]] == mine
    assert page["customers"]["totalCount"] == len(mine)
    assert {c["municipality"]["code"] for one in page["customers"]["nodes"] for c in one["contacts"]} == set(mine)
    for task in page["tasks"]["nodes"]:
        assert [one["municipality"]["code"] for one in task["progress"]["customers"]] == mine


async def test_by_name_spelling_or_id_a_municipality_that_is_no_customer_is_not_there_either(
    ask: AskAs, seeded: Database
) -> None:
    mine = await customers(seeded, "fujitsu", "2026-12-01")
    names = await facts(seeded, "MATCH (m:Municipality) WHERE m.code > '' RETURN m.code, m.name")
    for code, name in names:
        for asked in (name, f"municipality:{code}"):
            answer = await ask("fujitsu", CONTACTS, {"municipality": asked}, errors=True)
            assert [error["extensions"]["code"] for error in answer.errors] == (
                [] if code in mine else ["UNKNOWN_MUNICIPALITY"]
            )
            if answer.errors:
                suggested = answer.error["expected"]
                assert not [n for c, n in names if c not in mine and n in suggested.split(", ")]


@pytest.mark.parametrize("who", VENDORS)
@pytest.mark.parametrize("asked", ['role: "ØiR finans kontaktperson"', 'task: "demo-kontakter-2026"'])
async def test_a_municipality_that_is_no_customer_costs_what_one_costs_that_does_not_exist(
    who: str, asked: str, ask: AskAs, explain: Explain, seeded: Database
) -> None:
    query = f"query ($m: String!) {{ contacts({asked}, municipality: $m) {{ name mailbox steps {{ da }} until }} }}"

    async def cost_of(name: str) -> int:
        (statement,) = (await ask(who, query, {"m": name}, errors=True)).statements
        return hits(explain(statement, "PROFILE"))

    mine = await customers(seeded, who, "2026-12-01")
    names = dict(await facts(seeded, "MATCH (m:Municipality) WHERE m.code > '' RETURN m.code, m.name"))
    others = sorted(names.keys() - set(mine))[:5]
    for unknown, known in (
        (UNKNOWN, others),
        ("Ingensteds", [names[code] for code in others]),
        ("municipality:9999", [f"municipality:{code}" for code in others]),
    ):
        cost = await cost_of(unknown)
        assert cost > 10
        for one in known:
            assert await cost_of(one) == cost, one


async def test_a_change_of_erp_use_takes_effect_at_once(ask: AskAs, garden: Garden, seeded: Database) -> None:
    (code, *_) = await customers(seeded, "kmd", "2026-12-01")
    rows = await facts(
        seeded,
        "MATCH (u:Usage)-[:BY]->(:Municipality {code: $p.code}) WHERE u.toSeq = 9007199254740991 AND u.validTo > '2026-12-01'"
        " RETURN u.key, u.domain, u.validFrom",
        code=code,
    )
    kept = {domain for _, domain, _ in rows}
    assert kept == {"FINANS", "DEBITOR"}
    for who, there in (("kmd", True), ("eg", False)):
        assert bool((await ask(who, CONTACTS, {"municipality": code}, errors=True)).errors) is not there
    arrows = (Arrow("BY", f"municipality:{code}"), Arrow("OF", "erpSystem:oes-indsigt"))
    # The day before: whoever asks about it now is no customer's vendor today.
    used = [Record("Usage", key, since, "9999-12-31", {"domain": domain}, arrows) for key, domain, since in rows]
    await garden.plant(records=used)
    for who, there in (("kmd", False), ("eg", True)):
        assert bool((await ask(who, CONTACTS, {"municipality": code}, errors=True)).errors) is not there


async def test_both_today_and_the_date_asked_must_name_the_vendor(ask: AskAs, garden: Garden, seeded: Database) -> None:
    (code, *_) = await customers(seeded, "eg", "2026-12-01", "2020-06-01", "2028-06-01")
    old = await facts(
        seeded,
        "MATCH (u:Usage)-[:BY]->(:Municipality {code: $p.code}) WHERE u.toSeq = 9007199254740991 RETURN u.key",
        code=code,
    )

    def use(system: str, start: str, end: str) -> Record:
        arrows = (Arrow("BY", f"municipality:{code}"), Arrow("OF", f"erpSystem:{system}"))
        return Record("Usage", f"usage:wall-{system}", start, end, {"domain": "FINANS"}, arrows)

    await garden.plant(
        records=[use("oes-indsigt", "2019-01-01", "2026-12-01"), use("opus", "2026-12-01", "9999-12-31")],
        retracts=[key for (key,) in old],
    )
    for who, at, there in (
        ("eg", "2026-11-30", False),  # then, but not today
        ("eg", None, False),
        ("kmd", "2026-12-01", True),
        ("kmd", "2027-12-01", True),
        ("kmd", "2026-11-30", False),  # today, but not then
    ):
        answer = await ask(who, CONTACTS, {"municipality": code, "at": at}, errors=True)
        assert [error["extensions"]["code"] for error in answer.errors] == ([] if there else ["UNKNOWN_MUNICIPALITY"])
    listed = [
        code
        in [one["municipality"]["code"] for one in (await ask(who, EVERYTHING, {"at": at})).data["customers"]["nodes"]]
        for who, at in (("eg", "2026-11-30"), ("kmd", "2027-12-01"), ("kmd", "2026-11-30"))
    ]
    assert listed == [False, True, False]


def test_the_engine_is_the_directory_s() -> None:
    assert engine().name == "directory"
