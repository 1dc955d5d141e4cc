"""Processes killed under writes: nothing acknowledged is lost, nothing is half done, nothing twice with the same key."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import random
import re
import signal
import subprocess
import sys
import warnings
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph import local, migrations
from graph.driver import Database, Statement
from graph.errors import GraphError
from graph.local import Connection
from resolvers.context import Context
from schema.engine import Request
from schema.gallery.schema import engine
from tests.changes.conftest import document
from tests.contract.conftest import Patient
from tests.contract.planting import Garden
from tests.faults.conftest import FULL
from tests.server.conftest import ROOT, environment

KILLS = 10 if FULL else 1
WRITERS = 8
HALF = """MATCH (c:Change) WHERE c.seq > $p.after AND NOT EXISTS { (c)-[:RECORDED|CLOSED|TOUCHED]->() } RETURN c.seq AS seq"""


async def verify(database: Database, after: int, acknowledged: set[str], sent: set[str], prefix: str) -> None:
    """Hold what is there against what was acknowledged, and what was only sent."""
    rows = await database.read(
        Statement(
            "test", "MATCH (p:Person) WHERE p.name STARTS WITH $p.prefix RETURN p.name AS name", {"prefix": prefix}
        )
    )
    names = [row["name"] for row in rows]
    assert len(names) == len(set(names)), "somebody is there twice"
    assert acknowledged <= set(names), "an acknowledged change is lost"
    assert set(names) <= sent
    assert await database.read(Statement("test", HALF, {"after": after})) == []
    text = "MATCH (c:Change) WHERE c.seq > $p.after RETURN c.seq AS seq ORDER BY seq"
    seqs = [row["seq"] for row in await database.read(Statement("test", text, {"after": after}))]
    assert seqs == list(range(after + 1, after + len(names) + 1)), "one entry in the log for each"
    counter = await database.value(Statement("test", "MATCH (c:Counter {key: 'counter'}) RETURN c.seq AS seq"))
    assert counter == after + len(names)


async def grown(acknowledged: set[str], to: int) -> None:
    """Wait until so many changes are acknowledged."""
    async with asyncio.timeout(120):
        while len(acknowledged) < to:  # noqa: ASYNC110 - many writers add to it, and none of them knows of this
            await asyncio.sleep(random.uniform(0.05, 0.2))


class Service:
    """A `rollegalleri serve` on the tests' own database, that can be killed and started again."""

    def __init__(self, server: Connection, log: Path, *options: str) -> None:
        self.options = options
        self.env = environment() | {
            "NEO4J_URI": server.uri,
            "NEO4J_USERNAME": server.username,
            "NEO4J_PASSWORD": server.password,
            "NEO4J_DATABASE": server.database,
        }
        self.log = log
        self.base = ""
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "server.cli", "serve", "--port", "0", *self.options],
                env=self.env, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True,
            )  # fmt: skip
        assert self.process.stdout is not None
        said = ""
        while "/healthz/ready" not in said:
            line = self.process.stdout.readline()
            assert line, self.log.read_text("utf-8")
            said += line
        found = re.search(r"(http://127\.0\.0\.1:\d+)/graphql", said)
        assert found is not None
        self.base = found[1]

    def kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


async def test_a_service_that_is_killed_under_writes_loses_nothing(
    seeded: Patient, garden: Garden, neo4j_server: Connection, tmp_path: Path
) -> None:
    service = Service(neo4j_server, tmp_path / "log")
    service.start()
    acknowledged, sent = set[str](), set[str]()
    done = asyncio.Event()
    query = document("addPerson", "... on PersonChanged { person { id } }")

    async def writer(number: int) -> None:
        index = 0
        async with httpx.AsyncClient(timeout=30) as client:
            while not done.is_set():
                name = f"Demo Dræbt {number}-{index}"
                sent.add(name)
                body = {"query": query, "variables": {"input": {"name": name, "idempotencyKey": name}}}
                try:
                    answer = (await client.post(f"{service.base}/graphql", json=body)).json()
                except (httpx.HTTPError, ValueError):
                    await asyncio.sleep(0.1)
                    continue  # the same name and key again, until somebody answers
                if (answer.get("data") or {}).get("addPerson"):
                    assert "change" in answer["data"]["addPerson"], answer
                    acknowledged.add(name)
                    index += 1

    writers = [asyncio.create_task(writer(number)) for number in range(WRITERS)]
    try:
        for _ in range(KILLS):
            seen = len(acknowledged)
            await grown(acknowledged, seen + 20)
            service.kill()
            await asyncio.to_thread(service.start)
        done.set()
        async with asyncio.timeout(60):
            await asyncio.gather(*writers)
    finally:
        for task in writers:
            task.cancel()
        service.kill()
    assert len(acknowledged) >= 20 * KILLS
    await verify(seeded, garden.seq, acknowledged, sent, "Demo Dræbt ")


@pytest.mark.usefixtures("without_what_the_driver_leaves")
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.skipif("NEO4J_URI" in os.environ, reason="kills a database of its own")
async def test_a_database_that_is_killed_under_writes_loses_nothing(tmp_path: Path, release: local.Release) -> None:
    acknowledged, sent = set[str](), set[str]()
    query = document("addPerson", "... on PersonChanged { person { id } }")
    with local.start(tmp_path / "data", print, release=release) as server:
        at = server.connection
        async with await Database.connect(at.uri, at.username, at.password, at.database) as connected:
            await migrations.apply(connected, print)
            database = Patient(connected)
            done = asyncio.Event()

            async def writer(number: int) -> None:
                index = 0
                while not done.is_set():
                    name = f"Demo Dræbt {number}-{index}"
                    sent.add(name)
                    given: dict[str, Any] = {"name": name, "idempotencyKey": name}
                    result = await engine().execute(Request(query, {"input": given}), Context.local(database))
                    if result.errors:
                        codes = {(error.extensions or {}).get("code") for error in result.errors}
                        assert codes <= {"DATABASE_UNAVAILABLE", "OUTCOME_UNKNOWN", "DEADLINE"}, result.errors
                        await asyncio.sleep(0.2)
                        continue
                    assert result.data is not None
                    assert "change" in result.data["addPerson"], result.data
                    acknowledged.add(name)
                    index += 1

            writers = [asyncio.create_task(writer(number)) for number in range(WRITERS)]
            for _ in range(KILLS):
                seen = len(acknowledged)
                await grown(acknowledged, seen + 20)
                os.kill(server.pid, signal.SIGKILL)
            seen = len(acknowledged)
            await grown(acknowledged, seen + 20)
            done.set()
            await asyncio.gather(*writers)
            with contextlib.suppress(GraphError):
                await database.read(Statement("test", "RETURN 1"))
            await verify(database, 0, acknowledged, sent, "Demo Dræbt ")


@pytest.fixture
async def without_what_the_driver_leaves() -> AsyncIterator[None]:
    """Of connections that broke the driver leaves sockets and failures that nobody reads; they are no finding of a test."""
    loop = asyncio.get_running_loop()
    handler = loop.get_exception_handler()
    loop.set_exception_handler(lambda *_: None)
    try:
        yield
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()
    finally:
        loop.set_exception_handler(handler)
