"""Each way in has the same budget: over none of them does one caller get more, or hold what others need."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from graph.driver import Database
from server import exchange, graphql
from server.app import Application
from server.budget import Budgets
from server.identity.identity import Bearer
from tests.contract.conftest import Patient, seeded
from tests.exchange_map.test_over_http import DATA, SENT, code
from tests.identity.conftest import bearer, issuer
from tests.identity.issuer import Issuer
from tests.notice.conftest import SECONDS, Service, Socket, Stream, bare, served, streamed
from tests.security.intake import taken_in_one_at_a_time

__all__ = ["bearer", "issuer", "seeded"]
FOLLOW = 'subscription { answer(role: "Aftalegodkender", municipality: "Aarhus") { seq } }'
Serve = Callable[[Budgets], AbstractAsyncContextManager[Service]]
Files = Callable[[Budgets], httpx.AsyncClient]


@pytest.fixture
def serve(seeded: Database, bearer: Bearer, monkeypatch: pytest.MonkeyPatch) -> Serve:
    """The service with access control on, with these budgets; whoever has spent one is told at once."""
    monkeypatch.setattr(graphql, "REFUSED_SECONDS", 0.0)
    return lambda budgets: served(Patient(seeded), bearer, budgets)


@pytest.fixture
def one(issuer: Issuer) -> dict[str, str]:
    """A caller's header."""
    return {"authorization": f"Bearer {issuer.token()}"}


@pytest.fixture
def other(issuer: Issuer) -> dict[str, str]:
    """Another caller's."""
    return {"authorization": f"Bearer {issuer.token(sub='8d0f7780-8536-51ef-a55c-f18fc2f91bf8')}"}


@asynccontextmanager
async def begun(service: Service, who: dict[str, str]) -> AsyncIterator[Socket]:
    """A socket that is ready."""
    async with bare(service, additional_headers=who, max_queue=None) as client:
        await client.say(type="connection_init")
        assert await client.hear() == {"type": "connection_ack"}
        yield client


async def told(client: Socket, identities: set[str]) -> dict[str, Any]:
    """The first message for each of these: an error's code, or the kind of message."""
    found: dict[str, Any] = {}
    while found.keys() < identities:
        message = await client.hear()
        codes = [error["extensions"]["code"] for error in message["payload"]] if message["type"] == "error" else []
        found.setdefault(message["id"], codes[0] if codes else message["type"])
    return found


async def refusal(stream: Stream) -> tuple[int, str, str | None]:
    """How a stream was refused: status, code, and when to come back."""
    body = json.loads(await stream.reader.readexactly(int(stream.headers["content-length"])))
    (error,) = body["errors"]
    return stream.status, error["extensions"]["code"], stream.headers.get("retry-after")


@pytest.mark.parametrize("query", [FOLLOW, "{ __typename }", "{", "{ nothing }"])
async def test_a_flood_over_a_socket_is_refused_while_another_caller_is_answered(
    query: str, serve: Serve, one: dict[str, str], other: dict[str, str]
) -> None:
    async with serve(Budgets(rate=1, burst=8)) as service, begun(service, one) as flood, begun(service, other) as calm:
        names = {str(number) for number in range(40)}
        for name in names:
            await flood.follow(name, query)
        codes = list((await told(flood, names)).values())
        assert codes.count("RATE_LIMITED") >= 25
        assert len(codes) - codes.count("RATE_LIMITED") >= 4
        await calm.follow("a", query)
        assert (await told(calm, {"a"}))["a"] != "RATE_LIMITED"


@pytest.mark.parametrize("query", [FOLLOW, "{ __typename }", "{", "{ nothing }"])
async def test_a_flood_of_streams_is_refused_with_429_while_another_caller_is_answered(
    query: str, serve: Serve, one: dict[str, str], other: dict[str, str]
) -> None:
    async with serve(Budgets(rate=1, burst=2)) as service, AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(streamed(service, query, one))]
        assert streams[0].status != 429
        while streams[-1].status != 429:  # one more comes free each second, and a cold answer may take longer
            assert len(streams) < 30
            streams.append(await stack.enter_async_context(streamed(service, query, one)))
        status, code, after = await refusal(streams[-1])
        assert (status, code) == (429, "RATE_LIMITED")
        assert int(after or 0) >= 1
        calm = await stack.enter_async_context(streamed(service, query, other))
        assert calm.status != 429


async def test_whoever_follows_a_hundred_things_at_once_is_told_all_of_them(serve: Serve, one: dict[str, str]) -> None:
    async with serve(Budgets()) as service, begun(service, one) as client:
        names = {str(number) for number in range(100)}
        for name in names:
            await client.follow(name, FOLLOW)
        assert set((await told(client, names)).values()) == {"next"}


