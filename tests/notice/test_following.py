"""Following the log when much of it waits, when it moves between two looks, and when another one takes its place."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from graph.errors import DatabaseUnavailableError, DeadlineError
from resolvers.context import PUBLIC
from server.notice import hub as hub_module
from server.notice.events import Member, Told
from server.notice.following import LogGroup
from server.notice.group import AnswerGroup, Behind
from server.notice.hub import Group
from tests.notice.alone import Client, Log, Looking, Restoring, answer, changes, following


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


async def test_a_restore_beside_the_service_is_no_news_whatever_the_number_that_it_ends_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub_module, "BEHIND_SECONDS", 0.2)
    for restored in (120, 151, 180):
        log = Log(150)
        with following(log, monkeypatch) as hub:
            follows, back = Client(hub, changes()), Client(hub, changes(after=149))
            await hub.begun()
            await back.until(150)
            log.seq = 151
            await follows.until(151)
            log.seq = -1  # what a restore does first
            await asyncio.sleep(0.5)
            waits = Client(hub, changes(after=110, share="comes meanwhile"))
            await asyncio.sleep(0.3)
            log.seq = restored
            await waits.until(*range(111, restored + 1))
            log.seq = restored + 1
            await follows.until(151, restored + 1)
            await back.until(150, 151, restored + 1)


async def test_who_comes_back_while_a_group_looks_waits_for_what_it_finds() -> None:
    """They may have been told by another process what is no more; what was found before tells nothing of that."""
    room = Looking()
    group: Group = AnswerGroup(answer(), PUBLIC)
    group.begin(5)
    group.greet(Member(answer(), "first", lambda _: None, lambda _: True), room)
    await group.work(room)
    group.look_again(7)
    room.seq, room.may = 7, asyncio.Event()
    turn = asyncio.create_task(group.work(room))
    await asyncio.sleep(0)
    back = Member(replace(answer(after=6), after_day="2026-12-01"), "back", lambda _: None, lambda _: True)
    assert group.greet(back, room) is False
    room.may.set()
    await turn
    assert not back.live, "it has the next turn, which asks what it missed"


async def test_what_was_too_slow_for_somebody_who_left_is_not_kept_nor_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for error in (DeadlineError, DatabaseUnavailableError):
        log = Log(5)
        with following(log, monkeypatch) as hub:
            stays = Client(hub, changes(after=4))
            await stays.until(5)
            log.fails, log.may = error, asyncio.Event()
            leaves = Client(hub, changes(after=0, share="another"))
            async with asyncio.timeout(10):
                while 0 not in log.asked:  # noqa: ASYNC110 - nobody tells of what is waited for
                    await asyncio.sleep(0.01)
            hub.leave(leaves.member)
            log.may.set()
            await asyncio.sleep(0.3)
            assert (hub._slow, log.asked.count(0)) == ({}, 1)


async def test_nothing_is_told_or_refused_by_what_a_database_shows_that_is_being_restored() -> None:
    room, said = Restoring(), list[Told]()
    for made, subscription in ((LogGroup, changes(after=3)), (AnswerGroup, answer(after=3))):
        one: Group = made(subscription, PUBLIC)
        one.begin(5)
        one.greet(Member(subscription, "r", said.append, lambda _: True), room)
        with pytest.raises(Behind):
            await one.work(room)
    assert said == []
