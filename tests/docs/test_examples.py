"""Every GraphQL example in the documentation is run, and its answer is the one that is printed beneath it.

`ROLLEGALLERI_WRITE_DOCS=1 pytest tests/docs` writes the answers anew; read the diff.
"""

import json
import os
import re
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from graph.driver import Database
from resolvers.context import Context, Viewer
from schema.directory.schema import engine as directory
from schema.engine import Request, Result
from schema.gallery.schema import engine
from schema.subscribing import Subscription
from tests.server.conftest import http

__all__ = ["http"]

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLE = re.compile(
    r"```graphql\n(?P<query>.*?)```\n(?:```variables\n(?P<variables>.*?)```\n)?(?:```json\n(?P<answer>.*?)```\n)?",
    re.DOTALL,
)

CURL = re.compile(r"^\$ curl ((?:.*\\\n)*.*)$", re.MULTILINE)
CURLS = [
    pytest.param(command, id=f"{page.stem}-{number}")
    for page in (ROOT / "README.md", ROOT / "docs/guides/frontend.md")
    for number, command in enumerate(CURL.findall(page.read_text(encoding="utf-8")), 1)
]
"""Requests of the pages that no test of their own runs as a whole."""


@dataclass(frozen=True)
class Example:
    """One example of a page."""

    page: Path
    number: int
    query: str
    variables: str | None
    answer: str | None

    def __str__(self) -> str:
        return f"{self.page.stem}-{self.number}"


def examples() -> list[Example]:
    """Find the examples of all pages."""
    found = []
    for page in PAGES:
        for number, match in enumerate(EXAMPLE.finditer(page.read_text(encoding="utf-8")), 1):
            found.append(Example(page, number, match["query"], match["variables"], match["answer"]))
    return found


def written(answer: object) -> str:
    """Write an answer as a page shows it: what fits on a line stays on one."""
    return "\n".join(_lines(answer, "")) + "\n"


def _lines(value: object, indent: str) -> list[str]:
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(flat) <= 120 or not isinstance(value, dict | list) or not value:
        return [flat]
    parts: list[list[str]] = []
    for key, item in value.items() if isinstance(value, dict) else ((None, item) for item in value):
        lines = _lines(item, indent + "  ")
        name = f"{json.dumps(key)}: " if key is not None else ""
        parts.append([f"{name}{lines[0]}", *lines[1:]])
    body = [f"  {line}{',' if last and part is not parts[-1] else ''}" for part in parts for line, last in _ends(part)]
    start, end = ("{", "}") if isinstance(value, dict) else ("[", "]")
    return [start, *body, end]


def _ends(part: list[str]) -> list[tuple[str, bool]]:
    return [(line, i == len(part) - 1) for i, line in enumerate(part)]


async def answered(example: Example, variables: dict[str, object] | None, database: Database) -> Result:
    """Ask what the page asks, as its reader does: the directory's guide is for vendors, and its examples are KMD's.

    What it changes is the gallery's.
    """
    request = Request(example.query, variables)
    if example.page.stem == "directory":
        viewer = Viewer("vendor", "vendor:kmd", vendor="vendor:kmd")
        asked = engine() if example.query.startswith("mutation") else directory()
        return await asked.patiently(request, Context(database, viewer, datetime(2026, 12, 1, 12, tzinfo=UTC)))
    return await engine().patiently(request, Context.local(database))


def test_each_guide_and_the_readme_have_examples() -> None:
    assert {example.page.stem for example in examples()} >= {
        "README",
        "asking",
        "directory",
        "programme-leader",
        "frontend",
    }


@pytest.mark.anyio
@pytest.mark.parametrize("example", examples(), ids=str)
async def test_the_example_gives_what_the_page_prints(example: Example, seeded: Database) -> None:
    variables = json.loads(example.variables) if example.variables else None
    if example.query.lstrip().startswith("subscription"):
        # What it gives depends on the day; tests/notice has that. The page prints no answer.
        taken = engine().subscription(Request(example.query, variables), Viewer())
        assert isinstance(taken, Subscription), taken
        assert example.answer is None
        return
    result = await answered(example, variables, seeded)
    assert not result.errors, result.formatted
    if os.environ.get("ROLLEGALLERI_WRITE_DOCS"):
        text = example.page.read_text(encoding="utf-8")
        before = list(EXAMPLE.finditer(text))[example.number - 1]
        start, end = before.span("answer")
        assert start >= 0, "the example has no place for an answer"
        example.page.write_text(text[:start] + written(result.data) + text[end:], encoding="utf-8")
        return
    assert example.answer is not None, "the page prints no answer"
    assert json.loads(example.answer) == result.data


@pytest.mark.anyio
@pytest.mark.parametrize("command", CURLS)
async def test_the_request_of_a_terminal_is_answered_as_it_stands(
    command: str, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine(), "warming", True)  # a busy machine plans the first questions slowly
    words = shlex.split(command.replace("\\\n", " "))
    given = list(pairwise(words))
    headers = dict(value.split(": ", 1) for option, value in given if option == "-H")
    assert headers.pop("Authorization") == "Bearer $TOKEN"  # here everybody may
    (url,) = (word for word in words if word.startswith("http://"))
    (body,) = (value for option, value in given if option == "-d")
    if headers.get("accept") == "text/event-stream":
        taken = engine().subscription(Request(json.loads(body)["query"]), Viewer())
        assert isinstance(taken, Subscription), taken
        return
    response = await http.post(url.partition(":8000")[2], content=body.encode(), headers=headers)
    assert response.status_code == 200
    assert response.json()["data"]
    assert "errors" not in response.json()
