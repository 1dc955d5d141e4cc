"""Recording one change: names looked up first, then under the counter's lock what is decided over, then one write of it all.

DESIGN section 3: every write is one transaction that takes the lock of the counter node, checks, writes its records, and
appends one `Change` with the next `seq`. The lock serialises writers, so what is read under it is what is then changed;
readers never wait for it. Both statements under the lock are constants, planned once, so that it is never held while
Neo4j plans. `operationId` is unique in the log: whatever becomes of the answer to a commit, the same write sent again finds
its change here and writes nothing (docs/decisions/0004).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from graph.answering import LookupSlot, Rules
from graph.driver import Statement
from graph.model import Arrow, Record, Thing
from graph.shape import FACTS, OPEN_SEQ, THINGS
from graph.templates import Frame, Scope

ORIGIN: Final = "api"
ANY_THING: Final = "|".join(THINGS)
ANY_FACT: Final = "|".join(FACTS)

_LOCK: Final = """\
MERGE (counter:Counter {key: 'counter'}) ON CREATE SET counter.seq = 0
SET counter.key = 'counter'
WITH counter.seq AS now
OPTIONAL MATCH (last:Change {seq: now})
OPTIONAL MATCH (same:Change {operationId: $p.operationId})
WITH now, last.at AS at, properties(same) AS same
"""

_ROW: Final = "[elementId(n), labels(n)[0], properties(n), [(n)-[r]->(t) | [type(r), t.key]]]"

_FACTS: Final = f"""\
COLLECT {{
  UNWIND $p.facts AS key MATCH (n:{ANY_FACT} {{key: key}}) WHERE n.fromSeq >= 0 AND n.toSeq = {OPEN_SEQ} RETURN {_ROW} AS row
}}"""

_GATHER: Final = f"""\
COLLECT {{
  UNWIND $p.slots AS slot
  MATCH (n:Assignment|StandIn|Vacancy|Translation|Confirmation|Report|Progress {{slot: slot}}) RETURN {_ROW} AS row
}} + COLLECT {{
  UNWIND $p.records AS key
  MATCH (n:{ANY_FACT} {{key: key}}) WHERE n.fromSeq >= 0 RETURN {_ROW} AS row
}} + COLLECT {{
  UNWIND $p.holders AS key
  MATCH (h:Person|Mailbox {{key: key}})<-[:HELD_BY|FOR|ABOUT]-(n) WHERE n.toSeq = {OPEN_SEQ} RETURN DISTINCT {_ROW} AS row
}} + COLLECT {{
  UNWIND $p.about AS key
  MATCH (:Municipality|Task|Gallery {{key: key}})<-[:BY]-(n) WHERE n.toSeq = {OPEN_SEQ} RETURN {_ROW} AS row
}} + COLLECT {{
  UNWIND $p.terms AS key
  MATCH (:Task {{key: key}})<-[:OF]-(n:Terms) RETURN {_ROW} AS row
}} + COLLECT {{
  UNWIND $p.named AS key
  MATCH (:Role {{key: key}})<-[:NAMES|FROM|TO]-(n) WHERE n.toSeq = {OPEN_SEQ} RETURN {_ROW} AS row
}} + COLLECT {{
  UNWIND $p.defined AS key
  MATCH (:Gallery)<-[:BY]-(n:Definition)-[:OF]->(:Role {{key: key}}) WHERE n.toSeq = {OPEN_SEQ} RETURN {_ROW} AS row
}} + COLLECT {{
  UNWIND $p.chains AS place
  MATCH (n:Escalation) WHERE n.toSeq = {OPEN_SEQ} RETURN {_ROW} AS row
}} + COLLECT {{
  UNWIND $p.chains AS place
  MATCH (m:Municipality)<-[:IN]-(n:Translation)-[:CARRIED_BY]->(:Role)
  WHERE n.toSeq = {OPEN_SEQ} AND (place = '' OR m.key = place) RETURN {_ROW} AS row
}} AS records,
COLLECT {{
  UNWIND $p.things AS key
  MATCH (n:{ANY_THING} {{key: key}}) RETURN {_ROW} AS row
}} AS things"""

_OF_CHANGE: Final = f"""\
head(COLLECT {{
  UNWIND $p.changes AS number MATCH (c:Change {{seq: number}})
  RETURN [properties(c),
    COLLECT {{ MATCH (c)-[:RECORDED]->(n) RETURN {_ROW} AS row }},
    COLLECT {{ MATCH (c)-[:CLOSED]->(n) RETURN {_ROW} AS row }},
    COLLECT {{ MATCH (c)-[:TOUCHED]->(n) RETURN {_ROW} AS row }},
    head(COLLECT {{ MATCH (c)<-[:UNDOES]-(by:Change) RETURN by.seq AS seq }})] AS row
}}) AS undone"""

LOCKED: Final = f"{_LOCK}RETURN now, at, same,\n{_FACTS} AS facts,\n{_OF_CHANGE},\n{_GATHER}"
"""Takes the lock and gives `[seq, instant of the last change, the same operation's change or null, facts by id as they are
believed, what a change did, records, things]`."""

_WRITE: Final = f"""\
MATCH (counter:Counter {{key: 'counter'}})
SET counter.seq = $p.change.seq
CREATE (c:Change)
SET c = $p.change
WITH c
CALL (c) {{ UNWIND $p.undoes AS seq MATCH (u:Change {{seq: seq}}) CREATE (c)-[:UNDOES]->(u) }}
CALL (c) {{ UNWIND $p.closes AS id MATCH (n) WHERE elementId(n) = id SET n.toSeq = c.seq CREATE (c)-[:CLOSED]->(n) }}
CALL (c) {{ UNWIND $p.things AS row CREATE (n:$(row.label)) SET n = row.properties CREATE (c)-[:TOUCHED]->(n) }}
CALL (c) {{ UNWIND $p.edits AS row MATCH (n) WHERE elementId(n) = row.id SET n += row.properties CREATE (c)-[:TOUCHED]->(n) }}
CALL (c) {{
  UNWIND $p.edits AS row UNWIND row.drops AS type
  MATCH (n)-[r]->() WHERE elementId(n) = row.id AND type(r) = type DELETE r
}}
CALL (c) {{
  UNWIND $p.arrows AS row
  MATCH (n:{ANY_THING} {{key: row[0]}}) MATCH (t:{ANY_THING} {{key: row[2]}}) CREATE (n)-[:$(row[1])]->(t)
}}
CALL (c) {{
  UNWIND $p.records AS row
  CREATE (n:$(row.label)) SET n = row.properties CREATE (c)-[:RECORDED]->(n)
  WITH n, row UNWIND row.arrows AS arrow
  MATCH (t:{ANY_THING} {{key: arrow[1]}}) CREATE (n)-[:$(arrow[0])]->(t)
}}
FINISH"""


PLANNED: Final = (LOCKED, _WRITE)
"""The statements under the lock: a service lets them be planned when it starts."""


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

    `slots`: all records of a place, also those no longer believed. `facts`: all records of facts by key. `holders`: what a
    person or mailbox holds. `about`: what a municipality uses, a task asks and needs, a gallery defines. `terms` of tasks;
    `named`: a role's names and escalation; `defined`: which galleries define it. `chains`: all escalation, and the carriers
    of a municipality (of all: ""). `things`: nodes as they are.
    """

    slots: Sequence[str] = ()
    facts: Sequence[str] = ()
    holders: Sequence[str] = ()
    about: Sequence[str] = ()
    terms: Sequence[str] = ()
    named: Sequence[str] = ()
    defined: Sequence[str] = ()
    chains: Sequence[str] = ()
    things: Sequence[str] = ()

    def params(self) -> dict[str, list[str]]:
        """Give it as the parameters of `LOCKED`."""
        names = ("slots", "about", "holders", "terms", "named", "defined", "chains", "things")
        return {**{name: list(getattr(self, name)) for name in names}, "records": list(self.facts)}


