"""The compiled path gives byte for byte what graphql-core's own execution gives (docs/decisions/0001).

Short form by default; `ROLLEGALLERI_DIFFERENTIAL=2000` draws so many queries, however long it takes.
"""

from __future__ import annotations

import os
import time

import orjson
import pytest
from graphql import build_schema
from hypothesis import HealthCheck, given, settings

from graph.driver import Database, Statement
from graph.model import Arrow, Record, Thing
from resolvers.context import Context
from schema.engine import Request
from schema.gallery.schema import engine, sdl
from tests.contract.conftest import NOW
from tests.contract.planting import Garden
from tests.contract.queries import Drawn, queries
from tests.contract.reference import Reference

pytestmark = pytest.mark.usefixtures("without_limits")

LONG = os.environ.get("ROLLEGALLERI_DIFFERENTIAL")
SHORT_SECONDS = 45.0
"""The short form draws nothing more after this; a statement that Neo4j has not seen takes a second to plan when it is busy."""

_started: list[float] = []
_failed: list[str] = []
"""What has differed already: it is tried again, however late, so that it is reported with the least query that shows it."""


async def both(
    database: Database, reference: Reference, query: str, variables: dict[str, object]
) -> tuple[bytes, bytes]:
    """Give the compiled answer, from at most one statement, and graphql-core's."""
    ran: list[Statement] = []
    database.observers.append(ran.append)
    try:
        result = await engine().execute(Request(query, variables), Context.local(database, NOW))
    finally:
        database.observers.pop()
    assert len(ran) <= 1
    return orjson.dumps(result.formatted), orjson.dumps(reference.answer(query, variables))


@settings(
    max_examples=int(LONG or 70),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
)
@given(drawn=queries(build_schema(sdl())))
async def test_any_query_is_answered_byte_for_byte_as_graphql_core_would(
    drawn: Drawn, seeded: Database, reference: Reference
) -> None:
    _started.append(time.monotonic())
    if not LONG and not _failed and _started[-1] - _started[0] > SHORT_SECONDS:
        return
    compiled, expected = await both(seeded, reference, drawn.query, drawn.variables)
    if compiled != expected:
        _failed.append(drawn.query)
    assert compiled == expected


# --- nulls where the schema promises a value ----------------------------------------------------------------------------

HERE = "municipality:9751"
"""A municipality of the test's own, and what is planted there: each lacks something that the schema promises."""
FOREVER = ("2019-01-01", "9999-12-31")


def person(key: str, name: str) -> Thing:
    contacts = {"contactKinds": ("EMAIL",), "contactValues": ("a@b.example",), "contactClasses": ("PUBLIC",)}
    return Thing("Person", key, {"name": name, "folded": name.lower(), "demo": True, **contacts})


def held(key: str, *arrows: Arrow) -> Record:
    return Record("Assignment", key, *FOREVER, {"slot": f"9751|{key}"}, arrows)


@pytest.fixture
async def planted(garden: Garden) -> None:
    """Plant assignments without holder or role, a person without a name, a contact point without a value."""
    place = Thing("Municipality", HERE, {"code": "9751", "name": "Hulby", "folded": "hulby", "region": "Midtjylland"})
    role, there = Arrow("OF", "role:yr-kontaktperson"), Arrow("IN", HERE)
    await garden.plant(
        things=[place, person("person:planted-whole", "Hel"), person("person:planted-nameless", "Navn")],
        records=[
            held("assignment:planted-1-whole", role, there, Arrow("HELD_BY", "person:planted-whole")),
            held("assignment:planted-2-nameless", role, there, Arrow("HELD_BY", "person:planted-nameless")),
            held("assignment:planted-3-nobody", role, there),
            held("assignment:planted-4-nothing", there, Arrow("HELD_BY", "person:planted-whole")),
        ],
    )
    await garden.run("MATCH (n:Person {key: 'person:planted-nameless'}) REMOVE n.name")
    await garden.run("MATCH (n:Municipality {key: $p.key}) REMOVE n.region", key=HERE)


