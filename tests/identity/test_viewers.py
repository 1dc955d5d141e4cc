"""What tokens say, as viewers: the installation's own, and those of an issuer by its mapping."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from resolvers.context import Viewer
from server.identity.claims import OF_OURS, Claims, read_claims
from server.identity.minting import mint, wanted
from server.identity.own import own_key
from server.identity.refusing import BadToken
from server.identity.tokens import Tokens
from tests.identity.bad import CPR_NUMBERS
from tests.identity.issuer import AARHUS, BY_CODE, BY_KEY, CLAIMS, EDITOR, KMD, KOMBIT, READER, good


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("speaker", "person", "viewer"),
    [
        ("kombit", "", Viewer("kombit", "kombit/anna", edits=True)),
        ("kombit:reader", "", Viewer("kombit", "kombit/anna")),
        ("municipality:0751", "", Viewer("municipality", "municipality:0751/anna", "0751", edits=True)),
        (
            "municipality:0751:editor",
            "p",
            Viewer("municipality", "municipality:0751/anna", "0751", edits=True, person="p"),
        ),
        ("municipality:0751:reader", "", Viewer("municipality", "municipality:0751/anna", "0751")),
        ("vendor:kmd", "", Viewer("vendor", "vendor:kmd/anna", vendor="vendor:kmd")),
    ],
)
async def test_our_own_tokens(tmp_path: Path, speaker: str, person: str, viewer: Viewer) -> None:
    own = own_key(tmp_path)
    token = mint(own, wanted(speaker), "rollegalleri", "here", "anna", 60, person)
    claims = await Tokens(own, "rollegalleri", "here").claims(token)
    assert OF_OURS.viewer(claims) == viewer
    with pytest.raises(BadToken):
        await Tokens(own_key(tmp_path / "another"), "rollegalleri", "here").claims(token)


@pytest.mark.parametrize(
    ("other", "viewer"),
    [
        ({}, Viewer("municipality", "municipality:0751/s", "0751", edits=True)),
        ({"gallery_person": "person:1"}, Viewer("municipality", "municipality:0751/s", "0751", edits=True, person="person:1")),
        ({"rights": [{"role": READER, "scope": AARHUS}]}, Viewer("municipality", "municipality:0751/s", "0751")),
        ({"rights": [{"role": READER, "scope": ["0751"]}, {"role": EDITOR, "scope": ["0101"]}]},
         Viewer("municipality", "municipality:0751/s", "0751")),
        ({"nemlogin.cvr": KOMBIT, "rights": [{"role": EDITOR, "scope": [KOMBIT]}]}, Viewer("kombit", "kombit/s", edits=True)),
        ({"nemlogin.cvr": KMD, "rights": [{"role": EDITOR, "scope": [KMD]}]}, Viewer("vendor", "vendor:kmd/s", vendor="vendor:kmd")),
    ],
)  # fmt: skip
def test_an_issuers_tokens(other: dict[str, Any], viewer: Viewer) -> None:
    assert CLAIMS.viewer({**good(), "sub": "s", **other}) == viewer


def test_a_municipality_may_be_told_by_its_code_or_its_key() -> None:
    expected = Viewer("municipality", "municipality:0751/s", "0751", edits=True)
    for claims in (BY_CODE, BY_KEY):
        assert claims.viewer({**good(), "sub": "s"}) == expected
    for wrong in (751, "751", "07511", "०७५१", None, "", ["0751"]):
        with pytest.raises(BadToken):
            BY_CODE.viewer({**good(), "kommunekode": wrong})


def test_a_role_for_nobody_counts_for_nobody() -> None:
    """KOMBIT has no name behind its audience; what is not there is no name that a scope could have."""
    for scope in ("", [""], [], None):
        with pytest.raises(BadToken, match="no role"):
            CLAIMS.viewer({**good(), "nemlogin.cvr": KOMBIT, "rights": [{"role": EDITOR, "scope": scope}]})
    for scope in ("kombit", [KOMBIT]):
        assert CLAIMS.viewer({**good(), "nemlogin.cvr": KOMBIT, "rights": [{"role": EDITOR, "scope": scope}]}).edits


def test_what_is_a_cpr_number_in_any_spelling_is_nobodys_name() -> None:
    for _, spelled in CPR_NUMBERS:
        for claim in ("sub", "gallery_person"):
            with pytest.raises(BadToken, match="looks like a CPR number"):
                CLAIMS.viewer(good() | {claim: spelled})


@pytest.mark.parametrize(
    "name",
    [
        "01017012-3412-4101-8101-010170123456",
        "7c9e6679-7425-40de-944b-aa0101701234",
        "0101701234ab4101810101017012abcd",
        "uid7C9E6679-7425-40DE-944B-AA0101701234",
        "abcdef0101701234",
        "010170-7c9e6679-7425-40de-944b-aa0101701234-1234",
        "S-1-12-1-1001336348-1177238915-1202660629-0",
        "person:01017012341",
        "person:0101701234567890",
        "CVR:12345678-RID:87654321",
        "S-1-5-21-1001336348-1177238915-1202660629-1104",
        "9901701234",
        "0113701234",
    ],
)
def test_what_only_has_digits_is_no_cpr_number(name: str) -> None:
    assert CLAIMS.viewer(good() | {"sub": name}).actor == f"municipality:0751/{name}"


def test_an_issuer_that_tells_neither_is_taken_only_where_the_file_says_so() -> None:
    plain = {"sub": "s", "kommunekode": "0751", "roles": "reader"}
    told = {**plain, "identity_type": "professional", "nemlogin.cvr": AARHUS}
    both = {"municipality": "kommunekode", "cvr": "nemlogin.cvr"}
    for mapping, missing in (
        (both, ("identity_type", "nemlogin.cvr")),
        ({**both, "identity": ""}, ("nemlogin.cvr",)),
        ({**both, "cvr": ""}, ("identity_type",)),
    ):
        claims = Claims.model_validate(mapping)
        assert claims.viewer(told).municipality == "0751"
        for name in missing:
            with pytest.raises(BadToken, match=r"professional|CVR"):
                claims.viewer({key: value for key, value in told.items() if key != name})
    nothing = Claims.model_validate({**both, "identity": "", "cvr": ""})
    assert nothing.viewer(plain).municipality == "0751"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("x = ", "not TOML"),
        ("x = 1", "x: Extra inputs"),
        ("", "exactly one of speaker, municipality and organisations"),
        ('cvr = "cvr"', "exactly one of speaker, municipality and organisations"),
        ('municipality = "m"', 'cvr is needed.* cvr = "" says that the issuer tells none'),
        ('speaker = "s"', "cvr is needed"),
        ('[organisations]\n12345678 = "kombit"', "organisations needs cvr"),
        ('cvr = ""\n[organisations]\n12345678 = "kombit"', "organisations needs cvr"),
        ('cvr = "c"\nmunicipality = "m"\n[organisations]\n12345678 = "kombit"', "exactly one"),
        ('cvr = "cvr"\n[organisations]\n123 = "kombit"', "organisations"),
        ('cvr = "cvr"\n[organisations]\n12345678 = "municipality:751"', "organisations.12345678"),
        ('speaker = "s"\ncvr = "c"\nsubject = "nemlogin.cpr"', "CPR"),
        ('speaker = "s"\n[rights]\nscope = "s"', "rights"),
    ],
)
def test_a_wrong_mapping_is_said(tmp_path: Path, text: str, what: str) -> None:
    file = tmp_path / "claims.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=what):
        read_claims(file)
