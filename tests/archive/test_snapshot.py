"""A document is the graph as one change left it, whoever writes while it is read."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from graph.driver import Database
from graph.local import Connection
from graph.shape import BY_NAME, FACTS, OPEN_SEQ, THINGS
from graph_seed.archive.errors import RestlessError
from graph_seed.archive.restoring import verify
from graph_seed.archive.saving import TRIES, backup
from graph_seed.archive.snapshot import MovedError, take
from tests.archive import world
from tests.archive.conftest import document_of, load, run
from tests.archive.writing import SAYS, Intruder, things_of, write_one

READS = 8


@pytest.fixture
async def lived_in(vacant: Database, tmp_path: Path) -> Database:
    """The second database, with the small world in it."""
    file = tmp_path / "world.json"
    file.write_bytes(world.assembled(world.rows()))
    await load(vacant, file)
    return vacant


@contextmanager
def intruding(database: Database, intruder: Intruder) -> Iterator[Intruder]:
    """Let somebody do something at a moment of the reading."""
    database.observers.append(intruder)
    try:
        yield intruder
    finally:
        database.observers.remove(intruder)


def assert_is_as_of(content: bytes, seq: int) -> None:
    """A document holds all of change `seq` of our writer and nothing of a later one."""
    verify(io.BytesIO(content))
    found = json.loads(content)
    assert found["head"]["seq"] == found["head"]["counts"]["changes"] == seq
    full = {row["label"]: row for row in found["things"] if row["properties"]["key"].endswith(":full")}
    assert full.keys() == set(THINGS)
    numbers = [1, 2, *range(world.SEQ + 1, seq + 1)]
    for label, row in full.items():
        assert (row["properties"][SAYS[label]], row["properties"]["seq"]) == (str(seq), seq)
        assert row["log"] == [["TOUCHED", number] for number in numbers]
    for label in FACTS:
        key = f"{BY_NAME[label].prefix}:full"
        spans = [
            (r["properties"]["fromSeq"], r["properties"]["toSeq"])
            for r in found["records"]
            if r["properties"]["key"] == key
        ]
        assert spans == list(zip(numbers, [*numbers[1:], OPEN_SEQ], strict=True))
    assert all(number <= seq for row in found["records"] for _, number in row["log"])


async def test_beside_a_writer_every_document_is_one_change_and_the_writer_goes_on(lived_in: Database) -> None:
    things, stop = await things_of(lived_in), asyncio.Event()
    last = await write_one(lived_in, things)

    async def writing() -> int:
        count = 0
        while not stop.is_set():
            await write_one(lived_in, things)
            count += 1
        return count

    writer = asyncio.create_task(writing())
    numbers = []
    try:
        for _ in range(READS):
            content = await document_of(lived_in)
            seq = json.loads(content)["head"]["seq"]
            assert_is_as_of(content, seq)
            numbers.append(seq)
    finally:
        stop.set()
        count = await writer
    assert numbers == sorted(numbers)
    assert numbers[0] >= last, "it is not older than its beginning"
    assert len(set(numbers)) > READS // 2, "the writer must write while the documents are read"
    assert count >= numbers[-1] - last


async def test_what_is_touched_after_it_was_read_is_read_again(lived_in: Database, second_server: Connection) -> None:
    things = await things_of(lived_in)
    await write_one(lived_in, things)
    with intruding(lived_in, Intruder(second_server, "archive touched", times=3)) as intruder:
        intruder.things = things
        content = await document_of(lived_in)
    assert intruder.seen == 3 + 3, "the last of the three is read once more, and then twice nothing is found"
    assert_is_as_of(content, world.SEQ + 1 + 3)


async def test_what_happens_after_the_number_is_chosen_is_not_in_it(
    lived_in: Database, second_server: Connection
) -> None:
    things = await things_of(lived_in)
    seq = await write_one(lived_in, things)
    with intruding(lived_in, Intruder(second_server, "archive records")) as intruder:
        intruder.things = things
        content = await document_of(lived_in)
    assert await run(lived_in, "MATCH (c:Counter {key: 'counter'}) RETURN c.seq") == [(seq + 1,)]
    assert_is_as_of(content, seq)


REMOVES = "MATCH (n:Vacancy) WITH n LIMIT 1 DETACH DELETE n"


async def test_what_is_removed_while_it_is_read_is_noticed(lived_in: Database, second_server: Connection) -> None:
    with intruding(lived_in, Intruder(second_server, "archive records")) as intruder:
        intruder.removes = REMOVES
        snapshot = await take(lived_in)
        with pytest.raises(MovedError):
            _ = [page async for page in snapshot.rows()]


async def test_a_backup_begins_anew_when_something_was_removed(
    lived_in: Database, second_server: Connection, tmp_path: Path
) -> None:
    said: list[str] = []
    with intruding(lived_in, Intruder(second_server, "archive changes")) as intruder:
        intruder.removes = REMOVES
        saved = await backup(lived_in, tmp_path / "b.json.gz", said.append)
    assert said[0] == "Something was removed while it was read: beginning anew"
    assert saved.head.records["Vacancy"] == 2
    with (tmp_path / "b.json.gz").open("rb") as source:
        assert verify(source).sum == saved.sum


async def test_a_backup_gives_up_where_it_never_ends(
    lived_in: Database, second_server: Connection, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    # Once in each try: after its second statement for changes, which finds none left.
    with intruding(lived_in, Intruder(second_server, "archive changes", times=2 * TRIES)) as intruder:
        intruder.removes = "MATCH (n:Vacancy|StandIn|Report|Usage) WITH n LIMIT 1 DETACH DELETE n"
        with pytest.raises(RestlessError) as refused:
            await backup(lived_in, folder / "b.json.gz", print)
    assert refused.value.value == TRIES
    assert list(folder.iterdir()) == []
