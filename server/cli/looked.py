"""What a command shows of people is recorded as what the service shows: at once, since the command ends."""

import secrets
from typing import Any, Final

_EVERYBODY: Final = "MATCH (p:Person) WHERE p.name > '' AND p.erasedAt IS NULL RETURN p.key AS key"


async def record(database: Any, operation: str, people: frozenset[str]) -> None:
    """Record that the local user was shown people's data; where that fails, say so and go on."""
    from graph.errors import GraphError
    from graph.looking import Look
    from graph.looking import record as write
    from graph.params import stored
    from resolvers.context import Context
    from server.cli.output import console

    if not people:
        return
    context = Context.local(database)
    key = f"look:{secrets.token_hex(8)}"
    look = Look(key, stored(context.now), context.viewer.actor, operation, people, ())
    try:
        await write(database, [look])
    except GraphError as error:
        console(error=True).print(f"Whose data this showed could not be recorded ({error.code}).", markup=False)


async def record_all(database: Any, operation: str) -> None:
    """Record that the local user was given everybody's data."""
    from graph.driver import Statement

    rows = await database.read(Statement("everybody", _EVERYBODY))
    await record(database, operation, frozenset(row["key"] for row in rows))
