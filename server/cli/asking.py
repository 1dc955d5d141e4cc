"""Asking the gallery from the command line: the same engine as over HTTP, in this process."""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from server.cli.looked import record
from server.cli.output import CANNOT, WRONG_INPUT, fail, quietly

UNAVAILABLE: Final = {"DATABASE_UNAVAILABLE", "DEADLINE", "INTERNAL", "BUSY", "OUTCOME_UNKNOWN"}


def ask(questions: "Questions", data: Path | None) -> Mapping[str, Any]:
    """Ask, and give the response as the API would."""
    from server import logs
    from server.opening import with_database
    from server.settings import load

    settings = load(data=data)
    logs.configure(settings.log_format, "error")
    with quietly("Looking in the gallery") as progress:
        return with_database(settings, progress, lambda database: questions(Asker(database)), fill=True)


class Asker:
    """Asks one database; every answer comes as the API's response."""

    def __init__(self, database: Any) -> None:
        self._database = database

    async def __call__(self, query: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask one question."""
        from resolvers.context import Context
        from schema.engine import Request
        from schema.gallery.schema import engine

        request = Request(query, variables)
        result = await engine().patiently(request, Context.local(self._database))
        await record(self._database, engine().name_of(request), result.people)
        return result.formatted


Questions = Callable[[Asker], Awaitable[Mapping[str, Any]]]
"""What a command asks: a coroutine function, so that it may ask twice in one opening of the database."""


def one(query: str, variables: Mapping[str, Any]) -> Questions:
    """Give what asks one question."""

    async def questions(asker: Asker) -> Mapping[str, Any]:
        return await asker(query, variables)

    return questions


def answered(
    questions: Questions, data: Path | None, as_json: bool, names: Mapping[str, str]
) -> Mapping[str, Any] | None:
    """Ask, and give the answer to be shown; None where it was printed as JSON. Ends the command as `check` does."""
    response = ask(questions, data)
    if as_json:
        show_json(response)
        return None
    check(response, names)
    answer: Mapping[str, Any] = response["data"]
    return answer


def show_json(response: Mapping[str, Any]) -> None:
    """Print the API's JSON, exactly, and end with the code that its errors ask for."""
    print(json.dumps(response, ensure_ascii=False, indent=2))
    if response.get("errors"):
        raise SystemExit(_code(response["errors"]))


def check(response: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """End with a sentence if there are errors; `names` says what arguments are called on the command line."""
    errors = response.get("errors")
    if not errors:
        return
    for error in errors[1:]:
        _tell(error, names)
    fail(_sentence(errors[0], names), _code(errors))


def _tell(error: Mapping[str, Any], names: Mapping[str, str]) -> None:
    from server.cli.output import console

    console(error=True).print(_sentence(error, names), markup=False)


def _sentence(error: Mapping[str, Any], names: Mapping[str, str]) -> str:
    message: str = error["message"]
    field = str((error.get("extensions") or {}).get("field"))
    if field in names and message.startswith(f"{field}: "):
        return f"{names[field]}: {message[len(field) + 2 :]}"
    return message


def _code(errors: list[Mapping[str, Any]]) -> int:
    return CANNOT if _codes(errors) & UNAVAILABLE else WRONG_INPUT


def _codes(errors: Iterable[Mapping[str, Any]]) -> set[str]:
    return {str((error.get("extensions") or {}).get("code")) for error in errors}
