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
from resolvers.context import Context, Viewer
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
TODAY, LATER = NOW.date().isoformat(), NOW + timedelta(minutes=1)
EDITOR = Viewer("municipality", f"municipality:{CODE}", municipality=CODE, edits=True)
KOMBIT = Viewer("kombit", "kombit", edits=True)
SHOWS = {
    "appoint": "... on AssignmentChanged { assignment { id } }",
    "standIn": "... on StandInsChanged { standIns { id } }",
    "handOver": "... on HandedOver { appointed { id } }",
    "confirm": "... on ConfirmationChanged { confirmation { id } }",
    "reportContact": "... on ReportChanged { report { id } }",
    "translate": "... on TranslationChanged { translation { id } }",
}


class Cut(Exception):
    """The process that was changing something died."""


class Driver:
    """Draws operations, makes each in the model and in the product, and holds the two against each other."""

    def __init__(self, rng: random.Random, change: Change, seeded: Patient, people: list[str], base: int) -> None:
        self.rng, self.change, self.database, self.people, self.base = rng, change, seeded, people, base
        self.world = World(frozenset(f"{CODE}|role:{role}" for role, one in ROLES.items() if one))
        self.viewers = [Context.local(seeded, NOW).viewer] * 4 + [EDITOR] * 4 + [KOMBIT]

    async def step(self) -> None:
        """Make one operation as somebody, or let one die on its way."""
        viewer = self.rng.choice(self.viewers)
        name = self.rng.choice(
            ["appoint"] * 4 + ["end", "correct", "retract", "handOver", "translate"]
            + ["standIn", "undo", "confirm", "reportContact"] * 2
        )  # fmt: skip
        if viewer is KOMBIT and self.rng.random() < 0.5:
            name = "reportContact"
        given = self.draw(name)
        if given is None:
            return
        if self.rng.random() < 0.2:
            await self.die(viewer, name, given)
        answer = await self.change(name, SHOWS.get(name, ""), viewer=viewer, **given)
        done = "code" not in answer
        if viewer is KOMBIT and name != "reportContact":
            assert answer["__typename"] in ("NotAllowed", "InvalidInput"), (name, given, answer)
            return
        self.world.actor = viewer.actor
        assert done == self.model(name, given, answer), (name, given, answer, self.world.now)
        if done:
            assert answer["change"]["seq"] == self.base + self.world.seq
            assert answer["change"]["actor"] == viewer.actor

    async def die(self, viewer: Viewer, name: str, given: dict[str, Any]) -> None:
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
            result = await engine().execute(sent, Context(self.database, viewer, NOW))
            assert result.data is not None
            assert "code" in result.data[name], "neither cut off nor refused"
        except Cut:
            pass
        finally:
            self.database.observers.remove(count)
        (row,) = await self.database.read(Statement("test", "MATCH (c:Counter {key: 'counter'}) RETURN c.seq AS seq"))
        assert row["seq"] == self.base + self.world.seq

    def draw(self, name: str) -> dict[str, Any] | None:
        """Draw what an operation is asked with; nothing where there is nothing yet that it could be about."""
        start, end = sorted(self.rng.sample(DAYS, 2))
        who = self.rng.choice(self.people)
        here = {"role": self.rng.choice(list(ROLES)), "municipality": CODE}
        until = {} if self.rng.random() < 0.3 else {"validTo": end}
        again = f"Demo {self.world.seq}"  # the same said again by another is another confirmation
        match name:
            case "appoint":
                return {**here, "person": who, "validFrom": start, **until}
            case "confirm":
                return {**here, "on": self.rng.choice([start, start, TODAY]), "by": again}
            case "reportContact":
                return {**here, "person": who, "comment": again}
            case "translate":
                return {**here, "title": again, "validFrom": start, **until}
            case "undo" if self.world.seq:
                return {"change": self.base + self.rng.randint(1, self.world.seq)}
        return self.draw_of(name, who, start, end)

    def draw_of(self, name: str, who: str, start: str, end: str) -> dict[str, Any] | None:
        """Draw one of the facts that are believed, and what is to become of it."""
        keys = sorted(self.world.now)
        assignments = [key for key in keys if self.world.now[key].holds]
        match name:
            case "end" if keys:
                return {"fact": self.rng.choice(keys), "validTo": end}
            case "retract" if keys:
                return {"fact": self.rng.choice(keys)}
            case "correct" if assignments:
                return {"fact": self.rng.choice(assignments), "person": who, "validFrom": start, "validTo": end}
            case "handOver" if assignments:
                return {"assignment": self.rng.choice(assignments), "person": who, "on": start}
            case "standIn" if assignments:
                covered = [self.rng.choice(assignments)]
                return {"assignments": covered, "person": who, "validFrom": start, "validTo": end}
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
            case "reportContact":
                key = answer.get("report", {}).get("id", "?")
                return world.report(key, f"{CODE}|role:{given['role']}", given["person"], TODAY)
            case "translate":
                key = answer.get("translation", {}).get("id", "?")
                until = given.get("validTo", OPEN)
                return world.translate(key, f"{CODE}|role:{given['role']}", given["title"], given["validFrom"], until)
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
        text = f"""MATCH (n:Assignment|StandIn|Confirmation|Report|Translation) WHERE n.slot IN $p.slots AND n.fromSeq <= $p.seq
          AND $p.seq < n.toSeq AND n.fromSeq > {self.base} RETURN n.key AS key, n.slot AS place,
          coalesce(head([(n)-[:HELD_BY|ABOUT]->(h) | h.key]), n.title, '') AS who, n.validFrom AS start, n.validTo AS end,
          coalesce(head([(n)-[:FOR]->(c) | c.key]), '') AS covers,
          head([kind IN labels(n) WHERE kind <> 'Fact']) AS kind"""
        slots = [f"{CODE}|role:{role}" for role in ROLES]
        rows = await self.database.read(Statement("test", text, {"slots": slots, "seq": self.base + seq}))
        found = {row["key"]: Fact(**row.data()) for row in rows}
        assert found == known, f"as known at {seq}"

    async def answers(self, ask: Ask, seq: int, known: dict[str, Fact]) -> None:
        """Hold what the API tells of a day, and of how that came about, as known when the change was made, against the model."""
        (row,) = await self.database.read(
            Statement("test", "MATCH (c:Change {seq: $p.seq}) RETURN c.at AS at", {"seq": self.base + seq})
        )
        query = """query ($role: String!, $day: Date!, $known: DateTime!) {
          assignments(first: 100, at: $day, knownAt: $known, filter: {role: $role, municipality: "0825"}) {
            nodes { id holder { id } standIns { holder { id } } history { seq actor } } } }"""
        for role in ROLES:
            day, place = self.rng.choice(DAYS), f"{CODE}|role:{role}"
            nodes = (await ask(query, {"role": role, "day": day, "known": row["at"]}, now=LATER)).data["assignments"][
                "nodes"
            ]
            assert {one["holder"]["id"] for one in nodes} == self.world.holders(place, day, known)
            for one in nodes:
                assert self.told(one["history"]) == self.world.history(one["id"], seq)
            covers = {(cover["holder"]["id"], one["holder"]["id"]) for one in nodes for cover in one["standIns"]}
            assert covers == self.world.covers(place, day, known)
        for key in self.rng.sample(sorted(known), min(2, len(known))):
            query = "query ($id: ID!, $known: DateTime!) { node(id: $id, knownAt: $known) { ... on Fact { history { seq actor } } } }"
            node = (await ask(query, {"id": key, "known": row["at"]}, now=LATER)).data["node"]
            assert self.told(node["history"]) == self.world.history(key, seq)

    def told(self, changes: list[dict[str, Any]]) -> list[tuple[int, str]]:
        """Give changes as the model has them."""
        return [(one["seq"] - self.base, one["actor"]) for one in changes]


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
    query = f"""query ($after: ID!) {{
      changes(first: 100, after: $after, filter: {{municipality: "{CODE}"}}) {{ nodes {{ seq actor undoneBy {{ seq }} }} }} }}"""
    log = await ask(query, {"after": str(base)})
    assert driver.told(log.data["changes"]["nodes"]) == list(world.actors.items())[:100]
    undone = {one["seq"] - base for one in log.data["changes"]["nodes"] if one["undoneBy"]}
    assert undone == {seq for seq in world.undone if seq <= 100}
    open_twice = """MATCH (n:Assignment|StandIn|Confirmation|Report|Translation) WHERE n.toSeq = $p.open
      WITH n.key AS key, count(*) AS c WHERE c > 1 RETURN key"""
    assert await seeded.read(Statement("test", open_twice, {"open": OPEN_SEQ})) == []
