"""The bench's command line; `bench/__init__.py` says how to run it and how to read it."""

import argparse
import signal
import sys

from bench import changes, database, hostile, imports, looks, notice, report
from bench.client import Client
from bench.database import Running
from bench.measuring import FailedRequests, run
from bench.memory import measure
from bench.reads import READS
from bench.same import DifferentAnswers
from graph.errors import StartError


def main(arguments: list[str] | None = None) -> int:
    """Run what is asked; 0, 1 where something falls short, 2 where it could not be measured."""
    parser = argparse.ArgumentParser(
        "bench", description="Performance side by side: the limit, the gallery, DataLoaders."
    )
    parser.add_argument(
        "what",
        nargs="?",
        choices=["reads", "changes", "imports", "notice", "memory", "seeding", "looks", "hostile"],
        default="reads",
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="of load for each cell of the table")
    parser.add_argument("--only", nargs="+", choices=[read.name for read in READS], help="these reads alone")
    parser.add_argument("--requests", type=int, default=10_000, help="for memory")
    parser.add_argument("--scale", type=int, default=20, help="for seeding: times the organisations")
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stops as Ctrl-C does: everything, in order
    try:
        return _run(chosen)
    except (StartError, DifferentAnswers, FailedRequests) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; so is everything that was started.", file=sys.stderr)
        return 130


def _run(chosen: argparse.Namespace) -> int:
    if chosen.what == "seeding":
        with database.thrown_away() as running:
            return _seeding(running, chosen.scale)
    if chosen.what == "changes":
        with database.thrown_away() as running:
            database.seed(running)
            return _changes(running, chosen.rounds, chosen.seconds)
    if chosen.what == "imports":
        with database.thrown_away() as running:
            database.seed(running)
            imported = imports.measure(running)
            print(imported.lines)
            print(report.write("imports", imported.as_json()))
            return 0 if imported.passes else 1
    if chosen.what == "notice":
        with database.thrown_away() as running:
            database.seed(running)
            return _notice(running, chosen.rounds)
    if chosen.what == "hostile":
        with database.thrown_away() as running:
            database.seed(running)
            seen = hostile.measure(running)
            print(seen.lines)
            print(report.write("hostile", seen.as_json()))
            return 0 if seen.passes else 1
    if chosen.what == "looks":
        with database.thrown_away() as running:
            database.seed(running)
            return _looks(running, chosen.rounds, chosen.seconds)
    with database.database() as running:
        database.seed(running)
        if chosen.what == "memory":
            return _memory(running, chosen.requests)
        reads = [read for read in READS if not chosen.only or read.name in chosen.only]
        rows = run(running, reads, chosen.rounds, chosen.seconds)
    print(report.table(rows))
    content = {"rounds": chosen.rounds, "seconds": chosen.seconds, "rows": [row.as_json() for row in rows]}
    print(report.write("reads", content))
    return 0 if all(row.passes for row in rows) else 1


def _changes(running: Running, rounds: int, seconds: float) -> int:
    kinds = changes.measure(running, rounds, seconds)
    for kind in kinds:
        print(
            f"{kind.name}: {kind.ours_rate:.0f} a second, bare Cypher {kind.bare_rate:.0f}: {kind.ratio:.2f} (≥ {changes.WANTED})"
        )
    rows = [{"name": k.name, "gallery": k.ours_rate, "bare": k.bare_rate, "ratio": k.ratio} for k in kinds]
    passes = all(kind.ratio >= changes.WANTED for kind in kinds)
    print(report.write("changes", {"rows": rows, "passes": passes}))
    return 0 if passes else 1


def _looks(running: Running, rounds: int, seconds: float) -> int:
    pairs = looks.measure(running, rounds, seconds)
    print(f"{'':24} without    with    cost    work")
    print("\n".join(pair.line for pair in pairs))
    passes = all(pair.cost <= looks.MOST for pair in pairs)
    print(report.write("looks", {"pairs": [pair.as_json() for pair in pairs], "passes": passes}))
    return 0 if passes else 1


def _notice(running: Running, rounds: int) -> int:
    kinds = notice.measure(running, rounds)
    for kind in kinds:
        print(kind.line)
    print(report.write("notice", {"kinds": [kind.as_json() for kind in kinds]}))
    return 0 if all(kind.passes for kind in kinds) else 1


def _memory(running: Running, requests: int) -> int:
    with Client() as client:
        grown = measure(running, client, requests)
    print(grown.line)
    print(report.write("memory", grown.as_json()))
    return 0 if grown.passes else 1


def _seeding(running: Running, times: int) -> int:
    seconds = database.seed(running)
    loaded, scaled = database.seed_scale(running, times)
    rate = loaded.records / scaled
    passes = seconds <= 15 and rate >= 5_000
    print(
        f"Reference and demo data: {seconds:.1f} s (≤ 15 s); {times} × the organisations: {rate:.0f} facts a second (≥ 5000)"
    )
    content = {
        "seed_seconds": seconds,
        "scale": times,
        "facts": loaded.records,
        "scale_seconds": scaled,
        "facts_a_second": rate,
    }
    print(report.write("seeding", {**content, "passes": passes}))
    return 0 if passes else 1


if __name__ == "__main__":
    sys.exit(main())
