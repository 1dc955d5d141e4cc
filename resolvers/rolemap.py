"""The lanes System → Task → Role → Holder around one thing: which boxes, in which order, which are left out.

The walk goes outwards from the thing and never turns back: to the right (towards holders) and to the left (towards
systems), `depth` edges far. So a task, two edges far, shows its systems, roles and holders, but not the other tasks of
its systems. A municipality is the heading, not a box: its roles are one edge away. A lane shows at most `CAP` boxes,
the first in its order, and counts the rest; the thing itself comes first in its lane and is always shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from resolvers.coverage import State

CAP: Final = 12
"""Boxes in a lane: more are not readable (they collapse to "+ n flere")."""
DEEPEST: Final = 3
"""Edges from one end of the lanes to the other."""


class Lane(StrEnum):
    """The lanes, from left to right."""

    SYSTEM = "SYSTEM"
    TASK = "TASK"
    ROLE = "ROLE"
    HOLDER = "HOLDER"


class EdgeKind(StrEnum):
    """Why two boxes are joined."""

    CONCERNS = "CONCERNS"  # the task concerns the system
    USED_FOR = "USED_FOR"  # the ERP system is used for the role's domain
    RESPONSIBLE = "RESPONSIBLE"  # the task addresses the role: it answers
    INVOLVED = "INVOLVED"  # the task addresses the role: it takes part
    HOLDS = "HOLDS"
    STANDS_IN = "STANDS_IN"


class Box(NamedTuple):
    """One thing in a lane. `kind` is what it is (`ThingKind`); what does not apply to it is None."""

    id: str
    lane: Lane
    kind: str
    label: str
    sublabel: str | None = None
    state: State | None = None
    due: str | None = None
    progress: str | None = None
    is_centre: bool = False

    @property
    def node(self) -> str:
        """The key of the thing."""
        return self.id


class Edge(NamedTuple):
    """A line from left to right. `inferred`: our reading, not the task's own text."""

    source: str
    target: str
    kind: EdgeKind
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many boxes of a lane are not shown."""

    lane: Lane
    count: int


class Drawing(NamedTuple):
    """What is drawn."""

    nodes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    left_out: tuple[LeftOut, ...]


def reached(starts: Mapping[str, int], edges: Iterable[Edge], depth: int) -> set[str]:
    """Walk outwards from the starts, each so many edges away already, and give what is at most `depth` away."""
    right: dict[str, list[str]] = {}
    left: dict[str, list[str]] = {}
    for edge in edges:
        right.setdefault(edge.source, []).append(edge.target)
        left.setdefault(edge.target, []).append(edge.source)
    found = {start for start, away in starts.items() if away <= depth}
    for way in (right, left):
        border = {start: away for start, away in starts.items() if away < depth}
        while border:
            steps = {near: away + 1 for box, away in border.items() for near in way.get(box, ())}
            found |= steps.keys()
            border = {box: away for box, away in steps.items() if away < depth}
    return found


def draw(
    boxes: Sequence[Box], edges: Iterable[Edge], starts: Mapping[str, int], depth: int, lanes: Iterable[Lane]
) -> Drawing:
    """Choose what is shown. `boxes` come in the order in which a lane shows them."""
    lines = list(dict.fromkeys(edges))
    near = reached(starts, lines, depth)
    asked = frozenset(lanes)
    nodes: list[Box] = []
    left_out = []
    for lane in Lane:
        here = [box for box in boxes if box.lane is lane and box.id in near and (lane in asked or box.is_centre)]
        here.sort(key=lambda box: not box.is_centre)
        nodes += here[:CAP]
        if lane in asked:
            left_out.append(LeftOut(lane, max(0, len(here) - CAP)))
    place = {box.id: index for index, box in enumerate(nodes)}
    shown = [edge for edge in lines if edge.source in place and edge.target in place]
    shown.sort(key=lambda edge: (place[edge.source], place[edge.target], edge.kind))
    return Drawing(tuple(nodes), tuple(shown), tuple(left_out))
