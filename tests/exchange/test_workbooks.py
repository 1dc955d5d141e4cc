"""What the workbook offers to whoever fills it in, seen in the file itself."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from graph_seed.exchange.tables import ASSIGNMENTS, PEOPLE, SHEETS
from graph_seed.exchange.workbooks import Lists, template, to_xlsx
from graph_seed.exchange.writing import Table, to_csv
from tests.exchange.helpers import read_here, values

LISTS = Lists(
    municipalities=[("0101", "København"), ("0751", "Aarhus")],
    roles=[("a", "A"), ("b", "B"), ("c", "C")],
    tasks=[("=t", "T")],
)


def parts(data: bytes) -> dict[str, str]:
    """The XML of a workbook and of its sheets by name, with the shared texts under `texts`."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = archive.read("xl/workbook.xml").decode()
        names = re.findall(r'<sheet name="([^"]+)"', book)
        found = {name: archive.read(f"xl/worksheets/sheet{i}.xml").decode() for i, name in enumerate(names, 1)}
        return found | {"book": book, "texts": archive.read("xl/sharedStrings.xml").decode()}


def validations(sheet: str) -> dict[str, str]:
    """What each column's cells offer, by the first cell."""
    pairs = re.findall(r'<dataValidation [^>]*sqref="([A-Z]+2):[^"]*"[^>]*>(?:<formula1>(.*?)</formula1>)?', sheet)
    return {cell: formula for cell, formula in pairs if formula}


def test_explanations_come_first_and_the_lists_are_hidden() -> None:
    book = parts(template(LISTS))["book"]
    names = re.findall(r'<sheet name="([^"]+)"[^>]*?(state="hidden")?[^>]*?/>', book)
    assert [name for name, _ in names] == ["Explanations", *(sheet.heading for sheet in SHEETS), "Lists"]
    assert re.findall(r'<sheet name="(\w+)"[^>]*state="hidden"', book) == ["Lists"]


def test_every_column_is_explained_in_both_languages() -> None:
    texts = re.findall(r"<t[^>]*>(.*?)</t>", parts(template(LISTS))["texts"])
    for sheet in SHEETS:
        for column in sheet.columns:
            assert {column.heading, column.danish[0], column.note} <= set(texts)


def test_headings_stay_in_sight() -> None:
    found = parts(template(LISTS))
    assert [name for name in found if 'ySplit="1"' in found[name] and 'state="frozen"' in found[name]] == [
        "Explanations",
        *(sheet.heading for sheet in SHEETS),
    ]


def test_lists_to_choose_from() -> None:
    found = parts(template(LISTS))
    offered = validations(found["Assignments"])
    assert offered == {"A2": "Lists!$A$2:$A$3", "C2": "Lists!$B$2:$B$4", "E2": '"person,mailbox"'}
    assert validations(found["Progress"]) == {
        "A2": "Lists!$D$2:$D$2",
        "B2": "Lists!$A$2:$A$3",
        "D2": '"done,started,not started"',
    }
    assert "0751 Aarhus" in found["texts"]
    assert "<t>'=t</t>" in found["texts"]


def test_what_is_chosen_from_the_list_of_municipalities_is_its_code() -> None:
    row = {"municipality": "0751 Aarhus", "role": "a", "holder_name": "Demo Åse", "first_day": "2019-12-16"}
    assert values(read_here(to_xlsx([Table(ASSIGNMENTS, [row])], LISTS)), "municipality") == ["0751"]


def test_days_are_days_and_codes_are_text() -> None:
    row = {"municipality": "0101", "role": "a", "holder_name": "=1+1", "first_day": "2019-12-16"}
    sheet = parts(to_xlsx([Table(ASSIGNMENTS, [row])], LISTS))["Assignments"]
    assert re.search(r'<c r="I2" s="\d+"><v>43815</v>', sheet)
    assert re.search(r'<c r="A2" s="\d+" t="s">', sheet)
    assert "<f>" not in sheet


def test_text_that_looks_like_markup_stays_text() -> None:
    written = to_xlsx([Table(PEOPLE, [{"name": "<r><t>x</t></r>"}])], LISTS)
    assert values(read_here(written), "name") == ["<r><t>x</t></r>"]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "'"])
def test_what_would_begin_a_formula_is_marked_in_both_kinds_of_file(begin: str) -> None:
    table = Table(PEOPLE, [{"name": f"{begin}1"}], only=("name",))
    assert to_csv(table).decode("utf-8-sig") in (f"Name\r\n'{begin}1\r\n", f'Name\r\n"\'{begin}1"\r\n')
    texts = re.findall(r"<t[^>]*>(.*?)</t>", parts(to_xlsx([table], LISTS))["texts"])
    assert f"'{begin}1".replace("\r", "_x000D_") in texts


def test_shared_texts_in_several_styles_and_with_pronunciation() -> None:
    styled = "<r><t>Demo </t></r><r><t>Åse</t></r><rPh sb='0' eb='1'><t>no</t></rPh>".encode()
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(to_xlsx([Table(PEOPLE, [{"name": "Demo"}])], LISTS))) as old,
        zipfile.ZipFile(out, "w") as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<t>Demo</t>", styled))
    assert values(read_here(out.getvalue()), "name") == ["Demo Åse"]
