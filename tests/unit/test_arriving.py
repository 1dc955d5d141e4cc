"""Files that arrive have an end together: the next is refused before anything of it is read."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from graph_seed.exchange.errand import KINDS
from resolvers.context import Viewer
from server.budget import Budget, Budgets
from server.caller import Caller
from server.errors import Refusal
from server.exchange import MOST_ARRIVING, Exchange


async def test_so_many_files_arrive_at_a_time_and_the_next_is_not_read() -> None:
    budget = Budget(Budgets())
    exchange = Exchange(cast(Any, None), budget, lambda: None)
    scope = {"path": "/exchange/preview", "method": "POST", "query_string": b""}
    headers = {b"content-type": KINDS["csv"].encode(), b"x-rollegalleri-import": b"1"}
    gone, read = asyncio.Event(), list[str]()

    async def ask(place: str) -> None:
        async def receive() -> dict[str, Any]:
            read.append(place)
            await gone.wait()
            return {"type": "http.disconnect"}

        caller = Caller(Viewer("municipality", f"municipality:{place}", place, edits=True), None, "r")
        await exchange(scope, headers, receive, cast(Any, None), caller)

    first = [asyncio.create_task(ask(f"01{number:02}")) for number in range(MOST_ARRIVING)]
    await asyncio.sleep(0.05)
    with pytest.raises(Refusal) as refused:
        await ask("0751")
    assert (refused.value.status, refused.value.code) == (503, "BUSY")
    assert (len(read), "0751" in read) == (MOST_ARRIVING, False)
    assert (len(budget._purses), "municipality municipality:0751" in budget._purses) == (MOST_ARRIVING, False)
    gone.set()
    await asyncio.gather(*first)
    await ask("0751")
    assert read[-1] == "0751"
    assert "municipality municipality:0751" in budget._purses
