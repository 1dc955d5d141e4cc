"""What an import would do: the fate of each row, what is wrong, what is found by what; and what is to be written."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from graph.basis import Row as Fact
from graph.model import Record, Scope, Thing
from graph_seed.exchange.errors import ReadWarning, RowProblem
from graph_seed.exchange.limits import LIMITS
from graph_seed.exchange.matching import HOWS, How
from graph_seed.exchange.result import Row, SheetRead
from graph_seed.exchange.tables import BY_NAME, day_before
from resolvers.changes.operation import Draft
from resolvers.context import Viewer
from resolvers.errors import InvalidInput

Fate = Literal["added", "changed", "ended", "same", "left"]
"""`same`: the map says so already. `left`: it is in the map and not in the file, and stays."""
FATES: Final[tuple[Fate, ...]] = ("added", "changed", "ended", "same", "left")
LISTED: Final = 200
"""Rows that a preview lists one by one; all are counted."""
_SHOWN: Final = 200
"""Characters of a value that a problem shows."""


@dataclass(frozen=True, slots=True)
class Told:
    """What becomes of a row (`row` is None: of something that no row speaks of, `who` holds that), and how whom it names was
    found.
    """

    sheet: str
    row: int | None
    fate: Fate
    what: str
    how: How | None = None
    who: str | None = None
    says: tuple[object, ...] = field(default=(), repr=False)
    """What it was and what it becomes, by which two plans are told apart; it is shown to nobody."""


@dataclass(slots=True)
class Writes:
    """All that the import writes, as one change. `edited` are things that are there, as they are from now on.

    `scope` is what it is about; `asked` the same without what it settles along: reports about somebody whose address changes.
    """

    closes: list[Fact] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    created: list[Thing] = field(default_factory=list)
    edited: dict[str, Thing] = field(default_factory=dict)
    log: list[tuple[str, str, Any, Any]] = field(default_factory=list)
    scope: Scope = field(default_factory=Scope)
    asked: Scope = field(default_factory=Scope)

    @property
    def size(self) -> int:
        """How many records and things are written or closed."""
        return len(self.closes) + len(self.records) + len(self.created) + len(self.edited)

    def join(self, draft: Draft, *, asked: bool = True) -> None:
        """Take what was decided of one place into it; edits of things are in `edited`."""
        self.closes += draft.closes
        self.records += draft.records
        self.created += draft.things
        self.log += draft.log
        self.scope |= draft.scope
        if asked:
            self.asked |= draft.scope


@dataclass(slots=True)
class Planned:
    """The plan of an import over the map as it was at change `seq`. With problems nothing may be applied."""

    seq: int
    rows: int
    told: list[Told] = field(default_factory=list)
    missing: list[Told] = field(default_factory=list)
    counts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    found: Counter[str] = field(default_factory=Counter)
    warnings: tuple[ReadWarning, ...] = ()
    """What was noticed when the file was read, and is no mistake."""
    problems: list[RowProblem] = field(default_factory=list)
    more_problems: int = 0
    writes: Writes = field(default_factory=Writes)
    within: set[tuple[str, int]] = field(default_factory=set)
    """Sheet and row of those that say no more than the map does: the same, or for a shorter time."""
    people: set[str] = field(default_factory=set)
    """Keys of the people of the gallery whom it shows: who was found, and who is named where a row or a mistake is told."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems and not self.more_problems

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return self.writes.size == 0

    def tell(self, told: Told) -> None:
        """Say what becomes of a row."""
        self.counts[told.sheet][told.fate] += 1
        if told.how is not None:
            self.found[told.how] += 1
        if told.fate in ("same", "ended"):
            self.within.add((told.sheet, told.row or 0))
        if told.fate != "same":
            listed = self.missing if told.fate == "left" else self.told
            if len(listed) < LISTED:
                self.shows(told.who)
            listed.append(told)

    def shows(self, key: str | None) -> None:
        """Note that it shows somebody; a mailbox is nobody."""
        if key is not None and key.startswith("person:"):
            self.people.add(key)

    def wrong(self, sheet: SheetRead, row: Row, error: InvalidInput) -> None:
        """Say what is wrong with a row; the error's field is the column's name, if it is one."""
        self.people |= error.people
        column = error.field if error.field in BY_NAME[sheet.sheet].by_name else None
        value = (row.values.get(column) if column else None) or ("" if error.value is None else str(error.value))
        heading = None if column is None else sheet.headings.get(column, BY_NAME[sheet.sheet].by_name[column].heading)
        self.problems.append(RowProblem(error.code, sheet.tab, row.number, heading, value[:_SHOWN], error.expected))

    def cut(self) -> None:
        """Keep as many problems as are shown, and count the rest: when it is known which of them are some."""
        self.more_problems += max(0, len(self.problems) - LIMITS.problems)
        del self.problems[LIMITS.problems :]

    @property
    def fingerprint(self) -> str:
        """Name what the import would do: the same for the same fates and contents, whatever new keys are drawn."""
        digest = hashlib.sha256()
        for one, says in zip(self.told, self.contents(), strict=True):
            digest.update(f"{one.sheet}\x1f{one.row}\x1f{one.fate}\x1f{one.what}\x1f{says}\x1e".encode())
        return digest.hexdigest()[:32]

    def contents(self) -> Iterator[str]:
        """Give what was and becomes of each that is told, as it can be compared."""
        drawn = {thing.key for thing in self.writes.created}
        return (repr([_plain(part, drawn) for part in one.says]) for one in self.told)

    def as_json(self) -> dict[str, Any]:
        """Give the preview as HTTP and `--json` answer it."""
        return {
            "ok": self.ok,
            "seq": self.seq,
            "plan": self.fingerprint,
            "rows": self.rows,
            "counts": {sheet: {fate: counts[fate] for fate in FATES} for sheet, counts in self.counts.items()},
            "found": {how: self.found[how] for how in HOWS},
            "fates": [_told(one) for one in self.told[:LISTED]],
            "moreFates": max(0, len(self.told) - LISTED),
            "notInFile": [_told(one) for one in self.missing[:LISTED]],
            "moreNotInFile": max(0, len(self.missing) - LISTED),
            "problems": [problem_as_json(problem) for problem in self.problems],
            "moreProblems": self.more_problems,
            "warnings": [{"code": warning.code, "message": warning.message} for warning in self.warnings],
        }


