"""What is measured: each read's query, the values it is asked with in turn, and what is asked of the gallery's speed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle
from typing import Any, Final

import orjson

from graph.text import fold
from resolvers.context import COPENHAGEN
from resolvers.coverage import WITHIN, days_after
from resolvers.questions.search import query as fulltext

AT: Final = "2026-11-24"
"""The day asked about: the same answers on whatever day the bench runs."""
CODES: Final = (
    "0101",
    "0157",
    "0201",
    "0326",
    "0400",
    "0461",
    "0510",
    "0615",
    "0630",
    "0707",
    "0751",
    "0779",
    "0825",
    "0851",
)
ROLES: Final = (
    "role:systemejer-bogfoering",
    "role:systemejer-opkraevning",
    "role:systemansvarlig-bogfoering",
    "role:systemansvarlig-opkraevning",
    "role:oir-finans-administrator",
    "role:oir-debitor-administrator",
    "role:oir-finans-kontaktperson",
    "role:oir-debitor-kontaktperson",
    "role:oir-funktionspostkasse",
)
CUSTOMERS: Final = (
    "0155",
    "0201",
    "0253",
    "0306",
    "0336",
    "0400",
    "0461",
    "0540",
    "0615",
    "0707",
    "0751",
    "0787",
    "0825",
    "0860",
)
"""Some that use an ERP system of KMD's, as the demo data has it."""
TASKS: Final = ("task:oir-basis-02", "task:oir-basis-01", "task:demo-organisering-2026")
TEXTS: Final = (
    "aarhus",
    "bogføring",
    "kontaktperson",
    "bogforing",
    "and",
    "kmd",
    "system",
    "Københavns",
    "økonomi",
    "jens",
)
_PAIRS: Final = tuple((code, ROLES[i * 5 % len(ROLES)]) for i, code in enumerate(CODES))

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Read:
    """One row of the table. `limit` gives the limit's parameters for one variation: keys, codes and what was prepared."""

    name: str
    title: str
    query: str
    variations: tuple[Values, ...]
    limit: Callable[[Values], Values]
    connections: int
    of_limit: float
    levels: int = 2
    over_loaders: float = 3.0
    speaker: str = "kombit"
    """For whom the token speaks that the gallery is asked with: its rules are on, as people run it."""
    path: str = "/graphql"
    columns: tuple[str, ...] = ("limit", "gallery", "again", "loaders")

    def requests(self, column: str, tokens: Mapping[str, str]) -> list[bytes]:
        """Give the HTTP requests of a column, one for each variation; `tokens` are by speaker, none where nobody looks at one."""
        if column == "limit":
            return [_post(f"/{self.name}", self.limit(values), None) for values in self.variations]
        token = tokens.get(self.speaker)
        return [_post(self.path, {"query": self.query, "variables": values}, token) for values in self.variations]


def _post(path: str, body: Any, token: str | None) -> bytes:
    content = orjson.dumps(body)
    bearer = "" if token is None else f"Authorization: Bearer {token}\r\n"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n{bearer}"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def _same(values: Values) -> Values:
    return values


def _near(values: Values) -> Values:
    """Add the last day on which an end counts as near, as the gallery has it unless asked otherwise."""
    return {**values, "near": days_after(values["at"], WITHIN)}


def _searched(values: Values) -> Values:
    folded = fold(values["text"])
    words = folded.split()
    return {"at": values["at"], "lucene": fulltext(words), "folded": folded, "words": words}


def _at_customer(values: Values) -> Values:
    return {**values, "vendor": "vendor:kmd", "today": datetime.now(COPENHAGEN).date().isoformat()}


