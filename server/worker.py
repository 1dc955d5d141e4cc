"""One of several processes behind a port: `python -m server.worker`, started by `server/workers.py` and by nobody else."""

import json
import signal
import socket
import sys

import uvloop

from graph.errors import StartError
from graph.local import Connection
from server import logs
from server.running import Service
from server.settings import load
from server.workers import READY

_CANNOT_START = 3
"""The exit code that the command line has for it, too."""


def main() -> None:
    """Take the orders from standard input, answer until it is closed."""
    orders = json.loads(sys.stdin.readline())
    connection = Connection(**orders["connection"]) if orders["connection"] else None
    settings = load(**orders["options"])
    logs.configure(settings.log_format, settings.log_level)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=orders["listener"]) as listener:
        listener.setblocking(False)
        try:
            uvloop.run(Service(settings, connection, listener, _quietly, _ready).work(sys.stdin))
        except StartError as error:
            logs.logger().error(str(error), kind=type(error).__name__)
            sys.exit(_CANNOT_START)


def _ready(_address: str, _tokens: object) -> None:
    sys.stdout.write(READY.decode())
    sys.stdout.flush()


def _quietly(line: str) -> None:
    logs.logger().debug(line)


if __name__ == "__main__":
    main()
