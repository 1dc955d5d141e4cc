"""The schema is frozen: each release is a file for good, and what came with one is dated in the changelog and stays."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from itertools import pairwise
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
FOLDER = "schema/released"
RELEASES = {file.stem: file.read_text(encoding="utf-8") for file in sorted((ROOT / FOLDER).glob("*.graphql"))}
CHANGELOG = (ROOT / "docs" / "directory-changelog.md").read_text(encoding="utf-8")
ENTRY = re.compile(r"^- `([^`]+)`: \w.+$", re.MULTILINE)
DATED = re.compile(r"\d{4}-\d{2}-\d{2}(?:\.[2-9])?")
HASH = re.compile(r"SHA-256 of its file: ([0-9a-f]{64})")


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


def differences(old: str, new: str) -> list[str]:
    """Tell what a client that was built against the old schema may not see happen."""
    was, now = build_schema(old), build_schema(new)
    return [change.description for change in [*find_breaking_changes(was, now), *find_dangerous_changes(was, now)]]


def came(old: str, new: str) -> set[str]:
    return set(signatures(build_schema(new))) - set(signatures(build_schema(old)))


def complaints(releases: Mapping[str, str], changelog: str, current: str) -> list[str]:
    """Tell where the schema as it is, its releases by their days, and the changelog are not of one mind."""
    parts = re.split(r"^## (.+)\n", changelog, flags=re.MULTILINE)[1:]
    entries = dict(zip(parts[::2], parts[1::2], strict=True))
    days = sorted(releases)
    found = [f"{day}: no date" for day in entries if not DATED.fullmatch(day)]
    if list(entries) != days[::-1] or len(parts) != 2 * len(days):
        return [*found, f"the changelog has {list(entries)}, the releases are {days[::-1]}"]
    for day in days:
        if HASH.findall(entries[day]) != [hashlib.sha256(releases[day].encode()).hexdigest()]:
            found.append(f"{day}: another file than the changelog says")
        found += [f"{day}: {one}" for one in differences(releases[day], current)]
    for before, after in pairwise(days):
        found += [f"{before} to {after}: {one}" for one in differences(releases[before], releases[after])]
        if set(ENTRY.findall(entries[after])) != came(releases[before], releases[after]):
            found.append(f"{after}: the changelog does not say word for word what came")
    if ENTRY.findall(entries[days[0]]):
        found.append(f"{days[0]}: nothing came with the first release")
    return [*found, *(f"{one} is in no release" for one in sorted(came(releases[days[-1]], current)))]


def rewritten(repository: Path) -> list[str]:
    """Tell which releases were ever touched after they had come, by the history as far as it is here, and what is not in it yet.

    Files and hashes could be changed together; what the history says of them could not.
    """

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", str(repository), *arguments],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    shown = ("--name-status", "--no-renames")
    told = git("log", "-m", "--format=", *shown, "--", FOLDER) + git("diff", "HEAD", *shown, "--", FOLDER)
    return sorted({line for line in told.splitlines() if line and not line.startswith("A\t")})


def test_what_was_released_still_holds_and_what_came_is_dated_word_for_word() -> None:
    assert complaints(RELEASES, CHANGELOG, sdl()) == []


def test_no_release_was_ever_touched_again() -> None:
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a checkout, or no git: there is no history that could tell")
    assert rewritten(ROOT) == []


def test_the_file_is_the_code_s() -> None:
    assert (ROOT / "schema" / "directory.graphql").read_text(encoding="utf-8") == sdl()


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
    assert any(said in difference for difference in complaints(RELEASES, CHANGELOG, sdl().replace(before, after)))


MORE = sdl().replace("type Contact {", 'type Contact {\n  """More."""\n  pager: String\n')
LINE = "- `Contact.pager: String`: they asked for it."


def dated(day: str, text: str, *lines: str) -> str:
    """The changelog with one more release."""
    entry = "\n".join(
        (f"## {day}", f"SHA-256 of its file: {hashlib.sha256(text.encode()).hexdigest()}", "", *lines, "")
    )
    return CHANGELOG.replace(f"## {max(RELEASES)}\n", f"{entry}\n## {max(RELEASES)}\n")


def test_an_addition_is_a_release_with_its_entry() -> None:
    releases = {**RELEASES, "2099-01-01": MORE}
    assert complaints(RELEASES, CHANGELOG, MORE) == ["Contact.pager: String is in no release"]
    assert complaints(releases, dated("2099-01-01", MORE, LINE), MORE) == []
    assert complaints(releases, dated("2099-01-01", MORE), MORE) == [
        "2099-01-01: the changelog does not say word for word what came"
    ]
    assert "the changelog has" in complaints(releases, CHANGELOG, MORE)[0]
    assert "the changelog has" in complaints(RELEASES, dated("2099-01-01", MORE, LINE), sdl())[0]
    assert "another file" in complaints(releases, dated("2099-01-01", sdl(), LINE), MORE)[0]
    assert "the changelog has" in complaints({**RELEASES, "1999-01-01": MORE}, dated("1999-01-01", MORE, LINE), MORE)[0]


def test_what_was_added_later_stays_as_what_came_first() -> None:
    """Its release still has it; taken out there and in the changelog as well, the history tells (below)."""
    releases, changelog = {**RELEASES, "2099-01-01": MORE}, dated("2099-01-01", MORE, LINE)
    (said,) = complaints(releases, changelog, sdl())
    assert said == "2099-01-01: Contact.pager was removed."
    other = MORE.replace("pager: String", "pager: Int")
    assert any("changed type" in one for one in complaints(releases, changelog, other))


def test_a_release_that_is_changed_or_taken_away_shows_in_the_history(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        who = ("-c", "user.name=t", "-c", "user.email=t@example.example", "-c", "commit.gpgsign=false")
        subprocess.run(["git", "-C", str(tmp_path), *who, *arguments], check=True, capture_output=True)

    def write(text: str) -> None:
        (tmp_path / FOLDER / "2099-01-01.graphql").write_text(text, "utf-8")

    (tmp_path / FOLDER).mkdir(parents=True)
    git("init")
    (tmp_path / FOLDER / "2098-01-01.graphql").write_text("first", "utf-8")
    git("add", ".")
    git("commit", "-m", "first")
    write("second")
    git("add", ".")
    assert rewritten(tmp_path) == []
    git("commit", "-m", "second")
    assert rewritten(tmp_path) == []
    write("another")
    assert rewritten(tmp_path) == [f"M\t{FOLDER}/2099-01-01.graphql"]
    git("commit", "-am", "all in one go")
    assert rewritten(tmp_path) == [f"M\t{FOLDER}/2099-01-01.graphql"]
    git("rm", f"{FOLDER}/2098-01-01.graphql")
    git("commit", "-m", "and away with the first")
    assert rewritten(tmp_path) == [f"D\t{FOLDER}/2098-01-01.graphql", f"M\t{FOLDER}/2099-01-01.graphql"]


def test_every_type_field_argument_and_value_has_a_description() -> None:
    own = [kind for name, kind in core().type_map.items() if not name.startswith("__")]
    assert [where for kind in own for where, text in described(kind) if not (text or "").strip()] == []


def test_it_is_read_only() -> None:
    assert core().mutation_type is None
    assert core().subscription_type is None
