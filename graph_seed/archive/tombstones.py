"""Who was erased, in a file beside the backups: whoever restores an older one, on whatever machine, erases them again.

`rollegalleri-erased.json` has keys, instants and how far it reached, and nothing that describes anybody. Every backup and export brings it up to date
in its own folder; a restore reads the one beside its file, and those that it is given.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import orjson

from graph.erasing import Tombstone
from graph.shape import label_of
from graph_seed.archive.errors import DamagedListError
from graph_seed.archive.files import appearing

NAME: Final = "rollegalleri-erased.json"


def beside(file: Path) -> Path:
    """Give where the list is that belongs to a backup."""
    return file.parent / NAME


def read(file: Path) -> dict[str, Tombstone]:
    """Read a list, by key; empty where there is no such file. Raises `DamagedListError` for one that cannot be read."""
    try:
        text = file.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        reason = f"a file that cannot be read ({error.strerror})"
        raise DamagedListError(file, reason, "one that its owner can read") from None
    try:
        found = orjson.loads(text)["erased"]
        known = {str(one["key"]): Tombstone(str(one["key"]), str(one["at"]), _home(one.get("home"))) for one in found}
    except (orjson.JSONDecodeError, TypeError, KeyError, AttributeError):
        raise DamagedListError(file, "something else", f"a {NAME} that a backup wrote") from None
    if any(label_of(key) != "Person" for key in known):
        raise DamagedListError(file, "a list of other things", "keys of people")
    return known


def _home(value: object) -> str | None:
    return None if value is None else str(value)


def joined(*lists: Iterable[Tombstone]) -> dict[str, Tombstone]:
    """Make one of several, by key: of one person what the first says, as far as it reached at most."""
    known: dict[str, Tombstone] = {}
    for one in (one for some in lists for one in some):
        known[one.key] = known[one.key].joined(one) if one.key in known else one
    return known


def write(file: Path, erased: Iterable[Tombstone]) -> None:
    """Add to a list; what is in it stays, but for how far it reached. Without anybody nothing is written."""
    known = read(file)
    now = joined(known.values(), erased)
    if now == known:
        return
    content = {
        "erased": [
            {name: value for name, value in one._asdict().items() if value is not None}
            for _, one in sorted(now.items())
        ]
    }
    with appearing(lambda: file, file.parent, force=True) as target:
        target.write(orjson.dumps(content, option=orjson.OPT_INDENT_2) + os.linesep.encode())
