"""The command line as people meet it: tables at 80 columns, the API's JSON, one sentence for what is wrong, exit codes."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

import pytest
from typer.main import get_command

from graph.driver import Database
from resolvers.context import Context
from schema.engine import Request
from schema.gallery.schema import engine
from server.cli import app, examples
from server.cli.schema import FOLDER
from tests.server.conftest import Run, command

ROLE = "Systemejer for kommunens bogføringssystem"
DAY = "2026-12-01"


@pytest.fixture
async def answer(seeded: Database) -> Any:
    """What the API answers to the question that the tests ask on the command line."""
    fields = "outcome reach { holder { name } email } steps { da en }"
    query = f'{{ responsibility(role: "{ROLE}", municipality: "Aarhus", at: "{DAY}") {{ {fields} }} }}'
    result = await engine().execute(Request(query), Context.local(seeded))
    assert not result.errors
    assert result.data is not None
    return result.data["responsibility"][0]


def test_it_tells_its_version_without_a_command() -> None:
    done = command("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"rollegalleri {version('rollegalleri')}\n"


def test_who_asks_at_a_terminal_waits_for_a_database_that_plans_slowly(
    run: Run, seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that has just started, on a busy machine, plans a statement for longer than a service waits."""
    monkeypatch.setattr(engine(), "deadline", 0.001)
    done = run("who", ROLE, "--in", "Vejle", "--at", "2031-05-05", "--json")
    assert (done.returncode, "errors" in json.loads(done.stdout)) == (0, False), done.stdout


def test_who_gives_the_answer_of_the_api(run: Run, answer: Any) -> None:
    done = run("who", ROLE, "--in", "Aarhus", "--at", DAY, "--why")
    assert (done.returncode, done.stderr) == (0, "")
    shown = " ".join(done.stdout.split())
    assert answer["outcome"] in shown
    assert all(one["email"] in shown and one["holder"]["name"] in shown for one in answer["reach"])
    assert all(step["en"] in shown for step in answer["steps"])
    danish = " ".join(run("who", ROLE, "--in", "0751", "--at", DAY, "--why", "--language", "da").stdout.split())
    assert all(step["da"] in danish for step in answer["steps"])


def test_who_with_json_prints_the_apis_json_and_nothing_else(run: Run) -> None:
    done = run("who", ROLE, "--in", "Aarhus", "--at", DAY, "--json")
    (answer,) = json.loads(done.stdout)["data"]["responsibility"]
    assert answer["municipality"] == {"code": "0751", "name": "Aarhus"}
    assert answer["steps"]
    assert (done.returncode, done.stderr) == (0, "")


def test_last_days_are_inclusive(run: Run) -> None:
    told = json.loads(run("who", ROLE, "--in", "Aarhus", "--at", "2026-06-01", "--json").stdout)
    (assignment,) = told["data"]["responsibility"][0]["accountable"]
    assert assignment["validTo"] == "2026-11-01"
    assert "to 2026-10-31" in run("who", ROLE, "--in", "Aarhus", "--at", "2026-06-01").stdout


