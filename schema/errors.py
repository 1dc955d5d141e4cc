"""One shape for every error: a sentence, and `extensions { code, field, value, expected }`."""

from graphql import GraphQLError

from graph.errors import GraphError
from resolvers.errors import InvalidInput


def coded(error: GraphQLError, code: str) -> GraphQLError:
    """Give an error a code, unless it has one."""
    if not error.extensions or "code" not in error.extensions:
        error.extensions = {**(error.extensions or {}), "code": code}
    return error


def explained(error: Exception) -> GraphQLError:
    """Turn what failed a root field into a GraphQL error with code, field, value and what would be right."""
    match error:
        case InvalidInput():
            four = {"code": error.code, "field": error.field, "value": error.value, "expected": error.expected}
            return GraphQLError(str(error), extensions=four)
        case GraphError():
            return GraphQLError(str(error), extensions={"code": error.code})
        case GraphQLError():
            return coded(error, "BAD_INPUT")
        case _:
            raise error
