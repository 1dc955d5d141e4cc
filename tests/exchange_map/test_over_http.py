"""Over HTTP: files out, previews and imports in, by a process of their own; what no form and no other page can send."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from graph.announcing import announce, release
from graph.driver import Database, Statement
from graph_seed.exchange.errand import KINDS
from graph_seed.exchange.limits import LIMITS
from server.app import Application
from server.identity.identity import Operator
from tests.changes.conftest import digest
from tests.contract.planting import Garden
from tests.exchange_map.conftest import PLACE, assignment, csv_of, rows_of
from tests.server.conftest import BASE

DATA = csv_of("assignments", [assignment()])
SENT = {"content-type": KINDS["csv"], "x-rollegalleri-import": "1"}


@pytest.fixture
async def http(seeded: Database, database: Database, garden: Garden) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application; its errands connect to the same database."""
    transport = httpx.ASGITransport(Application(database, Operator(database)))
    async with httpx.AsyncClient(transport=transport, base_url=BASE, timeout=120) as client:
        yield client


async def test_the_map_goes_out_and_comes_back_unchanged(http: httpx.AsyncClient, database: Database) -> None:
    before = await digest(database)
    out = await http.get("/exchange/map.xlsx", params={"municipality": ["Læsø", "0101"]})
    assert (out.status_code, out.headers["content-type"]) == (200, KINDS["xlsx"])
    assert out.headers["content-disposition"] == 'attachment; filename="map.xlsx"'
    assert out.headers["cache-control"] == "no-store"
    back = await http.post("/exchange/import", content=out.content, headers={**SENT, "content-type": KINDS["xlsx"]})
    assert back.status_code == 200
    assert back.json()["change"] is None
    assert await digest(database) == before
    template = await http.get("/exchange/template.xlsx")
    assert template.content.startswith(b"PK")


async def test_a_preview_and_what_then_is_done(http: httpx.AsyncClient) -> None:
    seen = (await http.post("/exchange/preview", params={"file": "roller.csv"}, content=DATA, headers=SENT)).json()
    assert (seen["ok"], seen["file"], seen["rows"]) == (True, "roller.csv", 1)
    assert seen["counts"]["assignments"]["added"] == 1
    query = {"seq": seen["seq"], "plan": seen["plan"], "reason": "Ny"}
    done = (await http.post("/exchange/import", params=query, content=DATA, headers=SENT)).json()
    assert done["change"] == {"seq": seen["seq"] + 1}
    again = (await http.post("/exchange/import", params=query, content=DATA, headers=SENT)).json()
    assert (again["change"], again["repeated"]) == (done["change"], True)
    people = await http.get("/exchange/people.csv", params={"municipality": PLACE})
    assert "Demo Regnar Regnearksen" in {row["Name"] for row in rows_of(people.content)}
    ended = csv_of("assignments", [assignment(last_day="2027-01-31")])
    stale = await http.post("/exchange/import", params=query, content=ended, headers=SENT)
    assert (stale.status_code, stale.json()["errors"][0]["extensions"]["code"]) == (409, "CONFLICT")
    assert stale.json()["import"]["counts"]["assignments"]["ended"] == 1


async def test_what_is_wrong_with_rows_and_files_is_answered_with_all_of_it(
    http: httpx.AsyncClient, database: Database
) -> None:
    before = await digest(database)
    wrong = csv_of("assignments", [assignment(), assignment(role="nix")])
    answered = await http.post("/exchange/import", content=wrong, headers=SENT)
    assert (answered.status_code, code(answered)) == (422, "ROWS_REFUSED")
    (problem,) = answered.json()["import"]["problems"]
    assert {name: problem[name] for name in ("code", "row", "column", "value")} == {
        "code": "UNKNOWN_ROLE", "row": 3, "column": "Role code", "value": "nix",
    }  # fmt: skip
    empty = await http.post("/exchange/preview", content=b" ", headers=SENT)
    assert (empty.status_code, code(empty)) == (422, "FILE_EMPTY")
    assert await digest(database) == before


