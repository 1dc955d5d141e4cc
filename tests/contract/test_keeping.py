"""Answers that are given again: the same bytes as if they were made anew, one statement each, and never those of another map, day or asker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
import pytest

from graph.announcing import announce, keep_back, reserve
from graph.answering import HELD
from graph.driver import Database, Statement, Transaction
from resolvers.context import Context, Viewer
from schema.engine import Engine, Request, Result
from schema.gallery.schema import engine
from schema.keeping import SETTLED_SECONDS, Answers
from server.examples import EXAMPLES
from tests.access.conftest import AARHUS, COPENHAGEN, EVERYBODY, KOMBIT
from tests.changes.conftest import Change, change
from tests.contract.conftest import NOW
from tests.contract.planting import Garden

__all__ = ["change"]

WHO = """query Who($place: String!, $at: Date) {
  responsibility(role: "oir-finans-administrator", municipality: $place, at: $at) {
    outcome accountable { id validTo } reach { holder { name } email } steps { da }
  }
}"""


@dataclass
class Keeping:
    """Asks an engine that keeps answers; `moves` lets time go on."""

    engine: Engine
    database: Database
    now: float = 100.0

    def clock(self) -> float:
        return self.now

    def moves(self) -> None:
        """Let the map have stood still for long enough."""
        self.now += SETTLED_SECONDS

    async def asks(
        self, query: str, viewer: Viewer | None = None, days: int = 0, **variables: Any
    ) -> tuple[Result, Statement]:
        """Ask; give what came and the one statement that it took."""
        ran: list[Statement] = []
        context = Context.local(self.database, NOW + timedelta(days=days))
        if viewer is not None:
            context = Context(self.database, viewer, NOW + timedelta(days=days))
        self.database.observers.append(ran.append)
        try:
            result = await self.engine.execute(Request(query, variables), context)
        finally:
            self.database.observers.remove(ran.append)
        (statement,) = ran
        return result, statement

    async def anew(self, query: str, viewer: Viewer | None = None, days: int = 0, **variables: Any) -> Result:
        """Ask as if nothing were kept."""
        answers, self.engine.answers = self.engine.answers, None
        try:
            return (await self.asks(query, viewer, days, **variables))[0]
        finally:
            self.engine.answers = answers

    async def keeps(self, query: str, viewer: Viewer | None = None, days: int = 0, **variables: Any) -> None:
        """Have an answer kept."""
        await self.asks(query, viewer, days, **variables)
        self.moves()
        await self.asks(query, viewer, days, **variables)
        assert (await self.asks(query, viewer, days, **variables))[1].params[HELD] is not None


@pytest.fixture
def keeping(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> Keeping:
    """The gallery's engine, which keeps answers."""
    made = Keeping(engine(), seeded)
    monkeypatch.setattr(made.engine, "answers", Answers(10_000_000, made.clock))
    return made


def _bytes(result: Result) -> bytes:
    return orjson.dumps(result.formatted)


@pytest.mark.parametrize("example", EXAMPLES, ids=[one.key for one in EXAMPLES])
async def test_an_answer_given_again_is_the_one_made_anew(example: Any, keeping: Keeping) -> None:
    await keeping.keeps(example.query)
    again, statement = await keeping.asks(example.query)
    assert isinstance(again.data, orjson.Fragment), "it was not made again"
    assert await keeping.database.read(statement) == [], "the database looks for nothing but the number"
    fresh = await keeping.anew(example.query)
    assert _bytes(again) == _bytes(fresh)
    assert again.people == fresh.people, "whose data it holds is recorded each time"


async def test_nobody_is_given_what_was_made_for_somebody_else(keeping: Keeping) -> None:
    query = '{ person(name: "Demo Lone Testsen") { name contactPoints { value } } roles { nodes { title } } }'
    await keeping.keeps(query, KOMBIT)
    for viewer in (*EVERYBODY.values(), Viewer("kombit", "kombit", person="person:somebody")):
        if viewer is KOMBIT:
            continue
        answer, statement = await keeping.asks(query, viewer)
        assert statement.params[HELD] is None
        assert _bytes(answer) == _bytes(await keeping.anew(query, viewer))


