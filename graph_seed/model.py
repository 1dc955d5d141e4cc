"""What the reference files and the demo have in common: from when on names hold, and how a name is said."""

from __future__ import annotations

from typing import Final

from graph.model import Arrow, Record, Value, fact_key
from graph.shape import OPEN_DATE
from graph.text import fold

BEGINNING: Final = "2019-01-01"
"""From when names and escalation hold. The material gives no start for them; the day lies before every date that the
data speaks of (the earliest assignment and the first recorded change are of 2019-11-01), so that every look-up at a
date within the data finds its names. It also stands for "without a start"."""


def name(
    target: str, title: str, kind: str, note: str | None = None, valid: tuple[str, str] = (BEGINNING, OPEN_DATE)
) -> Record:
    """Say that the thing `target` is called `title`: officially, or by people (kind OFFICIAL or ALIAS)."""
    properties: dict[str, Value] = {"title": title, "folded": fold(title), "kind": kind, "language": "da"}
    if note is not None:
        properties["note"] = note
    return Record("Name", fact_key("Name", target, kind, title), *valid, properties, (Arrow("NAMES", target),))
