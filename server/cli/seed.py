"""`rollegalleri seed`."""

from pathlib import Path
from typing import Annotated, Any

import typer

EXAMPLES = (
    "Examples:  [bold]rollegalleri seed reference[/]  ·  [bold]rollegalleri seed demo --remove[/]"
    "  ·  [bold]rollegalleri seed --scale 20[/]"
)
app = typer.Typer(help="Load data: reference facts, demo data, or many times the organisations.", epilog=EXAMPLES)
Data = Annotated[Path | None, typer.Option("--data", help="The embedded database's folder. Default: .rollegalleri")]


@app.callback(invoke_without_command=True)
def seed(
    context: typer.Context,
    scale: Annotated[
        int | None, typer.Option(min=1, max=100, help="Have N × the demo's organisations, for measuring.")
    ] = None,
    data: Data = None,
) -> None:
    """Load data; loading again changes nothing."""
    if context.invoked_subcommand is None and scale is None:
        raise typer.BadParameter("Say what to load: 'reference', 'demo', or --scale N.")
    if context.invoked_subcommand is not None and scale is not None:
        raise typer.BadParameter("--scale stands alone: it loads reference and demo data itself.")
    if scale is not None:
        _load("scale", data, scale)


@app.command("reference", epilog=EXAMPLES)
def reference(data: Data = None) -> None:
    """Bring the reference data up to date: municipalities, roles, systems, projects and tasks."""
    _load("reference", data)


@app.command("demo", epilog=EXAMPLES)
def demo(
    remove: Annotated[bool, typer.Option("--remove", help="Take all demo data away again.")] = False, data: Data = None
) -> None:
    """Load invented people, mailboxes and facts beside the reference data, or take them away."""
    _load("remove" if remove else "demo", data)


def _load(what: str, data: Path | None, scale: int = 1) -> None:
    from server import logs
    from server.cli.output import say
    from server.opening import with_database
    from server.settings import load

    settings = load(data=data)
    logs.configure(settings.log_format, "warning")
    with_database(settings, say, lambda database: _run(database, what, scale))


async def _run(database: Any, what: str, scale: int) -> None:
    from graph import migrations
    from graph_seed.load import load_demo, load_reference, load_scale, remove_demo
    from server.cli.output import say

    await migrations.apply(database, say)
    if what == "reference":
        await load_reference(database, say)
    elif what == "demo":
        await load_reference(database, say)
        await load_demo(database, say)
    elif what == "scale":
        await load_scale(database, scale, say)
    else:
        gone = await remove_demo(database, say)
        say(f"Demo mode has ended: {gone} nodes were removed")
