"""What cannot be is told by sheet, row, column, value and what would be right; and nothing is written."""

from __future__ import annotations

from itertools import pairwise

import pytest

from graph.driver import Statement
from graph_seed.exchange.errors import FileRefused
from graph_seed.exchange.order import RowsRefused
from resolvers.errors import InvalidInput
from tests.changes.conftest import Change, digest
from tests.changes.test_gallery import defined
from tests.changes.test_holding import person
from tests.exchange_map.conftest import PLACE, ROLE, Maps, Row, assignment, csv_of

OWNER = "systemejer-bogfoering"
BO: Row = {"stand_in_name": "Demo Bo Afprøvesen", "stand_in_email": "bo@laesoe.example"}


def cover(**more: str | None) -> bytes:
    row: Row = {
        "municipality": PLACE, "role": ROLE, "holder_name": "Demo Regnar Regnearksen", "holder_email": "regnar@laesoe.example",
        **BO, "first_day": "2026-02-01", "last_day": "2026-03-01", **more,
    }  # fmt: skip
    return csv_of("stand_ins", [row])


async def test_rows_that_are_wrong_by_themselves_are_told_with_the_others(maps: Maps) -> None:
    data = csv_of(
        "assignments",
        [
            assignment(last_day="2025-01-01"),
            assignment(role="finans administratr"),
            assignment(municipality="0999"),
            assignment(role=OWNER, holder_kind="MAILBOX", first_day="2036-03-01"),
        ],
    )
    assert sorted(await maps.refused(data), key=str) == [
        ("BAD_PERIOD", 2, "Last day"), ("UNKNOWN_MUNICIPALITY", 4, "Municipality code"), ("UNKNOWN_ROLE", 3, "Role code"),
        ("WRONG_KIND_OF_HOLDER", 5, "Holder name"),
    ]  # fmt: skip
    (problem,) = [p for p in (await maps.preview(data)).problems if p.code == "UNKNOWN_ROLE"]
    assert "finans" in problem.expected
    assert problem.value == "finans administratr"


async def test_a_name_beside_a_code_says_what_is_meant_where_the_code_is_empty_and_may_not_mean_another_thing(
    maps: Maps,
) -> None:
    rows = [
        assignment(municipality_name="Aarhus"),
        assignment(role="yr-kontaktperson", role_title="KOMBIT-programleder"),
        assignment(role="aftalegodkender", role_title="Noget helt andet", municipality_name="læsø kommune"),
    ]
    assert await maps.refused(csv_of("assignments", rows)) == [
        ("CONTRADICTION", 2, "Municipality"), ("CONTRADICTION", 3, "Role title"),
    ]  # fmt: skip
    planned = await maps.preview(csv_of("assignments", rows))
    assert planned.problems[0].expected.startswith("“Læsø”, which is what the code beside it")
    somebody = {"name": "Demo Regnar Regnearksen", "email": "regnar@laesoe.example", "municipality": PLACE}
    people = csv_of("people", [{**somebody, "municipality_name": "Aarhus"}])
    assert await maps.refused(people, "people.csv") == [("CONTRADICTION", 2, "Municipality")]
    in_one = csv_of("assignments", [assignment()]).replace(b"0825", b"0825 Aarhus")
    assert await maps.refused(in_one) == [("CONTRADICTION", 2, "Municipality code")]
    by_name = [
        assignment(municipality=None, municipality_name="Læsø"),
        assignment(role=None, role_title="YR kontaktperson"),
    ]
    odd = [
        assignment(municipality=None, municipality_name="Lesø"),
        assignment(role=None, role_title="YR kontaktpersonn"),
    ]
    assert await maps.refused(csv_of("assignments", odd)) == [
        ("UNKNOWN_MUNICIPALITY", 2, "Municipality"), ("UNKNOWN_ROLE", 3, "Role title"),
    ]  # fmt: skip
    letterless = csv_of(
        "translations", [{"municipality": PLACE, "role": ROLE, "title": "—", "first_day": "2027-01-01"}]
    )
    assert await maps.refused(letterless, "translations.csv") == [("BAD_TEXT", 2, "Local title")]
    planned = await maps.preview(csv_of("assignments", by_name))
    assert [one.what.split(",")[0] for one in planned.told if one.sheet == "assignments"] == [
        f"Demo Regnar Regnearksen: {ROLE}", "Demo Regnar Regnearksen: yr-kontaktperson",
    ]  # fmt: skip
    assert planned.ok


