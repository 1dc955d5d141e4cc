"""What is written and read again is the same, value for value."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_seed.exchange.columns import SEPARATOR, Column, Sheet
from graph_seed.exchange.dates import EARLIEST, LATEST
from graph_seed.exchange.door import read_file
from graph_seed.exchange.escaping import escape, needs_mark, unescape
from graph_seed.exchange.tables import ASSIGNMENTS, PEOPLE, SHEETS
from graph_seed.exchange.workbooks import Lists, template, to_xlsx
from graph_seed.exchange.writing import Table, to_csv
from tests.exchange.helpers import read_here

Row = dict[str, str | None]
LISTS = Lists(
    municipalities=[("0101", "København"), ("0751", "Aarhus")],
    roles=[("systemejer-bogfoering", "Systemejer for kommunens bogføringssystem")],
    erp_systems=[("demo", "Demosystem")],
    tasks=[("oir-basis-00", "En opgave")],
)
NASTY = (
    *("=1+1", "+45 12", "-2", "@SUM(A1)", "\tx", "\rx", "＝1", "'", "''=1", "'t Hooft", '"', '";"', ";", ",", "0101", "101.0"),
    *("Ærø, Åbenrå; \"Ø\"", "a\r\nb", "a\nb", " x ", "\u00a0x", "<r>x</r>", "<b>&amp;", "_x0041_", "_x000D_", "\x01", "\x7f", "\ufeffx"),
    *("sep=;", "TRUE", "1E5", "16-12-2019", "A\u030a", "\ufffe", "\U0001f642", "#N/A", "\x0b", "\x1c", "\x85", "\u2028"),
)  # fmt: skip
texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30),
    st.text("=+-@\t\r\n '\"；;,＝æøåÆØÅab_x0", min_size=1, max_size=12),
)
days = st.dates(EARLIEST, LATEST).map(date.isoformat)
words = st.from_regex(r"[a-z0-9æøå+='_-]{1,12}", fullmatch=True)
PHONES = (
    "+45 12 34 56 78",
    "12345678",
    "4512345678",
    "+4512345678",
    "12 34 56 78",
    "(+45) 1234-5678".strip("()"),
    "00 12 34 56",
)


def value_of(column: Column, number: int) -> st.SearchStrategy[str | None]:
    """Any typed value of a column; `number` keeps rows apart."""
    single: st.SearchStrategy[str]
    if column.kind == "municipality":
        return st.just(f"{number + 100:04}")
    if column.kind == "key":
        prefix = column.keys_of[0]
        return words.map(lambda word: f"{prefix}:{word}{number}")
    if column.kind == "text":
        single = texts
    elif column.kind in ("date", "last day"):
        single = days
    elif column.kind == "email":
        single = words.map(lambda word: f"{word}@demo.example")
    elif column.kind == "phone":
        single = st.sampled_from(PHONES)
    else:
        single = st.sampled_from([choice.value for choice in column.choices])
    if column.several:
        single = st.lists(single, min_size=1, max_size=3).map(SEPARATOR.join)
    return single if column.required else st.none() | single


@st.composite
def rows_of(draw: st.DrawFn, sheet: Sheet) -> list[Row]:
    """Rows that are right by themselves and do not disagree."""
    rows = list[Row]()
    for number in range(draw(st.integers(1, 3))):
        row: Row = {column.name: draw(value_of(column, number)) for column in sheet.columns}
        if sheet.period and (last := row["last_day"]):
            row["first_day"], row["last_day"] = sorted((row["first_day"] or "", last))
        for column in sheet.columns:
            if column.beside:
                count = len((row[column.beside] or "").split(SEPARATOR)) if row[column.beside] else 0
                one = row[column.name]
                row[column.name] = SEPARATOR.join([one.split(SEPARATOR)[0]] * count) if one and count else None
        rows.append(row)
    return rows


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
@given(data=st.data())
def test_a_csv_comes_back_as_it_was(sheet: Sheet, data: st.DataObject) -> None:
    rows = data.draw(rows_of(sheet))
    read = read_here(to_csv(Table(sheet, rows)), f"{sheet.name}.csv")
    assert read.problems == ()
    assert [(found.sheet, [dict(row.values) for row in found.rows]) for found in read.sheets] == [(sheet.name, rows)]


@given(data=st.data())
def test_a_workbook_of_all_sheets_comes_back_as_it_was(data: st.DataObject) -> None:
    written = {
        sheet.name: data.draw(rows_of(sheet)) for sheet in data.draw(st.sets(st.sampled_from(SHEETS), min_size=1))
    }
    tables = [Table(sheet, written[sheet.name]) for sheet in SHEETS if sheet.name in written]
    read = read_here(to_xlsx(tables, LISTS), "map.xlsx")
    assert (read.problems, read.warnings) == ((), ())
    assert {found.sheet: [dict(row.values) for row in found.rows] for found in read.sheets} == written


@given(texts)
def test_a_mark_is_taken_away_exactly_if_it_was_put(text: str) -> None:
    marked = escape(text)
    assert unescape(marked) == text
    assert (marked == text) == (not needs_mark(text))


@given(rows_of(PEOPLE))
def test_no_cell_of_a_csv_begins_a_formula(rows: list[Row]) -> None:
    cells = csv.reader(io.StringIO(to_csv(Table(PEOPLE, rows)).decode("utf-8-sig"), newline=""), delimiter=";")
    for cell in (cell for row in cells for cell in row):
        assert not re.match(r"[=\-@\t\r＝]|\+(?![\d ().,+/-]+$)", cell), cell


async def test_telephone_numbers_are_written_as_they_are() -> None:
    row: Row = {"key": "person:1", "name": "Demo Åse", "phone": "+45 12 34 56 78", "phone_visibility": "PUBLIC"}
    written = to_csv(Table(PEOPLE, [row]))
    assert ";+45 12 34 56 78;public;\r\n" in written.decode()
    read = await read_file("people.csv", written)
    assert read.sheets[0].rows[0].values["phone"] == "+45 12 34 56 78"


def test_the_same_rows_give_the_same_bytes() -> None:
    row: Row = {"municipality": "0751", "role": "r", "holder_name": "Demo Åse", "first_day": "2019-12-16"}
    written = to_xlsx([Table(ASSIGNMENTS, [row])], LISTS)
    assert written == to_xlsx([Table(ASSIGNMENTS, [row])], LISTS)
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        # Not the time of writing, nor that of the machine's clock on the parts.
        assert b"2019-01-01T00:00:00Z" in archive.read("docProps/core.xml")
        assert {info.date_time[0] for info in archive.infolist()} == {1980}


def test_a_column_that_is_left_out_says_nothing() -> None:
    row: Row = {"key": "person:1", "name": "Demo Åse", "phone": "12 34 56 78", "unit": None}
    read = read_here(to_csv(Table(PEOPLE, [row], only=("key", "name", "unit"))), "people.csv")
    assert [dict(found.values) for found in read.sheets[0].rows] == [
        {"key": "person:1", "name": "Demo Åse", "unit": None}
    ]


async def test_the_template_has_every_sheet_and_no_row() -> None:
    read = await read_file("template.xlsx", template(LISTS))
    assert [(sheet.sheet, sheet.rows) for sheet in read.sheets] == [(sheet.name, ()) for sheet in SHEETS]
    assert read.problems == ()
    assert [warning.code for warning in read.warnings] == ["NO_ROWS"]
