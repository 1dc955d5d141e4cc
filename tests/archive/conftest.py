"""The command line on the second database, and the seeded one as a document."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from graph.driver import Database, Statement, Transaction
from graph.local import Connection
from graph_seed.archive.document import write
from graph_seed.archive.files import opened
from graph_seed.archive.restoring import restore, verify
from graph_seed.archive.snapshot import take
from server.cli import main


@pytest.fixture
def settings(second_server: Connection) -> dict[str, str]:
    """The environment in which the command line uses the second database."""
    server = second_server
    return {
        "NEO4J_URI": server.uri,
        "NEO4J_USERNAME": server.username,
        "NEO4J_PASSWORD": server.password,
        "NEO4J_DATABASE": server.database,
    }


Cli = Callable[..., Awaitable["subprocess.CompletedProcess[str]"]]


@pytest.fixture
def cli(settings: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Cli]:
    """Run `rollegalleri` on the second database, in a thread of this process: a process for each takes seconds."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def run_it(*arguments: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "argv", ["rollegalleri", *arguments])
        capsys.readouterr()
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        said = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, int(str(code)), said.out, said.err)

    async def cli(*arguments: str) -> subprocess.CompletedProcess[str]:
        return await asyncio.to_thread(run_it, *arguments)

    yield cli
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(scope="session")
async def exported(seeded: Database) -> bytes:
    """The seeded database as a document."""
    return await document_of(seeded)


async def document_of(database: Database) -> bytes:
    """Give all of a database as a document."""
    snapshot = await take(database)
    return b"".join([chunk async for chunk in write(snapshot.head, snapshot.rows())])


async def load(database: Database, file: Path, replace: bool = False) -> None:
    """Restore a file."""
    with opened(file) as source:
        await restore(database, source, verify(source), print, (lambda _: True) if replace else None)


async def run(database: Database, text: str, **params: object) -> list[tuple[object, ...]]:
    """Run a statement that may write, and give its rows."""

    async def work(transaction: Transaction) -> list[tuple[object, ...]]:
        return [tuple(record.values()) for record in await transaction.run(Statement("test", text, params))]

    return await database.write(work, name="test", seconds=60.0, patience=30.0)


async def hash_of(database: Database) -> str:
    """Hash every node and arrow of the map, read without anything of what is tested.

    Who was looked up is no part of it, nor when it was restored.
    """
    own = "[k IN keys(n) WHERE k <> 'moved' | [k, toStringOrNull(n[k]), n[k]]]"
    nodes = f"MATCH (n) WHERE NOT n:Look AND NOT n:Shown RETURN labels(n) AS l, {own} AS p"
    arrows = "MATCH (a)-[r]->(b) RETURN a.key AS a, a.fromSeq AS f, type(r) AS t, properties(r) AS p, b.key AS b, b.fromSeq AS g"
    found = [f"{row['l']} {sorted(row['p'])}" for row in await _all(database, nodes)]
    found += [str(sorted(row.items())) for row in await _all(database, arrows)]
    return hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()


async def _all(database: Database, text: str) -> list[Any]:
    return [record.data() for record in await database.read(Statement("test", text, seconds=60.0), patience=30.0)]
