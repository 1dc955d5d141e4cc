"""A question that nobody answers ends with SIGTERM, also within a loop, and what is under way is ended in order."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from server.cli import prompting

ROOT = Path(__file__).parents[2]
WAITS = """
import asyncio, sys
from server import cli
from server.cli.prompting import agreed

async def work():
    try:
        await asyncio.sleep(0)
        agreed("Apply it?")
    finally:
        await asyncio.sleep(0.01)
        print("connections closed", flush=True)

def run():
    try:
        asyncio.run(work())
    finally:
        print("database stopped", flush=True)

cli.app = run
cli.main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_waits_for_an_answer_is_stopped_in_order(number: int) -> None:
    arguments = [sys.executable, "-c", WAITS]
    pipe = subprocess.PIPE
    with subprocess.Popen(arguments, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stderr.read(len("Apply it?")) == b"Apply it?"
            process.send_signal(number)
            assert process.wait(20) == 130
            assert process.stdout.read().splitlines() == [b"connections closed", b"database stopped"]
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("said", "meant"), [("y\n", True), (" JA \n", True), ("\n", False), ("", False), ("n\n", False)]
)
def test_yes_is_yes_and_all_else_is_no(said: str, meant: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(sys, "stdin", io.StringIO(said))
    assert prompting.agreed("Apply it?") is meant
    assert signal.getsignal(signal.SIGINT) is handler
