"""Reading an .xlsx: its sheets, one after the other, as rows of cells; formulas as their text, nothing evaluated.

Why not a library is told, with figures, in docs/decisions/0005: what is needed is little (strings, numbers, formulas,
and where they stand), and none gives it within limits.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from graph_seed.exchange.archive import Archive
from graph_seed.exchange.errors import FileRefused
from graph_seed.exchange.limits import Limits
from graph_seed.exchange.markup import Attributes, Markup, Start
from graph_seed.exchange.texts import Texts
from graph_seed.exchange.worksheet import RawRow, Worksheet

_LONGEST_NAME: Final = 31
"""Characters of a sheet's name, in the format itself."""
_TRUE: Final = ("1", "true")


@dataclass(frozen=True, slots=True)
class Tab:
    """One sheet of the workbook. A hidden one holds lists or notes of a program, nothing that somebody entered."""

    name: str
    part: str
    hidden: bool


class Workbook:
    """A workbook whose sheets can be read one by one. `from_1904`: it counts days from 1904 on (as old Macs did).

    Raises:
        FileRefused: no .xlsx workbook, or more than the limits.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._archive, self._limits = Archive(data, limits), limits
        self._strings: list[str] | None = None
        self.tabs, self.from_1904, self._strings_part = self._contents()

    def rows(self, tab: Tab) -> Iterator[RawRow]:
        """Read a sheet's rows that hold something."""
        if self._strings is None:
            self._strings = self._shared()
        sheet = Worksheet(tab.name, tab.part, self._strings, self._limits)
        for _ in sheet.markup.feed(self._archive.chunks(tab.part)):
            yield from sheet.take()

    def _contents(self) -> tuple[tuple[Tab, ...], bool, str | None]:
        leads = self._targets("", "_rels/.rels").values()
        book = next((part for part in leads if posixpath.basename(part).startswith("workbook")), "xl/workbook.xml")
        if not book.endswith(".xml") or not self._archive.has(book):
            raise FileRefused(
                "FILE_NOT_A_SPREADSHEET", "the archive holds no .xlsx workbook", "an .xlsx workbook or a CSV file"
            )
        folder, name = posixpath.split(book)
        targets = self._targets(folder, posixpath.join(folder, "_rels", f"{name}.rels"))
        tabs: list[Tab] = []
        from_1904 = False

        def start(element: str, attributes: Attributes) -> None:
            nonlocal from_1904
            if element == "workbookPr":
                from_1904 = attributes.get("date1904", "0") in _TRUE
            elif element == "sheet":
                identifier = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
                part = targets.get(identifier, "")
                # A sheet that is a chart or a dialog has no rows.
                if "worksheet" in part:
                    tabs.append(
                        Tab(
                            attributes.get("name", "")[:_LONGEST_NAME],
                            part,
                            attributes.get("state", "visible") != "visible",
                        )
                    )

        self._walk(book, start)
        strings = next((target for target in targets.values() if target.lower().endswith("sharedstrings.xml")), None)
        return tuple(tabs), from_1904, strings

    def _targets(self, folder: str, part: str) -> dict[str, str]:
        """Where a part's relationships lead, by their ids."""
        found: dict[str, str] = {}

        def start(element: str, attributes: Attributes) -> None:
            if element == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                path = (
                    target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                )
                found[attributes.get("Id", "")] = path

        if self._archive.has(part):
            self._walk(part, start)
        return found

    def _walk(self, part: str, start: Start) -> None:
        markup = Markup(part, start, lambda _: None, self._limits.cell_characters)
        for _ in markup.feed(self._archive.chunks(part)):
            pass

    def _shared(self) -> list[str]:
        """The texts at which cells point."""
        if self._strings_part is None or not self._archive.has(self._strings_part):
            return []
        texts = Texts(self._strings_part, self._limits)
        for _ in texts.markup.feed(self._archive.chunks(self._strings_part)):
            pass
        return texts.found
