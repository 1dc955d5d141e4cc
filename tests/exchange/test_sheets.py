"""Encodings, separators, headings, sheets, and rows that do not go together."""

from __future__ import annotations

import pytest

from graph_seed.exchange.columns import SEPARATOR
from graph_seed.exchange.errors import FileRefused
from graph_seed.exchange.limits import Limits
from graph_seed.exchange.tables import BY_NAME
from graph_seed.exchange.writing import writer_of
from tests.exchange.helpers import (
    HEAD,
    assignments_of,
    csv_of,
    number,
    read_here,
    sheet_of,
    text,
    values,
    workbook_of,
    wrong,
)

ROW = "0751;systemejer-bogfoering;Demo Åse Øllgård;16-12-2019;"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_say_what_they_are(encoding: str) -> None:
    read = read_here(csv_of(HEAD, ROW, encoding=encoding))
    assert values(read, "holder_name") == ["Demo Åse Øllgård"]
    assert read.sheets[0].headings["municipality"] == "Kommunekode"
    assert (read.problems, read.warnings) == ((), ())


def test_a_guessed_encoding_is_named() -> None:
    read = read_here(csv_of(HEAD, ROW, encoding="cp1252"))
    assert values(read, "holder_name") == ["Demo Åse Øllgård"]
    assert [warning.code for warning in read.warnings] == ["ENCODING_GUESSED"]
    assert "cp1252 (guessed)" in read.warnings[0].message


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_separators_are_told_by_the_heading(separator: str) -> None:
    lines = (HEAD.replace(";", separator), ROW.replace(";", separator))
    assert values(read_here(csv_of(*lines)), "holder_name") == ["Demo Åse Øllgård"]


def test_a_heading_with_the_other_separator_inside() -> None:
    read = read_here(csv_of('Navn,"Enhed",Stilling', '"Demo, Åse; Bo",x;y;z;w,"a;b"'), "people.csv")
    assert [dict(row.values) for row in read.sheets[0].rows] == [
        {"name": "Demo, Åse; Bo", "unit": "x;y;z;w", "job_title": "a;b"}
    ]


def test_the_line_with_which_excel_tells_the_separator() -> None:
    read = read_here(csv_of("sep=,", *(line.replace(";", ",") for line in (HEAD, ROW, ROW.replace("16-12", "31-02")))))
    assert values(read, "holder_name") == ["Demo Åse Øllgård"]
    assert wrong(read) == {("BAD_DATE", 3, "Fra")}


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    """Empty rows count, a row that goes over two lines is one."""
    read = read_here(csv_of("", HEAD, "", '0751;x;"Demo', 'Åse";i går;', ";;;;", "0751;x;Bo;i går;"))
    assert wrong(read) == {("BAD_DATE", 4, "Fra"), ("BAD_DATE", 6, "Fra")}
    sparse = sheet_of([[text(h) for h in HEAD.split(";")], [text("x")]]).replace('r="2"', 'r="17"')
    assert {problem.row for problem in read_here(workbook_of({"Assignments": sparse})).problems} == {17}


def test_wrong_headings_get_the_nearest_right_ones() -> None:
    read = read_here(csv_of("Komunekode;Rolle;Navn;Fra;Til og mde;Skostørrelse", ROW))
    expected = {problem.column: problem.expected for problem in read.problems if problem.code == "HEADING_UNKNOWN"}
    assert expected["Komunekode"].startswith("“Kommunekode”")
    assert expected["Til og mde"].startswith("“Til og med”")
    assert expected["Skostørrelse"].startswith("no such column")
    missing = [problem.expected for problem in read.problems if problem.code == "HEADING_MISSING"]
    assert missing == ["a column “Municipality code” (or “Kommunekode”)"]
    assert read.sheets == ()


def test_headings_that_are_none_of_ours() -> None:
    read = read_here(csv_of("a;b;c", "1;2;3"))
    assert wrong(read) == {("HEADING_UNKNOWN", 1, None)}
    assert "“Kommunekode”" in read.problems[0].expected


def test_a_heading_twice() -> None:
    assert wrong(read_here(csv_of(f"{HEAD};Fra og med", f"{ROW};x"))) == {("HEADING_TWICE", 1, "Fra og med")}


def test_headings_need_not_be_spelled_exactly() -> None:
    assert read_here(csv_of(" KOMMUNE-KODE ;rolle:;navn;FRA;til_og_med", ROW)).ok


