"""Tokens of this installation's own key: for its first editor, for scripts, and for trying things out."""

import re
import time
from collections.abc import Mapping
from typing import Final, NamedTuple

import jwt
from rapidfuzz import process

from resolvers.context import Viewer
from resolvers.errors import InvalidInput
from server.identity.claims import OF_OURS, OWN, SPEAKER
from server.identity.own import ALGORITHM, OwnKey

LEAST_HOURS: Final = 0.01
MOST_HOURS: Final = 24 * 30
"""A token cannot be taken back: who has it may use it until it expires, or the key is replaced."""
_NEAREST: Final = 3
_EXPECTED: Final = "kombit, municipality:0751 or vendor:kmd; the first two also with :reader or :editor behind"


class Wanted(NamedTuple):
    """For whom a token is to speak, and whether it may change something."""

    speaker: str
    edits: bool


def wanted(text: str) -> Wanted:
    """Read `--as`. Without `:reader` it may do all that is possible there. Raises `InvalidInput`."""
    found = re.fullmatch(rf"({SPEAKER})(?::(reader|editor))?", text, re.ASCII)
    if found is None or (found[1].startswith("vendor:") and found[2] == "editor"):
        raise InvalidInput("BAD_CHOICE", "--as", text, _EXPECTED)
    return Wanted(found[1], found[2] != "reader" and not found[1].startswith("vendor:"))


def check_hours(hours: float) -> None:
    """Refuse what is no time for a token, a number that is none (`nan`) too. Raises `InvalidInput`."""
    if not LEAST_HOURS <= hours <= MOST_HOURS:
        expected = f"a number of hours from {LEAST_HOURS} to {MOST_HOURS}"
        raise InvalidInput("BAD_NUMBER", "--hours", hours, expected)


def check_there(speaker: str, names: Mapping[str, str]) -> None:
    """Refuse what does not exist, with the nearest that does. `names` are the names by key. Raises `InvalidInput`."""
    if speaker == "kombit" or speaker in names:
        return
    kind = speaker.partition(":")[0]
    there = {key: f"{key} {name}" for key, name in names.items() if key.startswith(f"{kind}:")}
    near = [name for name, _, _ in process.extract(speaker, there, limit=_NEAREST)] if there else []
    code = "UNKNOWN_VENDOR" if kind == "vendor" else "UNKNOWN_MUNICIPALITY"
    expected = (
        f"one that the gallery has, such as {'; '.join(near)}" if near else "one that the gallery has; it has none yet"
    )
    raise InvalidInput(code, "--as", speaker, expected)


def mint(own: OwnKey, want: Wanted, issuer: str, audience: str, who: str, seconds: float, person: str = "") -> str:
    """Make a token that counts from now. `who` is its subject, `person` the key of a person in the gallery."""
    now = int(time.time())
    claims = {
        "iss": issuer,
        "aud": audience,
        "sub": who,
        "iat": now,
        "exp": now + int(seconds),
        OWN: want.speaker,
        OF_OURS.rights.claim: ["editor" if want.edits else "reader"],
        **({OF_OURS.person: person} if person else {}),
    }
    return jwt.encode(claims, own.private, ALGORITHM, headers={"typ": "at+jwt", "kid": own.key.kid})


def operator(viewer: Viewer) -> str:
    """Give the subject of a token that the local operator makes without naming a person."""
    return viewer.actor.replace(":", "-")
