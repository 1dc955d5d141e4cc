"""Facts by slot into what `resolvers/` decides from: for the loaders' server, and to check the limit's bare gather."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from resolvers.facts import Assignment, Escalation, Gallery, Holder, Local, Named, Role, StandIn, Translation, Vacancy

Row = Sequence[Any]
LAST_RESORT: Final = Holder(
    "mailbox:implementering-kombit", "implementering@kombit.dk", (("EMAIL", "implementering@kombit.dk"),)
)
PROGRAMME_LEADER: Final = "role:kombit-programleder"
MAILBOX: Final = "role:oir-funktionspostkasse"


def holder(row: Row) -> Holder:
    """Read `[key, name, contactKinds, contactValues]`."""
    key, name, kinds, values = row
    return Holder(key, name, tuple(zip(kinds, values, strict=True)))


def gallery(roles: Sequence[Row], ways: Sequence[Row], resort: Holder = LAST_RESORT) -> Gallery:
    """Read roles `[key, domain, kind, prefersMailbox, wantsOneHolder, mailbox, names]` and escalations."""
    escalations: dict[str, list[Escalation]] = {}
    for way in ways:
        escalations.setdefault(way[1], []).append(Escalation(*way))
    known = {row[0]: Role._make([*row[:6], [Named(*name) for name in row[6]]]) for row in roles}
    return Gallery(known, escalations, resort)


def local(
    place: Row, facts: Mapping[str, Mapping[str, Sequence[Row]]], holders: Mapping[str, Holder], at: str
) -> Local:
    """Make one municipality's facts of rows by kind and role; `place` is `[key, code, name]`.

    Rows: assignments `[key, holder, from, to]`, stand_ins `[key, covered, holder, from, to]`, vacancies `[key, reason, from,
    to]`, translations `[key, title, unit, carrier, from, to]`.
    """
    found = {role: [Assignment(row[0], role, *row[1:]) for row in rows] for role, rows in facts["assignments"].items()}
    over = {
        role: max((a.valid_to, a.key) for a in rows if a.valid_to <= at)
        for role, rows in found.items()
        if any(a.valid_to <= at for a in rows)
    }
    return Local(
        place[0],
        place[2],
        {role: [a for a in rows if a.valid_to > at] for role, rows in found.items()},
        {role: [StandIn(row[0], role, *row[1:]) for row in rows] for role, rows in facts["stand_ins"].items()},
        {role: [Vacancy(row[0], role, *row[1:]) for row in rows] for role, rows in facts["vacancies"].items()},
        {role: [Translation(row[0], role, *row[1:]) for row in rows] for role, rows in facts["translations"].items()},
        {},
        {role: end for role, (end, _) in over.items()},
        {role: key for role, (_, key) in over.items()},
        holders,
    )
