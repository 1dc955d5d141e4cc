"""Whatever is sent, the answer is a refusal with a code: never a failure of ours, never what a library says of itself."""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import fields
from inspect import signature
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from bench.reads import READS, Read
from graph.driver import Database
from graph_seed.exchange.limits import LIMITS as FILES
from resolvers.context import Context, Viewer
from resolvers.questions import search
from schema import binding, limits
from schema.engine import WARMING_SECONDS, Request
from schema.limits import CODES, LIMITS, WORDS
from server import budget, exchange, graphql, protocol, reading, websocket
from server.app import Application
from server.budget import Budgets
from server.endpoints import ENGINES, engines
from server.identity.claims import OF_OURS
from server.identity.existing import Existing
from server.identity.identity import Bearer
from server.identity.own import own_key
from server.identity.tokens import Tokens
from server.notice import hub
from server.settings import Settings
from tests.contract.conftest import NOW, seeded
from tests.notice.conftest import SECONDS, opened, served
from tests.security.corpus import JSON, Hostile, corpus
from tests.security.intake import taken_in_one_at_a_time
from tests.server.conftest import http

__all__ = ["http", "seeded"]
CORPUS = corpus()
PATHS = tuple(ENGINES)
PUBLISHED = set(re.findall(r"`([A-Z][A-Z_]+)`", Path("docs/errors.md").read_text("utf-8")))
TELLS = re.compile(r"Traceback|File \"|neo4j|Neo\.|orjson|graphql\.|starlette|object at 0x", re.IGNORECASE)


def test_there_are_enough_of_them() -> None:
    assert len(CORPUS) >= 200
    assert len({one.name for one in CORPUS}) == len(CORPUS)


@pytest.mark.anyio
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("hostile", CORPUS, ids=lambda one: one.name)
async def test_it_is_refused_with_a_code(hostile: Hostile, path: str, http: httpx.AsyncClient) -> None:
    headers = {"accept": "application/graphql-response+json"}
    if hostile.content_type is not None:
        headers["content-type"] = hostile.content_type
    answer = await http.post(path, content=hostile.body, headers=headers)
    assert 400 <= answer.status_code < 500, answer.text[:300]
    codes = {error["extensions"]["code"] for error in answer.json()["errors"]}
    assert codes <= PUBLISHED
    if hostile.code is not None and path == PATHS[0]:  # the other schema knows fewer of the fields
        assert codes == {hostile.code}
    assert not TELLS.search(answer.text)
    assert len(answer.text) < 20_000


