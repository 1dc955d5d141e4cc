"""Every root connection: each filter by value and by null, every order, paging, totals; held against plain statements."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, get_named_type

from graph.driver import Database, Statement
from graph.model import Thing
from graph.shape import OPEN_SEQ
from schema.gallery.schema import core
from tests.contract.conftest import Ask
from tests.contract.planting import Garden

DAY = "2026-12-01"
ROLE, PLACE = "role:oir-finans-administrator", "municipality:0751"
HOLDER, STAND_IN = "person:3f320e2f157035d3", "person:9b091c78d7985e41"
"""Who holds a role on the day, and who stands in for them."""

THINGS = {
    "roles": "Role",
    "municipalities": "Municipality",
    "people": "Person",
    "mailboxes": "Mailbox",
    "vendors": "Vendor",
    "erpSystems": "ErpSystem",
    "itSystems": "ItSystem",
    "projects": "Project",
    "tasks": "Task",
    "assignments": "Assignment",
}
NO_NULL = "cannot be null"
FILTERS: dict[tuple[str, str], tuple[Any, str, str]] = {
    # (connection, filter): the value, what is true of `x` then, and what is true for null; V(f): the fact f is valid
    ("roles", "domain"): ("OIR_FINANS", "x.domain = 'OIR_FINANS'", NO_NULL),
    ("roles", "kind"): ("CONTACT", "x.kind = 'CONTACT'", NO_NULL),
    ("roles", "gallery"): (
        "1.4",
        "COUNT { (x)<-[:OF]-(d:Definition)-[:BY]->(:Gallery {version: '1.4'}) WHERE V(d) } > 0",
        "COUNT { (x)<-[:OF]-(d:Definition) WHERE V(d) } = 0",
    ),
    ("roles", "municipality"): (
        "Aarhus",
        f"COUNT {{ (x)<-[:OF]-(a:Assignment)-[:IN]->({{key: '{PLACE}'}}) WHERE V(a) }} > 0",
        "COUNT { (x)<-[:OF]-(a:Assignment) WHERE V(a) } = 0",
    ),
    ("roles", "task"): (
        "demo-aftaler-2026",
        "COUNT { (x)<-[:TO]-(d:Addressing)-[:BY]->({key: 'task:demo-aftaler-2026'}) WHERE V(d) } > 0",
        "COUNT { (x)<-[:TO]-(d:Addressing) WHERE V(d) } = 0",
    ),
    ("roles", "escalatesTo"): (
        "kombit-programleder",
        "COUNT { (x)<-[:FROM]-(e:Escalation)-[:TO]->({key: 'role:kombit-programleder'}) WHERE V(e) } > 0",
        "COUNT { (x)<-[:FROM]-(e:Escalation) WHERE V(e) } = 0",
    ),
    ("municipalities", "region"): ("Sjælland", "x.region = 'Sjælland'", NO_NULL),
    ("municipalities", "erpSystem"): (
        "Prisme",
        "COUNT { (x)<-[:BY]-(u:Usage)-[:OF]->({key: 'erpSystem:prisme'}) WHERE V(u) } > 0",
        "COUNT { (x)<-[:BY]-(u:Usage) WHERE V(u) } = 0",
    ),
    ("municipalities", "vendor"): (
        "Fujitsu",
        "COUNT { (x)<-[:BY]-(u:Usage)-[:OF]->()-[:SUPPLIED_BY]->({key: 'vendor:fujitsu'}) WHERE V(u) } > 0",
        "COUNT { (x)<-[:BY]-(u:Usage) WHERE V(u) } = 0",
    ),
    ("municipalities", "holdsRole"): (
        "ØiR finans administrator",
        f"COUNT {{ (x)<-[:IN]-(a:Assignment)-[:OF]->({{key: '{ROLE}'}}) WHERE V(a) }} > 0",
        "COUNT { (x)<-[:IN]-(a:Assignment) WHERE V(a) } = 0",
    ),
    ("municipalities", "lacksRole"): (
        "ØiR finans administrator",
        f"COUNT {{ (x)<-[:IN]-(a:Assignment)-[:OF]->({{key: '{ROLE}'}}) WHERE V(a) }} = 0",
        NO_NULL,
    ),
    ("people", "municipality"): (
        "Aarhus",
        f"COUNT {{ (x)-[:BELONGS_TO]->({{key: '{PLACE}'}}) }} > 0",
        "COUNT { (x)-[:BELONGS_TO]->() } = 0",
    ),
    ("people", "role"): (
        ROLE,
        f"COUNT {{ (x)<-[:HELD_BY]-(a:Assignment)-[:OF]->({{key: '{ROLE}'}}) WHERE V(a) }} > 0",
        "COUNT { (x)<-[:HELD_BY]-(a:Assignment) WHERE V(a) } = 0",
    ),
    ("people", "standsInFor"): (
        HOLDER,
        f"COUNT {{ (x)<-[:HELD_BY]-(s:StandIn)-[:FOR]->({{key: '{HOLDER}'}}) WHERE V(s) }} > 0",
        "COUNT { (x)<-[:HELD_BY]-(s:StandIn) WHERE V(s) } = 0",
    ),
    ("people", "unit"): ("Opkrævning", "x.unit = 'Opkrævning'", "x.unit IS NULL"),
    ("mailboxes", "municipality"): (
        "Aarhus",
        f"COUNT {{ (x)-[:BELONGS_TO]->({{key: '{PLACE}'}}) }} > 0",
        "COUNT { (x)-[:BELONGS_TO]->() } = 0",
    ),
    ("mailboxes", "role"): (
        "ØiR funktionspostkasse",
        "COUNT { (x)<-[:HELD_BY]-(a:Assignment)-[:OF]->({key: 'role:oir-funktionspostkasse'}) WHERE V(a) } > 0",
        "COUNT { (x)<-[:HELD_BY]-(a:Assignment) WHERE V(a) } = 0",
    ),
    ("vendors", "erpSystem"): ("OPUS", "x.key = 'vendor:kmd'", "COUNT { (x)<-[:SUPPLIED_BY]-() } = 0"),
    ("vendors", "municipality"): (
        "Aarhus",
        f"COUNT {{ (x)<-[:SUPPLIED_BY]-()<-[:OF]-(u:Usage)-[:BY]->({{key: '{PLACE}'}}) WHERE V(u) }} > 0",
        "COUNT { (x)<-[:SUPPLIED_BY]-()<-[:OF]-(u:Usage) WHERE V(u) } = 0",
    ),
    ("erpSystems", "vendor"): ("EG", "x.key = 'erpSystem:oes-indsigt'", NO_NULL),
    ("erpSystems", "municipality"): (
        "Aarhus",
        f"COUNT {{ (x)<-[:OF]-(u:Usage)-[:BY]->({{key: '{PLACE}'}}) WHERE V(u) }} > 0",
        "COUNT { (x)<-[:OF]-(u:Usage) WHERE V(u) } = 0",
    ),
    ("itSystems", "uses"): (
        "omsætningstabel",
        "COUNT { (x)-[:USES]->({key: 'itSystem:omsaetningstabel'}) } > 0",
        "COUNT { (x)-[:USES]->() } = 0",
    ),
    ("itSystems", "integration"): (
        "sf1590-a-finans",
        "COUNT { (x)-[:INTEGRATES]->({code: 'sf1590-a-finans'}) } > 0",
        "COUNT { (x)-[:INTEGRATES]->() } = 0",
    ),
    ("itSystems", "task"): (
        "oir-basis-00",
        "x.key IN ['itSystem:oir-finans', 'itSystem:oir-debitor']",
        "COUNT { (x)<-[:CONCERNS]-() } = 0",
    ),
    ("projects", "system"): ("YR", "x.key = 'project:klik-yr'", "COUNT { (x)-[:ABOUT]->() } = 0"),
    ("tasks", "project"): ("DUBU release 3.4", "x.code STARTS WITH 'dubu-34'", NO_NULL),
    ("tasks", "role"): (
        ROLE,
        f"COUNT {{ (x)<-[:BY]-(d:Addressing)-[:TO]->({{key: '{ROLE}'}}) WHERE V(d) }} > 0",
        "COUNT { (x)<-[:BY]-(d:Addressing) WHERE V(d) } = 0",
    ),
    ("tasks", "system"): (
        "Fordelingskomponenten",
        "x.code STARTS WITH 'dubu-34-fordeling'",
        "COUNT { (x)-[:CONCERNS]->() } = 0",
    ),
    ("tasks", "requires"): (
        "yr-mapning",
        "x.code = 'yr-nulsum'",
        "COUNT { (x)<-[:BY]-(q:Requirement) WHERE V(q) } = 0",
    ),
    ("tasks", "obligation"): (
        "MANDATORY",
        "COUNT { (x)<-[:OF]-(t:Terms {obligation: 'MANDATORY'}) WHERE V(t) } > 0",
        "COUNT { (x)<-[:OF]-(t:Terms) WHERE V(t) AND t.obligation IS NOT NULL } = 0",
    ),
    ("tasks", "stands"): (True, "COUNT { (x)<-[:OF]-(t:Terms) WHERE V(t) } > 0", NO_NULL),
    ("tasks", "dueBy"): (
        "2020-01-10",
        "COUNT { (x)<-[:OF]-(t:Terms) WHERE t.toSeq = $p.open AND t.due <= '2020-01-10' } > 0",
        "COUNT { (x)<-[:OF]-(t:Terms) WHERE t.toSeq = $p.open AND t.due IS NOT NULL } = 0",
    ),
    ("assignments", "role"): (ROLE, f"V(x) AND COUNT {{ (x)-[:OF]->({{key: '{ROLE}'}}) }} = 1", NO_NULL),
    ("assignments", "municipality"): ("Aarhus", "V(x) AND x.slot STARTS WITH '0751|'", NO_NULL),
    ("assignments", "region"): ("Sjælland", "V(x) AND COUNT { (x)-[:IN]->({region: 'Sjælland'}) } = 1", NO_NULL),
    ("assignments", "person"): (HOLDER, f"V(x) AND COUNT {{ (x)-[:HELD_BY]->({{key: '{HOLDER}'}}) }} = 1", NO_NULL),
    ("assignments", "mailbox"): (
        "mailbox:oir-0751",
        "V(x) AND COUNT { (x)-[:HELD_BY]->({key: 'mailbox:oir-0751'}) } = 1",
        NO_NULL,
    ),
    ("assignments", "standIn"): (
        STAND_IN,
        (
            f"V(x) AND COUNT {{ (s:StandIn {{slot: x.slot}})-[:HELD_BY]->({{key: '{STAND_IN}'}}), (s)-[:FOR]->()<-[:HELD_BY]-(x)"
            " WHERE V(s) } > 0"
        ),
        "V(x) AND COUNT { (s:StandIn {slot: x.slot})-[:FOR]->()<-[:HELD_BY]-(x) WHERE V(s) } = 0",
    ),
    ("assignments", "endsBy"): (
        "2027-01-01",
        "V(x) AND x.validTo <= '2027-01-01'",
        "V(x) AND x.validTo = '9999-12-31'",
    ),
}


def root(connection: str) -> Any:
    query = core().query_type
    assert query is not None
    return query.fields[connection]


async def keys(seeded: Database, connection: str, condition: str) -> set[str]:
    """Give the keys of what is so, by a plain statement; of facts those that are valid."""
    label = THINGS[connection]
    where = condition if condition != "true" or label != "Assignment" else "V(x)"
    for name in "xadeustq":
        valid = f"({name}.toSeq = $p.open AND {name}.validFrom <= $p.at AND $p.at < {name}.validTo)"
        where = where.replace(f"V({name})", valid)
    text = f"MATCH (x:{label}) WHERE {where} RETURN x.key AS key"
    rows = await seeded.read(Statement("test", text, {"at": DAY, "open": OPEN_SEQ}))
    return {row["key"] for row in rows}


def test_every_connection_and_every_filter_is_here() -> None:
    query = core().query_type
    assert query is not None
    paged = {name for name, field in query.fields.items() if get_named_type(field.type).name.endswith("Connection")}
    assert set(THINGS) == paged - {"changes", "accessLog"}  # logs have tests of their own (tests/changes, tests/looks)
    declared = set()
    for connection in THINGS:
        kind = get_named_type(root(connection).args["filter"].type)
        assert isinstance(kind, GraphQLInputObjectType)
        declared |= {(connection, name) for name in kind.fields}
    assert set(FILTERS) == declared


async def everything(ask: Ask, connection: str, **arguments: Any) -> list[str]:
    """Page through a connection to its end and give all ids, in order."""
    kind = get_named_type(root(connection).args["filter"].type).name
    order = get_named_type(root(connection).args["orderBy"].type).name
    query = f"""query ($after: String, $filter: {kind}, $order: {order}) {{ found: {connection}(
      first: 100, after: $after, filter: $filter, orderBy: $order, at: "{DAY}") {{
      totalCount nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"""
    ids: list[str] = []
    after = None
    while True:
        page = (await ask(query, {"after": after, **arguments})).data["found"]
        ids += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            assert len(ids) == page["totalCount"]
            return ids
        after = page["pageInfo"]["endCursor"]


@pytest.mark.parametrize(("connection", "name"), FILTERS, ids=[f"{one}.{name}" for one, name in FILTERS])
async def test_a_filter_finds_what_it_says_and_null_what_has_none(
    connection: str, name: str, ask: Ask, seeded: Database
) -> None:
    value, some, none = FILTERS[connection, name]
    found = await everything(ask, connection, filter={name: value})
    assert len(found) == len(set(found))
    assert found, "a filter that finds nothing proves nothing: take another value"
    assert set(found) == await keys(seeded, connection, some)
    if none == NO_NULL:
        kind = get_named_type(root(connection).args["filter"].type).name
        query = f"query ($f: {kind}) {{ {connection}(filter: $f) {{ totalCount }} }}"
        refused = await ask(query, {"f": {name: None}}, statements=0, errors=True)
        assert refused.error["code"] == "BAD_FILTER"
    else:
        assert set(await everything(ask, connection, filter={name: None})) == await keys(seeded, connection, none)


@pytest.mark.parametrize("connection", THINGS)
async def test_an_unset_filter_does_not_care_and_all_pages_are_one_list(
    connection: str, ask: Ask, seeded: Database
) -> None:
    found = await everything(ask, connection)
    assert len(found) == len(set(found))
    assert set(found) == await keys(seeded, connection, "true")
    assert await everything(ask, connection, filter=None, order=None) == found


ORDERS = {
    ("roles", "GALLERY"): "x.order",
    ("roles", "CODE"): "x.code",
    ("municipalities", "CODE"): "x.code",
    ("municipalities", "NAME"): "x.folded",
    ("people", "NAME"): "x.name",
    ("mailboxes", "NAME"): "x.name",
    ("vendors", "NAME"): "x.folded",
    ("erpSystems", "NAME"): "x.folded",
    ("itSystems", "NAME"): "x.folded",
    ("projects", "NAME"): "x.folded",
    ("projects", "START"): "coalesce(x.start, '9999')",
    ("tasks", "CODE"): "x.code",
    ("tasks", "DUE"): "coalesce(head(COLLECT { MATCH (x)<-[:OF]-(t:Terms) WHERE t.toSeq = $p.open RETURN t.due"
    " ORDER BY t.validFrom <= $p.at AND $p.at < t.validTo DESC, t.validFrom > $p.at DESC,"
    " CASE WHEN t.validFrom > $p.at THEN t.validFrom ELSE '' END, t.validFrom DESC }), '9999-12-31')",
    ("assignments", "PLACE"): "x.slot",
    ("assignments", "SINCE"): "x.validFrom",
    ("assignments", "UNTIL"): "x.validTo",
}


def test_every_order_is_here() -> None:
    declared = set()
    for connection in THINGS:
        kind = get_named_type(root(connection).args["orderBy"].type)
        assert isinstance(kind, GraphQLEnumType)
        declared |= {(connection, name.removesuffix("_DESC")) for name in kind.values}
    assert set(ORDERS) == declared


@pytest.mark.parametrize(("connection", "order"), ORDERS, ids=[f"{one}.{order}" for one, order in ORDERS])
async def test_an_order_sorts_by_what_it_says_and_then_by_id(
    connection: str, order: str, ask: Ask, seeded: Database
) -> None:
    valid = "x.toSeq = $p.open AND x.validFrom <= $p.at AND $p.at < x.validTo"
    where = f" WHERE {valid}" if connection == "assignments" else ""
    text = f"MATCH (x:{THINGS[connection]}){where} RETURN {ORDERS[connection, order]} AS sort, x.key AS key"
    rows = await seeded.read(Statement("test", text, {"at": DAY, "open": OPEN_SEQ}))
    expected = sorted(rows, key=lambda row: (row["sort"], row["key"]))
    assert await everything(ask, connection, order=order) == [row["key"] for row in expected]
    kind = get_named_type(root(connection).args["orderBy"].type)
    if f"{order}_DESC" in kind.values:
        expected.sort(key=lambda row: row["key"])
        expected.sort(key=lambda row: row["sort"], reverse=True)
        assert await everything(ask, connection, order=f"{order}_DESC") == [row["key"] for row in expected]


PAGE = """query ($after: String) { municipalities(first: 2, after: $after, orderBy: NAME) {
  totalCount nodes { name } edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


async def test_a_page_tells_where_it_stands(ask: Ask) -> None:
    first = (await ask(PAGE)).data["municipalities"]
    assert first["pageInfo"]["hasNextPage"] is True
    assert first["pageInfo"]["hasPreviousPage"] is False
    assert first["pageInfo"]["startCursor"] == first["edges"][0]["cursor"]
    assert first["pageInfo"]["endCursor"] == first["edges"][1]["cursor"]
    assert [edge["node"] for edge in first["edges"]] == first["nodes"]
    second = (await ask(PAGE, {"after": first["edges"][0]["cursor"]})).data["municipalities"]
    assert second["pageInfo"]["hasPreviousPage"] is True
    assert second["nodes"][0] == first["nodes"][1]
    assert second["totalCount"] == first["totalCount"] == 98


async def test_the_last_page_says_so_and_after_it_there_is_nothing(ask: Ask) -> None:
    query = """query ($after: String) { vendors(first: 4, after: $after) {
      nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    page = (await ask(query)).data["vendors"]
    assert (len(page["nodes"]), page["pageInfo"]["hasNextPage"]) == (4, False)
    beyond = (await ask(query, {"after": page["pageInfo"]["endCursor"]})).data["vendors"]
    assert beyond == {
        "nodes": [],
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": True, "startCursor": None, "endCursor": None},
    }


async def test_pages_are_stable_when_something_is_inserted_between_them(ask: Ask, garden: Garden) -> None:
    before = (await ask(PAGE)).data["municipalities"]
    rest = (await ask(PAGE, {"after": before["pageInfo"]["endCursor"]})).data["municipalities"]
    first = {"code": "9700", "name": "AAA", "folded": "!aaa", "region": "Fyn"}
    await garden.plant(things=[Thing("Municipality", "municipality:9700", first)])
    again = (await ask(PAGE, {"after": before["pageInfo"]["endCursor"]})).data["municipalities"]
    assert again["nodes"] == rest["nodes"]
    assert again["totalCount"] == 99
    assert (await ask(PAGE)).data["municipalities"]["nodes"][0] == {"name": "AAA"}


async def test_connections_below_the_root_page_alike(ask: Ask) -> None:
    query = """query ($a: String, $b: String, $c: String, $d: String) {
      vendor(name: "KMD", at: "2026-12-01") { customers(first: 2, after: $a) { totalCount nodes { code } pageInfo { endCursor } } }
      erpSystem(name: "OPUS", at: "2026-12-01") { usedBy(first: 2, after: $b) { totalCount nodes { id } pageInfo { endCursor } } }
      municipality(name: "0751", at: "2026-12-01") { people(first: 2, after: $c) { totalCount nodes { id } pageInfo { endCursor } } }
      role(name: "yr-kontaktperson", at: "2026-12-01") {
        assignments(first: 2, after: $d) { totalCount nodes { id } pageInfo { endCursor } } } }"""
    variables: dict[str, str | None] = {}
    seen: dict[str, list[Any]] = {}
    for _ in range(3):
        data = (await ask(query, variables)).data
        pages = {name: next(iter(below.values())) for name, below in data.items()}
        for variable, (name, page) in zip("abcd", pages.items(), strict=True):
            assert page["totalCount"] > 6
            seen.setdefault(name, []).extend(str(node) for node in page["nodes"])
            variables[variable] = page["pageInfo"]["endCursor"]
    assert all(len(nodes) == len(set(nodes)) == 6 for nodes in seen.values())


async def test_a_total_is_counted_without_a_page_s_nodes(ask: Ask) -> None:
    answer = await ask('{ assignments(first: 1, at: "2026-12-01") { totalCount } }')
    assert answer.data["assignments"]["totalCount"] > 1000
