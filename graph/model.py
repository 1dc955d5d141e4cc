"""What is to be in the graph, before it is: things, records of facts, and the changes that recorded them.

These are plain values, made without a database: the reference files and the demo's generator give them, the loader
compares them with what is there and writes the difference. Dates are ISO strings, half-open; instants are UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final, Literal, NamedTuple

from graph.shape import BY_NAME, kind_of, label_of

Value = str | int | bool | tuple[str, ...]
Properties = Mapping[str, Value]
Origin = Literal["reference", "demo", "api"]


class Arrow(NamedTuple):
    """A relationship that leaves a thing or a record; `protocol` is INTEGRATES' own property."""

    type: str
    target: str
    protocol: str | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """A node with a key that never changes, as it is now."""

    label: str
    key: str
    properties: Properties
    arrows: tuple[Arrow, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One version of a fact. Which change recorded it is the loader's to say."""

    label: str
    key: str
    valid_from: str
    valid_to: str
    properties: Properties
    arrows: tuple[Arrow, ...]

    def holds_on(self, day: str) -> bool:
        """Tell whether the fact is true on this day."""
        return self.valid_from <= day < self.valid_to

    def ended(self, on: str) -> Record:
        """Give the same fact, ended on the day `on` (the first on which it does not hold)."""
        return Record(self.label, self.key, self.valid_from, on, self.properties, self.arrows)


@dataclass(slots=True)
class Change:
    """What one change of the log recorded: things, records, and facts taken back.

    A record supersedes an earlier record of the same key; `retracts`
    are keys of facts that never were true. `at` is an instant like `2019-11-01T07:00:00.000000Z`. `more` are further
    properties of the log's entry, which go before those that are made of the rest.
    """

    at: str
    actor: str
    operation: str
    reason: str | None = None
    things: list[Thing] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    retracts: list[str] = field(default_factory=list)
    more: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a change is about: the kinds of things and facts, and the municipalities; `everywhere` where one has none."""

    kinds: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    everywhere: bool = False

    @classmethod
    def of(cls, nodes: Collection[Thing | Record]) -> Scope:
        """Tell what things and records are about."""
        labels = {node.label for node in nodes}
        where = {_municipality(node) for node in nodes}
        return cls(frozenset(map(kind_of, labels)), frozenset(c for c in where if c is not None), None in where)

    def __or__(self, other: Scope) -> Scope:
        """Put two together."""
        return Scope(self.kinds | other.kinds, self.codes | other.codes, self.everywhere or other.everywhere)

    def told(self) -> dict[str, list[str]]:
        """Give it as the log's entry says it: no municipalities, where it concerns all."""
        return {"kinds": sorted(self.kinds), "municipalities": [] if self.everywhere else sorted(self.codes)}


def scope_of(change: Change) -> Scope:
    """Tell what a change is about. Where a fact was that it takes back only the graph knows: that counts as everywhere."""
    taken = frozenset(kind_of(label) for key in change.retracts if (label := label_of(key)))
    return Scope.of([*change.things, *change.records]) | Scope(taken, everywhere=bool(change.retracts))


def _municipality(node: Thing | Record) -> str | None:
    for arrow in node.arrows:
        if arrow.type in ("IN", "BY", "BELONGS_TO") and arrow.target.startswith("municipality:"):
            return arrow.target.partition(":")[2]
    return None


CLOCKS: Final = frozenset({"key", "fromSeq", "toSeq", "seq", "origin", "validFrom", "validTo"})
"""Properties that are the writer's to set: keys, numbers, periods, and who wrote it."""


def own(node: Mapping[str, Any]) -> dict[str, Value]:
    """Give what a node says beside the writer's properties, lists as tuples."""
    return {name: tuple(v) if isinstance(v, list) else v for name, v in node.items() if name not in CLOCKS}


def digest(*identity: object) -> str:
    """Name something by what it is: 16 hexadecimal digits, the same on every machine and in every run."""
    return blake2b("\x1f".join(map(str, identity)).encode(), digest_size=8).hexdigest()


def fact_key(label: str, *identity: object) -> str:
    """Give the key of the fact that `identity` tells apart from all others of its label."""
    return f"{BY_NAME[label].prefix}:{digest(label, *identity)}"
