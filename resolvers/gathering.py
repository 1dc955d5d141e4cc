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
    new,
)

Row = Sequence[Any]
LAST_RESORT: Final = "mailbox:implementering-kombit"
HOLDERS: Final = ("@n.key", "@n.name")
"""What the first columns of the holders' rows are, for fields that need no more of a holder."""


def gallery(roles: Sequence[Row], ways: Sequence[Row], facts: Sequence[Any]) -> Gallery:
    """Build the gallery from `gallery.cypher`'s rows; the last resort is among the holders of the `facts`."""
    escalations: dict[str, list[Escalation]] = defaultdict(list)
    for row in ways:
        escalations[row[1]].append(Escalation._make(row))
    known = {row[0]: Role._make((*row[:6], [Named._make(name) for name in row[6]])) for row in roles}
    resort = next((_holder(row) for row in facts[2] if row[0] == LAST_RESORT), None)
    return Gallery(known, escalations, resort or Holder(LAST_RESORT, "implementering@kombit.dk", ()))


def holders_of(facts: Sequence[Any]) -> list[Row]:
    """Give the rows of all holders, some twice."""
    return [*facts[1], *facts[2]]


def locals_of(places: Sequence[Row], facts: Sequence[Any], at: str) -> list[Local]:
    """Build each municipality's facts, in the order of `places`, from the rows of `rows.cypher`, gathered for the day `at`."""
    (everywhere, more), held, others, covers, intents, translated, confirmed = facts
    where = [(code, role) for _, code, _ in places for role in everywhere] + [slot.split("|", 1) for slot in more]
    here: dict[str, dict[str, Any]] = {code: defaultdict(dict) for _, code, _ in places}
    people = {row[0]: _holder(row) for row in others}
    slots: list[list[Assignment]] = [[] for _ in where]
    for row in held:
        people[row[0]] = _holder(row)
        for number, fact, start, end in row[3]:
            slots[number].append(new(Assignment, (fact, where[number][1], row[0], start, end)))
    for (code, role), assignments in zip(where, slots, strict=True):
        if assignments:
            facts_here = here[code]
            if past := [(fact.valid_to, fact.key) for fact in assignments if fact.valid_from < fact.valid_to <= at]:
                facts_here["ended"][role], facts_here["ended_by"][role] = max(past)
                assignments = [fact for fact in assignments if fact.valid_to > at]
            facts_here["assignments"][role] = assignments
    found: Sequence[tuple[str, Any, Sequence[Row]]] = (
        ("stand_ins", StandIn, covers),
        ("vacancies", Vacancy, intents),
        ("translations", Translation, translated),
        ("confirmations", Confirmation, confirmed),
    )
    for kind, make, found_rows in found:
        for slot, key, *rest in found_rows:
            code, role = slot.split("|", 1)
            here[code][kind].setdefault(role, []).append(make(key, role, *rest))
    return [Local(key, name, **here[code], holders=people) for key, code, name in places]


def _holder(row: Row) -> Holder:
    key, name, (kinds, values), *_ = row
    return new(Holder, (key, name, tuple(zip(kinds, values, strict=True))))
