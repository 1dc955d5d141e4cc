"""Whom a preview, an import and their refusals tell of is recorded: a file that asks for somebody is a look-up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from graph.driver import Database, Statement
from graph_seed.exchange.errand import KINDS
from server.app import Application
from server.identity.identity import Operator
from server.looks import Looks
from tests.changes.conftest import Change
from tests.changes.test_holding import appointed, person
from tests.changes.test_terminal import Terminal
from tests.exchange_map.conftest import PLACE, Row, assignment, csv_of
from tests.server.conftest import BASE

NAME = "Demo Anna Afprøvesen"
SENT = {"content-type": KINDS["csv"], "x-rollegalleri-import": "1"}
Recorded = list[tuple[str, list[str], set[str]]]


class Uploading:
    """Uploads files, and tells what was recorded of each."""

    def __init__(self, client: httpx.AsyncClient, database: Database, looks: Looks) -> None:
        self.client, self.database, self.looks = client, database, looks

    async def people(self, path: str, data: bytes, status: int = 200) -> set[str]:
        """Whom an upload showed, by the record of its own request."""
        answered = await self.client.post(f"/exchange/{path}", content=data, headers=SENT)
        assert answered.status_code == status, answered.text
        await self.looks.flush()
        found = [one for one in await recorded(self.database) if one[1] == [answered.headers["x-request-id"]]]
        assert all(operation == path for operation, _, _ in found)
        return set[str]().union(*(people for _, _, people in found))

    async def others(self, path: str, data: bytes, status: int = 200) -> set[str]:
        """The same without who holds what there: what the file does not speak of is told, too."""
        return await self.people(path, data, status) - await _holders(self.database)


async def recorded(database: Database) -> Recorded:
    """All that is recorded, the first first."""
    text = "MATCH (l:Look) MATCH (s:Shown {key: l.shown}) RETURN l.operation AS o, l.requests AS r, s.people AS p ORDER BY l.at"
    return [(row["o"], row["r"], set(row["p"])) for row in await database.read(Statement("test", text))]


@pytest.fixture
async def upload(seeded: Database, database: Database) -> AsyncIterator[Uploading]:
    looks = Looks(seeded)
    transport = httpx.ASGITransport(Application(database, Operator(database), looks=looks))
    async with httpx.AsyncClient(transport=transport, base_url=BASE, timeout=120) as client:
        yield Uploading(client, seeded, looks)
    await looks.close()


def people(**more: str | None) -> bytes:
    row: Row = {"name": NAME, "municipality": PLACE, **more}
    return csv_of("people", [row])


async def test_whom_a_row_finds(upload: Uploading, change: Change) -> None:
    key = await person(change, NAME)
    by_name = csv_of("assignments", [assignment(holder_name=NAME, holder_email=None)])
    assert await upload.others("preview", by_name) == {key}
    assert await upload.people("preview", people(email="anna@laesoe.example")) == {key}
    assert await upload.people("preview", people(key=key, name="Demo Guessed Wrong")) == {key}, (
        "it tells the present name"
    )
    assert await upload.people("import", people(key=key, unit="Økonomi")) == {key}


async def test_who_is_named_where_a_row_is_refused(upload: Uploading, change: Change) -> None:
    key = await person(change, NAME)
    guessed = csv_of("assignments", [assignment(holder_name="Demo Bo Kladdeby", holder_email="anna@laesoe.example")])
    assert await upload.others("preview", guessed) == {key}
    assert await upload.others("import", guessed, 422) == {key}
    other = csv_of("assignments", [assignment(holder_name="Demo Bo", holder_email=None, holder_key=key)])
    assert await upload.others("import", other, 422) == {key}
    keys = {key, await person(change, NAME)}
    both = csv_of("assignments", [assignment(holder_name=NAME, holder_email=None)])
    assert await upload.others("preview", both) == keys


async def test_who_holds_what_is_not_in_the_file(upload: Uploading, change: Change) -> None:
    key = await person(change, NAME)
    await appointed(change, key)
    shown = await upload.people("preview", csv_of("assignments", [assignment(role="yr-kontaktperson")]))
    assert key in shown
    assert shown <= await _holders(upload.database)


async def test_a_file_that_tells_of_nobody_is_not_recorded(upload: Uploading) -> None:
    new: Row = {"name": "Demo Regnar Regnearksen", "municipality": PLACE, "email": "regnar@laesoe.example"}
    assert await upload.people("preview", csv_of("people", [new, {**new, "unit": "B"}])) == set()
    assert await upload.people("preview", people(key="person:nobody")) == set()
    assert await upload.people("preview", b" ", 422) == set()
    assert await recorded(upload.database) == []


async def test_in_a_terminal(terminal: Terminal, seeded: Database, change: Change, tmp_path: Path) -> None:
    key = await person(change, NAME)
    file = tmp_path / "people.csv"
    file.write_bytes(people(key=key, unit="Økonomi"))
    assert (await terminal("import", str(file), "--preview")).returncode == 0
    assert (await terminal("import", str(file), "--yes")).returncode == 0
    assert await recorded(seeded) == [("preview", [], {key}), ("import", [], {key})]


async def _holders(database: Database) -> set[str]:
    text = "MATCH (p:Person)<-[:HELD_BY]-()-[:IN]->(:Municipality {code: $p.code}) RETURN DISTINCT p.key AS key"
    return {row["key"] for row in await database.read(Statement("test", text, {"code": PLACE}))}