def test_a_value_beside_the_headings() -> None:
    assert wrong(read_here(csv_of(HEAD, f"{ROW};note"))) == {("CELL_NOT_UNDER_A_HEADING", 2, None)}


@pytest.mark.parametrize(
    ("headings", "name", "sheet"),
    [
        ("Kommunekode;Rolle;Årsag;Fra", "x", "vacancies"),
        ("Kommunekode;Rolle;Indehaver;Stedfortræder;Fra", "x", "stand_ins"),
        ("Kommunekode;Rolle;Lokal titel;Fra;Til", "x", "translations"),
        ("Kommunekode;Område;System;Fra", "x", "erp_use"),
        ("Navn;E-mail", "postkasser", "mailboxes"),
        ("Navn;E-mail", "x", "people"),
        ("Navn;Formål", "x", "mailboxes"),
    ],
)
def test_a_csv_is_told_by_its_headings(headings: str, name: str, sheet: str) -> None:
    assert [found.sheet for found in read_here(csv_of(headings), f"{name}.csv").sheets] == [sheet]


def test_notes_beside_our_sheets_are_left_and_that_is_said() -> None:
    ours = [[text("Navn"), text("Stilling")], [text("Demo Åse"), text("x")]]
    notes = sheet_of([[text("Husk"), text("mælk")]])
    read = read_here(workbook_of({"Ark1": sheet_of(ours), "Noter": notes, "Forklaring": notes}))
    assert [(sheet.sheet, sheet.tab, len(sheet.rows)) for sheet in read.sheets] == [("people", "Ark1", 1)]
    assert [(warning.code, warning.sheet) for warning in read.warnings] == [("SHEET_IGNORED", "Noter")]
    assert wrong(read_here(workbook_of({"Noter": notes}))) == {("HEADING_UNKNOWN", 1, None)}


def test_two_sheets_of_one_kind() -> None:
    sheet = sheet_of([[text("Navn")], [text("Demo Åse")]])
    read = read_here(workbook_of({"People": sheet, "Personer": sheet}))
    assert [(p.code, p.sheet) for p in read.problems] == [("HEADING_TWICE", "Personer")]


def test_texts_in_several_styles_and_with_pronunciation() -> None:
    styled = '<c t="inlineStr"><is><r><t>Demo </t></r><r><t>Åse</t></r><rPh><t>no</t></rPh></is></c>'
    assert values(read_here(assignments_of([number(751), text("x"), styled, number(43815)])), "holder_name") == [
        "Demo Åse"
    ]


def test_a_program_that_writes_every_element_with_a_prefix() -> None:
    plain = sheet_of([[text("Navn")], [text("Demo Åse")]])
    prefixed = plain.replace("xmlns=", "xmlns:x=").replace("</", "</x:")
    for element in ("worksheet", "sheetData", "row", "c", "is", "t"):
        prefixed = prefixed.replace(f"<{element} ", f"<x:{element} ").replace(f"<{element}>", f"<x:{element}>")
    assert values(read_here(workbook_of({"People": prefixed})), "name") == ["Demo Åse"]


def test_the_same_row_twice_names_both() -> None:
    read = read_here(csv_of(HEAD, ROW, "0101;x;Demo Bo;2020-01-01;", ROW.replace("Åse", "ÅSE")))
    assert [(p.code, p.row, p.other) for p in read.problems] == [("SAME_ROW", 4, 2)]
    assert "row 2" in read.problems[0].expected


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (("2020-01-01", "2020-12-31"), ("2020-01-01", ""), "ROWS_CONTRADICT"),
        (("2020-01-01", ""), ("2020-06-01", "2020-06-30"), "ROWS_CONTRADICT"),
        (("2020-06-01", "2020-06-30"), ("2020-01-01", "2020-06-01"), "ROWS_CONTRADICT"),
        (("2020-01-01", "2020-05-31"), ("2020-06-01", ""), None),
    ],
)
def test_rows_of_one_holder_may_not_overlap(first: tuple[str, str], second: tuple[str, str], code: str | None) -> None:
    read = read_here(csv_of(HEAD, *(f"0751;x;Demo Åse;{begin};{end}" for begin, end in (first, second))))
    assert [(p.code, p.row, p.other) for p in read.problems] == ([(code, 3, 2)] if code else [])


