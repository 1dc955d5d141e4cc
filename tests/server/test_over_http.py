"""GraphQL over HTTP: every MUST and SHOULD of the draft and of its audit suite, row by row."""

from __future__ import annotations

import asyncio
import json
from typing import Any, NamedTuple

import httpx
import pytest

from server import reading

NEW = "application/graphql-response+json"
OLD = "application/json"
OK = {"query": "{ __typename }"}
SYNTAX = {"query": "{"}
UNKNOWN_FIELD = {"query": "{ nothingOfThisName }"}
UNSET_VARIABLE = {
    "query": "query Q($name: String!) { municipality(name: $name) { name } }",
    "variables": {"name": None},
}
NO_OPERATION = {"query": "query A { __typename } query B { __typename }", "operationName": "C"}
PARTIAL = {"query": '{ a: municipality(name: "Arhuss") { name } b: municipality(name: "Aarhus") { name } }'}
ALL_NULL = {"query": '{ municipality(name: "Arhuss") { name } }'}

ENDPOINTS = ("/graphql", "/directory/graphql")
DIRECTORY = (
    (UNSET_VARIABLE, {
        "query": 'query Q($name: String!) { contacts(role: "x", municipality: $name) { name } }', "variables": {"name": None},
    }),
    (PARTIAL, {"query": "{ me { customerCount } __typename }"}),
    (ALL_NULL, {"query": "{ me { customerCount } }"}),
)  # fmt: skip
"""What stands for a body that the directory's schema does not have; it answers no operator."""


class Row(NamedTuple):
    """What is sent, and what must come back."""

    rule: str
    body: Any
    accept: str | None
    status: int
    kind: str
    data: bool = True
    content_type: str | None = OLD


ROWS = (
    Row("MUST accept application/json", OK, OLD, 200, OLD),
    Row("MUST accept application/graphql-response+json", OK, NEW, 200, NEW),
    Row("SHOULD answer */* as application/json", OK, "*/*", 200, OLD),
    Row("SHOULD answer without Accept as application/json", OK, None, 200, OLD),
    Row("MUST give what is preferred", OK, f"{OLD};q=0.5, {NEW};q=0.9", 200, NEW),
    Row("MUST give what is preferred, the other way round", OK, f"{NEW};q=0.1, {OLD};q=0.9", 200, OLD),
    Row("the recommended header gets the new type", OK, f"{NEW}; charset=utf-8, {OLD}; charset=utf-8", 200, NEW),
    Row("what is refused with q=0 is not given", OK, f"{NEW};q=0, */*", 200, OLD),
    Row("a wildcard does not undo a refusal", OK, f"{OLD};q=0, */*", 200, NEW),
    Row("MUST take UTF-8 that is named", OK, OLD, 200, OLD, content_type="application/json; charset=UTF-8"),
    Row("parsing failure, legacy: SHOULD 200", SYNTAX, OLD, 200, OLD, data=False),
    Row("validation failure, legacy: SHOULD 200", UNKNOWN_FIELD, OLD, 200, OLD, data=False),
    Row("no such operation, legacy: SHOULD 200", NO_OPERATION, OLD, 200, OLD, data=False),
    Row("variable failure, legacy: SHOULD 200", UNSET_VARIABLE, OLD, 200, OLD, data=False),
    Row("parsing failure: SHOULD 400 without data", SYNTAX, NEW, 400, NEW, data=False),
    Row("validation failure: SHOULD 400 without data", UNKNOWN_FIELD, NEW, 400, NEW, data=False),
    Row("no such operation: SHOULD 400 without data", NO_OPERATION, NEW, 400, NEW, data=False),
    Row("variable failure: SHOULD 400 without data", UNSET_VARIABLE, NEW, 400, NEW, data=False),
    Row("part of the answer: MUST 2xx", PARTIAL, NEW, 200, NEW),
    Row("an answer that is null but there: SHOULD 200", ALL_NULL, NEW, 200, NEW),
    Row(
        "null parameters are as unset",
        {**OK, "variables": None, "operationName": None, "extensions": None},
        NEW,
        200,
        NEW,
    ),
    Row("extensions are allowed", {**OK, "extensions": {"some": "value"}}, NEW, 200, NEW),
    Row(
        "an operation is chosen by name",
        {"query": "query A { __typename } query B { b: __typename }", "operationName": "B"},
        NEW,
        200,
        NEW,
    ),
)


