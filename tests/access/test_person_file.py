"""A copy of what is kept of one person: of each asker what may be seen, the whole for the person and who runs the installation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from graph.looking import Look, record
from graph.params import stored
from resolvers.context import PUBLIC, Viewer
from tests.access.conftest import AARHUS, AARHUS_EDITOR, COPENHAGEN, KOMBIT, NOW, VENDOR, As, municipality
from tests.changes.conftest import Change
from tests.contract.conftest import Patient
from tests.looks.conftest import clean, indexed

__all__ = ["clean"]

ROLE = "ØiR finans administrator"
FILE = "query ($id: String!) { personFile(person: $id) { json } }"
LOCAL = Viewer(actor="local:me", edits=True)
POINTS = [
    {"kind": "EMAIL", "value": "lis@aarhus.example", "visibility": "AUTHORITIES"},
    {"kind": "PHONE", "value": "+45 98 76 54 32", "visibility": "OWN_MUNICIPALITY"},
]


async def file(who: As, viewer: Viewer, person: str) -> Any:
    """Ask for the file, and read it."""
    told = (await who.sees(viewer, FILE, id=person))["personFile"]
    return None if told is None else json.loads(told["json"])


def of(kind: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["kind"] == kind]


@pytest.fixture
async def lis(who: As, change: Change) -> str:
    """Somebody of 0751 who acts in 0101, too, was reported in both, and is named in texts of 0101."""
    made = await who.changes(
        AARHUS_EDITOR, "addPerson", "... on PersonChanged { person { id } }", name="Demo Lis Overalt", municipality="0751",
        contactPoints=POINTS, jobTitle="Konsulent",
    )  # fmt: skip
    key = str(made["person"]["id"])
    for where in ("0751", "0101"):
        here = {"role": ROLE, "municipality": where, "person": key}
        editor = municipality(where, edits=True)
        if where == "0751":
            await who.changes(editor, "appoint", **here)
        else:
            await change("appoint", **here, reason="Kun for 0101")
        await who.changes(editor, "reportContact", **here, comment=f"Svarer ikke i {where}")
    there = {"role": "ØiR debitor administrator", "municipality": "0101"}
    await who.changes(municipality("0101", edits=True), "reportContact", **there, comment="Spørg Lis Overalt")
    return key


async def test_a_municipality_is_given_of_its_own_what_it_may_see(who: As, lis: str) -> None:
    seen = await file(who, AARHUS, lis)
    assert [one["comment"] for one in of("Report", seen["facts"])] == ["Svarer ikke i 0751"]
    assert len(of("Assignment", seen["facts"])) == 2
    assert {one["actor"] for one in seen["changes"]} == {"municipality:0751"}
    assert "0101" not in json.dumps([seen["changes"], seen["mentions"]])
    assert (seen["person"]["jobTitle"], len(seen["person"]["contactPoints"])) == ("Konsulent", 2)
    assert (seen["mentions"], seen["isWhole"]) == ([], False)


async def test_kombit_is_given_all_but_what_is_the_municipalitys_alone(who: As, lis: str) -> None:
    seen = await file(who, KOMBIT, lis)
    assert [one["value"] for one in seen["person"]["contactPoints"]] == ["lis@aarhus.example"]
    assert {one["comment"] for one in of("Report", seen["facts"])} == {"Svarer ikke i 0751", "Svarer ikke i 0101"}
    assert [one["text"] for one in seen["mentions"]] == ["Spørg Lis Overalt"]
    assert seen["isWhole"] is False


@pytest.mark.parametrize("audience", ["person", "operator"])
async def test_the_person_and_who_runs_the_installation_are_given_all(who: As, lis: str, audience: str) -> None:
    own = Viewer("municipality", "municipality:0751/lis", municipality="0751", person=lis)
    seen = await file(who, own if audience == "person" else LOCAL, lis)
    assert {one["comment"] for one in of("Report", seen["facts"])} == {"Svarer ikke i 0751", "Svarer ikke i 0101"}
    assert "Kun for 0101" in {one["reason"] for one in seen["changes"]}
    assert len(seen["person"]["contactPoints"]) == 2
    # What is found by a name alone, which an editor can choose, is the operator's to give.
    mentions = [] if audience == "person" else ["Spørg Lis Overalt"]
    assert [one["text"] for one in seen["mentions"]] == mentions
    assert seen["isWhole"] is (audience == "operator")


async def test_a_name_or_an_address_that_one_chooses_opens_nothing(who: As, lis: str, seeded: Patient) -> None:
    """An editor who calls herself by the words of others' texts, and has a colleague's address, reads neither."""
    own = Viewer("municipality", "municipality:0751/lis", municipality="0751", edits=True, person=lis)
    points = [{"kind": "EMAIL", "value": "kollega@aarhus.example", "visibility": "AUTHORITIES"}]
    renamed = await who.changes(own, "changePerson", person=lis, name="Svarer ikke i", contactPoints=points)
    assert renamed["__typename"] == "PersonChanged"
    of_a_colleague = "municipality:0751/kollega@aarhus.example"
    await record(
        seeded,
        [
            Look("look:t-1", stored(NOW), of_a_colleague, "Theirs", frozenset({"person:x"}), ()),
            Look("look:t-2", stored(NOW), own.actor, "Hers", frozenset({"person:x", "person:y"}), ("r",)),
        ],
    )
    seen = await file(who, own, lis)
    assert seen["mentions"] == []
    assert seen["looksByThem"] == [{"at": stored(NOW), "operation": "Hers", "requests": ["r"], "people": 2}]
    assert [one["operation"] for one in (await file(who, LOCAL, lis))["looksByThem"]] == ["Theirs"]
    assert (await file(who, AARHUS, lis))["looksByThem"] == []


async def test_others_are_given_nothing(who: As, lis: str) -> None:
    assert await file(who, COPENHAGEN, lis) is None
    for viewer in (VENDOR, PUBLIC):
        answer = await who.asks(viewer, FILE, id=lis)
        assert [error["extensions"]["code"] for error in answer.errors] == ["NOT_ALLOWED"]


async def test_what_they_did_and_whoever_was_merged_into_them(
    who: As, lis: str, change: Change, seeded: Patient
) -> None:
    made = await change("addPerson", "... on PersonChanged { person { id } }", name="Demo Lis O.", municipality="0751")
    old = str(made["person"]["id"])
    actor = "municipality:0751/lis@aarhus.example"
    hers = Viewer("municipality", actor, municipality="0751", edits=True)
    await who.changes(hers, "confirm", role="ØiR debitor administrator", municipality="0751", reason="Set af mig")
    await record(
        seeded,
        [
            Look("look:t-1", "2026-11-01T10:00:00.000000Z", "local:me", "Old", frozenset({old}), ("r1",)),
            Look("look:t-2", "2026-11-02T10:00:00.000000Z", "local:me", "New", frozenset({lis}), ()),
            Look("look:t-3", "2026-11-03T10:00:00.000000Z", actor, "Hers", frozenset({"person:x"}), ()),
        ],
    )
    await change("mergePeople", keep=lis, merge=old)
    await indexed(seeded)
    seen = await file(who, LOCAL, lis)
    assert [one["key"] for one in seen["mergedIntoThem"]] == [old]
    assert [one["operation"] for one in seen["lookedUp"]] == ["New", "Old"]
    assert [one["operation"] for one in seen["looksByThem"]] == ["Hers"]
    assert [(one["operation"], one["reason"]) for one in seen["changesByThem"]] == [("confirm", "Set af mig")]
    log = await who.sees(
        AARHUS, "query ($id: String!) { accessLog(person: $id) { totalCount nodes { operation } } }", id=lis
    )
    assert log["accessLog"] == {"totalCount": 2, "nodes": [{"operation": "New"}, {"operation": "Old"}]}
    assert seen["onlyTheLast"] == {}


async def test_that_a_log_is_longer_is_said(
    who: As, lis: str, seeded: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resolvers.questions.personfile.MOST", 2)
    await record(
        seeded,
        [Look(f"look:t-{i}", f"2026-11-0{i}T10:00:00.000000Z", "a", str(i), frozenset({lis}), ()) for i in (1, 2, 3)],
    )
    await indexed(seeded)
    told = await who.sees(LOCAL, FILE.replace("personFile", "short: personFile"), id=lis)
    seen = json.loads(told["short"]["json"])
    assert [one["operation"] for one in seen["lookedUp"]] == ["3", "2"]
    assert seen["onlyTheLast"] == {"lookedUp": 2}


async def test_a_mailbox_that_has_their_address_or_name(who: As, lis: str, seeded: Patient, change: Change) -> None:
    points = [{"kind": "EMAIL", "value": "LIS@aarhus.example", "visibility": "AUTHORITIES"}]
    await change(
        "addMailbox", name="Demo kassen", purpose="Passes af Lis Overalt", contactPoints=points, municipality="0751"
    )
    seen = await file(who, AARHUS, lis)
    assert {(one["property"], one["text"]) for one in of("Mailbox", seen["mentions"])} == {
        ("contactPoints", "LIS@aarhus.example"),
        ("purpose", "Passes af Lis Overalt"),
    }


def edit(key: str, name: str, before: Any = None, after: Any = None) -> dict[str, Any]:
    """Write an edit as the file does; without values it is of a personal property."""
    is_personal = before is None and after is None
    return {"key": key, "property": name, "before": before, "after": after, "isPersonal": is_personal}


async def test_what_changes_did_to_them(who: As, lis: str, change: Change) -> None:
    made = await change("addPerson", "... on PersonChanged { person { id } }", name="Demo Lis O.", municipality="0751")
    old = str(made["person"]["id"])
    points = [{**POINTS[0], "value": "lis.holm@aarhus.example"}]
    await who.changes(
        AARHUS_EDITOR, "changePerson", person=lis, name="Demo Lis Holm", jobTitle="Chef", contactPoints=points
    )
    for where in ("0101", "0461", "0751"):
        await change("changePerson", person=lis, municipality=where)
    await change("leave", person=old, on="2026-05-01")
    merged = await change("mergePeople", keep=lis, merge=old)
    described = [edit(lis, "name"), edit(lis, "jobTitle"), edit(lis, "contactPoints")]
    moves = [
        [edit(lis, "BELONGS_TO", [f"municipality:{a}"], [f"municipality:{b}"])]
        for a, b in (("0751", "0101"), ("0101", "0461"), ("0461", "0751"))
    ]
    left = [edit(old, "leftOn", None, "2026-05-01")]
    joined = [edit(old, "toSeq", None, merged["change"]["seq"]), edit(old, "MERGED_INTO", [], [lis])]
    told = {}
    own = Viewer("municipality", "municipality:0751/lis", municipality="0751", person=lis)
    for name, viewer in (("operator", LOCAL), ("herself", own), ("KOMBIT", KOMBIT), ("Aarhus", AARHUS)):
        seen = await file(who, viewer, lis)
        told[name] = [one["edits"] for one in seen["changes"] if one["edits"]]
    every = [described, *moves, left, joined]
    # What moved them between two others is in no log that Aarhus reads.
    assert told == {"operator": every, "herself": every, "KOMBIT": every, "Aarhus": [*every[:2], *every[3:]]}
