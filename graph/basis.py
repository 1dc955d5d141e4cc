"""What is read before a change is decided: names looked up first, then under the counter's lock what the decision needs.

The lock serialises writers, so what is read under it is what is then changed; readers never wait for it. The statements are
small and few: what a change does not use is not in them (docs/decisions/0004). `graph.recording` writes what was decided.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from graph.announcing import TAKE, TOLD
from graph.clock import NOW
from graph.driver import Statement
from graph.lookups import LookupSlot, Rules, looked_up
from graph.model import Arrow, Record, Thing, own
from graph.shape import FACTS, STAGED, THINGS, label_of
from graph.templates import Scope

_ROW: Final = "[elementId(n), labels(n)[0], properties(n), [(n)-[r]->(t) | [type(r), t.key]]]"
_OPEN: Final = f"n.toSeq > {STAGED}"

OF_A_PLACE: Final = frozenset({"Assignment", "StandIn", "Vacancy", "Translation", "Confirmation", "Report"})
"""The kinds of facts that a place has: a role in a municipality."""

_PARTS: Final[dict[str, str]] = {
    "reported": f"MATCH (n:Progress {{slot: key}}) WHERE {_OPEN} OR $p.all",
    "holders": f"MATCH (:Person|Mailbox {{key: key}})<-[:HELD_BY|FOR|ABOUT]-(n) WHERE {_OPEN} OR $p.all WITH DISTINCT n",
    "covered": "MATCH (:Person {key: key})<-[:FOR]-(c:StandIn)-[:HELD_BY]->()<-[:HELD_BY|ABOUT]-(n)"
    f" WHERE c.toSeq > {STAGED} AND n.slot = c.slot AND ({_OPEN} OR $p.all) WITH DISTINCT n",
    "confirmed": f"MATCH (:Person {{key: key}})<-[:HELD_BY]-(a:Assignment) WHERE a.toSeq > {STAGED} WITH DISTINCT a.slot AS slot"
    f" MATCH (n:Confirmation {{slot: slot}}) WHERE {_OPEN}",
    "held": "MATCH (n:Assignment {slot: key}) WHERE n.toSeq > $p.changes[0]",
    "about": f"MATCH (:Municipality|Task|Gallery {{key: key}})<-[:BY]-(n) WHERE {_OPEN} OR $p.all",
    "terms": "MATCH (:Task {key: key})<-[:OF]-(n:Terms)",
    "named": f"MATCH (:Role|Municipality|Vendor|ErpSystem|ItSystem|Project {{key: key}})<-[:NAMES|FROM|TO]-(n) WHERE {_OPEN} OR $p.all",
    "defined": f"MATCH (:Gallery)<-[:BY]-(n:Definition)-[:OF]->(:Role {{key: key}}) WHERE {_OPEN} OR $p.all",
    "chains": f"MATCH (n:Escalation) WHERE {_OPEN} OR $p.all",
    "carried": f"MATCH (:Municipality {{key: key}})<-[:IN]-(n:Translation)-[:CARRIED_BY]->() WHERE {_OPEN}",
    "needs": f"MATCH (n:Requirement) WHERE {_OPEN}",
    "carriers": f"MATCH (n:Translation)-[:CARRIED_BY]->() WHERE {_OPEN}",
}
"""What can be read of records before a change is decided, by kind of key (see `Wanted`)."""

MOST_UNDONE: Final = 5_000
"""Facts, and things, of a change that can be undone; of a larger one only so many are read that this is seen."""
_OF_CHANGE: Final = f"""\
head(COLLECT {{
  UNWIND $p.changes AS number MATCH (c:Change {{seq: number}})
  RETURN [properties(c),
    COLLECT {{ MATCH (c)-[:RECORDED]->(n) WITH n LIMIT {MOST_UNDONE + 1} RETURN {_ROW} AS row }},
    COLLECT {{ MATCH (c)-[:CLOSED]->(n) WITH n LIMIT {MOST_UNDONE + 1} RETURN {_ROW} AS row }},
    COLLECT {{ MATCH (c)-[:TOUCHED]->(n) WITH n LIMIT {MOST_UNDONE + 1} RETURN {_ROW} AS row }},
    head(COLLECT {{
      MATCH undoing = (c)<-[:UNDOES*]-(by:Change) WITH by, length(undoing) AS times ORDER BY times DESC
      RETURN [by.seq, times] AS row
    }})] AS row
}})"""


def _rows(names: Iterable[str]) -> str:
    """Read the records of some kinds of keys; facts and things are told apart by the label that their keys begin with."""
    parts = []
    for name in names:
        kind, _, label = name.partition(":")
        if kind == "versions":
            match = f"MATCH (n:{label} {{key: key}}) WHERE n.fromSeq >= 0"
        elif kind == "facts":
            match = f"MATCH (n:{label} {{key: key}}) WHERE n.fromSeq >= 0 AND ({_OPEN} OR $p.all)"
        elif kind == "things":
            match = f"MATCH (n:{label} {{key: key}})"
        elif kind == "slots":
            match = f"MATCH (n:{label} {{slot: key}}) WHERE {_OPEN} OR $p.all"
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
        return self.to_seq > STAGED


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

    `slots`: the records of a place, of the labels in `kinds` (`reported`: of a task's), with `everything` those of all
    kinds, also such as are no longer believed. `facts`: those of facts by id; `versions`: also all earlier ones.
    `holders`: what a person or mailbox holds.
    `covered`: what those who stand in for a person hold in the same places, and what is reported of them there.
    `confirmed`: what was said to be right of the places that a person holds. `held`: the assignments of a place that were
    believed when the change in `changes` had been made, or since. `about`: what a municipality uses, a task asks and needs,
    a gallery defines. `terms` of tasks; `named`: a thing's names, and a role's escalation; `defined`: which galleries
    define it. `chains`: all escalation, and the carriers of a municipality (of all: ""). `needs`: which tasks require which
    (of all: ""). `things`: nodes as they are. `changes`: what they did.
    """

    slots: Sequence[str] = ()
    reported: Sequence[str] = ()
    facts: Sequence[str] = ()
    versions: Sequence[str] = ()
    holders: Sequence[str] = ()
    covered: Sequence[str] = ()
    confirmed: Sequence[str] = ()
    held: Sequence[str] = ()
    about: Sequence[str] = ()
    terms: Sequence[str] = ()
    named: Sequence[str] = ()
    defined: Sequence[str] = ()
    chains: Sequence[str] = ()
    needs: Sequence[str] = ()
    things: Sequence[str] = ()
    changes: Sequence[int] = ()
    kinds: frozenset[str] = OF_A_PLACE

    def lists(self) -> dict[str, list[Any]]:
        """Give the keys by the parts of the statement that read them; which there are decides its text."""
        found: dict[str, list[Any]] = {
            name: list(getattr(self, name))
            for name in (
                *("reported", "holders", "covered", "confirmed", "held"),
                *("about", "terms", "named", "defined", "chains", "needs"),
            )
        }
        found[f"slots:{'|'.join(sorted(self.kinds))}"] = list(self.slots)
        found["carried"] = [key for key in found["chains"] if key]
        found["carriers"] = [key for key in found["chains"] if not key]
        for kind in ("facts", "versions", "things"):
            known = THINGS if kind == "things" else FACTS
            for key in getattr(self, kind):
                if (label := label_of(key)) in known:
                    found.setdefault(f"{kind}:{label}", []).append(key)
        found["changes"] = list(self.changes)
        return {name: keys for name, keys in sorted(found.items()) if keys}


