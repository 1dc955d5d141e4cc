"""A bad token is refused wherever a token is taken, always by the same answer; it is never taken for no token."""

from __future__ import annotations

import asyncio
import json
import logging
from urllib.parse import quote

import pytest
from websockets.exceptions import InvalidStatus

from graph.driver import Database, Statement
from graph_seed.exchange.errand import KINDS
from server.identity.claims import Claims
from tests.identity.bad import bad_tokens, bad_where_no_organisation_is_listed
from tests.identity.conftest import MANY, Answer, bearer_of, send
from tests.identity.issuer import AARHUS, BY_CODE, BY_KEY, READER, Issuer
from tests.notice.conftest import Service, bare, served

QUERY = '{ municipality(name: "Aarhus") { name } }'
BODY = json.dumps({"query": QUERY}).encode()
FOLLOW = json.dumps(
    {"query": 'subscription { answer(role: "Aftalegodkender", municipality: "0751") { seq } }'}
).encode()
JSON = {"Content_Type": "application/json"}
DIRECTORY = "/directory/graphql"
WAYS = {
    "POST": ("POST", "/graphql", BODY, JSON),
    "POST, newer type": ("POST", "/graphql", BODY, {**JSON, "Accept": "application/graphql-response+json"}),
    "GET": ("GET", f"/graphql?query={quote(QUERY)}", b"", {}),
    "the page": ("GET", "/graphql", b"", {"Accept": "text/html"}),
    "events": ("POST", "/graphql", FOLLOW, {**JSON, "Accept": "text/event-stream"}),
    "the directory, POST": ("POST", DIRECTORY, b'{"query": "{ __typename }"}', JSON),
    "the directory, GET": ("GET", f"{DIRECTORY}?query={quote('{ __typename }')}", b"", {}),
    "the directory, events": (
        "POST",
        DIRECTORY,
        b'{"query": "{ __typename }"}',
        {**JSON, "Accept": "text/event-stream"},
    ),
    "export": ("GET", "/exchange/map.xlsx", b"", {}),
    "import": ("POST", "/exchange/import", b"a", {"Content_Type": KINDS["csv"], "X_Rollegalleri_Import": "1"}),
}


TAKEN = (
    "POST",
    "POST, newer type",
    "GET",
    "the page",
    "the directory, POST",
    "the directory, GET",
)


async def ask(service: Service, way: str, authorization: str | None) -> Answer:
    method, target, body, headers = WAYS[way]
    given = {} if authorization is None else {"Authorization": authorization}
    return await send(service, method, target, body, **headers, **given)


def test_there_are_enough_of_them(issuer: Issuer) -> None:
    names = [name for name, _ in bad_tokens(issuer)]
    assert len(names) == len(set(names)) >= 40


async def test_a_good_one_is_taken_everywhere(guarded: Service, issuer: Issuer) -> None:
    for kid in issuer.keys:
        for way in TAKEN:
            assert (await ask(guarded, way, f"bearer  {issuer.token(kid)}")).status == 200, (kid, way)


