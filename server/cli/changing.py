"""Changing the gallery from a terminal: appoint, end, stand in, hand over, and what is said of a place; undo, log.

Each command sends one of the API's mutations, in this process, and shows how the answers stand since. Days are as people
mean them: `--to` is the last day, inclusive (rule 5). What all of them share stands here too (to find what is meant, to
send, to show a refusal by the option that was typed), so it is longer than most files.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from server.cli.who import FIELDS

_ANSWER: Final = f"""__typename
  ... on Changed {{ dryRun repeated change {{ seq at operation municipalities {{ name }} }} answers {{{FIELDS} }} }}
  ... on Failure {{ message code field value expected }}
  ... on Conflict {{ changes {{ seq at actor operation reason }} }}"""
_MADE: Final = "query Made($key: String!) { change(idempotencyKey: $key) { at operation effects { thing { id } } } }"
_HELD: Final = """query Held($role: String!, $place: String!, $at: Date, $knownAt: DateTime) {
  assignments(first: 100, at: $at, knownAt: $knownAt, filter: {role: $role, municipality: $place}) {
    totalCount nodes { id holder { id name } validFrom validTo } } }"""
PACKAGE: Final = """... on HandedOver {
    predecessor { name contactPoints { value } } successor { name contactPoints { value } }
    appointed { id role { id title } municipality { name } validFrom validTo }
    openTasks { task { title } state due overdue blockedBy { title } }
    translation { title unit carriedBy { title } }
    translations { role { id title } title unit }
    change { effects(first: 100) { kind
      before { __typename validFrom validTo ... on StandIn { id role { title } municipality { name } holder { name } covers { name } } }
      after { validTo } } } }"""
"""What the successor must know: whom to ask, what is open and until when, what the municipality makes of the role and of those it carries;
and which stand-ins end with the predecessor.
"""
_OPTIONS: Final = {
    "role": "--role", "municipality": "--in", "person": "PERSON", "mailbox": "--mailbox", "validFrom": "--from",
    "validTo": "--to", "on": "--on", "carriedBy": "--carried-by", "title": "--title", "unit": "--unit", "why": "--why",
    "erpSystem": "--erp-system", "to": "--escalates-to", "untilFurtherNotice": "--no-end",
    "ifSeq": "--if-seq", "idempotencyKey": "--key", "change": "SEQ", "comment": "COMMENT", "by": "--by", "fact": "--fact",
    "assignment": "--role", "assignments": "--role", "successors": "--successor", "vacancies": "--vacant",
    "reason": "--reason", "task": "TASK", "name": "NAME", "keep": "KEEP", "merge": "MERGE", "jobTitle": "--job",
    "state": "--state", "domain": "--domain", "kind": "--kind", "obligation": "--obligation", "published": "--published",
    "due": "--due", "note": "--note",
}  # fmt: skip
_OPTIONS_OF: Final = {
    "correct": {"person": "--person"}, "intendVacancy": {"why": "WHY"}, "changePerson": {"name": "--name"},
}  # fmt: skip
"""Where a mutation's arguments are typed otherwise than those of the others."""
NOTHING: Final = object()
"""Sent as null, which takes away what is there; what is None is not sent at all."""
_KINDS: Final = {
    "standIn": "StandIn", "handOver": "HandOver", "intendVacancy": "IntendVacancy", "reportContact": "ReportContact",
}  # fmt: skip
_MOST_SHOWN: Final = 30
"""Of more answers that may be others since only their outcomes are counted: `who` has them one by one."""
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
"""As the API takes a day: `fromisoformat` also knows weeks, and days without hyphens."""
_AFTER_FIRST: Final = re.compile(r"a day after its first, (\d{4}-\d\d-\d\d)")
_AT_MOST: Final = re.compile(r"at most (\d{4}-\d\d-\d\d)")

