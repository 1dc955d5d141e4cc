"""Migrations: in step with the shape, applied once, by one process at a time, never changed, never backwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

import pytest

from graph import migrations
from graph.driver import Database
from graph.errors import StartError
from graph.migrations import ChangedMigrationError, MissingMigrationError, NewerDatabaseError
from graph.text import fold
from tests.seed.conftest import run

NEXT = len(migrations.read_migrations()) + 1
"""The version that the next migration will have."""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return Path(copytree(migrations.FOLDER, tmp_path / "migrations"))


@pytest.fixture
async def migrated(seeded: Database) -> AsyncIterator[Database]:
    """The seeded database; migrations of tests are taken out of its log afterwards."""
    known = len(migrations.read_migrations())
    yield seeded
    await run(seeded, "MATCH (m:Migration) WHERE m.version > $p.known DELETE m", known=known)
    await run(seeded, "MATCH (n:Probe) DETACH DELETE n")


def test_the_files_are_in_step_with_the_shape() -> None:
    assert migrations.difference(migrations.read_migrations()) == ()


def test_a_property_more_in_the_shape_is_written_as_the_next_file(files: Path) -> None:
    first = files / "V0001__shape.cypher"
    text = first.read_text("utf-8")
    line = next(line for line in text.splitlines(keepends=True) if "usage_domain" in line)
    first.write_text(text.replace(line, "CREATE INDEX old IF NOT EXISTS FOR (n:Usage) ON (n.old);\n"), "utf-8")
    written = migrations.write("usage", files)
    assert written is not None
    assert written.name == f"V{len(migrations.read_migrations()) + 1:04}__usage.cypher"
    assert written.read_text("utf-8").splitlines()[1:] == ["DROP INDEX old IF EXISTS;", line.strip()]
    assert migrations.difference(migrations.read_migrations(files)) == ()
    assert migrations.write("again", files) is None


def test_a_gap_in_the_versions_is_refused(files: Path) -> None:
    (files / "V0099__later.cypher").write_text("RETURN 1;", "utf-8")
    with pytest.raises(MissingMigrationError, match=f"a migration 99 where number {NEXT} was expected"):
        migrations.read_migrations(files)


async def test_applying_again_applies_nothing(migrated: Database) -> None:
    assert await migrations.apply(migrated, print) == []


async def test_of_two_processes_one_migrates(migrated: Database, files: Path) -> None:
    (files / f"V{NEXT:04}__probe.cypher").write_text(
        "// A probe.\nCREATE (n:Probe {key: 'a'});\nCREATE (n:Probe {key: 'b'});\n", "utf-8"
    )
    both = await asyncio.gather(*(migrations.apply(migrated, print, files) for _ in range(2)))
    assert sorted([m.file for m in applied] for applied in both) == [[], [f"V{NEXT:04}__probe.cypher"]]
    assert sorted(await run(migrated, "MATCH (n:Probe) RETURN n.key")) == [("a",), ("b",)]


async def test_a_database_of_a_newer_version_is_refused(migrated: Database) -> None:
    await run(
        migrated, "CREATE (:Migration {version: 99, name: 'later', checksum: 'x', at: '2027-01-01T00:00:00.000000Z'})"
    )
    with pytest.raises(NewerDatabaseError, match="has schema version 99") as caught:
        await migrations.apply(migrated, print)
    assert isinstance(caught.value, StartError)
    # A restore migrates first, so that it is refused there as well, `--replace` or not.
    assert "restore a backup into an emptied database (docs/guides/operator.md)" in str(caught.value)


async def test_a_file_that_was_changed_after_it_was_applied_is_refused(migrated: Database, files: Path) -> None:
    with (files / "V0001__shape.cypher").open("a", encoding="utf-8") as file:
        file.write("CREATE (n:Probe);\n")
    with pytest.raises(ChangedMigrationError, match=r"V0001__shape\.cypher has checksum"):
        await migrations.apply(migrated, print, files)
    assert await run(migrated, "MATCH (n:Probe) RETURN n") == []


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("hoeje", "municipality:0169"),
        ("hoej* AND taas*", "municipality:0169"),
        ("aarhs~1", "municipality:0751"),
        (fold("Århus") + "*", "municipality:0751"),
        ("fk AND oeko", "itSystem:oir"),
        ("bogfoeringssystem", "role:systemejer-bogfoering"),
    ],
)
async def test_the_full_text_index_finds_words_prefixes_and_one_typo(seeded: Database, query: str, key: str) -> None:
    found = await run(
        seeded,
        "CALL db.index.fulltext.queryNodes('search', $p.query) YIELD node "
        "RETURN DISTINCT coalesce([(node)-[:NAMES]->(t) | t.key][0], node.key)",
        query=query,
    )
    assert (key,) in found


async def test_words_are_not_stemmed(seeded: Database) -> None:
    found = await run(
        seeded, "CALL db.index.fulltext.queryNodes('search', 'bogfoeringssystemets') YIELD node RETURN labels(node)[0]"
    )
    assert set(found) == {("Terms",)}