@dataclass(frozen=True, slots=True)
class Edit:
    """New values of a thing's properties (None takes one away), and all arrows it now has of the types in `arrows`."""

    id: str
    key: str
    properties: Mapping[str, Any]
    arrows: Mapping[str, Sequence[str]] = field(default_factory=dict)


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
        """Give the one statement that writes it all."""
        seq = self.change["seq"]
        arrows = [[thing.key, arrow.type, arrow.target] for thing in self.things for arrow in thing.arrows]
        arrows += [[e.key, kind, target] for e in self.edits for kind, ends in e.arrows.items() for target in ends]
        params = {
            "change": self.change,
            "undoes": [] if self.undoes is None else [self.undoes],
            "closes": list(self.closes),
            "things": [
                {"label": t.label, "properties": {**t.properties, "key": t.key, "fromSeq": seq, "seq": seq}}
                for t in self.things
            ],
            "edits": [
                {"id": e.id, "properties": {**e.properties, "seq": seq}, "drops": list(e.arrows)} for e in self.edits
            ],
            "arrows": arrows,
            "records": [_record(seq, record) for record in self.records],
        }
        return Statement("change write", _WRITE, params)


def _record(seq: int, record: Record) -> dict[str, Any]:
    clocks = {"validFrom": record.valid_from, "validTo": record.valid_to, "fromSeq": seq, "toSeq": OPEN_SEQ}
    properties = {**record.properties, "key": record.key, **clocks, "origin": ORIGIN}
    return {"label": record.label, "properties": properties, "arrows": [[a.type, a.target] for a in record.arrows]}


