"""`gaps`: the cells that need somebody's work, most urgent first, and the tasks that they hold up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from graph.reads import Gathered
from resolvers.coverage import Cell
from resolvers.facts import Gallery, Local
from resolvers.gaps import DueTask, Gap, Reason, gaps
from resolvers.questions.coverage import COVERAGE, LOOKUPS, gathered, prepare, statement
from resolvers.sentences import gap_sentence


@dataclass(frozen=True, slots=True)
class HeldUp:
    """A task that a gap holds up, and whether its last day has passed."""

    row: DueTask
    at: str

    task = property(lambda self: self.row.key)
    due = property(lambda self: self.row.due)

    @property
    def overdue(self) -> bool:
        """Whether the last day has passed (rule 5: overdue begins the day after)."""
        return self.row.due < self.at


@dataclass(frozen=True, slots=True)
class GapView:
    """One gap, with its sentence in two languages."""

    gap: Gap
    gallery: Gallery
    local: Local

    municipality = property(lambda self: self.gap.cell.municipality)
    role = property(lambda self: self.gap.cell.role)

    @property
    def cell(self) -> Cell:
        """The cell that needs work."""
        return self.gap.cell

    @property
    def reason(self) -> Reason:
        """Why."""
        return self.gap.reason

    @property
    def day(self) -> str:
        """The first day on which it matters."""
        return self.gap.day

    @property
    def reports(self) -> tuple[str, ...]:
        """What was reported as wrong here."""
        return self.gap.reports

    @property
    def tasks(self) -> list[HeldUp]:
        """What it holds up, first due first."""
        return [HeldUp(task, self.gap.cell.at) for task in self.gap.tasks]

    @property
    def da(self) -> str:
        """The gap in Danish."""
        return gap_sentence(self.gap, self.gallery, self.local, "da")

    @property
    def en(self) -> str:
        """The gap in English."""
        return gap_sentence(self.gap, self.gallery, self.local, "en")


def _decide(data: Any, arguments: Mapping[str, Any], wanted: frozenset[str]) -> list[GapView]:
    everywhere, here, found, _, due = gathered(data, arguments, ahead=bool(wanted & COVERAGE.ahead))
    rows, reports, versions = due
    tasks = [DueTask._make((*row[:6], frozenset(row[6]), frozenset(row[7]))) for row in rows]
    reported: dict[tuple[str, str], list[str]] = {}
    for slot, key in reports:
        code, role = slot.split("|", 1)
        reported.setdefault((f"municipality:{code}", role), []).append(key)
    defined: dict[str, list[tuple[str, str]]] = {}
    for role, since, until in versions:
        defined.setdefault(role, []).append((since, until))
    return [GapView(gap, everywhere, here[gap.cell.municipality]) for gap in gaps(found, tasks, reported, defined)]


GAPS: Final = Gathered(
    lambda given: statement(given, due="yes"),
    _decide,
    lookups=LOOKUPS,
    prepare=prepare,
    ahead=COVERAGE.ahead,
    switches=COVERAGE.switches,
    carried=COVERAGE.carried,
)
"""The root field's read."""

VALUES: Final[dict[str, type[Any]]] = {"Gap": GapView, "HeldUp": HeldUp}
"""The value objects, by GraphQL type."""
