"""The mark of a database that is being restored, so that a half-restored one is never taken for a whole one.

`graph_seed/archive/restoring.py` sets it in the first transaction of a restore and takes it away in the last. While it is
there

* the counter stands at -1, so that every read, being a snapshot at the counter's number, finds nothing rather than a half;
* the log has a change 0, so that every writer, whose change would be number 0, is refused by the log's own constraint;
* whoever starts on the database is refused here.
"""

from typing import Final

from graph.driver import Database, Statement
from graph.errors import StartError

MARK: Final = "restoring"
"""The key of the counter node that marks it."""
_MARKED: Final = "RETURN EXISTS { MATCH (c:Counter {key: $p.mark}) } AS marked"


class RestoreUnfinishedError(StartError):
    """The database holds a part of a backup: a restore is under way, or was interrupted."""

    def __init__(self) -> None:
        super().__init__(
            "The database holds only a part of a backup, because a restore is under way or was interrupted: "
            "wait for it, or run `rollegalleri restore FILE` again."
        )


class RestoreStoppedError(StartError):
    """The database failed in the middle of a restore. `code` is that of the `GraphError`, which is the cause."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(
            f"The restore was stopped by the database ({code}), and what it holds is not whole: "
            "run `rollegalleri restore FILE` again."
        )


async def is_marked(database: Database) -> bool:
    """Tell whether a restore is under way or was interrupted. Raises a `GraphError`."""
    return bool(await database.value(Statement("restore mark", _MARKED, {"mark": MARK})))


async def refuse_half(database: Database) -> None:
    """Refuse a database that holds a part of a backup. Raises `RestoreUnfinishedError`."""
    if await is_marked(database):
        raise RestoreUnfinishedError
