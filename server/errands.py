"""Runs an errand (`graph_seed.exchange.errand`) in a process of its own, and tells meanwhile how far it is."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable
from typing import Final

import orjson
from starlette.types import Send

from graph_seed.exchange.door import end, environment, feed
from graph_seed.exchange.errand import Answered, Orders
from server.errors import Refusal
from server.events import ALIVE, KEEP_ALIVE_SECONDS, send_text, start_stream
from server.logs import logger

SECONDS: Final = 240.0
"""The most that an errand may take: reading a file (90 s), planning, and writing, each part of which renews the lease."""
_COMMAND: Final = (sys.executable, "-I", "-B", "-m", "graph_seed.exchange.errand")
_LONGEST_LINE: Final = 2**25
"""The line about the answer names everybody whom it shows."""

Tell = Callable[[str | None], Awaitable[None]]
"""Is told a sentence when the errand has come further, and None where it said nothing for a while."""


async def run(orders: Orders, data: bytes, tell: Tell, request: str) -> Answered:
    """Have an errand done; `request` is how the log calls it. Raises `Refusal`: it took longer than it may, or failed."""
    process = await asyncio.create_subprocess_exec(
        *_COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment(), cwd="/", limit=_LONGEST_LINE
    )
    feeding = asyncio.create_task(feed(process, orders, data))
    try:
        async with asyncio.timeout(SECONDS):
            return await _answer(process, tell, request)
    except TimeoutError:
        message = (
            "The file took longer than it may and was stopped; if it was an import, look whether it is in the log."
        )
        raise Refusal(503, "DEADLINE", message) from None
    finally:
        feeding.cancel()
        await end(process)
        await asyncio.gather(feeding, return_exceptions=True)


async def _answer(process: Process, tell: Tell, request: str) -> Answered:
    """Read the lines that tell how far it is, the one about the answer, and its body."""
    assert process.stdout is not None  # noqa: S101 -- it is a pipe
    lines = process.stdout
    failed: dict[str, str] = {}
    while line := await _line(lines, tell):
        told = orjson.loads(line)
        if "failed" in told:
            failed = {"kind": told["failed"], "trace": told["trace"]}
        elif "progress" in told:
            await tell(told["progress"])
        else:
            body = await lines.read()
            await process.wait()
            return Answered(told["status"], told["kind"], body, told["headers"], told["people"])
    status = await process.wait()
    logger().error("an errand ended without an answer", code="INTERNAL", status=status, reference=request, **failed)
    message = "Something went wrong inside the service; if it was an import, look whether it is in the log."
    raise Refusal(500, "INTERNAL", message, reference=request)


async def _line(lines: asyncio.StreamReader, tell: Tell) -> bytes:
    """Read one line; empty where there is none any more."""
    reading = asyncio.ensure_future(lines.readline())
    try:
        while not (await asyncio.wait({reading}, timeout=KEEP_ALIVE_SECONDS))[0]:
            await tell(None)
        line = await reading
        return line if line.endswith(b"\n") else b""
    finally:
        reading.cancel()


class Events:
    """Tells a client how far its errand is, as server-sent events; the last one, `answer`, has status, headers and body.

    The response's own status is 200 from the first event on.
    """

    def __init__(self, send: Send) -> None:
        self._send, self.begun = send, False

    async def tell(self, sentence: str | None) -> None:
        """Send how far it is, or a sign of life."""
        await self._begin()
        told = orjson.dumps({"message": sentence}).decode()
        await send_text(self._send, ALIVE if sentence is None else f"event: progress\ndata: {told}\n\n")

    async def answer(self, answered: Answered) -> None:
        """Send the answer, which is JSON, and end."""
        await self._begin()
        head = orjson.dumps({"status": answered.status, "headers": dict(answered.headers)}).decode()
        data = f'{head[:-1]},"body":{answered.body.decode()}}}'
        await send_text(self._send, f"event: answer\ndata: {data}\n\n", more=False)

    async def _begin(self) -> None:
        if not self.begun:
            self.begun = True
            await start_stream(self._send)


async def silence(_sentence: str | None) -> None:
    """Tell nobody."""
