"""The gallery's schema, put together and held against what the resolvers declare."""

from functools import cache

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from graph.lookups import Rules
from resolvers.access import GALLERY, PREDICATES, read_table
from resolvers.changes import OPERATIONS
from resolvers.lookups import LOOKUPS
from resolvers.questions import QUESTIONS, VALUES
from resolvers.questions.told import TOLD
from resolvers.reads import QUERY, READS, SUBSCRIPTIONS
from schema.engine import Engine
from schema.gallery import log, things
from schema.gallery.base import SCALARS
from schema.gallery.mutation import Mutation
from schema.gallery.query import Query
from schema.gallery.subscription import Subscription
from schema.registry import build


@cache
def schema() -> strawberry.Schema:
    """Build the Strawberry schema: types, fields, arguments and their descriptions."""
    found_by_interface: list[type] = [things.Service, things.Gallery, things.Meeting, things.Progress]
    found_by_interface += [log.Confirmation, log.Report, log.Definition, log.Requirement, log.Terms]
    config = StrawberryConfig(scalar_map=SCALARS)
    return strawberry.Schema(
        Query, mutation=Mutation, subscription=Subscription, types=found_by_interface, config=config
    )


def core() -> GraphQLSchema:
    """Give the graphql-core schema behind it."""
    return schema()._schema


def sdl() -> str:
    """Give the schema in GraphQL's schema language, as it stands in `schema/gallery.graphql`."""
    return schema().as_str().rstrip() + "\n"


@cache
def engine() -> Engine:
    """Give what answers the gallery's queries.

    Raises:
        SchemaMismatch: a field is not declared by the resolvers, or a declaration has no field.
    """
    rules = Rules(LOOKUPS, PREDICATES, TOLD)
    reads = {**READS, "Query": {**QUERY, **QUESTIONS}, "Subscription": SUBSCRIPTIONS}
    registry = build(core(), reads, VALUES, rules, OPERATIONS, read_table(GALLERY))
    return Engine("gallery", core(), registry)
