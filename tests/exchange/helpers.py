"""Files as spreadsheets make them, and as they should not; reading without a process of its own, for many small ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from graph_seed.exchange.limits import LIMITS, Limits
from graph_seed.exchange.reading import read
from graph_seed.exchange.result import Assembly, Read

HEAD = "Kommunekode;Rolle;Navn;Fra;Til og med"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def read_here(data: bytes, name: str = "file.csv", limits: Limits = LIMITS) -> Read:
    """Read in this process what the child would read."""
    assembly = Assembly()
    for message in read(name, data, limits):
        assembly.take(message)
    return assembly.result(name)


def csv_of(*lines: str, encoding: str = "utf-8") -> bytes:
    """A CSV file of these lines."""
    return "\r\n".join([*lines, ""]).encode(encoding)


def values(read: Read, column: str) -> list[str | None]:
    """A column's values over all rows."""
    return [row.values[column] for sheet in read.sheets for row in sheet.rows]


def wrong(read: Read) -> set[tuple[str, int, str | None]]:
    """What is wrong, and where."""
    return {(problem.code, problem.row, problem.column) for problem in read.problems}


def text(value: str) -> str:
    """A cell of text as XML."""
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def number(value: float) -> str:
    """A cell of a number as XML."""
    return f"<c><v>{value}</v></c>"


def sheet_of(rows: Sequence[Sequence[str]], before: str = "") -> str:
    """A sheet's XML: rows of cells as XML."""
    lines = "".join(f'<row r="{i}">{"".join(cells)}</row>' for i, cells in enumerate(rows, 1))
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{lines}</sheetData></worksheet>'


def workbook_of(sheets: Mapping[str, str], *, book: str = "", more: Mapping[str, bytes] | None = None) -> bytes:
    """A workbook from its sheets' XML by name; `book` stands before the list of sheets, `more` are further parts."""
    entries = "".join(f'<sheet name={quoteattr(n)} sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(sheets, 1))
    links = "".join(
        f'<Relationship Id="r{i}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i, _ in enumerate(sheets, 1)
    )
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}">'
        f'<Relationship Id="a" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}">{book}<sheets>{entries}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>',
    }
    parts |= {f"xl/worksheets/sheet{i}.xml": xml for i, xml in enumerate(sheets.values(), 1)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | dict(more or {})).items():
            archive.writestr(name, content)
    return out.getvalue()


def assignments_of(*rows: Sequence[str], book: str = "", before: str = "") -> bytes:
    """A workbook with one sheet of assignments, Danish headings."""
    heading = [text(word) for word in HEAD.split(";")]
    return workbook_of({"Assignments": sheet_of([heading, *rows], before)}, book=book)
