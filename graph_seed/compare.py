"""Comparing the reference files with what is in the graph: what is new, what changed, what vanished.

Whose was the last word decides: a thing or a fact that somebody changed through the API since is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graph.driver import Statement, Transaction
from graph.model import Arrow, Record, Thing, own
from graph.shape import OPEN_SEQ
from graph_seed.reference import Reference
from graph_seed.writer import NOTHING, There, text_of

LOADER: Final = "reference"
"""The actor of the changes that loading makes."""


@dataclass(slots=True)
class Difference:
    """What is to be written, and what of it is there already."""

    things: list[Thing] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    retracts: list[str] = field(default_factory=list)
    there: There = NOTHING

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to write."""
        return not (self.things or self.records or self.retracts)


@dataclass(frozen=True, slots=True)
class Known:
    """The last record of a fact in the graph: its id if it is believed, `ours` if loading had the last word."""

    record: Record
    open: str | None
    ours: bool


async def compare(transaction: Transaction, reference: Reference) -> Difference:
    """Compare, within the transaction that will write."""
    difference = Difference()
    things = await _known_things(transaction, reference.things)
    difference.things = [thing for thing in reference.things if _changed(thing, things.get(thing.key))]
    facts = await _known_facts(transaction)
    _compare_facts(difference, reference, facts)
    there = {key: known.open for key, known in facts.items() if known.open is not None}
    difference.there = There(frozenset(things), there)
    return difference


def _compare_facts(difference: Difference, reference: Reference, known: Mapping[str, Known]) -> None:
    for record in reference.records:
        was = known.get(record.key)
        if was is None or (was.ours and not (was.open and _same(was.record, record))):
            difference.records.append(record)
    keys = {record.key for record in reference.records}
    for key, was in known.items():
        if key in keys or not was.open or not was.ours:
            continue
        edition = reference.edition(was.record)
        if was.record.valid_from >= edition:
            difference.retracts.append(key)
        elif was.record.valid_to > edition:
            difference.records.append(was.record.ended(edition))


def _changed(thing: Thing, was: tuple[Thing, str | None] | None) -> bool:
    """Tell whether a thing is new, or the files changed it and nobody else did."""
    return was is None or (was[1] == LOADER and not _same(was[0], thing))


def _same(one: Thing | Record, other: Thing | Record) -> bool:
    dates = [(node.valid_from, node.valid_to) for node in (one, other) if isinstance(node, Record)]
    return len(set(dates)) <= 1 and one.properties == other.properties and set(one.arrows) == set(other.arrows)


def _arrows(rows: Iterable[Sequence[Any]]) -> tuple[Arrow, ...]:
    return tuple(Arrow(*row) for row in rows)


async def _known_things(transaction: Transaction, things: Sequence[Thing]) -> dict[str, tuple[Thing, str | None]]:
    """Read things as they are, each with the actor of its last change."""
    labels = {thing.key: thing.label for thing in things}
    statement = Statement("seed known things", text_of("known_things"), {"keys": list(labels)})
    return {
        row["key"]: (
            Thing(labels[row["key"]], row["key"], own(row["properties"]), _arrows(row["arrows"])),
            row["actor"],
        )
        for row in await transaction.run(statement)
    }


async def _known_facts(transaction: Transaction) -> dict[str, Known]:
    known = {}
    statement = Statement("seed known facts", text_of("known_facts"), {"open": OPEN_SEQ})
    for row in await transaction.run(statement):
        node = row["properties"]
        valid = (node["validFrom"], node["validTo"])
        record = Record(row["label"], row["key"], *valid, own(node), _arrows(row["arrows"]))
        ours = node["origin"] == "reference" and row["actor"] == LOADER
        known[row["key"]] = Known(record, row["id"] if node["toSeq"] == OPEN_SEQ else None, ours)
    return known
