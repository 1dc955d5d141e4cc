"""Running operations: parse, validate and compile once for each document; one statement; the answer shaped.

`Engine.execute` takes one GraphQL request and gives the formatted result. Where everything is in order graphql-core only
parses, validates and coerces; where introspection is asked, or a null stands where the schema promises a value, it
completes the answer over what the statement gave (`completing.py`), so that what comes out is always what it would give.

One file, since all of it is one request's way through the same kept documents, costs, plans and answers; each step that can be
told apart has a file of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from typing import Any, Final

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)
from graphql.execution.collect_fields import collect_fields
from graphql.execution.values import get_variable_values

from graph.answering import HELD
from graph.driver import Statement
from graph.errors import SLOW, GraphError
from resolvers.context import Context, Viewer
from resolvers.errors import InvalidInput, NotAllowed
from schema.allowing import denied, without_hint
from schema.binding import check_found
from schema.changing import Changing
from schema.compiling import Plan, compile_operation, fingerprint
from schema.completing import complete
from schema.cost import cost_of
from schema.documents import Document, Prepared, called, choose, take_in
from schema.errors import explained
from schema.keeping import NOWHERE, Answers, Data, Place
from schema.kept import OF_DOCUMENTS, OF_PLANS, Recent
from schema.limits import LIMITS, too_much
from schema.locating import coded, in_document, in_variables
from schema.naming import Naming
from schema.registry import Registry
from schema.shaped import shape_of
from schema.subscribing import Looked, Page, Subscribing, Subscription

WARMING_SECONDS: Final = 20.0
"""What a question may take while the database still plans slowly: its first plans took 5 s on a machine with two processors."""
TRIES: Final = 3
_LEARNING: Final = frozenset({"Query.__schema", "Query.__type"})


@dataclass(frozen=True, slots=True)
class Request:
    """One GraphQL request as it came in."""

    query: str
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None
    cost: bool = False
    """Whether the answer is to say what the operation was counted with."""
    patient: bool = False
    """Whether who asks waits anyway, at a terminal, say: its statement may take `WARMING_SECONDS`."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came out. `data` is absent (`has_data` false) where nothing was executed: then HTTP says 400.

    It is JSON already (a fragment) only where the engine keeps answers (`Engine.answers`).
    """

    data: Data | None
    errors: tuple[GraphQLError, ...] = ()
    has_data: bool = True
    unavailable: bool = False
    cost: int | None = None
    """What it was counted with, for who asked for that."""
    people: frozenset[str] = frozenset()
    """The keys of those whose data it holds."""

    @property
    def slow(self) -> bool:
        """Whether the database was too slow: on a machine that has just started the same request may be answered a moment later."""
        return any((error.extensions or {}).get("code") in SLOW for error in self.errors)

    @property
    def is_empty(self) -> bool:
        """Whether no root field has a value."""
        return self.data is None or (isinstance(self.data, dict) and not any(self.data.values()))

    @property
    def formatted(self) -> dict[str, Any]:
        """The response as the GraphQL specification lays it out."""
        answer: dict[str, Any] = {"data": self.data} if self.has_data else {}
        if self.errors:
            answer["errors"] = [error.formatted for error in self.errors]
        return answer | self.extensions

    @property
    def extensions(self) -> dict[str, Any]:
        """The entry `extensions`, where there is something to say."""
        return {} if self.cost is None else {"extensions": {"cost": self.cost}}


Charge = Callable[[int], None]
"""Is told how many objects an operation may come to."""


def charge_nobody(_objects: int) -> None:
    """Charge nobody."""


class Engine:
    """A schema that answers queries from the graph."""

    def __init__(self, name: str, schema: GraphQLSchema, registry: Registry) -> None:
        self.name, self.schema, self.registry = name, schema, registry
        self.limits = LIMITS
        self.deadline = 5.0
        """Seconds that a question may take in the database; its statement ends with it."""
        self.warming = False
        """Whether the database has just started and still plans slowly: a question may then take `WARMING_SECONDS`."""
        self.answers: Answers | None = None
        """What is told again while the map stands still; None: every answer is made anew."""
        self.shows_schema = False
        """Whether everybody may ask for the schema: where there is nothing but a demonstration."""
        # Their keys have the document's text, which they may keep longer than the document is: so each counts as much as it does.
        self._costs: Recent[Any, int] = Recent(OF_DOCUMENTS)
        self._denied: Recent[Any, Mapping[str, NotAllowed]] = Recent(OF_DOCUMENTS)
        self._documents: Recent[str, Document] = Recent(OF_DOCUMENTS)
        self._plans: Recent[Any, Plan] = Recent(OF_PLANS)
        self._naming = Naming(registry.rules)
        self._subscribing = Subscribing(name, schema, self._of_subscription, shape_of, self._seconds)

    async def execute(self, request: Request, context: Context, charge: Charge = charge_nobody) -> Result:
        """Answer one request. Never raises for what the client did; database failures become coded errors.

        `charge` is told what the operation is counted with before anything of it is sent: who leaves meanwhile has asked it.
        """
        ready = self.prepare(request, context.viewer)
        if isinstance(ready, Result):
            return ready
        if ready.chosen.operation is OperationType.SUBSCRIPTION:
            refused = GraphQLError(
                "Only queries and mutations can be sent here; follow over a websocket or as events.", ready.chosen
            )
            expected = "a query or a mutation, or Accept: text/event-stream"
            return Result(None, (coded(refused, "ONLY_QUERIES", "query", "subscription", expected),), has_data=False)
        charge(ready.cost)
        run = self._mutation if ready.chosen.operation is OperationType.MUTATION else self._query
        result = await run(ready, context)
        return replace(result, cost=ready.cost) if request.cost else result

    async def patiently(self, request: Request, context: Context) -> Result:
        """Execute for whoever waits anyway: again, up to `TRIES` times in all, where the database was too slow.

        One that was started a moment ago plans its first statements slowly, on a busy machine too slowly for a service's
        deadlines. What a deadline ends is planned from its beginning by the next try: so each has the time of a start.
        """
        request = replace(request, patient=True)
        result = await self.execute(request, context)
        for _ in range(TRIES - 1):
            if not result.slow:
                break
            result = await self.execute(request, context)
        return result

    def knows(self, request: Request) -> bool:
        """Tell whether the document was asked before, and so costs nothing more to take in."""
        return request.query in self._documents

    def prepare(self, request: Request, viewer: Viewer) -> Prepared | Result:
        """Parse, validate and choose, and coerce the variables; a `Result` says what is wrong."""
        ready = self._prepare(request, viewer)
        if isinstance(ready, Result) and not self._may_learn(viewer):
            return replace(ready, errors=tuple(without_hint(error) for error in ready.errors))
        return ready

    def _may_learn(self, viewer: Viewer) -> bool:
        """Tell whether the viewer may ask for the schema itself."""
        return self.shows_schema or self.registry.access.may(viewer.audience, "Query", "__schema")

    def _prepare(self, request: Request, viewer: Viewer) -> Prepared | Result:
        document = self._document(request.query)
        if document.ast is None:
            return Result(None, document.errors, has_data=False)
        chosen = choose(document.ast, request.operation_name)
        if isinstance(chosen, GraphQLError):
            return Result(None, (chosen,), has_data=False)
        variables = get_variable_values(
            self.schema, chosen.variable_definitions, dict(request.variables or {}), max_errors=50
        )
        if isinstance(variables, list):
            return Result(
                None, tuple(in_variables(error, request.variables or {}) for error in variables), has_data=False
            )
        key = (document.source, request.operation_name, fingerprint(variables))
        size = partial(_same, document.size)
        # What a plan is kept for does not tell numbers and lengths apart; they are what a cost is made of.
        sizes = tuple(len(v) if isinstance(v, list) else v for v in variables.values() if isinstance(v, int | list))
        cost = self._costs.take((key, sizes), partial(self._cost, document.ast, chosen, variables), size)
        limit = "cost" if viewer.audience != "public" else "cost_without_token"
        if cost > getattr(self.limits, limit):
            return Result(None, (too_much(limit, cost, self.limits, chosen),), has_data=False, cost=cost)
        audience = (document.source, request.operation_name, viewer.audience)
        denied = self._denied.take(audience, partial(self._deny, document.ast, chosen, viewer), size)
        return Prepared(
            document.source,
            request.operation_name,
            document.ast,
            chosen,
            variables,
            key,
            cost,
            denied,
            document.size,
            request.patient,
        )

    def _document(self, query: str) -> Document:
        """Take a document in, once; one that is too long is told so each time, instead of being kept."""
        take = partial(take_in, query, self.schema, self.limits)
        return take() if len(query) > self.limits.source else self._documents.take(query, take, attrgetter("size"))

    def _deny(
        self, document: DocumentNode, chosen: OperationDefinitionNode, viewer: Viewer
    ) -> Mapping[str, NotAllowed]:
        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        found = denied(self.schema, self.registry.access, fragments, chosen, viewer.audience)
        learns = self._may_learn(viewer)
        return {response: error for response, error in found.items() if not (learns and error.field in _LEARNING)}

    def subscription(self, request: Request, viewer: Viewer) -> Subscription | Result:
        """Take a subscription; a `Result` says what is wrong with it. Names that mean nothing are found when looked up."""
        ready = self.prepare(request, viewer)
        if isinstance(ready, Result):
            return ready
        for error in ready.denied.values():
            return Result(None, (explained(error, self.schema, ready.document),), has_data=False)
        root = self.schema.subscription_type
        if ready.chosen.operation is not OperationType.SUBSCRIPTION or root is None:
            raise TypeError(f"{ready.chosen.operation.value} is no subscription")
        fragments = {d.name.value: d for d in ready.document.definitions if isinstance(d, FragmentDefinitionNode)}
        fields = collect_fields(self.schema, fragments, ready.variables, root, ready.chosen.selection_set)
        try:
            return self._subscribing.subscription(ready, fields)
        except (InvalidInput, GraphQLError) as error:
            return Result(None, (explained(error, self.schema, ready.document),), has_data=False)

    def refused(self, subscription: Subscription, error: InvalidInput) -> Result:
        """Give the response that refuses a subscription."""
        return Result(None, (explained(error, self.schema, subscription.prepared.document),), has_data=False)

    async def look(self, subscription: Subscription, context: Context, as_of: int | None = None) -> Looked:
        """Look once at what a subscription asks; see `Subscribing.look`. Raises `GraphError`."""
        return await self._subscribing.look(subscription, context, as_of)

    async def page(self, subscription: Subscription, context: Context, past: int) -> Page:
        """Read what a subscription follows of the log; see `Subscribing.page`. Raises `GraphError`."""
        return await self._subscribing.page(subscription, context, past)

    def _of_subscription(self, subscription: Subscription, without: frozenset[str]) -> Plan:
        ready = subscription.prepared
        key = (ready.key, without)
        make = partial(self._compile, ready.document, ready.chosen, ready.variables, without)
        return self._plans.take(key, make, partial(_with_document, ready.size))

    def operation_type(self, request: Request) -> OperationType | None:
        """Tell what kind of operation a request is, None where that is not to be told (it then fails in `execute`)."""
        chosen = self._chosen(request)
        return chosen.operation if chosen else None

    def name_of(self, request: Request) -> str:
        """Tell how an operation is called: by its own name, else by its root fields."""
        chosen = self._chosen(request)
        return called(chosen) if chosen else ""

    def _chosen(self, request: Request) -> OperationDefinitionNode | None:
        document = self._document(request.query)
        chosen = choose(document.ast, request.operation_name) if document.ast else None
        return chosen if isinstance(chosen, OperationDefinitionNode) else None

    async def _query(self, ready: Prepared, context: Context) -> Result:
        document, chosen, variables, key = ready.document, ready.chosen, ready.variables, ready.key
        failed: dict[str, Exception] = dict(ready.denied)
        while True:
            without = frozenset(failed)
            make = partial(self._compile, document, chosen, variables, without)
            plan = self._plans.take((key, without), make, partial(_with_document, ready.size))
            failed.update(plan.failed)
            parameters: dict[str, Any] = {"viewer": context.viewer.parameters()}
            for binding in plan.bindings:
                try:
                    parameters[binding.name] = binding.parameters(variables, context)  # type: ignore[call-arg, arg-type]
                except (InvalidInput, GraphQLError) as error:
                    failed.setdefault(binding.root, error)
            if without == frozenset(failed):
                break
        return await self._run(ready, plan, parameters, failed, context)

    async def _mutation(self, ready: Prepared, context: Context) -> Result:
        """Make the changes that a mutation asks for, in its order."""
        document, chosen, variables = ready.document, ready.chosen, ready.variables
        for error in ready.denied.values():
            return Result(None, (explained(error, self.schema, document),), has_data=False)
        root = self.schema.mutation_type
        if root is None:
            raise TypeError("the schema has no mutations")

        def keep(key: Any, make: Callable[[], Plan]) -> Plan:
            return self._plans.take((ready.key, key), make, partial(_with_document, ready.size))

        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        collected = collect_fields(self.schema, fragments, variables, root, chosen.selection_set)
        fields = {r: nodes for r, nodes in collected.items() if not nodes[0].name.value.startswith("__")}

        people = set[str]()

        def shape(plan: Plan, row: Any, parameters: dict[str, Any]) -> tuple[dict[str, Any], bool]:
            shaped = shape_of(plan, row, parameters, {})
            people.update(shaped.people)
            return shaped.values, shaped.careful

        changing = Changing(
            self.name, self.schema, self.registry, document, variables, keep, shape, self._naming, people.update
        )
        try:
            made = await changing.make(fields, context)
        except GraphQLError as error:
            return Result(None, (in_document(error, "BAD_INPUT", self.schema, document),), has_data=False)
        final = frozenset(made.final)
        result = complete(self.schema, document, chosen, variables, made.values, made.failed, final)
        errors = tuple(result.errors or ())
        return Result(result.data, errors, unavailable=made.unavailable, people=frozenset(people))

    async def _run(
        self,
        ready: Prepared,
        plan: Plan,
        parameters: dict[str, Any],
        failed: dict[str, Exception],
        context: Context,
    ) -> Result:
        values: dict[str, Any] = {}
        careful = False
        unavailable = False
        people = frozenset[str]()
        place, version = self._place(ready, plan, parameters, failed), ()
        if plan.operation is not None:
            name = f"{self.name}:{ready.chosen.name.value if ready.chosen.name else 'query'}"
            asked = {**parameters, HELD: place.version}
            try:
                rows = await context.database.read(
                    Statement(name, plan.operation.text, asked, self._seconds(ready.patient))
                )
            except GraphError as error:
                failed.update({root: error for root in plan.roots if root not in failed and root not in plan.others})
                unavailable = error.retry_after is not None
            else:
                if place.held is not None and not rows:
                    return Result(place.held.data, people=place.held.people)
                row = rows[0]
                version = row[0]
                failed.update(check_found(plan.operation.lookups, row[1], parameters))
                values, careful, people = shape_of(plan, row, parameters, failed)
        if failed or careful or plan.others:
            final = frozenset() if careful else frozenset(values)
            result = complete(self.schema, ready.document, ready.chosen, ready.variables, values, failed, final)
            return Result(result.data, tuple(result.errors or ()), unavailable=unavailable, people=people)
        return Result(place.keep(version, values, people), people=people)

    def _seconds(self, patient: bool = False) -> float:
        """Tell how long a question may take in the database."""
        return max(self.deadline, WARMING_SECONDS) if patient or self.warming else self.deadline

    def _place(
        self, ready: Prepared, plan: Plan, parameters: Mapping[str, Any], failed: Mapping[str, Exception]
    ) -> Place:
        """Find where an answer is kept: nowhere, unless all that it says moves with the map's version."""
        if self.answers is None or plan.operation is None or not plan.operation.of_map or failed or plan.others:
            return NOWHERE
        return self.answers.place((self.name, ready.key[1:]), ready.query, parameters)

    def _cost(self, document: DocumentNode, chosen: OperationDefinitionNode, variables: dict[str, Any]) -> int:
        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        return cost_of(self.schema, fragments, chosen, variables)

    def _compile(
        self,
        document: DocumentNode,
        chosen: OperationDefinitionNode,
        variables: dict[str, Any],
        without: frozenset[str],
    ) -> Plan:
        return compile_operation(self.schema, self.registry, document, chosen, variables, without)


def _same(size: int, _: object) -> int:
    return size


def _with_document(size: int, plan: Plan) -> int:
    """Estimate what a plan takes: its own, and the document of which it has nodes, and which it may outlive."""
    texts = (one.text for one in (plan.operation, plan.careful) if one is not None)
    return 2 * size + 5 * sum(map(len, texts))
