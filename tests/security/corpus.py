"""Documents and requests that ask too much, or make no sense; made here, by kind, so that each can be seen to be refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

JSON = "application/json"
BROKEN = (
    "", " ", "{", "}", "{{}}", "{ }", "query", "query {", "{ __typename } }", '{ role(name: "x }', "\x00", "{ \x00 }", "﷽" * 100,
    "{ ...F }", "fragment F on Query { __typename }", "{ a(b: $c) }", "type Query { a: Int }", "{ role }", "{ __typename { a } }",
    "mutation { role }", "subscription { a b }", "subscription { a }", "{ nothing }", "{ role(nothing: 1) { code } }", "{ role(name: 1) { code } }",
    "query ($a: Nothing) { __typename }", "query ($a: Int, $a: Int) { __typename }", "query A { __typename } query A { __typename }",
    '{ role(name: "\\uD800") { code } }', "{ roles(first: 1e400) { totalCount } }", "{ roles(first: 99999999999999999999) { totalCount } }",
)  # fmt: skip
ROLES = "{ roles(first: 100) { nodes "


class Hostile(NamedTuple):
    """A request's body and content type; `code` is what it is to be refused with, of `None` any code will do."""

    name: str
    body: bytes
    code: str | None = None
    content_type: str | None = JSON


def corpus() -> list[Hostile]:
    """Give all of them."""
    kinds = (_fans, _circles, _twice, _deep_ones, _many, _costly, _broken)
    documents = [Hostile(name, asked(query), code) for kind in kinds for name, query, code in kind()]
    return [*documents, *_variables(), *_bodies()]


def asked(query: str, variables: object = None) -> bytes:
    """Make the body of a request."""
    return json.dumps({"query": query, "variables": variables}).encode()


Documents = Iterator[tuple[str, str, str | None]]


def _fans() -> Documents:
    for power in (10, 20, 30, 40, 50, 60):
        yield f"fragments fan out 2^{power} at the root", fan("Query", "__typename", power), None
        yield f"fragments fan out 2^{power} under aliases", fan("Query", 'a: role(name: "x") { code }', power), None
        yield f"fragments fan out 2^{power} with a field between", _fan_down(power), None
        yield f"fragments fan out 2^{power} within introspection", _fan_introspection(power), None
        yield (
            f"fragments fan out 2^{power} under directives",
            fan("Query", "__typename @include(if: true)", power),
            None,
        )


def _circles() -> Documents:
    for length in range(1, 11):
        circle = " ".join(f"fragment F{i} on Query {{ ...F{(i + 1) % length} }}" for i in range(length))
        yield f"a circle of {length} fragments", f"{{ ...F0 }} {circle}", None
        unused = f"{{ __typename }} {circle}"
        yield f"a circle of {length} fragments that nothing spreads", unused, None


def _twice() -> Documents:
    """Two definitions of one name, of which either is spread."""
    for count in (300, 900):
        many, few = "{ " + "__typename " * count + "}", "{ __typename }"
        for name, first, second in (("first", many, few), ("second", few, many)):
            fragments = f"fragment F on Query {first} fragment F on Query {second}"
            yield f"a fragment defined twice, {count} fields in the {name}", f"{{ ...F }} {fragments}", None
            yield (
                f"a fragment that nothing spreads defined twice, {count} fields in the {name}",
                f"{few} {fragments}",
                None,
            )
            operations = f"query Q {first} query Q {second}"
            yield f"an operation defined twice, {count} fields in the {name}", operations, None
        hidden = "fragment F on Query { __schema { types { " + "name " * count + "} } }"
        yield f"{count} fields of introspection that nothing spreads", f"{few} {hidden}", None


