"""Chance that is the same on every machine and in every version of Python: streams of numbers from a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from hashlib import blake2b
from random import Random
from typing import Final, TypeVar

SEED: Final = "rollegalleri demo 1"
_NEVER: Final = dt.date(9999, 12, 31).toordinal()
T = TypeVar("T")


class Draw:
    """One stream. Each thing drawn has its own, so that a change to one leaves the others as they are.

    Only `Random.random` is used: of all its methods, it alone is promised to give the same numbers for ever.
    """

    def __init__(self, *name: object) -> None:
        self._random = Random(blake2b("\x1f".join(map(str, (SEED, *name))).encode(), digest_size=8).digest())  # noqa: S311

    def chance(self, probability: float) -> bool:
        """Tell whether what happens so often happens now."""
        return self._random.random() < probability

    def between(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low + int(self._random.random() * (high - low + 1))

    def one(self, options: Sequence[T]) -> T:
        """Draw one of several."""
        return options[self.between(0, len(options) - 1)]

    def other(self, options: Sequence[T], than: T | None) -> T:
        """Draw one that is not `than`, if there is another."""
        return self.one([option for option in options if option != than] or options)

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """Give all of them in a drawn order."""
        return [option for _, option in sorted(((self._random.random(), i), o) for i, o in enumerate(options))]


def day(text: str) -> int:
    """Number a day, so that days can be added."""
    return dt.date.fromisoformat(text).toordinal()


def text(number: int) -> str:
    """Write a numbered day as ISO text."""
    return dt.date.fromordinal(min(number, _NEVER)).isoformat()
