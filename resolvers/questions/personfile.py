"""`personFile`: all that is kept of a person, as JSON (a person's right to a copy)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graph import erasing
from graph.reads import Gathered, Lookup
from graph.shape import OPEN_DATE, OPEN_SEQ
from resolvers.access import OWN, about, whole
from resolvers.files import cypher

MOST: Final = 10_000
"""Entries of each log, and changes of theirs, that a file holds: the last ones."""


@dataclass(frozen=True, slots=True)
class PersonFile:
    """What is kept of a person, as known at the change `seq`."""

    person: str
    seq: int
    json: str


def _decide(data: Any, _arguments: Mapping[str, Any], _wanted: frozenset[str]) -> PersonFile | None:
    people, facts, mentions, changes, made, looks, looked, is_whole, seq = data
    if not people:
        return None
    own = next((one for one in people if "toSeq" not in one[0]), people[0])
    last = {"changesByThem": made, "lookedUp": looks, "looksByThem": looked}
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
        "mentions": _rows(sorted(mentions), "kind", "key", "property", "text"),
        "changes": [
            {**one, "edits": list(_edits(one["edits"]))}
            for one in _rows(changes, "seq", "at", "actor", "operation", "reason", "edits")
        ],
        "changesByThem": _rows(made[:MOST], "seq", "at", "operation", "reason"),
        "lookedUp": _rows(looks[:MOST], "at", "actor", "operation", "requests"),
        "looksByThem": _rows(looked[:MOST], "at", "operation", "requests", "people"),
        "onlyTheLast": {name: MOST for name, rows in last.items() if len(rows) > MOST},
        "isWhole": is_whole,
        "seq": seq,
    }
    return PersonFile(own[0]["key"], seq, json.dumps(content, ensure_ascii=False, indent=2))


def _rows(rows: Sequence[Sequence[Any]], *names: str) -> list[dict[str, Any]]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def _described(one: Any) -> dict[str, Any]:
    properties, points, home = one
    told = {
        name: value
        for name, value in sorted(properties.items())
        if value is not None and name != "folded" and not name.startswith("contact")
    }
    return {
        **told,
        "contactPoints": _rows(points, "kind", "value", "visibility"),
        "municipality": next(iter(home), None),
    }


def _edits(log: Sequence[Sequence[str]]) -> Iterator[dict[str, Any]]:
    """Tell what a change made of the person, and of whoever was merged into them: of what is personal that it changed, all that the log has.

    The parts of contact points, which change together, are told as one; not a name as it is looked for, besides the name.
    """
    told = set[tuple[str, str]]()
    for key, name, before, after in log:
        shown = "contactPoints" if name.startswith("contact") else name
        if name == "folded" or (key, shown) in told:
            continue
        told.add((key, shown))
        yield {
            "key": key,
            "property": shown,
            "before": _open(json.loads(before or "null")),
            "after": _open(json.loads(after or "null")),
            "isPersonal": not before,
        }


def _open(value: Any) -> Any:
    """Give what is open as null."""
    return None if value in (OPEN_DATE, OPEN_SEQ) else value


def _mentions() -> Iterator[str]:
    """Write, for each place where an erasure looks, the branch that reads the texts that name them."""
    for label, name, _, found in erasing.TEXTS:
        # Of a confirmation all authorities see that it is there, not whose it is.
        own = f" AND @own(x:{label})" if label in OWN else ""
        yield _mention(f"(@x:{label})", "@x.key > '' AND NOT @x IN @facts", f"@visible(x:{label}){own}", name, found)
    points = "[@v IN @x.contactValues WHERE toLower(@v) IN [@w IN @values | toLower(@w)]]"
    seen = "[@v IN @points WHERE @every OR @v IN [@w IN @contacts(x) | @w[1]]]"
    yield (
        f"UNWIND @people[..1] AS @one MATCH (@x:Mailbox) WHERE @x.key > '' AND (@every OR @visible(x:Mailbox)) WITH @x, {points} AS @points"
        f" UNWIND {seen} AS @v RETURN ['Mailbox', @x.key, 'contactPoints', @v] AS row"
    )
    yield _mention("(@x:Change)", "@x.seq > 0", "@visible(x:Change)", "reason", erasing.IN_TERMS)


def _mention(match: str, where: str, may: str, name: str, found: str) -> str:
    named = found.format(x=f"@x.{name}")
    return (
        f"UNWIND @people[..1] AS @one MATCH {match} WHERE {where} AND @x.{name} IS NOT NULL AND {named} AND (@every OR {may})"
        f" RETURN [labels(@x)[0], @x.key, '{name}', @x.{name}] AS row"
    )


def _text(_: Mapping[str, Any]) -> str:
    text = (
        cypher("personfile")
        .replace("FOUND_BY", erasing.found_by())
        .replace("BY_HER", erasing.hers("@actor"))
        .replace("HERS", erasing.hers())
    )
    text = text.replace("MENTIONS", "\n  UNION\n  ".join(_mentions())).replace("MOST", str(MOST + 1))
    return text.replace("WHOLE", whole("@found.person")).replace("MAY", about("@found.person"))


PERSON_FILE: Final = Gathered(_text, _decide, lookups=(Lookup("person", "Person"),))
"""The root field's read. It has no clock: what is kept is kept now."""

VALUES: Final[dict[str, type[Any]]] = {"PersonFile": PersonFile}
"""The value object."""
