"""What a document may have: up to each limit and not one more, fragments written out; and what is counted as its cost."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest
from graphql import (
    FragmentDefinitionNode,
    Node,
    OperationDefinitionNode,
    Token,
    build_schema,
    get_introspection_query,
    parse,
)

from resolvers.context import Viewer
from schema import locating
from schema.cost import cost_of
from schema.directory import schema as directory
from schema.documents import Document, Prepared, take_in
from schema.engine import Request
from schema.gallery.schema import core, engine
from schema.limits import CODES, DEEPEST, LIMITS, Limits, check


def code_of(query: str) -> str | None:
    error = check(parse(query), LIMITS)
    if error is None:
        return None
    extensions = error.extensions or {}
    assert extensions["field"] == "query"
    assert extensions["expected"] in error.message
    return str(extensions["code"])


def cost(query: str, **variables: object) -> int:
    document = parse(query)
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    (operation,) = (d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    return cost_of(core(), fragments, operation, variables)


def fields(count: int) -> str:
    return "{ a {" + " b" * (count - 1) + "} }"


def deep(depth: int) -> str:
    return "{ a " * depth + "}" * depth


def spread(count: int, what: str) -> str:
    """A fragment with one of something, spread so many times."""
    return "{ a {" + " ...F" * count + " } } fragment F on A { " + what + " }"


AT_THE_LIMIT = {
    "depth": deep,
    "root_fields": lambda count: "{" + " a" * count + "}",
    "fields": fields,
    "aliases": lambda count: "{ a {" + " b: c" * count + " } }",
    "directives": lambda count: "{ a" + " @b" * count + " }",
    "operations": lambda count: " ".join(f"query Q{i} {{ a }}" for i in range(count)),
}


@pytest.mark.parametrize("name", AT_THE_LIMIT)
def test_as_many_as_the_limit_are_answered_and_not_one_more(name: str) -> None:
    most = getattr(LIMITS, name)
    assert code_of(AT_THE_LIMIT[name](most)) is None
    assert code_of(AT_THE_LIMIT[name](most + 1)) == CODES[name]


@pytest.mark.parametrize(
    "source", ["{a" * 200 + "{b}" + "}" * 200, "{ a(b: " + "[" * 450 + "]" * 450 + ") }"], ids=["fields", "values"]
)
def test_what_is_nested_deeper_than_it_can_be_read_is_too_deep(source: str) -> None:
    (error,) = take_in(source, core(), LIMITS).errors
    told = {"code": "TOO_DEEP", "field": "query", "value": None, "expected": "at most 12 levels of fields"}
    assert {**told, **(error.extensions or {})} == error.extensions
    assert error.message.endswith("at most 12 levels of fields are answered.")


def test_the_most_levels_that_can_be_set_are_counted_exactly() -> None:
    schema = build_schema("type Query { a: Query b: Int }")
    limits = Limits(depth=DEEPEST)

    def levels(count: int) -> Document:
        return take_in("{a" * (count - 1) + "{b}" + "}" * (count - 1), schema, limits)

    def further(frames: int) -> Document:
        """Where a service calls it, the stack is not empty."""
        return levels(DEEPEST) if not frames else further(frames - 1)

    assert further(100).errors == ()
    (error,) = levels(DEEPEST + 1).errors
    assert (error.extensions or {})["code"] == "TOO_DEEP"
    assert (error.extensions or {})["value"] == DEEPEST + 1


def test_fragments_are_written_out() -> None:
    assert code_of(spread(LIMITS.fields - 1, "b")) is None
    assert code_of(spread(LIMITS.fields, "b")) == "TOO_MANY_FIELDS"
    assert code_of(spread(LIMITS.aliases, "b: c")) is None
    assert code_of(spread(LIMITS.aliases + 1, "b: c")) == "TOO_MANY_ALIASES"
    assert code_of("{ a { ...F } } fragment F on A " + deep(LIMITS.depth - 1)) is None
    assert code_of("{ a { ...F } } fragment F on A " + deep(LIMITS.depth)) == "TOO_DEEP"
    assert code_of("{ a { ... on A @x { ... @x { b @x } } } }") is None


def test_fragments_that_nothing_spreads_are_counted() -> None:
    assert code_of("{ a } fragment F on A {" + " b" * (LIMITS.fields + 1) + "}") == "TOO_MANY_FIELDS"


def test_what_validation_would_refuse_is_counted_all_the_same() -> None:
    """Whichever definition of a name would count: graphql-core compares the fields of each before it says that there are two."""
    many, few = "{" + " b" * (LIMITS.fields + 1) + "}", "{ b }"
    for first, second in ((many, few), (few, many)):
        fragments = f"fragment F on A {first} fragment F on A {second}"
        assert code_of(f"{{ a {{ ...F }} }} {fragments}") == "TOO_MANY_FIELDS"
        assert code_of(f"{{ a }} {fragments}") == "TOO_MANY_FIELDS"
        assert code_of(f"query Q {{ a {first} }} query Q {{ a {second} }}") == "TOO_MANY_FIELDS"
    assert code_of("{ a { ...F } } fragment F on A { b } fragment F on A { c }") is None
    assert code_of("{ a } fragment F on Query { __schema { types {" + " name" * 300 + "} } }") == "TOO_DEEP"


def test_a_circle_is_left_to_validation() -> None:
    assert code_of("{ ...F } fragment F on Query { a ...G } fragment G on Query { b ...F }") is None


def test_introspection_as_tools_ask_it_is_counted_apart() -> None:
    assert code_of(get_introspection_query(specified_by_url=True, input_value_deprecation=True)) is None
    named = " ".join(
        f'{alias}: __type(name: "{alias}") {{ name fields {{ name }} }}' for alias in ("Role", "Task", "Vendor")
    )
    assert code_of(f"{{ {named} }}") is None
    assert code_of("{ __schema { types { fields { type { fields { name } } } } } }") == "TOO_DEEP"


def test_sizes_multiply_and_variables_count() -> None:
    page = "query ($n: Int!) { roles(first: $n) { nodes { code tasks { task { code } } } } }"
    assert cost(page, n=1) == 1 + 1 * (1 + 5 * (1 + 1))
    assert cost(page, n=100) == 1 + 100 * (1 + 5 * (1 + 1))
    assert cost("{ roles { nodes { code } } }") == 1 + 20, "as many as a page has by itself"
    assert cost("{ roles { totalCount } }") == 1
    assert cost("{ roles(first: 7) { edges { node { code } } } }") == 1 + 7 * (1 + 1)


def test_a_grid_is_as_large_as_what_it_is_asked_for() -> None:
    grid = "query ($m: [String!], $r: [String!]) { coverage(municipalities: $m, roles: $r) { cells { state } } }"
    assert cost(grid, m=["a", "b", "c"], r=["x", "y"]) == 1 + 3 * 2
    assert cost("{ coverage { cells { state } } }") == 1 + 98 * 14
    assert cost('{ coverage(municipality: "a") { cells { state } } }') == 1 + 14
    assert cost('{ responsibility(role: "a", municipalities: ["b", "c"]) { outcome } }') == 2
    assert cost('{ responsibility(task: "a", municipality: "b") { outcome } }') == 4


def test_a_subscription_costs_what_it_follows() -> None:
    cells = "subscription ($m: String) { cells(municipality: $m) { coverage { cells { role { code } } } } }"
    assert cost(cells, m="a") == 1 + (1 + 14 * 2)
    assert cost(cells) == 1 + (1 + 98 * 14 * 2)
    assert cost('subscription { answer(task: "a", municipality: "b") { answers { outcome } } }') == 1 + 4


def test_fragments_and_aliases_cost_what_they_bring() -> None:
    assert (
        cost(
            "{ a: roles(first: 3) { ...F } b: roles(first: 4) { ...F } } fragment F on RoleConnection { nodes { code } }"
        )
        == 9
    )
    assert cost('{ node(id: "x") { ... on Role { names { title } } ... { id } } }') == 1 + 5
    assert cost("{ __schema { types { name } } }") == 0


def test_the_same_document_is_counted_anew_for_other_numbers_and_lengths() -> None:
    page = (
        "query ($n: Int!) { municipalities(first: $n) { nodes { assignments { role { tasks { task { code } } } } } } }"
    )
    grid = "query ($m: [String!]) { coverage(municipalities: $m) { cells { assignments { role { tasks { task { code } } } } } } }"
    for query, few, many in ((page, {"n": 1}, {"n": 100}), (grid, {"m": ["0101"]}, {"m": ["0101"] * 98})):
        for variables, answered in ((few, True), (many, False), (few, True)):
            assert isinstance(engine().prepare(Request(query, variables), Viewer()), Prepared) is answered


REFUSED = {
    "syntax": "{" + " a" * 500 + " (",
    "limit": "{" + " a" * 300 + " }",
    "validation": "{ a0: nothing " + " ".join(f'a{i}: role(name: "x") {{ code }}' for i in range(1, 19)) + " }",
    "no such kind of operation": "subscription { " + "a " * 18 + "}",
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_document_that_is_refused_is_not_kept_only_what_is_wrong_with_it(kind: str) -> None:
    """Whoever sends nothing but those may fill what the service keeps of documents, and a document takes much."""
    schema = directory.core() if kind == "no such kind of operation" else core()
    taken = take_in(REFUSED[kind], schema, LIMITS)
    assert (taken.ast, [error for error in taken.errors if error.extensions is None]) == (None, [])
    assert taken.errors
    assert taken.errors[0].locations or kind == "limit"
    assert not any(isinstance(one, Node | Token) for one in _held(taken.errors))


def test_all_that_is_wrong_is_found_on_one_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    walks: list[int] = []
    visit = locating.visit

    def noted(*given: Any) -> Any:
        walks.append(1)
        return visit(*given)

    monkeypatch.setattr(locating, "visit", noted)
    wrong = (
        '{ role(name: "x") {' + "".join(f" x{number}" for number in range(50)) + " } roles(first: [1]) { totalCount } }"
    )
    taken = take_in(wrong, core(), LIMITS)
    told = [(error.extensions or {})["field"] for error in taken.errors]
    assert sorted(told) == sorted([*(f"role.x{number}" for number in range(50)), "first"])
    assert len(walks) == 1


def test_a_document_that_is_too_long_is_not_kept_at_all() -> None:
    asked = engine()
    for length in (LIMITS.source, LIMITS.source + 1):
        request = Request("{ __typename " + " " * (length - 14) + "}")
        assert len(request.query) == length
        asked.prepare(request, Viewer("local", "local:me"))
        assert asked.knows(request) == (length == LIMITS.source)


def _held(roots: Iterable[object]) -> Iterator[object]:
    """Everything that is reached from some objects, but for classes, modules and functions."""
    seen: set[int] = set()
    left = list(roots)
    while left:
        one = left.pop()
        if id(one) not in seen and not isinstance(one, type | ModuleType | FunctionType):
            seen.add(id(one))
            left += gc.get_referents(one)
            yield one


def test_what_a_change_shows_costs_what_it_can_bring() -> None:
    shown = "answers { outcome reach { email } } cells { state }"
    escalate = "mutation ($i: EscalateRoleInput!) { escalateRole(input: $i) { ... on RoleChanged { %s } } }"
    appoint = "mutation ($i: AppointInput!) { appoint(input: $i) { ... on AssignmentChanged { %s } } }"
    undo = "mutation ($i: UndoInput!) { undo(input: $i) { ... on ChangeUndone { %s facts { id } } } }"
    assert cost(escalate % shown) == 1 + 98 * (1 + 3) + 98
    assert cost(appoint % shown) == 1 + 14 * (1 + 3) + 14
    assert cost(escalate.replace("RoleChanged", "Changed") % shown) == cost(escalate % shown)
    assert cost(undo % shown) == 1 + 100 * (1 + 3) + 100 + 100


def test_a_role_map_costs_its_lanes() -> None:
    assert (
        cost('{ roleMap(around: "role:x") { nodes { lane node { ... on Role { names { title } } } } edges { kind } } }')
        == 1 + 48 * (1 + 1 + 5) + 60
    )
