"""Whole operations: every root field of a query in one Cypher statement, and its one record shaped back.

MATCH (counter:Counter {key: 'counter'})      the last change: what every read is a snapshot at (`graph.clock`)
WITH CASE … END AS now, …                     its number, if all of it is there
WITH * WHERE …                                no row, if the asker holds the answer of this version of the map
WITH *, … AS seq0, …                          `knownAt` of each root field becomes a `seq`
WITH *, COLLECT {…} AS look0, …               names looked up, with suggestions for those that fit nothing
WITH *, COLLECT {…} AS table1, …              what many rows refer to, sent once
WITH *, … AS f0                               one expression for each root field
RETURN [now, …], [look0, …] AS lookups, [table1, …] AS tables, f0, …

Each root field has a line of its own: Neo4j 5.26 takes a column of RETURN that counts or collects anywhere below it for an
aggregation, and then refuses whatever else it speaks of.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from graph.clock import NOW
from graph.lookups import LookupSlot, Rules, looked_up
from graph.reads import Arguments, Attribute, Gathered, Page, Value
from graph.rendering import field as render_field
from graph.rendering import order_name
from graph.rendering import select as render_select
from graph.selection import Field, PageSelect, Select
from graph.shape import BESIDE, label_of
from graph.shaping import Answered, Nodes, ObjectShape, Shape, Shown, Table, page_shape
from graph.templates import Frame, Scope, Sent
from graph.writing import Entry, Noted, function

_SWITCH: Final = re.compile(r"@switch\((\w+)\)")
_ONLY: Final = re.compile(r"^@only\((\w+)\)\n(.*?)\n@else\n(.*?)\n@end$", re.DOTALL | re.MULTILINE)
_OUTSIDE: Final = re.compile(r"@\w+")
"""The variables of a template; a `CALL` within `COLLECT` must name those that it uses (Neo4j 5.26 takes `*` for nothing there)."""
_KEY: Final = ("@n.key",)
AS_OF: Final = "asOf"
"""The parameter of a root field that may be read at an earlier change than the last: its number, or null."""
HELD: Final = "held"
"""The parameter with the version of the map of which the asker has the answer already; without it all is answered."""
_UNLESS_HELD: Final = f"WITH * WHERE $p.{HELD} IS NULL OR $p.{HELD} <> [now, moved]"
_BESIDE_THE_MAP: Final = re.compile(rf":({'|'.join(sorted(BESIDE))})\b")

Version = Sequence[int]
"""A state of the map: the number of the last change, and when it last moved without one (`graph.clock`)."""


@dataclass(slots=True)
class Operation:
    """A compiled operation: the statement's text and how its record becomes the value of each root field."""

    text: str
    lookups: tuple[LookupSlot, ...]
    tables: tuple[Table, ...]
    shapes: Mapping[str, Shape]
    gathered: Mapping[str, "GatheredShape"] = field(default_factory=dict)
    of_map: bool = True
    """Whether it reads nothing but what moves with the map's version."""
    shown: Shown = field(default_factory=Shown)

    def open(self, record: Sequence[Any]) -> list[Any]:
        """Take a record for shaping: its tables are opened, the values of its root fields are given in their order."""
        for table, rows in zip(self.tables, record[2], strict=True):
            table.open(rows)
        self.shown.clear()
        return list(record[3:])

    def close(self) -> None:
        """Forget the record."""
        for table in self.tables:
            table.close()
        self.shown.clear()


@dataclass(frozen=True, slots=True)
class GatheredShape:
    """How a gathered answer is decided and shaped."""

    read: Gathered
    shape: ObjectShape
    nodes: Mapping[str, Sequence[Shape]]
    carried: Mapping[str, Sequence[Shape]]
    wanted: frozenset[str]
    is_list: bool

    def __call__(self, value: Any, arguments: Arguments) -> Any:
        """Decide what was gathered and shape it as the query selects it."""
        data, rows = value
        nodes: dict[tuple[str, int], Mapping[str, Any]] = {}
        for kind, found in rows.items():
            by_key = dict(found)
            nodes |= {(kind, i): _Shaped(shape, by_key, i) for i, shape in enumerate(self.nodes[kind])}
        for kind, shapes in self.carried.items():
            known = self.read.carried.get(kind)
            carried = {row[0]: row for row in known[1](data)} if known else None
            nodes |= {(kind, i): _Carried(shape, carried) for i, shape in enumerate(shapes)}
        decided: Any = self.read.decide(data, arguments, self.wanted)
        if self.is_list:
            return [self.shape(item, nodes) for item in decided]
        return self.shape(decided, nodes) if decided is not None else None


