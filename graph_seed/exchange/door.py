"""The one way in for a file that was sent: parsed in a child process with limits, never in this one."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Final

import orjson

from graph_seed.exchange.errors import FileRefused
from graph_seed.exchange.limits import LIMITS, Limits, megabytes
from graph_seed.exchange.reading import check_size
from graph_seed.exchange.result import Assembly, Read

_COMMAND: Final = (sys.executable, "-I", "-B", "-m", "graph_seed.exchange.child")
"""`-I`: neither the folder we stand in nor the environment says which modules are loaded. `-B`: nothing is written."""
_LONGEST_LINE: Final = 2**25
"""Bytes; 200 rows of texts of the longest kind."""

_PIECE: Final = 2**16


async def read_file(name: str, data: bytes, *, limits: Limits = LIMITS) -> Read:
    """Read an .xlsx workbook or a CSV file; `name` is the file's, for messages and to tell similar sheets apart.

    Takes about 0.2 s for a small file; a file of 50,000 rows takes seconds, during which this process stays free.

    Raises:
        FileRefused: the file cannot be read, or is more than the limits; also when its reader ended before its time.
    """
    check_size(data, limits)
    child = await asyncio.create_subprocess_exec(
        *_COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment(), limit=_LONGEST_LINE, cwd="/"
    )
    orders = {"name": name.encode("utf-8", "replace").decode(), "limits": asdict(limits)}
    sending = asyncio.create_task(feed(child, orders, data))
    try:
        async with asyncio.timeout(limits.wall_seconds):
            assembled = await _receive(child, limits)
            code = await child.wait()
    except TimeoutError:
        raise _too_slow(f"{limits.wall_seconds:g} s") from None
    finally:
        sending.cancel()
        await end(child)
    if assembled.form is None:
        raise _died(code, limits)
    return assembled.result(name)


async def feed(child: Process, orders: Any, data: bytes) -> None:
    """Give a process its orders, as a line of JSON, and the file; then there is no more."""
    assert child.stdin is not None  # noqa: S101 -- it is a pipe
    # A child that refuses early does not read on; what it says counts.
    with suppress(BrokenPipeError, ConnectionResetError):
        child.stdin.write(orjson.dumps(orders) + b"\n")
        view = memoryview(data)
        # All at once would keep everybody else waiting while it is copied.
        for begin in range(0, len(data), _PIECE):
            child.stdin.write(view[begin : begin + _PIECE])
            await child.stdin.drain()
    child.stdin.close()


async def end(child: Process) -> None:
    """See to it that a process has ended."""
    if child.returncode is None:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()


async def _receive(child: Process, limits: Limits) -> Assembly:
    assert child.stdout is not None  # noqa: S101 -- it is a pipe
    assembly, left = Assembly(), limits.answer_bytes
    try:
        async for line in child.stdout:
            left -= len(line)
            if left < 0:
                raise ValueError("the answer is longer than it may be")
            assembly.take(orjson.loads(line))
            # A line that is already here is read without waiting; others want their turn between two of them.
            await asyncio.sleep(0)
    except ValueError:
        # Too long, or cut off: the child is dead, or is from now on.
        with suppress(ProcessLookupError):
            child.kill()
        assembly.form = None
    return assembly


def environment() -> dict[str, str]:
    """Give what a process needs to know that works for us: nothing but where things are, above all no password."""
    return {key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH", "LANG", "SYSTEMROOT") if key in os.environ}


def _died(code: int, limits: Limits) -> FileRefused:
    if code == -signal.SIGXCPU:
        return _too_slow(f"{limits.cpu_seconds} s of computing")
    expected = f"a whole file, as a spreadsheet saves it, that is read with at most {megabytes(limits.memory_bytes)}"
    return FileRefused("FILE_READER_DIED", "its reader ended before its time", expected)


def _too_slow(limit: str) -> FileRefused:
    return FileRefused("FILE_TOO_SLOW", f"reading it takes more than {limit}", f"a file that is read within {limit}")
