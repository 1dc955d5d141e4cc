"""The schema is frozen: what was released stays; what comes is dated in the changelog, and stays too."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    find_breaking_changes,
    find_dangerous_changes,
)

from schema.directory.schema import core, sdl
from tests.contract.test_tables import described

pytestmark = pytest.mark.in_step
ROOT = Path(__file__).parents[2]
RELEASED = (ROOT / "schema" / "directory.released.graphql").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "docs" / "directory-changelog.md").read_text(encoding="utf-8")
ENTRY = re.compile(r"^- `([^`]+)`: \w.+$", re.MULTILINE)
DATED = re.compile(r"^## \d{4}-\d{2}-\d{2}$")


def signatures(schema: GraphQLSchema) -> Iterator[str]:
    """Say every type, field and value of an enum in one line each, as the changelog does."""
    for name, kind in schema.type_map.items():
        if name.startswith("__"):
            continue
        yield f"{type(kind).__name__.removeprefix('GraphQL').removesuffix('Type').lower()} {name}"
        if isinstance(kind, GraphQLObjectType):
            yield from (f"{name} implements {one.name}" for one in kind.interfaces)
        for field, definition in getattr(kind, "fields", {}).items():
            taken = ", ".join(f"{argument}: {a.type}" for argument, a in getattr(definition, "args", {}).items())
            yield f"{name}.{field}{f'({taken})' if taken else ''}: {definition.type}"
        if isinstance(kind, GraphQLEnumType):
            yield from (f"{name}.{value}" for value in kind.values)


def differences(text: str) -> list[str]:
    """Tell what a client that was built against the released schema may not see happen."""
    old, new = build_schema(RELEASED), build_schema(text)
    return [change.description for change in [*find_breaking_changes(old, new), *find_dangerous_changes(old, new)]]


def test_what_was_released_still_holds() -> None:
    assert differences(sdl()) == []


def test_the_file_is_the_code_s() -> None:
    assert (ROOT / "schema" / "directory.graphql").read_text(encoding="utf-8") == sdl()


def test_what_was_released_is_what_the_changelog_says_was_released() -> None:
    """Another file in its place would let anything pass."""
    assert hashlib.sha256(RELEASED.encode()).hexdigest() in CHANGELOG


def test_what_came_since_is_dated_in_the_changelog_word_for_word_and_stays() -> None:
    come = set(signatures(build_schema(sdl()))) - set(signatures(build_schema(RELEASED)))
    assert set(ENTRY.findall(CHANGELOG)) == come
    headings = [line for line in CHANGELOG.splitlines() if line.startswith("## ")]
    assert headings == sorted(headings, reverse=True)
    assert all(DATED.match(line) for line in headings)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("  lastConfirmed: Date\n", "  confirmedOn: Date\n", "lastConfirmed was removed"),
        ("  mailbox: String\n", "  mailbox: Int\n", "changed type"),
        ("  DEBITOR\n", "  DEBITOR\n  LOEN\n", "LOEN was added to enum type ErpDomain"),
        ("    role: String\n", "    role: String!\n", "changed type"),
        ("    role: String\n", "    role: String\n    unit: String\n", "optional arg unit"),
        ("first: Int! = 20", "first: Int! = 50", "changed defaultValue"),
        ("  uses: [Use!]!\n", "  uses: [Use]!\n", "changed type"),
    ],
)
def test_what_would_break_a_client_is_seen(before: str, after: str, said: str) -> None:
    assert before in sdl()
    assert any(said in difference for difference in differences(sdl().replace(before, after)))


def test_an_addition_without_an_entry_is_seen() -> None:
    more = build_schema(sdl().replace("type Contact {", 'type Contact {\n  """More."""\n  pager: String\n'))
    assert set(signatures(more)) - set(signatures(build_schema(sdl()))) == {"Contact.pager: String"}
    assert differences(sdl().replace("type Contact {", "type Contact {\n  pager: String\n")) == []


def test_every_type_field_argument_and_value_has_a_description() -> None:
    own = [kind for name, kind in core().type_map.items() if not name.startswith("__")]
    assert [where for kind in own for where, text in described(kind) if not (text or "").strip()] == []


def test_it_is_read_only() -> None:
    assert core().mutation_type is None
    assert core().subscription_type is None
