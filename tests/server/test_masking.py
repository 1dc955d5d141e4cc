"""What nobody foresaw is masked, and found again in the log by its reference; the log holds nothing that people wrote."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from graph.driver import Database
from schema.engine import Engine, Request
from server import logs
from server.app import Application
from server.identity.identity import Operator
from tests.logged import logged
from tests.server.conftest import BASE

SECRET = "anna@hemmelig.example"


Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def log() -> Iterator[Lines]:
    """The service's log since the test began."""
    with logged("json", "debug") as stream:
        logging.getLogger("httpx").setLevel(logging.WARNING)
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


async def test_an_unexpected_error_is_masked(seeded: Database, log: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError(f"a constraint says {SECRET}")

    monkeypatch.setattr(Engine, "execute", broken)
    transport = httpx.ASGITransport(Application(seeded, Operator(seeded)))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        response = await client.post(
            "/graphql", json={"query": "{ a }"}, headers={"accept": "application/graphql-response+json"}
        )
    assert response.status_code == 500
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert SECRET not in response.text
    entry = next(line for line in log() if line.get("reference") == error["extensions"]["reference"])
    assert entry["kind"] == "RuntimeError"
    assert "in broken" in entry["trace"]
    assert SECRET not in json.dumps(entry)


async def test_a_failing_field_is_masked_too(
    seeded: Database, log: Lines, monkeypatch: pytest.MonkeyPatch, http: httpx.AsyncClient
) -> None:
    def broken(self: Engine, *_: object) -> Any:
        raise KeyError(SECRET)

    monkeypatch.setattr(Engine, "_compile", broken)
    response = await http.post("/graphql", json={"query": '{ role(name: "masked test") { title } }'})
    assert SECRET not in response.text
    assert response.json()["errors"][0]["extensions"]["code"] == "INTERNAL"


async def test_the_log_holds_codes_and_ids_but_no_query_and_no_values(log: Lines, http: httpx.AsyncClient) -> None:
    query = "query Q($name: String!) { municipality(name: $name) { name } }"
    await http.post("/graphql", json={"query": query, "variables": {"name": SECRET}})
    await http.post("/graphql", json={"query": f'{{ municipality(name: "{SECRET}") {{ nothing }} }}'})
    await http.post("/graphql", content=SECRET.encode(), headers={"content-type": "application/json"})
    lines = [line for line in log() if "code" in line]
    assert [line["code"] for line in lines] == ["UNKNOWN_MUNICIPALITY", "VALIDATION_FAILED", "BAD_JSON"]
    assert all(line["request"] for line in lines)
    assert len({line["document"] for line in lines[:2]}) == 2
    assert SECRET not in json.dumps(lines)
    assert "municipality(" not in json.dumps(lines)


async def test_what_is_refused_is_in_the_log_under_its_answer_s_name_wherever_it_is_refused(
    log: Lines, http: httpx.AsyncClient
) -> None:
    answers = [
        await http.get("/", headers={"host": "elsewhere.example"}),
        await http.get("/nothing/here"),
        await http.put("/graphql"),
        await http.post("/exchange/import", content=SECRET.encode()),
    ]
    told = [(line["code"], line["status"], line["request"]) for line in log() if line["event"] == "request refused"]
    codes = ["BAD_HOST", "NOT_FOUND", "METHOD_NOT_ALLOWED", "HEADER_REQUIRED"]
    assert told == [
        (code, one.status_code, one.headers["x-request-id"]) for code, one in zip(codes, answers, strict=True)
    ]


async def test_of_more_refusals_than_so_many_a_minute_the_log_has_the_number_when_it_is_over(log: Lines) -> None:
    refused = logs._Refused(minute=1.0)
    for number in range(logs.REFUSED + 5):
        refused("NOT_FOUND", 404, f"r{number}")
    async with asyncio.timeout(20):
        while len(log()) <= logs.REFUSED:  # noqa: ASYNC110 - nobody tells of what is waited for
            await asyncio.sleep(0.05)
    refused("NOT_FOUND", 404, "next")
    lines = log()
    assert [line["request"] for line in lines[: logs.REFUSED]] == [f"r{number}" for number in range(logs.REFUSED)]
    assert [(line["event"], line.get("count")) for line in lines[logs.REFUSED :]] == [
        ("more requests were refused", 5),
        ("request refused", None),
    ]


async def test_a_service_that_ends_says_the_number_too(log: Lines) -> None:
    refused = logs._Refused()
    for number in range(logs.REFUSED + 2):
        refused("NOT_FOUND", 404, f"r{number}")
    for _ in range(2):
        refused.tell()
    assert [line["count"] for line in log()[logs.REFUSED :]] == [2]


async def test_a_request_reaches_the_engine_as_it_was_meant(
    seeded: Database, monkeypatch: pytest.MonkeyPatch, http: httpx.AsyncClient
) -> None:
    seen: list[Request] = []
    real = Engine.execute

    async def looked(self: Engine, request: Request, *more: Any) -> Any:
        seen.append(request)
        return await real(self, request, *more)

    monkeypatch.setattr(Engine, "execute", looked)
    await http.post("/graphql", json={"query": "query Å { __typename }", "variables": {"a": 1}, "operationName": "Å"})
    assert seen == [Request("query Å { __typename }", {"a": 1}, "Å")]


async def test_an_unexpected_error_in_taking_a_document_in_is_masked_too(
    seeded: Database, log: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(f"a document says {SECRET}")

    monkeypatch.setattr(Engine, "prepare", broken)
    transport = httpx.ASGITransport(Application(seeded, Operator(seeded)))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        response = await client.post("/graphql", json={"query": "{ takenIn: __typename }"})
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert SECRET not in response.text
    entry = next(line for line in log() if line.get("reference") == error["extensions"]["reference"])
    assert SECRET not in json.dumps(entry)
