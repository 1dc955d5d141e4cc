"""An issuer as MitID Erhverv and Fælleskommunal Adgangsstyring are one: its keys, its claims, and how the service takes them."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.identity.claims import Claims

ISSUER = "https://broker.example"
AUDIENCE = "rollegalleri"
HIGH = "https://data.gov.dk/concept/core/nsis/High"
SUBSTANTIAL = "https://data.gov.dk/concept/core/nsis/Substantial"
LOW = "https://data.gov.dk/concept/core/nsis/Low"
READER, EDITOR = "urn:roles/reader/1", "urn:roles/editor/1"
AARHUS, KOMBIT, KMD, NOWHERE, NOBODY = "11111111", "22222222", "33333333", "44444444", "55555555"
CLAIMS = Claims.model_validate(
    {
        "cvr": "nemlogin.cvr",
        "person": "gallery_person",
        "require": {"loa": (SUBSTANTIAL, HIGH)},
        "organisations": {
            AARHUS: "municipality:0751", KOMBIT: "kombit", KMD: "vendor:kmd", NOWHERE: "municipality:0999",
            NOBODY: "vendor:nobody",
        },
        "rights": {
            "claim": "rights", "role": "role", "scope": "scope", "reader": (READER,), "editor": (EDITOR,),
        },
    }
)  # fmt: skip
BY_CODE = Claims.model_validate({**CLAIMS.model_dump(exclude={"organisations"}), "municipality": "kommunekode"})
"""The same issuer, where it tells a municipality's code."""
BY_KEY = Claims.model_validate({**CLAIMS.model_dump(exclude={"organisations"}), "speaker": "speaks_for"})
"""And where it says for whom the token speaks as we do."""


@dataclass
class Issuer:
    """Its private keys by id, each with its algorithm; `write` publishes the public ones."""

    file: Path
    keys: dict[str, tuple[str, Any]] = field(default_factory=dict)

    @classmethod
    def with_keys(cls, file: Path) -> Issuer:
        made = cls(file)
        made.keys["rsa"] = ("RS256", rsa.generate_private_key(65537, 2048))
        made.keys["ec"] = ("ES256", ec.generate_private_key(ec.SECP256R1()))
        made.keys["ed"] = ("EdDSA", Ed25519PrivateKey.generate())
        made.write()
        return made

    def jwks(self) -> bytes:
        listed = [
            jwt.get_algorithm_by_name(algorithm).to_jwk(private.public_key(), as_dict=True)
            | {"kid": kid, "alg": algorithm, "use": "sig"}
            for kid, (algorithm, private) in self.keys.items()
        ]
        return json.dumps({"keys": listed}).encode()

    def write(self) -> None:
        self.file.write_bytes(self.jwks())

    def token(self, kid: str = "ec", header: dict[str, Any] | None = None, **other: Any) -> str:
        """A good token, but for what is given otherwise; None leaves a claim out."""
        algorithm, private = self.keys[kid]
        claims = {name: value for name, value in {**good(), **other}.items() if value is not None}
        return jwt.encode(claims, private, algorithm, headers={"typ": "at+jwt", "kid": kid, **(header or {})})


def good() -> dict[str, Any]:
    """What a token of an editor in Aarhus says."""
    now = int(time.time())
    return {
        "iss": ISSUER, "aud": AUDIENCE, "sub": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "iat": now, "exp": now + 600,
        "identity_type": "professional", "loa": SUBSTANTIAL, "nemlogin.cvr": AARHUS,
        "kommunekode": "0751", "speaks_for": "municipality:0751",
        "rights": [{"role": EDITOR, "scope": [AARHUS, "0751"]}],
    }  # fmt: skip
