"""What tools ask before anything else: the whole schema, by introspection, as they build theirs from it."""

from __future__ import annotations

import orjson
import pytest
from graphql import build_client_schema, build_schema, get_introspection_query, lexicographic_sort_schema, print_schema

from graph.driver import Database
from resolvers.context import Context, Viewer
from schema.directory.schema import engine as directory
from schema.directory.schema import sdl as directory_sdl
from schema.engine import Engine, Request
from schema.gallery.schema import engine as gallery
from schema.gallery.schema import sdl as gallery_sdl
from tests.contract.conftest import NOW

ASKED = get_introspection_query(specified_by_url=True, directive_is_repeatable=True, schema_description=True)


@pytest.mark.parametrize(
    ("engine", "viewer", "sdl"),
    [
        (gallery(), Viewer("kombit", "kombit"), gallery_sdl()),
        (directory(), Viewer("vendor", "vendor:kmd", vendor="vendor:kmd"), directory_sdl()),
    ],
    ids=["gallery", "directory"],
)
async def test_a_client_builds_the_schema_that_there_is(
    engine: Engine, viewer: Viewer, sdl: str, seeded: Database
) -> None:
    """Beside a field of the graph, too: then it is completed as the rest is."""
    for query in (ASKED, ASKED.replace("__schema", "__typename __schema", 1)):
        answer = await engine.execute(Request(query), Context(seeded, viewer, NOW))
        sent = orjson.loads(orjson.dumps(answer.formatted))
        assert "errors" not in sent
        built = build_client_schema(sent["data"])
        assert print_schema(lexicographic_sort_schema(built)) == print_schema(
            lexicographic_sort_schema(build_schema(sdl))
        )
