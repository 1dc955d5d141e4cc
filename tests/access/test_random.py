"""Random rights and random actions: what is refused changes nothing, what is allowed is one's own, for as long as one cares to look."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from graph.driver import Database, Statement
from resolvers.context import PUBLIC, Viewer
from tests.access.conftest import KOMBIT, KOMBIT_EDITOR, As, municipality, vendor
from tests.changes.conftest import Change

STEPS = int(os.environ.get("ROLLEGALLERI_RIGHTS", "60"))
CODES = ("0751", "0101", "0825")
VIEWERS = [
    *(municipality(code) for code in CODES), *(municipality(code, edits=True) for code in CODES),
    *(municipality(code, edits=True) for code in CODES), KOMBIT, KOMBIT_EDITOR, PUBLIC, vendor("kmd"), vendor("eg"),
]  # fmt: skip
LOG = """MATCH (c:Change {seq: $p.seq}) RETURN c.actor AS actor, c.municipalities AS places, c.kinds AS kinds"""
STAMP = """MATCH (n) WHERE NOT n:Look AND NOT n:Shown
WITH count(n) AS nodes, sum(n.fromSeq) AS begun, sum(n.seq) AS last, sum(n.toSeq / 1000000) AS ended
MATCH ()-[r]->() WITH nodes, begun, last, ended, count(r) AS arrows RETURN [nodes, begun, last, ended, arrows]"""


class World:
    """What there is to act on: people and facts by the municipality that they belong to."""

    def __init__(self, people: dict[str, list[str]]) -> None:
        self.people = people
        self.facts: list[tuple[str, str]] = []
        self.changes: list[int] = []


def action(draw: random.Random, world: World) -> tuple[str, str, dict[str, Any]]:
    """A mutation, the municipality that it is about ("" for none), and its input."""
    code = draw.choice(CODES)
    role = draw.choice(["oir-finans-administrator", "oir-debitor-kontaktperson", "yr-kontaktperson"])
    day = f"20{draw.randint(27, 60)}-0{draw.randint(1, 9)}-01"
    here: dict[str, Any] = {"role": role, "municipality": code}
    person = draw.choice(world.people[code])
    actions: list[tuple[str, str, dict[str, Any]]] = [
        ("appoint", code, {**here, "person": person, "validFrom": day, "validTo": f"{day[:8]}2{draw.randint(0, 8)}"}),
        ("intendVacancy", code, {**here, "why": "Demo", "validFrom": day, "validTo": f"{day[:8]}2{draw.randint(0, 8)}"}),
        ("translate", code, {**here, "title": f"Demo {draw.random()}"}),
        ("changePerson", code, {"person": person, "jobTitle": f"Demo {draw.random()}"}),
        ("addPerson", code, {"name": "Demo Ny", "municipality": code}),
        ("useErpSystem", code, {"municipality": code, "erpSystem": draw.choice(["OPUS", "Prisme"]), "domain": "FINANS", "validFrom": day}),
        ("renameRole", "", {"role": role, "title": f"Demo {draw.random()}"}),
        ("reportContact", code, {**here, "comment": f"Demo {draw.random()}"}),
    ]  # fmt: skip
    if world.facts:
        where, fact = draw.choice(world.facts)
        actions += [("retract", where, {"fact": fact})] * 2
    if world.changes:
        actions.append(("undo", "?", {"change": draw.choice(world.changes)}))
    return draw.choice(actions)


def may(viewer: Viewer, mutation: str, where: str) -> bool:
    """The rule in words: editors their own, KOMBIT what is nobody's and ERP use, everybody but anybody a report."""
    if mutation == "reportContact":
        return viewer.audience in ("kombit", "municipality", "vendor")
    if not viewer.edits:
        return False
    if viewer.audience == "municipality":
        return mutation != "renameRole" and where in (viewer.municipality, "?")
    return mutation in ("renameRole", "useErpSystem") or (mutation in ("addPerson", "undo") and where in ("", "?"))


@pytest.mark.parametrize("seed", range(2))
async def test_nobody_ever_changes_what_is_not_theirs(seed: int, who: As, change: Change, seeded: Database) -> None:
    draw = random.Random(seed)
    text = "MATCH (p:Person)-[:BELONGS_TO]->(m) WHERE m.code IN $p.codes RETURN m.code AS code, collect(p.key) AS keys"
    found = await seeded.read(Statement("test", text, {"codes": list(CODES)}))
    world = World({row["code"]: sorted(row["keys"]) for row in found})
    told = {"done": 0, "refused": 0}
    for _ in range(STEPS):
        viewer, (mutation, where, given) = draw.choice(VIEWERS), action(draw, world)
        before = await seeded.value(Statement("test", STAMP))
        answer = await who.changes(viewer, mutation, **given)
        kind = answer["__typename"]
        if kind in ("NotAllowed", "InvalidInput", "Conflict"):
            assert await seeded.value(Statement("test", STAMP)) == before
            told["refused"] += kind == "NotAllowed"
        if not may(viewer, mutation, where):
            unknown = kind == "InvalidInput" and answer["code"] in ("UNKNOWN_FACT", "UNKNOWN_CHANGE")
            assert kind == "NotAllowed" or unknown, (viewer, mutation, given, dict(answer))
        if "change" in answer:
            (row,) = await seeded.read(Statement("test", LOG, {"seq": answer["change"]["seq"]}))
            assert row["actor"] == viewer.actor
            if mutation != "reportContact":
                own = [viewer.municipality] if viewer.municipality else []
                assert row["places"] == own or row["kinds"] == ["USAGE"]
                assert viewer.audience == "kombit" or row["places"] == own
            told["done"] += 1
            world.changes.append(answer["change"]["seq"])
            facts = "MATCH (c:Change {seq: $p.seq})-[:RECORDED]->(n:Assignment|Vacancy|Report)-[:IN]->(m) RETURN m.code AS code, n.key AS key"
            rows = await seeded.read(Statement("test", facts, {"seq": answer["change"]["seq"]}))
            world.facts += [(row["code"], row["key"]) for row in rows]
    assert told["done"] >= STEPS // 10
    assert told["refused"] >= STEPS // 4
