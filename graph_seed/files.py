"""Reading reference files: a row that is wrong is named by file, row, field and value, with what would be right."""

from __future__ import annotations

import csv
import datetime as dt
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from graph_seed.errors import RowError, SeedError

REFERENCE: Final = Path(__file__).parent / "reference"
_A_DATE: Final = "a date like 2019-12-16"


class Row:
    """One row of a file. `done` refuses the fields that nobody took, which catches misspellings."""

    def __init__(self, file: str, number: int | str, values: Mapping[str, Any]) -> None:
        self.file, self.number, self._values, self._taken = file, number, values, set[str]()

    def wrong(self, field: str, expected: str) -> RowError:
        """Make the error that says that `field` is not what it must be."""
        return RowError(self.file, self.number, field, self._values.get(field), expected)

    def has(self, field: str) -> bool:
        """Tell whether the row has the field, empty or not."""
        return field in self._values

    def maybe_text(self, field: str) -> str | None:
        """Take a text that may be missing."""
        self._taken.add(field)
        value = self._values.get(field)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip() or value != value.strip():
            raise self.wrong(field, "a text, without blanks around it")
        return value

    def text(self, field: str) -> str:
        """Take a text that must be there."""
        value = self.maybe_text(field)
        if value is None:
            raise self.wrong(field, "a text")
        return value

    def choice(self, field: str, allowed: Iterable[str]) -> str:
        """Take one of a few words."""
        value, words = self.text(field), tuple(allowed)
        if value not in words:
            raise self.wrong(field, f"one of {', '.join(words)}")
        return value

    def flag(self, field: str, default: bool | None = None) -> bool:
        """Take true or false."""
        self._taken.add(field)
        value = self._values.get(field, default)
        if not isinstance(value, bool):
            raise self.wrong(field, "true or false")
        return value

    def number_of(self, field: str) -> int:
        """Take a count."""
        self._taken.add(field)
        value = self._values.get(field)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.wrong(field, "a number from 0")
        return value

    def maybe_date(self, field: str) -> str | None:
        """Take a date that may be missing, as ISO text. One with a time of day is refused."""
        self._taken.add(field)
        value = self._values.get(field)
        if value is None:
            return None
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            raise self.wrong(field, _A_DATE)
        return value.isoformat()

    def date(self, field: str) -> str:
        """Take a date that must be there, as ISO text."""
        value = self.maybe_date(field)
        if value is None:
            raise self.wrong(field, _A_DATE)
        return value

    def day_after(self, field: str) -> str:
        """Take a last day, as people write it, and give the first day after, as intervals end here."""
        return (dt.date.fromisoformat(self.date(field)) + dt.timedelta(days=1)).isoformat()

    def items(self) -> list[tuple[str, str]]:
        """Take all fields as pairs of texts."""
        return [(field, self.text(field)) for field in self._values]

    def local_time(self, field: str) -> dt.datetime | None:
        """Take a date with a time of day, without a zone (it is Copenhagen's), that may be missing."""
        self._taken.add(field)
        value = self._values.get(field)
        if value is not None and (not isinstance(value, dt.datetime) or value.tzinfo is not None):
            raise self.wrong(field, "a time in Copenhagen like 2019-07-29T11:33:54")
        return value

    def texts(self, field: str) -> list[str]:
        """Take a list of texts; a missing one is empty."""
        self._taken.add(field)
        values = self._values.get(field, [])
        if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
            raise self.wrong(field, "a list of texts")
        if len(set(values)) < len(values):
            raise self.wrong(field, "each value once")
        return values

    def rows(self, field: str) -> Iterator[Row]:
        """Take a list of rows inside this one."""
        self._taken.add(field)
        values = self._values.get(field, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.wrong(field, "a list of tables")
        for number, value in enumerate(values, 1):
            yield Row(self.file, f"{self.number}, {field} {number}", value)

    def row(self, field: str) -> Row | None:
        """Take a row inside this one that may be missing."""
        self._taken.add(field)
        value = self._values.get(field)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong(field, "a table")
        return Row(self.file, f"{self.number}, {field}", value)

    def done(self) -> None:
        """Refuse fields that nobody took."""
        for field in self._values:
            if field not in self._taken:
                raise self.wrong(field, f"only the fields {', '.join(sorted(self._taken))}")


class File:
    """One reference file: its edition (the day on which a person last reviewed it) and its tables."""

    def __init__(self, name: str, head: Row, tables: Mapping[str, list[Row]]) -> None:
        self.name, self.head, self._tables = name, head, tables
        self.edition = head.date("edition")
        self.source = head.text("source")

    def rows(self, table: str) -> list[Row]:
        """Give the rows of one table; none if the file does not have it."""
        return self._tables.get(table, [])


def _unreadable(path: Path, error: Exception) -> SeedError:
    return SeedError(f"{path} cannot be read: {error}. Nothing was loaded.")


def read_toml(folder: Path, name: str) -> File:
    """Read a file of tables; its top holds `edition` and `source`."""
    try:
        content = tomllib.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unreadable(folder / name, error) from error
    tables = {key: value for key, value in content.items() if isinstance(value, list)}
    head = Row(name, "head", {key: value for key, value in content.items() if key not in tables})
    return File(
        name,
        head,
        {
            key: [Row(name, value.get("code", i), value) for i, value in enumerate(rows, 1)]
            for key, rows in tables.items()
        },
    )


def read_csv(folder: Path, name: str, columns: tuple[str, ...]) -> File:
    """Read a file of one table.

    Lines `# edition: …` and `# source: …` stand before its header. Empty cells are missing.
    """
    try:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(folder / name, error) from error
    notes = dict(line[1:].strip().partition(": ")[::2] for line in lines if line.startswith("#"))
    values: dict[str, Any] = {key: notes[key] for key in ("edition", "source") if key in notes}
    head = Row(name, "head", values)
    try:
        values["edition"] = dt.date.fromisoformat(values.get("edition", ""))
    except ValueError as error:
        raise head.wrong("edition", _A_DATE) from error
    reader = csv.DictReader((line for line in lines if not line.startswith("#")), restkey="more", strict=True)
    if tuple(reader.fieldnames or ()) != columns:
        raise RowError(name, "head", "columns", ",".join(reader.fieldnames or ()), ",".join(columns))
    rows = [Row(name, i, {key: cell for key, cell in row.items() if cell}) for i, row in enumerate(reader, 1)]
    return File(name, head, {"row": rows})