class _Shaped(dict[str, Any]):
    """Nodes by key, each shaped when it is first looked at: a statement gathers more than an answer shows.

    A row has a part for every selection of its kind of node; this is one of them.
    """

    def __init__(self, shape: Shape, rows: Mapping[str, Sequence[Any]], part: int) -> None:
        super().__init__()
        self.shape, self.rows, self.part = shape, rows, part

    def __missing__(self, key: str) -> Any:
        shaped = self[key] = self.shape(self.rows[key][self.part])
        return shaped


class _Carried(dict[str, Any]):
    """Nodes of which nothing is selected but what the data has anyhow: by key the row, or the key alone."""

    def __init__(self, shape: Shape, rows: Mapping[str, Sequence[Any]] | None) -> None:
        super().__init__()
        self.shape, self.rows = shape, rows

    def __missing__(self, key: str) -> Any:
        shaped = self[key] = self.shape((key,) if self.rows is None else self.rows[key])
        return shaped


def operation(
    roots: Sequence[Field], slots: Sequence[LookupSlot], rules: Rules, root_type: str, strict: bool = True
) -> Operation:
    """Render an operation's root fields as one statement; its text does not depend on `strict`, only its shapes do."""
    shown = Shown()
    scope = Scope("", "now", rules.visible, strict=strict, shown=shown)
    lines = ["MATCH (counter:Counter {key: 'counter'})", NOW, _UNLESS_HELD]
    clocks: dict[str, tuple[str, str]] = {}
    for i, root in enumerate(roots):
        at, seq = f"{root.binding}.at", "now"
        if root.given and root.given.get("knownAt"):
            seq = f"seq{i}"
            lines.append(f"WITH *, {_seq_at(f'{root.binding}.knownAt')} AS {seq}")
        elif root.given and AS_OF in root.given:
            seq = f"seq{i}"
            lines.append(f"WITH *, coalesce({root.binding}.{AS_OF}, now) AS {seq}")
        clocks[root.response] = (at, seq)
    for slot in slots:
        at, seq = clocks[slot.root]
        lines.append(looked_up(slot, Scope(at, seq, rules.visible, scope.numbers), rules))
    answers: list[str] = []
    tables: list[Sent] = []
    shapes: dict[str, Shape] = {}
    gathered: dict[str, GatheredShape] = {}
    for i, root in enumerate(roots):
        at, seq = clocks[root.response]
        own = Scope(at, seq, rules.visible, scope.numbers, strict=strict, shown=shown)
        if isinstance(root.read, Gathered):
            text, gathered[root.response] = _gather(root, root.read, own, rules, root_type)
        else:
            text, shape = render_field(root, root_type, {}, own)
            shapes[root.response] = shape or (lambda value: value)
        tables += own.tables
        answers.append(f"WITH *, {text} AS f{i}")
    lines += [f"WITH *, {sent.cypher} AS {sent.variable}" for sent in tables]
    lines += answers
    head = [
        "[now, moved] AS version",
        f"[{', '.join(slot.variable for slot in slots)}] AS lookups",
        f"[{', '.join(sent.variable for sent in tables)}] AS tables",
    ]
    text = "\n".join([*lines, "RETURN " + ",\n  ".join([*head, *(f"f{i}" for i in range(len(roots)))])])
    of_map = _BESIDE_THE_MAP.search(text) is None
    return Operation(text, tuple(slots), tuple(sent.table for sent in tables), shapes, gathered, of_map, shown)


