"""Whoever means harm, beside somebody who asks: what the latter notices, and whether the service keeps its form.

A service of its own, with access control on and a limit of memory. First 10,000 requests of the corpus of the tests, drawn at
random and half of them spoilt, 16 at a time and without a token, with no budget that would end them early. Then, by the
service as it comes, one token that asks as fast as it can. Beside both an honest client asks one question 20 times a second.
"""

import asyncio
import json
import os
import random
import resource
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from time import monotonic
from typing import Any, Final

import httpx
import uvloop

from bench.database import Running, report
from bench.imports import ALONE_SECONDS, ask, p99
from tests.security.corpus import Hostile, corpus

REQUESTS: Final = 10_000
AT_ONCE: Final = 16
MOST_MS: Final = 250.0
MOST_MEMORY: Final = 20.0
MOST_TIMES: Final = 1.5
_MEMORY: Final = 4 * 2**30
_NICENESS: Final = 15
_UNLIMITED: Final = ",".join(f"{name}_without_token=1000000" for name in ("rate", "burst", "at_once"))
_FLOOD: Final = json.dumps({"query": "{ roles(first: 14) { nodes { title names { title } } } }"}).encode()
_JSON: Final = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen: milliseconds of 99 of 100 honest questions, what became of the others, memory in MB."""

    alone_p99: float
    hostile_p99: float
    statuses: dict[str, int]
    grown: float
    flood_alone_p99: float
    flood_p99: float
    flooded: dict[str, int]

    @property
    def passes(self) -> bool:
        """Tell whether all that is asked of it holds. Some that were spoilt have become harmless, and are answered."""
        refused = all(status == "200" or status.startswith("4") for status in self.statuses)
        calm = self.hostile_p99 <= MOST_MS and self.flood_p99 <= MOST_TIMES * self.flood_alone_p99
        return refused and calm and self.grown <= MOST_MEMORY

    @property
    def lines(self) -> str:
        """Say it."""
        return (
            f"{sum(self.statuses.values())} hostile requests, {AT_ONCE} at a time: {_counts(self.statuses)}; beside them 99 of 100 questions within "
            f"{self.alone_p99:.1f} → {self.hostile_p99:.1f} ms (≤ {MOST_MS:.0f}); memory {self.grown:+.1f} MB (≤ {MOST_MEMORY:.0f})\n"
            f"One token that asks without end: {_counts(self.flooded)}; beside it 99 of 100 questions within {self.flood_alone_p99:.1f} → "
            f"{self.flood_p99:.1f} ms ({self.flood_p99 / self.flood_alone_p99:.2f} ×, ≤ {MOST_TIMES} ×)"
        )

    def as_json(self) -> dict[str, Any]:
        """Give it for the file of results."""
        return asdict(self) | {"passes": self.passes}


def measure(running: Running, requests: int = REQUESTS) -> Seen:
    """Start the services, one after the other, and ask."""
    with tempfile.TemporaryDirectory() as folder:
        with _served(running, Path(folder), _UNLIMITED) as (base, token, process):
            hostile = uvloop.run(_hostile(base, token, process.pid, requests))
        report("Hostile requests are done")
        with _served(running, Path(folder), "") as (base, token, _process):
            flood = uvloop.run(_flood(base, token, _token(Path(folder), running, "municipality:0101:reader")))
    return Seen(*hostile, *flood)


def _environment(running: Running, folder: Path, budget: str) -> dict[str, str]:
    ours = {
        "NEO4J_URI": running.uri, "NEO4J_USERNAME": running.username, "NEO4J_PASSWORD": running.password,
        "ROLLEGALLERI_DATA": str(folder), "ROLLEGALLERI_BUDGET": budget, "ROLLEGALLERI_LOG_LEVEL": "error",
    }  # fmt: skip
    return {**os.environ, **ours}


def _token(folder: Path, running: Running, speaker: str) -> str:
    command = [sys.executable, "-m", "server.cli", "token", "--as", speaker]
    made = subprocess.run(command, env=_environment(running, folder, ""), capture_output=True, text=True, check=True)
    return made.stdout.strip()


@contextmanager
def _served(running: Running, folder: Path, budget: str) -> Iterator[tuple[str, str, subprocess.Popen[bytes]]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "server.cli", "serve", "--port", str(port)],
        env=_environment(running, folder, budget), stdout=subprocess.DEVNULL, start_new_session=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY)),
    )  # fmt: skip
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=50)) as client:
            client.get(f"{base}/healthz/live", timeout=60)
        yield base, _token(folder, running, "municipality:0751:reader"), process
    finally:
        process.terminate()
        process.wait(20)


def _client(base: str, token: str | None) -> httpx.AsyncClient:
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=base, headers=headers, timeout=60)


async def _hostile(base: str, token: str, pid: int, requests: int) -> tuple[float, float, dict[str, int], float]:
    draw = random.Random(7)
    chosen = [draw.choice(corpus()) for _ in range(requests)]
    bodies = [_spoilt(one, draw) if draw.random() < 0.5 else one for one in chosen]
    async with _client(base, token) as honest:
        await ask(honest, asyncio.create_task(asyncio.sleep(ALONE_SECONDS)))
        alone = await ask(honest, asyncio.create_task(asyncio.sleep(ALONE_SECONDS)))
        with ProcessPoolExecutor(1, get_context("spawn")) as others:  # its work is not what the honest client waits for
            await _elsewhere(others, _send, base, bodies[: requests // 10])
            before = _memory(pid)
            sending = _elsewhere(others, _send, base, bodies)
            beside = await ask(honest, sending)
        return p99(alone), p99(beside), dict(sending.result()), _memory(pid) - before


def _elsewhere(
    others: ProcessPoolExecutor, work: Callable[..., Coroutine[Any, Any, Counter[str]]], *given: Any
) -> asyncio.Future[Counter[str]]:
    """Do some work in the other process."""
    return asyncio.get_running_loop().run_in_executor(others, _run, work, *given)


def _run(work: Callable[..., Coroutine[Any, Any, Counter[str]]], *given: Any) -> Counter[str]:
    """Run it as what others' machines do: sending so much is work too, and here it is done on the processors of the service."""
    os.nice(_NICENESS - os.nice(0))
    return uvloop.run(work(*given))


