"""Constraints and indexes, derived from the shape and applied as versioned migrations.

`derived()` is what the shape asks for today. The files `migrations/V0001__name.cypher`, named as Neo4j-Migrations names
them, are how a database gets there; a test holds that their sum is `derived()`. After a change of the shape,
`python -m graph.migrations --write name` writes the next file with the difference. A file that has been released never
changes: its checksum is kept in the database, and a difference refuses the start.

Only what Neo4j Community has: uniqueness constraints, range and full-text indexes; what must be there and how many
arrows a node has is the doctor's to find (`graph/doctor.py`).
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graph.driver import Database, Statement, Transaction
from graph.errors import StartError
from graph.params import stored
from graph.shape import LABELS, LOOKS_INDEX, SEARCH_INDEX, SEARCHED

FOLDER: Final = Path(__file__).parent / "migrations"
SECONDS: Final = 60.0
"""For one statement; an index over a full database takes longer than a read may."""
_FILE: Final = re.compile(r"V(\d{4})__(\w+)\.cypher")
_NAME: Final = re.compile(r"(CREATE|DROP) (CONSTRAINT|(?:FULLTEXT )?INDEX) (\w+)")

# Words are `[a-z0-9]` already (graph.text.fold): they are split at blanks, and neither stemmed nor cut at stop words.
_ANALYZER: Final = "OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace', `fulltext.eventually_consistent`: false}}"
# Who is looked for waits a moment; who looks somebody up does not (docs/decisions/0012).
_LATER: Final = _ANALYZER.replace("consistent`: false", "consistent`: true")
_LOCK: Final = "CREATE CONSTRAINT counter_key IF NOT EXISTS FOR (n:Counter) REQUIRE (n.key) IS UNIQUE"

Report = Callable[[str], None]


class NewerDatabaseError(StartError):
    """The database was migrated by a newer version of the product."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            f"The database has schema version {found}, this version of rollegalleri knows {known}: "
            "start the newer version, or restore a backup into an emptied database (docs/guides/operator.md)."
        )


class ChangedMigrationError(StartError):
    """A migration's file is not the one that was applied."""

    def __init__(self, file: str, found: str, applied: str) -> None:
        super().__init__(
            f"The migration {file} has checksum {found}, but {applied} was applied to this database: "
            "put the file back as it was released, and make the change in a new one."
        )


