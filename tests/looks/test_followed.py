"""What an event shows is recorded for each request that follows it, so that the access log says by which one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from graph.driver import Database, Statement
from server.looks import Looks
from tests.contract.conftest import Patient
from tests.contract.planting import Garden
from tests.notice.conftest import Service, Socket, garden, opened, served, streamed
from tests.notice.people import ANNA, arrive, held
from tests.notice.test_answer import ANSWER

__all__ = ["garden"]
CHANGES = """subscription Log($after: Int) {
  changes(after: $after) { seq effects { after { ... on Assignment { holder { ... on Person { id } } } } } }
}"""


@pytest.fixture
async def looks(seeded: Database) -> AsyncIterator[Looks]:
    looks = Looks(seeded)
    yield looks
    await looks.close()


@pytest.fixture
async def service(seeded: Database, looks: Looks) -> AsyncIterator[Service]:
    async with served(Patient(seeded), looks=looks) as running:
        yield running


async def _requests(database: Database, looks: Looks, operation: str) -> list[set[str]]:
    """The requests of the records that show Anna, the first first."""
    await looks.flush()
    text = (
        "MATCH (l:Look {operation: $p.operation}) MATCH (s:Shown {key: l.shown}) WHERE $p.who IN s.people "
        "RETURN l.requests AS r ORDER BY l.at"
    )
    rows = await database.read(Statement("test", text, {"who": ANNA, "operation": operation}))
    assert all(len(set(row["r"])) == len(row["r"]) for row in rows)
    return [set(row["r"]) for row in rows]


def _id(client: Socket) -> str:
    response = client.connection.response
    assert response is not None
    return response.headers["x-request-id"]


async def test_an_answer_that_becomes_another_one(
    service: Service, garden: Garden, seeded: Database, looks: Looks
) -> None:
    await arrive(garden)
    async with opened(service) as client, opened(service) as other, streamed(service, ANSWER) as stream:
        for one in (client, other):
            await one.follow("a", ANSWER)
            await one.follow("b", ANSWER)
            await one.event("a")
            await one.event("b")
        await stream.event()
        await looks.flush()
        await garden.plant(records=[held(ANNA)])
        for one in (client, other):
            await one.event("a")
            await one.event("b")
        await stream.event()
        everybody = {_id(client), _id(other), stream.headers["x-request-id"]}
        assert await _requests(seeded, looks, "Answer") == [everybody]
        async with opened(service) as late:
            await late.follow("a", ANSWER)
            await late.event("a")
            assert await _requests(seeded, looks, "Answer") == [everybody, {_id(late)}]


async def test_changes_that_are_followed_and_caught_up_with(
    service: Service, garden: Garden, seeded: Database, looks: Looks
) -> None:
    start = await arrive(garden)
    async with opened(service) as client:
        await client.follow("log", CHANGES, after=start)
        seq = await garden.plant(records=[held(ANNA)])
        assert (await client.event("log"))["seq"] == seq
        assert await _requests(seeded, looks, "Log") == [{_id(client)}]
        async with opened(service) as late:
            await late.follow("log", CHANGES, after=start)
            assert (await late.event("log"))["seq"] == seq
            assert await _requests(seeded, looks, "Log") == [{_id(client)}, {_id(late)}]
