"""The data folder: what is refused, each with one sentence, and nothing of what was there is touched."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from graph import local
from graph.errors import DiskFullError, FolderLockedError, FolderNotUsableError, PasswordFileError
from graph.local.folder import Folder


@pytest.fixture
def taken(tmp_path: Path) -> Iterator[Folder]:
    """A folder that this very process has."""
    folder = Folder(tmp_path / "data")
    lock = folder.open(print)
    yield folder
    folder.close(lock)


def test_the_holder_is_named_while_it_is_still_starting(taken: Folder) -> None:
    with pytest.raises(FolderLockedError, match=rf"process {os.getpid()} \(user \w+, since 20.*, still starting\)"):
        taken.open(print)
    assert local.running(taken.path, wait_seconds=0.2) is None


def test_a_running_database_is_found_with_its_password(taken: Folder) -> None:
    taken.announce("bolt://127.0.0.1:7")
    found = local.running(taken.path)
    assert found == local.Connection("bolt://127.0.0.1:7", "neo4j", taken.password())
    assert taken.server_file.stat().st_mode & 0o777 == 0o600


def test_what_a_killed_process_left_behind_is_not_believed(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    lock = folder.open(print)
    folder.announce("bolt://127.0.0.1:7")
    left = folder.server_file.read_text()
    folder.close(lock)
    folder.server_file.write_text(left)
    assert local.running(tmp_path) is None


@pytest.mark.parametrize("left", ["", "{}", "[1]", json.dumps({"pid": "x", "user": "", "since": "", "uri": None})])
def test_a_broken_note_is_nobodys(taken: Folder, left: str) -> None:
    taken.server_file.write_text(left)
    assert local.running(taken.path) is None


def test_no_folder_has_no_database(tmp_path: Path) -> None:
    assert local.running(tmp_path / "none") is None
    assert not (tmp_path / "none").exists()


def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    tmp_path.chmod(0o755)
    with pytest.raises(FolderNotUsableError, match="it is not empty and not from rollegalleri"):
        local.start(tmp_path, print)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    assert tmp_path.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("below", ["", "data"])
def test_a_file_is_no_folder(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderNotUsableError, match=r"cannot be used \(.+\): name a writable one with --data"):
        local.start(tmp_path / "file" / below, print)


def test_a_full_disk_is_said_with_both_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=7_000_000))
    with pytest.raises(DiskFullError, match=r"7 MB are free in .*, at least 300 MB are needed"):
        local.start(tmp_path / "data", print)
    assert local.running(tmp_path / "data") is None


def test_a_lost_password_is_said(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "data")
    (folder.home / "data" / "databases").mkdir(parents=True)
    with pytest.raises(PasswordFileError, match=f"The password file {folder.password_file} is missing or empty"):
        folder.password()
