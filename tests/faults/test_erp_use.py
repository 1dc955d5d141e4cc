"""A municipality's ERP use, flipped under load: no vendor is given an answer that is older than the acknowledged change."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from graph.driver import Database
from server.identity.claims import OF_OURS
from server.identity.existing import Existing
from server.identity.identity import Bearer
from server.identity.minting import Wanted, mint
from server.identity.own import OwnKey, own_key
from server.identity.setting import OWN_ISSUER
from server.identity.tokens import Tokens
from tests.changes.conftest import Change, document
from tests.contract.conftest import Patient
from tests.contract.planting import Garden
from tests.faults.conftest import FULL
from tests.notice.conftest import Service, served

FLIPS = 1000 if FULL else 60
ASKERS = 3
"""Clients of each vendor, each asking one thing after the other."""
WHERE = "0751"
SYSTEMS = {"kmd": "opus", "eg": "oes-indsigt"}
CONTACTS = f'{{ contacts(role: "oir-finans-kontaktperson", municipality: "{WHERE}") {{ outcome mailbox name }} }}'
CUSTOMERS = "{ customers(first: 100) { nodes { municipality { code } } } }"


class Flip(NamedTuple):
    """Whose system is used from a change on: sent and acknowledged at these instants."""

    vendor: str
    sent: float
    acknowledged: float


@dataclass
class Seen:
    """What was flipped, and what each question was told: whose, from when to when, whether the municipality was there."""

    flips: list[Flip] = field(default_factory=list)
    answers: list[tuple[str, float, float, bool]] = field(default_factory=list)
    done: bool = False

    async def more(self, count: int) -> None:
        """Wait for so many answers more."""
        wanted = len(self.answers) + count
        async with asyncio.timeout(60):
            while len(self.answers) < wanted:  # noqa: ASYNC110 - many add to it, and none of them knows of this
                await asyncio.sleep(0.005)

    def possible(self, vendor: str, began: float, ended: float) -> set[bool]:
        """Tell what could rightly be told: a change holds from being sent, until the next one is acknowledged."""
        ends = [flip.acknowledged for flip in self.flips[1:]] + [float("inf")]
        return {
            flip.vendor == vendor
            for flip, end in zip(self.flips, ends, strict=True)
            if flip.sent <= ended and end >= began
        }


def client(service: Service, own: OwnKey, speaker: str, who: str, *, edits: bool = False) -> httpx.AsyncClient:
    """A client with a token of its own, and so with a budget of its own."""
    token = mint(own, Wanted(speaker, edits), OWN_ISSUER, "rollegalleri", who, 3600)
    base = f"http://127.0.0.1:{service.port}"
    return httpx.AsyncClient(base_url=base, headers={"authorization": f"Bearer {token}"}, timeout=60)


async def asks(asking: httpx.AsyncClient, vendor: str, seen: Seen) -> None:
    """Ask for contacts and for all customers in turn, until everything is flipped."""
    number = 0
    while not seen.done:
        number += 1
        query, began = (CUSTOMERS if number % 4 == 0 else CONTACTS), time.monotonic()
        answer = await asking.post("/directory/graphql", json={"query": query})
        if answer.status_code == 429:  # its budget is spent
            await asyncio.sleep(0.1)
            continue
        told = answer.json()
        if query == CUSTOMERS:
            there = WHERE in [node["municipality"]["code"] for node in told["data"]["customers"]["nodes"]]
        else:
            there = "errors" not in told
            assert there or told["errors"][0]["extensions"]["code"] == "UNKNOWN_MUNICIPALITY", told
        seen.answers.append((vendor, began, time.monotonic(), there))


async def flips(writing: httpx.AsyncClient, seen: Seen) -> None:
    """Let the municipality use the one vendor's system, and undo that: it is the other's again."""
    use = {"municipality": WHERE, "domain": "FINANS", "erpSystem": SYSTEMS["kmd"]}
    number, rest = 0, random.Random(6)
    for _ in range(FLIPS // 2):
        for vendor, mutation, kind in (("kmd", "useErpSystem", "UsageChanged"), ("eg", "undo", "ChangeUndone")):
            given: dict[str, Any] = {"change": number} if mutation == "undo" else use
            sent = time.monotonic()
            told = await change_by(writing, mutation, given)
            assert told["__typename"] == kind, told
            seen.flips.append(Flip(vendor, sent, time.monotonic()))
            number = told["change"]["seq"]
            if rest.random() < 0.2:  # some questions fall between two changes, the others into one
                await seen.more(3 * ASKERS * len(SYSTEMS))


async def change_by(writing: httpx.AsyncClient, mutation: str, given: dict[str, Any]) -> dict[str, Any]:
    """Send a change, and again after a moment where the budget is spent."""
    body = {"query": document(mutation), "variables": {"input": given}}
    answer = await writing.post("/graphql", json=body)
    if answer.status_code == 429:
        await asyncio.sleep(1.0)
        return await change_by(writing, mutation, given)
    told: dict[str, Any] = answer.json()["data"][mutation]
    return told


async def test_no_answer_is_older_than_the_acknowledged_change(
    seeded: Database, change: Change, garden: Garden, tmp_path: Path
) -> None:
    for domain, system in (("DEBITOR", "prisme"), ("FINANS", SYSTEMS["eg"])):
        first = await change(
            "useErpSystem", municipality=WHERE, domain=domain, erpSystem=system, validFrom="2026-01-01"
        )
        assert first["__typename"] == "UsageChanged"
    own, seen = own_key(tmp_path), Seen([Flip("eg", 0.0, 0.0)])
    identity = Bearer(Tokens(own, OWN_ISSUER, "rollegalleri"), OF_OURS, Existing(Patient(seeded)))
    async with served(Patient(seeded), identity) as service:
        asking = [
            (client(service, own, f"vendor:{vendor}", f"{vendor}-{number}"), vendor)
            for vendor in SYSTEMS
            for number in range(ASKERS)
        ]
        writing = client(service, own, f"municipality:{WHERE}", "editor", edits=True)
        tasks = [asyncio.create_task(asks(one, vendor, seen)) for one, vendor in asking]
        try:
            await flips(writing, seen)
            await seen.more(3 * len(asking))
        finally:
            seen.done = True
            await asyncio.gather(*tasks)
            for one in (writing, *(one for one, _ in asking)):
                await one.aclose()
    wrong = [one for one in seen.answers if one[3] not in seen.possible(*one[:3])]
    assert wrong == []
    certain = [one for one in seen.answers if len(seen.possible(*one[:3])) == 1]
    assert {(vendor, there) for vendor, _, _, there in certain} == {(v, t) for v in SYSTEMS for t in (True, False)}
