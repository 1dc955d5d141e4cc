"""What is recorded from a terminal: somebody new, an assignment put right and taken back, how far a task is."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Awaitable, Callable

import pytest

from schema.gallery.schema import core
from server.cli.recording import State, Visible
from tests.changes.test_holding import PLACE, ROLE, holders
from tests.contract.conftest import Ask
from tests.contract.planting import Garden
from tests.server.conftest import Run, run

__all__ = ["run"]
Terminal = Callable[..., Awaitable["subprocess.CompletedProcess[str]"]]
AT = ("--role", ROLE, "--in", PLACE)


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
    beyond = await refused("end", *AT, "--holder", anna, "--to", "2027-06-30")
    assert "--to: “2027-06-30” is not valid; at most 2026-12-31" in beyond


async def test_how_far_a_task_is_and_what_is_no_state(terminal: Terminal, ask: Ask) -> None:
    task = "demo-organisering-2026"
    query = f'{{ task(name: "{task}") {{ progress {{ municipalities {{ municipality {{ code }} state }} }} }} }}'
    for state in ("started", "done"):
        done = await terminal("progress", task, state, "--in", PLACE)
        assert done.returncode == 0, done.stderr
    told = (await ask(query)).data["task"]["progress"]["municipalities"]
    assert {one["municipality"]["code"]: one["state"] for one in told}[PLACE] == "DONE"
    wrong = await terminal("progress", task, "nearly", "--in", PLACE)
    assert (wrong.returncode, "'nearly' is not one of 'done', 'started'" in wrong.stderr) == (2, True)
    unknown = await terminal("progress", "no-such-task", "done", "--in", PLACE)
    assert unknown.returncode == 1
    assert "no-such-task" in unknown.stderr


@pytest.mark.in_step
def test_what_can_be_typed_is_what_the_schema_has() -> None:
    for typed, name in ((Visible, "Visibility"), (State, "TaskState")):
        assert [one.name for one in typed] == list(core().type_map[name].values)
