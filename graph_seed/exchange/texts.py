"""The texts of a workbook, which stand apart and once, and at which its cells point by number."""

from __future__ import annotations

from graph_seed.exchange.limits import Limits
from graph_seed.exchange.markup import Attributes, Markup, plain


class Texts:
    """Takes the events of `markup`. A text in several styles is put together, its pronunciation left out."""

    def __init__(self, part: str, limits: Limits) -> None:
        self.found: list[str] = []
        self.markup = Markup(part, self._start, self._end, limits.cell_characters)
        self._pieces: list[str] = []
        self._phonetic = False

    def _start(self, element: str, _: Attributes) -> None:
        if element == "si":
            self._pieces.clear()
        elif element == "rPh":
            self._phonetic = True
        elif element == "t" and not self._phonetic:
            self.markup.gather()

    def _end(self, element: str) -> None:
        if element == "t" and not self._phonetic:
            self._pieces.append(self.markup.gathered())
        elif element == "rPh":
            self._phonetic = False
        elif element == "si":
            self.found.append(plain("".join(self._pieces)))
