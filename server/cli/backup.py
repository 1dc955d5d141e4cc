"""`rollegalleri backup`."""

from pathlib import Path
from typing import Annotated, Any

import typer

EXAMPLES = (
    "Examples:  [bold]rollegalleri backup[/]  ·  [bold]rollegalleri backup /var/backups/gallery.json.gz --force[/]"
)


def backup(
    file: Annotated[
        Path | None,
        typer.Argument(help="The file, or its folder. Default: a name with the day and the log's number, here."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
    data: Annotated[Path | None, typer.Option(help="The embedded database's folder. Default: .rollegalleri")] = None,
) -> None:
    """Write everything to one file, as one change left it, also while the service runs and is written to."""
    from graph_seed.archive.saving import Saved
    from graph_seed.archive.saving import backup as write
    from server import logs
    from server.cli.looked import record_all
    from server.cli.output import say
    from server.opening import with_database
    from server.settings import load

    settings = load(data=data)
    logs.configure(settings.log_format, "warning")

    async def work(database: Any) -> Saved:
        saved = await write(database, file, say, force)
        await record_all(database, "backup")
        return saved

    saved = with_database(settings, say, work)
    print(saved.file)
