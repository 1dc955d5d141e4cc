"""What these tests share: changes that are taken back, and an access log of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from graph.driver import Database, Statement, Transaction
from tests.changes.conftest import ask, change, garden, seeded
from tests.changes.test_terminal import terminal
from tests.server.conftest import run

__all__ = ["ask", "change", "garden", "run", "seeded", "terminal"]


async def write(database: Database, text: str, **params: object) -> None:
    """Write past the product."""

    async def work(transaction: Transaction) -> object:
        return await transaction.run(Statement("test", text, params))

    await database.write(work, name="test")


@pytest.fixture(autouse=True)
async def clean(database: Database, anyio_backend: str) -> AsyncIterator[None]:
    """Begin and end without looks and tombstones."""
    await write(database, "MATCH (l:Look|Shown|Erased) DELETE l")
    yield
    await write(database, "MATCH (l:Look|Shown|Erased) DELETE l")


async def indexed(database: Database) -> None:
    """Wait until what was shown can be found: the index is a moment behind."""
    await database.read(Statement("wait", "CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()"))
