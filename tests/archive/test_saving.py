"""A backup and the list beside it: both are there, or neither is, and who reads the refusal knows which file it is about."""

from __future__ import annotations

import fcntl
import itertools
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import pytest

from graph.erasing import Tombstone
from graph.errors import DatabaseUnavailableError
from graph_seed.archive import files, saving, tombstones
from graph_seed.archive.document import Head
from graph_seed.archive.errors import ArchiveError, DamagedListError
from graph_seed.archive.files import Sum
from server.cli.looked import record_all
from tests.server.conftest import ROOT, environment

NOBODY: Any = None


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Head]:
    """A database that is read without one; what was read."""
    found: list[Head] = []

    async def write(_database: object, target: IO[bytes], _packed: bool, heads: list[Head]) -> Sum:
        heads.append(Head(7, None, 3, 7))
        found.append(heads[-1])
        target.write(b"all of it")
        return Sum(9, "x")

    monkeypatch.setattr(saving, "_write", write)
    return found


def erased(monkeypatch: pytest.MonkeyPatch, *keys: str, away: bool = False) -> None:
    async def tombstones_of(_database: object) -> list[Tombstone]:
        if away:
            raise DatabaseUnavailableError
        return [Tombstone(key, "2026-01-01T00:00:00.000000Z") for key in keys]

    monkeypatch.setattr(saving.erasing, "tombstones", tombstones_of)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


async def test_both_are_there(written: list[Head], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    erased(monkeypatch, "person:x")
    saved = await saving.backup(NOBODY, tmp_path, print)
    assert contents(tmp_path)[saved.file.name] == b"all of it"
    assert list(tombstones.read(tombstones.beside(saved.file))) == ["person:x"]
    assert set(contents(tmp_path)) == {saved.file.name, tombstones.NAME}


async def test_a_list_that_is_damaged_is_told_before_anything_is_read(
    written: list[Head], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    erased(monkeypatch, "person:x")
    (tmp_path / tombstones.NAME).write_text("")
    before = contents(tmp_path)
    for target in (tmp_path, tmp_path / "named.json.gz"):
        with pytest.raises(DamagedListError, match=rf"{tombstones.NAME}, the list of who was erased, .* is damaged"):
            await saving.backup(NOBODY, target, print)
    assert (written, contents(tmp_path)) == ([], before)


async def test_a_database_that_goes_away_before_the_list_is_known_leaves_no_file(
    written: list[Head], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    erased(monkeypatch, away=True)
    with pytest.raises(DatabaseUnavailableError):
        await saving.backup(NOBODY, tmp_path, print)
    assert (len(written), contents(tmp_path)) == (1, {})


async def test_a_list_that_cannot_be_written_leaves_no_file(
    written: list[Head], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    erased(monkeypatch, "person:x")
    real = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target.name == tombstones.NAME:
            raise PermissionError(13, "Permission denied")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(ArchiveError, match="Permission denied"):
        await saving.backup(NOBODY, tmp_path / "named.json.gz", print)
    assert contents(tmp_path) == {}


async def test_a_database_that_goes_away_when_the_file_is_there_is_told_and_the_file_counts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Gone:
        async def read(self, *_: object) -> None:
            raise DatabaseUnavailableError

    await record_all(Gone(), "backup")
    assert "Whose data this showed could not be recorded (DATABASE_UNAVAILABLE)." in capsys.readouterr().err


HANGS: Final = """
import asyncio, sys
from graph_seed.archive import saving
from server import cli, opening

async def write(database, target, packed, written):
    target.write(b"everybody")
    target.flush()
    print("writing", flush=True)
    await asyncio.sleep(60)

saving._write = write
opening.with_database = lambda settings, say, work: asyncio.run(work(None))
cli.main()
"""
"""`rollegalleri`, whose backups are in the middle for a minute."""


@contextmanager
def amid(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A backup into a folder by another process, in the middle of its file."""
    arguments = [sys.executable, "-c", HANGS, "backup", str(folder)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=ROOT, env=environment(), text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "writing\n"
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_backup_that_is_stopped_leaves_nothing(number: int, tmp_path: Path) -> None:
    with amid(tmp_path) as process:
        assert list(contents(tmp_path).values()) == [b"everybody"]
        process.send_signal(number)
        assert process.wait(30) == 130
    assert contents(tmp_path) == {}


async def test_what_a_killed_one_left_is_removed_by_the_next_and_what_another_writes_is_not(
    written: list[Head], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    erased(monkeypatch)
    with amid(tmp_path) as killed:
        killed.kill()
        killed.wait(30)
    (left,) = contents(tmp_path)
    (tmp_path / ".mine.part").write_bytes(b"mine")
    with amid(tmp_path):
        (other,) = contents(tmp_path).keys() - {left, ".mine.part"}
        saved = await saving.backup(NOBODY, tmp_path, print)
        assert set(contents(tmp_path)) == {".mine.part", other, saved.file.name}


def test_two_containers_in_which_both_are_the_first_process_write_beside_each_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "getpid", lambda: 1)
    monkeypatch.setattr(files, "_DRAFTS", itertools.repeat(0), raising=False)
    with files.appearing(lambda: tmp_path / "one", tmp_path) as one:
        one.write(b"one")
        with files.appearing(lambda: tmp_path / "two", tmp_path) as two:
            two.write(b"two")
    assert contents(tmp_path) == {"one": b"one", "two": b"two"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


def test_a_draft_that_was_taken_for_a_left_one_before_it_was_locked_is_made_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real, taken = fcntl.flock, list[int]()

    def late(descriptor: int, how: int) -> None:
        if not taken:
            taken.append(descriptor)
            files.remove_left(tmp_path)
        real(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with files.appearing(lambda: tmp_path / "one", tmp_path) as one:
        one.write(b"one")
    assert taken
    assert contents(tmp_path) == {"one": b"one"}
