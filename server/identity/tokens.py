"""A token's text into its claims, if it is one that was made for us, by whom we trust, and that counts now.

What is looked at is fixed here and in the settings: nothing in a token chooses the algorithm, the key's place or the issuer
(RFC 8725). Access tokens only (RFC 9068): an ID token says who has logged in somewhere, not what may be done here.
"""

import base64
import binascii
import re
import sys
from collections.abc import Mapping
from typing import Any, Final

import jwt
import orjson

from server.identity.keys import LONGEST_KID, Keys
from server.identity.refusing import BadToken

LONGEST: Final = 8_000
"""Characters of a token."""
LEEWAY_SECONDS: Final = 10
"""By how much the issuer's clock may differ from ours."""
TYPES: Final = ("at+jwt", "application/at+jwt")
REQUIRED: Final = ("exp", "iat", "iss", "aud", "sub")
_LARGEST: Final = sys.float_info.max
_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_HEADER: Final = {"alg", "typ", "kid", "x5t", "x5t#S256"}
"""What a header may have; keys and addresses of keys (`jwk`, `jku`, `x5c`, `x5u`) and `crit` are not among them."""


class Tokens:
    """Verifies tokens of one issuer for one audience."""

    def __init__(self, keys: Keys, issuer: str, audience: str) -> None:
        self.keys, self._issuer, self._audience = keys, issuer, audience

    async def claims(self, token: str) -> Mapping[str, Any]:
        """Give a token's claims. Raises `BadToken`."""
        algorithm, kid = _header(token)
        key = await self.keys.find(kid)
        if key is None:
            raise BadToken("unknown key")
        if key.algorithm != algorithm:
            raise BadToken("another algorithm than its key's")
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.public,
                algorithms=[key.algorithm],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY_SECONDS,
                options={"require": list(REQUIRED)},
            )
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise BadToken(type(error).__name__) from None
        _check_times(claims)
        return claims


def _header(token: str) -> tuple[str, str]:
    """Read what a token's header says of algorithm and key, of what it may say at all."""
    if len(token) > LONGEST:
        raise BadToken("too long")
    if not _SHAPE.fullmatch(token):
        raise BadToken("not three parts")
    text = token.partition(".")[0]
    try:
        header = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        raise BadToken("header is not JSON") from None
    if not isinstance(header, dict) or not all(isinstance(value, str) for value in header.values()):
        raise BadToken("header is not an object of texts")
    if not header.keys() <= _HEADER:
        raise BadToken("header has what it may not have")
    if header.get("typ", "").lower() not in TYPES:
        raise BadToken("not an access token")
    kid = header.get("kid", "")
    if not 0 < len(kid) <= LONGEST_KID:
        raise BadToken("no key id")
    return header.get("alg", ""), kid


def _check_times(claims: Mapping[str, Any]) -> None:
    """Hold the times to be numbers: the library takes texts of digits too, and more digits than a float can have."""
    for name in ("exp", "iat", "nbf"):
        value = claims.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _LARGEST:
            raise BadToken(f"{name} is not a number")
    if claims["exp"] <= claims["iat"]:
        raise BadToken("ends before it begins")
