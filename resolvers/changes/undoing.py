"""Undoing a change: what it recorded is taken back, what it closed is believed again, as a change of its own."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from graph import basis
from graph.basis import Node, Row, Wanted
from graph.model import Record, Thing
from graph.shape import OPEN_DATE
from resolvers.changes import chains
from resolvers.changes.apart import check_alone, wanted_beside
from resolvers.changes.attesting import holders
from resolvers.changes.covering import CONTACTS, check_covers, check_twice, contact_until, cut_reports
from resolvers.changes.holding import check_holds, check_there
from resolvers.changes.operation import Case, Draft, Named, Operation, target
from resolvers.errors import InvalidInput

FIELD: Final = "change"
MOST: Final = basis.MOST_UNDONE


class Undone:
    """What the change to undo did, as the graph has it now."""

    def __init__(self, named: Named) -> None:
        if named.undone is None:
            raise InvalidInput("UNKNOWN_CHANGE", FIELD, named.given[FIELD], "the seq of a change in the log")
        change, recorded, closed, touched, last_undo = named.undone
        self.change: dict[str, Any] = change
        self.recorded = [basis.row(row) for row in recorded]
        self.closed = [basis.row(row) for row in closed]
        self.touched = [basis.node(row) for row in touched]
        self.last_undo: tuple[int, int] | None = last_undo
        """Undone, and that undone again, and so on: the number of the last of these changes, and the how many-eth it is."""

    @property
    def seq(self) -> int:
        """The change's number."""
        return int(self.change["seq"])

    def stays(self, node: Node) -> bool:
        """Tell whether it is somebody whom the change brought beside facts: who stays, and holds nothing any more."""
        facts = bool(self.recorded or self.closed)
        return facts and node.from_seq == self.seq and node.thing.label in ("Person", "Mailbox")

    @property
    def slots(self) -> list[str]:
        """The places that it touched."""
        rows = (*self.recorded, *self.closed)
        return sorted({str(row.record.properties["slot"]) for row in rows if "slot" in row.record.properties})


def _undo(case: Case) -> Draft:
    undone = Undone(case.named)
    _check(undone)
    recorded = _as_believed(case, undone)
    _check_things(undone)
    _check_erased(case, undone)
    draft = Draft(_first_day(undone, case.named.today), undoes=undone.seq)
    for row in recorded:
        draft.retract(row)
    _believe_again(case, draft, undone)
    for node in undone.touched:
        if not undone.stays(node):
            _restore(draft, node, undone)
    _check_after(case, draft, undone)
    keys = [row.record.key for row in undone.closed]
    draft.shows |= {"undone": {"seq": undone.seq}, "facts": {"keys": keys}}
    return draft


def _believe_again(case: Case, draft: Draft, undone: Undone) -> None:
    """Record anew what the change closed; what is reported of a contact ends with who is one, as this leaves it.

    What was said to be right is so again where nobody has come or gone since.
    """
    reports = [row.record for row in undone.closed if row.record.label == "Report"]
    for row in undone.closed:
        if row.record.label == "Confirmation" and not _is_right_again(case, undone, row.record):
            continue
        if row.record.label != "Report":
            draft.restore(row.record)
    for report in reports:
        ends = contact_until(case, draft, str(report.properties["slot"]), str(target(report, "ABOUT")))
        if report.valid_from < ends:
            draft.restore(replace(report, valid_to=min(report.valid_to, ends)))
    for row in undone.recorded:
        if row.record.label in CONTACTS:
            cut_reports(case, draft, row.record)


def _is_right_again(case: Case, undone: Undone, said: Record) -> bool:
    """Tell whether those hold the place on its day who did when the change had been made; undoing it brings back who did before."""
    here = [
        row
        for row in case.records
        if (row.record.label, row.record.properties.get("slot")) == ("Assignment", said.properties["slot"])
    ]
    then = (row.record for row in here if row.from_seq <= undone.seq < row.to_seq)
    now = (row.record for row in here if row.is_open)
    return holders(then, said.valid_from) == holders(now, said.valid_from)


def _first_day(undone: Undone, today: str) -> str:
    """Tell the first day from today on that the change made another one of: the day of the answers that are shown.

    Where it is about the past alone, or about things, it is today.
    """
    ends = {end for row in (*undone.recorded, *undone.closed) for end in (row.record.valid_from, row.record.valid_to)}
    days = [today, *sorted(day for day in ends if today < day < OPEN_DATE)]
    return next((day for day in days if _holding(undone.recorded, day) != _holding(undone.closed, day)), today)


def _holding(rows: Sequence[Row], day: str) -> set[tuple[Any, ...]]:
    """Give what facts say that hold on a day, whenever else they do."""
    return {_says(replace(row.record, valid_from="", valid_to="")) for row in rows if row.record.holds_on(day)}


