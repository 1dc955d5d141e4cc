"""Files that are too much, broken, or meant to do harm: refused with a sentence that has the limit; we go on."""

from __future__ import annotations

import asyncio
import io
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from graph_seed.exchange.door import read_file
from graph_seed.exchange.errors import FileRefused
from graph_seed.exchange.limits import LIMITS, Limits
from graph_seed.exchange.tables import ASSIGNMENTS
from graph_seed.exchange.workbooks import Lists, to_xlsx
from graph_seed.exchange.writing import Table, to_csv
from tests.exchange.helpers import HEAD, assignments_of, csv_of, number, read_here, sheet_of, text, workbook_of

pytestmark = pytest.mark.anyio
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def many(count: int) -> Table:
    rows = (
        {
            "municipality": f"{101 + i % 700:04}",
            "role": f"role-{i % 17}",
            "holder_kind": "PERSON",
            "holder_name": f"Demo Åse {i}",
            "holder_key": f"person:{i}",
            "holder_email": f"demo{i}@demo.example",
            "first_day": "2019-12-16",
        }
        for i in range(count)
    )
    return Table(ASSIGNMENTS, rows)


async def refused(data: bytes, limits: Limits = LIMITS) -> tuple[str, str]:
    """Code of the refusal, and what it says would be right; asserts that its sentence is whole."""
    with pytest.raises(FileRefused) as caught:
        await read_file("file.xlsx", data, limits=limits)
    assert caught.value.expected in str(caught.value)
    assert str(caught.value).endswith("Nothing was changed.")
    return caught.value.code, caught.value.expected


def claiming(data: bytes, part: str, size: int) -> bytes:
    """The same archive, its directory saying another unpacked size of a part."""
    at = data.index(b"PK\x01\x02")
    while data[at + 46 : at + 46 + len(part)] != part.encode():
        at = data.index(b"PK\x01\x02", at + 4)
    return data[: at + 24] + struct.pack("<I", size) + data[at + 28 :]


