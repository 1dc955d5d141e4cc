"""A commit whose answer is lost is found again by its operation, or said to be unknown; it is never written twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from graph.driver import Database, Statement
from graph.local import Connection
from resolvers.context import Context
from schema.engine import Request, Result
from schema.gallery.schema import engine
from tests.changes.conftest import document
from tests.contract.conftest import NOW, Patient
from tests.contract.planting import Garden
from tests.faults.proxy import Swallowing, swallowing

PERSON = "... on PersonChanged { person { id name } }"


@pytest.fixture
async def proxy(neo4j_server: Connection) -> AsyncIterator[Swallowing]:
    async with swallowing(neo4j_server.uri) as state:
        yield state


@pytest.fixture
async def behind(proxy: Swallowing, neo4j_server: Connection) -> AsyncIterator[Patient]:
    server = neo4j_server
    async with await Database.connect(proxy.uri, server.username, server.password, server.database) as database:
        yield Patient(database)


async def add(database: Patient, name: str, key: str | None = None) -> Result:
    given: dict[str, Any] = {"name": name} | ({"idempotencyKey": key} if key else {})
    return await engine().execute(
        Request(document("addPerson", PERSON), {"input": given}), Context.local(database, NOW)
    )


async def people(database: Patient, name: str) -> int:
    rows = await database.read(
        Statement("test", "MATCH (p:Person {name: $p.name}) RETURN count(p) AS count", {"name": name})
    )
    return int(rows[0]["count"])


@pytest.mark.parametrize("key", [None, "en nøgle"], ids=["without a key", "with a key"])
async def test_a_change_whose_answer_was_lost_once_is_found_by_the_service_itself(
    key: str | None, seeded: Patient, garden: Garden, proxy: Swallowing, behind: Patient
) -> None:
    proxy.swallow = 1
    result = await add(behind, "Demo Tabt Svar", key)
    assert not result.errors, result.errors
    assert result.data is not None
    assert proxy.swallowed == 1
    assert result.data["addPerson"]["change"]["seq"] == garden.seq + 1
    assert result.data["addPerson"]["repeated"] is False
    assert await people(seeded, "Demo Tabt Svar") == 1


async def test_lost_every_time_it_is_unknown_and_the_key_tells_later(
    seeded: Patient, garden: Garden, proxy: Swallowing, behind: Patient
) -> None:
    proxy.swallow = 2
    result = await add(behind, "Demo Tabt Svar", "nøgle")
    assert [error.extensions["code"] for error in result.errors if error.extensions] == ["OUTCOME_UNKNOWN"]
    again = await add(behind, "Demo Tabt Svar", "nøgle")
    assert again.data is not None
    assert again.data["addPerson"]["repeated"] is True
    assert again.data["addPerson"]["change"]["seq"] == garden.seq + 1
    assert await people(seeded, "Demo Tabt Svar") == 1
