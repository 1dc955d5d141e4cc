"""Keys: an issuer's change and may be out of reach; the installation's own are made once, privately, and are no default."""

from __future__ import annotations

import asyncio
import http.server
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from structlog.testing import capture_logs

from graph.driver import Database
from server.identity import jwks
from server.identity.existing import Existing
from server.identity.identity import Bearer
from server.identity.jwks import AGAIN_SECONDS, FRESH_SECONDS, KeySet, KeySetUnusable, parse, read
from server.identity.own import OwnKeyError, key_file, own_key
from server.identity.refusing import BadToken
from server.identity.tokens import Tokens
from tests.identity.issuer import AUDIENCE, CLAIMS, ISSUER, Issuer

SECONDS = 5.0
"""How long a test waits for what takes a tenth of it."""


class KeyServer:
    """An issuer's key server on this machine, which may go away."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer, self.asked, self.answer = issuer, 0, 200
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked += 1
                body = outer.issuer.jwks() if outer.answer == 200 else b"away"
                self.send_response(outer.answer)
                if outer.answer == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/jwks"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def keys(issuer: Issuer) -> Iterator[KeyServer]:
    server = KeyServer(issuer)
    yield server
    server.close()


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_new_key_is_found_a_withdrawn_one_goes_and_known_ones_stay_while_the_issuer_is_away(
    seeded: Database, issuer: Issuer, keys: KeyServer
) -> None:
    clock = Clock()
    kept = KeySet(keys.address, clock)
    bearer = Bearer(Tokens(kept, ISSUER, AUDIENCE), CLAIMS, Existing(seeded))
    old = f"Bearer {issuer.token('ec')}"
    assert (await bearer.of_text(old)).viewer.municipality == "0751"
    assert keys.asked == 1

    issuer.keys["new"] = ("ES256", ec.generate_private_key(ec.SECP256R1()))
    new = f"Bearer {issuer.token('new')}"
    for _ in range(20):
        with pytest.raises(BadToken, match="unknown key"):
            await bearer.of_text(new)
    assert keys.asked == 1, "made-up ids ask the issuer more often than may be"
    clock.now += AGAIN_SECONDS
    assert (await bearer.of_text(new)).viewer.edits
    assert keys.asked == 2

    keys.answer = 503
    clock.now += FRESH_SECONDS
    for token in (old, new, f"Bearer {issuer.token('rsa')}"):
        assert (await bearer.of_text(token)).viewer.edits, "known keys go on"
    await kept.refresh()
    assert (await bearer.of_text(old)).viewer.edits

    keys.answer = 200
    withdrawn = issuer.keys.pop("ec")
    clock.now += FRESH_SECONDS
    await bearer.of_text(new)
    await kept.refresh()
    with pytest.raises(BadToken, match="unknown key"):
        await bearer.of_text(old)
    assert (await bearer.of_text(new)).viewer.edits
    issuer.keys["ec"] = withdrawn


async def test_an_issuer_that_is_away_at_the_start_is_asked_again(
    seeded: Database, issuer: Issuer, keys: KeyServer
) -> None:
    clock, keys.answer = Clock(), 503
    kept = KeySet(keys.address, clock)
    await kept.refresh()
    assert await kept.find("ec") is None
    keys.answer, clock.now = 200, AGAIN_SECONDS
    assert await kept.find("ec") is not None


def test_keys_come_from_one_place_and_are_bounded(keys: KeyServer, tmp_path: Path) -> None:
    for answer in (302, 404, 500):
        keys.answer = answer
        with pytest.raises(KeySetUnusable):
            read(keys.address)
    large = tmp_path / "large"
    large.write_bytes(b" " * 300_000)
    with pytest.raises(KeySetUnusable, match="too large"):
        read(str(large))
    for text in (
        b"",
        b"[]",
        b"{}",
        b'{"keys": 1}',
    ):
        with pytest.raises(KeySetUnusable):
            parse(text)


DRIPS = {
    "its body": b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n",
    "its body in parts": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n384\r\n",
    "its headers": b"HTTP/1.1 200 OK\r\nx: ",
}


@contextmanager
def dripping(begin: bytes, every: float) -> Iterator[str]:
    """A key server that begins so, and then sends a byte now and then until the other end has gone."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        peer, _ = listening.accept()
        with peer, suppress(OSError):
            peer.recv(10_000)
            peer.sendall(begin)
            while True:
                time.sleep(every)
                peer.sendall(b" ")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/jwks"
        thread.join(SECONDS)
        assert not thread.is_alive(), "it is still being read"


@pytest.mark.anyio
@pytest.mark.parametrize("kind", DRIPS)
async def test_a_key_server_that_drips_holds_a_fetch_no_longer_than_one_that_is_silent(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jwks, "FETCH_SECONDS", 0.5)
    with dripping(DRIPS[kind], every=0.1) as address, capture_logs() as told:
        kept = KeySet(address, Clock())
        began = time.monotonic()
        assert await asyncio.wait_for(kept.find("ec"), SECONDS) is None
        assert time.monotonic() - began < SECONDS
    assert [line["reason"] for line in told] == ["it is too slow"]


