"""A backup that is older than an erasure: whoever was erased is erased again, wherever it is restored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from graph import erasing
from graph.driver import Database, Statement
from graph.looking import Look, record
from graph_seed.archive import saving, tombstones
from graph_seed.archive.errors import DamagedListError
from graph_seed.archive.files import opened
from graph_seed.archive.restoring import restore, verify
from graph_seed.load import load_reference
from resolvers.context import Context
from schema.engine import Request
from schema.gallery.schema import engine
from tests.contract.conftest import Patient


async def _change(database: Database, mutation: str, show: str, **given: Any) -> Mapping[str, Any]:
    kind = mutation[0].upper() + mutation[1:]
    document = f"mutation Do($input: {kind}Input!) {{ {mutation}(input: $input) {{ __typename {show} }} }}"
    result = await engine().execute(Request(document, {"input": given}), Context.local(Patient(database)))
    assert not result.errors, result.formatted
    assert result.data is not None
    return dict(result.data[mutation])


async def _load(database: Database, file: Path, erased: Mapping[str, str]) -> list[str]:
    told: list[str] = []
    with opened(file) as source:
        await restore(database, source, verify(source), told.append, lambda _: True, erased)
    return told


async def _texts(database: Database) -> str:
    rows = await database.read(Statement("test", "MATCH (n) RETURN properties(n) AS p", seconds=60.0))
    return json.dumps([row["p"] for row in rows], ensure_ascii=False)


@pytest.fixture
async def erased(vacant: Database, tmp_path: Path) -> tuple[Path, str]:
    """A backup with somebody who was erased after it was made; the database without her."""
    await load_reference(vacant, lambda _: None)
    added = await _change(
        vacant, "addPerson", "... on PersonChanged { person { id } }", name="Gerda Gendannes", municipality="0825",
        reason="Gerda er ny",
    )  # fmt: skip
    key = str(added["person"]["id"])
    await _change(
        vacant,
        "appoint",
        "... on Failure { message }",
        person=key,
        role="ØiR finans administrator",
        municipality="0825",
    )
    await record(
        vacant, [Look("look:t-1", "2026-12-01T10:00:00.000000Z", "local:me", "Q", frozenset({key, "person:x"}), ())]
    )
    saved = await saving.backup(vacant, tmp_path / "old.json.gz", lambda _: None)
    assert not tombstones.beside(saved.file).exists()
    held = await vacant.value(
        Statement("test", "MATCH (a:Assignment)-[:HELD_BY]->(:Person {key: $p.key}) RETURN a.key", {"key": key})
    )
    gone = await _change(vacant, "erasePerson", "... on Failure { message }", person=key, vacancies=[held])
    assert gone == {"__typename": "PersonErased"}
    assert "Gerda" not in await _texts(vacant)
    return saved.file, key


async def _is_erased(database: Database, key: str) -> None:
    texts = await _texts(database)
    assert "Gerda" not in texts
    assert "gerda" not in texts
    (row,) = await database.read(
        Statement("test", "MATCH (p:Person {key: $p.key}) RETURN p.name AS n, p.erasedAt AS at", {"key": key})
    )
    assert row["n"] == erasing.NAME
    assert [one for one, _ in await erasing.tombstones(database)] == [key]


async def test_into_the_same_database(vacant: Database, erased: tuple[Path, str]) -> None:
    file, key = erased
    told = await _load(vacant, file, {})
    assert "Erased 1 people again, who were erased after this file was written" in told
    await _is_erased(vacant, key)
    rows = await vacant.read(Statement("test", "MATCH (s:Shown) RETURN s.people AS p"))
    assert [row["p"] for row in rows] == [["person:x"]]
    holds = await vacant.read(
        Statement(
            "test",
            "MATCH (a:Assignment)-[:HELD_BY]->(:Person {key: $p.key}) RETURN a.toSeq > 1000000 AS open",
            {"key": key},
        )
    )
    assert [row["open"] for row in holds] == [True]


async def test_into_an_empty_one_by_the_list_beside_a_newer_backup(
    vacant: Database, erased: tuple[Path, str], tmp_path: Path
) -> None:
    file, key = erased
    newer = await saving.backup(vacant, tmp_path / "new.json.gz", lambda _: None)
    listed = tombstones.read(tombstones.beside(newer.file))
    assert list(listed) == [key]
    await _empty(vacant)
    await _load(vacant, file, listed)
    await _is_erased(vacant, key)
    await _empty(vacant)
    await _load(vacant, newer.file, {})  # it knows itself
    await _is_erased(vacant, key)
    plain = await saving.export(vacant, tmp_path / "plain.json", lambda _: None)
    assert "Gerda" not in plain.file.read_text("utf-8")


async def _empty(database: Database) -> None:
    async def work(transaction: Any) -> object:
        return await transaction.run(Statement("test", "MATCH (n) WHERE NOT n:Migration DETACH DELETE n"))

    await database.write(work, name="test", seconds=60.0, patience=60.0)


def test_a_list_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / tombstones.NAME
    assert tombstones.read(file) == {}
    for text in ("", "[]", '{"erased": [{"key": "role:x", "at": ""}]}', '{"erased": [7]}'):
        file.write_text(text)
        with pytest.raises(DamagedListError):
            tombstones.read(file)
    file.unlink()
    tombstones.write(file, [("person:b", "2026")])
    tombstones.write(file, [("person:a", "2027"), ("person:b", "2028")])
    assert tombstones.read(file) == {"person:a": "2027", "person:b": "2026"}
    assert file.stat().st_mode & 0o077 == 0