_PLACE: Final = "code name assignments { validFrom validTo role { title } holder { name } }"
_WHO: Final = "outcome accountable { id } reach { reachedAs holder { name } email }"
_NEXT: Final = "until next { outcome reach { holder { name } } }"
_ONE: Final = (
    "query Who($code: String!, $role: String!, $at: Date) { responsibility(role: $role, municipality: $code, at: $at)"
)
_ALL: Final = "query Task($task: String!, $at: Date) { responsibility(task: $task, at: $at)"
_OF_TASK: Final = "municipality { code } role { title } outcome accountable { id } reach { holder { name } email }"
_GRID: Final = "query Grid($roles: [String!], $at: Date) { coverage(roles: $roles, at: $at)"
_WHERE: Final = tuple({"code": code, "at": AT} for code in CODES)
_WHO_WHERE: Final = tuple({"code": code, "role": role, "at": AT} for code, role in _PAIRS)
_WHOLE: Final = tuple({"task": task, "at": AT} for task in TASKS)
_CONTACT: Final = "role { code } outcome mailbox name email phone since until next { mailbox name } da"
_BRIEF: Final = "role { code } outcome mailbox name email phone"
_AT_CUSTOMERS: Final = tuple({"code": code, "role": role, "at": AT} for code, role in zip(CUSTOMERS, cycle(ROLES)))
_DIRECTORY: Final[dict[str, Any]] = {
    "speaker": "vendor:kmd",
    "path": "/directory/graphql",
    "columns": ("limit", "gallery", "again"),
}

READS: Final = (
    Read(
        "small", "one municipality", f"query Small($code: String!, $at: Date) {{ municipality(name: $code, at: $at) {{ {_PLACE} }} }}",
        _WHERE, _same, 8, 0.7,
    ),
    Read(
        "big", "all municipalities", f"query Big($at: Date) {{ municipalities(first: 100, at: $at) {{ nodes {{ {_PLACE} }} }} }}",
        ({"at": AT},), _same, 2, 0.9,
    ),
    Read("responsibility", "one responsibility", f"{_ONE} {{ {_WHO} steps {{ kind da }} }} }}", _WHO_WHERE, _same, 8, 0.7),
    Read(
        "responsibility-next", "… with until, next", f"{_ONE} {{ {_WHO} steps {{ kind da }} {_NEXT} }} }}",
        _WHO_WHERE, _same, 8, 0.7,
    ),
    Read("task", "a task's 98", f"{_ALL} {{ {_OF_TASK} }} }}", _WHOLE, _same, 2, 0.7),
    Read("task-next", "… with until, next", f"{_ALL} {{ {_OF_TASK} {_NEXT} }} }}", _WHOLE, _same, 2, 0.7),
    Read(
        "coverage", "coverage 98 × 9", f"{_GRID} {{ cells {{ municipality {{ code }} role {{ code }} state holders {{ name }} }} }} }}",
        ({"roles": ROLES, "at": AT},), _near, 2, 0.7,
    ),
    Read(
        "columns", "… as columns", f"{_GRID} {{ columns {{ municipalities roles states holders }} }} }}",
        ({"roles": ROLES, "at": AT},), _near, 2, 0.7,
    ),
    Read(
        "search", "search",
        "query Search($text: String!, $at: Date) { search(text: $text, at: $at) { title matched fit isFormerName } }",
        tuple({"text": text, "at": AT} for text in TEXTS), _searched, 8, 0.7, levels=1,
    ),
    Read(
        "contact", "a vendor's contact",
        f"query Contact($role: String!, $code: String!, $at: Date) {{ contacts(role: $role, municipality: $code, at: $at) {{ {_CONTACT} }} }}",
        _AT_CUSTOMERS, _at_customer, 8, 0.7, **_DIRECTORY,
    ),
    Read(
        "customers", "a vendor's customers",
        f"query Customers($at: Date) {{ customers(first: 100, at: $at) {{ nodes {{ municipality {{ code }} contacts {{ {_BRIEF} }} }} }} }}",
        ({"at": AT},), _at_customer, 2, 0.7, **_DIRECTORY,
    ),
)  # fmt: skip
"""The table's rows, in order."""
