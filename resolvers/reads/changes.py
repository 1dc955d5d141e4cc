"""The log, and what changes answer with: what each did, the history of a thing or fact, payloads of mutations.

A payload's fields are read like root fields: their arguments are what the change says that it did (`@arg.keys`), their
clock is the change itself (`schema/changing.py`).
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from graph.reads import Filter, Lookup, Made, Order, Paged, Read, Related, Rows, Value, one, the
from graph.shape import ARROWS, FACTS, THINGS
from resolvers.access import ROWS
from resolvers.errors import InvalidInput
from resolvers.questions import coverage, responsibility
from resolvers.reads.common import FACT, MUNICIPALITY, ROLE

_ANY_FACT: Final = "|".join(FACTS)
_ANY_THING: Final = "|".join(THINGS)


def _one(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Refuse a number and a key together, or neither."""
    seq, key = arguments.get("seq"), arguments.get("idempotencyKey")
    if (seq is None) == (key is None):
        said = "both" if key is not None else "neither"
        raise InvalidInput("CONTRADICTION", "seq", seq, f"a number or an idempotencyKey, not {said}")
    return {"seq": seq, "operationId": None, **arguments}


CHANGE: Final = Related(
    "(@x:Change)",
    "(@x.seq = @arg.seq OR @x.operationId = @arg.operationId) AND @x.seq <= @seq AND @x.seq > 0",
    many=False,
    prepare=_one,
)
"""One change, by its number or by its maker's key (`schema/binding.py` names the operation)."""


def _check_kinds(field: str, kinds: list[Any] | None, what: str) -> None:
    if kinds == []:
        raise InvalidInput("EMPTY_LIST", field, [], f"at least one kind, or no such {what} for all")


