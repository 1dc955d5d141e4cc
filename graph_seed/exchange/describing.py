"""The sheets of people and mailboxes: who is new, what changes of those who are there (current only, rule 4)."""

from __future__ import annotations

import re
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final, Literal

from graph.basis import Node
from graph.basis import Row as Fact
from graph.model import Arrow, Thing, Value
from graph.text import fold
from graph_seed.exchange.columns import NEW
from graph_seed.exchange.current import MAILBOX, PERSON, contact_points
from graph_seed.exchange.matching import Asked, How, Names, People
from graph_seed.exchange.planned import Planned, Told
from graph_seed.exchange.result import Row, SheetRead
from graph_seed.exchange.state import State
from graph_seed.exchange.tables import several
from resolvers.changes.operation import Draft, name_of, target, text
from resolvers.changes.people import contacts
from resolvers.errors import InvalidInput

Label = Literal["Person", "Mailbox"]
LABELS: Final[Mapping[str, Label]] = {"people": "Person", "mailboxes": "Mailbox"}
SHEETS: Final = {"Person": "people", "Mailbox": "mailboxes"}
_OWN: Final[Mapping[str, Mapping[str, str]]] = {"people": PERSON, "mailboxes": MAILBOX}
_WORDS: Final = {
    "name": "name",
    "jobTitle": "job title",
    "unit": "unit",
    "purpose": "purpose",
    "BELONGS_TO": "municipality",
}
VISIBLE: Final = "OWN_MUNICIPALITY"
"""For whom a new address or number is meant where the file does not say: for as few as can be."""
_OF_NOBODY: Final = "AUTHORITIES"
"""The same of somebody who belongs to no municipality: for the own one alone it would be for nobody."""
Points = list[tuple[str, str, str]]
"""Contact points in their order: kind, value, for whom."""


