"""Who is meant: by key, by e-mail, by name and municipality; two who fit are a question, and nothing is guessed."""

from __future__ import annotations

import pytest

from graph_seed.exchange.workbooks import Lists, to_xlsx
from graph_seed.exchange.writing import Table
from tests.changes.conftest import Change
from tests.changes.test_holding import person
from tests.exchange.helpers import read_here
from tests.exchange_map.conftest import PLACE, Maps, Row, assignment, csv_of, rows_of, sheet

NAME = "Demo Anna Afprøvesen"


def one(**more: str | None) -> bytes:
    return csv_of("assignments", [assignment(holder_name=NAME, holder_email=None, **more)])


def people(**more: str | None) -> bytes:
    row: Row = {"name": NAME, "municipality": PLACE, **more}
    return csv_of("people", [row])


async def test_each_way_finds_the_same_person(maps: Maps, change: Change) -> None:
    key = await person(change, NAME)
    ways = {
        "key": one(holder_key=key),
        "e-mail": csv_of(
            "assignments", [assignment(holder_name="demo anna AFPROEVESEN", holder_email="Anna@Laesoe.example")]
        ),
        "name and municipality": one(),
    }
    for how, data in ways.items():
        planned = await maps.preview(data)
        assert planned.problems == []
        assert planned.found == {how: 1}
        (record,) = planned.writes.records
        assert key in {arrow.target for arrow in record.arrows}
        assert planned.writes.created == []


async def test_nobody_of_that_name_is_somebody_new_and_the_preview_says_so(maps: Maps) -> None:
    rows = [assignment(), assignment(role="yr-kontaktperson")]
    planned = await maps.preview(csv_of("assignments", rows))
    assert [(told.sheet, told.fate) for told in planned.told] == [
        ("people", "added"), ("assignments", "added"), ("assignments", "added"),
    ]  # fmt: skip
    assert planned.found == {"new": 1, "e-mail": 1}
    await maps.apply(csv_of("assignments", rows))
    (made,) = [row for row in rows_of(await maps.csv("people", PLACE)) if row["Name"] == "Demo Regnar Regnearksen"]
    assert (made["E-mail"], made["E-mail visible to"]) == ("regnar@laesoe.example", "own municipality")


async def test_two_who_fit_are_a_question_that_names_both(maps: Maps, change: Change) -> None:
    keys = [await person(change, NAME), await person(change, NAME)]
    for data, column in ((one(), "Holder name"), (people(email="anna@laesoe.example"), "E-mail")):
        name = "people.csv" if column == "E-mail" else "assignments.csv"
        assert await maps.refused(data, name) == [("AMBIGUOUS_PERSON", 2, column)]
        (problem,) = (await maps.preview(data, name)).problems
        assert all(key in problem.expected for key in keys)


async def test_a_key_or_an_address_under_another_name_is_a_question_too(maps: Maps, change: Change) -> None:
    key = await person(change, NAME)
    other = assignment(holder_name="Demo Bo Afprøvesen", holder_email=None, holder_key=key)
    assert await maps.refused(csv_of("assignments", [other])) == [("KEY_OF_ANOTHER", 2, "Holder name")]
    address = assignment(holder_name="Demo Bo Kladdeby", holder_email="anna@laesoe.example")
    assert await maps.refused(csv_of("assignments", [address])) == [("KEY_OF_ANOTHER", 2, "Holder name")]
    elsewhere = assignment(holder_name=NAME, holder_email="another.anna@laesoe.example")
    assert await maps.refused(csv_of("assignments", [elsewhere])) == [("KEY_OF_ANOTHER", 2, "Holder e-mail")]
    assert await maps.refused(one(holder_key="person:nobody")) == [("UNKNOWN_PERSON", 2, "Holder key")]


async def test_an_address_that_the_sheet_of_people_changes_still_means_her_on_the_other_sheets(
    maps: Maps, change: Change
) -> None:
    """An export has the old one in each of her assignments; changed on one sheet, it is right on all."""
    key = await person(change, NAME)
    await maps.apply(one(holder_key=key))
    workbook = read_here(await maps.xlsx(PLACE), "map.xlsx")
    new: Row = {"email": "anna.ny@laesoe.example"}
    tables = [
        Table(sheet(read.sheet), [{**row.values, **(new if row.values.get("key") == key else {})} for row in read.rows])
        for read in workbook.sheets
    ]
    planned = await maps.preview(to_xlsx(tables, Lists()), "map.xlsx")
    assert planned.problems == []
    assert [(told.sheet, told.fate) for told in planned.told] == [("people", "changed")]
    neither = assignment(holder_name=NAME, holder_key=key, holder_email="a@laesoe.example")
    assert await maps.refused(csv_of("assignments", [neither])) == [("KEY_OF_ANOTHER", 2, "Holder e-mail")]


