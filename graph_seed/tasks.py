"""KLIK projects and tasks (`reference/tasks.toml`, and the demo's own): terms, addressing, prerequisites, totals."""

from __future__ import annotations

from typing import NamedTuple

from graph.model import Arrow, Record, Thing, Value, fact_key
from graph.shape import OPEN_DATE
from graph.text import fold
from graph_seed.files import File, Row
from graph_seed.model import name


class Totals(NamedTuple):
    """How many municipalities were in each state on the day `on`, as published."""

    on: str
    done: int
    started: int
    not_started: int


def read_tasks(file: File, *, demo: bool = False) -> tuple[list[Thing], list[Record], dict[str, Totals]]:
    """Read projects and tasks; the totals are by task key."""
    things, records = [], []
    starts: dict[str, str] = {}
    totals: dict[str, Totals] = {}
    for row in file.rows("project"):
        project, names = _project(row)
        things.append(project)
        records += names
        starts[project.key] = str(project.properties["start"])
        row.done()
    for row in file.rows("task"):
        task = _task(row, demo)
        if task.arrows[0].target not in starts:
            raise row.wrong("project", f"a project of {file.name}")
        things.append(task)
        start = row.maybe_date("published") or row.maybe_date("starts") or starts[task.arrows[0].target]
        valid = (start, row.maybe_date("withdrawn") or OPEN_DATE)
        records += [
            *_terms(row, task.key, valid),
            *_addressings(row, task.key, valid),
            *_requirements(row, task.key, valid),
        ]
        if (progress := row.row("progress")) is not None:
            totals[task.key] = Totals(
                progress.date("on"), *(progress.number_of(field) for field in ("done", "started", "not_started"))
            )
            progress.done()
        row.done()
    return things, records, totals


def _project(row: Row) -> tuple[Thing, list[Record]]:
    code, title = row.text("code"), row.text("name")
    arrows = [
        *(Arrow("ABOUT", f"itSystem:{other}") for other in row.texts("about")),
        *(Arrow("WRITES_TO", f"mailbox:{other}") for other in row.texts("writes_to")),
    ]
    values: dict[str, Value] = {"code": code, "name": title, "folded": fold(title), "start": row.date("start")}
    return Thing("Project", f"project:{code}", values, tuple(arrows)), [name(f"project:{code}", title, "OFFICIAL")]


def _task(row: Row, demo: bool) -> Thing:
    code, number = row.text("code"), row.maybe_text("number")
    values: dict[str, Value] = {"code": code, "isActivity": row.flag("activity", False), "demo": demo}
    if number is not None:
        values["number"] = number
    concerns = (Arrow("CONCERNS", f"itSystem:{other}") for other in row.texts("concerns"))
    return Thing("Task", f"task:{code}", values, (Arrow("PART_OF", f"project:{row.text('project')}"), *concerns))


def _terms(row: Row, task: str, valid: tuple[str, str]) -> list[Record]:
    """Read the terms; each row of `later` ends the one before and says which date or note is another from then on."""
    title = row.text("title")
    obligation = row.choice("obligation", ("MANDATORY", "RECOMMENDED")) if row.has("obligation") else None
    optional = {
        "obligation": obligation,
        "published": row.maybe_date("published"),
        "due": row.maybe_date("due"),
        "note": row.maybe_text("note"),
    }
    values: dict[str, Value] = {"title": title, "folded": fold(title)}
    values |= {field: value for field, value in optional.items() if value is not None}
    records = [Record("Terms", fact_key("Terms", task), *valid, values, (Arrow("OF", task),))]
    for later in row.rows("later"):
        begin = later.date("from")
        if not records[-1].valid_from < begin < valid[1]:
            raise later.wrong("from", f"a day after {records[-1].valid_from} and before {valid[1]}")
        changed = {"due": later.maybe_date("due"), "note": later.maybe_text("note")}
        values = values | {field: value for field, value in changed.items() if value is not None}
        later.done()
        records[-1] = records[-1].ended(begin)
        records.append(Record("Terms", fact_key("Terms", task, begin), begin, valid[1], values, (Arrow("OF", task),)))
    return records


def _addressings(row: Row, task: str, valid: tuple[str, str]) -> list[Record]:
    records: list[Record] = []
    roles = set[str]()
    for field, kind, inferred in (
        ("responsible", "RESPONSIBLE", False),
        ("involved", "INVOLVED", False),
        ("read_responsible", "RESPONSIBLE", True),
        ("read_involved", "INVOLVED", True),
    ):
        for code in row.texts(field):
            if code in roles:
                raise row.wrong(field, "each role once, over all four lists")
            roles.add(code)
            arrows = (Arrow("BY", task), Arrow("TO", f"role:{code}"))
            key = fact_key("Addressing", task, code)
            records.append(Record("Addressing", key, *valid, {"kind": kind, "inferred": inferred}, arrows))
    return records


def _requirements(row: Row, task: str, valid: tuple[str, str]) -> list[Record]:
    return [
        Record(
            "Requirement",
            fact_key("Requirement", task, other),
            *valid,
            {},
            (Arrow("BY", task), Arrow("ON", f"task:{other}")),
        )
        for other in row.texts("requires")
    ]
