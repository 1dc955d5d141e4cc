"""Who may change what: an editor what is the municipality's own, KOMBIT's editors what belongs to no municipality.

Which changes an audience may ask for at all stands in the table (`resolvers/access.py`). Here is told whether this one is
theirs: once before it is decided, since a refusal can tell what is there, and once of the draft, by all that it touches.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from graph.basis import Row
from graph.driver import Statement
from graph.erasing import is_subject
from graph.model import Record, Scope, Thing
from graph.shape import kind_of
from resolvers.audiences import ROLE_DOMAINS
from resolvers.changes.operation import Case, Draft, Named, Operation, code, listed, target
from resolvers.context import Viewer
from resolvers.errors import NotAllowed

REPORT: Final = "reportContact"
"""The one change that is not for editors alone: whoever sees a contact may say that it is wrong."""
_HIDDEN: Final = frozenset({"Report", "Progress", "Agreement"})
"""Facts that nobody but their own municipality and KOMBIT may see (`access.ROWS`)."""
_BELONGING: Final = frozenset({"Person", "Mailbox"})
_EITHER: Final = frozenset({"useErpSystem", "undo", "end", "correct", "retract"})
"""Changes of which only the draft tells whether they are KOMBIT's."""
_SHARED: Final = frozenset({kind_of("Usage")})
"""What both a municipality and KOMBIT keep right."""
_SEQ: Final = "ifSeq: the log of that place is not yours to read; leave it out."
_SUBJECT: Final = (
    "formerNames: what somebody did is found by how their tokens call them for who operates the installation alone."
)
_CUSTOMER: Final = """\
MATCH (:Counter {key: 'counter'})
RETURN EXISTS {
  MATCH (:Municipality {key: $p.municipality})<-[:BY]-(u:Usage)-[:OF]->(:ErpSystem)-[:SUPPLIED_BY]->(:Vendor {key: $p.vendor})
  WHERE u.toSeq = 9007199254740991 AND u.validFrom <= $p.day AND $p.day < u.validTo
} AS found, head(COLLECT { MATCH (r:Role {key: $p.role}) RETURN r.domain }) AS domain"""


def hides(viewer: Viewer, record: Record) -> bool:
    """Tell whether a fact is for the viewer as if it were not there."""
    own = viewer.audience in ("local", "kombit") or viewer.municipality == _place(record)
    return record.label in _HIDDEN and not own


def told_of(viewer: Viewer, named: Named, rows: Sequence[Row]) -> list[Row]:
    """Leave out what nothing may be decided by: for a vendor all but the place that it names, since it is shown no other."""
    if viewer.audience != "vendor":
        return list(rows)
    return [row for row in rows if row.record.properties.get("slot") == named.place()]


def hides_change(viewer: Viewer, undone: Any) -> bool:
    """Tell whether a change of the log is for the viewer as if it were not there (`basis` gives it with what it did)."""
    if undone is None or viewer.audience in ("local", "kombit"):
        return False
    told = undone[0]
    places = told.get("municipalities") or []
    return told.get("actor") != viewer.actor and bool(places) and viewer.municipality not in places


def customer(vendor: str, municipality: str, role: str, day: str) -> Statement:
    """Give the statement that tells whether a municipality uses an ERP system of a vendor on a day, and a role's domain."""
    params = {"vendor": vendor, "municipality": municipality, "role": role, "day": day}
    return Statement("change customer", _CUSTOMER, params)


def check_case(viewer: Viewer, operation: Operation, case: Case) -> None:
    """Refuse a change of something else than the viewer's own, before it is decided.

    Raises:
        NotAllowed: a municipality that is named, a fact, somebody edited or a change undone is not the viewer's own.
    """
    if viewer.audience == "local":
        return
    if operation.name == REPORT:
        followed = viewer.audience == "kombit" or viewer.municipality == code(case.named.key("municipality"))
        if case.given.get("ifSeq") is not None and not followed:
            raise NotAllowed("ifSeq", case.given["ifSeq"], "no ifSeq, where the log is another's", _SEQ)
        return
    if _is_own_report(viewer, case.named):
        return
    for field, where in _named(operation, case):
        if viewer.audience == "municipality" and where != viewer.municipality:
            raise _not_own(viewer, field, where)
        if viewer.audience == "kombit" and where and operation.name not in _EITHER:
            raise _not_own(viewer, field, where)


