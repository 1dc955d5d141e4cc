"""Holding a document to the shape, row by row: labels, properties, arrows and where they lead, the log's numbers, counts.

The same look is taken at what is written and at what is read, so that a backup that was written can be restored. In memory
are the keys of things, what else is unique, and municipalities' codes: that no row is there twice, and no record before the last one of
its fact was closed, follows from their order.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from graph.shape import BY_NAME, OPEN_SEQ, SLOTTED, Arrow, Label, Property, label_of, slot
from graph_seed.archive.carried import IN, LOG, OUT
from graph_seed.archive.document import Head, Row
from graph_seed.archive.errors import ContentError

_PARTS: Final = {"changes": {"arrows", "label", "properties"}}
_ALL: Final = {"arrows", "label", "log", "properties"}
_KINDS: Final = {"changes": "log", "things": "thing", "records": "fact"}


class _Form(NamedTuple):
    form: re.Pattern[str]
    expected: str


_FORMS: Final = {
    "date": _Form(re.compile(r"\d{4}-\d\d-\d\d"), "a day such as 2027-01-31"),
    "instant": _Form(
        re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"), "an instant such as 2027-01-31T12:00:00.000000Z"
    ),
}
"""How the graph keeps days and instants, so that their order as texts is theirs."""
_TYPES: Final = {"string": str, "date": str, "instant": str, "integer": int, "boolean": bool, "strings": list}
_UNIQUE: Final = {
    label: [names[0] for names in one.unique if len(names) == 1 and names[0] not in ("key", "seq")]
    for label, one in BY_NAME.items()
}
"""What two rows of a label cannot share, but for what follows from their order: the database's constraints would stop the loading."""
_OUT_OF: Final = {label: [arrow for (source, _), arrow in OUT.items() if source == label] for label in BY_NAME}
_LARGEST: Final = 2**63 - 1