both = pytest.mark.parametrize("path", ENDPOINTS, ids=["gallery", "directory"])


@both
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.rule)
async def test_what_the_draft_says(http: httpx.AsyncClient, row: Row, path: str) -> None:
    headers = {name: value for name, value in {"accept": row.accept, "content-type": row.content_type}.items() if value}
    body = row.body
    if path != "/graphql":
        body = next((other for one, other in DIRECTORY if one is body), body)
    response = await http.post(path, content=json.dumps(body), headers=headers)
    assert response.status_code == row.status, response.text
    assert response.headers["content-type"] == f"{row.kind}; charset=utf-8"
    assert ("data" in response.json()) is row.data
    assert all(error["extensions"]["code"] for error in response.json().get("errors", []))


BAD: tuple[tuple[str, bytes, str], ...] = (
    ("nothing", b"", "BAD_REQUEST"),
    ("no JSON", b'{ "not a JSON', "BAD_JSON"),
    ("not UTF-8", b'{"query": "{ __typename } # \xff"}', "BAD_JSON"),
    ("UTF-16", '{"query": "{ __typename }"}'.encode("utf-16"), "BAD_JSON"),
    ("nested too deeply", b"[" * 20_000, "BAD_JSON"),
    ("no number that JSON has", b'{"query": "{ __typename }", "variables": {"a": NaN}}', "BAD_JSON"),
    ("half a character", b'{"query": "{ __typename }", "variables": {"a": "\\ud800"}}', "BAD_TEXT"),
    ("a list (batch)", b'[{"query": "{ __typename }"}]', "BAD_REQUEST"),
    ("text", b'"{ __typename }"', "BAD_REQUEST"),
    ("null", b"null", "BAD_REQUEST"),
    ("no query", b'{"qeury": "{ __typename }"}', "BAD_REQUEST"),
    ("query is null", b'{"query": null}', "BAD_REQUEST"),
    ("query is an object", b'{"query": {"obj": "ect"}}', "BAD_REQUEST"),
    ("query is a number", b'{"query": 0}', "BAD_REQUEST"),
    ("query is false", b'{"query": false}', "BAD_REQUEST"),
    ("query is a list", b'{"query": ["array"]}', "BAD_REQUEST"),
    *((f"{name} is {bad}", f'{{"query": "{{ __typename }}", "{name}": {bad}}}'.encode(), "BAD_REQUEST")
      for name, bads in {
          "operationName": ('{"obj": "ect"}', "0", "false", '["array"]'),
          "variables": ('"string"', "0", "false", '["array"]'),
          "extensions": ('"string"', "0", "false", '["array"]'),
      }.items()
      for bad in bads),
)  # fmt: skip


