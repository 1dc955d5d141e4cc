"""`rollegalleri watch`: the holder in a terminal, the new one with why as soon as there is one, until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import http.server
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from server.cli import events
from server.errors import ServiceUnreachableError
from tests.contract.planting import Garden
from tests.notice.conftest import SECONDS, Service
from tests.notice.people import ANNA, arrive, held
from tests.server.conftest import ROOT, environment


@asynccontextmanager
async def watching(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server.cli", "watch", *arguments,
        env={**environment(), "PYTHONUNBUFFERED": "1"}, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def until(process: asyncio.subprocess.Process, words: str) -> str:
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(SECONDS):
        while words not in said:
            line = await process.stdout.readline()
            assert line, said
            said += line.decode()
    return said


async def test_a_new_holder_is_shown_with_why_and_ctrl_c_ends_it(service: Service, garden: Garden) -> None:
    await arrive(garden)
    url = f"http://127.0.0.1:{service.port}"
    async with watching("Aftalegodkender", "--in", "Aarhus", "--url", url) as process:
        first = await until(process, "Why")
        assert "Aarhus (0751)" in first
        assert "Anna Afprøvet" not in first
        seq = await garden.plant(records=[held(ANNA)])
        told = await until(process, "  + ")
        assert f"Another answer at change {seq}, for 2026-12-01" in told
        assert "Anna Afprøvet" in told
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 10) == 130


async def test_a_wrong_name_and_a_service_that_is_not_there_are_told_in_a_sentence(service: Service) -> None:
    url = f"http://127.0.0.1:{service.port}"
    for arguments, code, words in (
        (("Aftalegodkender", "--in", "Andeby", "--url", url), 1, "--in: no municipality is called “Andeby”"),
        (("Aftalegodkendere fra månen", "--in", "0751", "--url", url), 1, "No role or task is called"),
        (("Aftalegodkender", "--in", "0751", "--url", "http://127.0.0.1:9"), 3, "No gallery answers at"),
        (("Aftalegodkender", "--in", "0751", "--url", "ftp://x"), 3, "--url cannot be 'ftp://x'"),
        (("Aftalegodkender", "--in", "0751", "--url", "http://[::1"), 3, "--url cannot be 'http://[::1'"),
    ):
        async with watching(*arguments) as process:
            out, err = await asyncio.wait_for(process.communicate(), SECONDS)
            assert (process.returncode, out) == (code, b"")
            assert words in err.decode()


EVENT = b'event: next\nid: %d\ndata: {"data": %d}\n\n'
COMPLETE = b"event: complete\ndata:\n\n"
Answers = list[tuple[int, str, bytes]]


def followed(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], list[str]]:
    """Follow a service that gives these answers, and then one that ends all; give what was told, and what was reported."""
    reports: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            status, kind, body = answers.pop(0) if answers else (400, "application/json", b'{"data": "the end"}')
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    monkeypatch.setattr(events.time, "sleep", lambda _: None)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as service:
        threading.Thread(target=service.serve_forever, daemon=True).start()
        try:
            told = list(events.follow(f"http://127.0.0.1:{service.server_port}", "", {}, reports.append))
        finally:
            service.shutdown()
    return [one["data"] for one in told], reports


def test_a_service_that_asks_to_come_back_later_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    later = (429, "application/json", b'{"errors": []}'), (503, "application/json", b'{"errors": []}')
    stream = "text/event-stream"
    told, reports = followed([(200, stream, EVENT % (1, 1)), *later, (200, stream, EVENT % (2, 2))], monkeypatch)
    assert told == [1, 2, "the end"]
    assert [report.rpartition(" in ")[2] for report in reports] == ["0.5 s", "1.0 s", "2.0 s", "0.5 s"]


def test_a_stream_that_the_service_ends_goes_on_without_a_word_and_what_is_no_stream_is_no_gallery(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It ends one with each token, every ten minutes; somebody else's service at that address never has one."""
    stream = "text/event-stream; charset=utf-8"
    ended = [
        (200, stream, EVENT % (1, 1) + COMPLETE),
        (200, stream, COMPLETE),
        (200, stream, EVENT % (2, 2) + COMPLETE),
    ]
    assert followed(ended, monkeypatch) == ([1, 2, "the end"], [])
    with pytest.raises(ServiceUnreachableError):
        followed([(200, "text/html", b"<p>Hello</p>")], monkeypatch)
