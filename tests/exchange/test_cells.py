"""What spreadsheets make of a code, a day, a number or a formula, and what it was meant to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_seed.exchange import dates
from graph_seed.exchange.cells import BadCell, reader
from graph_seed.exchange.columns import Column
from graph_seed.exchange.escaping import MARK
from graph_seed.exchange.tables import ASSIGNMENTS, PEOPLE
from resolvers import dates as asked
from resolvers.changes.people import contacts
from resolvers.errors import InvalidInput
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


def row(municipality: str = "0751", first: str = "2019-12-16", last: str = "", name: str = "Demo Åse") -> str:
    return f"{municipality};systemejer-bogfoering;{name};{first};{last}"


def cells(municipality: str, first: str, name: str = "") -> list[str]:
    return [municipality, text("systemejer-bogfoering"), name or text("Demo Åse"), first]


@pytest.mark.parametrize("written", ["0101", "101", "101.0", " 101 ", "'0101", "0101 København"])
def test_a_code_gets_its_zero_back(written: str) -> None:
    assert values(read_here(csv_of(HEAD, row(municipality=written))), "municipality") == ["0101"]


@pytest.mark.parametrize("written", ["10101", "København", "0", "1-01", "101.5", "=101"])
def test_what_is_no_code_is_refused(written: str) -> None:
    read = read_here(csv_of(HEAD, row(municipality=written)))
    assert wrong(read) == {("BAD_CODE", 2, "Kommunekode")}
    assert read.problems[0].value == written
    assert "four digits" in read.problems[0].expected
    assert read.row_count == 0


@pytest.mark.parametrize(
    "written",
    ["2019-12-16", "16-12-2019", "16.12.2019", "16/12/2019", "43815", "43815.0", "'16-12-2019"],
)
def test_days_as_danes_and_spreadsheets_write_them(written: str) -> None:
    assert values(read_here(csv_of(HEAD, row(first=written))), "first_day") == ["2019-12-16"]


def test_the_day_stands_before_the_month() -> None:
    assert values(read_here(csv_of(HEAD, row(first="1/2/2020"))), "first_day") == ["2020-02-01"]


@pytest.mark.parametrize("written", ["2019-12-16 10:00", "2019-12-16T00:00:00", "16-12-2019 9.30", "43815.5"])
def test_a_time_of_day_is_refused_and_not_cut_off(written: str) -> None:
    read = read_here(csv_of(HEAD, row(first=written)))
    assert wrong(read) == {("BAD_DATE", 2, "Fra")}
    assert "without a time of day" in read.problems[0].expected


@pytest.mark.parametrize(
    "written", ["12/16/2019", "16-12-19", "30-02-2020", "i morgen", "2200-01-01", "1969-12-31", "1", "31-12-9999"]
)
def test_what_is_no_day_in_reach_is_refused(written: str) -> None:
    assert wrong(read_here(csv_of(HEAD, row(first=written)))) == {("BAD_DATE", 2, "Fra")}


def test_days_reach_as_far_as_those_that_can_be_asked() -> None:
    assert (dates.EARLIEST, dates.LATEST) == (asked.EARLIEST, asked.LATEST)


@pytest.mark.parametrize(("written", "meant"), [("", None), ("31-12-9999", None), ("31-12-2020", "2020-12-31")])
def test_an_empty_last_day_is_until_further_notice(written: str, meant: str | None) -> None:
    assert values(read_here(csv_of(HEAD, row(last=written))), "last_day") == [meant]


def test_a_last_day_before_the_first_is_refused() -> None:
    read = read_here(csv_of(HEAD, row(first="2020-01-02", last="2020-01-01")))
    assert wrong(read) == {("BAD_PERIOD", 2, "Til og med")}
    assert "2020-01-02" in read.problems[0].expected
    assert read_here(csv_of(HEAD, row(first="2020-01-01", last="2020-01-01"))).ok


def test_numbers_and_days_of_a_workbook() -> None:
    read = read_here(
        assignments_of(
            cells(number(101), number(43815)), cells(number(101.0), '<c t="d"><v>2020-01-01T00:00:00</v></c>')
        )
    )
    assert values(read, "municipality") == ["0101", "0101"]
    assert values(read, "first_day") == ["2019-12-16", "2020-01-01"]


def test_a_time_of_day_in_a_workbooks_day_is_refused() -> None:
    read = read_here(
        assignments_of(
            cells(number(101), number(43815.25)), cells(number(101), '<c t="d"><v>2020-01-01T10:00:00</v></c>')
        )
    )
    assert wrong(read) == {("BAD_DATE", 2, "Fra"), ("BAD_DATE", 3, "Fra")}


def test_a_workbook_that_counts_from_1904() -> None:
    read = read_here(assignments_of(cells(number(101), number(43815 - 1462)), book='<workbookPr date1904="1"/>'))
    assert values(read, "first_day") == ["2019-12-16"]


def test_a_formula_is_never_evaluated() -> None:
    formula = '<c t="str"><f>HYPERLINK("x")</f><v>Demo Åse</v></c>'
    first = '<c t="str"><f t="shared" si="0">1+1</f><v>2</v></c>'
    next_one = '<c><f t="shared" si="0"/><v>2</v></c>'
    read = read_here(assignments_of(*(cells(number(101), number(43815), cell) for cell in (formula, first, next_one))))
    assert values(read, "holder_name") == ['=HYPERLINK("x")', "=1+1", "=1+1"]
    assert [(warning.code, warning.row) for warning in read.warnings] == [("FORMULA_AS_TEXT", n) for n in (2, 3, 4)]


def test_where_a_value_is_needed_a_formula_or_an_error_is_none() -> None:
    formula, error = "<c><f>100+1</f><v>101</v></c>", '<c t="e"><v>#N/A</v></c>'
    read = read_here(
        assignments_of(
            cells(formula, number(43815)), cells(number(101), error), cells(number(101), number(43815), error)
        )
    )
    assert wrong(read) == {("BAD_CELL", 2, "Kommunekode"), ("BAD_CELL", 3, "Fra"), ("BAD_CELL", 4, "Navn")}
    assert {problem.value for problem in read.problems} == {"=100+1", "#N/A"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("+45 12 34 56 78", "+45 12 34 56 78"),
        ("4512345678", "+45 12 34 56 78"),
        ("4512345678.0", "+45 12 34 56 78"),
        ("12345678", "+45 12 34 56 78"),
        ("'12345678", "12345678"),
        ("12 34 56 78", "12 34 56 78"),
        ("+46 8 123 45", "+46 8 123 45"),
        ("+45 12 34 56 78; 87654321", "+45 12 34 56 78, +45 87 65 43 21"),
    ],
)
def test_telephone_numbers(written: str, meant: str) -> None:
    assert values(read_here(csv_of("Navn,Telefon", f'Demo Åse,"{written}"'), "people.csv"), "phone") == [meant]


def test_a_telephone_number_that_became_a_number_in_a_workbook() -> None:
    data = workbook_of({"Personer": sheet_of([[text("Navn"), text("Tlf")], [text("Demo Åse"), number(4512345678)]])})
    assert values(read_here(data), "phone") == ["+45 12 34 56 78"]


@pytest.mark.parametrize(
    ("heading", "written", "code"),
    [
        ("Telefon", "=1+2", "BAD_PHONE"),
        ("Telefon", "4,51235E+09", "BAD_PHONE"),
        ("E-mail", "ikke en adresse", "BAD_EMAIL"),
        ("E-mail", "a@b", "BAD_EMAIL"),
        ("Nøgle", "x" * 10_000, "BAD_TEXT"),
        ("Nøgle", "person:" + "x" * 201, "BAD_THING_KEY"),
        ("Nøgle", "mailbox:x", "BAD_THING_KEY"),
        ("Enhed", "x" * 501, "BAD_TEXT"),
    ],
)
def test_what_a_column_does_not_take(heading: str, written: str, code: str) -> None:
    read = read_here(csv_of(f'Navn;Stilling;"{heading}"', f'Demo Åse;x;"{written}"'), "people.csv")
    assert wrong(read) == {(code, 2, heading)}
    assert len(read.problems[0].value) <= 200


@pytest.mark.parametrize(
    ("written", "meant"), [("Fuldført", "DONE"), ("IKKE PÅBEGYNDT", "NOT_STARTED"), ("started", "STARTED")]
)
def test_words_of_a_choice_in_both_languages(written: str, meant: str) -> None:
    read = read_here(csv_of("Opgave;Kommunekode;Status;Siden", f"oir-basis-00;101;{written};2020-01-01"))
    assert [sheet.sheet for sheet in read.sheets] == ["progress"]
    assert values(read, "state") == [meant]


def test_a_word_that_is_none_of_a_choice_gets_the_list() -> None:
    read = read_here(csv_of("Opgave;Kommunekode;Status;Siden", "oir-basis-00;101;måske;2020-01-01"))
    assert wrong(read) == {("BAD_CHOICE", 2, "Status")}
    assert read.problems[0].expected == "one of done, started, not started"


def test_one_word_of_visibility_is_said_of_every_address() -> None:
    head = "Navn;Stilling;E-mail;E-mail synlig for"
    read = read_here(csv_of(head, "Demo A;x;a@a.example, b@b.example;offentlig", "Demo B;x;;offentlig"), "people.csv")
    assert values(read, "email_visibility") == ["PUBLIC, PUBLIC", None]
    read = read_here(csv_of(head, "Demo A;x;a@a.example;offentlig, alle"), "people.csv")
    assert wrong(read) == {("BAD_CHOICE", 2, "E-mail synlig for")}


def test_a_value_that_is_needed() -> None:
    read = read_here(csv_of(HEAD, row(name="")))
    assert wrong(read) == {("CELL_EMPTY", 2, "Navn")}


def test_text_that_no_database_takes_is_refused() -> None:
    read = read_here(assignments_of(*(cells(number(101), number(43815), text(t)) for t in ("_x0000_", "_xD800_"))))
    assert wrong(read) == {("BAD_TEXT", 2, "Navn"), ("BAD_TEXT", 3, "Navn")}


def taken(column: Column, cell: str) -> bool:
    try:
        return reader(column)(cell) is not None
    except BadCell:
        return False


def written_one_by_one(kind: str, value: str) -> bool:
    try:
        return bool(contacts([{"kind": kind, "value": value, "visibility": "PUBLIC"}]))
    except InvalidInput:
        return False


addresses = st.from_regex(r"[^@\s,;\0]{1,4}@[^@\s,;\0]{1,6}\.[^@\s,;\0]{1,3}", fullmatch=True)
numbers = st.text("+0123 ()./-x", min_size=1, max_size=9)


@given(addresses | numbers)
def test_a_contact_that_can_be_written_one_by_one_can_come_in_a_file_and_no_other(value: str) -> None:
    value = value.strip()
    for kind, column in (("EMAIL", ASSIGNMENTS.by_name["holder_email"]), ("PHONE", PEOPLE.by_name["phone"])):
        assert taken(column, MARK + value) == written_one_by_one(kind, value)


@pytest.mark.parametrize(
    "value", ["anna@aarhus.example", "o'brien+x@a-b.c.example", "+45 12 34 56 78", "(89) 40 20", "12345", "1234"]
)
def test_contacts_that_are_right_and_some_that_are_not(value: str) -> None:
    kind, column = (
        ("EMAIL", ASSIGNMENTS.by_name["holder_email"]) if "@" in value else ("PHONE", PEOPLE.by_name["phone"])
    )
    assert taken(column, value) == written_one_by_one(kind, value) == (value not in ("(89) 40 20", "1234"))
