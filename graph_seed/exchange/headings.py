"""Which sheet is meant, and which column stands where, by what the headings say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from graph_seed.exchange.cells import Raw, Special
from graph_seed.exchange.columns import Column, Sheet, squeezed
from graph_seed.exchange.errors import RowCode, RowProblem
from graph_seed.exchange.tables import SHEETS

_NEAR: Final = 60
"""From this likeness on (of 100) a heading is suggested for another one."""
_LONGEST: Final = 100
_ANY: Final = frozenset(spelling for sheet in SHEETS for spelling in sheet.by_heading)


@dataclass(frozen=True, slots=True)
class Headings:
    """What stands where: `columns` by position (None: no heading there), `texts` as the file has them."""

    sheet: Sheet
    columns: tuple[Column | None, ...]
    texts: tuple[str, ...]
    problems: tuple[RowProblem, ...]


def is_heading(text: str) -> bool:
    """Whether any sheet has such a heading."""
    return squeezed(text) in _ANY


def by_name(name: str) -> Sheet | None:
    """Find the sheet that is called so, in English or Danish."""
    wanted = squeezed(name)
    return next((s for s in SHEETS if wanted in map(squeezed, (s.name, s.heading, *s.danish))), None)


def guess(cells: Sequence[Raw], hint: str = "") -> Sheet | None:
    """Tell which sheet has these headings; of two equally likely ones that whose name is in `hint` (the file's name).

    None: no sheet has any of them.
    """
    found = {squeezed(text_of(cell)) for cell in cells}
    hinted = squeezed(hint)

    def likely(sheet: Sheet) -> tuple[int, bool]:
        columns = {sheet.by_heading[spelling].name for spelling in found if spelling in sheet.by_heading}
        missing = sum(column.required and column.name not in columns for column in sheet.columns)
        named = any(squeezed(word) in hinted for word in (sheet.name, sheet.heading, *sheet.danish))
        return (len(columns) - 2 * missing if columns else -1000), named

    best = max(SHEETS, key=likely)
    return best if likely(best)[0] > -1000 else None


def complete(cells: Sequence[Raw], hint: str) -> Sheet | None:
    """Find the sheet to which all headings belong, and that lacks none that it requires."""
    sheet = guess(cells, hint)
    found = {squeezed(text) for cell in cells if (text := text_of(cell))}
    if sheet is None or not found <= sheet.by_heading.keys():
        return None
    columns = {sheet.by_heading[spelling].name for spelling in found}
    return sheet if all(c.name in columns for c in sheet.columns if c.required) else None


def match(sheet: Sheet, tab: str, row: int, cells: Sequence[Raw]) -> Headings:
    """Say which column stands where, and what is wrong with the headings."""
    texts = tuple(text_of(cell) for cell in cells)
    columns = [sheet.by_heading.get(squeezed(text)) if text else None for text in texts]
    problems: list[RowProblem] = []

    def wrong(code: RowCode, value: str, expected: str) -> None:
        problems.append(RowProblem(code, tab, row, value or None, value, expected))

    seen: set[str] = set()
    for text, column in zip(texts, columns, strict=True):
        if column is not None and column.name in seen:
            wrong("HEADING_TWICE", text, f"one column of “{column.heading}”")
        elif column is not None:
            seen.add(column.name)
    free = [column for column in sheet.columns if column.name not in seen]
    for text, column in zip(texts, columns, strict=True):
        if text and column is None:
            wrong("HEADING_UNKNOWN", text, _nearest(text, free))
    for column in free:
        if column.required:
            wrong("HEADING_MISSING", "", f"a column “{column.heading}” (or “{column.danish[0]}”)")
    return Headings(sheet, tuple(columns), texts, tuple(problems))


def unknown(tab: str, row: int, cells: Sequence[Raw]) -> RowProblem:
    """Say that no sheet has these headings."""
    texts = [text for cell in cells if (text := text_of(cell))]
    first = SHEETS[0]
    wanted = ", ".join(f"“{column.heading}” (or “{column.danish[0]}”)" for column in first.columns if column.required)
    return RowProblem(
        "HEADING_UNKNOWN",
        tab,
        row,
        None,
        ", ".join(texts)[:200],
        f"headings as the template has them; of {first.heading} for example {wanted}",
    )


def text_of(cell: Raw) -> str:
    """Give a heading's text, or the beginning of one that is longer than any heading."""
    return (cell.text if isinstance(cell, Special) else cell).strip()[:_LONGEST]


def _nearest(text: str, free: Sequence[Column]) -> str:
    """Suggest what is not there yet, in the spelling that is nearest: a Danish heading for a Danish one."""
    spellings = [(squeezed(s), s, column.name) for column in free for s in (column.heading, *column.danish)]
    ranked = process.extract(
        squeezed(text), [s[0] for s in spellings], scorer=fuzz.ratio, score_cutoff=_NEAR, limit=None
    )
    near: dict[str, str] = {}
    for _, _, index in ranked:
        near.setdefault(spellings[index][2], spellings[index][1])
    if near:
        return " or ".join(f"“{spelling}”" for spelling in list(near.values())[:3])
    if free:
        return "no such column; what could still be there: " + ", ".join(f"“{column.heading}”" for column in free)
    return "no more columns"
