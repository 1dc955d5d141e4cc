"""How long a stop takes: its parts follow one another, so whoever waits for all of them must wait for the sum.

A process ends its sockets, lets requests in flight end, writes the last notes of whose data was shown, closes its connections.
Several workers do so side by side, and the process above them waits for the slowest. What stops the service waits for that
process (`stop_grace_period` in docker-compose.yml); an embedded database is stopped after all that (`graph/local/server.py`).
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

SOCKETS_SECONDS: Final = 2.0
"""For peers to take the word that the service stops."""
REQUESTS_SECONDS: Final = 4
"""For requests in flight, which are then cancelled; a quiet service waits for nothing of all this."""
LOOKS_SECONDS: Final = 3.0
"""For the last notes."""
REST_SECONDS: Final = 2.0
"""For what has no bound of its own: hearing of the stop, cancelled requests and statements, closing the connections."""
PROCESS_SECONDS: Final = SOCKETS_SECONDS + REQUESTS_SECONDS + LOOKS_SECONDS + REST_SECONDS
"""For one process; a worker that takes longer is killed."""
SERVICE_SECONDS: Final = PROCESS_SECONDS + REST_SECONDS
"""For the process above the workers."""


@contextmanager
def terminating_like_interrupt() -> Iterator[None]:
    """SIGTERM unwinds as Ctrl-C does, so that the database is stopped, and no half of a file is left.

    Whatever Ctrl-C does at that moment (an event loop cancels its task); where it is ignored, as in a shell's background, this is not.
    Only a process's main thread has signals: in another one nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        handler = signal.getsignal(signal.SIGINT)
        if not callable(handler):
            raise KeyboardInterrupt
        handler(number, frame)

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