@both
@pytest.mark.parametrize(("body", "code"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
@pytest.mark.parametrize("accept", [OLD, NEW])
async def test_a_malformed_body_is_400_with_a_code(
    http: httpx.AsyncClient, path: str, body: bytes, code: str, accept: str
) -> None:
    response = await http.post(path, content=body, headers={"content-type": OLD, "accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (400, f"{accept}; charset=utf-8")
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == code
    assert "data" not in response.json()


@both
@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                                          "application/json; charset=latin-1", "application/graphql"])  # fmt: skip
async def test_a_body_of_another_kind_is_415(http: httpx.AsyncClient, path: str, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}
    response = await http.post(path, content=json.dumps(OK), headers=headers)
    assert response.status_code == 415
    assert response.json()["errors"][0]["extensions"]["expected"] == OLD
    assert response.headers["accept"] == "application/json; charset=utf-8"


@both
@pytest.mark.parametrize("accept", ["text/html", "application/xml", f"{OLD}; charset=latin-1", f"{NEW};q=0, {OLD};q=0"])
async def test_an_answer_that_cannot_be_taken_is_406(http: httpx.AsyncClient, path: str, accept: str) -> None:
    response = await http.post(path, content=json.dumps(OK), headers={"content-type": OLD, "accept": accept})
    assert response.status_code == 406
    assert response.json()["errors"][0]["extensions"]["value"] == accept


@both
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_stream_of_events_by_get_is_405_and_told_how_it_comes(
    http: httpx.AsyncClient, path: str, method: str
) -> None:
    asked = {"params": {"query": "subscription { __typename }"}, "headers": {"accept": "text/event-stream"}}
    response = await http.request(method, path, **asked)  # as a browser's EventSource does
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    if method == "GET":
        (error,) = response.json()["errors"]
        assert error["message"].startswith("A stream of events comes by POST only: use fetch")
        assert error["extensions"]["value"] == "GET"


@both
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
async def test_other_methods_are_405_and_told_which_are_allowed(
    http: httpx.AsyncClient, path: str, method: str
) -> None:
    response = await http.request(method, path)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")


@both
async def test_options_tells_the_methods_and_lets_no_other_origin_in(http: httpx.AsyncClient, path: str) -> None:
    response = await http.options(path, headers={"access-control-request-method": "POST"})
    assert (response.status_code, response.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert not [name for name in response.headers if name.startswith("access-control")]


async def test_a_query_by_get_is_answered(http: httpx.AsyncClient) -> None:
    query = "query Place($name: String!) { municipality(name: $name) { code } }"
    parameters = {"query": query, "variables": '{"name": "Åbenrå"}', "operationName": "", "other": "ignored"}
    response = await http.get("/graphql", params=parameters, headers={"accept": NEW})
    assert response.json() == {"data": {"municipality": {"code": "0580"}}}


@both
async def test_a_get_is_answered_at_either_address(http: httpx.AsyncClient, path: str) -> None:
    response = await http.get(path, params={**OK, "operationName": ""}, headers={"accept": NEW})
    assert (response.status_code, response.json()) == (200, {"data": {"__typename": "Query"}})


@pytest.mark.parametrize("query", ["mutation { __typename }", "subscription { changes { seq } }"])
@pytest.mark.parametrize(
    ("path", "status", "code", "allow"),
    [("/graphql", 405, "METHOD_NOT_ALLOWED", "POST"), ("/directory/graphql", 400, "VALIDATION_FAILED", None)],
    ids=["gallery", "directory, which has neither"],
)
async def test_get_is_for_queries_only(
    http: httpx.AsyncClient, path: str, status: int, code: str, allow: str | None, query: str
) -> None:
    response = await http.get(path, params={"query": query}, headers={"accept": NEW})
    assert (response.status_code, response.headers.get("allow")) == (status, allow)
    assert {error["extensions"]["code"] for error in response.json()["errors"]} == {code}
    assert "data" not in response.json()


@both
@pytest.mark.parametrize(
    "query",
    ["variables={}", "query=%7B__typename%7D&query=%7B__typename%7D", "query=%7B__typename%7D&variables=[]",
     "query=%7B__typename%7D&variables=nonsense", "query=%ff", "&".join(f"p{i}=1" for i in range(30)) + "&query=%7B__typename%7D"],
)  # fmt: skip
async def test_a_get_that_cannot_be_read_is_400(http: httpx.AsyncClient, path: str, query: str) -> None:
    response = await http.get(f"{path}?{query}", headers={"accept": NEW})
    assert response.status_code == 400, response.text
    assert response.json()["errors"][0]["extensions"]["code"].startswith("BAD_")


@both
async def test_head_is_get_without_the_body(http: httpx.AsyncClient, path: str) -> None:
    get = await http.get(path, params=OK)
    head = await http.head(path, params=OK)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]


@both
async def test_a_body_over_64_kb_is_413_and_not_read_to_its_end(http: httpx.AsyncClient, path: str) -> None:
    read = 0

    async def endless() -> Any:
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b" " * 10_000

    response = await http.post(path, content=endless(), headers={"content-type": OLD})
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (413, "TOO_LARGE")
    assert response.headers["connection"] == "close"
    assert read < 120, "of what is too large a part is passed over, so that its sender hears why; not all of it"
    declared = await http.post(path, content=b" " * 70_000, headers={"content-type": OLD})
    assert declared.status_code == 413
    address = await http.get(path + "?query=" + "a" * 64_000)
    assert address.status_code == 414


@both
@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "", "127.0.0.999:8000"]
)
async def test_a_request_by_another_name_is_refused(http: httpx.AsyncClient, path: str, host: str) -> None:
    response = await http.post(path, json=OK, headers={"host": host})
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (421, "BAD_HOST")


