"""Subscriptions compiled: what is asked for, what two of them have in common, and one look at what they ask.

Nothing here waits or keeps anything: who looks when, and tells whom, is the hub's to decide (`server/notice/`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Final

import orjson
from graphql import FieldNode, GraphQLError, GraphQLSchema

from graph.answering import AS_OF
from graph.driver import Statement
from graph.reads import Gathered, Paged, Related, Rows
from graph.selection import Field, Select
from resolvers.context import Context
from resolvers.dates import day
from resolvers.errors import InvalidInput
from resolvers.questions.now import MOVING, Ground, ground
from resolvers.reads.common import NAMES
from schema.binding import Told, arguments_of, check_found
from schema.compiling import Plan
from schema.completing import complete
from schema.documents import Prepared
from schema.rewriting import NUMBER, numbered, shared
from schema.shaped import Shaped

FOLLOWED: Final = "changes"
"""The subscription that is the log itself: each entry is an event of its own."""
PAGE: Final = 100
"""Entries of the log that are read at once."""
Path = tuple[str, ...]
Compile = Callable[["Subscription", frozenset[str]], Plan]
Shape = Callable[[Plan, Any, dict[str, Any], dict[str, Exception]], Shaped]
Seconds = Callable[[], float]
"""Tells how long a question may take in the database, as it is set at the moment."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One client's subscription.

    `share` is equal for those that are to be told the same: `after` and `after_day`, where the client stands (None: it has
    seen nothing), are not in it. `is_far`: something is selected that other places' changes may alter. `is_named`: its
    municipalities are named one by one.
    """

    prepared: Prepared
    response: str
    name: str
    share: tuple[str, bytes]
    after: int | None
    after_day: str | None
    is_named: bool
    is_far: bool
    moving: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look gave. `seq` is the last change that was there; `digest` is equal for answers that are equal.

    `ground` is None where nothing was gathered: something is named that is not there, say. `row` is the record as it came.
    `people` are the keys of those whose data it holds.
    """

    data: dict[str, Any] | None
    errors: tuple[GraphQLError, ...]
    seq: int
    digest: bytes
    ground: Ground | None
    row: Any
    people: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log as a response: what was selected of the change `seq`."""

    seq: int
    data: dict[str, Any]
    errors: tuple[GraphQLError, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Entries in their order. `seq` is the last change that was there; `is_last`: none is left up to it.

    `errors` say why nothing could be read: something is named that is not there. `people`: whose data all of them hold.
    """

    entries: tuple[Entry, ...]
    errors: tuple[GraphQLError, ...]
    seq: int
    is_last: bool
    people: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Subscribing:
    """Looks for the subscriptions of one schema. `compile`, `shape` and `seconds` are the engine's, for queries too."""

    name: str
    schema: GraphQLSchema
    compile: Compile
    shape: Shape
    seconds: Seconds

    def subscription(self, prepared: Prepared, collected: Mapping[str, list[FieldNode]]) -> Subscription:
        """Take a subscription whose root fields are `collected`.

        Raises:
            GraphQLError: there is not exactly one root field.
            InvalidInput: no change has such a number, the calendar no such day, or a day stands without a number.
        """
        fields = [(key, nodes) for key, nodes in collected.items() if not nodes[0].name.value.startswith("__")]
        if len(fields) != 1 or len(collected) != 1:
            raise GraphQLError("A subscription has exactly one field at its root.", prepared.chosen)
        response, nodes = fields[0]
        root = self.schema.subscription_type
        if root is None:
            raise TypeError("the schema has no subscription type")
        name = nodes[0].name.value
        arguments = arguments_of(root.fields[name], nodes[0], prepared.variables)
        after = arguments.get("after")
        if after is not None and after < 0:
            raise InvalidInput("BAD_NUMBER", "after", after, "the `seq` of an event that was sent")
        if (seen := arguments.get("afterDay")) is not None:
            day("afterDay", seen)
            if after is None:
                raise InvalidInput("CONTRADICTION", "afterDay", seen, "beside `after`")
        named = arguments.get("municipality") is not None or arguments.get("municipalities") is not None
        share = shared(prepared, nodes)
        if name == FOLLOWED:
            prepared = numbered(prepared, nodes[0])
        bare = Subscription(prepared, response, name, share, after, seen, named, False, ())
        plan = self.compile(bare, frozenset())
        far = any(_is_far(field) for field in plan.fields)
        moving = tuple(path for field in plan.fields for path in _moving(root.name, field, ahead=False))
        return replace(bare, is_far=far, moving=moving)

    async def look(self, subscription: Subscription, context: Context, as_of: int | None = None) -> Looked:
        """Look once, at the context's day: as known now, or as of the change `as_of`.

        Raises:
            GraphError: the database did not answer. What the client named wrongly is in the answer's `errors`.
        """
        read = await self._read(subscription, context, {AS_OF: as_of})
        data, errors = self._completed(subscription, read, read.values)
        told = [error.formatted for error in errors]
        compared = orjson.dumps([without(data, subscription.moving), told], default=str)
        found = ground(read.row[3][0]) if read.row is not None and not read.failed else None
        return Looked(data, errors, read.seq, blake2b(compared, digest_size=16).digest(), found, read.row, read.people)

    async def page(self, subscription: Subscription, context: Context, past: int) -> Page:
        """Read the log after the change `past`, at most `PAGE` entries. Raises `GraphError`."""
        read = await self._read(subscription, context, {AS_OF: None, "past": past, "limit": PAGE})
        if read.failed:
            return Page((), self._completed(subscription, read, {})[1], read.seq, is_last=True, people=read.people)
        rows = read.values[subscription.response]
        entries = []
        for row in rows:
            data, errors = self._completed(subscription, read, {subscription.response: row})
            shown = {key: value for key, value in row.items() if key != NUMBER}
            kept = (data or {}).get(subscription.response)
            value = None if kept is None else {key: kept[key] for key in shown}
            entries.append(Entry(row[NUMBER], {subscription.response: value}, errors))
        return Page(tuple(entries), (), read.seq, is_last=len(rows) < PAGE, people=read.people)

    async def _read(self, subscription: Subscription, context: Context, more: Mapping[str, Any]) -> "_Read":
        failed: dict[str, Exception] = {}
        plan = self.compile(subscription, frozenset())
        failed.update(plan.failed)
        parameters: dict[str, Any] = {"viewer": context.viewer.parameters()}
        for binding in plan.bindings:
            if isinstance(binding, Told):
                raise TypeError(f"{binding.field} is a field of a mutation's answer")
            try:
                parameters[binding.name] = binding.parameters(subscription.prepared.variables, context)
            except (InvalidInput, GraphQLError) as error:
                failed.setdefault(binding.root, error)
            else:
                if binding.is_root:
                    parameters[binding.name].update(more)
        if failed or plan.operation is None:
            return _Read({}, failed, False, None)
        name = f"{self.name}:subscription {subscription.name}"
        statement = Statement(name, plan.operation.text, parameters, self.seconds())
        row = (await context.database.read(statement))[0]
        failed.update(check_found(plan.operation.lookups, row[1]))
        values, careful, people = self.shape(plan, row, parameters, failed)
        return _Read(values, failed, careful, row, people)

    def _completed(
        self, subscription: Subscription, read: "_Read", values: dict[str, Any]
    ) -> tuple[dict[str, Any] | None, tuple[GraphQLError, ...]]:
        """Have graphql-core complete what holds nulls that may not be, or failed."""
        if not read.failed and not read.careful:
            return values, ()
        prepared = subscription.prepared
        final = frozenset[str]() if read.careful else frozenset(values)
        result = complete(
            self.schema, prepared.document, prepared.chosen, prepared.variables, values, read.failed, final=final
        )
        return result.data, tuple(result.errors or ())


