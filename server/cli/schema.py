"""`rollegalleri schema`."""

from pathlib import Path
from typing import Annotated, Final

import typer

EXAMPLES = "Examples:  [bold]rollegalleri schema[/]  ·  [bold]rollegalleri schema --check[/]"
_ROOT: Final = Path(__file__).resolve().parents[2]
FILE: Final = _ROOT / "schema" / "gallery.graphql"
ACCESS: Final = _ROOT / "docs" / "access.md"


def schema(
    check: Annotated[
        bool, typer.Option("--check", help="Compare the schema's file, and docs/access.md, with the code.")
    ] = False,
    write: Annotated[bool, typer.Option("--write", help="Write them from the code.")] = False,
) -> None:
    """Print the gallery's schema in GraphQL's schema language, or keep its file in step with the code."""
    from schema.access_page import page
    from schema.gallery.schema import sdl

    if check and write:
        raise typer.BadParameter("--check and --write exclude each other.")
    text = sdl()
    if write:
        FILE.write_text(text, "utf-8")
        ACCESS.write_text(page(), "utf-8")
    elif check:
        _compare(FILE, text)
        _compare(ACCESS, page())
    else:
        print(text, end="")


def _compare(file: Path, text: str) -> None:
    import difflib

    from server.cli.output import fail

    found = file.read_text("utf-8") if file.exists() else ""
    if found == text:
        return
    changes = list(
        difflib.unified_diff(found.splitlines(), text.splitlines(), "the file", "the code", n=0, lineterm="")
    )
    print("\n".join(changes[:40]))
    fail(f"{file.name} differs from the code: write it with 'rollegalleri schema --write' and look at the difference.")