Role = Annotated[str, typer.Option("--role", help="The role: title, code, key or former title.")]
Place = Annotated[str, typer.Option("--in", help="The municipality: code, name or spelling.")]
From = Annotated[str | None, typer.Option("--from", help="The first day, such as 2027-01-01. Default: today.")]
To = Annotated[str | None, typer.Option("--to", help="The last day, inclusive. Default: until further notice.")]
On = Annotated[str | None, typer.Option("--on", help="The first day, such as 2027-01-01. Default: today.")]
Person = Annotated[str | None, typer.Argument(metavar="PERSON", help="Who: name or id.")]
Fact = Annotated[
    str | None,
    typer.Option("--fact", help="Any fact by its id, as `log --facts` shows it, instead of --role and --in."),
]
RoleOfFact = Annotated[str | None, typer.Option("--role", help="The role: title, code, key or former title.")]
PlaceOfFact = Annotated[str | None, typer.Option("--in", help="The municipality: code, name or spelling.")]
MailboxName = Annotated[str | None, typer.Option("--mailbox", help="A shared mailbox instead: name or id.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why, for the log.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check and show the answers as they would be; write nothing.")]
IfSeq = Annotated[int | None, typer.Option("--if-seq", help="Refuse if it moved on since this number of the log.")]
Key = Annotated[
    str | None, typer.Option("--key", help="Your own name for this change: sent again, nothing happens twice.")
]
Json = Annotated[bool, typer.Option("--json", help="The API's JSON, exactly.")]
Data = Annotated[Path | None, typer.Option(help="The embedded database's folder. Default: .rollegalleri")]