@dataclass(frozen=True, slots=True)
class Looks:
    """Names looked up within a statement that knows `$p.at` and `now`: the lines that do it, and the column they give."""

    lines: str = ""
    column: str = "[]"

    @classmethod
    def of(cls, slots: Sequence[LookupSlot], rules: Rules) -> "Looks":
        """Write it out for some look-ups."""
        scope = Scope("$p.at", "now", rules.visible)
        lines = "".join(f"{looked_up(slot, scope, rules)}\n" for slot in slots)
        return cls(lines, f"[{', '.join(slot.variable for slot in slots)}]")


NO_LOOKS: Final = Looks()


def locked(
    wanted: Wanted, operation_id: str, everything: bool, looks: Looks = NO_LOOKS, names: Mapping[str, Any] | None = None
) -> Statement:
    """Give the first statement of the transaction: it takes the lock, and reads what a change is decided over.

    Its one record: `[seq, instant of the last change, the same operation's change or null, rows of each look-up, records,
    things, what a change did]`. `names` are the parameters of `looks`.
    """
    if everything:
        wanted = replace(wanted, kinds=OF_A_PLACE)
    lists = wanted.lists()
    text = _locked_text(tuple(lists), looks)
    return Statement(
        "change lock", text, {**lists, "operationId": operation_id, "holder": "", "all": everything, **(names or {})}
    )


@cache
def _locked_text(names: tuple[str, ...], looks: Looks) -> str:
    records = _rows(name for name in names if name != "changes" and not name.startswith("things:"))
    things = _rows(name for name in names if name.startswith("things:"))
    undone = _OF_CHANGE if "changes" in names else "null"
    told = f"{looks.column} AS lookups,\n{records} AS records,\n{things} AS things,\n{undone} AS undone"
    return f"{TAKE}\n{looks.lines}{TOLD},\n{told}"


def touched_since(keys: Sequence[str], seq: int) -> Statement:
    """Give the statement that finds the changes after a number that touched these things, one row each."""
    lists = Wanted(things=keys).lists()
    each = " UNION ".join(
        f"UNWIND $p.`{name}` AS key MATCH (n:{name.partition(':')[2]} {{key: key}})"
        " MATCH (n)<-[:TOUCHED]-(c:Change) WHERE c.seq > $p.since RETURN c.seq AS seq"
        for name in lists
    )
    return Statement("change conflict", each, {**lists, "since": seq})


def looking(looks: Looks, facts: Sequence[str], changes: bool) -> str:
    """Give the text of the statement before the lock: names looked up, and facts and a change as they are now.

    `facts` are the labels of the facts that the input has ids of. Its one record: `[rows of each look-up, facts by id, what
    a change did]`.
    """
    read = _rows(f"facts:{label}" for label in facts)
    undone = _OF_CHANGE if changes else "null"
    return (
        f"OPTIONAL MATCH (counter:Counter {{key: 'counter'}})\n{NOW}\n"
        f"{looks.lines}RETURN {looks.column} AS lookups, {read} AS facts, {undone} AS undone"
    )


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
