"""The deployment's page, proxy and containers agree with the code: settings, limits, names, commands."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from graph_seed.exchange.limits import LIMITS
from server.events import KEEP_ALIVE_SECONDS
from server.exchange import SECONDS
from server.identity.claims import Claims
from server.identity.minting import wanted
from server.protocol import HEADER_SECONDS
from server.reading import BODY_SECONDS, LARGEST_BODY
from server.settings import load, table

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/deployment.md").read_text("utf-8")
COMPOSE = (ROOT / "docker-compose.yml").read_text("utf-8")
VARIABLE = re.compile(r"\b((?:NEO4J_(?:URI|USERNAME|PASSWORD\w*|DATABASE)|ROLLEGALLERI_[A-Z_]+))\b")

pytestmark = pytest.mark.in_step


def block(kind: str) -> str:
    (found,) = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def test_every_setting_that_is_named_there_is() -> None:
    known = {row.name for row in table()}
    for text in (PAGE, COMPOSE, (ROOT / "Dockerfile").read_text("utf-8")):
        assert set(VARIABLE.findall(text)) <= known


def test_the_mapping_is_one() -> None:
    claims = Claims.model_validate(tomllib.loads(block("toml")))
    right = {"role": claims.rights.editor[0], "scope": ["55133018"]}
    told = {
        "nemlogin.persistent_professional_id": "s", "nemlogin.cvr": "55133018", "identity_type": "professional",
        "loa": claims.require["loa"][0], "privileges": [right],
    }  # fmt: skip
    viewer = claims.viewer(told)
    assert (viewer.municipality, viewer.edits) == ("0751", True)


def test_the_proxy_lets_through_what_the_service_takes_and_waits_as_long() -> None:
    text = re.sub(r"#.*", "", block("nginx"))
    assert text.count("{") == text.count("}")
    for line in filter(None, map(str.strip, text.splitlines())):
        assert line.endswith((";", "{", "}")), line
    sizes = [int(size) * {"k": 1024, "m": 1024**2}[unit] for size, unit in re.findall(r"body_size (\d+)([km])", text)]
    assert sizes == [sizes[0], sizes[0], sizes[2]]
    assert LARGEST_BODY <= sizes[0] < LARGEST_BODY * 1.1
    assert sizes[2] >= LIMITS.file_bytes
    waits = [int(seconds) for seconds in re.findall(r"proxy_read_timeout (\d+)s", text)]
    assert waits[1] > KEEP_ALIVE_SECONDS * 2
    assert waits[2] > SECONDS
    assert f"client_header_timeout {HEADER_SECONDS:.0f}s" in text
    assert f"client_body_timeout {BODY_SECONDS:.0f}s" in text
    assert set(re.findall(r"server_name (\S+);", text)) == {"gallery.example.dk"}
    assert set(re.findall(r"proxy_pass (\S+);", text)) == {f"http://127.0.0.1:{load(port=None).port}"}


def test_the_commands_are_ours() -> None:
    from typer.main import get_command

    from server.cli import app

    known = get_command(app).commands  # type: ignore[attr-defined]
    for line in re.findall(r"^\$ (?:docker compose exec gallery )?rollegalleri (.+)$", PAGE, re.MULTILINE):
        name, *rest = shlex.split(line)
        options = {option for parameter in known[name].params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= options
        if name == "token":
            assert wanted(rest[rest.index("--as") + 1]).speaker == "municipality:0751"


def test_the_containers_have_no_default_secret_and_listen_on_loopback_alone() -> None:
    assert not re.search(r"(?im)^[^#\n]*password:[ \t]*\S", COMPOSE)
    ports = re.findall(r'- "([\d.:]+)"', COMPOSE)
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert 'ROLLEGALLERI_ACCESS: "on"' in COMPOSE
    copied = re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert copied == ["graph", "graph_seed", "resolvers", "schema", "server"]
