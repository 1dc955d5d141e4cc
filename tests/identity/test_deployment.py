"""The deployment's page, proxy and containers agree with the code: settings, limits, names, commands."""

from __future__ import annotations

import json
import os
import re
import runpy
import shlex
import stat
import tomllib
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest

from graph.local.settings import settings_file
from graph_seed.exchange.limits import LIMITS
from server.budget import Budgets
from server.errands import SECONDS
from server.events import KEEP_ALIVE_SECONDS
from server.identity.claims import Claims
from server.identity.minting import wanted
from server.identity.setting import who_asks_without, whose_tokens
from server.protocol import HEADER_SECONDS
from server.reading import BODY_SECONDS, LARGEST_BODY
from server.settings import load, table
from server.stopping import SERVICE_SECONDS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/deployment.md").read_text("utf-8")
GUIDE = (ROOT / "docs/guides/operator.md").read_text("utf-8")
COMPOSE = (ROOT / "docker-compose.yml").read_text("utf-8")
VARIABLE = re.compile(r"\b((?:NEO4J_(?:URI|USERNAME|PASSWORD\w*|DATABASE)|ROLLEGALLERI_[A-Z_]+))\b")

pytestmark = pytest.mark.in_step


def block(kind: str) -> str:
    (found,) = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def test_every_setting_that_is_named_there_is() -> None:
    known = {row.name for row in table()}
    for text in (PAGE, GUIDE, COMPOSE, (ROOT / "Dockerfile").read_text("utf-8")):
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
    (connections,) = map(int, re.findall(r"limit_conn gallery_open (\d+);", text))
    assert connections < Budgets().sockets_without_token, (
        "who asks by the proxy is one address; one client must not be all of it"
    )
    assert set(re.findall(r"server_name (\S+);", text)) == {"gallery.example.dk"}
    assert set(re.findall(r"proxy_pass (\S+);", text)) == {f"http://127.0.0.1:{load(port=None).port}"}


def test_the_neo4j_beside_it_keeps_plans_as_the_embedded_one() -> None:
    ours = dict(line.partition("=")[::2] for line in settings_file(0).splitlines())
    for name in ("server.memory.query_cache.per_db_cache_num_entries", "dbms.cypher.min_replan_interval"):
        variable = "NEO4J_" + name.replace("_", "__").replace(".", "_")
        assert re.search(rf'{variable}: "?{ours[name]}"?\n', COMPOSE), name
        assert f"{name}={ours[name]}" in (ROOT / "README.md").read_text("utf-8")


def test_the_commands_are_ours() -> None:
    from typer.main import get_command

    from server.cli import app

    known: Any = get_command(app)
    run = r"^\$ (?:docker compose (?:exec(?: -e LOGNAME=\$USER)?|run --rm) gallery rollegalleri|rollegalleri|gallery) (.+)$"
    found = [shlex.split(line, comments=True) for line in re.findall(run, PAGE + GUIDE, re.MULTILINE)]
    assert {words[0] for words in found} >= {"add-person", "backup", "doctor", "person", "restore", "seed", "token"}
    for words in found:
        command, rest = known, words
        while rest and rest[0] in getattr(command, "commands", {}):
            command, rest = command.commands[rest[0]], rest[1:]
        assert command is not known or rest == ["--version"], words
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= options, words
        if words[0] == "token":
            assert wanted(rest[rest.index("--as") + 1]).speaker == "municipality:0751"
            assert "--person" in rest, "all editors would be one in the log"


def test_a_command_at_which_the_log_names_somebody_says_who_operates() -> None:
    for line in re.findall(r"^\$ docker compose exec (.+)$", PAGE, re.MULTILINE):
        if re.search(r"gallery rollegalleri (?:add-person|token)", line):
            assert line.startswith("-e LOGNAME=$USER gallery "), line


