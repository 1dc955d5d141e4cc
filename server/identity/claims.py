"""What a token says, as a viewer: a small mapping, because each issuer calls things by other names.

The names of tokens that this installation mints are built in. An issuer's stand in a file (`ROLLEGALLERI_CLAIMS`, TOML;
docs/deployment.md has an example): MitID Erhverv tells the CVR number of the organisation, that the
identity is a professional one, and its level of assurance; Fælleskommunal Adgangsstyring tells rights as roles, each for a
*dataafgrænsning*. There is no public table of CVR numbers and municipality codes that could be built in, so the file has it.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from resolvers.context import Viewer
from server.identity.refusing import BadToken

LONGEST: Final = 200
SPEAKER: Final = r"kombit|municipality:\d{4}|vendor:[a-z0-9]+(?:-[a-z0-9]+)*"
"""For whom a token speaks, as the graph's keys say it."""
OWN: Final = "rollegalleri"
"""The claim of our own tokens that says so."""
_CPR: Final = re.compile(r"(?<!\d)(\d{2})[\W_]{0,3}(\d{2})[\W_]{0,3}\d{2}[\W_]{0,3}\d{4}(?!\d)")
"""Wherever it stands and however it is spelled; not within more digits."""
_NO_CPR: Final = re.compile(
    r"[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|(?=\d*[a-f])[\da-f]{16,}|(?<!\w)S-1(?:-(?:0|[1-9]\d{0,14})){2,16}(?![-\d])",
    re.IGNORECASE,
)
"""Digits that are no name's: of a UUID, of what is written in hexadecimal, of a Windows SID."""
_REPLACED: Final = 60
"""What the day has more in a replacement number (erstatningspersonnummer)."""
_PLAIN: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+")

