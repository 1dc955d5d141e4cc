"""`rollegalleri person`: a person's rights: a copy of all that is kept, who looked them up, and to be erased."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from server.cli.changing import Data, DryRun, IfSeq, Json, Key, Reason, common, send
from server.cli.leaving import SuccessorMailboxes, successors

EXAMPLES: Final = (
    "Examples:  [bold]rollegalleri person export 'Demo Lone Testsen' --to lone.json[/]"
    "  ·  [bold]rollegalleri person looks 'Demo Lone Testsen'[/]"
    "  ·  [bold]rollegalleri person erase 'Demo Lone Testsen' --vacant all --dry-run[/]"
)
_FILE: Final = "query PersonFile($person: String!) { personFile(person: $person) { json } }"
_LOG: Final = """query AccessLog($person: String!, $first: Int!) {
  accessLog(person: $person, first: $first) { totalCount nodes { at actor operation requests } } }"""
_HELD: Final = """query Held($person: String!) {
  person(name: $person) { id name }
  impact(person: $person) { holdings { assignment { id } role { title } municipality { name } } } }"""
_NAMES: Final = {"person": "PERSON", "name": "PERSON", "first": "--first"}

Person = Annotated[str, typer.Argument(metavar="PERSON", help="Who: name or id.")]
app = typer.Typer(
    help="A person's rights: a copy of all that is kept, who looked them up, and to be erased.", no_args_is_help=True
)


@app.command("export", epilog=EXAMPLES)
def export(
    person: Person,
    to: Annotated[Path | None, typer.Option("--to", help="The file. Default: standard output.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
    data: Data = None,
) -> None:
    """Write all that is kept of a person, as JSON."""
    from graph_seed.archive.files import appearing, refuse_existing
    from server.cli.asking import Asker, ask, check

    if to is not None:
        refuse_existing(to, force)

    async def questions(asker: Asker) -> Mapping[str, Any]:
        return await asker(_FILE, {"person": person})

    response = ask(questions, data)
    check(response, _NAMES)
    text = response["data"]["personFile"]["json"] + "\n"
    if to is None:
        sys.stdout.write(text)
        return
    with appearing(lambda: to, to.parent, force) as target:
        target.write(text.encode())
    print(to)


@app.command("looks", epilog=EXAMPLES)
def looks(
    person: Person,
    first: Annotated[int, typer.Option(help="How many, 1 to 100.")] = 20,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Show who was shown data of a person, the last first."""
    from server.cli.asking import answered, one
    from server.cli.output import console

    found = answered(one(_LOG, {"person": person, "first": first}), data, as_json, _NAMES)
    if found is None:
        return
    looked = found["accessLog"]
    for look in looked["nodes"]:
        requests = f" · {len(look['requests'])} requests" if len(look["requests"]) > 1 else ""
        console().print(
            f"{look['at'][:19].replace('T', ' ')}  {look['actor']}  {look['operation']}{requests}", markup=False
        )
    console().print(f"{len(looked['nodes'])} of {looked['totalCount']} looks.", markup=False)


@app.command("erase", epilog=EXAMPLES)
def erase(
    person: Person,
    successor: Annotated[
        list[str] | None, typer.Option("--successor", help="ASSIGNMENT=PERSON, by id and name; may be repeated.")
    ] = None,
    successor_mailbox: SuccessorMailboxes = None,
    vacant: Annotated[
        list[str] | None,
        typer.Option("--vacant", help="An assignment, by id, that nobody takes over; may be repeated; or: all"),
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(
            "--name",
            help="What else texts may call them: a former name in full, an address, a number; or the subject of a token, as"
            " erik.demosen, by which what they did is found; may be repeated. With the id of somebody who was erased: replace"
            " the texts that still have it, of all municipalities.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    reason: Reason = None, dry_run: DryRun = False, if_seq: IfSeq = None, key: Key = None, as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """Erase a person: what describes them goes, the facts stay as an erased person's. It cannot be undone.

    Texts of all municipalities are reached; a municipality's editor reaches those of the own one alone.
    """
    from server.cli.asking import Asker, ask, check

    to = list(successors(successor, successor_mailbox))
    given: dict[str, Any] = {
        "person": person,
        "successors": to or None,
        "vacancies": vacant or None,
        "formerNames": name or None,
    }
    if "all" in (vacant or ()) or not (yes or dry_run):

        async def questions(asker: Asker) -> Mapping[str, Any]:
            return await asker(_HELD, {"person": person})

        response = ask(questions, data)
        gone = bool(name) and any(error["extensions"]["code"] == "ERASED" for error in response.get("errors", ()))
        if not gone:
            check(response, _NAMES)
        held = [] if gone else response["data"]["impact"]["holdings"]
        if "all" in (vacant or ()):
            left = {one["assignment"] for one in to}
            given["vacancies"] = [
                one["assignment"]["id"] for one in held if one["assignment"]["id"] not in left
            ] or None
        if not (yes or dry_run):
            who = f"what is left of {person}" if gone else _told(response["data"]["person"], len(held))
            _agree(f"Erase {who}? It cannot be undone.")
    send("erasePerson", given, common(reason, dry_run, if_seq, key), as_json, data)
    if not dry_run and not as_json:
        print("Make a backup now: it keeps that they were erased, for a restore of an older one.", file=sys.stderr)


def _told(person: Mapping[str, Any], held: int) -> str:
    return f"{person['name']} ({person['id']}), who holds {held} roles"


def _agree(question: str) -> None:
    from server.cli.output import fail
    from server.cli.prompting import agreed

    if not sys.stdin.isatty():
        fail("Nobody can be asked here: say --yes to erase, or --dry-run to look only. Nothing was changed.")
    if not agreed(question):
        fail("Nothing was changed.")
