"""`export` and `imports`: the map out to a file and back in, as the day of the demo's questions has it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest

from graph.driver import Database
from graph_seed.exchange.asking import Wish
from graph_seed.exchange.asking import export as make
from graph_seed.exchange.columns import Sheet
from graph_seed.exchange.importing import apply, preview
from graph_seed.exchange.order import Applied, Order, RowsRefused
from graph_seed.exchange.planned import Options, Planned
from graph_seed.exchange.tables import BY_NAME
from graph_seed.exchange.writing import Table, to_csv
from resolvers.context import Context
from tests.changes.conftest import Change, ask, change, digest, garden, seeded
from tests.contract.conftest import NOW, Patient
from tests.contract.planting import Garden
from tests.exchange.helpers import read_here
from tests.server.conftest import run

__all__ = ["Change", "ask", "change", "digest", "garden", "run", "seeded"]

TODAY = "2026-12-01"
PLACE = "0825"
ROLE = "oir-finans-administrator"
Row = dict[str, str | None]


def sheet(name: str) -> Sheet:
    return BY_NAME[name]


def csv_of(name: str, rows: Sequence[Row]) -> bytes:
    """A CSV of some of a sheet's columns: those that the rows have."""
    only = {column for row in rows for column in row}
    return to_csv(Table(sheet(name), rows, [column.name for column in sheet(name).columns if column.name in only]))


def rows_of(data: bytes) -> list[dict[str, str]]:
    """A CSV's rows by heading."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def edited(rows: list[dict[str, str]]) -> bytes:
    """Rows by heading as a CSV."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def assignment(**more: str | None) -> Row:
    """Somebody new who is to hold a role in Læsø."""
    return {
        "municipality": PLACE, "role": ROLE, "holder_name": "Demo Regnar Regnearksen", "holder_email": "regnar@laesoe.example",
        "first_day": "2026-01-01", "last_day": None, **more,
    }  # fmt: skip


class Maps:
    """The map of one database as files."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.context = Context.local(database, NOW)

    async def csv(self, name: str = "assignments", *places: str, at: str | None = None) -> bytes:
        return (await make(self.database, Wish("csv", name, places, at), self.context)).data

    async def xlsx(self, *places: str) -> bytes:
        return (await make(self.database, Wish("xlsx", None, places), self.context)).data

    async def preview(self, data: bytes, name: str = "assignments.csv", *, end_missing: bool = False) -> Planned:
        return await preview(self.database, read_here(data, name), Options(TODAY, end_missing))

    def order(self, data: bytes, name: str = "assignments.csv", **more: Any) -> Order:
        options = Options(TODAY, more.pop("end_missing", False))
        return Order(read_here(data, name), data, NOW, options, "test", **more)

    async def apply(self, data: bytes, name: str = "assignments.csv", **more: Any) -> Applied:
        return await apply(self.database, self.order(data, name, **more))

    async def refused(
        self, data: bytes, name: str = "assignments.csv", **more: Any
    ) -> list[tuple[str, int, str | None]]:
        """Codes, rows and columns of what is wrong; nothing was written."""
        before = await digest(self.database)
        with pytest.raises(RowsRefused) as refused:
            await self.apply(data, name, **more)
        assert await digest(self.database) == before
        problems = refused.value.planned.problems
        assert all(problem.expected.strip() for problem in problems)
        return [(problem.code, problem.row, problem.column) for problem in problems]


@pytest.fixture
async def maps(seeded: Patient, garden: Garden) -> Maps:
    """Files of the seeded map; what a test imports is taken back."""
    return Maps(seeded)