async def test_a_withdrawn_role_and_somebody_who_has_left(maps: Maps, change: Change) -> None:
    code = await defined(change, validFrom="2026-01-01")
    await change("withdrawRole", role=code, on="2026-11-01")
    assert await maps.refused(csv_of("assignments", [assignment(role=code, first_day="2026-11-01")])) == [
        ("ROLE_WITHDRAWN", 2, "Role code")
    ]
    key = await person(change, "Demo Anna Afprøvesen")
    await change("leave", person=key, on="2026-12-01")
    left = assignment(holder_key=key, holder_name="Demo Anna Afprøvesen", holder_email=None)
    assert await maps.refused(csv_of("assignments", [left])) == [("HAS_LEFT", 2, "Holder name")]


async def test_a_second_holder_where_the_role_says_one_at_most(maps: Maps, change: Change) -> None:
    code = await defined(change, wantsOneHolder=True, validFrom="2026-01-01")
    rows = [assignment(role=code), assignment(role=code, first_day="2026-06-01")]
    rows[1] |= {"holder_name": "Demo Bo Afprøvesen", "holder_email": "bo@laesoe.example"}
    assert await maps.refused(csv_of("assignments", rows)) == [
        ("ONE_HOLDER", 2, "First day"), ("ONE_HOLDER", 3, "First day"),
    ]  # fmt: skip
    told = [problem.expected for problem in (await maps.preview(csv_of("assignments", rows))).problems]
    assert [("row 3 (" in one, "row 2 (" in one, "assignment:" in one) for one in told] == [
        (True, False, False), (False, True, False),
    ]  # fmt: skip
    # One may end where the next begins, in whichever order they stand.
    apart = [rows[1], {**rows[0], "last_day": "2026-05-31"}]
    assert (await maps.preview(csv_of("assignments", apart))).ok


async def test_stand_ins_outside_for_nobody_and_for_oneself(maps: Maps) -> None:
    await maps.apply(csv_of("assignments", [assignment(last_day="2026-12-31")]))
    assert await maps.refused(cover(last_day="2027-01-01"), "stand_ins.csv") == [("OUTSIDE_COVER", 2, "Last day")]
    nobody = cover(holder_name="Demo Ane Andensen", holder_email="ane@laesoe.example")
    assert await maps.refused(nobody, "stand_ins.csv") == [("OUTSIDE_COVER", 2, "First day")]
    oneself = cover(stand_in_name="Demo Regnar Regnearksen", stand_in_email="regnar@laesoe.example")
    assert await maps.refused(oneself, "stand_ins.csv") == [("COVERS_ITSELF", 2, "Stand-in name")]
    await maps.apply(cover(), "stand_ins.csv")
    # What ends takes its stand-ins along; what begins later would leave one outside.
    later = csv_of("assignments", [assignment(first_day="2026-02-15", last_day="2026-12-31")])
    assert await maps.refused(later) == [("OUTSIDE_COVER", 2, "Last day")]
    shorter = await maps.preview(csv_of("assignments", [assignment(last_day="2026-02-15")]))
    assert [(told.sheet, told.fate) for told in shorter.told] == [("stand_ins", "ended"), ("assignments", "ended")]


async def test_a_translation_that_leads_in_a_circle(maps: Maps) -> None:
    rows: list[Row] = [
        {"municipality": PLACE, "role": one, "carried_by": other, "first_day": "2040-01-01"}
        for one, other in ((ROLE, "yr-kontaktperson"), ("yr-kontaktperson", ROLE))
    ]
    found = await maps.refused(csv_of("translations", rows), "translations.csv")
    assert found == [("CIRCLE", 2, "Carried by role"), ("CIRCLE", 3, "Carried by role")]
    alone = [{**rows[0], "carried_by": ROLE}]
    assert ("CIRCLE", 2, "Carried by role") in await maps.refused(csv_of("translations", alone), "translations.csv")


