"""The service's memory, with answers kept, while it answers every read of the table, mixed."""

from dataclasses import dataclass
from random import Random
from typing import Any, Final

from bench.client import Client
from bench.database import Running, report, resident_bytes
from bench.reads import READS
from bench.serving import Served

LARGEST: Final = 250_000_000
GROWTH: Final = 0.03
"""What counts as not growing: no more than this share between the half and the end."""
_STEP_SECONDS: Final = 5.0
_SMALL: Final = 5
"""How often a small read comes for each time that a whole country is asked for."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident bytes after so many requests, in order; the second is the half, the last the end."""

    samples: list[tuple[int, int]]
    asked: int

    @property
    def half(self) -> int:
        """Bytes after half of the requests."""
        return next(size for count, size in self.samples if count >= self.asked / 2)

    @property
    def passes(self) -> bool:
        """Small enough, and not growing any more."""
        return self.samples[-1][1] <= LARGEST and self.samples[-1][1] <= self.half * (1 + GROWTH)

    @property
    def line(self) -> str:
        """One sentence."""
        count, size = self.samples[-1]
        grown = (size - self.half) / 1e6
        return f"The service takes {size / 1e6:.0f} MB after {count} mixed requests (≤ 250 MB); {grown:+.1f} MB since the half"

    def as_json(self) -> dict[str, Any]:
        """Everything about it."""
        return {"samples": self.samples, "largest": LARGEST, "growth": GROWTH, "passes": self.passes}


def measure(running: Running, client: Client, requests: int) -> Memory:
    """Ask all reads in turn until `requests` are answered, looking at the memory every few seconds."""
    shuffle = Random(1).shuffle
    samples, done = [], 0
    with Served("again", running) as server:
        kinds = [read.requests("again", server.tokens) * (_SMALL if read.connections > 2 else 1) for read in READS]
        mixed = [one for requests_of_one in kinds for one in requests_of_one]
        samples.append((0, resident_bytes(server.pid)))
        while done < requests:
            shuffle(mixed)
            done += client.load(server.port, mixed, 8, _STEP_SECONDS).answers
            samples.append((done, resident_bytes(server.pid)))
            report(f"{done} requests: {samples[-1][1] / 1e6:.0f} MB")
    return Memory(samples, requests)
