"""A proxy in front of the database that can swallow the answer to a commit: the commit is done, and nobody hears of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

COMMIT = b"\xb0\x12"  # Bolt's COMMIT: a structure without fields, signature 0x12


@dataclass
class Swallowing:
    """How many answers to commits are still to be swallowed, and where the proxy listens."""

    uri: str = ""
    swallow: int = 0
    swallowed: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


@asynccontextmanager
async def swallowing(uri: str) -> AsyncIterator[Swallowing]:
    """Run a proxy in front of `uri`."""
    target = urlsplit(uri)
    state = Swallowing()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(target.hostname, target.port)
        lost = asyncio.Event()

        async def forward(source: asyncio.StreamReader, to: asyncio.StreamWriter, *, up: bool) -> None:
            with contextlib.suppress(ConnectionError):
                while data := await source.read(65536):
                    if up and state.swallow and COMMIT in data:
                        state.swallow -= 1
                        state.swallowed += 1
                        lost.set()
                    if not up and lost.is_set():
                        break  # the answer to the commit: the client only sees that the connection is gone
                    to.write(data)
                    await to.drain()
            to.close()
            (writer if not up else back).close()

        await asyncio.gather(forward(reader, back, up=True), forward(there, writer, up=False))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    state.uri = f"bolt://{host}:{port}"
    try:
        yield state
    finally:
        server.close()
