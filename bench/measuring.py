"""The run: every column of a read in turn, three times over."""

import contextlib
from collections.abc import Sequence
from time import monotonic

from bench.client import Client
from bench.database import Running, processor_seconds, report
from bench.reads import Read
from bench.report import Row
from bench.same import check
from bench.serving import COLUMNS, Served

WARM_SECONDS = 2.0
"""For each column of each read, before the first round: plans are made, the Java machine compiles what is hot."""


class FailedRequests(Exception):
    """The limit or the gallery answered with errors under load."""


def run(running: Running, reads: Sequence[Read], rounds: int, seconds: float) -> list[Row]:
    """Measure the reads. Raises `DifferentAnswers` or `FailedRequests`, with everything stopped."""
    with contextlib.ExitStack() as stack:
        servers = {column: stack.enter_context(Served(column, running)) for column in COLUMNS}
        client = stack.enter_context(Client())
        rows = []
        for read in reads:
            rows.append(Row(read, check(read, servers)))
            for column in read.columns:
                server = servers[column]
                client.load(server.port, read.requests(column, server.tokens), read.connections, WARM_SECONDS)
        report("All columns give the same data")
        for number in range(1, rounds + 1):
            started = monotonic()
            for row in rows:
                for column in row.read.columns:
                    _measure(row, servers[column], running, client, seconds)
            report(f"Round {number} of {rounds}: {monotonic() - started:.0f} s")
        return rows


def _measure(row: Row, server: Served, running: Running, client: Client, seconds: float) -> None:
    column = server.column
    before = processor_seconds(server.pid) + processor_seconds(running.pid)
    counted = client.load(server.port, row.read.requests(column, server.tokens), row.read.connections, seconds)
    spent = processor_seconds(server.pid) + processor_seconds(running.pid) - before
    if counted.failed and column != "loaders":
        total = counted.answers + counted.failed
        raise FailedRequests(f"{row.read.name}: {counted.failed} of {total} answers of {column} were errors")
    if counted.failed:  # on a busy machine its many statements run into the driver's time limit
        report(f"{row.read.name}: {counted.failed} of {column}'s answers were errors; they do not count")
    row.rates.setdefault(column, []).append(counted.rate)
    row.work.setdefault(column, []).append(spent / max(counted.answers, 1) * 1000)
