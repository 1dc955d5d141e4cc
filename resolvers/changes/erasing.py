"""Erasing a person: what she holds is handed on or left, what describes her goes; the facts stay as an erased person's.

The graph's part (texts, access log, tombstone) is `graph/erasing.py`, in the same transaction.
"""

from collections.abc import Sequence
from typing import Any, Final

from graph import erasing
from graph.basis import Node, Wanted
from graph.reads import Lookup
from graph.recording import Edit
from resolvers.changes.handing import SUCCESSORS, depart, flat, holds, successors, wants_leave
from resolvers.changes.holding import check_not_merged
from resolvers.changes.operation import Case, Draft, Given, Named, Operation, listed
from resolvers.errors import InvalidInput

NAME: Final = "erasePerson"
MOST_NAMES: Final = 20
SHORTEST: Final = 8
SHORTEST_SUBJECT: Final = 5
LONGEST: Final = 254


def _erase(case: Case) -> Draft:
    named = case.named
    who, day = named.key("person"), named.today
    node = case.things[who]
    also = _also(case.given)
    _check_reason(case, who, also)
    if "erasedAt" in node.thing.properties and also:
        return _completed(case, node, also)
    check_not_merged(node.thing, "person")
    vacant = set(listed(case.given.get("vacancies")))
    held = {row.record.key for row in holds(case, who, day)}
    if unknown := vacant - held:
        raise InvalidInput("UNKNOWN_FACT", "vacancies", min(unknown), f"an assignment that {who} holds today or later")
    if twice := vacant & successors(case).keys():
        raise InvalidInput(
            "CONTRADICTION", "vacancies", min(twice), "an assignment with a successor or a vacancy, not both"
        )
    if left := sorted(held - vacant - successors(case).keys()):
        expected = f"a successor or a vacancy for everything that they hold: {_told(left)}"
        raise InvalidInput("HOLDS_ROLES", "person", who, expected)
    draft = Draft(day, erases=who, also=also)
    depart(case, draft, who, day)
    described: dict[str, Any] = dict.fromkeys(("jobTitle", "unit"))
    described |= dict.fromkeys(("contactKinds", "contactValues", "contactClasses"), ())
    gone = {"toSeq": case.seq + 1} | ({} if "leftOn" in node.thing.properties else {"leftOn": day})
    draft.edit(node, {"name": erasing.NAME, "folded": "", **described, **gone})
    draft.shows["person"] = {"keys": [who]}
    return draft


def _completed(case: Case, node: Node, also: Sequence[str]) -> Draft:
    """Take out what is left of somebody who was erased: by what they were called, which nobody knows here any more."""
    if field := next((name for name in ("successors", "vacancies") if case.given.get(name)), None):
        raise InvalidInput("CONTRADICTION", field, case.given[field], f"nothing: {node.thing.key} was erased already")
    draft = Draft(case.named.today, erases=node.thing.key, also=also)
    draft.edits.append(Edit(node.id, node.thing, {}))  # they stay as they are; the log tells that it was done
    nothing: dict[str, Any] = {"keys": []}
    draft.shows |= {"person": {"keys": [node.thing.key]}, "ended": nothing, "appointed": nothing}
    return draft


def _also(given: Given) -> list[str]:
    """Give the former names and contact points of the input.

    Raises:
        InvalidInput: too many, or one that is found in too much.
    """
    names = [one.strip() for one in given.get("formerNames") or []]
    if len(names) > MOST_NAMES:
        raise InvalidInput("TOO_MANY", "formerNames", len(names), f"at most {MOST_NAMES} names and contact points")
    for name in names:
        if not _is_found_in_little(name) or len(name) > LONGEST:
            shown = f"{name[:40]}…" if len(name) > LONGEST else name
            expected = f"a name of two words or more, or an address or number of {SHORTEST} to {LONGEST} characters"
            raise InvalidInput("BAD_TEXT", "formerNames", shown, expected)
    return names


def _is_found_in_little(name: str) -> bool:
    if erasing.is_subject(name):
        return len(name) >= SHORTEST_SUBJECT
    return len(name) >= SHORTEST if erasing.is_value(name) else len(name.split()) > 1


def _check_reason(case: Case, who: str, also: Sequence[str]) -> None:
    """Refuse a reason that names her: it would stay."""
    properties = case.things[who].thing.properties
    reason = case.given.get("reason")
    contacts: Any = properties.get("contactValues", ())
    name = "" if "erasedAt" in properties else str(properties["name"])
    if reason is not None and erasing.names(reason, " ".join((name, *also)), contacts):
        raise InvalidInput("BAD_TEXT", "reason", reason, "a reason that does not name the person: it stays in the log")


def _told(keys: Sequence[str]) -> str:
    return ", ".join(keys[:10]) + (f" and {len(keys) - 10} more" if len(keys) > 10 else "")


def _wants(named: Named) -> Wanted:
    for key in listed(named.given.get("vacancies")):
        named.fact_of("vacancies", key, "Assignment")
    return wants_leave(named)


OPERATIONS: Final = (
    Operation(
        NAME, "PersonErased", _erase, _wants,
        lookups=(Lookup("person", "Person", erased=True), *SUCCESSORS),
        facts=("successorAssignments", "vacancies"), edits=("person",), shape=flat,
        ahead={"erase person": erasing.STATEMENT}, seconds=erasing.SECONDS,
    ),
)  # fmt: skip
"""The operation that erases."""
