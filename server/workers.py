"""Several processes behind one port: the parent has the database and the socket, its workers answer.

A worker is `python -m server.worker`; its orders come on its standard input, which stays open: when the parent ends, however
it ends, the workers see that and stop, so none is left over. A worker that ends by itself is started again.
"""

import asyncio
import json
import socket
import sys
from dataclasses import asdict
from typing import Final

from graph.local import Connection
from server.errors import WorkerFailedError
from server.logs import logger
from server.settings import Settings
from server.stopping import PROCESS_SECONDS

START_SECONDS: Final = 60.0
AGAIN_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 30.0
"""Between two tries to start a worker anew; the first is made after a second, the pause doubles."""
READY: Final = b"ready\n"


class Workers:
    """Workers that answer on one listening socket, as many as the settings say."""

    def __init__(self, settings: Settings, listener: socket.socket, connection: Connection | None) -> None:
        self._settings, self._listener, self._connection = settings, listener, connection
        self._processes: set[asyncio.subprocess.Process] = set()
        self._watchers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start all and return when all of them answer. Raises `WorkerFailedError`."""
        started = await asyncio.gather(*(self._spawn() for _ in range(self._settings.workers)))
        self._watchers = [asyncio.create_task(self._watch(process)) for process in started]

    async def stop(self) -> None:
        """Let all end their requests and stop, within `PROCESS_SECONDS`."""
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        await asyncio.gather(*(self._end(process) for process in list(self._processes)))

    async def _spawn(self) -> asyncio.subprocess.Process:
        descriptor = self._listener.fileno()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "server.worker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            pass_fds=(descriptor,),
            start_new_session=True,  # Ctrl-C is the parent's to hear
        )
        self._processes.add(process)
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a worker was started without pipes")
        orders = {
            "listener": descriptor,
            "connection": self._connection and asdict(self._connection),
            # What may have been said by options, which a worker does not see.
            "options": {"host": self._settings.host, "data": str(self._settings.data)},
        }
        process.stdin.write(json.dumps(orders).encode() + b"\n")
        await process.stdin.drain()
        try:
            async with asyncio.timeout(START_SECONDS):
                ready = await process.stdout.readline() == READY
        except TimeoutError:
            ready = False
        if not ready:
            await self._end(process)
            raise WorkerFailedError
        return process

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        while True:
            code = await process.wait()
            self._processes.discard(process)
            logger().error("a worker ended by itself; starting another", exit_code=code)
            pause = AGAIN_SECONDS
            while True:
                await asyncio.sleep(pause)
                try:
                    process = await self._spawn()
                except (WorkerFailedError, OSError) as error:
                    pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
                    left, of = len(self._processes), self._settings.workers
                    told = {"kind": type(error).__name__, "answering": f"{left} of {of}", "again_in": pause}
                    logger().error("a worker could not be started", **told)
                else:
                    logger().info("a worker answers again")
                    break

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        self._processes.discard(process)
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(PROCESS_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
