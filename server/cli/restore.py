"""`rollegalleri restore`."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = (
    "Examples:  [bold]rollegalleri restore gallery.json.gz[/]"
    "  ·  [bold]rollegalleri restore gallery.json.gz --replace --data /tmp/gallery[/]"
)


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` (or `export`, as JSON) wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what the database holds; it is lost. Asks first.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    erased: Annotated[
        list[Path] | None,
        typer.Option(
            "--erased", help="A list of who was erased, beside the one in the file's folder; may be repeated."
        ),
    ] = None,
    data: Annotated[Path | None, typer.Option(help="The embedded database's folder. Default: .rollegalleri")] = None,
) -> None:
    """Verify a backup, load it into an empty database, and compare what was loaded with the file.

    Who was erased after it was written is erased again.

    Stop the service first. A restore that is interrupted leaves a database that refuses to serve until it is run again.
    """
    run(file, data, replace, yes, erased or ())


def run(file: Path, data: Path | None, replace: bool = False, yes: bool = False, erased: Sequence[Path] = ()) -> None:
    """Restore, for every command that does."""
    from graph_seed.archive import tombstones
    from graph_seed.archive.files import opened
    from graph_seed.archive.restoring import restore as load_document
    from graph_seed.archive.restoring import verify
    from server import logs
    from server.cli.output import say
    from server.opening import with_database
    from server.settings import load

    settings = load(data=data)
    logs.configure(settings.log_format, "warning")
    for one in erased:
        if not os.path.exists(one):  # noqa: PTH110 - which takes what cannot be a file's name for one that is not there
            raise typer.BadParameter(f"There is no file {one}.", param_hint="--erased")
    known = tombstones.joined(*(tombstones.read(one).values() for one in (*erased, tombstones.beside(file)))).values()
    with opened(file) as source:
        say(f"Verifying {file}")
        verified = verify(source)
        say(str(verified))
        agree = (lambda content: yes or _ask(content)) if replace else None
        with_database(
            settings, say, lambda database: load_document(database, source, verified, say, agree, known), restoring=True
        )


def _ask(content: str) -> bool:
    import sys

    from server.cli.prompting import agreed

    return sys.stdin.isatty() and agreed(f"The database holds {content}. Replace all of it?")
