"""The published list of error codes is the list of codes that the code can give."""

import re
from pathlib import Path
from typing import get_args

import pytest

from graph_seed.exchange.errors import FileCode, RowCode, WarningCode
from resolvers.lookups import LOOKUPS
from schema.limits import CODES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
GIVEN = re.compile(
    r"""(?:InvalidInput\(\s*|Refusal\(\s*\d+,\s*|"code":\s*|\bcode\s*=\s*|(?:coded|in_document)\(\w+,\s*|_refuse\w*\(\s*(?:\d+,\s*)?)"([A-Z]+(?:_[A-Z]+)*)\""""
)


def given() -> set[str]:
    """Find every code that is written in the code, those made from labels, and those of files."""
    found = {f"UNKNOWN_{label.upper()}" for label in LOOKUPS["name"]}
    found |= set(CODES.values())
    for codes in (FileCode, RowCode, WarningCode):
        found |= set(get_args(codes))
    for folder in ("graph", "graph_seed", "resolvers", "schema", "server"):
        for module in (ROOT / folder).rglob("*.py"):
            found |= set(GIVEN.findall(module.read_text(encoding="utf-8")))
    return found


@pytest.mark.in_step
def test_every_code_is_published_and_none_is_left_over() -> None:
    published = set(
        re.findall(
            r"`([A-Z]+(?:_[A-Z]+)+|INTERNAL|UNAUTHENTICATED|DEADLINE|BUSY|CONFLICT|CONTRADICTION|CIRCLE|ERASED|MERGED|OVERLAPS)`",
            PAGE,
        )
    )
    assert published == given()
