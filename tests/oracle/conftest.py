"""A database with the reference data, which the end of the chain and the last resort come from."""

import pytest

from graph.driver import Database
from tests.seed.conftest import seed


@pytest.fixture(scope="session")
async def seeded(database: Database) -> Database:
    """Reference and demo data: the demo too, whose changes would have to come before those of the draws."""
    await seed(database)
    return database
