"""Writing a backup or an export: a file that appears when all of it is there, of a database that others go on using."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from graph import erasing
from graph.driver import Database
from graph_seed.archive import document, tombstones
from graph_seed.archive.document import Head
from graph_seed.archive.errors import NothingThereError, RestlessError
from graph_seed.archive.files import Sum, appearing, refuse_existing, remove_left, write_backup, write_plain
from graph_seed.archive.snapshot import MovedError, take

TRIES: Final = 3
"""How often a reading begins anew because something was removed under it."""
Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that was written: what is in it, and the sum of its document."""

    file: Path
    head: Head
    sum: Sum


async def backup(database: Database, file: Path | None, report: Report, force: bool = False) -> Saved:
    """Write a backup: to `file`, into the folder `file`, or (None) into the current folder under a name with day and number.

    Raises an `ArchiveError`, a `StartError` or a `GraphError`, and then no file was written.
    """
    return await _save(database, file, report, force, packed=True)


async def export(database: Database, file: Path, report: Report, force: bool = False) -> Saved:
    """Write the same document as plain JSON. Raises as `backup` does."""
    return await _save(database, file, report, force, packed=False)


async def _save(database: Database, file: Path | None, report: Report, force: bool, packed: bool) -> Saved:
    folder, named = _place(file, force, packed)
    tombstones.read(folder / tombstones.NAME)  # one that is damaged is told now, and not when all was read
    remove_left(folder)
    today = datetime.now(UTC).date()
    written: list[Head] = []

    def name() -> Path:
        return named or folder / f"rollegalleri-{today}-seq{written[-1].seq}.json.gz"

    with appearing(name, folder, force) as target:
        for number in range(1, TRIES + 1):
            try:
                found = await _write(database, target, packed, written)
                break
            except MovedError as error:
                if number == TRIES:
                    raise RestlessError(TRIES) from error
                report("Something was removed while it was read: beginning anew")
        size = target.tell()
        # Before the file appears, so that there is none without its list; one person too many in it does no harm.
        tombstones.write(tombstones.beside(name()), await erasing.tombstones(database))
    head = written[-1]
    report(f"{name()} ({size / 1e6:.1f} MB) holds {head.summary}")
    return Saved(name(), head, found)


def _place(file: Path | None, force: bool, packed: bool) -> tuple[Path, Path | None]:
    """Tell the folder, and the file if it was named. Refuses now what would be refused at the end."""
    if file is None:
        return Path(), None
    with contextlib.suppress(OSError):  # of which is told below
        if packed and file.is_dir():
            return file, None
    refuse_existing(file, force)
    return file.parent, file


async def _write(database: Database, target: IO[bytes], packed: bool, written: list[Head]) -> Sum:
    snapshot = await take(database)
    if not snapshot.head.rows:
        raise NothingThereError
    written.append(snapshot.head)
    target.seek(0)
    target.truncate()
    chunks = document.write(snapshot.head, snapshot.rows())
    return await (write_backup if packed else write_plain)(chunks, target)
