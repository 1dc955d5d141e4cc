"""Many times the organisations, for measuring: copies of the demo under codes that no municipality has."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from graph.model import Arrow, Change, Record, Thing, Value, digest
from graph.text import fold
from graph_seed.reference import Reference

_COPIED = ("Municipality", "Person", "Mailbox")


class Copy:
    """One copy of all organisations. `number` is from 1; `operation` is its mark in the log."""

    def __init__(self, number: int, reference: Reference, changes: Sequence[Change]) -> None:
        self.suffix = f"{number:02}"
        self.operation = f"seed scale {self.suffix}"
        self._reference, self._changes = reference, changes

    def change(self, at: str) -> Change:
        """Make the change that brings it: things, names, and the facts that are believed last."""
        change = Change(at, "demo:seed", self.operation)
        municipalities = [thing for thing in self._reference.things if thing.label == "Municipality"]
        people = [thing for one in self._changes for thing in one.things if thing.label in ("Person", "Mailbox")]
        change.things = [self._thing(thing) for thing in (*municipalities, *people)]
        last = {record.key: record for one in self._changes for record in one.records}
        names = [record for record in self._reference.records if record.label == "Name"]
        local = (record for record in (*names, *last.values()) if self._is_local(record))
        change.records = [self._record(record) for record in local]
        return change

    @cached_property
    def _copied(self) -> frozenset[str]:
        things = (*self._reference.things, *(thing for change in self._changes for thing in change.things))
        return frozenset(t.key for t in things if t.label in _COPIED and t.properties.get("demo", True))

    def _is_local(self, record: Record) -> bool:
        return any(arrow.target.startswith("municipality:") for arrow in record.arrows)

    def _key(self, key: str) -> str:
        if key not in self._copied:
            return key
        prefix, _, rest = key.partition(":")
        return f"{prefix}:{digest(rest, self.suffix)}" if prefix == "person" else f"{key}-{self.suffix}"

    def _arrows(self, arrows: Sequence[Arrow]) -> tuple[Arrow, ...]:
        return tuple(Arrow(arrow.type, self._key(arrow.target), arrow.protocol) for arrow in arrows)

    def _thing(self, thing: Thing) -> Thing:
        properties = dict(thing.properties)
        if thing.label == "Municipality":
            properties["code"] = f"{properties['code']}-{self.suffix}"
            title = self._title(str(properties["name"]))
            properties |= {"name": title, "folded": fold(title)}
        return Thing(thing.label, self._key(thing.key), properties, self._arrows(thing.arrows))

    def _title(self, title: str) -> str:
        return f"{title} {self.suffix}"

    def _record(self, record: Record) -> Record:
        properties: dict[str, Value] = dict(record.properties)
        if "slot" in properties:
            code, _, rest = str(properties["slot"]).partition("|")
            properties["slot"] = f"{code}-{self.suffix}|{rest}"
        if record.label == "Name":
            title = self._title(str(properties["title"]))
            properties |= {"title": title, "folded": fold(title)}
        prefix, _, rest = record.key.partition(":")
        key = f"{prefix}:{digest(rest, self.suffix)}"
        return Record(record.label, key, record.valid_from, record.valid_to, properties, self._arrows(record.arrows))
