"""Which field reads what: the schema's types against the resolvers' declarations, closed in both directions.

A field without a declaration, a declaration without a field, a value object without the attribute: the schema is
refused when it is built, and the message names what does not fit.
"""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from keyword import iskeyword
from typing import Any, TypeGuard

from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_non_null_type,
    is_object_type,
)

from graph.lookups import Rules
from graph.reads import Attribute, Read, Value, is_connection
from resolvers.access import OWN, Access
from resolvers.changes.operation import Operation

PAGE_TYPES = ("Connection", "Edge")
INTROSPECTION = ("__schema", "__type")


class SchemaMismatch(Exception):
    """The schema and what the resolvers declare do not fit; the message lists every difference."""


@dataclass(frozen=True, slots=True)
class Registry:
    """What the compiler needs to know of a schema: how each field is read, and the domain's rules for statements."""

    reads: Mapping[str, Mapping[str, Read]]
    rules: Rules
    operations: Mapping[str, Operation]
    access: Access

    def read(self, typename: str, field: str) -> Read:
        """Give the declaration of one field."""
        return self.reads[typename][field]


def snake(name: str) -> str:
    """Give the Python name of a GraphQL field: `validTo` → `valid_to`, `from` → `from_`."""
    return re.sub(r"[A-Z]", lambda upper: f"_{upper[0].lower()}", name) + "_" * iskeyword(name)


def build(
    schema: GraphQLSchema,
    reads: Mapping[str, Mapping[str, Read]],
    values: Mapping[str, type[Any]],
    rules: Rules,
    operations: Mapping[str, Operation],
    access: Access,
) -> Registry:
    """Bring schema and declarations together; `values` are the classes of the value objects that Python decides.

    `operations` make the mutations of the same names, `access` has a rule for every field.

    Raises:
        SchemaMismatch: something is missing, left over, or read as what it is not.
    """
    complete: dict[str, Mapping[str, Read]] = dict(reads)
    wrong: list[str] = []
    objects = {
        name: kind
        for name, kind in schema.type_map.items()
        if isinstance(kind, GraphQLObjectType)
        and not name.startswith("__")
        and not name.endswith(PAGE_TYPES)
        and name != "PageInfo"
        and kind is not schema.mutation_type
    }
    for name, kind in objects.items():
        if name in values:
            complete[name] = _attributes(kind, values[name], reads, wrong)
        elif name not in reads:
            wrong.append(f"nothing says how {name} is read")
        else:
            wrong += [f"nothing says how {name}.{field} is read" for field in kind.fields.keys() - reads[name].keys()]
            wrong += [
                f"{name}.{field} is declared, but the schema has no such field"
                for field in reads[name].keys() - kind.fields
            ]
            for field, read in reads[name].items():
                paged = field in kind.fields and get_named_type(kind.fields[field].type).name.endswith("Connection")
                if paged != is_connection(read):
                    wrong.append(f"{name}.{field} is a connection in only one of schema and declaration")
    wrong += [f"{name} is declared, but the schema has no such type" for name in {*reads, *values} - objects.keys()]
    wrong += _mutations(schema, operations)
    wrong += _rules(schema, access)
    _keep_own(schema, complete, access, wrong)
    if wrong:
        raise SchemaMismatch("; ".join(sorted(wrong)))
    return Registry(complete, rules, operations, access)


def _rules(schema: GraphQLSchema, access: Access) -> list[str]:
    """Tell which field has no rule in the table, and which rule no field."""
    wrong = []
    kinds: dict[str, GraphQLObjectType | GraphQLInterfaceType] = {
        name: kind for name, kind in schema.type_map.items() if _has_rules(kind)
    }
    for name, kind in kinds.items():
        own = {*kind.fields, *INTROSPECTION} if kind is schema.query_type else set(kind.fields)
        ruled = set(access.circles.get(name, {}))
        wrong += [f"no rule says who may see {name}.{field}" for field in own - ruled]
        wrong += [f"a rule says who may see {name}.{field}, but the schema has no such field" for field in ruled - own]
    wrong += [f"a rule speaks of {name}, but the schema has no such type" for name in access.circles.keys() - kinds]
    return wrong


def _has_rules(kind: GraphQLNamedType) -> TypeGuard[GraphQLObjectType | GraphQLInterfaceType]:
    """Tell whether a type has lines in the table: pages and edges may be seen as what is on them."""
    is_object = isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    name = kind.name
    return is_object and not name.startswith("__") and not name.endswith(PAGE_TYPES) and name != "PageInfo"


def _keep_own(schema: GraphQLSchema, reads: dict[str, Mapping[str, Read]], access: Access, wrong: list[str]) -> None:
    """Have the fields of the circle `own` read as null where they are somebody else's."""
    for name, circles in access.circles.items():
        own = {field for field, circle in circles.items() if circle == "own" and field in reads.get(name, {})}
        kept = dict(reads[name]) if own else {}
        for field in own:
            read, kind = kept[field], schema.type_map[name]
            nullable = isinstance(kind, GraphQLObjectType) and not is_non_null_type(kind.fields[field].type)
            if name not in OWN or not isinstance(read, Value) or not nullable:
                expected = f"a value that may be null, of {', '.join(OWN)}"
                wrong.append(f"{name}.{field} cannot be kept for its own: it must be {expected}")
            else:
                kept[field] = Value(f"CASE WHEN @own(n:{name}) THEN {read.cypher} END")
        if own:
            reads[name] = kept


def _mutations(schema: GraphQLSchema, operations: Mapping[str, Operation]) -> list[str]:
    """Tell which mutation lacks its operation, or cannot answer with what the operation gives or looks up."""
    fields = schema.mutation_type.fields if schema.mutation_type else {}
    wrong = [f"{name} is in only one of mutations and operations" for name in fields.keys() ^ operations.keys()]
    for name in fields.keys() & operations.keys():
        answers = {kind.name for kind in getattr(get_named_type(fields[name].type), "types", ())}
        if missing := {operations[name].payload, "InvalidInput", "NotAllowed", "Conflict"} - answers:
            wrong.append(f"{name} cannot answer with {', '.join(sorted(missing))}")
    return wrong


def _attributes(
    kind: GraphQLObjectType, owner: type[Any], reads: Mapping[str, Mapping[str, Read]], wrong: list[str]
) -> dict[str, Read]:
    """Read each field of a value object from the attribute of the same name; a field of node type holds a key."""
    known = (
        {f.name for f in dataclasses.fields(owner)}
        if dataclasses.is_dataclass(owner)
        else set(getattr(owner, "_fields", ()))
    )
    attributes: dict[str, Read] = {}
    for name, field in kind.fields.items():
        attribute = snake(name)
        if attribute not in known and not hasattr(owner, attribute):
            wrong.append(f"{kind.name}.{name} needs an attribute {attribute} of {owner.__name__}")
        named = get_named_type(field.type)
        possible = getattr(named, "name", "") in reads or _is_node(named, reads)
        attributes[name] = Attribute(attribute, node=possible)
    return attributes


def _is_node(named: Any, reads: Mapping[str, Mapping[str, Read]]) -> bool:
    """Tell whether an interface or union is one of nodes: all that the graph has are declared with an `id`."""
    if getattr(named, "types", None):
        return all("id" in reads.get(t.name, {}) for t in named.types)
    return bool(getattr(named, "fields", None)) and "id" in named.fields and not is_object_type(named)
