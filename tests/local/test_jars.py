"""The jars: locked, checked before every use, fetched once, whole or not at all.

The repository here is a small one of our own.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from jgo.maven import MavenContext

from graph.errors import (
    DiskFullError,
    JarDiffersError,
    JarUnavailableError,
    JavaMissingError,
    LockFileError,
    StartError,
)
from graph.local import CURRENT, LTS, Release, maven
from graph.local.jars import provide
from graph.local.releases import Jar

FILES = {
    "/org/example/one/1.0/one-1.0.jar": b"one" * 1000,
    "/org/example/two/2.0/two-2.0-linux.jar": b"two" * 1000,
}


def jar(coordinate: str, content: bytes) -> Jar:
    return Jar(coordinate, len(content), hashlib.sha256(content).hexdigest())


ONE = jar("org.example:one:1.0", FILES["/org/example/one/1.0/one-1.0.jar"])
TWO = jar("org.example:two:2.0:linux", FILES["/org/example/two/2.0/two-2.0-linux.jar"])


class Shop(BaseHTTPRequestHandler):
    """A repository over HTTP that remembers what was asked for."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        content = FILES.get(self.path)
        self.send_response(200 if content else 404)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the repository was asked for; pauses between attempts cost no time."""
    Shop.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        where = {"shop": f"http://127.0.0.1:{server.server_port}"}
        monkeypatch.setattr(maven, "MavenContext", lambda: MavenContext(remote_repos=where))
        monkeypatch.setattr(maven.time, "sleep", lambda _: None)
        yield Shop.asked
        server.shutdown()
        serving.join()


def test_jars_are_fetched_once_with_progress_and_then_without_a_network(tmp_path: Path, shop: list[str]) -> None:
    lines: list[str] = []
    files = provide([ONE, TWO], tmp_path / "cache", lines.append)
    assert [file.read_bytes() for file in files] == list(FILES.values())
    assert sorted(shop) == sorted(FILES)
    assert any("2 of 2 jars" in line and "MB" in line and " s" in line for line in lines)

    assert provide([ONE, TWO], tmp_path / "cache", lines.append) == files
    assert len(shop) == 2


def test_an_interrupted_fetch_goes_on_with_what_is_missing(tmp_path: Path, shop: list[str]) -> None:
    provide([ONE], tmp_path, print)
    half = tmp_path / "partial"
    half.mkdir()
    (half / TWO.name).write_bytes(b"half of it")
    provide([ONE, TWO], tmp_path, print)
    assert len(shop) == 2
    assert not half.exists()


def test_a_fetched_jar_with_another_hash_is_refused_and_not_kept(tmp_path: Path, shop: list[str]) -> None:
    with pytest.raises(JarDiffersError, match=r"org\.example:one:1\.0 .* expected 0{64}"):
        provide([Jar(ONE.coordinate, ONE.size, "0" * 64)], tmp_path, print)
    assert list(tmp_path.rglob("*.jar")) == []


def test_a_jar_changed_in_the_cache_is_refused(tmp_path: Path, shop: list[str]) -> None:
    (file,) = provide([ONE], tmp_path, print)
    file.write_bytes(b"something else")
    with pytest.raises(JarDiffersError, match=f"remove {file} and start again") as caught:
        provide([ONE], tmp_path, print)
    assert isinstance(caught.value, StartError)


def test_a_jar_that_nobody_has_is_named_with_the_reason(tmp_path: Path, shop: list[str]) -> None:
    with pytest.raises(
        JarUnavailableError, match=r"org\.example:none:1\.0 could not be fetched \(HTTP 404\)"
    ) as caught:
        provide([jar("org.example:none:1.0", b"x")], tmp_path, print)
    assert "127.0.0.1" not in str(caught.value)
    assert len(shop) == 4


def test_without_a_network_the_first_start_says_so(
    tmp_path: Path, shop: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maven, "MavenContext", lambda: MavenContext(remote_repos={"gone": "http://127.0.0.1:1"}))
    with pytest.raises(JarUnavailableError, match=r"\(no connection\): the first start needs the network"):
        provide([ONE], tmp_path, print)


def test_a_disk_that_is_too_small_is_said_before_fetching(tmp_path: Path, shop: list[str]) -> None:
    with pytest.raises(DiskFullError, match="The disk is full"):
        provide([Jar(ONE.coordinate, 10**18, ONE.sha256)], tmp_path, print)
    assert shop == []


@pytest.mark.parametrize("release", [CURRENT, LTS], ids=lambda release: release.version)
def test_the_locked_releases_hold_coordinates_and_hashes_and_no_addresses(release: Release) -> None:
    jars = release.jars()
    assert f"org.neo4j:neo4j:{release.version}" in {jar.coordinate for jar in jars}
    assert len({jar.name for jar in jars}) == len(jars) > 200
    assert "//" not in release.lock.read_text()


@pytest.mark.parametrize("line", ["a:b:1 12 abc", f"a:b 12 {'0' * 64}", f"a:b:1 twelve {'0' * 64}", "a:b:1"])
def test_a_broken_line_in_the_lock_is_shown(tmp_path: Path, line: str) -> None:
    lock = tmp_path / "neo4j.lock"
    lock.write_text(line)
    with pytest.raises(LockFileError, match="expected 'group:artifact:version bytes sha256'"):
        Release("1", lock, tmp_path, "").jars()


def test_a_missing_java_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(JavaMissingError, match=r"no Java runtime at .*: install it"):
        Release("1", tmp_path, tmp_path, "install it").jvm()
