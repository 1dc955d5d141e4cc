"""Whatever is sent, the answer is a refusal with a code: never a failure of ours, never what a library says of itself."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from bench.reads import READS, Read
from graph.driver import Database
from resolvers.context import Context, Viewer
from schema.engine import Request
from schema.limits import CODES, LIMITS, WORDS
from server.budget import Budgets
from server.endpoints import engines
from tests.contract.conftest import NOW, seeded
from tests.security.corpus import Hostile, corpus
from tests.server.conftest import http

__all__ = ["http", "seeded"]
CORPUS = corpus()
PUBLISHED = set(re.findall(r"`([A-Z][A-Z_]+)`", Path("docs/errors.md").read_text("utf-8")))
TELLS = re.compile(r"Traceback|File \"|neo4j|Neo\.|orjson|graphql\.|starlette|object at 0x", re.IGNORECASE)


def test_there_are_enough_of_them() -> None:
    assert len(CORPUS) >= 200
    assert len({one.name for one in CORPUS}) == len(CORPUS)


@pytest.mark.anyio
@pytest.mark.parametrize("hostile", CORPUS, ids=lambda one: one.name)
async def test_it_is_refused_with_a_code(hostile: Hostile, http: httpx.AsyncClient) -> None:
    headers = {"accept": "application/graphql-response+json"}
    if hostile.content_type is not None:
        headers["content-type"] = hostile.content_type
    answer = await http.post("/graphql", content=hostile.body, headers=headers)
    assert 400 <= answer.status_code < 500, answer.text[:300]
    codes = {error["extensions"]["code"] for error in answer.json()["errors"]}
    assert codes <= PUBLISHED
    if hostile.code is not None:
        assert codes == {hostile.code}
    assert not TELLS.search(answer.text)
    assert len(answer.text) < 20_000


@pytest.mark.anyio
@pytest.mark.parametrize("read", READS, ids=lambda read: read.name)
async def test_what_is_asked_honestly_is_within_the_limits(read: Read, seeded: Database) -> None:
    """The whole country at once, with what comes next, is a question that the programme office asks."""
    audience, _, key = read.speaker.partition(":")
    viewer = Viewer("vendor", read.speaker, vendor=read.speaker) if key else Viewer("kombit", audience)
    engine = engines()[read.path]
    answer = await engine.execute(Request(read.query, read.variations[0]), Context(seeded, viewer, NOW))
    assert answer.formatted.get("errors") is None


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
    for name in ("rate", "burst", "at_once"):
        told, without = getattr(budgets, name), getattr(budgets, f"{name}_without_token")
        assert f"| {told:,} | {without:,} | `{name}`, `{name}_without_token` |" in page
