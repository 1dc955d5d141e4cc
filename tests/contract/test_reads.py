"""Things by every name, by id, at a date and as known then; and the fields in which municipality, person, role and task meet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from graph.driver import Database, Statement
from graph.model import Arrow, Record
from graph.shape import OPEN_SEQ
from tests.contract.conftest import Ask
from tests.contract.planting import Garden

DAY = "2026-12-01"

# --- names --------------------------------------------------------------------------------------------------------------

NAMES: dict[str, dict[str, list[str]]] = {
    "role": {
        "role:oir-finans-administrator": [
            "role:oir-finans-administrator",
            "oir-finans-administrator",
            "ØiR finans administrator",
            "øir FINANS administrator",
            "oeir finans administrator",
        ],
    },
    "municipality": {
        "municipality:0751": ["municipality:0751", "0751", "Aarhus", "århus", "Aarhus Kommune", " Aarhus "],
        "municipality:0101": ["0101", "København", "koebenhavn", "Københavns Kommune"],
    },
    "person": {"person:db2657383a5b7dcd": ["person:db2657383a5b7dcd"]},
    "mailbox": {"mailbox:implementering-kombit": ["mailbox:implementering-kombit", "implementering@kombit.dk"]},
    "vendor": {"vendor:kmd": ["vendor:kmd", "kmd", "KMD"]},
    "erpSystem": {"erpSystem:oes-indsigt": ["erpSystem:oes-indsigt", "oes-indsigt", "ØS Indsigt", "ØS-Indsigt"]},
    "itSystem": {"itSystem:oir": ["itSystem:oir", "oir", "ØiR", "FK-ØKO"]},
    "project": {"project:dubu-3-4": ["project:dubu-3-4", "dubu-3-4", "DUBU release 3.4"]},
    "task": {
        "task:oir-basis-02": ["task:oir-basis-02", "oir-basis-02", "Organiser jer i relation til ØiR"],
        "task:monopolbrud-brugertyper": ["Kvalitetstjek og ajourfør brugertyper"],
    },
}


@pytest.mark.parametrize("field", NAMES)
async def test_a_thing_is_found_by_whatever_it_is_called(field: str, ask: Ask) -> None:
    query = f"query ($name: String!) {{ {field}(name: $name) {{ __typename id }} }}"
    for key, names in NAMES[field].items():
        for name in names:
            found = (await ask(query, {"name": name})).data[field]
            assert found == {"__typename": field[0].upper() + field[1:], "id": key}, name


async def test_a_former_title_still_finds_the_thing_and_the_title_is_that_of_the_day(ask: Ask, garden: Garden) -> None:
    former = ("2010-01-01", "2018-01-01")
    title = {"title": "Gammelt navn", "folded": "gammelt navn"}
    role, task = Arrow("NAMES", "role:yr-kontaktperson"), Arrow("OF", "task:yr-nulsum")
    await garden.plant(
        records=[
            Record("Name", "name:former", *former, {**title, "kind": "OFFICIAL"}, (role,)),
            Record("Terms", "terms:former", *former, title, (task,)),
        ]
    )
    query = """query ($at: Date) { role(name: "Gammelt Navn", at: $at) { code title }
      task(name: "gammelt navn", at: $at) { code title stands }
      responsibility(role: "Gammelt navn", municipality: "Århus", at: $at) { title asked { roleMeant municipalityMeant } } }"""
    then = (await ask(query, {"at": "2012-01-01"})).data
    assert then["role"] == {"code": "yr-kontaktperson", "title": "Gammelt navn"}
    assert then["task"] == {"code": "yr-nulsum", "title": "Gammelt navn", "stands": True}
    now = (await ask(query, {"at": DAY})).data
    assert now["role"] == {"code": "yr-kontaktperson", "title": "YR kontaktperson"}
    assert now["task"] == {"code": "yr-nulsum", "title": "Nul-sums-posteringstest", "stands": True}
    asked = {"roleMeant": "Gammelt navn", "municipalityMeant": "Aarhus"}
    assert now["responsibility"] == [{"title": "YR kontaktperson", "asked": asked}]


# --- Relay's node and nodes ---------------------------------------------------------------------------------------------


async def test_anything_with_an_id_is_a_node(ask: Ask, seeded: Database) -> None:
    text = f"""MATCH (n) WHERE n.key IS NOT NULL AND NOT n:Counter|Change|Look|Shown|Erased AND NOT n:Integration AND NOT n:Definition
      AND NOT n:Terms AND NOT n:Requirement AND NOT n:Confirmation AND coalesce(n.toSeq, {OPEN_SEQ}) = {OPEN_SEQ}
      WITH labels(n)[0] AS label, min(n.key) AS key RETURN label, key ORDER BY label"""
    rows = await seeded.read(Statement("test", text))
    ids = [row["key"] for row in rows]
    found = (await ask("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", {"ids": ids})).data["nodes"]
    assert found == [{"__typename": row["label"], "id": row["key"]} for row in rows]


async def test_nodes_come_in_the_order_asked_twice_if_asked_twice_null_where_nothing_is(ask: Ask) -> None:
    query = """{ nodes(ids: ["role:kombit-programleder", "person:nobody", "municipality:0751", "role:kombit-programleder"]) {
      id } none: node(id: "task:none") { id } of: nodes(ids: []) { id } }"""
    role, place = {"id": "role:kombit-programleder"}, {"id": "municipality:0751"}
    assert (await ask(query)).data == {"nodes": [role, None, place, role], "none": None, "of": []}


# --- the clock ----------------------------------------------------------------------------------------------------------


async def test_two_root_fields_with_two_dates_compare_two_days(ask: Ask) -> None:
    query = """{ then: municipality(name: "0751", at: "2020-01-01") { assignments { id validFrom validTo } }
      now: municipality(name: "0751", at: "2026-12-01") { assignments { id validFrom validTo } } }"""
    data = (await ask(query)).data
    for name, day in (("then", "2020-01-01"), ("now", DAY)):
        rows = data[name]["assignments"]
        assert rows
        assert all(row["validFrom"] <= day < (row["validTo"] or "9999") for row in rows)
    assert {row["id"] for row in data["then"]["assignments"]} != {row["id"] for row in data["now"]["assignments"]}


async def test_the_date_is_today_in_denmark_if_unset(ask: Ask) -> None:
    late = datetime(2019, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight of the new year in Copenhagen
    query = '{ task(name: "monopolbrud-brugertyper") { stands } coverage(roles: ["yr-kontaktperson"], municipality: "0751") { at } }'
    data = (await ask(query, now=late)).data
    assert data == {"task": {"stands": False}, "coverage": {"at": "2020-01-01"}}


async def test_a_correction_is_known_from_its_instant_on(ask: Ask, seeded: Database) -> None:
    """An assignment whose first report had the wrong date: the old answer before the correction, the new one after it."""
    text = f"""MATCH (c:Change {{operation: 'correct'}})-[:RECORDED]->(new:Assignment), (old:Assignment {{key: new.key}})
      WHERE old.toSeq = new.fromSeq AND new.toSeq = {OPEN_SEQ} AND old.validFrom < new.validFrom AND c.at > '2021'
      RETURN c.at AS at, new.key AS key, new.slot AS slot, old.validFrom AS was, new.validFrom AS right ORDER BY c.seq LIMIT 1"""
    (row,) = await seeded.read(Statement("test", text))
    query = """query ($id: ID!, $known: DateTime, $at: Date) {
      old: node(id: $id, knownAt: $known) { seq ... on Assignment { validFrom } }
      new: node(id: $id) { seq ... on Assignment { validFrom } }
      held: assignments(filter: {municipality: "CODE", role: "ROLE"}, at: $at, knownAt: $known) { nodes { id } }
      free: assignments(filter: {municipality: "CODE", role: "ROLE"}, at: $at) { nodes { id } } }"""
    code, _, role = row["slot"].partition("|")
    query = query.replace("CODE", code).replace("ROLE", role)
    before = (datetime.fromisoformat(row["at"]) - timedelta(microseconds=1)).isoformat()
    data = (await ask(query, {"id": row["key"], "known": before, "at": row["was"]})).data
    assert (data["old"]["validFrom"], data["new"]["validFrom"]) == (row["was"], row["right"])
    assert data["old"]["seq"] < data["new"]["seq"]
    assert {"id": row["key"]} in data["held"]["nodes"]
    assert {"id": row["key"]} not in data["free"]["nodes"]
    exactly = (await ask(query, {"id": row["key"], "known": row["at"], "at": row["was"]})).data
    assert exactly["old"] == exactly["new"]


# --- where things meet --------------------------------------------------------------------------------------------------


async def facts(seeded: Database, text: str) -> list[tuple[Any, ...]]:
    """Give rows of a plain statement; V(f) holds where the fact f is valid on the day."""
    for name in "asuedpq":
        text = text.replace(
            f"V({name})", f"({name}.toSeq = {OPEN_SEQ} AND {name}.validFrom <= $p.day AND $p.day < {name}.validTo)"
        )
    return [tuple(row.values()) for row in await seeded.read(Statement("test", text, {"day": DAY}))]


async def test_a_municipality_shows_every_role_held_or_not_and_its_erp_systems_by_domain(
    ask: Ask, seeded: Database
) -> None:
    query = """{ municipality(name: "0751", at: "2026-12-01") {
      roles { role { id } assignments { id } standIns { id } translation { id } intendedVacancy { id reason } lastConfirmed }
      erpSystems { domain erpSystem { id vendor { id } } } assignments { id } } }"""
    found = (await ask(query)).data["municipality"]
    assert len(found["roles"]) == 14
    listed = {(one["role"]["id"], held["id"]) for one in found["roles"] for held in one["assignments"]}
    held = "MATCH (a:Assignment)-[:IN]->({code: '0751'}), (a)-[:OF]->(r) WHERE V(a) RETURN r.key, a.key"
    assert listed == set(await facts(seeded, held))
    assert sorted(one["id"] for one in found["assignments"]) == sorted(key for _, key in listed)
    standing = {one["id"] for row in found["roles"] for one in row["standIns"]}
    assert standing == {
        key for (key,) in await facts(seeded, "MATCH (s:StandIn)-[:IN]->({code: '0751'}) WHERE V(s) RETURN s.key")
    }
    confirmed = """MATCH (p:Confirmation)-[:IN]->({code: '0751'}), (p)-[:OF]->(r)
      WHERE p.validFrom <= $p.day AND EXISTS { (a:Assignment {slot: p.slot} WHERE V(a)) }
        AND NOT EXISTS { (a:Assignment {slot: p.slot} WHERE V(a) AND a.validFrom > p.validFrom) }
      RETURN r.key, max(p.validFrom)"""
    assert {(row["role"]["id"], row["lastConfirmed"]) for row in found["roles"] if row["lastConfirmed"]} == set(
        await facts(seeded, confirmed)
    )
    uses = """MATCH (u:Usage)-[:BY]->({code: '0751'}), (u)-[:OF]->(e)-[:SUPPLIED_BY]->(v) WHERE V(u)
      RETURN u.domain, e.key, v.key"""
    systems = [(one["domain"], one["erpSystem"]["id"], one["erpSystem"]["vendor"]["id"]) for one in found["erpSystems"]]
    assert set(systems) == set(await facts(seeded, uses))
    assert [domain for domain, _, _ in systems] == ["FINANS", "DEBITOR"]


async def test_a_municipality_s_tasks_are_those_that_stand_with_its_own_progress(ask: Ask, seeded: Database) -> None:
    query = """{ municipality(name: "0751", at: "2026-12-01") { tasks {
      task { id } state due overdue blockedBy { id } } } }"""
    found = (await ask(query)).data["municipality"]["tasks"]
    text = """MATCH (s:Terms)-[:OF]->(t:Task) WHERE V(s)
      RETURN t.key, s.due, head(COLLECT { MATCH (p:Progress {slot: '0751|' + t.key}) WHERE V(p) RETURN p.state })"""
    assert {(one["task"]["id"], one["due"], one["state"]) for one in found} == set(await facts(seeded, text))
    for one in found:
        assert one["overdue"] is (one["due"] is not None and one["due"] < DAY and one["state"] != "DONE")


async def test_a_person_shows_what_they_hold_and_the_tasks_that_it_brings(ask: Ask, seeded: Database) -> None:
    text = """MATCH (h:Person)<-[:HELD_BY]-(a:Assignment)-[:OF]->()<-[:TO]-(d:Addressing)-[:BY]->(t:Task)<-[:OF]-(s:Terms)
      WHERE V(a) AND V(d) AND V(s) RETURN h.key, count(*) AS many ORDER BY many DESC, h.key LIMIT 1"""
    ((key, many),) = await facts(seeded, text)
    query = """query ($id: String!) { person(name: $id, at: "2026-12-01") {
      roles { id role { id } } tasks { task { id } role { id } municipality { id } kind state due } standsInFor { id } } }"""
    found = (await ask(query, {"id": key})).data["person"]
    assert len(found["tasks"]) == many > 0
    assert {one["role"]["id"] for one in found["tasks"]} <= {one["role"]["id"] for one in found["roles"]}
    held = f"MATCH ({{key: '{key}'}})<-[:HELD_BY]-(a:Assignment) WHERE V(a) RETURN a.key"
    assert {(one["id"],) for one in found["roles"]} == set(await facts(seeded, held))


async def test_a_role_escalates_and_has_its_names(ask: Ask) -> None:
    query = """{ role(name: "ØiR finans administrator", at: "2026-12-01") {
      names { title kind } escalatesTo { code escalatesTo { code escalatesTo { code } } }
      escalation { from { code } to { code } inferred } mailboxRole { code } } }"""
    role = (await ask(query)).data["role"]
    assert {"title": "ØiR finans administrator", "kind": "OFFICIAL"} in role["names"]
    assert role["escalation"]["from"] == {"code": "oir-finans-administrator"}
    assert role["escalation"]["to"]["code"] == role["escalatesTo"]["code"]
    assert role["escalation"]["inferred"] is True
    assert role["mailboxRole"] == {"code": "oir-funktionspostkasse"}


async def test_a_task_is_blocked_until_what_it_requires_is_done_there(ask: Ask, seeded: Database) -> None:
    rows = await facts(
        seeded,
        "MATCH (m:Municipality) WHERE m.code > '' OPTIONAL MATCH (p:Progress {slot: m.code + '|task:demo-kontakter-2026'})"
        " WHERE V(p) RETURN m.code, p.state",
    )
    done = next(code for code, state in rows if state == "DONE")
    open_ = next((code for code, state in rows if state != "DONE"), None)
    ((waiting,),) = await facts(
        seeded,
        "MATCH (q:Requirement)-[:ON]->({key: 'task:demo-kontakter-2026'}), (q)-[:BY]->(t) WHERE V(q) RETURN t.key LIMIT 1",
    )
    query = (
        'query ($id: String!, $m: String) { task(name: $id, at: "2026-12-01") { blockedBy(municipality: $m) { id } } }'
    )
    required = {"id": "task:demo-kontakter-2026"}
    assert required not in (await ask(query, {"id": waiting, "m": done})).data["task"]["blockedBy"]
    if open_ is not None:
        assert required in (await ask(query, {"id": waiting, "m": open_})).data["task"]["blockedBy"]
        assert required in (await ask(query, {"id": waiting})).data["task"]["blockedBy"]
