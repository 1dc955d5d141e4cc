"""What a change is made of: its input with names found, what the graph says, and the draft of what is to be written.

An operation decides in a pure function over a `Case`, as answers are decided over gathered facts: the database gathers,
Python decides, one statement writes. What is refused is refused here, before anything is written.

One file, since every operation is written with all of it: who reads one has to look nowhere else.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from graph.basis import Node, Row, Wanted
from graph.driver import SECONDS
from graph.model import Arrow, Record, Scope, Thing, Value
from graph.reads import Lookup
from graph.recording import Edit
from graph.shape import BY_NAME, OPEN_DATE, SLOTTED, slot
from graph.text import fold
from resolvers.errors import InvalidInput, with_article

Given = Mapping[str, Any]
_ABOUT: Final = frozenset({"NAMES", "OF", "BY", "FROM", "HELD_BY", "FOR"})
PERSONAL: Final = frozenset(
    {"name", "folded", "jobTitle", "unit", "purpose", "contactKinds", "contactValues", "contactClasses"}
)
"""Properties of people and mailboxes of which the log says that they changed, not what they were (rule 4)."""


@dataclass(frozen=True, slots=True)
class Named:
    """The input with its names found: `keys` by argument (lists for lists), `facts` by id as they are believed now."""

    given: Given
    keys: Mapping[str, Any]
    facts: Mapping[str, Row]
    today: str
    undone: Sequence[Any] | None = None
    """What the change did whose number the input has, as `basis.locked` gives it."""

    def key(self, argument: str) -> str:
        """Give the key of the thing that an argument names."""
        return str(self.keys[argument])

    def fact(self, argument: str, *labels: str) -> Row:
        """Give the fact whose id an argument is.

        Raises:
            InvalidInput: there is none, it was taken back, or it is of another kind.
        """
        return self.fact_of(argument, self.given[argument], *labels)

    def fact_of(self, argument: str, key: str, *labels: str) -> Row:
        """Give the fact with an id that stands in an argument."""
        found = self.facts.get(key)
        kinds = " or ".join(with_article(label) for label in labels) or "a fact"
        if found is None:
            raise InvalidInput("UNKNOWN_FACT", argument, key, f"the id of {kinds} that the gallery believes")
        if labels and found.record.label not in labels:
            raise InvalidInput("ID_OF_ANOTHER_TYPE", argument, key, f"{kinds}, not {with_article(found.record.label)}")
        return found

    def place(self, role: str = "role", municipality: str = "municipality") -> str:
        """Give the slot of a role in a municipality."""
        return slot(code(self.key(municipality)), self.key(role))


@dataclass(frozen=True, slots=True)
class Case:
    """What an operation decides over: the named input, the records and things that it wanted, the last `seq`."""

    named: Named
    records: Sequence[Row]
    things: Mapping[str, Node]
    seq: int

    @property
    def given(self) -> Given:
        """The input as it was sent."""
        return self.named.given

    def believed(self, label: str, *, slot: str | None = None) -> Iterator[Row]:
        """Give the records of a label that are believed now, of one place or of all that were gathered; none twice."""
        seen = set[str]()
        for row in self.records:
            here = slot is None or row.record.properties.get("slot") == slot
            if row.is_open and row.record.label == label and here and row.id not in seen:
                seen.add(row.id)
                yield row

    def last(self, slots: Iterable[str], facts: Iterable[str], things: Iterable[str]) -> set[int]:
        """Give the numbers of the changes that touched these places, facts and things, and facts that say what a thing is."""
        slots, facts = set(slots), set(facts)
        edited = set(things)
        rows = [
            r
            for r in self.records
            if r.record.key in facts
            or r.record.properties.get("slot") in slots
            or any(arrow.target in edited and arrow.type in _ABOUT for arrow in r.record.arrows)
        ]
        touched = {seq for r in rows for seq in (r.from_seq, r.to_seq)}
        touched |= {self.things[key].seq for key in edited & self.things.keys()}
        return {seq for seq in touched if seq <= self.seq}


@dataclass(slots=True)
class Draft:
    """What is to be written, and what its answer shows.

    `day` is the day for which the answer is shown; `shows` gives the arguments of the payload's own fields, such as `{"assignment": {"keys": [...]}}`.
    """

    day: str
    closes: list[Row] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    things: list[Thing] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    log: list[tuple[str, str, Any, Any]] = field(default_factory=list)
    shows: dict[str, dict[str, Any]] = field(default_factory=dict)
    undoes: int | None = None
    erases: str | None = None
    """The person who is erased by it (`graph/erasing.py`)."""
    also: Sequence[str] = ()
    """What that person was called, and reached at, besides."""
    shown_at: list[Record] = field(default_factory=list)
    """Facts that stay as they are, but whose places may be answered otherwise."""

    @property
    def scope(self) -> Scope:
        """What it is about, and where: also where somebody moves to, or that they belong nowhere any more."""
        moved = (Thing(e.thing.label, e.key, {}, e.drawn) for e in self.edits if "BELONGS_TO" in e.arrows)
        return Scope.of([*self._touched(), *moved])

    @property
    def places(self) -> list[tuple[str, str]]:
        """The (role, municipality) that it touches, each once; of whom a role escalates to, the role with none: everywhere."""
        facts = [node for node in self._touched() if isinstance(node, Record)]
        found = [(target(fact, "OF"), target(fact, "IN")) for fact in (*facts, *self.shown_at)]
        places = [(r, m) for r, m in found if r and m and r.startswith("role:")]
        places += [(str(target(fact, "FROM")), "") for fact in facts if fact.label == "Escalation"]
        return list(dict.fromkeys(places))

    def _touched(self) -> list[Thing | Record]:
        closed = [row.record for row in self.closes]
        return [*closed, *self.records, *self.things, *(edit.thing for edit in self.edits)]

    @property
    def empty(self) -> bool:
        """Tell whether nothing would change."""
        return not (self.closes or self.records or self.things or self.edits)

    def add(
        self,
        label: str,
        period: tuple[str, str],
        arrows: Iterable[tuple[str, str]],
        properties: Mapping[str, Value | None] | None = None,
    ) -> Record:
        """Record a new fact and give its record; a place's slot is made of its arrows."""
        drawn = tuple(Arrow(kind, target) for kind, target in arrows)
        key = f"{BY_NAME[label].prefix}:{secrets.token_hex(8)}"
        return self._write(_slotted(Record(label, key, *period, _present(properties), drawn)))

    def supersede(self, row: Row, **new: Any) -> None:
        """Close a record and record the fact anew: `valid_from`, `valid_to`, `properties`, `arrows` as they are then.

        Of a fact that is superseded twice in one change only the last record is written: nobody ever knew the others.
        """
        before = next((r for r in self.records if r.key == row.record.key), None)
        if before is None and row in self.closes:
            return  # taken back in this change already
        record = replace(before or row.record, **new)
        if before is not None:
            self.records.remove(before)
        elif record == row.record:
            return
        else:
            self.closes.append(row)
        self._write(_slotted(record))

    def now(self, row: Row) -> Record | None:
        """Give a believed fact as this change leaves it; None where it is taken back."""
        drafted = next((record for record in self.records if record.key == row.record.key), None)
        return drafted if drafted is not None or row in self.closes else row.record

    def restore(self, record: Record) -> None:
        """Record a fact anew that was superseded or taken back, as it was; its id stays."""
        self._write(record)

    def _write(self, record: Record) -> Record:
        """Take a record in. One that holds on no day is a mistake of the operation: what is asked for was to be checked before."""
        if record.valid_to <= record.valid_from:
            raise ValueError(f"{record.key} would hold from {record.valid_from} to {record.valid_to}, which is no day")
        self.records.append(record)
        return record

    def retract(self, row: Row) -> None:
        """Take a fact back: it is not believed any more, and no record follows."""
        self.records = [record for record in self.records if record.key != row.record.key]
        if row not in self.closes:
            self.closes.append(row)

    def stop(self, row: Row, day: str) -> None:
        """End a fact on a day; one that has not begun by then is taken back."""
        if row.record.valid_from >= day:
            self.retract(row)
        else:
            self.supersede(row, valid_to=day)

    def create(self, thing: Thing) -> None:
        """Bring a new thing."""
        self.things.append(thing)

    def edit(
        self, node: Node, properties: Mapping[str, Any], arrows: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """Change a thing's properties and arrows; what stays as it is is left out of the log."""
        was = node.thing.properties
        changed = {name: value for name, value in properties.items() if _value(was.get(name)) != _value(value)}
        drawn = {
            kind: list(ends)
            for kind, ends in (arrows or {}).items()
            if sorted(ends) != sorted(a.target for a in node.thing.arrows if a.type == kind)
        }
        if not changed and not drawn:
            return
        self.edits.append(Edit(node.id, node.thing, changed, drawn))
        for name, value in changed.items():
            private = name in PERSONAL and node.thing.label in ("Person", "Mailbox")
            self.log.append(
                (node.thing.key, name, *((None, None) if private else (_value(was.get(name)), _value(value))))
            )
        for kind, ends in drawn.items():
            before = [a.target for a in node.thing.arrows if a.type == kind]
            self.log.append((node.thing.key, kind, before, ends))


def believed_after(case: Case, draft: Draft, label: str, slot: str | None = None) -> Iterator[Record]:
    """Give the records of a label, of one place or of all that were gathered, as they will be believed after the change."""
    closed = {row.id for row in draft.closes}
    for row in case.believed(label, slot=slot):
        if row.id not in closed:
            yield row.record
    for record in draft.records:
        if record.label == label and slot in (None, record.properties.get("slot")):
            yield record


@dataclass(frozen=True, slots=True)
class Operation:
    """One kind of change. `name` is its field in the API and its name in the log; `payload` the type of its answer.

    `facts` are the arguments that hold ids of facts, `wants` what it needs of the graph, `edits` the arguments that name
    the things it edits, `rests` gives those that it rests on besides (`ifSeq` then speaks of both). `shape` completes the
    input: names within lists become lists of names, under an argument of their own. `changes` are the arguments that hold the
    number of a change. `ahead` is what it runs besides, by name: large statements, to be planned before the lock is taken; and
    `seconds` what its transaction may take.
    """

    name: str
    payload: str
    decide: Callable[[Case], Draft]
    wants: Callable[[Named], Wanted]
    lookups: tuple[Lookup, ...] = ()
    facts: tuple[str, ...] = ()
    edits: tuple[str, ...] = ()
    shape: Callable[[Given], Given] = dict
    changes: tuple[str, ...] = ()
    ahead: Mapping[str, str] = field(default_factory=dict)
    seconds: float = SECONDS
    rests: Callable[[Case], Iterable[str]] = lambda _: ()


def code(municipality: str) -> str:
    """Give a municipality's code from its key."""
    return municipality.partition(":")[2]


def target(node: Record | Thing, kind: str) -> str | None:
    """Give what the arrow of one type of a fact or a thing points at."""
    for arrow in node.arrows:
        if arrow.type == kind:
            return arrow.target
    return None


def redrawn(record: Record, kind: str, end: str) -> tuple[Arrow, ...]:
    """Give a record's arrows with the one of a type pointing elsewhere."""
    return tuple(Arrow(kind, end) if arrow.type == kind else arrow for arrow in record.arrows)


def until(valid_to: str) -> str:
    """Say the end of a half-open period as the API does."""
    return "until further notice" if valid_to == OPEN_DATE else f"up to, not including, {valid_to}"


def span(record: Record) -> str:
    """Say when a fact holds, as the API does."""
    return f"from {record.valid_from} {until(record.valid_to)}"


def period(given: Given, today: str, start: str = "validFrom", end: str = "validTo") -> tuple[str, str]:
    """Give the half-open period that an input asks for: from today, and until further notice, unless it says otherwise.

    Raises:
        InvalidInput: it ends before it starts.
    """
    since = given.get(start) or today
    until = given.get(end) or OPEN_DATE
    check_period(since, until, end)
    return since, until


def check_period(since: str, until: str, end: str = "validTo") -> None:
    """Refuse a period that holds on no day."""
    if until <= since:
        expected = f"a day after its first, {since}: it is the day on which it does not hold any more"
        raise InvalidInput("BAD_PERIOD", end, until, expected)


def overlaps(record: Record, since: str, until: str) -> bool:
    """Tell whether a fact holds on a day of a period."""
    return record.valid_from < until and since < record.valid_to


def text(given: Given, name: str, longest: int = 200, *, needed: bool = False) -> str | None:
    """Give a text of the input without blanks around it; None where there is none.

    Raises:
        InvalidInput: too long, or empty where it is needed.
    """
    value = given.get(name)
    value = value.strip() if isinstance(value, str) else None
    if value and len(value) > longest:
        raise InvalidInput("BAD_TEXT", name, f"{value[:40]}…", f"at most {longest} characters, not {len(value)}")
    if needed and not value:
        raise InvalidInput("BAD_TEXT", name, value, "a text that is not empty")
    return value or None


def name_of(given: Given, name: str, longest: int = 200) -> str:
    """Give a name or title of the input: a text by which something can be found again.

    Raises:
        InvalidInput: too long, empty, or without a letter or digit, which all such would be found by.
    """
    value = text(given, name, longest, needed=True) or ""
    if not fold(value):
        raise InvalidInput("BAD_TEXT", name, value, "a name with a letter or digit")
    return value


def title_of(given: Given, name: str, longest: int = 200) -> str | None:
    """Give a title of the input that may be left out, or taken away. Raises `InvalidInput` as `name_of` does."""
    return name_of(given, name, longest) if text(given, name, longest) else None


def check_been(day: str, named: Named, field: str) -> None:
    """Refuse a day that is still to come, where something is said to be so already."""
    if day > named.today:
        raise InvalidInput("BAD_DATE", field, day, f"a day that has been: {named.today} or before")


def listed(value: Any) -> list[str]:
    """Give an argument that may be absent, one text, or several, as a list."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _slotted(record: Record) -> Record:
    if record.label not in SLOTTED:
        return record
    municipality, of = target(record, "IN"), target(record, "OF") or target(record, "ON")
    if municipality is None or of is None:
        return record
    return replace(record, properties={**record.properties, "slot": slot(code(municipality), of)})


def _present(properties: Mapping[str, Value | None] | None) -> dict[str, Value]:
    return {name: value for name, value in (properties or {}).items() if value is not None}


def _value(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
