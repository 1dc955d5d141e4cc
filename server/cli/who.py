"""`rollegalleri who`: the main question in a terminal."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

EXAMPLES = (
    "Examples:  [bold]rollegalleri who 'ØiR finans kontaktperson' --in Aarhus --why[/]"
    "  ·  [bold]rollegalleri who task:oir-basis-02 --in 0751 --in Åbenrå --at 2020-01-10[/]"
    "  ·  [bold]rollegalleri who KOMBIT-programleder --region Sjælland --json[/]"
)
_ARGUMENTS: Final = {
    "role": "String", "task": "String", "municipalities": "[String!]", "region": "String", "vendor": "String",
    "at": "Date", "knownAt": "DateTime",
}  # fmt: skip
_NAMES: Final = {
    "name": "ROLE_OR_TASK", "role": "ROLE_OR_TASK", "task": "ROLE_OR_TASK", "municipalities": "--in", "region": "--region", "vendor": "--vendor",
    "at": "--at", "knownAt": "--known-at",
}  # fmt: skip
FIELDS: Final = """
    municipality { code name } role { title } task { title } title localTitle inferred at outcome
    accountable { id role { title } holder { id name } validFrom validTo }
    reach { holder { name } reachedAs role { title } email phone }
    until lastConfirmed next { outcome reach { holder { name } } }"""
_STEPS: Final = "\n    steps { kind da en role { title } validFrom validTo }"
_LOOK: Final = "query Meant($name: String!) { role(name: $name) { id } task(name: $name) { id } }"


def who(
    name: Annotated[
        str, typer.Argument(metavar="ROLE_OR_TASK", help="A role or a task: title, code, key, former title.")
    ],
    municipality: Annotated[
        list[str] | None,
        typer.Option("--in", help="A municipality: code, name or spelling. May be repeated. Default: all 98."),
    ] = None,
    region: Annotated[str | None, typer.Option(help="Only municipalities of this region.")] = None,
    vendor: Annotated[str | None, typer.Option(help="Only those that use an ERP system of this vendor.")] = None,
    at: Annotated[str | None, typer.Option(help="The day, such as 2026-06-01. Default: today.")] = None,
    known_at: Annotated[str | None, typer.Option("--known-at", help="By what the gallery knew then.")] = None,
    why: Annotated[bool, typer.Option("--why", help="Every step of the reasoning.")] = False,
    language: Annotated[str, typer.Option(help="Of the reasoning: en or da.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="The API's JSON, exactly.")] = False,
    data: Annotated[Path | None, typer.Option(help="The embedded database's folder. Default: .rollegalleri")] = None,
) -> None:
    """Who answers for a role or a task: accountable, whom to write to, until when, and why."""
    from server.cli.asking import Asker, answered
    from server.cli.showing import show

    if language not in ("en", "da"):
        raise typer.BadParameter(
            f"'{language}' is not a language of the reasoning: expected en or da.", param_hint="--language"
        )
    given = {"municipalities": municipality or None, "region": region, "vendor": vendor, "at": at, "knownAt": known_at}

    async def questions(asker: Asker) -> Mapping[str, Any]:
        kind = await kind_of_name(asker, name)
        if not isinstance(kind, str):
            return kind
        variables = {key: value for key, value in {kind: name, **given}.items() if value is not None}
        return await asker(_document(variables, why or as_json), variables)

    found = answered(questions, data, as_json, _NAMES)
    if found is not None:
        show(found["responsibility"], why, language)


def _document(variables: Mapping[str, Any], steps: bool) -> str:
    declared = ", ".join(f"${name}: {_ARGUMENTS[name]}" for name in variables)
    passed = ", ".join(f"{name}: ${name}" for name in variables)
    return f"query Who({declared}) {{\n  responsibility({passed}) {{{FIELDS}{_STEPS if steps else ''}\n  }}\n}}\n"


async def kind_of_name(asker: Any, name: str) -> str | Mapping[str, Any]:
    """Tell whether a name is a role's or a task's; a response with one error if it is neither, or both."""
    for kind in ("role", "task"):
        if name.strip().startswith(f"{kind}:"):
            return kind
    response = await asker(_LOOK, {"name": name})
    found = response.get("data") or {}
    fits = [kind for kind in ("role", "task") if found.get(kind)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        keys = ", ".join(found[kind]["id"] for kind in fits)
        return _wrong(
            "AMBIGUOUS_NAME",
            name,
            keys,
            f"“{name[:60]}” is the name of a role and of a task; use one of the keys: {keys}.",
        )
    errors = response["errors"]
    codes = [error["extensions"].get("code") for error in errors]
    if codes != ["UNKNOWN_ROLE", "UNKNOWN_TASK"]:
        # One of them knows more than that there is none: two things of that name, say, or no database.
        unknown = [e for e in errors if not str(e["extensions"].get("code")).startswith("UNKNOWN_")]
        return {"data": None, "errors": unknown[:1] or errors[:1]}
    roles, tasks = (str(error["extensions"]["expected"]) for error in errors)
    sentence = f"No role or task is called “{name[:60]}”; the nearest roles are {roles}; the nearest tasks are {tasks}."
    return _wrong("UNKNOWN_ROLE", name, f"{roles}; {tasks}", sentence)


def _wrong(code: str, value: str, expected: str, message: str) -> Mapping[str, Any]:
    extensions = {"code": code, "field": "ROLE_OR_TASK", "value": value, "expected": expected}
    return {"data": None, "errors": [{"message": message, "extensions": extensions}]}