async def test_nor_of_another_place_or_day(keeping: Keeping) -> None:
    await keeping.keeps(WHO, place="Aarhus")
    assert (await keeping.asks(WHO, place="aarhus"))[1].params[HELD] is None
    assert (await keeping.asks(WHO, place="Odense"))[1].params[HELD] is None
    assert (await keeping.asks(WHO, place="Aarhus", at="2026-12-02"))[1].params[HELD] is None
    tomorrow, statement = await keeping.asks(WHO, days=1, place="Aarhus")
    assert statement.params[HELD] is None, "today is another day"
    assert _bytes(tomorrow) == _bytes(await keeping.anew(WHO, days=1, place="Aarhus"))


async def test_a_change_is_seen_by_the_next_question(keeping: Keeping, change: Change) -> None:
    place = {"role": "oir-finans-administrator", "municipality": "Aarhus"}
    for i in range(5):
        await keeping.keeps(WHO, place="Aarhus")
        before, _ = await keeping.asks(WHO, place="Aarhus")
        made = await change("translate", **place, title=f"Titel {i}", validFrom="2026-11-01")
        assert made["change"]["seq"]
        after, statement = await keeping.asks(WHO, place="Aarhus")
        assert statement.params[HELD] is not None
        assert f"»Titel {i}«".encode() in _bytes(after)
        assert _bytes(after) != _bytes(before)
        await change("undo", change=made["change"]["seq"])
        assert _bytes((await keeping.asks(WHO, place="Aarhus"))[0]) == _bytes(before)


@pytest.mark.parametrize("way", ["keep back", "reserve"])
async def test_a_long_write_is_another_version_before_its_number_is(way: str, keeping: Keeping, garden: Garden) -> None:
    """What it edits in place is seen at once, its number when all of it is there."""
    await keeping.keeps(WHO, place="Aarhus")
    if way == "reserve":
        await announce(keeping.database, "test")

    async def work(transaction: Transaction) -> None:
        if way == "reserve":
            await reserve(transaction, "test", garden.seq + 1)
        else:
            await keep_back(transaction, garden.seq, garden.seq + 1)

    await keeping.database.write(work, name="test")
    _, statement = await keeping.asks(WHO, place="Aarhus")
    assert statement.params[HELD][0] == garden.seq
    assert await keeping.database.read(statement) != []


async def test_what_is_written_beside_the_map_is_read_each_time(keeping: Keeping) -> None:
    looks = '{ accessLog(person: "Demo Lone Testsen", first: 5) { totalCount } }'
    for _ in range(3):
        _, statement = await keeping.asks(looks, KOMBIT)
        assert statement.params[HELD] is None
        keeping.moves()


async def test_neither_errors_nor_the_schema_are_kept(keeping: Keeping) -> None:
    for query, viewer in (
        ('{ municipality(name: "Arhuzz") { name } roles { nodes { title } } }', KOMBIT),
        ("{ people(first: 1) { nodes { name } } roles { nodes { title } } }", EVERYBODY["anybody"]),
        ("{ __typename roles { nodes { title } } }", KOMBIT),
    ):
        for _ in range(3):
            answer, statement = await keeping.asks(query, viewer)
            assert statement.params[HELD] is None, query
            assert not isinstance(answer.data, orjson.Fragment)
            keeping.moves()


async def test_the_same_question_of_two_municipalities(keeping: Keeping) -> None:
    query = '{ person(name: "Demo Lone Testsen") { name contactPoints { value } } }'
    for viewer in (AARHUS, COPENHAGEN):
        await keeping.keeps(query, viewer)
    for viewer in (AARHUS, COPENHAGEN):
        assert _bytes((await keeping.asks(query, viewer))[0]) == _bytes(await keeping.anew(query, viewer))
