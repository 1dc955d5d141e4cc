"""A restore happens whole or leaves a database that says so; what is there is not lost unasked."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import neo4j
import orjson
import pytest

from graph.doctor import examine
from graph.driver import Database, Statement
from graph.errors import ConflictError
from graph.local import Connection
from graph.migrations import read_migrations
from graph.restoring import MARK, RestoreStoppedError, RestoreUnfinishedError, refuse_half
from graph_seed.archive.errors import (
    DeclinedError,
    ForeignDatabaseError,
    NotEmptyError,
    RestoredDiffersError,
    RestoreRunsError,
)
from graph_seed.archive.files import write_backup
from graph_seed.archive.restoring import restore, verify
from graph_seed.load import load_reference
from resolvers.context import Context
from schema.engine import Request
from schema.gallery.schema import engine
from schema.keeping import Answers
from server.app import Application
from server.identity.identity import Operator
from tests.archive import world
from tests.archive.conftest import document_of, hash_of, load, run
from tests.archive.writing import Intruder
from tests.server.conftest import BASE, ROOT, command, environment

MARKED = [(True,)]
IS_MARKED = f"RETURN EXISTS {{ MATCH (c:Counter {{key: '{MARK}'}}) }}"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The small world, in a file."""
    file = tmp_path / "small.json"
    file.write_bytes(world.assembled(world.rows()))
    return file


@pytest.fixture
async def large(exported: bytes, tmp_path: Path) -> Path:
    """A backup of the demo."""

    async def chunks() -> AsyncIterator[bytes]:
        yield exported

    file = tmp_path / "large.json.gz"
    with file.open("wb") as target:
        await write_backup(chunks(), target)
    return file


async def test_what_is_there_is_not_lost_unasked(vacant: Database, small: Path) -> None:
    await load(vacant, small)
    before = await hash_of(vacant)
    with small.open("rb") as source:
        verified = verify(source)
        with pytest.raises(NotEmptyError, match=r"3 changes .* and 71 things and records") as refused:
            await restore(vacant, source, verified, print)
        assert refused.value.expected == "an empty database, or --replace"
        asked: list[str] = []
        with pytest.raises(DeclinedError):
            await restore(vacant, source, verified, print, lambda content: bool(asked.append(content)))
    assert asked == ["3 changes (the last of 2026-11-20T10:00:00.000003Z) and 71 things and records"]
    assert await hash_of(vacant) == before


async def test_somebody_elses_data_is_never_replaced(vacant: Database, small: Path) -> None:
    await run(vacant, "CREATE (:Invoice {number: 1})")
    before = await hash_of(vacant)
    with pytest.raises(ForeignDatabaseError, match="Invoice"):
        await load(vacant, small, replace=True)
    assert await hash_of(vacant) == before


async def test_what_was_written_between_question_and_answer_is_not_lost(
    vacant: Database, small: Path, second_server: Connection
) -> None:
    await load(vacant, small)
    server = second_server

    def write_then_agree(_: str) -> bool:
        with neo4j.GraphDatabase.driver(server.uri, auth=(server.username, server.password)) as driver:
            driver.execute_query("CREATE (:Change {seq: 4, key: 'change:4'})", database_=server.database)
        return True

    with small.open("rb") as source, pytest.raises(NotEmptyError, match="4 changes"):
        await restore(vacant, source, verify(source), print, write_then_agree)
    assert await run(vacant, IS_MARKED) == [(False,)]
    assert await run(vacant, "MATCH (n:Vendor) RETURN count(n)") == [(2,)]


async def test_a_restore_that_is_killed_is_noticed_and_can_be_run_again(
    vacant: Database, large: Path, exported: bytes, settings: dict[str, str]
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server.cli", "restore", str(large)),
        env=environment(settings),
        cwd=ROOT,
        stderr=asyncio.subprocess.DEVNULL,
    )
    async with asyncio.timeout(120):
        while await run(vacant, "MATCH (n:Assignment) RETURN count(n) > 0") != [(True,)]:
            assert process.returncode is None
    process.kill()
    await process.wait()
    ((count,),) = await run(vacant, "MATCH (n) RETURN count(n)")
    assert 0 < int(str(count)) < len(json.loads(exported)["records"]), "it was killed in the middle"
    for arguments in (("serve", "--port", "0"), ("doctor",), ("backup",), ("who", "KOMBIT-programleder")):
        refused = await asyncio.to_thread(command, *arguments, env=settings)
        assert (refused.returncode, refused.stdout) == (3, "")
        assert "run `rollegalleri restore FILE` again" in refused.stderr
        assert "Traceback" not in refused.stderr
    with pytest.raises(RestoreUnfinishedError):
        await refuse_half(vacant)
    await load(vacant, large)
    assert await document_of(vacant) == exported
    await refuse_half(vacant)
    assert await examine(vacant) == []


