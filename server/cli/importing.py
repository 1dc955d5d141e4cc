"""`rollegalleri import`: a file that somebody has written, into the gallery. The form follows from the file's ending."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = "Examples:  [bold]rollegalleri import gallery.json --data /tmp/empty[/]"


def import_(
    file: Annotated[Path, typer.Argument(help="The file; its ending says its form: .json")],
    as_json: Annotated[bool, typer.Option("--json", help="Read JSON, whatever the file's ending.")] = False,
    data: Annotated[Path | None, typer.Option(help="The embedded database's folder. Default: .rollegalleri")] = None,
) -> None:
    """Read a complete JSON export into an empty database, which is then the same as the one that was exported."""
    from server.cli.exporting import check_form
    from server.cli.restore import run

    check_form(file, as_json)
    run(file, data)