@pytest.mark.parametrize("way", ["sockets", "streams"])
async def test_documents_that_are_new_are_taken_in_one_at_a_time_by_every_way(
    way: str, serve: Serve, one: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = [FOLLOW.replace("seq }", f"{way}{number}: seq }}") for number in range(8)]
    async with (
        serve(Budgets(at_once=8)) as service,
        AsyncExitStack() as stack,
        taken_in_one_at_a_time(monkeypatch, 8),
    ):
        if way == "sockets":
            client = await stack.enter_async_context(begun(service, one))
            for number, document in enumerate(documents):
                await client.follow(str(number), document)
            assert set((await told(client, {str(number) for number in range(8)})).values()) == {"next"}
        else:
            asked = (stack.enter_async_context(streamed(service, document, one)) for document in documents)
            assert {stream.status for stream in await asyncio.gather(*asked)} == {200}


async def test_one_caller_has_so_many_subscriptions_and_no_more(
    serve: Serve, one: dict[str, str], other: dict[str, str]
) -> None:
    async with serve(Budgets(subscriptions=3)) as service, begun(service, one) as first, begun(service, one) as second:
        for client, names in ((first, {"a", "b"}), (second, {"c"})):
            for name in names:
                await client.follow(name, FOLLOW)
            assert set((await told(client, names)).values()) == {"next"}
        await second.follow("d", FOLLOW)
        assert await told(second, {"d"}) == {"d": "TOO_MANY_SUBSCRIPTIONS"}
        async with streamed(service, FOLLOW, one) as stream:
            assert await refusal(stream) == (429, "TOO_MANY_SUBSCRIPTIONS", "10")
        async with begun(service, other) as calm, streamed(service, FOLLOW, other) as stream:
            await calm.follow("a", FOLLOW)
            assert await told(calm, {"a"}) == {"a": "next"}
            assert stream.status == 200
        await first.say(id="a", type="complete")
        await service.until(lambda: service.application.subscriptions == 2)
        await second.follow("e", FOLLOW)
        assert await told(second, {"e"}) == {"e": "next"}


@pytest.mark.parametrize(("first", "next_"), [("/graphql", "/graphql"), ("/graphql", "/directory/graphql")])
async def test_one_caller_has_so_many_sockets_and_no_more(
    first: str, next_: str, serve: Serve, issuer: Issuer, one: dict[str, str]
) -> None:
    """At both addresses together."""
    async with serve(Budgets(sockets=2, sockets_without_token=2)) as service, AsyncExitStack() as stack:
        for path in (first, next_):  # which say nothing, so that they are their address's
            await stack.enter_async_context(bare(service, path))
        with pytest.raises(InvalidStatus) as refused:
            await stack.enter_async_context(bare(service, next_))
        response = refused.value.response
        assert (response.status_code, response.headers["retry-after"]) == (429, "10")
        assert json.loads(response.body or b"")["errors"][0]["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS"
        client = await stack.enter_async_context(begun(service, one))  # another caller
        await client.follow("a", FOLLOW)
        assert await told(client, {"a"}) == {"a": "next"}


async def test_a_socket_is_counted_for_whom_its_first_message_tells(serve: Serve, one: dict[str, str]) -> None:
    async with serve(Budgets(sockets=2, sockets_without_token=1)) as service, AsyncExitStack() as stack:
        for _ in range(2):  # each has left the address's place to the next
            client = await stack.enter_async_context(bare(service))
            await client.say(type="connection_init", payload=one)
            assert await client.hear() == {"type": "connection_ack"}
        third = await stack.enter_async_context(bare(service))
        await third.say(type="connection_init", payload=one)
        code, reason = await third.closed()
        assert (code, reason.startswith("Too many open connections of one caller")) == (1013, True)


@pytest.fixture
def files(database: Database, seeded: Database, bearer: Bearer, monkeypatch: pytest.MonkeyPatch) -> Files:
    """A client of the service with these budgets, whose errands connect to the same database."""
    monkeypatch.setattr(graphql, "REFUSED_SECONDS", 0.0)

    def client(budgets: Budgets) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(Application(database, bearer, budgets=budgets))
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=SECONDS * 2)

    return client


async def test_files_are_charged_to_their_caller_s_budget(
    files: Files, one: dict[str, str], other: dict[str, str]
) -> None:
    async with files(Budgets(rate=1, burst=50)) as http:
        assert (await http.get("/exchange/people.csv?at=nix", headers=one)).status_code == 400
        for _ in range(2):
            refused = await http.get("/exchange/people.csv", headers=one)
            assert (refused.status_code, code(refused)) == (429, "RATE_LIMITED")
            assert int(refused.headers["retry-after"]) >= 1
        assert (await http.post("/graphql", json={"query": "{ __typename }"}, headers=one)).status_code == 429
        assert (await http.get("/exchange/people.csv", headers=other)).status_code == 200


async def test_one_caller_has_one_file_at_a_time(files: Files, one: dict[str, str], other: dict[str, str]) -> None:
    async with files(Budgets()) as http:
        first = asyncio.create_task(http.get("/exchange/people.csv", headers=one))
        await asyncio.sleep(0.1)
        second = await http.get("/exchange/people.csv", headers=one)
        assert (second.status_code, code(second), second.headers["retry-after"]) == (503, "BUSY", "5")
        assert (await http.get("/exchange/people.csv", headers=other)).status_code == 200
        assert (await first).status_code == 200
        assert (await http.get("/exchange/people.csv", headers=one)).status_code == 200


async def test_a_file_that_comes_slowly_keeps_nobody_else_from_theirs(
    files: Files, issuer: Issuer, one: dict[str, str]
) -> None:
    rest = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield DATA[:10]
        await rest.wait()
        yield DATA[10:]

    async with files(Budgets()) as http:
        senders = [
            {"authorization": f"Bearer {issuer.token(sub=f'{number}' * 20)}"} for number in range(exchange.AT_ONCE)
        ]
        sending = [
            asyncio.create_task(http.post("/exchange/preview", content=slow(), headers={**SENT, **sender}))
            for sender in senders
        ]
        await asyncio.sleep(0.1)
        again = await http.get("/exchange/people.csv", headers=senders[0])
        assert (again.status_code, code(again)) == (503, "BUSY")
        assert (await http.get("/exchange/people.csv", headers=one)).status_code == 200
        rest.set()
        assert all(answered.status_code != 503 for answered in await asyncio.gather(*sending))
