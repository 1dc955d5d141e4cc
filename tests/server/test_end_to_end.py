"""The whole service as a process: from an empty folder to answers, asked in two ways, and down again."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.local.helpers import alive, seconds_until
from tests.server.conftest import ROOT, command, environment

ROLE = "Systemejer for kommunens bogføringssystem"
DAY = "2026-12-01"
QUERY = f'{{ responsibility(role: "{ROLE}", municipality: "Aarhus", at: "{DAY}") {{ outcome reach {{ email }} steps {{ en }} }} }}'


class Served:
    """A running `rollegalleri serve`."""

    def __init__(self, data: Path, *options: str, access: str = "off", **more: str) -> None:
        self.data = data
        with (data.parent / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "server.cli", "serve", "--port", "0", "--data", str(data), *options],
                env=environment({"ROLLEGALLERI_ACCESS": access, **more}),
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        assert self.process.stdout is not None
        said = ""
        while "rollegalleri who" not in said:
            line = self.process.stdout.readline()
            assert line, self.log
            said += line
        found = re.search(r"(http://127\.0\.0\.1:\d+)/graphql", said)
        assert found is not None
        self.base, self.said = found[1], said

    @property
    def log(self) -> str:
        return (self.data.parent / "log").read_text("utf-8")

    def children(self) -> list[int]:
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True)
        return [int(pid) for pid in found.stdout.split()]

    def interrupt(self) -> None:
        os.killpg(self.process.pid, signal.SIGINT)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        if self.process.stdout is not None:
            self.process.stdout.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    running = Served(tmp_path_factory.mktemp("served") / "data")
    yield running
    running.close()


@pytest.fixture(scope="module")
def half_sent(served: Served) -> Iterator[Future[tuple[bytes, float]]]:
    """A request of which the end never comes, sent before all else: how it ended, and after how many seconds."""
    host, port = served.base.removeprefix("http://").split(":")

    def send() -> tuple[bytes, float]:
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            connection.settimeout(15)
            began = time.monotonic()
            return connection.recv(100), time.monotonic() - began

    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(send)


@pytest.mark.usefixtures("half_sent")
def test_it_answers_by_http_and_who_uses_the_same_database(served: Served) -> None:
    response = ask(served)
    (answer,) = response["data"]["responsibility"]
    done = command("who", ROLE, "--in", "Aarhus", "--at", DAY, "--json", "--data", str(served.data))
    (told,) = json.loads(done.stdout)["data"]["responsibility"]
    assert answer == {
        "outcome": told["outcome"],
        "reach": [{"email": one["email"]} for one in told["reach"]],
        "steps": [{"en": step["en"]} for step in told["steps"]],
    }
    assert httpx.get(f"{served.base}/healthz/ready").json()["ready"] is True


def test_its_port_and_its_folder_are_refused_to_a_second_one(served: Served, tmp_path: Path) -> None:
    port = served.base.rsplit(":", 1)[1]
    taken = command("serve", "--port", port, "--data", str(tmp_path / "other"))
    assert (taken.returncode, taken.stdout) == (3, "")
    assert f"Port {port} on 127.0.0.1 is taken" in taken.stderr
    assert not (tmp_path / "other").exists(), "the database was started before the port was tried"
    locked = command("serve", "--port", "0", "--data", str(served.data))
    assert locked.returncode == 3
    assert f"process {served.process.pid}" in locked.stderr


def test_a_half_sent_request_is_given_up(half_sent: Future[tuple[bytes, float]]) -> None:
    told, seconds = half_sent.result(20)
    assert told == b""
    assert 8 < seconds < 14


def test_ctrl_c_ends_everything_within_10_seconds_and_the_next_start_finds_the_data(served: Served) -> None:
    (database,) = served.children()
    served.interrupt()
    seconds_until(lambda: served.process.poll() is not None and not alive(database), 10)
    assert served.process.returncode == 0, served.log
    assert "Traceback" not in served.log
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{served.base}/healthz/live")
    assert "TOKEN=" not in served.said
    assert "Access control is off" in served.log
    behind = {"ROLLEGALLERI_PROXIES": "127.0.0.1", "ROLLEGALLERI_BUDGET": "rate_without_token=1,burst_without_token=1"}
    again = Served(served.data, access="on", ROLLEGALLERI_LIMITS="cost_without_token=10000", **behind)
    try:
        assert "Demo data" not in served.log.rpartition("Stopping")[2], "the demo was loaded again"
        tokens = re.findall(r"^TOKEN=(\S+)$", again.said, re.MULTILINE)
        assert len(tokens) == 4
        assert [line for line in again.said.splitlines() if len(line) > 80 and not line.startswith("TOKEN=")] == []
        assert ask(again, tokens[0])["data"]["responsibility"]
        made = command(
            "token", "--as", "municipality:0751", "--data", str(served.data), env={"ROLLEGALLERI_ACCESS": "on"}
        )
        assert made.returncode == 0, made.stderr
        for token, status in ((made.stdout.strip(), 200), (tokens[3], 200), (tokens[0][:-8], 401)):
            body = {"query": '{ municipality(name: "Aarhus") { name } }'}
            headers = {"authorization": f"Bearer {token}"}
            assert httpx.post(f"{again.base}/graphql", json=body, headers=headers, timeout=60).status_code == status
        assert "this installation's own key" in served.log
        assert "X-Forwarded-For where it comes from 127.0.0.1" in served.log
        many = " ".join(f"a{n}: municipalities(first: 100) {{ nodes {{ code }} }}" for n in range(20))
        for address, status in (("192.0.2.1", 200), ("192.0.2.1", 429), ("192.0.2.2", 200)):
            headers = {"x-forwarded-for": address}
            told = httpx.post(f"{again.base}/graphql", json={"query": f"{{{many}}}"}, headers=headers, timeout=60)
            assert told.status_code == status, told.text
        (database,) = again.children()
        again.process.terminate()
        seconds_until(lambda: again.process.poll() is not None and not alive(database), 10)
        assert again.process.returncode == 0
    finally:
        again.close()


def ask(served: Served, token: str | None = None) -> dict[str, dict[str, list[dict[str, object]]]]:
    """Ask over HTTP; on a busy machine a planner that is still cold may need several tries."""
    until = time.monotonic() + 60
    while True:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        response = httpx.post(f"{served.base}/graphql", json={"query": QUERY}, headers=headers, timeout=60).json()
        if "errors" not in response or time.monotonic() > until:
            break
        time.sleep(1)
    assert "errors" not in response, response
    return dict(response)


@pytest.mark.parametrize(("arguments", "code"), [(("serve", "--port", "0"), 0), (("who", ROLE), 130)])
def test_ctrl_c_during_a_start_does_not_wait_for_its_end(tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    data = tmp_path / "data"
    started = subprocess.Popen(
        [sys.executable, "-m", "server.cli", *arguments, "--data", str(data)],
        env=environment(),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    seconds_until(lambda: (data / "neo4j.log").exists(), 60)
    os.killpg(started.pid, signal.SIGINT)
    out, log = started.communicate(timeout=10)
    assert (started.returncode, out) == (code, "")
    assert "Traceback" not in log
