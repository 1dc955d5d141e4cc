"""Server-sent events: one operation for each connection, with the same doors as any other POST."""

from __future__ import annotations

import gc
import json

import pytest

from schema.engine import Request
from server import events
from tests.notice.conftest import Service, streamed
from tests.notice.test_answer import ANSWER
from tests.notice.test_sockets import MUTATION, QUERY


async def test_a_query_is_one_event_and_the_end(service: Service) -> None:
    async with streamed(service, QUERY) as stream:
        told = await stream.part()
        assert (told["event"], json.loads(told["data"])) == ("next", {"data": {"municipality": {"name": "Aarhus"}}})
        assert await stream.part() == {"event": "complete", "data": ""}
        assert await stream.part() == {}


async def test_a_name_that_is_not_there_is_told_and_the_stream_ends(service: Service) -> None:
    async with streamed(service, ANSWER, **{"in": "Andeby"}) as stream:
        assert await stream.part() == {"": ""}
        told = await stream.part()
        (error,) = json.loads(told["data"])["errors"]
        assert (told["event"], error["extensions"]["code"]) == ("next", "UNKNOWN_MUNICIPALITY")
        assert await stream.part() == {"event": "complete", "data": ""}
        assert await stream.part() == {}


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("subscription { answer { nothing } }", {}, 400),
        ("subscription {", {}, 400),
        (MUTATION, {}, 400),
        (ANSWER, {"content-type": "text/plain"}, 415),
        (ANSWER, {"origin": "http://attacker.example"}, 403),
        (ANSWER, {"host": "attacker.example"}, 421),
        (ANSWER, {"last-event-id": "yesterday"}, 400),
        (ANSWER, {"last-event-id": "3@2026-02-30"}, 400),
        (ANSWER, {"accept": "application/json"}, 200),  # of a subscription there is no single answer
    ],
)
async def test_what_is_no_stream_is_refused_as_json(
    query: str, headers: dict[str, str], status: int, service: Service
) -> None:
    async with streamed(service, query, headers) as stream:
        assert stream.status == status
        assert stream.headers["content-type"] == "application/json; charset=utf-8"
        body = json.loads(await stream.reader.readexactly(int(stream.headers["content-length"])))
        assert body["errors"][0]["extensions"]["code"]


async def test_what_was_asked_is_not_kept_for_as_long_as_its_stream_lasts(service: Service) -> None:
    async with streamed(service, ANSWER, unused="x" * 50_000) as stream:
        await stream.event()
        kept = [one for one in gc.get_objects() if type(one) is Request and "unused" in (one.variables or {})]
        assert kept == []


async def test_a_stream_without_events_is_kept_alive(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "KEEP_ALIVE_SECONDS", 0.2)
    async with streamed(service, ANSWER) as stream:
        await stream.event()
        assert [await stream.part() for _ in range(3)] == [{"": ""}] * 3


async def test_a_client_that_goes_is_forgotten(service: Service) -> None:
    async with streamed(service, ANSWER) as stream:
        await stream.event()
        assert service.application.subscriptions == 1
    await service.until(lambda: service.application.subscriptions == 0)
