"""What needs no turn is charged too: nobody is refused, or shown files, without end; and whether the service lives is told to all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import httpx
import pytest

from graph.errors import DatabaseUnavailableError
from resolvers.context import Viewer
from server import app, graphql
from server.app import Application
from server.budget import Budget, Budgets
from server.health import Health
from server.identity.identity import Identified, Operator
from server.identity.refusing import BadToken
from tests.unit.test_budget import Clock

JSON = {"content-type": "application/json"}
BAD = {"authorization": "Bearer bad"}
GOOD = {"authorization": "Bearer good"}
BURST = 3


class Somebody:
    """Knows one token."""

    async def of_headers(self, headers: dict[bytes, bytes]) -> Identified:
        given = headers.get(b"authorization")
        return Identified(Viewer("public", "public")) if given is None else await self.of_text(given.decode())

    async def of_text(self, text: str) -> Identified:
        if text != GOOD["authorization"]:
            raise BadToken("it is not good")
        return Identified(Viewer("kombit", "kombit"))


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Callable[..., httpx.AsyncClient]:
    """Of a service on which no time passes; each caller has three units, and pays the least for an operation."""
    monkeypatch.setattr(graphql, "REFUSED_SECONDS", 0.0)
    monkeypatch.setattr(app, "Budget", lambda budgets: Budget(budgets, lambda: 0.0))

    def of(identity: Any = None, address: str = "192.0.2.1") -> httpx.AsyncClient:
        budgets = Budgets(rate=1, burst=BURST, rate_without_token=1, burst_without_token=BURST)
        service = Application(cast(Any, None), identity or Somebody(), budgets=budgets)
        transport = httpx.ASGITransport(service, client=(address, 1))
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")

    return of


EVENTS = {**JSON, "accept": "text/event-stream"}
WAYS: dict[str, tuple[str, str, dict[str, Any], int]] = {
    "broken JSON": ("POST", "/graphql", {"content": b"{", "headers": JSON}, 400),
    "broken JSON for events": ("POST", "/graphql", {"content": b"{", "headers": EVENTS}, 400),
    "another media type": ("POST", "/graphql", {"content": b"{}"}, 415),
    "nothing to answer with": ("POST", "/directory/graphql", {"headers": {**JSON, "accept": "image/png"}}, 406),
    "a query that is none": ("GET", "/graphql", {}, 400),
    "another method": ("PUT", "/graphql", {}, 405),
    "a method that asks": ("OPTIONS", "/graphql", {}, 204),
    "a method that asks for files": ("OPTIONS", "/exchange/map.xlsx", {}, 204),
    "a bad token": ("POST", "/graphql", {"content": b"{", "headers": {**JSON, **BAD}}, 401),
    "files without a token": ("GET", "/exchange/map.xlsx", {}, 401),
    "another host": ("GET", "/graphql", {"headers": {"host": "evil.example"}}, 421),
    "nothing there": ("GET", "/nothing", {}, 404),
    "a schema": ("GET", "/schema/gallery.graphql", {}, 200),
    "the page": ("GET", "/graphql", {"headers": {"accept": "text/html"}}, 200),
    "the root": ("GET", "/", {}, 307),
    "another method of health": ("POST", "/healthz/live", {}, 405),
}


@pytest.mark.parametrize("what", WAYS)
async def test_what_has_no_turn_is_charged_to_its_address(what: str, client: Any, anyio_backend: str) -> None:
    method, path, more, status = WAYS[what]
    async with client() as http:
        asked = [await http.request(method, path, **more) for _ in range(BURST + 2)]
        assert [one.status_code for one in asked] == [status] * BURST + [429] * 2
        assert asked[-1].headers["retry-after"] == "1"
        assert asked[-1].json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
        assert (await http.post("/graphql", json={"query": "{ __typename }"})).status_code == 429
        assert (await http.post("/graphql", json={"query": "{ __typename }"}, headers=GOOD)).status_code == 200


async def test_who_is_known_is_charged_instead_of_its_address(client: Any) -> None:
    async with client() as http:
        asked = [await http.post("/graphql", content=b"{", headers={**JSON, **GOOD}) for _ in range(BURST + 1)]
        assert [one.status_code for one in asked] == [400] * BURST + [429]
        assert (await http.get("/exchange/nothing", headers=GOOD)).status_code == 429
        assert (await http.get("/schema/gallery.graphql")).status_code == 200


async def test_an_operation_costs_what_it_did(client: Any) -> None:
    async with client() as http:
        asked = [await http.post("/graphql", json={"query": "{ __typename }"}) for _ in range(BURST + 1)]
        assert [one.status_code for one in asked] == [200] * BURST + [429]


async def test_whether_it_lives_is_told_to_all_and_who_operates_it_pays_nothing(client: Any) -> None:
    async with client() as http:
        assert {(await http.get("/healthz/live")).status_code for _ in range(BURST * 3)} == {200}
    async with client(Operator(cast(Any, None))) as http:
        assert {(await http.get("/schema/gallery.graphql")).status_code for _ in range(BURST * 3)} == {200}
        assert {(await http.get("/nothing")).status_code for _ in range(BURST * 3)} == {404}


async def test_whether_it_is_ready_is_looked_up_once_a_second() -> None:
    class Away:
        looks = 0

        async def read(self, *_: object, **__: object) -> Any:
            self.looks += 1
            raise DatabaseUnavailableError

    clock, database = Clock(), Away()
    health = Health(cast(Any, database), clock)
    for now in (0.0, 0.5, 0.9, 1.0, 1.5, 2.5):
        clock.now = now
        assert not (await health.readiness()).ready
    assert database.looks == 3
