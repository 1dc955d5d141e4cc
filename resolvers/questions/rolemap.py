"""`roleMap`: boxes and lines for drawing who is around a thing (`resolvers/rolemap.py` chooses what is shown)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graph.reads import Gathered, Lookup
from graph.shape import OPEN_DATE, label_of
from graph.text import fold
from resolvers.coverage import WITHIN, Cell, cells, days_after
from resolvers.errors import InvalidInput
from resolvers.facts import Gallery, Holder, Local
from resolvers.files import cypher
from resolvers.gathering import gallery, locals_of
from resolvers.looks import valid
from resolvers.questions.kinds import KINDS
from resolvers.rolemap import DEEPEST, Box, Drawing, Edge, EdgeKind, Lane, LeftOut, draw

DEPTH: Final = 2
"""So far that a task shows its systems, its roles and their holders."""
_FILES: Final[Mapping[str, Mapping[str, str]]] = {
    "ItSystem": {"around": "thing", "tasks": "system", "uses": "here"},
    "ErpSystem": {"around": "supply", "tasks": "none", "uses": "supply"},
    "Vendor": {"around": "supply", "tasks": "none", "uses": "supply"},
    "Task": {"around": "thing", "tasks": "self", "uses": "here"},
    "Role": {"around": "thing", "tasks": "roles", "uses": "here"},
    "Person": {"around": "holder", "tasks": "roles", "uses": "here"},
    "Mailbox": {"around": "holder", "tasks": "roles", "uses": "here"},
    "Municipality": {"around": "municipality", "tasks": "roles", "uses": "here"},
}
"""For each label that a map can be drawn around, the files that find it and what is near."""
_DOMAINS: Final = {"OIR_FINANS": "FINANS", "OIR_DEBITOR": "DEBITOR"}


@dataclass(frozen=True, slots=True)
class RoleMap:
    """A drawing with its heading."""

    drawing: Drawing
    municipality: str | None
    around: str

    nodes = property(lambda self: self.drawing.nodes)
    edges = property(lambda self: self.drawing.edges)
    left_out = property(lambda self: self.drawing.left_out)


def _statement(given: Mapping[str, Any]) -> str:
    label = label_of(str(given.get("around"))) or ""
    label = label if label in _FILES else "Task"  # another is refused by `_prepare`, before anything is run
    return cypher("rolemap", **_FILES[label]).replace("THING", label)


def _prepare(arguments: Mapping[str, Any]) -> dict[str, Any]:
    around, lanes = arguments["around"], arguments.get("lanes")
    label = label_of(around)
    if label not in _FILES:
        code = "BAD_ID" if label is None else "ID_OF_ANOTHER_TYPE"
        raise InvalidInput(code, "around", around, f"the id of one of {', '.join(_FILES)}, such as task:oir-basis-01")
    if label == "Municipality" and arguments.get("municipality") is not None:
        raise InvalidInput(
            "CONTRADICTION",
            "municipality",
            arguments["municipality"],
            "no other municipality beside the one around which the map is drawn",
        )
    depth = DEPTH if arguments.get("depth") is None else arguments["depth"]
    if not 1 <= depth <= DEEPEST:
        raise InvalidInput("BAD_NUMBER", "depth", depth, f"a number of edges from 1 to {DEEPEST}")
    if lanes == []:
        raise InvalidInput("EMPTY_LIST", "lanes", [], "at least one lane, or no such argument for all")
    return {**arguments, "depth": depth, "near": days_after(arguments["at"], WITHIN)}


def _decide(data: Any, arguments: Mapping[str, Any], _wanted: frozenset[str]) -> RoleMap:
    (roles, ways, where), facts, centre, about, terms, addressed, concerned, uses, titles = data
    around, at = arguments["around"], arguments["at"]
    if not centre:
        label = label_of(around) or ""
        expected = "the id of something that is there; `search` finds it"
        raise InvalidInput(f"UNKNOWN_{label.upper()}", "around", around, expected)
    everywhere = gallery(roles, ways, facts)
    local = next(iter(locals_of(where, facts, at)), None)
    grid = cells(everywhere, local, everywhere.roles, at, ahead=False) if local else []
    edges = [
        *(Edge(system, task, EdgeKind.CONCERNS) for task, system in concerned),
        *(
            Edge(system, r.key, EdgeKind.USED_FOR)
            for domain, system in uses
            for r in everywhere.roles.values()
            if _DOMAINS.get(r.domain) == domain
        ),
        *(Edge(task, role, EdgeKind(kind), inferred) for task, role, kind, inferred in addressed),
        *(Edge(cell.role, holder, EdgeKind.HOLDS) for cell in grid for holder in cell.holders),
        *(Edge(cell.role, holder, EdgeKind.STANDS_IN) for cell in grid for holder in cell.stand_in_holders),
    ]
    middle = frozenset(key for key, _ in centre)
    boxes = [
        *_systems(titles, middle),
        *_tasks(terms, middle),
        *_roles(everywhere, local, grid, at, middle),
        *_holders(local.holders if local else {}, grid, dict(about), centre),
    ]
    starts = dict.fromkeys(everywhere.roles, 1) if label_of(around) == "Municipality" else dict.fromkeys(middle, 0)
    lanes = [Lane(lane) for lane in arguments.get("lanes") or Lane]
    return RoleMap(draw(boxes, edges, starts, arguments["depth"], lanes), local.municipality if local else None, around)


def _systems(titles: Sequence[tuple[str, str]], middle: frozenset[str]) -> list[Box]:
    boxes = [Box(key, Lane.SYSTEM, KINDS[label_of(key) or ""], title, is_centre=key in middle) for key, title in titles]
    return sorted(boxes, key=lambda box: (fold(box.label), box.id))


def _tasks(terms: Sequence[tuple[str, str, str | None, list[str]]], middle: frozenset[str]) -> list[Box]:
    boxes = [
        Box(key, Lane.TASK, "TASK", title, due=due, progress=next(iter(states), None), is_centre=key in middle)
        for key, title, due, states in terms
    ]
    return sorted(boxes, key=lambda box: (box.due or OPEN_DATE, box.id))


def _roles(
    everywhere: Gallery, local: Local | None, grid: Sequence[Cell], at: str, middle: frozenset[str]
) -> list[Box]:
    states = {cell.role: cell.state for cell in grid}
    boxes = []
    for role in everywhere.roles.values():
        translations, _ = valid(local.translations.get(role.key, ()) if local else (), at)
        said = translations[-1].title if translations else None
        boxes.append(
            Box(
                role.key,
                Lane.ROLE,
                "ROLE",
                role.title(at),
                said,
                states.get(role.key),
                is_centre=role.key in middle,
            )
        )
    return boxes


def _holders(
    people: Mapping[str, Holder],
    grid: Sequence[Cell],
    about: Mapping[str, str | None],
    centre: Sequence[tuple[str, str]],
) -> list[Box]:
    """Give the holders and stand-ins in the order of the roles, the holders of each first; the one in the middle too."""
    names = {key: name for key, name in centre if label_of(key) in ("Person", "Mailbox")}
    middle = frozenset(names)
    for cell in grid:
        for key in (*cell.holders, *cell.stand_in_holders):
            names.setdefault(key, people[key].name)
    return [
        Box(key, Lane.HOLDER, KINDS[label_of(key) or ""], name, about.get(key), is_centre=key in middle)
        for key, name in names.items()
    ]


ROLE_MAP: Final = Gathered(
    _statement,
    _decide,
    lookups=(Lookup("municipality", "Municipality"),),
    prepare=_prepare,
    switches={"history": frozenset()},
)
"""The root field's read. A role's state needs what begins within 30 days, and whoever comes to a role that nobody holds."""

VALUES: Final[dict[str, type[Any]]] = {"RoleMap": RoleMap, "MapNode": Box, "MapLine": Edge, "LeftOut": LeftOut}
"""The value objects, by GraphQL type."""
