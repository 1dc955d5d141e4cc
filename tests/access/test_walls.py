"""Walls: what each municipality, each vendor and anybody sees of the others; held against the graph itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from graphql import get_named_type

from graph.driver import Database, Statement
from graph.shape import BY_NAME, label_of
from graph.templates import Frame, Scope
from resolvers.access import PREDICATES, ROWS, WITHIN
from resolvers.context import PUBLIC, Viewer
from resolvers.files import cypher
from resolvers.questions.search import SEARCH as SEARCH_READ
from schema.gallery.schema import core
from tests.access.conftest import AARHUS, COPENHAGEN, EVERYBODY, KOMBIT, VENDOR, As, municipality
from tests.changes.conftest import Change
from tests.contract.explaining import Explain, explain, hits

__all__ = ["explain"]
PEOPLE = """query ($after: String) { people(first: 100, after: $after) { totalCount pageInfo { hasNextPage endCursor }
  nodes { id jobTitle unit leftOn municipality { code } contactPoints { value visibility } } } }"""
Point = tuple[str, str, str]


async def codes(database: Database) -> list[str]:
    rows = await database.read(Statement("test", "MATCH (m:Municipality) RETURN m.code AS code ORDER BY code"))
    return [row["code"] for row in rows]


async def points(database: Database) -> set[tuple[str, Point]]:
    """Every contact point of a person: (municipality, (person, value, class))."""
    text = """MATCH (p:Person) OPTIONAL MATCH (p)-[:BELONGS_TO]->(m) UNWIND range(0, size(p.contactKinds) - 1) AS i
RETURN coalesce(m.code, '') AS code, p.key AS key, p.contactValues[i] AS value, p.contactClasses[i] AS class"""
    rows = await database.read(Statement("test", text))
    return {(row["code"], (row["key"], row["value"], row["class"])) for row in rows}


async def everybody(who: As, viewer: Viewer) -> list[Mapping[str, Any]]:
    """All people that a viewer sees, page by page."""
    found: list[Mapping[str, Any]] = []
    after = None
    while True:
        page = (await who.sees(viewer, PEOPLE, after=after))["people"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            assert len(found) == page["totalCount"]
            return found
        after = page["pageInfo"]["endCursor"]


async def test_each_municipality_sees_its_own_contact_points_and_of_every_other_what_is_for_authorities(
    who: As, seeded: Database
) -> None:
    known = await points(seeded)
    assert {one[1][2] for one in known} == {"PUBLIC", "VENDORS", "AUTHORITIES", "OWN_MUNICIPALITY"}
    for code in await codes(seeded):
        people = await everybody(who, municipality(code))
        seen = {(p["id"], c["value"], c["visibility"]) for p in people for c in p["contactPoints"]}
        assert seen == {point for where, point in known if point[2] != "OWN_MUNICIPALITY" or where == code}
        with_title = {(p["municipality"] or {}).get("code") for p in people if p["jobTitle"] or p["unit"]}
        assert with_title == {code}


@pytest.mark.parametrize("viewer", EVERYBODY.values(), ids=list(EVERYBODY))
async def test_contact_points_as_lists_are_those_that_are_seen_one_by_one(viewer: Viewer, seeded: Database) -> None:
    """Whom an answer reaches is read in a shorter way than a person's contact points."""
    frame = Frame(Scope("'2026-12-01'", "0", PREDICATES), {"h": "h"})
    text = "MATCH (h:Person|Mailbox) RETURN @contacts(h) AS points, @points(h) AS lists, h.contactClasses AS classes"
    rows = await seeded.read(Statement("test", frame.expand(text), {"viewer": viewer.parameters()}))
    assert {len(set(row["classes"])) for row in rows} >= {0, 1, 2}
    for row in rows:
        kinds, values = row["lists"]
        assert list(zip(kinds, values, strict=True)) == [(kind, value) for kind, value, _ in row["points"]]


