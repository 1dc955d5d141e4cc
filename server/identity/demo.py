"""Tokens to try things out with, printed at the start: only in demo mode, which is our own database with invented people in it."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from graph.driver import Database
from graph_seed.load import has_demo
from resolvers.context import Context
from server.identity.existing import Existing
from server.identity.minting import mint, operator, wanted
from server.identity.own import own_key
from server.identity.setting import OWN_ISSUER
from server.settings import Settings, is_loopback

HOURS: Final = 12
SPEAKERS: Final = ("kombit", "municipality:0751:editor", "municipality:0751:reader", "vendor:kmd")


class DemoToken(NamedTuple):
    """A token, and for whom it speaks as `rollegalleri token --as` says it."""

    speaker: str
    token: str


async def is_demo(settings: Settings, database: Database) -> bool:
    """Tell whether there is nothing but a demonstration: our own database with invented people, for this machine alone."""
    return settings.embedded and is_loopback(settings.host) and await has_demo(database)


async def demo_tokens(settings: Settings, database: Database) -> Sequence[DemoToken]:
    """Make one for each audience; none where this is no demo, where an issuer makes tokens, or where others reach us."""
    if settings.access == "off" or settings.jwks is not None or not await is_demo(settings, database):
        return ()
    own, who = own_key(settings.data), operator(Context.local(database).viewer)
    there = await Existing(database).names()
    made = []
    for speaker in SPEAKERS:
        want = wanted(speaker)
        if want.speaker == "kombit" or want.speaker in there:
            token = mint(own, want, OWN_ISSUER, settings.audience, who, HOURS * 3600)
            made.append(DemoToken(speaker, token))
    return made
