"""What else is recorded from a terminal: putting right what was recorded wrong, who is there, and how far a task is.

As in `server.cli.changing`: each command sends one of the API's mutations, and `--to` is the last day, inclusive.
"""

from enum import Enum
from typing import Annotated

import typer

from server.cli.changing import Data, DryRun, IfSeq, Json, Key, Place, Reason, Role, after, common, send

At = Annotated[str | None, typer.Option("--at", help="A day on which it is recorded that it is held. Default: today.")]
Holder = Annotated[str | None, typer.Option("--holder", help="Whose, where several hold it.")]


class Visible(Enum):
    """For whom an address or a number is meant; as people type it."""

    PUBLIC = "public"
    VENDORS = "vendors"
    AUTHORITIES = "authorities"
    OWN_MUNICIPALITY = "own-municipality"


class State(Enum):
    """How far a task is; as people type it."""

    DONE = "done"
    STARTED = "started"
    NOT_STARTED = "not-started"


def correct(
    role: Role, place: Place, holder: Holder = None, at: At = None,
    since: Annotated[str | None, typer.Option("--from", help="The first day, if that was wrong.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="The last day, inclusive, if that was wrong.")] = None,
    no_end: Annotated[bool, typer.Option("--no-end", help="It has no end.")] = False,
    person: Annotated[str | None, typer.Option("--person", help="Who holds it, if that was wrong: name or id.")] = None,
    mailbox: Annotated[str | None, typer.Option("--mailbox", help="Which mailbox holds it, if that was wrong.")] = None,
    reason: Reason = None, dry_run: DryRun = False, if_seq: IfSeq = None, key: Key = None, as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """Say that an assignment was recorded wrong: what was believed stays readable."""
    given = {
        "validFrom": since,
        "validTo": after(to) if to else None,
        "untilFurtherNotice": no_end or None,
        "person": person,
        "mailbox": mailbox,
    }
    send("correct", given, common(reason, dry_run, if_seq, key), as_json, data, ("fact", role, place, holder, at))


def retract(
    role: Role, place: Place, holder: Holder = None, at: At = None,
    reason: Reason = None, dry_run: DryRun = False, if_seq: IfSeq = None, key: Key = None, as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """Take back an assignment that never was."""
    send("retract", {}, common(reason, dry_run, if_seq, key), as_json, data, ("fact", role, place, holder, at))


def progress(
    task: Annotated[str, typer.Argument(metavar="TASK", help="The KLIK task: title, code, key or former title.")],
    state: Annotated[State, typer.Argument(metavar="STATE", help="done, started or not-started.")],
    place: Place, on: Annotated[str | None, typer.Option("--on", help="The day from which it is so. Default: today.")] = None,
    reason: Reason = None, dry_run: DryRun = False, if_seq: IfSeq = None, key: Key = None, as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """Say how far a municipality is with a task."""
    given = {"task": task, "municipality": place, "state": state.name, "on": on}
    send("reportProgress", given, common(reason, dry_run, if_seq, key), as_json, data)


def add_person(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name.")],
    place: Annotated[str | None, typer.Option("--in", help="Where they work. The municipality: code, name or spelling.")] = None,
    email: Annotated[list[str] | None, typer.Option("--email", help="An address to write to; may be repeated.")] = None,
    phone: Annotated[list[str] | None, typer.Option("--phone", help="A number to call; may be repeated.")] = None,
    visibility: Annotated[Visible, typer.Option("--visibility", help="For whom addresses and numbers are meant.")] = Visible.AUTHORITIES,
    job: Annotated[str | None, typer.Option("--job", help="What they are employed as.")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="Their unit.")] = None,
    reason: Reason = None, dry_run: DryRun = False, key: Key = None, as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """Bring somebody who can hold roles; tells the id by which they are named from then on."""
    points = [
        {"kind": kind, "value": one, "visibility": visibility.name}
        for kind, some in (("EMAIL", email), ("PHONE", phone))
        for one in some or []
    ]
    given = {"name": name, "municipality": place, "jobTitle": job, "unit": unit, "contactPoints": points or None}
    show = "... on PersonChanged { person { id name } }"
    send("addPerson", given, common(reason, dry_run, None, key), as_json, data, show=show)
