"""The table of who may see what: read strictly, closed against the schema, and followed by every template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLEnumType

from graph.lookups import Rules
from graph.reads import Gathered, Made, Paged, Related, Rows, Value
from graph.shape import ARROWS, FACTS
from resolvers.access import (
    CIRCLES,
    CONTACT_WORDS,
    DIRECTORY,
    EXPECTED,
    GALLERY,
    PREDICATES,
    ROW_WORDS,
    ROWS,
    AccessTableError,
    read_table,
)
from resolvers.changes import OPERATIONS
from resolvers.context import Viewer
from resolvers.files import FOLDER
from resolvers.lookups import LOOKUPS
from resolvers.questions import QUESTIONS, VALUES
from resolvers.questions.personfile import PERSON_FILE
from resolvers.reads import QUERY, READS, SUBSCRIPTIONS
from schema.access_page import page
from schema.gallery.schema import core
from schema.registry import SchemaMismatch, build
from server.cli.schema import ACCESS

ALL_READS = {**READS, "Query": {**QUERY, **QUESTIONS}, "Subscription": SUBSCRIPTIONS}
RULES = Rules(LOOKUPS, PREDICATES)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Role everyone code", "Role: “everyone” is none of anybody, authorities, own, KOMBIT"),
        ("Role anybody code code", "Role.code has two rules"),
        ("Role anybody", "Role: no field stands behind “anybody”"),
    ],
)
def test_a_line_that_cannot_be_is_refused_by_name(line: str, said: str) -> None:
    with pytest.raises(AccessTableError, match=re.escape(said)):
        read_table(line)


HIT = "Hit               anybody       node"
VACANCY = "Vacancy           authorities   id seq history validFrom validTo role municipality"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (HIT, f"{HIT}s", "no rule says who may see Hit.node"),
        (HIT, f"{HIT}s", "Hit.nodes, but the schema has no such field"),
        ("LeftOut           authorities   lane count", "", "no rule says who may see LeftOut.lane"),
        ("LeftOut ", "Unicorn ", "a rule speaks of Unicorn, but the schema has no such type"),
        (f"{VACANCY} reason", f"{VACANCY}\nVacancy own reason", "Vacancy.reason cannot be kept for its own"),
    ],
)
def test_a_table_that_does_not_fit_the_schema_is_refused_at_the_start(before: str, after: str, said: str) -> None:
    assert before in GALLERY
    with pytest.raises((SchemaMismatch, AccessTableError), match=re.escape(said)):
        build(core(), ALL_READS, VALUES, RULES, OPERATIONS, read_table(GALLERY.replace(before, after)))


def test_whoever_is_outside_a_circle_is_told_what_would_be_right() -> None:
    assert EXPECTED.keys() == CIRCLES.keys() - {"anybody"}


PATTERN = re.compile(r"(?<!own)(?<!visible)\((@?\w+):([\w|]+)")
"""A node of a pattern with its labels: `(@a:Assignment {…`."""


def templates() -> Iterator[tuple[str, str, bool]]:
    """Every template: where it stands, its text, and whether the compiler itself adds the rule of `@x`."""
    for typename, reads in ALL_READS.items():
        for name, read in reads.items():
            where = f"{typename}.{name}"
            match read:
                case Value() | Rows():
                    yield where, read.cypher, False
                case Made():
                    yield from ((where, need, False) for need in read.needs)
                case Related():
                    yield where, f"{read.match} {read.where}", True
                case Paged():
                    yield where, f"{read.match} {read.where}", True
                    for one in read.filters.values():
                        yield from ((where, text, True) for text in (one.some, one.none) if text)
                    yield from ((where, order.cypher, True) for order in read.orders.values())
                case Gathered() | _:
                    pass
    yield from ((path.name, path.read_text(encoding="utf-8"), False) for path in sorted(FOLDER.glob("*.cypher")))
    yield "personFile", PERSON_FILE.cypher({}), False  # a part of it is written by what an erasure looks through
    for texts in LOOKUPS.values():
        yield from ((f"look-up of {label}", text, False) for label, text in texts.items())


BY_NAME = {"(@x:THING", "(@t:LABEL"}
"""Written out for one label at a time."""
NO_RULE_NEEDED = {
    # Records of a fact that has been found, and may be seen.
    *(f"{label}.history: {label}" for label in FACTS if label in ROWS),
    *(f"Change.effects: {label}" for label in FACTS if label in ROWS),
    # Found by a key that a visible fact leads to, or that is everybody's.
    "gallery.cypher: Mailbox",
    # A vendor's customers are where these begin (docs/decisions/0011); a person's own file is kept by `access.about`.
    "directory_customers.cypher: Usage", "directory_ends.cypher: Usage", "directory_shown.cypher: Usage",
    "directory_slots.cypher: Translation", "directory_tasks.cypher: Progress",
    "personfile.cypher: Person", "personFile: Person", "shown.cypher: Person", "Query.accessLog: Person",
    "look-up of Person: Person",
    # Named by the filter itself, whose look-up finds only what may be seen.
    "Query.assignments: Person", "Query.assignments: Mailbox", "Query.people: Person",
}  # fmt: skip


def unruled(where: str, text: str, target: bool) -> Iterator[str]:
    for variable, labels in PATTERN.findall(text):
        for label in labels.split("|"):
            bare = variable.lstrip("@")
            ruled = f"@visible({bare}:{label})" in text or (target and bare == "x")
            if label in ROWS and not ruled:
                yield f"{where}: {label}"
    for label in re.findall(r"\(:(\w+)", text):
        if label in ROWS:
            yield f"{where}: {label}"


def test_every_template_that_reads_what_not_everybody_may_see_says_so() -> None:
    found = {one for where, text, target in templates() for one in unruled(where, text, target)}
    assert found - NO_RULE_NEEDED == set()
    assert NO_RULE_NEEDED - found == set()


STEP = re.compile(r"\((@?\w*)((?::[\w|]+)?)[^()]*\)(<?)-\[@?\w*:([\w|]+)[^\]]*\]-(>?)(?=\((@?\w*)((?::[\w|]+)?))")
"""A step of a pattern: two nodes, each with or without labels, and the types of the arrow between them."""
NO_LABEL_NEEDED = {
    # The record that a change closed of a fact that it shows, and may be seen.
    "Change.effects: @b",
    # Who holds, or is covered by, a fact that is seen by authorities alone, as people are.
    "facts.cypher: @h", "facts.cypher: @f", "difference.cypher: @h", "difference.cypher: @f",
    "Query.assignments: @h",
    # A vendor's customers, again.
    "directory_mine.cypher: @u",
    # Who holds, or is covered by, a fact at one of these.
    "directory_shown.cypher: @h", "directory_since.cypher: @h", "directory_since.cypher: @f",
}  # fmt: skip


def unlabelled(where: str, text: str, target: bool) -> Iterator[str]:
    """Give the variables without a label that an arrow can lead to, or from, what not everybody may see, and nothing says so."""
    told = {"", "@n", *re.findall(r"\((@?\w+):\w+", text)} | ({"@x"} if target else set())
    for left, left_labels, leftwards, types, rightwards, right, right_labels in STEP.findall(text):
        for end, out, other in ((left, rightwards, right_labels), (right, leftwards, left_labels)):
            labels = set(other.strip(":").split("|")) - {""}
            either = not leftwards and not rightwards
            may = set[str]()
            for arrow in (arrow for arrow in ARROWS if arrow.type in types.split("|")):
                if (out or either) and (not labels or labels & set(arrow.targets)):
                    may.add(arrow.source)
                if (not out or either) and (not labels or arrow.source in labels):
                    may.update(arrow.targets)
            hidden = {label for label in may & ROWS.keys() if f"@visible({end.lstrip('@')}:{label})" not in text}
            if end not in told and hidden:
                yield f"{where}: {end}"


def test_every_node_without_a_label_that_can_be_what_not_everybody_may_see_is_known() -> None:
    found = {one for where, text, target in templates() for one in unlabelled(where, text, target)}
    assert found - NO_LABEL_NEEDED == set()
    assert NO_LABEL_NEEDED - found == set()


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("MATCH (@p)<-[:HELD_BY|FOR|ABOUT]-(@f) WHERE @f.fromSeq >= 0", ["@p", "@f"]),
        ("MATCH (@p:Person)<-[:ABOUT]-(@f)", ["@f"]),
        ("MATCH (@f)-[@r:ABOUT]->(@p:Person)", ["@f"]),
        ("MATCH (@p:Person)<-[:ABOUT]-(@f) WHERE @visible(f:Report)", []),
        ("MATCH (@p:Person)-[:BELONGS_TO]->(@m)", []),
        ("MATCH (@c:Change)-[:TOUCHED]->(@y)", ["@y"]),
    ],
)
def test_a_node_without_a_label_would_be_seen(text: str, refused: list[str]) -> None:
    assert list(unlabelled("x", text, False)) == [f"x: {one}" for one in refused]


def circles() -> Iterator[Any]:
    table = read_table(GALLERY)
    return ((typename, field, circle) for typename, own in table.circles.items() for field, circle in own.items())


def test_what_shows_people_is_for_nobody_without_a_token() -> None:
    """A second look, by types: whoever may see no person may select no field that gives one."""
    open_fields = {(t, f) for t, f, circle in circles() if circle == "anybody"}
    kinds = {name: getattr(kind, "fields", {}) for name, kind in core().type_map.items()}
    shown = {(t, f) for t, f in open_fields if f in kinds[t] and "Person" in str(kinds[t][f].type)}
    assert shown == set()


@pytest.mark.in_step
def test_the_page_is_the_table() -> None:
    assert ROW_WORDS.keys() == ROWS.keys()
    assert ACCESS.read_text("utf-8") == page(), "write it with 'rollegalleri schema --write'"


@pytest.mark.parametrize("table", [GALLERY, DIRECTORY], ids=["gallery", "directory"])
def test_the_page_has_every_field_of_both_schemas(table: str) -> None:
    for name, circles in read_table(table).circles.items():
        rows = [row for row in page().splitlines() if row.startswith(f"| {name} |")]
        if name != "Mutation":
            assert any(all(f"`{field}`" in row for field in circles) for row in rows), name


def test_every_class_of_contact_points_is_told() -> None:
    visibility = core().type_map["Visibility"]
    assert isinstance(visibility, GraphQLEnumType)
    assert list(visibility.values) == list(CONTACT_WORDS)


@pytest.mark.parametrize(
    "given",
    [
        {"audience": "vendor"},
        {"audience": "municipality"},
        {"audience": "kombit", "municipality": "0751"},
        {"audience": "public", "vendor": "vendor:kmd"},
    ],
)
def test_a_viewer_speaks_for_who_its_audience_says(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a municipality's viewer has its code"):
        Viewer(actor="x", **given)