class Checker:
    """Takes the rows of one document in their order; each method raises `ContentError` for what cannot be.

    `complete`: required properties and arrows must be there; a document of an older schema may lack what was added since.
    """

    def __init__(self, head: Head, complete: bool = True) -> None:
        self._head, self._complete = head, complete
        self._counts: dict[str, Counter[str]] = {section: Counter() for section in _KINDS}
        self._last: dict[str, tuple[Any, ...]] = {}
        self._things = set[str]()
        self._taken = defaultdict[tuple[str, str], set[object]](set)
        self._codes: dict[str, str] = {}
        self._until = 0
        self._pending: list[tuple[str, str, str]] = []
        self._at: str | None = None

    def take(self, section: str, row: Row) -> None:
        """Look at the next row."""
        number = self._counts[section].total() + 1
        where = f"Row {number} of {section}"
        label, properties = self._parts(where, section, row)
        where = f"{where} ({shortened(properties.get('key'))})"
        self._properties(where, label, properties)
        self._order(where, section, label, properties)
        self._alone(where, label, properties)
        self._clocks(where, section, number, properties)
        if section == "records" and self._pending:
            self._resolve()
        self._arrows(where, section, label, row)
        if section != "changes":
            self._log(where, section, label, row)
        self._counts[section][label.name] += 1

    def end(self) -> None:
        """Look at what only the whole can show: arrows between things, counts, the log's last number."""
        self._resolve()
        found = (self._counts["changes"].total(), dict(self._counts["things"]), dict(self._counts["records"]))
        said = (self._head.changes, self._head.things, self._head.records)
        for name, have, want in zip(_KINDS, found, said, strict=True):
            if have != want:
                raise ContentError("The document", f"the count of {name}", have, f"{want}, as its head says")
        if found[0] != self._head.seq:
            raise ContentError("The document", "the last change", found[0], f"number {self._head.seq}")
        if self._at != self._head.at:
            raise ContentError("The document", "the last change's instant", self._at, f"{self._head.at}")

    def _parts(self, where: str, section: str, row: Row) -> tuple[Label, Row]:
        wanted = _PARTS.get(section, _ALL)
        if row.keys() != wanted:
            raise ContentError(where, "its parts", sorted(row), f"{sorted(wanted)}")
        label = BY_NAME.get(row["label"]) if isinstance(row["label"], str) else None
        if label is None or label.kind != _KINDS[section] or (section == "changes" and label.name != LOG):
            names = [one.name for one in BY_NAME.values() if one.kind == _KINDS[section]]
            expected = LOG if section == "changes" else f"one of {', '.join(names)}"
            raise ContentError(where, "label", row["label"], expected)
        if not isinstance(row["properties"], dict):
            raise ContentError(where, "properties", row["properties"], "an object")
        return label, row["properties"]

    def _properties(self, where: str, label: Label, properties: Row) -> None:
        declared = {prop.name: prop for prop in label.properties}
        for name, value in properties.items():
            _check_value(where, f"{label.name}.{shortened(name)}", declared.get(name), value, list(declared))
        for prop in label.properties:
            # What every row has is needed to read it at all; the rest may have come with a later schema.
            needed = self._complete or prop.name in ("key", "seq", "fromSeq", "toSeq")
            if prop.required and needed and prop.name not in properties:
                raise ContentError(where, f"{label.name}.{prop.name}", None, f"a value ({prop.type})")

    def _order(self, where: str, section: str, label: Label, properties: Row) -> None:
        key = properties["key"]
        place: tuple[Any, ...] = (properties["seq"],) if section == "changes" else (label.name, key)
        if section == "records":
            place = (*place, properties["fromSeq"])
        if section != "changes" and label_of(key) != label.name:
            raise ContentError(where, "key", key, f"one that begins with {label.prefix}:")
        if section in self._last and place <= self._last[section]:
            raise ContentError(where, "its place", place, f"one after {shortened(self._last[section])}")
        if section == "records":
            if place[:2] == self._last.get(section, ())[:2] and properties["fromSeq"] < self._until:
                ended = "none, as the one before is open" if self._until == OPEN_SEQ else f"{self._until} or later"
                raise ContentError(where, "fromSeq", properties["fromSeq"], f"{ended}: a fact has one record at a time")
            self._until = properties["toSeq"]
        self._last[section] = place
        if section == "things":
            self._things.add(key)

    def _alone(self, where: str, label: Label, properties: Row) -> None:
        for name in _UNIQUE[label.name]:
            value, taken = properties.get(name), self._taken[label.name, name]
            if value in taken:
                raise ContentError(where, f"{label.name}.{name}", value, f"one that no other {label.name} has")
            if value is not None:
                taken.add(value)
        if label.name == "Municipality" and "code" in properties:
            self._codes[properties["key"]] = properties["code"]

    def _clocks(self, where: str, section: str, number: int, properties: Row) -> None:
        seq = self._head.seq
        if section == "changes":
            if properties["seq"] != number or properties["key"] != f"change:{number}":
                raise ContentError(where, "seq", properties["seq"], f"{number}: the log has every number once")
            before, self._at = self._at, properties.get("at")
            if before is not None and self._at is not None and self._at < before:
                raise ContentError(where, "at", self._at, f"an instant not before the last change's, {before}")
            return
        first = properties["fromSeq"]
        last = properties["seq"] if section == "things" else properties["toSeq"]
        if not 1 <= first <= seq:
            raise ContentError(where, "fromSeq", first, f"a change of the log, 1 to {seq}")
        if section == "things" and not first <= last <= seq:
            raise ContentError(where, "seq", last, f"a change of the log, {first} to {seq}")
        since, until = properties.get("validFrom", ""), properties.get("validTo", "")
        if section == "records" and until and until <= since:
            raise ContentError(where, "validTo", until, f"a day after validFrom, {since}")
        if section == "records" and last != OPEN_SEQ and not first < last <= seq:
            raise ContentError(where, "toSeq", last, f"a change after {first} and up to {seq}, or {OPEN_SEQ} (open)")

    def _arrows(self, where: str, section: str, label: Label, row: Row) -> None:
        count = Counter[str]()
        ends: dict[str, str] = {}
        for kind, target in _pairs(where, "arrows", row["arrows"], OUT, label):
            arrow = OUT[label.name, kind]
            count[kind] += 1
            ends[kind] = target
            found = label_of(target) if isinstance(target, str) else None
            if (LOG if section == "changes" and isinstance(target, str) else found) not in arrow.targets:
                expected = f"the key of a {' or '.join(arrow.targets)}"
                raise ContentError(where, f"the arrow {kind}", target, expected)
            self._lands(where, section, kind, target, row)
        for arrow in _OUT_OF[label.name]:
            many = count[arrow.type]
            if (many > 1 and arrow.many != "*") or (many == 0 and arrow.many == "1" and self._complete):
                expected = "one" if arrow.many == "1" else "at most one"
                raise ContentError(where, f"the number of arrows {arrow.type}", many, expected)
        if label.name in SLOTTED:
            self._place(where, label, row["properties"], ends)

    def _place(self, where: str, label: Label, properties: Row, ends: Mapping[str, str]) -> None:
        """Look-ups go by the slot, answers by the arrows. Of an older schema either may not be there."""
        code, what = self._codes.get(ends.get("IN", "")), ends.get("OF") or ends.get("ON")
        found = properties.get("slot")
        if found is not None and code is not None and what is not None and found != slot(code, what):
            raise ContentError(
                where, f"{label.name}.slot", found, f"{shortened(slot(code, what))}, where its arrows lead"
            )

    def _lands(self, where: str, section: str, kind: str, target: str, row: Row) -> None:
        if section == "things":
            self._pending.append((where, kind, target))
        elif section == "records":
            if target not in self._things:
                raise ContentError(where, f"the arrow {kind}", target, "the key of a thing that is in the document")
        elif not 1 <= _number(target) < row["properties"]["seq"]:
            raise ContentError(where, f"the arrow {kind}", target, "the key of an earlier change")

    def _resolve(self) -> None:
        for where, kind, target in self._pending:
            if target not in self._things:
                raise ContentError(where, f"the arrow {kind}", target, "the key of a thing that is in the document")
        self._pending.clear()

    def _log(self, where: str, section: str, label: Label, row: Row) -> None:
        found: dict[str, list[int]] = {"RECORDED": [], "CLOSED": [], "TOUCHED": []}
        for kind, seq in _pairs(where, "log", row["log"], IN, label):
            if type(seq) is not int or not 1 <= seq <= self._head.seq:
                raise ContentError(where, f"the log's {kind}", seq, f"a change of the log, 1 to {self._head.seq}")
            found[kind].append(seq)
        if section != "records":
            return
        first, last = row["properties"]["fromSeq"], row["properties"]["toSeq"]
        if found["RECORDED"] != [first]:
            raise ContentError(where, "the log's RECORDED", found["RECORDED"], f"[{first}], its fromSeq")
        # The first schema had no such arrows: a migration draws them.
        if last != OPEN_SEQ and self._complete and last not in found["CLOSED"]:
            raise ContentError(where, "the log's CLOSED", found["CLOSED"], f"[{last}], its toSeq")


