"""The driver against a real server: what it returns, refuses, counts, and how each failure is called."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta, timezone

import pytest
from neo4j import Record

from graph.driver import Database, Statement, Transaction
from graph.errors import (
    BadAddressError,
    ConflictError,
    DatabaseMissingError,
    DeadlineError,
    GraphError,
    InternalError,
    ServerUnreachableError,
    WrongPasswordError,
)
from graph.local import Connection
from graph.params import ParameterError

SLOW = "UNWIND range(1, 1000000000) AS i WITH i WHERE i % 7 = 8 RETURN count(i)"


@pytest.fixture
async def counters(database: Database) -> AsyncIterator[Database]:
    """A database with room for `:Tally {name}`, unique by name."""

    async def constrain(transaction: Transaction) -> None:
        await transaction.run(
            Statement("constrain", "CREATE CONSTRAINT tally IF NOT EXISTS FOR (c:Tally) REQUIRE c.name IS UNIQUE")
        )

    async def clean(transaction: Transaction) -> None:
        await transaction.run(Statement("clean", "MATCH (c:Tally) DETACH DELETE c"))

    async def free(transaction: Transaction) -> None:
        await transaction.run(Statement("free", "DROP CONSTRAINT tally"))

    await database.write(constrain, name="constrain")
    yield database
    await database.write(clean, name="clean")
    await database.write(free, name="free")


async def names(database: Database) -> list[str]:
    return [
        record["name"] for record in await database.read(Statement("names", "MATCH (c:Tally) RETURN c.name AS name"))
    ]


async def create(database: Database, *wanted: str) -> list[Record]:
    async def work(transaction: Transaction) -> list[Record]:
        for name in wanted:
            made = await transaction.run(
                Statement("create", "CREATE (c:Tally {name: $p.name}) RETURN c", {"name": name})
            )
        return made

    return await database.write(work, name="create")


async def test_a_read_gives_all_records(database: Database) -> None:
    records = await database.read(
        Statement("rows", "UNWIND $p.rows AS row RETURN row AS row", {"rows": [1, "å", None]})
    )
    assert [record["row"] for record in records] == [1, "å", None]


async def test_one_value_must_be_one(database: Database) -> None:
    assert await database.value(Statement("one", "RETURN $p.a", {"a": [1, 2]})) == [1, 2]
    with pytest.raises(InternalError):
        await database.value(Statement("none", "UNWIND [] AS x RETURN x"))


async def test_dates_become_strings(database: Database) -> None:
    east = timezone(timedelta(hours=2))
    given = {"day": date(2019, 11, 1), "at": [datetime(2026, 10, 31, 1, 30, tzinfo=east)]}
    assert await database.value(Statement("dates", "RETURN $p", given)) == {
        "day": "2019-11-01",
        "at": ["2026-10-30T23:30:00.000000Z"],
    }


NAIVE = datetime.fromisoformat("2026-01-01T00:00")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(object(), id="an object"),
        b"bytes",
        NAIVE,
        2**63,
        -(2**63) - 1,
        "a\0b",
        "\ud800",
        {1: 2},
        {"a\0": 1},
    ],
    ids=repr,
)
async def test_what_the_encoder_does_not_know_never_reaches_the_database(database: Database, value: object) -> None:
    seen: list[Statement] = []
    database.observers.append(seen.append)
    with pytest.raises(ParameterError):
        await database.read(Statement("refused", "RETURN $p.value", {"value": [value]}))
    database.observers.remove(seen.append)
    assert seen == []


async def test_observers_see_each_statement_once(counters: Database) -> None:
    seen: list[str] = []

    def observe(statement: Statement) -> None:
        seen.append(statement.name)

    counters.observers.append(observe)
    await create(counters, "a", "b")
    await names(counters)
    counters.observers.remove(observe)
    assert seen == ["create", "create", "names"]


async def test_a_statement_carries_its_name_to_the_server(database: Database) -> None:
    shown = await database.value(
        Statement("who am I", "SHOW TRANSACTIONS YIELD metaData WHERE metaData.statement = 'who am I' RETURN metaData")
    )
    assert shown == {"statement": "who am I"}


async def test_a_read_cannot_write(counters: Database) -> None:
    with pytest.raises(InternalError):
        await counters.read(Statement("sly", "CREATE (:Tally {name: 'sly'})"))
    assert await names(counters) == []


async def test_a_broken_constraint_is_a_conflict_and_nothing_is_written(counters: Database) -> None:
    await create(counters, "taken")
    with pytest.raises(ConflictError) as caught:
        await create(counters, "new", "taken")
    assert "taken" not in str(caught.value)
    assert await names(counters) == ["taken"]


async def test_what_the_work_raises_rolls_back_and_comes_through(counters: Database) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.run(Statement("create", "CREATE (:Tally {name: 'half'})"))
        raise LookupError("ours")

    with pytest.raises(LookupError, match="ours"):
        await counters.write(work, name="half")
    assert await names(counters) == []


async def test_a_wrong_statement_is_internal_and_its_text_stays_inside(database: Database) -> None:
    with pytest.raises(InternalError) as caught:
        await database.read(Statement("wrong", "RETURN secret_thing"))
    assert "secret_thing" not in str(caught.value)


@pytest.mark.parametrize("seconds", [0.5, 3.0], ids=["before the first ping", "after a ping"])
async def test_a_slow_statement_ends_at_its_deadline(database: Database, seconds: float) -> None:
    started = time.monotonic()
    with pytest.raises(DeadlineError):
        await database.read(Statement("slow", SLOW, seconds=seconds))
    assert time.monotonic() - started < seconds + 8, "the statement itself would take minutes"
    assert await database.value(Statement("next", "RETURN 1")) == 1


async def test_deadlocked_writes_both_succeed(counters: Database) -> None:
    await create(counters, "a", "b")

    def touching(first: str, second: str) -> asyncio.Task[None]:
        async def work(transaction: Transaction) -> None:
            for name in (first, second):
                await transaction.run(
                    Statement("touch", "MATCH (c:Tally {name: $p.name}) SET c.n = coalesce(c.n, 0) + 1", {"name": name})
                )
                await asyncio.sleep(0.2)

        return asyncio.create_task(counters.write(work, name="touch"))

    await asyncio.gather(touching("a", "b"), touching("b", "a"))
    counts = await counters.read(Statement("counts", "MATCH (c:Tally) RETURN c.n AS n"))
    assert [record["n"] for record in counts] == [2, 2]


async def test_many_at_once_share_the_pool(database: Database) -> None:
    answers = await asyncio.gather(*(database.value(Statement("n", "RETURN $p.n", {"n": n})) for n in range(100)))
    assert answers == list(range(100))


async def test_the_errors_of_a_start_say_what_would_be_right(neo4j_server: Connection) -> None:
    server = neo4j_server
    with pytest.raises(WrongPasswordError, match="refused the password of the user 'neo4j'"):
        await Database.connect(server.uri, server.username, "wrong")
    with pytest.raises(DatabaseMissingError, match="no database 'nowhere'"):
        await Database.connect(server.uri, server.username, server.password, "nowhere")
    with pytest.raises(BadAddressError, match="expected something like bolt://"):
        await Database.connect("http://127.0.0.1:7474", "neo4j", "")
    with pytest.raises(ServerUnreachableError, match=r"No Neo4j answers at bolt://127.0.0.1:1:"):
        await Database.connect("bolt://127.0.0.1:1", "neo4j", "")


def test_every_code_is_a_known_one() -> None:
    assert {kind.code for kind in GraphError.__subclasses__()} == {
        "BUSY",
        "DATABASE_UNAVAILABLE",
        "DEADLINE",
        "CONFLICT",
        "OUTCOME_UNKNOWN",
        "INTERNAL",
    }
