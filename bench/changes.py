"""Single changes side by side: through the gallery (checked, logged, answered), and the bare Cypher that writes the same.

The bare statement takes the same lock, writes the same log entry with the same properties, and the same records with
their arrows, in one statement and one transaction over the same driver: the least that such a write can cost. What the
gallery does besides is to look names up, to check every rule, and to answer with what was asked for.

A change is decided over what is said of its place, so the changes go round all places: in one place alone they would be
decided over hundreds of facts after a few seconds, which no place has.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from time import monotonic
from typing import Any, Final

import uvloop

from bench.database import Running, report
from bench.imports import ROLES
from graph.driver import Database, Statement, Transaction
from resolvers.context import Context
from schema.engine import Request
from schema.gallery.schema import engine

WANTED: Final = 0.6
WARM_SECONDS: Final = 8.0
_LOG: Final = """\
MERGE (counter:Counter {key: 'counter'}) SET counter.seq = counter.seq + 1
WITH counter.seq AS seq
CREATE (c:Change {key: 'change:' + seq, seq: seq, at: $p.at, actor: $p.actor, operation: $p.operation, reason: $p.reason,
  kinds: $p.kinds, municipalities: [$p.code], operationId: $p.operationId, inputHash: $p.hash, outcome: $p.outcome, edits: []})
WITH c, seq"""
_NEW: Final = """\
MATCH (r:Role {key: $p.role}) MATCH (m:Municipality {key: $p.place}) MATCH (h:Person {key: $p.person})
CREATE (c)-[:RECORDED]->(n:Assignment {key: $p.key, slot: $p.slot, validFrom: $p.from, validTo: $p.to, fromSeq: seq,
  toSeq: 9007199254740991, origin: 'api'})
CREATE (n)-[:OF]->(r) CREATE (n)-[:IN]->(m) CREATE (n)-[:HELD_BY]->(h)"""
APPOINT: Final = f"{_LOG}\n{_NEW}\nRETURN seq"
VACATE: Final = f"""{_LOG}
MATCH (r:Role {{key: $p.role}}) MATCH (m:Municipality {{key: $p.place}})
CREATE (c)-[:RECORDED]->(n:Vacancy {{key: $p.key, slot: $p.slot, validFrom: $p.from, validTo: $p.to, fromSeq: seq,
  toSeq: 9007199254740991, origin: 'api', reason: $p.by}})
CREATE (n)-[:OF]->(r) CREATE (n)-[:IN]->(m)
RETURN seq"""
_APPOINT: Final = """mutation ($i: AppointInput!) { appoint(input: $i) {
  ... on AssignmentChanged { change { seq } } ... on InvalidInput { message } } }"""
_VACATE: Final = """mutation ($i: IntendVacancyInput!) { intendVacancy(input: $i) {
  ... on VacancyChanged { change { seq } } ... on InvalidInput { message } } }"""


@dataclass(slots=True)
class Kind:
    """One kind of change, and how many of it a second were made in each way."""

    name: str
    query: str
    bare: str
    kinds: tuple[str, ...]
    ours_rate: float = 0.0
    bare_rate: float = 0.0

    @property
    def ratio(self) -> float:
        """The gallery's rate as a share of the bare one's."""
        return self.ours_rate / self.bare_rate if self.bare_rate else 0.0


def measure(running: Running, rounds: int, seconds: float) -> list[Kind]:
    """Measure both ways of each kind in turn."""
    return uvloop.run(_measure(running, rounds, seconds))


async def _measure(running: Running, rounds: int, seconds: float) -> list[Kind]:
    kinds = [
        Kind("appoint", _APPOINT, APPOINT, ("ASSIGNMENT",)),
        Kind("intendVacancy", _VACATE, VACATE, ("VACATEATION",)),
    ]
    async with await Database.connect(running.uri, running.username, running.password) as database:
        maker = _Maker(database)
        await maker.begin()
        for kind in kinds:  # plans are made, the Java machine compiles what is hot
            await _rate(lambda kind=kind: maker.ours(kind), WARM_SECONDS)  # type: ignore[misc]
            await _rate(lambda kind=kind: maker.bare(kind), WARM_SECONDS)  # type: ignore[misc]
        for number in range(1, rounds + 1):
            for kind in kinds:
                kind.ours_rate += await _rate(lambda kind=kind: maker.ours(kind), seconds) / rounds  # type: ignore[misc]
                kind.bare_rate += await _rate(lambda kind=kind: maker.bare(kind), seconds) / rounds  # type: ignore[misc]
            report(f"Round {number} of {rounds}")
    return kinds


async def _rate(make: Callable[[], Awaitable[None]], seconds: float) -> float:
    started, count = monotonic(), 0
    while (gone := monotonic() - started) < seconds:
        await make()
        count += 1
    return count / gone


class _Maker:
    """Makes changes, each of a period of its own, so that none is refused."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.people: list[str] = []
        self.places: list[tuple[str, str]] = []
        self.number = 0

    async def begin(self) -> None:
        roles = {"roles": [f"role:{role}" for role in ROLES]}
        people = """MATCH (p:Person) WHERE NOT EXISTS { MATCH (p)<-[:HELD_BY]-()-[:OF]->(r:Role) WHERE r.key IN $p.roles }
          RETURN p.key AS key ORDER BY key LIMIT 500"""
        places = """MATCH (r:Role) WHERE r.key IN $p.roles MATCH (m:Municipality)
          WHERE NOT EXISTS { MATCH (v:Vacancy {slot: m.code + '|' + r.key}) }
          RETURN r.code AS role, m.code AS municipality ORDER BY municipality, role"""
        self.people = [row["key"] for row in await self.database.read(Statement("bench", people, roles))]
        found = await self.database.read(Statement("bench", places, roles))
        self.places = [(row["role"], row["municipality"]) for row in found]

    def _next(self) -> tuple[str, str, str, str, str]:
        """Give role, municipality, person and period: one day in some year to come, each place in turn."""
        self.number += 1
        turn, place = divmod(self.number, len(self.places))
        since = date(2031, 1, 1) + timedelta(days=turn)
        person = self.people[turn % len(self.people)]
        return (*self.places[place], person, since.isoformat(), (since + timedelta(1)).isoformat())

    async def ours(self, kind: Kind) -> None:
        role, code, person, since, until = self._next()
        given: dict[str, Any] = {"role": role, "municipality": code, "reason": "bench"}
        given |= {"validFrom": since, "validTo": until}
        given |= {"person": person} if kind.name == "appoint" else {"why": secrets.token_hex(4)}
        result = await engine().execute(Request(kind.query, {"i": given}), Context.local(self.database))
        if result.errors or "change" not in (result.data or {}).get(kind.name, {}):
            raise RuntimeError(f"{kind.name}: {result.formatted}")

    async def bare(self, kind: Kind) -> None:
        role, code, person, since, until = self._next()
        key = f"role:{role}"
        params = {
            "at": "2026-12-01T00:00:00.000000Z", "actor": "local:bench", "operation": kind.name, "reason": "bench",
            "kinds": list(kind.kinds), "code": code, "operationId": secrets.token_hex(16), "hash": secrets.token_hex(16),
            "outcome": "x" * 300, "role": key, "place": f"municipality:{code}", "person": person,
            "key": f"bench:{secrets.token_hex(8)}", "slot": f"{code}|{key}", "from": since, "to": until, "by": secrets.token_hex(4),
        }  # fmt: skip

        async def work(transaction: Transaction) -> None:
            await transaction.run(Statement("bench", kind.bare, params))

        await self.database.write(work, name="bench")
