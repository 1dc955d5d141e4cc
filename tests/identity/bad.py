"""Tokens that must not be accepted, each as the text of the header `Authorization`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.identity.issuer import AARHUS, EDITOR, KOMBIT, LOW, NOBODY, NOWHERE, Issuer, good

Bad = tuple[str, str]
CPR_NUMBERS = (
    ("with a hyphen", "010190-1234"),
    ("digits alone", "0101901234"),
    ("with a space", "010190 1234"),
    ("in pairs", "01.01.90 - 1234"),
    ("with its name", "CPR:0101901234"),
    ("as an OID", "urn:oid:1.2.208.176.1.2:0101901234"),
    ("behind a CVR number", "12345678-0101901234"),
    ("behind a letter", "a0101701234"),
    ("behind letters", "uid0101701234"),
    ("behind letters, with a hyphen", "id010170-1234"),
    ("before a letter", "0101701234f"),
    ("with one more number behind", "010170-1234-1"),
    ("before a UUID", "0101701234-7c9e6679-7425-40de-944b-aa0101701234"),
    ("as if it were a SID", "S-1-5-010170-1234"),
    ("a replacement, its day with 60 more", "6101901234"),
)
"""In the spellings in which registers and issuers have them; nobody's."""


def bad_tokens(issuer: Issuer) -> list[Bad]:
    """All of them with a name."""
    listed = [*_headers(issuer), *_claims(issuer), *_identities(issuer)]
    bearers = [(name, f"Bearer {token}") for name, token in listed]
    return [*bearers, *_not_bearers(issuer), *_broken(issuer)]


def bad_where_no_organisation_is_listed(issuer: Issuer) -> list[Bad]:
    """Those of an issuer that tells a municipality's code, or whom a token speaks for: `BY_CODE` and `BY_KEY`."""
    gone = {"identity_type": None, "nemlogin.cvr": None}
    listed = [
        *_not_professional(issuer),
        ("neither a kind of identity nor a CVR", issuer.token(**gone)),
        ("for nobody", issuer.token(kommunekode=None, speaks_for=None)),
        ("for a number", issuer.token(kommunekode=751, speaks_for=751)),
        ("for a municipality that does not exist", issuer.token(kommunekode="0999", speaks_for="municipality:0999")),
        ("a role for somebody else", issuer.token(rights=[{"role": EDITOR, "scope": ["0101"]}])),
        ("a role for nobody", issuer.token(rights=[{"role": EDITOR, "scope": [""]}])),
    ]
    return [(name, f"Bearer {token}") for name, token in listed]


def part(value: Any) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def _signed_by_hand(issuer: Issuer, header: Any, payload: bytes) -> str:
    """What a library would refuse to write, signed rightly by the issuer's EC key."""
    head = f"{part(header)}.{part(payload)}"
    algorithm = jwt.get_algorithm_by_name("ES256")
    return f"{head}.{part(algorithm.sign(head.encode(), issuer.keys['ec'][1]))}"


