"""`rollegalleri token`: a token of this installation's own key."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from server.settings import Settings

EXAMPLES = (
    "Examples:  [bold]rollegalleri token --as kombit[/]  ·  [bold]rollegalleri token --as municipality:0751:reader --hours 1[/]"
    "  ·  [bold]TOKEN=$(rollegalleri token --as vendor:kmd)[/]"
)


def token(
    speaker: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="WHO",
            help="For whom it speaks: kombit, municipality:0751 or vendor:kmd; :reader behind makes one that changes nothing.",
        ),
    ],
    person: Annotated[
        str | None, typer.Option("--person", help="The person who uses it: their id in the gallery.")
    ] = None,
    hours: Annotated[float, typer.Option(help="How long it counts, 0.01 to 720.")] = 8,
    data: Annotated[Path | None, typer.Option(help="The folder with the key. Default: .rollegalleri")] = None,
) -> None:
    """Print a token that this installation accepts; it cannot be taken back, so let it be short."""
    from resolvers.context import Context
    from server import logs
    from server.cli.output import quietly
    from server.errors import BadSettingError
    from server.identity.minting import check_hours, mint, operator, wanted
    from server.identity.own import own_key
    from server.identity.setting import OWN_ISSUER
    from server.opening import with_database
    from server.settings import load

    settings = load(data=data)
    logs.configure(settings.log_format, "error")
    if settings.jwks is not None:
        expected = f"unset: this installation takes tokens of {settings.issuer} alone, which makes them itself"
        raise BadSettingError("ROLLEGALLERI_JWKS", settings.jwks, expected)
    want = wanted(speaker)
    check_hours(hours)

    async def look(database: Any) -> str:
        await _check(database, want.speaker, person)
        return operator(Context.local(database).viewer)

    with quietly("Looking in the gallery") as progress:
        who = with_database(settings, progress, look, fill=True)
    made = mint(own_key(settings.data), want, OWN_ISSUER, settings.audience, person or who, hours * 3600, person or "")
    print(made)
    may = "may change what is theirs" if want.edits else "may only ask"
    note = "" if settings.access == "on" else " Access control is off (ROLLEGALLERI_ACCESS): no token is looked at."
    print(f"A token for {want.speaker}, which {may}, for {hours:g} hours. Keep it secret.{note}", file=sys.stderr)


def token_for(settings: "Settings", base: str) -> str | None:
    """Give the token for a command that asks a running service: the one that is set, else one made with the key that is here.

    That one is short-lived, changes nothing, and goes to this machine alone.
    """
    from urllib.parse import urlsplit

    from server.identity.minting import mint, wanted
    from server.identity.own import key_file, own_key
    from server.identity.setting import OWN_ISSUER
    from server.settings import is_loopback

    if given := settings.token.get_secret_value():
        return given
    here = is_loopback(urlsplit(base).hostname or "")
    if not here or settings.access == "off" or settings.jwks is not None or not key_file(settings.data).exists():
        return None
    return mint(own_key(settings.data), wanted("kombit:reader"), OWN_ISSUER, settings.audience, "watch", 600)


async def _check(database: Any, speaker: str, person: str | None) -> None:
    """Refuse whom the gallery does not have. Raises `InvalidInput`."""
    from graph.driver import Statement
    from resolvers.errors import InvalidInput, check_text
    from server.identity.existing import Existing
    from server.identity.minting import check_there

    if speaker != "kombit":
        check_there(speaker, await Existing(database).names())
    if person is not None:
        check_text("--person", person)
        there = Statement(
            "person of a token", "RETURN EXISTS { (p:Person {key: $p.key}) WHERE p.erasedAt IS NULL }", {"key": person}
        )
        if not await database.value(there):
            raise InvalidInput("UNKNOWN_PERSON", "--person", person, "the id of a person, as answers have it")