async def test_who_has_left_is_known_to_all_authorities(who: As, change: Change) -> None:
    """It follows from what they do not hold any more, and whoever appoints them elsewhere is told."""
    made = await change(
        "addPerson", "... on PersonChanged { person { id } }", name="Demo Gunhild Fortsen", municipality="0101"
    )
    await change("leave", person=made["person"]["id"], on="2026-11-30")
    for viewer in (AARHUS, COPENHAGEN, KOMBIT):
        found = await who.sees(viewer, "query ($p: String!) { person(name: $p) { leftOn } }", p=made["person"]["id"])
        assert found == {"person": {"leftOn": "2026-11-30"}}


async def test_kombit_sees_everybody_but_not_what_is_for_the_own_municipality_alone(who: As, seeded: Database) -> None:
    people = await everybody(who, KOMBIT)
    seen = {(p["id"], c["value"], c["visibility"]) for p in people for c in p["contactPoints"]}
    assert seen == {point for _, point in await points(seeded) if point[2] != "OWN_MUNICIPALITY"}
    assert all(person["unit"] for person in people)


# --- what belongs to one municipality: reports, progress, agreements, changes ---------------------------------------------

OWN = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


@pytest.fixture
async def own_things(change: Change, seeded: Database, who: As) -> dict[str, str]:
    """A report, a progress and an agreement, by their ids: whose each is."""
    mine: dict[str, str] = {}
    for code in ("0751", "0101"):
        told = await change(
            "addPerson", "... on PersonChanged { person { id } }", name=f"Demo Person {code}", municipality=code
        )
        person = told["person"]["id"]
        await change("appoint", role="oir-finans-administrator", municipality=code, person=person)
        report = await change(
            "reportContact", "... on ReportChanged { report { id } }", role="oir-finans-administrator",
            municipality=code, person=person, comment="Demo: den er forkert",
        )  # fmt: skip
        mine[report["report"]["id"]] = code
    text = """MATCH (n:Progress|Agreement)-[:IN]->(m) WHERE n.toSeq = 9007199254740991 RETURN n.key AS key, m.code AS code"""
    rows = [(row["key"], row["code"]) for row in await seeded.read(Statement("test", text))]
    kept: dict[str, str] = {}
    for key, code in rows:
        if sum(one == code for one in kept.values()) < 1 or key.startswith("agreement:"):
            kept[key] = code
    return mine | kept


async def test_what_is_one_municipality_s_own_is_for_every_other_as_if_it_were_not_there(
    who: As, own_things: dict[str, str], seeded: Database
) -> None:
    labels = {key.partition(":")[0] for key in own_things}
    assert labels == {"report", "progress", "agreement"}
    ids = list(own_things)[:100]
    for code in await codes(seeded):
        nodes = (await who.sees(municipality(code), OWN, ids=ids))["nodes"]
        assert [node and node["id"] for node in nodes] == [key if own_things[key] == code else None for key in ids]
    assert None not in (await who.sees(KOMBIT, OWN, ids=ids))["nodes"]
    for viewer in (PUBLIC, VENDOR):
        assert set((await who.sees(viewer, OWN, ids=ids))["nodes"]) == {None}


async def test_what_may_not_be_seen_answers_as_what_is_not_there(who: As, own_things: dict[str, str]) -> None:
    """The same bytes, by the same statement."""
    hidden = next(key for key, code in own_things.items() if code == "0101" and key.startswith("report:"))
    seen = await who.asks(AARHUS, OWN, ids=[hidden])
    absent = await who.asks(AARHUS, OWN, ids=["report:0000000000000000"])
    assert (seen.data, seen.errors) == (absent.data, absent.errors) == ({"nodes": [None]}, [])
    assert seen.statements[0].text == absent.statements[0].text


@pytest.mark.parametrize("viewer", [PUBLIC, VENDOR], ids=["anybody", "vendor"])
async def test_people_and_who_holds_what_are_not_even_looked_for_without_the_right(
    who: As, viewer: Viewer, explain: Explain, seeded: Database
) -> None:
    """The same bytes, by the same statement, at the same cost."""
    alone = [label for label, rule in ROWS.items() if "@x" not in rule]
    assert {"Person", "Assignment", "StandIn"} <= set(alone)
    for label in alone:
        prefix = BY_NAME[label].prefix
        key = await seeded.value(Statement("test", f"MATCH (n:{label}) RETURN n.key LIMIT 1"))
        hidden, absent = [await who.asks(viewer, OWN, ids=[one]) for one in (key, f"{prefix}:0000000000000000")]
        assert (hidden.data, hidden.errors) == (absent.data, absent.errors) == ({"nodes": [None]}, [])
        (seen,), (none,) = hidden.statements, absent.statements
        assert seen.text == none.text
        assert hits(explain(seen, "PROFILE")) == hits(explain(none, "PROFILE")), label
    there = await who.asks(KOMBIT, OWN, ids=[key])
    assert [node["id"] for node in there.data["nodes"]] == [key]