@pytest.mark.parametrize(
    "arguments",
    [("who", ROLE), ("who", "task:oir-basis-02", "--in", "0101", "--in", "Åbenrå", "--at", "2020-01-10"),
     ("who", ROLE, "--in", "Aarhus", "--why"), ("gaps", "--region", "Nordjylland"), ("doctor",)],
)  # fmt: skip
def test_everything_fits_80_columns_and_has_no_colours_in_a_pipe(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert [line for line in done.stdout.splitlines() if len(line.rstrip()) > 80] == []
    assert "\x1b" not in done.stdout + done.stderr


def test_a_table_has_a_row_for_each_municipality(run: Run) -> None:
    shown = run("who", "KOMBIT-programleder", "--region", "Nordjylland", "--at", DAY).stdout
    for name in (
        "Morsø",
        "Thisted",
        "Brønderslev",
        "Frederikshavn",
        "Vesthimmerlands",
        "Læsø",
        "Rebild",
        "Mariagerfjord",
    ):
        assert name in shown
    assert "11 answers" in shown


def test_gaps_lists_those_of_the_api(run: Run) -> None:
    told = json.loads(run("gaps", "--in", "Læsø", "--at", DAY, "--json").stdout)["data"]["gaps"]
    shown = " ".join(run("gaps", "--in", "Læsø", "--at", DAY).stdout.split())
    assert told
    assert f"{len(told)} gaps" in shown
    assert all(gap["role"]["title"] in shown for gap in told)


WRONG = (
    (("who", "Systemejer bogføring"), "No role or task is called “Systemejer bogføring”", "nearest roles are Systemejer for kommunens"),
    (("who", ROLE, "--in", "Arhuss"), "--in: no municipality is called “Arhuss”", "Aarhus"),
    (("who", ROLE, "--at", "2026-02-30"), "--at: “2026-02-30”", "a day that the calendar has"),
    (("who", ROLE, "--at", "2026-02-03T10:00"), "--at: ", "without a time of day"),
    (("who", ROLE, "--known-at", "2999-01-01"), "--known-at: ", ""),
    (("who", ROLE, "--region", "Atlantis"), "--region: ", "Midtjylland"),
    (("who", "x" * 501), "ROLE_OR_TASK: ", "at most 500 characters"),
    (("who", "role:no-such-role"), "ROLE_OR_TASK: no role is called", ""),
    (("gaps", "--role", "Ingen slags rolle"), "--role: ", ""),
    (("gaps", "--within", "-1"), "--within: ", ""),
)  # fmt: skip


@pytest.mark.parametrize(("arguments", "begin", "hint"), WRONG, ids=lambda value: str(value)[:40])
def test_what_is_wrong_is_one_sentence_and_exit_code_1(
    run: Run, arguments: tuple[str, ...], begin: str, hint: str
) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: {begin}")
    assert hint in done.stderr
    assert done.stderr.count("\n") == 1


def test_json_carries_the_error_with_its_four(run: Run) -> None:
    done = run("who", ROLE, "--in", "Arhuss", "--json")
    (error,) = json.loads(done.stdout)["errors"]
    assert set(error["extensions"]) >= {"code", "field", "value", "expected"}
    assert done.returncode == 1


TYPED_WRONGLY = (
    ("wo",),
    ("who",),
    ("who", ROLE, "--bogus"),
    ("who", ROLE, "--language", "fr"),
    ("seed",),
    ("seed", "--scale", "0"),
    ("schema", "--check", "--write"),
    ("serve", "--port", "many"),
)


@pytest.mark.parametrize("arguments", TYPED_WRONGLY, ids=" ".join)
def test_what_is_typed_wrongly_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    done = command(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


CANNOT: tuple[tuple[tuple[str, ...], Mapping[str, str], str], ...] = (
    (("who", ROLE), {"NEO4J_URI": "bolt://127.0.0.1:9"}, "No Neo4j answers at bolt://127.0.0.1:9"),
    (("serve",), {"NEO4J_URI": "http://127.0.0.1:7474"}, "not the address of a Neo4j"),
    (("serve", "--host", "0.0.0.0"), {}, "does not listen on '0.0.0.0'"),
    (("serve",), {"ROLLEGALLERI_HOST": "example.org"}, "does not listen on 'example.org'"),
    (
        ("serve",),
        {"ROLLEGALLERI_PORT": "many"},
        "ROLLEGALLERI_PORT cannot be 'many': expected a number from 0 to 65535",
    ),
    (("serve", "--port", "65536"), {}, "cannot be '65536'"),
    (("serve",), {"ROLLEGALLERI_LOG_FORMAT": "xml"}, "ROLLEGALLERI_LOG_FORMAT cannot be 'xml': expected text or json"),
    (("serve",), {"NEO4J_PASSWORD_FILE": "/no/such/file"}, "NEO4J_PASSWORD_FILE cannot be '/no/such/file'"),
    (("serve", "--port", "0", "--data", "/proc/nowhere"), {}, "/proc/nowhere cannot be used"),
)


@pytest.mark.parametrize(("arguments", "env", "sentence"), CANNOT, ids=lambda value: str(value)[:50])
def test_what_cannot_start_is_one_sentence_and_exit_code_3(
    arguments: tuple[str, ...], env: Mapping[str, str], sentence: str
) -> None:
    done = command(*arguments, env=env)
    assert done.returncode == 3
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_wrong_password_is_said_without_repeating_it(run: Run) -> None:
    done = run("doctor", NEO4J_PASSWORD="a-wrong-secret")
    assert done.returncode == 3
    assert "refused the password of the user 'neo4j'" in done.stderr
    assert "a-wrong-secret" not in done.stderr + done.stdout


def test_help_has_examples_and_is_quick() -> None:
    for name in ("serve", "who", "gaps", "seed", "doctor", "schema"):
        done = command(name, "--help")
        assert done.returncode == 0
        assert f"rollegalleri {name}" in " ".join(done.stdout.split())
    modules = command("--help", env={"PYTHONPROFILEIMPORTTIME": "1"}).stderr
    assert not [name for name in ("neo4j", "strawberry", "pydantic", "uvicorn", "starlette") if f" {name}\n" in modules]


def test_every_change_has_examples_with_options_that_it_takes() -> None:
    known = get_command(app).commands  # type: ignore[attr-defined]
    shown = [line for name, one in known.items() if (line := examples.lines(name)) and one.epilog == examples.of(name)]
    assert {line.split()[0] for lines in shown for line in lines} == {
        name for name, one in known.items() if "--dry-run" in options_of(one)
    }
    for line in (line for lines in shown for line in lines):
        name, *rest = shlex.split(line)
        assert {word for word in rest if word.startswith("--")} <= options_of(known[name]), line
        with known[name].make_context(name, rest):  # every argument that is needed stands there
            pass


def test_every_command_shows_itself_in_an_example() -> None:
    def walk(name: str, one: Any) -> Iterator[tuple[str, str]]:
        below = getattr(one, "commands", {})
        for word, more in below.items():
            yield from walk(f"{name} {word}", more)
        if not below:
            yield name, one.epilog or ""

    commands = dict(walk("rollegalleri", get_command(app)))
    assert len(commands) > 30
    assert [name for name, epilog in commands.items() if name not in epilog] == []


def options_of(one: Any) -> set[str]:
    return {option for parameter in one.params for option in parameter.opts}


def test_the_shell_completes_commands_and_options() -> None:
    env = {"_ROLLEGALLERI_COMPLETE": "complete_bash", "COMP_WORDS": "rollegalleri wh", "COMP_CWORD": "1"}
    import shutil
    import subprocess
    import sys
    from pathlib import Path

    from tests.server.conftest import environment

    script = Path(sys.executable).with_name("rollegalleri")
    assert script.exists() or shutil.which("rollegalleri")
    done = subprocess.run([str(script)], env=environment(env), capture_output=True, text=True)
    assert done.stdout.split() == ["who"]


def test_schema_prints_the_file_and_check_agrees() -> None:
    began = time.monotonic()
    assert command("schema").stdout == (FOLDER / "gallery.graphql").read_text("utf-8")
    assert command("schema", "--directory").stdout == (FOLDER / "directory.graphql").read_text("utf-8")
    assert command("schema", "--check").returncode == 0
    assert time.monotonic() - began < 60
