"""Rows into answers: functions made once for a document, run for every answer.

A statement returns lists, not maps: keys would travel with every row, and Bolt does not keep their order. A function that
is written for the selection (`writing.py`) makes each row an object with its response keys. Where a value is null that the
schema promises, shaping raises `NullFound`, and the caller lets graphql-core complete the answer instead, so that errors and
nulls come out exactly as the specification says, from the library that knows it best.
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import orjson

from graph.params import ParameterError, encode
from graph.selection import PagePart, PageSelect
from graph.writing import Entry, Noted, NullFound, function

Shape = Callable[[Any], Any]
Nodes = Mapping[tuple[str, int], Mapping[str, Any]]
ObjectShape = Callable[[Any, Nodes], Any]


class Answered(dict[str, Any]):
    """An object that graphql-core is to complete: response keys and values, and the type it is of."""

    __slots__ = ("typename",)

    def __init__(self, typename: str, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.typename = typename


class Table(dict[str, Any]):
    """Nodes that many rows refer to by key, sent once; each is shaped when it is first referred to, and then shared.

    A plan keeps its tables: `open` puts an answer's rows in, and nothing else runs until that answer is shaped and `close`
    takes them out again.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self._shape = shape
        self._rows: Mapping[str, Any] = {}

    def open(self, rows: Sequence[tuple[str, Any]]) -> None:
        """Take the rows of another answer, `[key, row]` each."""
        self.clear()
        self._rows = dict(rows)

    def close(self) -> None:
        """Forget the answer."""
        self.open(())

    def __missing__(self, key: str) -> Any:
        row = self._rows.get(key)
        shaped = self[key] = None if row is None else self._shape(row)
        return shaped


class Shown:
    """Whose data an answer holds: the keys of people, noted while it is shaped (docs/decisions/0012).

    A plan keeps one, as it keeps its tables: cleared before an answer is shaped, read after it.
    """

    PEOPLE: Final = ("Person", "person:")
    """The label whose nodes are people, and how their keys begin."""

    def __init__(self) -> None:
        self._keys = set[str | None]()
        self.note: Callable[[str | None], None] = self._keys.add
        """Takes the key of whoever is shown; those of mailboxes, and None, do not count."""

    def note_any(self, found: Any) -> None:
        """Take a key, keys in lists, or None."""
        if isinstance(found, list | tuple):
            for one in found:
                self.note_any(one)
        else:
            self._keys.add(found)

    def clear(self) -> None:
        """Forget the answer."""
        self._keys.clear()

    @property
    def people(self) -> frozenset[str]:
        """The people that were noted."""
        return frozenset(key for key in self._keys if key is not None and key.startswith(self.PEOPLE[1]))


def record(
    typename: str,
    keys: Sequence[str],
    required: Sequence[int],
    fixes: Sequence[tuple[str, Shape]],
    strict: bool,
    typed: bool = False,
    noted: tuple[int, Callable[[str | None], None]] | None = None,
) -> Shape:
    """Make a row into an object: `keys` in the query's order, `required` the positions that may not be null.

    `fixes` are the keys whose value is not final as it comes: nested rows, and values that Python makes. Not `strict`,
    nulls pass and the object keeps its type's name, for graphql-core to complete. A `typed` row ends with that name where
    it is another one than `typename` and matters, else with an empty text. `noted` is the position of a node's key, and what
    is told that it is shown; a key that comes behind the `keys` (and before that name) is no value of the object.
    """
    made = dict(fixes)
    entries = [
        Entry(key, needed=strict and i in required, make="{fix}({a})", names={"fix": made[key]})
        if key in made
        else Entry(key, needed=strict and i in required)
        for i, key in enumerate(keys)
    ]
    more = typed + (noted is not None and noted[0] == len(keys))
    shape: Shape = function(
        "row",
        entries,
        unpack=f"row[:-{more}]" if more else "row",
        noted=Noted((f"row[{noted[0]}]",), noted[1]) if noted else None,
    )
    return shape if strict else lambda row: Answered((typed and row[-1]) or typename, shape(row))


def checked(shape: Shape, required: bool, strict: bool) -> Shape:
    """Let null pass, or refuse it where it is `required` and the caller is `strict`."""
    if not (required and strict):
        return lambda value: None if value is None else shape(value)

    def shaped(value: Any) -> Any:
        if value is None or (answer := shape(value)) is None:
            raise NullFound
        return answer

    return shaped


def each(shape: Shape) -> Shape:
    """Shape every item of a list."""
    return lambda rows: [shape(row) for row in rows]


def tagged(by_type: Mapping[str, Shape]) -> Shape:
    """Shape `[type name, row]` by its type."""
    return lambda value: by_type[value[0]](value[1])


def page_shape(page: PageSelect, connection: str, shapes: Sequence[Shape], continued: bool) -> Shape:
    """Shape `[rows, total, limit]` into a Relay connection; `continued` says that it was asked to begin after a cursor."""

    def shaped(value: Any) -> Any:
        rows, total, limit = value
        more = len(rows) >= limit
        rows = rows[: limit - 1]
        cursors = [encode_cursor(connection, row[0], row[1]) for row in rows]
        first, last = (cursors[0], cursors[-1]) if cursors else (None, None)
        info = {"hasNextPage": more, "hasPreviousPage": continued, "startCursor": first, "endCursor": last}

        def part(wanted: PagePart) -> Any:
            match wanted.name:
                case "nodes":
                    return [shapes[wanted.index](row[2][wanted.index]) for row in rows]
                case "edges":
                    return [{p.response: edge(p, i) for p in wanted.parts} for i in range(len(rows))]
                case "pageInfo":
                    return {p.response: info.get(p.name, p.typename) for p in wanted.parts}
                case "totalCount":
                    return total
                case _:
                    return wanted.typename

        def edge(wanted: PagePart, i: int) -> Any:
            match wanted.name:
                case "node":
                    return shapes[wanted.index](rows[i][2][wanted.index])
                case "cursor":
                    return cursors[i]
                case _:
                    return wanted.typename

        return {wanted.response: part(wanted) for wanted in page.parts}

    return shaped


def noting(page: PageSelect, shape: Shape, note: Callable[[str | None], None]) -> Shape:
    """Tell `note` the keys of people whose cursors a page shows: a cursor holds what the page is sorted by, which is a name."""
    shown = page.below
    ends = [at for name, at in (("startCursor", 0), ("endCursor", -1)) if name in shown]

    def shaped(value: Any) -> Any:
        rows = value[0][: value[2] - 1]
        for row in [*(rows if "cursor" in shown else ()), *(rows[at] for at in ends if rows)]:
            note(row[1])
        return shape(value)

    return shaped


def encode_cursor(connection: str, sort: Any, key: str) -> str:
    """Name a place in a connection: stable under inserts, because it is the sort value and the key, not a number."""
    return base64.urlsafe_b64encode(orjson.dumps([connection, sort, key])).decode()


def decode_cursor(connection: str, cursor: str) -> list[Any] | None:
    """Read a cursor back as `[sort, key]`, or None if it is broken or of another connection or order.

    `connection` names both: `Query.people:NAME`.
    """
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError):
        return None
    if not isinstance(parts, list) or len(parts) != 3 or parts[0] != connection or not isinstance(parts[2], str):
        return None
    if not isinstance(parts[1], str | int) or isinstance(parts[1], bool):
        return None
    try:
        encode(parts)
    except ParameterError:  # made by hand: NUL, or a number beyond 64 bits
        return None
    return parts[1:]
