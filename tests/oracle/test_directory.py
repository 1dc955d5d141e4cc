"""The vendor directory, over the real graph, agrees with the oracle of an audience that is not shown every role."""

from typing import Any

from hypothesis import given, settings

from graph.driver import Database, Statement, Transaction
from graph.shape import OPEN_SEQ
from resolvers.context import Context, Viewer
from schema.directory.schema import engine
from schema.engine import Request
from tests.oracle.oracle import Oracle
from tests.oracle.planting import Planted
from tests.oracle.records import LEADER, OPEN, World
from tests.oracle.test_agreement import BUSY, DAY, TRIES
from tests.oracle.words import Answer, Step
from tests.oracle.world import EXAMPLES, SETTINGS, worlds

HIDDEN = frozenset({LEADER})
"""The drawn roles are ØiR's, and the mailbox is; the programme leader is not for vendors."""
VENDOR = Viewer("vendor", "vendor:kmd", vendor="vendor:kmd")
CONTACT = """
fragment C on Contact { role { id } municipality { id } outcome answeredBy { id } name others { name } since until
  next { from outcome name } lastConfirmed steps { kind role { id } } }
"""
ONE = "query One($role: String!, $place: String!, $at: Date) { contacts(role: $role, municipality: $place, at: $at) { ...C } }"
ALL = """query All($roles: [String!], $at: Date, $after: String) { customers(first: 60, roles: $roles, at: $at, after: $after) {
  nodes { municipality { id } contacts { ...C } } pageInfo { hasNextPage endCursor } } }"""
USE = f"""MATCH (e:ErpSystem {{key: 'erpSystem:opus'}}) UNWIND $p.places AS place MATCH (m:Municipality {{key: place}})
  CREATE (u:Usage {{key: 'usage:orakel-' + place, domain: 'FINANS', origin: 'api', validFrom: '2010-01-01', validTo: '{OPEN}',
    fromSeq: 0, toSeq: {OPEN_SEQ}}}) CREATE (u)-[:OF]->(e) CREATE (u)-[:BY]->(m)"""
NO_USE = "UNWIND $p.places AS place MATCH (u:Usage {key: 'usage:orakel-' + place}) DETACH DELETE u"


@settings(max_examples=max(EXAMPLES // 4, 1), print_blob=True, **SETTINGS)
@given(world=worlds(places=2), at=DAY)
async def test_the_directory_agrees_with_the_oracle(seeded: Database, world: World, at: str) -> None:
    planted = await Planted.plant(seeded, world)
    try:
        await write(seeded, USE, world)
        known = Oracle(world, world.changes, HIDDEN)
        roles = [role for role in world.roles if role not in HIDDEN]
        found: dict[str, list[dict[str, Any]]] = {}
        after = None
        while after is not None or not found:
            page = (await ask(seeded, planted, ALL, roles=roles, at=at, after=after))["customers"]
            found |= {node["municipality"]["id"]: node["contacts"] for node in page["nodes"]}
            after = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
        for place in world.codes:
            assert [told["role"]["id"] for told in found[place]] == roles
            for role, told in zip(roles, found[place], strict=True):
                check(known, world, told, role, place, at)
                assert (await ask(seeded, planted, ONE, role=role, place=place, at=at))["contacts"] == [told]
    finally:
        await write(seeded, NO_USE, world)
        await planted.clear(seeded, world)


def check(known: Oracle, world: World, told: dict[str, Any], role: str, place: str, at: str) -> None:
    answer = known.answer(role, place, at)
    assert told["outcome"] == answer.outcome
    assert [told["name"], *(one["name"] for one in told["others"])] == people(answer)
    assert [(step["kind"], step["role"]["id"]) for step in told["steps"]] == [(s.kind, s.role) for s in answer.steps]
    held = acts(answer)
    assert told["answeredBy"] == (held and {"id": held.role})
    assert told["since"] == (held and since(known, held, place, at))
    until = known.until(role, place, at)
    while until and who(known, until[1]) == who(known, answer):  # the same people by another assignment
        until = known.until(role, place, until[0])
    assert told["until"] == (until[0] if until else None)
    then = until and {"from": until[0], "outcome": until[1].outcome, "name": people(until[1])[0]}
    assert told["next"] == then
    assert told["lastConfirmed"] == (known.confirmed(held.role, place, at) if held else None)


def since(known: Oracle, held: Step, place: str, at: str) -> str:
    """Step back a fact at a time: of the same people in the same role, for as long as one was there the day before."""

    def begun(label: str, holder: str | None, covered: str | None) -> str:
        facts = [r for r in known.of(label, held.role, place) if (r.holder, r.covered) == (holder, covered)]
        day = at
        while earlier := [r.valid_from for r in facts if r.valid_from < day <= r.valid_to]:
            day = min(earlier)
        return day

    if held.kind == "HELD":
        return begun("Assignment", held.holder, None)
    return max(begun("Assignment", held.covers, None), begun("StandIn", held.holder, held.covers))


def who(known: Oracle, answer: Answer) -> tuple[object, ...]:
    holders = frozenset(r.holder for r in known.records if r.key in answer.accountable)
    return answer.outcome, holders, [(reach.holder, reach.as_what, reach.role) for reach in answer.reach]


def acts(answer: Answer) -> Step | None:
    """The step of whoever acts first."""
    return next((step for step in answer.steps if step.kind in ("HELD", "STAND_IN")), None)


def people(answer: Answer) -> list[str | None]:
    """Whom an answer names, the first first, who is nobody unless they act: here everybody is called by their key."""
    found: list[str | None] = [reach.holder for reach in answer.reach if reach.holder.startswith("person:")]
    first = acts(answer)
    if first is None or first.holder not in found:
        return [None, *found]
    found.remove(first.holder)
    return [first.holder, *found]


async def ask(database: Database, planted: Planted, document: str, **variables: object) -> dict[str, Any]:
    for _ in range(TRIES):
        result = await engine().execute(Request(document + CONTACT, variables), Context(database, VENDOR, planted.now))
        codes = {error["extensions"]["code"] for error in result.formatted.get("errors", ())}
        if not codes & BUSY:
            break
    assert not codes, result.formatted
    data: dict[str, Any] = result.formatted["data"]
    return data


async def write(database: Database, text: str, world: World) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.run(Statement("use", text, {"places": list(world.codes)}))

    await database.write(work, name="use", seconds=60.0, patience=30.0)
