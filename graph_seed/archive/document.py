"""The form of a document: one JSON object, one row a line, the same bytes for the same graph.

```
{"head":{"at":…,"counts":{"changes":…,"records":{label: …},"things":{label: …}},"format":"rollegalleri","schema":…,"seq":…,"version":1},
"changes":[
{"arrows":[[type,key]],"label":"Change","properties":{…}},
"things":[
{"arrows":[[type,key]],"label":…,"log":[[type,seq]],"properties":{…}},
"records":[
{"arrows":[[type,key]],"label":…,"log":[[type,seq]],"properties":{…}}
]}
```
(Each section ends with `],`.) Keys are sorted, no blanks, UTF-8, `\\n`. An arrow with properties of its own has them as a third element. `seq` and `at`
are the last change and its instant (null before the first), `schema` the version that the database was migrated to.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from graph_seed.archive.carried import SECTIONS
from graph_seed.archive.errors import DamagedFileError, ForeignFileError, NewerFormatError
from resolvers.errors import shown

FORMAT: Final = "rollegalleri"
VERSION: Final = 1
"""Grows when a reader of the last version could not read the new form; a new label or property does not count."""
LINE_BYTES: Final = 16_000_000
"""The longest line that is read; ours have a few hundred bytes."""
EXPECTED: Final = "a document that `rollegalleri export` or `backup` wrote"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """What a document says of itself."""

    seq: int
    at: str | None
    schema: int
    changes: int
    things: dict[str, int] = field(default_factory=dict)
    records: dict[str, int] = field(default_factory=dict)

    def line(self) -> bytes:
        """Write it."""
        counts = {"changes": self.changes, "things": self.things, "records": self.records}
        head = {"format": FORMAT, "version": VERSION, "schema": self.schema, "seq": self.seq, "at": self.at}
        return encode({"head": {**head, "counts": counts}})[:-1] + b",\n"

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return self.changes + sum(self.things.values()) + sum(self.records.values())

    @property
    def summary(self) -> str:
        """Say what is in it, for a person."""
        things, records = sum(self.things.values()), sum(self.records.values())
        last = f", the last of {self.at}" if self.at else ""
        return f"{self.changes} changes{last}, {things} things and {records} records"


def encode(row: object) -> bytes:
    """Write a row as every document has it."""
    return orjson.dumps(row, option=orjson.OPT_SORT_KEYS)


async def write(head: Head, rows: AsyncIterator[tuple[str, list[bytes]]]) -> AsyncIterator[bytes]:
    """Give a document's bytes, a few thousand rows at a time. `rows` are pages, each with its section, in order."""
    yield head.line()
    left = list(SECTIONS)
    began = False
    yield _opened(left[0])
    async for section, page in rows:
        while left[0] != section:
            left.pop(0)
            yield (b"\n" if began else b"") + b"],\n" + _opened(left[0])
            began = False
        if page:
            yield (b",\n" if began else b"") + b",\n".join(page)
            began = True
    for section in left[1:]:
        yield (b"\n" if began else b"") + b"],\n" + _opened(section)
        began = False
    yield (b"\n" if began else b"") + b"]}\n"


def _opened(section: str) -> bytes:
    return f'"{section}":[\n'.encode()


def begins(line: bytes) -> str:
    """Say how something begins that is not ours, in what can be printed."""
    text = line[:30].decode("utf-8", "replace").strip()
    return f"begins with {shown(text)}" if text else "is empty"


def read_head(line: bytes) -> Head:
    """Read a document's first line. Raises `ForeignFileError`, `NewerFormatError` or `DamagedFileError`."""
    try:
        said = orjson.loads(line.removesuffix(b",\n") + b"}")["head"]
        form, version = said["format"], said["version"]
    except (orjson.JSONDecodeError, TypeError, KeyError):
        raise ForeignFileError(f"something that {begins(line)}", EXPECTED) from None
    if form != FORMAT:
        raise ForeignFileError(f"JSON of the format {str(form)[:30]!r}", EXPECTED)
    if type(version) is not int or version < 1:
        raise DamagedFileError("version", version, f"a number from 1 to {VERSION}")
    if version > VERSION:
        raise NewerFormatError("version", version, VERSION)
    try:
        counts = said["counts"]
        head = Head(
            said["seq"], said["at"], said["schema"], counts["changes"], dict(counts["things"]), dict(counts["records"])
        )
    except (TypeError, KeyError, ValueError):
        raise DamagedFileError("head", line[:30], "seq, at, schema and counts") from None
    numbers = (head.seq, head.schema, head.changes, *head.things.values(), *head.records.values())
    if any(type(number) is not int or number < 0 for number in numbers) or not isinstance(head.at, str | None):
        raise DamagedFileError("head", line[:30], "seq, schema and counts that are numbers, at that is an instant")
    if head.line() != line:
        raise DamagedFileError("head", line[:30], EXPECTED)
    return head


def read_rows(lines: Iterable[bytes]) -> Iterator[tuple[str, int, Row]]:
    """Read what follows the head: each row with its section and its number from 1. `lines` end with `\\n`.

    Stops after the document's last line. Raises `DamagedFileError` for everything that `write` would not have written.
    """
    lines = iter(lines)
    for section in SECTIONS:
        _expect(lines, _opened(section))
        end = b"]}\n" if section == SECTIONS[-1] else b"],\n"
        yield from _section(lines, section, end)


def _expect(lines: Iterator[bytes], expected: bytes) -> None:
    line = next(lines, b"")
    if line != expected:
        raise DamagedFileError("a line", line[:30], f"{expected.decode().strip()}")


def _section(lines: Iterator[bytes], section: str, end: bytes) -> Iterator[tuple[str, int, Row]]:
    number, more = 0, True
    while (line := next(lines, b"")) != end:
        number += 1
        text = line[:-2] if line.endswith(b",\n") else line[:-1]
        if not more or not line.endswith(b"\n"):
            raise DamagedFileError(f"row {number} of {section}", line[:30], f"a line that ends, and {end.decode()!r}")
        more = line.endswith(b",\n")
        yield section, number, _row(text, section, number)
    if more and number:
        raise DamagedFileError(f"row {number + 1} of {section}", line[:30], "another row after a comma")


def _row(text: bytes, section: str, number: int) -> Row:
    try:
        row = orjson.loads(text)
    except orjson.JSONDecodeError:
        row = None
    if not isinstance(row, dict) or encode(row) != text:
        raise DamagedFileError(f"row {number} of {section}", text[:30], "one object a line, as it was written")
    return row