def looking(slots: Sequence[LookupSlot], rules: Rules) -> str:
    """Give the text of the statement before the lock: names looked up, and facts and a change as they are now.

    Its one record: `[rows of each look-up, facts by id, what a change did]`.
    """
    scope = Scope("$p.at", "now", rules.visible)
    lines = ["OPTIONAL MATCH (counter:Counter {key: 'counter'})", "WITH coalesce(counter.seq, 0) AS now"]
    for slot in slots:
        frame = Frame(scope, {"q": "q"})
        found = frame.expand((rules.lookups_by_key if slot.by_key else rules.lookups)[slot.lookup.label])
        lines.append(f"WITH *, COLLECT {{ UNWIND {slot.binding} AS q {found} }} AS {slot.variable}")
    lines.append(f"RETURN [{', '.join(slot.variable for slot in slots)}] AS lookups,\n{_FACTS} AS facts,\n{_OF_CHANGE}")
    return "\n".join(lines)


def row(found: Sequence[Any]) -> Row:
    """Read a record's row."""
    identity, label, node, arrows = found
    record = Record(
        label, node["key"], node["validFrom"], node["validTo"], _own(node), tuple(_arrow(one) for one in arrows)
    )
    return Row(identity, record, node["fromSeq"], node["toSeq"])


def node(found: Sequence[Any]) -> Node:
    """Read a thing's row."""
    identity, label, node, arrows = found
    thing = Thing(label, node["key"], _own(node), tuple(_arrow(one) for one in arrows))
    return Node(identity, thing, node["fromSeq"], node["seq"])


_CLOCKS: Final = frozenset({"key", "fromSeq", "toSeq", "seq", "origin", "validFrom", "validTo"})


def _own(node: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in node.items() if name not in _CLOCKS}


def _arrow(one: Sequence[Any]) -> Arrow:
    return Arrow(one[0], one[1])


def instant_after(last: str | None, now: datetime) -> str:
    """Give the instant of the next change: now, but after the last one, so that an instant names one state of the log."""
    form = "%Y-%m-%dT%H:%M:%S.%fZ"
    at = now.strftime(form)
    if last is not None and at <= last:
        at = (datetime.fromisoformat(last) + timedelta(microseconds=1)).strftime(form)
    return at


def as_json(value: object) -> str:
    """Write a value as the log keeps it: the same text for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
