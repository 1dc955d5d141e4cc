"""A process of the bench's own: spoken to over pipes, and gone when the bench is gone."""

import subprocess
import sys
from types import TracebackType
from typing import Self


class Child:
    """Runs `python -m <module> …`; a context manager that ends it: by the end of its input, else hard."""

    def __init__(self, *arguments: str) -> None:
        # A session of its own: Ctrl-C is the bench's to handle, in order.
        self._process = subprocess.Popen(
            [sys.executable, "-m", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def say(self, line: bytes) -> str:
        """Send a line, and give the one that comes back; empty if the process has ended."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(line + b"\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().decode()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(8)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
