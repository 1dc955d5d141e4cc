"""What else is recorded from a terminal: putting right what was recorded wrong, who is there, and how far a task is.

As in `server.cli.changing`: each command sends one of the API's mutations, and `--to` is the last day, inclusive.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Annotated, Any, Final

import typer

from server.cli.changing import (
    NOTHING,
    Data,
    DryRun,
    Fact,
    Find,
    Found,
    IfSeq,
    Json,
    Key,
    Made,
    Place,
    PlaceOfFact,
    Reason,
    RoleOfFact,
    after,
    common,
    fact_of,
    send,
)

At = Annotated[str | None, typer.Option("--at", help="A day on which it is recorded that it is held. Default: today.")]
Holder = Annotated[str | None, typer.Option("--holder", help="Whose, where several hold it.")]


PERSON: Final = "... on PersonChanged { person { id name } }"
_CONTACTS: Final = """query Contacts($person: String!) {
  person(name: $person) { contactPoints { kind value visibility } }
  changes(first: 1, orderBy: SEQ_DESC) { nodes { seq } } }"""

_NAMED: Final = "query Named($name: String!) { person(name: $name) { id municipality { name } } }"


class Visible(Enum):
    """For whom an address or a number is meant; as people type it."""

    PUBLIC = "public"
    VENDORS = "vendors"
    AUTHORITIES = "authorities"
    OWN_MUNICIPALITY = "own-municipality"


class State(Enum):
    """How far a task is; as people type it, in English or as KLIK has it."""

    DONE = "done"
    STARTED = "started"
    NOT_STARTED = "not-started"

    @classmethod
    def typed(cls, word: str, option: str) -> "State":
        """Understand what is typed as an option, as files of the map do. Raises `typer.BadParameter`."""
        from graph_seed.exchange.columns import STATES, squeezed

        meant = {squeezed(said): choice.value for choice in STATES for said in choice.spellings}
        if (found := meant.get(squeezed(word.replace("-", " ")))) is not None:
            return cls[found]
        words = ", ".join((*(one.value for one in cls), *(choice.others[0] for choice in STATES)))
        raise typer.BadParameter(f"{option}: {word!r} is not one of {words}.")


class Domain(Enum):
    """What an ERP system is used for; as people type it."""

    FINANS = "finans"
    DEBITOR = "debitor"


class Kind(Enum):
    """As what a task addresses a role; as people type it."""

    RESPONSIBLE = "responsible"
    INVOLVED = "involved"


class Duty(Enum):
    """Whether a task must be done; as people type it."""

    MANDATORY = "mandatory"
    RECOMMENDED = "recommended"


def correct(
    role: RoleOfFact = None, place: PlaceOfFact = None, holder: Holder = None, at: At = None, fact: Fact = None,
    since: Annotated[str | None, typer.Option("--from", help="The first day, if that was wrong.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="The last day, inclusive, if that was wrong.")] = None,
    no_end: Annotated[bool, typer.Option("--no-end", help="It has no end.")] = False,
    person: Annotated[str | None, typer.Option("--person", help="Who holds it, if that was wrong: name or id.")] = None,
    mailbox: Annotated[str | None, typer.Option("--mailbox", help="Which mailbox holds it, if that was wrong.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="What a translation, a name or a task is called; '' takes a translation's away.")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="Of a translation: the unit that answers for it; '' for none.")] = None,
    carried_by: Annotated[str | None, typer.Option("--carried-by", help="Of a translation: the role that carries it there; '' for none.")] = None,
    why: Annotated[str | None, typer.Option("--why", help="Of an intended vacancy: why nobody holds it.")] = None,
    erp_system: Annotated[str | None, typer.Option("--erp-system", help="Of ERP use: the system, by code, name or id.")] = None,
    escalates_to: Annotated[str | None, typer.Option("--escalates-to", help="Of an escalation: the role that it goes to.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Of a confirmation: who said so; '' for nobody.")] = None,
    state: Annotated[str | None, typer.Option("--state", metavar="STATE", help="Of progress: how far; done, started or not-started.")] = None,
    domain: Annotated[Domain | None, typer.Option("--domain", help="Of ERP use: what for.")] = None,
    kind: Annotated[Kind | None, typer.Option("--kind", help="Of a role that a task addresses: as what.")] = None,
    obligation: Annotated[Duty | None, typer.Option("--obligation", help="Of a task's terms: whether it must be done.")] = None,
    published: Annotated[str | None, typer.Option("--published", help="Of a task's terms: the day of publication; '' for none.")] = None,
    due: Annotated[str | None, typer.Option("--due", help="Of a task's terms: the last day; '' for none.")] = None,
    note: Annotated[str | None, typer.Option("--note", help="Of a task's terms: what must be known of its dates; '' for nothing.")] = None,
    reason: Reason = None, dry_run: DryRun = False, if_seq: IfSeq = None, key: Key = None, as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """Say that an assignment, or any other fact, was recorded wrong: what was believed stays readable."""
    given = {
        "validFrom": since,
        "validTo": after(to) if to else None,
        "untilFurtherNotice": no_end or None,
        "person": person,
        "mailbox": mailbox,
        "title": title,
        "unit": unit,
        "carriedBy": NOTHING if carried_by == "" else carried_by,
        "why": why,
        "erpSystem": erp_system,
        "to": escalates_to,
        "by": by,
        "state": State.typed(state, "--state").name if state else None,
        "domain": domain and domain.name,
        "kind": kind and kind.name,
        "obligation": obligation and obligation.name,
        "published": NOTHING if published == "" else published,
        "due": NOTHING if due == "" else due,
        "note": note,
    }
    found = fact_of(fact, role, place, holder, at)
    send("correct", given, common(reason, dry_run, if_seq, key), as_json, data, found)


def retract(
    role: RoleOfFact = None, place: PlaceOfFact = None, holder: Holder = None, at: At = None, fact: Fact = None,
    reason: Reason = None, dry_run: DryRun = False, if_seq: IfSeq = None, key: Key = None, as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """Take back an assignment, or any other fact, that never was."""
    found = fact_of(fact, role, place, holder, at)
    send("retract", {}, common(reason, dry_run, if_seq, key), as_json, data, found)


def progress(
    task: Annotated[str, typer.Argument(metavar="TASK", help="The KLIK task: title, code, key or former title.")],
    state: Annotated[str, typer.Argument(metavar="STATE", help="done (fuldført), started (påbegyndt) or not-started (ikke påbegyndt).")],
    place: Place, on: Annotated[str | None, typer.Option("--on", help="The day from which it is so. Default: today.")] = None,
    reason: Reason = None, dry_run: DryRun = False, if_seq: IfSeq = None, key: Key = None, as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """Say how far a municipality is with a task."""
    given = {"task": task, "municipality": place, "state": State.typed(state, "STATE").name, "on": on}
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
    points = [*_points("EMAIL", email, visibility.name), *_points("PHONE", phone, visibility.name)]
    given = {"name": name, "municipality": place, "jobTitle": job, "unit": unit, "contactPoints": points or None}
    send("addPerson", given, common(reason, dry_run, None, key), as_json, data, _namesake(name), PERSON)


def _namesake(name: str) -> Find:
    """Tell of somebody who has that name already: two may, but from then on each is named by the id."""

    async def find(asker: Any, made: Made) -> Found:
        from server.cli.output import console

        found: Found = await asker(_NAMED, {"name": name})
        there = (found.get("data") or {}).get("person")
        same = [
            error["extensions"] for error in found.get("errors", ()) if error["extensions"]["code"] == "AMBIGUOUS_NAME"
        ]
        if made is None and (there or same):
            where = there and there["municipality"] and f", {there['municipality']['name']}"
            whom = f"{there['id']}{where or ''}" if there else same[0]["expected"]
            note = f"Note: there is a {name} already ({whom}). If it is the same person, use that id; of two, `merge` makes one."
            console(error=True).print(note, markup=False)
        return {}

    return find


def change_person(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Who: name or id.")],
    name: Annotated[str | None, typer.Option("--name", help="The name from now on.")] = None,
    place: Annotated[str | None, typer.Option("--in", help="Where they work. The municipality: code, name or spelling.")] = None,
    job: Annotated[str | None, typer.Option("--job", help="What they are employed as; '' for nothing.")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="Their unit; '' for none.")] = None,
    email: Annotated[list[str] | None, typer.Option("--email", help="Instead of all addresses; may be repeated; '' for none.")] = None,
    phone: Annotated[list[str] | None, typer.Option("--phone", help="Instead of all numbers; may be repeated; '' for none.")] = None,
    visibility: Annotated[Visible | None, typer.Option("--visibility", help="For whom these are meant. Default: as those they replace.")] = None,
    reason: Reason = None, dry_run: DryRun = False, if_seq: IfSeq = None, key: Key = None, as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """Put right who somebody is and how to reach them; a report of a wrong contact is settled by a new one."""
    if visibility is not None and not (email or phone):
        raise typer.BadParameter("expected --email or --phone beside --visibility.")
    new = {kind: values for kind, values in (("EMAIL", email), ("PHONE", phone)) if values}
    given = {"person": person, "name": name, "municipality": place, "jobTitle": job, "unit": unit}
    # Whoever changes the others meanwhile must not lose them. With a key it is left out: sent again, it would be another.
    guarded = if_seq is None and key is None
    find = _replaced(person, new, visibility and visibility.name, guarded) if new else None
    send("changePerson", given, common(reason, dry_run, if_seq, key), as_json, data, find, PERSON)


def merge(
    keep: Annotated[str, typer.Argument(metavar="KEEP", help="Who stays: name or id.")],
    gone: Annotated[str, typer.Argument(metavar="MERGE", help="Who turned out to be the same person: name or id.")],
    reason: Reason = None, dry_run: DryRun = False, if_seq: IfSeq = None, key: Key = None, as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """Let one person stand for two who are one: what the one holds becomes the other's."""
    given = {"keep": keep, "merge": gone}
    send("mergePeople", given, common(reason, dry_run, if_seq, key), as_json, data, show=PERSON)


