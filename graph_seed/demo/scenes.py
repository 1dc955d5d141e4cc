"""What happens in two municipalities is written, not drawn: the documentation's examples tell of it.

Aarhus (0751), `task:oir-basis-01` on 2019-12-16: the finance contact person is away and has a stand-in; the collection
contact person begins on 2020-01-06, so the question goes on to the manager of the collection system.
Aarhus, owner of the bookkeeping system on 2026-12-01: it was believed until 2026-10-31 that the next one begins that
day; then it was corrected to 2027-02-01, and the vacancy between is intended. The question goes on to the programme
leader, who is away and has a stand-in.
Læsø (0825) has no ØiR mailbox, and its programme leader is missing in December 2019 and from November 2026 to February
2027: a role that nobody holds there then is unresolved, and KOMBIT's own mailbox is what is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from graph.model import Arrow
from graph.shape import OPEN_DATE
from graph_seed.demo.draw import day
from graph_seed.demo.people import Place
from graph_seed.demo.roles import Told, confirmations, record

Held = tuple[int, str, str]  # which of the place's people, from, to

AARHUS: Final[dict[str, Sequence[Held]]] = {
    "oir-finans-kontaktperson": ((0, "2019-11-01", "2024-05-01"), (1, "2024-05-01", OPEN_DATE)),
    "oir-debitor-kontaktperson": ((4, "2020-01-06", "2026-12-19"),),
    "systemansvarlig-bogfoering": ((2, "2019-11-01", OPEN_DATE),),
    "systemansvarlig-opkraevning": ((5, "2019-11-01", OPEN_DATE),),
    "systemejer-bogfoering": ((6, "2019-11-01", "2026-11-01"),),
    "kombit-programleder": ((7, "2019-11-01", "2023-03-01"), (8, "2023-03-01", OPEN_DATE)),
    "oir-funktionspostkasse": ((-1, "2019-11-18", OPEN_DATE),),
}
LAESOE: Final[dict[str, Sequence[Held]]] = {
    "oir-funktionspostkasse": (),
    "kombit-programleder": (
        (7, "2019-11-01", "2019-12-01"),
        (8, "2020-01-01", "2026-11-01"),
        (7, "2027-03-01", OPEN_DATE),
    ),
    "systemejer-bogfoering": ((0, "2019-11-01", "2026-11-15"), (1, "2027-01-15", OPEN_DATE)),
    "yr-kontaktperson": (
        (1, "2019-11-01", "2020-04-25"),
        (2, "2020-05-15", "2021-03-05"),
        (1, "2021-04-01", OPEN_DATE),
    ),
    "tovholder-basisimplementering": ((6, "2020-01-06", "2021-07-01"),),
}
SCENES: Final = {"0751": AARHUS, "0825": LAESOE}
CORRECTED: Final = day("2026-10-31")


def scene(place: Place, role: str) -> Iterator[Told] | None:
    """Tell what is written for a role in a municipality; None where chance decides."""
    held = SCENES.get(place.code, {}).get(role)
    return None if held is None else _scene(place, role, held)


def _scene(place: Place, role: str, held: Sequence[Held]) -> Iterator[Told]:
    for number, (who, start, end) in enumerate(held):
        holder = place.mailbox if who < 0 else place.people[who]
        valid = (day(start), day(end))
        made = record("Assignment", place, role, valid, number, (Arrow("HELD_BY", holder),))
        yield Told(made, valid[0] - 30)
    yield from confirmations(place, role)
    if place.code == "0751":
        yield from _aarhus(place, role)


def _aarhus(place: Place, role: str) -> Iterator[Told]:
    people = place.people
    if role == "oir-finans-kontaktperson":
        yield _away(place, role, people[0], people[1], ("2019-12-09", "2020-01-06"))
        carried = (Arrow("CARRIED_BY", "role:systemansvarlig-bogfoering"),)
        valid = (day("2024-05-01"), day(OPEN_DATE))
        translation = record(
            "Translation", place, role, valid, 1, carried, title="Regnskabskonsulent", unit="Økonomi og Regnskab"
        )
        yield Told(translation, valid[0] - 10)
    if role == "kombit-programleder":
        yield _away(place, role, people[7], people[6], ("2019-11-01", "2019-12-11"), "first")
        yield _away(place, role, people[8], people[6], ("2026-11-23", "2026-12-12"))
    if role == "systemejer-bogfoering":
        title = record(
            "Translation",
            place,
            role,
            (day("2019-11-01"), day(OPEN_DATE)),
            1,
            title="Økonomichef",
            unit="Økonomi og Regnskab",
        )
        yield Told(title, day("2019-11-01"))
        valid = (day("2027-02-01"), day(OPEN_DATE))
        successor = record("Assignment", place, role, valid, "successor", (Arrow("HELD_BY", people[2]),))
        believed = replace(successor, valid_from="2026-12-01")
        yield Told(successor, day("2026-09-01"), believed, CORRECTED, mistake=True)
        reason = "Stillingen genbesættes efter en omorganisering pr. 1. februar 2027 (demo)"
        vacancy = record("Vacancy", place, role, (day("2026-11-01"), day("2027-02-01")), 1, reason=reason)
        yield Told(vacancy, CORRECTED)


def _away(place: Place, role: str, holder: str, acting: str, valid: tuple[str, str], name: str = "once") -> Told:
    arrows = (Arrow("FOR", holder), Arrow("HELD_BY", acting))
    start, end = map(day, valid)
    return Told(record("StandIn", place, role, (start, end), name, arrows), start - 20)
