"""What GraphQL itself refuses: a code, the field, the value and what would be right, as for everything else."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.contract.conftest import Ask

ALLOWED = "a document that the schema allows (`rollegalleri schema` prints it)"
HUGE = str(2**70)
NOT_ASKED: dict[str, tuple[str, dict[str, Any], tuple[str, str, Any, str]]] = {
    "a number beyond 64 bits": (
        f"{{ roles(first: {HUGE}) {{ totalCount }} }}", {}, ("VALIDATION_FAILED", "first", HUGE, "Int!")
    ),
    "a number beyond 32 bits": (
        "{ coverage(within: 2147483648) { at } }", {}, ("VALIDATION_FAILED", "within", "2147483648", "Int")
    ),
    "a number beyond 64 bits, by variable": (
        "query ($n: Int!) { roles(first: $n) { totalCount } }", {"n": 2**70}, ("BAD_VARIABLE", "$n", HUGE, "Int!")
    ),
    "a number where text is asked": (
        "{ role(name: 7) { code } }", {}, ("VALIDATION_FAILED", "name", "7", "String!")
    ),
    "true where a number is asked, by variable": (
        "query ($n: Int!) { roles(first: $n) { totalCount } }", {"n": True}, ("BAD_VARIABLE", "$n", True, "Int!")
    ),
    "no value for a variable that must have one": (
        "query ($n: String!) { role(name: $n) { code } }", {}, ("BAD_VARIABLE", "$n", None, "String!")
    ),
    "a variable of another type than the argument": (
        "query ($n: Int) { role(name: $n) { code } }", {}, ("VALIDATION_FAILED", "name", "$n", "String!")
    ),
    "no argument where there must be one": (
        "{ role { code } }", {}, ("VALIDATION_FAILED", "name", None, "String!")
    ),
    "an order that is none": (
        "{ roles(orderBy: AGE) { totalCount } }", {},
        ("VALIDATION_FAILED", "orderBy", "AGE", "one of GALLERY, CODE, CODE_DESC"),
    ),
    "a value that is none of a filter's, by variable": (
        "query ($f: RoleFilter) { roles(filter: $f) { totalCount } }", {"f": {"domain": "NOPE"}},
        ("BAD_VARIABLE", "$f", '{"domain": "NOPE"}', "RoleFilter"),
    ),
    "a filter that is none": (
        "{ roles(filter: {colour: 1}) { totalCount } }", {},
        ("VALIDATION_FAILED", "filter.colour", "colour", "a field of RoleFilter"),
    ),
    "a filter's value that is none": (
        "{ municipalities(filter: {region: 3}) { totalCount } }", {},
        ("VALIDATION_FAILED", "filter.region", "3", "String"),
    ),
    "an argument that is none": (
        "{ roles(colour: 1) { totalCount } }", {}, ("VALIDATION_FAILED", "colour", "colour", "an argument of roles")
    ),
    "a field that is none": (
        "{ roles { totals } }", {},
        ("VALIDATION_FAILED", "roles.totals", "totals", "a field of RoleConnection, used as its type asks"),
    ),
    "a variable that is not used": (
        "query ($n: Int) { vendors { totalCount } }", {}, ("VALIDATION_FAILED", "$n", None, ALLOWED)
    ),
    "a default that its variable cannot have": (
        "query ($n: Int = \"x\") { roles(first: $n) { totalCount } }", {},
        ("VALIDATION_FAILED", "$n", "x", "a value of Int, if the schema has it"),
    ),
    "a fragment that is none": ("{ ...F }", {}, ("VALIDATION_FAILED", "query", None, ALLOWED)),
    "a lone surrogate in the document": (
        '{ role(name: "\\ud800") { code } }', {}, ("SYNTAX_ERROR", "query", None, "a GraphQL document")
    ),
    "a raw lone surrogate in the document": (
        '{ role(name: "\ud800") { code } }', {}, ("SYNTAX_ERROR", "query", None, "a GraphQL document")
    ),
    "half a document": ("{ roles {", {}, ("SYNTAX_ERROR", "query", None, "a GraphQL document")),
    "nothing": ("", {}, ("SYNTAX_ERROR", "query", None, "a GraphQL document")),
    "a mutation": ("mutation { a }", {}, ("VALIDATION_FAILED", "a", "a", "a field of Mutation, used as its type asks")),
    "two operations": (
        "query A { vendors { totalCount } } query B { vendors { totalCount } }", {},
        ("BAD_OPERATION_NAME", "operationName", None, "A, B"),
    ),
    "a document too long": (
        "{ vendors { totalCount } }" + " " * 20_000, {},
        ("TOO_LARGE", "query", 20_026, "at most 20000 characters"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("query", "variables", "four"), NOT_ASKED.values(), ids=NOT_ASKED.keys())
async def test_what_is_not_graphql_as_it_should_be_never_reaches_the_database(
    query: str, variables: dict[str, Any], four: tuple[str, str, Any, str], ask: Ask
) -> None:
    answer = await ask(query, variables, statements=0, errors=True)
    assert answer.data is None
    assert [tuple(error["extensions"].values()) for error in answer.errors] == [four]
    assert list(answer.errors[0]["extensions"]) == ["code", "field", "value", "expected"]
    assert not re.search(r"\b(True|None)\b", answer.errors[0]["message"]), "values are told as they were sent, in JSON"


async def test_an_argument_that_may_not_be_null_is_told_in_the_same_shape(ask: Ask) -> None:
    """Its variable may be null, since the argument has a default: graphql-core itself refuses the null."""
    query = "query ($n: Int) { roles(first: $n) { totalCount } ok: vendors { totalCount } }"
    answer = await ask(query, {"n": None}, errors=True)
    assert answer.data == {"roles": None, "ok": {"totalCount": 4}}
    assert answer.error == {"code": "BAD_INPUT", "field": "first", "value": "$n", "expected": "Int!"}
