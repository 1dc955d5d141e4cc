"""The functions that decide agree with the oracle on any facts: without a database, so with many draws."""

from typing import NamedTuple, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers import coverage, difference, facts, responsibility
from resolvers.gaps import DueTask, gaps
from resolvers.looks import Looks
from resolvers.responsibility import Answer
from resolvers.steps import Step
from tests.oracle import words
from tests.oracle.difference import Change, changes
from tests.oracle.oracle import Oracle
from tests.oracle.records import DEFINED, LEADER, OPEN, RESORT, Record, World
from tests.oracle.world import EXAMPLES, SETTINGS, SPAN, day, worlds

F = TypeVar("F", facts.Assignment, facts.StandIn, facts.Vacancy, facts.Translation, facts.Confirmation)
AT = st.integers(-1, SPAN + 4).map(day)
HOLES = {"NOT_YET", "EXPIRED", "VACANT"}


def gallery_of(world: World, known: Oracle) -> facts.Gallery:
    names = [
        (r.role, facts.Named(str(r.text), "OFFICIAL", r.valid_from, r.valid_to))
        for r in known.records
        if r.label == "Name"
    ]
    roles = {
        r.key: facts.Role(
            r.key,
            "OIR",
            "CONTACT",
            r.prefers_mailbox,
            False,
            r.mailbox,
            [name for role, name in names if role == r.key],
        )
        for r in world.roles.values()
    }
    ways = [
        facts.Escalation(r.key, str(r.role), str(r.to), r.valid_from, r.valid_to)
        for r in known.records
        if r.label == "Escalation"
    ]
    resort = facts.Holder(RESORT, "KOMBIT", [["EMAIL", "i@kombit.example"]])
    return facts.Gallery(roles, {role: [w for w in ways if w.source == role] for role in roles}, resort)


def local_of(world: World, known: Oracle, place: str, at: str) -> facts.Local:
    """Gather what `facts.Local` promises: what is valid on the day or later; of what ended before, the last."""

    def here(label: str) -> list[Record]:
        return [
            r
            for r in known.records
            if (r.label, r.place) == (label, place) and (r.valid_to > at or label == "Confirmation")
        ]

    def by_role(rows: list[F]) -> dict[str, list[F]]:
        return {role: [row for row in rows if row.role == role] for role in world.roles}

    past = [r for r in known.records if (r.label, r.place) == ("Assignment", place) and r.valid_to <= at]
    last = {role: max(((r.valid_to, r.key) for r in past if r.role == role), default=None) for role in world.roles}
    return facts.Local(
        place,
        "By",
        by_role(
            [facts.Assignment(r.key, str(r.role), str(r.holder), r.valid_from, r.valid_to) for r in here("Assignment")]
        ),
        by_role(
            [
                facts.StandIn(r.key, str(r.role), str(r.covered), str(r.holder), r.valid_from, r.valid_to)
                for r in here("StandIn")
            ]
        ),
        by_role([facts.Vacancy(r.key, str(r.role), str(r.text), r.valid_from, r.valid_to) for r in here("Vacancy")]),
        by_role(
            [
                facts.Translation(r.key, str(r.role), r.text, r.unit, r.to, r.valid_from, r.valid_to)
                for r in here("Translation")
            ]
        ),
        by_role([facts.Confirmation(r.key, str(r.role), r.valid_from) for r in here("Confirmation")]),
        {role: found[0] for role, found in last.items() if found},
        {role: found[1] for role, found in last.items() if found},
        {
            key: facts.Holder(key, key, [["EMAIL", "a@b.example"]] if reachable else [])
            for key, reachable in world.holders.items()
        },
    )


def apart(found: NamedTuple, expected: NamedTuple) -> str:
    """Say where two answers part."""
    names = [n for n in expected._fields if getattr(found, n) != getattr(expected, n)]
    return "".join(f"\n{n}:\n  found    {getattr(found, n)}\n  expected {getattr(expected, n)}" for n in names)


def plain(answer: Answer) -> words.Answer:
    reach = tuple(words.Reach(r.holder, r.reached_as.value, r.role, r.fact) for r in answer.reach)
    return words.Answer(answer.outcome.value, answer.accountable, reach, tuple(map(plain_step, answer.steps)))


def plain_step(step: Step) -> words.Step:
    window = (step.valid_from, step.valid_to) if step.facts or step.kind in HOLES else words.ALWAYS
    return words.Step(step.kind.value, step.role, frozenset(step.facts), window, step.target, step.holder, step.covers)


@settings(max_examples=3 * EXAMPLES, **SETTINGS)
@given(worlds(places=1), AT, st.data())
def test_responsibility(world: World, at: str, data: st.DataObject) -> None:
    known = Oracle(world, data.draw(st.integers(1, world.changes)))
    place = next(iter(world.codes))
    gallery, local = gallery_of(world, known), local_of(world, known, place, at)
    for role in (*world.roles, None):
        answer = responsibility.resolve_ahead(gallery, local, role, at)
        expected = known.answer(role, place, at)
        assert gallery.title(role or LEADER, at) == known.title(role or LEADER, at)
        bare = responsibility.Resolver(gallery, local, explain=False).resolve_ahead(role, at)
        assert bare == answer._replace(steps=(), next=answer.next and answer.next._replace(steps=()))
        assert plain(answer) == expected, apart(plain(answer), expected)
        until = known.until(role, place, at)
        assert (answer.until, answer.next and plain(answer.next)) == (until or (None, None))


