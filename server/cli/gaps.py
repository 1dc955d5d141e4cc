"""`rollegalleri gaps`: which roles need somebody's work."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

EXAMPLES = (
    "Examples:  [bold]rollegalleri gaps --in Aarhus[/]  ·  [bold]rollegalleri gaps --region Hovedstaden --within 90[/]"
    "  ·  [bold]rollegalleri gaps --vendor KMD --json[/]"
)
_ARGUMENTS: Final = {
    "municipalities": "[String!]", "roles": "[String!]", "region": "String", "vendor": "String", "within": "Int",
    "at": "Date", "knownAt": "DateTime",
}  # fmt: skip
_NAMES: Final = {
    "municipalities": "--in", "roles": "--role", "region": "--region", "vendor": "--vendor", "within": "--within",
    "at": "--at", "knownAt": "--known-at",
}  # fmt: skip
_FIELDS: Final = "municipality { code name } role { title } reason day da en tasks { task { title } due overdue }"
_REASONS: Final = {
    "VACANT": ("red", "vacant"),
    "UNREACHABLE": ("red", "cannot be reached"),
    "STARTS_LATER": ("yellow", "next one starts later"),
    "FALLS_VACANT": ("yellow", "falls vacant"),
    "INTENT_ENDS": ("yellow", "meant vacancy ends"),
    "REPORTED": ("yellow", "reported as wrong"),
}


def gaps(
    municipality: Annotated[
        list[str] | None,
        typer.Option("--in", help="A municipality: code, name or spelling. May be repeated. Default: all 98."),
    ] = None,
    role: Annotated[list[str] | None, typer.Option("--role", help="A role. May be repeated. Default: all.")] = None,
    region: Annotated[str | None, typer.Option(help="Only municipalities of this region.")] = None,
    vendor: Annotated[str | None, typer.Option(help="Only those that use an ERP system of this vendor.")] = None,
    within: Annotated[int | None, typer.Option(help="Days ahead that count as near. Default: 30.")] = None,
    at: Annotated[str | None, typer.Option(help="The day, such as 2026-06-01. Default: today.")] = None,
    known_at: Annotated[str | None, typer.Option("--known-at", help="By what the gallery knew then.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The API's JSON, exactly.")] = False,
    data: Annotated[Path | None, typer.Option(help="The embedded database's folder. Default: .rollegalleri")] = None,
) -> None:
    """Which roles need somebody's work, the most urgent first, and which tasks wait for them."""
    from server.cli.asking import answered, one

    given: dict[str, Any] = {
        "municipalities": municipality or None, "roles": role or None, "region": region, "vendor": vendor,
        "within": within, "at": at, "knownAt": known_at,
    }  # fmt: skip
    variables = {name: value for name, value in given.items() if value is not None}

    found = answered(one(_document(variables), variables), data, as_json, _NAMES)
    if found is not None:
        _show(found["gaps"])


def _document(variables: Mapping[str, Any]) -> str:
    if not variables:
        return f"query Gaps {{\n  gaps {{ {_FIELDS} }}\n}}\n"
    declared = ", ".join(f"${name}: {_ARGUMENTS[name]}" for name in variables)
    passed = ", ".join(f"{name}: ${name}" for name in variables)
    return f"query Gaps({declared}) {{\n  gaps({passed}) {{ {_FIELDS} }}\n}}\n"


def _show(found: Sequence[Mapping[str, Any]]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from server.cli.output import console

    screen = console()
    if not found:
        screen.print("No gaps: every role that was asked about is held, or its vacancy is meant.")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("From", no_wrap=True)
    table.add_column("Municipality", overflow="fold", max_width=18)
    table.add_column("Role, what is wrong, and which tasks wait", overflow="fold", ratio=1)
    for gap in found:
        colour, words = _REASONS[gap["reason"]]
        what = Text.assemble(gap["role"]["title"], ": ", (words, colour))
        table.add_row(gap["day"], gap["municipality"]["name"], Text("\n").join((what, *map(_task, gap["tasks"]))))
    screen.print(table)
    counts = {reason: sum(gap["reason"] == reason for gap in found) for reason in _REASONS}
    parts = [f"{counts[reason]} {words}" for reason, (_, words) in _REASONS.items() if counts[reason]]
    screen.print(Text(f"\n{len(found)} gaps: {', '.join(parts)}.", style="dim"))


def _task(task: Mapping[str, Any]) -> Any:
    from rich.text import Text

    due = f"overdue since {task['due']}" if task["overdue"] else f"due {task['due']}"
    return Text.assemble(
        ("  holds up ", "dim"), task["task"]["title"], (f" ({due})", "red" if task["overdue"] else "dim")
    )
