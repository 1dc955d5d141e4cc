"""Whose budget an anonymous question is taken from, over HTTP: the caller's behind our proxy, and nobody else's by a header."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from graph.driver import Database
from server import app, graphql
from server.app import Application
from server.budget import Budget, Budgets
from server.identity.claims import OF_OURS
from server.identity.existing import Existing
from server.identity.identity import Bearer
from server.identity.own import own_key
from server.identity.tokens import Tokens
from server.proxies import Proxies
from tests.contract.conftest import seeded

__all__ = ["seeded"]
PROXY, ELSEWHERE = "127.0.0.1", "192.0.2.77"

pytestmark = pytest.mark.anyio


@pytest.fixture
def service(seeded: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Application:
    """The service behind a proxy. Each address may ask twice without a token, and no time passes."""
    monkeypatch.setattr(graphql, "REFUSED_SECONDS", 0)
    monkeypatch.setattr(app, "Budget", lambda budgets: Budget(budgets, lambda: 0.0))
    identity = Bearer(Tokens(own_key(tmp_path), "i", "a"), OF_OURS, Existing(seeded))
    budgets = Budgets(rate_without_token=1, burst_without_token=2)
    return Application(seeded, identity, budgets=budgets, proxies=Proxies.read((PROXY,)))


async def ask(service: Application, peer: str, forwarded: str | None = None) -> int:
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    transport = httpx.ASGITransport(service, client=(peer, 40_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return (await client.post("/graphql", json={"query": "{ __typename }"}, headers=headers)).status_code


async def test_one_who_asks_without_end_behind_the_proxy_leaves_the_others_theirs(service: Application) -> None:
    flood = [await ask(service, PROXY, "192.0.2.1") for _ in range(4)]
    assert flood == [200, 200, 429, 429]
    assert await ask(service, PROXY, "192.0.2.2") == 200
    assert await ask(service, PROXY) == 200
    told = [await ask(service, PROXY, f"192.0.2.{last}, 192.0.2.1") for last in range(3, 6)]
    assert told == [429, 429, 429]  # what the client wrote before the proxy's own entry


async def test_a_header_from_elsewhere_gets_nobody_another_budget(service: Application) -> None:
    asked = [await ask(service, ELSEWHERE, f"198.51.100.{last}") for last in range(4)]
    assert asked == [200, 200, 429, 429]
    assert await ask(service, PROXY, "198.51.100.0") == 200  # nor takes it from another


async def test_the_addresses_of_one_ipv6_home_are_one_caller(service: Application) -> None:
    asked = [await ask(service, PROXY, f"2001:db8::{last}") for last in range(1, 5)]
    assert asked == [200, 200, 429, 429]
    assert await ask(service, PROXY, "2001:db8:0:1::1") == 200
