"""Two invented people and what happens to them: changes that make an answer another one, and changes that do not."""

from __future__ import annotations

from graph.model import Arrow, Record, Thing
from tests.contract.planting import Garden

ROLE = "role:aftalegodkender"
OTHER_ROLE = "role:yr-kontaktperson"
CODE, OTHER_CODE = "0751", "0101"
FROM = "2026-01-01"
ANNA, BENT = "person:notice-anna", "person:notice-bent"


def person(key: str) -> Thing:
    name = key.rpartition("-")[2].title() + " Afprøvet"
    contacts = {
        "contactKinds": ("EMAIL",),
        "contactValues": (f"{key[7:]}@prøve.example",),
        "contactClasses": ("PUBLIC",),
    }
    home = Arrow("BELONGS_TO", f"municipality:{CODE}")
    return Thing("Person", key, {"name": name, "folded": name.lower(), "demo": True, **contacts}, (home,))


def held(by: str, code: str = CODE, role: str = ROLE, since: str = FROM, until: str = "9999-12-31") -> Record:
    arrows = (Arrow("OF", role), Arrow("IN", f"municipality:{code}"), Arrow("HELD_BY", by))
    key = f"assignment:notice-{by[7:]}-{code}-{role[5:]}"
    return Record("Assignment", key, since, until, {"slot": f"{code}|{role}"}, arrows)


async def arrive(garden: Garden) -> int:
    """Both are known, and hold nothing yet."""
    return await garden.plant(things=[person(ANNA), person(BENT)])


async def rename(garden: Garden, key: str, name: str) -> None:
    """Edit a person, as a change of the log: current only (rule 4)."""
    await garden.run(
        "MATCH (c:Counter {key: 'counter'}) SET c.seq = c.seq + 1 WITH c.seq AS seq MATCH (p:Person {key: $p.key})"
        " SET p.name = $p.name, p.seq = seq"
        f" CREATE (:Change {{key: 'change:' + seq, seq: seq, at: '2026-11-15T10:00:00.000000Z', actor: 'test',"
        f" operation: 'test', kinds: ['PERSON'], municipalities: ['{CODE}']}})-[:TOUCHED]->(p) RETURN seq",
        key=key,
        name=name,
    )