def children() -> list[int]:
    """Readers that we have running."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == os.getpid() and b"graph_seed.exchange.child" in command:
            found.append(int(folder.name))
    return found


def environment_of(process: int) -> bytes:
    """The environment that a process was started with."""
    return Path(f"/proc/{process}/environ").read_bytes()


async def running() -> int:
    """The reader that was just started, once it is there."""
    async with asyncio.timeout(10):
        while not (found := children()):  # noqa: ASYNC110 -- another process gives no event
            await asyncio.sleep(0.005)
    return found[0]


async def test_50_000_rows_are_read_and_one_more_is_not() -> None:
    assert (await read_file("map.csv", to_csv(many(50_000)))).row_count == 50_000
    assert await refused(to_csv(many(50_001))) == ("FILE_TOO_MANY_ROWS", "at most 50000 rows in a file")


async def test_50_000_rows_of_a_workbook_are_read_within_the_limits_of_the_child() -> None:
    read = await read_file("map.xlsx", to_xlsx([many(50_000)], Lists()))
    assert (read.row_count, read.problems) == (50_000, ())


def test_rows_are_counted_over_all_sheets() -> None:
    people = sheet_of([[text("Navn")], [text("Demo A")], [text("Demo B")]])
    mailboxes = sheet_of([[text("Navn")], [text("Demo C")]])
    data = workbook_of({"People": people, "Mailboxes": mailboxes})
    assert read_here(data, limits=Limits(rows=3)).row_count == 3
    with pytest.raises(FileRefused, match="at most 2 rows"):
        read_here(data, limits=Limits(rows=2))


@pytest.mark.parametrize(
    "data",
    [b"", b"\xef\xbb\xbf", b"\r\n \r\n", b";;;\r\n", workbook_of({"People": sheet_of([])})],
    ids=["nothing", "mark", "blanks", "separators", "workbook"],
)
async def test_an_empty_file(data: bytes) -> None:
    assert (await refused(data))[0] == "FILE_EMPTY"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\x01",
        b"PK\x03\x04 not an archive",
        OLE + bytes(600),
        csv_of(HEAD, '0751;x;"Demo;2020-01-01;'),
        csv_of(HEAD, '0751;"x"y;Demo;2020-01-01;'),
        workbook_of({"People": "<worksheet><sheetData>"}),
        workbook_of({"People": sheet_of([['<c t="s"><v>7</v></c>']])}),
        workbook_of({"People": sheet_of([['<c r="?1"><v>7</v></c>']])}),
        assignments_of()[:-400],
    ],
    ids=["png", "pdf", "zip", "xls", "open-quote", "behind-quote", "xml", "no-text", "no-place", "cut"],
)
async def test_a_file_that_is_no_spreadsheet(data: bytes) -> None:
    assert (await refused(data))[0] == "FILE_NOT_A_SPREADSHEET"


async def test_an_archive_of_another_kind() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    assert (await refused(out.getvalue()))[0] == "FILE_NOT_A_SPREADSHEET"


async def test_a_workbook_with_a_password() -> None:
    assert (await refused(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le")))[0] == "FILE_PROTECTED"


async def test_more_bytes_than_the_limit_are_not_looked_at() -> None:
    assert await refused(bytes(LIMITS.file_bytes + 1)) == ("FILE_TOO_LARGE", "at most 32 MB")
    assert children() == []


async def test_a_zip_bomb_is_refused_by_what_it_says_of_itself() -> None:
    bomb = workbook_of({"People": sheet_of([[text("Navn")]]) + " " * LIMITS.unpacked_bytes})
    assert len(bomb) < 1_000_000
    assert await refused(bomb) == ("FILE_TOO_LARGE", "at most 192 MB unpacked")


async def test_a_zip_bomb_that_lies_is_refused_as_it_comes_out() -> None:
    part = "xl/worksheets/sheet1.xml"
    bomb = workbook_of({"People": sheet_of([[text("Navn")]]) + " " * LIMITS.unpacked_bytes})
    assert (await refused(claiming(bomb, part, 1000)))[0] == "FILE_NOT_A_SPREADSHEET"


async def test_parts_that_come_out_more_than_once_are_counted_each_time() -> None:
    """Two sheets that are one part of the archive: what it says of itself is half of what comes out."""
    rows = sheet_of([[text("Navn")], *[[text("x" * 1000)]] * 100])
    data = workbook_of({"People": rows, "Mailboxes": rows})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if not name.endswith("sheet2.xml"):
                new.writestr(name, old.read(name).replace(b"sheet2.xml", b"sheet1.xml"))
    assert await refused(out.getvalue(), Limits(unpacked_bytes=150_000)) == ("FILE_TOO_LARGE", "at most 0 MB unpacked")


async def test_too_many_parts() -> None:
    data = workbook_of({"People": sheet_of([])}, more={f"xl/{i}.xml": b"" for i in range(1000)})
    assert await refused(data) == ("FILE_TOO_LARGE", "at most 1000 parts in a workbook")


async def test_entities_are_not_believed() -> None:
    laughs = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + sheet_of([[text("Navn")]])
    assert (await refused(workbook_of({"People": laughs})))[0] == "FILE_NOT_A_SPREADSHEET"


@pytest.mark.parametrize(
    "data",
    [
        assignments_of(before='<dimension ref="A1:BDWGN2"/>'),
        assignments_of(before='<cols><col min="1" max="1000000"/></cols>'),
        assignments_of(['<c r="BDWGN2"><v>1</v></c>']),
        assignments_of(['<c r="CW2"><v>1</v></c>']),
        csv_of(HEAD, "x" + ";x" * 1_000_000),
    ],
    ids=["dimension", "widths", "cell", "101st", "csv"],
)
async def test_a_million_columns(data: bytes) -> None:
    assert await refused(data) == ("FILE_TOO_MANY_COLUMNS", "at most 100 columns in a sheet")


def test_a_sheet_that_claims_all_it_could_have_is_read_for_what_it_has() -> None:
    row = [number(751), text("x"), text("Demo Åse"), number(43815), *["<c/>"] * 1000]
    assert read_here(assignments_of(row, before='<dimension ref="A1:XFD1048576"/>')).row_count == 1


async def test_a_row_beyond_what_a_sheet_can_have() -> None:
    data = workbook_of({"People": sheet_of([[text("Navn")]]).replace('r="1"', 'r="1048577"')})
    assert (await refused(data))[0] == "FILE_TOO_MANY_ROWS"


async def test_a_cell_of_2_gb() -> None:
    expected = ("FILE_CELL_TOO_LARGE", "at most 32767 characters in a cell")
    huge = assignments_of([text("x" * 50_000_000)])
    assert await refused(huge) == expected
    assert await refused(claiming(huge, "xl/worksheets/sheet1.xml", 2**31)) == (
        "FILE_TOO_LARGE",
        "at most 192 MB unpacked",
    )
    assert await refused(csv_of(HEAD, "x" * 32_768)) == expected


async def test_a_reader_without_enough_memory() -> None:
    code, expected = await refused(to_csv(many(50_000)), Limits(memory_bytes=80 * 2**20))
    assert code == "FILE_READER_DIED"
    assert "with at most 80 MB" in expected


async def test_a_reader_without_enough_computing_time() -> None:
    code, expected = await refused(to_xlsx([many(50_000)], Lists()), Limits(cpu_seconds=1))
    assert (code, expected) == ("FILE_TOO_SLOW", "a file that is read within 1 s of computing")


async def test_a_reader_that_takes_too_long_is_ended() -> None:
    code, expected = await refused(to_csv(many(10_000)), Limits(wall_seconds=0.05))
    assert (code, expected) == ("FILE_TOO_SLOW", "a file that is read within 0.05 s")
    assert children() == []


async def test_a_reader_that_dies_is_an_error_and_no_more() -> None:
    reading = asyncio.create_task(read_file("map.csv", to_csv(many(50_000))))
    os.kill(await running(), 9)
    with pytest.raises(FileRefused, match="its reader ended") as caught:
        await reading
    assert caught.value.code == "FILE_READER_DIED"
    assert (await read_file("map.csv", to_csv(many(1)))).ok


async def test_who_gives_up_leaves_no_reader_behind() -> None:
    reading = asyncio.create_task(read_file("map.csv", to_csv(many(50_000))))
    await running()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert children() == []


async def test_the_reader_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "demo-secret")
    reading = asyncio.create_task(read_file("map.csv", to_csv(many(50_000))))
    child = await running()
    assert b"demo-secret" not in environment_of(child)
    assert (await reading).ok


def test_the_reader_can_write_no_file(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from graph_seed.exchange.child import confine;"
        "from graph_seed.exchange.limits import LIMITS; confine(LIMITS); Path(sys.argv[1]).write_bytes(b'x')"
    )
    file = tmp_path / "file"
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=False)
    assert "File too large" in done.stderr
    assert file.stat().st_size == 0


async def test_an_answer_that_is_longer_than_it_may_be_is_not_waited_for() -> None:
    code, _ = await refused(to_csv(many(50_000)), Limits(answer_bytes=100_000))
    assert code == "FILE_READER_DIED"
    assert children() == []
