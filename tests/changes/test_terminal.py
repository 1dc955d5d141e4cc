"""What is recorded from a terminal: each command once, as people type it, and what it prints at 80 columns."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from graph.model import Arrow, Record, Thing
from resolvers.changes import undoing
from resolvers.context import COPENHAGEN
from schema.gallery.schema import core
from server.cli import asking, changing, tables
from server.cli.log import _undone
from server.cli.recording import Domain, Duty, Kind, State, Visible
from tests.changes.test_corrected import says
from tests.changes.test_gallery import recorded
from tests.changes.test_holding import PLACE, ROLE, holders
from tests.changes.test_places import said
from tests.contract.conftest import Ask
from tests.contract.planting import Garden
from tests.exchange_map.conftest import assignment, csv_of, edited, rows_of
from tests.server.conftest import Run, run

__all__ = ["run"]
Terminal = Callable[..., Awaitable["subprocess.CompletedProcess[str]"]]
AT = ("--role", ROLE, "--in", PLACE)
TITLE = "ØiR finans administrator"


@pytest.fixture
def terminal(run: Run, garden: Garden) -> Terminal:
    """Type a command; the garden takes back what it wrote."""

    async def typed(*arguments: str) -> subprocess.CompletedProcess[str]:
        return await asyncio.to_thread(run, *arguments)  # it has an event loop of its own

    return typed


async def added(terminal: Terminal, name: str) -> str:
    contact = ("--email", "ny@laesoe.example", "--phone", "+45 12 34 56 78", "--visibility", "vendors")
    done = await terminal("add-person", name, "--in", PLACE, *contact)
    assert done.returncode == 0, done.stderr
    found = re.search(rf"{name}: (person:\w+)", done.stdout)
    assert found is not None, done.stdout
    return found[1]


async def test_somebody_new_is_appointed_put_right_and_taken_back(terminal: Terminal, ask: Ask) -> None:
    anna, bo = await added(terminal, "Demo Anna Terminalsen"), await added(terminal, "Demo Bo Terminalsen")
    appointed = await terminal("appoint", anna, *AT, "--from", "2026-01-01")
    assert appointed.returncode == 0, appointed.stderr
    which, right = ("--holder", anna, "--at", "2026-06-01"), ("--person", bo, "--from", "2026-02-01")
    corrected = await terminal("correct", *AT, *which, *right, "--to", "2026-08-31")
    assert corrected.returncode == 0, corrected.stderr
    for day, there in (("2026-01-31", False), ("2026-02-01", True), ("2026-08-31", True), ("2026-09-01", False)):
        assert ("Demo Bo Terminalsen" in await holders(ask, day)) is there
    assert "Demo Anna Terminalsen" not in await holders(ask, "2026-06-01")
    taken = await terminal("retract", *AT, "--holder", bo, "--at", "2026-06-01")
    assert taken.returncode == 0, taken.stderr
    assert "Demo Bo Terminalsen" not in await holders(ask, "2026-06-01")
    nobody = await terminal("retract", *AT, "--holder", bo, "--at", "2026-06-01")
    assert (nobody.returncode, "0 assignments fit" in nobody.stderr) == (1, True)
    never = await terminal("retract", *AT, "--at", "1990-01-01")
    assert (never.returncode, "nobody holds it there on that day" in never.stderr) == (1, True)


async def test_a_last_day_that_cannot_be_is_refused_as_it_was_typed(terminal: Terminal) -> None:
    async def refused(*arguments: str) -> str:
        done = await terminal(*arguments)
        assert done.returncode == 1, done.stdout
        return " ".join(done.stderr.split())

    anna = await added(terminal, "Demo Anna Sidstedag")
    early = await refused("appoint", anna, *AT, "--from", "2027-02-01", "--to", "2027-01-01")
    assert "--to: “2027-01-01” is not valid; its first day, 2027-02-01, or a later one" in early
    assert "2027-01-02" not in early
    appointed = await terminal("appoint", anna, *AT, "--from", "2026-01-01", "--to", "2026-12-31")
    assert appointed.returncode == 0, appointed.stderr
    before = await refused("end", *AT, "--holder", anna, "--to", "2025-06-30")
    assert "--to: “2025-06-30” is not valid; its first day, 2026-01-01, or a later one" in before
    for no_day in ("2026-W40", "20260930"):  # as some programs write days; the API has one spelling
        assert f"--to: “{no_day}” is not valid" in await refused("end", *AT, "--holder", anna, "--to", no_day)
    beyond = await refused("end", *AT, "--holder", anna, "--to", "2027-06-30")
    assert "--to: “2027-06-30” is not valid; at most 2026-12-31" in beyond


async def test_of_many_holders_each_is_found_by_name(terminal: Terminal, garden: Garden) -> None:
    arrows = (Arrow("OF", "role:yr-kontaktperson"), Arrow("IN", f"municipality:{PLACE}"))
    contacts = {"contactKinds": ("EMAIL",), "contactValues": ("a@b.example",), "contactClasses": ("PUBLIC",)}
    people = [f"person:mange-{number}" for number in range(25)]
    things = [
        Thing("Person", key, {"name": f"Demo Mange {key[13:]}", "folded": key, "demo": True, **contacts})
        for key in people
    ]
    slot, period = {"slot": f"{PLACE}|role:yr-kontaktperson"}, ("2026-01-01", "9999-12-31")
    held = [
        Record("Assignment", f"assignment:{key[7:]}", *period, slot, (*arrows, Arrow("HELD_BY", key))) for key in people
    ]
    await garden.plant(things=things, records=held)
    for key in people[::8]:
        done = await terminal("end", "--role", "YR kontaktperson", "--in", PLACE, "--holder", key, "--to", "2026-12-31")
        assert done.returncode == 0, done.stderr


async def test_how_far_a_task_is_and_what_is_no_state(terminal: Terminal, ask: Ask) -> None:
    task = "demo-organisering-2026"
    query = f'{{ task(name: "{task}") {{ progress {{ municipalities {{ municipality {{ code }} state }} }} }} }}'
    for state in ("started", "Fuldført"):
        done = await terminal("progress", task, state, "--in", PLACE)
        assert done.returncode == 0, done.stderr
    told = (await ask(query, now=datetime.now(UTC))).data["task"]["progress"]["municipalities"]
    assert {one["municipality"]["code"]: one["state"] for one in told}[PLACE] == "DONE"
    wrong = await terminal("progress", task, "nearly", "--in", PLACE)
    assert (wrong.returncode, "'nearly' is not one of done, started" in wrong.stderr) == (2, True)
    unknown = await terminal("progress", "no-such-task", "done", "--in", PLACE)
    assert unknown.returncode == 1
    assert "no-such-task" in unknown.stderr


async def done(terminal: Terminal, *arguments: str) -> str:
    """Type what is to go well, and give what it prints: nothing wider than the terminal."""
    typed = await terminal(*arguments)
    assert typed.returncode == 0, typed.stderr
    assert "--json" in arguments or all(len(line) <= 80 for line in typed.stdout.splitlines()), typed.stdout
    return typed.stdout


async def test_a_role_is_handed_over_with_all_that_the_successor_must_know(terminal: Terminal) -> None:
    anna, bo = await added(terminal, "Demo Anna Terminalsen"), await added(terminal, "Demo Bo Terminalsen")
    at = ("--role", "ØiR finans kontaktperson", "--in", PLACE)
    await done(terminal, "appoint", anna, *at, "--from", "2026-10-01")
    await done(terminal, "translate", *at, "--title", "Finanskontakt", "--unit", "Økonomi", "--from", "2026-10-01")
    handing = ("hand-over", bo, *at, "--from-holder", anna, "--on", "2026-12-10")
    package = json.loads(await done(terminal, *handing, "--dry-run", "--json"))["data"]["handOver"]
    assert package["dryRun"] is True
    assert [package[who]["name"] for who in ("predecessor", "successor")] == [
        "Demo Anna Terminalsen",
        "Demo Bo Terminalsen",
    ]
    assert package["predecessor"]["contactPoints"] == [{"value": "ny@laesoe.example"}, {"value": "+45 12 34 56 78"}]
    assert package["translation"] == {"title": "Finanskontakt", "unit": "Økonomi", "carriedBy": None}
    assert package["openTasks"]
    words = " ".join((await done(terminal, *handing)).split())
    assert "For the successor: ØiR finans kontaktperson · Læsø · from 2026-12-10" in words
    assert "Taken from Demo Anna Terminalsen ny@laesoe.example · +45 12 34 56 78" in words
    assert "Taken by Demo Bo Terminalsen ny@laesoe.example" in words
    assert "Called here Finanskontakt (Økonomi)" in words
    assert "Carries, too" not in words
    for number, task in enumerate(package["openTasks"], 1):
        assert f"{number}. {task['task']['title']}" in words
        assert task["due"] is None or task["due"] in words
    carried = ("--role", "YR kontaktperson", "--in", PLACE, "--carried-by", "ØiR finans kontaktperson")
    await done(terminal, "translate", *carried, "--title", "Snitflade", "--unit", "IT", "--from", "2026-12-01")
    again = ("hand-over", anna, *at, "--from-holder", bo, "--on", "2026-12-20", "--dry-run")
    words = " ".join((await done(terminal, *again)).split())
    assert "Called here Finanskontakt (Økonomi) Carries, too YR kontaktperson, called Snitflade (IT)" in words
    nobody = await terminal("hand-over", *at, "--from-holder", bo, "--on", "2026-12-20", "--dry-run")
    assert (nobody.returncode, "PERSON: " in nobody.stderr) == (1, True), nobody.stderr


async def test_a_mailbox_takes_over_and_is_reported(terminal: Terminal, ask: Ask) -> None:
    at, box = ("--role", "ØiR funktionspostkasse", "--in", "Aarhus"), "Demo ØiR funktionspostkasse Odense"
    told = await done(terminal, "hand-over", "--mailbox", box, *at, "--on", "2026-12-10", "--dry-run")
    assert f"Taken by {box}" in " ".join(told.split())
    query = '{ gaps(municipality: "Aarhus", roles: ["ØiR funktionspostkasse"]) { reason en } }'
    mailbox = ("--mailbox", "Demo ØiR funktionspostkasse Aarhus")
    assert "REPORTED" not in {gap["reason"] for gap in (await ask(query, now=datetime.now(UTC))).data["gaps"]}
    await done(terminal, "report", "Post kommer retur", *at, *mailbox)
    assert "REPORTED" in {gap["reason"] for gap in (await ask(query, now=datetime.now(UTC))).data["gaps"]}
    await done(terminal, "confirm", *at, "--by", "Demo Lone Testsen")
    assert "REPORTED" not in {gap["reason"] for gap in (await ask(query, now=datetime.now(UTC))).data["gaps"]}
    await done(terminal, "report", "Post kommer retur", *at)  # of nobody in particular: of all who hold it
    assert "REPORTED" in {gap["reason"] for gap in (await ask(query, now=datetime.now(UTC))).data["gaps"]}
    for words in (("Demo Lone", "Testsen", "svarer ikke"), ("Demo Lone Testsen", "svarer ikke", *mailbox)):
        wrong = await terminal("report", *words, *at)
        assert (wrong.returncode, "expected PERSON and COMMENT, or COMMENT alone" in wrong.stderr) == (2, True)


async def test_a_stand_in_acts_and_whoever_leaves_has_a_successor(terminal: Terminal, ask: Ask) -> None:
    anna, bo = await added(terminal, "Demo Anna Terminalsen"), await added(terminal, "Demo Bo Terminalsen")
    made = json.loads(await done(terminal, "appoint", anna, *AT, "--from", "2026-01-01", "--json"))
    seq = made["data"]["appoint"]["change"]["seq"]
    await done(terminal, "stand-in", bo, *AT, "--for", anna, "--from", "2027-02-01", "--to", "2027-02-28")
    query = """query ($day: Date) { responsibility(role: "ØiR finans administrator", municipality: "0825", at: $day) {
      reach { reachedAs holder { name } } } }"""
    for day, acts in (("2027-01-31", False), ("2027-02-01", True), ("2027-02-28", True), ("2027-03-01", False)):
        (answer,) = (await ask(query, {"day": day})).data["responsibility"]
        assert ({"reachedAs": "STAND_IN", "holder": {"name": "Demo Bo Terminalsen"}} in answer["reach"]) is acts
    listed = await done(terminal, "log", "--facts", "--first", "2")
    ids = re.findall(r"recorded: (\w+) (\S+)\n(?:.+\n)+?    from (\S+) (?:to )?(.+)", listed)
    assert [(kind, since, to) for kind, _, since, to in ids] == [
        ("StandIn", "2027-02-01", "2027-02-28"),
        ("Assignment", "2026-01-01", "until further notice"),
    ]
    cover, assignment = ids[0][1], ids[1][1]
    await done(terminal, "end", "--fact", cover, "--to", "2027-02-14")
    await done(terminal, "correct", "--fact", cover, "--from", "2027-02-08")
    for day, acts in (("2027-02-07", False), ("2027-02-08", True), ("2027-02-14", True), ("2027-02-15", False)):
        (answer,) = (await ask(query, {"day": day})).data["responsibility"]
        assert ({"reachedAs": "STAND_IN", "holder": {"name": "Demo Bo Terminalsen"}} in answer["reach"]) is acts
    await done(terminal, "retract", "--fact", cover, "--reason", "Det blev aflyst")
    again = await terminal("retract", "--fact", cover)
    assert (again.returncode, "--fact: " in again.stderr) == (1, True), again.stderr
    moved = await terminal("end", "--fact", assignment, "--to", "2027-06-30", "--if-seq", str(seq))
    assert (moved.returncode, f"Change {seq + 1} by " in moved.stderr) == (1, True), moved.stderr
    await done(terminal, "leave", anna, "--on", "2027-05-01", "--successor", f"{assignment}=Demo Bo Terminalsen")
    assert "Demo Anna Terminalsen" in await holders(ask, "2027-04-30")
    assert "Demo Bo Terminalsen" not in await holders(ask, "2027-04-30")
    assert "Demo Anna Terminalsen" not in await holders(ask, "2027-05-01")
    assert "Demo Bo Terminalsen" in await holders(ask, "2027-05-01")


async def test_what_ends_with_a_handover_who_has_the_name_already_and_what_a_vacancy_does_not_do_is_said(
    terminal: Terminal,
) -> None:
    anna, bo = await added(terminal, "Demo Anna Sagtsen"), await added(terminal, "Demo Bo Sagtsen")
    await done(terminal, "appoint", anna, *AT, "--from", "2026-01-01")
    await done(terminal, "stand-in", bo, *AT, "--for", anna, "--from", "2027-06-01", "--to", "2027-06-30")
    again = await terminal("add-person", "Demo Anna Sagtsen", "--in", "0751", "--dry-run")
    assert (again.returncode, f"({anna}, Læsø)" in " ".join(again.stderr.split())) == (0, True), again.stderr
    vacated = await terminal("vacate", "Genbesættes", *AT, "--from", "2027-01-10")
    assert "Demo Anna Sagtsen" in vacated.stderr
    assert "holds it on 2027-01-10" in vacated.stderr
    period = await terminal("vacate", "Igen", *AT, "--from", "2027-02-01")
    assert "further notice" in period.stderr
    told = await done(terminal, "hand-over", bo, *AT, "--from-holder", anna, "--on", "2027-05-01", "--dry-run")
    assert "Stand-ins that end" in told
    assert "never begins, 2027-06-01" in " ".join(told.split())
    await done(terminal, "appoint", bo, *AT, "--from", "2028-01-01", "--to", "2028-06-30")
    twice = await terminal("appoint", bo, *AT, "--from", "2028-02-01")
    assert "from 2028-01-01 to 2028-06-30." in " ".join(twice.stderr.split()), twice.stderr
    assert "up to, not including, 2028-07-01." in " ".join(
        (
            await terminal(
                "change", "appoint", f"person={bo}", f"role={ROLE}", f"municipality={PLACE}", "validFrom=2028-02-01"
            )
        ).stderr.split()
    ), "there days are the API's"
    many = json.loads(await done(terminal, "log", "--facts", "--first", "25", "--json"))["data"]["changes"]["nodes"]
    assert [one["seq"] for one in many] == list(range(many[0]["seq"], many[0]["seq"] - 25, -1))
    facts = " ".join((await done(terminal, "log", "--facts", "--first", "2")).split())
    assert f"Demo Bo Sagtsen: {TITLE} · Læsø from 2028-01-01 to 2028-06-30" in facts
    assert "YR kontaktperson · Aarhus" in await done(terminal, "who", "YR kontaktperson", "--in", "751")
    number = await terminal("who", "YR kontaktperson", "--in", "0826")
    assert "called “0826”; expected the code, name or id of a municipality." in " ".join(number.stderr.split())


async def test_a_file_that_cannot_be_written_is_told_before_anything_is_read(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object, **_more: object) -> None:
        raise AssertionError("the map was read")

    monkeypatch.setattr(tables, "with_database", read)
    monkeypatch.setattr(asking, "ask", read)
    for command in (("export",), ("person", "export", "Demo Lone Testsen", "--to")):
        nowhere = await terminal(*command, str(tmp_path / "none" / "map.csv"))
        assert (nowhere.returncode, "its folder is not there" in " ".join(nowhere.stderr.split())) == (1, True)
        long = await terminal(*command, str(tmp_path / f"{'x' * 300}.csv"))
        assert (long.returncode, "File name too long" in " ".join(long.stderr.split())) == (1, True), long.stderr
        folder = await terminal(*command, str(tmp_path))
        assert folder.returncode != 0, folder.stdout


async def test_which_fact_is_said_by_its_id_or_by_role_and_place(terminal: Terminal) -> None:
    for command in ("end", "correct", "retract"):
        neither = await terminal(command, "--in", PLACE)
        assert (neither.returncode, "expected --role and --in, or --fact" in neither.stderr) == (2, True)
        both = await terminal(command, "--fact", "assignment:1", *AT)
        assert (both.returncode, "expected no --role, --in" in both.stderr) == (2, True)


async def test_a_vacancy_that_is_meant_and_what_a_role_is_called_are_said_and_undone(
    terminal: Terminal, ask: Ask
) -> None:
    at = ("--role", "tovholder på basisimplementeringen", "--in", PLACE)
    query = """{ responsibility(role: "tovholder på basisimplementeringen", municipality: "0825", at: "2026-12-01") {
      localTitle steps { en } } }"""

    async def said() -> tuple[str | None, str]:
        (answer,) = (await ask(query)).data["responsibility"]
        return answer["localTitle"], " ".join(step["en"] for step in answer["steps"])

    before = await said()
    why = ("vacate", "Stillingen genbesættes", *at, "--from", "2026-11-15", "--to", "2026-12-31")
    assert "Dry run, nothing was written" in await done(terminal, *why, "--dry-run")
    assert await said() == before
    first = re.search(r"Change (\d+): intendVacancy", await done(terminal, *why, "--key", "vacancy"))
    assert first is not None
    assert "Stillingen genbesættes" in (await said())[1]
    again = await done(terminal, *why, "--key", "vacancy")
    assert f"Change {first[1]}: intendVacancy · Læsø (made before, by the same key)" in again
    await done(terminal, "translate", *at, "--title", "Projektleder", "--from", "2026-11-15")
    assert (await said())[0] == "Projektleder"
    await done(terminal, "undo", str(int(first[1]) + 1), "--reason", "Forkert titel")
    await done(terminal, "undo", first[1])
    assert await said() == before
    await done(terminal, "undo", str(int(first[1]) + 3))
    assert "Stillingen genbesættes" in (await said())[1]
    log = " ".join((await done(terminal, "log", "--first", "5")).split())
    assert "Forkert titel" in log
    brought = f"(undone by {int(first[1]) + 3}, brought back by {int(first[1]) + 4})"
    listed = json.loads(await done(terminal, "log", "--first", "5", "--json"))["data"]["changes"]["nodes"]
    assert brought in _undone(listed[4])
    assert _undone(listed[0]) == ""
    refused = await terminal("undo", str(int(first[1]) + 1))
    assert (refused.returncode, "SEQ: " in refused.stderr) == (1, True), refused.stderr


async def test_a_command_sent_again_with_its_key_tells_the_first_outcome(terminal: Terminal, ask: Ask) -> None:
    """Though nobody holds what it speaks of any more, or somebody else does."""
    anna, bo = await added(terminal, "Demo Anna Nøglesen"), await added(terminal, "Demo Bo Nøglesen")
    await done(terminal, "appoint", anna, *AT, "--from", "2026-01-01")
    hand_over = ("hand-over", bo, *AT, "--from-holder", anna, "--on", "2026-09-01")
    end = ("end", *AT, "--holder", bo, "--to", "2026-10-31")
    for command in (
        ("stand-in", bo, *AT, "--for", anna, "--from", "2026-06-01", "--to", "2026-06-30"),
        hand_over,
        ("correct", *AT, "--holder", bo, "--at", "2026-09-01", "--from", "2026-09-02"),
        end,
        ("retract", *AT, "--holder", bo, "--at", "2026-09-02"),
    ):
        first = re.search(r"Change \d+: \w+", await done(terminal, *command, "--key", f"nøgle {command[0]}"))
        assert first is not None
        again = await done(terminal, *command, "--key", f"nøgle {command[0]}")
        assert first[0] in again, again
        assert "(made before, by the same key)" in again
    assert not {"Demo Anna Nøglesen", "Demo Bo Nøglesen"} & await holders(ask, "2026-10-01")
    other = await terminal(*hand_over[:-1], "2026-08-01", "--key", "nøgle hand-over")
    assert (other.returncode, "--key: this key belongs to change" in " ".join(other.stderr.split())) == (1, True)
    new = await terminal(*hand_over, "--key", "en anden nøgle")
    assert (new.returncode, "0 assignments fit" in new.stderr) == (1, True), new.stderr


async def test_what_a_fact_says_is_corrected_and_a_refusal_names_what_was_typed(terminal: Terminal, ask: Ask) -> None:
    async def fact() -> str:
        """Give the id of the fact that was recorded last."""
        found = re.search(r"recorded(?: anew)?: \w+ (\S+)", await done(terminal, "log", "--facts", "--first", "1"))
        assert found is not None
        return found[1]

    async def refused(*arguments: str) -> str:
        wrong = await terminal(*arguments)
        assert wrong.returncode == 1, wrong.stdout
        return " ".join(wrong.stderr.split())

    carrier = ("--carried-by", "ØiR debitor administrator")
    await done(terminal, "translate", *AT, "--title", "Økonomichf", "--unit", "Økonomi", "--from", "2027-06-01")
    translated = await fact()
    await done(terminal, "correct", "--fact", translated, "--title", "Økonomichef", "--unit", "", *carrier)
    told = {"__typename": "Translation", "title": "Økonomichef", "unit": None}
    assert await said(ask, translated) == {**told, "carriedBy": {"code": "oir-debitor-administrator"}}
    await done(terminal, "correct", "--fact", translated, "--carried-by", "")
    assert await said(ask, translated) == {**told, "carriedBy": None}
    assert "--title: " in await refused("correct", "--fact", translated, "--title", "")
    assert "--carried-by: " in await refused("correct", "--fact", translated, "--carried-by", "nix nix nix")
    assert "--fact: " in await refused("correct", "--fact", translated, "--why", "Ny chef")
    assert "--no-end: " in await refused("correct", "--fact", translated, "--no-end", "--to", "2028-01-01")
    assert "--erp-system: " in await refused("correct", "--fact", translated, "--erp-system", "nix nix nix")
    assert "--escalates-to: " in await refused("correct", "--fact", translated, "--escalates-to", "nix nix nix")
    assert "--person: " in await refused("correct", "--fact", translated, "--person", "Demo Nobody Nixen")

    at = ("--role", "tovholder på basisimplementeringen", "--in", PLACE)
    assert "WHY: " in await refused("vacate", " ", *at)
    await done(terminal, "vacate", "Ny chef i januar", *at)
    vacant = await fact()
    await done(terminal, "correct", "--fact", vacant, "--why", "Ny chef i marts")
    assert await said(ask, vacant) == {"__typename": "Vacancy", "reason": "Ny chef i marts"}
    assert "--why: " in await refused("correct", "--fact", vacant, "--why", "")

    today = datetime.now(COPENHAGEN).date()
    assert "--on: " in await refused("confirm", *at, "--on", str(today + timedelta(days=1)))
    await done(terminal, "confirm", *at, "--by", "Demo Erik", "--on", str(today))
    confirmed = await fact()
    await done(terminal, "correct", "--fact", confirmed, "--by", "Demo Erik Demosen")
    assert await said(ask, confirmed) == {"__typename": "Confirmation", "by": "Demo Erik Demosen"}
    listed = " ".join((await done(terminal, "log", "--facts", "--first", "1")).split())
    assert f"Confirmation {confirmed} tovholder på basisimplementeringen · Læsø from {today} " in listed

    roles = await ask('{ role(name: "oir-finans-administrator") { escalation { id } } }')
    escalation = roles.data["role"]["escalation"]["id"]
    await done(terminal, "correct", "--fact", escalation, "--escalates-to", "YR kontaktperson")
    assert (await said(ask, escalation))["to"] == {"code": "yr-kontaktperson"}
    uses = await ask('{ municipality(name: "Vejle") { erpSystems { id domain } } }')
    (usage,) = (one["id"] for one in uses.data["municipality"]["erpSystems"] if one["domain"] == "FINANS")
    await done(terminal, "correct", "--fact", usage, "--erp-system", "ØS Indsigt")
    assert (await said(ask, usage))["erpSystem"] == {"code": "oes-indsigt"}


async def test_how_far_a_task_is_is_corrected(terminal: Terminal, ask: Ask) -> None:
    await done(terminal, "progress", "oir-basis-02", "started", "--in", PLACE)
    found = await recorded(ask, "progress:")
    (progress,) = [one for one in found if (await says(ask, one))["state"] == "STARTED"]  # the one before it ended
    await done(terminal, "correct", "--fact", progress, "--state", "done")
    assert (await says(ask, progress))["state"] == "DONE"
    wrong = await terminal("correct", "--fact", progress, "--due", "2027-01-01")
    assert (
        wrong.returncode,
        "a task's terms, not a task's progress: it has no due" in " ".join(wrong.stderr.split()),
    ) == (1, True)


async def test_an_end_without_a_day_is_the_same_after_midnight(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await added(terminal, "Demo Anna Midnatsen")
    await done(terminal, "appoint", anna, *AT, "--from", "2026-01-01")
    end = ("end", *AT, "--holder", anna)
    first = re.search(r"Change \d+: end", await done(terminal, *end, "--key", "midnat"))
    assert first is not None
    tomorrow = datetime.now(COPENHAGEN).date() + timedelta(days=1)
    monkeypatch.setattr(changing, "_today", lambda: tomorrow.isoformat())
    again = await done(terminal, *end, "--key", "midnat")
    assert first[0] in again
    assert "(made before, by the same key)" in again
    other = await terminal(*end, "--to", str(tomorrow), "--key", "midnat")
    assert (other.returncode, "--key: this key belongs to change" in " ".join(other.stderr.split())) == (1, True)


async def test_a_person_who_was_renamed_is_changed_once_by_the_same_key(terminal: Terminal, ask: Ask) -> None:
    anna, bo = await added(terminal, "Demo Anna Navnesen"), await added(terminal, "Demo Bo Navnesen")
    key = ("--key", "navn")
    more = ("--name", "Demo Anna Bryllup", "--email", " anna@laesoe.example", *key)
    command = ("change-person", "Demo Anna Navnesen", *more)
    first = re.search(r"Change \d+: changePerson", await done(terminal, *command))
    assert first is not None
    await done(terminal, "change-person", anna, "--job", "Konsulent")
    again = " ".join((await done(terminal, *command)).split())
    assert f"{first[0]} · Læsø (made before, by the same key) Demo Anna Bryllup: {anna}" in again
    await done(terminal, "appoint", anna, *AT, "--from", "2026-01-01", "--key", "ansat")
    for other in (
        ("Demo Anna Navnesen", "--name", "Demo Anna Bryllup", "--email", "x@laesoe.example", *key),
        (bo, *more),
        ("Demo Nobody Nixen", *more),
        (anna, "--email", "x@laesoe.example", "--key", "ansat"),
    ):
        wrong = await terminal("change-person", *other)
        assert (wrong.returncode, "--key: this key belongs to change" in " ".join(wrong.stderr.split())) == (1, True)
    query = f'{{ person(name: "{anna}") {{ name contactPoints {{ value }} }} }}'
    assert (await ask(query)).data["person"] == {
        "name": "Demo Anna Bryllup",
        "contactPoints": [{"value": "anna@laesoe.example"}, {"value": "+45 12 34 56 78"}],
    }


def test_an_undoing_that_was_undone_undoes_nothing() -> None:
    def chain(*seqs: int) -> dict[str, Any]:
        return {"undoneBy": {"seq": seqs[0], **chain(*seqs[1:])} if seqs else None}

    assert _undone(chain()) == ""
    assert _undone(chain(7)) == " (undone by 7)"
    assert _undone(chain(7, 8)) == " (undone by 7, brought back by 8)"
    assert _undone(chain(7, 8, 9)) == " (undone by 9)"
    assert _undone(chain(7, 8, 9, 10)) == " (undone and brought back, see 10)"


async def test_who_somebody_is_and_how_to_reach_them_is_put_right(terminal: Terminal, ask: Ask) -> None:
    anna = await added(terminal, "Demo Anna Terminalsen")
    query = f'{{ person(name: "{anna}") {{ name jobTitle unit contactPoints {{ kind value visibility }} }} }}'

    async def described() -> dict[str, Any]:
        return dict((await ask(query)).data["person"])

    phone = {"kind": "PHONE", "value": "+45 12 34 56 78", "visibility": "VENDORS"}
    more = ("--name", "Demo Anna Kommandosen", "--job", "Konsulent", "--unit", "Økonomi")
    told = await done(terminal, "change-person", anna, "--email", "anna@laesoe.example", *more)
    assert f"Demo Anna Kommandosen: {anna}" in told
    assert await described() == {
        "name": "Demo Anna Kommandosen",
        "jobTitle": "Konsulent",
        "unit": "Økonomi",
        "contactPoints": [{"kind": "EMAIL", "value": "anna@laesoe.example", "visibility": "VENDORS"}, phone],
    }
    await done(terminal, "change-person", anna, "--email", "", "--job", "", "--key", "k")
    await done(terminal, "change-person", anna, "--email", "", "--job", "", "--key", "k")
    now = await described()
    assert (now["jobTitle"], now["unit"], now["contactPoints"]) == (None, "Økonomi", [phone])
    number = ("--phone", "+45 87 65 43 21", "--visibility", "public")
    await done(terminal, "change-person", anna, *number)
    assert (await described())["contactPoints"] == [
        {"kind": "PHONE", "value": "+45 87 65 43 21", "visibility": "PUBLIC"}
    ]
    for arguments, code, words in (
        ((anna, "--visibility", "public"), 2, "expected --email or --phone beside"),
        (("Demo Nobody Nixen", "--phone", "+45 12 34 56 78"), 1, "PERSON: "),
        ((anna, "--email", "nix"), 1, "an e-mail address such as"),
    ):
        wrong = await terminal("change-person", *arguments)
        assert (wrong.returncode, words in " ".join(wrong.stderr.split())) == (code, True), wrong.stderr


async def test_two_who_are_one_become_one(terminal: Terminal, ask: Ask) -> None:
    anna, twin = await added(terminal, "Demo Anna Terminalsen"), await added(terminal, "Demo Ane Terminalsen")
    await done(terminal, "appoint", twin, *AT, "--from", "2026-01-01")
    told = await done(terminal, "merge", anna, twin, "--reason", "Samme person")
    assert f"Demo Anna Terminalsen: {anna}" in told
    now = await holders(ask, "2026-06-01")
    assert "Demo Anna Terminalsen" in now
    assert "Demo Ane Terminalsen" not in now
    wrong = await terminal("merge", anna, anna)
    assert (wrong.returncode, "MERGE: " in wrong.stderr) == (1, True), wrong.stderr


async def test_an_import_promises_an_undoing_only_where_it_will_hold(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await added(terminal, "Demo Anna Terminalsen")
    way_back, note = (
        "An export made before it has the old names and addresses of people.",
        "Note: `undo` will not take this back",
    )
    file = tmp_path / "people.csv"
    assert (await terminal("export", str(file), "--sheet", "people", "--in", PLACE)).returncode == 0
    rows = rows_of(file.read_bytes())
    (mine,) = (row for row in rows if row["Name"] == "Demo Anna Terminalsen")
    mine["Name"] = "Demo Anna Importsen"
    file.write_bytes(edited(rows))
    previewed = await terminal("import", str(file), "--preview")
    assert note in previewed.stderr
    assert "it changes names or addresses" in previewed.stderr
    told = await done(terminal, "import", str(file), "--yes")
    seq = re.findall(r"The import is change (\d+)\.\n", told)[0]
    assert f"rollegalleri undo {seq} would be refused: expected to change it by hand" in told
    assert way_back in told
    assert "takes it back" not in told
    assert (await terminal("undo", seq)).returncode == 1

    file = tmp_path / "assignments.csv"
    file.write_bytes(csv_of("assignments", [assignment(holder_name="Demo Anna Importsen", holder_email=None)]))
    with monkeypatch.context() as few:
        few.setattr(undoing, "MOST", 0)
        few.setattr(tables, "MOST_UNDONE", 0)
        assert f"{note}, since it writes more than 0 facts" in (await terminal("import", str(file), "--preview")).stderr
        told = await done(terminal, "import", str(file), "--yes", "--key", "import")
        assert "would be refused: expected a change of at most 0 facts" in " ".join(told.split())
        assert way_back in told
    again = await terminal("import", str(file), "--yes", "--key", "import")
    assert note not in again.stderr
    seq = str(int(seq) + 1)
    assert f"The import was recorded before, as change {seq}.\nrollegalleri undo {seq} takes it back." in again.stdout
    await done(terminal, "undo", seq)


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Pacific/Kiritimati"])
def test_an_end_without_a_day_is_denmarks_today(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At any hour, one of the two zones has another day than Copenhagen."""
    sent: list[Any] = []
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        monkeypatch.setattr(changing, "send", lambda _mutation, given, *_: sent.append(given))
        before = datetime.now(COPENHAGEN).date().isoformat()
        changing.end(fact="assignment:1")
        assert sent[0]["validTo"] in (before, datetime.now(COPENHAGEN).date().isoformat())
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.in_step
def test_what_can_be_typed_is_what_the_schema_has() -> None:
    for typed, name in (
        (Visible, "Visibility"), (State, "TaskState"), (Domain, "ErpDomain"), (Kind, "AddressingKind"), (Duty, "Obligation"),
    ):  # fmt: skip
        assert [one.name for one in typed] == list(core().type_map[name].values)
