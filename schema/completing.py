"""graphql-core completes what a statement gave: introspection beside it, failed root fields, nulls in the wrong place.

Values come as they are to be sent, so that leaves are not serialised again; objects are `Answered`, which know their
type. Everything else (order, paths, locations, which parent becomes null) is graphql-core's own execution.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionContext,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLAbstractType,
    GraphQLError,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    default_field_resolver,
    default_type_resolver,
    located_error,
)
from graphql.execution.execute import CollectedErrors, assume_not_awaitable, get_field_def
from graphql.pyutils import Path

from graph.shaping import Answered
from schema.errors import explained


class Completion(ExecutionContext):
    """An execution whose values are there already, by response key."""

    document: DocumentNode
    failed: Mapping[str, Exception]
    final: frozenset[str]

    def execute_field(
        self, parent_type: GraphQLObjectType, source: Any, field_nodes: list[FieldNode], path: Path
    ) -> Any:
        """Take the value from the answer where it has one; introspection resolves as ever."""
        fails = path.prev is None and path.key in self.failed
        if not fails and (field_nodes[0].name.value.startswith("__") or not isinstance(source, Mapping)):
            return super().execute_field(parent_type, source, field_nodes, path)
        if path.prev is None and path.key in self.final:
            return source[str(path.key)]
        definition = get_field_def(self.schema, parent_type, field_nodes[0])
        info = self.build_resolve_info(definition, field_nodes, parent_type, path)
        try:
            if fails:
                raise explained(self.failed[str(path.key)], self.schema, self.document)
            return self.complete_value(definition.type, field_nodes, info, path, source[str(path.key)])
        except Exception as raw:  # noqa: BLE001 - as graphql-core itself does: whatever fails a field is its error
            self.handle_field_error(located_error(raw, field_nodes, path.as_list()), definition.type, path)
            return None

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_nodes: list[FieldNode],
        info: GraphQLResolveInfo,
        path: Path,
        result: Any,
    ) -> Any:
        """Complete an object's fields, without asking the schema library whether it is one of its own."""
        return self.execute_fields(return_type, result, path, self.collect_subfields(return_type, field_nodes))

    def complete_abstract_value(
        self,
        return_type: GraphQLAbstractType,
        field_nodes: list[FieldNode],
        info: GraphQLResolveInfo,
        path: Path,
        result: Any,
    ) -> Any:
        """Complete an object as the type that the statement found it to be."""
        found = self.schema.type_map[result.typename if isinstance(result, Answered) else result["__typename"]]
        if not isinstance(found, GraphQLObjectType):
            raise TypeError(f"{found} is no object type")
        return self.complete_object_value(found, field_nodes, info, path, result)

    @staticmethod
    def complete_leaf_value(return_type: GraphQLLeafType, result: Any) -> Any:
        """Take a leaf as it is: the graph keeps it in the form in which it is sent; introspection's kinds are Python's."""
        return return_type.serialize(result) if isinstance(result, Enum) else result


def complete(
    schema: GraphQLSchema,
    document: DocumentNode,
    chosen: OperationDefinitionNode,
    variables: Mapping[str, Any],
    values: Mapping[str, Any],
    failed: Mapping[str, Exception],
    final: frozenset[str],
) -> ExecutionResult:
    """Give graphql-core's own result over `values` (by root response key) and what `failed`.

    `final` are the root fields whose values hold no null where the schema promises none, so that they need not be walked.
    """
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    resolve, kind = default_field_resolver, default_type_resolver
    errors = CollectedErrors()
    execution = Completion(
        schema,
        fragments,
        values,
        None,
        chosen,
        dict(variables),
        resolve,
        kind,
        resolve,
        errors,
        None,
        assume_not_awaitable,
    )
    execution.document, execution.failed = document, failed
    execution.final = final
    data: Any = None
    try:
        data = execution.execute_operation(chosen, values)  # nothing here awaits: the values are there
    except GraphQLError as error:
        errors.add(error, None)
    return execution.build_response(data, errors.errors)
