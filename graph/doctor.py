"""Comparing the database with the graph's declared shape, and saying for each finding what to do.

Neo4j Community refuses a second node with the same key, and little else: that a record has its properties, its arrows,
its change and its place in the counter's order is kept by those who write, and looked at here. A few statements look at
all nodes once each (about 0.3 s for the reference and demo data); nothing is changed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final, Literal

from graph.driver import Database, Statement
from graph.migrations import Wanted, derived
from graph.params import stored
from graph.shape import ARROWS, BY_NAME, CLOSING, FACTS, LABELS, OPEN_SEQ, SLOTTED, STAGED, label_of

Severity = Literal["ERROR", "WARNING"]
SECONDS: Final = 120.0
EXAMPLES: Final = 3
"""How many keys a finding names."""
AHEAD: Final = timedelta(days=1)
"""How far the last change may be ahead of the clock here."""

_TYPES: Final = {"string": "STRING", "date": "STRING", "instant": "STRING", "integer": "INTEGER", "boolean": "BOOLEAN"}
_RESTORE: Final = "restore a backup, or close the record and write the fact anew through the API"
_BY_HAND: Final = "something other than rollegalleri wrote it: take it away, or declare it in graph/shape.py"
_COUNTER: Final = "stop all writers and restore a backup: numbers given twice break ETags and the change feed"
_FACT: Final = "|".join(FACTS)
_SLOTTED: Final = "|".join(SLOTTED)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as declared: `what` it is, `where` (label, index, keys), what to `do`."""

    severity: Severity
    what: str
    where: str
    do: str


async def examine(database: Database) -> list[Finding]:
    """Look at everything; an empty list means that the database is as declared. Errors come first."""
    findings = [
        *_indexes(await _rows(database, "indexes", _INDEXES)),
        *_properties(await _rows(database, "properties", _PROPERTIES)),
        *_arrows(await _rows(database, "arrows", _ENDS), await _rows(database, "arrow counts", _COUNTS)),
        *_keys(await _rows(database, "keys", _KEYS)),
        *_counter(await _rows(database, "counter", _COUNTER_ROWS)),
    ]
    for what, text, severity, do in _OFFENDERS:
        rows = await _rows(database, what, text)
        if rows:
            findings.append(Finding(severity, what, _some(row["key"] for row in rows), do))
    return sorted(findings, key=lambda finding: finding.severity)


async def _rows(database: Database, name: str, text: str) -> list[Any]:
    return await database.read(Statement(f"doctor {name}", text, seconds=SECONDS), patience=SECONDS)


def _some(keys: Iterable[object]) -> str:
    shown = [str(key) for key in dict.fromkeys(keys)]
    more = f" and {len(shown) - EXAMPLES} more" if len(shown) > EXAMPLES else ""
    return ", ".join(shown[:EXAMPLES]) + more


# --- constraints and indexes ----------------------------------------------------------------------

_INDEXES: Final = (
    "SHOW INDEXES YIELD name, type, state, labelsOrTypes, properties, owningConstraint "
    "WHERE type <> 'LOOKUP' RETURN name, type, state, labelsOrTypes AS labels, properties, owningConstraint"
)


def _indexes(rows: Sequence[Any]) -> Iterator[Finding]:
    there = {row["name"]: row for row in rows}
    wanted = {one.name: one for one in derived()}
    for name, one in wanted.items():
        kind = "constraint" if "CONSTRAINT" in one.statement else "index"
        row = there.get(name)
        if row is None:
            yield Finding("ERROR", f"missing {kind}", name, f"run: {one.statement}")
        elif not _is_as_wanted(one, row):
            yield Finding("ERROR", f"another {kind} of this name", name, f"run: {one.drop}; then: {one.statement}")
        elif row["state"] != "ONLINE":
            remedy = f"wait until it is built; if it has failed, run: {one.drop}; then: {one.statement}"
            yield Finding("ERROR", f"{kind} is {row['state']}", name, remedy)
    for name in there.keys() - wanted.keys():
        yield Finding("WARNING", "index that is not declared", name, f"drop it ({_BY_HAND})")


def _is_as_wanted(one: Wanted, row: Any) -> bool:
    labels = re.findall(r"\(n:([\w|]+)\)", one.statement)[0].split("|")
    same = sorted(labels) == sorted(row["labels"]) and re.findall(r"n\.(\w+)", one.statement) == list(row["properties"])
    return same and ("CONSTRAINT" in one.statement) == (row["owningConstraint"] is not None)


# --- labels and properties ------------------------------------------------------------------------

