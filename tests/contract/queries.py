"""Random valid queries over the gallery's own schema: every way in which GraphQL lets one say the same thing.

What is drawn: root fields and fields below them, aliases, the same response key twice with different selections, named
fragments and inline ones (on the type itself, on its interfaces, on what an interface or union may be, without a type),
`@skip` and `@include` by literal and by variable, `__typename`, connections by all their parts, and arguments by
literal, by variable, by a variable's default, by an absent variable, unset and null. A budget bounds the answer,
since the reference takes one statement for each field of each object.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    parse,
    validate,
)
from hypothesis import assume
from hypothesis import strategies as st

DEEPEST = 4
FIELDS = 15
BUDGET = 400
"""Statements that the reference may take for one query, about."""

ROLES = ["oir-finans-administrator", "role:systemejer-opkraevning", "ØiR funktionspostkasse", "kombit-programleder"]
MUNICIPALITIES = ["0751", "Aabenraa", "municipality:0101", "Høje-Taastrup", "Vesthimmerlands", "0400"]
TASKS = ["oir-basis-01", "task:yr-nulsum", "Etabler brugeradministration på KLIK", "dubu-34-sts-beslut"]
PEOPLE = ["person:db2657383a5b7dcd", "Demo Clara Opdigtsen", "person:1762535404dd69cf", "Demo Lars Påfundsen"]
MAILBOXES = ["mailbox:implementering-kombit", "mailbox:dubu-kombit"]
VENDORS = ["KMD", "vendor:eg", "Københavns Kommune"]
ERP_SYSTEMS = ["opus", "ØS-Indsigt", "erpSystem:prisme"]
IT_SYSTEMS = ["KSD", "FK-ØKO", "itSystem:sapa-overblik", "omsaetningstabel"]
PROJECTS = ["oir-basis", "project:klik-yr", "Monopolbrudsprogrammet"]
IDS = [
    "municipality:0751",
    "role:kombit-programleder",
    "task:oir-basis-00",
    "person:nobody",
    "itSystem:ksd",
    *PEOPLE[:1],
]
NAMED: Mapping[str, list[str]] = {
    "role": ROLES,
    "holdsRole": ROLES,
    "lacksRole": ROLES,
    "escalatesTo": ROLES,
    "roles": ROLES,
    "municipality": MUNICIPALITIES,
    "municipalities": MUNICIPALITIES,
    "task": TASKS,
    "requires": TASKS,
    "person": PEOPLE,
    "standIn": PEOPLE,
    "standsInFor": PEOPLE,
    "mailbox": MAILBOXES,
    "vendor": VENDORS,
    "erpSystem": ERP_SYSTEMS,
    "idempotencyKey": ["a name that nobody gave"],
    "itSystem": IT_SYSTEMS,
    "system": IT_SYSTEMS,
    "uses": IT_SYSTEMS,
    "project": PROJECTS,
    "region": ["Midtjylland", "Sjælland"],
    "gallery": ["1.1", "1.0"],
    "unit": ["Økonomi"],
    "integration": ["sf1590-a-finans"],
    "id": IDS,
    "ids": IDS,
    "around": IDS,
    "text": ["Århus", "øir finans", "kombit"],
}
"""What each argument or filter that names something can say."""
WRONG = ["Atlantis", "vendor:kmd-2", "Ballerupp"]
DATES = ["2019-12-16", "2019-12-31", "2020-01-01", "2024-02-29", "2026-12-01", "2028-06-15"]
INSTANTS = ["2019-12-16", "2021-05-05T12:00:00+02:00", "2026-10-30", "2018-01-01"]
FUTURE = "2031-01-01"
MANY: Mapping[str, int] = {
    "TaskProgress.municipalities": 98,
    "Municipality.roles": 14,
    "Municipality.assignments": 16,
    "Municipality.tasks": 13,
    "Gallery.roles": 14,
    "Coverage.roles": 3,
    "Query.gaps": 14,
    "Answer.steps": 7,
}
"""How many objects a list has, about; others have few."""
FEW = 4


@dataclass(slots=True)
class Drawn:
    """One query and its variables."""

    query: str
    variables: dict[str, Any]


@dataclass(slots=True)
class _Writer:
    """Writes one operation."""

    draw: Any
    schema: GraphQLSchema
    left: float = BUDGET
    fields: int = FIELDS
    aliases: int = 0
    definitions: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    known: dict[str, list[tuple[str, float]]] = field(default_factory=dict)

    def operation(self) -> Drawn:
        root = self.schema.query_type
        assert root is not None
        names = sorted(root.fields)
        body = []
        for _ in range(self.pick([1, 1, 2, 2, 3])):
            self.fields = max(self.fields, 4)
            body.append(self.one_field(root, root.fields[self.pick(names)], 0, 1) or "__typename")
        if self.chance(10):
            body.append("__typename")
        heading = f"query Asked({', '.join(self.definitions)})" if self.definitions else self.pick(["", "query Asked"])
        return Drawn("\n".join([f"{heading} {{ {' '.join(body)} }}", *self.fragments]), self.variables)

    def pick(self, among: list[Any]) -> Any:
        return self.draw(st.sampled_from(among))

    def chance(self, percent: int) -> bool:
        return bool(self.draw(st.integers(0, 99)) < percent)

    def one_field(self, parent: GraphQLNamedType, found: GraphQLField, depth: int, times: float) -> str | None:
        """Write a field with alias, arguments, directive and selection; None where the budget does not allow it."""
        assert isinstance(parent, GraphQLObjectType) or is_abstract_type(parent)
        name = next(name for name, one in parent.fields.items() if one is found)  # type: ignore[union-attr]
        target = get_named_type(found.type)
        if self.left < times or self.fields <= 0:
            return None
        self.left, self.fields = self.left - times, self.fields - 1
        arguments, first = self.arguments(parent, name, found)
        alias = ""
        if arguments or self.chance(20):
            self.aliases += 1
            alias = f"{self.pick(['a', 'b_', name])}{self.aliases}: "
        below = ""
        if not is_leaf_type(target):
            many = FEW if self.is_list(found) else 1
            below = (
                f" {{ {self.selection(target, depth + 1, times * MANY.get(f'{parent.name}.{name}', many), first)} }}"
            )
        return f"{alias}{name}{arguments}{self.directive()}{below}"

    @staticmethod
    def is_list(found: GraphQLField) -> bool:
        return bool(is_list_type(get_nullable_type(found.type)))

    def selection(self, kind: GraphQLNamedType, depth: int, times: float, first: int) -> str:
        if kind.name.endswith(("Connection", "Edge")) or kind.name == "PageInfo":
            return self.page(kind, depth, times, first)
        parts = [part for _ in range(self.pick([1, 1, 2, 3, 4])) if (part := self.part(kind, depth, times))]
        return " ".join(parts) or "__typename"

    def page(self, kind: Any, depth: int, times: float, first: int) -> str:
        parts = []
        for _ in range(self.pick([1, 2, 3])):
            name = self.pick([*kind.fields, "__typename"])
            if name == "__typename":
                parts.append(name)
                continue
            target = get_named_type(kind.fields[name].type)
            factor = first if name in ("nodes", "edges") else 1
            below = "" if is_leaf_type(target) else f" {{ {self.selection(target, depth, times * factor, first)} }}"
            parts.append(f"{name}{self.directive()}{below}")
        return " ".join(parts)

    def part(self, kind: Any, depth: int, times: float) -> str | None:
        """Write one part of a selection set: a field, a fragment, or `__typename`."""
        if self.chance(12):
            return self.pick(["__typename", "kind_of: __typename"])
        if is_abstract_type(kind) and self.chance(60):
            return self.inline(self.pick(self.overlapping(kind)), depth, times)
        if self.chance(10):
            return self.inline(kind, depth, times)
        if self.chance(12):
            return self.spread(kind, depth, times)
        fields = getattr(kind, "fields", {})
        allowed = [one for one in fields.values() if depth < DEEPEST or is_leaf_type(get_named_type(one.type))]
        return self.one_field(kind, self.pick(allowed), depth, times) if allowed else "__typename"

    def overlapping(self, kind: Any) -> list[Any]:
        """Give the types that a fragment within `kind` can have."""
        possible = list(self.schema.get_possible_types(kind))
        interfaces = {face.name: face for one in possible for face in one.interfaces}
        return [*possible, *(face for _, face in sorted(interfaces.items()))]

    def inline(self, kind: Any, depth: int, times: float) -> str:
        on = f" on {kind.name}"
        return f"...{on}{self.directive()} {{ {self.selection(kind, depth, times, 1)} }}"

    def spread(self, kind: Any, depth: int, times: float) -> str:
        again = [(name, cost) for name, cost in self.known.get(kind.name, []) if cost * times <= self.left]
        if again and self.chance(50):
            name, cost = self.pick(again)
            self.left -= cost * times
        else:
            before = self.left
            body = self.selection(kind, depth, times, 1)
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {kind.name} {{ {body} }}")
            if depth > 1:
                self.known.setdefault(kind.name, []).append((name, max(1.0, (before - self.left) / times)))
        return f"...{name}{self.directive()}"

    def directive(self) -> str:
        if not self.chance(8):
            return ""
        value = self.chance(50)
        said = json.dumps(value) if self.chance(40) else self.variable("Boolean!", value)
        return f" @{self.pick(['skip', 'include'])}(if: {said})"

    def variable(self, kind: str, value: Any, *, absent: bool = False) -> str:
        """Declare a variable that has this value, by the request or by its default; or that the request leaves out."""
        name = f"v{len(self.definitions)}"
        if absent:
            self.definitions.append(f"${name}: {kind}")
        elif self.chance(25) and not isinstance(value, dict):
            named = self.schema.get_type(kind.strip("[]!"))
            self.definitions.append(f"${name}: {kind} = {_literal(value, named)}")
        else:
            self.definitions.append(f"${name}: {kind}")
            self.variables[name] = value
        return f"${name}"

    def arguments(self, parent: Any, name: str, found: GraphQLField) -> tuple[str, int]:
        """Write a field's arguments; also how many items its page can have."""
        said: dict[str, str] = {}
        first = 20
        for argument, definition in found.args.items():
            if argument == "first":
                first = self.pick([1, 2, 3, 5])
                said[argument] = str(first) if self.chance(60) else self.variable("Int!", first)
            elif argument == "skip":
                said[argument] = str(self.pick([0, 1, 2]))
            elif argument in ("after", "first") or not self.wanted(name, argument, said, definition):
                continue
            else:
                said[argument] = self.argument(argument if argument != "name" else name, definition)
        text = ", ".join(f"{argument}: {value}" for argument, value in said.items())
        return (f"({text})" if text else ""), first

    def wanted(self, name: str, argument: str, said: Mapping[str, str], definition: GraphQLArgument) -> bool:
        """Tell whether to say an argument: what is needed always, what bounds a question always, others by chance."""
        if is_non_null_type(definition.type):
            return True
        if name in ("responsibility", "coverage", "gaps"):
            if argument == "role":
                return self.chance(50)
            if argument == "task":
                return "role" not in said
            if argument == "municipality":
                return self.chance(60)
            if argument == "municipalities":
                return "municipality" not in said
            if argument == "roles":
                return True
            if argument in ("region", "vendor"):
                return False
        return self.chance(35)

    def argument(self, name: str, definition: GraphQLArgument | GraphQLInputField) -> str:
        kind, required = definition.type, is_non_null_type(definition.type)
        bounding = name in ("municipality", "municipalities", "roles", "role", "task")
        if not required and not bounding and self.chance(15):
            return "null" if self.chance(50) else self.variable(str(kind), None, absent=True)
        if self.chance(35):
            value = self.value(name, kind)
            return self.variable(str(kind), value)
        return self.spelled(name, kind)

    def value(self, name: str, kind: Any) -> Any:
        """Draw a value as JSON sends it."""
        named = get_named_type(kind)
        inner = get_nullable_type(kind)
        if is_list_type(inner):
            return [self.value(name, inner.of_type) for _ in range(self.pick([1, 2]))]
        if isinstance(named, GraphQLInputObjectType):
            chosen = self.filtered(named)
            return {key: self.filter_value(key, definition) for key, definition in chosen}
        if isinstance(named, GraphQLEnumType):
            return self.pick(list(named.values))
        match named.name:
            case "Boolean":
                return self.chance(50)
            case "Int":
                return self.pick([0, 1, 30, 365])
            case "Date":
                return self.pick(DATES)
            case "DateTime":
                return FUTURE if self.chance(3) else self.pick(INSTANTS)
        return self.pick(WRONG) if self.chance(3) else self.pick(NAMED[name])

    def filtered(self, kind: GraphQLInputObjectType) -> list[tuple[str, GraphQLInputField]]:
        names = self.draw(st.lists(st.sampled_from(sorted(kind.fields)), max_size=2, unique=True))
        return [(name, kind.fields[name]) for name in names]

    def filter_value(self, name: str, definition: GraphQLInputField) -> Any:
        return None if self.chance(12) else self.value(name, definition.type)

    def spelled(self, name: str, kind: Any) -> str:
        """Draw a value and write it as a literal; a filter's parts may be variables."""
        named = get_named_type(kind)
        if not isinstance(named, GraphQLInputObjectType):
            return _literal(self.value(name, kind), named)
        parts = []
        for key, definition in self.filtered(named):
            if self.chance(30):
                value = self.variable(str(definition.type), self.value(key, definition.type), absent=self.chance(30))
            else:
                value = _literal(self.filter_value(key, definition), get_named_type(definition.type))
            parts.append(f"{key}: {value}")
        return f"{{{', '.join(parts)}}}"


def _literal(value: Any, kind: GraphQLNamedType | None) -> str:
    if isinstance(kind, GraphQLEnumType) and isinstance(value, str):
        return value
    if isinstance(value, list):
        return f"[{', '.join(_literal(one, kind) for one in value)}]"
    return json.dumps(value, ensure_ascii=False)


@st.composite
def queries(draw: Any, schema: GraphQLSchema) -> Drawn:
    """Draw a valid query."""
    drawn = _Writer(draw, schema).operation()
    assume(not validate(schema, parse(drawn.query)))
    return drawn
