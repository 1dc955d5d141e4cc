"""People and shared mailboxes: who they are and how to reach them, current only (rule 4); two who are one."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from graph.basis import Row, Wanted
from graph.model import Arrow, Record, Thing, Value
from graph.reads import Lookup
from graph.text import fold
from resolvers.changes.holding import MUNICIPALITY, check_not_merged, check_there
from resolvers.changes.operation import Case, Draft, Named, Operation, name_of, overlaps, redrawn, target, text
from resolvers.errors import InvalidInput

MOST_CONTACTS: Final = 20
_EMAIL: Final = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,189}\.[^@\s,;<>\".]{2,}")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()./-]{3,28}[0-9]")


def contacts(points: Sequence[Mapping[str, Any]], field: str = "contactPoints") -> dict[str, tuple[str, ...]]:
    """Turn contact points into the three parallel lists that a holder has.

    Raises:
        InvalidInput: an address or number that none can be, one twice, or too many.
    """
    if len(points) > MOST_CONTACTS:
        raise InvalidInput("TOO_MANY", field, len(points), f"at most {MOST_CONTACTS} contact points")
    values: list[tuple[str, str, str]] = []
    for i, point in enumerate(points):
        value = text({f"{field}[{i}].value": point["value"]}, f"{field}[{i}].value", 254) or ""
        form, expected = (
            (_EMAIL, "an e-mail address such as oir@kommune.example")
            if point["kind"] == "EMAIL"
            else (_PHONE, "a telephone number such as +45 12 34 56 78")
        )
        if not form.fullmatch(value):
            raise InvalidInput("BAD_CONTACT", f"{field}[{i}].value", value, expected)
        if (point["kind"], value.casefold()) in {(kind, one.casefold()) for kind, one, _ in values}:
            raise InvalidInput("BAD_CONTACT", f"{field}[{i}].value", value, "each address once")
        values.append((point["kind"], value, point["visibility"]))
    return {
        "contactKinds": tuple(kind for kind, _, _ in values),
        "contactValues": tuple(value for _, value, _ in values),
        "contactClasses": tuple(seen for _, _, seen in values),
    }


def _described(case: Case, fields: Sequence[str]) -> dict[str, Any]:
    """Give the properties that an input sets: what it leaves out stays, null takes away."""
    given = case.given
    new: dict[str, Any] = {}
    if given.get("name") is not None:
        name = name_of(given, "name")
        new |= {"name": name, "folded": fold(name)}
    new |= {name: text(given, name) for name in fields if name in given}
    if given.get("contactPoints") is not None:
        new |= contacts(given["contactPoints"])
    return new


def _home(case: Case) -> dict[str, list[str]]:
    """Give the municipality that an input sets, none where it is null."""
    if "municipality" not in case.given:
        return {}
    key = case.named.keys.get("municipality")
    return {"BELONGS_TO": [key] if key else []}


def _add(label: str, fields: Sequence[str]) -> Any:
    def decide(case: Case) -> Draft:
        new = _described(case, fields)
        properties: dict[str, Value] = {"contactKinds": (), "contactValues": (), "contactClasses": (), "demo": False}
        properties |= {name: value for name, value in new.items() if value is not None}
        key = f"{label.lower()}:{secrets.token_hex(8)}"
        draft = Draft(case.named.today)
        draft.create(Thing(label, key, properties, tuple(Arrow(k, e) for k, ends in _home(case).items() for e in ends)))
        draft.shows[label.lower()] = {"keys": [key]}
        return draft

    return decide


def _change(argument: str, fields: Sequence[str]) -> Any:
    def decide(case: Case) -> Draft:
        node = case.things[case.named.key(argument)]
        check_not_merged(node.thing, argument)
        draft = Draft(case.named.today)
        new = _described(case, fields)
        draft.edit(node, new, _home(case))
        if any("contactValues" in edit.properties for edit in draft.edits):
            for row in list(case.believed("Report")):
                if target(row.record, "ABOUT") == node.thing.key:
                    draft.retract(row)
        day = case.named.today
        held = [row.record for label in ("Assignment", "StandIn") for row in case.believed(label)]
        draft.shown_at = [fact for fact in held if fact.holds_on(day)]
        draft.shows[argument] = {"keys": [node.thing.key]}
        return draft

    return decide


def _merge(case: Case) -> Draft:
    """Let one person stand for both: what the other holds, covers and is reported for becomes theirs."""
    kept, gone = case.named.key("keep"), case.named.key("merge")
    if kept == gone:
        raise InvalidInput("SAME_HOLDER", "merge", case.given["merge"], "another person than the one to keep")
    for field, key in (("keep", kept), ("merge", gone)):
        check_not_merged(case.things[key].thing, field)
    draft = Draft(case.named.today)
    rows = {row.record.key: row for label in ("Assignment", "StandIn", "Report") for row in case.believed(label)}
    for row in rows.values():
        ends = {arrow.type: arrow.target for arrow in row.record.arrows}
        arrows = row.record.arrows
        for kind in ("HELD_BY", "FOR", "ABOUT"):
            if ends.get(kind) == gone:
                arrows = redrawn(replace(row.record, arrows=arrows), kind, kept)
        if arrows != row.record.arrows:
            merged = replace(row.record, arrows=arrows)
            if merged.label == "StandIn" and target(merged, "FOR") == target(merged, "HELD_BY"):
                raise InvalidInput(
                    "COVERS_ITSELF",
                    "merge",
                    gone,
                    f"people who do not stand in for each other; {merged.key} says that they do",
                )
            _move(case, draft, row, merged)
    draft.edit(case.things[gone], {"toSeq": case.seq + 1}, {"MERGED_INTO": [kept]})
    draft.shows["person"] = {"keys": [kept]}
    return draft


def _move(case: Case, draft: Draft, row: Row, merged: Record) -> None:
    """Let a fact be the other's; where they have such ones at the same time, all become one that lasts as long as all."""
    beside = [] if merged.label == "Report" else _beside(case, draft, merged)
    if target(merged, "HELD_BY") != target(row.record, "HELD_BY"):  # of whoever stands in for them nothing changes
        check_there(case, draft, merged, "keep")
    if not beside:
        draft.supersede(row, arrows=merged.arrows)
        return
    periods = [merged, *(record for _, record in beside)]
    since, ends = min(one.valid_from for one in periods), max(one.valid_to for one in periods)
    (first, _), *others = beside
    draft.supersede(first, valid_from=since, valid_to=ends)
    for other in (row, *(other for other, _ in others)):
        draft.retract(other)


