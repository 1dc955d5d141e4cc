"""What a query selects, in the graph's words: the tree that the schemas compile to and that `rendering.py` reads.

Neither GraphQL library appears here, so that both schemas compile to the same tree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.reads import Read


@dataclass(frozen=True, slots=True)
class Field:
    """One response key: how it is read, and what is selected below it.

    `read` is None for `__typename`. `required` is whether null is impossible here by the schema; `items_required` the
    same for the items of a list. `binding` is the path of its arguments in the parameters (`$p.a3`), `given` the
    arguments as they were at compile time: only which of them are present may decide the statement's text.
    """

    response: str
    name: str
    read: Read | None
    required: bool
    items_required: bool = False
    is_list: bool = False
    binding: str | None = None
    given: Mapping[str, Any] | None = None
    found: Mapping[str, str] | None = None
    select: "Select | PageSelect | None" = None


@dataclass(frozen=True, slots=True)
class Select:
    """What is selected of each possible type. `named` is the GraphQL type as the field declares it."""

    named: str
    by_type: Mapping[str, Sequence[Field]]


@dataclass(frozen=True, slots=True)
class PagePart:
    """One response key of a connection, an edge or its page info; `index` says which of the page's node selections."""

    response: str
    name: str
    index: int = 0
    parts: "tuple[PagePart, ...]" = ()
    typename: str = ""


@dataclass(frozen=True, slots=True)
class PageSelect:
    """What is selected of a connection: its parts in order, and the selections of its nodes, one for each `node(s)`.

    `types` are those that its nodes can be of, also where none is selected: counts and cursors tell of them, too.
    """

    name: str
    parts: tuple[PagePart, ...]
    nodes: tuple[Select, ...]
    types: tuple[str, ...]

    @property
    def below(self) -> set[str]:
        """The names of what is selected of its edges and its page info."""
        return {below.name for part in self.parts for below in part.parts}
