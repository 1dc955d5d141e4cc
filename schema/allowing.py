"""Which root fields of an operation their viewer may not ask for, by the table of `resolvers/access.py`.

Told by audience and document alone, before anything is read: so it can tell nothing of what is there. Each fragment is
looked at once, however often it is spread.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
)

from resolvers.access import EXPECTED, Access
from resolvers.context import Audience
from resolvers.errors import NotAllowed
from schema.locating import of_itself

CALLED: Final[Mapping[Audience, str]] = {
    "local": "whoever operates the service",
    "kombit": "KOMBIT",
    "municipality": "a municipality",
    "vendor": "a vendor",
    "public": "whoever asks without a token",
}
_HINT: Final = " Did you mean "


def not_allowed(access: Access, audience: Audience, typename: str, field: str) -> NotAllowed:
    """Say that a field is not for an audience, and for whom it is."""
    expected = EXPECTED[access.circle(typename, field)]
    message = f"{typename}.{field}: this is not for {CALLED[audience]}; it takes {expected}."
    return NotAllowed(f"{typename}.{field}", audience, expected, message)


def denied(
    schema: GraphQLSchema,
    access: Access,
    fragments: Mapping[str, FragmentDefinitionNode],
    chosen: OperationDefinitionNode,
    audience: Audience,
) -> dict[str, NotAllowed]:
    """Give the root fields, by response key, that ask for something their audience may not see; the first such thing each.

    Of a mutation's own field, whether it may be made is not looked at: its answer says that, typed (`NotAllowed`), whatever
    is selected of the change that it is not.
    """
    root = schema.get_root_type(chosen.operation)
    if root is None:
        return {}
    looker = _Looker(schema, access, fragments, audience)
    found: dict[str, NotAllowed] = {}
    for node in looker.roots(chosen.selection_set):
        response = node.alias.value if node.alias else node.name.value
        looker.seen = set()
        if looker.is_refused_typed(root, node):
            continue
        place = looker.first(root, node)
        if place is not None:
            found.setdefault(response, not_allowed(access, audience, *place))
    return found


class _Looker:
    def __init__(
        self,
        schema: GraphQLSchema,
        access: Access,
        fragments: Mapping[str, FragmentDefinitionNode],
        audience: Audience,
    ) -> None:
        self.schema, self.access, self.fragments, self.audience = schema, access, fragments, audience
        self.seen: set[str] = set()

    def roots(self, selections: SelectionSetNode) -> Iterator[FieldNode]:
        """Give the fields of a selection, those of fragments too."""
        for node in selections.selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                yield from self.roots(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in self.seen:
                self.seen.add(node.name.value)
                yield from self.roots(self.fragments[node.name.value].selection_set)

    def is_refused_typed(self, root: GraphQLObjectType, node: FieldNode) -> bool:
        """Tell whether this is a mutation that its asker may not make."""
        name = node.name.value
        if root is not self.schema.mutation_type or name not in self.access.circles[root.name]:
            return False
        return not self.access.may(self.audience, root.name, name)

    def first(self, parent: Any, node: FieldNode) -> tuple[str, str] | None:
        """Give the first thing that may not be asked for: the field itself, or one below it."""
        name = node.name.value
        circles = self.access.circles.get(parent.name)
        if circles is not None and name in circles and not self.access.may(self.audience, parent.name, name):
            return parent.name, name
        if name.startswith("__") or node.selection_set is None:
            return None
        return self._within(get_named_type(parent.fields[name].type), node.selection_set)

    def _within(self, parent: Any, selections: SelectionSetNode) -> tuple[str, str] | None:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                found = (
                    self.first(parent, node) if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else None
                )
            elif isinstance(node, InlineFragmentNode):
                named: NamedTypeNode | None = node.type_condition
                found = self._within(
                    parent if named is None else self.schema.type_map[named.name.value], node.selection_set
                )
            else:
                found = self._spread(node)
            if found is not None:
                return found
        return None

    def _spread(self, node: SelectionNode) -> tuple[str, str] | None:
        if not isinstance(node, FragmentSpreadNode) or node.name.value in self.seen:
            return None
        self.seen.add(node.name.value)
        fragment = self.fragments[node.name.value]
        return self._within(self.schema.type_map[fragment.type_condition.name.value], fragment.selection_set)


def without_hint(error: GraphQLError) -> GraphQLError:
    """Give an error of validation without the names that it suggests: a schema is not to be learnt by guessing."""
    told, hint, _ = error.message.partition(_HINT)
    return of_itself(error, told) if hint else error
