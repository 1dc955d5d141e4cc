"""The same data in every column, or no measuring."""

import http.client
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import orjson

from bench import deciding
from bench.reads import Read
from bench.serving import Served

DECIDED: Final[Mapping[str, Callable[[Any, Mapping[str, Any]], Any]]] = {
    "responsibility": partial(deciding.one, ahead=False),
    "responsibility-next": partial(deciding.one, ahead=True),
    "task": partial(deciding.task, ahead=False),
    "task-next": partial(deciding.task, ahead=True),
    "coverage": partial(deciding.coverage, columns=False),
    "columns": partial(deciding.coverage, columns=True),
    "contact": deciding.contact,
    "customers": deciding.customers,
}
"""How the limit's facts become the answer; reads that are not here are answered by the limit itself."""


class DifferentAnswers(Exception):
    """Two columns do not give the same data."""


def check(read: Read, servers: Mapping[str, Served]) -> int:
    """Compare all variations of a read; return the bytes of the gallery's longest answer. Raises `DifferentAnswers`."""
    longest = 0
    requests = {column: read.requests(column, servers[column].tokens) for column in read.columns}
    for i, values in enumerate(read.variations):
        told = {column: _asked(servers[column].port, requests[column][i]) for column in read.columns}
        size, expected = told.pop("gallery")
        longest = max(longest, size)
        wanted = _root(read, expected)
        found = {column: answer if column == "limit" else _root(read, answer) for column, (_, answer) in told.items()}
        found["limit"] = DECIDED[read.name](found["limit"], values) if read.name in DECIDED else found["limit"]
        for column, answer in found.items():
            if answer != wanted:
                raise DifferentAnswers(
                    f"{read.name} {dict(values)}: {column} differs from the gallery {_where(answer, wanted)}"
                )
    return longest


def _root(read: Read, answer: Any) -> Any:
    if not isinstance(answer, dict) or answer.get("errors") or not answer.get("data"):
        raise DifferentAnswers(f"{read.name}: {str(answer)[:500]}")
    value = next(iter(answer["data"].values()))
    return value["nodes"] if read.name in ("big", "customers") else value


def _asked(port: int, request: bytes) -> tuple[int, Any]:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    path = first.split(" ", 2)[1]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = dict(line.split(": ", 1) for line in lines)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse().read()
    finally:
        connection.close()
    try:
        return len(answer), orjson.loads(answer)
    except orjson.JSONDecodeError:
        raise DifferentAnswers(f"port {port} answered {answer[:200]!r}") from None


def _where(found: Any, wanted: Any, path: str = "at $") -> str:
    """Say where two answers first differ."""
    if isinstance(found, dict) and isinstance(wanted, dict) and found.keys() == wanted.keys():
        for key in wanted:
            if found[key] != wanted[key]:
                return _where(found[key], wanted[key], f"{path}.{key}")
    if isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        for i, (one, other) in enumerate(zip(found, wanted, strict=True)):
            if one != other:
                return _where(one, other, f"{path}[{i}]")
    return f"{path}: {str(found)[:200]} instead of {str(wanted)[:200]}"
