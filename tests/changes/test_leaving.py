"""Who leaves, from a terminal: what hangs on them and with which ids, what ends, and who takes over."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tests.changes.conftest import Change
from tests.changes.test_holding import PLACE, ROLE
from tests.changes.test_terminal import Terminal, added, done, run, terminal
from tests.contract.conftest import Ask

__all__ = ["run", "terminal"]
CONTACT, DEBTORS = "ØiR finans kontaktperson", "ØiR debitor kontaktperson"
BOX = "Demo ØiR funktionspostkasse Odense"


async def held(terminal: Terminal, who: str, role: str, since: str, *more: str) -> None:
    await done(terminal, "appoint", who, "--role", role, "--in", PLACE, "--from", since, *more)


async def test_what_somebody_holds_is_shown_with_ids_and_ended_with_them(terminal: Terminal, ask: Ask) -> None:
    anna, bo = await added(terminal, "Demo Anna Terminalsen"), await added(terminal, "Demo Bo Terminalsen")
    await held(terminal, anna, CONTACT, "2026-01-01")
    await held(terminal, anna, DEBTORS, "2026-01-01", "--to", "2028-12-31")
    await held(terminal, anna, ROLE, "2027-06-01")
    await done(terminal, "stand-in", bo, "--role", CONTACT, "--in", PLACE, "--for", anna, "--from", "2026-01-01")
    impact = json.loads(await done(terminal, "impact", anna, "--on", "2027-03-01", "--json"))["data"]["impact"]
    ids = {one["role"]["title"]: one["assignment"]["id"] for one in impact["holdings"]}
    assert set(ids) == {CONTACT, DEBTORS, ROLE}
    shown = await done(terminal, "impact", "Demo Anna Terminalsen", "--on", "2027-03-01")
    words = " ".join(shown.split())
    assert f"Demo Anna Terminalsen ({anna}), without them from 2027-03-01" in words
    for one in impact["holdings"]:
        assert f"{one['role']['title']} · Læsø (0825) Assignment {one['assignment']['id']} Holds it from" in words
        assert one["after"]["outcome"] in words
        assert all(answers["holder"]["name"] in words for answers in one["after"]["accountable"])
    assert "Holds it from 2026-01-01 to 2028-12-31" in words
    assert "Demo Bo Terminalsen (stands in for them)" in words
    assert all(lost["task"]["title"] in words for lost in impact["tasks"])
    to = ("--successor", f"{ids[CONTACT]}=Demo Bo Terminalsen", "--successor-mailbox", f"{ids[DEBTORS]}={BOX}")
    leaving = ("leave", anna, "--on", "2027-03-01", *to)
    dry = " ".join((await done(terminal, *leaving, "--dry-run")).split())
    ended = "Ends 2027-02-28; it was to hold"
    assert (
        f"Assignment {ids[CONTACT]} {ended} until further notice Taken over by Demo Bo Terminalsen from 2027-03-01"
        in dry
    )
    assert f"Assignment {ids[DEBTORS]} {ended} to 2028-12-31 Taken over by {BOX} from 2027-03-01 to 2028-12-31" in dry
    assert f"Assignment {ids[ROLE]} Never begins it was to hold from 2027-06-01" in dry
    assert "Taken over by nobody" in dry
    assert (
        f"Stand-ins that end 1. Demo Bo Terminalsen for Demo Anna Terminalsen {CONTACT} · Læsø, ends 2027-02-28" in dry
    )
    left = json.loads(await done(terminal, *leaving, "--json"))["data"]["leave"]
    assert {one["id"] for one in left["ended"]} == {ids[CONTACT], ids[DEBTORS]}
    assert {(one["role"]["title"], one["holder"]["name"]) for one in left["appointed"]} == {
        (CONTACT, "Demo Bo Terminalsen"),
        (DEBTORS, BOX),
    }
    taken_back = [one["before"]["id"] for one in left["change"]["effects"] if one["kind"] == "TAKEN_BACK"]
    assert taken_back == [ids[ROLE]]
    gone = await done(terminal, "impact", anna, "--on", "2027-03-01")
    assert "Holds no role on that day or later." in gone
    others = " ".join((await done(terminal, "impact", bo, "--on", "2027-03-01")).split())
    assert "from 2027-03-01 until further notice" in others


async def test_a_stand_in_for_others_hangs_on_whoever_leaves(terminal: Terminal) -> None:
    anna, bo = await added(terminal, "Demo Anna Terminalsen"), await added(terminal, "Demo Bo Terminalsen")
    await held(terminal, anna, ROLE, "2026-01-01")
    await done(terminal, "stand-in", bo, "--role", ROLE, "--in", PLACE, "--for", anna, "--from", "2026-01-01")
    words = " ".join((await done(terminal, "impact", bo, "--on", "2027-03-01")).split())
    assert f"No longer stands in 1. for Demo Anna Terminalsen {ROLE} · Læsø, lost from 2027-03-01 standIn:" in words
    dry = " ".join((await done(terminal, "leave", bo, "--on", "2027-03-01", "--dry-run")).split())
    assert "Nothing ends: they hold no role on that day or later." in dry
    assert "Stand-ins that end 1. Demo Bo Terminalsen for Demo Anna Terminalsen" in dry


async def test_who_cannot_leave_is_one_sentence_by_what_was_typed(terminal: Terminal, change: Change) -> None:
    async def refused(*arguments: str) -> str:
        typed = await terminal(*arguments)
        assert typed.returncode == 1, typed.stdout
        return " ".join(typed.stderr.split())

    anna, bo = await added(terminal, "Demo Anna Terminalsen"), await added(terminal, "Demo Bo Terminalsen")
    twin, gone = await added(terminal, "Demo Anna Terminalsen"), await added(terminal, "Demo Cilla Terminalsen")
    now = datetime.now(UTC)
    await change("mergePeople", keep=bo, merge=gone, now=now)
    dora = await added(terminal, "Demo Dora Terminalsen")
    await change("erasePerson", person=dora, statements=3, now=now)
    for command in (("impact",), ("leave", "--dry-run")):
        assert (
            "Error: PERSON: no person is called “Demo Bo Terminalsn”; the nearest names are Demo Bo"
            in await refused(*command, "Demo Bo Terminalsn")
        )
        both = await refused(*command, "Demo Anna Terminalsen")
        assert both.startswith("Error: PERSON: “Demo Anna Terminalsen” is the name of 2 things")
        assert anna in both
        assert twin in both
        assert f"PERSON: the person {dora} was erased on " in await refused(*command, dora)
        assert "--on: “2026-02-30” is not valid" in await refused(*command, bo, "--on", "2026-02-30")
    assert f"{bo}, into whom this one was merged" in await refused("leave", gone, "--dry-run")
    assert f"{bo}, into whom this one was merged" in await refused("impact", gone)


async def test_a_successor_is_typed_with_the_assignment(terminal: Terminal) -> None:
    anna = await added(terminal, "Demo Anna Terminalsen")
    typed: tuple[tuple[str, str, int, str], ...] = (
        ("--successor", "Demo Bo", 2, "expected ASSIGNMENT=PERSON"),
        ("--successor-mailbox", "assignment:1a56", 2, "expected ASSIGNMENT=MAILBOX"),
        ("--successor", f"assignment:1a56={anna}", 1, "--successor: "),
    )
    for option, value, code, words in typed:
        wrong: Any = await terminal("leave", anna, option, value, "--dry-run")
        assert (wrong.returncode, words in " ".join(wrong.stderr.split())) == (code, True), wrong.stderr
