"""A part of a workbook as a stream of XML events: nothing is kept but what a handler keeps, and no entity is believed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final
from xml.parsers import expat

from graph_seed.exchange.archive import BROKEN
from graph_seed.exchange.errors import FileRefused

Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]
_NAMED_CHARACTER: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Markup:
    """Feeds XML to `start(name, attributes)` and `end(name)`, names without their prefix, and gathers text.

    `text` is what stood since the last `gather()`; more than `longest` characters are refused, for they would be one
    cell.
    """

    def __init__(self, part: str, start: Start, end: Callable[[str], None], longest: int) -> None:
        self._part, self._start, self._end, self._longest = part, start, end, longest
        self._pieces: list[str] = []
        self._length = 0
        self._local: dict[str, str] = {}
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._started
        parser.EndElementHandler = self._ended
        parser.StartDoctypeDeclHandler = self._declared

    def gather(self) -> None:
        """Begin to gather text."""
        self._pieces, self._length = [], 0
        self._parser.CharacterDataHandler = self._gathered

    def gathered(self) -> str:
        """Stop gathering and give the text."""
        self._parser.CharacterDataHandler = None
        return "".join(self._pieces)

    def feed(self, chunks: Iterable[bytes]) -> Iterator[None]:
        """Parse chunk by chunk; between two of them the handlers' findings can be taken away."""
        try:
            for chunk in chunks:
                self._parser.Parse(chunk, False)
                yield
            self._parser.Parse(b"", True)
        except (expat.ExpatError, ValueError):
            raise FileRefused("FILE_NOT_A_SPREADSHEET", f"the part {self._part!r} is not valid XML", BROKEN) from None
        yield

    def _started(self, name: str, attributes: Attributes) -> None:
        self._start(self._local.get(name) or self._localised(name), attributes)

    def _ended(self, name: str) -> None:
        self._end(self._local.get(name) or self._localised(name))

    def _localised(self, name: str) -> str:
        local = name.rpartition(":")[2]
        if len(self._local) < 1000:
            self._local[name] = local
        return local

    def _gathered(self, text: str) -> None:
        self._length += len(text)
        if self._length > self._longest:
            raise FileRefused(
                "FILE_CELL_TOO_LARGE",
                f"a cell in {self._part!r} has more than {self._longest} characters",
                f"at most {self._longest} characters in a cell",
            )
        self._pieces.append(text)

    def _declared(self, *_: object) -> None:
        raise FileRefused("FILE_NOT_A_SPREADSHEET", f"the part {self._part!r} declares a document type", BROKEN)


def plain(text: str) -> str:
    """Put back the characters that XML cannot hold and the format writes as `_x000D_`."""
    return _NAMED_CHARACTER.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
