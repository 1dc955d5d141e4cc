"""`rollegalleri export`: the gallery as a file for others. The form follows from the file's ending."""

from pathlib import Path
from typing import Annotated, Any

import typer

EXAMPLES = (
    "Examples:  [bold]rollegalleri export map.xlsx --in Aarhus[/]  ·  [bold]rollegalleri export people.csv --sheet people[/]"
    "  ·  [bold]rollegalleri export --template empty.xlsx[/]  ·  [bold]rollegalleri export gallery.json[/]"
)
SPREADSHEETS = (".xlsx", ".csv")


def export(
    file: Annotated[
        Path, typer.Argument(help="The file; its ending says its form: .xlsx, .csv (one sheet of the map) or .json")
    ],
    sheet: Annotated[
        str | None, typer.Option(help="This sheet alone, such as people. Default for .csv: assignments")
    ] = None,
    place: Annotated[
        list[str] | None, typer.Option("--in", help="Only this municipality: code, name or spelling; may be repeated.")
    ] = None,
    at: Annotated[str | None, typer.Option("--at", help="The map of another day, such as 2027-01-01.")] = None,
    known_at: Annotated[
        str | None, typer.Option("--known-at", help="As it was known then: a day or an instant.")
    ] = None,
    template: Annotated[bool, typer.Option("--template", help="An empty workbook to fill in, with lists.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON, whatever the file's ending.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
    data: Annotated[Path | None, typer.Option(help="The embedded database's folder. Default: .rollegalleri")] = None,
) -> None:
    """Write the gallery to a file: the current map as a spreadsheet, or all of it, with its history, as JSON."""
    form = file.suffix.lower()
    if not as_json and form in SPREADSHEETS:
        from server.cli.tables import write

        if template and form != ".xlsx":
            raise typer.BadParameter("The template is a workbook: expected a FILE that ends in .xlsx.")
        write(file, sheet, place or [], at, known_at, template=template, force=force, data=data)
        return
    check_form(file, as_json)
    if template or any(option is not None for option in (sheet, place, at, known_at)):
        raise typer.BadParameter(
            "--sheet, --in, --at, --known-at and --template are for spreadsheets; JSON is always whole."
        )
    _document(file, force, data)


def _document(file: Path, force: bool, data: Path | None) -> None:
    from graph_seed.archive.saving import Saved
    from graph_seed.archive.saving import export as write
    from server import logs
    from server.cli.looked import record_all
    from server.cli.output import say
    from server.opening import with_database
    from server.settings import load

    settings = load(data=data)
    logs.configure(settings.log_format, "warning")

    async def work(database: Any) -> Saved:
        saved = await write(database, file, say, force)
        await record_all(database, "export json")
        return saved

    saved = with_database(settings, say, work)
    print(saved.file)


def check_form(file: Path, as_json: bool) -> None:
    """Refuse a file whose form nobody knows."""
    if not as_json and file.suffix.lower() != ".json":
        raise typer.BadParameter(
            f"FILE ends in {file.suffix!r}: expected .xlsx, .csv or .json, or --json for JSON under any name."
        )
