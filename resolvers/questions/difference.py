"""`difference`: what changed between two days (`resolvers/difference.py` says what each kind means, and decides)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from graph.reads import Gathered, Lookup
from resolvers.difference import Change, ChangeKind, Days, Terms, in_municipality, of_roles, of_tasks
from resolvers.errors import InvalidInput
from resolvers.facts import Assignment, Gallery, Holder, Local, Named, Role, StandIn, Translation
from resolvers.files import cypher
from resolvers.looks import Looks
from resolvers.questions import places

Fact = TypeVar("Fact", Assignment, StandIn, Translation)


@dataclass(frozen=True, slots=True)
class ChangeCount:
    """How many changes are of one kind."""

    kind: ChangeKind
    count: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two days."""

    first: str
    last: str
    changes: list[Change]

    @property
    def counts(self) -> list[ChangeCount]:
        """How many changes are of each kind, every kind once."""
        found = Counter(change.kind for change in self.changes)
        return [ChangeCount(kind, found[kind]) for kind in ChangeKind]


def _prepare(arguments: Mapping[str, Any]) -> dict[str, Any]:
    places.check(arguments)
    if arguments.get("roles") == []:
        raise InvalidInput("EMPTY_LIST", "roles", [], "at least one role, or no such argument for all")
    first, last = arguments["from"], arguments.get("to") or arguments["today"]
    if first > last:
        raise InvalidInput("BAD_PERIOD", "from", first, f"a day that is not after `to`, {last}")
    return {**arguments, "to": last, "at": last}


def _decide(data: Any, arguments: Mapping[str, Any], _wanted: frozenset[str]) -> Difference:
    keys, names, asked, where, held, covers, translated, terms = data
    days = Days(arguments["from"], arguments["to"])
    titles: dict[str, list[Named]] = defaultdict(list)
    for role, *name in names:
        titles[role].append(Named(*name))
    roles = {key: Role(key, "", "", False, False, None, titles[key]) for key in keys}
    gallery = Gallery(roles, {}, Holder("", "", ()))
    changes: list[Change] = []
    held_in, covered_in = _by_place(held, Assignment), _by_place(covers, StandIn)
    translated_in = _by_place(translated, Translation)
    holders = {key: Holder(key, "", ()) for key in {row[2] for row in held} | {row[3] for row in covers}}
    for municipality, code, name in where:
        here = Local(
            municipality,
            name,
            assignments=held_in.get(code, {}),
            stand_ins=covered_in.get(code, {}),
            translations=translated_in.get(code, {}),
            holders=holders,
        )
        changes += in_municipality(Looks(gallery, here), asked, days)
    changes += of_roles([roles[key] for key in asked], days)
    changes += of_tasks([Terms._make(row) for row in terms], days)
    return Difference(*days, changes)


def _by_place(rows: Sequence[Sequence[Any]], make: Callable[..., Fact]) -> dict[str, dict[str, list[Fact]]]:
    """Make facts of rows that begin with their slot, by municipality code and role."""
    found: dict[str, dict[str, list[Fact]]] = {}
    for slot, key, *rest in rows:
        code, role = slot.split("|", 1)
        found.setdefault(code, {}).setdefault(role, []).append(make(key, role, *rest))
    return found


DIFFERENCE: Final = Gathered(
    lambda given: cypher("difference", places=places.chosen(given)),
    _decide,
    lookups=(Lookup("roles", "Role", many=True), *places.LOOKUPS),
    prepare=_prepare,
)
"""The root field's read. Its fields' clock is the second of the days."""

VALUES: Final[dict[str, type[Any]]] = {"Difference": Difference, "StateChange": Change, "ChangeCount": ChangeCount}
"""The value objects, by GraphQL type."""
