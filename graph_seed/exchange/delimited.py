"""Reading a CSV: its encoding, its separator, its rows."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from typing import Final

from graph_seed.exchange.cells import Raw
from graph_seed.exchange.errors import FileRefused, ReadWarning
from graph_seed.exchange.limits import Limits
from graph_seed.exchange.worksheet import RawRow

_SEPARATORS: Final = (";", ",", "\t")
_EXPECTED: Final = "an .xlsx workbook, or a CSV file in UTF-8 or cp1252"
_SIXTEEN: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS: Final = frozenset(range(32)) - {9, 10, 12, 13}


def decode(data: bytes) -> tuple[str, list[ReadWarning]]:
    """Turn the bytes into text; what is not UTF-8 is taken for cp1252 (Windows in Western Europe), and that is said.

    Raises:
        FileRefused: neither, or no text at all.
    """
    if data.startswith(_SIXTEEN):
        try:
            return data.decode("utf-16"), []
        except UnicodeDecodeError:
            raise _no_text() from None
    if 0 in data:
        raise _no_text()
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise _no_text() from None
    if not _CONTROLS.isdisjoint(data):
        raise _no_text()
    sentence = "The file is not UTF-8 and was read as cp1252 (guessed): look whether æ, ø and å are right."
    return text, [ReadWarning("ENCODING_GUESSED", sentence)]


def rows(text: str, known: Callable[[str], bool], limits: Limits) -> Iterator[RawRow]:
    """Read the rows that hold something, numbered as a spreadsheet would; `known` tells a heading from other text.

    Raises:
        FileRefused: quotes that do not match, or cells or rows beyond the limits.
    """
    separator, begin = _separator(text, known)
    csv.field_size_limit(limits.cell_characters)
    source = io.StringIO(text, newline="")
    source.seek(begin)
    number = 0
    try:
        for number, cells in enumerate(csv.reader(source, delimiter=separator, strict=True), 1):
            if not any(cells) or "".join(cells).isspace():
                continue
            while not cells[-1]:
                cells.pop()
            if len(cells) > limits.columns:
                raise FileRefused(
                    "FILE_TOO_MANY_COLUMNS",
                    f"row {number} has {len(cells)} columns",
                    f"at most {limits.columns} columns in a sheet",
                )
            yield number, list[Raw](cells)
    except csv.Error as error:
        if "field larger" in str(error):
            raise FileRefused(
                "FILE_CELL_TOO_LARGE",
                f"a cell in row {number + 1} has more than {limits.cell_characters} characters",
                f"at most {limits.cell_characters} characters in a cell",
            ) from None
        raise FileRefused(
            "FILE_NOT_A_SPREADSHEET",
            f"row {number + 1} has a quotation mark that is not closed, or text behind a closed one",
            'cells in pairs of ", and "" for one inside',
        ) from None


def _separator(text: str, known: Callable[[str], bool]) -> tuple[str, int]:
    """Tell the separator by the heading that has the most known words, and where the rows begin.

    Excel understands a first line `sep=;` and does not show it.
    """
    line = text[:10_000].split("\n", 1)[0].rstrip("\r")
    if line.lower().startswith("sep=") and len(line) == 5 and line[4] in _SEPARATORS:
        return line[4], text.index("\n") + 1 if "\n" in text else len(text)
    heading = next((candidate for candidate in text[:10_000].splitlines() if candidate.strip(" ;,\t")), "")

    def score(separator: str) -> tuple[int, int]:
        cells = heading.split(separator)
        return sum(known(cell.strip().strip('"')) for cell in cells), len(cells)

    return max(_SEPARATORS, key=score), 0


def _no_text() -> FileRefused:
    return FileRefused("FILE_NOT_A_SPREADSHEET", "it is neither a workbook nor text", _EXPECTED)
