"""Whose data an answer holds: everybody whose key, name, address or role comes out, however it was asked for."""

from __future__ import annotations

import re
from typing import Any

import pytest

from graph.driver import Database
from resolvers.context import Context
from schema.engine import Request
from schema.gallery.schema import engine
from tests.contract.conftest import NOW

PERSON = re.compile(r"person:[\w-]+")
NAME = "Systemejer for kommunens bogføringssystem"
WITH_KEYS = (
    '{ person(name: "Demo Lone Testsen") { id roles { role { title } } } }',
    "{ people(first: 7) { nodes { id name } totalCount } }",
    "{ people(first: 3) { edges { node { id unit } } } }",
    '{ municipality(name: "Aarhus") { assignments { holder { __typename id ... on Person { jobTitle } } } } }',
    f'{{ responsibility(role: "{NAME}", municipality: "Aarhus", at: "2026-12-01")'  # noqa: ISC004
    " { reach { holder { id } } next { reach { holder { id } } } steps { holder { id } covers { id } } } }",
    '{ coverage(municipality: "Aarhus") { columns { holders } } }',
    '{ coverage(municipality: "Aarhus") { cells { holders { id } standIns { holder { id } covers { id } } } } }',
    '{ roleMap(around: "municipality:0751") { nodes { id } } }',
    '{ roleMap(around: "municipality:0751") { edges { source target } } }',
    '{ impact(person: "Demo Lone Testsen") { person { id } holdings { candidates { holder { id } } } } }',
    '{ difference(from: "2020-01-01", to: "2026-12-01", municipality: "Aarhus") { changes { holder { id } covers { id } } } }',
    '{ search(text: "demo lone") { node { ... on Person { id } } } }',
    "{ changes(first: 20, orderBy: SEQ_DESC) { nodes { effects { thing { id } after { id ... on Assignment { holder { id } } } } } } }",
)
"""Queries that give the key of everybody whose data they give."""
WITHOUT = (
    (
        f'{{ responsibility(role: "{NAME}", municipality: "Aarhus", at: "2026-12-01") {{ reach {{ email }} }} }}',
        f'{{ responsibility(role: "{NAME}", municipality: "Aarhus", at: "2026-12-01") {{ reach {{ holder {{ id }} }} }} }}',
    ),
    (
        f'{{ responsibility(role: "{NAME}", municipality: "Aarhus", at: "2026-12-01") {{ steps {{ da }} }} }}',
        f'{{ responsibility(role: "{NAME}", municipality: "Aarhus", at: "2026-12-01") {{ steps {{ holder {{ id }} covers {{ id }} }} }} }}',
    ),
    ("{ people(first: 5) { nodes { unit } } }", "{ people(first: 5) { nodes { id } } }"),
    ("{ people(first: 5) { edges { cursor } } }", "{ people(first: 5) { nodes { id } } }"),
    ("{ people(first: 1) { pageInfo { endCursor } } }", "{ people(first: 1) { nodes { id } } }"),
    (
        '{ municipality(name: "Aarhus") { assignments { holder { name } } } }',
        '{ municipality(name: "Aarhus") { assignments { holder { id } } } }',
    ),
    (
        '{ coverage(municipality: "Aarhus") { cells { holders { name } } } }',
        '{ coverage(municipality: "Aarhus") { cells { holders { id } } } }',
    ),
    ('{ search(text: "demo lone") { title } }', '{ search(text: "demo lone") { node { ... on Person { id } } } }'),
    (
        '{ search(text: "demo lone testsen") { kind } }',
        '{ search(text: "demo lone testsen") { node { ... on Person { id } } } }',
    ),
    (
        '{ search(text: "demo lone testsen") { fit isFormerName } }',
        '{ search(text: "demo lone testsen") { node { ... on Person { id } } } }',
    ),
    (
        '{ roleMap(around: "municipality:0751") { nodes { label } } }',
        '{ roleMap(around: "municipality:0751") { nodes { id } } }',
    ),
)
"""Pairs: what says it without a key, and what gives the keys."""
NOBODY = (
    "{ municipalities(first: 3) { nodes { name } } }",
    '{ municipality(name: "Aarhus") { assignments { role { title } validFrom } } }',
    '{ coverage(municipality: "Aarhus") { columns { states } counts { state count } } }',
    '{ gaps(municipality: "Aarhus") { reason da en } }',
    "{ people(first: 5) { totalCount } }",
    "{ __schema { queryType { name } } }",
)


async def _ask(database: Database, query: str) -> tuple[Any, frozenset[str]]:
    result = await engine().execute(Request(query), Context.local(database, NOW))
    assert not result.errors
    return result.data, result.people


@pytest.mark.parametrize("query", WITH_KEYS)
async def test_who_is_shown_is_told(query: str, seeded: Database) -> None:
    data, people = await _ask(seeded, query)
    shown = set(PERSON.findall(str(data)))
    assert shown
    assert people == shown


@pytest.mark.parametrize(("query", "keys"), WITHOUT)
async def test_also_where_no_key_is_asked_for(query: str, keys: str, seeded: Database) -> None:
    data, people = await _ask(seeded, query)
    shown, _ = await _ask(seeded, keys)
    assert "person:" not in str(data) or "holders" in query
    assert people == set(PERSON.findall(str(shown)))
    assert people


@pytest.mark.parametrize("query", NOBODY)
async def test_what_shows_nobody_is_nobodys(query: str, seeded: Database) -> None:
    assert (await _ask(seeded, query))[1] == frozenset()


async def test_one_answer_leaves_nothing_for_the_next(seeded: Database) -> None:
    query = "query Q($name: String!) { person(name: $name) { name } }"
    found = []
    for name in ("Demo Lone Testsen", "Demo Erik Demosen", "Demo Lone Testsen"):
        result = await engine().execute(Request(query, {"name": name}), Context.local(seeded, NOW))
        found.append(result.people)
    assert [len(people) for people in found] == [1, 1, 1]
    assert found[0] == found[2] != found[1]


async def test_names_that_an_error_tells_count(seeded: Database) -> None:
    result = await engine().execute(Request('{ person(name: "Demo Lone Testse") { id } }'), Context.local(seeded, NOW))
    assert result.errors
    assert result.people
    assert "Demo" in str(result.formatted["errors"])
