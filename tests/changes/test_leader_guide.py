"""The commands of the programme leader's guide, run as they stand there; and the whole way from a workbook's cells to a new answer."""

from __future__ import annotations

import asyncio
import io
import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

from graph.driver import Database
from graph.local import Connection
from resolvers.context import COPENHAGEN
from tests.contract.planting import Garden
from tests.exchange import helpers
from tests.exchange_map.test_guide import served
from tests.notice.test_watch import until
from tests.server.conftest import ROOT, Run, run

__all__ = ["run"]
GUIDE = (ROOT / "docs/guides/programme-leader.md").read_text("utf-8")
BEFORE, _, WHOLE_WAY = GUIDE.partition("\n## The whole way, in a terminal\n")
COMMAND = re.compile(r"^\$ rollegalleri (.+)$", re.MULTILINE)
MAIN = f"{{{helpers.MAIN}}}"


async def test_each_command_does_what_the_guide_says(run: Run, garden: Garden) -> None:
    commands = [shlex.split(command) for command in COMMAND.findall(BEFORE)]
    assert [words[0] for words in commands] == [
        "gaps", "appoint", "appoint", "log", "undo", "report", "change-person", "correct", "hand-over", "impact", "leave",
        "change", "change", "change", "change", "change",
    ]  # fmt: skip
    for words in commands:
        done = await asyncio.to_thread(run, *words)
        assert done.returncode == 0, done.stderr
        if words[0] == "undo":
            assert "Change 721: undo · Aarhus" in done.stdout
        elif words[0] == "appoint" and "--dry-run" not in words:
            assert "Change 720: appoint · Aarhus" in done.stdout
    assert [garden.seq, await _last(garden.database)] == [719, 721]  # all but two are dry


async def _last(database: Database) -> int:
    from graph.driver import Statement

    return int(await database.value(Statement("test", "MATCH (c:Counter {key: 'counter'}) RETURN c.seq")))


async def test_three_cells_of_a_workbook_become_a_new_answer_and_are_taken_back(
    seeded: Database, neo4j_server: Connection, garden: Garden, tmp_path: Path
) -> None:
    hand_over, watch, export, preview, apply, undo = (shlex.split(command) for command in COMMAND.findall(WHOLE_WAY))
    assert [words[0] for words in (hand_over, watch, export, preview, apply, undo)] == [
        "hand-over", "watch", "export", "import", "import", "undo",
    ]  # fmt: skip

    with served(neo4j_server, tmp_path) as (base, env):
        env |= {"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)}

        async def typed(words: list[str]) -> str:
            command = [sys.executable, "-m", "server.cli", *words]
            done = await asyncio.to_thread(
                subprocess.run, command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=120
            )
            assert done.returncode == 0, done.stderr
            return plain(str(done.stdout))

        async def shown(words: str) -> str:
            return plain(await until(watching, words))

        told = await typed(hand_over)
        assert "Change 720: handOver · Læsø" in told
        assert "Taken from Demo Hans Forsøgsen" in told
        watching = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "server.cli", *watch, "--url", base,
            env=env, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            first = await shown("Why")
            assert "Answers Demo Hans Forsøgsen" in first
            await typed(export)
            today = datetime.now(COPENHAGEN).date()
            yesterday = (today - timedelta(days=1)).isoformat()
            ours = {"Role code": "yr-kontaktperson"}
            file = tmp_path / "map.xlsx"
            change(file, {**ours, "Holder name": "Demo Hans Forsøgsen"}, {"Last day": yesterday})
            new = {"First day": today.isoformat(), "Last day": "2032-12-31"}
            change(file, {**ours, "Holder name": "Demo Kaj Attrapsen"}, new)
            seen = await typed(preview)
            assert "ended" in seen
            assert "changed" in seen
            applied = await typed(apply)
            assert "The import is change 721. rollegalleri undo 721 takes it back." in applied
            after = await shown("  + Demo Kaj Attrapsen")
            assert "Another answer at change 721" in after
            assert "Answers Demo Kaj Attrapsen" in after
            assert " - Demo Hans Forsøgsen" in after
            assert "Change 722: undo · Læsø" in await typed(undo)
            back = await shown("  + Demo Hans Forsøgsen")
            assert "Another answer at change 722" in back
            assert "Answers Demo Hans Forsøgsen" in back
            assert " - Demo Kaj Attrapsen" in back
        finally:
            watching.kill()
            await watching.communicate()


def plain(said: str) -> str:
    """What is said, however it is laid out."""
    return " ".join(said.split())


def change(file: Path, which: Mapping[str, str], cells: Mapping[str, str]) -> None:
    """Change cells of one row of the assignments, as somebody does in a spreadsheet, and leave all else of the workbook."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    book = ET.fromstring(parts["xl/workbook.xml"])
    names = [sheet.get("name") for sheet in book.iter(f"{MAIN}sheet")]
    part = f"xl/worksheets/sheet{names.index('Assignments') + 1}.xml"
    texts = []
    if "xl/sharedStrings.xml" in parts:
        shared = ET.fromstring(parts["xl/sharedStrings.xml"])
        texts = ["".join(item.itertext()) for item in shared.iter(f"{MAIN}si")]
    page = ET.fromstring(parts[part])

    def said(cell: ET.Element) -> str:
        text = "".join(cell.itertext())
        return texts[int(text)] if cell.get("t") == "s" else text

    def column(cell: ET.Element) -> str:
        return re.sub(r"\d", "", cell.get("r", ""))

    heading, *rows = page.iter(f"{MAIN}row")
    columns = {said(cell): column(cell) for cell in heading}
    (row,) = (
        row
        for row in rows
        if which.items() <= {n: said(c) for n, at in columns.items() for c in row if column(c) == at}.items()
    )
    for name, value in cells.items():
        there = {column(cell): cell for cell in row}
        cell = there.get(columns[name])
        if cell is None:
            cell = ET.SubElement(row, f"{MAIN}c", {"r": f"{columns[name]}{row.get('r')}"})
            row[:] = sorted(row, key=lambda one: (len(column(one)), column(one)))
        for child in list(cell):
            cell.remove(child)
        cell.set("t", "inlineStr")
        ET.SubElement(ET.SubElement(cell, f"{MAIN}is"), f"{MAIN}t").text = value
    parts[part] = ET.tostring(page, "utf-8")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    file.write_bytes(out.getvalue())