def _points(kind: str, values: Sequence[str] | None, visibility: str) -> list[dict[str, Any]]:
    return [{"kind": kind, "value": one, "visibility": visibility} for one in values or [] if one.strip()]


def _changed(made: Made) -> str | None:
    """Give the id of whom a change of a person changed."""
    if made is None or made["operation"] != "changePerson":
        return None
    return next((effect["thing"]["id"] for effect in made["effects"] if effect["thing"] is not None), None)


def _replaced(person: str, new: dict[str, list[str]], visibility: str | None, guarded: bool) -> Find:
    """Find a person's contact points with the new ones in the place of those of their kind; the others stay.

    Where the change was made already, they are those of whom it changed, who may be called otherwise since. Whether it
    is the person who is named here, and the same input, tells the API by what was sent the first time.
    """

    async def find(asker: Any, made: Made) -> Found:
        found: Found = await asker(_CONTACTS, {"person": _changed(made) or person})
        if found.get("errors"):
            return found
        there = found["data"]["person"]["contactPoints"]
        points: list[dict[str, Any]] = []
        for kind in dict.fromkeys((*(one["kind"] for one in there), *new)):
            old = [one for one in there if one["kind"] == kind]
            meant = visibility or (old[0]["visibility"] if old else Visible.AUTHORITIES.name)
            points += _points(kind, new[kind], meant) if kind in new else old
        (last,) = found["data"]["changes"]["nodes"]
        return {"contactPoints": points, **({"ifSeq": last["seq"]} if guarded else {})}

    return find
