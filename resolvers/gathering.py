"""Rows as the statements return them, into the facts that decisions are made from (`facts.py`)."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

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
LAST_RESORT: Final = "mailbox:implementering-kombit"
_KINDS: Final = ("assignments", "stand_ins", "vacancies", "translations", "confirmations", "ended", "ended_by")


def gallery(roles: Sequence[Row], ways: Sequence[Row], holders: Sequence[Row]) -> Gallery:
    """Build the gallery from `gallery.cypher`'s rows; the last resort is among the `holders` of `facts.cypher`."""
    escalations: dict[str, list[Escalation]] = defaultdict(list)
    for row in ways:
        escalations[row[1]].append(Escalation._make(row))
    known = {row[0]: Role._make((*row[:6], [Named._make(name) for name in row[6]])) for row in roles}
    resort = next((_holder(row) for row in holders if row[0] == LAST_RESORT), None)
    return Gallery(known, escalations, resort or Holder(LAST_RESORT, "Mailbox", "implementering@kombit.dk", ()))


def locals_of(places: Sequence[Row], facts: Sequence[Any], at: str) -> list[Local]:
    """Build each municipality's facts, in the order of `places`, from the rows of `rows.cypher`, gathered for the day `at`."""
    slots, held, covers, intents, translated, confirmed, holders = facts
    people = {row[0]: _holder(row) for row in holders}
    here: dict[str, dict[str, dict[str, Any]]] = {code: {kind: {} for kind in _KINDS} for _, code, _ in places}
    where = [slot.split("|", 1) for slot in slots]
    for number, pairs in held:
        code, role = where[number]
        if past := [(end, key) for key, _, _, end in pairs if end <= at]:
            here[code]["ended"][role], here[code]["ended_by"][role] = max(past)
        here[code]["assignments"][role] = [
            Assignment(key, role, holder, start, end) for key, holder, start, end in pairs if end > at
        ]
    rows: Sequence[tuple[str, Any, Sequence[Row]]] = (
        ("stand_ins", StandIn, covers),
        ("vacancies", Vacancy, intents),
        ("translations", Translation, translated),
        ("confirmations", Confirmation, confirmed),
    )
    for kind, make, found_rows in rows:
        for slot, key, *rest in found_rows:
            code, role = slot.split("|", 1)
            here[code][kind].setdefault(role, []).append(make(key, role, *rest))
    return [Local(key, name, **here[code], holders=people) for key, code, name in places]


def _holder(row: Row) -> Holder:
    key, label, name, kinds, values = row
    return Holder(key, label, name, tuple(zip(kinds, values, strict=True)))