def _deep_ones() -> Documents:
    for depth in (13, 20, 50, 100, 150, 200, 300, 450):
        yield f"{depth} levels of fields", "{ a " * depth + "}" * depth, None
        yield f"{depth} levels of fields that are there", _deep(depth), None
    for depth in (200, 300, 450):
        yield f"{depth} levels of lists", "{ role(name: " + "[" * depth + "]" * depth + ") { code } }", None
        yield (
            f"{depth} levels of objects",
            "{ roles(filter: " + "{a: " * depth + "1" + "}" * depth + ") { totalCount } }",
            None,
        )
        yield f"{depth} levels of types", f"query ($a: {'[' * depth}Int{']' * depth}) {{ __typename }}", None
    for depth in (16, 30, 60):
        yield f"introspection {depth} levels down", _introspection("ofType", depth), None
    for times in (2, 3, 5, 10, 20):
        yield (
            f"introspection from type to types {times} times",
            _introspection("fields { type", times, " }"),
            "TOO_DEEP",
        )
        whole = "__schema { types { name fields { name type { name } } } }"
        yield f"the schema {times} times", f"{{ {' '.join(f'a{i}: {whole}' for i in range(times))} }}", "TOO_DEEP"
        types = " ".join(f"a{i}: types {{ name }}" for i in range(times))
        yield f"the schema's types {times} times", f"{{ __schema {{ {types} }} }}", "TOO_DEEP"
        yield f"introspection over possible types {times} times", _introspection("possibleTypes", times), "TOO_DEEP"


def _many() -> Documents:
    for count in (31, 60, 100, 190, 1_000, 10_000):
        yield f"{count} aliases", "{" + " ".join(f"a{i}: __typename" for i in range(count)) + "}", None
        nested = "{ roles { nodes {" + " ".join(f"a{i}: code" for i in range(count)) + "} } }"
        yield f"{count} aliases further down", nested, None
    for count in (10, 50, 200, 1_000, 10_000):
        yield f"{count} directives on a field", "{ __typename " + "@include(if: true) " * count + "}", None
        yield f"{count} unknown directives", "{ __typename " + "@nothing " * count + "}", None
        yield f"{count} directives on an operation", "query " + "@nothing " * count + "{ __typename }", None
    for count in (201, 400, 900, 5_000):
        yield f"{count} fields", ROLES + "{" + " code" * count + "} } }", None
        overlapping = "{ roles { nodes { " + "escalatesTo { code } " * count + "} } }"
        yield f"{count} fields that overlap", overlapping, None
    for count in (21, 50, 199):
        yield (
            f"{count} root fields",
            "{" + " ".join(f'a{i}: role(name: "x") {{ code }}' for i in range(count)) + "}",
            None,
        )
    for count in (11, 100, 330):
        yield f"{count} operations", " ".join(f"query Q{i} {{ __typename }}" for i in range(count)), None
    for size in (20_001, 50_000, 60_000):
        yield f"a document of {size} characters", "{ __typename }" + " " * size, "TOO_LARGE"
        yield f"a comment of {size} characters", "{ __typename } #" + "x" * size, "TOO_LARGE"


def _broken() -> Documents:
    for broken in BROKEN:
        yield f"no document: {broken[:24]!r}", broken, None


def _costly() -> Documents:
    page = "first: 100"
    person, page = "holder { ... on Person { roles { role { code } } } }", "first: 100"
    nested = {
        "what all hold who hold something": f"municipalities({page}) {{ nodes {{ assignments {{ {person} }} }} }}",
        "people with roles with people": f"people({page}) {{ nodes {{ roles {{ {person} role {{ tasks {{ task {{ code }} }} }} }} }} }}",
        "tasks of the projects of tasks": f"tasks({page}) {{ nodes {{ project {{ tasks {{ roles {{ role {{ code }} }} }} }} }} }}",
        "every cell with its history": "coverage { cells { assignments { history { seq } } } }",
        "roles of galleries of roles": f"roles({page}) {{ nodes {{ galleries {{ roles {{ code }} }} }} }}",
    }
    for name, query in nested.items():
        yield name, f"{{ {query} }}", "TOO_COSTLY"
        half = f"{{ a: {query} b: {query} }}"
        yield f"{name}, twice", half, "TOO_COSTLY"
    big = (
        "query ($n: Int!) { municipalities(first: $n) { nodes { assignments { role { tasks { task { code } } } } } } }"
    )
    yield "a page that a variable makes long", big.replace("$n: Int!", "$n: Int! = 100"), "TOO_COSTLY"


