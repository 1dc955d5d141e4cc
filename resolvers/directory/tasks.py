"""`tasks`: the tasks that address a role for vendors, until when they are due, and how far the vendor's customers are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from graph.reads import Gathered, Order, Page
from resolvers.directory.texts import text


class CustomerProgress(NamedTuple):
    """How far one customer is; `state` is None where nothing was reported."""

    municipality: str
    state: str | None


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """How far the customers are."""

    customers: Sequence[CustomerProgress]

    done = property(lambda self: self._count("DONE"))
    started = property(lambda self: self._count("STARTED"))
    not_started = property(lambda self: self._count("NOT_STARTED"))
    unreported = property(lambda self: self._count(None))

    def _count(self, state: str | None) -> int:
        return sum(one.state == state for one in self.customers)


class Task(NamedTuple):
    """A task on the date asked."""

    id: str
    number: str | None
    title: str
    obligation: str | None
    published: str | None
    due: str | None
    roles: Sequence[str]
    project: str
    overdue: bool
    progress: TaskProgress


def _decide(data: Any, arguments: Mapping[str, Any], _wanted: frozenset[str]) -> Page:
    tasks, customers, states, more, total = data
    reached = {(task, municipality): state for task, municipality, state in states}
    rows = []
    for sort, key, number, title, obligation, published, due, roles, project in tasks:
        progress = TaskProgress([CustomerProgress(one, reached.get((key, one))) for one in customers])
        overdue = due is not None and due < arguments["at"]
        said = (key, number, title, obligation, published, due, roles, project)
        rows.append((sort, key, Task(*said, overdue, progress)))
    return Page(rows, more, total)


TASKS: Final = Gathered(
    lambda _: text("directory_tasks"),
    _decide,
    switches={"progress": frozenset({"progress"})},
    orders={"DUE": Order("due")},
)
"""The root field's read."""

VALUES: Final[dict[str, type[Any]]] = {
    "Task": Task,
    "TaskProgress": TaskProgress,
    "CustomerProgress": CustomerProgress,
}
"""The value objects, by GraphQL type."""
