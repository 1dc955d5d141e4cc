"""What graphql-core itself answers: its own execution, and for each field of each parent a small statement of its own.

The schema is built anew from its SDL, so that neither Strawberry nor our engine takes part: coercion, field collection,
completion, null bubbling, errors with paths and locations are graphql-core's. A field's resolver knows its parent's
nodes by their element ids, puts the field's declaration (`graph/reads.py`) into one statement at the same clock, and
gives what comes back: N+1 on purpose. Lists are ordered by the database, connections sorted and cut here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import neo4j
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    build_schema,
    execute,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    parse,
)
from neo4j.graph import Node, Relationship

from graph.local import Connection
from graph.lookups import LookupSlot, Rules
from graph.params import encode
from graph.reads import Attribute, ByKey, Gathered, Lookup, Made, Paged, Read, Related, Rows, Value
from graph.rendering import filters, order_name
from graph.shape import FACTS, label_of
from graph.shaping import encode_cursor
from graph.templates import Frame, Scope
from resolvers.context import Context, Viewer
from resolvers.errors import InvalidInput
from schema.binding import Binding, arguments_of, check_found, lookups_of
from schema.engine import Engine
from schema.errors import explained
from schema.gallery.schema import sdl


@dataclass(frozen=True, slots=True)
class Clock:
    """The date and the number of the last change that a root field and all below it are asked at."""

    at: str
    seq: int


@dataclass(frozen=True, slots=True)
class Item:
    """A node or row: the values of the variables that its type's fields read."""

    typename: str
    env: Mapping[str, Any]
    clock: Clock


