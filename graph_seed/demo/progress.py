"""How far each municipality is with each task, drawn so that the published totals come out exactly on their day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from graph.model import Arrow, Record, fact_key
from graph.shape import slot
from graph_seed.demo.draw import Draw, day, text
from graph_seed.demo.people import Place
from graph_seed.demo.roles import OPEN
from graph_seed.tasks import Totals

NOT_STARTED, STARTED, DONE = "NOT_STARTED", "STARTED", "DONE"
LAST_EXTRACT: Final = day("2026-10-26")
"""Nobody knows how far a task will be later: after this day only the state at publication is told."""


def published(task: str, begin: str, totals: Totals, places: Sequence[Place]) -> Iterator[Record]:
    """Draw the course of a task whose totals were published: on that day exactly so many are in each state."""
    on, first = day(totals.on), _monday(day(begin) + 7)
    for index, place in enumerate(Draw("progress", task).shuffled(places)):
        draw = Draw("progress", task, place.code)
        if index < totals.done:
            begun = draw.between(first, on - 8)
            turns = (begun, draw.between(begun + 1, on))
        elif index < totals.done + totals.started:
            turns = (draw.between(first, on), on + draw.between(7, 120))
        else:
            begun = on + draw.between(7, 100)
            turns = (begun, begun + draw.between(1, 90))
        yield from _course(task, place, day(begin), turns)


def drawn(task: str, begin: str, due: str | None, places: Sequence[Place]) -> Iterator[Record]:
    """Draw the course of a task of which no totals are known: most are done when it is due, some late, a few never."""
    start = day(begin)
    length = (day(due) - start) if due else 120
    for place in places:
        draw = Draw("progress", task, place.code)
        begun = start + draw.between(7, length)
        end = begun + draw.between(1, length) if draw.chance(0.95) else OPEN
        yield from _course(task, place, start, (begun, end))


def _monday(number: int) -> int:
    """Give the Monday on or before a day: KLIK is read once a week."""
    return number - (number - 1) % 7


def _course(task: str, place: Place, start: int, turns: tuple[int, int]) -> Iterator[Record]:
    begun, done = (_monday(turn) for turn in turns)
    days = [(start, NOT_STARTED), (begun, STARTED), (done, DONE)]
    known = [(on, state) for on, state in days if on <= LAST_EXTRACT and on >= start] or days[:1]
    for number, (on, state) in enumerate(known):
        end = known[number + 1][0] if number + 1 < len(known) else OPEN
        if end > on:
            arrows = (Arrow("ON", task), Arrow("IN", place.key))
            values = {"state": state, "slot": slot(place.code, task)}
            yield Record(
                "Progress", fact_key("Progress", task, place.code, number), text(on), text(end), values, arrows
            )
