"""Recording one change: names looked up first, then under the counter's lock what is decided over, then one write of it all.

DESIGN section 3: every write is one transaction that takes the lock of the counter node, checks, writes its records, and
appends one `Change` with the next `seq`. The lock serialises writers, so what is read under it is what is then changed;
readers never wait for it. The statements under the lock are small and few: what a change does not use is not in them.
`operationId` is unique in the log: whatever becomes of the answer to a commit, the same write sent again finds its change
here and writes nothing (docs/decisions/0004).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from graph.announcing import LOCK
from graph.answering import LookupSlot, Rules, looked_up
from graph.driver import Statement
from graph.model import Arrow, Record, Thing, own
from graph.params import stored
from graph.shape import FACTS, OPEN_SEQ, THINGS, label_of
from graph.templates import Scope

ORIGIN: Final = "api"

_ROW: Final = "[elementId(n), labels(n)[0], properties(n), [(n)-[r]->(t) | [type(r), t.key]]]"
_OPEN: Final = f"n.toSeq = {OPEN_SEQ}"

_PARTS: Final[dict[str, str]] = {
    "slots": f"MATCH (n:Assignment|StandIn|Vacancy|Translation|Confirmation|Report {{slot: key}}) WHERE {_OPEN} OR $p.all",
    "reported": f"MATCH (n:Progress {{slot: key}}) WHERE {_OPEN} OR $p.all",
    "holders": f"MATCH (:Person|Mailbox {{key: key}})<-[:HELD_BY|FOR|ABOUT]-(n) WHERE {_OPEN} OR $p.all WITH DISTINCT n",
    "about": f"MATCH (:Municipality|Task|Gallery {{key: key}})<-[:BY]-(n) WHERE {_OPEN} OR $p.all",
    "terms": "MATCH (:Task {key: key})<-[:OF]-(n:Terms)",
    "named": f"MATCH (:Role {{key: key}})<-[:NAMES|FROM|TO]-(n) WHERE {_OPEN} OR $p.all",
    "defined": f"MATCH (:Gallery)<-[:BY]-(n:Definition)-[:OF]->(:Role {{key: key}}) WHERE {_OPEN} OR $p.all",
    "chains": f"MATCH (n:Escalation) WHERE {_OPEN}",
    "carried": f"MATCH (:Municipality {{key: key}})<-[:IN]-(n:Translation)-[:CARRIED_BY]->() WHERE {_OPEN}",
    "carriers": f"MATCH (n:Translation)-[:CARRIED_BY]->() WHERE {_OPEN}",
}
"""What can be read of records before a change is decided, by kind of key (see `Wanted`)."""

MOST_UNDONE: Final = 5_000
"""Facts of a change that can be undone; of a larger one only so many are read that this is seen."""
_OF_CHANGE: Final = f"""\
head(COLLECT {{
  UNWIND $p.changes AS number MATCH (c:Change {{seq: number}})
  RETURN [properties(c),
    COLLECT {{ MATCH (c)-[:RECORDED]->(n) WITH n LIMIT {MOST_UNDONE + 1} RETURN {_ROW} AS row }},
    COLLECT {{ MATCH (c)-[:CLOSED]->(n) WITH n LIMIT {MOST_UNDONE + 1} RETURN {_ROW} AS row }},
    COLLECT {{ MATCH (c)-[:TOUCHED]->(n) RETURN {_ROW} AS row }},
    head(COLLECT {{ MATCH (c)<-[:UNDOES]-(by:Change) RETURN by.seq AS seq }})] AS row
}})"""


def _rows(names: Iterable[str]) -> str:
    """Read the records of some kinds of keys; facts and things are told apart by the label that their keys begin with."""
    parts = []
    for name in names:
        kind, _, label = name.partition(":")
        if kind == "facts":
            match = f"MATCH (n:{label} {{key: key}}) WHERE n.fromSeq >= 0 AND ({_OPEN} OR $p.all)"
        elif kind == "things":
            match = f"MATCH (n:{label} {{key: key}})"
        else:
            match = _PARTS[kind]
        parts.append(f"COLLECT {{ UNWIND $p.`{name}` AS key {match} RETURN {_ROW} AS row }}")
    return " + ".join(parts) or "[]"


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it is in the graph: its node's id, what it says, and when the gallery knew it."""

    id: str
    record: Record
    from_seq: int
    to_seq: int

    @property
    def is_open(self) -> bool:
        """Tell whether it is believed."""
        return self.to_seq == OPEN_SEQ


