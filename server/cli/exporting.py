"""`rollegalleri export`: the gallery as a file for others. The form follows from the file's ending."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = "Examples:  [bold]rollegalleri export gallery.json[/]  ·  [bold]rollegalleri export --json /tmp/all[/]"


def export(
    file: Annotated[Path, typer.Argument(help="The file; its ending says its form: .json")],
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON, whatever the file's ending.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
    data: Annotated[Path | None, typer.Option(help="The embedded database's folder. Default: .rollegalleri")] = None,
) -> None:
    """Write the gallery to a file. JSON is complete: all facts, both clocks, the log."""
    from graph_seed.archive.saving import export as write
    from server import logs
    from server.cli.output import say
    from server.opening import with_database
    from server.settings import load

    check_form(file, as_json)
    settings = load(data=data)
    logs.configure(settings.log_format, "warning")
    saved = with_database(settings, say, lambda database: write(database, file, say, force))
    print(saved.file)


def check_form(file: Path, as_json: bool) -> None:
    """Refuse a file whose form nobody knows."""
    if not as_json and file.suffix.lower() != ".json":
        raise typer.BadParameter(f"FILE ends in {file.suffix!r}: expected .json, or --json for JSON under any name.")
