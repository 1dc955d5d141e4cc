"""What recording costs who is looked up: the gallery with and without it, in turn, on one database."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from bench.client import Client
from bench.database import Running, processor_seconds, report
from bench.measuring import WARM_SECONDS, FailedRequests
from bench.reads import READS, Read
from bench.serving import Served

MOST: Final = 0.05
"""The most of the throughput that recording may cost."""
COLUMNS: Final = ("silent", "gallery")
_READS: Final = ("small", "big", "responsibility", "task", "coverage", "columns", "search", "contact")


@dataclass(slots=True)
class Pair:
    """One read, measured with and without, a pair for each round: answers a second, and processor time for each answer."""

    read: Read
    rates: dict[str, list[float]] = field(default_factory=lambda: {column: [] for column in COLUMNS})
    work: dict[str, list[float]] = field(default_factory=lambda: {column: [] for column in COLUMNS})

    @property
    def cost(self) -> float:
        """The median share of the throughput that is lost; the pairs share what else the machine does."""
        silent, gallery = (self.rates[column] for column in COLUMNS)
        return median(1 - one / other for other, one in zip(silent, gallery, strict=True))

    @property
    def more_work(self) -> float:
        """The median share of processor time that is added, of service and database together."""
        silent, gallery = (self.work[column] for column in COLUMNS)
        return median(one / other - 1 for other, one in zip(silent, gallery, strict=True))

    @property
    def line(self) -> str:
        """One row."""
        silent, gallery = (median(self.rates[column]) for column in COLUMNS)
        return f"{self.read.title:24} {silent:7.0f} {gallery:7.0f}  {self.cost:+6.1%}  {self.more_work:+6.1%}"

    def as_json(self) -> dict[str, Any]:
        """Everything about it."""
        return {"name": self.read.name, "rates": self.rates, "work": self.work, "cost": self.cost}


def measure(running: Running, rounds: int, seconds: float, reads: Sequence[str] = _READS) -> list[Pair]:
    """Measure the reads. Raises `FailedRequests`."""
    pairs = [Pair(read) for read in READS if read.name in reads]
    with contextlib.ExitStack() as stack:
        servers = {column: stack.enter_context(Served(column, running)) for column in COLUMNS}
        client = stack.enter_context(Client())
        for pair in pairs:
            for column, server in servers.items():
                client.load(server.port, pair.read.requests(column, server.tokens), pair.read.connections, WARM_SECONDS)
        for number in range(rounds):
            for pair in pairs:
                for column in COLUMNS if number % 2 else reversed(COLUMNS):
                    _measure(pair, column, servers[column], running, client, seconds)
            report(f"Round {number + 1} of {rounds}")
    return pairs


def _measure(pair: Pair, column: str, server: Served, running: Running, client: Client, seconds: float) -> None:
    before = processor_seconds(server.pid) + processor_seconds(running.pid)
    counted = client.load(server.port, pair.read.requests(column, server.tokens), pair.read.connections, seconds)
    spent = processor_seconds(server.pid) + processor_seconds(running.pid) - before
    if counted.failed:
        raise FailedRequests(f"{pair.read.name}: {counted.failed} answers of {column} were errors")
    pair.rates[column].append(counted.rate)
    pair.work[column].append(spent / max(counted.answers, 1))
