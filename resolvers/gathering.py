"""Rows as the statements return them, into the facts that decisions are made from (`facts.py`)."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from resolvers.facts import (
    Assignment,
    Confirmation,
    Escalation,
    Gallery,
    Holder,
    Local,
    Named,
    Role,
    StandIn,
    Translation,
    Vacancy,
)

Row = Sequence[Any]
LAST_RESORT = "mailbox:implementering-kombit"


def gallery(roles: Sequence[Row], ways: Sequence[Row], holders: Sequence[Row]) -> Gallery:
    """Build the gallery from `gallery.cypher`'s rows; the last resort is among the `holders` of `facts.cypher`."""
    escalations: dict[str, list[Escalation]] = defaultdict(list)
    for row in ways:
        escalations[row[1]].append(Escalation._make(row))
    known = {row[0]: Role(*row[:6], [Named._make(name) for name in row[6]]) for row in roles}
    resort = next((Holder._make(row) for row in holders if row[0] == LAST_RESORT), None)
    return Gallery(known, escalations, resort or Holder(LAST_RESORT, "Mailbox", "implementering@kombit.dk", ()))


def locals_of(places: Sequence[Row], facts: Sequence[Sequence[Row]]) -> list[Local]:
    """Build each municipality's facts, in the order of `places`, from `facts.cypher`'s rows; a row begins with its slot."""
    held, ended, covers, intents, translated, confirmed, holders = facts
    people = {row[0]: Holder._make(row) for row in holders}
    parts: dict[str, dict[str, Any]] = {code: {} for _, code, _ in places}
    for name, make, rows in (
        ("assignments", Assignment, held),
        ("stand_ins", StandIn, covers),
        ("vacancies", Vacancy, intents),
        ("translations", Translation, translated),
        ("confirmations", Confirmation, confirmed),
    ):
        for slot, key, *rest in rows:
            code, _, role = slot.partition("|")
            parts[code].setdefault(name, defaultdict(list))[role].append(make(key, role, *rest))
    for slot, day, key in ended:
        code, _, role = slot.partition("|")
        parts[code].setdefault("ended", {})[role] = day
        parts[code].setdefault("ended_by", {})[role] = key
    return [Local(key, name, **parts[code], holders=people) for key, code, name in places]