@dataclass(frozen=True, slots=True)
class Node:
    """A thing as it is in the graph."""

    id: str
    thing: Thing
    from_seq: int
    seq: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is read before a change is decided: keys of each kind.

    `slots`: the records of a place (`reported`: of a task's), with `everything` also those no longer believed. `facts`: those
    of facts by id. `holders`: what a person or mailbox holds. `about`: what a municipality uses, a task asks and needs, a
    gallery defines. `terms` of tasks; `named`: a role's names and escalation; `defined`: which galleries define it. `chains`:
    all escalation, and the carriers of a municipality (of all: ""). `things`: nodes as they are. `changes`: what they did.
    """

    slots: Sequence[str] = ()
    reported: Sequence[str] = ()
    facts: Sequence[str] = ()
    holders: Sequence[str] = ()
    about: Sequence[str] = ()
    terms: Sequence[str] = ()
    named: Sequence[str] = ()
    defined: Sequence[str] = ()
    chains: Sequence[str] = ()
    things: Sequence[str] = ()
    changes: Sequence[int] = ()

    def lists(self) -> dict[str, list[Any]]:
        """Give the keys by the parts of the statement that read them; which there are decides its text."""
        found: dict[str, list[Any]] = {
            name: list(getattr(self, name))
            for name in ("slots", "reported", "holders", "about", "terms", "named", "defined", "chains")
        }
        found["carried"] = [key for key in found["chains"] if key]
        found["carriers"] = [key for key in found["chains"] if not key]
        for kind in ("facts", "things"):
            known = FACTS if kind == "facts" else THINGS
            for key in getattr(self, kind):
                if (label := label_of(key)) in known:
                    found.setdefault(f"{kind}:{label}", []).append(key)
        found["changes"] = list(self.changes)
        return {name: keys for name, keys in sorted(found.items()) if keys}


def locked(wanted: Wanted, operation_id: str, everything: bool) -> Statement:
    """Give the first statement of the transaction: it takes the lock, and reads what a change is decided over.

    Its one record: `[seq, instant of the last change, the same operation's change or null, records, things, what a change
    did]`.
    """
    lists = wanted.lists()
    text = _locked_text(tuple(lists))
    return Statement("change lock", text, {**lists, "operationId": operation_id, "all": everything})


@cache
def _locked_text(names: tuple[str, ...]) -> str:
    records = _rows(name for name in names if name != "changes" and not name.startswith("things:"))
    things = _rows(name for name in names if name.startswith("things:"))
    undone = _OF_CHANGE if "changes" in names else "null"
    return f"{LOCK},\n{records} AS records,\n{things} AS things,\n{undone} AS undone"


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
SET counter.seq = $p.change.seq
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


def touched_since(keys: Sequence[str], seq: int) -> Statement:
    """Give the statement that finds the changes after a number that touched these things, one row each."""
    lists = Wanted(things=keys).lists()
    each = " UNION ".join(
        f"UNWIND $p.`{name}` AS key MATCH (n:{name.partition(':')[2]} {{key: key}})"
        " MATCH (n)<-[:TOUCHED]-(c:Change) WHERE c.seq > $p.since RETURN c.seq AS seq"
        for name in lists
    )
    return Statement("change conflict", each, {**lists, "since": seq})


def looking(slots: Sequence[LookupSlot], rules: Rules, facts: Sequence[str], changes: bool) -> str:
    """Give the text of the statement before the lock: names looked up, and facts and a change as they are now.

    `facts` are the labels of the facts that the input has ids of. Its one record: `[rows of each look-up, facts by id, what
    a change did]`.
    """
    scope = Scope("$p.at", "now", rules.visible)
    lines = ["OPTIONAL MATCH (counter:Counter {key: 'counter'})", "WITH coalesce(counter.seq, 0) AS now"]
    lines += [looked_up(slot, scope, rules) for slot in slots]
    read = _rows(f"facts:{label}" for label in facts)
    undone = _OF_CHANGE if changes else "null"
    lines.append(
        f"RETURN [{', '.join(slot.variable for slot in slots)}] AS lookups, {read} AS facts, {undone} AS undone"
    )
    return "\n".join(lines)


def row(found: Sequence[Any]) -> Row:
    """Read a record's row."""
    identity, label, node, arrows = found
    record = Record(
        label, node["key"], node["validFrom"], node["validTo"], own(node), tuple(_arrow(one) for one in arrows)
    )
    return Row(identity, record, node["fromSeq"], node["toSeq"])


def node(found: Sequence[Any]) -> Node:
    """Read a thing's row."""
    identity, label, node, arrows = found
    merged = {"toSeq": node["toSeq"]} if "toSeq" in node else {}
    thing = Thing(label, node["key"], {**own(node), **merged}, tuple(_arrow(one) for one in arrows))
    return Node(identity, thing, node["fromSeq"], node["seq"])


def _arrow(one: Sequence[Any]) -> Arrow:
    return Arrow(one[0], one[1])


def instant_after(last: str | None, now: datetime) -> str:
    """Give the instant of the next change: now, but after the last one, so that an instant names one state of the log."""
    at = stored(now)
    if last is not None and at <= last:
        at = stored(datetime.fromisoformat(last) + timedelta(microseconds=1))
    return at


def as_json(value: object) -> str:
    """Write a value as the log keeps it: the same text for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