def _headers(issuer: Issuer) -> Iterator[Bad]:
    token = issuer.token
    payload = token().split(".")[1]
    pem = issuer.keys["rsa"][1].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    foreign = ec.generate_private_key(ec.SECP256R1())
    for alg in ("none", "None", "NONE", "nOnE"):
        yield f"algorithm {alg}", f"{part({'alg': alg, 'typ': 'at+jwt', 'kid': 'ec'})}.{payload}.AA"
    yield "algorithm none, no signature", f"{part({'alg': 'none', 'typ': 'at+jwt', 'kid': 'ec'})}.{payload}."
    for name, secret in (("PEM", pem), ("JWKS", issuer.jwks()), ("nothing", b"")):
        for alg, digest in (("HS256", hashlib.sha256), ("HS512", hashlib.sha512)):
            head = f"{part({'alg': alg, 'typ': 'at+jwt', 'kid': 'rsa'})}.{payload}"
            yield (
                f"key confusion, {alg} with {name}",
                f"{head}.{part(hmac.new(secret, head.encode(), digest).digest())}",
            )
    private = issuer.keys["rsa"][1]
    for alg in ("PS256", "RS512", "RS384"):
        yield f"its key, but {alg}", jwt.encode(good(), private, alg, headers={"typ": "at+jwt", "kid": "rsa"})
    yield "the key of another algorithm", token("ec", {"kid": "rsa"})
    yield "another key by the same id", jwt.encode(good(), foreign, "ES256", headers={"typ": "at+jwt", "kid": "ec"})
    yield "unknown key", token("ec", {"kid": "unknown"})
    yield "no key id", _signed_by_hand(issuer, {"alg": "ES256", "typ": "at+jwt"}, json.dumps(good()).encode())
    yield "a key id that is a number", _signed_by_hand(issuer, {"alg": "ES256", "typ": "at+jwt", "kid": 7}, b"{}")
    for kid in ("../../../../etc/passwd", "' OR 1=1 --", "ec\0", "x" * 300, "http://127.0.0.1/keys"):
        yield f"key id {kid[:12]!r}", _signed_by_hand(issuer, {"alg": "ES256", "typ": "at+jwt", "kid": kid}, b"{}")
    yield "jku", token(header={"jku": "https://attacker.example/jwks.json"})
    yield "x5u", token(header={"x5u": "https://attacker.example/cert.pem"})
    yield "x5c", token(header={"x5c": ["MIIB"]})
    jwk = json.loads(jwt.get_algorithm_by_name("ES256").to_jwk(foreign.public_key()))
    yield "jwk of its own", jwt.encode(good(), foreign, "ES256", headers={"typ": "at+jwt", "kid": "ec", "jwk": jwk})
    yield "crit", token(header={"crit": ["exp"]})
    yield "zip", token(header={"zip": "DEF"})
    yield "an ID token", token(header={"typ": "JWT"}, nonce="n", at_hash="h")
    yield "another type", token(header={"typ": "logout+jwt"})
    yield "no type", _signed_by_hand(issuer, {"alg": "ES256", "kid": "ec"}, json.dumps(good()).encode())


def _claims(issuer: Issuer) -> Iterator[Bad]:
    token, now = issuer.token, int(time.time())
    yield "another audience", token(aud="another-service")
    yield "other audiences", token(aud=["another-service", "rollegalleri2"])
    yield "no audience", token(aud=None)
    yield "another issuer", token(iss="https://attacker.example")
    yield "nearly the issuer", token(iss="https://broker.example/")
    yield "no issuer", token(iss=None)
    yield "expired", token(iat=now - 900, exp=now - 300)
    yield "not yet valid", token(nbf=now + 300)
    yield "issued later", token(iat=now + 300)
    yield "no expiry", token(exp=None)
    yield "not issued", token(iat=None)
    yield "ends before it begins", token(iat=now + 5, exp=now + 2)
    yield "no subject", token(sub=None)
    yield "an empty subject", token(sub="")
    yield "a long subject", token(sub="s" * 500)
    yield "a subject of two lines", token(sub="a\nb")
    for name, spelled in CPR_NUMBERS:
        yield f"a CPR number as subject: {name}", token(sub=spelled)
    yield "a CPR number as person", token(gallery_person="person:010190-1234")
    written = json.dumps(good()).encode()
    header = {"alg": "ES256", "typ": "at+jwt", "kid": "ec"}
    for name, value in (("text", b'"9999999999"'), ("endless", b"Infinity"), ("no number", b"NaN"), ("true", b"true"),
                        ("1e400", b"1e400"), ("401 digits", b"1" + b"0" * 400), ("a list", b"[9999999999]")):  # fmt: skip
        changed = written.replace(b'"exp": %d' % good()["exp"], b'"exp": ' + value)
        yield f"expires: {name}", _signed_by_hand(issuer, header, changed)
    yield "a number as subject", _signed_by_hand(issuer, header, written.replace(b'"sub": "', b'"sub": 7, "was": "'))
    for name, payload in (("a list", b"[]"), ("text", b'"x"'), ("nothing", b""), ("not JSON", b"{"), ("nested", b"[" * 4_000),
                          ("not UTF-8", b'{"sub": "\xff"}')):  # fmt: skip
        if payload:
            yield f"its claims are {name}", _signed_by_hand(issuer, header, payload)


