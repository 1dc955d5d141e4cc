"""Which requests reach the service: hosts and sites that it was told of, and none beyond this machine without access control."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from graph.driver import Database
from server.app import Application
from server.errors import BadSettingError, NotLoopbackError
from server.guard import Guard
from server.identity.identity import Bearer
from server.identity.setting import guard_of, identity_of
from server.settings import load
from tests.identity.issuer import Issuer

SITE = "https://frontend.example"
GUARD = Guard(frozenset({"gallery.example"}), frozenset({SITE.encode()}), anywhere=True)
QUERY = {"query": "{ __typename }"}


@pytest.fixture
async def reached(seeded: Database, bearer: Bearer) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service as it is behind a proxy, for a site of its own and one of another address."""
    transport = httpx.ASGITransport(Application(seeded, bearer, guard=GUARD))
    async with httpx.AsyncClient(transport=transport, base_url="http://gallery.example") as client:
        yield client


async def test_the_hosts_that_are_ours(reached: httpx.AsyncClient) -> None:
    for host in ("gallery.example", "gallery.example:8000", "127.0.0.1", "localhost", "10.1.2.3:8000", "[2001:db8::1]"):
        assert (await reached.post("/graphql", json=QUERY, headers={"host": host})).status_code == 200, host
    for host in ("evil.example", "gallery.example.evil.example", "", "10.1.2.3.evil.example"):
        assert (await reached.post("/graphql", json=QUERY, headers={"host": host})).status_code == 421, host
    with pytest.raises(Exception, match="own address"):
        Guard().check({b"host": b"10.1.2.3"})


async def test_pages_of_other_sites_ask_only_where_that_is_configured(reached: httpx.AsyncClient) -> None:
    asked = {"origin": SITE, "access-control-request-method": "POST"}
    before = await reached.options("/graphql", headers=asked)
    assert before.status_code == 204
    assert before.headers["access-control-allow-origin"] == SITE
    assert "authorization" in before.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in before.headers
    answer = await reached.post("/graphql", json=QUERY, headers={"origin": SITE})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, SITE)
    assert "origin" in answer.headers["vary"]
    refused = await reached.post("/graphql", json=QUERY, headers={"origin": SITE, "authorization": "Bearer x"})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, SITE)
    for origin in ("https://evil.example", "null", "http://frontend.example", f"{SITE}.evil.example"):
        for method in ("POST", "OPTIONS"):
            answer = await reached.request(method, "/graphql", json=QUERY, headers={"origin": origin})
            assert (answer.status_code, "access-control-allow-origin" in answer.headers) == (403, False), origin


async def test_a_second_schema_is_asked_at_its_own_address_by_the_same_tokens(
    seeded: Database, bearer: Bearer, issuer: Issuer
) -> None:
    from schema.gallery.schema import engine

    both = {"/graphql": engine(), "/directory/graphql": engine()}
    transport = httpx.ASGITransport(Application(seeded, bearer, both))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        for path in both:
            right = await client.post(path, json=QUERY, headers={"authorization": f"Bearer {issuer.token()}"})
            wrong = await client.post(path, json=QUERY, headers={"authorization": "Bearer x"})
            assert (right.status_code, wrong.status_code) == (200, 401)


async def test_beyond_this_machine_only_with_access_control(
    seeded: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = load(host="0.0.0.0", data=tmp_path)
    assert isinstance(await identity_of(settings, seeded), Bearer)
    assert guard_of(settings).anywhere
    monkeypatch.setenv("ROLLEGALLERI_ACCESS", "off")
    with pytest.raises(NotLoopbackError, match="With access control off"):
        await identity_of(load(host="0.0.0.0", data=tmp_path), seeded)


WRONG = (
    ({"ROLLEGALLERI_ACCESS": "maybe"}, "ROLLEGALLERI_ACCESS cannot be 'maybe': expected on or off"),
    ({"ROLLEGALLERI_ISSUER": "https://broker.example"}, "ROLLEGALLERI_ISSUER .* without ROLLEGALLERI_JWKS"),
    ({"ROLLEGALLERI_CLAIMS": "claims.toml"}, "ROLLEGALLERI_CLAIMS .* without ROLLEGALLERI_JWKS"),
    ({"ROLLEGALLERI_JWKS": "http://broker.example/jwks"}, "ROLLEGALLERI_JWKS .*expected an https:// address"),
    ({"ROLLEGALLERI_JWKS": "/no/such/file"}, "ROLLEGALLERI_JWKS .*a file that is there"),
    ({"ROLLEGALLERI_JWKS": "ftp://broker.example/jwks"}, "ROLLEGALLERI_JWKS"),
    ({"ROLLEGALLERI_JWKS": "https://broker.example/jwks"}, "ROLLEGALLERI_ISSUER cannot be '': expected the issuer"),
    ({"ROLLEGALLERI_JWKS": "https://broker.example/jwks", "ROLLEGALLERI_ISSUER": "https://broker.example"},
     "ROLLEGALLERI_CLAIMS cannot be '': expected the file"),
    ({"ROLLEGALLERI_ORIGINS": "*"}, r"ROLLEGALLERI_ORIGINS cannot be '\*'"),
    ({"ROLLEGALLERI_ORIGINS": "https://a.example, https://b.example/path"}, "ROLLEGALLERI_ORIGINS"),
    ({"ROLLEGALLERI_PROXIES": "127.0.0.1, proxy.example"}, "ROLLEGALLERI_PROXIES cannot be 'proxy.example': expected addresses"),
    ({"ROLLEGALLERI_PROXIES": "10.1.2.3/24"}, "ROLLEGALLERI_PROXIES"),
    ({"ROLLEGALLERI_PROXIES": "0.0.0.0/0"}, "ROLLEGALLERI_PROXIES cannot be '0.0.0.0/0'"),
    ({"ROLLEGALLERI_NAMES": "gallery.example:8000"}, "ROLLEGALLERI_NAMES"),
)  # fmt: skip


@pytest.mark.parametrize(("env", "sentence"), WRONG, ids=lambda value: str(value)[:60])
def test_wrong_settings_are_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], sentence: str
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSettingError, match=sentence):
        load()


def test_a_wrong_mapping_is_refused_with_what_is_wrong(monkeypatch: pytest.MonkeyPatch, issuer: Issuer) -> None:
    file = issuer.file.with_name("claims.toml")
    file.write_text('cvr = "nemlogin.cvr"\n[organisations]\n12345678 = "municipality:751"\n', "utf-8")
    for name, value in (("JWKS", str(issuer.file)), ("ISSUER", "i"), ("CLAIMS", str(file))):
        monkeypatch.setenv(f"ROLLEGALLERI_{name}", value)
    with pytest.raises(BadSettingError, match=rf"ROLLEGALLERI_CLAIMS cannot be '{re.escape(str(file))}'.*12345678"):
        load()
