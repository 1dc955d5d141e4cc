"""`rollegalleri doctor`."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = "Examples:  [bold]rollegalleri doctor[/]  ·  [bold]rollegalleri doctor --json[/]"


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    data: Annotated[Path | None, typer.Option(help="The embedded database's folder. Default: .rollegalleri")] = None,
) -> None:
    """Compare the database with the graph's declared shape and say what to do. Exit code 1 if there are errors."""
    import dataclasses
    import json

    from graph.doctor import examine
    from server import logs
    from server.cli.output import WRONG_INPUT, console, quietly
    from server.opening import with_database
    from server.settings import load

    settings = load(data=data)
    logs.configure(settings.log_format, "error")

    with quietly("Examining the database") as progress:
        findings = with_database(settings, progress, examine)
    screen = console()
    if as_json:
        print(json.dumps([dataclasses.asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    elif not findings:
        screen.print("[green]The database is as the graph's shape declares it.[/]")
    else:
        for finding in findings:
            colour = "red" if finding.severity == "ERROR" else "yellow"
            screen.print(f"[bold {colour}]{finding.severity}[/] ", end="")
            screen.print(f"{finding.what}: {finding.where}", markup=False)
            screen.print(f"  What to do: {finding.do}", markup=False)
    if any(finding.severity == "ERROR" for finding in findings):
        raise SystemExit(WRONG_INPUT)