_PROPERTIES: Final = (
    "MATCH (n) UNWIND [null] + keys(n) AS key WITH labels(n) AS labels, key, valueType(n[key]) AS type, n "
    "RETURN labels, key, type, count(*) AS count, [min(n.key), max(n.key)] AS some"
)


def _properties(rows: Sequence[Any]) -> Iterator[Finding]:
    nodes = {tuple(row["labels"]): row["count"] for row in rows if row["key"] is None}
    having = defaultdict[tuple[str, ...], Counter[str]](Counter)
    for row in rows:
        labels, key = tuple(row["labels"]), row["key"]
        if key is None or len(labels) != 1 or labels[0] not in BY_NAME:
            continue
        having[labels][key] += row["count"]
        where = f"{labels[0]}.{key} of {_some(row['some'])}"
        declared = {prop.name: prop.type for prop in BY_NAME[labels[0]].properties}
        if key not in declared:
            yield Finding("WARNING", "property that is not declared", where, _BY_HAND)
        elif not _is_of(declared[key], row["type"]):
            what = f"property of type {row['type']} where {declared[key]} is declared"
            yield Finding("ERROR", what, where, "write it anew as declared: of another type, comparisons never find it")
    for labels, count in nodes.items():
        if len(labels) != 1 or labels[0] not in BY_NAME:
            yield Finding("ERROR", "label that is not declared", f"{':'.join(labels)} ({count} nodes)", _BY_HAND)
            continue
        for prop in BY_NAME[labels[0]].properties:
            lack = count - having[labels][prop.name]
            if prop.required and lack:
                yield Finding(
                    "ERROR", "required property is missing", f"{labels[0]}.{prop.name} ({lack} nodes)", _RESTORE
                )


def _is_of(declared: str, found: str) -> bool:
    kind = found.removesuffix(" NOT NULL")
    return kind in ("LIST<STRING NOT NULL>", "LIST<NOTHING>") if declared == "strings" else kind == _TYPES[declared]


# --- arrows ---------------------------------------------------------------------------------------

_ENDS: Final = (
    "MATCH (a)-[r]->(b) WITH labels(a)[0] AS source, type(r) AS type, labels(b)[0] AS target, a.key AS key "
    "RETURN source, type, target, count(*) AS count, [min(key), max(key)] AS some"
)
_COUNTS: Final = (
    "MATCH (n) WHERE NOT n:Change "
    "WITH n.key AS key, labels(n)[0] AS source, COLLECT { MATCH (n)-[r]->() RETURN type(r) AS type ORDER BY type } AS types "
    "RETURN source, types, count(*) AS count, [min(key), max(key)] AS some"
)


def _arrows(ends: Sequence[Any], counts: Sequence[Any]) -> Iterator[Finding]:
    declared = {(arrow.source, arrow.type): arrow for arrow in ARROWS}
    for row in ends:
        arrow = declared.get((row["source"], row["type"]))
        targets = () if arrow is None else arrow.targets
        if row["target"] not in targets:
            drawn = f"(:{row['source']})-[:{row['type']}]->(:{row['target']})"
            where = f"{drawn}, {row['count']} times, from {_some(row['some'])}"
            yield Finding("ERROR", "arrow with ends that are not declared", where, _BY_HAND)
    for row in counts:
        have = Counter(row["types"])
        for arrow in ARROWS:
            if arrow.source == row["source"] and not _is_count(arrow.many, have[arrow.type]):
                wanted = "1" if arrow.many == "1" else "0 or 1"
                what = f"{have[arrow.type]} arrows where {wanted} is declared"
                where = f"(:{arrow.source})-[:{arrow.type}]->() of {_some(row['some'])} ({row['count']} nodes)"
                yield Finding("ERROR", what, where, _RESTORE)


def _is_count(many: str, count: int) -> bool:
    return many == "*" or count == 1 or (many == "?" and count == 0)


# --- keys, counter, records -----------------------------------------------------------------------

_KEYS: Final = (
    f"MATCH (n) WHERE n.key IS NOT NULL AND NOT n:{'|'.join(label.name for label in LABELS if label.kind == 'log')} "
    "WITH labels(n)[0] AS label, split(toString(n.key), ':')[0] AS prefix, n.key AS key "
    "RETURN label, prefix, count(*) AS count, [min(key), max(key)] AS some"
)
_COUNTER_ROWS: Final = (
    "OPTIONAL MATCH (c:Counter {key: 'counter'}) OPTIONAL MATCH (lease:Counter {key: 'import'}) "
    "WITH c.seq AS counter, coalesce(lease.reserves, lease.reveals) AS kept "
    "OPTIONAL MATCH (change:Change) WITH counter, kept, change ORDER BY change.seq "
    "RETURN counter, kept, count(change) AS count, max(change.seq) AS last, collect(change.at) AS instants"
)


