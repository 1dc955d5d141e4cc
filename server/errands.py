"""Runs an errand (`graph_seed.exchange.errand`) in a process of its own, and tells meanwhile how far it is."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable
from typing import Final

import orjson
from starlette.types import Send

from graph_seed.exchange.door import environment
from graph_seed.exchange.errand import JSON, Answered, Orders
from server.errors import Refusal
from server.graphql import FIXED
from server.logs import logger
from server.negotiation import EVENTS

SECONDS: Final = 240.0
"""The most that an errand may take: reading a file (90 s), planning, and writing within the lease (120 s)."""
KEEP_ALIVE_SECONDS: Final = 15.0
"""Without an event a comment is sent, so that nothing between us and the client takes the connection for dead."""
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
    to, lines = process.stdin, process.stdout
    if to is None or lines is None:
        raise TypeError("the process was started without pipes")
    feeding = asyncio.create_task(_feed(to, orjson.dumps(orders) + b"\n" + data))
    try:
        async with asyncio.timeout(SECONDS):
            return await _answer(process, lines, tell, request)
    except TimeoutError:
        message = (
            "The file took longer than it may and was stopped; if it was an import, look whether it is in the log."
        )
        raise Refusal(503, "DEADLINE", message) from None
    finally:
        feeding.cancel()
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        await asyncio.gather(feeding, return_exceptions=True)


async def _feed(to: asyncio.StreamWriter, data: bytes) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it ended; what it said tells why
        to.write(data)
        await to.drain()
    to.close()


async def _answer(process: Process, lines: asyncio.StreamReader, tell: Tell, request: str) -> Answered:
    """Read the lines that tell how far it is, the one about the answer, and its body."""
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
        self._send, self._begun = send, False

    async def tell(self, sentence: str | None) -> None:
        """Send how far it is, or a sign of life."""
        data = b":\n\n" if sentence is None else b"event: progress\ndata: %b\n\n" % orjson.dumps({"message": sentence})
        await self._put(data, more=True)

    async def answer(self, answered: Answered) -> None:
        """Send the answer, which is JSON, and end."""
        head = orjson.dumps({"status": answered.status, "headers": dict(answered.headers)})
        await self._put(b'event: answer\ndata: %b,"body":%b}\n\n' % (head[:-1], answered.body), more=False)

    async def refuse(self, refusal: Refusal) -> None:
        """Send why there is no answer. Raises it where nothing was sent yet."""
        if not self._begun:
            raise refusal
        await self.answer(Answered(refusal.status, JSON, orjson.dumps(refusal.body), refusal.headers))

    async def _put(self, data: bytes, *, more: bool) -> None:
        if not self._begun:
            self._begun = True
            headers = [(b"content-type", f"{EVENTS}; charset=utf-8".encode()), *FIXED, (b"x-accel-buffering", b"no")]
            await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        await self._send({"type": "http.response.body", "body": data, "more_body": more})


async def silence(_sentence: str | None) -> None:
    """Tell nobody."""