async def test_meanwhile_nobody_sees_or_writes_a_half(vacant: Database, large: Path, exported: bytes) -> None:
    seen: list[str] = []

    async def look() -> None:
        query = "{ roles { totalCount } people { totalCount } assignments { totalCount } }"
        result = await engine().execute(Request(query), Context.local(vacant))
        assert result.data == {name: {"totalCount": 0} for name in ("roles", "people", "assignments")}
        transport = httpx.ASGITransport(Application(vacant, Operator(vacant)))
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            ready = await client.get("/healthz/ready")
        assert (ready.status_code, ready.json()["checks"]["database"]) == (503, str(RestoreUnfinishedError()))
        with pytest.raises(ConflictError):
            await load_reference(vacant, print)
        with pytest.raises((RestoreRunsError, NotEmptyError)):
            await load(vacant, large)
        seen.append("looked")

    looks: list[asyncio.Task[None]] = []

    def at_records(statement: Statement) -> None:
        if statement.name == "restore records" and not looks:
            looks.append(asyncio.ensure_future(look()))

    vacant.observers.append(at_records)
    try:
        await load(vacant, large)
    finally:
        vacant.observers.remove(at_records)
        await looks[0]
    assert seen == ["looked"]
    assert await document_of(vacant) == exported


async def test_what_was_loaded_otherwise_is_not_shown(vacant: Database, small: Path, second_server: Connection) -> None:
    spoil = Intruder(second_server, "restore records")
    spoil.removes = "MATCH (n:Vendor {key: 'vendor:full'}) SET n.name = 'another'"

    def report(line: str) -> None:
        assert not line.startswith("Restored")

    vacant.observers.append(spoil)
    try:
        with small.open("rb") as source, pytest.raises(RestoredDiffersError) as refused:
            await restore(vacant, source, verify(source), report)
    finally:
        vacant.observers.remove(spoil)
    assert spoil.seen
    assert refused.value.field == "its SHA-256"
    assert await run(vacant, IS_MARKED) == MARKED
    await load(vacant, small)
    assert await run(vacant, IS_MARKED) == [(False,)]


async def test_a_database_that_fails_in_the_middle_is_said_to_be_half(
    vacant: Database, small: Path, second_server: Connection
) -> None:
    clash = Intruder(second_server, "restore records")
    clash.removes = "CREATE (:Vacancy {key: 'vacancy:full', fromSeq: 1})"
    vacant.observers.append(clash)
    try:
        with pytest.raises(RestoreStoppedError) as stopped:
            await load(vacant, small)
    finally:
        vacant.observers.remove(clash)
    assert stopped.value.code == "CONFLICT"
    assert "nothing was changed" not in str(stopped.value)
    assert await run(vacant, IS_MARKED) == MARKED
    await load(vacant, small)
    assert await document_of(vacant) == world.assembled(world.rows())


async def test_a_document_of_an_older_schema_becomes_one_of_this(
    vacant: Database, tmp_path: Path, exported: bytes
) -> None:
    """Version 1 had neither CLOSED and TOUCHED nor a change's kinds, municipalities and edits: migration 2 makes them."""
    found = json.loads(exported)
    for row in found["changes"]:
        for name in ("kinds", "municipalities", "edits"):
            row["properties"].pop(name, None)
    for row in (*found["things"], *found["records"]):
        row["log"] = [entry for entry in row["log"] if entry[0] == "RECORDED"]
    rows = {section: found[section] for section in ("changes", "things", "records")}
    file = tmp_path / "old.json"
    file.write_bytes(world.assembled(rows, lambda head: head.update(schema=1)))
    await load(vacant, file)
    assert await examine(vacant) == []
    now = json.loads(await document_of(vacant))
    assert now["head"]["schema"] == len(read_migrations())
    assert now["things"] == json.loads(exported)["things"]
    assert now["records"] == json.loads(exported)["records"]


async def test_a_restored_map_is_never_taken_for_the_one_that_was_answered_from(
    vacant: Database, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its number may be the same; what is kept of answers (`schema/keeping.py`) holds for one map alone."""
    now = [100.0]
    monkeypatch.setattr(engine(), "answers", Answers(1_000_000, lambda: now[0]))
    ran: list[Statement] = []
    vacant.observers.append(ran.append)

    async def answered() -> tuple[str, bool]:
        result = await engine().execute(Request("{ municipalities { nodes { name } } }"), Context.local(vacant))
        assert not result.errors
        return str(orjson.dumps(result.data)), await vacant.read(ran[-1]) == []

    try:
        await load(vacant, small)
        await answered()
        now[0] += 2
        made, _ = await answered()
        assert await answered() == (made, True)
        await run(vacant, "MATCH (n:Municipality) SET n.name = 'by hand'")
        assert await answered() == (made, True), "what has no number is not seen at once"
        await load(vacant, small, replace=True)
        assert await answered() == (made, False)
    finally:
        vacant.observers.remove(ran.append)