class MissingMigrationError(StartError):
    """Migrations are not numbered one by one."""

    def __init__(self, found: int, expected: int) -> None:
        super().__init__(
            f"There is a migration {found} where number {expected} was expected: give each version one file."
        )


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its version from 1, its name, its statements, and the checksum of its text."""

    version: int
    name: str
    statements: tuple[str, ...]
    checksum: str

    @property
    def file(self) -> str:
        """The file's name, for messages."""
        return f"V{self.version:04}__{self.name}.cypher"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A constraint or an index that the shape asks for: its name and the statement that makes it."""

    name: str
    statement: str

    @property
    def drop(self) -> str:
        """The statement that takes it away."""
        kind = "CONSTRAINT" if "CONSTRAINT" in self.statement else "INDEX"
        return f"DROP {kind} {self.name} IF EXISTS"


def derived() -> tuple[Wanted, ...]:
    """Derive constraints and indexes from the shape, each with a name that tells what it is for."""
    wanted = []
    for label in LABELS:
        for properties in label.unique:
            name = "_".join((label.prefix, *properties)).lower()
            fields = ", ".join(f"n.{p}" for p in properties)
            made = f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR (n:{label.name}) REQUIRE ({fields}) IS UNIQUE"
            wanted.append(Wanted(name, made))
        for indexed in label.indexed:
            name = f"{label.prefix}_{indexed}".lower()
            wanted.append(Wanted(name, f"CREATE INDEX {name} IF NOT EXISTS FOR (n:{label.name}) ON (n.{indexed})"))
    found = f"FOR (n:{'|'.join(SEARCHED)}) ON EACH [n.folded]"
    wanted.append(Wanted(SEARCH_INDEX, f"CREATE FULLTEXT INDEX {SEARCH_INDEX} IF NOT EXISTS {found} {_ANALYZER}"))
    looked = f"CREATE FULLTEXT INDEX {LOOKS_INDEX} IF NOT EXISTS FOR (n:Shown) ON EACH [n.people] {_LATER}"
    wanted.append(Wanted(LOOKS_INDEX, looked))
    return tuple(wanted)


def read_migrations(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """Read all files in the order of their versions. Raises `MissingMigrationError` for a gap."""
    found = []
    for path in sorted(folder.glob("V*.cypher")):
        if (parts := _FILE.fullmatch(path.name)) is not None:
            text = path.read_text(encoding="utf-8")
            checksum = hashlib.sha256(text.encode()).hexdigest()[:16]
            found.append(Migration(int(parts[1]), parts[2], _statements(text), checksum))
    for expected, migration in enumerate(found, 1):
        if migration.version != expected:
            raise MissingMigrationError(migration.version, expected)
    return tuple(found)


def _statements(text: str) -> tuple[str, ...]:
    lines = (line for line in text.splitlines() if not line.startswith("//"))
    return tuple(" ".join(part.split()) for part in "\n".join(lines).split(";") if part.strip())


def sum_of(migrations: Iterable[Migration]) -> tuple[Wanted, ...]:
    """Tell which constraints and indexes the migrations leave behind; statements that move data do not count."""
    left: dict[str, Wanted] = {}
    for migration in migrations:
        for statement in migration.statements:
            if (parts := _NAME.match(statement)) is None:
                continue
            if parts[1] == "DROP":
                left.pop(parts[3], None)
            else:
                left[parts[3]] = Wanted(parts[3], statement)
    return tuple(left.values())


def difference(migrations: Iterable[Migration]) -> tuple[str, ...]:
    """Give the statements that lead from what the migrations leave behind to what the shape asks for."""
    have, want = set(sum_of(migrations)), set(derived())
    gone = sorted(have - want, key=lambda wanted: wanted.name)
    return (*(w.drop for w in gone), *(w.statement for w in derived() if w not in have))


async def apply(database: Database, report: Report, folder: Path = FOLDER) -> list[Migration]:
    """Apply what the database lacks and return it; of two processes one waits and finds nothing left to do.

    The lock is a lock of the database, taken by a transaction that stays open meanwhile, so a process that dies gives
    it back. Raises a `StartError` for a newer database or a changed file, with nothing applied.
    """
    migrations = read_migrations(folder)
    await _run(database, _LOCK)
    applied: list[Migration] = []

    async def locked(transaction: Transaction) -> None:
        await transaction.run(Statement("migrations lock", "MERGE (c:Counter {key: 'migrations'}) SET c.seq = 0"))
        for migration in _pending(migrations, await _log(database)):
            report(f"Migrating the database: {migration.file}")
            for statement in migration.statements:
                await _run(database, statement)
            await _write_log(database, migration)
            applied.append(migration)

    await database.write(locked, name="migrations", seconds=SECONDS * 10, patience=SECONDS)
    if applied:
        await _run(database, f"CALL db.awaitIndexes({SECONDS:.0f})")
    return applied


async def move_data(database: Database, since: int, folder: Path = FOLDER) -> None:
    """Do to data of the schema version `since` what the migrations after it did to a database's data.

    Data of an older version may come into a database that has them all (a restore). Statements that move data can
    therefore be run at any time: they find what is still as it was. Raises a `GraphError`.
    """
    for migration in read_migrations(folder):
        for statement in migration.statements:
            if migration.version > since and _NAME.match(statement) is None:
                await _run(database, statement)


def _pending(migrations: tuple[Migration, ...], log: dict[int, str]) -> list[Migration]:
    if log and max(log) > len(migrations):
        raise NewerDatabaseError(max(log), len(migrations))
    for migration in migrations:
        if log.get(migration.version, migration.checksum) != migration.checksum:
            raise ChangedMigrationError(migration.file, migration.checksum, log[migration.version])
    return [migration for migration in migrations if migration.version not in log]


async def version(database: Database) -> int:
    """Tell which version the database's schema has; 0 if it was never migrated. Raises a `GraphError`."""
    return max(await _log(database), default=0)


async def _log(database: Database) -> dict[int, str]:
    text = "MATCH (m:Migration) RETURN m.version AS version, m.checksum AS checksum"
    return {record["version"]: record["checksum"] for record in await database.read(Statement("migrations log", text))}


async def _write_log(database: Database, migration: Migration) -> None:
    text = "MERGE (m:Migration {version: $p.version}) SET m.name = $p.name, m.checksum = $p.checksum, m.at = $p.at"
    at = stored(dt.datetime.now(dt.UTC))
    row = {"version": migration.version, "name": migration.name, "checksum": migration.checksum, "at": at}

    def work(transaction: Transaction) -> Awaitable[object]:
        return transaction.run(Statement("migrations log", text, row))

    await database.write(work, name="migrations log")


async def _run(database: Database, text: str) -> None:
    """Run one statement in a transaction of its own: changes of the schema do not mix with others."""

    def work(transaction: Transaction) -> Awaitable[object]:
        return transaction.run(Statement("migration", text))

    await database.write(work, name="migration", seconds=SECONDS, patience=SECONDS)


def write(name: str, folder: Path = FOLDER) -> Path | None:
    """Write the next migration, from what the files leave behind to the shape; None if there is nothing to do."""
    migrations = read_migrations(folder)
    statements = difference(migrations)
    if not statements:
        return None
    path = folder / f"V{len(migrations) + 1:04}__{name}.cypher"
    head = "// Written by `python -m graph.migrations --write` from graph/shape.py. Once released, never changed.\n"
    path.write_text(head + "".join(f"{statement};\n" for statement in statements), encoding="utf-8")
    return path


def main() -> None:
    """Tell whether the files are in step with the shape, or (`--write name`) write the next one."""
    parser = argparse.ArgumentParser(prog="python -m graph.migrations", description=main.__doc__)
    parser.add_argument("--write", metavar="NAME", help="write the next migration, with this name")
    name = parser.parse_args().write
    if name is None:
        missing = difference(read_migrations())
        raise SystemExit("\n".join(("The shape asks for more (--write NAME):", *missing)) if missing else 0)
    print(write(name) or "The migrations are in step with the shape.")


if __name__ == "__main__":
    main()
