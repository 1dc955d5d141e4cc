"""How far an import over HTTP is, told while it is at it: server-sent events for whoever asks for them."""

from __future__ import annotations

import json
import sys
from typing import Any

import httpx
import pytest

from graph.announcing import announce, release
from graph.driver import Database
from server import errands
from tests.changes.conftest import digest
from tests.exchange_map.conftest import assignment, csv_of
from tests.exchange_map.test_over_http import DATA, SENT, code, http
from tests.logged import logged

__all__ = ["http"]
FOLLOWED = {**SENT, "accept": "text/event-stream"}
DIES = 'import sys; sys.stdin.buffer.read(); print(\'{"progress": "Half of it"}\', flush=True)'
HANGS = f"{DIES}; import time; time.sleep(60)"


def events(answered: httpx.Response) -> list[tuple[str, Any]]:
    """Read a stream: the name and the JSON of each event; a sign of life is an event without either."""
    found = []
    for block in answered.text.split("\n\n")[:-1]:
        lines = dict(line.split(":", 1) for line in block.splitlines())
        found.append((lines.get("event", "").strip(), json.loads(lines.get("data", "null"))))
    return found


async def test_whoever_asks_for_events_is_told_how_far_it_is_and_then_the_answer(http: httpx.AsyncClient) -> None:
    seen = await http.post("/exchange/preview", content=DATA, headers=FOLLOWED)
    assert (seen.status_code, seen.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    *told, (last, preview) = events(seen)
    assert [name for name, _ in told] == ["progress"] * 2
    assert [one["message"] for _, one in told] == [
        "Reading the file and the map",
        "1 rows read; comparing them with the map",
    ]
    assert (last, preview["status"], preview["body"]["counts"]["assignments"]["added"]) == ("answer", 200, 1)
    *_, (last, done) = events(await http.post("/exchange/import", content=DATA, headers=FOLLOWED))
    assert (last, done["status"], done["body"]["change"]) == ("answer", 200, {"seq": preview["body"]["seq"] + 1})
    plain = (await http.post("/exchange/import", content=DATA, headers=SENT)).json()
    assert plain["change"] is None or plain["repeated"], "it has been done"


async def test_the_last_event_has_the_status_that_the_answer_would_have_had(
    http: httpx.AsyncClient, database: Database
) -> None:
    wrong = csv_of("assignments", [assignment(role="nix")])
    *_, (last, answer) = events(await http.post("/exchange/import", content=wrong, headers=FOLLOWED))
    assert (last, answer["status"], answer["body"]["import"]["problems"][0]["value"]) == ("answer", 422, "nix")
    await announce(database, "somebody")
    before = await digest(database)
    try:
        *_, (_, busy) = events(await http.post("/exchange/import", content=DATA, headers=FOLLOWED))
        assert await digest(database) == before
    finally:
        await release(database, "somebody")
    assert (busy["status"], busy["headers"], busy["body"]["errors"][0]["extensions"]["code"]) == (
        503,
        {"retry-after": "5"},
        "BUSY",
    )


async def test_what_is_refused_before_anything_is_begun_is_no_stream(http: httpx.AsyncClient) -> None:
    for answered, status, expected in (
        (await http.post("/exchange/import?nix=1", content=DATA, headers=FOLLOWED), 400, "BAD_REQUEST"),
        (
            await http.post("/exchange/import", content=DATA, headers={**FOLLOWED, "x-rollegalleri-import": ""}),
            403,
            "HEADER_REQUIRED",
        ),
    ):
        assert (answered.status_code, code(answered)) == (status, expected)
        assert answered.headers["content-type"].startswith("application/json")


@pytest.fixture
def commanded(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Have other processes do the errands."""
    monkeypatch.setattr(errands, "KEEP_ALIVE_SECONDS", 0.2)
    return lambda code: monkeypatch.setattr(errands, "_COMMAND", (sys.executable, "-c", code))


async def test_an_errand_that_dies_is_told_of_either_way(http: httpx.AsyncClient, commanded: Any) -> None:
    commanded(DIES)
    plain = await http.post("/exchange/import", content=DATA, headers=SENT)
    assert (plain.status_code, code(plain)) == (500, "INTERNAL")
    *_, told, (last, answer) = events(await http.post("/exchange/import", content=DATA, headers=FOLLOWED))
    assert told == ("progress", {"message": "Half of it"})
    assert (last, answer["status"], answer["body"]["errors"][0]["extensions"]["code"]) == ("answer", 500, "INTERNAL")


async def test_what_nobody_foresaw_in_an_errand_is_in_the_log_under_its_reference_without_its_text(
    http: httpx.AsyncClient, commanded: Any
) -> None:
    commanded(
        "from graph_seed.exchange import errand\nasync def run(*_):\n  raise ValueError('Demo Hemmelig')\nerrand.run = run\nerrand.main()"
    )
    with logged("json", "info") as log:
        failed = await http.post("/exchange/import", content=DATA, headers=SENT)
    (entry,) = [
        line
        for line in map(json.loads, log.getvalue().splitlines())
        if line.get("code") == "INTERNAL" and "kind" in line
    ]
    reference = failed.json()["errors"][0]["extensions"]["reference"]
    assert (failed.status_code, entry["kind"], entry["reference"]) == (500, "ValueError", reference)
    assert reference == failed.headers["x-request-id"]
    assert "errand.py" in entry["trace"]
    assert "Hemmelig" not in log.getvalue() + failed.text


async def test_an_errand_that_takes_too_long_is_stopped_and_gives_signs_of_life_until_then(
    http: httpx.AsyncClient, commanded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    commanded(HANGS)
    monkeypatch.setattr(errands, "SECONDS", 1.5)
    plain = await http.post("/exchange/import", content=DATA, headers=SENT)
    assert (plain.status_code, code(plain)) == (503, "DEADLINE")
    *told, (last, answer) = events(await http.post("/exchange/import", content=DATA, headers=FOLLOWED))
    assert (last, answer["status"]) == ("answer", 503)
    assert ("", None) in told
    assert (await http.post("/exchange/preview", content=DATA, headers=SENT)).status_code == 503
