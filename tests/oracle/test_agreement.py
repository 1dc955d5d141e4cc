"""The API, over the real graph, agrees with the oracle on every draw: each question, at several dates, by what was known then.

A few documents, the same for all draws, so that their statements are planned once. The draws are the same in every run of
the same length (`world.EXAMPLES`); a failing one prints its world.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.driver import Database
from resolvers.context import Context
from schema.engine import Request
from schema.gallery.schema import engine
from tests.oracle import difference
from tests.oracle.documents import ALONE, COVERAGE, DIFFERENCE, GAPS, ROLE, TASK
from tests.oracle.oracle import Oracle
from tests.oracle.planting import Planted
from tests.oracle.records import LEADER, OPEN, World
from tests.oracle.words import ALWAYS, Answer, Cell, Gap, Reach, Step
from tests.oracle.world import EXAMPLES, SETTINGS, SPAN, day, worlds

TRIES = 5
BUSY = {"DEADLINE", "DATABASE_UNAVAILABLE"}
"""What a machine that is busy with other things may answer, above all while a statement is planned: asked again."""
HOLES = ("NOT_YET", "EXPIRED", "VACANT")

DAY = st.integers(-1, SPAN + 4).map(day)


class Asking:
    """A drawn world in the graph, asked as known at one of its changes."""

    def __init__(self, database: Database, world: World, planted: Planted, change: int) -> None:
        self.database, self.world, self.planted, self.change = database, world, planted, change
        self.then, self.now = Oracle(world, change), Oracle(world, world.changes)
        self.roles, self.places = list(world.roles), list(world.codes)

    async def ask(self, document: str, **variables: object) -> dict[str, Any]:
        """Ask about the world's roles and municipalities, by their keys."""
        given = {"roles": self.roles, "places": self.places, "known": self.planted.instant(self.change), **variables}
        for _ in range(TRIES):
            result = await engine().execute(Request(document, given), Context.local(self.database, self.planted.now))
            formatted = result.formatted
            codes = {error["extensions"]["code"] for error in formatted.get("errors", ())}
            if not codes & BUSY:
                break
        assert codes <= {"TASK_DOES_NOT_STAND"}, formatted["errors"]
        data: dict[str, Any] = formatted["data"]
        return data


class Question(NamedTuple):
    """When to ask (`at`, as known at a change; `then`, by what is known last), where one by one, how far ahead."""

    at: str
    then: str
    change: int
    place: int
    within: int


# All is drawn before anything is asked: a draw inside would have to pass hypothesis' own exceptions through the event loop.
QUESTIONS = st.lists(
    st.builds(Question, DAY, DAY, st.integers(1, 4), st.integers(0, 2), st.integers(0, 12)), min_size=2, max_size=2
)


@settings(max_examples=EXAMPLES, print_blob=True, **SETTINGS)
@given(world=worlds(places=3), questions=QUESTIONS)
async def test_the_api_agrees_with_the_oracle(seeded: Database, world: World, questions: list[Question]) -> None:
    planted = await Planted.plant(seeded, world)
    try:
        for q in questions:
            asking = Asking(seeded, world, planted, min(q.change, world.changes))
            await responsibility_of_roles(asking, q.at)
            await responsibility_of_one(asking, q.then, asking.places[q.place % len(asking.places)])
            await responsibility_of_tasks(asking, q.at, q.then)
            await coverage(asking, q.at, q.then, q.within)
            await gaps(asking, q.at, q.then, q.within)
            await differences(asking, min(q.at, q.then), max(q.at, q.then), q.within)
    finally:
        await planted.clear(seeded, world)


async def responsibility_of_roles(asking: Asking, at: str) -> None:
    for role in asking.roles:
        answers = (await asking.ask(ROLE, role=role, at=at))["answers"]
        assert [told["municipality"]["id"] for told in answers] == asking.places
        for told in answers:
            assert told["role"]["id"] == role
            check_ahead(asking.then, told, role, at)


async def responsibility_of_one(asking: Asking, then: str, place: str) -> None:
    for role in asking.roles:
        (told,) = (await asking.ask(ALONE, role=role, place=place, then=then))["answers"]
        assert plain(told) == shown(asking.now.answer(role, place, then))


async def responsibility_of_tasks(asking: Asking, at: str, then: str) -> None:
    for task in asking.world.tasks:
        data = await asking.ask(TASK, task=task, at=at, then=then)
        for name, known, on in (("at", asking.then, at), ("then", asking.now, then)):
            addressed = known.addressed(task, on)
            if addressed is None:
                assert data[name] is None
                continue
            roles: list[tuple[str | None, str | None]] = [(a.role, a.kind) for a in addressed]
            expected = [(task, place, *role) for place in asking.places for role in roles or [(None, None)]]
            assert [
                (key(t["task"]), key(t["municipality"]), key(t["role"]), t["addressing"]) for t in data[name]
            ] == expected
            for told in data[name]:
                check_ahead(known, told, key(told["role"]), on)


