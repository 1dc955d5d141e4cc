"""The real application over the seeded database, spoken to in HTTP; and the command line as a process of its own."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path

import httpx
import pytest
import structlog

from graph.driver import Database
from graph.local import Connection
from server.app import Application
from server.cli import main
from server.identity.identity import Operator

ROOT = Path(__file__).parents[2]
BASE = "http://127.0.0.1:8000"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
async def http(seeded: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application, which sends no header of its own but Host."""
    transport = httpx.ASGITransport(Application(seeded, Operator(seeded)))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        client.headers.clear()
        yield client


@pytest.fixture
def run(
    seeded: Database, neo4j_server: Connection, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Run `rollegalleri` with these arguments against the seeded database, 80 columns wide, in this process.

    A process for each would be the same and take a second; `command` is one.
    """
    server = neo4j_server
    env = {
        "NEO4J_URI": server.uri,
        "NEO4J_USERNAME": server.username,
        "NEO4J_PASSWORD": server.password,
        "NEO4J_DATABASE": server.database,
        "COLUMNS": "80",
    }
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        for name, value in {**env, **more}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["rollegalleri", *arguments])
        capsys.readouterr()
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        said = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, int(str(code)), said.out, said.err)

    yield run
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def command(*arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run `rollegalleri` as a process, with nothing set from outside but what is given."""
    return subprocess.run(
        [sys.executable, "-m", "server.cli", *arguments],
        env=environment(env),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without settings of ours but that who asks is the local operator, and with these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NEO4J_", "ROLLEGALLERI_"))}
    return {**kept, "COLUMNS": "80", "PYTHONWARNINGS": "error", "ROLLEGALLERI_ACCESS": "off", **(more or {})}
