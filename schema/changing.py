"""Running mutations: the input checked and its names looked up, the change performed, its answer projected.

Each root field is one transaction of its own, one after the other, as GraphQL wants it. A failure that was to be expected
is a member of the result; the unexpected is an error of the field.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graphql import FieldNode, GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema, get_nullable_type

from graph.answering import LookupSlot
from graph.driver import Statement, Transaction
from graph.recording import looking
from graph.shaping import Answered
from resolvers.changes.operation import Operation
from resolvers.changes.performing import Asked, Conflict, Outcome, perform
from resolvers.context import Context
from resolvers.errors import InvalidInput, shown
from schema.binding import Told, arguments_of, check, check_found, names_asked
from schema.compiling import Plan, fingerprint
from schema.registry import Registry

Compile = Callable[[GraphQLObjectType, Sequence[FieldNode], Any, Mapping[str, Mapping[str, Any]]], Plan]
Shape = Callable[[Plan, Any, dict[str, Any]], tuple[dict[str, Any], bool]]
_INPUT: Final = "input"
_TYPICAL: Final = {"roles": ["role:x"], "municipalities": ["municipality:x"], "places": [""]}
"""What decides the text of `answers` and `cells`: that they are asked by ids."""
PLANNING_SECONDS: Final = 30.0
_LATEST: Final = "9999"
"""An instant after all: a refusal is shown by what is known last."""


@dataclass(frozen=True, slots=True)
class Changing:
    """Makes the mutations of one schema. `compile` gives the plan of an answer, `shape` its value."""

    name: str
    schema: GraphQLSchema
    registry: Registry
    compile: Compile
    shape: Shape

    async def check(self, nodes: Sequence[FieldNode], context: Context) -> None:
        """Compile what is selected of a mutation's answers, and let Neo4j plan it, before anything is done or locked.

        Raises:
            TooDeep: fields are nested deeper than is answered.
            GraphQLError: an argument within the answer is null that must not be.
        """
        operation = self.registry.operations[nodes[0].name.value]
        for typename in (operation.payload, "InvalidInput", "Conflict"):
            shows = {"answers": _TYPICAL, "cells": _TYPICAL} if typename == operation.payload else {}
            plan = self.compile(self._type(typename), nodes, fingerprint(shows), shows)
            if typename == operation.payload and plan.operation is not None and not plan.planned:
                text = f"EXPLAIN {plan.operation.text}"
                await context.database.read(Statement(f"{self.name}:plan", text, {}, PLANNING_SECONDS))
                plan.planned = True

    def _type(self, typename: str) -> GraphQLObjectType:
        kind = self.schema.type_map[typename]
        if not isinstance(kind, GraphQLObjectType):
            raise TypeError(f"{typename} is no object type")
        return kind

    async def change(
        self, response: str, nodes: Sequence[FieldNode], variables: Mapping[str, Any], context: Context
    ) -> tuple[dict[str, Any], bool]:
        """Perform one mutation field; its value, and whether graphql-core must complete it.

        Raises:
            GraphError: the database; nothing is known to be written, or `OutcomeUnknownError`.
            GraphQLError: a required argument's variable is null.
        """
        node = nodes[0]
        definition = (self.schema.mutation_type or _none()).fields[node.name.value]
        operation = self.registry.operations[node.name.value]
        try:
            given = arguments_of(definition, node, variables)[_INPUT]
            kind = get_nullable_type(definition.args[_INPUT].type)
            asked = self._asked(operation, given, kind, response, context)

            async def answer(transaction: Transaction, outcome: Outcome) -> tuple[dict[str, Any], bool]:
                return await self._answer(operation.payload, outcome, nodes, variables, context, transaction.run)

            return await perform(asked, context, answer)
        except InvalidInput as error:
            four = {"code": error.code, "field": error.field, "value": _text(error.value), "expected": error.expected}
            return await self._failed("InvalidInput", {**four, "message": str(error)}, (), nodes, variables, context)
        except Conflict as error:
            last = error.seqs[-1]
            four = {"code": "CONFLICT", "field": "ifSeq", "value": str(error.if_seq), "expected": str(last)}
            told = {**four, "message": str(error)}
            return await self._failed("Conflict", told, error.seqs, nodes, variables, context)

    def _asked(
        self, operation: Operation, given: Mapping[str, Any], kind: Any, response: str, context: Context
    ) -> Asked:
        """Check the input and prepare its look-ups.

        Raises:
            InvalidInput: a text, a date or a name that cannot be.
        """
        if not isinstance(kind, GraphQLInputObjectType):
            raise TypeError(f"{operation.name} has no input object")
        for name, value in given.items():
            if name != "idempotencyKey":  # its length is told with its own code
                check(name, kind.fields[name].type, value)
        given = operation.shape(given)
        slots: list[LookupSlot] = []
        looks: dict[str, Any] = {}
        for lookup in operation.lookups:
            asked = names_asked(lookup, given)
            if asked:
                variable = f"look{len(slots)}"
                slots.append(LookupSlot(response, lookup, lookup.field(given), f"$p.{variable}", variable))
                looks[variable] = asked

        def find(rows: list[Any]) -> Mapping[str, Any]:
            if wrong := check_found(tuple(slots), rows):
                raise wrong[response]
            keys: dict[str, Any] = {one.argument: [] for one in operation.lookups if one.many}
            for slot, names in zip(slots, rows, strict=True):
                found = [candidates[0][0] for _, candidates, _ in names]
                keys[slot.lookup.argument] = found if slot.lookup.many else found[0]
            return keys

        return Asked(
            operation,
            given,
            looking(slots, self.registry.rules),
            {**looks, "viewer": context.viewer.parameters()},
            find,
        )

    async def _failed(
        self,
        typename: str,
        told: Mapping[str, Any],
        seqs: Sequence[int],
        nodes: Sequence[FieldNode],
        variables: Mapping[str, Any],
        context: Context,
    ) -> tuple[dict[str, Any], bool]:
        names = ("message", "code", "field", "value", "expected")
        shows = {**{name: {name: told[name]} for name in names}, "changes": {"seqs": list(seqs)}}
        outcome = Outcome(0, _LATEST, context.today.isoformat(), shows)
        return await self._answer(typename, outcome, nodes, variables, context, context.database.read)

    async def _answer(
        self,
        typename: str,
        outcome: Outcome,
        nodes: Sequence[FieldNode],
        variables: Mapping[str, Any],
        context: Context,
        run: Callable[[Statement], Any],
    ) -> tuple[dict[str, Any], bool]:
        shows = {
            **outcome.shows,
            "dryRun": {"dry": outcome.dry},
            "repeated": {"repeated": outcome.repeated},
        }
        plan = self.compile(self._type(typename), nodes, fingerprint(dict(shows)), shows)
        if plan.operation is None:
            return {}, False
        parameters: dict[str, Any] = {"viewer": context.viewer.parameters()}
        for binding in plan.bindings:
            parameters[binding.name] = (
                binding.parameters(shows, outcome.day, outcome.at)
                if isinstance(binding, Told)
                else binding.parameters(variables, context)
            )
        name = f"{self.name}:{typename}"
        (row,) = await run(Statement(name, plan.operation.text, parameters))
        values, careful = self.shape(plan, row, parameters)
        return Answered(typename, values), careful


def _text(value: Any) -> str | None:
    return None if value is None else value if isinstance(value, str) else shown(value).strip("“”")


def _none() -> Any:
    raise TypeError("the schema has no mutations")