async def test_requests_that_are_refused(http: httpx.AsyncClient, database: Database) -> None:
    before = await digest(database)
    at = "/exchange/import"
    bare = {"content-type": KINDS["csv"]}
    cases = [
        (await http.post(at, content=DATA, headers=bare), 403, "HEADER_REQUIRED"),
        (
            await http.post(at, content=DATA, headers={**SENT, "content-type": "text/plain"}),
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (await http.post(at, content=DATA, headers={**SENT, "origin": "https://elsewhere.example"}), 403, "BAD_ORIGIN"),
        (await http.post(at, content=DATA, headers={**SENT, "host": "elsewhere.example"}), 421, "BAD_HOST"),
        (
            await http.post(at, content=DATA, headers={**SENT, "content-encoding": "gzip"}),
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (await http.post(at, content=b"x" * (LIMITS.file_bytes + 1), headers=SENT), 413, "TOO_LARGE"),
        (await http.post(f"{at}?seq=1", content=DATA, headers=SENT), 400, "BAD_REQUEST"),
        (await http.post(f"{at}?nix=1", content=DATA, headers=SENT), 400, "BAD_REQUEST"),
        (await http.post(f"{at}?key=", content=DATA, headers=SENT), 400, "BAD_KEY"),
        (await http.get(at), 405, "METHOD_NOT_ALLOWED"),
        (await http.post("/exchange/map.xlsx", headers=SENT), 405, "METHOD_NOT_ALLOWED"),
        (await http.get("/exchange/nix.csv"), 404, "NOT_FOUND"),
        (await http.get("/exchange/people.csv?municipality=Nowhere"), 400, "UNKNOWN_MUNICIPALITY"),
        (await http.get("/exchange/people.csv?at=2026-02-30"), 400, "BAD_DATE"),
    ]
    for answered, status, expected in cases:
        assert (answered.status_code, code(answered)) == (status, expected), answered.request.url
    (unknown,) = (await http.post(f"{at}?nix=1", content=DATA, headers=SENT)).json()["errors"]
    assert (unknown["extensions"]["field"], unknown["extensions"]["value"]) == ("nix", "1")
    assert await digest(database) == before


async def test_how_a_file_is_to_be_taken_is_looked_at_before_the_file_is(database: Database) -> None:
    read = []

    async def file() -> AsyncIterator[bytes]:
        read.append(True)
        yield DATA

    application = Application(database, Operator(database))
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        answered = await client.post("/exchange/import?seq=abc&plan=x", content=file(), headers=SENT)
    assert (answered.status_code, code(answered), answered.headers["connection"]) == (400, "BAD_REQUEST", "close")
    assert (read, answered.json()["errors"][0]["extensions"]["field"]) == ([], "seq")


async def test_two_at_a_time_and_the_third_comes_back_later(http: httpx.AsyncClient) -> None:
    first = [asyncio.create_task(http.get("/exchange/map.xlsx")) for _ in range(2)]
    await asyncio.sleep(0)
    third = await http.get("/exchange/people.csv")
    assert (third.status_code, code(third), third.headers["retry-after"]) == (503, "BUSY", "5")
    assert [answered.status_code for answered in await asyncio.gather(*first)] == [200, 200]
    assert (await http.get("/exchange/people.csv")).status_code == 200


async def test_an_announced_import_keeps_others_out_and_says_when_to_come_back(
    http: httpx.AsyncClient, database: Database
) -> None:
    await announce(database, "somebody")
    try:
        busy = await http.post("/exchange/import", content=DATA, headers=SENT)
        assert (busy.status_code, code(busy), busy.headers["retry-after"]) == (503, "BUSY", "5")
        document = 'mutation { confirm(input: {role: "YR kontaktperson", municipality: "0825"}) { __typename } }'
        kinds = {"content-type": "application/json", "accept": "application/graphql-response+json"}
        other = await http.post("/graphql", content=json.dumps({"query": document}), headers=kinds)
        assert (other.status_code, other.json()["errors"][0]["extensions"]["code"]) == (503, "BUSY")
        assert other.headers["retry-after"]
    finally:
        await release(database, "somebody")


async def test_the_actor_and_the_reason_stand_in_the_log(http: httpx.AsyncClient, database: Database) -> None:
    done = await http.post("/exchange/import", params={"reason": "Fra regneark"}, content=DATA, headers=SENT)
    text = "MATCH (c:Change {seq: $p.seq}) RETURN [c.operation, c.reason, c.actor]"
    operation, reason, actor = await database.value(Statement("test", text, done.json()["change"]))
    assert (operation, reason) == ("import", "Fra regneark")
    assert actor.startswith("local:")


def code(answered: httpx.Response) -> str:
    """The one error's code."""
    (error,) = answered.json()["errors"]
    return str(error["extensions"]["code"])