def _check(undone: Undone) -> None:
    """Refuse where it is undone already, or where there is nothing, or too much, to go back to."""
    seq = undone.seq
    if undone.last_undo is not None:
        by, times = undone.last_undo
        expected = (
            f"a change that is not undone yet; change {by} undid it"
            if times % 2
            else f"to undo change {by} instead: it brought this one back"
        )
        raise InvalidInput("CANNOT_UNDO", FIELD, seq, expected)
    if not (undone.recorded or undone.closed or undone.touched):
        raise InvalidInput("CANNOT_UNDO", FIELD, seq, "a change that changed facts or things")
    if max(len(undone.recorded), len(undone.closed), len(undone.touched)) > MOST:
        expected = f"a change of at most {MOST} facts and things; a larger import is taken back by importing an export made before it"
        raise InvalidInput("CANNOT_UNDO", FIELD, seq, expected)


def _check_things(undone: Undone) -> None:
    """Refuse where a thing that the change brought stays, or was edited again since."""
    seq = undone.seq
    for node in undone.touched:
        if undone.stays(node):
            continue
        if node.from_seq == seq:
            expected = f"a change that brought nothing; {node.thing.key} stays: {_instead(undone, node.thing)}"
            raise InvalidInput("CANNOT_UNDO", FIELD, seq, expected).telling(node.thing.key)
        if (name := _edited_again(undone, node)) is not None:
            key = node.thing.key
            expected = f"to undo what changed {name} of {key} again first; change {node.seq} was the last to edit it"
            raise InvalidInput("CANNOT_UNDO", FIELD, seq, expected).telling(key)


def _as_believed(case: Case, undone: Undone) -> list[Row]:
    """Give the facts that the change recorded as they are believed now.

    What came after and was undone is as if it had not been: then the same was recorded anew.

    Raises:
        InvalidInput: one says something else since, or is not believed any more, and what to undo first.
    """
    believed = {row.record.key: row for row in case.records if row.is_open}
    found = []
    for row in undone.recorded:
        now = row if row.is_open else believed.get(row.record.key)
        if now is None or _says(now.record) != _says(row.record):
            raise _rests(case, undone, row.record)
        found.append(now)
    return found


def _says(record: Record) -> tuple[Any, ...]:
    """Give what a fact says, so that two records can be compared."""
    arrows = tuple(sorted(record.arrows, key=str))
    return record.key, record.valid_from, record.valid_to, tuple(sorted(record.properties.items())), arrows


def _rests(case: Case, undone: Undone, record: Record) -> InvalidInput:
    """Say what rests on a fact that is not believed any more: a later change, or that somebody was erased, which stays."""
    if gone := next((end for end in _whom(record) if _is_erased(case.things.get(end))), None):
        return _erased(undone, gone)
    since = [row for row in case.records if row.record.key == record.key and row.from_seq >= undone.seq]
    later = _to_undo_first(since)
    expected = f"to undo change {later} first: it rests on this one ({record.key})"
    return InvalidInput("CANNOT_UNDO", FIELD, undone.seq, expected)


def _to_undo_first(versions: Sequence[Row]) -> int:
    """Tell which of the changes that made these versions of a fact, one after the other, is to be undone first.

    Where one says what an earlier one said, what came between was undone, and is passed over.
    """
    *_, last = versions = sorted(versions, key=lambda row: row.from_seq)
    if not last.is_open:
        return last.to_seq
    steps: dict[tuple[Any, ...], int] = {}
    for row in versions:
        says = _says(row.record)
        if says in steps:
            while next(reversed(steps)) != says:
                steps.popitem()
        else:
            steps[says] = row.from_seq
    return next(reversed(steps.values()))


def _edited_again(undone: Undone, node: Node) -> str | None:
    """Give what of a thing is not any more as the change left it; None where only something else was edited since.

    What describes a person is not compared: the log does not have it, and so does not give it back either.
    """
    for name, _, after in _logged(undone, node):
        if after and not _is_still(node, name, json.loads(after)):
            return name
    return None


def _is_still(node: Node, name: str, after: Any) -> bool:
    """Tell whether a property, or the ends of an arrow, are as the log has them."""
    if name.isupper():
        return sorted(after) == sorted(arrow.target for arrow in node.thing.arrows if arrow.type == name)
    value = node.thing.properties.get(name)
    return bool(after == (list(value) if isinstance(value, tuple) else value))


def _logged(undone: Undone, node: Node) -> list[tuple[str, str, str]]:
    """Give what the log kept of a thing's edit: name, before and after; four texts an edit."""
    log: Sequence[str] = undone.change["edits"]
    return [(log[i + 1], log[i + 2], log[i + 3]) for i in range(0, len(log), 4) if log[i] == node.thing.key]


