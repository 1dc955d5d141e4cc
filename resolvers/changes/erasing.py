"""Erasing a person: what she holds is handed on or left, what describes her goes; the facts stay as an erased person's.

The graph's part (texts, access log, tombstone) is `graph/erasing.py`, in the same transaction.
"""

from collections.abc import Sequence
from typing import Any, Final

from graph import erasing
from graph.basis import Wanted
from graph.reads import Lookup
from resolvers.changes.handing import depart, flat, holds, successors, wants_leave
from resolvers.changes.holding import check_not_merged
from resolvers.changes.operation import Case, Draft, Named, Operation, listed
from resolvers.errors import InvalidInput

NAME: Final = "erasePerson"


def _erase(case: Case) -> Draft:
    named = case.named
    who, day = named.key("person"), named.today
    node = case.things[who]
    check_not_merged(node.thing, "person")
    _check_reason(case, who)
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
    draft = Draft(day, erases=who)
    depart(case, draft, who, day)
    described: dict[str, Any] = dict.fromkeys(("jobTitle", "unit"))
    described |= dict.fromkeys(("contactKinds", "contactValues", "contactClasses"), ())
    gone = {"toSeq": case.seq + 1} | ({} if "leftOn" in node.thing.properties else {"leftOn": day})
    draft.edit(node, {"name": erasing.NAME, "folded": "", **described, **gone})
    draft.shows["person"] = {"keys": [who]}
    return draft


def _check_reason(case: Case, who: str) -> None:
    """Refuse a reason that names her: it would stay."""
    properties = case.things[who].thing.properties
    reason = case.given.get("reason")
    contacts: Any = properties.get("contactValues", ())
    if reason is not None and erasing.names(reason, str(properties["name"]), contacts):
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
        lookups=(Lookup("person", "Person"), Lookup("successorPersons", "Person", many=True)),
        facts=("successorAssignments", "vacancies"), edits=("person",), shape=flat,
        ahead={"erase person": erasing.STATEMENT},
    ),
)  # fmt: skip
"""The operation that erases."""
