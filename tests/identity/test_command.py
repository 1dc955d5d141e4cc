"""`rollegalleri token`: the token alone on standard output, for whom there is; and what is printed where a demo starts."""

from __future__ import annotations

from pathlib import Path

import jwt
import pytest

from graph.driver import Database
from server.identity.claims import OF_OURS
from server.identity.demo import demo_tokens
from server.identity.own import key_file, own_key
from server.identity.tokens import Tokens
from server.settings import load
from tests.changes.test_terminal import Terminal, added, terminal
from tests.server.conftest import Run, run

__all__ = ["run", "terminal"]


@pytest.mark.parametrize("speaker", ["kombit", "municipality:0751", "municipality:0751:reader", "vendor:kmd"])
def test_the_token_alone_is_printed(run: Run, tmp_path: Path, speaker: str) -> None:
    done = run("token", "--as", speaker, "--hours", "2", "--data", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    assert "for 2 hours" in done.stderr
    own = own_key(tmp_path)
    claims = jwt.decode(done.stdout.strip(), own.key.public, ["EdDSA"], audience="rollegalleri", issuer="rollegalleri")
    assert claims["exp"] - claims["iat"] == 7200
    viewer = OF_OURS.viewer(claims)
    assert viewer.edits is (speaker in ("kombit", "municipality:0751"))
    assert viewer.actor.startswith(":".join(speaker.split(":")[:2]) + "/local-")


WRONG = (
    ("municipality:0752", "“municipality:0752” is not valid; one that the gallery has, such as municipality:"),
    ("vendor:kmt", "vendor:kmd"),
    ("municipality:Aarhus", "kombit, municipality:0751 or vendor:kmd"),
    ("vendor:kmd:editor", "kombit, municipality:0751 or vendor:kmd"),
    ("local", "kombit, municipality:0751 or vendor:kmd"),
    ("public", "kombit, municipality:0751 or vendor:kmd"),
)


@pytest.mark.parametrize(("speaker", "hint"), WRONG)
def test_whom_there_is_not_is_refused_in_a_sentence(run: Run, tmp_path: Path, speaker: str, hint: str) -> None:
    done = run("token", "--as", speaker, "--data", str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: --as: ")
    assert hint in done.stderr
    assert not key_file(tmp_path).exists()


def test_a_person_is_one_of_the_gallery(run: Run, tmp_path: Path) -> None:
    done = run("token", "--as", "kombit", "--person", "person:nobody", "--data", str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert "--person" in done.stderr


async def test_somebody_erased_is_as_if_not_there(terminal: Terminal, tmp_path: Path) -> None:
    key = await added(terminal, "Demo Gerda Tokensen")
    given = ("token", "--as", "kombit", "--data", str(tmp_path), "--person")
    assert (await terminal(*given, key)).returncode == 0
    erased = await terminal("person", "erase", key, "--yes")
    assert erased.returncode == 0, erased.stderr
    done, nobody = await terminal(*given, key), await terminal(*given, "person:nobody")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == nobody.stderr.replace("person:nobody", key)


@pytest.mark.parametrize("hours", ["nan", "inf", "-inf", "0", "-1", "0.009", "720.1", "1e300"])
def test_hours_that_are_no_time_are_refused_in_a_sentence(run: Run, tmp_path: Path, hours: str) -> None:
    done = run("token", "--as", "kombit", "--hours", hours, "--data", str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: --hours: ")
    assert "a number of hours from 0.01 to 720" in " ".join(done.stderr.split())
    assert not key_file(tmp_path).exists()


def test_with_an_issuer_no_token_is_minted(run: Run, tmp_path: Path) -> None:
    keys = tmp_path / "jwks.json"
    keys.write_text("{}", "utf-8")
    claims = tmp_path / "claims.toml"
    claims.write_text('cvr = "cvr"\n[organisations]\n11111111 = "kombit"\n', "utf-8")
    issuer = {"JWKS": str(keys), "ISSUER": "https://i", "CLAIMS": str(claims)}
    given = {f"ROLLEGALLERI_{name}": value for name, value in issuer.items()}
    done = run("token", "--as", "kombit", "--data", str(tmp_path), **given)
    assert (done.returncode, done.stdout) == (3, "")
    assert "ROLLEGALLERI_JWKS" in done.stderr


async def test_demo_tokens_are_for_a_demo_alone(
    seeded: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NEO4J_URI", "ROLLEGALLERI_ACCESS"):
        monkeypatch.delenv(name, raising=False)
    made = await demo_tokens(load(data=tmp_path), seeded)
    assert [one.speaker for one in made] == [
        "kombit", "municipality:0751:editor", "municipality:0751:reader", "vendor:kmd",
    ]  # fmt: skip
    tokens = Tokens(own_key(tmp_path), "rollegalleri", "rollegalleri")
    viewers = [OF_OURS.viewer(await tokens.claims(one.token)) for one in made]
    assert [viewer.audience for viewer in viewers] == ["kombit", "municipality", "municipality", "vendor"]
    assert await demo_tokens(load(data=tmp_path, host="0.0.0.0"), seeded) == ()
    assert await demo_tokens(load(data=tmp_path, neo4j_uri="bolt://127.0.0.1:7687"), seeded) == ()
    monkeypatch.setenv("ROLLEGALLERI_ACCESS", "off")
    assert await demo_tokens(load(data=tmp_path), seeded) == ()
