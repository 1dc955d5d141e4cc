"""What rows say of one role in one municipality: who holds it, stands in, that it is vacant on purpose, what it is called.

The rules are those of single changes (`resolvers.changes`), held against the place as the whole file leaves it, so that the
order of rows does not matter: one may end where the next begins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from graph.basis import Node
from graph.basis import Row as Fact
from graph.model import Record
from graph_seed.exchange.claiming import MOST, Ask, claim
from graph_seed.exchange.planned import Fate, Options, Planned, Told, days, fate_of
from graph_seed.exchange.state import State
from resolvers.changes.apart import check_apart, give_way
from resolvers.changes.attesting import check_translation, disprove
from resolvers.changes.covering import check_cover, check_twice, cut_closed, cut_covers
from resolvers.changes.holding import (
    check_defined,
    check_holds,
    check_there,
    solve_reports,
)
from resolvers.changes.operation import Case, Draft, Named, believed_after, overlaps, target
from resolvers.errors import InvalidInput

LABELS: Final = {
    "assignments": "Assignment",
    "stand_ins": "StandIn",
    "vacancies": "Vacancy",
    "translations": "Translation",
}
"""The sheets about places, and the label of their facts."""


@dataclass(slots=True)
class Place:
    """A slot with the rows about it; `sheets` are those that speak of its municipality at all."""

    slot: str
    role: str
    municipality: str
    asks: dict[str, list[Ask]] = field(default_factory=dict)
    sheets: set[str] = field(default_factory=set)


class Placing:
    """Plans place by place."""

    def __init__(self, state: State, things: Mapping[str, Node], planned: Planned, options: Options) -> None:
        self._state, self._things, self._planned, self._options = state, things, planned, options
        self._settled = {row.id for row in planned.writes.closes}

    def take(self, place: Place) -> Draft:
        """Plan one place. What is wrong is told row by row."""
        carriers = {end for ask in place.asks.get("translations", ()) if (end := ask.arrows.get("CARRIED_BY"))}
        defined = [row for role in sorted({place.role, *carriers}) for row in self._state.defined[role]]
        facts = [row for row in self._state.places.get(place.slot, []) if row.id not in self._settled]
        case = case_of([*facts, *defined], self._things, self._planned.seq, self._options.today)
        draft = Draft(self._options.today)
        free = {sheet: self._claim(case, place, sheet) for sheet in LABELS}
        covered = self._assign(case, draft, place, free)
        for sheet in ("stand_ins", "vacancies", "translations"):
            self._draft(draft, place, sheet, free[sheet])
        self._settle(case, draft, place)
        disprove(case, draft)
        for sheet, facts in free.items():
            self.tell_free(draft, sheet, facts, speaking=sheet in place.sheets, covered=covered)
        self._check(case, draft, place)
        for ask in (ask for asks in place.asks.values() for ask in asks):
            self._tell(ask, draft)
        return draft

    def _claim(self, case: Case, place: Place, sheet: str) -> list[Fact]:
        asks = place.asks.get(sheet, [])
        for ask in asks[MOST:]:
            expected = f"at most {MOST} rows of one role in one municipality"
            self._planned.wrong(ask.sheet, ask.row, InvalidInput("TOO_MANY_ROWS", "role", None, expected))
        del asks[MOST:]
        facts = list(case.believed(LABELS[sheet]))
        return claim(asks, facts, _AGREE.get(sheet, ()), _same_words if sheet == "translations" else None)

    def _assign(self, case: Case, draft: Draft, place: Place, free: Mapping[str, Sequence[Fact]]) -> Collection[str]:
        """Draft who holds it; with an assignment that ends its stand-ins end, but for those that the file speaks of.

        Gives the ids of the stand-ins that ended so.
        """
        self._draft(draft, place, "assignments", free["assignments"])
        if draft.empty:
            return ()
        spoken = {ask.fact.id for ask in place.asks.get("stand_ins", ()) if ask.fact}
        unspoken = replace(case, records=[row for row in case.records if row.id not in spoken])
        for closed in [row for row in draft.closes if row.record.label == "Assignment"]:
            later = draft.now(closed)
            if later is None or later.valid_to < closed.record.valid_to:  # one that begins later is refused below
                cut_covers(unspoken, draft, closed.record)
        return {row.id for row in draft.closes if row.record.label == "StandIn"}

    def _settle(self, case: Case, draft: Draft, place: Place) -> None:
        """End what was reported of whose assignments and stand-ins end; whose assignment a row corrects has been put right."""
        cut_closed(case, draft, place.slot)
        for ask in place.asks.get("assignments", ()):
            now = draft.now(ask.fact) if ask.fact is not None else None
            if ask.fact is not None and now is not None and fate_of(ask.fact.record, now) == "changed":
                solve_reports(case, draft, place.slot, ask.arrows["HELD_BY"])

    def _draft(self, draft: Draft, place: Place, sheet: str, free: Sequence[Fact]) -> None:
        asks = place.asks.get(sheet, [])
        if sheet in place.sheets:
            self.end_missing(draft, free)
        for ask in asks:
            if ask.fact is not None:
                draft_again(draft, ask)
        if sheet == "translations":
            make_room(draft, asks, free, self._planned, code="ALREADY_TRANSLATED")
        for ask in asks:
            if ask.fact is None:
                ask.key = draft.add(ask.label, (ask.since, ask.ends), drawn(ask), ask.properties).key

    def end_missing(self, draft: Draft, free: Iterable[Fact]) -> None:
        """End facts that no row is about today, if that was asked for; what ends before, by itself or by a row, stays so."""
        if not self._options.end_missing:
            return
        for fact in free:
            now = draft.now(fact)
            if now is not None and now.valid_to > self._options.today:
                draft.stop(fact, self._options.today)

    def tell_free(
        self, draft: Draft, sheet: str, free: Iterable[Fact], *, speaking: bool = True, covered: Collection[str] = ()
    ) -> None:
        """Tell what becomes of facts that no row is about: ended, for whatever reason; or left, where the sheet speaks of them."""
        for fact in free:
            was, now = fact.record, draft.now(fact)
            who, what = target(was, "HELD_BY"), self.say(was)
            if now != was:
                what += ", with what it covers" if fact.id in covered else ""
                self._planned.tell(Told(sheet, None, "ended", what, who=who, says=(was, now)))
            elif speaking and was.valid_to > self._options.today:
                self._planned.tell(Told(sheet, None, "left", what, who=who, says=(was,)))

    def _check(self, case: Case, draft: Draft, place: Place) -> None:
        written = {record.key: record for record in draft.records}
        checks: dict[str, _Check] = {
            **_CHECKS,
            "assignments": partial(_check_assignment, _by_holder(case, draft, place.slot)),
        }
        for sheet, asks in place.asks.items():
            for ask in asks:
                record = written.get(ask.key or "")
                # What ends sooner breaks no rule that it did not break before, as in the single change.
                if record is not None and (ask.fact is None or fate_of(ask.fact.record, record) != "ended"):
                    self._try(place, ask, checks[sheet], case, draft, record)
        self._check_covers(case, draft, place, written.keys())

    def _check_covers(self, case: Case, draft: Draft, place: Place, written: Container[str]) -> None:
        """Refuse assignments that leave a stand-in outside what it covers, and so rows of stand-ins that say so."""
        losing = {target(row.record, "HELD_BY") for row in draft.closes if row.record.label == "Assignment"}
        if not losing:
            return
        rows = {ask.key: ask for ask in place.asks.get("stand_ins", ())}
        holding = {ask.arrows["HELD_BY"]: ask for ask in place.asks.get("assignments", ()) if ask.key in written}
        for cover in list(believed_after(case, draft, "StandIn", place.slot)):
            covered = target(cover, "FOR")
            ask = rows.get(cover.key) or holding.get(covered)
            if covered in losing and cover.key not in written and ask is not None:
                self._try(place, ask, _check_covered, case, draft, cover)

    def _try(self, place: Place, ask: Ask, check: _Check, case: Case, draft: Draft, record: Record) -> None:
        try:
            check(case, draft, record)
        except InvalidInput as error:
            for other in (other for asks in place.asks.values() for other in asks):
                if other.fact is None and other.key:  # an id that nobody will ever see
                    error.expected = error.expected.replace(other.key, f"row {other.row.number}")
            self._planned.wrong(ask.sheet, ask.row, error)

    def _tell(self, ask: Ask, draft: Draft) -> None:
        tell(self._planned, ask, draft)

    def say(self, record: Record) -> str:
        """Say what a fact says."""
        role, where = target(record, "OF"), target(record, "IN") or target(record, "BY")
        of = str(self._things[str(role)].thing.properties["code"])
        name = str(self._things[str(where)].thing.properties["name"])
        who = target(record, "HELD_BY")
        holder = f"{self._things[who].thing.properties['name']}: " if who else ""
        return f"{holder}{of}, {name}, {days(record)}"


def case_of(facts: Sequence[Fact], things: Mapping[str, Node], seq: int, today: str) -> Case:
    """Make the case that rules are asked over."""
    return Case(Named({}, {}, {}, today), facts, things, seq)


def make_room(draft: Draft, asks: Iterable[Ask], free: Sequence[Fact], planned: Planned, *, code: str) -> None:
    """Let facts that no row is about end where a new one begins, the last one first: one may begin where the next ends."""
    for ask in sorted((ask for ask in asks if ask.fact is None), key=lambda ask: ask.since, reverse=True):
        for fact in free:
            now = draft.now(fact)
            if now is not None and _same_use(ask, now) and overlaps(now, ask.since, ask.ends):
                try:
                    give_way(
                        draft, replace(fact, record=now), ask.since, ask.ends, ("first_day", "last_day"), code=code
                    )
                except InvalidInput as error:
                    planned.wrong(ask.sheet, ask.row, error)


def _same_use(ask: Ask, record: Record) -> bool:
    """Tell whether only one of the two can hold: an ERP system is used for a domain, a translation is of its place alone."""
    return record.properties.get("domain") == ask.properties.get("domain")


def draft_again(draft: Draft, ask: Ask) -> None:
    """Supersede the fact that a row is about, if the row says something else."""
    if ask.fact is not None:
        new = ask.wanted()
        draft.supersede(
            ask.fact,
            valid_from=new.valid_from,
            valid_to=new.valid_to,
            properties=new.properties,
            arrows=ask.fact.record.arrows if set(new.arrows) == set(ask.fact.record.arrows) else new.arrows,
        )


def drawn(ask: Ask) -> list[tuple[str, str]]:
    """Give the arrows of a new fact."""
    return [(kind, end) for kind, end in ask.arrows.items() if end is not None]


def tell(planned: Planned, ask: Ask, draft: Draft) -> None:
    """Say what becomes of a row."""
    was = ask.fact.record if ask.fact else None
    new = next((record for record in draft.records if record.key == ask.key), was)
    assert new is not None  # noqa: S101 -- a row without a fact has drafted one
    fate: Fate = "added" if was is None else fate_of(was, new)
    before = f" (was {days(was)})" if was and days(was) != days(new) else ""
    what = f"{ask.what}, {days(new)}{before}"
    planned.tell(Told(ask.sheet.sheet, ask.row.number, fate, what, ask.how, says=(was, new)))


def _same_words(ask: Ask, record: Record) -> bool:
    same = all(record.properties.get(name) == value for name, value in ask.properties.items())
    return same and target(record, "CARRIED_BY") == ask.arrows.get("CARRIED_BY", target(record, "CARRIED_BY"))


def _by_holder(case: Case, draft: Draft, slot: str) -> Mapping[str | None, list[Record]]:
    """Give the assignments of a place as the file leaves it, by holder, and all of them under None.

    Gathered once: each of a hundred rows is held against the others, and fifty thousand rows are five thousand places.
    """
    held: defaultdict[str | None, list[Record]] = defaultdict(list)
    for record in believed_after(case, draft, "Assignment", slot):
        held[target(record, "HELD_BY")].append(record)
        held[None].append(record)
    return held


def _check_assignment(held: Mapping[str | None, list[Record]], case: Case, draft: Draft, record: Record) -> None:
    alone = case.things[str(target(record, "OF"))].thing.properties["wantsOneHolder"]
    others = held[None if alone else target(record, "HELD_BY")]
    check_holds(case, draft, record, ("role", "holder_name", "first_day"), others)


def _check_stand_in(case: Case, draft: Draft, record: Record) -> None:
    check_there(case, draft, record, "stand_in_name")
    check_cover(case, draft, record, ("first_day", "last_day"), "stand_in_name")
    check_twice(case, draft, record, "first_day")


def _check_covered(case: Case, draft: Draft, record: Record) -> None:
    check_cover(case, draft, record, ("last_day", "last_day"), "last_day")


def _check_vacancy(case: Case, draft: Draft, record: Record) -> None:
    check_defined(case, str(target(record, "OF")), record.valid_from, "role")
    others = believed_after(case, draft, "Vacancy", str(record.properties["slot"]))
    check_apart(record, others, "first_day", code="ALREADY_INTENDED")


def _check_translation(case: Case, draft: Draft, record: Record) -> None:
    check_translation(case, record, ("title", "role", "carried_by"))
    others = believed_after(case, draft, "Translation", str(record.properties["slot"]))
    check_apart(record, others, "first_day", code="ALREADY_TRANSLATED")


_AGREE: Final[Mapping[str, Sequence[str]]] = {"assignments": ("HELD_BY",), "stand_ins": ("FOR", "HELD_BY")}
_Check = Callable[[Case, Draft, Record], None]
_CHECKS: Final[Mapping[str, _Check]] = {
    "stand_ins": _check_stand_in,
    "vacancies": _check_vacancy,
    "translations": _check_translation,
}
