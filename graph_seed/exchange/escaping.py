"""Text that a spreadsheet would take for a formula: marked with an apostrophe when written, unmarked when read.

`unescape(escape(text)) == text` for every text, and `unescape` leaves alone what nobody marked: it takes the
apostrophe only from before something that `escape` would have marked. A name such as `'t Hooft` so stays as it is.
"""

from __future__ import annotations

from typing import Final

MARK: Final = "'"
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
"""What begins a formula somewhere: in Excel, LibreOffice or Google Sheets, full-width forms too; `|` and `%` began DDE calls."""
_RICH: Final = "<r>"
"""XlsxWriter takes a text between `<r>` and `</r>` for markup of its own."""


def needs_mark(text: str) -> bool:
    """Whether a cell with just this text would be read as something else than this text."""
    return text.startswith((MARK, _RICH, *_DANGEROUS)) or text != text.strip()


def escape(text: str) -> str:
    """Mark a text that needs it."""
    return MARK + text if needs_mark(text) else text


def unescape(cell: str) -> str:
    """Take the mark away; what has none loses the blanks around it, which nobody sees in a spreadsheet."""
    if cell.startswith(MARK) and needs_mark(cell[1:]):
        return cell[1:]
    return cell.strip()
