"""Readiness tells the truth: a schema that is not there yet, one that is too new, a database that is gone and back."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import httpx
import pytest

from graph import local, migrations
from graph.driver import Database
from graph.local.folder import Folder
from server import health
from server.app import Application
from server.identity.identity import Operator
from tests.local.helpers import Owner, freeze, owning
from tests.server.conftest import BASE

QUERY = {"query": '{ municipality(name: "Aarhus") { name } }'}
NEW = {"accept": "application/graphql-response+json"}


async def test_ready_says_what_is_missing_and_when_it_is_back(
    tmp_path: Path, release: local.Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LOOK_SECONDS", 0.0)
    with owning(tmp_path / "data", release) as owner:
        password = Folder(tmp_path / "data").password()
        async with await Database.connect(owner.uri, "neo4j", password) as database:
            transport = httpx.ASGITransport(Application(database, Operator(database)))
            async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
                await _schema_is_not_there_yet(client)
                await migrations.apply(database, print)
                ready = await client.get("/healthz/ready")
                assert (ready.status_code, ready.json()["ready"]) == (200, True)
                assert (await client.get("/healthz/live")).json() == {"live": True}
                await _gone_and_back(client, owner)


async def _schema_is_not_there_yet(client: httpx.AsyncClient) -> None:
    ready = await client.get("/healthz/ready")
    assert ready.status_code == 503
    assert "version 0" in ready.json()["checks"]["schema"]


async def _gone_and_back(client: httpx.AsyncClient, owner: Owner) -> None:
    freeze(owner.child)
    try:
        began = time.monotonic()
        ready = await client.get("/healthz/ready")
        asked = await client.post("/graphql", json=QUERY, headers=NEW)
        legacy = await client.post("/graphql", json=QUERY)
        assert time.monotonic() - began < 3 * 12
        assert (await client.get("/healthz/live")).status_code == 200
    finally:
        os.kill(owner.child, signal.SIGCONT)
    assert (ready.status_code, ready.json()["ready"]) == (503, False)
    assert ready.json()["checks"]["database"].startswith("DATABASE_UNAVAILABLE")
    assert (asked.status_code, asked.headers["retry-after"]) == (503, "2")
    assert asked.json()["errors"][0]["extensions"]["code"] == "DATABASE_UNAVAILABLE"
    assert "data" not in asked.json()
    assert (legacy.status_code, legacy.json()["data"]) == (200, {"municipality": None})
    back = time.monotonic()
    while (await client.get("/healthz/ready")).status_code != 200:
        assert time.monotonic() - back < 60, "it does not come back by itself"
