"""The process in which files are parsed: it has limits, no secrets in its environment, and may not write a file.

A line of orders and then the file come in on standard input, messages (`reading`) go out as lines of JSON. Whatever a
file does to it, at worst this process ends, and the parent says so.
"""

from __future__ import annotations

import os
import resource
import sys
from typing import Any, BinaryIO

import orjson

from graph_seed.exchange.errors import FileRefused
from graph_seed.exchange.limits import Limits, megabytes
from graph_seed.exchange.reading import read

_NICENESS = 10
"""Whoever asks the service something comes first."""


def main() -> None:
    """Read orders and file, answer, end."""
    source, answers = sys.stdin.buffer, sys.stdout.buffer
    orders = orjson.loads(source.readline())
    limits = Limits(**orders["limits"])
    confine(limits)
    try:
        _answer(orders["name"], source, limits, answers)
    except FileRefused as error:
        _write(answers, {"refused": {"code": error.code, "value": error.value, "expected": error.expected}})
    except MemoryError:
        most = megabytes(limits.memory_bytes)
        value, expected = f"reading it takes more than {most} of memory", f"a file that is read with at most {most}"
        _write(answers, {"refused": {"code": "FILE_READER_DIED", "value": value, "expected": expected}})
    answers.flush()
    # There is nothing to clear up, and a large heap takes its time.
    os._exit(0)


def confine(limits: Limits) -> None:
    """Bind this process to its limits, which it cannot lift again."""
    for kind, most, hard in (
        (resource.RLIMIT_AS, limits.memory_bytes, limits.memory_bytes),
        # The second before the hard end lets the parent tell it from being killed.
        (resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NOFILE, 16, 16),
    ):
        ceiling = resource.getrlimit(kind)[1]
        top = hard if ceiling == resource.RLIM_INFINITY else min(hard, ceiling)
        resource.setrlimit(kind, (min(most, top), top))
    os.nice(_NICENESS)


def _answer(name: str, source: BinaryIO, limits: Limits, answers: BinaryIO) -> None:
    data = source.read(limits.file_bytes + 1)
    for message in read(name, data, limits):
        _write(answers, message)


def _write(answers: BinaryIO, message: dict[str, Any]) -> None:
    answers.write(orjson.dumps(message) + b"\n")


if __name__ == "__main__":
    main()
