"""`rollegalleri schema`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

EXAMPLES = "Examples:  [bold]rollegalleri schema[/]  ·  [bold]rollegalleri schema --directory[/]  ·  [bold]rollegalleri schema --check[/]"
_ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = _ROOT / "schema"
ACCESS: Final = _ROOT / "docs" / "access.md"


def schema(
    check: Annotated[
        bool, typer.Option("--check", help="Compare the files in schema/, and docs/access.md, with the code.")
    ] = False,
    write: Annotated[bool, typer.Option("--write", help="Write them from the code.")] = False,
    directory: Annotated[bool, typer.Option("--directory", help="Print the vendor directory's instead.")] = False,
) -> None:
    """Print the gallery's schema in GraphQL's schema language, or keep the files of both schemas in step with the code."""
    if check and write:
        raise typer.BadParameter("--check and --write exclude each other.")
    from server.cli.output import fail

    texts = _texts()
    if write:
        for file, text in texts.items():
            try:
                file.write_text(text, "utf-8")
            except OSError as error:
                fail(f"{file} cannot be written ({error.strerror}): expected a checkout of the sources that is yours.")
    elif check:
        _compare(texts)
    else:
        print(texts[FOLDER / ("directory.graphql" if directory else "gallery.graphql")], end="")


def _texts() -> Mapping[Path, str]:
    from schema.access_page import page
    from schema.directory import schema as vendors
    from schema.gallery import schema as gallery

    gallery.engine(), vendors.engine()  # what has no reading or no circle is refused before anything is written
    return {
        FOLDER / "gallery.graphql": gallery.sdl(),
        FOLDER / "directory.graphql": vendors.sdl(),
        ACCESS: page(),
    }


def _compare(texts: Mapping[Path, str]) -> None:
    import difflib

    from server.cli.output import fail

    differing = []
    for file, text in texts.items():
        found = file.read_text("utf-8") if file.exists() else ""
        if found == text:
            continue
        changes = list(
            difflib.unified_diff(found.splitlines(), text.splitlines(), "the file", "the code", n=0, lineterm="")
        )
        print("\n".join(changes[:40]))
        differing.append(file.name)
    if differing:
        fail(
            f"{', '.join(differing)} differs from the code: write it with 'rollegalleri schema --write' and look at the difference."
        )
