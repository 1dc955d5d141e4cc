"""`change`: one mutation, its answer, a fixed number of statements, and everything taken back afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import orjson
import pytest

from graph.driver import Database, Statement
from resolvers.context import Context, Viewer
from schema.engine import Request
from schema.gallery.schema import core, engine
from tests.contract.conftest import NOW, Patient, ask, garden, seeded
from tests.contract.planting import Garden

__all__ = ["ask", "garden", "seeded"]

COMMON = """__typename
  ... on Changed { dryRun repeated change { seq operation actor reason } }
  ... on Failure { message code field value expected } ... on Conflict { changes { seq operation } }"""


STANDS = """... on Changed { answers { outcome role { code } accountable { holder { name } } } cells { state role { code } } }"""
"""How the answers stand since: selected where a test looks at it, since it is the dearest to plan."""


class Change(Protocol):
    """Makes one change, as the local operator or as `viewer`; `show` selects of the answer's own fields; without, the answer takes no statement."""

    async def __call__(
        self,
        mutation: str,
        show: str = "",
        *,
        statements: int | None = None,
        now: datetime = NOW,
        viewer: Viewer | None = None,
        **given: Any,
    ) -> dict[str, Any]: ...


def document(mutation: str, show: str = "") -> str:
    """Write a mutation's document."""
    fields = core().mutation_type
    assert fields is not None
    kind = fields.fields[mutation].args["input"].type
    return f"mutation Change($input: {kind}) {{ {mutation}(input: $input) {{ {COMMON} {show} }} }}"


@pytest.fixture
async def change(seeded: Patient, garden: Garden) -> Change:
    """Change the gallery for one test; the garden takes everything back."""
    database = seeded

    async def changed(
        mutation: str,
        show: str = "",
        *,
        statements: int | None = None,
        now: datetime = NOW,
        viewer: Viewer | None = None,
        **given: Any,
    ) -> dict[str, Any]:
        who = viewer or Context.local(database, now).viewer
        ran: list[Statement] = []
        database.observers.append(ran.append)
        try:
            request = Request(document(mutation, show), {"input": given})
            result = await engine().execute(request, Context(database, who, now))
        finally:
            database.observers.remove(ran.append)
        assert not result.errors, [error.formatted for error in result.errors]
        assert result.data is not None
        answer = result.data[mutation]
        assert isinstance(answer, Mapping)
        # Not counted: what is planned once, ahead, and what `ifSeq` asks of the log where a thing is edited.
        ran = [s for s in ran if not s.text.startswith("EXPLAIN") and s.name != "change conflict"]
        if "code" not in answer:
            # No look before the lock where all names are ids, or were looked up before by this process.
            looks = sum(s.name == "change look" for s in ran)
            wanted = min(looks, 1) + ((3 if show else 2) if statements is None else statements)
            assert len(ran) == wanted, [statement.name for statement in ran]
        return dict(answer)

    return changed


DIGEST = """\
CALL () { MATCH (n) WHERE NOT n:Look AND NOT n:Shown RETURN collect([labels(n), properties(n)]) AS nodes }
CALL () {
  MATCH (a)-[r]->(b) WITH coalesce(a.key, elementId(a)) AS a, type(r) AS type, coalesce(b.key, elementId(b)) AS b
  RETURN collect(a) AS froms, collect(type) AS types, collect(b) AS ends
}
RETURN nodes, froms, types, ends"""


async def digest(database: Database) -> str:
    """Hash everything that the database holds but who was shown whom: refusals leave that, too.

    As one row of lists: twenty times as fast as rows that Neo4j sorts.
    """
    (row,) = await database.read(Statement("test", DIGEST, seconds=60.0))
    nodes = sorted(orjson.dumps(node, option=orjson.OPT_SORT_KEYS) for node in row["nodes"])
    arrows = sorted(zip(row["froms"], row["types"], row["ends"], strict=True))
    return hashlib.sha256(b"".join([*nodes, orjson.dumps(arrows)])).hexdigest()