@dataclass(frozen=True, slots=True)
class Decided:
    """A value object that Python decided."""

    typename: str
    value: Any
    clock: Clock


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a connection, cut out of all that there is."""

    items: Sequence[tuple[Item, str]]
    total: int
    more: bool
    continued: bool


class Reference:
    """Answers queries one small statement at a time, through a connection of its own."""

    def __init__(self, server: Connection, engine: Engine, now: datetime) -> None:
        self._driver = neo4j.GraphDatabase.driver(
            server.uri, auth=(server.username, server.password), notifications_min_severity="OFF"
        )
        self._database = server.database
        self._registry, self._now = engine.registry, now
        self.schema = build_schema(sdl())
        self.statements = 0
        kinds = [kind for kind in self.schema.type_map.values() if isinstance(kind, GraphQLObjectType)]
        self.everything = frozenset(name for kind in kinds for name in kind.fields)
        """All names of fields: a question decides everything, whatever of it the query selects."""
        self._seq = 0
        for kind in self.schema.type_map.values():
            if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__") and kind.name != "Mutation":
                for name, field in kind.fields.items():
                    field.resolve = self._resolver(kind, name, field)
            elif is_abstract_type(kind):
                kind.resolve_type = lambda source, info, kind: source.typename

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()
        self._driver.close()

    @property
    def _session(self) -> neo4j.Session:
        if not hasattr(self, "_open"):
            self._open = self._driver.session(database=self._database)
        return self._open

    def answer(self, query: str, variables: Mapping[str, Any] | None = None, name: str | None = None) -> dict[str, Any]:
        """Give the formatted answer."""
        self.statements = 0
        self._seq = self._run("MATCH (c:Counter {key: 'counter'}) RETURN c.seq AS seq", {})[0]["seq"]
        result = execute(
            self.schema, parse(query), variable_values=dict(variables or {}), operation_name=name, context_value=self
        )
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [error.formatted for error in result.errors]
        return answer

    def _resolver(self, kind: GraphQLObjectType, name: str, definition: GraphQLField) -> Any:
        if name in ("nodes", "edges", "pageInfo", "totalCount") and kind.name.endswith("Connection"):
            return lambda source, info, **_: _page_part(source, name)
        if kind.name.endswith("Edge") or kind.name == "PageInfo":
            return lambda source, info, **_: source[name]
        read = self._registry.read(kind.name, name)

        def resolve(source: Any, info: GraphQLResolveInfo, **_: Any) -> Any:
            asking = _Asking(self, kind, definition, read, source, info)
            try:
                return asking.answer()
            except InvalidInput as error:
                raise explained(error, info.schema, DocumentNode(definitions=())) from error

        return resolve

    def _run(self, text: str, params: Mapping[str, Any]) -> list[neo4j.Record]:
        self.statements += 1
        return list(self._session.run(text, {"p": encode(params)}))


class _Asking:
    """One field of one parent."""

    def __init__(
        self,
        reference: Reference,
        kind: GraphQLObjectType,
        definition: GraphQLField,
        read: Read,
        source: Any,
        info: GraphQLResolveInfo,
    ) -> None:
        self.reference, self.read, self.source, self.definition = reference, read, source, definition
        self.kind, self.info = kind, info
        self.target: GraphQLNamedType = get_named_type(definition.type)
        self.node: FieldNode = info.field_nodes[0]
        self.is_root = kind is reference.schema.query_type
        self.params: dict[str, Any] = {"viewer": Viewer().parameters()}
        self.given: Mapping[str, Any] = {}
        self.found: dict[str, str] = {}
        self.meant: dict[str, list[tuple[str, str, str]]] = {}

    def answer(self) -> Any:
        if isinstance(self.read, Attribute):
            return self._attribute(self.read)
        self._arguments()
        self.clock = self._clock() if self.is_root else self.source.clock
        self.params |= {"at": self.clock.at, "seq": self.clock.seq}
        self._lookups()
        if isinstance(self.read, Value | Made | Rows):
            return self._read(self.read)
        return self._found(self.read)

    def _read(self, read: Value | Made | Rows) -> Any:
        match read:
            case Value(cypher):
                ((value,),) = self._query("RETURN {0} AS value", cypher)
                return value
            case Made(make, needs):
                ((values,),) = self._query("RETURN [{0}] AS value", ", ".join(needs))
                return make(*values)
            case Rows(cypher, many):
                ((value,),) = self._query("RETURN {0} AS value", cypher)
                if value is None:
                    return None
                return [self._item({"n": row}) for row in value] if many else self._item({"n": value})

    def _found(self, read: Read) -> Any:
        match read:
            case Related():
                return self._related(read)
            case Paged():
                return self._paged(read)
            case ByKey(many):
                found = [self._by_key(key) for key in self.params["a"]["keys"]]
                return found if many else found[0]
            case Gathered():
                return self._gathered(read)
        raise AssertionError(read)

    def _arguments(self) -> None:
        if not self.definition.args and not self.is_root:
            return
        variables = self.info.variable_values
        connection = f"{self.kind.name}.{self.node.name.value}"
        binding = Binding("a", "", self.is_root, connection, self.definition, self.node, self.read)
        self.given = arguments_of(self.definition, self.node, variables)
        context: Any = Context(None, Viewer(), self.reference._now)  # type: ignore[arg-type]
        self.params["a"] = binding.parameters(variables, context)

    def _clock(self) -> Clock:
        known = self.params["a"].get("knownAt")
        if known is None:
            return Clock(self.params["a"]["at"], self.reference._seq)
        text = "MATCH (c:Change) WHERE c.at <= $p.known RETURN coalesce(max(c.seq), 0) AS seq"
        return Clock(self.params["a"]["at"], self.reference._run(text, {"known": known})[0]["seq"])

    def _lookups(self) -> None:
        for i, lookup in enumerate(lookups_of(self.read)):
            asked = self.params["a"][f"look{i}"]
            self.found[lookup.argument] = f"$p.found{i}"
            keys = [self._look(lookup, one) for one in asked]
            self.params[f"found{i}"] = keys if lookup.many else (keys[0] if keys else None)

    def _look(self, lookup: Lookup, asked: Mapping[str, Any]) -> str:
        frame = Frame(Scope("$p.at", "clock", self._rules.visible), {"q": "q"})
        found = frame.expand(self._rules.lookups["name"][lookup.label])
        text = f"WITH $p.seq AS clock RETURN COLLECT {{ UNWIND $p.asked AS q {found} }} AS rows"
        rows = self.reference._run(text, {**self.params, "asked": [asked]})[0]["rows"]
        slot = LookupSlot("", lookup, lookup.field(self.given), "$p.a", "")
        for problem in check_found((slot,), [rows], self.params).values():
            raise problem
        ((typed, candidates, _),) = rows
        self.meant.setdefault(lookup.argument, []).append((typed, candidates[0][0], candidates[0][1]))
        return str(candidates[0][0])

    @property
    def _rules(self) -> Rules:
        return self.reference._registry.rules

    def _query(self, text: str, *templates: str, **params: Any) -> list[neo4j.Record]:
        """Run one statement over the parent's variables; `{0}`, `{1}` in `text` are the templates, written out."""
        env = {} if self.is_root else self.source.env
        lines, values = _given(env)
        names = {name: f"env_{name}" for name in env}
        frame = Frame(Scope("$p.at", "clock", self._rules.visible), names, "$p.a", self.found)
        written = text
        for i, template in enumerate(templates):
            written = written.replace(f"{{{i}}}", frame.expand(template))
        return self.reference._run("\n".join([*lines, written]), {**self.params, "given": values, **params})

    def _related(self, read: Related) -> Any:
        binds = ", ".join(f"@{parent} AS bound_{child}" for child, parent in read.bind.items())
        where = f" WHERE {read.where}" if read.where else ""
        order = f" ORDER BY {read.order}" if read.order else ""
        template = f"MATCH {read.match}{where} WITH *{order}{'' if read.many else ' LIMIT 1'} RETURN {binds}"
        rows = self._query("{0}", template)
        items = [self._item({child: row[f"bound_{child}"] for child in read.bind}) for row in rows]
        return items if read.many else next(iter(items), None)

    def _paged(self, read: Paged) -> Page:
        order = read.orders[order_name(read, self.given)]
        conditions = [one for one in (read.where, *filters(read.filters, self.given.get("filter"))) if one]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        template = f"MATCH {read.match}{where} RETURN @x AS x, {order.cypher} AS sort, @x.key AS key"
        rows = sorted(self._query("{0}", template), key=lambda row: row["key"])
        rows.sort(key=lambda row: row["sort"], reverse=order.descending)
        total, place = len(rows), self.params["a"].get("cursor")
        if place is not None:
            rows = [row for row in rows if _beyond(row, place, descending=order.descending)]
        first = self.given["first"]
        name = f"{self.kind.name}.{self.node.name.value}:{order_name(read, self.given)}"
        node_type = get_named_type(self.target.fields["nodes"].type)  # type: ignore[attr-defined]
        items = [
            (self._item({"n": row["x"]}, node_type), encode_cursor(name, row["sort"], row["key"]))
            for row in rows[:first]
        ]
        return Page(items, total, len(rows) > first, place is not None)

    def _gathered(self, read: Gathered) -> Any:
        before, _, rest = read.cypher(self.given).partition("@nodes(")
        template = f"{before}{{}}{rest.partition(')')[2]}".replace("@ahead", "true")
        template = re.sub(r"(?ms)^@only\(\w+\)\n(.*?)\n@else\n.*?\n@end$", r"\1", template)
        template = re.sub(r"@switch\(\w+\)", "true", template)  # all there is: what is left out must not matter
        data, _ = self._query("RETURN COLLECT { {0} } AS rows", template)[0]["rows"][0]
        arguments = {**self.params["a"], "meant": self.meant}
        value = read.decide(data, arguments, self.reference.everything)
        return self._wrapped(value)

    def _attribute(self, read: Attribute) -> Any:
        self.clock = self.source.clock
        value = getattr(self.source.value, read.name)
        if not read.node:
            return value if is_leaf_type(self.target) else self._wrapped(value)
        self.params |= {"at": self.clock.at, "seq": self.clock.seq}
        if is_list_type(get_nullable_type(self.definition.type)):
            return [self._by_key(key) for key in value]
        return None if value is None else self._by_key(value)

    def _wrapped(self, value: Any) -> Any:
        def one(item: Any) -> Decided | None:
            return None if item is None else Decided(self.target.name, item, self.clock)

        many = is_list_type(get_nullable_type(self.definition.type))
        return [one(item) for item in value] if many and value is not None else one(value)

    def _by_key(self, key: str) -> Item | None:
        label = label_of(key)
        if label not in self._possible(self.target):
            return None
        upper = " AND $p.seq < n.toSeq" if label in FACTS else ""
        text = f"MATCH (n:{label} {{key: $p.key}}) WHERE n.fromSeq <= $p.seq{upper} RETURN n"
        rows = self.reference._run(text, {**self.params, "key": key})
        return self._item({"n": rows[0]["n"]}) if rows else None

    def _possible(self, kind: GraphQLNamedType) -> list[str]:
        if is_abstract_type(kind):
            return [one.name for one in self.reference.schema.get_possible_types(kind)]
        return [kind.name]

    def _item(self, env: Mapping[str, Any], kind: GraphQLNamedType | None = None) -> Item | None:
        if env["n"] is None:
            return None
        possible = self._possible(kind or self.target)
        typename = possible[0] if len(possible) == 1 else next(one for one in possible if one in env["n"].labels)
        return Item(typename, env, self.clock)


