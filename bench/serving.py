"""The servers: one process for each column, with the same settings, gone when the bench is gone."""

import asyncio
import json
import socket
import sys
from typing import Any

import uvicorn
import uvloop

from bench.child import Child
from bench.database import Running
from graph.driver import Database
from server.collecting import settle
from server.looks import Looks
from server.protocol import SOCKETS, BoundedProtocol, BoundedWebSocket

COLUMNS = ("limit", "gallery", "loaders")


class Served(Child):
    """One column's server, as seen from the bench."""

    def __init__(self, column: str, running: Running) -> None:
        super().__init__("bench.serving", column)
        self.column = column
        line = self.say(json.dumps([running.uri, running.username, running.password]).encode())
        if not line:
            raise RuntimeError(f"the server of {column} did not start; its error is above")
        self.port = int(line)


def _application(column: str, database: Database, looks: Looks | None) -> Any:
    if column == "limit":
        from bench.limit import Limit

        return Limit(database)
    if column == "loaders":
        from bench.loaders.app import application

        return application(database)
    from server import logs
    from server.app import Application
    from server.identity.identity import Operator

    logs.configure("text", "info")
    return Application(database, Operator(database), looks=looks)


async def _serve(column: str) -> None:
    uri, username, password = json.loads(sys.stdin.readline())
    with socket.create_server(("127.0.0.1", 0)) as listening:
        async with await Database.connect(uri, username, password) as database:
            # The gallery as people run it, which has a protocol that bounds what clients may do.
            protocol: Any = BoundedProtocol if column in ("gallery", "silent") else "httptools"
            looks = Looks(database) if column == "gallery" else None  # as people run it, it records who is looked up
            config = uvicorn.Config(
                _application(column, database, looks),
                loop="uvloop",
                http=protocol,
                ws=BoundedWebSocket,
                **SOCKETS,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=3,
            )
            settle()
            server = uvicorn.Server(config)

            def leave() -> None:
                server.should_exit = True

            # The bench holds the other end of our input: when it is gone, however it went, so are we.
            asyncio.get_running_loop().add_reader(sys.stdin.fileno(), leave)
            print(listening.getsockname()[1], flush=True)
            await server.serve(sockets=[listening])
            if looks is not None:
                await looks.close()


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1]))