def _plain(part: object, drawn: Container[str]) -> object:
    """Give a fact without its key and without those of whom the file brings, which are drawn anew for each plan."""
    if not isinstance(part, Record):
        return part
    ends = sorted((arrow.type, "" if arrow.target in drawn else arrow.target) for arrow in part.arrows)
    return part.valid_from, part.valid_to, sorted(part.properties.items()), ends


def _told(told: Told) -> dict[str, Any]:
    one = {"sheet": told.sheet, "row": told.row, "fate": told.fate, "what": told.what, "foundBy": told.how}
    return {name: value for name, value in one.items() if value is not None}


def problem_as_json(problem: RowProblem) -> dict[str, Any]:
    """Give a row's problem as it is answered."""
    one = {
        "code": problem.code,
        "message": str(problem),
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "expected": problem.expected,
        "otherRow": problem.other,
    }
    return {name: value for name, value in one.items() if value is not None}


def days(record: Record) -> str:
    """Say when a fact holds, as people do: with its last day."""
    last = day_before(record.valid_to)
    return f"from {record.valid_from} " + ("until further notice" if last is None else f"to {last}")


def fate_of(old: Record, new: Record) -> Fate:
    """Tell what becomes of a fact: ended, if nothing but its last day is another, and earlier."""
    if old == new:
        return "same"
    rest = (old.valid_from, old.properties, old.arrows) == (new.valid_from, new.properties, new.arrows)
    return "ended" if rest and new.valid_to < old.valid_to else "changed"


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is taken: `today` in Denmark; with `end_missing` what no row speaks of ends today, where the file does."""

    today: str
    end_missing: bool = False
    viewer: Viewer = field(default_factory=Viewer)
    """For whom: of others it changes nothing."""


def counted(counts: Mapping[str, int]) -> str:
    """Say counts in a line."""
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)
