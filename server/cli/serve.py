"""`rollegalleri serve`."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = "Examples:  [bold]rollegalleri serve[/]  ·  [bold]rollegalleri serve --port 8100 --data /tmp/gallery[/]"


def serve(
    host: Annotated[
        str | None, typer.Option(help="Where to listen; only loopback addresses. Default: 127.0.0.1")
    ] = None,
    port: Annotated[int | None, typer.Option(help="The port; 0 takes a free one. Default: 8000")] = None,
    data: Annotated[Path | None, typer.Option(help="The embedded database's folder. Default: .rollegalleri")] = None,
    workers: Annotated[int | None, typer.Option(help="How many processes answer, on one database. Default: 1")] = None,
) -> None:
    """Start the database (its own, unless NEO4J_URI names one), fill it where it is empty, and serve until Ctrl-C."""
    from server import logs
    from server.cli.output import say
    from server.running import serve as run
    from server.settings import load

    settings = load(host=host, port=port, data=data, workers=workers)
    logs.configure(settings.log_format, settings.log_level)
    if settings.log_format == "json":
        logger = logs.logger()
        run(settings, logger.info, lambda base: logger.info("listening", address=base))
    else:
        run(settings, say, _announce)


def _announce(base: str) -> None:
    question = (
        '{ responsibility(role: "Systemejer for kommunens bogføringssystem", municipality: "Aarhus") '
        "{ outcome reach { holder { name } email } } }"
    )
    escaped = question.replace('"', '\\"')
    lines = (
        "",
        f"  The gallery        {base}/graphql   (with examples, in a browser)",
        f"  Its schema         {base}/schema/gallery.graphql",
        f"  Health             {base}/healthz/live  {base}/healthz/ready",
        "",
        "  A question from another terminal:",
        "",
        f"  curl -s {base}/graphql -H 'content-type: application/json' \\",
        f'    -d \'{{"query": "{escaped}"}}\'',
        "",
        "  rollegalleri who 'Systemejer for kommunens bogføringssystem' --in Aarhus --why",
        "",
    )
    print("\n".join(lines), flush=True)
