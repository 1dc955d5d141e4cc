"""How much one document may ask: looked at once, before graphql-core looks at it, in time linear in the document.

The rules of graphql-core compare fields with fields and write fragments out, so that a short document can hold a processor
for minutes. Here each fragment is measured once, however often it is spread, and what it holds is added up as numbers;
so a document of which 2^60 fields would come is refused as fast as any other.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
)

from schema.locating import coded


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may have at most; the table in docs/limits.md is held to this by a test."""

    source: int = 20_000
    """Characters of the document."""
    tokens: int = 1_000
    """Names, values and punctuation marks."""
    operations: int = 10
    """Operations, of which one is run."""
    depth: int = 12
    """Levels of fields, fragments written out; those of introspection apart."""
    root_fields: int = 20
    """Fields of an operation's first level, fragments written out."""
    fields: int = 200
    """Fields of an operation, fragments written out; those of introspection apart."""
    aliases: int = 30
    """Aliases of an operation, fragments written out."""
    directives: int = 9
    """Directives of an operation, fragments written out."""
    cost: int = 10_000
    """Objects that may come, counted before anything is read (`schema.cost`); of who asks with a token."""
    cost_without_token: int = 1_000
    """The same of anybody else."""

    @classmethod
    def read(cls, text: str) -> "Limits":
        """Read limits as an operator sets them; see `numbers`."""
        return cls(**numbers(text, [one.name for one in fields(cls)], {"depth": DEEPEST}))


def numbers(text: str, names: Collection[str], most: Mapping[str, int] = {}) -> dict[str, int]:
    """Read numbers as an operator sets them, `depth=15, cost=20000`; what is not named is left out.

    Raises:
        ValueError: another name than `names`, one that stands there twice, a number that is none or beyond its `most`.
    """
    given: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, number = (one.strip() for one in part.partition("="))
        known = name in names and name not in given
        if not known or not number.isdecimal() or not 0 < int(number) <= most.get(name, MOST):
            raise ValueError(part)
        given[name] = int(number)
    return given


MOST: Final = 10**9
"""The most that a limit can be set to."""
DEEPEST: Final = 100
"""The most that `depth` can be set to: graphql-core's parser ends between 150 and 200 levels, wherever Python's stack does."""
LIMITS: Final = Limits()
CODES: Final[Mapping[str, str]] = {
    "source": "TOO_LARGE",
    "tokens": "TOO_MANY_TOKENS",
    "operations": "TOO_MANY_OPERATIONS",
    "depth": "TOO_DEEP",
    "root_fields": "TOO_MANY_ROOT_FIELDS",
    "fields": "TOO_MANY_FIELDS",
    "aliases": "TOO_MANY_ALIASES",
    "directives": "TOO_MANY_DIRECTIVES",
    "cost": "TOO_COSTLY",
    "cost_without_token": "TOO_COSTLY",
}
"""The code of a document that has more, for each limit."""
WORDS: Final[Mapping[str, str]] = {
    "source": "characters",
    "tokens": "tokens",
    "operations": "operations",
    "depth": "levels of fields",
    "root_fields": "fields at its first level",
    "fields": "fields",
    "aliases": "aliases",
    "directives": "directives",
    "cost": "objects that may come",
    "cost_without_token": "objects that may come for who asks without a token",
}
_INTROSPECTION: Final = frozenset({"__schema", "__type"})
_LISTS: Final = frozenset({"fields", "inputFields", "interfaces", "possibleTypes"})
"""Fields of introspection that lead from a type to types: once is what tools ask, and each more multiplies the schema."""
_INTROSPECTION_DEPTH: Final = 15
_INTROSPECTION_FIELDS: Final = 300
_INTROSPECTION_TYPES: Final = 3
"""Types that may be asked for by name, each under an alias of its own; no other field of introspection has one: asked twice
it would be answered twice, and once over the whole schema takes half of what the event loop may be held.
"""
_COMPARED: Final = ("fields", "aliases", "directives")
"""What validation compares with each other, spread or not."""
_BEYOND: Final = 10**6
"""A number in a message is told up to here: what is counted may have many thousand digits."""


def too_much(name: str, count: int, limits: Limits, node: Node | None = None) -> GraphQLError:
    """Say which limit a document goes beyond, what it has, and what it may have."""
    most = getattr(limits, name)
    expected = f"at most {most} {WORDS[name]}"
    have = f"more than {_BEYOND}" if count > _BEYOND else str(count)
    message = f"query: the document has {have} {WORDS[name]}, fragments written out; {expected} are answered."
    return coded(GraphQLError(message, node), CODES[name], "query", min(count, _BEYOND), expected)


def too_nested(limits: Limits) -> GraphQLError:
    """Say that a document is nested deeper than it can be read, so that its levels cannot be counted."""
    expected = f"at most {limits.depth} {WORDS['depth']}"
    message = f"query: the document is nested deeper than it can be read; {expected} are answered."
    return coded(GraphQLError(message), CODES["depth"], "query", None, expected)


