"""Bad input is told with code, field, value and what would be right; other root fields are answered; nothing is changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from graph.driver import Database, Statement
from graph.model import Thing
from graph.shaping import encode_cursor
from tests.contract.conftest import Ask
from tests.contract.planting import Garden

COUNTS = """MATCH (c:Counter {key: 'counter'})
RETURN c.seq, COUNT { MATCH (n) WHERE coalesce(n.key, '') <> 'import' RETURN n } AS nodes, COUNT { MATCH ()-[r]->() RETURN r } AS arrows"""


@pytest.fixture(scope="module", autouse=True)
async def unchanged(seeded: Database) -> AsyncIterator[None]:
    """Nothing is written by any of these questions, and what a test plants for one is gone again (but for a lease, kept or not)."""
    (before,) = await seeded.read(Statement("test", COUNTS))
    yield
    (after,) = await seeded.read(Statement("test", COUNTS))
    assert tuple(after.values()) == tuple(before.values())


class Bad(NamedTuple):
    """A root field that cannot be answered, and the error that says so."""

    query: str
    code: str
    field: str
    value: Any
    expected: str
    variables: Mapping[str, Any] = MappingProxyType({})
    declared: str = ""


LONG = "x" * 501
ROLES_CURSOR = encode_cursor("Query.roles:GALLERY", 3, "role:x")
DATE = "a date written as year-month-day, such as 2019-12-16"
NOT_A_DAY = "a day that the calendar has, such as 2019-12-16"
CURSOR = "an endCursor or cursor that this connection gave with the same orderBy"
NOBODY_KNOWS = "an instant that has been: nobody knows later ones yet"
TOO_EARLY = "an instant from 1970-01-01 on"
ID = "an id that this service gave, such as municipality:0751"
NO_NULL = "a value, or no such filter: it cannot be null"
REGIONS = "one of Hovedstaden, Midtjylland, Nordjylland, Sjælland, Syddanmark"
PAGE = "a page size from 1 to 100"


def with_cursor(cursor: str, connection: str = "roles") -> Bad:
    query = f"{connection}(after: $after) {{ totalCount }}"
    return Bad(query, "BAD_CURSOR", "after", cursor, CURSOR, {"after": cursor}, "$after: String")


TABLE: dict[str, Bad] = {
    # --- names ---
    "an unknown municipality": Bad(
        'municipality(name: "Aarhuus") { code }',
        "UNKNOWN_MUNICIPALITY",
        "name",
        "Aarhuus",
        "Aarhus",
    ),
    "an unknown task": Bad(
        'task(name: "Organiser jer i forhold til ØiR") { code }',
        "UNKNOWN_TASK",
        "name",
        "Organiser jer i forhold til ØiR",
        "Organiser jer i relation til ØiR",
    ),
    "an unknown vendor": Bad('vendor(name: "Fujitsi") { code }', "UNKNOWN_VENDOR", "name", "Fujitsi", "Fujitsu"),
    "an unknown project": Bad(
        'project(name: "DUBU release 3.5") { code }', "UNKNOWN_PROJECT", "name", "DUBU release 3.5", "DUBU release 3.4"
    ),
    "an unknown ERP system": Bad(
        'erpSystem(name: "Prismen") { code }', "UNKNOWN_ERPSYSTEM", "name", "Prismen", "Prisme"
    ),
    "an unknown IT system": Bad('itSystem(name: "KSDD") { code }', "UNKNOWN_ITSYSTEM", "name", "KSDD", "KSD"),
    "an unknown person": Bad(
        'person(name: "Demo Clara Opdigsen") { id }',
        "UNKNOWN_PERSON",
        "name",
        "Demo Clara Opdigsen",
        "Demo Clara Opdigtsen",
    ),
    "an unknown mailbox": Bad(
        'mailbox(name: "implementerings@kombit.dk") { id }',
        "UNKNOWN_MAILBOX",
        "name",
        "implementerings@kombit.dk",
        "implementering@kombit.dk",
    ),
    "an unknown role in a filter": Bad(
        'people(filter: {role: "ØiR finans adminstrator"}) { totalCount }',
        "UNKNOWN_ROLE",
        "filter.role",
        "ØiR finans adminstrator",
        "ØiR finans administrator",
    ),
    "an unknown municipality in a list": Bad(
        'coverage(municipalities: ["Aarhus", "Odens"]) { at }',
        "UNKNOWN_MUNICIPALITY",
        "municipalities",
        "Odens",
        "Odense",
    ),
    "an unknown municipality of a question": Bad(
        'responsibility(role: "yr-kontaktperson", municipality: "Odens") { outcome }',
        "UNKNOWN_MUNICIPALITY",
        "municipality",
        "Odens",
        "Odense",
    ),
    "a region that is none, of municipalities": Bad(
        'municipalities(filter: {region: "Midtjyland"}) { totalCount }',
        "UNKNOWN_REGION",
        "filter.region",
        "Midtjyland",
        REGIONS,
    ),
    "a region that is none, of assignments": Bad(
        'assignments(filter: {region: "Midtjyland"}) { totalCount }',
        "UNKNOWN_REGION",
        "filter.region",
        "Midtjyland",
        REGIONS,
    ),
    "a gallery that is none": Bad(
        'roles(filter: {gallery: "1.5"}) { totalCount }', "UNKNOWN_GALLERY", "filter.gallery", "1.5", "1.4, 1.1"
    ),
    "a region that is none": Bad('gaps(region: "Fyn") { day }', "UNKNOWN_REGION", "region", "Fyn", REGIONS),
    "the id of a thing of another type": Bad(
        'role(name: "municipality:0751") { code }',
        "ID_OF_ANOTHER_TYPE",
        "name",
        "municipality:0751",
        "a role, not a municipality",
    ),
    "the id of another type in a filter": Bad(
        'assignments(filter: {person: "role:kombit-programleder"}) { totalCount }',
        "ID_OF_ANOTHER_TYPE",
        "filter.person",
        "role:kombit-programleder",
        "a person, not a role",
    ),
    "no id at all": Bad('node(id: "Aarhus") { id }', "BAD_ID", "id", "Aarhus", ID),
    "one of several ids": Bad('nodes(ids: ["role:x", "y"]) { id }', "BAD_ID", "ids", "y", ID),
    "too many ids": Bad(
        "nodes(ids: $ids) { id }", "TOO_MANY", "ids", 101, "at most 100 ids", {"ids": ["role:x"] * 101}, "$ids: [ID!]!"
    ),
    # --- dates ---
    "a day that is none": Bad('roles(at: "2019-02-29") { totalCount }', "BAD_DATE", "at", "2019-02-29", NOT_A_DAY),
    "a date in another order": Bad('roles(at: "16-12-2019") { totalCount }', "BAD_DATE", "at", "16-12-2019", DATE),
    "a date with a time of day": Bad(
        'roles(at: "2019-12-16T10:00") { totalCount }',
        "BAD_DATE",
        "at",
        "2019-12-16T10:00",
        "a date without a time of day, such as 2019-12-16",
    ),
    "a date out of reach": Bad(
        'roles(at: "2200-01-01") { totalCount }', "BAD_DATE", "at", "2200-01-01", "a date from 1970-01-01 to 2199-12-31"
    ),
    "an empty date": Bad('roles(at: "") { totalCount }', "BAD_DATE", "at", "", DATE),
    "a bad date in a filter": Bad(
        'tasks(filter: {dueBy: "2020-13-01"}) { totalCount }', "BAD_DATE", "filter.dueBy", "2020-13-01", NOT_A_DAY
    ),
    "known tomorrow": Bad(
        'roles(knownAt: "2026-12-02") { totalCount }', "BAD_INSTANT", "knownAt", "2026-12-02", NOBODY_KNOWS
    ),
    "known in a minute": Bad(
        'roles(knownAt: "2026-12-01T13:01:00+01:00") { totalCount }',
        "BAD_INSTANT",
        "knownAt",
        "2026-12-01T13:01:00+01:00",
        NOBODY_KNOWS,
    ),
    "known before the year 1000": Bad(
        'roles(knownAt: "0999-01-01T00:00:00Z") { totalCount }',
        "BAD_INSTANT",
        "knownAt",
        "0999-01-01T00:00:00Z",
        TOO_EARLY,
    ),
    "known before there were years": Bad(
        'roles(knownAt: "0001-01-01T00:00:00+14:00") { totalCount }',
        "BAD_INSTANT",
        "knownAt",
        "0001-01-01T00:00:00+14:00",
        TOO_EARLY,
    ),
    "known after the last year": Bad(
        'roles(knownAt: "9999-12-31T23:59:59-14:00") { totalCount }',
        "BAD_INSTANT",
        "knownAt",
        "9999-12-31T23:59:59-14:00",
        NOBODY_KNOWS,
    ),
    "an instant without offset": Bad(
        'roles(knownAt: "2020-01-01T12:00:00") { totalCount }',
        "BAD_INSTANT",
        "knownAt",
        "2020-01-01T12:00:00",
        "an instant with its offset, such as 2020-01-01T12:00:00+01:00",
    ),
    "no instant": Bad(
        'roles(knownAt: "yesterday") { totalCount }',
        "BAD_INSTANT",
        "knownAt",
        "yesterday",
        "an instant such as 2019-12-16T10:00:00+01:00, or a date, which means its end in Copenhagen",
    ),
    # --- pages ---
    "a page of none": Bad("roles(first: 0) { totalCount }", "BAD_PAGE_SIZE", "first", 0, PAGE),
    "a page of less than none": Bad("people(first: -1) { totalCount }", "BAD_PAGE_SIZE", "first", -1, PAGE),
    "a page too large": Bad("roles(first: 101) { totalCount }", "BAD_PAGE_SIZE", "first", 101, PAGE),
    "a broken cursor": with_cursor("???"),
    "an empty cursor": with_cursor(""),
    "a cursor in Danish": with_cursor("næste"),
    "half of a cursor": with_cursor(ROLES_CURSOR[:-5]),
    "the cursor of another connection": with_cursor(ROLES_CURSOR, "municipalities"),
    "the cursor of another order": with_cursor(encode_cursor("Query.roles:CODE", "a", "role:x")),
    "a cursor with a number beyond 64 bits": with_cursor(encode_cursor("Query.roles:GALLERY", 2**63, "role:x")),
    "a cursor with NUL": with_cursor(
        encode_cursor("Query.municipalities:CODE", "0\0", "municipality:x"), "municipalities"
    ),
    "a cursor with a text where the order has numbers": with_cursor(
        encode_cursor("Query.roles:GALLERY", "3", "role:x")
    ),
    "a cursor with a number where the order has texts": with_cursor(
        encode_cursor("Query.municipalities:CODE", 751, "municipality:x"), "municipalities"
    ),
    "a cursor with NUL in its key": with_cursor(encode_cursor("Query.roles:GALLERY", 3, "role:\0")),
    # --- what excludes each other ---
    "neither role nor task": Bad(
        "responsibility { outcome }", "CONTRADICTION", "role", None, "a role or a task, not neither"
    ),
    "both role and task": Bad(
        'responsibility(role: "yr-kontaktperson", task: "yr-mapning") { outcome }',
        "CONTRADICTION",
        "role",
        "yr-kontaktperson",
        "a role or a task, not both",
    ),
    "one municipality and several": Bad(
        'coverage(municipality: "0751", municipalities: ["0751"]) { at }',
        "CONTRADICTION",
        "municipalities",
        ["0751"],
        "either municipality or municipalities, not both",
    ),
    "no municipality": Bad(
        "gaps(municipalities: []) { day }",
        "EMPTY_LIST",
        "municipalities",
        [],
        "at least one municipality, or no such argument for all",
    ),
    "no kind of change": Bad(
        "changes(filter: {kinds: []}) { totalCount }",
        "EMPTY_LIST",
        "filter.kinds",
        [],
        "at least one kind, or no such filter for all",
    ),
    "a filter that cannot be null": Bad(
        "assignments(filter: {person: null}) { totalCount }", "BAD_FILTER", "filter.person", None, NO_NULL
    ),
    "a filter that cannot be null, by variable": Bad(
        "roles(filter: $f) { totalCount }",
        "BAD_FILTER",
        "filter.kind",
        None,
        NO_NULL,
        {"f": {"kind": None}},
        "$f: RoleFilter",
    ),
    "days out of range": Bad(
        "coverage(within: -1) { at }", "BAD_NUMBER", "within", -1, "a number of days from 0 to 3660"
    ),
    # --- text ---
    "NUL": Bad(
        "municipality(name: $n) { code }",
        "BAD_TEXT",
        "name",
        "Aar\\0hus",
        "text without the NUL character",
        {"n": "Aar\0hus"},
        "$n: String!",
    ),
    "NUL in the document": Bad(
        'municipality(name: "Aar\0hus") { code }', "BAD_TEXT", "name", "Aar\\0hus", "text without the NUL character"
    ),
    "NUL in a filter": Bad(
        "people(filter: {unit: $n}) { totalCount }",
        "BAD_TEXT",
        "filter.unit",
        "\\0",
        "text without the NUL character",
        {"n": "\0"},
        "$n: String",
    ),
    "a lone surrogate": Bad(
        "municipality(name: $n) { code }",
        "BAD_TEXT",
        "name",
        "Aar\\ud800hus",
        "text that is valid Unicode, without lone surrogates",
        {"n": "Aar\ud800hus"},
        "$n: String!",
    ),
    "text too long": Bad(
        "role(name: $n) { code }",
        "BAD_TEXT",
        "name",
        f"{LONG[:40]}…",
        "at most 500 characters, not 501",
        {"n": LONG},
        "$n: String!",
    ),
    "an id too long": Bad(
        "node(id: $n) { id }",
        "BAD_TEXT",
        "id",
        f"{LONG[:40]}…",
        "at most 500 characters, not 501",
        {"n": LONG},
        "$n: ID!",
    ),
    "an empty name": Bad(
        'role(name: " - ") { code }', "BAD_TEXT", "name", " - ", "the key, code, title or id of a role"
    ),
    "a task that does not stand": Bad(
        'responsibility(task: "monopolbrud-brugertyper", municipality: "0751", at: "2020-01-01") { outcome }',
        "TASK_DOES_NOT_STAND",
        "at",
        "2020-01-01",
        "a day from 2019-11-01 up to, not including, 2020-01-01",
    ),
}


@pytest.mark.parametrize("bad", TABLE.values(), ids=TABLE.keys())
async def test_it_is_told_beside_the_answers_of_others(bad: Bad, ask: Ask) -> None:
    declared = f"query ({bad.declared})" if bad.declared else "query"
    query = f'{declared} {{ before: role(name: "kombit-programleder") {{ id }} bad: {bad.query} after: vendors {{ totalCount }} }}'
    answer = await ask(query, bad.variables, errors=True)
    assert answer.data == {"before": {"id": "role:kombit-programleder"}, "bad": None, "after": {"totalCount": 4}}
    error = answer.error
    assert (error["code"], error["field"], error["value"]) == (bad.code, bad.field, bad.value)
    if bad.code.startswith("UNKNOWN_") and not bad.field.endswith("region"):
        assert error["expected"].split(", ")[: len(bad.expected.split(", "))] == bad.expected.split(", ")
        assert 1 <= len(error["expected"].split(", ")) <= 3
    else:
        assert error["expected"] == bad.expected
    assert answer.errors[0]["path"] == ["bad"]
    assert answer.errors[0]["message"].startswith(bad.field.partition(".")[0])


async def test_a_name_that_fits_two_things_is_told_with_both_keys(garden: Garden, ask: Ask) -> None:
    contacts: dict[str, tuple[str, ...]] = {"contactKinds": (), "contactValues": (), "contactClasses": ()}
    same = {"name": "Demo Dobbelt Dobbeltsen", "folded": "demo dobbelt dobbeltsen", "demo": True, **contacts}
    twins = [Thing("Person", f"person:twin-{which}", same) for which in ("a", "b")]
    await garden.plant(things=twins)
    answer = await ask('{ person(name: "demo dobbelt dobbeltsen") { id } ok: vendors { totalCount } }', errors=True)
    assert answer.data == {"person": None, "ok": {"totalCount": 4}}
    both = "Demo Dobbelt Dobbeltsen (person:twin-a), Demo Dobbelt Dobbeltsen (person:twin-b)"
    assert answer.error == {
        "code": "AMBIGUOUS_NAME",
        "field": "name",
        "value": "demo dobbelt dobbeltsen",
        "expected": both,
    }
    await garden.clear()


async def test_when_all_root_fields_fail_no_statement_runs(ask: Ask) -> None:
    answer = await ask('{ a: roles(first: 0) { totalCount } b: node(id: "x") { id } }', statements=0, errors=True)
    assert answer.data == {"a": None, "b": None}
    assert [error["path"] for error in answer.errors] == [["a"], ["b"]]


async def test_a_name_that_was_not_known_yet_is_told_as_that(ask: Ask) -> None:
    answer = await ask('{ role(name: "kombit-programleder", knownAt: "2019-01-01T00:00:00Z") { code } }', errors=True)
    assert answer.error["code"] == "UNKNOWN_ROLE"
    assert "as the gallery was known at 2019-01-01T00:00:00" in answer.errors[0]["message"]
    assert answer.error["expected"] == "the code, name or id of a role"
