"""`rollegalleri change`: any mutation by its name, its values read by the schema; what is refused, and what each refusal names."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import pytest

from resolvers.context import COPENHAGEN
from schema.gallery.schema import core
from server.cli import any_change
from tests.changes.test_holding import PLACE, ROLE
from tests.changes.test_terminal import Terminal, done, terminal
from tests.contract.conftest import Ask
from tests.server.conftest import Run, command, run

__all__ = ["run", "terminal"]
PROJECT = "project=Basisimplementering af ØiR"
MAIL = {"kind": "EMAIL", "value": "demo@laesoe.example", "visibility": "AUTHORITIES"}
PHONE = {"kind": "PHONE", "value": "+45 12 34 56 78", "visibility": "PUBLIC"}


async def numbered(ask: Ask) -> int:
    """Give the number of the last change: what is refused makes none."""
    (last,) = (await ask("{ changes(first: 1, orderBy: SEQ_DESC) { nodes { seq } } }")).data["changes"]["nodes"]
    return int(last["seq"])


async def test_where_a_role_escalates_to_is_tried_said_and_taken_away(terminal: Terminal, ask: Ask) -> None:
    query = '{ role(name: "oir-finans-administrator") { escalatesTo { code } } }'
    today = datetime.now(COPENHAGEN).date().isoformat()
    before, seq = (await ask(query)).data["role"], await numbered(ask)
    to = ("change", "escalateRole", f"role={ROLE}", "to=YR kontaktperson", f"validFrom={today}")
    dry = " ".join((await done(terminal, *to, "--dry-run")).split())
    assert f"Dry run, nothing was written: it would be change {seq + 1}: escalateRole" in dry
    assert "98 answers: " in dry
    assert ((await ask(query)).data["role"], await numbered(ask)) == (before, seq)
    assert f"Change {seq + 1}: escalateRole" in await done(terminal, *to, "--reason", "Demo", "--key", "demo")
    assert "(made before, by the same key)" in " ".join(
        (await done(terminal, *to, "--reason", "Demo", "--key", "demo")).split()
    )
    at = f'{{ role(name: "oir-finans-administrator", at: "{today}") {{ escalatesTo {{ code }} }} }}'
    assert (await ask(at)).data["role"] == {"escalatesTo": {"code": "yr-kontaktperson"}}
    late = await terminal(*to, "--if-seq", str(seq))
    assert (late.returncode, "--if-seq: " in late.stderr) == (1, True), late.stderr
    assert f"Change {seq + 1} by " in late.stderr
    made = json.loads(await done(terminal, *to[:3], "to=", to[4], "--json"))["data"]["escalateRole"]
    assert made["change"]["seq"] == seq + 2
    assert (await ask(at)).data["role"] == {"escalatesTo": None}  # the end of the chain


async def test_the_system_that_is_used_ends_on_the_day_that_was_typed(terminal: Terminal, ask: Ask) -> None:
    query = f'{{ municipality(name: "{PLACE}", at: "DAY") {{ erpSystems {{ id domain erpSystem {{ code }} }} }} }}'

    async def used(day: str) -> dict[str, str]:
        found = (await ask(query.replace("DAY", day))).data["municipality"]["erpSystems"]
        return {one["erpSystem"]["code"]: one["id"] for one in found if one["domain"] == "FINANS"}

    use = (f"municipality={PLACE}", "domain=FINANS", "erpSystem=ØS Indsigt", "validFrom=2027-06-01")
    assert "useErpSystem · Læsø" in await done(terminal, "change", "useErpSystem", *use)
    assert "oes-indsigt" not in await used("2027-05-31")
    fact = (await used("2027-06-01"))["oes-indsigt"]
    early = await terminal(
        "change", "end", f"fact={fact}", "validTo=2027-05-01"
    )  # told as typed, not as the day before
    assert (early.returncode, "Error: validTo: “2027-05-01” is not valid" in early.stderr) == (1, True), early.stderr
    await done(terminal, "change", "end", f"fact={fact}", "validTo=2027-07-01")
    assert "oes-indsigt" in await used("2027-06-30")
    assert "oes-indsigt" not in await used("2027-07-01")


async def test_a_task_is_published_with_the_roles_that_it_addresses(terminal: Terminal, ask: Ask) -> None:
    roles = json.dumps([ROLE, "YR kontaktperson"], ensure_ascii=False)
    more = (
        "involved=KOMBIT-programleder",
        "involved=ØiR debitor administrator",
        "isActivity=true",
        "obligation=MANDATORY",
    )
    task = (
        "change",
        "publishTask",
        PROJECT,
        "title=Demo Prøv [b]adgangene[/b]",
        "due=2027-03-01",
        f"responsible={roles}",
        *more,
    )
    said = await done(terminal, *task)
    found = re.search(r"Demo Prøv \[b\]adgangene\[/b\]: (task:\S+)", said)
    assert found is not None, said
    query = f'{{ task(name: "{found[1]}") {{ due obligation isActivity roles {{ role {{ code }} kind }} }} }}'
    told = (await ask(query)).data["task"]
    assert (told["due"], told["obligation"], told["isActivity"]) == ("2027-03-01", "MANDATORY", True)
    assert {(one["role"]["code"], one["kind"]) for one in told["roles"]} == {
        ("oir-finans-administrator", "RESPONSIBLE"), ("yr-kontaktperson", "RESPONSIBLE"),
        ("kombit-programleder", "INVOLVED"), ("oir-debitor-administrator", "INVOLVED"),
    }  # fmt: skip
    await done(
        terminal, "change", "changeTask", f"task={found[1]}", "due=", "responsible=[]", "involved=YR kontaktperson"
    )
    told = (await ask(query)).data["task"]
    assert (told["due"], told["roles"]) == (None, [{"role": {"code": "yr-kontaktperson"}, "kind": "INVOLVED"}])


async def test_a_mailbox_is_added_and_a_role_defined(terminal: Terminal, ask: Ask) -> None:
    both = tuple(f"contactPoints={json.dumps(point)}" for point in (MAIL, PHONE))
    said = await done(terminal, "change", "addMailbox", "name=Demo Økonomi", f"municipality={PLACE}", *both)
    found = re.search(r"Demo Økonomi: (mailbox:\S+)", said)
    assert found is not None, said
    query = f'{{ mailbox(name: "{found[1]}") {{ purpose contactPoints {{ kind value visibility }} }} }}'
    assert (await ask(query)).data["mailbox"] == {"purpose": None, "contactPoints": [MAIL, PHONE]}
    one = ("purpose=Demo =1", f"contactPoints={json.dumps([PHONE])}")
    await done(terminal, "change", "changeMailbox", f"mailbox={found[1]}", *one)
    assert (await ask(query)).data["mailbox"] == {"purpose": "Demo =1", "contactPoints": [PHONE]}
    role = ("title=Demo Ny rolle", "gallery=1.4", "domain=OIR", "kind=CONTACT", "order=7", "wantsOneHolder=false")
    assert "Demo Ny rolle: role:demo-ny-rolle" in await done(terminal, "change", "defineRole", *role)


async def test_what_has_a_command_of_its_own_shows_what_that_shows(terminal: Terminal) -> None:
    held = json.loads(await done(terminal, "impact", "Demo Lone Testsen", "--json"))["data"]["impact"]["holdings"]
    assignment = held[0]["assignment"]["id"]
    to = ("person=Demo Erik Demosen", "on=2027-01-01", "--dry-run")
    assert "For the successor: " in await done(terminal, "change", "handOver", f"assignment={assignment}", *to)
    who = json.dumps({"assignment": assignment, "person": "Demo Erik Demosen"})
    leave = ("person=Demo Lone Testsen", "on=2027-01-01", "--dry-run")
    assert await done(terminal, "change", "leave", *leave, f"successors={who}") == await done(
        terminal,
        "leave",
        "Demo Lone Testsen",
        "--on",
        "2027-01-01",
        "--successor",
        f"{assignment}=Demo Erik Demosen",
        "--dry-run",
    )


REFUSED = (
    (("escalaterole",), 2, "No change is called “escalaterole”; the nearest are escalateRole"),
    (("escalateRole", "[red]rolle[/]=x"), 2, "escalateRole has no “[red]rolle[/]”; the nearest are role"),
    (("escalateRole", "role"), 2, "role has no value: expected role=VALUE"),
    (("escalateRole", "role=x", "role=y"), 2, "role is given 2 times: expected once"),
    (("escalateRole", "role=x", "dryRun=true"), 2, "dryRun is an option here: expected --dry-run"),
    (("escalateRole", "role=x", "reason=y", "--reason", "y"), 2, "reason is an option here: expected --reason"),
    (("escalateRole", "role=x", "ifSeq=1"), 2, "ifSeq is an option here: expected --if-seq"),
    (("escalateRole", "role=x", "idempotencyKey=k"), 2, "idempotencyKey is an option here: expected --key"),
    (("erasePerson", "person=Demo Lone Testsen"), 2, "expected rollegalleri person erase, which asks first."),
    (("escalateRole", "role="), 1, "role: “” is not valid; expected: text, and not null"),
    (("useErpSystem", "municipality=0751", "erpSystem=OPUS", "domain=LØN"), 1, "domain: “LØN” is not valid; expected: FINANS | DEBITOR"),
    (("undo", "change=two"), 1, "change: “two” is not valid; expected: whole number"),
    (("undo", "change=99999999999"), 1, "change: “99999999999” is not valid"),
    (("correct", "fact=usage:1", "untilFurtherNotice=ja"), 1, "untilFurtherNotice: “ja” is not valid; expected: true | false"),
    (("addMailbox", "name=x", "contactPoints={"), 1, 'contactPoints: “{” is not valid; expected: JSON, {"kind": EMAIL | PHONE'),
    (("addMailbox", "name=x", "contactPoints=5"), 1, 'contactPoints[0]: “5” is not valid; expected: {"kind": EMAIL | PHONE'),
    (("addMailbox", "name=x", 'contactPoints=[{"kind": "FAX", "value": "x", "visibility": "PUBLIC"}]'), 1, "contactPoints[0].kind: “FAX” is not"),
    (("addMailbox", "name=x", 'contactPoints={"kind": "EMAIL"}'), 1, "Field 'value' of required type 'String!' was not provided"),
    (("publishGallery", "version=1", "published=2027-01-01", "roles=[1]"), 1, "roles[0]: “1” is not valid; expected: text"),
)  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "sentence"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_cannot_be_read_is_refused_before_a_database_is_looked_for(
    run: Run, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    refused = run("change", *arguments, NEO4J_URI="bolt://127.0.0.1:9")
    assert (refused.returncode, refused.stdout) == (code, "")
    assert refused.stderr.startswith("Error: ")
    assert sentence in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_what_is_missing_is_named_with_all_that_can_be_given(run: Run) -> None:
    refused = run("change", "publishTask", "title=Demo", NEO4J_URI="bolt://127.0.0.1:9")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.endswith("Error: publishTask needs project: expected project=VALUE.\n")
    assert all(len(line) <= 80 for line in refused.stderr.splitlines())
    words = " ".join(refused.stderr.split())
    assert "project * text · The KLIK project: key, code, name or id." in words
    assert "responsible list of text · The roles that answer for it." in words
    assert "dryRun" not in words


def test_no_database_is_exit_code_3(run: Run) -> None:
    done = run("change", "undo", "change=720", NEO4J_URI="bolt://127.0.0.1:9")
    assert (done.returncode, "No Neo4j answers at bolt://127.0.0.1:9" in done.stderr) == (3, True), done.stderr


async def test_what_the_api_refuses_names_what_was_typed(terminal: Terminal, ask: Ask) -> None:
    seq = await numbered(ask)
    for arguments, sentence in (
        (("escalateRole", "role=nix nix nix"), "Error: role: no role is called “nix nix nix”"),
        (("escalateRole", f"role={ROLE}", f"to={ROLE}"), "Error: to: "),
        (
            ("renameRole", f"role={ROLE}", "title=Demo", "validFrom=2026-02-30"),
            "Error: validFrom: “2026-02-30” is not valid; ",
        ),
        (("addMailbox", "name= "), "Error: name: "),
        (("undo", "change=1", "--key", ""), "Error: --key: "),
    ):
        refused = await terminal("change", *arguments)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert sentence in refused.stderr, refused.stderr
    told = await terminal("change", "escalateRole", "role=nix nix nix", "--json")
    assert (told.returncode, json.loads(told.stdout)["data"]["escalateRole"]["field"]) == (1, "role")
    assert await numbered(ask) == seq


def test_all_that_there_is_is_listed(run: Run) -> None:
    mutation: Any = core().mutation_type
    for listed in (run("change"), run("change", "--help")):
        assert (listed.returncode, listed.stderr) == (0, "")
        assert all(len(line) <= 80 for line in listed.stdout.splitlines())
        names = re.findall(r"^(\w+)  ", listed.stdout, re.MULTILINE)
        assert names == [name for name in mutation.fields if name != "erasePerson"]
    one = run("change", "escalateRole", "--help")
    assert one.returncode == 0
    words = " ".join(one.stdout.split())
    assert "validTo is the day AFTER the last one" in words
    assert "role * text · The role: key, code, title, former title or id." in words
    assert "validFrom day · The first day; today in Denmark if unset." in words


def test_the_help_of_all_commands_does_not_load_the_schema() -> None:
    modules = command("appoint", "--help", env={"PYTHONPROFILEIMPORTTIME": "1"}).stderr
    assert "server.cli.any_change" in modules
    assert not [name for name in ("strawberry", "graphql", "neo4j") if f" {name}\n" in modules]


@pytest.mark.in_step
def test_the_options_are_what_every_input_has() -> None:
    mutation: Any = core().mutation_type
    for field in mutation.fields.values():
        assert set(any_change._OPTIONS) <= set(field.args["input"].type.of_type.fields)
    assert set(any_change._SHOWN) | set(any_change._ASKS_FIRST) <= set(mutation.fields)
