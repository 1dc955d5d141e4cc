"""Who leaves: `rollegalleri impact` tells what hangs on them, `leave` ends it and names who takes over."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final

import typer

from server.cli.changing import Data, DryRun, IfSeq, Json, Key, Reason, common, send

EXAMPLES: Final = (
    "Examples:  [bold]rollegalleri impact 'Demo Lone Testsen'[/]"
    "  ·  [bold]rollegalleri impact 'Demo Lone Testsen' --on 2027-01-01 --json[/]"
)
_IMPACT: Final = """query Impact($person: String!, $from: Date) {
  impact(person: $person, from: $from) {
    person { id name mergedInto { id } } day
    holdings {
      assignment { id validFrom validTo } role { title } municipality { code name } day vacantFrom
      after { title outcome accountable { holder { name } role { title } validFrom validTo } }
      candidates { holder { name } reason } }
    standIns { standIn { id validTo } role { title } municipality { name } covers { name } day others { holder { name } } }
    tasks { task { title } role { title } municipality { name } day due overdue state }
    contacts { vendor { name } erpSystem { name } domain role { title } municipality { name } day } } }"""
_FACT: Final = """validFrom validTo ... on Assignment { id role { id title } municipality { code name } holder { id name } }
      ... on StandIn { id role { title } municipality { name } holder { name } covers { name } }"""
LEFT: Final = f"""... on PersonLeft {{
    person {{ id name }}
    ended {{ id role {{ title }} municipality {{ name }} validFrom validTo }}
    appointed {{ id role {{ id title }} municipality {{ code name }} holder {{ id name }} validFrom validTo }}
    change {{ effects(first: 100) {{ kind before {{ __typename {_FACT} }} after {{ __typename {_FACT} }} }} }} }}"""

Leaver = Annotated[str, typer.Argument(metavar="PERSON", help="Who leaves: name or id.")]
On = Annotated[str | None, typer.Option("--on", help="The first day without them. Default: today.")]
Successors = Annotated[
    list[str] | None,
    typer.Option(
        "--successor",
        help="ASSIGNMENT=PERSON: the assignment's id (`impact` shows it), and who takes it over; may be repeated. What is"
        " not named falls vacant.",
    ),
]
SuccessorMailboxes = Annotated[
    list[str] | None,
    typer.Option("--successor-mailbox", help="ASSIGNMENT=MAILBOX: a shared mailbox takes it over; may be repeated."),
]


def impact(
    person: Leaver,
    on: On = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Show what somebody holds, and what becomes of it if they leave."""
    from server.cli.asking import answered, one
    from server.cli.departures import show
    from server.cli.output import fail

    found = answered(one(_IMPACT, {"person": person, "from": on}), data, as_json, {"person": "PERSON", "from": "--on"})
    if found is None:
        return
    told = found["impact"]
    if (into := told["person"]["mergedInto"]) is not None:
        fail(f"PERSON: “{person}” is not valid; {into['id']}, into whom this one was merged.")
    show(told)


def leave(
    person: Leaver, on: On = None, successor: Successors = None, successor_mailbox: SuccessorMailboxes = None,
    reason: Reason = None, dry_run: DryRun = False, if_seq: IfSeq = None, key: Key = None, as_json: Json = False,
    data: Data = None,
) -> None:  # fmt: skip
    """End everything that somebody holds, and name successors in the same step."""
    given = {"person": person, "on": on, "successors": list(successors(successor, successor_mailbox))}
    send("leave", given, common(reason, dry_run, if_seq, key), as_json, data, show=LEFT)


def successors(people: Sequence[str] | None, mailboxes: Sequence[str] | None) -> Iterator[dict[str, str]]:
    """Give the successors that are typed as ASSIGNMENT=WHO, as the API takes them."""
    for kind, option, pairs in (("person", "--successor", people), ("mailbox", "--successor-mailbox", mailboxes)):
        for pair in pairs or ():
            assignment, _, who = pair.partition("=")
            if not who:
                example = "Demo Lone Testsen" if kind == "person" else "Demo ØiR funktionspostkasse Aarhus"
                raise typer.BadParameter(
                    f"expected ASSIGNMENT={kind.upper()}, such as assignment:1a56…={example}", param_hint=option
                )
            yield {"assignment": assignment, kind: who}