Speaker = Annotated[str, Field(pattern=f"^(?:{SPEAKER})$")]
Cvr = Annotated[str, Field(pattern=r"^\d{8}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rights(_Part):
    """Where a token says what may be done: a claim with names of roles, or with objects that have one and its scope."""

    claim: str = "roles"
    role: str = ""
    """The field of such an object that has the role."""
    scope: str = ""
    """The field that has for whom the role counts (dataafgrænsning): a municipality's code, a vendor's key, or whom the token speaks for in
    full; a CVR number where `organisations` says whose it is. Set, a role that names nobody counts for nobody."""
    reader: tuple[str, ...] = ("reader",)
    editor: tuple[str, ...] = ("editor",)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.scope and not self.role:
            raise ValueError("rights.scope needs rights.role")
        return self


class Claims(_Part):
    """The names by which an issuer says who asks."""

    subject: str = "sub"
    person: str = ""
    """The claim with the key of the person in the gallery, where there is one."""
    speaker: str = ""
    """The claim with `kombit`, `municipality:<code>` or `vendor:<key>`; or … """
    municipality: str = ""
    """… the one with a municipality's four-digit code; or …"""
    organisations: Mapping[Cvr, Speaker] = Field(default_factory=dict)
    """… for whom those of an organisation speak, by its CVR number."""
    cvr: str | None = None
    """The claim with the organisation's CVR number, which must be there. Empty, the issuer tells none: said on purpose, since a
    professional identity has one."""
    identity: str = "identity_type"
    """The claim with the kind of identity, which must be there and a professional one. Empty, the issuer tells none: likewise."""
    professional: tuple[str, ...] = ("professional",)
    require: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Claims that must be there, each with the values that it may have, such as the level of assurance."""
    rights: Rights = Rights()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if [bool(self.speaker), bool(self.municipality), bool(self.organisations)].count(True) != 1:
            raise ValueError("exactly one of speaker, municipality and organisations is needed")
        if self.organisations and not self.cvr:
            raise ValueError("organisations needs cvr, the claim that has their numbers")
        if self.cvr is None:
            raise ValueError('cvr is needed, the claim with a CVR number; cvr = "" says that the issuer tells none')
        if any("cpr" in name.lower() for name in (self.subject, self.person)):
            raise ValueError("a CPR number is never kept: subject and person need another claim")
        return self

    def viewer(self, claims: Mapping[str, Any]) -> Viewer:
        """Give who asks. Raises `BadToken`."""
        for name, allowed in self.require.items():
            if not set(_texts(claims.get(name))) & set(allowed):
                raise BadToken(f"{name} is not one that is required")
        if self.identity and claims.get(self.identity) not in self.professional:
            raise BadToken("not a professional identity")
        cvr = self._cvr(claims)
        speaker = self._speaker(claims, cvr)
        audience, _, which = speaker.partition(":")
        names = {speaker, which, cvr if self.organisations else ""}
        edits = self._edits(claims, names - {""})  # KOMBIT has no name behind its audience
        actor = f"{speaker}/{_text(claims, self.subject)}"
        person = _text(claims, self.person) if self.person and claims.get(self.person) is not None else ""
        if audience == "municipality":
            return Viewer("municipality", actor, municipality=which, edits=edits, person=person)
        if audience == "vendor":
            return Viewer("vendor", actor, vendor=speaker, person=person)
        return Viewer("kombit", actor, edits=edits, person=person)

    def _cvr(self, claims: Mapping[str, Any]) -> str:
        """Give the organisation's CVR number; empty where the issuer tells none."""
        if not self.cvr:
            return ""
        cvr = claims.get(self.cvr)
        if not isinstance(cvr, str) or not re.fullmatch(r"\d{8}", cvr, re.ASCII):
            raise BadToken("no CVR number")
        return cvr

    def _speaker(self, claims: Mapping[str, Any], cvr: str) -> str:
        """Tell for whom the token speaks."""
        if self.organisations:
            if cvr not in self.organisations:
                raise BadToken("a CVR number that is not known")
            return self.organisations[cvr]
        if self.municipality:
            code = claims.get(self.municipality)
            if not isinstance(code, str) or not re.fullmatch(r"\d{4}", code, re.ASCII):
                raise BadToken("no municipality")
            return f"municipality:{code}"
        speaker = claims.get(self.speaker)
        if not isinstance(speaker, str) or not re.fullmatch(SPEAKER, speaker, re.ASCII):
            raise BadToken("speaks for nobody")
        return speaker

    def _edits(self, claims: Mapping[str, Any], names: set[str]) -> bool:
        """Tell whether it may change something. Raises `BadToken` if it may not even read."""
        rights = self.rights
        held: set[str] = set()
        given = claims.get(rights.claim)
        for entry in given if isinstance(given, list) else [given]:
            if not rights.role:
                held.update(_texts(entry))
            elif isinstance(entry, dict) and (not rights.scope or names.intersection(_texts(entry.get(rights.scope)))):
                held.update(_texts(entry.get(rights.role)))
        if held.intersection(rights.editor):
            return True
        if held.intersection(rights.reader):
            return False
        raise BadToken("no role here")


OF_OURS: Final = Claims(speaker=OWN, person="person", cvr="", identity="")
"""What tokens are like that this installation mints."""


def read_claims(file: Path) -> Claims:
    """Read a mapping. Raises `ValueError`, which says what is wrong with the file."""
    try:
        return Claims.model_validate(tomllib.loads(file.read_text("utf-8")))
    except OSError as error:
        raise ValueError(error.strerror or "it cannot be read") from None
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"it is not TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "[key]")
        raise ValueError(f"{where}: {first['msg']}" if where else first["msg"]) from None


def _texts(value: object) -> Sequence[str]:
    """Give the texts of a claim that has one or several; numbers of digits are not texts."""
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if isinstance(one, str)]


def _text(claims: Mapping[str, Any], name: str) -> str:
    """Give a text that may stand in the log: short, plain, and no CPR number."""
    value = claims.get(name)
    if not isinstance(value, str) or len(value) > LONGEST or not _PLAIN.fullmatch(value):
        raise BadToken(f"{name} is no name")
    if any(_is_day(int(found[1]), int(found[2])) for found in _CPR.finditer(_NO_CPR.sub("x", value))):
        raise BadToken(f"{name} looks like a CPR number")
    return value


def _is_day(day: int, month: int) -> bool:
    """Tell whether a number may begin so."""
    try:
        date(2000, month, day - _REPLACED if day > _REPLACED else day)
    except ValueError:
        return False
    return True
