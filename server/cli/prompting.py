"""A question to whoever sits before the terminal, whose wait Ctrl-C and SIGTERM end at once."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_YES: Final = ("y", "yes", "j", "ja")


def agreed(question: str) -> bool:
    """Ask, and tell whether the answer is yes. Raises `KeyboardInterrupt`.

    A loop stands still meanwhile: it would wait at its end for a thread that reads, and of a signal it only marks its task.
    """
    with _raising():
        print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().lower() in _YES


@contextmanager
def _raising() -> Iterator[None]:
    """Have a signal raise where we are, so that what is under way is ended in order; where Ctrl-C is ignored, it is."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
