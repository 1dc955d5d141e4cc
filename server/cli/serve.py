"""`rollegalleri serve`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from server.identity.demo import DemoToken

EXAMPLES = "Examples:  [bold]rollegalleri serve[/]  ·  [bold]rollegalleri serve --port 8100 --data /tmp/gallery[/]"

_ASKED = {
    "kombit": ("/graphql", '{ gaps(region: "Nordjylland", within: 30) { da } }'),
    "municipality": ("/graphql", '{ gaps(municipality: "0751") { day da } }'),
    "vendor": ("/directory/graphql", "{ customers(first: 3) { nodes { contacts { mailbox } } } }"),
}


def serve(
    host: Annotated[
        str | None,
        typer.Option(help="Where to listen; beyond loopback only with access control on. Default: 127.0.0.1"),
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
        run(settings, logger.info, lambda base, _tokens: logger.info("listening", address=base))
    else:
        run(settings, say, _announce)


def _announce(base: str, tokens: "Sequence[DemoToken]") -> None:
    lines = [
        "",
        f"  The gallery        {base}/graphql  (examples, in a browser)",
        f"  Its schema         {base}/schema/gallery.graphql",
        f"  Vendor directory   {base}/directory/graphql",
        f"  Health             {base}/healthz/live",
        f"                     {base}/healthz/ready",
        "",
    ]
    if tokens:
        lines.append("  Demo tokens, for 12 hours, of this installation alone. Each with a question:")
        for speaker, token in tokens:
            lines += [
                "",
                f"  {speaker}",
                f"TOKEN={token}",
                *_curl(base, *_ASKED[speaker.partition(":")[0]], token=True),
            ]
        lines += ["", "  Without a token one sees what is public. More: rollegalleri token --help"]
    else:
        lines += ["  A question from another terminal:", "", *_curl(base, *_ASKED["kombit"], token=False)]
    lines += ["", "  rollegalleri who 'Systemejer for kommunens bogføringssystem' --in Aarhus --why", ""]
    print("\n".join(lines), flush=True)


def _curl(base: str, path: str, question: str, *, token: bool) -> list[str]:
    """Give a request as one types it, within 80 columns."""
    escaped = question.replace('"', '\\"')
    sent = ['  -H "Authorization: Bearer $TOKEN" \\'] if token else []
    head = [f"curl -s {base}{path} \\", "  -H 'Content-Type: application/json' \\", *sent]
    return [f"  {line}" for line in (*head, f'  -d \'{{"query": "{escaped}"}}\'')]
