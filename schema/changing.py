"""Running mutations: the input checked and its names looked up, the change performed, its answer projected.

Each root field is one transaction of its own, one after the other, as GraphQL wants it. A failure that was to be expected
is a member of the result; the unexpected is an error of the field.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    get_nullable_type,
)
from graphql.execution.collect_fields import collect_sub_fields

from graph.driver import Statement, Transaction
from graph.errors import GraphError
from graph.shaping import Answered
from resolvers.access import may_change
from resolvers.changes.operation import Operation
from resolvers.changes.performing import Asked, Conflict, Outcome, perform
from resolvers.context import Context
from resolvers.errors import InvalidInput, NotAllowed, shown
from schema.allowing import not_allowed
from schema.binding import Told, arguments_of, check, check_found
from schema.compiling import Plan, compile_payload, fingerprint
from schema.naming import INPUT, Naming
from schema.registry import Registry

Fields = Mapping[str, Sequence[FieldNode]]
Keep = Callable[[Any, Callable[[], Plan]], Plan]
Shape = Callable[[Plan, Any, dict[str, Any]], tuple[dict[str, Any], bool]]
_TYPICAL: Final = {"roles": ["role:x"], "municipalities": ["municipality:x"], "places": [""]}
"""What decides the text of `answers` and `cells`: that they are asked by ids."""
_ENTRY: Final = frozenset({"seq", "at", "actor", "operation", "reason", "__typename"})
_KNOWN: Final = frozenset({"dryRun", "repeated", "message", "code", "field", "value", "expected"})
_LATEST: Final = "9999"
"""An instant after all: a refusal is shown by what is known last."""


@dataclass(slots=True)
class Made:
    """What became of an operation's mutations: values by response key, those that are `final`, and what failed."""

    values: dict[str, Any] = field(default_factory=dict)
    final: set[str] = field(default_factory=set)
    failed: dict[str, Exception] = field(default_factory=dict)
    unavailable: bool = False


