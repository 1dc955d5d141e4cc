"""graphql-transport-ws as its protocol says, and no page of another origin, no odd message and no idler gets further."""

from __future__ import annotations

import json
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from server import websocket
from server.notice import hub
from tests.notice.conftest import Service, bare, opened
from tests.notice.test_answer import ANSWER

QUERY = 'query Name { municipality(name: "0751") { name } }'
MUTATION = 'mutation { confirm(input: {role: "Aftalegodkender", municipality: "0751"}) { __typename } }'


async def test_a_query_is_answered_once(service: Service) -> None:
    async with opened(service) as client:
        await client.follow("q", QUERY)
        data = {"data": {"municipality": {"name": "Aarhus"}}}
        assert await client.hear() == {"id": "q", "type": "next", "payload": data}
        assert await client.hear() == {"id": "q", "type": "complete"}
        await client.follow("q", QUERY)  # the id is free again
        assert (await client.hear())["type"] == "next"


async def test_a_mutation_is_refused_and_nothing_is_written(service: Service) -> None:
    async with opened(service) as client:
        await client.follow("m", MUTATION)
        message = await client.hear()
        assert (message["id"], message["type"]) == ("m", "error")
        assert message["payload"][0]["extensions"]["code"] == "ONLY_QUERIES"


WRONG = {
    "subscription { answer { nothing } }": "VALIDATION_FAILED",
    "subscription { answer(role: }": "SYNTAX_ERROR",
    'subscription { answer(role: "Andeprogramleder", municipality: "0751") { seq } }': "UNKNOWN_ROLE",
    'subscription { answer(municipality: "0751") { seq } }': "CONTRADICTION",
    'subscription { answer(role: "Aftalegodkender", after: -1) { seq } }': "BAD_NUMBER",
    'subscription { answer(role: "Aftalegodkender", after: 1, afterDay: "2026-02-30") { seq } }': "BAD_DATE",
    'subscription { answer(role: "Aftalegodkender", afterDay: "2026-11-30") { seq } }': "CONTRADICTION",
    'subscription { a: answer(role: "Aftalegodkender") { seq } b: cells { seq } }': "VALIDATION_FAILED",
}


@pytest.mark.parametrize("query", WRONG)
async def test_a_subscription_that_cannot_be_is_refused_with_its_code_and_the_socket_stays(
    query: str, service: Service
) -> None:
    async with opened(service) as client:
        await client.follow("s", query)
        message = await client.hear()
        assert (message["id"], message["type"]) == ("s", "error")
        assert message["payload"][0]["extensions"]["code"] == WRONG[query]
        await client.follow("s", ANSWER)
        assert (await client.event("s"))["answers"]


async def test_a_completed_subscription_is_told_nothing_more(service: Service) -> None:
    async with opened(service) as client:
        await client.follow("a", ANSWER)
        await client.event("a")
        await client.say(id="a", type="complete")
        await client.say(id="unheard of", type="complete")
        await client.follow("a", ANSWER)  # else it were a duplicate
        assert (await client.event("a"))["answers"]


async def test_pings_are_answered_and_pongs_taken(service: Service) -> None:
    async with opened(service) as client:
        await client.say(type="pong")
        await client.say(type="ping", payload={"any": "thing"})
        assert await client.hear() == {"type": "pong"}


SUBSCRIBE = {"id": "a", "type": "subscribe", "payload": {"query": ANSWER}}
BAD: list[tuple[Any, int]] = [
    ("not JSON", 4400),
    ("[1]", 4400),
    ("null", 4400),
    ('{"type": "\\ud800"}', 4400),
    ("[" * 5000, 4400),
    (b"\x00\xff", 4400),
    ({}, 4400),
    ({"type": ["subscribe"]}, 4400),
    ({"type": "start", "id": "1", "payload": {"query": QUERY}}, 4400),
    ({"type": "connection_init", "payload": 3}, 4400),
    ({"type": "connection_init"}, 4429),
    ({"type": "ping", "payload": []}, 4400),
    ({"type": "complete"}, 4400),
    ({"type": "subscribe", "payload": {"query": QUERY}}, 4400),
    ({**SUBSCRIBE, "id": 7}, 4400),
    ({**SUBSCRIBE, "id": ""}, 4400),
    ({**SUBSCRIBE, "id": "x" * 101}, 4400),
    ({**SUBSCRIBE, "payload": None}, 4400),
    ({**SUBSCRIBE, "payload": {"query": 1}}, 4400),
    ({**SUBSCRIBE, "payload": {"query": QUERY, "variables": [1]}}, 4400),
    ({**SUBSCRIBE, "payload": {"query": "#" * 64_000}}, 1009),
]


