"""The demo as it came to be known: facts put into changes with fixed instants, from 2019-11-02 to 2026-10-31.

Reporters ("demo:indberetter-1" to 7, each for a seventh of the municipalities) report once a month; what is decided
in between waits for the next report, and what lies years ahead is reported in the last months as planned. KLIK is read
on the day for which its states hold. Corrections are changes of their own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from graph.model import Change, Record, Thing
from graph.shape import OPEN_DATE
from graph_seed.demo.draw import Draw, day, text
from graph_seed.demo.people import Place, settle
from graph_seed.demo.progress import drawn, published
from graph_seed.demo.roles import POOLS, Told, cell
from graph_seed.demo.scenes import CORRECTED, scene
from graph_seed.demo.usage import usages
from graph_seed.files import read_toml
from graph_seed.reference import Reference
from graph_seed.tasks import read_tasks

LAST_CHANGE: Final = "2026-10-31T09:00:00.000000Z"
REPORTERS: Final = 7
_MONTHS: Final = [f"{2019 + (10 + i) // 12}-{(10 + i) % 12 + 1:02}" for i in range(84)]
_DAYS: Final = [[day(f"{month}-{2 + 4 * number:02}") for month in _MONTHS] for number in range(REPORTERS)]
_FIRST_PLANS: Final = day("2026-05-01")


@dataclass(slots=True)
class History:
    """Changes by instant, actor and operation; sorted at the end."""

    changes: dict[tuple[str, str, str], Change] = field(default_factory=dict)

    def at(self, at: str, actor: str, operation: str, reason: str | None = None) -> Change:
        """Give the change of that instant, a new one if there is none yet."""
        return self.changes.setdefault((at, actor, operation), Change(at, actor, operation, reason))


@dataclass(frozen=True, slots=True)
class Reporter:
    """One of seven, by number from 0: its days of the month do not coincide with another's."""

    number: int

    @property
    def days(self) -> list[int]:
        """The days on which it reports, in order."""
        return _DAYS[self.number]

    @property
    def actor(self) -> str:
        """Its name in the log."""
        return f"demo:indberetter-{self.number + 1}"

    def next(self, on: int) -> int:
        """Give the first report on or after a day; the last for what is decided after it."""
        return self.days[min(bisect_left(self.days, on), len(self.days) - 1)]

    def instant(self, on: int) -> str:
        """Write the hour of a report."""
        return f"{text(on)}T{7 + self.number:02}:00:00.000000Z"


def demo_history(reference: Reference) -> list[Change]:
    """Make all changes of the demo, in the order of their instants."""
    history = History()
    municipalities = [
        (str(thing.properties["code"]), str(thing.properties["name"]))
        for thing in reference.things
        if thing.label == "Municipality"
    ]
    places, things = settle(municipalities)
    for index, place in enumerate(places):
        reporter = Reporter(index % REPORTERS)
        first = history.at(reporter.instant(reporter.days[0]), reporter.actor, "report")
        first.things += things[place.code]
        for told in _local(place):
            _report(history, reporter, told)
    _tasks(history, reference, places)
    return sorted(history.changes.values(), key=lambda change: (change.at, change.actor, change.operation))


def _local(place: Place) -> Iterator[Told]:
    for role in POOLS:
        written = scene(place, role)
        yield from cell(place, role) if written is None else written
    for record in usages(place):
        yield Told(record, day(record.valid_from) - 30)


def _report(history: History, reporter: Reporter, told: Told) -> None:
    decided = told.decided
    if decided > reporter.days[-1]:
        decided = Draw("plan", told.record.key).between(_FIRST_PLANS, reporter.days[-1])
    on = CORRECTED if told.decided == CORRECTED else reporter.next(decided)
    first = told.first or told.record
    _change(history, reporter, on, "report", None).records.append(first)
    if told.first is None:
        return
    again = CORRECTED if told.corrected == CORRECTED else reporter.next(max(told.corrected, on + 1))
    if again <= on:
        # The end is not known before the last change: what is known stays what was reported first.
        return
    operation = "correct" if told.mistake else "report"
    reason = "Datoen var forkert i den første indberetning" if told.mistake else None
    _change(history, reporter, again, operation, reason).records.append(told.record)


def _change(history: History, reporter: Reporter, on: int, operation: str, reason: str | None) -> Change:
    at = LAST_CHANGE if on == CORRECTED else reporter.instant(on)
    return history.at(at, reporter.actor, "correct" if on == CORRECTED else operation, reason)


def _tasks(history: History, reference: Reference, places: Sequence[Place]) -> None:
    things, records, _ = read_tasks(read_toml(Path(__file__).parent, "tasks.toml"), demo=True)
    planned = history.at("2026-01-05T06:00:00.000000Z", "demo:klik", "plan")
    planned.things += things
    for record in records:
        known = max(min(day(record.valid_from) - 60, day("2026-10-12")), day("2026-01-05"))
        on = (
            planned
            if known <= day("2026-01-05")
            else history.at(f"{text(known)}T06:00:00.000000Z", "demo:klik", "plan")
        )
        on.records.append(record)
    for record in _progress(reference, things, records, places):
        on_day = min(record.valid_from, "2026-10-26")
        history.at(f"{on_day}T05:00:00.000000Z", "demo:klik", "progress").records.append(record)


def _progress(
    reference: Reference, things: Sequence[Thing], records: Sequence[Record], places: Sequence[Place]
) -> Iterator[Record]:
    activities = {thing.key for thing in (*reference.things, *things) if thing.properties.get("isActivity")}
    seen = set[str]()
    for terms in (*reference.records, *records):
        task = terms.arrows[0].target
        if (
            terms.label != "Terms"
            or task in seen | activities
            or (terms.valid_to != OPEN_DATE and "due" not in terms.properties)
        ):
            continue
        seen.add(task)
        if (totals := reference.totals.get(task)) is not None:
            yield from published(task, terms.valid_from, totals, places)
        elif terms.properties.get("obligation") != "RECOMMENDED" or task.startswith("task:demo-"):
            due = terms.properties.get("due")
            yield from drawn(task, terms.valid_from, None if due is None else str(due), places)