def _seq_at(parameter: str) -> str:
    latest = f"MATCH (c:Change) WHERE c.at <= {parameter} AND c.seq <= now RETURN c.seq AS s ORDER BY c.at DESC, c.seq DESC LIMIT 1"
    return f"coalesce(head(COLLECT {{ {latest} }}), 0)"


def _gather(root: Field, read: Gathered, scope: Scope, rules: Rules, root_type: str) -> tuple[str, GatheredShape]:
    """Render a gathered question, its `@nodes(Kind: list, …)` written out as what is selected of those nodes."""
    selects: dict[str, list[Select]] = {}
    wanted: set[str] = set()
    found = _Found(selects, wanted, scope, rules)
    if isinstance(root.select, PageSelect):
        shape = _page(root, read, root_type, root.select, found)
    elif isinstance(root.select, Select):
        shape = _objects(root.select, found)
    else:
        raise TypeError(f"{root.name} gathers objects, but nothing can be selected of it")
    template = _switched(read, read.cypher(root.given or {}), wanted)
    before, _, rest = template.partition("@nodes(")
    kinds, _, after = rest.partition(")")
    frame = Frame(scope, {}, root.binding, root.found)
    node_shapes: dict[str, list[Shape]] = {kind: [] for kind in selects}
    carried = {
        kind: shapes
        for kind, chosen in selects.items()
        if (shapes := _shapes_of_carried(chosen, read.carried[kind][0] if kind in read.carried else _KEY, scope))
    }
    entries = []
    for entry in filter(None, (part.strip() for part in kinds.split(","))):
        kind, _, source = entry.partition(":")
        if kind not in selects or kind in carried:
            continue
        joins: list[str] = []
        node = frame.variable(f"node{kind}")
        rendered = [render_select(chosen, {"n": node}, scope.inside(joins)) for chosen in selects[kind]]
        node_shapes[kind] = [shape for _, shape in rendered]
        row = f"[{node}.key, [{', '.join(text for text, _ in rendered)}]]"
        outside = ", ".join(dict.fromkeys(_OUTSIDE.findall(source)))
        once = f"CALL ({outside}) {{ UNWIND {source.strip()} AS {node} RETURN DISTINCT {node} }}"
        entries.append(f"{kind}: COLLECT {{ {frame.expand(once)} WITH * {' '.join(joins)} RETURN {row} AS row }}")
    if missing := selects.keys() - carried.keys() - {entry.partition(":")[0] for entry in entries}:
        raise LookupError(
            f"{root.name} can be asked for {', '.join(sorted(missing))}, but its statement gathers no such nodes"
        )
    text = f"{frame.expand(before)}{{{', '.join(entries)}}}{frame.expand(after)}"
    return f"head(COLLECT {{ {text} }})", GatheredShape(
        read, shape, node_shapes, carried, frozenset(wanted), root.is_list
    )


def _switched(read: Gathered, template: str, wanted: set[str]) -> str:
    """Write out what the template asks about the selection: `@ahead`, `@switch(name)`, `@only(name) … @else … @end`."""

    def is_on(name: str) -> bool:
        return bool(wanted & read.switches.get(name, wanted))

    template = template.replace("@ahead", str(bool(wanted & read.ahead)).lower())
    template = _ONLY.sub(lambda found: found[2] if is_on(found[1]) else found[3], template)
    return _SWITCH.sub(lambda found: str(is_on(found[1])).lower(), template)


def _shapes_of_carried(chosen: Sequence[Select], columns: Sequence[str], scope: Scope) -> list[Shape]:
    """Shape nodes from `columns` where nothing else is selected of them; empty where the database has to be asked."""
    fields = [f for selected in chosen for fields in selected.by_type.values() for f in fields]
    if not all(f.read is None or (isinstance(f.read, Value) and f.read.cypher in columns) for f in fields):
        return []
    return [_of_carried(selected, columns, scope) for selected in chosen]


def _of_carried(selected: Select, columns: Sequence[str], scope: Scope) -> Shape:
    """Shape a row by the type that its key tells; where no type's name is said, all are shaped alike."""
    by_type = {typename: _part(typename, fields, columns, scope) for typename, fields in selected.by_type.items()}
    variants = list(selected.by_type.values())
    alike = scope.strict and all(v == variants[0] for v in variants) and all(f.read for f in variants[0])
    if alike or len(by_type) == 1:
        return next(iter(by_type.values()))
    return lambda row: by_type[label_of(row[0]) or ""](row)