@pytest.mark.parametrize(("message", "code"), BAD, ids=lambda one: repr(one)[:40])
async def test_a_bad_message_closes_its_socket_with_a_reason_and_no_other(
    message: Any, code: int, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(service) as other, opened(service) as client:
        await client.connection.send(message if isinstance(message, str | bytes) else json.dumps(message))
        closed, reason = await client.closed()
        assert closed == code
        assert reason
        await other.say(type="ping")
        assert await other.hear() == {"type": "pong"}
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_nothing_is_answered_before_the_beginning(service: Service) -> None:
    async with bare(service) as client:
        await client.say(**SUBSCRIBE)
        assert (await client.closed())[0] == 4401


async def test_who_does_not_begin_is_closed(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "INIT_SECONDS", 0.3)
    async with bare(service) as client:
        await client.say(type="ping")
        assert await client.hear() == {"type": "pong"}
        assert await client.closed() == (4408, "Connection initialisation timeout")


async def test_an_id_that_is_in_use_closes(service: Service) -> None:
    async with opened(service) as client:
        await client.follow("a", ANSWER)
        assert (await client.event("a"))["answers"]
        await client.follow("a", ANSWER)
        assert await client.closed() == (4409, "Subscriber for a already exists")


@pytest.mark.parametrize("subprotocols", [None, [Subprotocol("graphql-ws")]])
async def test_another_subprotocol_is_not_spoken(subprotocols: list[Subprotocol] | None, service: Service) -> None:
    async with bare(service, subprotocols=subprotocols) as client:
        code, reason = await client.closed()
        assert (code, reason) == (4406, "Subprotocol not acceptable: expected graphql-transport-ws")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"origin": Origin("http://attacker.example")}, 403, "BAD_ORIGIN"),
        ({"origin": Origin("http://127.0.0.1:1")}, 403, "BAD_ORIGIN"),
        ({"origin": Origin("null")}, 403, "BAD_ORIGIN"),
    ],
)
async def test_a_page_of_another_origin_gets_no_socket(
    headers: dict[str, Any], status: int, code: str, service: Service
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with bare(service, **headers):
            pass
    response = refused.value.response
    assert response.status_code == status
    assert json.loads(response.body or b"")["errors"][0]["extensions"]["code"] == code


async def test_a_page_of_our_own_gets_one(service: Service) -> None:
    async with opened(service, origin=Origin(f"http://127.0.0.1:{service.port}")) as client:
        await client.say(type="ping")
        assert await client.hear() == {"type": "pong"}


async def test_there_is_an_end_to_what_one_socket_and_one_process_carry(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MOST", 3)
    monkeypatch.setattr(websocket, "MOST_OPERATIONS", 2)
    async with opened(service) as one, opened(service) as two:
        for client, identity in ((one, "a"), (one, "b"), (two, "c")):
            await client.follow(identity, ANSWER)
            assert (await client.event(identity))["answers"]
        for client in (one, two):
            await client.follow("more", ANSWER)
            message = await client.hear()
            assert (message["id"], message["type"]) == ("more", "error")
            assert message["payload"][0]["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS"
        monkeypatch.setattr(websocket, "MOST_SOCKETS", 2)
        with pytest.raises(InvalidStatus) as refused:
            async with bare(service):
                pass
        assert refused.value.response.status_code == 503
        await one.say(id="a", type="complete")
        await two.follow("now", ANSWER)
        assert (await two.event("now"))["answers"]