async def test_another_address_without_a_key_is_a_question(maps: Maps, change: Change) -> None:
    """It may be her new one, or somebody else of her name: which of the two, the key says."""
    key = await person(change, NAME)
    another = {"email": "another.anna@laesoe.example"}
    assert await maps.refused(people(**another), "people.csv") == [("KEY_OF_ANOTHER", 2, "E-mail")]
    (problem,) = (await maps.preview(people(**another), "people.csv")).problems
    assert key in problem.expected
    assert "“new”" in problem.expected
    hers = await maps.preview(people(key=key, **another), "people.csv")
    assert [(told.fate, told.how) for told in hers.told] == [("changed", "key")]
    one_of_hers = await maps.preview(people(email="another.anna@laesoe.example, anna@laesoe.example"), "people.csv")
    assert [(told.fate, told.how) for told in one_of_hers.told] == [("changed", "e-mail")]


async def test_a_first_address_needs_no_key(maps: Maps, change: Change) -> None:
    await maps.apply(people(name="Demo Uden Adresse"), "people.csv")
    planned = await maps.preview(people(name="Demo Uden Adresse", email="uden@laesoe.example"), "people.csv")
    assert [(told.fate, told.how) for told in planned.told] == [("changed", "name and municipality")]


@pytest.mark.parametrize("word", ["new", "Ny"])
async def test_somebody_new_of_a_name_that_is_there_is_said_to_be_new(maps: Maps, change: Change, word: str) -> None:
    key = await person(change, NAME)
    new = people(key=word, email="another.anna@laesoe.example")
    await maps.apply(new, "people.csv")
    rows = [row for row in rows_of(await maps.csv("people", PLACE)) if row["Name"] == NAME]
    assert {row["E-mail"] for row in rows} == {"anna@laesoe.example", "another.anna@laesoe.example"}
    assert key in {row["Key"] for row in rows}
    assert (await maps.preview(new, "people.csv")).empty  # imported again it means whom it brought
    assert await maps.refused(people(key=word), "people.csv") == [("CELL_EMPTY", 2, "E-mail")]
    held = csv_of("assignments", [assignment(holder_key=word, holder_name=NAME)])
    assert await maps.refused(held) == [("BAD_THING_KEY", 2, "Holder key")]


@pytest.mark.parametrize("key", [None, "new"])
async def test_two_new_ones_of_one_name_are_two_if_their_addresses_are(maps: Maps, key: str | None) -> None:
    one, two = ({"key": key, "name": NAME, "municipality": PLACE, "email": f"{n}@laesoe.example"} for n in ("a", "b"))
    await maps.apply(csv_of("people", [one, two]), "people.csv")
    rows = [row for row in rows_of(await maps.csv("people", PLACE)) if row["Name"] == NAME]
    assert sorted(row["E-mail"] for row in rows) == ["a@laesoe.example", "b@laesoe.example"]
    assert await maps.refused(csv_of("people", [one, one]), "people.csv") == [
        ("SAME_ROW", 3, None),
        ("ROWS_CONTRADICT", 3, "Key"),
    ]


async def test_every_address_of_a_row_finds_somebody(maps: Maps, change: Change) -> None:
    key = await person(change, NAME)
    both = "new.anna@laesoe.example, anna@laesoe.example"
    assert await maps.refused(people(name="Demo Dorte Kladdeby", email=both), "people.csv") == [
        ("KEY_OF_ANOTHER", 2, "Name")
    ]
    for said in (None, "new"):
        hers = await maps.preview(people(key=said, email=both), "people.csv")
        assert [(told.fate, told.how, told.says[0]) for told in hers.told] == [("changed", "e-mail", key)]


async def test_somebody_else_of_a_name_that_two_have_is_said_to_be_new(maps: Maps, change: Change) -> None:
    for _ in range(2):
        await person(change, NAME)
    third = {"email": "third.anna@laesoe.example"}
    assert await maps.refused(people(**third), "people.csv") == [("AMBIGUOUS_PERSON", 2, "Name")]
    (problem,) = (await maps.preview(people(**third), "people.csv")).problems
    assert "“new”" in problem.expected
    planned = await maps.preview(people(key="new", **third), "people.csv")
    assert [(told.fate, told.how) for told in planned.told] == [("added", "new")]


