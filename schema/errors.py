"""One shape for every error: a sentence, and `extensions { code, field, value, expected }`."""

from graphql import DocumentNode, GraphQLError, GraphQLSchema

from graph.errors import GraphError
from resolvers.errors import InvalidInput
from schema.locating import in_document


def explained(error: Exception, schema: GraphQLSchema, document: DocumentNode) -> GraphQLError:
    """Turn what failed a root field into a GraphQL error with code, field, value and what would be right."""
    match error:
        case InvalidInput():
            four = {"code": error.code, "field": error.field, "value": error.value, "expected": error.expected}
            return GraphQLError(str(error), extensions=four)
        case GraphError():
            return GraphQLError(str(error), extensions={"code": error.code})
        case GraphQLError():
            return in_document(error, "BAD_INPUT", schema, document)
        case _:
            raise error
