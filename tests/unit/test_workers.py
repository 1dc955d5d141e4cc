"""A worker that ends is started again; where that fails, it is told each time, and tried again after longer and longer."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from typing import Any

import pytest

from server import workers as module
from server.errors import WorkerFailedError
from server.settings import load
from server.workers import Workers
from tests.logged import logged


async def _process(code: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdin=asyncio.subprocess.PIPE)


async def test_a_worker_that_cannot_be_started_anew_is_told_of_until_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.01)
    with socket.socket() as listener, logged("json", "info") as log:
        workers = Workers(load(workers=2), listener, None)
        tries, started = iter([WorkerFailedError(), OSError(), WorkerFailedError()]), asyncio.Event()

        async def spawn() -> Any:
            if (failed := next(tries, None)) is not None:
                raise failed
            started.set()
            return await _process("input()")

        monkeypatch.setattr(workers, "_spawn", spawn)
        watching = asyncio.create_task(workers._watch(await _process("")))
        await asyncio.wait_for(started.wait(), 10)
        async with asyncio.timeout(10):
            while "a worker answers again" not in log.getvalue():  # noqa: ASYNC110 - nobody tells of what is waited for
                await asyncio.sleep(0.01)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    ended, *failed, again = [json.loads(line) for line in log.getvalue().splitlines()]
    assert (ended["event"], ended["exit_code"]) == ("a worker ended by itself; starting another", 0)
    assert [(one["kind"], one["answering"], one["again_in"]) for one in failed] == [
        ("WorkerFailedError", "0 of 2", 0.02),
        ("OSError", "0 of 2", 0.04),
        ("WorkerFailedError", "0 of 2", 0.08),
    ]
    assert again["event"] == "a worker answers again"
