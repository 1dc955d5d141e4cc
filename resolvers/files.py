"""The statements' files: `cypher/<name>.cypher`, each explained at its top, put together by `@include(<name>)`."""

import re
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "cypher"
_INCLUDE: Final = re.compile(r"^@include\((\w+)\)$", re.MULTILINE)
_COMMENT: Final = re.compile(r"\s*//.*$", re.MULTILINE)


@cache
def cypher(name: str, **chosen: str) -> str:
    """Give a statement's text without its comments; `chosen` says which file an include takes (`places="named"`).

    An include without a choice takes the file of its own name. What is included is in `<include>_<choice>.cypher`, and may
    include again by the same choices.
    """
    text = _COMMENT.sub("", (FOLDER / f"{name}.cypher").read_text(encoding="utf-8"))

    def included(match: re.Match[str]) -> str:
        part = match[1]
        return cypher(f"{part}_{chosen[part]}" if part in chosen else part, **chosen)

    return _INCLUDE.sub(included, text).strip()
