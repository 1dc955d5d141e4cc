"""A seeded database for the whole run, and a way back for tests that change it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

import pytest

from graph.driver import Database, Statement, Transaction
from graph.shape import OPEN_SEQ
from graph_seed.files import REFERENCE


async def run(database: Database, text: str, **params: object) -> list[tuple[object, ...]]:
    """Run a statement that may write, and give its rows."""

    async def work(transaction: Transaction) -> list[tuple[object, ...]]:
        return [tuple(record.values()) for record in await transaction.run(Statement("test", text, params))]

    return await database.write(work, name="test", seconds=60.0, patience=30.0)


@pytest.fixture
async def rewound(seeded: Database) -> AsyncIterator[Database]:
    """The seeded database; what the test has recorded is taken back afterwards, the numbers of its changes too."""
    ((seq,),) = await run(seeded, "MATCH (c:Counter {key: 'counter'}) RETURN c.seq")
    yield seeded
    await run(
        seeded, "MATCH (n) WHERE n.fromSeq > $p.seq AND NOT n:Change CALL (n) { DETACH DELETE n } FINISH", seq=seq
    )
    await run(seeded, f"MATCH (n) WHERE n.toSeq > $p.seq AND n.toSeq < {OPEN_SEQ} SET n.toSeq = {OPEN_SEQ}", seq=seq)
    await run(seeded, "MATCH (c:Change) WHERE c.seq > $p.seq DETACH DELETE c", seq=seq)
    await run(seeded, "MATCH (c:Counter {key: 'counter'}) SET c.seq = $p.seq", seq=seq)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the reference files, to be edited."""
    return Path(copytree(REFERENCE, tmp_path / "reference"))


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Replace a text that is in a file once."""
    text = (folder / name).read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {name}"
    (folder / name).write_text(text.replace(old, new), "utf-8")


def add(folder: Path, name: str, text: str) -> None:
    """Append rows to a file."""
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write(text)
