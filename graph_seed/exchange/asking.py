"""Asking for an export: which form, which sheet, where, when; checked, read in one statement, written."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from neo4j import Record as Found

from graph.driver import Database, Statement
from graph.shape import label_of
from graph_seed.exchange.columns import Sheet
from graph_seed.exchange.current import current, lists_of
from graph_seed.exchange.headings import by_name
from graph_seed.exchange.matching import Names
from graph_seed.exchange.state import SECONDS, State, read_state
from graph_seed.exchange.tables import ASSIGNMENTS, SHEETS
from graph_seed.exchange.workbooks import template, to_xlsx
from graph_seed.exchange.writing import to_csv
from resolvers.context import Context
from resolvers.dates import day, instant
from resolvers.errors import InvalidInput, check_text

Form = Literal["xlsx", "csv", "template"]


@dataclass(frozen=True, slots=True)
class Wish:
    """An export as it is asked for: `places` are codes, names or spellings; `at` a day, `known_at` a day or an instant."""

    form: Form
    sheet: str | None = None
    places: tuple[str, ...] = ()
    at: str | None = None
    known_at: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """An export that was made; `people` are the keys of those whom it names."""

    data: bytes
    rows: int
    seq: int
    people: frozenset[str] = frozenset()


async def export(database: Database, wish: Wish, context: Context) -> Made:
    """Make an export.

    Raises:
        InvalidInput: no such sheet, municipality or day.
    """
    today = context.today.isoformat()
    at = day("at", wish.at) if wish.at is not None else today
    known = instant("knownAt", wish.known_at, context.now) if wish.known_at is not None else ""
    sheet = sheet_of(wish)
    for place in wish.places:
        check_text("municipality", place)

    async def run(statement: Statement) -> Sequence[Found]:
        return await database.read(statement, patience=SECONDS)

    state = await read_state(run, context.viewer, places=wish.places, since=at, known=known, everybody=False)
    return await asyncio.to_thread(_made, state, at, wish, sheet)


def _made(state: State, at: str, wish: Wish, sheet: Sheet | None) -> Made:
    names = Names(state, at)
    for place in wish.places:
        names.find("Municipality", place, "municipality")
    if wish.form == "template":
        return Made(template(lists_of(state, at)), 0, state.seq)
    tables = [table for table in current(state, at) if sheet in (None, table.sheet)]
    rows = sum(1 for table in tables for _ in table.rows)
    data = to_csv(tables[0]) if wish.form == "csv" else to_xlsx(tables, lists_of(state, at))
    values = (value for table in tables for row in table.rows for value in row.values())
    return Made(data, rows, state.seq, frozenset(value for value in values if value and label_of(value) == "Person"))


def sheet_of(wish: Wish) -> Sheet | None:
    """Give the one sheet that is asked for; None: all.

    Raises:
        InvalidInput: there is no such sheet.
    """
    if wish.sheet is None:
        return ASSIGNMENTS if wish.form == "csv" else None
    sheet = by_name(wish.sheet)
    if sheet is None:
        raise InvalidInput("UNKNOWN_SHEET", "sheet", wish.sheet, f"one of {', '.join(s.name for s in SHEETS)}")
    return sheet
