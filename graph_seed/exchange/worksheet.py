"""One sheet of a workbook, from XML events to rows of cells.

What the sheet says of its own size is not believed: rows and columns are where cells stand that hold something.
"""

from __future__ import annotations

from typing import Final

from graph_seed.exchange.archive import BROKEN
from graph_seed.exchange.cells import Raw, Special
from graph_seed.exchange.errors import FileRefused
from graph_seed.exchange.limits import LONGEST, WIDEST, Limits
from graph_seed.exchange.markup import Attributes, Markup, plain

RawRow = tuple[int, list[Raw]]
"""The row's number as the spreadsheet shows it, and its cells from column A on; empty cells are `""`."""
_MIDNIGHT: Final = ("T00:00:00", "T00:00:00Z", "T00:00:00.000", "T00:00:00.000Z")


class Worksheet:
    """Takes the events of `markup` and gives, by `take`, the rows that were completed since.

    Raises:
        FileRefused: cells beyond the limits, or a sheet that no spreadsheet could have saved.
    """

    def __init__(self, name: str, part: str, strings: list[str], limits: Limits) -> None:
        self.markup = Markup(part, self._start, self._end, limits.cell_characters)
        self._name, self._strings, self._limits = name, strings, limits
        self._done: list[RawRow] = []
        self._columns: dict[str, int] = {}
        self._shared: dict[str, str] = {}
        self._row: list[Raw] = []
        self._number = 0
        self._column = -1
        self._type = "n"
        self._value = ""
        self._pieces: list[str] = []
        self._formula: str | None = None
        self._shares: str | None = None
        self._phonetic = False

    def take(self) -> list[RawRow]:
        """Give the rows that were completed since the last time."""
        done, self._done = self._done, []
        return done

    def _start(self, element: str, attributes: Attributes) -> None:
        if element == "c":
            self._begin_cell(attributes)
        elif element == "v":
            self.markup.gather()
        elif element == "t":
            if not self._phonetic:
                self.markup.gather()
        elif element == "row":
            self._begin_row(attributes)
        elif element == "f":
            self._formula = ""
            self._shares = attributes.get("si") if attributes.get("t") == "shared" else None
            self.markup.gather()
        elif element == "rPh":
            self._phonetic = True
        else:
            self._look_at_size(element, attributes)

    def _look_at_size(self, element: str, attributes: Attributes) -> None:
        if element == "mergeCell":
            self._refuse_merged(attributes.get("ref", ""))
        elif element == "dimension":
            self._check_width(self._index(attributes.get("ref", "A1").rpartition(":")[2]) + 1)
        elif element == "col":
            self._check_width(_whole(attributes.get("max", "1"), self._name))

    def _end(self, element: str) -> None:
        if element == "v":
            self._value = self.markup.gathered()
        elif element == "c":
            self._end_cell()
        elif element == "t":
            if not self._phonetic:
                self._pieces.append(self.markup.gathered())
        elif element == "row":
            if any((cell if isinstance(cell, str) else cell.text).strip() for cell in self._row):
                self._done.append((self._number, self._row))
        elif element == "f":
            self._end_formula()
        elif element == "rPh":
            self._phonetic = False

    def _refuse_merged(self, cells: str) -> None:
        """Refuse cells that were made one: but for the first they are empty, and an empty cell says something."""
        first, _, last = cells.partition(":")
        if last and last != first:
            raise FileRefused(
                "FILE_MERGED_CELLS",
                f"the sheet {self._name[:50]!r} has merged cells ({cells[:40]})",
                "each value in a cell of its own",
            )

    def _begin_row(self, attributes: Attributes) -> None:
        given = attributes.get("r")
        self._number = self._number + 1 if given is None else _whole(given, self._name)
        if self._number > LONGEST:
            raise FileRefused(
                "FILE_TOO_MANY_ROWS",
                f"the sheet {self._name[:50]!r} claims a row {self._number}",
                f"at most {self._limits.rows} rows in a file",
            )
        self._row, self._column = [], -1

    def _begin_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        self._column = self._column + 1 if reference is None else self._index(reference)
        self._type = attributes.get("t", "n")
        self._value, self._formula, self._shares = "", None, None
        self._pieces.clear()

    def _end_formula(self) -> None:
        """Cells that share a formula have its text once, in the first of them."""
        self._formula = self.markup.gathered()
        if self._shares is not None:
            if self._formula:
                self._shared[self._shares] = self._formula
            else:
                self._formula = self._shared.get(self._shares, "")

    def _end_cell(self) -> None:
        raw = self._raw()
        if raw == "":
            return
        missing = self._column - len(self._row)
        if self._column >= self._limits.columns or missing < 0:
            self._misplaced()
        if missing:
            self._row.extend([""] * missing)
        self._row.append(raw)

    def _misplaced(self) -> None:
        if self._column >= self._limits.columns:
            raise FileRefused(
                "FILE_TOO_MANY_COLUMNS",
                f"the sheet {self._name[:50]!r} has something in its column {self._column + 1}, row {self._number}",
                f"at most {self._limits.columns} columns in a sheet",
            )
        raise self._broken("has its cells out of order")

    def _raw(self) -> Raw:
        if self._formula is not None:
            return Special("formula", f"={self._formula}")
        kind, value = self._type, self._value
        if kind == "s":
            return self._string(value) if value else ""
        if kind == "inlineStr":
            return plain("".join(self._pieces))
        if not value:
            return ""
        if kind == "n":
            return _number(value)
        if kind == "str":
            return plain(value)
        if kind == "b":
            return Special("truth", "TRUE" if value == "1" else "FALSE")
        if kind == "d":
            return Special("day", value.partition("T")[0] if value.endswith(_MIDNIGHT) else value)
        return Special("error", value)

    def _string(self, index: str) -> str:
        try:
            return self._strings[int(index)]
        except (ValueError, IndexError):
            raise self._broken("points at a text that is not there") from None

    def _index(self, reference: str) -> int:
        """Give the column of `AB12`, from 0."""
        letters = reference.rstrip("0123456789")
        index = self._columns.get(letters)
        if index is None:
            index = 0
            for letter in letters.replace("$", "").upper():
                if not "A" <= letter <= "Z":
                    raise self._broken(f"has a cell at {reference[:20]!r}")
                index = index * 26 + ord(letter) - 64
                self._check_width(index)
            index -= 1
            self._columns[letters] = index
        return index

    def _check_width(self, columns: int) -> None:
        if columns > WIDEST:
            raise FileRefused(
                "FILE_TOO_MANY_COLUMNS",
                f"the sheet {self._name[:50]!r} claims more than {WIDEST} columns",
                f"at most {self._limits.columns} columns in a sheet",
            )

    def _broken(self, how: str) -> FileRefused:
        return FileRefused("FILE_NOT_A_SPREADSHEET", f"the sheet {self._name[:50]!r} {how}", BROKEN)


def _whole(text: str, sheet: str) -> int:
    if len(text) > 9 or not text.isdecimal():
        raise FileRefused("FILE_NOT_A_SPREADSHEET", f"the sheet {sheet[:50]!r} counts with {text[:20]!r}", BROKEN)
    return int(text)


def _number(text: str) -> Special:
    """Write a number as people would: `101` for `101.0` and for `1.01E2`."""
    if not text.isdecimal():
        try:
            number = float(text)
        except ValueError:
            return Special("error", text)
        if number.is_integer() and abs(number) < 1e15:
            text = str(int(number))
    return Special("number", text)