NULLS = {
    "a leaf of a root's object": '{ municipality(name: "9751") { code region } }',
    "a leaf beside good root fields": '{ a: municipality(name: "9751") { region } b: municipality(name: "0751") { region } }',
    "a leaf under two aliases": '{ municipality(name: "9751") { x: region code y: region } }',
    "an object in a list": '{ municipality(name: "9751") { code assignments { id role { code } } } }',
    "an object of an interface in a list": '{ municipality(name: "9751") { assignments { id holder { id name } } } }',
    "a leaf of an interface in a fragment": (
        '{ municipality(name: "9751") { assignments { id holder { ...H __typename } } } } fragment H on Holder { name }'
    ),
    "a leaf in a connection's nodes": (
        '{ assignments(first: 5, filter: {municipality: "9751"}) { totalCount nodes { id holder { name } } } }'
    ),
    "a leaf in a connection's edges": (
        '{ assignments(first: 5, filter: {municipality: "9751"}) { edges { cursor node { role { title } } } } }'
    ),
    "nodes of which one is broken": (
        '{ nodes(ids: ["assignment:planted-1-whole", "assignment:planted-3-nobody", "person:none"]) {'
        " id ... on Assignment { holder { name } role { code } } } }"
    ),
    "a node that is broken, and two good ones": (
        '{ a: node(id: "person:planted-nameless") { ... on Person { name } } b: node(id: "person:planted-whole") {'
        ' ... on Holder { name contactPoints { value } } } c: node(id: "role:yr-kontaktperson") { id } }'
    ),
    "a broken field that is skipped": '{ municipality(name: "9751") { code region @skip(if: true) } }',
    "a nullable parent in between": (
        '{ nodes(ids: ["person:planted-whole"]) { id ... on Person { roles { municipality { name region } } } } }'
    ),
    "two broken fields of one object": (
        '{ nodes(ids: ["assignment:planted-3-nobody"]) { ... on Assignment { a: holder { id } b: municipality { region } } } }'
    ),
    "introspection beside it": '{ __typename municipality(name: "9751") { __typename region } __type(name: "Date") { name kind } }',
    "an error in one root field beside a null in another": (
        '{ a: municipality(name: "9751") { region } b: role(name: "No such role") { code } c: vendor(name: "KMD") { code } }'
    ),
}


@pytest.mark.parametrize("query", NULLS.values(), ids=NULLS.keys())
async def test_a_null_where_a_value_is_promised_bubbles_as_graphql_core_lets_it(
    query: str, planted: None, seeded: Database, reference: Reference
) -> None:
    compiled, expected = await both(seeded, reference, query, {})
    assert compiled == expected
    assert b'"data"' in expected


async def test_what_is_planted_is_missed(planted: None, seeded: Database, reference: Reference) -> None:
    """The nulls above are errors of the answer indeed, not answers."""
    for name in ("a leaf of a root's object", "an object in a list", "nodes of which one is broken"):
        answer = reference.answer(NULLS[name])
        assert answer["errors"], name


ERRORS = {
    "a name that fits nothing": '{ a: role(name: "Atlantis") { code } b: role(name: "kombit-programleder") { code } }',
    "a date that is none, twice": '{ role(name: "yr-kontaktperson", at: "2020-02-30") { code } b: roles(at: "x") { totalCount } }',
    "all fail": '{ a: node(id: "x:y") { id } b: nodes(ids: ["role:a", ""]) { id } }',
    "under an alias, in a fragment": 'query { ...Q } fragment Q on Query { z: vendor(name: "nobody") { code } }',
    "the same response key twice": '{ x: role(name: "Atlantis") { code } ... { x: role(name: "Atlantis") { title } } }',
    "neither role nor task": "{ responsibility { outcome } vendors { totalCount } }",
    "a name for a change that nobody gave": '{ change(idempotencyKey: "nix") { seq } }',
    "skipped": '{ a: role(name: "Atlantis") @skip(if: true) { code } b: vendor(name: "KMD") { code } }',
}


@pytest.mark.parametrize("query", ERRORS.values(), ids=ERRORS.keys())
async def test_errors_of_root_fields_stand_beside_the_answers_of_others(
    query: str, seeded: Database, reference: Reference
) -> None:
    compiled, expected = await both(seeded, reference, query, {})
    assert compiled == expected
