"""Which fact of the map a row is about: the same one with other days, or a new one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from graph.basis import Row as Fact
from graph.model import Arrow, Record, Value
from graph.shape import OPEN_DATE
from graph_seed.exchange.matching import How
from graph_seed.exchange.result import Row, SheetRead
from resolvers.changes.operation import overlaps, target

MOST: Final = 100
"""Rows of one sheet about one role in one municipality: each is held against all others of the place."""


@dataclass(eq=False, slots=True)
class Ask:
    """What a row asks for, with names found. `until` is None where the file has no such column: then it says nothing.

    `properties` are those that the row says (None: it has none), `arrows` what it points at; `carrier` likewise, by type.
    """

    sheet: SheetRead
    row: Row
    label: str
    since: str
    until: str | None
    arrows: dict[str, str | None]
    what: str
    properties: Mapping[str, Value | None] = field(default_factory=dict)
    how: How | None = None
    fact: Fact | None = None
    key: str | None = None

    @property
    def ends(self) -> str:
        """The first day on which it does not hold any more."""
        return self.until or (self.fact.record.valid_to if self.fact else OPEN_DATE)

    def wanted(self) -> Record:
        """Give the fact as the row would have it, of the fact that it is about."""
        assert self.fact is not None  # noqa: S101 -- asked of rows that are about one
        was = self.fact.record
        properties: dict[str, Any] = {**was.properties, **self.properties}
        arrows = tuple(
            Arrow(arrow.type, self.arrows.get(arrow.type) or arrow.target)
            for arrow in was.arrows
            if self.arrows.get(arrow.type, arrow.target) is not None
        )
        drawn = {arrow.type for arrow in arrows}
        arrows += tuple(Arrow(kind, end) for kind, end in self.arrows.items() if end is not None and kind not in drawn)
        told = {name: value for name, value in properties.items() if value is not None}
        return replace(was, valid_from=self.since, valid_to=self.ends, properties=told, arrows=arrows)


Fits = Callable[[Ask, Record], bool]


def _exactly(ask: Ask, record: Record) -> bool:
    return ask.since == record.valid_from and ask.until in (None, record.valid_to)


def _first(ask: Ask, record: Record) -> bool:
    return ask.since == record.valid_from


def _last(ask: Ask, record: Record) -> bool:
    return (ask.until or OPEN_DATE) == record.valid_to and ask.since < record.valid_to


def _partly(ask: Ask, record: Record) -> bool:
    return overlaps(record, ask.since, ask.until or OPEN_DATE)


def claim(asks: Sequence[Ask], facts: Sequence[Fact], by: Sequence[str], alike: Fits | None = None) -> list[Fact]:
    """Let each row have the fact that it is about, the surest first, and give those that no row is about.

    `by` are the arrows and properties in which a row and its fact agree. `alike`, if given, tells whether the content is
    near enough for it to be the same although not even the first day is: a row that begins later and says something
    else is another fact.
    """
    groups: defaultdict[tuple[Any, ...], list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[tuple(target(fact.record, name) or fact.record.properties.get(name) for name in by)].append(fact)
    about = [(ask, groups[tuple(ask.arrows.get(name) or ask.properties.get(name) for name in by)]) for ask in asks]
    for fits in (_exactly, _first, _last, _partly):
        sure = alike is None or fits in (_exactly, _first)
        for ask, free in about:
            if ask.fact is not None:
                continue
            for fact in free:
                if fits(ask, fact.record) and (sure or (alike is not None and alike(ask, fact.record))):
                    ask.fact, ask.key = fact, fact.record.key
                    free.remove(fact)
                    break
    return [fact for free in groups.values() for fact in free]