@both
@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "127.0.0.1", "[::1]:8000", "127.0.0.2:8100", "LOCALHOST:8000"]
)
async def test_every_loopback_name_is_ours(http: httpx.AsyncClient, path: str, host: str) -> None:
    response = await http.post(path, json=OK, headers={"host": host, "origin": f"http://{host}"})
    assert response.json() == {"data": {"__typename": "Query"}}


@both
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:3000", "http://127.0.0.1"])
async def test_a_page_of_another_origin_is_refused(http: httpx.AsyncClient, path: str, origin: str) -> None:
    response = await http.post(path, json=OK, headers={"origin": origin})
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (403, "BAD_ORIGIN")


@both
async def test_two_lengths_are_refused(http: httpx.AsyncClient, path: str) -> None:
    headers = {"content-type": OLD, "transfer-encoding": "chunked", "content-length": "26"}
    response = await http.post(path, content=json.dumps(OK), headers=headers)
    assert (response.status_code, response.headers["connection"]) == (400, "close")


@both
async def test_a_header_that_decides_something_comes_once(http: httpx.AsyncClient, path: str) -> None:
    headers = [("content-type", OLD), ("content-type", "text/plain")]
    response = await http.post(path, content=json.dumps(OK), headers=headers)
    assert response.status_code == 400


@both
async def test_every_answer_says_what_it_is_and_is_kept_nowhere(http: httpx.AsyncClient, path: str) -> None:
    for response in (
        await http.post(path, json=OK),
        await http.post(path, json={}),
        await http.put(path),
    ):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert "server" not in response.headers


async def test_an_unknown_name_has_code_field_value_and_the_nearest(http: httpx.AsyncClient) -> None:
    response = await http.post("/graphql", json=ALL_NULL)
    (error,) = response.json()["errors"]
    assert error["path"] == ["municipality"]
    assert {name: error["extensions"][name] for name in ("code", "field", "value")} == {
        "code": "UNKNOWN_MUNICIPALITY",
        "field": "name",
        "value": "Arhuss",
    }
    assert error["extensions"]["expected"].startswith("Aarhus, ")


async def test_a_body_that_does_not_come_is_given_up(http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BODY_SECONDS", 0.05)

    async def slow() -> Any:
        yield b'{"query": '
        await asyncio.sleep(5)

    response = await http.post("/graphql", content=slow(), headers={"content-type": OLD})
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (408, "TOO_SLOW")
    assert response.headers["connection"] == "close"


async def test_the_cost_is_told_to_who_asks(http: httpx.AsyncClient) -> None:
    query = "{ roles(first: 3) { nodes { code } } }"
    told = (await http.post("/graphql", json={"query": query, "extensions": {"cost": True}})).json()
    assert told["extensions"] == {"cost": 4}
    assert "extensions" not in (await http.post("/graphql", json={"query": query})).json()
    much = "{ roles(first: 100) { nodes { galleries { roles { code } } } } }"
    refused = (await http.post("/graphql", json={"query": much, "extensions": {"cost": True}})).json()
    assert refused["errors"][0]["extensions"]["code"] == "TOO_COSTLY"
    assert refused["errors"][0]["extensions"]["value"] == refused["extensions"]["cost"] == 1 + 100 * (1 + 5 * (1 + 30))
