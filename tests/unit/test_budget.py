"""One caller's budget: units that fill up again, operations at once, and a line that is not endless."""

from __future__ import annotations

import asyncio

import pytest

from resolvers.context import PUBLIC, Viewer
from server.budget import ENDLESS, LINE, Budget, Budgets, Spent
from server.caller import Caller

ONE = Caller(Viewer("municipality", "municipality:0751", "0751"), None, "r1")
OTHER = Caller(Viewer("municipality", "municipality:0101", "0101"), None, "r2")
SMALL = Budgets(rate=2, burst=3, at_once=1, rate_without_token=1, burst_without_token=1, at_once_without_token=1)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def ask(budget: Budget, caller: Caller, objects: int = 0) -> None:
    async with budget.turn(caller) as charge:
        charge(objects)


async def test_what_is_saved_up_may_be_asked_and_then_as_much_as_comes_in() -> None:
    clock = Clock()
    budget = Budget(SMALL, clock)
    for _ in range(3):
        await ask(budget, ONE)
    with pytest.raises(Spent) as spent:
        await ask(budget, ONE)
    assert spent.value.retry_after == 1
    await ask(budget, OTHER)  # has a budget of its own
    clock.now = 0.5
    await ask(budget, ONE)
    with pytest.raises(Spent):
        await ask(budget, ONE)
    clock.now = 100.0
    for _ in range(3):
        await ask(budget, ONE)
    with pytest.raises(Spent):
        await ask(budget, ONE)


async def test_what_may_come_to_many_objects_takes_more() -> None:
    budget = Budget(SMALL, Clock())
    await ask(budget, ONE, objects=1_000)
    with pytest.raises(Spent) as spent:
        await ask(budget, ONE)
    assert spent.value.retry_after == 5  # 3 - 1 - 10 units, two a second


async def test_addresses_without_a_token_are_told_apart() -> None:
    budget = Budget(SMALL, Clock())
    await ask(budget, Caller(PUBLIC, None, "r", "192.0.2.1"))
    with pytest.raises(Spent):
        await ask(budget, Caller(PUBLIC, None, "r", "192.0.2.1"))
    await ask(budget, Caller(PUBLIC, None, "r", "192.0.2.2"))


async def test_who_operates_the_service_has_no_budget() -> None:
    budget = Budget(SMALL, Clock())
    for _ in range(50):
        await ask(budget, Caller(Viewer(), None, "r"), objects=10_000)


async def test_operations_of_one_caller_wait_for_each_other_in_their_order_and_some_are_refused() -> None:
    budget = Budget(Budgets(burst=100, at_once=2))
    running, most, order = 0, 0, []
    go = asyncio.Event()

    async def one(number: int) -> None:
        nonlocal running, most
        async with budget.turn(ONE):
            running += 1
            most = max(most, running)
            order.append(number)
            await go.wait()
            running -= 1

    tasks = [asyncio.create_task(one(number)) for number in range(2 + 2 * LINE)]
    await asyncio.sleep(0)
    with pytest.raises(Spent):
        await one(99)
    await ask(budget, OTHER)  # does not wait behind them
    tasks[3].cancel()  # somebody in the line goes away
    go.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert most == 2
    assert order == [number for number in range(2 + 2 * LINE) if number != 3]
    await ask(budget, ONE)  # all places are free again
    assert (running, budget._purses[ONE.name].under_way) == (0, 0)


async def test_a_place_handed_to_who_has_gone_is_handed_on() -> None:
    budget = Budget(Budgets(at_once=1))
    entered = asyncio.Event()

    async def hold() -> None:
        async with budget.turn(ONE):
            entered.set()

    async with budget.turn(ONE):
        gone, next_one = asyncio.create_task(hold()), asyncio.create_task(hold())
        await asyncio.sleep(0)
    gone.cancel()  # has been given the place in the same moment
    await asyncio.gather(gone, return_exceptions=True)
    await asyncio.wait_for(next_one, 1)
    assert entered.is_set()
    assert budget._purses[ONE.name].under_way == 0


async def test_who_goes_in_the_moment_in_which_it_is_passed_over_has_gone_and_nothing_more() -> None:
    budget = Budget(Budgets(at_once=1))
    async with budget.turn(ONE):
        gone, next_one = asyncio.create_task(ask(budget, ONE)), asyncio.create_task(ask(budget, ONE))
        await asyncio.sleep(0)
        gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    await asyncio.wait_for(next_one, 1)
    assert budget._purses[ONE.name].under_way == 0


async def test_work_with_a_line_of_its_own_is_charged_and_waits_for_no_turn() -> None:
    clock = Clock()
    budget = Budget(SMALL, clock)
    async with budget.turn(ONE):  # at_once is 1
        budget.spend(ONE, 10)
    with pytest.raises(Spent) as spent:
        budget.spend(ONE, 10)
    assert spent.value.retry_after == 5  # 3 - 1 - 10 units, two a second
    budget.spend(OTHER, 10)
    for _ in range(50):
        budget.spend(Caller(Viewer(), None, "r"), 10)


def test_what_a_caller_may_have_depends_on_whether_a_token_tells_who_it_is() -> None:
    budget = Budget(Budgets.read("sockets=7,subscriptions_without_token=5"))
    nobody, operator = Caller(PUBLIC, None, "r", "192.0.2.1"), Caller(Viewer(), None, "r")
    found = [[budget.most(what, who) for what in ("sockets", "subscriptions")] for who in (ONE, nobody, operator)]
    assert found == [[7, 1000], [200, 5], [ENDLESS, ENDLESS]]
