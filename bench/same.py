"""The same data in every column, or no measuring."""

import http.client
from functools import partial
from typing import Any, Final

import orjson

from bench import deciding
from bench.reads import Read

DECIDED: Final = {
    "responsibility": partial(deciding.one, ahead=False),
    "responsibility-next": partial(deciding.one, ahead=True),
    "task": partial(deciding.task, ahead=False),
    "task-next": partial(deciding.task, ahead=True),
    "coverage": partial(deciding.coverage, columns=False),
    "columns": partial(deciding.coverage, columns=True),
}
"""How the limit's facts become the answer; reads that are not here are answered by the limit itself."""


class DifferentAnswers(Exception):
    """Two columns do not give the same data."""


def check(read: Read, ports: dict[str, int]) -> int:
    """Compare all variations of a read; return the bytes of the gallery's longest answer. Raises `DifferentAnswers`."""
    longest = 0
    for i, values in enumerate(read.variations):
        size, expected = _asked(ports["gallery"], read.requests("gallery")[i])
        longest = max(longest, size)
        wanted = _root(read, expected)
        found = {"limit": _asked(ports["limit"], read.requests("limit")[i])[1]}
        found["limit"] = DECIDED[read.name](found["limit"], values) if read.name in DECIDED else found["limit"]
        if "loaders" in ports:
            found["loaders"] = _root(read, _asked(ports["loaders"], read.requests("loaders")[i])[1])
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
    return value["nodes"] if read.name == "big" else value


def _asked(port: int, request: bytes) -> tuple[int, Any]:
    head, _, body = request.partition(b"\r\n\r\n")
    path = head.split(b" ", 2)[1].decode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Host": "127.0.0.1"}
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