def _instead(undone: Undone, thing: Thing) -> str:
    """Say what can be done about a thing that somebody brought by mistake."""
    first = min((row.record.valid_from for row in undone.recorded), default="")
    match thing.label:
        case "Role" | "Task":
            return f"withdraw it (withdraw{thing.label}), from a day after {first} on"
        case "Gallery":
            version = thing.properties["version"]
            return f'publish another version that replaces "{version}" (publishGallery), on a day after {first}'
        case "Person":
            return "let one who is there already stand for both (mergePeople)"
    return "end what it holds"


def _check_erased(case: Case, undone: Undone) -> None:
    """Refuse to believe again what an erased person held, and to give anything back to them."""
    nodes = [*undone.touched, *(case.things[end] for row in undone.closed for end in _whom(row.record))]
    if gone := next((node.thing.key for node in nodes if _is_erased(node)), None):
        raise _erased(undone, gone)


def _erased(undone: Undone, key: str) -> InvalidInput:
    return InvalidInput("CANNOT_UNDO", FIELD, undone.seq, f"a change that is not about {key}, who was erased")


def _is_erased(node: Node | None) -> bool:
    return node is not None and "erasedAt" in node.thing.properties


def _whom(record: Record) -> list[str]:
    """Give the keys of whom a fact is about."""
    return [end for kind in ("HELD_BY", "FOR", "ABOUT") if (end := target(record, kind)) is not None]


def _restore(draft: Draft, node: Node, undone: Undone) -> None:
    """Give a thing the values back that the log kept."""
    mine = [(name, before) for name, before, _ in _logged(undone, node)]
    if any(not before for _, before in mine):
        expected = (
            "to change it by hand: what describes a person is current only, and the log does not keep what it was"
        )
        raise InvalidInput("CANNOT_UNDO", FIELD, undone.seq, expected)
    values = {name: json.loads(before) for name, before in mine}
    arrows = {name: ends for name, ends in values.items() if name.isupper()}
    draft.edit(node, {name: value for name, value in values.items() if not name.isupper()}, arrows)


def _check_after(case: Case, draft: Draft, undone: Undone) -> None:
    """Hold what is believed again to the rules for what is written anew: others may have come meanwhile.

    What was believed together before the change may be so again, also where a newer rule would not let it be written.
    """
    later = replace(case, records=_come_since(case.records, undone.seq))
    alone = replace(draft, records=[])
    for record in draft.records:
        if record.label == "Assignment":
            check_holds(later, alone, record, (FIELD, FIELD, FIELD))
        elif record.label == "StandIn":
            check_there(later, alone, record, FIELD)
            check_twice(later, alone, record, FIELD)
        check_alone(later, alone, record, FIELD)
    for slot in undone.slots:
        check_covers(case, draft, slot, FIELD)
    chains.check_touched(case, draft, FIELD)


def _come_since(rows: Sequence[Row], seq: int) -> list[Row]:
    """Give what came after a change; of a role that a gallery version has defined since, the older definitions too.

    Until when it is defined all of them tell together.
    """
    come = [row for row in rows if row.from_seq > seq]
    roles = {target(row.record, "OF") for row in come if row.record.label == "Definition"}
    older = (row for row in rows if row.from_seq <= seq and row.record.label == "Definition")
    return [*come, *(row for row in older if target(row.record, "OF") in roles)]


def _wants(named: Named) -> Wanted:
    undone = Undone(named)
    roles = {key for row in undone.closed if (key := target(row.record, "OF")) is not None}
    people = {key for row in (*undone.recorded, *undone.closed) for key in _whom(row.record)}
    things = sorted(roles | people)
    beside = [wanted_beside(row.record) for row in undone.closed]
    touched = {row.record.label for row in (*undone.recorded, *undone.closed)}
    return Wanted(
        slots=undone.slots,
        held=sorted(
            {str(row.record.properties["slot"]) for row in undone.closed if row.record.label == "Confirmation"}
        ),
        reported=sorted({slot for wanted in beside for slot in wanted.reported}),
        about=sorted({key for wanted in beside for key in wanted.about}),
        terms=sorted({key for wanted in beside for key in wanted.terms}),
        named=sorted({key for wanted in beside for key in wanted.named}),
        things=things,
        versions=[row.record.key for row in undone.recorded if not row.is_open],
        defined=[key for key in things if key.startswith("role:")],
        chains=[""] if touched & {"Escalation", "Translation"} else [],
        needs=[""] if "Requirement" in touched else [],
    )


UNDO: Final = Operation("undo", "ChangeUndone", _undo, _wants, changes=(FIELD,))
"""The operation that undoes another."""
OPERATIONS: Final = (UNDO,)
