"""Impact, difference, role map and search, asked of the seeded database: one statement each (`ask` counts)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import neo4j
import pytest

from graph.driver import Database
from graph.local import Connection
from graph.model import Arrow, Record, Thing
from graph.params import encode
from tests.contract.conftest import Ask
from tests.contract.planting import Garden

AARHUS = "municipality:0751"
DAY = "2026-12-01"
VACANT = {"VACANT", "VACANT_BY_INTENT", "PLANNED"}

IMPACT = """query ($person: String!, $from: Date) { impact(person: $person, from: $from) {
  person { id } day
  holdings { assignment { id validFrom validTo } role { id } municipality { id } day vacantFrom
    after { outcome accountable { id holder { id } } reach { holder { id } } steps { kind da en } until }
    candidates { holder { id } reason role { id } fact { __typename } } }
  standIns { standIn { id } covers { id } role { id } municipality { id } day others { id } }
  tasks { task { id } role { id } municipality { id } kind inferred day due overdue state }
  contacts { vendor { id } erpSystem { id } domain role { id } municipality { id } day }
} }"""
DIFFERENCE = """query ($from: Date!, $to: Date, $roles: [String!], $municipality: String) {
  difference(from: $from, to: $to, roles: $roles, municipality: $municipality) {
    first last counts { kind count }
    changes { kind municipality { id } role { id } task { id due } holder { id } covers { id } before after
      facts { __typename ... on Assignment { id validFrom } } }
} }"""
MAP = """query ($around: ID!, $municipality: String, $depth: Int!, $lanes: [Lane!]) {
  roleMap(around: $around, municipality: $municipality, depth: $depth, lanes: $lanes, at: "2026-12-01") {
    around municipality { id }
    nodes { id lane kind label sublabel state due progress isCentre node { __typename ... on Role { id } } }
    edges { source target kind inferred } leftOut { lane count }
} }"""
CARRIED = """query ($roles: [String!]) { coverage(roles: $roles, municipality: "0751", at: "2026-12-01") {
  cells { carriedBy { id } }
} }"""
SEARCH = """query ($text: String!, $kinds: [ThingKind!], $first: Int!, $at: Date) {
  search(text: $text, kinds: $kinds, first: $first, at: $at) {
    kind title matched fit isFormerName
    node { __typename ... on Municipality { id } ... on Role { id } ... on ItSystem { id } ... on Task { id } ... on Person { id name } }
} }"""


# --- impact ---------------------------------------------------------------------------------------------------------


@pytest.fixture
async def people(ask: Ask) -> list[dict[str, Any]]:
    """Everybody who holds a role in Aarhus, with what they hold and for whom they stand in."""
    query = """{ municipality(name: "Aarhus", at: "2026-12-01") { assignments { holder { __typename id
      roles { id role { id } } standsInFor { id covers { id } } } } } }"""
    rows = (await ask(query)).data["municipality"]["assignments"]
    found = {row["holder"]["id"]: row["holder"] for row in rows if row["holder"]["__typename"] == "Person"}
    return [found[key] for key in sorted(found)]


async def test_a_leaver_loses_all_that_they_hold_and_who_answers_then_is_somebody_else(
    ask: Ask, people: list[dict[str, Any]]
) -> None:
    for person in people:
        impact = (await ask(IMPACT, {"person": person["id"], "from": DAY})).data["impact"]
        now = {row["assignment"]["id"] for row in impact["holdings"] if row["day"] == DAY}
        assert now == {row["id"] for row in person["roles"]}
        lost = {row["standIn"]["id"] for row in impact["standIns"] if row["day"] == DAY}
        assert lost == {row["id"] for row in person["standsInFor"] if row["covers"]["id"] != person["id"]}
        for holding in impact["holdings"]:
            after = holding["after"]
            assert after["reach"]
            assert person["id"] not in {row["holder"]["id"] for row in (*after["accountable"], *after["reach"])}
            assert person["id"] not in {row["holder"]["id"] for row in holding["candidates"]}
            if holding["vacantFrom"] == holding["day"]:
                assert after["outcome"] in ("ESCALATED", "UNRESOLVED")


async def test_only_the_tasks_and_vendors_of_vacated_roles_are_lost(ask: Ask, people: list[dict[str, Any]]) -> None:
    seen = 0
    for person in people:
        impact = (await ask(IMPACT, {"person": person["id"], "from": DAY})).data["impact"]
        vacated = {row["role"]["id"] for row in impact["holdings"] if row["vacantFrom"]}
        carried = {row["role"]["id"] for row in (*impact["tasks"], *impact["contacts"])} - vacated
        cells = (await ask(CARRIED, {"roles": sorted(carried) or ["kombit-programleder"]})).data["coverage"]["cells"]
        assert not carried or all(cell["carriedBy"] for cell in cells)
        assert all(task["state"] != "DONE" for task in impact["tasks"])
        assert [task["due"] or "9999" for task in impact["tasks"]] == sorted(
            task["due"] or "9999" for task in impact["tasks"]
        )
        assert all((task["due"] or "9999") < DAY for task in impact["tasks"] if task["overdue"])
        seen += len(impact["tasks"]) + len(impact["contacts"])
    assert seen, "the demo has nobody in Aarhus whose leave costs a task: nothing was tested"


async def test_a_leave_is_asked_for_today_if_no_day_is_given(ask: Ask, people: list[dict[str, Any]]) -> None:
    impact = (await ask(IMPACT, {"person": people[0]["id"]})).data["impact"]
    assert impact["day"] == DAY


async def test_without_the_person_the_one_before_was_the_last_to_hold_the_role(ask: Ask, garden: Garden) -> None:
    role, places = "role:systemejer-bogfoering", {"code": "9901", "name": "By", "folded": "by", "region": "Fyn"}
    things = [Thing("Municipality", "municipality:9901", places)]
    records = []
    for name, period in (("bo", ("2020-01-01", DAY)), ("anna", (DAY, "9999-12-31"))):
        contacts = {"contactKinds": (), "contactValues": (), "contactClasses": ()}
        called = {"name": f"Demo {name}", "folded": f"demo {name}", "demo": True}
        things.append(Thing("Person", f"person:last-{name}", {**called, **contacts}))
        arrows = (Arrow("OF", role), Arrow("IN", "municipality:9901"), Arrow("HELD_BY", f"person:last-{name}"))
        records.append(Record("Assignment", f"assignment:last-{name}", *period, {"slot": f"9901|{role}"}, arrows))
    await garden.plant(things=things, records=records)
    impact = (await ask(IMPACT, {"person": "person:last-anna", "from": DAY})).data["impact"]
    assert [row["after"]["steps"][0]["kind"] for row in impact["holdings"]] == ["EXPIRED"]


async def test_a_person_who_is_not_there_gives_the_nearest_names(ask: Ask) -> None:
    answer = await ask(IMPACT, {"person": "Demo Findes Ikke"}, errors=True)
    assert answer.error["code"] == "UNKNOWN_PERSON"
    assert answer.error["expected"]


# --- difference -----------------------------------------------------------------------------------------------------


async def test_newly_vacant_are_the_cells_that_were_held_and_are_vacant(ask: Ask) -> None:
    first, last = "2026-10-01", DAY
    grids = f"""{{ a: coverage(at: "{first}") {{ columns {{ municipalities roles states }} }}
      b: coverage(at: "{last}") {{ columns {{ municipalities roles states }} }} }}"""
    asked = (await ask(grids)).data
    was, now = (_states(asked[name]["columns"]) for name in ("a", "b"))
    expected = {cell for cell, state in now.items() if state in VACANT and was[cell] not in VACANT}
    found = (await ask(DIFFERENCE, {"from": first, "to": last})).data["difference"]["changes"]
    vacant = {(row["municipality"]["id"], row["role"]["id"]) for row in found if row["kind"] == "NEWLY_VACANT"}
    assert vacant == expected
    assert vacant


def _states(columns: dict[str, list[str]]) -> dict[tuple[str, str], str]:
    return dict(zip(zip(columns["municipalities"], columns["roles"], strict=True), columns["states"], strict=True))


async def test_appointed_and_ended_are_who_holds_on_one_day_only(ask: Ask) -> None:
    held = '{ x: municipality(name: "Aarhus", at: "AT") { assignments { role { id } holder { id } } } }'
    sets = []
    for day in ("2020-01-01", DAY):
        rows = (await ask(held.replace("AT", day))).data["x"]["assignments"]
        sets.append({(row["role"]["id"], row["holder"]["id"]) for row in rows})
    found = (await ask(DIFFERENCE, {"from": "2020-01-01", "to": DAY, "municipality": "Aarhus"})).data["difference"]
    for kind, expected in (("APPOINTED", sets[1] - sets[0]), ("ENDED", sets[0] - sets[1])):
        rows = [row for row in found["changes"] if row["kind"] == kind]
        assert {(row["role"]["id"], row["holder"]["id"]) for row in rows} == expected
        assert all(row["facts"] for row in rows)
    counts = {row["kind"]: row["count"] for row in found["counts"]}
    assert sum(counts.values()) == len(found["changes"])


async def test_tasks_of_the_material_are_published_and_withdrawn(ask: Ask) -> None:
    found = (await ask(DIFFERENCE, {"from": "2019-12-08", "to": "2020-01-01", "municipality": "0751"})).data[
        "difference"
    ]
    by_kind: dict[str, set[str]] = {}
    for row in found["changes"]:
        if row["task"]:
            by_kind.setdefault(row["kind"], set()).add(row["task"]["id"])
    assert by_kind["WITHDRAWN"] == {"task:monopolbrud-brugertyper", "task:monopolbrud-brugeradministration"}
    assert {"task:dubu-34-sts-beslut", "task:dubu-34-fordeling-01", "task:yr-mapning"} <= by_kind["PUBLISHED"]
    assert "task:oir-basis-01" not in by_kind["PUBLISHED"]


async def test_with_roles_asked_only_their_tasks_are_told(ask: Ask) -> None:
    asked = {"from": "2019-11-05", "to": "2019-12-20", "roles": ["oir-funktionspostkasse"], "municipality": "0751"}
    rows = (await ask(DIFFERENCE, asked)).data["difference"]["changes"]
    assert {row["task"]["id"] for row in rows if row["task"]} == {"task:oir-basis-01"}
    assert {row["role"]["id"] for row in rows if row["role"]} <= {"role:oir-funktionspostkasse"}


async def test_a_day_does_not_differ_from_itself(ask: Ask) -> None:
    assert (await ask(DIFFERENCE, {"from": DAY, "to": DAY})).data["difference"]["changes"] == []


async def test_the_day_after_cannot_come_first(ask: Ask) -> None:
    answer = await ask(DIFFERENCE, {"from": "2026-12-02", "to": DAY}, statements=0, errors=True)
    assert answer.data == {"difference": None}
    assert answer.error == {
        "code": "BAD_PERIOD",
        "field": "from",
        "value": "2026-12-02",
        "expected": f"a day that is not after `to`, {DAY}",
    }


@pytest.mark.parametrize(
    "asked", [{"from": "2026-02-30"}, {"from": "2026-01-01T10:00"}, {"from": "2026-01-01", "to": "i går"}]
)
async def test_impossible_days_are_refused(ask: Ask, asked: dict[str, str]) -> None:
    answer = await ask(DIFFERENCE, asked, statements=0, errors=True)
    assert answer.error["code"] == "BAD_DATE"
    assert answer.error["field"] == list(asked)[-1]


# --- role map -------------------------------------------------------------------------------------------------------


async def drawn(
    ask: Ask, around: str, municipality: str | None = "Aarhus", depth: int = 2, **more: object
) -> dict[str, Any]:
    variables = {"around": around, "municipality": municipality, "depth": depth, **more}
    found: dict[str, Any] = (await ask(MAP, variables)).data["roleMap"]
    ids = [node["id"] for node in found["nodes"]]
    assert len(ids) == len(set(ids))
    lanes = ["SYSTEM", "TASK", "ROLE", "HOLDER"]
    place = {node["id"]: lanes.index(node["lane"]) for node in found["nodes"]}
    assert all(place[edge["source"]] < place[edge["target"]] for edge in found["edges"])
    return found


def lane(found: dict[str, Any], name: str) -> list[str]:
    return [node["id"] for node in found["nodes"] if node["lane"] == name]


async def test_a_task_gives_its_systems_roles_and_holders_by_itself(ask: Ask) -> None:
    found = await drawn(ask, "task:oir-basis-02")
    assert lane(found, "SYSTEM") == ["itSystem:oir-debitor", "itSystem:oir-finans"]
    assert lane(found, "TASK") == ["task:oir-basis-02"]
    assert len(lane(found, "ROLE")) == 6
    assert lane(found, "HOLDER")
    assert {edge["inferred"] for edge in found["edges"] if edge["source"] == "task:oir-basis-02"} == {True}
    assert found["leftOut"] == [{"lane": name, "count": 0} for name in ("SYSTEM", "TASK", "ROLE", "HOLDER")]


async def test_roles_and_holders_are_those_of_the_coverage_grid(ask: Ask) -> None:
    query = """{ coverage(municipality: "Aarhus", at: "2026-12-01") { cells { role { id } state
      holders { id } standIns { holder { id } } } } }"""
    cells = {cell["role"]["id"]: cell for cell in (await ask(query)).data["coverage"]["cells"]}
    for role in sorted(cells):
        found = await drawn(ask, role, depth=1)
        centre = next(node for node in found["nodes"] if node["isCentre"])
        assert centre["state"] == cells[role]["state"]
        edges = {(edge["target"], edge["kind"]) for edge in found["edges"] if edge["source"] == role}
        holds = {(holder["id"], "HOLDS") for holder in cells[role]["holders"]}
        assert edges == holds | {(row["holder"]["id"], "STANDS_IN") for row in cells[role]["standIns"]}


async def test_a_system_reaches_its_holders_in_three(ask: Ask) -> None:
    assert lane(await drawn(ask, "itSystem:oir-finans", depth=1), "ROLE") == []
    assert lane(await drawn(ask, "itSystem:oir-finans", depth=2), "HOLDER") == []
    assert lane(await drawn(ask, "itSystem:oir-finans", depth=3), "HOLDER") != []


async def test_a_person_has_their_own_municipality_as_the_heading(ask: Ask, people: list[dict[str, Any]]) -> None:
    found = await drawn(ask, people[0]["id"], municipality=None, depth=1)
    assert found["municipality"] == {"id": AARHUS}
    assert lane(found, "HOLDER") == [people[0]["id"]]
    assert {row["role"]["id"] for row in people[0]["roles"]} <= set(lane(found, "ROLE"))


async def test_a_municipality_is_the_heading_and_not_a_box(ask: Ask) -> None:
    found = await drawn(ask, AARHUS, municipality=None)
    assert found["municipality"] == {"id": AARHUS}
    assert len(lane(found, "ROLE")) == 12
    assert {row["lane"]: row["count"] for row in found["leftOut"]}["ROLE"] == 2
    assert lane(found, "HOLDER")
    assert lane(found, "TASK")
    assert AARHUS not in {node["id"] for node in found["nodes"]}


async def test_without_a_municipality_no_holders_and_no_states_are_shown(ask: Ask) -> None:
    found = await drawn(ask, "task:oir-basis-02", municipality=None)
    assert found["municipality"] is None
    assert lane(found, "HOLDER") == []
    assert {node["state"] for node in found["nodes"]} == {None}


async def test_a_vendor_leads_over_its_systems_to_the_roles_of_their_domain(ask: Ask) -> None:
    found = await drawn(ask, "vendor:kmd", municipality=None, depth=1)
    assert lane(found, "SYSTEM") == ["erpSystem:opus"]
    assert {edge["kind"] for edge in found["edges"]} == {"USED_FOR"}
    assert set(lane(found, "ROLE")) <= {
        key for key in lane(found, "ROLE") if re.search("bogfoering|opkraevning|finans|debitor", key)
    }
    assert found == await drawn(ask, "erpSystem:opus", municipality=None, depth=1) | {"around": "vendor:kmd"}


async def test_lanes_that_are_not_asked_for_are_hidden(ask: Ask) -> None:
    found = await drawn(ask, "role:oir-finans-administrator", lanes=["HOLDER"])
    assert {node["lane"] for node in found["nodes"]} == {"ROLE", "HOLDER"}
    assert lane(found, "ROLE") == ["role:oir-finans-administrator"]


@pytest.mark.parametrize(
    ("asked", "code", "field", "statements"),
    [
        ({"around": "task:findes-ikke"}, "UNKNOWN_TASK", "around", 1),
        ({"around": "kommune-0751"}, "BAD_ID", "around", 0),
        ({"around": "assignment:0"}, "ID_OF_ANOTHER_TYPE", "around", 0),
        ({"around": "task:oir-basis-01", "depth": 4}, "BAD_NUMBER", "depth", 0),
        ({"around": "task:oir-basis-01", "lanes": []}, "EMPTY_LIST", "lanes", 0),
        ({"around": AARHUS, "municipality": "Aalborg"}, "CONTRADICTION", "municipality", 0),
        ({"around": "task:oir-basis-01", "municipality": "Nowhere"}, "UNKNOWN_MUNICIPALITY", "municipality", 1),
    ],
)
async def test_a_map_that_cannot_be_drawn_says_why(
    ask: Ask, asked: dict[str, Any], code: str, field: str, statements: int
) -> None:
    answer = await ask(MAP, {"depth": 2, **asked}, statements=statements, errors=True)
    assert answer.data == {"roleMap": None}
    assert (answer.error["code"], answer.error["field"], answer.error["value"]) == (code, field, asked[field])


async def test_what_is_named_twice_is_answered_once(ask: Ask) -> None:
    query = """{ coverage(municipalities: ["Aarhus", "0751", "Læsø", "Århus"], roles: ["YR kontaktperson", "yr-kontaktperson"]) {
      cells { municipality { code } } counts { count } }
      gaps(municipalities: ["Aarhus", "0751"]) { municipality { code } role { code } }
      difference(from: "2026-01-01", to: "2026-12-01", municipalities: ["Aarhus", "0751"], roles: ["yr-kontaktperson", "YR kontaktperson"]) {
        counts { count } }
      once: difference(from: "2026-01-01", to: "2026-12-01", municipality: "0751", roles: ["yr-kontaktperson"]) { counts { count } } }"""
    told = (await ask(query)).data
    assert [cell["municipality"]["code"] for cell in told["coverage"]["cells"]] == ["0751", "0825"]
    assert sum(one["count"] for one in told["coverage"]["counts"]) == 2
    gaps = [(gap["municipality"]["code"], gap["role"]["code"]) for gap in told["gaps"]]
    assert len(gaps) == len(set(gaps)) > 0
    assert told["difference"] == told["once"]


# --- search ---------------------------------------------------------------------------------------------------------


async def found(ask: Ask, text: str, **more: object) -> list[dict[str, Any]]:
    hits: list[dict[str, Any]] = (await ask(SEARCH, {"text": text, "first": 20, **more})).data["search"]
    return hits


@pytest.mark.parametrize("typed", ["Aarhus", "århus", "AARHUS", "aarhs", "arhus", "aarh", "0751"])
async def test_a_municipality_is_found_by_spelling_beginning_typo_and_code(ask: Ask, typed: str) -> None:
    first = (await found(ask, typed, kinds=["MUNICIPALITY"]))[0]
    assert (first["title"], first["node"]) == ("Aarhus", {"__typename": "Municipality", "id": AARHUS})


async def test_what_is_not_asked_for_takes_no_place_of_what_is(ask: Ask) -> None:
    """A thousand people are called so, too, and their names are shorter."""
    known = (await ask("{ mailboxes(first: 100) { nodes { name } } }")).data["mailboxes"]["nodes"]
    named = {one["name"] for one in known if "demo" in one["name"].casefold().split()}
    hits = await found(ask, "demo", kinds=["MAILBOX"], first=100)
    assert len(named) > 90
    assert named <= {hit["title"] for hit in hits}


async def test_the_whole_name_comes_before_names_with_more_words(ask: Ask) -> None:
    hits = await found(ask, "ØiR")
    assert (hits[0]["title"], hits[0]["fit"]) == ("ØiR", "NAME")
    fits = [hit["fit"] for hit in hits]
    assert fits == sorted(fits, key=["NAME", "WORDS", "BEGINNINGS", "TYPO"].index)


async def test_a_thing_that_several_names_fit_comes_once_by_the_best(ask: Ask) -> None:
    hits = await found(ask, "Åbenrå", first=100)
    keys = [hit["node"].get("id") for hit in hits if hit["kind"] == "MUNICIPALITY"]
    assert len(keys) == len(set(keys))
    assert hits[0]["title"] == "Aabenraa"
    (fk,) = await found(ask, "fk-øko")
    assert (fk["kind"], fk["title"], fk["matched"], fk["fit"]) == ("IT_SYSTEM", "ØiR", "FK-ØKO", "NAME")


async def test_a_former_title_finds_the_task_and_says_so(ask: Ask) -> None:
    (hit,) = await found(ask, "Etabler brugeradministration på KLIK", first=1)
    assert (hit["node"]["id"], hit["isFormerName"]) == ("task:monopolbrud-brugeradministration", True)
    (then,) = await found(ask, "Etabler brugeradministration på KLIK", first=1, at="2019-12-01")
    assert then["isFormerName"] is False


async def test_letters_without_their_dots_and_rings_find_the_role(ask: Ask) -> None:
    titles = {hit["title"] for hit in await found(ask, "bogforing", kinds=["ROLE"])}
    assert titles == {"Systemejer for kommunens bogføringssystem", "Systemansvarlig for bogføringssystemet"}


async def test_only_the_kinds_asked_for_are_found_and_no_more_than_asked(ask: Ask) -> None:
    hits = await found(ask, "demo", kinds=["PERSON"], first=7)
    assert [hit["kind"] for hit in hits] == ["PERSON"] * 7
    assert hits == await found(ask, "demo", kinds=["PERSON"], first=7)


async def test_what_was_not_known_yet_is_not_found(ask: Ask) -> None:
    query = '{ search(text: "DEMO certifikater", kinds: [TASK], knownAt: "2020-01-01", at: "2027-04-01") { title } }'
    assert (await ask(query)).data == {"search": []}
    assert len((await ask(query.replace('knownAt: "2020-01-01", ', ""))).data["search"]) == 1


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        ({"text": ""}, "BAD_TEXT", "text"),
        ({"text": "?!"}, "BAD_TEXT", "text"),
        ({"text": "a" * 501}, "BAD_TEXT", "text"),
        ({"text": "a\x00b"}, "BAD_TEXT", "text"),
        ({"text": "aarhus", "first": 101}, "BAD_PAGE_SIZE", "first"),
    ],
)
async def test_a_search_that_cannot_be_made_says_why(ask: Ask, asked: dict[str, Any], code: str, field: str) -> None:
    answer = await ask(SEARCH, {"first": 20, **asked}, statements=0, errors=True)
    assert answer.data == {"search": None}
    assert (answer.error["code"], answer.error["field"]) == (code, field)


@pytest.mark.parametrize("typed", ['a" OR *:*', "folded:(x) +y -z", "[a TO b]", "a\\b/c~2^9", "x AND NOT y"])
async def test_the_language_of_full_text_queries_is_only_text(ask: Ask, typed: str) -> None:
    assert isinstance(await found(ask, typed), list)


# --- the statements -------------------------------------------------------------------------------------------------

STATEMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "impact": (IMPACT, {"person": "person:x", "from": DAY}),
    "difference": (DIFFERENCE, {"from": "2026-01-01", "to": DAY}),
    "difference for roles": (DIFFERENCE, {"from": "2026-01-01", "to": DAY, "roles": ["oir-finans-administrator"]}),
    **{
        f"roleMap around {key}": (MAP, {"around": key, "depth": 3, "municipality": municipality})
        for key, municipality in [
            ("task:oir-basis-02", "Aarhus"),
            ("itSystem:oir-finans", "Aarhus"),
            ("role:oir-finans-administrator", "Aarhus"),
            ("erpSystem:opus", "Aarhus"),
            ("vendor:kmd", None),
            ("person:x", None),
            ("mailbox:dubu-kombit", "Aarhus"),
            (AARHUS, None),
        ]
    },
    "search": (SEARCH, {"text": "aarhus", "first": 20}),
}


@pytest.mark.parametrize("name", STATEMENTS)
async def test_every_statement_starts_from_an_index(
    ask: Ask, seeded: Database, neo4j_server: Connection, name: str
) -> None:
    query, variables = STATEMENTS[name]
    (statement,) = (await ask(query, variables, errors=True)).statements
    server = neo4j_server
    with neo4j.GraphDatabase.driver(server.uri, auth=(server.username, server.password)) as driver:
        params: Any = {"p": encode(statement.params)}
        plan = driver.execute_query(f"EXPLAIN {statement.text}", params, database_=server.database).summary.plan
    operators = set(_operators(plan))
    assert operators
    scans = {
        op for op in operators if re.search("AllNodes|LabelScan|LabelsScan|CartesianProduct|RelationshipTypeScan", op)
    }
    assert scans == set()


def _operators(plan: Any) -> Iterator[str]:
    yield plan["operatorType"].partition("@")[0]
    for child in plan.get("children", ()):
        yield from _operators(child)