async def test_what_holds_a_fetch_before_anything_comes_is_not_waited_for_either(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, resolved = Clock(), threading.Event()
    kept = KeySet(str(issuer.file), clock)
    with monkeypatch.context() as patch, capture_logs() as told:
        patch.setattr(jwks, "FETCH_SECONDS", 0.1)
        patch.setattr(jwks, "read", lambda _: resolved.wait(SECONDS) and b"")
        assert await kept.find("ec") is None
        assert not resolved.is_set()
    assert [line["reason"] for line in told] == ["it is too slow"]
    resolved.set()
    await _ended(kept)
    clock.now += AGAIN_SECONDS
    assert await kept.find("ec") is not None


async def test_a_fetch_that_does_not_end_keeps_one_thread_and_none_of_the_others(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, kid, ends, fetches = Clock(), next(iter(issuer.keys)), threading.Event(), list[str]()
    kept = KeySet(str(issuer.file), clock)
    assert await kept.find(kid)

    def hanging(source: str) -> bytes:
        fetches.append(source)
        ends.wait(SECONDS)
        return b""

    with monkeypatch.context() as patch, capture_logs() as told:
        patch.setattr(jwks, "FETCH_SECONDS", 0.1)
        patch.setattr(jwks, "read", hanging)
        for _ in range(5):
            clock.now += AGAIN_SECONDS
            assert await kept.find("made up") is None
            assert await kept.find(kid)
        assert len(fetches) == 1
        reasons = [line["reason"] for line in told]
        assert reasons == ["it is too slow"] + ["the last fetch has not ended"] * 4
        executor = getattr(asyncio.get_running_loop(), "_default_executor", None)
        assert executor is None or not executor._threads
        ends.set()
        await _ended(kept)
    clock.now += AGAIN_SECONDS
    assert await kept.find("made up") is None
    assert await kept.find(kid)
    assert len(told) == 5


async def _ended(kept: KeySet) -> None:
    async with asyncio.timeout(SECONDS):
        while kept._reading is None or not kept._reading.done():  # noqa: ASYNC110 - a thread tells nobody
            await asyncio.sleep(0.01)


async def test_an_issuer_that_has_no_key_any_more_has_withdrawn_all_and_the_log_says_so(
    issuer: Issuer, tmp_path: Path
) -> None:
    file = tmp_path / "keys.json"
    for listed in (b'{"keys": []}', b'{"keys": [1, {}, {"kid": "a", "kty": "oct", "k": "AA"}]}'):
        file.write_bytes(issuer.jwks())
        kept = KeySet(str(file), Clock())
        assert await kept.find("ec") is not None
        file.write_bytes(listed)
        with capture_logs() as told:
            await kept.refresh()
        assert [(line["log_level"], line["gone"]) for line in told] == [("error", len(issuer.keys))]
        file.write_bytes(b"")  # as good as away
        await kept.refresh()
        assert (await kept.find("ec"), kept.generation) == (None, 1)


def test_two_keys_of_one_id_are_no_key_set(tmp_path: Path) -> None:
    issuer = Issuer(tmp_path / "jwks.json")
    for kid in ("a", "b"):
        issuer.keys[kid] = ("EdDSA", Ed25519PrivateKey.generate())
    with pytest.raises(KeySetUnusable, match="two keys of one id"):
        parse(issuer.jwks().replace(b'"kid": "b"', b'"kid": "a"'))


def test_keys_that_no_token_may_be_signed_with_are_left_out(tmp_path: Path) -> None:
    issuer = Issuer(tmp_path / "jwks.json")
    issuer.keys["short"] = ("RS256", rsa.generate_private_key(65537, 1024))
    issuer.keys["good"] = ("EdDSA", Ed25519PrivateKey.generate())
    assert set(parse(issuer.jwks())) == {"good"}
    issuer.keys["good2"] = ("ES256", ec.generate_private_key(ec.SECP256R1()))
    text = issuer.jwks()
    assert set(parse(text.replace(b'"use": "sig"', b'"use": "enc"', 2))) == {"good2"}
    for wrong in (b'"HS256"', b'["EdDSA"]', b"7", b'"ES256"'):
        assert set(parse(text.replace(b'"alg": "EdDSA"', b'"alg": ' + wrong))) == {"good2"}
    assert set(parse(text.replace(b'"x": "', b'"x": 7, "was": "', 1))) == {"good2"}


def test_the_installations_own_key_is_made_once_and_private(tmp_path: Path) -> None:
    first = own_key(tmp_path / "data")
    file = key_file(tmp_path / "data")
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert own_key(tmp_path / "data").key.kid == first.key.kid
    assert own_key(tmp_path / "other").key.kid != first.key.kid
    assert list(file.parent.iterdir()) == [file]
    file.chmod(0o644)
    with pytest.raises(OwnKeyError, match="others than its user can read it"):
        own_key(tmp_path / "data")
    file.chmod(0o600)
    file.write_text("nothing")
    with pytest.raises(OwnKeyError, match="holds no key"):
        own_key(tmp_path / "data")
