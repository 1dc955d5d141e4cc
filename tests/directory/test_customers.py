"""A vendor's customers, page by page, and how far they are with the tasks."""

from __future__ import annotations

from typing import Any

import pytest

from graph.driver import Database
from tests.directory.conftest import AskAs, facts
from tests.directory.test_wall import customers

DAY = "2026-12-01"


async def test_pages_join_to_the_whole_and_say_where_they_stand(ask: AskAs, seeded: Database) -> None:
    mine = await customers(seeded, "eg", DAY)
    query = """query ($first: Int!, $after: String) { customers(first: $first, after: $after) {
      totalCount nodes { municipality { code } } edges { cursor node { municipality { code } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    found: list[str] = []
    after = None
    while True:
        page = (await ask("eg", query, {"first": 7, "after": after})).data["customers"]
        codes = [one["municipality"]["code"] for one in page["nodes"]]
        assert codes == [edge["node"]["municipality"]["code"] for edge in page["edges"]]
        info = page["pageInfo"]
        assert page["totalCount"] == len(mine)
        assert info["hasPreviousPage"] is (after is not None)
        assert (info["startCursor"], info["endCursor"]) == (page["edges"][0]["cursor"], page["edges"][-1]["cursor"])
        found += codes
        after = info["endCursor"]
        if not info["hasNextPage"]:
            break
    assert found == mine
    whole = (await ask("eg", query, {"first": len(mine)})).data["customers"]
    assert (len(whole["nodes"]), whole["pageInfo"]["hasNextPage"]) == (len(mine), False)


async def test_a_cursor_is_a_place_also_when_its_customer_is_gone(ask: AskAs, seeded: Database) -> None:
    query = "query ($after: String) { customers(first: 100, after: $after) { nodes { municipality { code } } pageInfo { endCursor } } }"
    end = (await ask("kmd", query)).data["customers"]["pageInfo"]["endCursor"]
    of_others = (await ask("eg", query)).data["customers"]
    rest = (await ask("kmd", query, {"after": of_others["pageInfo"]["endCursor"]})).data["customers"]["nodes"]
    mine = await customers(seeded, "kmd", DAY)
    last = of_others["nodes"][-1]["municipality"]["code"]
    assert [one["municipality"]["code"] for one in rest] == [code for code in mine if code > last]
    assert (await ask("kmd", query, {"after": end})).data["customers"]["nodes"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "field"),
    [
        ("first: 0", "BAD_PAGE_SIZE", "first"),
        ("first: 101", "BAD_PAGE_SIZE", "first"),
        ('after: "x"', "BAD_CURSOR", "after"),
        ("roles: []", "EMPTY_LIST", "roles"),
    ],
)
async def test_pages_have_the_gallery_s_rules(ask: AskAs, arguments: str, code: str, field: str) -> None:
    answer = await ask("kmd", f"{{ customers({arguments}) {{ totalCount }} }}", errors=True, statements=0)
    assert (answer.error["code"], answer.error["field"]) == (code, field)


async def test_a_cursor_of_another_connection_is_refused(ask: AskAs) -> None:
    cursor = (await ask("kmd", "{ tasks(first: 1) { pageInfo { endCursor } } }")).data["tasks"]["pageInfo"]["endCursor"]
    query = "query ($after: String) { customers(after: $after) { totalCount } }"
    assert (await ask("kmd", query, {"after": cursor}, errors=True, statements=0)).error["code"] == "BAD_CURSOR"


async def test_a_role_that_is_not_for_vendors_is_no_role_of_a_list(ask: AskAs) -> None:
    query = '{ customers(roles: ["oir-finans-kontaktperson", "yr-kontaktperson"]) { nodes { contacts { name } } } }'
    answer = await ask("kmd", query, errors=True)
    assert (answer.error["code"], answer.error["field"]) == ("UNKNOWN_ROLE", "roles")


async def test_by_domain_and_with_the_contacts_that_contacts_gives(ask: AskAs, seeded: Database) -> None:
    told = "role { code } outcome answeredBy { code } mailbox name email phone since until next { from name } lastConfirmed da steps { da }"
    below = f"municipality {{ code }} uses {{ domain system {{ code }} }} contacts {{ {told} }}"
    query = f"{{ customers(first: 100, domain: DEBITOR) {{ nodes {{ {below} }} }} }}"
    nodes = (await ask("fujitsu", query)).data["customers"]["nodes"]
    used = await facts(
        seeded,
        "MATCH (m)<-[:BY]-(u:Usage {domain: 'DEBITOR'})-[:OF]->(:ErpSystem {code: 'prisme'})"
        " WHERE u.validFrom <= '2026-12-01' AND '2026-12-01' < u.validTo RETURN m.code ORDER BY m.code",
    )
    assert [(one["municipality"]["code"],) for one in nodes] == used
    assert all({"domain": "DEBITOR", "system": {"code": "prisme"}} in one["uses"] for one in nodes)
    assert {use["system"]["code"] for one in nodes for use in one["uses"]} == {"prisme"}
    roles = [one["code"] for one in (await ask("fujitsu", "{ roles { code } }")).data["roles"]]
    alone = f"query ($role: String, $code: String!) {{ contacts(role: $role, municipality: $code) {{ {told} }} }}"
    for one in nodes[:6]:
        assert [contact["role"]["code"] for contact in one["contacts"]] == roles
        for role, contact in zip(roles, one["contacts"], strict=True):
            found = await ask("fujitsu", alone, {"role": role, "code": one["municipality"]["code"]})
            assert found.data["contacts"] == [contact]


async def test_the_roles_are_those_for_vendors(ask: AskAs, seeded: Database) -> None:
    found = (await ask("eg", "{ roles { id code title en domain } }")).data["roles"]
    rows = await facts(seeded, "MATCH (r:Role) WHERE r.domain STARTS WITH 'OIR' RETURN r.code ORDER BY r.order")
    assert [(one["code"],) for one in found] == rows
    assert len(rows) == 10


async def test_progress_is_that_of_the_vendor_s_own_customers(ask: AskAs, seeded: Database) -> None:
    mine = await customers(seeded, "kmd", DAY, "2019-12-16")
    query = """{ tasks(at: "2019-12-16") { totalCount nodes { id number title project obligation due overdue roles { code }
      progress { done started notStarted unreported customers { municipality { code } state } } } } }"""
    page = (await ask("kmd", query)).data["tasks"]
    assert [one["id"] for one in page["nodes"]] == [
        *("task:oir-basis-00", "task:oir-basis-01", "task:yr-mapning", "task:oir-basis-02")
    ]
    assert page["totalCount"] == 4
    first = page["nodes"][0]
    assert [first[name] for name in ("number", "project", "obligation", "due", "overdue")] == [
        *("00", "Basisimplementering af ØiR", None, "2019-12-12", True)
    ]
    assert [role["code"] for role in first["roles"]] == [
        *("tovholder-basisimplementering", "systemejer-bogfoering", "systemejer-opkraevning")
    ]
    for one in page["nodes"]:
        states: dict[Any, Any] = dict(
            await facts(
                seeded,
                "MATCH (p:Progress)-[:ON]->({key: $p.task}), (p)-[:IN]->(m) WHERE p.validFrom <= '2019-12-16' AND '2019-12-16' < p.validTo"
                " RETURN m.code, p.state",
                task=one["id"],
            )
        )
        progress = one["progress"]
        assert [(c["municipality"]["code"], c["state"]) for c in progress["customers"]] == [
            (code, states.get(code)) for code in mine
        ]
        counted = [[states.get(code) for code in mine].count(s) for s in ("DONE", "STARTED", "NOT_STARTED", None)]
        assert [progress[name] for name in ("done", "started", "notStarted", "unreported")] == counted


async def test_tasks_come_in_pages_by_their_last_day(ask: AskAs) -> None:
    query = """query ($first: Int!, $after: String) { tasks(first: $first, after: $after) {
      nodes { id due roles { domain } } pageInfo { hasNextPage endCursor } } }"""
    whole = (await ask("kmd", query, {"first": 100})).data["tasks"]["nodes"]
    assert [one["due"] or "9" for one in whole] == sorted(one["due"] or "9" for one in whole)
    assert {role["domain"] for one in whole for role in one["roles"]} <= {"OIR", "OIR_FINANS", "OIR_DEBITOR"}
    found, after = [], None
    for _ in range(len(whole)):
        page = (await ask("kmd", query, {"first": 2, "after": after})).data["tasks"]
        found += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == whole
