"""One seeded database for all contract tests, and `ask`: a query, its answer, and exactly one statement."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest
from neo4j import Record

from graph.driver import Database, Statement
from graph.local import Connection
from resolvers.context import Context
from schema.engine import Request
from schema.gallery.schema import engine
from schema.limits import Limits
from tests.contract.planting import Garden
from tests.contract.reference import Reference

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
"""The instant at which all questions are asked, unless they say otherwise: after the demo's last change."""
SECONDS = 60.0
"""How long a statement may take: these tests ask what is answered, not how soon on a busy machine (tests/local does)."""


class Patient(Database):
    """The database, with time to plan and run each statement."""

    def __init__(self, database: Database) -> None:
        self._database, self.observers = database, database.observers
        self.turn = database.turn

    async def read(self, statement: Statement, *, patience: float = SECONDS) -> list[Record]:
        """Read as ever, without haste."""
        return await self._database.read(replace(statement, seconds=SECONDS), patience=patience)

    async def plan(self, name: str, text: str, *, after_changes: bool = False) -> None:
        """Plan nothing ahead: nobody waits for the lock meanwhile, and each statement would be planned twice."""

    async def write(self, work: Any, *, name: str, seconds: float = SECONDS, patience: float = SECONDS) -> Any:
        """Write as ever, without haste."""
        return await self._database.write(work, name=name, seconds=SECONDS, patience=SECONDS)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave: data and errors as they are sent, and the statements that ran for it."""

    data: Any
    errors: list[dict[str, Any]]
    statements: list[Statement]

    @property
    def error(self) -> dict[str, Any]:
        """The one error's extensions."""
        (only,) = self.errors
        return dict(only["extensions"])


class Ask(Protocol):
    """Asks a query; `statements` is how many it must take, `errors` whether it may have any."""

    async def __call__(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        now: datetime = NOW,
        statements: int = 1,
        errors: bool = False,
    ) -> Answer: ...


@pytest.fixture(scope="session")
async def seeded(seeded: Database) -> Database:
    """The seeded database of the whole run, without haste; tests that write take `garden`."""
    return Patient(seeded)


@pytest.fixture
def ask(seeded: Database) -> Ask:
    """Ask the compiled path, count its statements, and hold every error to the one shape."""

    async def asked(
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        now: datetime = NOW,
        statements: int = 1,
        errors: bool = False,
    ) -> Answer:
        ran: list[Statement] = []
        observe: Callable[[Statement], None] = ran.append
        seeded.observers.append(observe)
        try:
            result = await engine().execute(Request(query, variables), Context.local(seeded, now))
        finally:
            seeded.observers.remove(observe)
        formatted = result.formatted
        found = formatted.get("errors", [])
        for error in found:
            assert_error_shape(error, executed=result.has_data)
        assert errors or not found, found
        assert len(ran) == statements, [statement.name for statement in ran]
        return Answer(formatted.get("data"), found, ran)

    return asked


def assert_error_shape(error: Mapping[str, Any], *, executed: bool) -> None:
    """One shape for every error: a sentence, a code, and where it is about an input: field, value and what is right."""
    assert set(error) <= {"message", "locations", "path", "extensions"}
    assert error["message"].strip()
    extensions = error["extensions"]
    assert extensions["code"].isupper()
    assert set(extensions) in ({"code"}, {"code", "field", "value", "expected"})
    if "field" in extensions:
        assert extensions["field"]
        assert extensions["expected"].strip()
    if executed:
        assert error["path"]
        assert error["locations"]


@pytest.fixture(scope="session")
def reference(seeded: Database, neo4j_server: Connection) -> object:
    """graphql-core's own execution, one small statement for each field of each parent."""
    with Reference(neo4j_server, engine(), NOW) as connected:
        yield connected


@pytest.fixture
async def garden(seeded: Database, database: Database) -> AsyncIterator[Garden]:
    """Changes of a test's own, under the counter's lock; all of them are taken back afterwards."""
    garden = await Garden.open(database)
    try:
        yield garden
    finally:
        await garden.clear()


@pytest.fixture(scope="module")
def without_limits() -> Iterator[None]:
    """Ask for everything there is at once, or with more directives than anybody may: to see that it would be right."""
    everything = Limits(10**6, 10**6, 10**6, 100, 10**6, 10**6, 10**6, 10**6, 10**9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine(), "limits", everything)
        yield
