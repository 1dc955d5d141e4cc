"""Every answer is a snapshot at one number (rule 3): while another process writes, never half of a change."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from graph.driver import Database
from graph.local import Connection
from graph.model import Arrow, Record, Thing
from resolvers.questions import places
from tests.contract.conftest import Ask
from tests.contract.planting import SECONDS, Garden

CODES = ("9801", "9802", "9803", "9804")
ROLES = ("role:yr-kontaktperson", "role:aftalegodkender")
HOLDERS = ("person:snapshot-even", "person:snapshot-odd")
READS = 40
ENOUGH = READS // 4
"""So many reads at least, and so many changes seen; how often the writer comes to write between two reads is up to the machine."""
FIRST_DAY = date(2000, 1, 1)


@pytest.fixture(autouse=True)
def one_region_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the region of these tests be one that can be asked for."""
    monkeypatch.setattr(places, "REGIONS", (*places.REGIONS, "Øjebliksland"))


def things() -> Iterator[Thing]:
    """Give municipalities of a region of their own, and two people who take over from each other."""
    for code in CODES:
        properties = {"code": code, "name": f"Øjeby {code}", "folded": f"oejeby {code}", "region": "Øjebliksland"}
        yield Thing("Municipality", f"municipality:{code}", properties)
    contacts = {"contactKinds": ("EMAIL",), "contactValues": ("a@b.example",), "contactClasses": ("PUBLIC",)}
    for key in HOLDERS:
        yield Thing("Person", key, {"name": key, "folded": key, "demo": True, **contacts})


def records(number: int) -> Iterator[Record]:
    """Give what change `number` records: every assignment and translation anew, all with its day, title and holder."""
    since = (FIRST_DAY + timedelta(days=number)).isoformat()
    for code in CODES:
        for role in ROLES:
            place = {"slot": f"{code}|{role}"}
            where = (Arrow("OF", role), Arrow("IN", f"municipality:{code}"))
            rest = f"{code}-{role.partition(':')[2]}"
            held = (*where, Arrow("HELD_BY", HOLDERS[number % 2]))
            yield Record("Assignment", f"assignment:snapshot-{rest}", since, "9999-12-31", place, held)
            title = {**place, "title": f"Titel {number}"}
            yield Record("Translation", f"translation:snapshot-{rest}", since, "9999-12-31", title, where)


def write(server: Connection, ready: Any, begin: Any, stop: Any) -> None:
    """Write change after change, in a process of its own, from `begin` to `stop`."""

    async def run() -> None:
        async with await Database.connect(server.uri, server.username, server.password, server.database) as database:
            garden = await Garden.open(database)
            await garden.plant(things=list(things()), records=list(records(0)))
            ready.set()
            await asyncio.to_thread(begin.wait, SECONDS)
            for number in count(1):
                if stop.is_set():
                    return
                await garden.plant(records=list(records(number)))

    asyncio.run(run())


FACTS = [
    f"{kind}:snapshot-{code}-{role.partition(':')[2]}"
    for kind in ("assignment", "translation")
    for code in CODES
    for role in ROLES
]
QUERY = """query ($ids: [ID!]!, $codes: [String!]!, $role: String) {
  places: municipalities(filter: {region: "Øjebliksland"}) { nodes {
    assignments { ...A } roles { translation { ...T } assignments { ...A } } } }
  nodes(ids: $ids) { seq ... on Fact { validFrom } ... on Assignment { ...A } ... on Translation { ...T } }
  assignments(first: 100, filter: {role: $role, region: "Øjebliksland"}) { totalCount nodes { ...A } }
  holders: people(filter: {role: $role, municipality: null}) { nodes { roles { ...A } } }
  responsibility(role: $role, municipalities: $codes) { localTitle accountable { ...A } }
}
fragment A on Assignment { seq validFrom holder { id } }
fragment T on Translation { seq validFrom title }"""


def found(value: Any) -> Iterator[dict[str, Any]]:
    """Give every record of a fact in an answer."""
    if isinstance(value, list):
        for item in value:
            yield from found(item)
    elif isinstance(value, dict):
        if "seq" in value and "validFrom" in value:
            yield value
        for item in value.values():
            yield from found(item)


def change_of(record: dict[str, Any]) -> int:
    """Tell which change recorded this, by everything that the change wrote into it."""
    number = (date.fromisoformat(record["validFrom"]) - FIRST_DAY).days
    if "holder" in record:
        assert record["holder"]["id"] == HOLDERS[number % 2]
    if "title" in record:
        assert record["title"] == f"Titel {number}"
    return number


async def test_while_another_process_writes_no_answer_has_half_of_a_change(
    ask: Ask, garden: Garden, neo4j_server: Connection
) -> None:
    processes = multiprocessing.get_context("spawn")
    ready, begin, stop = processes.Event(), processes.Event(), processes.Event()
    writer = processes.Process(target=write, args=(neo4j_server, ready, begin, stop))
    writer.start()
    try:
        assert await asyncio.to_thread(ready.wait, SECONDS)
        seen: list[int] = []
        asked = {"ids": FACTS, "codes": list(CODES), "role": ROLES[0]}
        await ask(QUERY, asked)  # planned before anything moves
        begin.set()
        ends = time.monotonic() + 5 * SECONDS
        while (len(seen) < READS or len(set(seen)) < ENOUGH) and writer.is_alive() and time.monotonic() < ends:
            data = (await ask(QUERY, asked)).data
            facts = list(found(data))
            # By place 8 assignments twice and 8 translations, all 16 by id, 4 assignments of the role, 8 of who holds
            # it, 4 of who answers for it.
            assert len(facts) == 8 + 8 + 8 + 16 + 4 + 8 + 4
            assert data["assignments"]["totalCount"] == 4
            (number,) = {change_of(fact) for fact in facts}
            assert {fact["seq"] for fact in facts} == {garden.seq + 1 + number}
            assert {answer["localTitle"] for answer in data["responsibility"]} == {f"Titel {number}"}
            seen.append(number)
    finally:
        stop.set()
        begin.set()
        await asyncio.to_thread(writer.join, SECONDS)
    assert writer.exitcode == 0
    assert seen == sorted(seen), "what was known is never forgotten by a later answer"
    assert len(set(seen)) >= ENOUGH, "the writer must write while the reads run"


async def test_a_change_is_seen_when_its_entry_in_the_log_is_found(ask: Ask, garden: Garden) -> None:
    """Readers may see a commit before the indexes have it: until they have the change itself, it does not count."""
    seq = await garden.plant(things=list(things()), records=list(records(0)))
    query = '{ municipalities(filter: {region: "Øjebliksland"}) { totalCount } changes(orderBy: SEQ_DESC, first: 1) { nodes { seq } } }'
    known = query.replace('"Øjebliksland"}', '"Øjebliksland"}, knownAt: "2026-12-01"')

    async def seen(query: str) -> tuple[int, int]:
        data = (await ask(query)).data
        return data["municipalities"]["totalCount"], data["changes"]["nodes"][0]["seq"]

    assert await seen(query) == (len(CODES), seq)
    await garden.run("MATCH (c:Change {seq: $p.seq}) SET c.seq = -$p.seq", seq=seq)
    try:
        assert await seen(query) == (0, seq - 1)
        assert (await seen(known))[0] == 0
    finally:
        await garden.run("MATCH (c:Change {seq: -$p.seq}) SET c.seq = $p.seq", seq=seq)
    assert await seen(query) == (len(CODES), seq)
