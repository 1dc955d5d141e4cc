"""The contract tests' database and garden, and `ask`: a vendor's question, its answer, exactly one statement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import pytest

from graph.driver import Database, Statement
from resolvers.context import Context, Viewer
from schema.directory.schema import engine
from schema.engine import Request
from tests.contract.conftest import NOW, Answer, assert_error_shape, garden, seeded

__all__ = ["garden", "seeded"]

VENDORS = ("kmd", "eg", "fujitsu", "koebenhavns-kommune")


def vendor(code: str) -> Viewer:
    """Who asks with a vendor's token."""
    return Viewer("vendor", f"vendor:{code}", vendor=f"vendor:{code}")


class AskAs(Protocol):
    """Asks a query as a vendor (or another viewer); `statements` is how many it must take."""

    async def __call__(
        self,
        who: str | Viewer,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        now: datetime = NOW,
        statements: int = 1,
        errors: bool = False,
    ) -> Answer: ...


@pytest.fixture
def ask(seeded: Database) -> AskAs:
    """Ask the directory, count the statements, and hold every error to the one shape."""

    async def asked(
        who: str | Viewer,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        now: datetime = NOW,
        statements: int = 1,
        errors: bool = False,
    ) -> Answer:
        ran: list[Statement] = []
        viewer = vendor(who) if isinstance(who, str) else who
        seeded.observers.append(ran.append)
        try:
            result = await engine().execute(Request(query, variables), Context(seeded, viewer, now))
        finally:
            seeded.observers.remove(ran.append)
        found = result.formatted.get("errors", [])
        for error in found:
            assert_error_shape(error, executed=result.has_data)
        assert errors or not found, found
        assert len(ran) == statements, [statement.name for statement in ran]
        return Answer(result.formatted.get("data"), found, ran)

    return asked


async def facts(database: Database, text: str, **params: object) -> list[tuple[Any, ...]]:
    """Read something by a statement of a test's own."""
    return [tuple(record.values()) for record in await database.read(Statement("test", text, params))]
