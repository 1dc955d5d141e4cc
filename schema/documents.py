"""Documents as they come: parsed and validated within the limits, the operation to run chosen, and what it is called."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    validate,
)

from resolvers.errors import InvalidInput
from schema.limits import Limits, check, too_much, too_nested
from schema.locating import all_in_document, coded, of_itself

LONGEST_NAME: Final = 100
"""Characters of an operation's name that the access log keeps."""
_TOKENS: Final = "Document contains more than"
"""How graphql-core begins to say that there are too many tokens."""
_NESTED: Final = "Document is nested too deeply"
"""How it begins to say that a document goes deeper than its parser does: in fields, in values, in types."""
_TOKEN: Final = 600
"""Bytes that a token of a document takes, with its part of the tree."""
_ERROR: Final = 800
"""Bytes that an error takes beside its texts."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was taken in: parsed and valid, or what is wrong with it."""

    source: str
    ast: DocumentNode | None
    errors: tuple[GraphQLError, ...]
    size: int
    """About how many bytes it takes."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request whose document is valid, its operation chosen, its variables coerced."""

    query: str
    operation_name: str | None
    document: DocumentNode
    chosen: OperationDefinitionNode
    variables: dict[str, Any]
    key: tuple[Any, ...]
    """What tells it from others: document, operation and variables."""
    cost: int
    denied: Mapping[str, InvalidInput]
    """The root fields, by response key, that the viewer may not ask for."""
    size: int
    """About how many bytes its document takes."""
    patient: bool = False
    """Whether its statement may take as long as right after a start."""


def take_in(source: str, schema: GraphQLSchema, limits: Limits) -> Document:
    """Parse a document and validate it, as far as it is within the limits.

    What is wrong with it is kept, and the document is not: it takes a hundred times its own length, and nobody runs it.
    """
    ast, wrong = _read(source, schema, limits)
    if wrong:
        ast = None
    errors = tuple(map(of_itself, wrong))
    return Document(source, ast, errors, _size(source, ast, errors))


def _size(source: str, ast: DocumentNode | None, errors: Iterable[GraphQLError]) -> int:
    """Estimate what a document takes in memory: a tree takes some hundred times its source, an error repeats the way to its place."""
    token, tokens = ast.loc.start_token if ast and ast.loc else None, 0
    while token is not None:
        token, tokens = token.next, tokens + 1
    told = sum(_ERROR + len(error.message) + len(str(error.extensions)) for error in errors)
    return 2 * sys.getsizeof(source) + _TOKEN * tokens + told  # a comment or a text stands in its token once more


def _read(source: str, schema: GraphQLSchema, limits: Limits) -> tuple[DocumentNode | None, list[GraphQLError]]:
    if len(source) > limits.source:
        return None, [too_much("source", len(source), limits)]
    try:
        ast = parse(source, max_tokens=limits.tokens)
    except GraphQLSyntaxError as error:
        if _TOKENS in error.message:
            return None, [too_much("tokens", limits.tokens + 1, limits)]
        if _NESTED in error.message:
            return None, [too_nested(limits)]
        return None, [coded(error, "SYNTAX_ERROR", "query", None, "a GraphQL document")]
    if (beyond := check(ast, limits)) is not None:
        return None, [beyond]
    wrong = all_in_document(validate(schema, ast), "VALIDATION_FAILED", schema, ast)
    return ast, [*wrong, *_rootless(schema, ast)]


def _rootless(schema: GraphQLSchema, document: DocumentNode) -> Iterator[GraphQLError]:
    """Refuse operations of a kind that the schema does not have; graphql-core validates none of their fields."""
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode) and schema.get_root_type(operation.operation) is None:
            kind = operation.operation.value
            error = GraphQLError(f"This schema has no {kind}s.", operation)
            yield coded(error, "VALIDATION_FAILED", "query", kind, "a query")


def called(chosen: OperationDefinitionNode) -> str:
    """Give the name of an operation; one without is called by its root fields."""
    if chosen.name is not None:
        return chosen.name.value[:LONGEST_NAME]
    fields = (one.name.value for one in chosen.selection_set.selections if isinstance(one, FieldNode))
    return ", ".join(dict.fromkeys(fields))[:LONGEST_NAME] or chosen.operation.value


def choose(document: DocumentNode, name: str | None) -> OperationDefinitionNode | GraphQLError:
    """Find the operation to run; an error says what can be named."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if name is None:
        if len(operations) == 1:
            return operations[0]
        several = GraphQLError("operationName: the document has several operations; name the one to run.")
        named = ", ".join(o.name.value for o in operations if o.name)
        return coded(several, "BAD_OPERATION_NAME", "operationName", None, named)
    for candidate in operations:
        if candidate.name and candidate.name.value == name:
            return candidate
    names = ", ".join(o.name.value for o in operations if o.name) or "one without a name"
    none = GraphQLError(f"operationName: the document has no operation “{name[:60]}”; it has {names}.")
    return coded(none, "BAD_OPERATION_NAME", "operationName", name[:60], names)