@dataclass(frozen=True, slots=True)
class Changing:
    """Makes the mutations of one operation. `keep` keeps the plan of an answer, `shape` gives an
    answer's value, `naming` prepares the look-ups, `note` takes the keys of people of whom an input speaks, and whose names a refusal tells."""

    name: str
    schema: GraphQLSchema
    registry: Registry
    document: DocumentNode
    variables: dict[str, Any]
    keep: Keep
    shape: Shape
    naming: Naming
    note: Callable[[Iterable[str]], None]

    async def make(self, fields: Fields, context: Context) -> Made:
        """Make the changes one after the other; each is there for the next one, and stays if a later one fails.

        Raises:
            GraphQLError: an argument within an answer is null that must not be; nothing is done.
        """
        made = Made()
        try:
            for nodes in fields.values():
                await self._check(nodes, context)
        except (GraphError, InvalidInput) as error:
            made.failed |= dict.fromkeys(fields, error)
            made.unavailable = isinstance(error, GraphError) and error.retry_after is not None
            return made
        for response, nodes in fields.items():
            try:
                made.values[response], careful = await self._change(nodes, context)
            except (GraphError, GraphQLError, InvalidInput) as error:
                made.failed[response] = error
                made.unavailable = isinstance(error, GraphError) and error.retry_after is not None
            else:
                made.final |= set() if careful else {response}
        return made

    async def _check(self, nodes: Sequence[FieldNode], context: Context) -> None:
        """Compile what is selected of a mutation's answers, look at its arguments, and let Neo4j plan it, before anything is done.

        Of one that its asker may not make, that alone is answered: nothing is planned for them.
        """
        if not may_change(context.viewer, self.registry.access.circle("Mutation", nodes[0].name.value)):
            self._compile("NotAllowed", nodes, {})
            return
        operation = self.registry.operations[nodes[0].name.value]
        for typename in (operation.payload, "InvalidInput", "NotAllowed", "Conflict"):
            shows = {"answers": _TYPICAL, "cells": _TYPICAL} if typename == operation.payload else {}
            plan = self._compile(typename, nodes, shows)
            for binding in plan.bindings:
                if not isinstance(binding, Told):
                    binding.parameters(self.variables, context)
            if shows and plan.operation is not None and self._told(typename, nodes) is None:
                await context.database.plan(f"{self.name}:{typename}", plan.operation.text, after_changes=True)

    def _compile(self, typename: str, nodes: Sequence[FieldNode], shows: Mapping[str, Mapping[str, Any]]) -> Plan:
        kind = self._type(typename)
        key = ((nodes[0].alias or nodes[0].name).value, typename, fingerprint(dict(shows)))
        compiled = partial(
            compile_payload, self.schema, self.registry, self.document, kind, nodes, self.variables, shows
        )
        return self.keep(key, compiled)

    def _collect(self, kind: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Fields:
        fragments = {d.name.value: d for d in self.document.definitions if isinstance(d, FragmentDefinitionNode)}
        return collect_sub_fields(self.schema, fragments, self.variables, kind, list(nodes))

    def _type(self, typename: str) -> GraphQLObjectType:
        kind = self.schema.type_map[typename]
        if not isinstance(kind, GraphQLObjectType):
            raise TypeError(f"{typename} is no object type")
        return kind

    async def _change(self, nodes: Sequence[FieldNode], context: Context) -> tuple[dict[str, Any], bool]:
        """Perform one mutation field; its value, and whether graphql-core must complete it."""
        node = nodes[0]
        definition = (self.schema.mutation_type or _none()).fields[node.name.value]
        operation = self.registry.operations[node.name.value]
        try:
            circle = self.registry.access.circle("Mutation", node.name.value)
            if not may_change(context.viewer, circle):
                raise not_allowed(self.registry.access, context.viewer.audience, "Mutation", node.name.value)
            given = arguments_of(definition, node, self.variables)[INPUT]
            kind = get_nullable_type(definition.args[INPUT].type)
            asked = self._asked(operation, given, kind, context)

            async def answer(transaction: Transaction, outcome: Outcome) -> tuple[dict[str, Any], bool]:
                return await self._answer(operation.payload, outcome, nodes, context, transaction.run)

            return await perform(asked, context, answer, self.note)
        except InvalidInput as error:
            self.note(error.people)
            four = {"code": error.code, "field": error.field, "value": _text(error.value), "expected": error.expected}
            typename = "NotAllowed" if isinstance(error, NotAllowed) else "InvalidInput"
            return await self._failed(typename, {**four, "message": str(error)}, (), nodes, context)
        except Conflict as error:
            last = error.seqs[-1]
            four = {"code": "CONFLICT", "field": "ifSeq", "value": str(error.if_seq), "expected": str(last)}
            told = {**four, "message": str(error)}
            return await self._failed("Conflict", told, error.seqs, nodes, context)

    def _asked(self, operation: Operation, given: Mapping[str, Any], kind: Any, context: Context) -> Asked:
        """Check the input and prepare its look-ups.

        Raises:
            InvalidInput: a text, a date or a name that cannot be.
        """
        if not isinstance(kind, GraphQLInputObjectType):
            raise TypeError(f"{operation.name} has no input object")
        for name, value in given.items():
            if name != "idempotencyKey":  # its length is told with its own code
                check(name, kind.fields[name].type, value)
        return self.naming.asked(operation, operation.shape(given), context)

    def _told(self, typename: str, nodes: Sequence[FieldNode]) -> Callable[[Outcome], dict[str, Any]] | None:
        """Give how an answer is made without asking the database: of the log's entry, and of why not; else None."""
        paths: dict[str, tuple[str, ...] | dict[str, str]] = {}
        for response, found in self._collect(self._type(typename), nodes).items():
            name = found[0].name.value
            if name in _KNOWN or name == "__typename":
                paths[response] = (name,)
            elif name == "change":
                below = self._collect(self._type("Change"), found)
                paths[response] = {r: one[0].name.value for r, one in below.items()}
                if not set(paths[response].values()) <= _ENTRY:  # type: ignore[union-attr]
                    return None
            else:
                return None

        def told(outcome: Outcome) -> dict[str, Any]:
            known = {**outcome.shows, "dryRun": {"dryRun": outcome.dry}, "repeated": {"repeated": outcome.repeated}}
            entry = {**outcome.entry, "__typename": "Change"}
            return {
                response: {r: entry[name] for r, name in path.items()}
                if isinstance(path, dict)
                else typename
                if path == ("__typename",)
                else known[path[0]][path[0]]
                for response, path in paths.items()
            }

        return told

    async def _failed(
        self,
        typename: str,
        told: Mapping[str, Any],
        seqs: Sequence[int],
        nodes: Sequence[FieldNode],
        context: Context,
    ) -> tuple[dict[str, Any], bool]:
        names = ("message", "code", "field", "value", "expected")
        shows = {**{name: {name: told[name]} for name in names}, "changes": {"seqs": list(seqs)}}
        outcome = Outcome(0, _LATEST, context.today.isoformat(), shows)
        return await self._answer(typename, outcome, nodes, context, context.database.read)

    async def _answer(
        self,
        typename: str,
        outcome: Outcome,
        nodes: Sequence[FieldNode],
        context: Context,
        run: Callable[[Statement], Any],
    ) -> tuple[dict[str, Any], bool]:
        shows = {
            **outcome.shows,
            "dryRun": {"dry": outcome.dry},
            "repeated": {"repeated": outcome.repeated},
        }
        if (told := self._told(typename, nodes)) is not None:
            return Answered(typename, told(outcome)), False
        plan = self._compile(typename, nodes, shows)
        if plan.operation is None:
            return {}, False
        parameters: dict[str, Any] = {"viewer": context.viewer.parameters()}
        for binding in plan.bindings:
            parameters[binding.name] = (
                binding.parameters(shows, outcome.day, outcome.at)
                if isinstance(binding, Told)
                else binding.parameters(self.variables, context)
            )
        name = f"{self.name}:{typename}"
        (row,) = await run(Statement(name, plan.operation.text, parameters))
        for wrong in check_found(plan.operation.lookups, row[1]).values():
            raise wrong
        values, careful = self.shape(plan, row, parameters)
        return Answered(typename, values), careful


def _text(value: Any) -> str | None:
    return None if value is None else value if isinstance(value, str) else shown(value).strip("“”")


def _none() -> Any:
    raise TypeError("the schema has no mutations")