def _beside(case: Case, draft: Draft, merged: Record) -> list[tuple[Row, Record]]:
    """Give the facts that say the same for a day of the same period, as the change leaves them; these do not overlap."""
    found = []
    for other in case.believed(merged.label):
        now = draft.now(other)
        if now is None or now.key == merged.key or set(now.arrows) != set(merged.arrows):
            continue
        if overlaps(now, merged.valid_from, merged.valid_to):
            found.append((other, now))
    return found


def _wants(argument: str) -> Any:
    def wants(named: Named) -> Wanted:
        key = named.key(argument)
        return Wanted(holders=[key], things=[key])

    return wants


_PERSON: Final = ("jobTitle", "unit")
_MAILBOX: Final = ("purpose",)
OPERATIONS: Final = (
    Operation("addPerson", "PersonChanged", _add("Person", _PERSON), lambda _: Wanted(), lookups=(MUNICIPALITY,)),
    Operation("addMailbox", "MailboxChanged", _add("Mailbox", _MAILBOX), lambda _: Wanted(), lookups=(MUNICIPALITY,)),
    Operation(
        "changePerson", "PersonChanged", _change("person", _PERSON), _wants("person"),
        lookups=(Lookup("person", "Person"), MUNICIPALITY), edits=("person",),
    ),
    Operation(
        "changeMailbox", "MailboxChanged", _change("mailbox", _MAILBOX), _wants("mailbox"),
        lookups=(Lookup("mailbox", "Mailbox"), MUNICIPALITY), edits=("mailbox",),
    ),
    Operation(
        "mergePeople", "PersonChanged", _merge,
        lambda named: Wanted(holders=[named.key("keep"), named.key("merge")], things=[named.key("keep"), named.key("merge")]),
        lookups=(Lookup("keep", "Person"), Lookup("merge", "Person")), edits=("keep", "merge"),
    ),
)  # fmt: skip
"""The operations on people and mailboxes."""