def _given(env: Mapping[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """Bring the parent's nodes, relationships and rows back into a statement."""
    lines = ["WITH $p.seq AS clock"]
    values: dict[str, Any] = {}
    names: Iterator[str] = (f"g{i}" for i in range(1000))

    def expression(value: Any) -> str:
        if isinstance(value, list) and any(isinstance(one, Node | Relationship | list) for one in value):
            return f"[{', '.join(expression(one) for one in value)}]"
        name = next(names)
        if isinstance(value, Node | Relationship):
            pattern = f"({name})" if isinstance(value, Node) else f"()-[{name}]->()"
            lines.append(f"MATCH {pattern} WHERE elementId({name}) = $p.given.{name}")
            values[name] = value.element_id
            return name
        values[name] = value
        return f"$p.given.{name}"

    made = {name: expression(value) for name, value in env.items()}
    if made:
        lines.append("WITH *, " + ", ".join(f"{text} AS env_{name}" for name, text in made.items()))
    return lines, values


def _beyond(row: neo4j.Record, place: Sequence[Any], *, descending: bool) -> bool:
    if row["sort"] == place[0]:
        return bool(row["key"] > place[1])
    return bool(row["sort"] < place[0] if descending else row["sort"] > place[0])


def _page_part(page: Page, name: str) -> Any:
    match name:
        case "nodes":
            return [item for item, _ in page.items]
        case "edges":
            return [{"node": item, "cursor": cursor} for item, cursor in page.items]
        case "totalCount":
            return page.total
        case _:
            return {
                "hasNextPage": page.more,
                "hasPreviousPage": page.continued,
                "startCursor": page.items[0][1] if page.items else None,
                "endCursor": page.items[-1][1] if page.items else None,
            }
