"""Every command of the guide is run as it stands there, against the service as it stands there."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from graph.driver import Database
from graph.local import Connection
from tests.changes.conftest import Change, digest
from tests.changes.test_holding import person
from tests.contract.planting import Garden
from tests.exchange_map.conftest import assignment, csv_of
from tests.server.conftest import ROOT, Run, environment

GUIDE = ROOT / "docs/guides/spreadsheet.md"
MINTING = ("token", "--as", "kombit")
COMMANDS = re.findall(r"^\$ (.+)$", GUIDE.read_text("utf-8"), re.MULTILINE)


def test_the_commands_of_a_terminal(run: Run, garden: Garden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ours = [shlex.split(command)[1:] for command in COMMANDS if command.startswith("rollegalleri")]
    assert {arguments[0] for arguments in ours} == {"export", "import"}
    for arguments in ours:
        done = run(*arguments)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        assert max(map(len, done.stdout.splitlines())) <= 80
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.xlsx", "map.xlsx", "people.csv"]
    assert "Nothing to change: the map says so already." in done.stdout


async def test_an_import_in_a_terminal(
    run: Run, garden: Garden, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await digest(database)
    wrong = tmp_path / "wrong.csv"
    wrong.write_bytes(csv_of("assignments", [assignment(role="nix")]))
    right = tmp_path / "right.csv"
    right.write_bytes(csv_of("assignments", [assignment()]))
    monkeypatch.setattr(sys, "stdin", io.StringIO())  # nobody who could be asked
    done = await _in_thread(run, "import", str(wrong), "--yes")
    assert done.returncode == 1
    assert all(word in done.stdout for word in ("Role code", "nix", "What would be right"))
    assert "1 problem: nothing was changed" in done.stderr
    unasked = await _in_thread(run, "import", str(right))
    assert (unasked.returncode, "say --yes" in unasked.stderr) == (1, True)
    assert await digest(database) == before
    done = await _in_thread(run, "import", str(right), "--yes", "--key", "k")
    assert (done.returncode, "The import is change" in done.stdout) == (0, True)
    assert "Demo Regnar Regnearksen" in done.stdout


async def test_an_import_typed_again_with_its_key_tells_the_first_outcome_though_its_file_fits_no_more(
    run: Run, garden: Garden, change: Change, database: Database, tmp_path: Path
) -> None:
    """As over HTTP: the key is looked for before anything is said of the rows."""
    file = tmp_path / "map.csv"
    file.write_bytes(csv_of("assignments", [assignment()]))
    typed = ("import", str(file), "--yes", "--key", "k")
    first = await _in_thread(run, *typed)
    await person(change, "Demo Regnar Regnearksen")
    before = await digest(database)
    assert "AMBIGUOUS" in (await _in_thread(run, "import", str(file), "--yes", "--json")).stdout
    again = await _in_thread(run, *typed)
    assert again.returncode == 0, again.stdout
    (is_now,) = (line for line in first.stdout.splitlines() if line.startswith("The import"))
    assert again.stdout.splitlines()[0] == is_now.replace("is change", "was recorded before, as change")
    other = await _in_thread(run, *typed, "--reason", "another")
    assert (other.returncode, "belongs to" in other.stderr) == (1, True)
    assert await digest(database) == before


async def _in_thread(run: Run, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command has an event loop of its own."""
    import asyncio

    return await asyncio.to_thread(run, *arguments)


@contextlib.contextmanager
def served(server: Connection, tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The service as a process of its own, with access control on: its address, and the environment that it has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{free.getsockname()[1]}"
    env = environment(
        {
            "NEO4J_URI": server.uri,
            "NEO4J_USERNAME": server.username,
            "NEO4J_PASSWORD": server.password,
            "NEO4J_DATABASE": server.database,
            "ROLLEGALLERI_DATA": str(tmp_path / "data"),
            "ROLLEGALLERI_ACCESS": "on",
        }
    )
    command = [sys.executable, "-m", "server.cli", "serve", "--port", base.rpartition(":")[2]]
    process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"{base}/healthz/live")
                break
            time.sleep(0.1)
        yield base, env
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def service(seeded: Database, neo4j_server: Connection, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The service's address, and a token as the guide makes it."""
    with served(neo4j_server, tmp_path) as (base, env):
        command = [sys.executable, "-m", "server.cli", *MINTING]
        made = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=True)
        yield base, made.stdout.strip()


def test_the_commands_over_http(service: tuple[str, str], garden: Garden, tmp_path: Path) -> None:
    curls = [command for command in COMMANDS if command.startswith("curl")]
    assert f"TOKEN=$(rollegalleri {' '.join(MINTING)})" in COMMANDS
    assert len(curls) + 6 == len(COMMANDS)
    base, token = service
    for command in curls:
        arguments = shlex.split(command.replace("http://127.0.0.1:8000", base).replace("$TOKEN", token))
        done = subprocess.run(
            [*arguments, "--fail-with-body"], cwd=tmp_path, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout
    assert '"change":null' in done.stdout
