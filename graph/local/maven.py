"""One jar from its Maven repository, by its coordinate: `jgo` knows the repositories, their layout and their
settings."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import requests
from jgo.maven import MavenContext
from requests.adapters import HTTPAdapter

from graph.errors import JarUnavailableError
from graph.local.releases import Jar

TIMEOUT_SECONDS = (10.0, 30.0)
"""To connect, and between two pieces of an answer."""
ATTEMPTS = 4
CHUNK = 1 << 16


class Repository:
    """Fetches jars over kept connections; tells `received` how many bytes came."""

    def __init__(self, received: Callable[[int], None]) -> None:
        self._received = received
        self._context = MavenContext()
        self._session = requests.Session()
        self._session.mount("https://", HTTPAdapter(pool_maxsize=32))

    def fetch(self, jar: Jar, file: Path) -> str:
        """Write the jar to `file` and return its SHA-256; raise `JarUnavailableError` after a few attempts."""
        reason = "no repository has it"
        for attempt in range(ATTEMPTS):
            for url in self._urls(jar):
                try:
                    return self._transfer(url, file)
                except requests.RequestException as error:
                    reason = _reason(error)
            if attempt + 1 < ATTEMPTS:
                time.sleep(2**attempt)
        raise JarUnavailableError(jar.coordinate, reason)

    def _urls(self, jar: Jar) -> list[str]:
        group, artifact, version, *classifier = jar.coordinate.split(":")
        component = self._context.project(group, artifact).at_version(version)
        name = component.artifact(*classifier).filename
        return [f"{base}/{component.path_prefix.as_posix()}/{name}" for base in self._context.remote_repos.values()]

    def _transfer(self, url: str, file: Path) -> str:
        digest = hashlib.sha256()
        received = 0
        try:
            with self._session.get(url, stream=True, timeout=TIMEOUT_SECONDS) as answer, file.open("wb") as target:
                answer.raise_for_status()
                for chunk in answer.iter_content(CHUNK):
                    target.write(chunk)
                    digest.update(chunk)
                    received += len(chunk)
                    self._received(len(chunk))
        except requests.RequestException:
            self._received(-received)
            raise
        return digest.hexdigest()


def _reason(error: requests.RequestException) -> str:
    """A few words without the address: the library's own texts are long and name hosts."""
    if error.response is not None:
        return f"HTTP {error.response.status_code}"
    return "no connection" if isinstance(error, requests.ConnectionError) else type(error).__name__