async def test_translations_that_lead_further_than_answers_follow_them(maps: Maps, change: Change) -> None:
    roles = [await defined(change, f"Demo Led {number}") for number in range(10)]
    rows: list[Row] = [
        {"municipality": PLACE, "role": one, "carried_by": other, "first_day": "2040-01-01"}
        for one, other in pairwise(roles)
    ]
    found = await maps.refused(csv_of("translations", rows), "translations.csv")
    assert found == [("CHAIN_TOO_LONG", row, "Carried by role") for row in range(2, 11)]
    shorter = await maps.preview(csv_of("translations", rows[1:]), "translations.csv")
    assert [told.fate for told in shorter.told] == ["added"] * 8


async def test_progress_that_cannot_be(maps: Maps) -> None:
    text = "MATCH (t:Task) WHERE {which} MATCH (t)<-[:OF]-(n:Terms) WHERE n.toSeq = 9007199254740991 RETURN t.code, min(n.validFrom) LIMIT 1"
    (activity,) = await maps.database.read(Statement("test", text.format(which="t.isActivity")))
    (task,) = await maps.database.read(Statement("test", text.format(which="NOT t.isActivity")))

    def progress(code: str, since: str) -> bytes:
        row: Row = {"task": code, "municipality": PLACE, "state": "STARTED", "since": since}
        return csv_of("progress", [row])

    name = "progress.csv"
    assert await maps.refused(progress(activity[0], "2026-11-30"), name) == [("NO_PROGRESS", 2, "Task code")]
    assert await maps.refused(progress(task[0], "2026-12-02"), name) == [("BAD_DATE", 2, "Since")]
    assert await maps.refused(progress(task[0], "1990-01-01"), name) == [("TASK_DOES_NOT_STAND", 2, "Since")]


async def test_rows_that_repeat_or_contradict_each_other_by_other_names(maps: Maps) -> None:
    """The reader compares what stands in the cells; here one row has the role's title, the other its code."""
    twice = [assignment(), assignment(role="ØiR finans administrator")]
    assert await maps.refused(csv_of("assignments", twice)) == [
        ("ALREADY_HELD", 2, "First day"), ("ALREADY_HELD", 3, "First day"),
    ]  # fmt: skip
    assert await maps.refused(csv_of("assignments", [assignment(), assignment()])) == [
        ("SAME_ROW", 3, None), ("ALREADY_HELD", 2, "First day"), ("ALREADY_HELD", 3, "First day"),
    ]  # fmt: skip


async def test_more_rows_of_one_place_than_can_be_compared(maps: Maps) -> None:
    rows = [assignment(holder_name=f"Demo Nr {i} Masse", holder_email=f"nr{i}@laesoe.example") for i in range(101)]
    assert await maps.refused(csv_of("assignments", rows)) == [("TOO_MANY_ROWS", 102, "Role code")]


async def test_files_that_are_none(maps: Maps) -> None:
    before = await digest(maps.database)
    many = b"Kommunekode;Rolle;Navn;Fra\r\n" + b"0825;x;y;2026-01-01\r\n" * 50_001
    for data, code in (
        (b"", "FILE_EMPTY"),
        (b"PK\x03\x04rest", "FILE_NOT_A_SPREADSHEET"),
        (many, "FILE_TOO_MANY_ROWS"),
    ):
        with pytest.raises(FileRefused) as refused:
            await maps.apply(data)
        assert refused.value.code == code
    headings = csv_of("assignments", [assignment()]).replace(b"Role code", b"Rolle kodde")
    assert ("HEADING_UNKNOWN", 1, "Rolle kodde") in await maps.refused(headings)
    assert await digest(maps.database) == before


async def test_a_key_or_a_reason_that_cannot_be(maps: Maps) -> None:
    data = csv_of("assignments", [assignment()])
    for more, code in (({"key": "x" * 10_000}, "BAD_KEY"), ({"key": ""}, "BAD_KEY"), ({"reason": "a\0"}, "BAD_TEXT")):
        with pytest.raises(InvalidInput) as refused:
            await maps.apply(data, **more)
        assert refused.value.code == code


async def test_one_wrong_row_and_nothing_of_the_others_is_written(maps: Maps) -> None:
    data = csv_of("assignments", [assignment(), assignment(role="nix")])
    before = await digest(maps.database)
    with pytest.raises(RowsRefused) as refused:
        await maps.apply(data)
    assert "1 row is not possible" in str(refused.value)
    assert await digest(maps.database) == before
