"""An import as it is asked for, what became of it, and why it was refused."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graph.recording import operation_id, operation_id_of
from graph_seed.errors import SeedError
from graph_seed.exchange.errors import FileRefused
from graph_seed.exchange.planned import Fate, Options, Planned
from graph_seed.exchange.result import Read
from resolvers.errors import check_key, check_text


class PlanMoved(SeedError):
    """The map moved on since the preview, and the import would now do something else. `now` is the plan as it is now."""

    code = "CONFLICT"

    def __init__(self, seq: int, now: Planned, differs: Sequence[str]) -> None:
        self.seq, self.now, self.differs = seq, now, tuple(differs)
        self.people = frozenset(now.people)
        some = f" Now otherwise: {'; '.join(differs[:5])}." if differs else ""
        super().__init__(
            f"The map moved on since the preview (change {seq}, now {now.seq}), and the import would do something else; "
            f"nothing was changed.{some} Look at the preview again."
        )


class RowsRefused(SeedError):
    """Rows are wrong, so nothing is applied; `planned` has what is wrong with each."""

    code = "ROWS_REFUSED"

    def __init__(self, planned: Planned) -> None:
        self.planned, self.people = planned, frozenset(planned.people)
        count = len(planned.problems) + planned.more_problems
        super().__init__(f"{count} row{'s are' if count > 1 else ' is'} not possible; nothing was changed.")


def refusal_as_json(error: FileRefused | PlanMoved | RowsRefused) -> dict[str, Any]:
    """Give why an import is refused, in the one shape that errors have; beside it the plan, where there is one."""
    extensions: dict[str, Any] = {"code": error.code}
    if isinstance(error, FileRefused):
        extensions |= {"field": error.field, "value": error.value, "expected": error.expected}
    answer: dict[str, Any] = {"errors": [{"message": str(error), "extensions": extensions}]}
    if not isinstance(error, FileRefused):
        answer["import"] = (error.now if isinstance(error, PlanMoved) else error.planned).as_json()
    return answer


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done. `seq` is the change's number, None where there was nothing to change; `repeated`: it was done before."""

    seq: int | None
    planned: Planned | None
    repeated: bool = False

    @property
    def people(self) -> frozenset[str]:
        """Keys of the people whom the answer shows."""
        return frozenset(self.planned.people) if self.planned else frozenset()

    def as_json(self) -> dict[str, Any]:
        """Give it as HTTP and `--json` answer it."""
        told = self.planned.as_json() if self.planned else None
        return {"change": None if self.seq is None else {"seq": self.seq}, "repeated": self.repeated, "import": told}


@dataclass(frozen=True, slots=True)
class Order:
    """An import as it is asked for. `data` are the file's bytes, by which the same import is known again.

    `key` is the caller's own name for it; without one, the file and the number of the log that the preview saw (`seen`)
    name it.
    """

    read: Read
    data: bytes
    now: datetime
    options: Options
    actor: str
    reason: str | None = None
    key: str | None = None
    seen: int | None = None

    def __post_init__(self) -> None:
        if self.key is not None:
            check_key("key", self.key)
        if self.reason is not None:
            check_text("reason", self.reason)

    @property
    def input_hash(self) -> str:
        """Name what is asked, so that another input under the same key is refused."""
        digest = hashlib.sha256(self.data)
        digest.update(f"\n{self.options.end_missing}\n{self.reason or ''}".encode())
        return digest.hexdigest()[:32]

    def operation_id(self, seq: int) -> str:
        """Name this write, planned over change `seq`, so that it is recorded once however often it is sent."""
        if self.key is not None:
            return operation_id(self.actor, self.key)
        return operation_id_of(self.input_hash, seq if self.seen is None else self.seen)


def differences(before: Planned | None, now: Planned) -> list[str]:
    """Tell what would now be done otherwise than was seen."""
    if before is None:
        return []
    was, new = _fates(before), _fates(now)
    told = []
    for (sheet, row, what), (fate, says) in new.items():
        seen = was.get((sheet, row, what))
        if seen != (fate, says):
            otherwise = " otherwise than in the preview" if seen is not None and seen[0] == fate else ""
            told.append(f"{_where(sheet, row)}: {fate}{otherwise} ({what})")
    return [*told, *(f"{_where(sheet, row)}: not any more ({what})" for sheet, row, what in was.keys() - new.keys())]


def _fates(planned: Planned) -> dict[tuple[str, int | None, str], tuple[Fate, str]]:
    return {
        (one.sheet, one.row, one.what): (one.fate, says)
        for one, says in zip(planned.told, planned.contents(), strict=True)
    }


def _where(sheet: str, row: int | None) -> str:
    return f"{sheet}, {f'row {row}' if row else 'no row'}"