class Describing:
    """Takes rows about people and mailboxes, and those whom other sheets name and nobody knows yet."""

    def __init__(self, state: State, names: Names, planned: Planned, today: str) -> None:
        self.people = People(state)
        self.things: dict[str, Node] = dict(state.things)
        self._seq, self._names, self._planned = state.seq, names, planned
        self._draft, self._settled = Draft(today), Draft(today)
        self._partly = state.partly
        self._rows: dict[str, int] = {}
        self._reports: defaultdict[str, list[Fact]] = defaultdict(list)
        for row in state.said("Report"):
            self._reports[str(target(row.record, "ABOUT"))].append(row)

    def finish(self) -> None:
        """Put what was decided into the plan."""
        self._planned.writes.join(self._draft)
        self._planned.writes.join(self._settled, asked=False)

    def take(self, sheet: SheetRead) -> None:
        """Take all rows of a sheet. Wrong ones are told, and the others taken."""
        for row in sheet.rows:
            try:
                self._take(sheet, row)
            except InvalidInput as error:
                self._planned.wrong(sheet, row, error)

    def _take(self, sheet: SheetRead, row: Row) -> None:
        values, label = row.values, LABELS[sheet.sheet]
        home = (
            self._names.meant("Municipality", values, "municipality", "municipality_name")
            if values.get("municipality")
            else None
        )
        name = name_of(values, "name")
        addresses = several(values.get("email"))
        asked = Asked(
            label, values.get("key"), name, addresses[0] if addresses else None, home,
            {"name": "name", "key": "key", "email": "email"}, addresses,
        )  # fmt: skip
        if asked.key == NEW and not addresses:
            expected = f"an address, by which a new {label.lower()} of this name is told from the others"
            raise InvalidInput("CELL_EMPTY", "email", None, expected)
        found = self.people.find(asked)
        self._planned.shows(found.key)
        unsaid = values.get("in_part") is not None
        given = {
            column: value
            for column, value in values.items()
            if column in _OWN[sheet.sheet] and not (unsaid and value is None)
        }
        if found.key is None:
            if home is None:
                expected = (
                    f"a municipality, so that a new {label.lower()} can be added; or the key or e-mail of whom is meant"
                )
                raise InvalidInput(f"UNKNOWN_{label.upper()}", "municipality", None, expected)
            thing = self._new(label, name, home, self._own(sheet.sheet, given), _contacts([], [], values, VISIBLE))
            self._rows[thing.key] = row.number
            self._planned.tell(Told(sheet.sheet, row.number, "added", f"{name}, {self._place(home)}", found.how))
            return
        if (earlier := self._rows.setdefault(found.key, row.number)) != row.number:
            if self.people.is_there(found.key):
                expected = f"one row for each; row {earlier} is about the same, {found.key}"
                raise InvalidInput("ROWS_CONTRADICT", "key", found.key, expected)
            expected = f"one row for each; row {earlier} has the same name; if they are two, an e-mail of each"
            raise InvalidInput("ROWS_CONTRADICT", "name", name, expected)
        self._edit(sheet, row, self.things[found.key], self._own(sheet.sheet, given), home, name, found.how)

    def _own(self, sheet: str, given: Mapping[str, str | None]) -> dict[str, str | None]:
        return {_OWN[sheet][column]: text({column: value}, column) for column, value in given.items()}

    def _edit(
        self, sheet: SheetRead, row: Row, node: Node, new: dict[str, Any], home: str | None, name: str, how: How
    ) -> None:
        """Change what a row says otherwise; a column that the file does not have says nothing."""
        was = node.thing
        whole = self._partly.get(was.key, was)
        before, shown = contact_points(whole), contact_points(was)
        hidden = [point for point in before if point not in shown]
        at_home = home if "municipality" in row.values else target(was, "BELONGS_TO")
        now = _contacts(before, hidden, row.values, VISIBLE if at_home else _OF_NOBODY)
        if now != before:
            new |= _checked(now)
        if name != was.properties["name"]:
            new |= {"name": name, "folded": fold(name)}
        arrows = {"BELONGS_TO": [home] if home else []} if "municipality" in row.values else {}
        count = len(self._draft.edits)
        self._draft.edit(node, new, arrows)
        if len(self._draft.edits) == count:
            self._planned.tell(Told(sheet.sheet, row.number, "same", name, how))
            return
        edit = self._draft.edits[-1]
        if [point[:2] for point in now] != [point[:2] for point in before]:
            for report in self._reports.pop(was.key, []):
                self._settled.retract(report)
        self._planned.writes.edited[was.key] = replace(edit, thing=whole).after
        self._know(Node(node.id, edit.after, node.from_seq, node.seq))
        words = [_WORDS[n] for n in (*edit.properties, *edit.arrows) if n in _WORDS]
        words += ["contact points"] if now != before else []
        what = f"{was.properties['name']}: {', '.join(words)}"
        before_and_after = [(name, was.properties.get(name), value) for name, value in edit.properties.items()]
        says = (was.key, before_and_after, was.arrows if edit.arrows else (), edit.arrows)
        self._planned.tell(Told(sheet.sheet, row.number, "changed", what, how, says=says))

    def add(self, sheet: SheetRead, row: Row, asked: Asked) -> str:
        """Bring somebody whom another sheet names, and give the new key."""
        if asked.municipality is None:
            raise InvalidInput("UNKNOWN_PERSON", asked.columns["name"], asked.name, "somebody whom the gallery knows")
        points = [("EMAIL", asked.email, VISIBLE)] if asked.email else []
        thing = self._new(asked.label, asked.name, asked.municipality, {}, points)
        what = f"{asked.name}, {self._place(asked.municipality)} (named on {sheet.tab}, row {row.number})"
        self._planned.tell(Told(SHEETS[asked.label], None, "added", what))
        return thing.key

    def _new(self, label: Label, name: str, home: str, own: Mapping[str, str | None], points: Points) -> Thing:
        described = {property_: value for property_, value in own.items() if value is not None}
        properties: dict[str, Value] = {
            "name": name,
            "folded": fold(name),
            **_checked(points),
            **described,
            "demo": False,
        }
        thing = Thing(label, f"{label.lower()}:{secrets.token_hex(8)}", properties, (Arrow("BELONGS_TO", home),))
        self._draft.create(thing)
        self._know(Node("", thing, self._seq, self._seq))
        return thing

    def _know(self, node: Node) -> None:
        self.things[node.thing.key] = node
        self.people.know(node.thing)

    def _place(self, municipality: str) -> str:
        return str(self.things[municipality].thing.properties["name"])


