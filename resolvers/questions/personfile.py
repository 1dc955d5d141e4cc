"""`personFile`: all that is kept of a person, as JSON (a person's right to a copy)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from graph.reads import Gathered, Lookup
from graph.shape import OPEN_DATE, OPEN_SEQ
from resolvers.access import about
from resolvers.files import cypher


@dataclass(frozen=True, slots=True)
class PersonFile:
    """What is kept of a person, as known at the change `seq`."""

    person: str
    seq: int
    json: str


def _decide(data: Any, _arguments: Mapping[str, Any], _wanted: frozenset[str]) -> PersonFile | None:
    people, facts, changes, looks, seq = data
    if not people:
        return None
    own = next((one for one in people if "toSeq" not in one[0]), people[0])
    content = {
        "person": _described(own),
        "mergedIntoThem": [_described(one) for one in people if one is not own],
        "facts": [
            {
                "kind": label,
                **{name: _open(value) for name, value in sorted(properties.items()) if name != "slot"},
                "arrows": dict(sorted(arrows)),
            }
            for label, properties, arrows in facts
        ],
        "changes": [dict(zip(("seq", "at", "actor", "operation", "reason"), row, strict=True)) for row in changes],
        "lookedUp": [dict(zip(("at", "actor", "operation", "requests"), row, strict=True)) for row in looks],
        "seq": seq,
    }
    return PersonFile(own[0]["key"], seq, json.dumps(content, ensure_ascii=False, indent=2))


def _described(one: Any) -> dict[str, Any]:
    properties, home = one
    points = zip(*(properties[name] for name in ("contactKinds", "contactValues", "contactClasses")), strict=True)
    told = {
        name: value for name, value in sorted(properties.items()) if name != "folded" and not name.startswith("contact")
    }
    contacts = [dict(zip(("kind", "value", "visibility"), point, strict=True)) for point in points]
    return {**told, "contactPoints": contacts, "municipality": next(iter(home), None)}


def _open(value: Any) -> Any:
    """Give what is open as null."""
    return None if value in (OPEN_DATE, OPEN_SEQ) else value


PERSON_FILE: Final = Gathered(
    lambda _: cypher("personfile").replace("MAY", about("@found.person")),
    _decide,
    lookups=(Lookup("person", "Person"),),
)
"""The root field's read. It has no clock: what is kept is kept now."""

VALUES: Final[dict[str, type[Any]]] = {"PersonFile": PersonFile}
"""The value object."""
