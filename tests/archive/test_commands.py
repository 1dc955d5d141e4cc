"""The commands as an operator types them, and the guide's, in its order."""

from __future__ import annotations

import gzip
import json
import re
import shlex
import stat
from pathlib import Path

import pytest

from graph.driver import Database
from tests.archive import world
from tests.archive.conftest import Cli, document_of, hash_of, load
from tests.archive.conftest import run as query
from tests.server.conftest import ROOT

GUIDE = ROOT / "docs/guides/operator.md"
COMMAND = re.compile(r"^\$ rollegalleri (.*)$", re.MULTILINE)


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def names(folder: Path) -> list[str]:
    """The files of a folder, but for the list of who was erased, which every backup writes anew."""
    return [file.name for file in folder.iterdir() if file.name != "rollegalleri-erased.json"]


@pytest.fixture
async def small(vacant: Database, tmp_path: Path) -> Path:
    """The small world, in the second database and in a file."""
    file = tmp_path / "small.json"
    file.write_bytes(world.assembled(world.rows()))
    await load(vacant, file)
    return file


async def test_a_backup_is_private_named_after_its_number_and_never_replaces_another(
    small: Path,
    there: Path,
    cli: Cli,
) -> None:
    done = await cli("backup")
    assert done.returncode == 0, done.stderr
    (name,) = names(there)
    file = there / name
    assert done.stdout == f"{file.name}\n"
    assert re.fullmatch(r"rollegalleri-\d{4}-\d\d-\d\d-seq3\.json\.gz", file.name)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    lines = gzip.decompress(before).splitlines(keepends=True)
    assert b"".join(lines[1:-1]) == world.assembled(world.rows())
    assert set(json.loads(lines[-1])) == {"bytes", "sha256"}
    file.write_bytes(b"mine")
    refused = await cli("backup", file.name)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "is there already and was left as it is" in refused.stderr
    assert file.read_bytes() == b"mine"
    assert (await cli("backup", file.name, "--force")).returncode == 0
    assert file.read_bytes() == before
    assert names(there) == [file.name]


async def test_where_nothing_can_be_written_one_sentence_says_so(
    small: Path,
    there: Path,
    cli: Cli,
) -> None:
    for name in ("nowhere/b.json.gz", str(small / "b.json.gz"), "/proc/b.json.gz"):
        refused = await cli("backup", name)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.splitlines()[-1].startswith("Error: ")
        assert "cannot be used" in refused.stderr
    assert (await cli("export", "gallery.xls")).returncode == 2
    assert names(there) == []


async def test_an_empty_database_is_not_backed_up(
    vacant: Database,
    there: Path,
    cli: Cli,
) -> None:
    refused = await cli("backup")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Nothing was ever recorded in this database" in refused.stderr
    assert names(there) == []


async def test_what_is_refused_leaves_the_database_as_it_was(
    small: Path,
    vacant: Database,
    there: Path,
    cli: Cli,
) -> None:
    before = await hash_of(vacant)
    assert (await cli("backup", "whole.json.gz")).returncode == 0
    whole = (there / "whole.json.gz").read_bytes()
    text = gzip.decompress(whole)
    twice = world.rows()
    bare, full = (row["properties"] for row in twice["things"] if row["label"] == "Municipality")
    bare["code"] = full["code"]
    cases = {
        "one code twice": (world.assembled(twice), "one that no other Municipality has"),
        "newer": (
            gzip.compress(text.replace(b'"version":1}', b'"version":2}', 1)),
            "newer rollegalleri: its version is 2",
        ),
        "cut": (whole[: len(whole) // 2], "This file is damaged"),
        "flipped": (whole[:2000] + bytes([whole[2000] ^ 4]) + whole[2001:], "This file is damaged"),
        "text": (b"Kommune;Rolle\n", "not from rollegalleri"),
        "other gzip": (gzip.compress(b"Kommune;Rolle\n"), "not from rollegalleri"),
        "other json": (b'{"data":{}}', "not from rollegalleri"),
    }
    for name, (content, sentence) in cases.items():
        (there / name).write_bytes(content)
        refused = await cli("restore", name, "--replace", "--yes")
        assert (refused.returncode, refused.stdout) == (1, ""), name
        assert sentence in refused.stderr
        assert "Nothing was touched." in refused.stderr
        assert "Traceback" not in refused.stderr
    assert (await cli("restore", "no-such-file")).returncode == 1
    not_empty = await cli("restore", "whole.json.gz")
    assert not_empty.returncode == 1
    assert "it holds 3 changes" in not_empty.stderr
    unasked = await cli("restore", "whole.json.gz", "--replace")
    assert unasked.returncode == 1
    assert "expected 'y' as the answer, or --yes" in unasked.stderr
    assert await hash_of(vacant) == before


async def test_every_command_of_the_guide_does_what_it_says(
    small: Path,
    vacant: Database,
    there: Path,
    cli: Cli,
) -> None:
    (there / "backups").mkdir()
    commands = COMMAND.findall(GUIDE.read_text("utf-8"))
    assert {command.split()[0] for command in commands} == {"backup", "restore", "doctor", "export", "import", "person"}
    before = await document_of(vacant)
    for command in dict.fromkeys(commands):  # one that is in two places is run once
        arguments = shlex.split(command)
        if arguments[0] == "person":
            continue  # tests/looks has these
        emptied = arguments[0] in ("restore", "import") and "--replace" not in arguments
        if emptied:
            refused = await cli(*arguments)
            assert refused.returncode == 1, "the guide says that it wants an empty database"
            await query(vacant, "MATCH (n) WHERE NOT n:Migration DETACH DELETE n")
        done = await cli(*arguments)
        # The small world is as declared in every row, and not in what only the doctor compares (periods).
        assert done.returncode in ({0, 1} if arguments[0] == "doctor" else {0}), done.stderr
        assert "Traceback" not in done.stderr
        assert await document_of(vacant) == before
    assert len(names(there / "backups")) == 1
    assert (there / "gallery.json").read_bytes() == before
