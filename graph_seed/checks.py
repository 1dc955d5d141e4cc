"""What must be right before anything is written: references, keys, dates, properties, and chains that end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from graph.model import CLOCKS, Record, Thing
from graph.shape import ARROWS, BY_NAME, Property, label_of
from graph_seed.errors import CircleError, RowError, WaitingError
from resolvers.changes.chains import find_circle, find_waiting

Sources = Mapping[str, str]
"""The file that says a label's things and facts, for messages."""

_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "string": str,
    "date": str,
    "instant": str,
    "integer": int,
    "boolean": bool,
    "strings": tuple,
}
_DECLARED: Final = {(arrow.source, arrow.type): arrow for arrow in ARROWS}


def check(things: Sequence[Thing], records: Sequence[Record], known: Iterable[str], sources: Sources) -> None:
    """Refuse what cannot be true. `known` are the keys of things that are there already. Raises a `SeedError`."""
    _check_keys(things, records, sources)
    keys = {*known, *(thing.key for thing in things)}
    for node in _both(things, records):
        _check_properties(node, sources)
        _check_arrows(node, keys, sources)
    for record in records:
        if not record.valid_from < record.valid_to:
            raise _wrong(record, sources, "validTo", record.valid_to, f"a day after validFrom, {record.valid_from}")
        due = record.properties.get("due")
        if due is not None and str(due) < record.valid_from:
            raise _wrong(record, sources, "due", due, f"a day not before the task's first, {record.valid_from}")
    check_chains(records, sources.get("Escalation", "demo"))
    waiting = find_waiting(record for record in records if record.label == "Requirement")
    if waiting is not None:
        raise WaitingError(sources.get("Requirement", "demo"), waiting[0], tuple(waiting[1]))


def _both(things: Sequence[Thing], records: Sequence[Record]) -> Iterator[Thing | Record]:
    yield from things
    yield from records


def _wrong(node: Thing | Record, sources: Sources, field: str, value: object, expected: str) -> RowError:
    named = node.arrows[0].target if isinstance(node, Record) else node.key
    label = label_of(named) if node.label == "Name" else node.label
    return RowError(sources.get(label or "", "demo"), f"{node.label} of {named}", field, value, expected)


def _check_keys(things: Sequence[Thing], records: Sequence[Record], sources: Sources) -> None:
    seen = set[str]()
    for node in _both(things, records):
        if node.key in seen:
            same = "each fact once" if isinstance(node, Record) else "each code once"
            raise _wrong(node, sources, "key", node.key, same)
        if label_of(node.key) != node.label:
            raise _wrong(node, sources, "key", node.key, f"a key that begins with {BY_NAME[node.label].prefix}:")
        seen.add(node.key)


def _check_properties(node: Thing | Record, sources: Sources) -> None:
    declared = {prop.name: prop for prop in BY_NAME[node.label].properties if prop.name not in CLOCKS}
    for field, value in node.properties.items():
        if field not in declared or not _fits(declared[field], value):
            kinds = {prop.name: prop.type for prop in declared.values()}
            raise _wrong(node, sources, field, value, f"what graph/shape.py declares: {kinds}")
    for prop in declared.values():
        if prop.required and prop.name not in node.properties:
            raise _wrong(node, sources, prop.name, None, f"a value ({prop.type})")


def _fits(prop: Property, value: object) -> bool:
    return isinstance(value, _TYPES[prop.type]) and (prop.type == "boolean") == isinstance(value, bool)


def _check_arrows(node: Thing | Record, keys: set[str], sources: Sources) -> None:
    count = defaultdict[str, int](int)
    for arrow in node.arrows:
        declared = _DECLARED.get((node.label, arrow.type))
        label = label_of(arrow.target)
        if declared is None or label not in declared.targets:
            ends = "no such arrow" if declared is None else f"a key of {' or '.join(declared.targets)}"
            raise _wrong(node, sources, arrow.type, arrow.target, ends)
        if arrow.target not in keys:
            raise _wrong(node, sources, arrow.type, arrow.target, f"the key of a {label} that is there")
        count[arrow.type] += 1
    for (source, kind), declared in _DECLARED.items():
        if source == node.label and not _fits_count(declared.many, count[kind]):
            raise _wrong(node, sources, kind, count[kind], "one" if declared.many == "1" else "at most one")


def _fits_count(many: str, count: int) -> bool:
    return many == "*" or count == 1 or (many == "?" and count == 0)


def check_chains(records: Iterable[Record], where: str) -> None:
    """Refuse a circle over escalation and translation, in any municipality, at any date. Raises `CircleError`."""
    circle = find_circle(records)
    if circle is not None:
        raise CircleError(circle[0] or where, circle[1], tuple(circle[2]))
