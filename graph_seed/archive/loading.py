"""Writing a document into a database that has its constraints and nothing else, a thousand rows a transaction.

Labels and types come from the document, but only after `checking.py` has held them to the shape. Nodes are found again by the
database's own ids: one look-up for each thing instead of one for each arrow, of which there are five times as many.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Iterator, Sequence
from typing import Any, Final

from graph.driver import Database, Statement, Transaction
from graph_seed.archive.carried import LOG
from graph_seed.archive.document import Row

ROWS: Final = 1000
"""Rows of one transaction."""
SECONDS: Final = 120.0
PATIENCE: Final = 30.0
"""Seconds for which the database may be silent: garbage and commits take a few on a busy machine."""

_NODES: Final = """\
UNWIND $p.rows AS row
CREATE (n:$(row.label))
SET n = row.properties
RETURN n.key AS key, elementId(n) AS id"""
_RECORDS: Final = f"""\
UNWIND $p.rows AS row
CREATE (n:$(row.label))
SET n = row.properties
WITH n, row
CALL (n, row) {{ UNWIND row.arrows AS arrow MATCH (t) WHERE elementId(t) = arrow[1] CREATE (n)-[r:$(arrow[0])]->(t) SET r = arrow[2] }}
CALL (n, row) {{ UNWIND row.log AS arrow MATCH (c:{LOG}) WHERE elementId(c) = arrow[1] CREATE (c)-[r:$(arrow[0])]->(n) SET r = arrow[2] }}
FINISH"""
_ARROWS: Final = """\
UNWIND $p.rows AS row
MATCH (n) WHERE elementId(n) = row[0]
MATCH (t) WHERE elementId(t) = row[2]
CREATE (n)-[r:$(row[1])]->(t)
SET r = row[3]"""


class Loader:
    """Takes the rows of a document in their order; `end` writes what is left. Raises a `GraphError`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._section = ""
        self._rows: list[Row] = []
        self._ids: dict[str, str] = {}
        self._arrows: list[list[Any]] = []

    async def take(self, section: str, row: Row) -> None:
        """Write the next row, or keep it until there are enough."""
        if section != self._section:
            await self.end()
            self._section = section
        self._rows.append(row)
        if len(self._rows) == ROWS:
            await self._flush()

    async def end(self) -> None:
        """Write what was kept: rows, and the arrows between nodes of one section once all these are there."""
        await self._flush()
        arrows, self._arrows = self._arrows, []
        for start in range(0, len(arrows), ROWS):
            part = [[self._ids[one], kind, self._ids[end], own] for one, kind, end, own in arrows[start : start + ROWS]]
            await self._write(Statement("restore arrows", _ARROWS, {"rows": part}))

    async def _flush(self) -> None:
        rows, self._rows = self._rows, []
        if not rows:
            return
        if self._section == "records":
            found = [{**row, "arrows": self._found(row["arrows"]), "log": self._found(_log(row))} for row in rows]
            await self._write(Statement("restore records", _RECORDS, {"rows": found}))
            return
        made = await self._write(Statement("restore nodes", _NODES, {"rows": rows}))
        self._ids |= {record["key"]: record["id"] for record in made}
        for row in rows:
            key = row["properties"]["key"]
            self._arrows += ([key, *_whole(arrow)] for arrow in row["arrows"])
            self._arrows += ([change, kind, key, own] for kind, change, own in _log(row))

    def _found(self, arrows: Iterable[Sequence[Any]]) -> list[list[Any]]:
        return [[kind, self._ids[end], own] for kind, end, own in map(_whole, arrows)]

    async def _write(self, statement: Statement) -> list[Any]:
        def work(transaction: Transaction) -> Awaitable[list[Any]]:
            return transaction.run(statement)

        return await self._database.write(work, name=statement.name, seconds=SECONDS, patience=PATIENCE)


def _whole(arrow: Sequence[Any]) -> tuple[str, str, dict[str, Any]]:
    return arrow[0], arrow[1], arrow[2] if len(arrow) > 2 else {}


def _log(row: Row) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for kind, seq, own in map(_whole, row.get("log", ())):
        yield kind, f"change:{seq}", own
