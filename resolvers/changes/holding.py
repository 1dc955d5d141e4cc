"""Who holds a role: what lets somebody hold it, and appointing them (rules 7 and 9)."""

from collections.abc import Callable, Iterable
from typing import Final

from graph.basis import Wanted
from graph.model import Record, Thing
from graph.reads import Lookup
from graph.shape import OPEN_DATE
from resolvers.changes.operation import (
    Case,
    Draft,
    Given,
    Named,
    Operation,
    believed_after,
    overlaps,
    period,
    span,
    target,
    until,
)
from resolvers.dates import day_of
from resolvers.errors import InvalidInput

HOLDERS: Final = (Lookup("person", "Person"), Lookup("mailbox", "Mailbox"))
ROLE: Final = Lookup("role", "Role")
MUNICIPALITY: Final = Lookup("municipality", "Municipality")


def holder_field(given: Given) -> str:
    """Tell which argument of an input names the holder."""
    return "mailbox" if given.get("mailbox") else "person"


def either(given: Given, field: str = "person") -> str:
    """Tell whether an input names a `person` or a `mailbox`; `field` is what is told of as refused.

    Raises:
        InvalidInput: it names both, or neither.
    """
    person, mailbox = given.get("person"), given.get("mailbox")
    if (person is None) == (mailbox is None):
        said = "both" if person is not None else "neither"
        raise InvalidInput("CONTRADICTION", field, person, f"a person or a mailbox, not {said}")
    return "person" if person is not None else "mailbox"


def holder(named: Named) -> str:
    """Give the key of the person or mailbox that an input names.

    Raises:
        InvalidInput: it names both, or neither.
    """
    return named.key(either(named.given))


def check_holds(
    case: Case, draft: Draft, record: Record, fields: tuple[str, str, str], others: Iterable[Record] | None = None
) -> None:
    """Refuse an assignment that cannot be; `fields` are what role, holder and first day are called in the input.

    `others` are what it may collide with, where that is known: the assignments of the place after the change, or at least those of the
    same holder if the role may have several.

    Raises:
        InvalidInput: the role is withdrawn, the holder has left or is of the wrong kind, holds it already, or the role
            says that there is at most one.
    """
    role_field, holder_field, start_field = fields
    role, who = str(target(record, "OF")), str(target(record, "HELD_BY"))
    says = case.things[role].thing.properties
    check_defined(case, role, record.valid_from, role_field)
    kind = "MAILBOX" if who.startswith("mailbox:") else "PERSON"
    if says["heldBy"] not in ("ANY", kind):
        raise InvalidInput(
            "WRONG_KIND_OF_HOLDER", holder_field, who, f"a {str(says['heldBy']).lower()}: the role says so"
        )
    check_there(case, draft, record, holder_field)
    for other in (
        believed_after(case, draft, "Assignment", str(record.properties["slot"])) if others is None else others
    ):
        by_same = target(other, "HELD_BY") == who
        if not (by_same or says["wantsOneHolder"]) or other.key == record.key:
            continue
        if not overlaps(other, record.valid_from, record.valid_to):
            continue
        if by_same:
            raise InvalidInput(
                "ALREADY_HELD",
                start_field,
                record.valid_from,
                f"a period that does not overlap {other.key}, {span(other)}",
            ).telling(who)
        raise InvalidInput(
            "ONE_HOLDER", start_field, record.valid_from,
            f"a period without {other.key} ({target(other, 'HELD_BY')}), {span(other)}: the role has at most one holder; end that one or hand over",
        ).telling(target(other, "HELD_BY"))  # fmt: skip


def check_defined(case: Case, role: str, day: str, field: str) -> None:
    """Refuse a role that every gallery version has ceased to define by the day."""
    versions = [r.record for r in case.believed("Definition") if target(r.record, "OF") == role]
    if versions and all(version.valid_to <= day for version in versions):
        last = max(version.valid_to for version in versions)
        raise InvalidInput(
            "ROLE_WITHDRAWN", field, role, f"a role that the gallery defines; this one is withdrawn from {last} on"
        )


def check_there(case: Case, draft: Draft, record: Record, field: str) -> None:
    """Refuse a holder who was merged into another, or has left before the fact ends; as the change itself leaves them."""
    who = str(target(record, "HELD_BY"))
    node = case.things[who].thing
    edit = next((edit for edit in draft.edits if edit.key == who), None)
    left = node.properties.get("leftOn")
    if edit is not None:
        left = edit.properties.get("leftOn", left)
    if edit is None or "MERGED_INTO" not in edit.arrows:
        check_not_merged(node, field)
    if left is not None and record.valid_to > str(left):
        expected = f"somebody who is there {until(record.valid_to)}; this one left on {left}"
        raise InvalidInput("HAS_LEFT", field, who, expected).telling(who)


def check_not_merged(thing: Thing, field: str) -> None:
    """Refuse somebody who was merged into another, or erased."""
    if (erased := thing.properties.get("erasedAt")) is not None:
        raise InvalidInput(
            "ERASED", field, thing.key, f"somebody who was not erased; this one was on {day_of(str(erased))}"
        )
    into = target(thing, "MERGED_INTO")
    if into is not None:
        raise InvalidInput("MERGED", field, thing.key, f"{into}, into whom this one was merged").telling(into)


def solve_reports(case: Case, draft: Draft, slot: str, about: str | None, on: str = OPEN_DATE) -> None:
    """Close what was reported as wrong of a holder in a place (of anybody there: None), up to the day `on`.

    Somebody has put it right, or said that it is right. What ended with who it was about stays as it is.
    """
    for row in list(case.believed("Report", slot=slot)):
        record = row.record
        if about in (None, target(record, "ABOUT")) and record.valid_from <= on and record.valid_to > case.named.today:
            draft.retract(row)


def wants_place(*kinds: str) -> Callable[[Named], Wanted]:
    """Want what a change of a place is checked against: its facts of some kinds, its role, and who is named."""

    def wants(named: Named) -> Wanted:
        role = named.key("role")
        who = [key for name in ("person", "mailbox") if (key := named.keys.get(name))]
        return Wanted(slots=[named.place()], kinds=frozenset(kinds), things=[role, *who], defined=[role])

    return wants


def _appoint(case: Case) -> Draft:
    named = case.named
    since, ends = period(case.given, named.today)
    draft = Draft(since)
    arrows = (("OF", named.key("role")), ("IN", named.key("municipality")), ("HELD_BY", holder(named)))
    assignment = draft.add("Assignment", (since, ends), arrows)
    check_holds(case, draft, assignment, ("role", holder_field(case.given), "validFrom"))
    draft.shows["assignment"] = {"keys": [assignment.key]}
    return draft


def _wants_appointed(named: Named) -> Wanted:
    """Want what was said to be right only where it can have been said of a day on which they hold the role."""
    since, _ = period(named.given, named.today)
    said = ("Confirmation",) if since <= named.today else ()
    return wants_place("Assignment", *said)(named)


APPOINT: Final = Operation(
    "appoint", "AssignmentChanged", _appoint, _wants_appointed, lookups=(ROLE, MUNICIPALITY, *HOLDERS)
)


OPERATIONS: Final = (APPOINT,)
