"""The service's log, caught for one test."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from server import logs


@contextmanager
def logged(fmt: str, level: str) -> Iterator[io.StringIO]:
    """Catch what is logged meanwhile; the log of the test run is as before afterwards."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, before = root.handlers[:], root.level
    logs.configure(fmt, level, stream)
    try:
        yield stream
    finally:
        root.handlers[:] = handlers
        root.setLevel(before)
        structlog.reset_defaults()