async def test_what_is_others_own_costs_what_costs_an_id_that_nobody_has(
    who: As, own_things: dict[str, str], explain: Explain, seeded: Database
) -> None:
    """Of every label whose rule looks at the row; not of changes, of whose numbers everybody knows which there are."""
    assert set(WITHIN) == {label for label, rule in ROWS.items() if "@x" in rule} - {"Change"}
    named = [(AARHUS, key) for key, code in own_things.items() if code != "0751"]
    text = "MATCH (m:Mailbox) WHERE NOT 'PUBLIC' IN m.contactClasses RETURN m.key LIMIT 1"
    named += [(viewer, await seeded.value(Statement("test", text))) for viewer in (PUBLIC, VENDOR)]
    assert {label_of(key) for _, key in named} == set(WITHIN)
    for viewer, key in named:
        none = f"{key.partition(':')[0]}:0000000000000000"
        (hidden,), (absent,) = [(await who.asks(viewer, OWN, ids=[one])).statements for one in (key, none)]
        assert hidden.text == absent.text
        assert hits(explain(hidden, "PROFILE")) == hits(explain(absent, "PROFILE")), key


SEARCH = "query ($text: String!) { search(text: $text) { title } }"


def finding() -> str:
    """What the search reads to find, by itself: of what is an expression of a statement (`COLLECT`) a profile counts nothing."""
    template = cypher("search")
    opened, found = (template.partition(f"}} AS @{name}")[0].rpartition("COLLECT {")[2] for name in ("open", "matches"))
    opened = opened.replace("RETURN @o", "RETURN collect(@o) AS @open")
    return Frame(Scope("'2026-12-01'", "9007199254740990", PREDICATES), {}, "$p.asked").expand(
        f"CALL () {{ {opened} }} WITH @open {found}"
    )


@pytest.mark.parametrize("viewer", [PUBLIC, VENDOR], ids=["anybody", "vendor"])
async def test_a_search_for_whom_one_may_not_see_costs_what_one_for_nothing_costs(
    who: As, viewer: Viewer, explain: Explain, seeded: Database
) -> None:
    text = finding()

    async def cost_of(name: str, viewer: Viewer = viewer) -> int:
        assert SEARCH_READ.prepare is not None
        params = {"asked": SEARCH_READ.prepare({"text": name}), "viewer": viewer.parameters()}
        return hits(explain(Statement("test", text, params), "PROFILE"))

    hidden = "MATCH (n:Person|Mailbox) WHERE NOT (n:Mailbox AND 'PUBLIC' IN n.contactClasses) RETURN n.name AS name, labels(n) AS labels"
    rows = await seeded.read(Statement("test", f"{hidden} ORDER BY n.key"))
    people, mailboxes = ([row["name"] for row in rows if label in row["labels"]] for label in ("Person", "Mailbox"))
    surname, nothing = people[0].split()[-1], await cost_of("Qvistzqvist")
    assert await cost_of("Aarhus") > nothing > 0, "what is found is counted"
    for name in (*people[:3], surname, *mailboxes[:2]):
        assert (await who.sees(viewer, SEARCH, text=name))["search"] == [], name
        assert (await who.sees(KOMBIT, SEARCH, text=name))["search"], name
        assert await cost_of(name) == nothing, name
    assert await cost_of(surname, KOMBIT) > await cost_of("Qvistzqvist", KOMBIT)


WHO_HOLDS_WHAT = {
    "municipalities": ("holdsRole", "lacksRole", "erpSystem", "vendor"),
    "mailboxes": ("role",),
}


