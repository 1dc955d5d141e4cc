"""Recording one change: one statement that writes all that was decided.

Every write is one transaction that takes the lock of the counter node, checks, writes its records, and
appends one `Change` with the next `seq`. `operationId` is unique in the log: whatever becomes of the answer to a commit, the
same write sent again finds its change (`graph.basis.locked`) and writes nothing (docs/decisions/0004).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from graph.driver import Statement
from graph.model import Arrow, Record, Thing
from graph.params import stored
from graph.shape import OPEN_SEQ, label_of

ORIGIN: Final = "api"


def operation_id(actor: str, key: str) -> str:
    """Name a write by whose it is and by their own name for it, of any length and content."""
    return hashlib.sha256(f"{actor}\n{key}".encode()).hexdigest()[:32]


BY_INPUT: Final = "input:"
"""How the name of a write begins that has none but by what is asked: an erasure of somebody whom that names takes it away."""


def operation_id_of(input_hash: str, seq: int) -> str:
    """Name a write by what is asked, and the change over which it was planned."""
    return BY_INPUT + operation_id(input_hash, str(seq))


@dataclass(frozen=True, slots=True)
class Edit:
    """New values of a thing's properties (None takes one away), and all arrows it now has of the types in `arrows`."""

    id: str
    thing: Thing
    properties: Mapping[str, Any]
    arrows: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The thing's key."""
        return self.thing.key

    @property
    def drawn(self) -> tuple[Arrow, ...]:
        """The arrows that are drawn anew."""
        return tuple(Arrow(kind, end) for kind, ends in self.arrows.items() for end in ends)

    @property
    def after(self) -> Thing:
        """The thing as the edit leaves it."""
        was = self.thing
        properties = {k: v for k, v in {**was.properties, **self.properties}.items() if v is not None}
        kept = (arrow for arrow in was.arrows if arrow.type not in self.arrows)
        return Thing(was.label, was.key, properties, (*kept, *self.drawn))


@dataclass(slots=True)
class Written:
    """All that one change writes. `change` are the properties of the log's entry."""

    change: dict[str, Any]
    closes: Sequence[str] = ()
    things: Sequence[Thing] = ()
    edits: Sequence[Edit] = ()
    records: Sequence[Record] = ()
    undoes: int | None = None

    def statement(self) -> Statement:
        """Give the one statement that writes it all; which kinds of records and things there are decides its text."""
        seq = self.change["seq"]
        params: dict[str, Any] = {"change": self.change}
        sections: list[str] = []
        if self.undoes is not None:
            sections.append("MATCH (u:Change {seq: $p.undoes}) CREATE (c)-[:UNDOES]->(u)")
            params["undoes"] = self.undoes
        if self.closes:
            sections.append(_CLOSE)
            params["closes"] = list(self.closes)
        drawn: dict[tuple[str, str, str], list[list[str]]] = {}
        for thing in self.things:
            name = f"new{thing.label}"
            _add(params, sections, name, _BRING.format(name=name, label=thing.label))
            params[name].append({**thing.properties, "key": thing.key, "fromSeq": seq, "seq": seq})
            for arrow in thing.arrows:
                drawn.setdefault(_ends(thing.key, arrow.type, arrow.target), []).append([thing.key, arrow.target])
        for edit in self.edits:
            _add(params, sections, "edits", _EDIT)
            params["edits"].append(
                {"id": edit.id, "properties": {**edit.properties, "seq": seq}, "drops": list(edit.arrows)}
            )
            for arrow in edit.drawn:
                drawn.setdefault(_ends(edit.key, arrow.type, arrow.target), []).append([edit.key, arrow.target])
        for ends, pairs in drawn.items():
            name = "draw" + "".join(ends)
            sections.append(_DRAW.format(name=name, source=ends[0], type=ends[1], target=ends[2]))
            params[name] = pairs
        for record in sorted(self.records, key=lambda record: record.label):  # so that there are few texts
            shape = (record.label, tuple((arrow.type, label_of(arrow.target) or "") for arrow in record.arrows))
            name = record.label + "".join(f"_{kind}_{label}" for kind, label in shape[1])
            _add(params, sections, name, _record_text(name, *shape))
            params[name].append([_properties(seq, record), *(arrow.target for arrow in record.arrows)])
        calls = "\n".join(f"CALL (c) {{ {section} }}" for section in sections)
        return Statement("change write", f"{_APPEND}{calls}\nFINISH", params)


_APPEND: Final = """\
MATCH (counter:Counter {key: 'counter'})
SET counter.before = $p.change.seq - 1, counter.seq = $p.change.seq
CREATE (c:Change)
SET c = $p.change
WITH c
"""
_CLOSE: Final = "UNWIND $p.closes AS id MATCH (n) WHERE elementId(n) = id SET n.toSeq = c.seq CREATE (c)-[:CLOSED]->(n)"
_BRING: Final = "UNWIND $p.{name} AS row CREATE (n:{label}) SET n = row CREATE (c)-[:TOUCHED]->(n)"
_EDIT: Final = (
    "UNWIND $p.edits AS row MATCH (n) WHERE elementId(n) = row.id SET n += row.properties CREATE (c)-[:TOUCHED]->(n)"
    " WITH n, row MATCH (n)-[r]->() WHERE type(r) IN row.drops DELETE r"
)
_DRAW: Final = "UNWIND $p.{name} AS row MATCH (n:{source} {{key: row[0]}}) MATCH (t:{target} {{key: row[1]}}) CREATE (n)-[:{type}]->(t)"


def _ends(source: str, kind: str, target: str) -> tuple[str, str, str]:
    return label_of(source) or "", kind, label_of(target) or ""


def _add(params: dict[str, Any], sections: list[str], name: str, section: str) -> None:
    if name not in params:
        sections.append(section)
        params[name] = []


@cache
def _record_text(name: str, label: str, arrows: tuple[tuple[str, str], ...]) -> str:
    """Write the section that records facts of one kind, whose arrows lead to the same kinds of things."""
    found = " ".join(f"MATCH (t{i}:{target} {{key: row[{i + 1}]}})" for i, (_, target) in enumerate(arrows))
    drawn = " ".join(f"CREATE (n)-[:{kind}]->(t{i})" for i, (kind, _) in enumerate(arrows))
    return f"UNWIND $p.{name} AS row {found} CREATE (n:{label}) SET n = row[0] CREATE (c)-[:RECORDED]->(n) {drawn}"


def _properties(seq: int, record: Record) -> dict[str, Any]:
    clocks = {"validFrom": record.valid_from, "validTo": record.valid_to, "fromSeq": seq, "toSeq": OPEN_SEQ}
    return {**record.properties, "key": record.key, **clocks, "origin": ORIGIN}


def instant_after(last: str | None, now: datetime) -> str:
    """Give the instant of the next change: now, but after the last one, so that an instant names one state of the log."""
    at = stored(now)
    if last is not None and at <= last:
        at = stored(datetime.fromisoformat(last) + timedelta(microseconds=1))
    return at


def as_json(value: object) -> str:
    """Write a value as the log keeps it: the same text for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
