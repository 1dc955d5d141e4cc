"""Arguments into parameters: checked, completed by the request's clock, and laid out as the statement reads them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

from graphql import FieldNode, GraphQLField, GraphQLInputObjectType, GraphQLList, GraphQLNonNull
from graphql.execution.values import get_argument_values

from graph.lookups import LookupSlot
from graph.reads import Gathered, Lookup, Paged, Read, Related, is_connection
from graph.recording import operation_id
from graph.rendering import order_name
from graph.shape import label_of, padded
from graph.shaping import decode_cursor
from graph.text import fold
from resolvers.context import Context
from resolvers.dates import day, day_of, instant
from resolvers.errors import InvalidInput, called, check_key, check_text, with_article
from resolvers.lookups import ERASED

LARGEST_PAGE: Final = 100
LARGEST_LIST: Final = 1000
LOG: Final = "Query.changes"
"""The one connection whose places have numbers that people and programs keep: `after` takes a `seq` too."""
_LAST_KEY: Final = "~"  # sorts after every key: what has that number was seen
_SEQ: Final = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Binding:
    """One field with arguments: where its parameters go (`name` in `$p`), and under which response key of the root."""

    name: str
    root: str
    is_root: bool
    connection: str
    definition: GraphQLField
    node: FieldNode
    read: Read

    def parameters(self, variables: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """Give the field's parameters for one request.

        Raises:
            InvalidInput: an argument is not valid.
            GraphQLError: a required argument's variable is null.
        """
        arguments = arguments_of(self.definition, self.node, variables)
        for name, value in arguments.items():
            check(name, self.definition.args[name].type, value)
        found = {f"look{i}": names_asked(lookup, arguments) for i, lookup in enumerate(lookups_of(self.read))}
        if self.is_root:
            arguments = _of_request(arguments, context)
        if isinstance(self.read, Paged | Gathered) and is_connection(self.read):
            arguments = _page(self.connection, self.read, arguments)
        prepare = getattr(self.read, "prepare", None)
        return {**(prepare(arguments) if prepare else arguments), **found}


@dataclass(frozen=True, slots=True)
class Told:
    """A field of a mutation's answer: its arguments are what the change tells that it did, its clock is the change."""

    name: str
    root: str
    field: str
    read: Read

    def parameters(self, shows: Mapping[str, Mapping[str, Any]], day: str, known_at: str) -> dict[str, Any]:
        """Give the field's parameters for one answer, shown for a day, as known at the change's instant."""
        arguments: dict[str, Any] = {**shows.get(self.field, {}), "at": day, "today": day, "knownAt": known_at}
        found = {f"look{i}": names_asked(lookup, arguments) for i, lookup in enumerate(lookups_of(self.read))}
        prepare = getattr(self.read, "prepare", None)
        return {**(prepare(arguments) if prepare else arguments), **found}


