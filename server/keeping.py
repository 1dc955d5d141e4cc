"""Keeping what was found out about headers, which clients send again and again."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Final, TypeVar

Value = TypeVar("Value", bound=str | bytes | None)
Told = TypeVar("Told")

MOST: Final = 256
LONGEST: Final = 500
"""Longer than any header that clients send for good reason; anybody may write what fills memory."""


def kept_for_short(function: Callable[[Value], Told]) -> Callable[[Value], Told]:
    """Keep what a function tells of the last values, unless they are long: those are looked at each time."""
    kept = lru_cache(maxsize=MOST)(function)

    @wraps(function)
    def told(value: Value) -> Told:
        return kept(value) if value is None or len(value) <= LONGEST else function(value)

    return told
