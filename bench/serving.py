"""The servers: one process for each column, with the same settings, gone when the bench is gone.

Of the gallery there are four: with every answer made anew (`gallery`), as people run it, with answers kept while the map stands
still (`again`), anew without a record of whose data is shown (`silent`), and for who works on the database directly
(`operator`), who may change what belongs to many municipalities.
"""

import asyncio
import json
import socket
import sys
from typing import Any

import uvicorn
import uvloop
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.child import Child
from bench.database import Running
from graph.driver import Database
from server.budget import Budgets
from server.collecting import settle
from server.identity.claims import OF_OURS
from server.identity.existing import Existing
from server.identity.identity import Bearer
from server.identity.minting import Wanted, mint
from server.identity.own import of_private
from server.identity.setting import OWN_ISSUER
from server.identity.tokens import Tokens
from server.looks import Looks
from server.protocol import SOCKETS, BoundedProtocol, BoundedWebSocket

COLUMNS = ("limit", "gallery", "again", "loaders")
_OURS = ("gallery", "again", "silent", "operator")
_AUDIENCE = "rollegalleri"
_HOURS = 12
_ENDLESS = Budgets(rate=10**9, burst=10**9, at_once=10**6)
"""Load is what is measured: nobody is told to come back."""


class Served(Child):
    """One column's server, as seen from the bench."""

    def __init__(self, column: str, running: Running) -> None:
        super().__init__("bench.serving", column)
        self.column = column
        line = self.say(json.dumps([running.uri, running.username, running.password]).encode())
        if not line:
            raise RuntimeError(f"the server of {column} did not start; its error is above")
        told = json.loads(line)
        self.port: int = told["port"]
        self.tokens: dict[str, str] = told["tokens"]
        """By whom they speak for; none where the column looks at none."""


def _application(column: str, database: Database, looks: Looks | None) -> tuple[Any, dict[str, str]]:
    """Make a column's application, and the tokens with which to ask it."""
    if column == "limit":
        from bench.limit import Limit

        return Limit(database), {}
    if column == "loaders":
        from bench.loaders.app import application

        return application(database), {}
    from server import logs
    from server.app import Application
    from server.endpoints import engines
    from server.identity.identity import Operator
    from server.settings import load

    logs.configure("text", "info")
    found = engines()
    if column == "again":
        answers = load().of_answers
        for engine in found.values():
            engine.answers = answers
    if column == "operator":
        return Application(database, Operator(database), found, looks=looks), {}
    identity, tokens = _identity(database)
    return Application(database, identity, found, budgets=_ENDLESS, looks=looks), tokens


def _identity(database: Database) -> tuple[Bearer, dict[str, str]]:
    """Make what tells who asks, with a key of its own, and a token for each speaker of the reads."""
    own = of_private(Ed25519PrivateKey.generate())
    tokens = {
        speaker: mint(own, Wanted(speaker, edits=False), OWN_ISSUER, _AUDIENCE, "bench", _HOURS * 3600)
        for speaker in ("kombit", "vendor:kmd")
    }
    return Bearer(Tokens(own, OWN_ISSUER, _AUDIENCE), OF_OURS, Existing(database)), tokens


async def _serve(column: str) -> None:
    uri, username, password = json.loads(sys.stdin.readline())
    with socket.create_server(("127.0.0.1", 0)) as listening:
        async with await Database.connect(uri, username, password) as database:
            # The gallery as people run it, which has a protocol that bounds what clients may do.
            ours = column in _OURS
            protocol: Any = BoundedProtocol if ours else "httptools"
            looks = (
                Looks(database) if ours and column != "silent" else None
            )  # as people run it, it records who is looked up
            application, tokens = _application(column, database, looks)
            config = uvicorn.Config(
                application,
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
            print(json.dumps({"port": listening.getsockname()[1], "tokens": tokens}), flush=True)
            await server.serve(sockets=[listening])
            if looks is not None:
                await looks.close()


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1]))
