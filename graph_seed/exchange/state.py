"""The map as it is: what an export writes, and what an import is compared with, read in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from neo4j import Record as Found

from graph import basis
from graph.basis import Node, Row
from graph.clock import NOW
from graph.driver import Statement
from graph.model import Thing
from graph.shape import OPEN_SEQ, padded
from graph.text import fold
from graph_seed.writer import text_of
from resolvers.access import seen, sees_whole
from resolvers.changes.operation import target
from resolvers.context import Viewer

SECONDS: Final = 60.0
"""The most that reading it may take; 50,000 facts take a few."""
Run = Callable[[Statement], Awaitable[Sequence[Found]]]
"""Runs a statement: `Database.read`, or `Transaction.run` under the counter's lock."""


@dataclass(slots=True)
class State:
    """Things by key and facts by where they are said, as they are believed at change `seq`.

    `places` has what is said of a slot: assignments, stand-ins, vacancies, translations, progress, reports, and for an
    import what was said to be right; `usages` the ERP use by municipality, `defined` the definitions by role, `named` the
    names and terms by what is called so, `escalations` all. `partly` has, as they are, those people and mailboxes of whom
    the viewer may not see all: who is not the viewer's own, whether or not anything of them is hidden. A `Node.seq` or
    `Row.from_seq` may be later than `seq` only where the map moved on while it was read.
    """

    seq: int
    things: dict[str, Node] = field(default_factory=dict)
    places: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    usages: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    defined: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    named: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    escalations: list[Row] = field(default_factory=list)
    partly: dict[str, Thing] = field(default_factory=dict)

    def of(self, *labels: str) -> Iterable[Node]:
        """Give the things of some labels."""
        return (node for node in self.things.values() if node.thing.label in labels)

    def said(self, label: str) -> Iterable[Row]:
        """Give the facts of a label that are said of places or by municipalities."""
        groups = self.usages if label == "Usage" else self.places
        return (row for rows in groups.values() for row in rows if row.record.label == label)

    def title(self, key: str, day: str) -> str:
        """Give what a role, task or system is called on a day: its title then, else any, else its code."""
        best: tuple[int, str, str] = (0, "", str(self.things[key].thing.properties.get("code", key)))
        for row in self.named[key]:
            record = row.record
            if record.properties.get("kind", "OFFICIAL") == "OFFICIAL":
                valid = record.holds_on(day)
                best = max(best, (2 if valid else 1, record.valid_from, str(record.properties["title"])))
        return best[2]

    def take(self, label: str, row: Row) -> None:
        """Put a fact where it is looked for."""
        if label in ("Name", "Terms"):
            self.named[str(target(row.record, "NAMES" if label == "Name" else "OF"))].append(row)
        elif label == "Definition":
            self.defined[str(target(row.record, "OF"))].append(row)
        elif label == "Escalation":
            self.escalations.append(row)
        elif label == "Usage":
            self.usages[str(target(row.record, "BY"))].append(row)
        else:
            self.places[str(row.record.properties["slot"])].append(row)


async def read_state(
    run: Run, viewer: Viewer, *, places: Sequence[str] = (), since: str = "", known: str = "", everybody: bool = True
) -> State:
    """Read the map of some municipalities (by code, key or any name; none named: of all) in one statement.

    `since` leaves out facts that have ended by that day; `known` is an instant in UTC as the log keeps them ('': now). Of
    people and mailboxes it has what the viewer may see of them, so that a file tells no more than an answer.
    """
    places = [padded(place.strip()) for place in places]
    params = {
        "places": places,
        "folded": [fold(place) for place in places],
        "since": since,
        "known": known,
        "all": everybody,
    }
    rows = await run(Statement("exchange map", text_of("exchange").replace("NOW", NOW), params, SECONDS))
    state = State(rows[0]["seq"] if rows else 0)
    for found in rows:
        for thing in found["things"]:
            node = basis.node(thing)
            state.things[node.thing.key] = replace(node, thing=seen(viewer, node.thing))
            if not sees_whole(viewer, node.thing):
                state.partly[node.thing.key] = node.thing
        for fact in found["facts"]:
            state.take(fact[1], _believed(fact))
    return state


async def plan_map(run: Run) -> None:
    """Have the statement planned that reads the map: it is asked for no municipality. Raises a `GraphError`."""
    await read_state(run, Viewer(), places=["-"], everybody=False)


def _believed(fact: Any) -> Row:
    """Read a fact as it was believed then: a record that was closed since counts as open."""
    row = basis.row(fact)
    return Row(row.id, row.record, row.from_seq, OPEN_SEQ)
