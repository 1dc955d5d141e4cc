"""Who holds what in the demo: holders with hand-overs and gaps, stand-ins, vacancies, translations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from graph.model import Arrow, Record, Value, fact_key
from graph.shape import OPEN_DATE, slot
from graph_seed.demo.draw import Draw, day, text
from graph_seed.demo.people import COLLECTION, DIGITAL, FINANCE, Place

FIRST_DAY: Final = day("2019-11-01")
END: Final = day("2031-01-01")
"""The first day after what the demo spans."""
OPEN: Final = day(OPEN_DATE)
_DAYS: Final = (430, 1900)
_MAILBOX_DAYS: Final = (1500, 5000)
"""For how long a role is held, at least and at most."""

Kind = Literal["Assignment", "StandIn", "Vacancy", "Translation", "Confirmation"]

# Which of a place's people may hold a role (their positions), and how many hold it side by side.
POOLS: Final[dict[str, tuple[int, ...]]] = {
    "systemejer-bogfoering": (0, 1, 6),
    "systemejer-opkraevning": (3, 4, 6),
    "systemansvarlig-bogfoering": (0, 1, 2),
    "systemansvarlig-opkraevning": (3, 4, 5),
    "oir-finans-administrator": (1, 2, 7),
    "oir-debitor-administrator": (4, 5, 7),
    "oir-finans-kontaktperson": (0, 1, 2),
    "oir-debitor-kontaktperson": (3, 4, 5),
    "oir-funktionspostkasse": (),
    "kombit-programleder": (6, 7, 8),
    "infrastrukturansvarlig": (7, 8),
    "tovholder-basisimplementering": (2, 6, 8),
    "yr-kontaktperson": (1, 2, 5),
    "aftalegodkender": (6, 7, 8),
}
SIDE_BY_SIDE: Final = {"oir-finans-administrator": 0.85, "oir-debitor-administrator": 0.85, "aftalegodkender": 0.35}

# A role may be carried by another only towards the end of this order, as escalation does: no circle.
CARRIERS: Final[dict[str, tuple[str, ...]]] = {
    "yr-kontaktperson": ("oir-finans-kontaktperson", "systemansvarlig-bogfoering"),
    "oir-debitor-kontaktperson": ("oir-finans-kontaktperson", "systemansvarlig-opkraevning"),
    "oir-finans-kontaktperson": ("systemansvarlig-bogfoering",),
    "oir-debitor-administrator": ("oir-finans-administrator", "systemansvarlig-opkraevning"),
    "oir-finans-administrator": ("systemansvarlig-bogfoering",),
    "systemansvarlig-opkraevning": ("systemansvarlig-bogfoering",),
    "systemejer-opkraevning": ("systemejer-bogfoering",),
    "aftalegodkender": ("infrastrukturansvarlig",),
    "infrastrukturansvarlig": ("kombit-programleder",),
    "tovholder-basisimplementering": ("kombit-programleder",),
}
TITLES: Final = (
    "Økonomichef",
    "Regnskabschef",
    "Chefkonsulent",
    "Teamleder",
    "Systemkoordinator",
    "Faglig koordinator",
)
REASONS: Final = (
    "Rollen er ikke nødvendig før næste release (demo)",
    "Stillingen genbesættes efter en omorganisering (demo)",
    "Opgaven løses midlertidigt af programlederen (demo)",
    "Afventer valg af nyt ERP-system (demo)",
)


@dataclass(frozen=True, slots=True)
class Told:
    """A fact of the demo and the days on which it was known: `decided` is when somebody knew of it.

    `first` is what was recorded at first where that was something else: the end not yet known, or a mistake.
    """

    record: Record
    decided: int
    first: Record | None = None
    corrected: int = 0
    mistake: bool = False


def record(
    kind: Kind,
    place: Place,
    role: str,
    valid: tuple[int, int],
    name: object,
    arrows: Sequence[Arrow] = (),
    **values: Value,
) -> Record:
    """Make a record of a role in a municipality; `name` tells it apart from others of its kind there."""
    key, role_key = fact_key(kind, place.code, role, name), f"role:{role}"
    values["slot"] = slot(place.code, role_key)
    both = (Arrow("OF", role_key), Arrow("IN", place.key), *arrows)
    return Record(kind, key, text(valid[0]), text(valid[1]), values, both)


def cell(place: Place, role: str) -> Iterator[Told]:
    """Tell all that happens to a role in a municipality."""
    draw = Draw("cell", place.code, role)
    if not draw.chance(0.025):
        yield from _lane(place, role, 0)
        if draw.chance(SIDE_BY_SIDE.get(role, 0.04)) and POOLS[role]:
            yield from _lane(place, role, 1)
    elif draw.chance(0.6):
        valid = (FIRST_DAY, OPEN)
        vacancy = record("Vacancy", place, role, valid, "never", reason="Kommunen har valgt at undvære rollen (demo)")
        yield Told(vacancy, FIRST_DAY)
    yield from _translations(place, role)
    yield from confirmations(place, role)


def _lane(place: Place, role: str, lane: int) -> Iterator[Told]:
    """Holders one after the other, with hand-overs from one day to the next, together, after a gap, to nobody."""
    draw = Draw("lane", place.code, role, lane)
    start = FIRST_DAY if draw.chance(0.9) else FIRST_DAY + draw.between(10, 220)
    people = tuple(place.people[i] for i in POOLS[role]) or (place.mailbox,)
    holder: str | None = None
    number = 0
    while start < END + 45:
        number += 1
        holder = draw.other(people, holder)
        end = start + _length(draw, holder == place.mailbox, first=number == 1)
        end = end if end < END else draw.one((OPEN, OPEN, max(END, start + 365)))
        name = f"{lane}.{number}"
        yield _assignment(draw, place, role, (start, end), name, holder)
        if holder != place.mailbox:
            yield from stand_ins(draw, place, role, (start, end), name, holder)
        if end == OPEN or (draw.chance(0.016) and holder != place.mailbox):
            return
        kind, start = _next_start(draw, end)
        if kind == "intent":
            vacancy = record("Vacancy", place, role, (end, start), name, reason=draw.one(REASONS))
            yield Told(vacancy, end - draw.between(0, 60))


def _length(draw: Draw, mailbox: bool, *, first: bool) -> int:
    """Draw for how long; who is there when the demo begins has held the role for some time already."""
    if mailbox:
        return draw.between(*_MAILBOX_DAYS)
    return draw.between(40 if first else _DAYS[0], _DAYS[1])


def _next_start(draw: Draw, end: int) -> tuple[str, int]:
    chance = draw.between(1, 100)
    if chance <= 61:
        return "hand-over", end
    if chance <= 70:
        return "together", end - draw.between(7, 28)
    if chance <= 93:
        return "gap", end + draw.between(20, 150)
    return "intent", end + draw.between(60, 330)


def _assignment(draw: Draw, place: Place, role: str, valid: tuple[int, int], name: str, holder: str) -> Told:
    now = record("Assignment", place, role, valid, name, (Arrow("HELD_BY", holder),))
    decided = valid[0] - draw.between(-25, 90)
    if draw.chance(0.22) and valid[1] != OPEN:
        return Told(now, decided, replace(now, valid_to=OPEN_DATE), valid[1] - draw.between(-15, 60))
    if draw.chance(0.02):
        late = replace(now, valid_from=text(valid[0] + draw.between(10, 60)))
        return Told(now, decided, late, decided + draw.between(100, 300), mistake=True)
    return Told(now, decided)


def stand_ins(draw: Draw, place: Place, role: str, valid: tuple[int, int], name: str, holder: str) -> Iterator[Told]:
    """Draw the absences of a holder, with somebody from the same pool who stands in."""
    if not draw.chance(0.155):
        return
    start = valid[0] + draw.between(5, min(valid[1] - valid[0], 900) - 20)
    end = start + draw.between(14, 120)
    acting = draw.other([place.people[i] for i in (*POOLS[role], 8)], holder)
    arrows = (Arrow("FOR", holder), Arrow("HELD_BY", acting))
    yield Told(record("StandIn", place, role, (start, end), name, arrows), start - draw.between(-5, 40))


def _unit(role: str) -> str:
    return (
        FINANCE
        if "finans" in role or "bogf" in role
        else COLLECTION
        if "debitor" in role or "opkr" in role
        else DIGITAL
    )


def _translations(place: Place, role: str) -> Iterator[Told]:
    draw = Draw("translation", place.code, role)
    if not draw.chance(0.26):
        return
    start = FIRST_DAY if draw.chance(0.5) else FIRST_DAY + draw.between(30, 3800)
    end = OPEN if draw.chance(0.7) else start + draw.between(200, 1500)
    yield _translation(draw, place, role, (start, end), 1)
    if end < END and draw.chance(0.5):
        yield _translation(draw, place, role, (end, OPEN), 2)


def _translation(draw: Draw, place: Place, role: str, valid: tuple[int, int], number: int) -> Told:
    carriers = CARRIERS.get(role)
    carried = carriers is not None and draw.chance(0.18)
    arrows = (Arrow("CARRIED_BY", f"role:{draw.one(carriers)}"),) if carriers and carried else ()
    values: dict[str, Value] = {"unit": _unit(role)}
    if not carried or draw.chance(0.5):
        values["title"] = draw.one(TITLES)
    return Told(record("Translation", place, role, valid, number, arrows, **values), valid[0] - draw.between(-10, 30))


def confirmations(place: Place, role: str) -> Iterator[Told]:
    """Draw the days on which somebody said "still right"; not after the last change: nobody confirms ahead."""
    draw = Draw("confirmation", place.code, role)
    for number in range(draw.one((0, 0, 1, 1, 2, 3))):
        on = draw.between(FIRST_DAY + 60, day("2026-09-30"))
        yield Told(record("Confirmation", place, role, (on, OPEN), number, by=f"demo:kommune-{place.code}"), on)
