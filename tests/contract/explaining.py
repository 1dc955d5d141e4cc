"""`explain`: the plan of a statement, and what it costs to run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Protocol

import neo4j
import pytest

from graph.driver import Database, Statement
from graph.local import Connection
from graph.params import encode


class Explain(Protocol):
    """Gives a statement's plan (`EXPLAIN`, or `PROFILE` to run it)."""

    def __call__(self, statement: Statement, how: Literal["EXPLAIN", "PROFILE"] = "EXPLAIN") -> dict[str, Any]: ...


@pytest.fixture(scope="module")
def explain(seeded: Database, neo4j_server: Connection) -> Iterator[Explain]:
    """Explain statements by a connection of their own."""
    server = neo4j_server
    auth = (server.username, server.password)
    with (
        neo4j.GraphDatabase.driver(server.uri, auth=auth, notifications_min_severity="OFF") as driver,
        driver.session(database=server.database) as session,
    ):

        def explained(statement: Statement, how: Literal["EXPLAIN", "PROFILE"] = "EXPLAIN") -> dict[str, Any]:
            text: Any = f"{how} {statement.text}"
            summary = session.run(text, {"p": encode(statement.params)}).consume()
            return dict((summary.profile if how == "PROFILE" else summary.plan) or {})

        yield explained


def operators(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("children", ()):
        yield from operators(child)


def memory(plan: dict[str, Any]) -> int:
    """Tell how many bytes the database counted for a profiled statement, against what all transactions have together."""
    return int(plan["args"]["GlobalMemory"])


def hits(plan: dict[str, Any]) -> int:
    return sum(one.get("dbHits", one.get("args", {}).get("DbHits", 0)) for one in operators(plan))
