"""`changes`: the log as it is written, from where a client stands, in order, without gaps or doubles."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from graph.driver import Statement
from server.notice import hub
from tests.contract.planting import Garden
from tests.notice.conftest import Service, Socket, opened, streamed
from tests.notice.people import ANNA, BENT, CODE, OTHER_CODE, OTHER_ROLE, arrive, held

CHANGES = """subscription Log($after: Int, $kinds: [LogKind!], $in: String) {
  changes(after: $after, kinds: $kinds, municipality: $in) { seq operation kinds municipalities { code } }
}"""


async def numbers(client: Socket, identity: str, count: int) -> list[int]:
    return [(await client.event(identity))["seq"] for _ in range(count)]


async def write(garden: Garden, count: int) -> list[int]:
    """So many changes, one after the other."""
    return [await garden.plant(records=[held(ANNA, since=f"2026-01-{1 + i % 28:02}")]) for i in range(count)]


async def test_the_backlog_then_each_new_change_without_gaps_or_doubles(service: Service, garden: Garden) -> None:
    await arrive(garden)
    before = await write(garden, 5)
    async with opened(service) as client:
        await client.follow("log", CHANGES, after=before[1])
        writing = asyncio.create_task(write(garden, 12))
        found = await numbers(client, "log", 15)
        assert found == [*before[2:], *await writing]
        await client.quiet()


async def test_a_response_key_that_looks_like_ours_is_the_client_s(service: Service, garden: Garden) -> None:
    await arrive(garden)
    before = await write(garden, 2)
    async with opened(service) as client:
        await client.follow("log", f"subscription {{ changes(after: {before[0]}) {{ __seq: operation seq }} }}")
        assert await client.event("log") == {"__seq": "test", "seq": before[1]}


async def test_a_backlog_of_many_pages_comes_whole_though_more_than_may_wait_for_a_reader(
    service: Service, garden: Garden
) -> None:
    count = 700
    await garden.run(
        "UNWIND range($p.first, $p.last) AS seq CREATE (:Change {key: 'change:' + seq, seq: seq, actor: 'test', operation: 'test',"
        " at: '2026-11-15T10:00:00.000000Z', kinds: ['PROGRESS'], municipalities: ['0751'], edits: []})"
        " WITH max(seq) AS last MATCH (c:Counter {key: 'counter'}) SET c.seq = last RETURN last",
        first=garden.seq + 1,
        last=garden.seq + count,
    )
    async with opened(service) as client:
        await client.follow("log", CHANGES, after=garden.seq)
        assert await numbers(client, "log", count) == list(range(garden.seq + 1, garden.seq + count + 1))
        new = await garden.plant(records=[])
        assert await numbers(client, "log", 1) == [new]


async def test_without_a_place_in_the_log_only_what_is_new_comes(service: Service, garden: Garden) -> None:
    await arrive(garden)
    async with opened(service) as client:
        await client.follow("log", CHANGES)
        await client.quiet(0.5)
        seq = await garden.plant(records=[held(ANNA)])
        event = await client.event("log")
        assert event == {"seq": seq, "operation": "test", "kinds": ["ASSIGNMENT"], "municipalities": [{"code": CODE}]}


async def test_a_stream_begins_when_it_is_known_from_where(
    service: Service, garden: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    await arrive(garden)
    real = hub.read_new

    async def late(*arguments: Any) -> Any:
        await asyncio.sleep(0.5)
        return await real(*arguments)

    monkeypatch.setattr(hub, "read_new", late)
    async with streamed(service, CHANGES) as stream:
        seq = await garden.plant(records=[held(ANNA)])
        assert (await stream.event())[0] == str(seq)


async def test_kinds_and_municipality_choose(service: Service, garden: Garden) -> None:
    start = await arrive(garden)
    there = await garden.plant(records=[held(ANNA, code=OTHER_CODE)])
    await garden.plant(records=[held(BENT, role=OTHER_ROLE)])
    everywhere = await garden.plant(retracts=[held(BENT, role=OTHER_ROLE).key])
    async with opened(service) as client:
        await client.follow("there", CHANGES, after=start, **{"in": "København"})
        assert await numbers(client, "there", 2) == [there, everywhere]
        await client.follow("people", CHANGES, after=start - 1, kinds=["PERSON"])
        assert await numbers(client, "people", 1) == [start]
        await client.quiet()


async def test_all_who_are_up_to_date_are_told_by_one_statement(
    service: Service, garden: Garden, statements: list[Statement]
) -> None:
    start = await arrive(garden)
    async with opened(service) as client:
        for number in range(20):
            await client.follow(str(number), CHANGES, after=start)
        await client.quiet(0.5)
        statements.clear()
        seq = await garden.plant(records=[held(ANNA)])
        told = [(await client.hear())["payload"]["data"]["changes"]["seq"] for _ in range(20)]
        assert told == [seq] * 20
        assert len([one for one in statements if "subscription changes" in one.name]) == 1


async def refused(client: Socket) -> Any:
    message = await client.hear()
    assert message["type"] == "error"
    (error,) = message["payload"]
    return error["extensions"]


async def test_what_cannot_be_followed_is_refused(service: Service, garden: Garden) -> None:
    async with opened(service) as client:
        await client.follow("a", CHANGES, after=garden.seq + 1)
        assert (await refused(client))["field"] == "after"
        await client.follow("b", CHANGES, **{"in": "Andeby"})
        assert (await refused(client))["code"] == "UNKNOWN_MUNICIPALITY"
        await client.follow("c", CHANGES, kinds=[])
        assert (await refused(client))["code"] == "EMPTY_LIST"


async def test_a_stream_s_ids_are_the_changes_numbers(service: Service, garden: Garden) -> None:
    start = await arrive(garden)
    seqs = await write(garden, 3)
    async with streamed(service, CHANGES, {"last-event-id": str(start)}) as stream:
        assert [(await stream.event())[0] for _ in seqs] == [str(seq) for seq in seqs]
