"""A backup that is older than an erasure: whoever was erased is erased again, wherever it is restored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph import erasing
from graph.driver import Database, Statement
from graph.erasing import Tombstone
from graph.looking import Look, record
from graph_seed.archive import saving, tombstones
from graph_seed.archive.errors import DamagedListError
from graph_seed.archive.files import opened
from graph_seed.archive.restoring import restore, verify
from graph_seed.load import load_reference
from resolvers.context import Context, Viewer
from schema.engine import Request
from schema.gallery.schema import engine
from tests.archive.conftest import Cli, cli, settings
from tests.contract.conftest import Patient

__all__ = ["cli", "settings"]


async def _change(
    database: Database, mutation: str, show: str, viewer: Viewer | None = None, **given: Any
) -> Mapping[str, Any]:
    kind = mutation[0].upper() + mutation[1:]
    document = f"mutation Do($input: {kind}Input!) {{ {mutation}(input: $input) {{ __typename {show} }} }}"
    context = Context.local(Patient(database))
    if viewer is not None:
        context = replace(context, viewer=viewer)
    result = await engine().execute(Request(document, {"input": given}), context)
    assert not result.errors, result.formatted
    assert result.data is not None
    return dict(result.data[mutation])


async def _load(database: Database, file: Path, erased: Iterable[Tombstone]) -> list[str]:
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
    assert [one.key for one in await erasing.tombstones(database)] == [key]


async def test_into_the_same_database(vacant: Database, erased: tuple[Path, str]) -> None:
    file, key = erased
    told = await _load(vacant, file, ())
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
    await _load(vacant, file, listed.values())
    await _is_erased(vacant, key)
    await _empty(vacant)
    await _load(vacant, newer.file, ())  # it knows itself
    await _is_erased(vacant, key)
    plain = await saving.export(vacant, tmp_path / "plain.json", lambda _: None)
    assert "Gerda" not in plain.file.read_text("utf-8")


@pytest.mark.parametrize("where", ["beside the file", "--erased"])
async def test_by_the_command_with_the_list(
    where: str, vacant: Database, erased: tuple[Path, str], tmp_path: Path, cli: Cli
) -> None:
    file, key = erased
    folder = file.parent if where == "beside the file" else tmp_path / "elsewhere"
    folder.mkdir(exist_ok=True)
    listed = tombstones.beside((await saving.backup(vacant, folder / "new.json.gz", lambda _: None)).file)
    given = () if where == "beside the file" else ("--erased", str(listed))
    assert tombstones.beside(file).exists() is not bool(given)
    await _empty(vacant)
    done = await cli("restore", str(file), *given)
    assert done.returncode == 0, done.stderr
    assert "Erased 1 people again, who were erased after this file was written" in done.stderr
    await _is_erased(vacant, key)


async def test_a_list_that_is_not_there_restores_nothing(vacant: Database, erased: tuple[Path, str], cli: Cli) -> None:
    await _empty(vacant)
    done = await cli("restore", str(erased[0]), "--erased", str(erased[0].parent / "nowhere.json"))
    assert done.returncode == 2
    assert "There is no file" in done.stderr
    assert await vacant.value(Statement("test", "MATCH (n) WHERE NOT n:Migration RETURN count(n)")) == 0


async def test_whoever_was_merged_into_her_for_a_while_is_not_erased(vacant: Database, tmp_path: Path) -> None:
    await load_reference(vacant, lambda _: None)
    shown = "... on PersonChanged { person { id } }"
    keys = []
    for name in ("Gerda Gendannes", "Xenia Forveksles"):
        added = await _change(vacant, "addPerson", shown, name=name, municipality="0825")
        keys.append(str(added["person"]["id"]))
    merged = await _change(
        vacant, "mergePeople", "... on PersonChanged { change { seq } }", keep=keys[0], merge=keys[1]
    )
    old = (await saving.backup(vacant, tmp_path / "old.json.gz", lambda _: None)).file
    undone = await _change(vacant, "undo", "... on Failure { message }", change=merged["change"]["seq"])
    assert undone == {"__typename": "ChangeUndone"}
    newer = (await saving.backup(vacant, tmp_path / "new.json.gz", lambda _: None)).file
    gone = await _change(vacant, "erasePerson", "... on Failure { message }", person=keys[0])
    assert gone == {"__typename": "PersonErased"}
    for file in (old, newer):
        await _load(vacant, file, ())
        await _is_erased(vacant, keys[0])
        assert "Xenia Forveksles" in await _texts(vacant)


WHY = "MATCH (v:Vacancy) WHERE v.slot STARTS WITH $p.code RETURN v.reason"


async def test_no_further_than_it_was_done(vacant: Database, tmp_path: Path) -> None:
    """What an editor calls somebody is looked for in the own municipality's texts alone, then as now."""
    await load_reference(vacant, lambda _: None)
    shown = "... on PersonChanged { person { id } }"
    added = await _change(vacant, "addPerson", shown, name="Gerda Gendannes", municipality="0825")
    key = str(added["person"]["id"])
    for code in ("0825", "0101"):
        there = {"role": "ØiR finans administrator", "municipality": code, "why": "Gerda Gendannes er på orlov"}
        said = await _change(vacant, "intendVacancy", "... on Failure { message }", **there)
        assert said == {"__typename": "VacancyChanged"}

    async def texts() -> list[str]:
        """Give what stands there of the erased person's municipality, and of another one."""
        return [str(await vacant.value(Statement("test", WHY, {"code": code}))) for code in ("0825", "0101")]

    old = (await saving.backup(vacant, tmp_path / "old.json.gz", lambda _: None)).file
    editor = Viewer("municipality", "municipality:0825/x", municipality="0825", edits=True)
    done = await _change(vacant, "erasePerson", "... on Failure { message }", editor, person=key)
    assert done == {"__typename": "PersonErased"}
    before = [erasing.TEXT, "Gerda Gendannes er på orlov"]
    assert await texts() == before
    newer = await saving.backup(vacant, tmp_path / "new.json.gz", lambda _: None)
    listed = tombstones.read(tombstones.beside(newer.file))
    assert listed[key].home == "0825"
    await _load(vacant, old, ())
    assert await texts() == before
    for known in (listed[key], Tombstone(key, listed[key].at)):  # an older version's list does not say how far
        await _empty(vacant)
        await _load(vacant, old, [known])
        assert await texts() == before
    done = await _change(
        vacant, "erasePerson", "... on Failure { message }", person=key, formerNames=["Gerda Gendannes"]
    )
    assert done == {"__typename": "PersonErased"}
    assert await texts() == [erasing.TEXT, erasing.TEXT]
    await saving.backup(vacant, tmp_path / "newest.json.gz", lambda _: None)
    await _empty(vacant)
    await _load(vacant, old, tombstones.read(tombstones.beside(newer.file)).values())
    assert await texts() == [erasing.TEXT, erasing.TEXT]


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
    tombstones.write(file, [Tombstone("person:b", "2026", "0825"), Tombstone("person:c", "2026", "")])
    assert tombstones.read(file)["person:c"].home == ""
    tombstones.write(
        file,
        [Tombstone("person:a", "2027"), Tombstone("person:b", "2028", "all"), Tombstone("person:c", "2026", "0825")],
    )
    assert list(tombstones.read(file).values()) == [
        Tombstone("person:a", "2027", None),
        Tombstone("person:b", "2026", "all"),
        Tombstone("person:c", "2026", ""),
    ]
    assert file.stat().st_mode & 0o077 == 0
