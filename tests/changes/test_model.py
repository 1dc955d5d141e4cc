"""Random operations by several actors, some of them cut off in the middle, against the plain model: map, history, log, undo.

`ROLLEGALLERI_MODEL=2000` makes it that many steps.
"""

from __future__ import annotations

import os
import random
from datetime import timedelta
from typing import Any

import pytest

from graph.driver import Statement
from graph.shape import OPEN_SEQ
from schema.engine import Request
from schema.gallery.schema import engine
from tests.changes.conftest import Change, document
from tests.changes.model import OPEN, Fact, World
from tests.contract.conftest import NOW, Ask, Patient
from tests.contract.planting import Garden

STEPS = int(os.environ.get("ROLLEGALLERI_MODEL", "60"))
DAYS = (
    "2021-01-01",
    "2021-02-01",
    "2021-03-01",
    "2021-04-01",
    "2021-05-01",
    "2021-06-01",
)  # have been: so they can be confirmed
ROLES = {"demo-model-mange": False, "demo-model-en": True}  # of the test's own; the second has at most one holder
CODE = "0825"
LATER = NOW + timedelta(minutes=1)
SHOWS = {
    "appoint": "... on AssignmentChanged { assignment { id } }",
    "standIn": "... on StandInsChanged { standIns { id } }",
    "handOver": "... on HandedOver { appointed { id } }",
    "confirm": "... on ConfirmationChanged { confirmation { id } }",
}


class Cut(Exception):
    """The process that was changing something died."""


class Driver:
    """Draws operations, makes each in the model and in the product, and holds the two against each other."""

    def __init__(self, rng: random.Random, change: Change, seeded: Patient, people: list[str], base: int) -> None:
        self.rng, self.change, self.database, self.people, self.base = rng, change, seeded, people, base
        self.world = World(frozenset(f"{CODE}|role:{role}" for role, one in ROLES.items() if one))

    async def step(self) -> None:
        """Make one operation, or let one die on its way."""
        name = self.rng.choice(
            ["appoint"] * 4
            + ["end", "correct", "retract", "handOver", "standIn", "standIn", "undo", "undo", "confirm", "confirm"]
        )
        given = self.draw(name)
        if given is None:
            return
        if self.rng.random() < 0.2:
            await self.die(name, given)
        answer = await self.change(name, SHOWS.get(name, ""), **given)
        done = "code" not in answer
        assert done == self.model(name, given, answer), (name, given, answer, self.world.now)
        if done:
            assert answer["change"]["seq"] == self.base + self.world.seq

    async def die(self, name: str, given: dict[str, Any]) -> None:
        """Send it, and die before one of its statements, the last before the commit at the latest: nothing of it may be there."""
        left = self.rng.randint(1, 3 if name in SHOWS else 2)

        def count(_: Statement) -> None:
            nonlocal left
            left -= 1
            if not left:
                raise Cut

        self.database.observers.append(count)
        try:
            sent = Request(document(name, SHOWS.get(name, "")), {"input": given})
            result = await engine().execute(sent, self.context())
            assert result.data is not None
            assert "code" in result.data[name], "neither cut off nor refused"
        except Cut:
            pass
        finally:
            self.database.observers.remove(count)
        (row,) = await self.database.read(Statement("test", "MATCH (c:Counter {key: 'counter'}) RETURN c.seq AS seq"))
        assert row["seq"] == self.base + self.world.seq

    def context(self) -> Any:
        from resolvers.context import Context

        return Context.local(self.database, NOW)

    def draw(self, name: str) -> dict[str, Any] | None:
        keys = sorted(self.world.now)
        start, end = sorted(self.rng.sample(DAYS, 2))
        who = self.rng.choice(self.people)
        if name == "appoint":
            role = self.rng.choice(list(ROLES))
            until = {} if self.rng.random() < 0.3 else {"validTo": end}
            return {"role": role, "municipality": CODE, "person": who, "validFrom": start, **until}
        if name == "confirm":
            by = f"Demo {self.world.seq}"  # the same said again by another is another confirmation
            return {"role": self.rng.choice(list(ROLES)), "municipality": CODE, "on": start, "by": by}
        if name == "undo":
            return {"change": self.base + self.rng.randint(1, self.world.seq)} if self.world.seq else None
        if not keys:
            return None
        key = self.rng.choice(keys)
        assignments = [k for k in keys if self.world.now[k].holds]
        match name:
            case "end":
                return {"fact": key, "validTo": end}
            case "retract":
                return {"fact": key}
            case "correct" if key in assignments:
                return {"fact": key, "person": who, "validFrom": start, "validTo": end}
            case "handOver" if assignments:
                return {"assignment": self.rng.choice(assignments), "person": who, "on": start}
            case "standIn" if assignments:
                return {
                    "assignments": [self.rng.choice(assignments)],
                    "person": who,
                    "validFrom": start,
                    "validTo": end,
                }
        return None

    def model(self, name: str, given: dict[str, Any], answer: dict[str, Any]) -> bool:
        """Make it in the model, with the ids that the product gave."""
        world = self.world
        match name:
            case "appoint":
                key = answer.get("assignment", {}).get("id", "?")
                place = f"{CODE}|role:{given['role']}"
                return world.appoint(Fact(key, place, given["person"], given["validFrom"], given.get("validTo", OPEN)))
            case "confirm":
                key = answer.get("confirmation", {}).get("id", "?")
                return world.confirm(key, f"{CODE}|role:{given['role']}", given["on"])
            case "end":
                return world.end(given["fact"], given["validTo"])
            case "retract":
                return world.retract(given["fact"])
            case "correct":
                return world.correct(given["fact"], given["person"], given["validFrom"], given["validTo"])
            case "handOver":
                key = answer.get("appointed", {}).get("id", "?")
                return world.hand_over(given["assignment"], key, given["person"], given["on"])
            case "standIn":
                key = answer.get("standIns", [{"id": "?"}])[0]["id"]
                return world.stand_in(
                    key, given["assignments"][0], given["person"], given["validFrom"], given["validTo"]
                )
            case _:
                return world.undo(given["change"] - self.base)

    async def agrees(self, seq: int, known: dict[str, Fact]) -> None:
        """Hold what the product knew at a number against what the model did."""
        text = f"""MATCH (n:Assignment|StandIn|Confirmation) WHERE n.slot IN $p.slots AND n.fromSeq <= $p.seq AND $p.seq < n.toSeq
          AND n.fromSeq > {self.base} RETURN n.key AS key, n.slot AS place, coalesce(head([(n)-[:HELD_BY]->(h) | h.key]), '') AS who,
          n.validFrom AS start, n.validTo AS end, coalesce(head([(n)-[:FOR]->(c) | c.key]), '') AS covers, n:Confirmation AS said"""
        slots = [f"{CODE}|role:{role}" for role in ROLES]
        rows = await self.database.read(Statement("test", text, {"slots": slots, "seq": self.base + seq}))
        found = {row["key"]: Fact(**row.data()) for row in rows}
        assert found == known, f"as known at {seq}"

    async def answers(self, ask: Ask, seq: int, known: dict[str, Fact]) -> None:
        """Hold what the API tells of a day, as known when the change was made, against the model."""
        (row,) = await self.database.read(
            Statement("test", "MATCH (c:Change {seq: $p.seq}) RETURN c.at AS at", {"seq": self.base + seq})
        )
        query = """query ($role: String!, $day: Date!, $known: DateTime!) {
          assignments(first: 100, at: $day, knownAt: $known, filter: {role: $role, municipality: "0825"}) {
            nodes { holder { id } standIns { holder { id } } } } }"""
        for role in ROLES:
            day, place = self.rng.choice(DAYS), f"{CODE}|role:{role}"
            nodes = (await ask(query, {"role": role, "day": day, "known": row["at"]}, now=LATER)).data["assignments"][
                "nodes"
            ]
            assert {one["holder"]["id"] for one in nodes} == self.world.holders(place, day, known)
            covers = {(cover["holder"]["id"], one["holder"]["id"]) for one in nodes for cover in one["standIns"]}
            assert covers == self.world.covers(place, day, known)