def _identities(issuer: Issuer) -> Iterator[Bad]:
    token = issuer.token
    yield from _not_professional(issuer)
    yield "a CVR that nobody knows", token(**{"nemlogin.cvr": "99999999"})
    yield "a low assurance", token(loa=LOW)
    yield "no assurance", token(loa=None)
    yield "no role", token(rights=None)
    yield "a role of another system", token(rights=[{"role": "urn:other", "scope": [AARHUS]}])
    yield "a role for somebody else", token(rights=[{"role": EDITOR, "scope": [KOMBIT]}])
    yield "a role for nobody", token(rights=[{"role": EDITOR}])
    for scope in ("", [""], [], [None], None):
        told = {"nemlogin.cvr": KOMBIT, "rights": [{"role": EDITOR, "scope": scope}]}
        yield f"a role of KOMBIT for nobody: {scope!r}", token(**told)
    yield "a role as text", token(rights=[EDITOR])
    yield (
        "a municipality that does not exist",
        token(**{"nemlogin.cvr": NOWHERE, "rights": [{"role": EDITOR, "scope": [NOWHERE]}]}),
    )
    yield (
        "a vendor that does not exist",
        token(**{"nemlogin.cvr": NOBODY, "rights": [{"role": EDITOR, "scope": [NOBODY]}]}),
    )


def _not_professional(issuer: Issuer) -> Iterator[Bad]:
    token = issuer.token
    yield "a private identity", token(identity_type="private")
    yield "no kind of identity", token(identity_type=None)
    yield "two kinds of identity", token(identity_type=["professional", "private"])
    yield "no CVR", token(**{"nemlogin.cvr": None})
    yield "an empty CVR", token(**{"nemlogin.cvr": ""})
    yield "a CVR that is a number", token(**{"nemlogin.cvr": int(AARHUS)})
    yield "a CVR in Arabic digits", token(**{"nemlogin.cvr": "١١١١١١١١"})
    yield "a short CVR", token(**{"nemlogin.cvr": AARHUS[:7]})


def _not_bearers(issuer: Issuer) -> Iterator[Bad]:
    token = issuer.token()
    yield "nothing", ""
    yield "a scheme alone", "Bearer"
    yield "no token", "Bearer "
    yield "no scheme", token
    yield "another scheme", f"Token {token}"
    yield "a password", "Basic YWRtaW46YWRtaW4="
    yield "two tokens", f"Bearer {token}, Bearer {token}"
    yield "something behind", f"Bearer {token} x"


def _broken(issuer: Issuer) -> Iterator[Bad]:
    token = issuer.token()
    head, payload, signature = token.split(".")
    other = issuer.token(sub="somebody else").split(".")[1]
    yield "cut", f"Bearer {token[:-10]}"
    yield "other claims", f"Bearer {head}.{other}.{signature}"
    yield "no signature", f"Bearer {head}.{payload}."
    yield "two parts", f"Bearer {head}.{payload}"
    yield "five parts", f"Bearer {head}.{payload}.{signature}.{payload}.{signature}"
    yield "encoded otherwise", f"Bearer {head}=.{payload}.{signature}"
    yield "not encoded", "Bearer {}.{}.{}"
    yield "a header that is no object", f"Bearer {part([])}.{payload}.{signature}"
    yield "a nested header", f"Bearer {part(b'[' * 3_000)}.{payload}.{signature}"
    yield "huge", f"Bearer {issuer.token(sub='s' * 20_000)}"
    yield "huge nonsense", "Bearer " + "A" * 40_000
    yield "letters beyond ASCII", "Bearer æøå.æøå.æøå"