def _part(typename: str, fields: Sequence[Field], columns: Sequence[str], scope: Scope) -> Shape:
    entries = [
        Entry(f.response, f.required and scope.strict, f"row[{columns.index(f.read.cypher)}]")
        if isinstance(f.read, Value)
        else Entry(f.response, take=repr(typename))
        for f in fields
    ]
    wrap = None if scope.strict else partial(Answered, typename)
    shape: Shape = function("row", entries, wrap=wrap, noted=Noted(("row[0]",), scope.shown.note))
    return shape


@dataclass(slots=True)
class _Found:
    """What walking the selection of a gathered question finds: selections of nodes by the type that the field declares, and
    the names of all fields.
    """

    selects: dict[str, list[Select]]
    wanted: set[str]
    scope: Scope
    rules: Rules


def _page(root: Field, read: Gathered, root_type: str, selected: PageSelect, found: _Found) -> ObjectShape:
    """Make the shape of a connection whose items are value objects; the names of its parts are wanted, too."""
    found.wanted.update(part.name for part in selected.parts)
    shapes = [_objects(one, found) for one in selected.nodes]
    given = root.given or {}
    place = f"{root_type}.{root.name}:{order_name(read, given)}"
    whole = page_shape(selected, place, [lambda made: made] * len(shapes), bool(given.get("after")))

    def shaped(page: Page, nodes: Nodes) -> Any:
        rows = [(sort, key, [shape(item, nodes) for shape in shapes]) for sort, key, item in page.rows]
        return whole((rows + [()] * page.more, page.total, len(rows) + 1))

    return shaped


def _objects(selected: Select, found: _Found) -> ObjectShape:
    """Make the shape of a value object."""
    by_type = {typename: _object(typename, fields, found) for typename, fields in selected.by_type.items()}
    if len(by_type) == 1:
        return next(iter(by_type.values()))
    return lambda value, nodes: by_type[type(value).__name__](value, nodes)


def _object(typename: str, fields: Sequence[Field], found: _Found) -> ObjectShape:
    found.wanted.update(f.name for f in fields)
    entries = [_entry(typename, f, found) for f in fields]
    wrap = None if found.scope.strict else partial(Answered, typename)
    told = found.rules.told.get(typename, {})
    takes = dict.fromkeys(f"value.{name}" for f in fields for name in told.get(f.name, ()))
    noted = Noted(tuple(takes), found.scope.shown.note_any) if takes else None
    shape: ObjectShape = function("value, nodes", entries, wrap=wrap, noted=noted)
    return shape


def _entry(typename: str, selected: Field, found: _Found) -> Entry:
    """Say how a field of a value object is made: from an attribute, which may name nodes or hold objects."""
    key, needed = selected.response, selected.required and found.scope.strict
    if selected.read is None:
        return Entry(key, take=repr(typename))
    if not isinstance(selected.read, Attribute):
        kind = selected.select.named if isinstance(selected.select, Select) else selected.name
        raise TypeError(f"{typename}.{selected.name} is a field of a value object, but is read as {kind}")
    take = f"value.{selected.read.name}"
    if selected.select is None:
        return Entry(key, needed, take)
    if not isinstance(selected.select, Select):
        raise TypeError(f"{typename}.{selected.name}: a value object has no connections")
    names: dict[str, Any] = {}
    if selected.read.node:
        chosen = found.selects.setdefault(selected.select.named, [])
        one, names["place"] = "nodes[{place}][{x}]", (selected.select.named, len(chosen))
        chosen.append(selected.select)
    else:
        one, names["below"] = "{below}({x}, nodes)", _objects(selected.select, found)
    made = f"[{one.replace('{x}', 'x')} for x in {{a}}]" if selected.is_list else one.replace("{x}", "{a}")
    return Entry(key, needed, take, made if needed else f"None if {{a}} is None else {made}", names)
