"""The facts by loaders, one for each kind, then the same decision in Python as the gallery's."""

from collections.abc import Iterable, Sequence
from typing import Any

from bench import facts
from bench.loaders.loading import Loaders
from resolvers.facts import Gallery, Local

Row = Sequence[Any]
_KINDS = {
    "stand_ins": "stand_ins_by_slot",
    "vacancies": "vacancies_by_slot",
    "translations": "translations_by_slot",
}


async def gallery(loaders: Loaders) -> Gallery:
    """Load all roles, their titles and where they escalate to."""
    text = (
        "MATCH (r:Role) WHERE r.code > '' AND r.fromSeq <= $p.seq RETURN r.key, r.domain, r.kind, r.prefersMailbox,"
        " r.wantsOneHolder, head([(r)-[:MAILBOX]->(b) | b.key]) ORDER BY r.order, r.key"
    )
    roles = await loaders.rows("roles", text)
    keys = [role[0] for role in roles]
    names = await loaders.of("names_by_role").load_many(keys)
    ways = await loaders.of("escalations_by_role").load_many(keys)
    titled = [[*role, own] for role, own in zip(roles, names, strict=True)]
    return facts.gallery(titled, [way for found in ways for way in found])


async def locals_(
    loaders: Loaders, everywhere: Gallery, places: Sequence[Row], asked: Iterable[str], *, walk: bool
) -> list[Local]:
    """Load the facts of every place that the roles asked can come to (`walk`: also where they escalate to)."""
    chain = list(_chain(everywhere, asked) if walk else dict.fromkeys(asked))
    first = [(place[1], role) for place in places for role in chain]
    translated = await loaders.of("translations_by_slot").load_many([f"{code}|{role}" for code, role in first])
    carried = {code for (code, _), rows in zip(first, translated, strict=True) if any(row[3] for row in rows)}
    pairs = first + [(code, role) for code in carried for role in everywhere.roles if role not in chain]
    slots = [f"{code}|{role}" for code, role in pairs]
    here: dict[str, dict[str, dict[str, list[Row]]]] = {
        place[1]: {kind: {} for kind in ("assignments", *_KINDS)} for place in places
    }
    found = {kind: await loaders.of(loader).load_many(slots) for kind, loader in _KINDS.items()}
    found["assignments"] = await _assignments(loaders, slots)
    for kind, all_rows in found.items():
        for (code, role), rows in zip(pairs, all_rows, strict=True):
            if rows:
                here[code][kind][role] = rows
    keys = {row[1] for rows in found["assignments"] for row in rows}
    keys |= {key for rows in found["stand_ins"] for row in rows for key in row[1:3]}
    loaded = await loaders.of("holder").load_many(sorted(keys))
    holders = {row[0]: facts.holder(row) for row in loaded}
    return [facts.local(place, here[place[1]], holders, loaders.at) for place in places]


async def _assignments(loaders: Loaders, slots: list[str]) -> list[list[Row]]:
    """Who holds the role on the date or later; where nobody does on the date, everybody who ever did."""
    found = await loaders.of("assignments_by_slot").load_many(slots)
    empty = [i for i, rows in enumerate(found) if not any(row[2] <= loaders.at for row in rows)]
    history = await loaders.of("history_by_slot").load_many([slots[i] for i in empty])
    for i, rows in zip(empty, history, strict=True):
        found[i] = rows
    return found


def _chain(everywhere: Gallery, asked: Iterable[str]) -> dict[str, None]:
    """List the roles that a walk can come to."""
    found: dict[str, None] = {}
    ahead = [*asked, facts.PROGRAMME_LEADER, facts.MAILBOX]
    while ahead:
        role = ahead.pop(0)
        if role not in found:
            found[role] = None
            ahead += [way.target for way in everywhere.escalations.get(role, ())]
            if mailbox := everywhere.roles[role].mailbox:
                ahead.append(mailbox)
    return found