async def test_two_rows_that_find_one_person_are_one_too_many(maps: Maps, change: Change) -> None:
    key = await person(change, NAME)
    rows: list[Row] = [
        {"key": key, "name": NAME, "municipality": PLACE, "unit": "A"},
        {"key": None, "name": NAME, "municipality": PLACE, "unit": "B"},
    ]
    assert await maps.refused(csv_of("people", rows), "people.csv") == [("ROWS_CONTRADICT", 3, "Key")]


async def test_what_a_column_says_changes_and_what_no_column_says_stays(maps: Maps, change: Change) -> None:
    key = await person(change, NAME)
    await maps.apply(people(key=key, job_title="Økonom", unit="Økonomi", phone="+45 00 11 22 33"), "people.csv")
    await maps.apply(people(key=key, name="Demo Anna Omdøbt", unit=None), "people.csv")
    (row,) = [row for row in rows_of(await maps.csv("people", PLACE)) if row["Key"] == key]
    assert (row["Name"], row["Job title"], row["Unit"]) == ("Demo Anna Omdøbt", "Økonom", "")
    assert (row["E-mail"], row["E-mail visible to"]) == ("anna@laesoe.example", "vendors")
    assert (row["Phone"], row["Phone visible to"]) == ("+45 00 11 22 33", "own municipality")
    edits = await maps.database.read(_edits())
    (logged,) = (record["edits"] for record in edits)
    assert set(zip(logged[::4], logged[1::4], logged[2::4], logged[3::4], strict=True)) == {
        (key, name, "", "") for name in ("name", "folded", "unit")
    }


@pytest.mark.parametrize("written", ["00112233", "+45 00112233", "0011 2233"])
async def test_the_same_digits_are_the_same_number(maps: Maps, change: Change, written: str) -> None:
    key = await person(change, NAME)
    await maps.apply(people(key=key, phone="+45 00 11 22 33"), "people.csv")
    assert (await maps.preview(people(key=key, phone=written), "people.csv")).empty


async def test_a_number_in_two_spellings_goes_out_and_comes_back(maps: Maps, change: Change) -> None:
    points = [
        {"kind": "PHONE", "value": "00 11 22 33", "visibility": "PUBLIC"},
        {"kind": "PHONE", "value": "+45 00 11 22 33", "visibility": "VENDORS"},
    ]
    given = {"name": NAME, "municipality": PLACE, "contactPoints": points}
    await change("addPerson", "... on PersonChanged { person { id } }", **given)
    planned = await maps.preview(await maps.csv("people", PLACE), "people.csv")
    assert (planned.problems, planned.empty) == ([], True)


async def test_for_whom_a_number_is_meant_can_be_said_without_the_number(maps: Maps, change: Change) -> None:
    key = await person(change, NAME)
    planned = await maps.preview(people(key=key, email_visibility="PUBLIC"), "people.csv")
    assert planned.writes.edited[key].properties["contactClasses"] == ("PUBLIC",)
    two = people(key=key, email_visibility="PUBLIC, VENDORS")
    assert await maps.refused(two, "people.csv") == [("BAD_CHOICE", 2, "E-mail visible to")]


async def test_a_new_person_needs_a_municipality(maps: Maps) -> None:
    row: Row = {"name": "Demo Ingen Steder", "municipality": None}
    assert await maps.refused(csv_of("people", [row]), "people.csv") == [("UNKNOWN_PERSON", 2, "Municipality code")]


async def test_mailboxes_are_found_as_people_are(maps: Maps) -> None:
    row: Row = {
        "name": "Demo Postkasse Læsø",
        "municipality": PLACE,
        "purpose": "ØiR",
        "email": "demo.oir@laesoe.example",
    }
    await maps.apply(csv_of("mailboxes", [row]), "mailboxes.csv")
    held = assignment(
        role="oir-funktionspostkasse", holder_kind="MAILBOX", holder_name="Demo Postkasse Læsø",
        holder_email="demo.oir@laesoe.example", first_day="2031-01-01",
    )  # fmt: skip
    planned = await maps.preview(csv_of("assignments", [held]))
    assert planned.found == {"e-mail": 1}
    assert planned.writes.created == []


def _edits() -> object:
    from graph.driver import Statement

    return Statement(
        "test", "MATCH (c:Change {operation: 'import'}) RETURN c.edits AS edits ORDER BY c.seq DESC LIMIT 1"
    )
