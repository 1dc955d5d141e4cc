"""The service on a real socket with access control on, and an issuer whose tokens it takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from graph.driver import Database
from server.budget import Budgets
from server.identity.claims import Claims
from server.identity.existing import Existing
from server.identity.identity import Bearer
from server.identity.jwks import KeySet
from server.identity.tokens import Tokens
from tests.contract.conftest import Patient
from tests.identity.issuer import AUDIENCE, CLAIMS, ISSUER, Issuer
from tests.notice.conftest import SECONDS, Service, garden, served, statements

__all__ = ["garden", "statements"]
MANY = Budgets(burst_without_token=10_000)


@dataclass
class Answer:
    """An answer as it came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for known, value in self.headers if known == name), None)

    @property
    def but_for_its_id(self) -> tuple[int, list[tuple[str, str]], bytes]:
        """What must be the same for every bad token."""
        return self.status, [pair for pair in self.headers if pair[0] not in ("x-request-id", "date")], self.body


async def send(service: Service, method: str, target: str, body: bytes = b"", **headers: str) -> Answer:
    """Send a request as it stands here, and give the answer as it came; the connection is for this one alone."""
    given = {"Host": f"127.0.0.1:{service.port}", "Connection": "close", "Content-Length": str(len(body)), **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in given.items() if value is not None)
    reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
    try:
        writer.write(f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode() + body)
        head, _, rest = (await asyncio.wait_for(reader.read(), SECONDS)).partition(b"\r\n\r\n")
        first, *others = head.decode("latin-1").split("\r\n")
        pairs = [line.partition(": ") for line in others]
        return Answer(int(first.split()[1]), [(name.lower(), value) for name, _, value in pairs], rest)
    finally:
        writer.close()


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer.with_keys(tmp_path / "jwks.json")


def bearer_of(database: Database, issuer: Issuer, claims: Claims) -> Bearer:
    """What takes the issuer's tokens, as its claims are mapped."""
    return Bearer(Tokens(KeySet(str(issuer.file)), ISSUER, AUDIENCE), claims, Existing(Patient(database)))


@pytest.fixture
def bearer(seeded: Database, issuer: Issuer) -> Bearer:
    return bearer_of(seeded, issuer, CLAIMS)


@pytest.fixture
async def guarded(seeded: Database, bearer: Bearer) -> AsyncIterator[Service]:
    """The service, which takes the issuer's tokens, and refuses others as long as one likes."""
    async with served(seeded, bearer, MANY) as running:
        yield running