async def test_every_bad_one_gets_the_same_answer_by_http(
    guarded: Service, issuer: Issuer, statements: list[Statement], caplog: pytest.LogCaptureFixture
) -> None:
    await ask(guarded, "POST", f"Bearer {issuer.token()}")  # so that it is known which municipalities there are
    statements.clear()
    seen: dict[str, Answer] = {}
    bodies, ids = set(), set()
    with caplog.at_level(logging.INFO, "rollegalleri"):
        for name, authorization in bad_tokens(issuer):
            for way in WAYS:
                answer = await ask(guarded, way, authorization)
                first = seen.setdefault(way, answer)
                assert answer.but_for_its_id == first.but_for_its_id, (name, way)
                bodies.add(answer.body)
                ids.add(answer.header("x-request-id"))
    assert len(bodies) == 1
    assert len(ids) == len(bad_tokens(issuer)) * len(WAYS)
    assert {statement.name for statement in statements} <= {"speakers"}
    for answer in seen.values():
        assert (answer.status, answer.header("www-authenticate")) == (401, "Bearer")
        assert answer.header("cache-control") == "no-store"
        (error,) = json.loads(answer.body)["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED"
    assert issuer.token()[:20] not in caplog.text


@pytest.mark.parametrize("claims", [BY_CODE, BY_KEY], ids=["by its code", "by its key"])
async def test_an_issuer_that_names_the_municipality_has_to_tell_a_professional_identity_too(
    seeded: Database, issuer: Issuer, claims: Claims
) -> None:
    async with served(seeded, bearer_of(seeded, issuer, claims), MANY) as service:
        assert (await ask(service, "POST", f"Bearer {issuer.token()}")).status == 200
        refused = await ask(service, "POST", "Bearer x")
        for name, authorization in bad_where_no_organisation_is_listed(issuer):
            assert (await ask(service, "POST", authorization)).but_for_its_id == refused.but_for_its_id, name
    assert refused.status == 401


@pytest.mark.parametrize("path", ["/graphql", DIRECTORY])
async def test_every_bad_one_gets_the_same_answer_by_websocket(guarded: Service, issuer: Issuer, path: str) -> None:
    by_post = await ask(guarded, "POST", "Bearer x")
    for name, authorization in bad_tokens(issuer):
        async with bare(guarded, path) as client:
            await client.say(type="connection_init", payload={"Authorization": authorization})
            assert await client.closed() == (4403, "Forbidden: the token is not accepted"), name
        if authorization.isascii() and "\n" not in authorization and len(authorization) < 8_000:
            with pytest.raises(InvalidStatus) as refused:
                async with bare(guarded, path, additional_headers={"Authorization": authorization}):
                    pass
            assert (refused.value.response.status_code, refused.value.response.body) == (401, by_post.body), name


@pytest.mark.parametrize("payload", [{"authorization": None}, {"authorization": 1}, {"authorization": ["Bearer x"]},
                                     {"authorization": "Bearer x", "Authorization": "Bearer y"}])  # fmt: skip
async def test_what_is_no_text_is_a_bad_token_too(guarded: Service, payload: dict[str, object]) -> None:
    async with bare(guarded) as client:
        await client.say(type="connection_init", payload=payload)
        assert (await client.closed())[0] == 4403


async def test_two_headers_are_no_token(guarded: Service, issuer: Issuer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", guarded.port)
    header = f"Authorization: Bearer {issuer.token()}\r\n"
    host = f"Host: 127.0.0.1:{guarded.port}\r\nConnection: close\r\n"
    writer.write(f"GET /graphql?query={quote(QUERY)} HTTP/1.1\r\n{host}{header}{header}\r\n".encode())
    assert (await reader.readline()).split()[1] == b"401"
    writer.close()


async def test_without_a_token_one_is_anybody_but_not_at_the_exchange(guarded: Service) -> None:
    for way in TAKEN:
        assert (await ask(guarded, way, None)).status == 200
    refused = [await ask(guarded, way, None) for way in ("export", "import")]
    bad = [await ask(guarded, way, "Bearer x") for way in ("export", "import")]
    assert [answer.but_for_its_id for answer in refused] == [answer.but_for_its_id for answer in bad]
    async with bare(guarded) as client:
        await client.say(type="connection_init")
        assert await client.hear() == {"type": "connection_ack"}


async def test_what_a_token_does_not_allow_at_the_exchange(guarded: Service, issuer: Issuer) -> None:
    reader = f"Bearer {issuer.token(rights=[{'role': READER, 'scope': [AARHUS]}])}"
    assert (await ask(guarded, "import", reader)).status == 403
    aarhus = f"Bearer {issuer.token()}"
    other = await send(guarded, "GET", "/exchange/people.csv?municipality=0101", Authorization=aarhus)
    assert (other.status, json.loads(other.body)["errors"][0]["extensions"]) == (
        403,
        {"code": "NOT_ALLOWED", "field": "municipality", "value": "0101", "expected": "municipality=0751"},
    )
    own = await send(guarded, "GET", "/exchange/assignments.csv", Authorization=aarhus)
    assert own.status == 200
    rows = own.body.decode("utf-8-sig").splitlines()[1:]
    assert rows
    assert all("Aarhus" in row or "0751" in row for row in rows)
