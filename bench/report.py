"""What came out: the table that a person reads, the JSON that keeps everything."""

import importlib.metadata
import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.reads import Read
from graph.local.releases import CURRENT

RESULTS: Final = Path("bench") / "results"
_WORDS: Final = {True: "ok", False: "SHORT"}


@dataclass(slots=True)
class Row:
    """A read's measurements: requests a second and milliseconds of processor time a request, round by round."""

    read: Read
    bytes: int
    rates: dict[str, list[float]] = field(default_factory=dict)
    work: dict[str, list[float]] = field(default_factory=dict)

    def rate(self, column: str) -> float | None:
        """The median of the rounds."""
        return median(self.rates[column]) if self.rates.get(column) else None

    def ratio(self, column: str, of: str = "gallery") -> float | None:
        """The gallery's rate over another column's: the median of the rounds' ratios, since a round's noise hits both."""
        own, other = self.rates.get(of, []), self.rates.get(column, [])
        return median(a / b for a, b in zip(own, other, strict=True)) if own and other else None

    @property
    def passes(self) -> bool:
        """Whether all that is asked of it holds."""
        of_limit, over = self.ratio("limit"), self.ratio("loaders")
        enough = of_limit is None or of_limit >= self.read.of_limit
        return enough and (over is None or self.read.levels < 2 or over >= self.read.over_loaders)

    def as_json(self) -> dict[str, Any]:
        """Everything about it."""
        return {
            "read": self.read.name,
            "bytes": self.bytes,
            "connections": self.read.connections,
            "rates": self.rates,
            "work_ms": self.work,
            "of_limit": self.ratio("limit"),
            "again_of_limit": self.ratio("limit", of="again"),
            "of_limit_target": self.read.of_limit,
            "over_loaders": self.ratio("loaders"),
            "over_loaders_target": self.read.over_loaders if self.read.levels > 1 else None,
            "passes": self.passes,
        }


def table(rows: Sequence[Row]) -> str:
    """Lay the rows out in 80 columns."""
    lines = [
        f"{'':20}{'requests a second':>23}{'of limit':>13}{'× loaders':>12}  {'work, ms':>9}",
        f"{'read':20}{'limit':>7}{'gallery':>9}{'loaders':>7}{'':4}{'':>9}{'':>12}  {'gal/limit':>9}",
    ]
    for row in rows:
        read = row.read
        of_limit, over = row.ratio("limit"), row.ratio("loaders")
        wanted = f"{_number(of_limit)} ≥{read.of_limit}"
        beside = f"{_number(over)}" + (f" ≥{read.over_loaders:.0f}" if read.levels > 1 else "   ")
        work = "/".join(_number(median(row.work[c])) for c in ("gallery", "limit") if row.work.get(c))
        lines.append(
            f"{read.title:20}{_number(row.rate('limit')):>7}{_number(row.rate('gallery')):>9}{_number(row.rate('loaders')):>7}"
            f"{wanted:>13}{beside:>12}  {work:>9} {_WORDS[row.passes]}"
        )
    lines += ["", f"{'asked again, the map standing still':37}{'a second':>9}{'of limit':>13}{'':12}  {'work, ms':>9}"]
    for row in rows:
        if rate := row.rate("again"):
            ratio, work = _number(row.ratio("limit", of="again")), _number(median(row.work["again"]))
            lines.append(f"{row.read.title:37}{_number(rate):>9}{ratio:>13}{'':12}  {work:>9}")
    return "\n".join(lines)


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def write(name: str, content: Mapping[str, Any]) -> Path:
    """Keep a result with the facts of the machine; return the file."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    path = RESULTS / f"{now:%Y%m%dT%H%M%SZ}-{name}.json"
    path.write_text(
        json.dumps({"at": now.isoformat(), "machine": machine(), **content}, indent=1, ensure_ascii=False) + "\n",
        "utf-8",
    )
    return path


def machine() -> dict[str, Any]:
    """Facts that a reader needs to compare two results."""
    versions = {
        name: importlib.metadata.version(name)
        for name in ("neo4j", "graphql-core", "strawberry-graphql", "uvicorn", "orjson")
    }
    return {
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "neo4j": CURRENT.version,
        "packages": versions,
    }
