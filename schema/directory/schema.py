"""The vendor directory's schema, put together and held against what `resolvers/directory/` declares."""

from functools import cache

import graphene
from graphql import GraphQLSchema, print_schema

from graph.lookups import Rules
from resolvers.access import DIRECTORY, read_table
from resolvers.directory import READS, TOLD, VALUES
from resolvers.directory.names import LOOKUPS
from schema.directory.query import Query
from schema.engine import Engine
from schema.registry import build


@cache
def core() -> GraphQLSchema:
    """Build the schema; graphene declares it, graphql-core's own object is what everything else works with."""
    made: GraphQLSchema = graphene.Schema(query=Query).graphql_schema
    return made


def sdl() -> str:
    """Give the schema in GraphQL's schema language, as it stands in `schema/directory.graphql`."""
    return print_schema(core()).rstrip() + "\n"


@cache
def engine() -> Engine:
    """Give what answers the directory's queries.

    No label has a rule of who may see it: the statements find nothing but a vendor's customers, and read nothing but what
    vendors are shown of them.

    Raises:
        SchemaMismatch: a field is not declared by the resolvers, or a declaration has no field.
    """
    rules = Rules({"name": LOOKUPS, "key": LOOKUPS, "code": {}}, {}, TOLD)
    registry = build(core(), READS, VALUES, rules, {}, read_table(DIRECTORY))
    return Engine("directory", core(), registry)
