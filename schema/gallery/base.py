"""What the gallery's types are made of: scalars, the Node interface, connections, and how a field is described.

No field here has a body: the compiled statement answers every one (`schema/compiling.py`), by what `resolvers/reads/`
declares for it. `declared()` stands where Python wants a function to return something.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Generic, NewType, NoReturn, TypeVar, cast

import strawberry

if TYPE_CHECKING:
    from schema.gallery.log import Change

F = TypeVar("F", bound=Callable[..., Any])
Date = NewType("Date", str)
Instant = NewType("Instant", str)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a string is expected")
    return value


SCALARS: dict[object, Any] = {
    Date: strawberry.scalar(
        name="Date",
        description="A calendar date in Denmark, `2019-12-16`. Periods are half-open: `validTo` is the first day after.",
        serialize=_text,
        parse_value=_text,
    ),
    Instant: strawberry.scalar(
        name="DateTime",
        description=(
            "An instant in UTC, `2019-12-16T09:00:00.000000Z`. As an argument any offset is taken, and a bare date means"
            " its end in Copenhagen."
        ),
        serialize=_text,
        parse_value=_text,
    ),
}


def declared() -> NoReturn:
    """Stand in for a field's body. Never runs: the compiled statement answers before graphql-core would resolve."""
    raise AssertionError("a field of the gallery is answered by its compiled statement, not resolved")


def told(description: str, **options: Any) -> Any:
    """Declare a field with the sentence that helps its reader."""
    return strawberry.field(description=description, **options)


def declares(description: str) -> Callable[[F], F]:
    """Declare a field that takes arguments; the function gives their names, types and descriptions."""
    return cast("Callable[[F], F]", strawberry.field(description=description))


@strawberry.interface(description="Anything with an id that never changes (Relay).")
class Node:
    """What has a global id."""

    id: strawberry.ID = told("The global id: opaque to clients, unchanged by correction, export and erasure.")
    seq: int = told("The number of the last change that touched this.")
    history: "list[Annotated[Change, strawberry.lazy('schema.gallery.log')]]" = told(
        "Every change of this, the oldest first; of a thing, the changes of its names, a role's escalation and definitions, a"
        " task's terms, addressees and requirements as well. Who holds or uses it is not in it: these facts have their own."
    )


@strawberry.type(description="Where a page of a connection stands (Relay).")
class PageInfo:
    """Relay's page info."""

    has_next_page: bool = told("Whether more follows after `endCursor`.")
    has_previous_page: bool = told("Whether this page began after a cursor.")
    start_cursor: str | None = told("The first edge's cursor.")
    end_cursor: str | None = told("The last edge's cursor: pass it as `after` for the next page.")


T = TypeVar("T")


@strawberry.type(description="One item of a connection and its place in it (Relay).")
class Edge(Generic[T]):
    """Relay's edge."""

    node: T = told("The item.")
    cursor: str = told("The item's place; it stays good when others are inserted or removed.")


@strawberry.type(
    description="A page of items (Relay). Ask for `nodes`, or for `edges` where each item's cursor matters."
)
class Connection(Generic[T]):
    """Relay's connection."""

    nodes: list[T] = told("The items of this page.")
    edges: list[Edge[T]] = told("The items of this page with their cursors.")
    page_info: PageInfo = told("Where this page stands.")
    total_count: int = told("How many there are on all pages; counted in the database, only when it is asked for.")
