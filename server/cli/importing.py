"""`rollegalleri import`: a file that somebody has written, into the gallery. The form follows from the file's ending."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = (
    "Examples:  [bold]rollegalleri import map.xlsx --preview[/]  ·  [bold]rollegalleri import map.xlsx --yes --reason 'New staff'[/]"
    "  ·  [bold]rollegalleri import gallery.json --data /tmp/empty[/]"
)


def import_(
    file: Annotated[Path, typer.Argument(help="The file; its ending says its form: .xlsx, .csv or .json")],
    preview: Annotated[bool, typer.Option("--preview", help="Show what would be done; write nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Apply it without asking.")] = False,
    end_missing: Annotated[
        bool,
        typer.Option(
            "--end-missing", help="End today what the file's sheets lack of the municipalities that they name."
        ),
    ] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="Why, for the log.")] = None,
    key: Annotated[
        str | None, typer.Option("--key", help="Your own name for this import: sent again, nothing happens twice.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Of a spreadsheet, print what HTTP answers; any other file is read as JSON.")
    ] = False,
    data: Annotated[Path | None, typer.Option(help="The embedded database's folder. Default: .rollegalleri")] = None,
) -> None:
    """Import a spreadsheet into the map, previewed and as one change; or a complete JSON export into an empty database."""
    from server.cli.exporting import SPREADSHEETS, check_form

    if file.suffix.lower() in SPREADSHEETS:
        from server.cli.tables import read

        read(
            file, preview=preview, yes=yes, end_missing=end_missing, reason=reason, key=key, as_json=as_json, data=data
        )
        return
    check_form(file, as_json)
    if preview or end_missing or reason is not None or key is not None:
        raise typer.BadParameter("--preview, --end-missing, --reason and --key are for spreadsheets.")
    from server.cli.restore import run

    run(file, data)
