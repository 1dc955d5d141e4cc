"""What is wrong in a reference file is named by file, row, field and value, with what would be right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from graph.model import Arrow, Record, fact_key
from graph.shape import OPEN_DATE
from graph_seed.checks import check, check_chains
from graph_seed.errors import CircleError, RowError, SeedError, WaitingError
from graph_seed.reference import read_reference
from tests.seed.conftest import add, edit


def read_and_check(folder: Path) -> None:
    reference = read_reference(folder)
    check(reference.things, reference.records, (), reference.sources)


def test_the_reference_files_are_right(folder: Path) -> None:
    read_and_check(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "roles.toml",
            'code = "aftalegodkender"\ntitle = "aftalegodkender"',
            'code = "aftalegodkender"\ntitel = "aftalegodkender"',
            ("aftalegodkender", "title", None, "a text"),
        ),
        (
            "roles.toml",
            'domain = "YR"',
            'domain = "YDELSE"',
            ("yr-kontaktperson", "domain", "YDELSE", "one of OIR, OIR_FINANS"),
        ),
        (
            "vendors.toml",
            'vendor = "fujitsu"',
            'vendor = "fujitsø"',
            ("ErpSystem of erpSystem:prisme", "SUPPLIED_BY", "vendor:fujitsø", "the key of a Vendor"),
        ),
        ("vendors.toml", 'code = "eg"', 'code = "kmd"', ("Vendor of vendor:kmd", "key", "vendor:kmd", "each code")),
        (
            "escalation.toml",
            'aftalegodkender = "infrastrukturansvarlig"',
            'aftalegodkender = "infrastruktur"',
            ("Escalation of role:aftalegodkender", "TO", "role:infrastruktur", "the key of a Role that is there"),
        ),
        (
            "tasks.toml",
            "due = 2020-01-10",
            'due = "2020-01-32"',
            ("yr-mapning", "due", "2020-01-32", "a date like 2019-12-16"),
        ),
        (
            "tasks.toml",
            "due = 2020-01-10",
            "due = 2019-01-10",
            ("Terms of task:yr-mapning", "due", "2019-01-10", "a day not before the task's first, 2019-12-16"),
        ),
        (
            "agreements.toml",
            "last_day = 2021-01-31",
            "last_day = 2018-01-31",
            (
                "Agreement of itSystem:sapa-overblik",
                "validTo",
                "2018-02-01",
                "a day after validFrom, 2019-07-23",
            ),
        ),
        ("municipalities.csv", "0751,Aarhus", "751,Aarhus", (82, "code", "751", "four digits")),
        ("municipalities.csv", "# edition: 2026-10-01", "# edition: soon", ("head", "edition", "soon", "a date like")),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named(folder: Path, file: str, old: str, new: str, expected: tuple[object, ...]) -> None:
    edit(folder, file, old, new)
    with pytest.raises(RowError) as caught:
        read_and_check(folder)
    error = caught.value
    assert (error.file, error.row, error.field, error.value) == (file, *expected[:3])
    assert str(expected[3]) in str(error)


def test_a_date_with_a_time_of_day_is_refused(folder: Path) -> None:
    edit(folder, "tasks.toml", "starts = 2019-12-16", "starts = 2019-12-16T08:00:00")
    with pytest.raises(RowError, match="yr-mapning, starts"):
        read_and_check(folder)


def test_a_field_that_nobody_knows_is_refused(folder: Path) -> None:
    edit(folder, "vendors.toml", 'name = "KMD"', 'name = "KMD"\ncountry = "DK"')
    with pytest.raises(RowError, match="row kmd, country: 'DK' is not possible"):
        read_and_check(folder)


def test_a_file_that_is_not_toml_is_refused(folder: Path) -> None:
    add(folder, "vendors.toml", "[[vendor\n")
    with pytest.raises(SeedError, match=r"vendors\.toml cannot be read"):
        read_and_check(folder)


FORMER = 'title = "YR kontaktperson"\nnames = [{ title = "YR-ansvarlig", kind = "OFFICIAL", to = 2021-05-01 }]\n'


def test_a_former_title_ends_where_the_title_of_today_begins(folder: Path) -> None:
    edit(folder, "roles.toml", 'title = "YR kontaktperson"\n', FORMER)
    names = {
        (record.properties["title"], record.valid_from, record.valid_to)
        for record in read_reference(folder).records
        if record.label == "Name" and record.arrows[0].target == "role:yr-kontaktperson"
    }
    assert names == {
        ("YR-ansvarlig", "2019-01-01", "2021-05-01"),
        ("YR kontaktperson", "2021-05-01", OPEN_DATE),
    }


def test_a_former_title_without_an_end_is_refused(folder: Path) -> None:
    edit(folder, "roles.toml", 'title = "YR kontaktperson"\n', FORMER.replace(", to = 2021-05-01", ""))
    with pytest.raises(RowError, match="row yr-kontaktperson, names 1, to: None is not possible"):
        read_reference(folder)


def test_a_circle_of_escalation_is_refused(folder: Path) -> None:
    add(folder, "escalation.toml", 'kombit-programleder = "aftalegodkender"\n')
    with pytest.raises(CircleError) as caught:
        read_and_check(folder)
    assert caught.value.where == "escalation.toml"
    assert set(caught.value.path) == {"role:kombit-programleder", "role:aftalegodkender", "role:infrastrukturansvarlig"}


def test_tasks_that_would_wait_for_each_other_are_refused(folder: Path) -> None:
    edit(folder, "tasks.toml", 'code = "yr-mapning"\n', 'code = "yr-mapning"\nrequires = ["yr-nulsum"]\n')
    with pytest.raises(WaitingError, match="tasks would wait for each other") as caught:
        read_and_check(folder)
    assert caught.value.where == "tasks.toml"
    assert set(caught.value.path) == {"task:yr-mapning", "task:yr-nulsum"}


def carried(role: str, by: str, valid: tuple[str, str]) -> Record:
    arrows = (Arrow("OF", f"role:{role}"), Arrow("IN", "municipality:0751"), Arrow("CARRIED_BY", f"role:{by}"))
    return Record("Translation", fact_key("Translation", role, by), *valid, {"slot": ""}, arrows)


def test_a_circle_of_escalation_and_translation_is_refused_on_the_one_day_on_which_it_holds() -> None:
    chains = [record for record in read_reference().records if record.label == "Escalation"]
    back = carried("systemejer-bogfoering", "oir-finans-administrator", ("2021-01-01", "2022-01-01"))
    with pytest.raises(CircleError) as caught:
        check_chains([*chains, back], "demo")
    assert (caught.value.where, caught.value.on) == ("municipality:0751", "2021-01-01")
    around = carried("systemansvarlig-bogfoering", "kombit-programleder", ("2020-01-01", "2022-01-01"))
    check_chains([*chains, back, around], "demo")
    with pytest.raises(CircleError):
        check_chains([*chains, back, replace(around, valid_to="2021-12-31")], "demo")