@pytest.mark.anyio
@pytest.mark.parametrize("path", PATHS)
async def test_over_a_socket_it_is_refused_with_a_code_too(
    path: str, seeded: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(seeded) as service, opened(service, path) as calm:
        for hostile in (one for one in CORPUS if one.content_type == JSON):
            async with opened(service, path) as client:
                message = b'{"id": "a", "type": "subscribe", "payload": ' + hostile.body + b"}"
                try:
                    await client.connection.send(message.decode())
                    text = str(await asyncio.wait_for(client.connection.recv(), SECONDS))
                except UnicodeDecodeError:
                    continue  # no text frame can hold it; what is no text is closed (tests/notice/test_sockets.py)
                except ConnectionClosed:
                    assert client.connection.close_code in (1009, 4400), hostile.name
                    text = client.connection.close_reason or ""
                else:
                    said = json.loads(text)
                    assert (said["id"], said["type"]) == ("a", "error"), hostile.name
                    codes = {error["extensions"]["code"] for error in said["payload"]}
                    assert codes <= PUBLISHED, hostile.name
                    if hostile.code is not None and path == PATHS[0]:
                        assert codes == {hostile.code}, hostile.name
                assert text, hostile.name
                assert not TELLS.search(text), hostile.name
        await calm.say(type="ping")
        assert await calm.hear() == {"type": "pong"}
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.anyio
@pytest.mark.parametrize("read", READS, ids=lambda read: read.name)
async def test_what_is_asked_honestly_is_within_the_limits(read: Read, seeded: Database) -> None:
    """The whole country at once, with what comes next, is a question that the programme office asks."""
    audience, _, key = read.speaker.partition(":")
    viewer = Viewer("vendor", read.speaker, vendor=read.speaker) if key else Viewer("kombit", audience)
    engine = engines()[read.path]
    answer = await engine.execute(Request(read.query, read.variations[0]), Context(seeded, viewer, NOW))
    assert answer.formatted.get("errors") is None


@pytest.mark.anyio
async def test_documents_that_are_new_are_taken_in_one_at_a_time_and_others_have_their_turns_between(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = [{"query": f"{{ new{number}: __typename }}"} for number in range(8)]
    async with taken_in_one_at_a_time(monkeypatch, 8):
        answers = await asyncio.gather(*(http.post("/graphql", json=body) for body in bodies))
    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.anyio
async def test_who_asks_too_much_is_told_when_to_come_back_and_waits_for_it(
    seeded: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphql, "REFUSED_SECONDS", 0.1)
    identity = Bearer(Tokens(own_key(tmp_path), "i", "a"), OF_OURS, Existing(seeded))
    service = Application(seeded, identity, budgets=Budgets(rate_without_token=1, burst_without_token=1))
    service._budget._clock = lambda: 0.0
    async with httpx.AsyncClient(transport=httpx.ASGITransport(service), base_url="http://127.0.0.1") as client:
        first = await client.post("/graphql", json={"query": "{ __typename }"})
        began = time.monotonic()
        second = await client.post("/graphql", json={"query": "{ __typename }"})
    assert first.status_code == 200
    (error,) = second.json()["errors"]
    assert (second.status_code, second.headers["retry-after"]) == (429, "1")
    assert (error["extensions"]["code"], error["extensions"]["expected"]) == ("RATE_LIMITED", "no request for 1 s")
    assert time.monotonic() - began >= 0.1


@pytest.mark.in_step
def test_the_table_of_limits_is_this_one() -> None:
    page = Path("docs/limits.md").read_text("utf-8")
    for name, code in CODES.items():
        most = f"{getattr(LIMITS, name):,}"
        assert f"| {WORDS[name]} | {most} | `{code}` | `{name}` |" in page


@pytest.mark.in_step
def test_the_table_of_budgets_is_this_one() -> None:
    page = Path("docs/limits.md").read_text("utf-8")
    budgets = Budgets()
    for name in ("rate", "burst", "at_once", "sockets", "subscriptions"):
        told, without = getattr(budgets, name), getattr(budgets, f"{name}_without_token")
        assert f"| {told:,} | {without:,} | `{name}`, `{name}_without_token` |" in page
    told_of = {name for pair in re.findall(r"`(\w+)`, `(\w+)` \|", page) for name in pair}
    assert told_of == {one.name for one in fields(Budgets)}
    assert f"A file (`/exchange/`) takes {exchange.PRICE} units." in page
    assert (
        f"at most {websocket.MOST_SOCKETS:,} sockets and {hub.MOST:,} subscriptions, and {exchange.AT_ONCE} files"
        in page
    )


COUNTED = {3: "three", 16: "sixteen", 100: "hundred"}


@pytest.mark.in_step
def test_every_other_number_of_the_page_is_this_one() -> None:
    page = Path("docs/limits.md").read_text("utf-8")
    write = signature(Database.write).parameters["seconds"]
    for sentence in (
        f"| bytes of a body | {reading.LARGEST_BODY:,} | 413 `TOO_LARGE` |",
        f"| a page (`first`) | 1 to {binding.LARGEST_PAGE} | `BAD_PAGE_SIZE` |",
        f"| seconds for the body to arrive | {reading.BODY_SECONDS:.0f} | 408 `TOO_SLOW` |",
        f"| bytes of a file (`/exchange/`) | {FILES.file_bytes:,} | 413 `TOO_LARGE` |",
        f"`depth` can be {limits.DEEPEST} at most.",
        f"Introspection is counted apart: {limits._INTROSPECTION_DEPTH} levels, {limits._INTROSPECTION_FIELDS} fields,",
        f"`__type` {COUNTED[limits._INTROSPECTION_TYPES]} times",
        f"at once; {COUNTED[budget.LINE]} times as many wait",
        f"one more for each {COUNTED[budget.OBJECTS]} objects that may come",
        f"{exchange.MOST_ARRIVING} may be arriving, the next is `BUSY`",
        f"which it has {websocket.INIT_SECONDS:.0f} s for",
        f"in at most {protocol.MOST_FRAGMENTS} fragments",
        f"subscribe messages of more than {websocket.MOST_WAITING:,} bytes",
        f"A question may take {Settings.model_fields['deadline'].default} s in the database (`ROLLEGALLERI_DEADLINE`)",
        f"a change, which may wait for others, {write.default:.0f} s.",
        f"it may take {WARMING_SECONDS:.0f} s: the database plans slowly then",
    ):
        assert sentence in page, sentence
    assert search.MOST == binding.LARGEST_PAGE
