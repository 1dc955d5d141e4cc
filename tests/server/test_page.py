"""The page for a browser: from our own files alone, every example answered, usable without its script."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import httpx
import pytest

from graph.driver import Database, Statement
from resolvers.context import Context, Viewer
from schema.directory import schema as directory
from schema.engine import WARMING_SECONDS, Request
from schema.gallery.schema import engine, sdl
from server import app
from server.examples import EXAMPLES, OF_VENDORS, Example
from server.identity.identity import Operator
from server.running import warm_up
from tests.server.conftest import BASE, ROOT

TRIES = 4
"""A planner that is still cold may need more than a statement's time on a busy machine."""
BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


async def test_a_browser_gets_the_page_and_a_program_does_not(http: httpx.AsyncClient) -> None:
    page = await http.get("/graphql", headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    program = await http.get("/graphql", headers={"accept": "*/*"})
    assert program.status_code == 400
    by_form = await http.get("/graphql", params={"query": "{ __typename }"}, headers=BROWSER)
    assert by_form.json() == {"data": {"__typename": "Query"}}


async def test_the_page_may_load_nothing_from_elsewhere(http: httpx.AsyncClient) -> None:
    page = await http.get("/graphql", headers=BROWSER)
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "connect-src", "form-action")} == {"'self'"}
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in page.headers["content-security-policy"]
    assert not re.search(r"(src|href|action)=\"(https?:)?//", page.text)
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page.text)


async def test_a_token_never_comes_into_an_address(http: httpx.AsyncClient) -> None:
    page = await http.get("/graphql", headers=BROWSER)
    (field,) = re.findall(r"<input[^>]*>", page.text)
    assert 'type="password"' in field
    assert " name=" not in field


async def test_all_that_the_page_loads_is_there(http: httpx.AsyncClient) -> None:
    page = await http.get("/graphql", headers=BROWSER)
    files = re.findall(r"(?:src|href)=\"(/[^\"]+)\"", page.text)
    assert {"/assets/page.css", "/assets/page.js", "/assets/icon.svg"} <= set(files)
    for file in files:
        response = await http.get(file)
        assert response.status_code == 200, file
        assert response.headers["x-content-type-options"] == "nosniff"
    again = await http.get(
        "/assets/page.js", headers={"if-none-match": (await http.get("/assets/page.js")).headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


async def test_the_page_labels_its_fields_and_lists_the_examples_without_script(http: httpx.AsyncClient) -> None:
    page = (await http.get("/graphql", headers=BROWSER)).text
    for field in re.findall(r"<textarea id=\"(\w+)\"", page):
        assert f'<label for="{field}">' in page
    assert 'lang="en"' in page
    for example in EXAMPLES:
        assert f'<details id="{example.key}">' in page


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.key)
async def test_each_example_is_answered_without_errors(seeded: Database, example: Example) -> None:
    for _ in range(TRIES):
        result = await engine().execute(Request(example.query), Context.local(seeded))
        if not result.errors:
            break
    assert not result.errors
    assert result.data is not None
    assert all(result.data.values()), result.data


def test_examples_have_a_key_of_their_own_and_both_languages() -> None:
    assert 6 <= len(EXAMPLES) <= 9
    assert len({example.key for example in EXAMPLES}) == len(EXAMPLES)
    assert all(example.da and example.en for example in EXAMPLES)


async def test_what_vendors_usually_ask_is_answered_and_planned_by_the_start(seeded: Database) -> None:
    vendor, ran = Viewer("vendor", "vendor:kmd", vendor="vendor:kmd"), list[Statement]()
    as_cold = list[bool]()

    def observe(statement: Statement) -> None:
        ran.append(statement)
        as_cold.append(engine().warming and directory.engine().warming)

    seeded.observers.append(observe)
    try:
        await warm_up(seeded)
        planned = {statement.text for statement in ran}
        assert [statement.name for statement in ran].count("exchange map") == 1, "whoever exports first would wait"
        cold = {statement.seconds for statement in ran if statement.name != "exchange map"}
        assert cold == {WARMING_SECONDS}
        assert all(as_cold), "whoever asks then waits for plans as well"
        ran.clear()
        for query in OF_VENDORS:
            result = await directory.engine().execute(Request(query), Context(seeded, vendor, datetime.now(UTC)))
            assert not result.errors
    finally:
        seeded.observers.remove(observe)
    assert len(ran) == len(OF_VENDORS)
    assert {statement.seconds for statement in ran} == {directory.engine().deadline}
    assert {statement.text for statement in ran} <= planned


async def test_the_schema_is_served_as_it_stands_in_the_repository(http: httpx.AsyncClient) -> None:
    response = await http.get("/schema/gallery.graphql")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text == (ROOT / "schema" / "gallery.graphql").read_text("utf-8") == sdl()
    response = await http.get("/schema/directory.graphql")
    assert response.text == (ROOT / "schema" / "directory.graphql").read_text("utf-8")


async def test_a_schema_that_has_changed_has_another_tag(
    seeded: Database, monkeypatch: pytest.MonkeyPatch, http: httpx.AsyncClient
) -> None:
    monkeypatch.setattr(app, "sdl", lambda: "type Query { new: Int }")
    monkeypatch.setattr(app, "directory_sdl", lambda: "type Query { newer: Int }")
    newer = httpx.ASGITransport(app.Application(seeded, Operator(seeded)))
    async with httpx.AsyncClient(transport=newer, base_url=BASE) as upgraded:
        for name in ("gallery", "directory"):
            at = f"/schema/{name}.graphql"
            kept = {"if-none-match": (await http.get(at)).headers["etag"]}
            assert (await http.get(at, headers=kept)).status_code == 304
            assert (await upgraded.get(at, headers=kept)).status_code == 200


async def test_the_directory_answers_at_its_address_and_says_whom(http: httpx.AsyncClient) -> None:
    response = await http.post("/directory/graphql", json={"query": "{ me { customerCount } }"})
    assert response.json()["data"] == {"me": None}
    assert response.json()["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"
    assert (await http.put("/directory/graphql")).status_code == 405


async def test_the_root_leads_to_the_page_and_other_addresses_say_where_to_go(http: httpx.AsyncClient) -> None:
    root = await http.get("/")
    assert (root.status_code, root.headers["location"]) == (307, "/graphql")
    lost = await http.get("/somewhere")
    assert lost.status_code == 404
    assert "/graphql" in lost.json()["errors"][0]["extensions"]["expected"]
    posted = await http.post("/healthz/live")
    assert (posted.status_code, posted.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
