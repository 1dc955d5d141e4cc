"""Tables that are closed both ways: declarations and schema, statements' files and their uses, words and the graph's shape."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import reload
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
)

from graph.lookups import Rules
from graph.reads import ByKey, Gathered, Made, Paged, Read, Related, Rows, Value
from graph.shape import ARROWS, LABELS, PREFIXES
from graph.templates import Frame, Scope
from resolvers import files
from resolvers.access import GALLERY, PREDICATES, read_table
from resolvers.changes import OPERATIONS, chains
from resolvers.directory import QUERY as DIRECTORY
from resolvers.directory import names
from resolvers.lookups import LOOKUPS
from resolvers.questions import QUESTIONS, VALUES, coverage, responsibility
from resolvers.reads import QUERY, READS, SUBSCRIPTIONS
from resolvers.reads.changes import PAYLOADS
from schema.binding import lookups_of
from schema.gallery.schema import core, sdl
from schema.registry import SchemaMismatch, build

ROOT = Path(__file__).parents[2]
ROOMS = ("server", "schema", "resolvers", "graph", "graph_seed")
ALL_READS: dict[str, dict[str, Read]] = {**READS, "Query": {**QUERY, **QUESTIONS}, "Subscription": SUBSCRIPTIONS}
MADE = {"keys", "cursor", "limit", "past", "today", "at"}
"""What a statement may read beside its field's arguments: checked ids, the page, the clock."""
PREPARED = {
    "change": {"operationId"},
    "search": {"lucene", "labels", "folded", "words", "code"},
    **{question: {"near"} for question in ("responsibility", "coverage", "gaps", "impact", "roleMap")},
}
"""What a question's preparation makes of its arguments."""


# --- statements' files --------------------------------------------------------------------------------------------------


@dataclass
class Opened:
    """A folder that remembers which of its files were read."""

    folder: Path
    names: set[str]

    def __truediv__(self, name: str) -> Path:
        self.names.add(name)
        return self.folder / name


def ways_of_asking() -> Iterator[dict[str, Any]]:
    """Give arguments as queries have them: which are there may choose the statement's files."""
    yield {}
    yield {"municipality": "Aarhus"}
    yield {"task": "oir-basis-01"}
    yield {"roles": ["oir-finans-administrator"]}
    yield from ({"around": f"{prefix}:x"} for prefix in PREFIXES)


def statements() -> Iterator[tuple[str, str]]:
    """Give every text that a question, or the answer to a change, can be gathered by."""
    for name, touched in (("answers", responsibility.TOUCHED), ("cells", coverage.TOUCHED)):
        yield name, touched.cypher({})
    for name, read in DIRECTORY.items():
        if isinstance(read, Gathered):
            yield from ((f"directory {name}", read.cypher(one)) for one in ways_of_asking())
    for name, read in QUESTIONS.items():
        assert isinstance(read, Gathered)
        given = [
            one for one in ways_of_asking() if ("around" in one) == ("around" in core().query_type.fields[name].args)
        ]  # type: ignore[union-attr]
        for one in given:
            try:
                yield name, read.cypher(one)
            except KeyError:
                continue  # nothing is drawn around such a thing: refused when the argument is checked


@pytest.mark.in_step
def test_every_file_of_a_statement_is_used_and_every_use_has_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Opened(files.FOLDER, set())
    monkeypatch.setattr(files, "FOLDER", opened)
    files.cypher.cache_clear()
    assert list(statements())
    assert reload(names).LOOKUPS.keys() == names.LOOKUPS.keys()  # its statement is put together when it is imported
    files.cypher.cache_clear()
    assert opened.names == {file.name for file in opened.folder.glob("*")}


@pytest.mark.in_step
def test_every_subquery_names_what_it_takes_from_outside() -> None:
    """Within `COLLECT`, Neo4j 5.26 takes `*` for nothing: `node(id:)` of a report failed there, and with the newest did not."""
    written = [*(file for room in ("graph", "resolvers", "schema") for file in (ROOT / room).rglob("*.py"))]
    written += (ROOT / "resolvers").rglob("*.cypher")
    assert [file.name for file in written if "CALL (*)" in file.read_text("utf-8")] == []


@pytest.mark.in_step
def test_a_statement_walks_as_far_as_an_escalation_may_lead() -> None:
    assert f"{{0,{chains.LONGEST}}}" in (files.FOLDER / "reached_walk.cypher").read_text("utf-8")


