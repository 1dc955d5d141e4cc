"""The log on standard error, as text for people or JSON for machines. Codes, ids and times; never query text or values."""

import asyncio
import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Final, TextIO

import structlog

_LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_QUIETED: Final = {"neo4j": 40, "uvicorn": 30, "asyncio": 30}
"""Libraries whose usual talk is of no use: the driver's notifications alone would fill a disk on an empty database."""

REFUSED: Final = 60
"""Refused requests that are told one by one in a minute; of more, their number: whoever sends them may send them without end."""

Event = MutableMapping[str, Any]


def configure(fmt: str, level: str, stream: TextIO | None = None) -> None:
    """Set up our log and that of the standard library's loggers, once at the start of a process."""
    shared: list[structlog.typing.Processor] = [structlog.stdlib.add_log_level]
    text = fmt == "text"
    shared.append(structlog.processors.TimeStamper(fmt="%H:%M:%S" if text else "iso", utc=not text))
    last = _as_text if text else structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_remove_meta, _without_text, last])
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(_LEVELS[level])
    for name, least in _QUIETED.items():
        logging.getLogger(name).setLevel(max(least, _LEVELS[level]))


def logger() -> Any:
    """Give the service's logger: `log.info("what happened", code=…)`."""
    return structlog.get_logger("rollegalleri")


class _Refused:
    """Tells of refused requests, bounded in each minute from its first one on; of the others it has the number at the minute's end."""

    def __init__(self, minute: float = 60.0) -> None:
        self._minute, self._began, self._count = minute, 0.0, 0

    def __call__(self, code: str, status: int, request: str) -> None:
        loop = asyncio.get_running_loop()
        if (passed := loop.time() - self._began) >= self._minute:
            self.tell()
            self._began, passed = loop.time(), 0.0
        self._count += 1
        if self._count <= REFUSED:
            logger().info("request refused", code=code, status=status, request=request)
        elif self._count == REFUSED + 1:
            loop.call_later(self._minute - passed, self.tell)

    def tell(self) -> None:
        """Say how many more there were, if that was not said: the minute is over, or the service ends."""
        if (more := self._count - REFUSED) > 0:
            logger().info("more requests were refused", count=more)
        self._began, self._count = 0.0, 0


refused: Final = _Refused()
"""Tell that a request was refused: why, and under which name its answer has it."""


def _remove_meta(_logger: Any, _method: str, event: Event) -> Event:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    return event


def _without_text(_logger: Any, _method: str, event: Event) -> Event:
    """Say of a library's exception what it is and where it was raised: its text, and asyncio's further lines, hold what somebody sent."""
    info = event.pop("exc_info", None)
    if isinstance(info, tuple) and info[0] is not None:
        event["event"] = event["event"].strip().partition("\n")[0]
        event.update(kind=info[0].__name__, trace="".join(traceback.format_tb(info[2])).rstrip())
    return event


def _as_text(_logger: Any, _method: str, event: Event) -> str:
    when, level, what = event.pop("timestamp"), event.pop("level", "info"), event.pop("event")
    trace = event.pop("trace", None) or event.pop("exception", None)
    mark = "" if level in ("info", "debug") else f"{level.upper()} "
    rest = "".join(f" {name}={value}" for name, value in event.items() if value is not None)
    return f"{when} {mark}{what}{rest}" + (f"\n{trace}" if trace else "")