def _variables() -> Iterator[Hostile]:
    query = "query ($name: String!) { role(name: $name) { code } }"
    for name, value in {
        "a number": 1, "a list": ["a"], "an object": {"a": 1}, "null": None, "true": True, "a fraction": 1.5,
        "a long list": ["x"] * 5_000, "a deep list": _nested_list(400), "many keys": {f"k{i}": i for i in range(3_000)},
    }.items():  # fmt: skip
        yield Hostile(f"a variable that is {name}", asked(query, {"name": value}))
    many = "query ($names: [String!]) { coverage(roles: $names) { counts { state } } }"
    yield Hostile("a list of numbers", asked(many, {"names": list(range(5_000))}))
    for name, variables in {"no variables": {}, "a list": [], "text": "x", "a number": 1}.items():
        yield Hostile(f"variables: {name}", asked(query, variables))
    page = "query ($n: Int!) { roles(first: $n) { totalCount } }"
    for number in (2**31, 2**63, 2**64, 2**65, 10**400, -(2**63) - 1):
        yield Hostile(f"a page of {str(number)[:24]}", asked(page, {"n": number}))
    halves = b'{"query": "query ($name: String!) { role(name: $name) { code } }", "variables": {"name": "\\ud800"}}'
    yield Hostile("half of a character", halves, "BAD_TEXT")


def _bodies() -> Iterator[Hostile]:
    for name, body in {
        "nothing": b"", "spaces": b"   ", "null": b"null", "a number": b"1", "text": b'"{ __typename }"', "a list": b"[]",
        "a batch": b'[{"query": "{ __typename }"}]', "true": b"true", "half an object": b'{"query": ', "not JSON": b"{query: 1}",
        "bad UTF-8": b'{"query": "{ __typename }\xff\xfe"}', "UTF-16": '{"query": "{ __typename }"}'.encode("utf-16"),
        "a byte order mark alone": b"\xef\xbb\xbf", "no query": b"{}", "a query that is null": b'{"query": null}',
        "a query that is a number": b'{"query": 1}', "a query that is a list": b'{"query": ["{ __typename }"]}',
        "variables that are text": b'{"query": "{ __typename }", "variables": "x"}',
        "extensions that are a list": b'{"query": "{ __typename }", "extensions": []}',
        "an operation name that is a number": b'{"query": "{ __typename }", "operationName": 1}',
        "an operation that is not there": b'{"query": "query A { __typename }", "operationName": "B"}',
        "NaN": b'{"query": "{ __typename }", "variables": {"a": NaN}}', "65 kB": b'{"query": "' + b" " * 65_000 + b'"}',
        "2 MB": b" " * 2_000_000, "2,000 levels of lists": b"[" * 2_000 + b"]" * 2_000, "30,000 levels of lists": b"[" * 30_000,
        "10,000 levels of objects": b'{"a":' * 10_000,
    }.items():  # fmt: skip
        yield Hostile(f"a body that is {name}", body)
    good = b'{"query": "{ __typename }"}'
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "",
        "x",
        None,
    ):
        yield Hostile(f"a body of the type {kind}", good, content_type=kind)
    yield Hostile("JSON in another alphabet", good, content_type="application/json; charset=utf-7")


def fan(kind: str, field: str, power: int) -> str:
    """Make a document whose fragments come to 2^power fields."""
    last = f"fragment F0 on {kind} {{ {field} }}"
    more = " ".join(f"fragment F{i} on {kind} {{ ...F{i - 1} ...F{i - 1} }}" for i in range(1, power + 1))
    return f"{{ ...F{power} }} {last} {more}"


def _fan_down(power: int) -> str:
    inner = "fragment F0 on Role { code }"
    more = " ".join(
        f"fragment F{i} on Role {{ a: escalatesTo {{ ...F{i - 1} }} b: escalatesTo {{ ...F{i - 1} }} }}"
        for i in range(1, power + 1)
    )
    depth = max(power, 14)
    more += " ".join(f" fragment F{i} on Role {{ escalatesTo {{ ...F{i - 1} }} }}" for i in range(power + 1, depth + 1))
    return f'{{ role(name: "x") {{ ...F{depth} }} }} {inner} {more}'


def _fan_introspection(power: int) -> str:
    inner = "fragment F0 on __Type { name }"
    more = " ".join(f"fragment F{i} on __Type {{ ofType {{ ...F{i - 1} }} ...F{i - 1} }}" for i in range(1, power + 1))
    return f"{{ __schema {{ types {{ ...F{power} }} }} }} {inner} {more}"


def _introspection(field: str, times: int, close: str = "") -> str:
    return "{ __schema { types { " + f"{field} {{ " * times + "name" + (" }" + close) * times + " } } }"


def _deep(depth: int) -> str:
    return '{ role(name: "x") { ' + "escalatesTo { " * depth + "code" + " }" * depth + " } }"


def _nested_list(depth: int) -> object:
    value: object = "x"
    for _ in range(depth):
        value = [value]
    return value