@pytest.mark.in_step
def test_every_file_of_a_statement_explains_itself_at_its_top() -> None:
    for folder in (files.FOLDER, ROOT / "graph_seed" / "cypher", ROOT / "graph" / "migrations"):
        for file in folder.glob("*.cypher"):
            first = file.read_text(encoding="utf-8").splitlines()[0]
            assert re.match(r"// \w.{20,}", first), f"{file.name} begins with {first!r}"


# --- what the schema says of itself -------------------------------------------------------------------------------------


def described(kind: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    yield kind.name, kind.description
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field.description
            for argument, definition in field.args.items():
                yield f"{kind.name}.{name}({argument})", definition.description
    if isinstance(kind, GraphQLInputObjectType):
        yield from ((f"{kind.name}.{name}", field.description) for name, field in kind.fields.items())
    if isinstance(kind, GraphQLEnumType):
        yield from ((f"{kind.name}.{name}", value.description) for name, value in kind.values.items())


@pytest.mark.in_step
def test_every_type_field_argument_and_value_of_an_enum_has_a_description() -> None:
    own = [kind for name, kind in core().type_map.items() if not name.startswith("__")]
    bare = [where for kind in own for where, text in described(kind) if not (text or "").strip()]
    assert bare == []


# --- the schema against the declarations --------------------------------------------------------------------------------

RULES = Rules(LOOKUPS, PREDICATES)


def without(typename: str, field: str) -> dict[str, dict[str, Read]]:
    return {**ALL_READS, typename: {name: read for name, read in ALL_READS[typename].items() if name != field}}


def with_read(typename: str, field: str, read: Read) -> dict[str, dict[str, Read]]:
    return {**ALL_READS, typename: {**ALL_READS[typename], field: read}}


@pytest.mark.parametrize(
    ("reads", "named"),
    [
        (without("Role", "title"), "nothing says how Role.title is read"),
        ({name: reads for name, reads in ALL_READS.items() if name != "Usage"}, "nothing says how Usage is read"),
        (with_read("Role", "colour", Value("@n.code")), "Role.colour is declared, but the schema has no such field"),
        ({**ALL_READS, "Unicorn": {}}, "Unicorn is declared, but the schema has no such type"),
        (with_read("Vendor", "customers", Value("@n.code")), "Vendor.customers is a connection in only one"),
        (with_read("Role", "code", Paged("(@x:Role)")), "Role.code is a connection in only one"),
    ],
)
def test_a_declaration_that_does_not_fit_the_schema_is_refused_by_name(
    reads: dict[str, dict[str, Read]], named: str
) -> None:
    with pytest.raises(SchemaMismatch, match=re.escape(named)):
        build(core(), reads, VALUES, RULES, OPERATIONS, read_table(GALLERY))


def test_a_value_object_without_a_field_s_attribute_is_refused_by_name() -> None:
    class Bare:
        pass

    with pytest.raises(SchemaMismatch, match=r"HeldUp\.overdue needs an attribute overdue of Bare"):
        build(core(), ALL_READS, {**VALUES, "HeldUp": Bare}, RULES, OPERATIONS, read_table(GALLERY))


def test_the_declarations_fit_the_schema() -> None:
    assert build(core(), ALL_READS, VALUES, RULES, OPERATIONS, read_table(GALLERY)).read("Role", "title")


def test_the_schema_language_says_the_whole_schema() -> None:
    """The reference of the differential tests is built from it."""
    again: GraphQLSchema = build_schema(sdl())
    assert set(again.type_map) == set(core().type_map)


# --- templates ----------------------------------------------------------------------------------------------------------


def test_a_template_that_uses_an_argument_of_a_field_without_any_is_refused() -> None:
    with pytest.raises(LookupError, match=r"@arg\.first"):
        Frame(Scope("at", "seq", {}), {"n": "n"}).expand("@n.code = @arg.first")


@pytest.mark.parametrize("found", [None, {"task": "look0"}])
def test_a_template_that_uses_a_look_up_that_its_field_does_not_make_is_refused(found: dict[str, str] | None) -> None:
    with pytest.raises(LookupError, match=r"@found\.role"):
        Frame(Scope("at", "seq", {}), {"n": "n"}, "$p.a0", found).expand("@n.key = @found.role")


def templates(read: Read) -> Iterator[str]:
    """Give all Cypher of a declaration."""
    match read:
        case Value(cypher) | Rows(cypher):
            yield cypher
        case Made(_, needs):
            yield from needs
        case Related():
            yield from (read.match, read.where, read.order, read.few)
        case Paged():
            yield from (read.match, read.where)
            yield from (order.cypher for order in read.orders.values())
            for condition in read.filters.values():
                yield from (condition.some, condition.none or "")
        case Gathered() | ByKey():
            return


def declared_templates() -> Iterator[tuple[str, str, str]]:
    """Give type, field and Cypher of everything that is declared, the questions' statements among them."""
    for typename, reads in ALL_READS.items():
        for field, read in reads.items():
            yield from ((typename, field, text) for text in templates(read))
    yield from (("Query", name, text) for name, text in statements() if name in QUESTIONS)


AGGREGATES = re.compile(r"\b(collect|count|max|min|sum)\(")


def test_no_field_s_template_aggregates() -> None:
    """Neo4j 5.26 takes a column with an aggregate anywhere below for an aggregation, and refuses whatever else it speaks of."""
    found = {f"{typename}.{field}" for typename, field, text in declared_templates() if AGGREGATES.search(text)}
    assert found <= {f"Query.{name}" for name in QUESTIONS}  # these are whole statements; of them see below


@pytest.mark.parametrize("file", sorted(files.FOLDER.glob("*.cypher")), ids=lambda file: file.stem)
def test_what_a_question_returns_together_aggregates_nothing(file: Path) -> None:
    _, _, returned = file.read_text("utf-8").partition("\nRETURN [")
    names = re.findall(r"@include\((\w+)\)", returned)
    below = [
        part
        for name in names
        for part in (*files.FOLDER.glob(f"{name}.cypher"), *files.FOLDER.glob(f"{name}_*.cypher"))
    ]
    assert len(below) >= len(names)
    for text in (returned, *(part.read_text("utf-8") for part in below)):
        assert not AGGREGATES.search(text), text


def test_every_argument_in_a_template_is_one_of_its_field() -> None:
    """A name that no argument has would be null in every statement, without a word."""
    for typename, field, text in declared_templates():
        if typename in PAYLOADS:
            continue  # its arguments are what the operation shows: every mutation's are asked for in tests/changes
        kind = core().type_map[typename]
        assert isinstance(kind, GraphQLObjectType)
        arguments = kind.fields[field].args
        for path in re.findall(r"@arg\.(\w+(?:\.\w+)*)", text):
            first, _, rest = path.partition(".")
            assert first in arguments or first in PREPARED.get(field, ()) or first in MADE, (
                f"{typename}.{field}: @arg.{path}"
            )
            if rest:
                assert rest in arguments[first].type.fields, f"{typename}.{field}: @arg.{path}"  # type: ignore[union-attr]


def test_every_look_up_in_a_template_is_one_of_its_field() -> None:
    for typename, field, text in declared_templates():
        known = {lookup.argument for lookup in lookups_of(ALL_READS[typename][field])}
        used = set(re.findall(r"@found\.(\w+(?:\.\w+)*)", text))
        assert used <= known, f"{typename}.{field}"


def test_every_label_arrow_and_property_in_a_template_is_in_the_graph_s_shape() -> None:
    labels = {label.name for label in LABELS}
    arrows = {arrow.type for arrow in ARROWS}
    properties = {one.name for label in LABELS for one in label.properties} | {"protocol"}
    looked_up = [("Query", label, text) for texts in LOOKUPS.values() for label, text in texts.items()]
    for typename, field, raw in [*declared_templates(), *looked_up]:
        text = re.sub(r"'[^']*'", "''", raw)  # what is quoted names nothing
        where = f"{typename}.{field}"
        for inside in re.findall(r"\[(?:@\w+)?:([A-Z_|]+)", text):
            assert set(inside.split("|")) <= arrows, where
        for inside in re.findall(r"\(@?\w*:([A-Za-z|]+)", re.sub(r"@visible\([^)]*\)", "", text)):
            assert set(inside.split("|")) <= labels, where
        for name in re.findall(r"@(?!arg\b|found\b)\w+\.(\w+)", text):
            assert name in properties, f"{where}: {name}"


# --- rooms --------------------------------------------------------------------------------------------------------------


def test_the_rooms_import_only_to_the_right() -> None:
    """import-linter holds it (`make check`); this holds that the contracts are there."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = [contract["layers"] for contract in settings["contracts"] if contract["type"] == "layers"]
    assert set(settings["root_packages"]) == set(ROOMS)
    assert ["server", "schema", "resolvers", "graph"] in layers
    assert ["server", "graph_seed", "resolvers", "graph"] in layers


def test_no_dependency_brings_a_package_of_a_room_s_name() -> None:
    brought = packages_distributions()
    assert {room: set(brought.get(room, ())) - {"rollegalleri"} for room in ROOMS} == {room: set() for room in ROOMS}
