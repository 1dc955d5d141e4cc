"""Many writers at once: no acknowledged change lost, every loser told, one entry in the log for each, no number twice."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from graph.driver import Statement
from resolvers.context import Context
from schema.engine import Request
from schema.gallery.schema import engine
from tests.changes.conftest import Change, document
from tests.contract.conftest import NOW, Patient
from tests.contract.planting import Garden
from tests.faults.conftest import FULL

WRITERS = 32
EDITS = 200 if FULL else 64
MIXED = 1000 if FULL else 200


async def send(database: Patient, mutation: str, **given: Any) -> dict[str, Any]:
    """Send a mutation as a client of its own would."""
    result = await engine().execute(Request(document(mutation), {"input": given}), Context.local(database, NOW))
    assert not result.errors, result.errors
    assert result.data is not None
    return dict(result.data[mutation])


async def log(database: Patient, after: int) -> list[dict[str, Any]]:
    """Read the log after a number."""
    text = "MATCH (c:Change) WHERE c.seq > $p.after RETURN c.seq AS seq, c.operation AS operation, c.reason AS reason ORDER BY seq"
    return [row.data() for row in await database.read(Statement("test", text, {"after": after}))]


async def test_of_all_who_edit_one_contact_none_is_lost_and_every_loser_is_told(
    change: Change, seeded: Patient, garden: Garden
) -> None:
    made = await change("addPerson", "... on PersonChanged { person { id } }", name="Demo Anna Omkamp")
    key, start = made["person"]["id"], made["change"]["seq"]
    left = iter(range(EDITS))
    won: list[tuple[int, str]] = []
    told = 0

    async def writer(number: int) -> None:
        nonlocal told
        seen = start
        for edit in left:
            value = f"Titel {number}-{edit}"
            while True:
                answer = await send(seeded, "changePerson", person=key, jobTitle=value, ifSeq=seen, reason=value)
                if answer["__typename"] == "PersonChanged":
                    seen = answer["change"]["seq"]
                    won.append((seen, value))
                    break
                assert answer["__typename"] == "Conflict", answer
                assert answer["changes"], "a loser is told what the others did"
                assert all(one["seq"] > seen for one in answer["changes"])
                told += 1
                seen = int(answer["expected"])

    await asyncio.gather(*(writer(number) for number in range(WRITERS)))
    assert len(won) == EDITS
    assert told > EDITS, "nobody was ever too late: the test shows nothing"
    entries = await log(seeded, start)
    assert [entry["seq"] for entry in entries] == list(range(start + 1, start + EDITS + 1))
    assert [(entry["seq"], entry["reason"]) for entry in entries] == sorted(won)
    rows = await seeded.read(
        Statement("test", "MATCH (p:Person {key: $p.key}) RETURN p.jobTitle AS title", {"key": key})
    )
    assert rows[0]["title"] == max(won)[1]


async def test_mixed_changes_of_many_writers_are_each_there_once(
    change: Change, seeded: Patient, garden: Garden
) -> None:
    people = []
    for number in range(4):
        made = await change("addPerson", "... on PersonChanged { person { id } }", name=f"Demo Nr {number} Blandet")
        people.append(made["person"]["id"])
    start = made["change"]["seq"]
    left = iter(range(MIXED))
    acknowledged: list[tuple[int, str]] = []
    refused: list[str] = []

    async def writer(number: int) -> None:
        rng = random.Random(number)
        for index in left:
            who, where = rng.choice(people), rng.choice(["0825", "0751", "0630", "0101"])
            place = {"role": "ØiR finans administrator", "municipality": where}
            reason = f"nr. {index}"
            match rng.randrange(4):
                case 0:
                    answer = await send(seeded, "appoint", person=who, validFrom=f"20{31 + index % 60}-01-01",
                                        validTo=f"20{31 + index % 60}-12-31", reason=reason, **place)  # fmt: skip
                case 1:
                    answer = await send(seeded, "confirm", by=f"Demo {index}", reason=reason, **place)
                case 2:
                    answer = await send(seeded, "changePerson", person=who, unit=f"Enhed {index}", reason=reason)
                case _:
                    answer = await send(seeded, "undo", change=rng.randint(start + 1, start + 1 + index), reason=reason)
            if "change" in answer:
                acknowledged.append((answer["change"]["seq"], reason))
            else:
                refused.append(reason)

    await asyncio.gather(*(writer(number) for number in range(WRITERS)))
    assert len(acknowledged) + len(refused) == MIXED
    assert len(acknowledged) > MIXED / 2
    entries = await log(seeded, start)
    assert [(entry["seq"], entry["reason"]) for entry in entries] == sorted(acknowledged)
    assert [entry["seq"] for entry in entries] == list(range(start + 1, start + len(entries) + 1))


async def test_what_runs_under_the_lock_is_planned_before_it(change: Change, seeded: Patient, garden: Garden) -> None:
    """A service that has just started must not hold the lock while Neo4j plans; tests elsewhere plan nothing ahead."""
    real = seeded
    while isinstance(real, Patient):
        real = real._database  # type: ignore[assignment]
    ran: list[Statement] = []
    real.observers.append(ran.append)
    try:
        given = {"name": "Demo Anna Plan", "reason": "plan"}
        show = "... on PersonChanged { person { id name unit } }"
        request = Request(document("addPerson", show), {"input": given})
        result = await engine().execute(request, Context.local(real, NOW))
    finally:
        real.observers.remove(ran.append)
    assert not result.errors, result.errors
    texts = [statement.text for statement in ran]
    planned = {text.removeprefix("EXPLAIN ") for text in texts if text.startswith("EXPLAIN ")}
    locked = next(i for i, statement in enumerate(ran) if statement.name == "change lock")
    answered = [statement.text for statement in ran if statement.name.startswith("gallery:")]
    assert answered
    assert set(answered) <= planned
    assert ran[locked].text in planned
    for text in answered:  # it will see what its transaction changed: Neo4j keeps such plans apart
        assert ran[texts.index(f"EXPLAIN {text}") - 1].name == "change for a plan"
    assert await real.value(Statement("test", "MATCH (n) WHERE size(labels(n)) = 0 RETURN count(n)")) == 0
    assert all(not text.startswith("EXPLAIN ") for text in texts[locked:])
