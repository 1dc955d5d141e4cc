"""How every field of the gallery reads the graph, by type; `schema/registry.py` holds it against the schema."""

from collections.abc import Mapping
from typing import Any, Final

from graph.reads import ByKey, Lookup, Read, Related
from graph.shape import label_of
from resolvers.errors import InvalidInput
from resolvers.questions import FOLLOWED
from resolvers.reads import assignments, changes, looks, places, roles, tasks, vendors


def _thing(label: str) -> Related:
    """Read one thing by whatever it is called."""
    return Related(
        f"(@x:{label} {{key: @found.name}})", "@x.fromSeq <= @seq", many=False, lookups=(Lookup("name", label),)
    )


def _keys(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Check the ids of `node` and `nodes`: each must begin like one of ours."""
    many = "ids" in arguments
    keys = arguments["ids"] if many else [arguments["id"]]
    if len(keys) > 100:
        raise InvalidInput("TOO_MANY", "ids", len(keys), "at most 100 ids")
    for key in keys:
        if label_of(key) is None:
            raise InvalidInput(
                "BAD_ID", "ids" if many else "id", key, "an id that this service gave, such as municipality:0751"
            )
    return {**arguments, "keys": keys}


QUERY: Final[dict[str, Read]] = {
    "node": ByKey(many=False, prepare=_keys),
    "nodes": ByKey(many=True, prepare=_keys),
    "role": _thing("Role"),
    "roles": roles.ROLES,
    "municipality": _thing("Municipality"),
    "municipalities": places.MUNICIPALITIES,
    "person": _thing("Person"),
    "people": places.PEOPLE,
    "mailbox": _thing("Mailbox"),
    "mailboxes": places.MAILBOXES,
    "vendor": _thing("Vendor"),
    "vendors": vendors.VENDORS,
    "erpSystem": _thing("ErpSystem"),
    "erpSystems": vendors.ERP_SYSTEMS,
    "itSystem": _thing("ItSystem"),
    "itSystems": vendors.IT_SYSTEMS,
    "project": _thing("Project"),
    "projects": tasks.PROJECTS,
    "task": _thing("Task"),
    "tasks": tasks.TASKS,
    "assignments": assignments.ASSIGNMENTS,
    "change": changes.CHANGE,
    "changes": changes.CHANGES,
    "accessLog": looks.ACCESS_LOG,
}

SUBSCRIPTIONS: Final[dict[str, Read]] = {**FOLLOWED, "changes": changes.FOLLOWED}
"""How the root field of each subscription is read."""

_OWN: Final[dict[str, dict[str, Read]]] = {
    **assignments.READS,
    **places.READS,
    **roles.READS,
    **tasks.READS,
    **vendors.READS,
    **changes.READS,
    **looks.READS,
}
READS: Final[dict[str, dict[str, Read]]] = {
    **{
        kind: {**own, "history": changes.HISTORY[kind]} if kind in changes.HISTORY and "id" in own else own
        for kind, own in _OWN.items()
    },
    **changes.PAYLOADS,
}