def arguments_of(definition: GraphQLField, node: FieldNode, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Give a field's arguments as plain values: enums are their names.

    Raises:
        GraphQLError: a required argument's variable is null.
    """
    return {name: _plain(value) for name, value in get_argument_values(definition, node, dict(variables)).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value


def lookups_of(read: Read) -> tuple[Lookup, ...]:
    """Give the arguments of a field that name things."""
    return read.lookups if isinstance(read, Related | Paged | Gathered) else ()


def check_found(
    slots: tuple[LookupSlot, ...], rows: list[Any], parameters: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, InvalidInput]:
    """Tell which root fields name something that is not there, or that two things are called.

    Of a question about what was known at an instant that is said: perhaps it was not known yet.
    """
    wrong: dict[str, InvalidInput] = {}
    for slot, names in zip(slots, rows, strict=True):
        known = parameters.get(slot.binding.removeprefix("$p.").partition(".")[0], {}).get("knownAt")
        for text, candidates, others in names:
            problem = _problem(slot, text, candidates, others, known)
            if problem:
                problem.people = asked_for([slot], [[[text, candidates, others]]])
                wrong.setdefault(slot.root, problem)
    return wrong


def asked_for(slots: Iterable[LookupSlot], rows: Iterable[list[Any]]) -> frozenset[str]:
    """Tell which people an answer is about because they were named: whom it speaks of, or the names that its error tells."""
    return frozenset(
        str(key)
        for slot, names in zip(slots, rows, strict=True)
        if slot.lookup.label == "Person"
        for text, candidates, others in names
        for key in ([c[0] for c in candidates[:5] if c[2] != ERASED] if candidates else _nearest_keys(text, others))
    )


def _nearest_keys(text: str, names: list[list[str]]) -> list[str]:
    told = set(_nearest(text, names))
    return [key for name, key in names if name in told]


def _nearest(text: str, names: list[list[str]]) -> list[str]:
    """Give the nearest names of up to three things; `names` are pairs of name and key. No name is like a number."""
    if text.isdigit():
        return []
    from rapidfuzz import fuzz, process  # 20 ms to import, and only ever needed where a name fits nothing

    def likeness(asked: str, name: str, **_: Any) -> float:
        """Compare the whole; a part counts less. (Likeness by words, as WRatio has it, is won by any shared "i".)"""
        return max(fuzz.ratio(asked, name), 0.8 * fuzz.partial_ratio(asked, name))

    keys = dict(reversed(names))
    best: dict[str, str] = {}
    for name, _, _ in process.extract(text, list(keys), scorer=likeness, processor=fold, limit=30):
        best.setdefault(keys[name], name)
    return list(best.values())[:3]


def _problem(
    slot: LookupSlot, text: str, candidates: list[Any], others: list[list[str]], known: str | None
) -> InvalidInput | None:
    kind = called(slot.lookup.label)
    if not candidates:
        best = _nearest(text, others)
        expected = ", ".join(best) or f"the code, name or id of {with_article(slot.lookup.label)}"
        hint = f"the nearest names are {expected}" if best else f"expected {expected}"
        then = f", as the gallery was known at {known}" if known else ""
        sentence = f"{slot.field}: no {kind} is called “{text[:60]}”{then}; {hint}."
        return InvalidInput(f"UNKNOWN_{slot.lookup.label.upper()}", slot.field, text, expected, sentence)
    if candidates[0][2] == ERASED and not slot.lookup.erased:
        since = day_of(candidates[0][1])
        sentence = f"{slot.field}: the person {candidates[0][0]} was erased on {since}."
        return InvalidInput(
            "ERASED", slot.field, text, f"a {kind} who was not erased; this one was on {since}", sentence
        )
    same = [c for c in candidates if c[2] == candidates[0][2]]
    if len(same) > 1:
        both = ", ".join(f"{meant} ({key})" for key, meant, _ in same[:5])
        sentence = f"{slot.field}: “{text[:60]}” is the name of {len(same)} things; use one of the keys: {both}."
        return InvalidInput("AMBIGUOUS_NAME", slot.field, text, both, sentence)
    return None


def check(field: str, kind: Any, value: Any) -> None:
    """Check every text and date in an argument, however deep."""
    if value is None:
        return
    # Not by `get_nullable_type`, which takes a tenth of a small question's way in.
    if isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    if isinstance(kind, GraphQLList):
        if len(value) > LARGEST_LIST:
            raise InvalidInput("TOO_MANY", field, len(value), f"at most {LARGEST_LIST} values in a list")
        for item in value:
            check(field, kind.of_type, item)
    elif isinstance(kind, GraphQLInputObjectType):
        for name, item in value.items():
            check(f"{field}.{name}", kind.fields[name].type, item)
    elif isinstance(value, str):
        check_text(field, value)
        if kind.name == "Date":
            day(field, value)


def names_asked(lookup: Lookup, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the names to look up, as typed, folded, and as a full-text query for the nearest ones.

    Raises:
        InvalidInput: a name without a letter or digit, or the id of a thing of another type.
    """
    asked = []
    for i, name in enumerate(lookup.names(arguments)):
        text, folded = name.strip(), fold(name)
        if lookup.label == "Municipality":
            text = padded(text)
        if not folded:
            raise InvalidInput(
                "BAD_TEXT", lookup.field(arguments), name, f"the key, code, title or id of {with_article(lookup.label)}"
            )
        if (label := label_of(text)) is not None and label != lookup.label:
            raise InvalidInput(
                "ID_OF_ANOTHER_TYPE",
                lookup.field(arguments),
                name,
                f"{with_article(lookup.label)}, not {with_article(label)}",
            )
        fuzzy = " ".join([f"{word}~2 {word}*" for word in folded.split()[:10]])
        asked.append({"i": i, "text": text, "folded": folded, "fuzzy": fuzzy})
    return asked


def _of_request(arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Add what depends on when something is asked, and by whom."""
    at, known = arguments.get("at"), arguments.get("knownAt")
    today = context.today.isoformat()
    added: dict[str, Any] = {"at": today if at is None else at, "today": today}
    if known is not None:
        added["knownAt"] = instant("knownAt", known, context.now)
    if (key := arguments.get("idempotencyKey")) is not None:
        check_key("idempotencyKey", key)
        added["operationId"] = operation_id(context.viewer.actor, key)
    return {**arguments, **added}


def _page(connection: str, read: Paged | Gathered, arguments: Mapping[str, Any]) -> dict[str, Any]:
    first = arguments["first"]
    if not 1 <= first <= LARGEST_PAGE:
        raise InvalidInput("BAD_PAGE_SIZE", "first", first, f"a page size from 1 to {LARGEST_PAGE}")
    for name, value in (arguments.get("filter") or {}).items():
        if value is None and isinstance(read, Paged) and read.filters[name].none is None:
            raise InvalidInput("BAD_FILTER", f"filter.{name}", None, "a value, or no such filter: it cannot be null")
    page = {**arguments, "limit": first + 1}
    if arguments.get("after") is not None:
        order = order_name(read, arguments)
        after = arguments["after"]
        place = [int(after), _LAST_KEY] if connection == LOG and _SEQ.fullmatch(after) else None
        place = place or decode_cursor(f"{connection}:{order}", after)
        if place is None or type(place[0]) is not read.orders[order].kind:
            expected = "an endCursor or cursor that this connection gave with the same orderBy"
            raise InvalidInput("BAD_CURSOR", "after", arguments["after"], expected)
        page["cursor"] = place
    return page