@pytest.mark.parametrize("viewer", [PUBLIC, VENDOR], ids=["anybody", "vendor"])
@pytest.mark.parametrize(("root", "name"), [(root, name) for root, names in WHO_HOLDS_WHAT.items() for name in names])
async def test_a_filter_by_what_one_may_not_see_costs_the_same_whatever_there_is(
    who: As, viewer: Viewer, root: str, name: str, explain: Explain, seeded: Database
) -> None:
    label = {"erpSystem": "ErpSystem", "vendor": "Vendor"}.get(name, "Role")
    keys = [row[0] for row in await seeded.read(Statement("test", f"MATCH (n:{label}) RETURN n.key ORDER BY n.key"))]
    query = f"query ($key: String) {{ {root}(filter: {{{name}: $key}}) {{ totalCount }} }}"
    found, told, costs = set[int](), set[str](), set[int]()
    for key in keys:
        found.add((await who.sees(KOMBIT, query, key=key))[root]["totalCount"])
        answer = await who.asks(viewer, query, key=key)
        told.add(str((answer.data, answer.errors)))
        costs.add(hits(explain(answer.statements[0], "PROFILE")))
    assert len(found) > 1, "there is something to be told"
    assert (len(told), len(costs)) == (1, 1)


async def test_the_log_of_a_municipality_is_its_own_and_what_concerns_all(who: As, own_things: dict[str, str]) -> None:
    query = "{ changes(first: 100, orderBy: SEQ_DESC) { totalCount nodes { seq municipalities { code } } } }"
    for code in ("0751", "0101", "0230"):
        log = (await who.sees(municipality(code), query))["changes"]
        where = {tuple(m["code"] for m in change["municipalities"]) for change in log["nodes"]}
        assert all(places == () or code in places for places in where)
    every = (await who.sees(KOMBIT, query))["changes"]["totalCount"]
    assert (await who.sees(AARHUS, query))["changes"]["totalCount"] < every


async def test_counts_and_cursors_tell_no_more_than_the_nodes(who: As, own_things: dict[str, str]) -> None:
    """Of every connection at the root, also where no node is selected."""
    query = core().query_type
    assert query is not None
    roots = [name for name, field in query.fields.items() if get_named_type(field.type).name.endswith("Connection")]
    assert {"mailboxes", "changes", "people"} <= set(roots)
    for viewer in (PUBLIC, VENDOR, AARHUS, KOMBIT):
        for root in roots:
            given = '(person: "Demo Lone Testsen")' if root == "accessLog" else ""
            page = f"{{ {root}{given} {{ totalCount edges {{ cursor %s }} pageInfo {{ endCursor }} }} }}"
            alone, beside = [await who.asks(viewer, page % more) for more in ("", "node { __typename }")]
            if beside.data is None or beside.data[root] is None:
                assert alone.data == beside.data, root
                continue
            told = [dict(edge, node=None) for edge in beside.data[root]["edges"]]
            assert [dict(edge, node=None) for edge in alone.data[root]["edges"]] == told, (root, viewer)
            assert alone.data[root]["totalCount"] == beside.data[root]["totalCount"], (root, viewer)


async def test_a_report_on_another_municipality_is_recorded_and_its_own(who: As, own_things: dict[str, str]) -> None:
    """Whoever reports is told that it was, once, and not that something went wrong."""
    given = {"role": "oir-finans-administrator", "municipality": "0101", "comment": "Demo: den er også forkert"}
    show = "... on ReportChanged { change { seq } report { id } }"
    told = await who.changes(municipality("0751"), "reportContact", show, **given)
    assert told["report"] is None
    assert told["change"]["seq"] > 0
    there = await who.changes(municipality("0101"), "reportContact", show, **given)
    assert there["report"]["id"].startswith("report:")


async def test_a_filter_does_not_tell_what_may_not_be_seen(who: As, seeded: Database) -> None:
    query = '{ people(filter: {unit: "Opkrævning"}) { totalCount } none: people(filter: {unit: null}) { totalCount } all: people { totalCount } }'
    mine = await who.sees(AARHUS, query)
    assert mine["people"]["totalCount"] == 3
    every = await who.sees(KOMBIT, query)
    assert every["people"]["totalCount"] > 200
    assert mine["none"]["totalCount"] > every["none"]["totalCount"]
    assert mine["all"] == every["all"]


