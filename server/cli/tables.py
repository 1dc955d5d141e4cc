"""The map to and from spreadsheets in a terminal: what the commands `export` and `import` do."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rich import box
from rich.table import Table

from graph.basis import MOST_UNDONE
from graph.driver import Database
from graph_seed.archive.files import appearing, refuse_existing
from graph_seed.exchange.asking import Made, Wish, export
from graph_seed.exchange.door import read_file
from graph_seed.exchange.errand import preview_as_json
from graph_seed.exchange.errors import FileRefused, ReadWarning, RowProblem
from graph_seed.exchange.importing import Report, apply, done_before
from graph_seed.exchange.importing import preview as plan
from graph_seed.exchange.limits import LIMITS
from graph_seed.exchange.order import Applied, Order, PlanMoved, RowsRefused, refusal_as_json
from graph_seed.exchange.planned import FATES, Options, Planned, Told, counted
from graph_seed.exchange.result import Read
from resolvers.context import Context
from server import logs
from server.cli.asking import Asker
from server.cli.looked import record
from server.cli.output import console, fail, of_days, quietly, say
from server.cli.prompting import agreed
from server.opening import with_database
from server.settings import load

_UNDO: Final = """mutation TryUndo($change: Int!) {
  undo(input: {change: $change, dryRun: true}) { ... on Changed { dryRun } ... on Failure { expected } } }"""
LISTED: Final = 20
"""Lines of a kind that a terminal shows; the rest is counted."""


def write(
    file: Path, sheet: str | None, places: Sequence[str], at: str | None, known_at: str | None,
    *, template: bool, force: bool, data: Path | None,
) -> None:  # fmt: skip
    """Export to a file, which is then whole or not there."""
    refuse_existing(file, force)
    settings = load(data=data)
    logs.configure(settings.log_format, "error")
    form = "template" if template else file.suffix.lower().lstrip(".")
    wish = Wish(form, sheet, tuple(places), at, known_at)  # type: ignore[arg-type]

    async def work(database: Database) -> Made:
        made = await export(database, wish, Context.local(database))
        await record(database, f"export {form}", made.people)
        return made

    with quietly("Reading the map") as progress:
        made = with_database(settings, progress, work, fill=True)
    with appearing(lambda: file, file.parent, force) as target:
        target.write(made.data)
    rows = "an empty workbook" if template else f"{made.rows} rows, the map at change {made.seq}"
    print(f"{file}: {rows}")


def read(
    file: Path, *, preview: bool, yes: bool, end_missing: bool, reason: str | None, key: str | None, as_json: bool,
    data: Path | None,
) -> None:  # fmt: skip
    """Preview an import and apply it."""
    try:
        # Not more than may be read is read: a device would never end.
        with file.open("rb") as source:
            content = source.read(LIMITS.file_bytes + 1)
    except OSError as error:
        fail(f"{file} cannot be read ({error.strerror}): expected a workbook (.xlsx) or a CSV file.")
    settings = load(data=data)
    logs.configure(settings.log_format, "error")

    async def work(database: Database) -> int:
        context = Context.local(database)
        options = Options(context.today.isoformat(), end_missing)
        found = await read_file(file.name, content)
        order = Order(found, content, context.now, options, context.viewer.actor, reason, key)
        if key is not None and not preview and (done := await done_before(database, order)) is not None:
            await _tell(database, done, as_json)
            return 0
        planned = await plan(database, found, options)
        await record(database, "preview" if preview else "import", frozenset(planned.people))
        if preview or not planned.ok:
            _print_plan(planned, found, as_json, end_missing)
            return 0 if planned.ok else 1
        if not as_json:
            _print_plan(planned, found, as_json, end_missing)
        if not planned.empty and not yes and not _agreed():
            return 1
        await _tell(database, await _applied(database, order, planned, _ignore if as_json else say), as_json)
        return 0

    try:
        sys.exit(with_database(settings, say, work, fill=True))
    except (FileRefused, PlanMoved, RowsRefused) as error:
        if not as_json:
            raise
        _print_json(refusal_as_json(error))
        sys.exit(1)


async def _applied(database: Database, order: Order, planned: Planned, report: Report) -> Applied:
    """Apply an import; whom a refusal tells of, by what the map has become meanwhile, is recorded too."""
    try:
        return await apply(database, order, planned, report=report)
    except (PlanMoved, RowsRefused) as refused:
        await record(database, "import", refused.people - planned.people)
        raise


async def _tell(database: Database, applied: Applied, as_json: bool) -> None:
    if as_json:
        _print_json(applied.as_json())
    elif applied.seq is not None:
        _print_applied(applied, applied.seq, await _undo_tried(database, applied.seq))


def _agreed() -> bool:
    if not sys.stdin.isatty():
        fail("Nobody can be asked here: say --yes to apply it, or --preview to look only. Nothing was changed.")
    if agreed("Apply it?"):
        return True
    print("Nothing was changed.", file=sys.stderr)
    return False


def _ignore(_line: str) -> None:
    pass


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _print_plan(planned: Planned, found: Read, as_json: bool, end_missing: bool) -> None:
    """Print what a file would do. What is not in it stays, and is only counted, unless it is to end."""
    if as_json:
        _print_json(preview_as_json(found, planned))
        return
    for warning in found.warnings:
        _print_warning(warning)
    table = _table("Sheet", *("not in the file" if fate == "left" else fate for fate in FATES))
    for sheet, counts in planned.counts.items():
        table.add_row(sheet, *(str(counts[fate]) for fate in FATES))
    if planned.counts:
        console().print(table)
    if planned.found:
        console().print(f"People were found by: {counted(planned.found)}", markup=False)
    _print_told(planned.told, "more rows")
    if end_missing:
        _print_told(planned.missing, "more that are not in the file")
    if planned.ok and (why := _no_way_back(planned)):
        console(error=True).print(
            f"Note: `undo` will not take this back, since {why}; export the map first.", markup=False
        )
    if planned.ok and planned.empty:
        print("Nothing to change: the map says so already.")
    _print_problems(planned)


def _no_way_back(planned: Planned) -> str | None:
    """Tell why an import cannot be undone, as `resolvers.changes.undoing` will say, while there is time for an export."""
    writes = planned.writes
    if max(len(writes.records), len(writes.closes)) > MOST_UNDONE:
        return f"it writes more than {MOST_UNDONE} facts"
    if any(before is None and after is None for _, _, before, after in writes.log):
        return "it changes names or addresses, which the log does not keep"
    return None


def _print_told(told: Sequence[Told], more: str) -> None:
    if not told:
        return
    table = _table("Sheet", "Row", "Fate", "What")
    for one in told[:LISTED]:
        how = " (found by name and municipality)" if one.how == "name and municipality" else ""
        fate = "not in the file" if one.fate == "left" else one.fate
        table.add_row(one.sheet, str(one.row or ""), fate, one.what + how)
    console().print(table)
    if len(told) > LISTED:
        print(f"… and {len(told) - LISTED} {more}; --json has more")


def _print_problems(planned: Planned) -> None:
    if planned.ok:
        return
    table = _table("Sheet", "Row", "Column", "Value", "What would be right")
    for problem in planned.problems[:LISTED]:
        table.add_row(*_problem(problem))
    console().print(table)
    count = len(planned.problems) + planned.more_problems
    more = f", of which {LISTED} are shown" if count > LISTED else ""
    sentence = (
        f"{count} problem{'s' if count > 1 else ''}{more}: nothing was changed, and nothing can be applied like this."
    )
    console(error=True).print(sentence, markup=False)


def _problem(problem: RowProblem) -> tuple[str, ...]:
    return (problem.sheet, str(problem.row), problem.column or "", problem.value, of_days(problem.expected))


def _print_warning(warning: ReadWarning) -> None:
    console(error=True).print(f"Note: {warning.message}", markup=False)


def _print_applied(applied: Applied, seq: int, tried: Mapping[str, Any]) -> None:
    how = "was recorded before, as" if applied.repeated else "is"
    print(f"The import {how} change {seq}.")
    if tried.get("dryRun"):
        print(f"rollegalleri undo {seq} takes it back.")
    elif "expected" in tried:
        why = f"rollegalleri undo {seq} would be refused: expected {of_days(tried['expected'])}."
        way = "An export made before it has the old names and addresses of people."
        console().print(f"{why}\n{way}", markup=False)


async def _undo_tried(database: Database, seq: int) -> Mapping[str, Any]:
    """Try to undo a change, and write nothing: what is answered, or nothing if it cannot be said now."""
    data = (await Asker(database)(_UNDO, {"change": seq})).get("data") or {}
    return data.get("undo") or {}


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap=heading in ("Row", "Fate"))
    return table
