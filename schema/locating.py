"""What graphql-core refuses, told as everything else is: the field, the value, and what would be right.

graphql-core says it in a sentence and points at a node of the document; here that node is found again on the way from the
root, with the type that the schema has in its place.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    BREAK,
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLSchema,
    Node,
    ObjectFieldNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    ValueNode,
    VariableDefinitionNode,
    Visitor,
    get_named_type,
    print_ast,
    visit,
)

LONGEST_VALUE: Final = 100
_PYTHON: Final = {"True": "true", "False": "false", "None": "null"}
_MISSING: Final = re.compile(r"argument '(\w+)' of type '([^']+)' is required")
_DOCUMENT: Final = "a document that the schema allows (`rollegalleri schema` prints it)"


def coded(error: GraphQLError, code: str, field: str, value: Any, expected: str) -> GraphQLError:
    """Give an error its four."""
    error.extensions = {"code": code, "field": field, "value": value, "expected": expected}
    return error


def of_itself(error: GraphQLError, message: str | None = None) -> GraphQLError:
    """Give an error that says the same of the same place, or another `message` of it, and holds nothing of the document.

    Its nodes and its traceback lead to all of that, for as long as the error is kept.
    """
    alone = GraphQLError(error.message if message is None else message, extensions=error.extensions)
    alone.locations = error.locations
    return alone


def in_document(error: GraphQLError, code: str, schema: GraphQLSchema, document: DocumentNode) -> GraphQLError:
    """Tell an error about a document: an argument by its name, `filter.role`; a field by its path, `roles.nodes`."""
    return all_in_document([error], code, schema, document)[0]


def all_in_document(
    errors: Sequence[GraphQLError], code: str, schema: GraphQLSchema, document: DocumentNode
) -> list[GraphQLError]:
    """Tell errors about a document as `in_document` does, on one walk through it: it may be long, and they may be many."""
    nodes = [_about(error) for error in errors]
    finder = _Finder(schema, nodes)
    if finder.missing:
        visit(document, TypeInfoVisitor(finder.types, finder))
    return [
        _at_place(error, code, schema, node, finder.found.get(id(node)) or _Place())
        for error, node in zip(errors, nodes, strict=True)
    ]


def _about(error: GraphQLError) -> Node | None:
    nodes = error.nodes or []
    return next((one for one in nodes if isinstance(one, ValueNode)), nodes[0] if nodes else None)


def _at_place(
    error: GraphQLError, code: str, schema: GraphQLSchema, node: Node | None, place: "_Place"
) -> GraphQLError:
    if missing := _MISSING.search(error.message):
        return coded(error, code, missing[1], None, missing[2])
    value = _written(node)
    if place.variable is not None:
        return coded(error, code, f"${place.variable}", value, place.expected)
    if isinstance(node, FieldNode) and not place.arguments:
        within = place.parent if place.fields else schema.query_type
        return coded(error, code, ".".join(place.fields), value, f"a field of {within}, used as its type asks")
    return coded(error, code, place.field, value, place.expected)


def in_variables(error: GraphQLError, given: Mapping[str, Any]) -> GraphQLError:
    """Tell an error about the value of a variable, or its absence."""
    node = error.nodes[0] if error.nodes else None
    if not isinstance(node, VariableDefinitionNode):  # too many of them at once: graphql-core stops counting
        return coded(error, "BAD_VARIABLE", "variables", None, "values of the types that the document declares")
    name = node.variable.name.value
    said = re.sub(r"\b(True|False|None)\b", lambda word: _PYTHON[word[1]], error.message)  # as it was sent, in JSON
    error = of_itself(error, said)
    return coded(error, "BAD_VARIABLE", f"${name}", _short(given.get(name)), print_ast(node.type))


@dataclass(slots=True)
class _Place:
    """Where a node stands: the fields and arguments on the way to it, and the type of input expected there."""

    fields: Sequence[str] = ()
    arguments: Sequence[str] = ()
    parent: Any = None
    variable: str | None = None
    expected: str = _DOCUMENT

    @property
    def field(self) -> str:
        """The argument, else the field, else the document itself, which comes in the parameter `query`."""
        return ".".join(self.arguments or self.fields) or "query"


class _Finder(Visitor):
    """Finds the places of nodes, by their identity, and stops at the last."""

    def __init__(self, schema: GraphQLSchema, nodes: Iterable[Node | None]) -> None:
        super().__init__()
        self.types = TypeInfo(schema)
        self.missing = {id(node) for node in nodes if node is not None}
        self.found: dict[int, _Place] = {}

    def enter(self, node: Node, _key: Any, parent: Any, _path: Any, ancestors: list[Any]) -> Any:
        """Note the way to a node that is looked for."""
        if id(node) not in self.missing:
            return None
        self.missing.remove(id(node))
        self.found[id(node)] = self._place(node, [one for one in [*ancestors, parent, node] if isinstance(one, Node)])
        return None if self.missing else BREAK

    def _place(self, node: Node, way: list[Node]) -> _Place:
        place = _Place(
            [step.name.value for step in way if isinstance(step, FieldNode)],
            [step.name.value for step in way if isinstance(step, ArgumentNode | ObjectFieldNode)],
            self.types.get_parent_type(),
        )
        declared = next((step for step in way if isinstance(step, VariableDefinitionNode)), None)
        if declared is not None:
            place.variable = declared.variable.name.value
            place.expected = (
                _DOCUMENT if node is declared else f"a value of {print_ast(declared.type)}, if the schema has it"
            )
        elif isinstance(node, ArgumentNode) and self.types.get_argument() is None:
            place.expected = f"an argument of {place.fields[-1] if place.fields else 'a directive'}"
        elif place.arguments and (kind := self.types.get_input_type()):
            place.expected = _named(kind)
        elif isinstance(node, ObjectFieldNode):
            place.expected = f"a field of {self.types.get_parent_input_type()}"
        return place


def _written(node: Node | None) -> Any:
    """Give a value as it stands in the document (texts without their quotes), of anything else its name."""
    if isinstance(node, StringValueNode):
        return _short(node.value)
    if isinstance(node, ValueNode):
        return _short(print_ast(node))
    return getattr(getattr(node, "name", None), "value", None)


def _named(kind: Any) -> str:
    named = get_named_type(kind)
    return f"one of {', '.join(named.values)}" if isinstance(named, GraphQLEnumType) else str(kind)


def _short(value: Any) -> Any:
    """Give a short text or whole number back as it came; all else as JSON in a text, cut off where it is long."""
    if value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) < 2**53):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
