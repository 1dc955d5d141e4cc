"""Documents of subscriptions rewritten: with the entries' numbers, and without where a client stands."""

from copy import copy
from dataclasses import replace
from typing import Any, Final

import orjson
from graphql import (
    REMOVE,
    ArgumentNode,
    FieldNode,
    NameNode,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    print_ast,
    visit,
)

from schema.documents import Prepared

RESUMING: Final = ("after", "afterDay")
"""The arguments that tell where a client stands; they have no part in what it asks."""
NUMBER: Final = "#seq"
"""The response key under which an entry's number is read beside what was selected of it; no document can have it."""


class _Number(Visitor):
    """Has a field's `seq` selected beside what is selected of it."""

    def __init__(self, field: FieldNode) -> None:
        super().__init__()
        self.field = field

    def leave_field(self, node: FieldNode, _key: Any, _parent: Any, path: list[Any], *_: Any) -> Any:
        """Replace the one field."""
        if node is not self.field or node.selection_set is None:
            return None
        number = FieldNode(name=NameNode(value="seq"), alias=NameNode(value=NUMBER), arguments=(), directives=())
        changed = copy(node)
        changed.selection_set = SelectionSetNode(selections=(*node.selection_set.selections, number))
        return changed


def numbered(prepared: Prepared, field: FieldNode) -> Prepared:
    """Have the numbers of the log's entries read too, as `NUMBER`: `field` is the one that gives the entries."""
    place = prepared.document.definitions.index(prepared.chosen)
    document = visit(prepared.document, _Number(field))
    return replace(prepared, document=document, chosen=document.definitions[place])


class _Strip(Visitor):
    """Takes the arguments away that tell where a client stands, and notes which variables are used besides."""

    def __init__(self, arguments: list[ArgumentNode]) -> None:
        super().__init__()
        self.arguments = arguments
        self.used: set[str] = set()

    def enter_argument(self, node: ArgumentNode, *_: Any) -> Any:
        """Leave it out if it is one of them."""
        return REMOVE if any(node is one for one in self.arguments) else None

    def enter_variable(self, node: VariableNode, _key: Any, parent: Any, *_: Any) -> None:
        """Note a use; the declaration is none."""
        if not isinstance(parent, VariableDefinitionNode):
            self.used.add(node.name.value)


def shared(prepared: Prepared, nodes: list[FieldNode]) -> tuple[str, bytes]:
    """Give what is equal for subscriptions that ask the same, wherever each of them stands; `nodes` are the root field."""
    strip = _Strip([one for node in nodes for one in node.arguments if one.name.value in RESUMING])
    text = print_ast(visit(prepared.document, strip))
    values = {name: value for name, value in prepared.variables.items() if name in strip.used}
    return f"{prepared.operation_name or ''} {text}", orjson.dumps(values, option=orjson.OPT_SORT_KEYS, default=str)
