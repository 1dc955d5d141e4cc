"""What holds for any facts, circles and empty periods among them: drawn at random over fifty days."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from operator import attrgetter
from typing import Any, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.shape import OPEN_DATE
from resolvers import coverage
from resolvers.coverage import State
from resolvers.facts import Gallery, Local
from resolvers.looks import Fact
from resolvers.responsibility import Answer, Resolver, resolve, resolve_ahead
from tests.unit.world import BOX, INFRA, LEADER, MANAGER, OWNER, World

ROLES = [OWNER, MANAGER, INFRA, LEADER, BOX]
PEOPLE = ["anna", "bo", "carl", "box-oir"]
HORIZON = 50
START = date(2026, 1, 1)
AT = 15
Record = TypeVar("Record", bound=Fact)
HELD = {State.HELD, State.EXPIRING, State.STAND_IN, State.UNREACHABLE}


def day(number: int) -> str:
    return (START + timedelta(days=number)).isoformat()


days = st.integers(0, HORIZON).map(day)
ends = st.one_of(days, st.just(OPEN_DATE))
roles = st.sampled_from(ROLES)
people = st.sampled_from(PEOPLE)
asked = st.one_of(roles, st.none())


@st.composite
def worlds(draw: st.DrawFn) -> World:
    world = World()
    world.prefers_mailbox = draw(st.booleans())
    for name in PEOPLE:
        world.person(name, reachable=draw(st.sampled_from([True, True, False])))
    for role, by, since, to in draw(st.lists(st.tuples(roles, people, days, ends), max_size=12)):
        world.hold(role, by, since, to)
    for role, of, by, since, to in draw(st.lists(st.tuples(roles, people, people, days, ends), max_size=5)):
        world.cover(role, of, by, since, to)
    for role, since, to in draw(st.lists(st.tuples(roles, days, ends), max_size=3)):
        world.leave_vacant(role, "fordi", since, to)
    for role, carrier, since, to in draw(st.lists(st.tuples(roles, asked, days, ends), max_size=4)):
        world.translate(role, "lokalt", carried_by=carrier, since=since, to=to)
    for role, target, since, to in draw(st.lists(st.tuples(roles, roles, days, ends), max_size=6)):
        world.escalate(role, target, since, to)
    return world


def decided(answer: Answer) -> tuple[object, ...]:
    return answer.outcome, answer.accountable, answer.reach


@given(worlds(), asked)
def test_there_is_always_somebody_to_write_to_and_nobody_twice(world: World, role: str | None) -> None:
    answer = resolve(world.gallery, world.local, role, day(AT))
    holders = [reach.holder for reach in answer.reach]
    assert holders
    assert len(holders) == len(set(holders))
    assert all(reach.contacts for reach in answer.reach)
    assert (answer.outcome == "UNRESOLVED") == (not answer.accountable)


@given(worlds(), asked)
def test_until_is_the_first_day_with_another_answer(world: World, role: str | None) -> None:
    gallery, local = world.gallery, world.local
    answer = resolve_ahead(gallery, local, role, day(AT))
    now = resolve(gallery, local, role, day(AT))
    each_day = [resolve(gallery, local, role, day(number)) for number in range(AT + 1, HORIZON + 2)]
    other = next((later for later in each_day if decided(later) != decided(now)), None)
    assert answer == now._replace(until=other.at if other else None, next=other)


@given(worlds(), asked, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(world: World, role: str | None, chance: random.Random) -> None:
    local = world.local

    def shuffled(kind: Mapping[str, Sequence[Record]]) -> dict[str, list[Record]]:
        return {key: chance.sample(list(rows), len(rows)) for key, rows in kind.items()}

    turned = replace(
        local,
        assignments=shuffled(local.assignments),
        stand_ins=shuffled(local.stand_ins),
        vacancies=shuffled(local.vacancies),
        translations=shuffled(local.translations),
    )
    gallery = world.gallery
    mixed = replace(gallery, escalations=shuffled(gallery.escalations))
    assert resolve_ahead(gallery, local, role, day(AT)) == resolve_ahead(mixed, turned, role, day(AT))
    assert _cells(gallery, local) == _cells(mixed, turned)


@given(worlds(), asked)
def test_what_ended_before_is_needed_no_more_than_the_gathering_promises(world: World, role: str | None) -> None:
    gallery, everything = world.gallery, world.local
    gathered = _as_promised(everything, day(AT))
    assert resolve_ahead(gallery, gathered, role, day(AT)) == resolve_ahead(gallery, everything, role, day(AT))
    assert _cells(gallery, gathered) == _cells(gallery, everything)


@given(worlds(), st.integers(0, 40))
def test_a_cell_needs_nothing_that_begins_after_the_days_it_looks_ahead(world: World, within: int) -> None:
    at, near = day(AT), coverage.days_after(day(AT), within)
    everything = _as_promised(world.local, at)

    def near_ones(kind: Mapping[str, Sequence[Record]]) -> dict[str, list[Record]]:
        return {role: [row for row in rows if row.valid_from <= near] for role, rows in kind.items()}

    held = {role for role, rows in everything.assignments.items() if any(row.valid_from <= at for row in rows)}
    assignments = {
        role: [row for row in rows if role not in held or row.valid_from <= near]
        for role, rows in everything.assignments.items()
    }
    cut = replace(
        everything,
        assignments=assignments,
        stand_ins=near_ones(everything.stand_ins),
        vacancies=near_ones(everything.vacancies),
        translations=near_ones(everything.translations),
    )
    assert _cells(world.gallery, cut, within, ahead=False) == _cells(world.gallery, everything, within, ahead=False)


@given(worlds(), st.permutations(ROLES))
def test_one_resolver_asked_for_all_roles_answers_as_one_for_each(world: World, order: list[str]) -> None:
    gallery, local = world.gallery, world.local
    shared = Resolver(gallery, local)
    for role in order:
        assert shared.resolve_ahead(role, day(AT)) == resolve_ahead(gallery, local, role, day(AT))


@given(worlds(), roles)
def test_a_cell_is_held_when_the_answer_is(world: World, role: str) -> None:
    answer = resolve(world.gallery, world.local, role, day(AT))
    cell = coverage.cell(world.gallery, world.local, role, day(AT))
    assert (cell.state in HELD) == (answer.outcome in {"HELD", "STAND_IN"})
    if cell.state in HELD:
        assert cell.assignments == answer.accountable


@given(worlds(), roles, st.integers(0, 40))
@settings(max_examples=60)
def test_a_cell_changes_on_the_day_it_says_and_not_before(world: World, role: str, within: int) -> None:
    gallery, local = world.gallery, world.local
    cells = [coverage.cell(gallery, local, role, day(number), within) for number in range(AT, HORIZON + 2)]
    now = cells[0]
    assert now.until == next((later.at for later in cells if later.state is not now.state), None)
    near = [later for later in cells if later.at <= day(AT + within)]
    by_reach = [coverage.cell(gallery, local, role, later.at, 0).state for later in near]
    expiring = by_reach[0] in {State.HELD, State.STAND_IN} and any(state not in HELD for state in by_reach)
    assert (now.state is State.EXPIRING) == expiring
    empty = [later.at for later, state in zip(near, by_reach, strict=True) if state in {State.VACANT, State.PLANNED}]
    assert now.open_from == (empty[0] if empty else None)


def _cells(gallery: Gallery, local: Local, within: int = 20, *, ahead: bool = True) -> list[tuple[Any, ...]]:
    """What the cells say, which is more and less than the looks they were read from."""
    said = attrgetter(
        "state", "carried_by", "holders", "assignments", "stand_ins", "since", "until", "open_from", "last_confirmed"
    )
    return [said(cell) for cell in coverage.cells(gallery, local, ROLES, day(AT), within, ahead=ahead)]


def _as_promised(local: Local, at: str) -> Local:
    """Keep what `Local` promises: what is valid on the day or later; of what ended the last day and its key."""
    ended: dict[str, tuple[str, str]] = {}
    for role, rows in local.assignments.items():
        past = [(row.valid_to, row.key) for row in rows if row.valid_from < row.valid_to <= at]
        if past:
            ended[role] = max(past)

    def still(kind: Mapping[str, Sequence[Record]]) -> dict[str, list[Record]]:
        kept = {role: [row for row in rows if row.valid_to > at] for role, rows in kind.items()}
        return {role: rows for role, rows in kept.items() if rows}

    return replace(
        local,
        assignments=still(local.assignments),
        stand_ins=still(local.stand_ins),
        vacancies=still(local.vacancies),
        translations=still(local.translations),
        ended={role: last[0] for role, last in ended.items()},
        ended_by={role: last[1] for role, last in ended.items()},
    )
