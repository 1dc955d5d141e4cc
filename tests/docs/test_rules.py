"""The rules that the code names by number, and the headings that it names, are there to be read."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
FOLDERS = ("graph", "graph_seed", "resolvers", "schema", "server", "tests", "docs/decisions")


@pytest.mark.in_step
def test_every_rule_that_is_named_can_be_read() -> None:
    numbers = [int(number) for number in re.findall(r"^(\d+)\. \*\*", PAGE.partition("\n## ")[0], re.MULTILINE)]
    headings = set(re.findall(r"^## (.+)$", PAGE, re.MULTILINE))
    assert numbers == list(range(1, len(numbers) + 1))
    named: set[int] = set()
    for path in (
        path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".md", ".cypher")
    ):
        text = path.read_text(encoding="utf-8")
        for first, last in re.findall(r"\brules? (\d+)(?: (?:to|and) (\d+))?", text):
            named |= {int(first), int(last or first)}
        assert set(re.findall(r"docs/rules\.md, \"([^\"]+)\"", text)) <= headings, path
        assert not re.search(r"\bDESIGN\b|security\.md", text) or path == Path(__file__), path
    assert {1, 4, 5, 13} <= named <= set(numbers)