def appoint(
    person: Person = None, mailbox: MailboxName = None, role: Role = ..., place: Place = ..., since: From = None,  # type: ignore[assignment]
    to: To = None, reason: Reason = None, dry_run: DryRun = False, if_seq: IfSeq = None, key: Key = None,
    as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """Let somebody hold a role."""
    given = {"role": role, "municipality": place, "person": person, "mailbox": mailbox, **_period(since, to)}
    send("appoint", given, common(reason, dry_run, if_seq, key), as_json, data)


def end(
    role: RoleOfFact = None, place: PlaceOfFact = None, fact: Fact = None,
    holder: Annotated[str | None, typer.Option("--holder", help="Whose, where several hold it.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="The last day, inclusive. Default: yesterday, so that it has ended.")] = None,
    reason: Reason = None, dry_run: DryRun = False, if_seq: IfSeq = None, key: Key = None, as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """End who holds a role, or any other fact: `--to` is the last day."""
    given = {"validTo": after(last) if last else _today()}
    found = fact_of(fact, role, place, holder)
    send("end", given, common(reason, dry_run, if_seq, key), as_json, data, found if last else _ended_then(found))


def stand_in(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Who stands in: name or id.")],
    role: Role, place: Place, holder: Annotated[str | None, typer.Option("--for", help="For whom, where several hold it.")] = None,
    since: From = None, to: To = None, reason: Reason = None, dry_run: DryRun = False, if_seq: IfSeq = None, key: Key = None,
    as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """Let somebody stand in for who holds a role."""
    given = {"person": person, **_period(since, to)}
    found = held("assignments", role, place, holder, since, "--for")
    send("standIn", given, common(reason, dry_run, if_seq, key), as_json, data, found)


def hand_over(
    person: Person = None, mailbox: MailboxName = None, role: Role = ..., place: Place = ...,  # type: ignore[assignment]
    holder: Annotated[str | None, typer.Option("--from-holder", help="Whose, where several hold it.")] = None,
    on: On = None, to: To = None, reason: Reason = None, dry_run: DryRun = False, if_seq: IfSeq = None, key: Key = None,
    as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """End who holds a role, let somebody else hold it from that day on, and show what the successor must know."""
    given = {"person": person, "mailbox": mailbox, "on": on, "validTo": after(to) if to else None}
    found = held("assignment", role, place, holder, on, "--from-holder")
    send("handOver", given, common(reason, dry_run, if_seq, key), as_json, data, found, PACKAGE)


def vacate(
    why: Annotated[str, typer.Argument(metavar="WHY", help="Why nobody holds it, as answers will say.")],
    role: Role, place: Place, since: From = None, to: To = None, reason: Reason = None, dry_run: DryRun = False,
    if_seq: IfSeq = None, key: Key = None, as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """Say that a role is vacant on purpose."""
    given = {"why": why, "role": role, "municipality": place, **_period(since, to)}
    send("intendVacancy", given, common(reason, dry_run, if_seq, key), as_json, data)


def confirm(
    role: Role, place: Place, by: Annotated[str | None, typer.Option("--by", help="Who says so.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="The day of saying so, not later than today. Default: today.")] = None,
    reason: Reason = None, dry_run: DryRun = False, if_seq: IfSeq = None, key: Key = None, as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """Say that who holds a role is still right."""
    given = {"role": role, "municipality": place, "on": on, "by": by}
    send("confirm", given, common(reason, dry_run, if_seq, key), as_json, data)


def report(
    words: Annotated[list[str], typer.Argument(
        metavar="[PERSON] COMMENT", help="Whose contact is wrong (name or id; default: of all who hold the role), and what is wrong.")],
    role: Role, place: Place, mailbox: Annotated[str | None, typer.Option("--mailbox", help="A shared mailbox, instead of PERSON: name or id.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who says so.")] = None,
    reason: Reason = None, dry_run: DryRun = False, if_seq: IfSeq = None, key: Key = None, as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """Say that a contact is wrong: it stands in `gaps` until somebody confirms or corrects it."""
    *who, comment = words
    if len(who) > (0 if mailbox else 1):
        raise typer.BadParameter("expected PERSON and COMMENT, or COMMENT alone or with --mailbox; put each in quotes.")
    given = {
        "person": who[0] if who else None,
        "mailbox": mailbox,
        "comment": comment,
        "role": role,
        "municipality": place,
    }
    send("reportContact", {**given, "by": by}, common(reason, dry_run, if_seq, key), as_json, data)


def translate(
    role: Role, place: Place, title: Annotated[str | None, typer.Option(help="What it is called there.")] = None,
    unit: Annotated[str | None, typer.Option(help="The unit that answers for it.")] = None,
    carried_by: Annotated[str | None, typer.Option("--carried-by", help="The role that carries it there.")] = None,
    since: From = None, to: To = None, reason: Reason = None, dry_run: DryRun = False, if_seq: IfSeq = None, key: Key = None,
    as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """Say what a municipality makes of a role."""
    given = {
        "role": role,
        "municipality": place,
        "title": title,
        "unit": unit,
        "carriedBy": carried_by,
        **_period(since, to),
    }
    send("translate", given, common(reason, dry_run, if_seq, key), as_json, data)


def undo(
    seq: Annotated[int, typer.Argument(metavar="SEQ", help="The change's number, as `log` shows it.")],
    reason: Reason = None, dry_run: DryRun = False, key: Key = None, as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """Undo a change, by a change of its own."""
    send("undo", {"change": seq}, common(reason, dry_run, None, key), as_json, data)


def common(reason: str | None, dry_run: bool, if_seq: int | None, key: str | None) -> dict[str, Any]:
    """Give what every change takes."""
    return {"reason": reason, "dryRun": dry_run or None, "ifSeq": if_seq, "idempotencyKey": key}


def _period(since: str | None, to: str | None) -> dict[str, Any]:
    return {"validFrom": since, "validTo": after(to) if to else None}


def after(last: str) -> str:
    """Give the day after the last one; what is no day goes on as it is, for the API to refuse."""
    try:
        return (date.fromisoformat(last) + timedelta(days=1)).isoformat() if _DAY.fullmatch(last) else last
    except (ValueError, OverflowError):
        return last


def _today() -> str:
    """Give the day in Denmark, wherever the machine is (rule 5)."""
    from resolvers.context import COPENHAGEN

    return datetime.now(COPENHAGEN).date().isoformat()


Found = Mapping[str, Any]
"""Arguments by name; or a response of the API with the errors that kept them from being found."""
Made = Mapping[str, Any] | None
"""The change that was made with the same key already, if there is one."""
Find = Callable[[Any, Made], Awaitable[Found]]
"""Asks, before a mutation is sent and in the same opening of the database, for arguments that people do not type.

Where the change was made already, they are those of the first time: the same input gives its outcome again.
"""


def held(argument: str, role: str, place: str, holder: str | None, day: str | None, option: str = "--holder") -> Find:
    """Find the assignment that an argument is to be the id of: who holds a role on a day (None: today).

    `option` is how the command calls the holder.
    """

    async def find(asker: Any, made: Made) -> Found:
        asked = {"role": role, "place": place, "at": day}
        if made is not None:
            asked = {**asked, **_before(made["at"], day)}
        found: Found = await asker(_HELD, asked)
        if found.get("errors"):
            return found
        return {argument: _one(found["data"]["assignments"], holder, option, argument == "assignments")}

    return find


def _ended_then(fact: Find) -> Find:
    """Find a fact that ends today; where that was recorded already, on the day of that change."""

    from resolvers.dates import day_of

    async def find(asker: Any, made: Made) -> Found:
        found = await fact(asker, made)
        return found if made is None or found.get("errors") else {**found, "validTo": day_of(made["at"])}

    return find


def _before(at: str, day: str | None) -> dict[str, str]:
    """Give the arguments that ask as it was asked before the change of the instant `at`: a microsecond earlier."""
    from resolvers.dates import day_of

    earlier = (datetime.fromisoformat(at) - timedelta(microseconds=1)).isoformat()
    return {"knownAt": earlier, "at": day or day_of(at)}


def fact_of(
    fact: str | None,
    role: str | None,
    place: str | None,
    holder: str | None,
    day: str | None = None,
) -> Find:
    """Find the fact that is meant: named by its id, or the assignment of a role in a municipality."""
    if fact is None:
        if role is None or place is None:
            raise typer.BadParameter("expected --role and --in, or --fact with the fact's id.")
        return held("fact", role, place, holder, day)
    if any(option is not None for option in (role, place, holder, day)):
        raise typer.BadParameter(
            "--fact says which one is meant: expected no --role, --in, --holder or --at beside it."
        )

    async def find(_asker: Any, _made: Made) -> Found:
        return {"fact": fact}

    return find


def send(
    mutation: str,
    given: Mapping[str, Any],
    common: Mapping[str, Any],
    as_json: bool,
    data: Path | None,
    find: Find | None = None,
    show: str = "",
    names: Mapping[str, str] | None = None,
) -> None:
    """Send a mutation and show what became of it. `show` is what else is selected of the answer.

    `names` says how the fields of the input were typed, which refusals name; None: as the commands of their own have them.
    """
    from server.cli.asking import Asker, ask, check, show_json

    sent = {
        name: None if value is NOTHING else value for name, value in {**given, **common}.items() if value is not None
    }

    async def questions(asker: Asker) -> Mapping[str, Any]:
        if find is not None:
            made: Made = None
            if (key := common["idempotencyKey"]) is not None:
                before = await asker(_MADE, {"key": key})
                if before.get("errors"):
                    return before
                made = before["data"]["change"]
            found = await find(asker, made)
            if found.get("errors"):
                return found
            sent.update(found)
        kind = _KINDS.get(mutation, mutation[0].upper() + mutation[1:])
        document = f"mutation Change($input: {kind}Input!) {{ {mutation}(input: $input) {{ {_ANSWER} {show} }} }}"
        return await asker(document, {"input": sent})

    response = ask(questions, data)
    if as_json:
        show_json(response)
    check(
        response, {"filter.role": "--role", "filter.municipality": "--in", "name": "PERSON"} if names is None else names
    )
    answer = response["data"][mutation]
    if "code" in answer:
        _refused(
            answer,
            as_json,
            {**_OPTIONS, **_OPTIONS_OF.get(mutation, {})} if names is None else names,
            own=names is None,
        )
    if not as_json:
        _show(answer)


def _one(assignments: Mapping[str, Any], holder: str | None, option: str, many: bool) -> Any:
    from server.cli.output import fail

    nodes: list[Mapping[str, Any]] = assignments["nodes"]
    if (count := assignments["totalCount"]) > len(nodes):
        fail(
            f"--role: {count} hold it there, too many to find one of them by name; expected the assignment's id, by the API."
        )
    fits = [
        node
        for node in nodes
        if holder is None or holder.casefold() in (node["holder"]["name"].casefold(), node["holder"]["id"])
    ]
    if not nodes:
        fail("--role: nobody holds it there on that day; expected a role that somebody holds.")
    if len(fits) != 1:
        names = "; ".join(f"{node['holder']['name']} (from {node['validFrom']})" for node in nodes)
        fail(f"--role: {len(fits)} assignments fit; it is held by {names}. Say whose, by {option}.")
    return [fits[0]["id"]] if many else fits[0]["id"]


def _refused(answer: Mapping[str, Any], as_json: bool, options: Mapping[str, str], own: bool) -> None:
    """End with what is wrong. A command of its `own` takes last days, and so it speaks of them."""
    from server.cli.output import WRONG_INPUT, console, fail, of_days

    if as_json:
        raise SystemExit(WRONG_INPUT)
    for change in answer.get("changes", ()):
        why = f": {change['reason']}" if change["reason"] else ""
        line = f"Change {change['seq']} by {change['actor']} at {change['at']}: {change['operation']}{why}"
        console(error=True).print(line, markup=False)
    field, message = answer["field"], str(answer["message"])
    if field == "validTo" and field in options:  # --to is the last day
        message = _of_last_days(answer)
    if field in options and message.startswith(f"{field}: "):
        message = f"{options[field]}: {message[len(field) + 2 :]}"
    fail(of_days(message) if own else message)


def _of_last_days(answer: Mapping[str, Any]) -> str:
    """Say of a last day what the API says of the day after it; what is no day stands as it was typed."""
    from resolvers.errors import shown
    from server.cli.output import last_day

    value, expected = answer["value"], str(answer["expected"])
    if not _DAY.fullmatch(str(value)):
        return str(answer["message"])
    try:
        typed = last_day(value)
    except (TypeError, ValueError, OverflowError):
        return str(answer["message"])
    expected = _AFTER_FIRST.sub(r"its first day, \1, or a later one", expected)
    expected = _AT_MOST.sub(lambda most: f"at most {last_day(most[1])}", expected)
    expected = expected.replace("the day on which it does not hold any more", "the last on which it holds")
    return f"validTo: {shown(typed)} is not valid; {expected}."


def _show(answer: Mapping[str, Any]) -> None:
    from server.cli.departures import covers_ended, left
    from server.cli.output import console
    from server.cli.showing import counted, package, show

    change = answer["change"]
    where = ", ".join(place["name"] for place in change["municipalities"][:5])
    what = "Dry run, nothing was written: it would be change" if answer["dryRun"] else "Change"
    again = " (made before, by the same key)" if answer["repeated"] else ""
    console().print(
        f"{what} {change['seq']}: {change['operation']}{f' · {where}' if where else ''}{again}", markup=False
    )
    for thing in (answer.get(kind) for kind in ("person", "mailbox", "role", "task")):
        if thing is not None and not answer["dryRun"]:
            console().print(f"{thing.get('name') or thing['title']}: {thing['id']}", markup=False)
    if "openTasks" in answer:
        console().print()
        package(answer)
        covers_ended(answer)
    if answer["__typename"] == "PersonLeft":
        left(answer)
    still = [one for one in answer["answers"] if one["outcome"] in ("HELD", "STAND_IN")]
    if change["operation"] == "intendVacancy" and still:
        names = ", ".join(one["holder"]["name"] for one in still[0]["accountable"])
        note = f"Note: {names} holds it on {still[0]['at']}; that it is vacant counts only while nobody does. `end` ends who holds it."
        console(error=True).print(note, markup=False)
    if answer["answers"]:
        console().print()
        if len(answer["answers"]) > _MOST_SHOWN:
            counted(answer["answers"])
        else:
            show(answer["answers"], why=False, language="en")