@settings(max_examples=EXAMPLES, **SETTINGS)
@given(worlds(places=1), AT, st.data())
def test_responsibility_for_an_audience_that_is_not_shown_every_role(
    world: World, at: str, data: st.DataObject
) -> None:
    hidden = frozenset(data.draw(st.sets(st.sampled_from(list(world.roles)), min_size=1)))
    seen, all_of_it = Oracle(world, world.changes, hidden), Oracle(world, world.changes)
    place = next(iter(world.codes))
    gallery, local = gallery_of(world, all_of_it), local_of(world, all_of_it, place, at)
    for role in (*world.roles, None):
        answer = responsibility.Resolver(gallery, local, hidden=hidden).resolve_ahead(role, at)
        expected = seen.answer(role, place, at)
        assert plain(answer) == expected, apart(plain(answer), expected)
        until = seen.until(role, place, at)
        assert (answer.until, answer.next and plain(answer.next)) == (until or (None, None))
        # What is known of hidden roles makes no difference: without any of it the answer is the same.
        assert answer == responsibility.Resolver(gallery, local.without(hidden), hidden=hidden).resolve_ahead(role, at)


@settings(max_examples=3 * EXAMPLES, **SETTINGS)
@given(worlds(places=1), AT, st.integers(0, 12), st.data())
def test_coverage(world: World, at: str, within: int, data: st.DataObject) -> None:
    known = Oracle(world, data.draw(st.integers(1, world.changes)))
    place = next(iter(world.codes))
    found = coverage.cells(gallery_of(world, known), local_of(world, known, place, at), world.roles, at, within)
    for role, cell in zip(world.roles, found, strict=True):
        expected = known.cell(role, place, at, within)
        told = words.Cell(
            cell.state.value,
            cell.carried_by,
            cell.holders,
            cell.assignments,
            cell.stand_ins,
            cell.since,
            cell.until,
            cell.open_from,
            cell.last_confirmed,
        )
        assert told == expected, apart(told, expected)


@settings(max_examples=3 * EXAMPLES, **SETTINGS)
@given(worlds(places=3), AT, st.integers(0, 12), st.data())
def test_gaps(world: World, at: str, within: int, data: st.DataObject) -> None:
    known = Oracle(world, data.draw(st.integers(1, world.changes)))
    gallery, roles = gallery_of(world, known), list(world.roles)
    cells = [
        c
        for place in world.codes
        for c in coverage.cells(gallery, local_of(world, known, place, at), roles, at, within)
    ]
    tasks = [due for task in world.tasks for due in due_tasks(world, known, task, at)]
    found = gaps(cells, tasks, defined={role: [(since, OPEN)] for role, since in DEFINED.items()})
    told = [
        words.Gap(g.day, g.reason.value, g.cell.municipality, g.cell.role, tuple(t.key for t in g.tasks)) for g in found
    ]
    assert told == known.gaps(roles, list(world.codes), at, within)


@settings(max_examples=3 * EXAMPLES, **SETTINGS)
@given(worlds(places=2), st.tuples(AT, AT).map(sorted), st.data())
def test_difference(world: World, days: list[str], data: st.DataObject) -> None:
    known = Oracle(world, data.draw(st.integers(1, world.changes)))
    roles, between = list(world.roles), difference.Days(*days)
    gallery = gallery_of(world, known)
    found = [
        change
        for place in world.codes
        for change in difference.in_municipality(Looks(gallery, local_of(world, known, place, days[0])), roles, between)
    ]
    found += difference.of_roles(gallery.roles.values(), between)
    terms = [
        difference.Terms(str(r.task), r.key, str(r.text), r.due, r.valid_from, r.valid_to)
        for r in known.records
        if r.label == "Terms" and addressed(known, str(r.task), days, roles)
    ]
    found += difference.of_tasks(terms, between)
    told = [Change(c.kind.value, *c[1:-1], tuple(sorted(c.facts))) for c in found]
    assert told == changes(known, roles, list(world.codes), *days)


def addressed(known: Oracle, task: str, days: list[str], roles: list[str]) -> bool:
    return any(r.role in roles for day in days for r in known.of_task("Addressing", task, day))


def due_tasks(world: World, known: Oracle, task: str, at: str) -> list[DueTask]:
    """Gather what `DueTask` promises."""
    valid = [r for r in known.records if r.task == task and r.valid_from <= at < r.valid_to]
    addressed = frozenset(str(r.role) for r in valid if r.label == "Addressing")
    done = frozenset(str(r.place) for r in valid if r.label == "Progress" and r.word == "DONE")
    return [
        DueTask(task, str(r.text), r.due, r.word, r.valid_from, r.valid_to, addressed, done)
        for r in valid
        if r.label == "Terms" and r.due is not None
    ]
