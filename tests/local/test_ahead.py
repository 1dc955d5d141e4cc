"""What Java found out in a start is kept, begun from, and never needed."""

from __future__ import annotations

import asyncio
import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from graph import local
from graph.driver import Database, Statement
from graph.errors import DidNotStartError
from graph.local import ahead
from graph.local.jars import default_cache, provide
from server import ahead as learning


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own, with nothing kept."""
    monkeypatch.setattr(ahead, "FOLDER", tmp_path / "kept")
    return tmp_path / "kept"


@pytest.fixture
def jars() -> list[Path]:
    return provide(local.CURRENT.jars(), default_cache(), print)


async def answers(server: local.Connection | local.LocalServer) -> None:
    async with await Database.connect(server.uri, server.username, server.password) as database:
        assert await database.value(Statement("test", "RETURN true AS yes"))


def begins_from(file: Path, server: local.LocalServer) -> bool:
    return str(file) in Path(f"/proc/{server.pid}/maps").read_text("utf-8")


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="what a process has mapped is told on Linux alone")
def test_it_is_learnt_once_begun_from_and_a_damaged_one_costs_nothing_but_time(
    folder: Path, jars: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(learning, "as_a_first_start", answers)  # all of it is what `make test` begins with
    folder.mkdir()
    (folder / "neo4j-of-before.aot").touch()
    (folder / "learning-cut-off").mkdir()
    learning.main()
    file = ahead.file_for(local.CURRENT, jars)
    assert [one.name for one in sorted(folder.iterdir())] == ["lock", file.name]
    assert file.stat().st_mode & 0o077 == 0
    assert "Learnt: " in capsys.readouterr().out
    learning.main()
    assert capsys.readouterr().out == ""

    def start() -> local.LocalServer:
        return local.start(tmp_path / "data", print)

    with start() as server:
        assert begins_from(file, server)
        asyncio.run(answers(server))
    file.write_bytes(file.read_bytes()[:1000])
    with start() as server:
        assert not begins_from(file, server)
        asyncio.run(answers(server))


def test_it_fits_one_java_these_jars_and_these_arguments(
    folder: Path, jars: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    release = local.CURRENT
    one = ahead.file_for(release, jars)
    assert one == ahead.file_for(release, list(jars))
    others = {ahead.file_for(release, jars[1:]), ahead.file_for(dataclasses.replace(release, jvm_arguments=()), jars)}
    monkeypatch.setattr(ahead, "JVM_ARGUMENTS", (*ahead.JVM_ARGUMENTS, "-Xss2m"))
    others.add(ahead.file_for(release, jars))
    assert len({one, *others}) == 4
    assert ahead.beginning_from(release, jars) == []
    folder.mkdir()
    ahead.file_for(release, jars).touch()
    assert ahead.beginning_from(release, jars) == [f"-XX:AOTCache={ahead.file_for(release, jars)}"]
    assert ahead.beginning_from(local.LTS, jars) == [], "its Java cannot"


def test_what_is_missing_is_no_matter_of_a_file_that_is_never_needed(
    folder: Path, jars: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ahead.beginning_from(local.CURRENT, [*jars, tmp_path / "gone.jar"]) == []
    assert ahead.beginning_from(dataclasses.replace(local.CURRENT, java_home=tmp_path), jars) == []

    def fail() -> None:
        raise DidNotStartError("no reason given", tmp_path / "neo4j.log")

    monkeypatch.setattr(learning, "_learn", fail)
    learning.main()
    assert capsys.readouterr().out.startswith("Starts of Neo4j stay as they are: ")


def test_where_nothing_can_be_kept_one_sentence_says_so(tmp_path: Path) -> None:
    code = "from graph.local import ahead; import pathlib; ahead.FOLDER = pathlib.Path('/proc/nowhere'); from server.ahead import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Starts of Neo4j stay as they are: ")
    assert "/proc/nowhere" in done.stdout
