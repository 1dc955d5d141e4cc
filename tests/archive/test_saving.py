"""A backup and the list beside it: both are there, or neither is, and who reads the refusal knows which file it is about."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

import pytest

from graph.erasing import Tombstone
from graph.errors import DatabaseUnavailableError
from graph_seed.archive import saving, tombstones
from graph_seed.archive.document import Head
from graph_seed.archive.errors import ArchiveError, DamagedListError
from graph_seed.archive.files import Sum
from server.cli.looked import record_all

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
