"""Two services on one database: changes, keys and conflicts hold across them, and a client reads its own writes."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph.local import Connection
from tests.changes.conftest import document
from tests.contract.conftest import Patient
from tests.contract.planting import Garden
from tests.faults.test_kills import Service
from tests.local.helpers import alive

PERSON = "... on PersonChanged { person { id name jobTitle } }"


@pytest.fixture(scope="module")
async def two(
    seeded: Patient, neo4j_server: Connection, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[list[str]]:
    """Two services, started side by side."""
    folder: Path = tmp_path_factory.mktemp("two")
    services = [Service(neo4j_server, folder / f"log{number}") for number in range(2)]
    await asyncio.gather(*(asyncio.to_thread(service.start) for service in services))
    yield [service.base for service in services]
    for service in services:
        service.kill()


@pytest.fixture
async def workers(seeded: Patient, neo4j_server: Connection, tmp_path: Path) -> AsyncIterator[Service]:
    service = Service(neo4j_server, tmp_path / "log", "--workers", "2")
    await asyncio.to_thread(service.start)
    yield service
    service.kill()


def children(service: Service) -> list[int]:
    """The workers' processes."""
    assert service.process is not None
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(service.process.pid)], capture_output=True, text=True)
    return sorted(int(pid) for pid in found.stdout.split())


async def eventually(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 - processes are looked at from outside
            await asyncio.sleep(0.1)


async def test_workers_share_a_port_and_are_started_again_and_end_with_their_parent(
    workers: Service, garden: Garden
) -> None:
    made = await asyncio.gather(*(change(workers.base, "addPerson", name=f"Demo {n} Arbejder") for n in range(8)))
    assert sorted(one["change"]["seq"] for one in made) == list(range(garden.seq + 1, garden.seq + 9))
    first = children(workers)
    assert len(first) == 2
    os.kill(first[0], signal.SIGKILL)
    await eventually(lambda: len(children(workers)) == 2 and first[0] not in children(workers))
    await change(workers.base, "addPerson", name="Demo Ny Arbejder")
    second = children(workers)
    assert workers.process is not None
    os.kill(workers.process.pid, signal.SIGKILL)
    await eventually(lambda: not any(alive(pid) for pid in second))


async def change(base: str, mutation: str, show: str = "", **given: Any) -> dict[str, Any]:
    body = {"query": document(mutation, show), "variables": {"input": given}}
    async with httpx.AsyncClient(timeout=60) as client:
        answer = (await client.post(f"{base}/graphql", json=body)).json()
    assert not answer.get("errors"), answer
    return dict(answer["data"][mutation])


async def ask(base: str, query: str) -> Any:
    async with httpx.AsyncClient(timeout=60) as client:
        return (await client.post(f"{base}/graphql", json={"query": query})).json()["data"]


async def test_what_one_writes_the_other_reads_at_once(two: list[str], garden: Garden) -> None:
    for number in range(10):
        name = f"Demo Nummer {number} Tovejs"
        await change(two[number % 2], "addPerson", name=name)
        found = await ask(two[(number + 1) % 2], f'{{ person(name: "{name}") {{ name }} }}')
        assert found == {"person": {"name": name}}
    log = await ask(two[0], f"{{ changes(after: {garden.seq}) {{ nodes {{ seq }} }} }}")
    assert [one["seq"] for one in log["changes"]["nodes"]] == list(range(garden.seq + 1, garden.seq + 11))


async def test_a_key_holds_across_processes(two: list[str], garden: Garden) -> None:
    given = {"name": "Demo Anna Tovejs", "idempotencyKey": "tovejs"}
    both = await asyncio.gather(*(change(base, "addPerson", PERSON, **given) for base in two))
    assert both[0]["change"] == both[1]["change"]
    assert both[0]["person"] == both[1]["person"]
    assert sorted(one["repeated"] for one in both) == [False, True]
    other = await change(two[0], "addPerson", **{**given, "name": "Demo Bo Tovejs"})
    assert other["code"] == "KEY_REUSED"


async def test_of_two_who_saw_the_same_one_is_told_what_the_other_did(two: list[str], garden: Garden) -> None:
    made = await change(two[0], "addPerson", PERSON, name="Demo Anna Tovejs")
    given = {"person": made["person"]["id"], "ifSeq": made["change"]["seq"]}
    both = await asyncio.gather(
        *(change(base, "changePerson", PERSON, jobTitle=f"Titel {number}", **given) for number, base in enumerate(two))
    )
    kinds = sorted(answer["__typename"] for answer in both)
    assert kinds == ["Conflict", "PersonChanged"]
    loser = next(answer for answer in both if answer["__typename"] == "Conflict")
    winner = next(answer for answer in both if answer["__typename"] == "PersonChanged")
    assert [one["seq"] for one in loser["changes"]] == [winner["change"]["seq"]]
