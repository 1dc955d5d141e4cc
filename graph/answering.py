"""Whole operations: every root field of a query in one Cypher statement, and its one record shaped back.

MATCH (counter:Counter {key: 'counter'})      the last committed change: what every read is a snapshot at
WITH counter.seq AS now, …                    `knownAt` of each root field becomes a `seq`
WITH *, COLLECT {…} AS l0, …                  names looked up, with suggestions for those that fit nothing
RETURN now, [l0, …] AS lookups, … AS f0, …    one expression for each root field
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graph.reads import Arguments, Attribute, Gathered, Lookup, Value
from graph.rendering import field as render_field
from graph.rendering import select as render_select
from graph.selection import Field, Select
from graph.shaping import Answered, NullFound, ObjectShape, Shape, record
from graph.templates import Frame, Scope

_SWITCH: Final = re.compile(r"@switch\((\w+)\)")
_KEY: Final = Value("@n.key")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a statement takes from the domain: how each label is looked up by name, and who may see it."""

    lookups: Mapping[str, str]
    visible: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LookupSlot:
    """A look-up that a statement makes: for which response key, of which argument, where its rows come back."""

    root: str
    lookup: Lookup
    field: str
    binding: str
    variable: str


@dataclass(slots=True)
class Operation:
    """A compiled operation: the statement's text and how its record becomes the value of each root field."""

    text: str
    lookups: tuple[LookupSlot, ...]
    shapes: Mapping[str, Shape]
    gathered: Mapping[str, "GatheredShape"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GatheredShape:
    """How a gathered answer is decided and shaped."""

    read: Gathered
    shape: ObjectShape
    nodes: Mapping[str, Sequence[Shape]]
    keyed: Mapping[str, Sequence[Shape]]
    wanted: frozenset[str]
    is_list: bool

    def __call__(self, value: Any, arguments: Arguments) -> Any:
        """Decide what was gathered and shape it as the query selects it."""
        data, rows = value
        nodes: dict[str, Mapping[str, Sequence[Any]]]
        nodes = {kind: _Shaped(self.nodes[kind], dict(found)) for kind, found in rows.items()}
        nodes |= {kind: _Keyed(shapes) for kind, shapes in self.keyed.items()}
        decided: Any = self.read.decide(data, arguments, self.wanted)
        if self.is_list:
            return [self.shape(item, nodes) for item in decided]
        return self.shape(decided, nodes) if decided is not None else None


class _Shaped(dict[str, list[Any]]):
    """Nodes by key, each shaped when it is first looked at: a statement gathers more than an answer shows."""

    def __init__(self, shapes: Sequence[Shape], rows: dict[str, list[Any]]) -> None:
        super().__init__()
        self.shapes, self.rows = shapes, rows

    def __missing__(self, key: str) -> list[Any]:
        shaped = self[key] = [shape(part) for shape, part in zip(self.shapes, self.rows[key], strict=True)]
        return shaped


class _Keyed(dict[str, list[Any]]):
    """Nodes of which nothing is selected but the key, each shaped from it."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        super().__init__()
        self.shapes = shapes

    def __missing__(self, key: str) -> list[Any]:
        shaped = self[key] = [shape(key) for shape in self.shapes]
        return shaped


def operation(
    roots: Sequence[Field], slots: Sequence[LookupSlot], rules: Rules, root_type: str, strict: bool = True
) -> Operation:
    """Render an operation's root fields as one statement; its text does not depend on `strict`, only its shapes do."""
    scope = Scope("", "now", rules.visible, strict=strict)
    lines = ["MATCH (counter:Counter {key: 'counter'})", "WITH counter.seq AS now"]
    clocks: dict[str, tuple[str, str]] = {}
    for i, root in enumerate(roots):
        at, seq = f"{root.binding}.at", "now"
        if root.given and root.given.get("knownAt"):
            seq = f"seq{i}"
            lines.append(f"WITH *, {_seq_at(f'{root.binding}.knownAt')} AS {seq}")
        clocks[root.response] = (at, seq)
    for slot in slots:
        at, seq = clocks[slot.root]
        frame = Frame(Scope(at, seq, rules.visible, scope.numbers), {"q": "q"})
        found = frame.expand(rules.lookups[slot.lookup.label])
        lines.append(f"WITH *, COLLECT {{ UNWIND {slot.binding} AS q {found} }} AS {slot.variable}")
    columns = ["now", f"[{', '.join(slot.variable for slot in slots)}] AS lookups"]
    shapes: dict[str, Shape] = {}
    gathered: dict[str, GatheredShape] = {}
    for i, root in enumerate(roots):
        at, seq = clocks[root.response]
        own = Scope(at, seq, rules.visible, scope.numbers, strict=strict)
        if isinstance(root.read, Gathered):
            text, gathered[root.response] = _gather(root, root.read, own)
        else:
            text, shape = render_field(root, root_type, {}, own)
            shapes[root.response] = shape or (lambda value: value)
        columns.append(f"{text} AS f{i}")
    return Operation("\n".join([*lines, "RETURN " + ",\n  ".join(columns)]), tuple(slots), shapes, gathered)


def keys_found(variable: str, many: bool) -> str:
    """Give the Cypher for what a look-up found: the best candidate's key, or the keys of all names asked."""
    if many:
        return f"[row IN {variable} WHERE size(row[1]) > 0 | row[1][0][0]]"
    return f"{variable}[0][1][0][0]"


def _seq_at(parameter: str) -> str:
    latest = f"MATCH (c:Change) WHERE c.at <= {parameter} RETURN c.seq AS s ORDER BY c.at DESC, c.seq DESC LIMIT 1"
    return f"coalesce(head(COLLECT {{ {latest} }}), 0)"


def _gather(root: Field, read: Gathered, scope: Scope) -> tuple[str, GatheredShape]:
    """Render a gathered question, its `@nodes(Kind: list, …)` written out as what is selected of those nodes."""
    selects: dict[str, list[Select]] = {}
    wanted: set[str] = set()
    if not isinstance(root.select, Select):
        raise TypeError(f"{root.name} gathers objects, but nothing can be selected of it")
    shape = _objects(root.select, selects, wanted, scope.strict)
    template = _switched(read, read.cypher(root.given or {}), wanted)
    before, _, rest = template.partition("@nodes(")
    kinds, _, after = rest.partition(")")
    frame = Frame(scope, {}, root.binding, root.found)
    node_shapes: dict[str, list[Shape]] = {kind: [] for kind in selects}
    keyed = {kind: shapes for kind, chosen in selects.items() if (shapes := _shapes_of_keys(chosen, scope.strict))}
    entries = []
    for entry in filter(None, (part.strip() for part in kinds.split(","))):
        kind, _, source = entry.partition(":")
        if kind not in selects or kind in keyed:
            continue
        joins: list[str] = []
        node = frame.variable(f"node{kind}")
        rendered = [render_select(chosen, {"n": node}, scope.inside(joins)) for chosen in selects[kind]]
        node_shapes[kind] = [shape for _, shape in rendered]
        row = f"[{node}.key, [{', '.join(text for text, _ in rendered)}]]"
        entries.append(
            f"{kind}: COLLECT {{ UNWIND {frame.expand(source.strip())} AS {node} {' '.join(joins)} RETURN {row} AS row }}"
        )
    if missing := selects.keys() - keyed.keys() - {entry.partition(":")[0] for entry in entries}:
        raise LookupError(
            f"{root.name} can be asked for {', '.join(sorted(missing))}, but its statement gathers no such nodes"
        )
    text = f"{frame.expand(before)}{{{', '.join(entries)}}}{frame.expand(after)}"
    return f"head(COLLECT {{ {text} }})", GatheredShape(
        read, shape, node_shapes, keyed, frozenset(wanted), root.is_list
    )


def _switched(read: Gathered, template: str, wanted: set[str]) -> str:
    """Write out what the template asks about the selection: `@ahead`, `@switch(name)`."""
    template = template.replace("@ahead", str(bool(wanted & read.ahead)).lower())
    return _SWITCH.sub(lambda found: str(bool(wanted & read.switches.get(found[1], wanted))).lower(), template)


def _shapes_of_keys(chosen: Sequence[Select], strict: bool) -> list[Shape]:
    """Shape nodes from their keys where nothing else is selected of them; empty where the database has to be asked."""
    shapes = []
    for selected in chosen:
        fields = next(iter(selected.by_type.values()), ())
        if len(selected.by_type) != 1 or not all(f.read is None or f.read == _KEY for f in fields):
            return []
        typename = next(iter(selected.by_type))
        shape = record(typename, [f.response for f in fields], (), (), strict)
        shapes.append(_of_key(shape, [None if f.read == _KEY else typename for f in fields]))
    return shapes


def _of_key(shape: Shape, row: Sequence[str | None]) -> Shape:
    return lambda key: shape([key if name is None else name for name in row])


def _objects(selected: Select, selects: dict[str, list[Select]], wanted: set[str], strict: bool) -> ObjectShape:
    """Make the shape of a value object; selections of nodes are added to `selects`, by the type that the field declares."""
    by_type = {
        typename: _object(typename, fields, selects, wanted, strict) for typename, fields in selected.by_type.items()
    }
    if len(by_type) == 1:
        return next(iter(by_type.values()))
    return lambda value, nodes: by_type[type(value).__name__](value, nodes)


def _object(
    typename: str, fields: Sequence[Field], selects: dict[str, list[Select]], wanted: set[str], strict: bool
) -> ObjectShape:
    makers = [
        (f.response, f.required and strict, _leaf(f), _attribute(typename, f, selects, wanted, strict)) for f in fields
    ]
    wanted.update(f.name for f in fields)

    def shaped(value: Any, nodes: Mapping[str, Mapping[str, Sequence[Any]]]) -> Any:
        answer = {}
        for response, needed, leaf, make in makers:
            made = leaf(value) if leaf else make(value, nodes)
            if made is None and needed:
                raise NullFound
            answer[response] = made
        return answer if strict else Answered(typename, answer)

    return shaped


def _leaf(selected: Field) -> Callable[[Any], Any] | None:
    """Give what reads a field that needs no nodes, without a call in between."""
    return selected.read.get if isinstance(selected.read, Attribute) and selected.select is None else None


def _attribute(
    typename: str, selected: Field, selects: dict[str, list[Select]], wanted: set[str], strict: bool
) -> ObjectShape:
    if selected.read is None:
        return lambda _value, _nodes: typename
    if not isinstance(selected.read, Attribute):
        kind = selected.select.named if isinstance(selected.select, Select) else selected.name
        raise TypeError(f"{typename}.{selected.name} is a field of a value object, but is read as {kind}")
    get = selected.read.get
    if selected.select is None:
        return lambda value, _nodes: get(value)
    if not isinstance(selected.select, Select):
        raise TypeError(f"{typename}.{selected.name}: a value object has no connections")
    if selected.read.node:
        kind = selected.select.named
        chosen = selects.setdefault(kind, [])
        index = len(chosen)
        chosen.append(selected.select)
        if selected.is_list:
            return lambda value, nodes: [nodes[kind][key][index] for key in get(value)]
        return lambda value, nodes: None if (key := get(value)) is None else nodes[kind][key][index]
    below = _objects(selected.select, selects, wanted, strict)
    if selected.is_list:
        return lambda value, nodes: None if (items := get(value)) is None else [below(item, nodes) for item in items]
    return lambda value, nodes: None if (item := get(value)) is None else below(item, nodes)
