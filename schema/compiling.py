"""A GraphQL operation into the tree that the graph renders: fields collected by graphql-core, reads by the registry.

What decides the statement's text is the document, the operation, which variables are null or unset, and the values of
booleans and enums (`fingerprint`); everything else is a parameter. So a plan is made once and serves every request of
the same fingerprint, and Neo4j's own plan cache hits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields

from graph.answering import AS_OF, Operation, operation
from graph.lookups import LookupSlot, keys_found
from graph.reads import Read, Related, is_connection
from graph.selection import Field, PagePart, PageSelect, Select
from graph.shape import is_code, label_of
from schema.binding import Binding, Told, arguments_of, lookups_of
from schema.registry import Registry

Fields = Mapping[str, Sequence[FieldNode]]


@dataclass(slots=True)
class Plan:
    """A compiled operation: its statement (None where only introspection is asked), and how its parameters are made.

    `careful` is the same statement with shapes that leave nulls to graphql-core. `failed` are the root fields that can
    not be compiled: an argument is null that must not be.
    """

    operation: Operation | None
    careful: Operation | None
    bindings: list[Binding | Told]
    roots: list[str]
    others: list[str] = field(default_factory=list)
    failed: dict[str, GraphQLError] = field(default_factory=dict)
    fields: list[Field] = field(default_factory=list)


def fingerprint(value: Any) -> Any:
    """Reduce a variable's value to what may decide a statement's text."""
    if isinstance(value, str):
        # The label of an id decides where `node` looks, and it and a code how a name is looked up.
        return label_of(value) or ("0000" if is_code(value) else "")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Mapping):
        return tuple(sorted((name, fingerprint(item)) for name, item in value.items()))
    if isinstance(value, list):
        return frozenset(fingerprint(item) for item in value)
    if isinstance(value, Enum):
        return value.name
    return type(value).__name__


def compile_operation(
    schema: GraphQLSchema,
    registry: Registry,
    document: DocumentNode,
    chosen: OperationDefinitionNode,
    variables: Mapping[str, Any],
    without: frozenset[str],
) -> Plan:
    """Compile a query or a subscription; the root fields in `without` have failed already and stay out.

    A subscription's field is read as a query's would be, but its statement can also be asked for an earlier change
    (`$p.….asOf`), and one that is declared to find many is read as the list of its events.

    """
    root_type = schema.get_root_type(chosen.operation)
    if root_type is None:
        raise TypeError(f"the schema has no {chosen.operation.value} type")
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    compiler = _Compiler(schema, registry, fragments, dict(variables), root_type)
    collected = collect_fields(schema, fragments, dict(variables), root_type, chosen.selection_set)
    plan = Plan(None, None, compiler.bindings, list(collected))
    roots = []
    for response, nodes in collected.items():
        if nodes[0].name.value.startswith("__"):
            plan.others.append(response)
        elif response not in without:
            compiler.root = response
            try:
                roots.append(compiler.field(root_type, response, nodes))
            except GraphQLError as error:
                plan.failed[response] = error
    if roots and not plan.failed:  # with a failure it is compiled again, without that field
        plan.fields = roots
        plan.operation = operation(roots, compiler.slots, registry.rules, root_type.name)
        plan.careful = operation(roots, compiler.slots, registry.rules, root_type.name, strict=False)
    return plan


def compile_payload(
    schema: GraphQLSchema,
    registry: Registry,
    document: DocumentNode,
    payload: GraphQLObjectType,
    nodes: Sequence[FieldNode],
    variables: Mapping[str, Any],
    shows: Mapping[str, Mapping[str, Any]],
) -> Plan:
    """Compile what is selected of a mutation's answer, as if its fields were root fields: one statement for all of them.

    `shows` are the arguments of the payload's own fields; only their names and kinds decide the text.
    """
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    compiler = _Compiler(schema, registry, fragments, dict(variables), None, payload, shows)
    collected = collect_sub_fields(schema, fragments, dict(variables), payload, list(nodes))
    plan = Plan(None, None, compiler.bindings, list(collected))
    roots = []
    for response, found in collected.items():
        compiler.root = response
        roots.append(compiler.field(payload, response, found))
    plan.operation = operation(roots, compiler.slots, registry.rules, payload.name)
    plan.careful = operation(roots, compiler.slots, registry.rules, payload.name, strict=False)
    return plan


class _Compiler:
    """Walks the selections of one operation once, gathering bindings and look-ups as it goes."""

    def __init__(
        self,
        schema: GraphQLSchema,
        registry: Registry,
        fragments: dict[str, FragmentDefinitionNode],
        variables: dict[str, Any],
        root_type: GraphQLObjectType | None,
        payload: GraphQLObjectType | None = None,
        shows: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.schema, self.registry, self.fragments, self.variables = schema, registry, fragments, variables
        self.root_type, self.payload, self.shows = root_type, payload, shows or {}
        self.root = ""
        self.bindings: list[Binding | Told] = []
        self.slots: list[LookupSlot] = []

    def field(self, parent: GraphQLObjectType, response: str, nodes: Sequence[FieldNode]) -> Field:
        """Compile one response key; `nodes` are its occurrences, to be merged."""
        name = nodes[0].name.value
        if name == "__typename":
            return Field(response, name, None, required=True)
        definition = parent.fields[name]
        read = self.registry.read(parent.name, name)
        inner = definition.type
        required = is_non_null_type(inner)
        inner = inner.of_type if is_non_null_type(inner) else inner
        is_list = is_list_type(inner) or self._is_events(parent, read)
        item = inner.of_type if is_list_type(inner) else inner
        binding, given, found = self._arguments(parent, definition, nodes[0])
        selected = self._select(definition, nodes, is_connection(read))
        return Field(
            response,
            name,
            read,
            required,
            items_required=is_non_null_type(item),
            is_list=is_list,
            binding=binding,
            given=given,
            found=found,
            select=selected,
        )

    def _arguments(
        self, parent: GraphQLObjectType, definition: GraphQLField, node: FieldNode
    ) -> tuple[str | None, Mapping[str, Any] | None, Mapping[str, str] | None]:
        is_root = parent is self.root_type
        is_told = parent is self.payload
        if not definition.args and not is_root and not is_told:
            return None, None, None
        read = self.registry.read(parent.name, node.name.value)
        name = f"a{len(self.bindings)}"
        if is_told:
            self.bindings.append(Told(name, self.root, node.name.value, read))
            given: dict[str, Any] = {**self.shows.get(node.name.value, {}), "knownAt": True}
        else:
            connection = f"{parent.name}.{node.name.value}"
            self.bindings.append(Binding(name, self.root, is_root, connection, definition, node, read))
            given = arguments_of(definition, node, self.variables)
            if is_root and parent is self.schema.subscription_type:
                given = {**given, AS_OF: None}
        found = {}
        for i, lookup in enumerate(lookups_of(read)):
            names = lookup.names(given)
            if not names:  # nothing to look up: leave it out, planning it would cost 50 ms
                found[lookup.argument] = "[]" if lookup.many else "null"
                continue
            variable = f"look{len(self.slots)}"
            by = self.registry.rules.named_by(lookup.label, names)  # part of the fingerprint
            where = f"$p.{name}.look{i}"
            self.slots.append(LookupSlot(self.root, lookup, lookup.field(given), where, variable, by))
            found[lookup.argument] = keys_found(variable, lookup.many)
        return f"$p.{name}", given, found

    def _is_events(self, parent: GraphQLObjectType, read: Read) -> bool:
        return parent is self.schema.subscription_type and isinstance(read, Related) and read.many

    def _select(self, definition: GraphQLField, nodes: Sequence[FieldNode], paged: bool) -> Select | PageSelect | None:
        named = get_named_type(definition.type)
        if is_leaf_type(named):
            return None
        if paged and isinstance(named, GraphQLObjectType):
            return self._page(named, nodes)
        return Select(named.name, {t.name: self._fields(t, nodes) for t in self._possible(named)})

    def _possible(self, named: GraphQLNamedType) -> list[GraphQLObjectType]:
        if isinstance(named, GraphQLInterfaceType | GraphQLUnionType):
            return sorted(self.schema.get_possible_types(named), key=lambda t: t.name)
        if isinstance(named, GraphQLObjectType):
            return [named]
        raise TypeError(f"{named} has no fields to select")

    def _fields(self, runtime: GraphQLObjectType, nodes: Sequence[FieldNode]) -> tuple[Field, ...]:
        return tuple(self.field(runtime, response, found) for response, found in self._collect(runtime, nodes).items())

    def _collect(self, runtime: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Fields:
        return collect_sub_fields(self.schema, self.fragments, self.variables, runtime, list(nodes))

    def _page(self, connection: GraphQLObjectType, nodes: Sequence[FieldNode]) -> PageSelect:
        selections: list[Select] = []
        parts = self._parts(connection, nodes, selections)
        types = self._possible(get_named_type(connection.fields["nodes"].type))
        return PageSelect(connection.name, parts, tuple(selections), tuple(kind.name for kind in types))

    def _parts(
        self, kind: GraphQLObjectType, nodes: Sequence[FieldNode], selections: list[Select]
    ) -> tuple[PagePart, ...]:
        parts = []
        for response, found in self._collect(kind, nodes).items():
            name = found[0].name.value
            if name in ("nodes", "node"):
                target = self._select(kind.fields[name], found, paged=False)
                if not isinstance(target, Select):
                    raise TypeError(f"{kind.name}.{name} holds no nodes")
                selections.append(target)
                parts.append(PagePart(response, name, index=len(selections) - 1))
            elif name in ("edges", "pageInfo"):
                below = get_named_type(kind.fields[name].type)
                if not isinstance(below, GraphQLObjectType):
                    raise TypeError(f"{kind.name}.{name} is no object")
                parts.append(PagePart(response, name, parts=self._parts(below, found, selections)))
            else:
                parts.append(PagePart(response, name, typename=kind.name))
        return tuple(parts)
