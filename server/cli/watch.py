"""`rollegalleri watch`: an answer in a terminal, and each new one with why, as the running service tells of it."""

import asyncio
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import typer

EXAMPLES = (
    "Examples:  [bold]rollegalleri watch 'ØiR finans kontaktperson' --in Aarhus[/]"
    "  ·  [bold]rollegalleri watch task:oir-basis-02 --in 0751 --url http://127.0.0.1:8100[/]"
)
_NAMES: Final = {"name": "ROLE_OR_TASK", "role": "ROLE_OR_TASK", "task": "ROLE_OR_TASK", "municipality": "--in"}


def watch(
    name: Annotated[
        str, typer.Argument(metavar="ROLE_OR_TASK", help="A role or a task: title, code, key, former title.")
    ],
    municipality: Annotated[str, typer.Option("--in", help="A municipality: code, name or spelling.")],
    url: Annotated[
        str | None, typer.Option(help="The running service. Default: where ROLLEGALLERI_HOST and _PORT say")
    ] = None,
    language: Annotated[str, typer.Option(help="Of the reasoning: en or da.")] = "en",
    data: Annotated[
        Path | None, typer.Option(help="The folder with the installation's key. Default: .rollegalleri")
    ] = None,
) -> None:
    """Show who answers now, and again with why whenever that becomes another answer, until Ctrl-C."""
    from server.cli.asking import check
    from server.cli.events import Asking, base_of, follow
    from server.cli.output import console, say
    from server.cli.showing import show
    from server.cli.token import token_for
    from server.cli.who import FIELDS, kind_of_name
    from server.settings import load, own_address

    if language not in ("en", "da"):
        raise typer.BadParameter(
            f"'{language}' is not a language of the reasoning: expected en or da.", param_hint="--language"
        )
    settings = load(data=data)
    base = base_of(url or own_address(settings.host, settings.port))
    token = partial(token_for, settings, base)
    kind = asyncio.run(kind_of_name(Asking(base, token), name))
    if not isinstance(kind, str):
        check(kind, _NAMES)
        return
    document = (
        f"subscription Watch($name: String!, $in: String!) {{ answer({kind}: $name, municipality: $in) {{ seq at answers {{"
        f"{FIELDS} steps {{ kind da en role {{ id title }} validFrom validTo }} }} }} }}"
    )
    before: dict[str, list[str]] | None = None
    for response in follow(base, document, {"name": name, "in": municipality}, say, token):
        check(response, _NAMES)
        event = response["data"]["answer"]
        after = {_which(answer): [step[language] for step in answer["steps"]] for answer in event["answers"]}
        if before is None:
            show(event["answers"], True, language)
        else:
            console().print(f"\n[bold]Another answer[/] at change {event['seq']}, for {event['at']}")
            changed = [answer for answer in event["answers"] if before.get(_which(answer)) != after[_which(answer)]]
            show(changed or event["answers"], False, language)
            for which in dict.fromkeys((*before, *after)):
                _tell_difference(before.get(which, []), after.get(which, []))
        before = after


def _which(answer: Mapping[str, Any]) -> str:
    return f"{answer['municipality']['code']} {answer['title']}"


def _tell_difference(before: list[str], after: list[str]) -> None:
    """Say which steps of the reasoning are gone and which are new."""
    from rich.text import Text

    from server.cli.output import console

    for step in before:
        if step not in after:
            console().print(Text(f"  - {step}", style="red"))
    for step in after:
        if step not in before:
            console().print(Text(f"  + {step}", style="green"))