async def test_the_work_that_waits_is_told_to_its_own_municipality(who: As) -> None:
    every = (await who.sees(KOMBIT, "{ gaps { municipality { code } } }"))["gaps"]
    where = [gap["municipality"]["code"] for gap in every]
    assert len(set(where)) > 20
    query = "query ($in: String!) { gaps { municipality { code } } named: gaps(municipality: $in) { municipality { code } } }"
    for code in dict.fromkeys(where[:3]):
        mine = await who.sees(municipality(code), query, **{"in": code})
        assert mine["gaps"] == mine["named"] == [gap for gap in every if gap["municipality"]["code"] == code]
        other = await who.sees(municipality("0751" if code != "0751" else "0101"), query, **{"in": code})
        assert other["named"] == []


async def test_how_far_others_are_is_nobody_s_business(who: As) -> None:
    query = '{ a: municipality(name: "0751") { tasks { state } } b: municipality(name: "0101") { tasks { state } } }'
    mine = await who.sees(AARHUS, query)
    assert mine["a"]["tasks"]
    assert mine["b"]["tasks"] == []
    refused = await who.asks(AARHUS, "{ tasks { nodes { progress { done } } } }")
    assert refused.data == {"tasks": None}
    assert refused.error["code"] == "NOT_ALLOWED"
    assert refused.error["field"] == "Task.progress"
    assert refused.error["expected"] == "a token of KOMBIT"


async def test_who_leaves_is_foreseen_by_the_own_municipality(who: As, seeded: Database) -> None:
    text = "MATCH (p:Person)-[:BELONGS_TO]->(:Municipality {code: '0101'}) RETURN p.key AS key ORDER BY key LIMIT 1"
    person = await seeded.value(Statement("test", text))
    query = "query ($p: String!) { impact(person: $p) { person { id } } }"
    assert (await who.sees(COPENHAGEN, query, p=person))["impact"]["person"]["id"] == person
    assert (await who.sees(AARHUS, query, p=person))["impact"] is None


# --- without a token, and vendors -----------------------------------------------------------------------------------------

PERSONAL = [
    "{ people { totalCount } }",
    '{ person(name: "Demo Anna Testsen") { id } }',
    "{ assignments { totalCount } }",
    "{ roles { nodes { assignments { totalCount } } } }",
    '{ responsibility(role: "Systemejer", municipality: "0751") { outcome } }',
    '{ coverage(municipality: "0751") { cells { state } } }',
    "{ gaps { reason } }",
    '{ difference(from: "2026-01-01", to: "2026-12-01") { first } }',
    '{ roleMap(around: "municipality:0751") { around } }',
    '{ impact(person: "person:x") { day } }',
    "{ changes { totalCount } }",
    "{ change(seq: 1) { seq } }",
    '{ node(id: "role:x") { history { seq } } }',
    '{ node(id: "person:x") { ... on Person { name } } }',
    '{ node(id: "person:x") { ...P } } fragment P on Person { contactPoints { value } }',
    '{ municipality(name: "0751") { people { totalCount } } }',
    '{ municipality(name: "0751") { roles { role { code } } } }',
    '{ municipality(name: "0751") { erpSystems { domain } } }',
    "{ vendors { nodes { customers { totalCount } } } }",
    '{ search(text: "demo") { node { ... on Person { name } } } }',
    "{ __schema { types { name } } }",
    '{ __type(name: "Role") { name } }',
]


@pytest.mark.parametrize("query", PERSONAL)
@pytest.mark.parametrize("viewer", [PUBLIC, VENDOR], ids=["anybody", "vendor"])
async def test_people_and_who_holds_what_are_not_asked_for_without_the_right(
    who: As, viewer: Viewer, query: str
) -> None:
    answer = await who.asks(viewer, query)
    assert answer.error["code"] == "NOT_ALLOWED"
    assert answer.error["value"] == viewer.audience
    assert answer.error["expected"] == "a token of KOMBIT or of a municipality"
    assert answer.statements == []