def told_in_the_file() -> dict[str, str]:
    """What the page writes into `config/gallery.env`."""
    blocks = re.findall(r"```ini\n# config/gallery.env\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 2
    return dict(line.split("=", 1) for block in blocks for line in block.splitlines())


def set_by_the_containers() -> dict[str, str]:
    """What the service's part of `docker-compose.yml` sets by itself; it goes before the file."""
    service = COMPOSE.split("\n  gallery:\n")[1].split("\nnetworks:")[0]
    (block,) = re.findall(r"\n    environment:\n((?:      \S.*\n)+)", service)
    found = dict(re.findall(r"^      (\w+): (.*)$", block, re.MULTILINE))
    return {name: value.strip('"') for name, value in found.items()}


def test_all_that_the_page_tells_the_service_reaches_the_one_in_the_container(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither a variable that the container sets otherwise, nor a file that is not seen in it, nor one told in a shell."""
    assert "    env_file:\n      - path: config/gallery.env\n" in COMPOSE
    assert "      - ./config:/etc/rollegalleri:ro\n" in COMPOSE
    file, fixed = told_in_the_file(), set_by_the_containers()
    assert not set(file) & set(fixed)
    assert "${" not in "".join(fixed.values())
    assert not re.findall(r"export[^\n]* (ROLLEGALLERI_\w+)=", PAGE)

    (tmp_path / "claims.toml").write_text(block("toml"), "utf-8")
    (tmp_path / "password").write_text("p", "utf-8")
    for name, value in {**file, **fixed, "NEO4J_PASSWORD_FILE": str(tmp_path / "password")}.items():
        monkeypatch.setenv(name, value.replace("/etc/rollegalleri/", f"{tmp_path}/"))
    settings = load()
    assert (settings.issuer, settings.audience) == ("https://broker.example.dk", "https://gallery.example.dk")
    assert settings.of_claims.organisations["55133018"] == "municipality:0751"
    assert settings.of_names == ("gallery.example.dk",)
    assert (settings.access, settings.host, settings.log_format) == ("on", "0.0.0.0", "json")


def test_what_stands_in_the_file_may_be_any_setting_but_what_the_containers_make_necessary() -> None:
    needed = {
        "NEO4J_URI", "NEO4J_PASSWORD_FILE", "ROLLEGALLERI_HOST", "ROLLEGALLERI_PORT", "ROLLEGALLERI_DATA",
        "ROLLEGALLERI_ACCESS",
    }  # fmt: skip
    fixed = set_by_the_containers()
    assert set(fixed) == needed
    (said,) = re.findall(r"what the file says in vain: (.*?)\. To begin", PAGE, re.DOTALL)
    assert set(re.findall(r"`(\w+)`", said)) == needed | {"NEO4J_PASSWORD"}
    assert f'- "127.0.0.1:8000:{fixed["ROLLEGALLERI_PORT"]}"' in COMPOSE
    assert f"127.0.0.1:{fixed['ROLLEGALLERI_PORT']}/healthz/ready" in COMPOSE
    assert f"      - gallery-data:{fixed['ROLLEGALLERI_DATA']}\n" in COMPOSE
    assert f"gallery rm {fixed['ROLLEGALLERI_DATA']}/identity/key.pem && docker compose restart gallery" in PAGE
    assert re.findall(r"ROLLEGALLERI_\w+(?==)", (ROOT / "Dockerfile").read_text("utf-8")) == ["ROLLEGALLERI_DATA"]
    assert "config/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_the_proxy_tells_who_asks_and_is_believed() -> None:
    text = re.sub(r"#.*", "", block("nginx"))
    inner = re.findall(r"location [^{]+\{(.*?)\}", text, re.DOTALL)
    outer = re.sub(r"location [^{]+\{.*?\}", "", text, flags=re.DOTALL)
    own = [one for one in inner if "proxy_set_header" in one]  # nginx takes none from outside into these
    for part in (outer, *own):
        assert re.findall(r"X-Forwarded-For (.+);", part) == ["$remote_addr"]
        assert "proxy_set_header Host $host;" in part
    assert re.findall(r"limit_\w+_status (\d+);", text) == ["429", "429"]
    (gateway,) = re.findall(r"gateway: (\S+)", COMPOSE)
    assert told_in_the_file()["ROLLEGALLERI_PROXIES"] == gateway
    assert told_without_containers()["ROLLEGALLERI_PROXIES"] == "127.0.0.1"


def test_the_proxy_lets_through_what_a_caller_has_with_and_without_a_token() -> None:
    text, budgets = re.sub(r" #.*", "", block("nginx")), Budgets()
    for zone, empty, rate, burst in (
        ("gallery_public", "$binary_remote_addr", budgets.rate_without_token, budgets.burst_without_token),
        ("gallery_told", '""', budgets.rate, budgets.burst),
    ):
        (most,) = re.findall(rf"limit_req_zone \${zone} zone={zone}:10m rate=(\d+)r/s;", text)
        (saved,) = re.findall(rf"limit_req zone={zone} burst=(\d+) nodelay;", text)
        assert int(most) >= rate
        assert int(saved) >= burst
        (one,) = re.findall(rf"map \$http_authorization \${zone} \{{(.*?)\}}", text, re.DOTALL)
        other = {"$binary_remote_addr": '""', '""': "$binary_remote_addr"}[empty]
        assert dict(re.findall(r"(\S+)\s+(\S+);", one)) == {'""': empty, "default": other}


def test_what_the_proxy_refuses_itself_has_the_one_shape_and_a_published_code() -> None:
    text = block("nginx")
    said = dict(re.findall(r"^    (\d+|default) +'(\{.*\})';$", text, re.MULTILINE))
    codes = {}
    for status, body in said.items():
        (error,) = json.loads(body)["errors"]
        assert error["message"].endswith(".")
        codes[status] = error["extensions"]["code"]
    assert codes == {"413": "TOO_LARGE", "429": "RATE_LIMITED", "default": "OUTCOME_UNKNOWN"}
    assert "error_page 413 429 502 504 @refused;" in text
    errors = (ROOT / "docs/errors.md").read_text("utf-8")
    assert "`TOO_LARGE` (413), `RATE_LIMITED` (429) and `OUTCOME_UNKNOWN` (502, 504)" in errors
    outside, inside = re.findall(r"(add_header Strict-Transport-Security .*;)", text)
    assert outside == inside  # nginx takes none from outside into a location that has its own


def told_without_containers() -> dict[str, str]:
    """What the page writes into `/etc/rollegalleri/gallery.env`."""
    (found,) = re.findall(r"```ini\n# /etc/rollegalleri/gallery.env\n(.*?)```", PAGE, re.DOTALL)
    return dict(line.split("=", 1) for line in found.splitlines())


def test_the_unit_waits_for_a_stop_and_its_settings_are_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (text,) = re.findall(r"```ini\n# /etc/systemd/system/rollegalleri.service\n(.*?)```", PAGE, re.DOTALL)
    unit = ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(text)
    assert set(unit) - {"DEFAULT"} == {"Unit", "Service", "Install"}
    service, told = unit["Service"], told_without_containers()
    assert int(service["TimeoutStopSec"]) > SERVICE_SECONDS
    assert (service["Restart"], service["KillMode"], service["User"]) == ("on-failure", "mixed", "rollegalleri")
    assert service["EnvironmentFile"] == "/etc/rollegalleri/gallery.env"
    assert f"/var/lib/{service['StateDirectory']}" == told["ROLLEGALLERI_DATA"] == service["WorkingDirectory"]
    assert service["ExecStart"] == "/opt/rollegalleri/.venv/bin/rollegalleri serve"
    for part in (
        "git clone ADDRESS /opt/rollegalleri\n",
        f"{told['NEO4J_PASSWORD_FILE']}\n",
        f". {service['EnvironmentFile']};",
    ):
        assert part in PAGE
    assert "\nenv-run: ## " in (ROOT / "Makefile").read_text("utf-8")

    assert set(told) <= {row.name for row in table()}
    assert not [value for value in told.values() if re.search(r"[\s'\"$]", value)], "systemd and sh read these apart"
    (tmp_path / "password").write_text("p", "utf-8")
    for name, value in {**told, "NEO4J_PASSWORD_FILE": str(tmp_path / "password")}.items():
        monkeypatch.setenv(name, value)
    settings = load()
    assert (settings.log_format, settings.workers, settings.host) == ("json", 2, "127.0.0.1")


def test_going_back_empties_the_database_and_forgets_nobody_who_was_erased() -> None:
    steps = GUIDE.split("### Going back\n")[1].split("```")[1]
    first, last = steps.index("rollegalleri backup"), steps.index("rollegalleri restore")
    assert first < steps.index("docker volume rm") < steps.index("git checkout OLD_VERSION") < last
    assert "--erased /backups/rollegalleri-erased.json" in steps[last:].splitlines()[0]
    (volume,) = re.findall(r"label=com.docker.compose.volume=(\S+)", steps)
    assert f"      - {volume}:/data\n" in COMPOSE.split("\n  gallery:\n")[0]
    assert "seed reference" in GUIDE.split("## Upgrade\n")[1].split("### Going back")[0]


def test_each_version_has_an_image_of_its_own_and_logs_do_not_fill_the_disk() -> None:
    assert '    image: "rollegalleri:${GALLERY_VERSION:-local}"\n' in COMPOSE
    assert ">> .env" in PAGE[PAGE.index("GALLERY_VERSION=") :].splitlines()[0]
    services = COMPOSE.split("\nservices:\n")[1].split("\nnetworks:")[0]
    assert re.findall(r"^  (\w+):$", services, re.MULTILINE) == ["neo4j", "gallery"]
    assert re.findall(r"^    logging: (\S+)$", services, re.MULTILINE) == ["&logging", "*logging"]
    (size,) = re.findall(r"\n        max-size: (\d+)m\n", services)
    (files,) = re.findall(r'\n        max-file: "(\d+)"\n', services)
    assert f"keeps {files} files of {size} MB" in GUIDE


def test_what_is_to_be_watched_in_the_log_is_what_the_code_says() -> None:
    code = "\n".join(
        path.read_text("utf-8") for folder in ("server", "graph") for path in (ROOT / folder).rglob("*.py")
    )
    watched = GUIDE.split("## What to watch\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(error|warning)` \| (.+?) \|", watched, re.MULTILINE)
    assert len(rows) == 11
    for level, event in rows:
        for said in re.findall(r"“(.+?)”", event):
            if said.startswith("statement"):
                assert '_LOG.warning("statement %s: %s (%s)"' in code
            else:
                calls = re.findall(rf'logger\(\)\.(\w+)\(\s*"{re.escape(said)}"|_log\.(\w+)\("{re.escape(said)}"', code)
                told = [one or other for one, other in calls] or re.findall(
                    rf'told = "{re.escape(said)}"\s+logger\(\)\.(\w+)\(told', code
                )
                assert set(told) == {level}, said
        for name in re.findall(r"`([A-Z_]+)`", event):
            assert f'code="{name}"' in code


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({}, "this installation's own key (data/identity/key.pem), and no issuer's"),
        ({"ROLLEGALLERI_ACCESS": "off"}, "Access control is off"),
        (
            {
                "ROLLEGALLERI_JWKS": "https://i.example/k",
                "ROLLEGALLERI_ISSUER": "https://i.example",
                "ROLLEGALLERI_CLAIMS": "",
            },
            "the issuer https://i.example for rollegalleri, and no others; keys from https://i.example/k, claims as ",
        ),
    ],
)
def test_it_is_said_at_the_start_whose_tokens_count(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, env: dict[str, str], said: str
) -> None:
    file = tmp_path / "claims.toml"
    file.write_text(block("toml"), "utf-8")
    monkeypatch.delenv("ROLLEGALLERI_ACCESS", raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value or str(file))
    assert said in whose_tokens(load(data=Path("data")))


def test_it_is_said_at_the_start_whose_word_on_addresses_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no proxy's" in who_asks_without(load())
    monkeypatch.setenv("ROLLEGALLERI_PROXIES", "127.0.0.1, 10.1.2.0/24")
    assert who_asks_without(load()).endswith("where it comes from 127.0.0.1, 10.1.2.0/24")


def test_the_containers_have_no_default_secret_and_listen_on_loopback_alone() -> None:
    assert not re.search(r"(?im)^[^#\n]*password:[ \t]*\S", COMPOSE)
    ports = re.findall(r'- "([\d.:]+)"', COMPOSE)
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert 'ROLLEGALLERI_ACCESS: "on"' in COMPOSE
    copied = re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert copied == ["graph", "graph_seed", "resolvers", "schema", "server"]


def test_neo4j_can_read_its_secret_in_the_container_and_nobody_else_outside(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The image looks at the mode alone whether its user `neo4j`, who owns no file of ours, may read it, and ends if not."""
    make = runpy.run_path(str(ROOT / "tools/secret.py"))["main"]
    monkeypatch.setitem(make.__globals__, "FOLDER", folder := tmp_path / "secrets")
    folder.mkdir(0o755)  # from a time in which nothing in it could be read
    before = os.umask(0o077)
    try:
        make()
        make()
    finally:
        os.umask(before)
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in (folder, *folder.iterdir())}
    assert modes == {"secrets": 0o700, "neo4j_auth": 0o444, "neo4j_password": 0o600}
    assert (folder / "neo4j_auth").read_text() == f"neo4j/{(folder / 'neo4j_password').read_text()}"