def check(document: DocumentNode, limits: Limits) -> GraphQLError | None:
    """Tell what is too much of a parsed document, or None. It need not be valid: nothing is looked up in a schema."""
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if len(operations) > limits.operations:
        return too_much("operations", len(operations), limits)
    measure = _Measure(document)
    for operation in operations:
        found = measure.whole(operation)
        if (beyond := _beyond(found, ("depth", "root_fields", *_COMPARED), limits, operation)) is not None:
            return beyond
        if (beyond := _introspection(found, operation)) is not None:
            return beyond
    # What no operation spreads is compared by graphql-core all the same.
    unused = measure.unused()
    return _beyond(unused, _COMPARED, limits) or _introspection(unused)


def _beyond(size: "_Size", names: Iterable[str], limits: Limits, node: Node | None = None) -> GraphQLError | None:
    for name in names:
        if (count := getattr(size, name)) > getattr(limits, name):
            return too_much(name, count, limits, node)
    return None


def _introspection(size: "_Size", node: Node | None = None) -> GraphQLError | None:
    if (
        size.introspection_depth <= _INTROSPECTION_DEPTH
        and size.introspection_lists <= 1
        and size.introspection_fields <= _INTROSPECTION_FIELDS
        and size.introspection_types <= _INTROSPECTION_TYPES
        and not size.introspection_aliases
    ):
        return None
    expected = (
        f"at most {_INTROSPECTION_DEPTH} levels and {_INTROSPECTION_FIELDS} fields of introspection, "
        f"with one of {', '.join(sorted(_LISTS))} on the way, up to {_INTROSPECTION_TYPES} times __type, and no alias but of these"
    )
    message = f"query: {expected}, is answered; ask for other types by name."
    return coded(GraphQLError(message, node), "TOO_DEEP", "query", None, expected)


@dataclass(slots=True)
class _Size:
    """What a selection holds, fragments written out."""

    depth: int = 0
    root_fields: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    introspection_fields: int = 0
    introspection_depth: int = 0
    introspection_lists: int = 0
    introspection_types: int = 0
    introspection_aliases: int = 0

    def add(self, other: "_Size") -> None:
        """Put another selection beside this one."""
        for one in fields(self):
            mine, theirs = getattr(self, one.name), getattr(other, one.name)
            deep = one.name in ("depth", "introspection_depth", "introspection_lists")
            setattr(self, one.name, max(mine, theirs) if deep else mine + theirs)


@dataclass(slots=True)
class _Measure:
    """Measures selections; each fragment once, outside introspection and within.

    A name that several fragments have stands for all of them: graphql-core compares each before it says that there are several.
    """

    document: DocumentNode
    fragments: dict[str, list[FragmentDefinitionNode]] = field(default_factory=dict)
    known: dict[tuple[str, bool], _Size] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.document.definitions:
            if isinstance(one, FragmentDefinitionNode):
                self.fragments.setdefault(one.name.value, []).append(one)

    def whole(self, operation: OperationDefinitionNode) -> _Size:
        """Measure an operation."""
        size = self._selection(operation.selection_set, False)
        size.directives += len(operation.directives)
        size.directives += sum(len(one.directives) for one in operation.variable_definitions)
        return size

    def unused(self) -> _Size:
        """Add up the fragments that were not measured."""
        size = _Size()
        spread = {name for name, _ in self.known}
        for name in self.fragments.keys() - spread:
            size.add(self._fragment(name, False))
        return size

    def _selection(self, selected: SelectionSetNode, inside: bool) -> _Size:
        size = _Size()
        for one in selected.selections:
            if isinstance(one, FieldNode):
                size.add(self._field(one, inside))
            elif isinstance(one, InlineFragmentNode):
                size.add(self._selection(one.selection_set, inside))
            elif isinstance(one, FragmentSpreadNode):
                size.add(self._fragment(one.name.value, inside))
            size.directives += len(one.directives)
        return size

    def _field(self, node: FieldNode, inside: bool) -> _Size:
        name = node.name.value
        inside = inside or name in _INTROSPECTION
        below = self._selection(node.selection_set, inside) if node.selection_set else _Size()
        below.aliases += node.alias is not None
        below.root_fields = 1
        if inside:
            below.introspection_fields += 1
            below.introspection_depth += 1
            below.introspection_lists += name in _LISTS
            below.introspection_types += name == "__type"
            below.introspection_aliases += node.alias is not None and name != "__type"
        else:
            below.fields += 1
            below.depth += 1
        return below

    def _fragment(self, name: str, inside: bool) -> _Size:
        key = name, inside
        if key not in self.known:
            # A circle is graphql-core's to refuse; until it is measured the fragment holds nothing.
            self.known[key] = _Size()
            size = _Size()
            for fragment in self.fragments.get(name, ()):
                size.add(self._selection(fragment.selection_set, inside))
                size.directives += len(fragment.directives)
            self.known[key] = size
        return self.known[key]
