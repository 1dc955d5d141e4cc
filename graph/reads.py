"""How a field reads the graph: the few words in which `resolvers/reads/` declares it, and what the compiler renders.

Templates are Cypher in which every variable is written `@name`:

* `@n` is the node (or row) that the field belongs to; any other `@name` gets a fresh variable of its own;
* `@at`, `@seq` are the clock of the root field above; `@arg.first` is an argument of this field;
* `@valid(a)` holds where record `a` is true at `@at` as known at `@seq`; `@known(a)` leaves the date out;
* `@found.role` is the key that the look-up of the argument `role` found.

A declaration that names nothing the graph has is refused when the schema is built (`schema/registry.py`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lookup:
    """An argument that names a thing by key, code, title, former title or id; `many` for a list of names.

    `single` is the argument that takes one name where `argument` takes a list: `municipality` beside `municipalities`. With
    `erased` the id of somebody who was erased is found as well. `said` is what messages call the argument, where it is made of another.
    """

    argument: str
    label: str
    many: bool = False
    single: str | None = None
    erased: bool = False
    said: str | None = None

    def names(self, arguments: Arguments) -> list[str]:
        """Give the names asked, none where the argument is unset or null. `filter.role` reads into the input `filter`."""
        if self.single is not None and arguments.get(self.single) is not None:
            return [arguments[self.single]]
        value: Any = arguments
        for part in self.argument.split("."):
            value = value.get(part) if value is not None else None
        if value is None:
            return []
        return list(value) if self.many else [value]

    def field(self, arguments: Arguments) -> str:
        """Tell which argument was used, for messages."""
        return (
            self.single
            if self.single is not None and arguments.get(self.single) is not None
            else self.said or self.argument
        )


@dataclass(frozen=True, slots=True)
class Value:
    """A leaf, or a list of leaves: `Value("@n.code")`."""

    cypher: str


@dataclass(frozen=True, slots=True)
class Made:
    """A leaf made in Python from values that the database gives: `Made(make, ("@n.title", "@n.en"))`."""

    make: Callable[..., object]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Objects that are rows of a Cypher list, not nodes: their type's fields read `@n[0]`, `@n[1]`, …

    With `many` false the expression is one row (a list) or null.
    """

    cypher: str
    many: bool = True
    prepare: Callable[[Arguments], Arguments] | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """Nodes found by a pattern. `bind` says which of its variables the target's fields see, and as what.

    `single` promises that the pattern has at most one match for each `@n` (an arrow that is `1` or `?` in graph/shape.py),
    so that it can join the statement around it instead of being a subquery of its own. `few` is the pattern of all such
    nodes where there are few and many rows refer to them: the statement sends each once, and the rows its key. It must hold every node that
    `match` can reach: a key that is not sent is read as null. Where lists are selected of them it is left aside.
    """

    match: str
    where: str = ""
    order: str = ""
    many: bool = True
    single: bool = False
    bind: Mapping[str, str] = field(default_factory=lambda: {"n": "x"})
    lookups: tuple[Lookup, ...] = ()
    prepare: Callable[[Arguments], Arguments] | None = None
    few: str = ""


def one(match: str, where: str = "", order: str = "", bind: Mapping[str, str] | None = None) -> Related:
    """Declare the first of possibly several matches, or null."""
    return Related(match, where, order, many=False, bind=bind or {"n": "x"})


def the(match: str, where: str = "", few: str = "") -> Related:
    """Declare the one match there can be, or null; `few` is the pattern of all that can be matched so (see `Related`)."""
    return Related(match, where, many=False, single=True, few=few)


@dataclass(frozen=True, slots=True)
class Order:
    """How a connection can be sorted: an expression that is never null, whether it descends, and what its values are."""

    cypher: str
    descending: bool = False
    kind: type = str


@dataclass(frozen=True, slots=True)
class Filter:
    """What one filter asks of `@x`: `some` where it has a value (`@arg.filter.<name>`), `none` where it is null."""

    some: str
    none: str | None = None


@dataclass(frozen=True, slots=True)
class Paged:
    """A Relay connection over what a pattern finds, sorted by one of `orders` and then by key."""

    match: str
    where: str = ""
    orders: Mapping[str, Order] = field(default_factory=dict)
    filters: Mapping[str, Filter] = field(default_factory=dict)
    lookups: tuple[Lookup, ...] = ()
    prepare: Callable[[Arguments], Arguments] | None = None


@dataclass(frozen=True, slots=True)
class ByKey:
    """Nodes by their keys alone (Relay's `node` and `nodes`): the argument `ids`, each beginning with its label."""

    many: bool
    prepare: Callable[[Arguments], Arguments] | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """A question that Python decides: a statement gathers, `decide` answers with value objects.

    The template ends in `RETURN [<data>, @nodes(Role: roles, …)] AS gathered`; `decide(data, arguments,
    wanted)` gives an object whose attributes answer the fields. Fields of node types answer with keys: the nodes listed
    behind `@nodes` carry what the query selects of them. `wanted` holds the names of all fields selected below.

    `cypher` is given the arguments as they are in the query: which of them are present may choose the text.
    """

    cypher: Callable[[Arguments], str]
    decide: Callable[[Any, Arguments, frozenset[str]], object]
    lookups: tuple[Lookup, ...] = ()
    prepare: Callable[[Arguments], Arguments] | None = None
    ahead: frozenset[str] = frozenset()
    """The fields that need facts which begin after the date; `@ahead` in the template tells whether one is selected."""
    switches: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By name of a switch, the fields that need what it turns on; `@switch(name)` in the template tells whether one is
    selected, and the lines between `@only(name)` and `@else` are there only then. A switch that a question does not declare
    is on."""
    carried: Mapping[str, tuple[tuple[str, ...], Callable[[Any], Iterable[Sequence[Any]]]]] = field(
        default_factory=dict
    )
    """By kind of node, what the data has of each anyhow: the columns (`@n.key` first), and how its rows are found. Nodes of
    which nothing else is selected are not sent a second time."""
    orders: Mapping[str, Order] = field(default_factory=dict)
    """Of a connection, whose `decide` gives a `Page`: how it is sorted. The template has the page's place and size as a
    `Paged` would (`@arg.cursor`, `@arg.limit`), and `@switch(total)` where it declares that switch."""


class Page(NamedTuple):
    """What a gathered connection answers: `(sort value, key, object)` of each item, whether more follows, and how many there are."""

    rows: Sequence[tuple[Any, str, object]]
    more: bool
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field of a value object that `decide` made: the attribute `name`; with `node` a node's key, or a list of keys."""

    name: str
    node: bool = False


def is_connection(read: "Read") -> bool:
    """Tell whether a field is read as pages."""
    return isinstance(read, Paged) or (isinstance(read, Gathered) and bool(read.orders))


Read = Value | Made | Rows | Related | Paged | ByKey | Gathered | Attribute
