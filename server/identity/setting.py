"""What the settings say of identity, made: who asks is told by tokens, or (access control off) is the local operator."""

from graph.driver import Database
from server.guard import Guard
from server.identity.existing import Existing
from server.identity.identity import Bearer, Identity, Operator
from server.identity.jwks import KeySet
from server.identity.own import key_file, own_key
from server.identity.tokens import Tokens
from server.settings import Settings, check_loopback, is_loopback

OWN_ISSUER = "rollegalleri"
"""Who issues the tokens of the installation's own key. The key is what tells one installation from another."""


async def identity_of(settings: Settings, database: Database) -> Identity:
    """Make what tells who asks; an issuer's keys are read, if it answers. Raises `StartError`."""
    if settings.access == "off":
        check_loopback(settings.host)
        return Operator(database)
    existing = Existing(database)
    if settings.jwks is None:
        tokens = Tokens(own_key(settings.data), OWN_ISSUER, settings.audience)
    else:
        keys = KeySet(settings.jwks)
        await keys.refresh()
        tokens = Tokens(keys, settings.issuer or "", settings.audience)
    return Bearer(tokens, settings.of_claims, existing)


def whose_tokens(settings: Settings) -> str:
    """Say at the start who may ask: an issuer that was meant and is not configured would be missed without a word."""
    if settings.access == "off":
        return "Access control is off: whoever reaches the address is the operator"
    if settings.jwks is None:
        return (
            f"Tokens count that were made with this installation's own key ({key_file(settings.data)}), and no issuer's"
        )
    return (
        f"Tokens count of the issuer {settings.issuer} for {settings.audience}, and no others;"
        f" keys from {settings.jwks}, claims as {settings.claims} has them"
    )


def who_asks_without(settings: Settings) -> str:
    """Say at the start how those without a token are told apart."""
    if not settings.of_proxies.networks:
        return "Who asks without a token is told by the connection's address; no proxy's X-Forwarded-For counts"
    return f"Who asks without a token is told by X-Forwarded-For where it comes from {settings.proxies}"


def guard_of(settings: Settings) -> Guard:
    """Make what decides which requests are meant for us."""
    origins = frozenset(origin.encode() for origin in settings.of_origins)
    return Guard(frozenset(settings.of_names), origins, anywhere=not is_loopback(settings.host))
