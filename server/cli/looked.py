"""What a command shows of people is recorded as what the service shows: at once, since the command ends."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_EVERYBODY: Final = "MATCH (p:Person) WHERE p.name > '' AND p.erasedAt IS NULL RETURN p.key AS key"


async def record(database: Any, operation: str, people: frozenset[str]) -> None:
    """Record that the local user was shown people's data; where that fails, say so and go on."""
    from graph.looking import Look
    from graph.looking import record as write
    from graph.params import stored
    from resolvers.context import Context

    if not people:
        return
    context = Context.local(database)
    key = f"look:{secrets.token_hex(8)}"
    look = Look(key, stored(context.now), context.viewer.actor, operation, people, ())
    with _said_if_not():
        await write(database, [look])


async def record_all(database: Any, operation: str) -> None:
    """Record that the local user was given everybody's data; where that fails, say so and go on."""
    from graph.driver import Statement

    with _said_if_not():
        rows = await database.read(Statement("everybody", _EVERYBODY))
        await record(database, operation, frozenset(row["key"] for row in rows))


@contextmanager
def _said_if_not() -> Iterator[None]:
    """What was shown, or written to a file, is there: that no record could be made of it does not make it fail."""
    from graph.errors import GraphError
    from server.cli.output import console

    try:
        yield
    except GraphError as error:
        console(error=True).print(f"Whose data this showed could not be recorded ({error.code}).", markup=False)
