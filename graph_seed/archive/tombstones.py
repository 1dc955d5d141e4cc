"""Who was erased, in a file beside the backups: whoever restores an older one, on whatever machine, erases them again.

`rollegalleri-erased.json` has keys and instants, and nothing that describes anybody. Every backup and export brings it up to date
in its own folder; a restore reads the one beside its file, and those that it is given.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import orjson

from graph.shape import label_of
from graph_seed.archive.errors import DamagedListError
from graph_seed.archive.files import appearing

NAME: Final = "rollegalleri-erased.json"


def beside(file: Path) -> Path:
    """Give where the list is that belongs to a backup."""
    return file.parent / NAME


def read(file: Path) -> dict[str, str]:
    """Read a list; empty where there is no such file. Raises `DamagedListError` for one that cannot be read."""
    try:
        text = file.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        reason = f"a file that cannot be read ({error.strerror})"
        raise DamagedListError(file, reason, "one that its owner can read") from None
    try:
        found = orjson.loads(text)["erased"]
        known = {str(one["key"]): str(one["at"]) for one in found}
    except (orjson.JSONDecodeError, TypeError, KeyError):
        raise DamagedListError(file, "something else", f"a {NAME} that a backup wrote") from None
    if any(label_of(key) != "Person" for key in known):
        raise DamagedListError(file, "a list of other things", "keys of people")
    return known


def write(file: Path, erased: Iterable[tuple[str, str]]) -> None:
    """Add to a list; what is in it stays. Without anybody nothing is written."""
    known = read(file)
    now: Mapping[str, str] = {**dict(erased), **known}
    if now == known:
        return
    content = {"erased": [{"key": key, "at": at} for key, at in sorted(now.items())]}
    with appearing(lambda: file, file.parent, force=True) as target:
        target.write(orjson.dumps(content, option=orjson.OPT_INDENT_2) + os.linesep.encode())
