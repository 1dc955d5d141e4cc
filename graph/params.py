"""The one encoder for parameters.

A date *parameter* against a string property silently finds nothing, and native dates cost the client three times the
processor time of strings; so dates are ISO strings in the graph, and this is where they become such. What is not
known here is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

MAX_INT = 2**63 - 1


class ParameterError(TypeError):
    """A value that must not reach the database: a mistake in our code, since requests are checked before."""


def encode(value: object) -> Any:
    """`value` as the driver takes it: dates as 'YYYY-MM-DD', aware instants as UTC 'YYYY-MM-DDTHH:MM:SS.ffffffZ'.

    Raises `ParameterError` for anything unknown, for integers beyond 64 bits, and for text with NUL or lone surrogates.
    """
    # The exact type first: nearly everything is one of these, and imports bring a million of them.
    kind = type(value)
    if kind is str:
        return _text(value)  # type: ignore[arg-type]  # mypy does not narrow by `type() is`
    if value is None or kind is bool or kind is float:
        return value
    if kind is int:
        return _integer(value)  # type: ignore[arg-type]
    if isinstance(value, Mapping):
        return {_key(name): encode(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [encode(item) for item in value]
    return _rare(value)


def stored(moment: datetime) -> str:
    """Write an aware instant as the graph keeps it: UTC, six digits of a second, so that text order is time order."""
    # Not by `strftime`: glibc's %Y writes the year 999 with three digits.
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def _rare(value: object) -> Any:
    if isinstance(value, Enum):
        return encode(value.value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ParameterError("an instant without a time zone")
        return stored(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return _text(str(value))
    raise ParameterError(f"a parameter of type {type(value).__name__}")


def _text(value: str) -> str:
    if "\0" in value:
        raise ParameterError("text with NUL")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ParameterError("text with a lone surrogate") from None
    return value


def _integer(value: int) -> int:
    if not -MAX_INT - 1 <= value <= MAX_INT:
        raise ParameterError("an integer beyond 64 bits")
    return value


def _key(name: object) -> str:
    if type(name) is not str:
        raise ParameterError(f"a map key of type {type(name).__name__}")
    return _text(name)
