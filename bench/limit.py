"""The limit: a statement for just this read, its answer as JSON; no GraphQL, no names looked up, nothing decided."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import orjson

from graph.driver import Database, Statement

_FOLDER: Final = Path(__file__).with_name("cypher")
_KNOWN: Final = "{0}.fromSeq <= seq AND {0}.toSeq > seq"
_VALID: Final = f"{{0}}.validFrom <= $p.at AND {{0}}.validTo > $p.at AND {_KNOWN}"
_LATER: Final = f"{{0}}.validTo > $p.at AND {_KNOWN}"

_POINTS: Final = (
    """\
WITH *, EXISTS {{
    MATCH (h)-[:BELONGS_TO]->(home) WHERE NOT home IN {0} AND NOT EXISTS {{
      MATCH (home)<-[:BY]-(u:Usage)-[:OF]->()-[:SUPPLIED_BY]->(:Vendor {{key: $p.vendor}})
      WHERE u.validFrom <= $p.today AND u.validTo > $p.today AND """
    + _KNOWN.format("u")
    + """
    }}
  }} AS elsewhere
  WITH *, [i IN range(0, size(kinds) - 1) WHERE classes[i] = 'PUBLIC' OR (classes[i] = 'VENDORS' AND NOT elsewhere)] AS points"""
)
"""Which contact points of a holder `h` a vendor is shown, whose customers the municipalities in the list are."""


def text(name: str, *, ahead: bool = False) -> str:
    """Give a statement with its clock, and `@points(places)`, written out.

    `@holds(x)` is valid on the date and, looking `ahead`, also later.
    """
    clocks = {"known": _KNOWN, "valid": _VALID, "holds": _LATER if ahead else _VALID, "points": _POINTS}
    source = (_FOLDER / f"{name}.cypher").read_text("utf-8")
    return re.sub(
        r"@(known|valid|holds|points)\(([\w\[\]]+)\)", lambda found: clocks[found[1]].format(found[2]), source
    )


def municipality(row: list[Any]) -> dict[str, Any]:
    """Name what a row of `small.cypher` or `big.cypher` has."""
    code, name, assignments = row
    return {
        "code": code,
        "name": name,
        "assignments": [
            {"validFrom": start, "validTo": end, "role": {"title": title}, "holder": {"name": held}}
            for start, end, title, held in assignments
        ],
    }


def _municipalities(rows: list[Any]) -> list[dict[str, Any]]:
    return [municipality(row) for row in rows]


_FITS: Final = ("NAME", "WORDS", "BEGINNINGS", "TYPO")


def hits(rows: list[Any]) -> list[dict[str, Any]]:
    """Name what a row of `search.cypher` has."""
    return [
        {"title": title, "matched": name, "fit": _FITS[fit], "isFormerName": bool(former)}
        for title, name, fit, former in rows
    ]


def _as_it_is(data: Any) -> Any:
    return data


Shape = Callable[[Any], Any]
STATEMENTS: Final[dict[str, tuple[str, Shape]]] = {
    "small": (text("small"), municipality),
    "big": (text("big"), _municipalities),
    "responsibility": (text("responsibility"), _as_it_is),
    "responsibility-next": (text("responsibility", ahead=True), _as_it_is),
    "task": (text("task"), _as_it_is),
    "task-next": (text("task", ahead=True), _as_it_is),
    "coverage": (text("coverage"), _as_it_is),
    "columns": (text("coverage"), _as_it_is),
    "search": (text("search"), hits),
    "contact": (text("contact", ahead=True), _as_it_is),
    "customers": (text("customers"), _as_it_is),
}
"""By read: the statement, and what is done with its one value before it is JSON."""
_HEADERS: Final = (b"content-type", b"application/json; charset=utf-8")


class Limit:
    """The ASGI function: `POST /<read>` with the parameters as JSON."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        name = scope["path"][1:]
        statement, shape = STATEMENTS[name]
        parameters = orjson.loads((await receive())["body"])
        rows = await self._database.read(Statement(f"limit:{name}", statement, parameters))
        body = orjson.dumps(shape(rows[0][0]))
        headers = [_HEADERS, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
