"""What an operation may cost: how many objects may come, counted from its fields, list sizes and variables alone.

A page counts with its `first`, a list of municipalities or roles that is asked for with its length, all else with what such a
list has at most in practice (`SIZES`). Sizes multiply on the way down. Scalars cost nothing: they come with their object.
"""

from collections.abc import Mapping
from typing import Any, Final

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

from schema.binding import arguments_of

MUNICIPALITIES: Final = 98
ROLES: Final = 14
"""Roles of a coverage where none are named."""
OF_A_REGION: Final = 29
OF_A_VENDOR: Final = 50
OF_A_TASK: Final = 4
SIZE: Final = 5
"""Objects in a list of which nothing else is said."""
SIZES: Final[Mapping[tuple[str, str], int]] = {
    ("Municipality", "assignments"): 20,
    ("Municipality", "roles"): 20,
    ("Municipality", "tasks"): 50,
    ("Project", "tasks"): 30,
    ("Gallery", "roles"): 30,
    ("TaskProgress", "municipalities"): MUNICIPALITIES,
    ("Person", "tasks"): 20,
    ("Impact", "holdings"): 10,
    ("Impact", "tasks"): 20,
    ("Difference", "changes"): 100,
    ("Query", "roles"): 10,
    ("Customer", "contacts"): 10,
    ("Customer", "uses"): 2,
    ("Contact", "others"): 1,
    ("Contact", "steps"): 4,
    ("Me", "systems"): 2,
    ("TaskProgress", "customers"): OF_A_VENDOR,
    ("Answer", "accountable"): 2,
    ("Answer", "reach"): 3,
    ("Answer", "steps"): 4,
    ("Step", "facts"): 2,
    ("Cell", "holders"): 2,
    ("Cell", "assignments"): 2,
    ("Cell", "standIns"): 1,
    ("RoleMap", "nodes"): 48,
    ("RoleMap", "edges"): 60,
    ("HandedOver", "openTasks"): 20,
    ("PersonLeft", "ended"): 10,
    ("PersonLeft", "appointed"): 10,
    ("PersonErased", "ended"): 10,
    ("PersonErased", "appointed"): 10,
}
OF_A_CHANGE: Final[Mapping[str, int]] = {"answers": ROLES, "cells": ROLES}
"""What a change shows: those of a municipality's roles …"""
_EVERYWHERE: Final = {"answers": MUNICIPALITIES, "cells": MUNICIPALITIES}
OF_CHANGES: Final[Mapping[str, Mapping[str, int]]] = {
    "correct": _EVERYWHERE,
    "defineRole": _EVERYWHERE,
    "escalateRole": _EVERYWHERE,
    "retract": _EVERYWHERE,
    "undo": {"answers": 100, "cells": 100, "facts": 100},
}
"""… but for these, by their mutation."""
_GRIDS: Final = frozenset({"responsibility", "answer", "coverage", "cells", "gaps", "difference"})
"""Root fields that ask for roles × municipalities; a subscription's coverage has the sizes that its root field was asked for."""


def cost_of(
    schema: GraphQLSchema,
    fragments: Mapping[str, FragmentDefinitionNode],
    operation: OperationDefinitionNode,
    variables: dict[str, Any],
) -> int:
    """Count the objects that a valid operation may bring; it is within `schema.limits`, so it can be written out."""
    root = schema.get_root_type(operation.operation)
    if root is None:
        return 0
    return _Counter(schema, fragments, variables).selection(operation.selection_set, root, {})


class _Counter:
    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], variables: dict[str, Any]
    ) -> None:
        self._schema, self._fragments, self._variables = schema, fragments, variables

    def selection(self, selected: SelectionSetNode, kind: GraphQLNamedType, sizes: Mapping[str, int]) -> int:
        """Count a selection on a type; `sizes` are those of its lists which the fields above decide."""
        total = 0
        for selection in selected.selections:
            one: Node = selection
            if isinstance(one, FieldNode):
                total += self._field(one, kind, sizes)
                continue
            if isinstance(one, FragmentSpreadNode):
                one = self._fragments[one.name.value]
            if isinstance(one, FragmentDefinitionNode | InlineFragmentNode):
                on = one.type_condition
                # An inline fragment may be without one, whatever the library's types say.
                within = kind if on is None else self._schema.type_map[on.name.value]  # type: ignore[redundant-expr]
                total += self.selection(one.selection_set, within, sizes)
        return total

    def _field(self, node: FieldNode, parent: GraphQLNamedType, sizes: Mapping[str, int]) -> int:
        name = node.name.value
        if name.startswith("__"):
            return 0
        definition = parent.fields[name]  # type: ignore[attr-defined]
        named = get_named_type(definition.type)
        if not is_composite_type(named) or node.selection_set is None:
            return 0
        try:
            given = arguments_of(definition, node, self._variables) if definition.args else {}
        except GraphQLError:  # said where the field is compiled
            given = {}
        if parent is self._schema.mutation_type:
            below = OF_CHANGES.get(name, OF_A_CHANGE)
        else:
            below = _below(name, given) if definition.args else sizes if name == "coverage" else {}
        count = 1
        if is_list_type(get_nullable_type(definition.type)):
            count = sizes.get(name) or below.get(name) or SIZES.get((parent.name, name), SIZE)
        return count * (1 + self.selection(node.selection_set, named, below))


def _below(name: str, given: Mapping[str, Any]) -> dict[str, int]:
    """Tell how long a field's own list is, by its name, and those of the fields below it."""
    if isinstance(first := given.get("first"), int):
        page = max(first, 0)
        return {"nodes": page, "edges": page, name: page}
    if isinstance(ids := given.get("ids"), list):
        return {name: len(ids)}
    if name not in _GRIDS:
        return {}
    places = _places(given)
    roles = len(given["roles"]) if isinstance(given.get("roles"), list) else ROLES
    if name in ("responsibility", "answer"):
        answers = places * (OF_A_TASK if given.get("task") is not None else 1)
        return {"responsibility": answers, "answers": answers}
    cells = places * roles
    return {
        "cells": cells,
        "gaps": cells // 4 or 1,
        "changes": cells // 4 or 1,
        "municipalities": places,
        "roles": roles,
    }


def _places(given: Mapping[str, Any]) -> int:
    if given.get("municipality") is not None:
        return 1
    if isinstance(given.get("municipalities"), list):
        return len(given["municipalities"])
    if given.get("region") is not None:
        return OF_A_REGION
    return OF_A_VENDOR if given.get("vendor") is not None else MUNICIPALITIES
