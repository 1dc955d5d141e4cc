"""The load: a process of its own that keeps every connection busy and counts the answers.

Jobs come as lines of JSON on standard input, one at a time; each answer is a line on standard output. The process ends
with its input. HTTP by hand: of an answer only status and length are looked at, so that the client takes little of the
machine that it shares with the servers.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from time import perf_counter
from typing import Any, cast

import uvloop

from bench.child import Child


@dataclass(frozen=True, slots=True)
class Counted:
    """What one job gave: good answers, in which time, and how many others (not 200, or with GraphQL errors)."""

    answers: int
    seconds: float
    failed: int

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


class _Connection(asyncio.Protocol):
    """One connection: sends the next request as soon as an answer is whole."""

    def __init__(self, requests: Sequence[bytes], start: int, until: float) -> None:
        self._requests = cycle([*requests[start % len(requests) :], *requests[: start % len(requests)]])
        self._until = until
        self._missing = -1
        self._head = b""
        self._good = True
        self.answers = self.failed = 0
        self.last = perf_counter()
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by class
        self._next()

    def data_received(self, data: bytes) -> None:
        if self._missing < 0:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._head[:end].lower()
            length = head.index(b"content-length:") + 15
            stop = head.find(b"\r", length)
            self._missing = int(head[length : stop if stop >= 0 else None]) - (len(self._head) - end - 4)
            self._good = head.startswith(b"http/1.1 200")
            self._head = b""
        else:
            self._missing -= len(data)
        if b'"errors"' in data:
            self._good = False
        if self._missing == 0:
            self._missing = -1
            self.answers += self._good
            self.failed += not self._good
            self.last = perf_counter()
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))

    def _next(self) -> None:
        assert self._transport is not None
        if perf_counter() < self._until:
            self._transport.write(next(self._requests))
        else:
            if not self.done.done():
                self.done.set_result(None)
            self._transport.close()


async def _load(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Counted:
    loop = asyncio.get_running_loop()
    started = perf_counter()
    made = [
        await loop.create_connection(partial(_Connection, requests, i, started + seconds), "127.0.0.1", port)
        for i in range(connections)
    ]
    protocols = [protocol for _, protocol in made]
    async with asyncio.timeout(seconds + 30):
        await asyncio.gather(*(protocol.done for protocol in protocols))
    ended = max(protocol.last for protocol in protocols)
    return Counted(sum(p.answers for p in protocols), ended - started, sum(p.failed for p in protocols))


class Client(Child):
    """The client's process, as seen from the bench."""

    def __init__(self) -> None:
        super().__init__("bench.client")

    def load(self, port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Counted:
        """Keep `connections` busy with `requests`, in turn, for some seconds."""
        job = {"port": port, "requests": [r.decode() for r in requests], "connections": connections, "seconds": seconds}
        line = self.say(json.dumps(job).encode())
        if not line:
            raise RuntimeError("the client ended; its error is above")
        return Counted(**json.loads(line))


def main() -> None:
    """Do the jobs that come in."""
    for line in sys.stdin:
        job: dict[str, Any] = json.loads(line)
        requests = [text.encode() for text in job["requests"]]
        counted = uvloop.run(_load(job["port"], requests, job["connections"], job["seconds"]))
        print(
            json.dumps({"answers": counted.answers, "seconds": counted.seconds, "failed": counted.failed}), flush=True
        )


if __name__ == "__main__":
    main()
