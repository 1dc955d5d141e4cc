"""Keys that tokens are verified with: each for one algorithm, so that a token cannot choose how it is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import jwt

ALGORITHMS: Final = {
    "EdDSA": ("OKP", "Ed25519"),
    "ES256": ("EC", "P-256"),
    "RS256": ("RSA", None),
    "PS256": ("RSA", None),
}
"""The algorithms that are accepted, all of them asymmetric, and the type and curve of their keys."""
LONGEST_KID: Final = 200
LEAST_RSA_BITS: Final = 2048
_PRIVATE: Final = ("d", "k", "p", "q")


@dataclass(frozen=True, slots=True)
class Key:
    """A public key by its id."""

    kid: str
    algorithm: str
    public: Any


class Keys(Protocol):
    """Where keys are found by their ids."""

    @property
    def generation(self) -> int:
        """Another number whenever a key has gone: what was verified before is then looked at again."""

    def look(self) -> None:
        """See to it that a key that was withdrawn is found to be; does not wait."""

    async def find(self, kid: str) -> Key | None:
        """Give the key of that id, None if there is none."""


def key_of(jwk: Mapping[str, Any]) -> Key | None:
    """Read one key of a key set; None for one that is for something else, or that no token may be signed with."""
    kid, kind, curve = jwk.get("kid"), jwk.get("kty"), jwk.get("crv")
    if not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_KID or jwk.get("use", "sig") != "sig":
        return None
    algorithm = jwk.get("alg") or next(
        (a for a, (kty, crv) in ALGORITHMS.items() if kty == kind and crv in (None, curve)), ""
    )
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        return None
    if ALGORITHMS[algorithm] not in ((kind, curve), (kind, None)):
        return None
    if any(name in jwk for name in _PRIVATE):
        return None  # somebody has published a private key
    try:
        public = jwt.PyJWK(dict(jwk), algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError, AttributeError):
        return None
    if kind == "RSA" and public.key_size < LEAST_RSA_BITS:
        return None
    return Key(kid, algorithm, public)