def _keys(rows: Sequence[Any]) -> Iterator[Finding]:
    for row in rows:
        if label_of(f"{row['prefix']}:") != row["label"]:
            what = f"key that does not begin with {row['label'][0].lower()}{row['label'][1:]}:"
            yield Finding("ERROR", what, _some(row["some"]), _RESTORE)


def _counter(rows: Sequence[Any]) -> Iterator[Finding]:
    (row,) = rows
    counter, last = row["counter"] or 0, row["last"] or 0
    if row["kept"] == last > counter:
        where = f"change {last} of an import"
        yield Finding(
            "WARNING", "change that is not shown yet", where, "nothing: if it is not at work, the next change shows it"
        )
    elif counter != last:
        yield Finding("ERROR", "counter differs from the last change", f"counter {counter}, change {last}", _COUNTER)
    if row["count"] != last:
        yield Finding(
            "ERROR", "changes are missing or numbered twice", f"{row['count']} changes up to {last}", _COUNTER
        )
    instants = row["instants"]
    for number, (before, after) in enumerate(pairwise(instants), 2):
        if after < before:
            where = f"change {number} at {after}, the one before at {before}"
            yield Finding(
                "ERROR", "recorded time runs backwards", where, "correct the server's clock; restore a backup"
            )
    if instants and instants[-1] > stored(datetime.now(UTC) + AHEAD):
        where = f"change {last} at {instants[-1]}"
        remedy = "correct the server's clock; until that instant each change bears one just after the last"
        yield Finding("WARNING", "recorded time is ahead of the clock", where, remedy)


_OFFENDERS: Final[tuple[tuple[str, str, Severity, str], ...]] = (
    (
        "records of one fact overlap in recorded time",
        (
            f"MATCH (n:{_FACT}) WHERE n.fromSeq < {STAGED} AND n.toSeq <> {CLOSING} "
            "WITH n ORDER BY n.fromSeq WITH n.key AS key, collect([n.fromSeq, n.toSeq]) AS spans "
            "WHERE any(i IN range(1, size(spans) - 1) WHERE spans[i - 1][1] > spans[i][0]) RETURN key"
        ),
        "ERROR",
        _RESTORE,
    ),
    (
        "more than one open record of a fact",
        (
            f"MATCH (n:{_FACT}) WITH n.key AS key, n.toSeq AS open, count(*) AS count "
            f"WHERE open = {OPEN_SEQ} AND count > 1 RETURN key"
        ),
        "ERROR",
        _RESTORE,
    ),
    (
        "record whose time ends before it begins",
        f"MATCH (n:{_FACT}) WHERE n.validFrom >= n.validTo OR (n.fromSeq >= n.toSeq AND n.fromSeq < {STAGED}) RETURN n.key AS key",
        "ERROR",
        _RESTORE,
    ),
    (
        "record without the change that recorded it",
        (
            f"MATCH (n:{_FACT}) WHERE n.fromSeq < {STAGED} AND (COUNT {{ (n)<-[:RECORDED]-() }} <> 1 OR "
            "NOT EXISTS { (n)<-[:RECORDED]-(c) WHERE c.seq = n.fromSeq }) RETURN n.key AS key"
        ),
        "ERROR",
        _RESTORE,
    ),
    (
        "record without the change that closed it",
        (
            f"MATCH (n:{_FACT}) WHERE n.toSeq < {STAGED} AND "
            "NOT EXISTS { (n)<-[:CLOSED]-(c) WHERE c.seq = n.toSeq } RETURN n.key AS key"
        ),
        "ERROR",
        _RESTORE,
    ),
    (
        "laid ready by an import",
        f"MATCH (n:{_FACT}|Person|Mailbox) WHERE n.fromSeq = {STAGED} OR n.toSeq = {CLOSING} RETURN n.key AS key",
        "WARNING",
        "nothing: nobody sees it, and if no import is at work, the next large one removes it",
    ),
    (
        "slot that disagrees with the arrows",
        (
            f"MATCH (m:Municipality)<-[:IN]-(n:{_SLOTTED})-[:OF|ON]->(t) WHERE n.slot <> m.code + '|' + t.key "
            "RETURN n.key AS key"
        ),
        "ERROR",
        "set slot to the municipality's code, a bar, and the key of the role or task: look-ups go by it",
    ),
    (
        "person that nothing points at and that belongs nowhere",
        "MATCH (n:Person) WHERE NOT (n)--() RETURN n.key AS key",
        "WARNING",
        "delete it: personal data that serves nothing is not kept",
    ),
)
