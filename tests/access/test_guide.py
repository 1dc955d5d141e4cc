"""The guide's three askers, in a service of its own with access control on: each gets the answer that stands there."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import httpx

from graph.driver import Database
from graph.local import Connection
from tests.contract.planting import Garden
from tests.exchange_map.test_guide import served
from tests.server.conftest import ROOT

GUIDE = (ROOT / "docs/guides/who-sees-what.md").read_text("utf-8")
ASKED = re.findall(r"^\$ TOKEN=\$\((.+)\)\n\$ (curl .+)\n```\n```json\n((?:.+\n)+?)```$", GUIDE, re.MULTILINE)
AFTERWARDS = re.findall(r"^\$ (rollegalleri person .+)$", GUIDE, re.MULTILINE)


def test_each_gets_its_own_right_answer_and_who_was_shown_somebody_stands_in_their_file(
    seeded: Database, neo4j_server: Connection, garden: Garden, tmp_path: Path
) -> None:
    assert [command.split()[-1] for command, _, _ in ASKED] == [
        "kombit:reader",
        "municipality:0751:reader",
        "vendor:kmd",
    ]
    with served(neo4j_server, tmp_path) as (base, env):

        def run(command: str) -> str:
            arguments = [sys.executable, "-m", "server.cli", *shlex.split(command)[1:]]
            done = subprocess.run(arguments, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            return done.stdout

        for minting, curl, answer in ASKED:
            words = shlex.split(curl)
            address = next(word for word in words if word.startswith("http")).replace("http://127.0.0.1:8000", base)
            body = words[words.index("-d") + 1]
            token = {"authorization": f"Bearer {run(minting).strip()}", "content-type": "application/json"}
            for _ in range(5):  # a busy machine may plan for longer than a question may take
                came = httpx.post(address, content=body.encode(), headers=token, timeout=60).json()
                if "errors" not in came:
                    break
            assert came == {"data": json.loads(answer)}
        time.sleep(2)
        copy = tmp_path / "erik.json"
        looks, export = (command.replace("erik.json", str(copy)) for command in AFTERWARDS)
        told = run(looks)
        run(export)
    shown = [
        (one["actor"].partition("/")[0], one["operation"]) for one in json.loads(copy.read_text("utf-8"))["lookedUp"]
    ]
    for speaker in ("kombit", "municipality:0751"):
        assert (speaker, "WhoAnswers") in shown
        assert speaker in told
    assert not any("vendor" in actor for actor, _ in shown)
