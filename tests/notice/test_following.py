"""Following the log when much of it waits, when it moves between two looks, and when another one takes its place."""

from __future__ import annotations

import asyncio

import pytest

from tests.notice.alone import Client, Log, changes, following


async def test_a_backlog_larger_than_may_wait_comes_whole_to_whoever_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log(300, size=12_000)
    with following(log, monkeypatch) as hub:
        client = Client(hub, changes(after=0))
        await client.until(*range(1, 301))
        log.seq = 301
        await client.until(*range(1, 302))


async def test_a_backlog_of_events_larger_than_half_of_what_may_wait_comes_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with following(Log(5, size=700_000), monkeypatch) as hub:
        await Client(hub, changes(after=0)).until(1, 2, 3, 4, 5)


async def test_many_new_changes_at_once_come_whole_to_whoever_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log(10, size=12_000)
    with following(log, monkeypatch) as hub:
        client, beside = (Client(hub, changes(after=9)) for _ in range(2))
        await client.until(10)
        await beside.until(10)
        log.seq = 400
        await client.until(*range(10, 401))
        await beside.until(*range(10, 401))


async def test_who_does_not_read_has_little_waiting_and_asks_nothing_of_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = Log(300, size=12_000)
    with following(log, monkeypatch) as hub:
        client, idle = Client(hub, changes(after=0)), Client(hub, changes(after=0, share="other"), reads=False)
        await client.until(*range(1, 301))
        asked = len(log.asked)
        await asyncio.sleep(0.3)
        assert len(log.asked) == asked
        assert (idle.is_too_slow, idle.marks) == (False, [])
        reading = asyncio.create_task(idle.read())
        await idle.until(*range(1, 301))
        reading.cancel()


async def test_what_is_changed_after_a_subscription_is_told_however_late_its_first_turn_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for others in (0, 1):  # the log is known where somebody follows it already
        log = Log(100)
        with following(log, monkeypatch) as hub:
            for _ in range(others):
                Client(hub, changes())
                await hub.begun()
            log.seconds = 0.01
            clients = [Client(hub, changes(share=f"group {number}")) for number in range(100)]
            await hub.begun()
            log.seq = 101
            for client in clients:
                await client.until(101)
