"""What is made once and kept: so many things, and about so many bytes together; what was used longest ago goes first."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final, TypeVar

K = TypeVar("K")
V = TypeVar("V")

CACHED: Final = 500
"""Things of one kind that are kept, however small."""
OF_DOCUMENTS: Final = 12_000_000
"""Bytes that the documents of one schema may take together; the same of what tells their costs and who may not ask them."""
OF_PLANS: Final = 20_000_000
"""Bytes that its plans may take together, with what they hold of their documents."""


class Recent(OrderedDict[K, V]):
    """Values by what they were made from. `most`: bytes of all of them; the last one stays, however large."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._sizes: dict[K, int] = {}

    def take(self, key: K, make: Callable[[], V], size: Callable[[V], int]) -> V:
        """Give what is kept by a key, or make and keep it; `size` tells about how many bytes it takes."""
        if key in self:
            self.move_to_end(key)
            return self[key]
        value = self[key] = make()
        self._sizes[key] = size(value)
        while len(self) > CACHED or (len(self) > 1 and sum(self._sizes.values()) > self._most):
            gone, _ = self.popitem(last=False)
            del self._sizes[gone]
        return value

    def clear(self) -> None:
        """Keep nothing of it any more."""
        super().clear()
        self._sizes.clear()