async def test_what_is_public_is_answered_beside_what_is_not(who: As) -> None:
    answer = await who.asks(PUBLIC, "{ people { totalCount } roles { totalCount } }")
    assert answer.data == {"people": None, "roles": {"totalCount": 14}}
    assert answer.error["field"] == "Query.people"
    assert len(answer.statements) == 1


@pytest.mark.parametrize("viewer", [PUBLIC, VENDOR], ids=["anybody", "vendor"])
async def test_anybody_sees_what_the_gallery_says_and_no_person(who: As, viewer: Viewer, seeded: Database) -> None:
    found = await who.sees(
        viewer,
        """{ roles(first: 14) { totalCount nodes { title names { title } escalatesTo { code } } }
  municipalities(first: 1) { totalCount } tasks(first: 1) { totalCount } vendors(first: 4) { nodes { name } }
  itSystems(first: 5) { totalCount nodes { mailboxes { name contactPoints { value } } } }
  mailboxes(first: 50) { totalCount nodes { name contactPoints { value visibility } municipality { code } } }
  search(text: "demo") { kind } }""",
    )
    assert found["municipalities"]["totalCount"] == 98
    assert found["roles"]["totalCount"] == 14
    for mailbox in found["mailboxes"]["nodes"]:
        assert mailbox["municipality"] is None
        assert {point["visibility"] for point in mailbox["contactPoints"]} == {"PUBLIC"}
    text = "MATCH (n:Mailbox) WHERE 'PUBLIC' IN n.contactClasses RETURN count(n)"
    assert found["mailboxes"]["totalCount"] == await seeded.value(Statement("test", text))
    assert {hit["kind"] for hit in found["search"]} & {"PERSON", "MAILBOX"} == set()


@pytest.mark.parametrize("viewer", [PUBLIC, VENDOR], ids=["anybody", "vendor"])
async def test_a_person_s_id_means_nothing_to_who_may_see_no_person(who: As, viewer: Viewer, seeded: Database) -> None:
    person = await seeded.value(Statement("test", "MATCH (p:Person) RETURN p.key ORDER BY p.key LIMIT 1"))
    there = await who.asks(viewer, "query ($id: ID!) { node(id: $id) { id } }", id=person)
    absent = await who.asks(viewer, "query ($id: ID!) { node(id: $id) { id } }", id="person:0000000000000000")
    assert (there.data, there.errors) == (absent.data, absent.errors) == ({"node": None}, [])
    assert there.statements[0].text == absent.statements[0].text


async def test_filters_by_what_may_not_be_seen_find_what_they_would_if_it_were_not_there(who: As) -> None:
    query = """{ used: municipalities(filter: {vendor: "kmd"}) { totalCount }
  held: municipalities(filter: {holdsRole: "Systemejer for kommunens bogføringssystem"}) { totalCount }
  free: municipalities(filter: {lacksRole: "Systemejer for kommunens bogføringssystem"}) { totalCount } }"""
    found = await who.sees(PUBLIC, query)
    assert [found[name]["totalCount"] for name in ("used", "held", "free")] == [0, 0, 98]
    assert (await who.sees(KOMBIT, query))["used"]["totalCount"] > 0


async def test_the_names_to_choose_from_are_told_to_who_may_ask_for_the_schema(who: As) -> None:
    for viewer, told in ((PUBLIC, False), (VENDOR, False), (AARHUS, True), (KOMBIT, True)):
        answer = await who.asks(viewer, "{ rolls { totalCount } }")
        assert answer.errors[0]["extensions"]["code"] == "VALIDATION_FAILED"
        assert ("Did you mean" in answer.errors[0]["message"]) is told
        schema = await who.asks(viewer, "{ __schema { queryType { name } } }")
        assert (schema.data == {"__schema": {"queryType": {"name": "Query"}}}) is told


async def test_a_question_costs_less_without_a_token(who: As) -> None:
    dear = "{ roles(first: 20) { nodes { names { title } galleries { roles { code } } } } }"
    assert (await who.asks(PUBLIC, dear)).error["code"] == "TOO_COSTLY"
    assert (await who.asks(AARHUS, dear)).errors == []