@dataclass(frozen=True, slots=True)
class _Read:
    """What a statement gave: values by response key, what failed, whether nulls must be completed; the record."""

    values: dict[str, Any]
    failed: dict[str, Exception]
    careful: bool
    row: Any
    people: frozenset[str] = frozenset()

    @property
    def seq(self) -> int:
        return 0 if self.row is None else int(self.row[0][0])


def without(value: Any, paths: tuple[Path, ...]) -> Any:
    """Give a value without what stands at `paths`, through lists; the value itself stays as it is."""
    if not paths or value is None:
        return value
    if isinstance(value, list):
        return [without(item, paths) for item in value]
    kept = dict(value)
    for key in {path[0] for path in paths}:
        below = tuple(path[1:] for path in paths if path[0] == key)
        if () in below:
            kept.pop(key, None)
        elif key in kept:
            kept[key] = without(kept[key], below)
    return kept


def mentions(value: Any, keys: frozenset[str]) -> bool:
    """Tell whether a record has one of `keys` anywhere."""
    if isinstance(value, str):
        return value in keys
    if isinstance(value, list | tuple):
        return any(mentions(item, keys) for item in value)
    return isinstance(value, dict) and any(mentions(item, keys) for item in value.values())


def _moving(typename: str, field: Field, *, ahead: bool) -> Iterator[Path]:
    """Give the paths to what moves with every change or day. The answer to come is for a day that does not move."""
    if field.name in MOVING.get(typename, ()) and not (ahead and typename == "Answer"):
        yield (field.response,)
    if not isinstance(field.select, Select):
        return
    for below, fields in field.select.by_type.items():
        if below in MOVING:
            for one in fields:
                for path in _moving(below, one, ahead=ahead or field.name == "next"):
                    yield (field.response, *path)


def _is_far(field: Field) -> bool:
    """Tell whether a field reads what is neither gathered for the answer, nor a thing's own, nor the gallery's at large.

    Names, terms, escalations and the like belong to no municipality, so their changes concern everybody anyhow.
    """
    read = field.read
    far = isinstance(read, Paged) or (isinstance(read, Related) and not read.single and read is not NAMES)
    far = far or (isinstance(read, Rows) and "MATCH" in read.cypher)
    if far and not isinstance(read, Gathered):
        return True
    if not isinstance(field.select, Select):
        return False
    return any(_is_far(one) for fields in field.select.by_type.values() for one in fields)