def _contacts(before: Points, hidden: Points, values: Mapping[str, str | None], visible: str) -> Points:
    """Give the contact points that a row makes of those before, in the order that they had; new ones are for `visible`.

    Of those that are `hidden` from whoever brings the file it says nothing: they stay.
    """
    lists = {
        kind: _of_kind([point for point in before if point[0] == kind], hidden, column, values, visible)
        for kind, column in (("EMAIL", "email"), ("PHONE", "phone"))
    }
    points = []
    for kind, _, _ in before:
        if lists[kind]:
            points.append(lists[kind].pop(0))
    return [*points, *lists["EMAIL"], *lists["PHONE"]]


def _of_kind(before: Points, hidden: Points, column: str, values: Mapping[str, str | None], visible: str) -> Points:
    """Give those of one kind. What is written otherwise but is the same stays as it was written."""
    kind = "EMAIL" if column == "email" else "PHONE"
    shown = [point for point in before if point not in hidden]
    classes = several(values.get(f"{column}_visibility"))
    if column in values:
        said, left = several(values[column]), list(shown)
        exactly = [_taken(left, str, value) for value in said]
        same = [one or _taken(left, partial(_compared, kind), value) for one, value in zip(exactly, said, strict=True)]
        points = [one or (kind, value, visible) for one, value in zip(same, said, strict=True)]
        stays = [*hidden, *(point for point in left if values.get("in_part") is not None and point[2] == VISIBLE)]
    else:
        points, stays = shown, hidden
    points = _shown_to(points, classes, column)
    rest = iter(points)
    kept = [point if point in stays else next(rest, None) for point in before if point in stays or point in shown]
    return [*(point for point in kept if point is not None), *rest]


def _taken(left: Points, like: Callable[[str], str], value: str) -> tuple[str, str, str] | None:
    """Take the first point out of what is left that is like a value, in the way that is given."""
    found = next((point for point in left if like(point[1]) == like(value)), None)
    if found is not None:
        left.remove(found)
    return found


def _shown_to(points: Points, classes: tuple[str, ...], column: str) -> Points:
    """Give contact points with what the file says of for whom they are: nothing, one word for all, or one for each."""
    if not classes or not points:
        return points
    if len(classes) not in (1, len(points)):
        expected = f"one word for all, or {len(points)}, one for each that is there"
        raise InvalidInput("BAD_CHOICE", f"{column}_visibility", ", ".join(classes), expected)
    each = classes if len(classes) == len(points) else classes * len(points)
    return [(kind, value, seen) for (kind, value, _), seen in zip(points, each, strict=True)]


def _compared(kind: str, value: str) -> str:
    """Telephone numbers are the same if their digits are, with Denmark's own prefix or without."""
    if kind == "EMAIL":
        return value.casefold()
    digits = "".join(c for c in value if c.isdigit())
    return digits[2:] if len(digits) == 10 and digits.startswith("45") else digits


def _checked(points: Points) -> dict[str, tuple[str, ...]]:
    """Give contact points as properties; what is wrong is told of the column that it stands in."""
    given = [{"kind": kind, "value": value, "visibility": seen} for kind, value, seen in points]
    try:
        return contacts(given, "points")
    except InvalidInput as error:
        index = re.search(r"\d+", error.field)
        column = "phone" if index and points[int(index[0])][0] == "PHONE" else "email"
        raise InvalidInput(error.code, column, error.value, error.expected) from None
