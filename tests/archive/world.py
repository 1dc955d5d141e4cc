"""A small document with everything that the shape declares, whatever that is: what is added there is carried, or fails here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from graph.migrations import read_migrations
from graph.shape import BY_NAME, FACTS, LABELS, OPEN_SEQ, THINGS, Arrow, Label, Property, slot
from graph_seed.archive import document
from graph_seed.archive.carried import IN, OUT
from graph_seed.archive.document import Head, Row

Rows = dict[str, list[Row]]
AT = "2026-11-20T10:00:00.00000{}Z"
SEQ = 3
CODE = Property("code")


def rows() -> Rows:
    """Two things of each label, one with everything and one with what it must have; so for facts, of which one has two records."""
    things = [thing(BY_NAME[label], name) for label in sorted(THINGS) for name in ("bare", "full")]
    records = []
    for label in sorted(FACTS):
        records += [record(BY_NAME[label], "bare", 1, OPEN_SEQ), record(BY_NAME[label], "full", 1, 2)]
        records.append(record(BY_NAME[label], "full", 2, OPEN_SEQ))
    return {"changes": [change(seq) for seq in range(1, SEQ + 1)], "things": things, "records": records}


def change(seq: int) -> Row:
    """Give a change: the first with everything, the last undoes it."""
    label = BY_NAME["Change"]
    fixed = {"key": f"change:{seq}", "seq": seq, "at": AT.format(seq)}
    arrows = [["UNDOES", "change:1"]] if seq == SEQ else []
    return {"arrows": arrows, "label": "Change", "properties": properties(label, str(seq), seq == 1, fixed)}


def thing(label: Label, name: str) -> Row:
    fixed = {"key": f"{label.prefix}:{name}", "fromSeq": 1, "seq": 2 if name == "full" else 1}
    fixed |= {"toSeq": 2} if name == "full" and any(p.name == "toSeq" for p in label.properties) else {}
    log = [["TOUCHED", 1], ["TOUCHED", 2]] if name == "full" else [["TOUCHED", 1]]
    return node(label, name, fixed, log)


def record(label: Label, name: str, first: int, last: int) -> Row:
    fixed = {"key": f"{label.prefix}:{name}", "fromSeq": first, "toSeq": last}
    log: list[list[object]] = [["CLOSED", last]] if last != OPEN_SEQ else []
    row = node(label, name, fixed, [*log, ["RECORDED", first]])
    if "slot" in row["properties"]:
        ends = dict(row["arrows"])
        code = str(value(CODE, ends["IN"].partition(":")[2]))
        row["properties"]["slot"] = slot(code, ends.get("OF") or ends["ON"])
    return row


def node(label: Label, name: str, fixed: Mapping[str, object], log: Sequence[object]) -> Row:
    arrows = [end for arrow in OUT.values() if arrow.source == label.name for end in ends(arrow, full=name == "full")]
    assert all((label.name, kind) in IN for kind, _ in log)
    found = properties(label, name, name == "full", fixed)
    return {"arrows": sorted(arrows, key=str), "label": label.name, "log": list(log), "properties": found}


def ends(arrow: Arrow, full: bool) -> list[list[object]]:
    """Draw an arrow: to every kind of target where there may be many, with its own properties."""
    if not full and arrow.many != "1":
        return []
    targets = arrow.targets if arrow.many == "*" else arrow.targets[:1] if full else arrow.targets[-1:]
    own = {prop.name: value(prop, "own") for prop in arrow.properties}
    return [[arrow.type, f"{BY_NAME[target].prefix}:full", *([own] if own else [])] for target in targets]


def properties(label: Label, name: str, full: bool, fixed: Mapping[str, object]) -> dict[str, object]:
    wanted = [prop for prop in label.properties if full or prop.required]
    return {prop.name: fixed.get(prop.name, value(prop, name)) for prop in wanted if full or prop.required}


def value(prop: Property, name: str) -> object:
    """Give a value of the type; text with what a file or an encoder could stumble over."""
    values: dict[str, Any] = {
        "string": f'{prop.name} {name} æøå "☃" \\ \n\t= </script>',
        "date": "2020-02-29" if prop.name != "validTo" else "2021-03-01",
        "instant": AT.format(0),
        "integer": 2**53 + 1,
        "boolean": name == "full",
        "strings": ["", "ø,;", "a\nb"] if name == "full" else [],
    }
    return values[prop.type]


def assembled(found: Rows, edit: Callable[[dict[str, Any]], object] | None = None) -> bytes:
    """Write rows as a document, with their own counts; `edit` alters what the head says (a tuple's fields by name)."""
    counts: dict[str, dict[str, int]] = {"things": {}, "records": {}}
    for section, labels in counts.items():
        for row in found[section]:
            labels[row["label"]] = labels.get(row["label"], 0) + 1
    said: dict[str, Any] = {
        "seq": len(found["changes"]),
        "at": found["changes"][-1]["properties"]["at"] if found["changes"] else None,
        "schema": len(read_migrations()),
        "changes": len(found["changes"]),
        **counts,
    }
    if edit is not None:
        edit(said)

    async def pages() -> AsyncIterator[tuple[str, list[bytes]]]:
        for section, some in found.items():
            yield section, [document.encode(row) for row in some]

    async def write() -> bytes:
        return b"".join([chunk async for chunk in document.write(Head(**said), pages())])

    try:
        write().send(None)
    except StopIteration as done:
        return bytes(done.value)
    raise AssertionError("writing rows that are there waits for nothing")


assert {label.kind for label in LABELS} == {"thing", "fact", "log"}
