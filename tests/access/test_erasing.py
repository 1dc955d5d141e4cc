"""How far an editor's erasing reaches: what a person is called, and reached at, is the editor's to write."""

from __future__ import annotations

import json
from typing import Any

import pytest

from graph.driver import Database, Statement
from graph.looking import Look, record
from graph.params import stored
from resolvers.context import Viewer
from tests.access.conftest import NOW, As
from tests.looks.conftest import clean

__all__ = ["clean"]
pytestmark = pytest.mark.usefixtures("garden")

SUBJECTS = ("kollega@aarhus.example", "mig@aarhus.example")
"""How two editors are called by their tokens: a colleague, and whoever erases."""
LOCAL = Viewer(actor="local:me", edits=True)
ADDED = "... on PersonChanged { person { id } }"
BY = "MATCH (n:Change|Look) WHERE n.actor IN $p.actors RETURN DISTINCT labels(n)[0] AS label, n.actor AS actor"


def editor(speaker: str, subject: str) -> Viewer:
    """Give an editor of a municipality, or KOMBIT's, as a token tells of them."""
    audience, _, code = speaker.partition(":")
    actor = f"{speaker}/{subject}"
    if audience == "kombit":
        return Viewer("kombit", actor, edits=True)
    return Viewer("municipality", actor, municipality=code, edits=True)


async def _add(who: As, viewer: Viewer, **said: Any) -> str:
    """Add somebody where the viewer may."""
    made = await who.changes(viewer, "addPerson", ADDED, municipality=viewer.municipality or None, **said)
    return str(made["person"]["id"])


@pytest.mark.parametrize("speaker", ["municipality:0751", "kombit"])
@pytest.mark.parametrize("by", ["an address of the person", "a former name", "a former name, afterwards"])
async def test_an_editor_takes_nobodys_name_out_of_the_logs(who: As, seeded: Database, speaker: str, by: str) -> None:
    """Not their own, and not a colleague's: whose trace went would stand nowhere."""
    colleague, me = (editor(speaker, subject) for subject in SUBJECTS)
    points = [{"kind": "EMAIL", "value": subject, "visibility": "AUTHORITIES"} for subject in SUBJECTS]
    dummy = await _add(who, me, name="Demo Attrap Sletteprøve", contactPoints=points * (by.startswith("an address")))
    await _add(who, colleague, name="Demo Nogen Andensen")
    await record(
        seeded,
        [
            Look(f"look:t-{i}", stored(NOW), viewer.actor, "Q", frozenset({"person:x"}), ())
            for i, viewer in enumerate((colleague, me, editor(speaker, dummy)))
        ],
    )
    theirs = {(label, viewer.actor) for label in ("Change", "Look") for viewer in (colleague, me)}

    async def left(*viewers: Viewer) -> set[tuple[str, str]]:
        rows = await seeded.read(Statement("test", BY, {"actors": [viewer.actor for viewer in viewers]}))
        return {(row["label"], row["actor"]) for row in rows}

    also = {"formerNames": [*SUBJECTS]} if by.startswith("a former name") else {}
    given = {} if by.endswith("afterwards") else also
    assert (await who.changes(me, "erasePerson", person=dummy, **given))["__typename"] == "PersonErased"
    if given != also:
        assert (await who.changes(me, "erasePerson", person=dummy, **also))["__typename"] == "PersonErased"
    assert await left(colleague, me) == theirs
    assert await left(editor(speaker, dummy)) == set()  # with the person's key it was the person
    done = await who.changes(LOCAL, "erasePerson", person=dummy, formerNames=[*SUBJECTS])
    assert done["__typename"] == "PersonErased"
    assert await left(colleague, me) == set()


TEXTS = """MATCH (n:Report|Vacancy|Agreement|Translation) RETURN n.key AS key, n.fromSeq AS seq, n.comment, n.reason, n.title
ORDER BY key, seq"""


async def test_kombits_erasing_reaches_no_text_of_a_municipality(who: As, seeded: Database) -> None:
    aarhus, kombit = editor("municipality:0751", "mig"), editor("kombit", "mig")
    here = {"role": "ØiR debitor administrator", "municipality": "0751"}
    assert (await who.changes(aarhus, "reportContact", **here, comment="Demo nummeret forkert"))["change"]
    dummy = await _add(who, kombit, name="nummeret forkert")
    box = await who.changes(
        kombit, "addMailbox", "... on MailboxChanged { mailbox { id } }", name="Demo nummeret forkert"
    )
    before = [tuple(row) for row in await seeded.read(Statement("test", TEXTS))]
    assert (await who.changes(kombit, "erasePerson", person=dummy))["__typename"] == "PersonErased"
    assert [tuple(row) for row in await seeded.read(Statement("test", TEXTS))] == before
    name = "MATCH (m:Mailbox {key: $p.key}) RETURN m.name"
    assert await seeded.value(Statement("test", name, {"key": box["mailbox"]["id"]})) == "(slettet)"


async def test_the_operator_finds_what_somebody_did_wherever_they_belonged_and_whatever_letters_their_token_has(
    who: As, seeded: Database
) -> None:
    aarhus = editor("municipality:0751", "mig@aarhus.example")
    points = [{"kind": "EMAIL", "value": "Lis@aarhus.example", "visibility": "AUTHORITIES"}]
    lis = await _add(who, aarhus, name="Demo Lis Flyttesen", contactPoints=points)
    hers = (
        "municipality:0101/lis@Aarhus.example",
        "kombit/LIS@AARHUS.EXAMPLE",
        "municipality:0751/Lis.Flyttesen",
        f"kombit/{lis}",
    )
    others = (
        "municipality:0101/palis@aarhus.example",
        "vendor:kmd/lis@aarhus.example",
        "municipality:0751/lis.flyttesen2",
        "public",
    )
    looks = [
        Look(f"look:t-{i}", stored(NOW), actor, f"Q{i}", frozenset({"person:x"}), ())
        for i, actor in enumerate((*hers, *others))
    ]
    await record(seeded, looks)
    text = "Demo: spørg lis.flyttesen"
    told = await who.changes(
        aarhus, "reportContact", role="ØiR debitor administrator", municipality="0751", comment=text
    )
    assert told["__typename"] == "ReportChanged"
    seen = (await who.sees(LOCAL, "query ($id: String!) { personFile(person: $id) { json } }", id=lis))["personFile"]
    assert {one["operation"] for one in json.loads(seen["json"])["looksByThem"]} == {"Q0", "Q1", "Q3"}
    refused = await who.changes(aarhus, "erasePerson", person=lis, formerNames=["lis.flyttesen"])
    assert (refused["__typename"], refused["field"]) == ("NotAllowed", "formerNames")
    done = await who.changes(LOCAL, "erasePerson", person=lis, formerNames=["lis.flyttesen"])
    assert done["__typename"] == "PersonErased"
    rows = await seeded.read(Statement("test", "MATCH (l:Look) RETURN l.key AS key, l.actor AS actor ORDER BY key"))
    assert [row["actor"] for row in rows] == ["slettet person"] * len(hers) + [*others]
    comment = "MATCH (r:Report) WHERE r.comment = $p.text RETURN count(r) > 0"
    assert await seeded.value(Statement("test", comment, {"text": text}))  # a subject is sought in no text
