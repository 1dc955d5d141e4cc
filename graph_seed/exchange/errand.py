"""The process that exports and imports for the service: comparing 50,000 rows takes seconds of computing, which would keep
every question waiting in the process that answers them.

On standard input come one line of orders and the file; out go lines that tell how far it is (`progress`), one about the answer
(status, kind, headers), and its bytes; or one about what nobody foresaw (`failed`: what it was and where, never its text).
The database's password comes with the orders, and is in no environment and no argument. Nicer than the service: whoever
asks something comes first.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

import orjson

from graph.driver import Address, Database
from graph.errors import GraphError, StartError
from graph_seed.exchange.asking import Wish, export
from graph_seed.exchange.door import read_file
from graph_seed.exchange.errors import FileRefused
from graph_seed.exchange.importing import Report, apply, preview, read_map
from graph_seed.exchange.order import Order, PlanMoved, RowsRefused, refusal_as_json
from graph_seed.exchange.planned import Options, Planned
from graph_seed.exchange.result import Read
from graph_seed.exchange.state import State
from resolvers.context import Context, Viewer
from resolvers.errors import InvalidInput

_NICENESS: Final = 19
JSON: Final = "application/json; charset=utf-8"
KINDS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_STATUS: Final = {"FILE_TOO_LARGE": 413, "KEY_REUSED": 409, "CONFLICT": 409, "NOT_ALLOWED": 403}
"""Of what is refused; what is wrong with a file or its rows is 422, with a parameter 400."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What is to be done, by whom (a `Viewer`) and when (an ISO instant). An export has a `wish`, an import a `name`."""

    address: Mapping[str, Any]
    viewer: Mapping[str, Any]
    now: str
    task: Literal["export", "preview", "import"]
    wish: Mapping[str, Any] = field(default_factory=dict)
    name: str = "file"
    end_missing: bool = False
    reason: str | None = None
    key: str | None = None
    seen: int | None = None
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as HTTP gives it; `people` are the keys of those whom it names."""

    status: int
    kind: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    people: Sequence[str] = ()

    @property
    def head(self) -> bytes:
        """The line before the body."""
        head = {"status": self.status, "kind": self.kind, "headers": dict(self.headers), "people": list(self.people)}
        return orjson.dumps(head) + b"\n"


async def run(orders: Orders, data: bytes, report: Report) -> Answered:
    """Do an errand; what can be foreseen to fail is an answer too. `report` is told how far it is, in sentences."""
    try:
        async with await Database.connect(**orders.address) as database:
            context = Context(database, Viewer(**orders.viewer), datetime.fromisoformat(orders.now))
            if orders.task == "export":
                return await _export(context, Wish(**orders.wish))
            return await _import(context, orders, data, report)
    except (FileRefused, PlanMoved, RowsRefused) as error:
        status = _STATUS.get(error.code, 422)
        return _json(refusal_as_json(error), status, people=error.people)
    except InvalidInput as error:
        four = {"code": error.code, "field": error.field, "value": error.value, "expected": error.expected}
        return _error(str(error), four, _STATUS.get(error.code, 400), people=error.people)
    except GraphError as error:
        after = {} if error.retry_after is None else {"retry-after": str(error.retry_after)}
        return _error(str(error), {"code": error.code}, 503 if after else 500, after)
    except StartError:
        sentence = "The database does not answer at the moment; nothing was changed. Try again in a few seconds."
        return _error(sentence, {"code": "DATABASE_UNAVAILABLE"}, 503, {"retry-after": "2"})


async def _export(context: Context, wish: Wish) -> Answered:
    made = await export(context.database, wish, context)
    name = {"template": "template.xlsx", "xlsx": "map.xlsx"}.get(wish.form, f"{wish.sheet or 'assignments'}.csv")
    headers = {"content-disposition": f'attachment; filename="{name}"', "x-rollegalleri-seq": str(made.seq)}
    return Answered(200, KINDS["csv" if wish.form == "csv" else "xlsx"], made.data, headers, sorted(made.people))


async def _import(context: Context, orders: Orders, data: bytes, report: Report) -> Answered:
    options = Options(context.today.isoformat(), orders.end_missing, context.viewer)
    report("Reading the file and the map")
    read, state = await both(orders.name, data, context)
    report(f"{read.row_count} rows read; comparing them with the map")
    if orders.task == "preview":
        planned = await preview(context.database, read, options, state)
        return _json(preview_as_json(read, planned), 200, people=planned.people)
    order = Order(read, data, context.now, options, context.viewer.actor, orders.reason, orders.key, orders.seen)
    applied = await apply(context.database, order, expected=orders.plan, report=report, state=state)
    return _json(applied.as_json(), 200, people=applied.people)


async def both(name: str, data: bytes, context: Context) -> tuple[Read, State]:
    """Read the file and, meanwhile, the map: the one keeps a child busy for seconds, the other the database.

    Raises:
        FileRefused: at once, the map is not read to its end. GraphError: the database does not answer.
    """
    reading = asyncio.create_task(read_map(context.database, context.viewer))
    try:
        return await read_file(name, data), await reading
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


def preview_as_json(read: Read, planned: Planned) -> dict[str, Any]:
    """Give a preview as HTTP and `--json` answer it."""
    return {"file": read.name, "format": read.format, **planned.as_json()}


def _json(
    value: Mapping[str, Any], status: int, headers: Mapping[str, str] | None = None, people: Iterable[str] = ()
) -> Answered:
    return Answered(status, JSON, orjson.dumps(value), headers or {}, sorted(people))


def _error(
    sentence: str,
    extensions: Mapping[str, Any],
    status: int,
    headers: Mapping[str, str] | None = None,
    people: Iterable[str] = (),
) -> Answered:
    return _json({"errors": [{"message": sentence, "extensions": extensions}]}, status, headers, people)


def address_of(address: Address) -> dict[str, Any]:
    """Give an address as orders carry it."""
    return {name: getattr(address, name) for name in ("uri", "username", "password", "database")}


def main() -> None:
    """Read orders and file, answer, end."""
    os.nice(_NICENESS)
    gc.disable()  # what it makes of 50,000 rows it keeps to its end; looking through it took a sixth of the planning
    source, answers = sys.stdin.buffer, sys.stdout.buffer
    orders = Orders(**orjson.loads(source.readline()))

    def report(sentence: str) -> None:
        answers.write(orjson.dumps({"progress": sentence}) + b"\n")
        answers.flush()

    try:
        answered = asyncio.run(run(orders, source.read(), report))
    except Exception as error:  # noqa: BLE001 - whatever it is, the service logs where it was
        trace = "".join(traceback.format_tb(error.__traceback__)).rstrip()
        answers.write(orjson.dumps({"failed": type(error).__name__, "trace": trace}) + b"\n")
        return
    answers.write(answered.head)
    answers.write(answered.body)
    answers.flush()


if __name__ == "__main__":
    main()
