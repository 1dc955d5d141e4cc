"""Which roles need somebody's work, most urgent first (docs/rules.md, "A cell of coverage").

A cell is a gap when, today or within N days, nobody holds the role without that being meant, or when its holders cannot
be written to. So a programme leader reads here which roles are vacant next month; a vacancy that is meant is none until
its end comes near and nobody is there. A role that no gallery version defines on the day that matters needs nobody, unless
somebody still holds it. The cells must have been made with the same N.

A task is held up by a gap if it addresses the role, stands on the day asked, has a due date (a past one is overdue),
and is not done in that municipality.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from graph.shape import OPEN_DATE
from resolvers.coverage import Cell, State


class Reason(StrEnum):
    """Why a cell needs work; of two gaps that are equally urgent the first one here comes first."""

    VACANT = "VACANT"  # nobody holds it, and nobody is known to come
    UNREACHABLE = "UNREACHABLE"  # somebody holds it, but nobody can be written to
    STARTS_LATER = "STARTS_LATER"  # nobody holds it until a known holder begins
    FALLS_VACANT = "FALLS_VACANT"  # the last holder ends soon, and nobody takes over
    INTENT_ENDS = "INTENT_ENDS"  # a vacancy that is meant ends soon, and nobody begins
    REPORTED = "REPORTED"  # somebody said that a contact is wrong, and nobody has confirmed or corrected it


class DueTask(NamedTuple):
    """A task with a due date, as gathered for one day: when it stands (half-open), whom it addresses, who is done.

    `due` is the last day; `obligation` MANDATORY, RECOMMENDED or None; `roles` the keys it addresses on that day;
    `done` the keys of the municipalities whose progress is DONE.
    """

    key: str
    title: str
    due: str
    obligation: str | None
    stands_from: str
    stands_to: str
    roles: frozenset[str]
    done: frozenset[str]


class Gap(NamedTuple):
    """One cell that needs work: `day` is the first on which it matters, `tasks` are held up by it, first due first."""

    cell: Cell
    reason: Reason
    day: str
    tasks: tuple[DueTask, ...]
    reports: tuple[str, ...] = ()


_NOTHING: Final[Mapping[tuple[str, str], Sequence[str]]] = {}
_ALWAYS: Final[Mapping[str, Sequence[tuple[str, str]]]] = {}
_SEVERITY: Final = {reason: index for index, reason in enumerate(Reason)}
_OBLIGATION: Final = {"MANDATORY": 0, "RECOMMENDED": 1, None: 2}


def gaps(
    cells: Iterable[Cell],
    tasks: Iterable[DueTask] = (),
    reported: Mapping[tuple[str, str], Sequence[str]] = _NOTHING,
    defined: Mapping[str, Sequence[tuple[str, str]]] = _ALWAYS,
) -> list[Gap]:
    """List the gaps: by the first day that matters, then first due date, obligation, reason, municipality and role.

    `reported` are the keys of the reports that stand, by municipality and role; `defined` the half-open periods in which gallery
    versions define each role. One without any is taken to be defined always.
    """
    by_role: dict[str, list[DueTask]] = defaultdict(list)
    for task in sorted(tasks, key=_task_order):
        for role in task.roles:
            by_role[role].append(task)
    found = []
    for cell in cells:
        reports = tuple(reported.get((cell.municipality, cell.role), ()))
        whys = [_why(cell), (Reason.REPORTED, cell.at) if reports else None]
        why = next((one for one in whys if one and _needs(cell, *one, defined.get(cell.role, ()))), None)
        if why:
            held_up = tuple([t for t in by_role.get(cell.role, ()) if holds_up(cell, t)])
            found.append(Gap(cell, *why, held_up, reports))
    return sorted(found, key=_gap_order)


def holds_up(cell: Cell, task: DueTask) -> bool:
    """Tell whether a gap in this cell holds the task up."""
    stands = task.stands_from <= cell.at < task.stands_to
    return cell.role in task.roles and stands and cell.municipality not in task.done


def _why(cell: Cell) -> tuple[Reason, str] | None:
    """Tell why the cell needs work and from which day on, or None if it does not."""
    if cell.state is State.UNREACHABLE:
        return Reason.UNREACHABLE, cell.at
    if cell.open_from is None:
        return None
    if cell.state is State.VACANT:
        return Reason.VACANT, cell.at
    if cell.state is State.PLANNED:
        return Reason.STARTS_LATER, cell.at
    return Reason.FALLS_VACANT if cell.falls else Reason.INTENT_ENDS, cell.open_from


def _needs(cell: Cell, reason: Reason, day: str, defined: Sequence[tuple[str, str]]) -> bool:
    """Tell whether the role needs somebody's work on the day: it is defined then, or somebody still holds it."""
    if not defined or any(since <= day < until for since, until in defined):
        return True
    held = cell.look.outcome is not None and cell.carried_by is None
    return held and reason in (Reason.UNREACHABLE, Reason.REPORTED)


def _task_order(task: DueTask) -> tuple[str, int, str]:
    return task.due, _OBLIGATION[task.obligation], task.key


def _gap_order(gap: Gap) -> tuple[str, str, int, int, str, str]:
    due = gap.tasks[0].due if gap.tasks else OPEN_DATE
    obligation = min([_OBLIGATION[task.obligation] for task in gap.tasks], default=len(_OBLIGATION))
    return gap.day, due, obligation, _SEVERITY[gap.reason], gap.cell.municipality, gap.cell.role