def _filtered(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    _check_kinds("filter.kinds", (arguments.get("filter") or {}).get("kinds"), "filter")
    return arguments


CHANGES: Final = Paged(
    "(@x:Change)",
    "@x.seq <= @seq AND @x.seq > 0",
    orders={"SEQ": Order("@x.seq", kind=int), "SEQ_DESC": Order("@x.seq", descending=True, kind=int)},
    filters={
        "kinds": Filter("any(@k IN @arg.filter.kinds WHERE @k IN @x.kinds)"),
        "municipality": Filter(
            "(@x.municipalities = [] OR EXISTS { (@m:Municipality {key: @found.filter.municipality}) WHERE @m.code IN @x.municipalities })"
        ),
    },
    lookups=(Lookup("filter.municipality", "Municipality"),),
    prepare=_filtered,
)
"""The log from its beginning, or from its end."""


def _followed(arguments: Mapping[str, Any]) -> dict[str, Any]:
    _check_kinds("kinds", arguments.get("kinds"), "argument")
    return dict(arguments)


FOLLOWED: Final = Related(
    "(@x:Change)",
    "@x.seq > @arg.past AND @x.seq <= @seq AND @x.seq > 0"
    " AND (@arg.kinds IS NULL OR @x.kinds IS NULL OR any(@k IN @arg.kinds WHERE @k IN @x.kinds))"
    " AND (@found.municipality IS NULL OR coalesce(@x.municipalities, []) = []"
    " OR EXISTS { (@m:Municipality {key: @found.municipality}) WHERE @m.code IN @x.municipalities })",
    "@x.seq LIMIT toInteger(@arg.limit)",
    lookups=(Lookup("municipality", "Municipality"),),
    prepare=_followed,
)
"""The subscription to the log: a page of what follows the change `past`."""


def _checked(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Check which of a change's effects are asked for.

    Raises:
        InvalidInput: out of range.
    """
    if not 1 <= arguments["first"] <= 100:
        raise InvalidInput("BAD_PAGE_SIZE", "first", arguments["first"], "a number from 1 to 100")
    if not 0 <= arguments["skip"] <= 1_000_000:
        raise InvalidInput("BAD_NUMBER", "skip", arguments["skip"], "a number from 0 to 1000000")
    return arguments


_SEEN: Final = " AND ".join(f"(NOT @y:{label} OR @visible(y:{label}))" for label in ROWS if label != "Change")
"""What must hold of a fact or thing of whatever kind."""
_EFFECTS: Final = Rows(
    "COLLECT { MATCH (@n)-[@e:RECORDED|CLOSED|TOUCHED]->(@y)"
    " WHERE (type(@e) <> 'CLOSED' OR NOT EXISTS { MATCH (@z:" + _ANY_FACT + " {key: @y.key, fromSeq: @n.seq}) })"
    " AND " + _SEEN + " WITH @n, @e, @y ORDER BY @y.key, type(@e) SKIP toInteger(@arg.skip) LIMIT toInteger(@arg.first)"
    " WITH @n, @e, @y, head([(@n)-[:CLOSED]->(@b) WHERE @b.key = @y.key | @b.fromSeq]) AS @before"
    " RETURN [CASE WHEN type(@e) = 'CLOSED' THEN 'TAKEN_BACK' WHEN type(@e) = 'TOUCHED' THEN"
    " CASE WHEN @y.fromSeq = @n.seq THEN 'BROUGHT' ELSE 'EDITED' END"
    " WHEN @before IS NULL THEN 'ADDED' ELSE 'SUPERSEDED' END,"
    " @y.key, CASE WHEN type(@e) = 'RECORDED' THEN @y.fromSeq END, @before, @n.edits] AS row }",
    prepare=_checked,
)


def _plain(value: str) -> str | None:
    """Show a value that the log keeps as JSON: texts as they are."""
    if not value:
        return None
    kept = json.loads(value)
    return kept if kept is None or isinstance(kept, str) else value


_TELLING: Final = {
    ("Name", "NAMES"), ("Escalation", "FROM"), ("Definition", "OF"), ("Definition", "BY"),
    ("Terms", "OF"), ("Addressing", "BY"), ("Requirement", "BY"),
}  # fmt: skip
"""The facts that say what a thing itself is, with the arrow that leads to it; not who holds it, uses it, or how far it is."""


def _history(label: str) -> Related:
    if label in THINGS:
        said = [arrow for arrow in ARROWS if (arrow.source, arrow.type) in _TELLING and label in arrow.targets]
        if not said:
            return Related("(@n)<-[:TOUCHED]-(@x:Change)", "@x.seq <= @seq", "@x.seq")
        found = " UNION ".join(
            f"MATCH (@n)<-[:{arrow.type}]-(@f:{arrow.source})<-[:RECORDED|CLOSED]-(@x:Change) RETURN @x"
            for arrow in said
        )
        touched = "MATCH (@n)<-[:TOUCHED]-(@x:Change) RETURN @x"
        return Related(f"(@n) CALL (@n) {{ {touched} UNION {found} }} WITH *", "@x.seq <= @seq", "@x.seq")
    return Related(
        f"(@r:{label} {{key: @n.key}})<-[@e:RECORDED|CLOSED]-(@x:Change)",
        "@r.fromSeq >= 0 AND @x.seq <= @seq AND (type(@e) = 'RECORDED' OR NOT EXISTS"
        f" {{ (@x)-[:RECORDED]->(@o:{label}) WHERE @o.key = @n.key }})",
        "@x.seq",
    )


HISTORY: Final[dict[str, Read]] = {label: _history(label) for label in (*THINGS, *FACTS)}
"""For each type of things and facts, the changes that touched it, or what it is said to be, the first first."""


def _shown(label: str, *, many: bool = False) -> Related:
    """Read what a change shows: a fact as it is believed after it, or a thing."""
    known = "@known(x)" if label in FACTS or label == "Fact" else "@x.fromSeq <= @seq"
    labels = _ANY_FACT if label == "Fact" else label
    return Related(f"(@x:{labels})", f"@x.key IN @arg.keys AND {known}", "@x.key", many=many)


CHANGED: Final[dict[str, Read]] = {
    "change": Related("(@x:Change {seq: @arg.seq})", many=False),
    "dryRun": Value("@arg.dry"),
    "repeated": Value("@arg.repeated"),
    "answers": responsibility.TOUCHED,
    "cells": coverage.TOUCHED,
}
"""What every payload has."""

_CARRIED: Final = (
    "(@m:Municipality {key: @arg.municipality}) CALL (@m, @seq) { MATCH (@c:Role {key: @arg.role})"
    " (()<-[:CARRIED_BY]-(@k:Translation)-[:OF]->() WHERE @k.slot STARTS WITH @m.code + '|' AND @valid(k) AND @visible(k:Translation)){0,8}"
    " (@r:Role)"
)
"""A role, and those that it carries in a municipality, also by others; what follows is within its braces."""
_FAILURE: Final[dict[str, Read]] = {
    name: Value(f"@arg.{name}") for name in ("message", "code", "field", "value", "expected")
}
PAYLOADS: Final[dict[str, dict[str, Read]]] = {
    "AssignmentChanged": {**CHANGED, "assignment": _shown("Assignment")},
    "StandInsChanged": {**CHANGED, "standIns": _shown("StandIn", many=True)},
    "FactChanged": {**CHANGED, "fact": _shown("Fact")},
    "VacancyChanged": {**CHANGED, "vacancy": _shown("Vacancy")},
    "ConfirmationChanged": {**CHANGED, "confirmation": _shown("Confirmation")},
    "ReportChanged": {**CHANGED, "report": _shown("Report")},
    "TranslationChanged": {**CHANGED, "translation": _shown("Translation")},
    "PersonChanged": {**CHANGED, "person": _shown("Person")},
    "MailboxChanged": {**CHANGED, "mailbox": _shown("Mailbox")},
    "RoleChanged": {**CHANGED, "role": _shown("Role")},
    "GalleryChanged": {**CHANGED, "gallery": _shown("Gallery")},
    "TaskChanged": {**CHANGED, "task": _shown("Task")},
    "ProgressChanged": {**CHANGED, "progress": _shown("Progress")},
    "UsageChanged": {**CHANGED, "usage": _shown("Usage")},
    "HandedOver": {
        **CHANGED,
        "ended": _shown("Assignment"),
        "appointed": _shown("Assignment"),
        "predecessor": Related("(@x:Person|Mailbox)", "@x.key = @arg.key", many=False),
        "successor": Related("(@x:Person|Mailbox)", "@x.key = @arg.key", many=False),
        "openTasks": Related(
            f"{_CARRIED}<-[:TO]-(@d:Addressing)-[:BY]->(@t:Task) WHERE @valid(d) RETURN DISTINCT @t }} WITH *",
            "EXISTS { MATCH (@t)<-[:OF]-(@s:Terms) WHERE @valid(s) } AND NOT EXISTS"
            " { MATCH (@p:Progress {slot: @m.code + '|' + @t.key}) WHERE @valid(p) AND @p.state = 'DONE' AND @visible(p:Progress) }",
            "@t.code",
            bind={"n": "t", "m": "m"},
        ),
        "translation": Related("(@x:Translation {slot: @arg.slot})", "@valid(x)", "@x.validFrom DESC", many=False),
        "translations": Related(
            f"{_CARRIED} RETURN DISTINCT @r }} MATCH (@x:Translation {{slot: @m.code + '|' + @r.key}})",
            "@valid(x) AND @visible(x:Translation)",
            "@r.key <> @arg.role, @r.order, @x.key",
        ),
    },
    "PersonLeft": {
        **CHANGED,
        "person": _shown("Person"),
        "ended": _shown("Assignment", many=True),
        "appointed": _shown("Assignment", many=True),
    },
    "PersonErased": {
        **CHANGED,
        "person": _shown("Person"),
        "ended": _shown("Assignment", many=True),
        "appointed": _shown("Assignment", many=True),
    },
    "ChangeUndone": {
        **CHANGED,
        "undone": Related("(@x:Change {seq: @arg.seq})", many=False),
        "facts": _shown("Fact", many=True),
    },
    "InvalidInput": _FAILURE,
    "NotAllowed": _FAILURE,
    "Conflict": {
        **_FAILURE,
        "changes": Related("(@x:Change)", "@x.seq IN @arg.seqs", "@x.seq"),
    },
}
"""What each mutation can answer with."""

READS: Final[dict[str, dict[str, Read]]] = {
    "Change": {
        "seq": Value("@n.seq"),
        "at": Value("@n.at"),
        "actor": Value("@n.actor"),
        "operation": Value("@n.operation"),
        "reason": Value("@n.reason"),
        "kinds": Value("@n.kinds"),
        "municipalities": Related("(@x:Municipality)", "@x.code IN @n.municipalities", "@x.code"),
        "undoes": the("(@n)-[:UNDOES]->(@x:Change)"),
        "undoneBy": one("(@n)<-[:UNDOES]-(@x:Change)", "@x.seq <= @seq"),
        "effects": _EFFECTS,
    },
    "Effect": {
        "kind": Value("@n[0]"),
        "after": one(f"(@x:{_ANY_FACT} {{key: @n[1], fromSeq: @n[2]}})"),
        "before": one(f"(@x:{_ANY_FACT} {{key: @n[1], fromSeq: @n[3]}})"),
        "thing": one(f"(@x:{_ANY_THING} {{key: @n[1]}})"),
        "edits": Rows("[@i IN range(0, size(@n[4]) - 1, 4) WHERE @n[4][@i] = @n[1] | @n[4][@i..@i + 4]]"),
    },
    "Edit": {
        "property": Value("@n[1]"),
        "before": Made(_plain, ("@n[2]",)),
        "after": Made(_plain, ("@n[3]",)),
        "isPersonal": Value("@n[2] = ''"),
    },
    "Confirmation": {**FACT, "role": ROLE, "municipality": MUNICIPALITY, "by": Value("@n.by")},
    "Report": {
        **FACT,
        "role": ROLE,
        "municipality": MUNICIPALITY,
        "holder": the("(@n)-[:ABOUT]->(@x:Person|Mailbox)"),
        "comment": Value("@n.comment"),
        "by": Value("@n.by"),
    },
    "Definition": {
        **FACT,
        "gallery": the("(@n)-[:BY]->(@x:Gallery)"),
        "role": the("(@n)-[:OF]->(@x:Role)"),
    },
    "Requirement": {**FACT, "task": the("(@n)-[:BY]->(@x:Task)"), "requires": the("(@n)-[:ON]->(@x:Task)")},
    "Terms": {
        **FACT,
        "task": the("(@n)-[:OF]->(@x:Task)"),
        "title": Value("@n.title"),
        "obligation": Value("@n.obligation"),
        "published": Value("@n.published"),
        "due": Value("@n.due"),
        "note": Value("@n.note"),
    },
}