@pytest.mark.parametrize("seed", [1, 2])
async def test_map_history_log_and_undo_agree_with_a_plain_model(
    seed: int, change: Change, seeded: Patient, garden: Garden, ask: Ask
) -> None:
    people = []
    for name in ("Demo Anna Model", "Demo Bo Model", "Demo Cilla Model"):
        made = await change("addPerson", "... on PersonChanged { person { id } }", name=name, municipality=CODE)
        people.append(made["person"]["id"])
    for code, one in ROLES.items():
        await change(
            "defineRole", title=code, code=code, gallery="1.4", domain="OIR", kind="CONTACT", wantsOneHolder=one,
            validFrom="2019-12-01",
        )  # fmt: skip
    base = garden.seq + len(people) + len(ROLES)
    driver = Driver(random.Random(seed), change, seeded, people, base)
    for _ in range(STEPS):
        await driver.step()
    world = driver.world
    assert world.seq > STEPS / 5, "too few of the operations drawn can be done"
    for seq, known in world.known.items():
        await driver.agrees(seq, known)
    for seq in driver.rng.sample(sorted(world.known.keys() - {0}), 5):
        await driver.answers(ask, seq, world.known[seq])
    rows = await seeded.read(
        Statement("test", "MATCH (c:Change) WHERE c.seq > $p.base RETURN c.seq AS seq ORDER BY seq", {"base": base})
    )
    assert [row["seq"] - base for row in rows] == list(range(1, world.seq + 1))
    log = await ask(
        "query ($after: ID!) { changes(first: 100, after: $after) { nodes { seq undoneBy { seq } } } }",
        {"after": str(base)},
    )
    undone = {one["seq"] - base for one in log.data["changes"]["nodes"] if one["undoneBy"]}
    assert undone == {seq for seq in world.undone if seq <= 100}
    open_twice = "MATCH (n:Assignment|StandIn|Confirmation) WHERE n.toSeq = $p.open WITH n.key AS key, count(*) AS c WHERE c > 1 RETURN key"
    assert await seeded.read(Statement("test", open_twice, {"open": OPEN_SEQ})) == []