def _spoilt(one: Hostile, draw: random.Random) -> Hostile:
    """Change some bytes, or cut it off."""
    body = bytearray(one.body)
    for _ in range(draw.randint(1, 5) if body else 0):
        body[draw.randrange(len(body))] = draw.randrange(256)
    return one._replace(body=bytes(body[: draw.randint(0, len(body))]) if draw.random() < 0.3 else bytes(body))


async def _send(base: str, requests: list[Hostile]) -> Counter[str]:
    told: Counter[str] = Counter()
    left = iter(requests)

    async def one() -> None:
        async with _client(base, None) as client:
            for request in left:
                kind = {} if request.content_type is None else {"content-type": request.content_type}
                accept = {"accept": "application/graphql-response+json"}
                try:
                    answer = await client.post("/graphql", content=request.body, headers={**kind, **accept})
                except httpx.HTTPError as error:
                    told[type(error).__name__] += 1
                else:
                    told[str(answer.status_code)] += 1

    await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    return told


async def _flood(base: str, token: str, other: str) -> tuple[float, float, dict[str, int]]:
    async with _client(base, token) as honest:
        await ask(honest, asyncio.create_task(asyncio.sleep(ALONE_SECONDS)))
        alone = await ask(honest, asyncio.create_task(asyncio.sleep(ALONE_SECONDS)))
        with ProcessPoolExecutor(1, get_context("spawn")) as others:
            await _elsewhere(others, _without_end, base, other, 1.0)
            flooding = _elsewhere(others, _without_end, base, other, ALONE_SECONDS)
            beside = await ask(honest, flooding)
    return p99(alone), p99(beside), dict(flooding.result())


async def _without_end(base: str, token: str, seconds: float) -> Counter[str]:
    """Ask with one token as fast as it goes, for some seconds."""
    told: Counter[str] = Counter()
    until = monotonic() + seconds

    async def one(client: httpx.AsyncClient) -> None:
        while monotonic() < until:
            told[str((await client.post("/graphql", content=_FLOOD, headers=_JSON)).status_code)] += 1

    async with _client(base, token) as client:
        await asyncio.gather(*(one(client) for _ in range(AT_ONCE)))
    return told


def _memory(pid: int) -> float:
    """Megabytes that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def _counts(statuses: dict[str, int]) -> str:
    return ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