def test_one_long_row_contradicts_every_one_inside_it() -> None:
    periods = (("2020-01-01", "2020-12-31"), ("2020-02-01", "2020-02-02"), ("2020-03-01", "2020-03-02"))
    read = read_here(csv_of(HEAD, *(f"0751;x;Demo Åse;{begin};{end}" for begin, end in periods)))
    assert [(p.row, p.other) for p in read.problems] == [(3, 2), (4, 2)]


def test_two_holders_of_one_role_are_no_contradiction() -> None:
    head = HEAD.replace("Navn", "Navn;E-mail;Nøgle")
    rows = (
        "0751;x;Demo A;a@a.example;;2020-01-01;",
        "0751;x;Demo A;b@a.example;;2020-01-01;",
        "0751;x;Demo A;;person:1;2020-01-01;",
    )
    assert read_here(csv_of(head, *rows)).ok
    read = read_here(csv_of(head, rows[2], rows[2].replace("Demo A", "Demo B")))
    assert [(p.code, p.row, p.other) for p in read.problems] == [("ROWS_CONTRADICT", 3, 2)]


def test_two_states_of_one_task_contradict() -> None:
    read = read_here(csv_of("Opgave;Kommunekode;Status;Siden", "t;101;done;2020-01-01", "t;101;started;2020-01-02"))
    assert [(p.code, p.row, p.other) for p in read.problems] == [("ROWS_CONTRADICT", 3, 2)]


def test_rows_that_contradict_each_other_are_all_told_since_the_map_may_forgive_them() -> None:
    """And they do not hide what is wrong with others."""
    rows = [f"0751;x;Bo;2026-01-{day:02};" for day in range(1, 10)]
    read = read_here(csv_of(HEAD, *rows, "0751;x;Bo;i går;"), limits=Limits(problems=2))
    assert [problem.code for problem in read.problems].count("ROWS_CONTRADICT") == 8
    assert {problem.code for problem in read.problems} == {"ROWS_CONTRADICT", "BAD_DATE"}
    assert read.more_problems == 0


def test_a_name_in_the_code_s_cell_stands_beside_it() -> None:
    read = read_here(csv_of(HEAD, "0751 København;x;Bo;2026-01-01;", "751;x;Bo;2026-01-01;"))
    (sheet,) = read.sheets
    assert [(row.values["municipality"], row.values["municipality_name"]) for row in sheet.rows] == [
        ("0751", "København"), ("0751", None),
    ]  # fmt: skip


def test_many_addresses_and_numbers_in_a_cell_are_as_long_as_they_are() -> None:
    phones = [f"+45 12 34 56 78 / 87 65 43 {n:02}" for n in range(20)]
    emails = [f"{'a' * 60}{n}@{'b' * 180}.example" for n in range(20)]
    cells = (f'"{", ".join(emails)}"', f'"{", ".join(phones)}"')
    read = read_here(csv_of("Name;Municipality code;E-mail;Phone", f"Bo;0751;{';'.join(cells)}"), "people.csv")
    assert read.problems == ()
    assert values(read, "phone") == [SEPARATOR.join(phones)]
    assert writer_of(BY_NAME["people"].by_name["phone"])(SEPARATOR.join(phones)) == SEPARATOR.join(phones)


def test_a_row_of_blanks_is_none_and_merged_cells_and_truth_for_text_are_refused() -> None:
    heading = [text(word) for word in HEAD.split(";")]
    row = [text(word) for word in ("0751", "x", "Bo", "2026-01-01")]
    read = read_here(workbook_of({"Assignments": sheet_of([[text(" ")], heading, row])}))
    assert (read.problems, values(read, "holder_name")) == ((), ["Bo"])
    truth = [*row[:2], '<c t="b"><v>1</v></c>', row[3]]
    assert wrong(read_here(assignments_of(truth))) == {("BAD_CELL", 2, "Navn")}
    merged = sheet_of([heading, row, row[:3]]).replace(
        "</sheetData>", '</sheetData><mergeCells><mergeCell ref="D2:D3"/></mergeCells>'
    )
    with pytest.raises(FileRefused) as refused:
        read_here(workbook_of({"Assignments": merged}))
    assert (refused.value.code, "D2:D3" in str(refused.value)) == ("FILE_MERGED_CELLS", True)


def test_problems_beyond_the_limit_are_counted() -> None:
    read = read_here(csv_of(HEAD, *["0751;x;Bo;i går;"] * 7), limits=Limits(problems=5))
    assert (len(read.problems), read.more_problems, read.ok) == (5, 2, False)