def shortened(value: object) -> str:
    """Show a key in a sentence, cut where it goes on and on."""
    text = str(value)[:80]
    return text if text.isprintable() else repr(text)


def _number(key: str) -> int:
    """Tell the number of the change whose key this is; 0 if it is none."""
    digits = key.removeprefix("change:")
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 17 else 0
    return number if key == f"change:{number}" else 0


def _check_value(where: str, field: str, prop: Property | None, value: object, names: Sequence[str]) -> None:
    if prop is None:
        raise ContentError(where, field, value, f"one of the properties {', '.join(names)}")
    kind = _TYPES[prop.type]
    fits = isinstance(value, kind) and isinstance(value, bool) == (kind is bool)
    if isinstance(value, int):
        fits = fits and abs(value) <= _LARGEST
    if isinstance(value, list):
        fits = fits and all(isinstance(item, str) and "\0" not in item for item in value)
    if isinstance(value, str):
        fits = fits and "\0" not in value
    if not fits:
        raise ContentError(where, field, value, f"a value of type {prop.type}")
    if isinstance(value, str) and prop.type in _FORMS and not _is_time(value, _FORMS[prop.type].form):
        raise ContentError(where, field, value, _FORMS[prop.type].expected)


def _is_time(text: str, form: re.Pattern[str]) -> bool:
    """Tell whether a day or instant is written as the graph keeps it, and is in the calendar."""
    if form.fullmatch(text) is None or not text.isascii():
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _pairs(
    where: str, part: str, found: object, declared: dict[tuple[str, str], Arrow], label: Label
) -> Iterator[tuple[str, Any]]:
    """Give type and end of each arrow in a list, once its form, its type and its own properties are as declared."""
    if not isinstance(found, list) or found != sorted(found, key=arrow_order):
        raise ContentError(where, part, found, "a sorted list of arrows")
    for one in found:
        if not isinstance(one, list) or len(one) not in (2, 3) or not isinstance(one[0], str):
            raise ContentError(where, part, one, "[type, end]")
        arrow = declared.get((label.name, one[0]))
        if arrow is None:
            kinds = [kind for name, kind in declared if name == label.name]
            raise ContentError(
                where, f"the arrow {shortened(one[0])}", one[1], f"one of the types {', '.join(kinds) or '(none)'}"
            )
        props = {prop.name: prop for prop in arrow.properties}
        own = one[2] if len(one) == 3 else {}
        if not isinstance(own, dict) or (len(one) == 3 and not own):
            raise ContentError(where, f"the arrow {one[0]}", one, "[type, end, {properties}]")
        for name, value in own.items():
            _check_value(where, f"{one[0]}.{shortened(name)}", props.get(name), value, list(props))
        yield one[0], one[1]


def arrow_order(arrow: object) -> tuple[str, int, str, str]:
    """Order arrows by type, end and properties; the numbers of changes as numbers."""
    if not isinstance(arrow, list) or len(arrow) < 2:
        return "", 0, "", ""
    own = sorted(arrow[2].items()) if len(arrow) > 2 and isinstance(arrow[2], dict) else ""
    return str(arrow[0]), arrow[1] if isinstance(arrow[1], int) else 0, str(arrow[1]), str(own)
