"""A person's rights in a terminal, and that what a terminal shows is recorded too."""

from __future__ import annotations

import json
from pathlib import Path

from graph.driver import Database, Statement
from tests.changes.test_holding import PLACE, ROLE
from tests.changes.test_terminal import Terminal, added
from tests.contract.conftest import Patient


async def _operations(database: Database) -> list[str]:
    rows = await database.read(Statement("test", "MATCH (l:Look) RETURN l.operation AS o ORDER BY l.at"))
    return [str(row["o"]) for row in rows]


async def test_what_a_terminal_shows_is_recorded(terminal: Terminal, seeded: Patient, tmp_path: Path) -> None:
    assert (await terminal("who", "KOMBIT-programleder", "--in", "Aarhus")).returncode == 0
    assert (
        await terminal("export", str(tmp_path / "people.csv"), "--sheet", "people", "--in", "Aarhus")
    ).returncode == 0
    assert (await terminal("backup", str(tmp_path / "all.json.gz"))).returncode == 0
    assert await _operations(seeded) == ["Who", "export csv", "backup"]
    (row,) = await seeded.read(
        Statement(
            "test",
            "MATCH (l:Look {operation: 'backup'}) MATCH (s:Shown {key: l.shown}) RETURN s.count AS n, l.actor AS a",
        )
    )
    assert row["n"] == await seeded.value(Statement("test", "RETURN COUNT { MATCH (p:Person) WHERE p.name > '' }"))
    assert row["a"].startswith("local:")


async def test_a_copy_the_looks_and_the_end(terminal: Terminal, seeded: Patient, tmp_path: Path) -> None:
    key = await added(terminal, "Demo Gerda Terminalsen")
    assert (await terminal("appoint", key, "--role", ROLE, "--in", PLACE, "--from", "2026-01-01")).returncode == 0
    file = tmp_path / "gerda.json"
    copied = await terminal("person", "export", key, "--to", str(file))
    assert copied.returncode == 0, copied.stderr
    assert json.loads(file.read_text("utf-8"))["person"]["name"] == "Demo Gerda Terminalsen"
    again = await terminal("person", "export", key, "--to", str(file))
    assert (again.returncode, "is there already" in again.stderr) == (1, True)
    unasked = await terminal("person", "erase", key, "--vacant", "all")
    assert (unasked.returncode, "say --yes to erase" in unasked.stderr) == (1, True)
    refused = await terminal("person", "erase", key, "--yes")
    assert (refused.returncode, "a successor or a vacancy" in refused.stderr) == (1, True)
    dry = await terminal("person", "erase", key, "--vacant", "all", "--dry-run")
    assert (dry.returncode, "nothing was written" in dry.stdout) == (0, True)
    await seeded.read(Statement("wait", "CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()"))
    looks = await terminal("person", "looks", key)
    assert looks.returncode == 0, looks.stderr
    assert "PersonFile" in looks.stdout
    done = await terminal("person", "erase", key, "--vacant", "all", "--yes", "--reason", "Sag 17")
    assert done.returncode == 0, done.stderr
    assert "Make a backup now" in done.stderr
    gone = await terminal("person", "export", key)
    assert (gone.returncode, "was erased on" in gone.stderr) == (1, True)
    left = await terminal("person", "erase", key, "--name", "Demo Gerda Terminalsen")
    assert (left.returncode, "say --yes to erase" in left.stderr) == (1, True)
    completed = await terminal("person", "erase", key, "--name", "Demo Gerda Terminalsen", "--yes")
    assert completed.returncode == 0, completed.stderr
    again = await terminal("person", "erase", key, "--yes")
    assert (again.returncode, "was not erased" in again.stderr) == (1, True)
    saved = await terminal("backup", str(tmp_path / "after.json.gz"))
    assert saved.returncode == 0, saved.stderr
    listed = json.loads((tmp_path / "rollegalleri-erased.json").read_text("utf-8"))
    assert [one["key"] for one in listed["erased"]] == [key]
