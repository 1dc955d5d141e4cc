"""Settings: one table, in the README too; a password comes from the environment or from a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schema.limits import Limits
from server.errors import BadSettingError, NotLoopbackError, UnknownSettingError
from server.settings import OF_TESTS, check_loopback, load, own_address, table
from tests.server.conftest import ROOT


@pytest.mark.in_step
def test_the_readme_lists_every_setting_as_it_is() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `((?:NEO4J|ROLLEGALLERI)_\w+)` \| (.*?) \| (.*?) \|$", readme, re.MULTILINE)
    assert rows == [(name, f"`{default}`" if default else "", meaning) for name, default, meaning in table()]


def test_options_go_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLLEGALLERI_PORT", "8100")
    assert load().port == 8100
    assert load(port=8200, host=None).port == 8200


def test_an_empty_variable_is_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "")
    assert load().embedded


def test_a_password_may_come_from_a_file_and_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from-a-file\n", "utf-8")
    monkeypatch.setenv("NEO4J_PASSWORD_FILE", str(secret))
    settings = load()
    assert settings.neo4j_password.get_secret_value() == "from-a-file"
    assert "from-a-file" not in repr(settings)


def test_a_bad_value_is_said_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLLEGALLERI_LOG_LEVEL", "loud")
    with pytest.raises(BadSettingError, match="ROLLEGALLERI_LOG_LEVEL cannot be 'loud': expected debug, info"):
        load()


@pytest.mark.parametrize(
    ("variable", "name", "expected", "wrong"),
    [
        ("ROLLEGALLERI_LOOKS_DAYS", "looks_days", "a number of days, 0", ("-1", "many", "36501")),
        ("ROLLEGALLERI_ANSWERS_MB", "answers_mb", "a number of MB, 0 to 1024", ("-1", "much", "1025")),
    ],
)
def test_what_is_kept_is_bounded_by_a_number(
    variable: str, name: str, expected: str, wrong: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "0")
    assert getattr(load(), name) == 0
    for value in wrong:
        monkeypatch.setenv(variable, value)
        with pytest.raises(BadSettingError, match=f"{variable} cannot be '{value}': expected {expected}"):
            load()


def test_no_megabytes_are_no_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLLEGALLERI_ANSWERS_MB", "0")
    assert load().of_answers is None
    monkeypatch.setenv("ROLLEGALLERI_ANSWERS_MB", "2")
    kept = load().of_answers
    assert kept is not None
    assert kept.most == 2_000_000


def test_limits_are_set_by_name_and_a_wrong_one_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLLEGALLERI_LIMITS", " depth = 15 ,cost=20000")
    assert load().of_documents == Limits(depth=15, cost=20_000)
    for wrong in ("deep=15", "depth", "depth=", "depth=-1", "depth=0", "depth=1e3", "depth=101", "cost=99999999999"):
        monkeypatch.setenv("ROLLEGALLERI_LIMITS", wrong)
        with pytest.raises(
            BadSettingError, match=rf"ROLLEGALLERI_LIMITS cannot be '{wrong}'.*the names are source, tokens"
        ):
            load()


def test_a_limit_or_budget_that_stands_there_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value, twice in (
        ("ROLLEGALLERI_LIMITS", "depth=5,depth=15", "depth=15"),
        ("ROLLEGALLERI_BUDGET", "rate=5,burst=9,rate=5", "rate=5"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            with pytest.raises(BadSettingError, match=rf"{name} cannot be '{twice}': expected names, each once"):
                load()


def test_how_deep_documents_may_be_has_an_end_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLLEGALLERI_LIMITS", "depth=100")
    assert load().of_documents.depth == 100
    monkeypatch.setenv("ROLLEGALLERI_LIMITS", "depth=101")
    with pytest.raises(BadSettingError, match=r"'depth=101'.*\(depth: 100 at most\)"):
        load()


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("ROLLEGALLERI_LOOK_DAYS", "ROLLEGALLERI_LOOKS_DAYS"),
        ("ROLLEGALLERI_LIMIT", "ROLLEGALLERI_LIMITS"),
        ("rollegalleri_prot", "ROLLEGALLERI_PORT"),
        ("ROLLEGALLERI_", "ROLLEGALLERI_"),
    ],
)
def test_a_misspelt_variable_is_refused_with_the_nearest(
    wrong: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(wrong, "30")
    with pytest.raises(UnknownSettingError, match=f"no setting {wrong}: did you mean {meant}"):
        load()
    monkeypatch.setenv(wrong, "")
    load()


def test_what_sets_the_tests_alone_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    read = set[str]()
    for path in (ROOT / "tests").rglob("*.py"):
        read |= set(re.findall(r'environ\.get\("(ROLLEGALLERI_\w+)"', path.read_text("utf-8")))
    assert read == OF_TESTS
    for name in OF_TESTS:
        monkeypatch.setenv(name, "1")
    load()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.5", "::1", "localhost"])
def test_loopback_may_be_listened_on(host: str) -> None:
    check_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org", "", "localhost.example.org"])
def test_nothing_else_may(host: str) -> None:
    with pytest.raises(NotLoopbackError):
        check_loopback(host)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("gallery.example", "http://gallery.example:8000"),
    ],
)
def test_a_command_reaches_the_service_on_this_machine_wherever_it_listens(host: str, address: str) -> None:
    assert own_address(host, 8000) == address


OF_KUBERNETES = {
    "SERVICE_HOST": "10.0.0.11",
    "SERVICE_PORT": "80",
    "SERVICE_PORT_HTTP": "80",
    "PORT": "tcp://10.0.0.11:80",
    "PORT_80_TCP": "tcp://10.0.0.11:80",
    "PORT_80_TCP_ADDR": "10.0.0.11",
    "PORT_80_TCP_PORT": "80",
    "PORT_80_TCP_PROTO": "tcp",
}


def test_what_kubernetes_says_of_a_service_of_our_name_sets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = load()
    for name, value in OF_KUBERNETES.items():
        monkeypatch.setenv(f"ROLLEGALLERI_{name}", value)
        monkeypatch.setenv(f"ROLLEGALLERI_NEO4J_{name}", value)
    assert load() == usual
    assert load(port=8200).port == 8200


@pytest.mark.parametrize("name", ["PORT_80", "PORTS", "SERVICE", "PORT_80_TCP_ADDRESS"])
def test_and_nothing_else_passes_for_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"ROLLEGALLERI_{name}", "tcp://10.0.0.11:80")
    with pytest.raises(UnknownSettingError):
        load()
