"""One DataLoader for each relation and each kind of fact, made anew for every request."""

from collections.abc import Awaitable, Callable
from typing import Any

from strawberry.dataloader import DataLoader

from graph.driver import Database, Statement

KNOWN = "{0}.fromSeq <= $p.seq AND {0}.toSeq > $p.seq"
VALID = "{0}.validFrom <= $p.at AND {0}.validTo > $p.at AND " + KNOWN
LATER = "{0}.validTo > $p.at AND " + KNOWN

_ASSIGNMENT = "a.key, a.validFrom, nullIf(a.validTo, '9999-12-31'), r.key, h.key"
_THINGS = "UNWIND $p.keys AS key MATCH (n:{0} {{key: key}}) RETURN key, [[{1}]] AS rows"
_BY_SLOT = "UNWIND $p.keys AS key MATCH {0} WHERE {1} RETURN key, collect([{2}]) AS rows"
_HELD = "(a:Assignment {slot: key})-[:HELD_BY]->(h)"
_HELD_ROW = "a.key, h.key, a.validFrom, a.validTo"

MANY: dict[str, str] = {
    "assignments_by_municipality": "UNWIND $p.keys AS key MATCH (:Municipality {key: key})<-[:IN]-(a:Assignment) WHERE "
    f"{VALID.format('a')} MATCH (a)-[:OF]->(r) MATCH (a)-[:HELD_BY]->(h) WITH key, a, r, h ORDER BY a.slot, a.validFrom, a.key "
    f"RETURN key, collect([{_ASSIGNMENT}]) AS rows",
    "assignments_by_slot": _BY_SLOT.format(_HELD, LATER.format("a"), _HELD_ROW),
    "history_by_slot": _BY_SLOT.format(_HELD, KNOWN.format("a"), _HELD_ROW),
    "stand_ins_by_slot": "UNWIND $p.keys AS key MATCH (s:StandIn {slot: key}) WHERE "
    f"{LATER.format('s')} MATCH (s)-[:HELD_BY]->(h) MATCH (s)-[:FOR]->(f) "
    "RETURN key, collect([s.key, f.key, h.key, s.validFrom, s.validTo]) AS rows",
    "vacancies_by_slot": _BY_SLOT.format(
        "(v:Vacancy {slot: key})", LATER.format("v"), "v.key, v.reason, v.validFrom, v.validTo"
    ),
    "translations_by_slot": _BY_SLOT.format(
        "(t:Translation {slot: key})",
        LATER.format("t"),
        "t.key, t.title, t.unit, head([(t)-[:CARRIED_BY]->(by) | by.key]), t.validFrom, t.validTo",
    ),
    "names_by_role": "UNWIND $p.keys AS key MATCH (:Role {key: key})<-[:NAMES]-(n:Name) WHERE n.kind = 'OFFICIAL' AND "
    f"{KNOWN.format('n')} RETURN key, collect([n.title, n.kind, n.validFrom, n.validTo]) AS rows",
    "escalations_by_role": "UNWIND $p.keys AS key MATCH (r:Role {key: key})<-[:FROM]-(e:Escalation)-[:TO]->(to) WHERE "
    f"{LATER.format('e')} RETURN key, collect([e.key, key, to.key, e.validFrom, e.validTo]) AS rows",
    "roles_by_task": "UNWIND $p.keys AS key MATCH (:Task {key: key})<-[:BY]-(d:Addressing)-[:TO]->(r:Role) WHERE "
    f"{VALID.format('d')} WITH key, r, d ORDER BY d.kind DESC, r.order, d.key RETURN key, collect([r.key]) AS rows",
}
"""Rows by key; no rows is an empty list."""

ONE: dict[str, str] = {
    "municipality": _THINGS.format("Municipality", "n.key, n.code, n.name"),
    "role": _THINGS.format("Role", "n.key, n.code"),
    "holder": "UNWIND $p.keys AS key OPTIONAL MATCH (p:Person {key: key}) OPTIONAL MATCH (m:Mailbox {key: key}) "
    "WITH key, coalesce(p, m) AS n WHERE n IS NOT NULL RETURN key, [[n.key, n.name, n.contactKinds, n.contactValues]] AS rows",
}
"""One row by key, or None."""


class Loaders:
    """A request's loaders, and its clock: `at` and `seq` are set by the root field before anything is loaded."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.at = ""
        self.seq = 0
        self._made: dict[str, DataLoader[str, Any]] = {}

    async def begin(self, at: str) -> None:
        """Set the clock."""
        self.at = at
        (row,) = await self.rows("seq", "MATCH (c:Counter {key: 'counter'}) RETURN c.seq")
        self.seq = row[0]

    async def rows(self, name: str, text: str, **parameters: Any) -> list[list[Any]]:
        """Run one statement."""
        given = {"at": self.at, "seq": self.seq, **parameters}
        return [
            list(record.values()) for record in await self._database.read(Statement(f"loaders:{name}", text, given))
        ]

    def of(self, name: str) -> DataLoader[str, Any]:
        """Give the loader of a relation."""
        if name not in self._made:
            self._made[name] = DataLoader(load_fn=self._load(name))
        return self._made[name]

    def _load(self, name: str) -> Callable[[list[str]], Awaitable[list[Any]]]:
        async def load(keys: list[str]) -> list[Any]:
            found = {row[0]: row[1] for row in await self.rows(name, MANY.get(name) or ONE[name], keys=keys)}
            if name in MANY:
                return [found.get(key, []) for key in keys]
            return [found[key][0] if key in found else None for key in keys]

        return load
