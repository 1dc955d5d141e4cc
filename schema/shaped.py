"""A statement's record as the values of an operation's root fields."""

from typing import Any, NamedTuple

from graph.answering import Operation
from graph.writing import NullFound
from resolvers.errors import InvalidInput
from schema.binding import Told, asked_for
from schema.compiling import Plan


class Shaped(NamedTuple):
    """The values of an operation's root fields; `careful`: a null must be completed by graphql-core; whose data it is."""

    values: dict[str, Any]
    careful: bool
    people: frozenset[str]


def shape_of(plan: Plan, row: Any, parameters: dict[str, Any], failed: dict[str, Exception]) -> Shaped:
    """Shape each root field's value. A refusal joins `failed`."""
    operation = plan.operation
    if operation is None:
        raise TypeError("nothing was run")
    bindings = {b.root: b.name for b in plan.bindings if isinstance(b, Told) or b.is_root}
    asked = {
        root: {"seq": row[0][0], **parameters[name], "meant": _meant(operation.lookups, row[1], root)}
        for root, name in bindings.items()
    }

    def shaped(chosen: Operation, careful: bool) -> Shaped:
        values: dict[str, Any] = {}
        roots = [root for root in plan.roots if root in chosen.shapes or root in chosen.gathered]
        try:
            for root, value in zip(roots, chosen.open(row), strict=True):
                if root in failed:
                    continue
                gathered = chosen.gathered.get(root)
                try:
                    values[root] = gathered(value, asked[root]) if gathered else chosen.shapes[root](value)
                except InvalidInput as error:
                    failed[root] = error
            people = chosen.shown.people | asked_for(chosen.lookups, row[1])
        finally:
            chosen.close()
        return Shaped(values, careful, people)

    try:
        return shaped(operation, careful=False)
    except NullFound:
        if plan.careful is None:
            raise
        return shaped(plan.careful, careful=True)


def _meant(slots: Any, rows: list[Any], root: str) -> dict[str, list[tuple[str, str, str]]]:
    """Tell what each name that was looked up meant: `(text, key, name)`, by argument."""
    return {
        slot.lookup.argument: [(text, found[0][0], found[0][1]) for text, found, _ in names if found]
        for slot, names in zip(slots, rows, strict=True)
        if slot.root == root
    }