def check_draft(viewer: Viewer, operation: Operation, named: Named, draft: Draft) -> None:
    """Refuse a draft that touches anything else than the viewer's own.

    Raises:
        NotAllowed: so it is; or it is to take out of the logs what was done with a token of somebody, which the operator alone may.
    """
    subjects = [one for one in draft.also if is_subject(one)]
    if subjects and viewer.audience != "local":
        raise NotAllowed(
            "formerNames", subjects[0], "what texts call the person: names, addresses and numbers", _SUBJECT
        )
    if operation.name != REPORT and not draft.empty and not _is_own_report(viewer, named):
        edited = {edit.key for edit in draft.edits}
        closes = [row for row in draft.closes if not settled(row.record, edited)]
        records = [record for record in draft.records if not settled(record, edited)]
        check_scope(viewer, operation.name, replace(draft, closes=closes, records=records).scope)


def _is_own_report(viewer: Viewer, named: Named) -> bool:
    """Tell whether what is undone is that the viewer said that a contact is wrong: who may say so anywhere may take it back there."""
    change = named.undone[0] if named.undone else {}
    return change.get("operation") == REPORT and change.get("actor") == viewer.actor


def settled(record: Record, edited: Collection[str]) -> bool:
    """Tell whether it is a report about somebody who is edited: that it is settled is part of their edit, wherever it was made."""
    return record.label == "Report" and target(record, "ABOUT") in edited


def check_scope(viewer: Viewer, field: str, scope: Scope) -> None:
    """Refuse what is about anything else than the viewer's own; `field` is what is told of as refused.

    Raises:
        NotAllowed: so it is.
    """
    if viewer.audience == "local":
        return
    if viewer.audience == "municipality":
        if scope.everywhere or scope.codes != {viewer.municipality}:
            others = sorted(scope.codes - {viewer.municipality})
            raise _not_own(viewer, field, ", ".join(others) if others else "")
    elif scope.codes and not scope.kinds <= _SHARED:
        raise _not_own(viewer, field, ", ".join(sorted(scope.codes)))


def check_customer(named: Named, *, found: bool, domain: str) -> None:
    """Refuse a vendor's report on a municipality that is not its customer, or on a role that is not for vendors.

    Raises:
        NotAllowed: so it is.
    """
    if not found:
        where = named.given.get("municipality")
        raise NotAllowed("municipality", where, "a municipality that uses one of your ERP systems today")
    if domain not in ROLE_DOMAINS["vendor"]:
        raise NotAllowed("role", named.given.get("role"), f"a role of {', '.join(ROLE_DOMAINS['vendor'])}")


def _named(operation: Operation, case: Case) -> Iterator[tuple[str, str]]:
    """Give what the change is about, by field of the input: the code of its municipality, or nothing where it has none."""
    named = case.named
    for lookup in operation.lookups:
        if lookup.label == "Municipality":
            yield from ((lookup.argument, code(key)) for key in listed(named.keys.get(lookup.argument)))
    for argument in operation.facts:
        facts = (named.facts.get(key) for key in listed(named.given.get(argument)))
        yield from ((argument, _place(row.record)) for row in facts if row is not None)
    for argument in operation.edits:
        things = (case.things.get(key) for key in listed(named.keys.get(argument)))
        yield from ((argument, _place(node.thing)) for node in things if node and node.thing.label in _BELONGING)
    if operation.changes and named.undone is not None:
        yield from ((operation.changes[0], where) for where in named.undone[0].get("municipalities") or [""])


def _place(node: Thing | Record) -> str:
    """Give the code of the municipality that a fact, a person or a mailbox belongs to; empty where it belongs to none."""
    ends = (arrow.target for arrow in node.arrows if arrow.type in ("IN", "BY", "BELONGS_TO"))
    return next((code(end) for end in ends if end.startswith("municipality:")), "")


def _not_own(viewer: Viewer, field: str, where: str) -> NotAllowed:
    own = (
        f"what is municipality {viewer.municipality}'s own"
        if viewer.municipality
        else "what belongs to no municipality"
    )
    return NotAllowed(field, where or None, own)