async def coverage(asking: Asking, at: str, then: str, within: int) -> None:
    data = await asking.ask(COVERAGE, at=at, then=then, within=within)
    for name, known, on in (("at", asking.then, at), ("then", asking.now, then)):
        expected = [((p, r), known.cell(r, p, on, within)) for p in asking.places for r in asking.roles]
        check_coverage(data[name], expected)


async def gaps(asking: Asking, at: str, then: str, within: int) -> None:
    data = await asking.ask(GAPS, at=at, then=then, within=within)
    for name, known, on in (("at", asking.then, at), ("then", asking.now, then)):
        told = [
            Gap(g["day"], g["reason"], key_of(g["municipality"]), key_of(g["role"]), keys(g["tasks"], "task"))
            for g in data[name]
        ]
        assert told == known.gaps(asking.roles, asking.places, on, within)
        assert all(t["overdue"] == (t["due"] < on) for g in data[name] for t in g["tasks"])


async def differences(asking: Asking, first: str, last: str, within: int) -> None:
    known = asking.then
    data = await asking.ask(DIFFERENCE, first=first, last=last, within=within)
    expected = difference.changes(known, asking.roles, asking.places, first, last)
    assert list(changed(data["difference"]["changes"])) == expected
    assert {c["kind"]: c["count"] for c in data["difference"]["counts"] if c["count"]} == counted(
        [c.kind for c in expected]
    )
    cells = [known.cell(role, place, last, within) for place in asking.places for role in asking.roles]
    assert data["coverage"]["cells"] == [{"state": c.state, "openFrom": c.open_from} for c in cells]


def check_coverage(told: dict[str, Any], expected: list[tuple[tuple[str, str], Cell]]) -> None:
    """Compare the cells, the columns and the counts."""
    cells = [
        (
            (key_of(c["municipality"]), key_of(c["role"])),
            Cell(
                c["state"],
                key(c["carriedBy"]),
                keys(c["holders"]),
                keys(c["assignments"]),
                keys(c["standIns"]),
                c["since"],
                c["until"],
                c["openFrom"],
                c["lastConfirmed"],
            ),
        )
        for c in told["cells"]
    ]
    assert cells == expected
    columns = told["columns"]
    names = ("municipalities", "roles", "states", "holders", "since", "until", "openFrom", "lastConfirmed")
    rows = [(*row[:3], list(row[3]), *row[4:]) for row in zip(*(columns[name] for name in names), strict=True)]
    assert rows == [
        (*where, c.state, list(c.holders), c.since, c.until, c.open_from, c.last_confirmed) for where, c in expected
    ]
    assert {c["state"]: c["count"] for c in told["counts"] if c["count"]} == counted([c.state for _, c in expected])


def check_ahead(known: Oracle, told: dict[str, Any], role: str | None, at: str) -> None:
    """Compare an answer, until when it holds, and the next one."""
    place = key_of(told["municipality"])
    assert plain(told) == shown(known.answer(role, place, at))
    assert told["title"] == title(known, role, at)
    until = known.until(role, place, at)
    assert told["until"] == (until[0] if until else None)
    assert (told["next"] and plain(told["next"])) == (shown(until[1]) if until else None)


def title(known: Oracle, role: str | None, at: str) -> str:
    """The title of the role that the question began with."""
    named = {LEADER: "KOMBIT-programleder", "role:oir-funktionspostkasse": "ØiR funktionspostkasse"}
    return named.get(role or LEADER) or known.title(str(role), at)


def shown(answer: Answer) -> Answer:
    """An answer as far as the API shows it: not by which fact somebody is written to."""
    return answer._replace(reach=tuple(r._replace(fact=None) for r in answer.reach))


def plain(told: dict[str, Any]) -> Answer:
    """An answer of the API in the oracle's words."""
    reach = tuple(Reach(key_of(r["holder"]), r["reachedAs"], key(r["role"]), None) for r in told["reach"])
    return Answer(told["outcome"], keys(told["accountable"]), reach, tuple(step(s) for s in told["steps"]))


def step(told: dict[str, Any]) -> Step:
    """A step of the API in the oracle's words."""
    window = (told["validFrom"], told["validTo"] or OPEN) if told["facts"] or told["kind"] in HOLES else ALWAYS
    facts = frozenset(keys(told["facts"]))
    return Step(
        told["kind"], key_of(told["role"]), facts, window, key(told["target"]), key(told["holder"]), key(told["covers"])
    )


def changed(told: list[dict[str, Any]]) -> Iterator[difference.Change]:
    """The changes of the API in the oracle's words."""
    for c in told:
        place, role, task, holder, covers = (key(c[n]) for n in ("municipality", "role", "task", "holder", "covers"))
        facts = tuple(sorted(keys(c["facts"])))
        yield difference.Change(c["kind"], place, role, task, holder, covers, c["before"], c["after"], facts)


def key(node: dict[str, Any] | None) -> str | None:
    return None if node is None else key_of(node)


def key_of(node: dict[str, Any]) -> str:
    return str(node["id"])


def keys(nodes: list[dict[str, Any]], below: str | None = None) -> tuple[str, ...]:
    return tuple(key_of(node[below] if below else node) for node in nodes)


def counted(names: list[str]) -> dict[str, int]:
    return {name: names.count(name) for name in names}
