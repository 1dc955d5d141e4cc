"""Asking and changing as somebody: the same engine, the same seeded database, another viewer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest

from graph.driver import Database, Statement
from resolvers.context import PUBLIC, Context, Viewer
from schema.engine import Request
from schema.gallery.schema import engine
from tests.changes.conftest import change, digest, document
from tests.contract.conftest import NOW, Answer, ask, assert_error_shape, garden, seeded

__all__ = ["ask", "change", "digest", "garden", "seeded"]


def municipality(code: str, *, edits: bool = False) -> Viewer:
    return Viewer("municipality", f"municipality:{code}", municipality=code, edits=edits)


def vendor(key: str) -> Viewer:
    return Viewer("vendor", f"vendor:{key}", vendor=f"vendor:{key}")


KOMBIT: Final = Viewer("kombit", "kombit")
KOMBIT_EDITOR: Final = Viewer("kombit", "kombit", edits=True)
AARHUS: Final = municipality("0751")
AARHUS_EDITOR: Final = municipality("0751", edits=True)
COPENHAGEN: Final = municipality("0101")
VENDOR: Final = vendor("kmd")
EVERYBODY: Final = {
    "KOMBIT": KOMBIT,
    "Aarhus": AARHUS,
    "Copenhagen": COPENHAGEN,
    "vendor": VENDOR,
    "anybody": PUBLIC,
}


@dataclass(frozen=True)
class As:
    """Asks and changes as a viewer."""

    database: Database

    async def asks(self, viewer: Viewer, query: str, **variables: Any) -> Answer:
        """Ask; errors are for the caller to look at."""
        ran: list[Statement] = []
        self.database.observers.append(ran.append)
        try:
            result = await engine().execute(Request(query, variables), Context(self.database, viewer, NOW))
        finally:
            self.database.observers.remove(ran.append)
        for error in result.formatted.get("errors", []):
            assert_error_shape(error, executed=result.has_data)
        return Answer(result.formatted.get("data"), result.formatted.get("errors", []), ran)

    async def sees(self, viewer: Viewer, query: str, **variables: Any) -> Any:
        """Ask what has no errors, in one statement, and give the data."""
        answer = await self.asks(viewer, query, **variables)
        assert answer.errors == []
        assert len(answer.statements) == 1
        return answer.data

    async def changes(self, viewer: Viewer, mutation: str, show: str = "", **given: Any) -> Mapping[str, Any]:
        """Change, and give the answer, a refusal too."""
        query = document(mutation, show).replace("... on Conflict { changes { seq operation } }", "")
        request = Request(query, {"input": given})
        result = await engine().execute(request, Context(self.database, viewer, NOW))
        assert not result.errors, [error.formatted for error in result.errors]
        assert result.data is not None
        answer = result.data[mutation]
        assert isinstance(answer, Mapping)
        return answer


@pytest.fixture
def who(seeded: Database) -> As:
    return As(seeded)
