"""A token's end ends what it opened: sockets and streams; and who opened them is whom they are for."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from typing import cast

import pytest

from server.identity import lasting
from server.identity.identity import Bearer
from server.identity.jwks import KeySet
from tests.identity.conftest import send
from tests.identity.issuer import Issuer
from tests.notice.conftest import Service, Stream, bare, streamed

FOLLOW = 'subscription { answer(role: "Aftalegodkender", municipality: "Aarhus") { seq } }'
SHORT = 5


def short(issuer: Issuer) -> str:
    """A token for a few seconds: the service counts to its end exactly, whatever leeway new ones have."""
    now = int(time.time())
    return f"Bearer {issuer.token(iat=now - 60, exp=now + SHORT)}"


async def test_a_socket_ends_with_its_token(guarded: Service, issuer: Issuer) -> None:
    began = time.time()
    async with bare(guarded) as client:
        await client.say(type="connection_init", payload={"authorization": short(issuer)})
        assert await client.hear() == {"type": "connection_ack"}
        await client.follow("a", FOLLOW)
        await guarded.until(lambda: guarded.application.subscriptions == 1)
        code, reason = await client.closed()
        assert (code, "expired" in reason) == (4403, True)
    assert SHORT - 2 < time.time() - began < SHORT + 10
    assert guarded.application.subscriptions == 0


async def test_a_socket_opened_with_a_header_ends_too_and_the_first_message_goes_before_it(
    guarded: Service, issuer: Issuer
) -> None:
    async with bare(guarded, additional_headers={"Authorization": short(issuer)}) as client:
        await client.say(type="connection_init")
        assert await client.hear() == {"type": "connection_ack"}
        assert (await client.closed())[0] == 4403
    long = f"Bearer {issuer.token()}"
    async with bare(guarded, additional_headers={"Authorization": short(issuer)}) as client:
        await client.say(type="connection_init", payload={"Authorization": long})
        assert await client.hear() == {"type": "connection_ack"}
        await client.quiet(SHORT + 1)


async def test_a_stream_ends_with_its_token(guarded: Service, issuer: Issuer) -> None:
    async with streamed(guarded, FOLLOW, {"authorization": short(issuer)}) as stream:
        assert stream.status == 200
        assert stream.headers["x-request-id"]
        parts = [part async for part in parts_of(stream)]
        assert parts[-2:] == [{"": "the token has expired"}, {"event": "complete", "data": ""}]
    await guarded.until(lambda: guarded.application.subscriptions == 0)


async def test_what_a_token_opened_ends_when_its_key_is_withdrawn(
    guarded: Service, issuer: Issuer, bearer: Bearer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lasting, "AGAIN_SECONDS", 0.2)
    tokens = [f"Bearer {issuer.token(kid)}" for kid in ("ec", "rsa")]
    async with bare(guarded) as withdrawn, bare(guarded) as other:
        for client, token in zip((withdrawn, other), tokens, strict=True):
            await client.say(type="connection_init", payload={"authorization": token})
            assert await client.hear() == {"type": "connection_ack"}
        async with streamed(guarded, FOLLOW, {"authorization": tokens[0]}) as stream:
            await stream.event()
            await other.quiet(1)
            del issuer.keys["ec"]
            issuer.write()
            await cast("KeySet", bearer._tokens.keys).refresh()
            assert (await withdrawn.closed())[0] == 4403
            parts = [part async for part in parts_of(stream)]
            assert parts[-1] == {"event": "complete", "data": ""}
        await other.say(type="ping")
        assert await other.hear() == {"type": "pong"}
    await guarded.until(lambda: guarded.application.subscriptions == 0)


async def parts_of(stream: Stream) -> AsyncIterator[dict[str, str]]:
    """What comes up to the stream's end."""
    while part := await stream.part():
        yield part


async def test_a_socket_may_be_opened_once(guarded: Service, issuer: Issuer) -> None:
    async with bare(guarded) as client:
        await client.say(type="connection_init", payload={"authorization": f"Bearer {issuer.token()}"})
        assert await client.hear() == {"type": "connection_ack"}
        await client.say(type="connection_init", payload={"authorization": f"Bearer {issuer.token()}"})
        assert (await client.closed())[0] == 4429


async def test_every_answer_has_an_id_in_a_header_and_none_in_its_body(guarded: Service) -> None:
    body = json.dumps({"query": "{ nothingOfThisName }"}).encode()
    first = await send(guarded, "POST", "/graphql", body, Content_Type="application/json")
    second = await send(guarded, "POST", "/graphql", body, Content_Type="application/json")
    assert first.body == second.body
    assert first.header("x-request-id") != second.header("x-request-id")
    for method, target in (("GET", "/healthz/live"), ("GET", "/nowhere"), ("OPTIONS", "/graphql"), ("PUT", "/graphql")):
        assert (await send(guarded, method, target)).header("x-request-id")
