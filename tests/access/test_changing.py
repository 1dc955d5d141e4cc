"""Who may change what: every mutation, by everybody for whom it is not; and nothing is changed by a refusal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from graph.driver import Database, Statement
from resolvers.access import CIRCLES, GALLERY, read_table
from resolvers.context import PUBLIC, Viewer
from tests.access.conftest import (
    AARHUS,
    AARHUS_EDITOR,
    KOMBIT,
    KOMBIT_EDITOR,
    VENDOR,
    As,
    municipality,
)
from tests.changes.conftest import Change, digest
from tests.contract.conftest import NOW

GIVEN: dict[str, dict[str, Any]] = {
    "appoint": {"role": "oir-finans-administrator", "municipality": "0751", "person": "person:x"},
    "end": {"fact": "assignment:x", "validTo": "2026-12-01"},
    "standIn": {"assignments": ["assignment:x"], "person": "person:x"},
    "handOver": {"assignment": "assignment:x", "person": "person:x"},
    "leave": {"person": "person:x", "on": "2026-12-01"},
    "intendVacancy": {"role": "oir-finans-administrator", "municipality": "0751", "why": "x"},
    "confirm": {"role": "oir-finans-administrator", "municipality": "0751"},
    "reportContact": {"role": "oir-finans-administrator", "municipality": "0751", "comment": "x"},
    "correct": {"fact": "assignment:x"},
    "retract": {"fact": "assignment:x"},
    "translate": {"role": "oir-finans-administrator", "municipality": "0751", "title": "x"},
    "addPerson": {"name": "Demo X", "municipality": "0751"},
    "changePerson": {"person": "person:x"},
    "addMailbox": {"name": "Demo X", "municipality": "0751"},
    "changeMailbox": {"mailbox": "mailbox:x"},
    "mergePeople": {"keep": "person:x", "merge": "person:y"},
    "useErpSystem": {"municipality": "0751", "erpSystem": "OPUS", "domain": "FINANS"},
    "defineRole": {"title": "x", "domain": "OIR", "kind": "CONTACT", "gallery": "1.1"},
    "renameRole": {"role": "oir-finans-administrator", "title": "x"},
    "withdrawRole": {"role": "oir-finans-administrator", "on": "2026-12-01"},
    "escalateRole": {"role": "oir-finans-administrator", "to": "kombit-programleder"},
    "publishGallery": {"version": "9.9", "published": "2026-12-01", "roles": []},
    "publishTask": {"title": "x", "project": "ksd"},
    "changeTask": {"task": "task:x"},
    "withdrawTask": {"task": "task:x", "on": "2026-12-01"},
    "reportProgress": {"task": "task:x", "municipality": "0751", "state": "DONE"},
    "erasePerson": {"person": "person:x"},
    "undo": {"change": 1},
}
"""One input of each mutation; nothing of it is looked at where the change is not for who asks."""


READERS = {"anybody": PUBLIC, "a vendor": VENDOR, "a municipality's reader": AARHUS, "KOMBIT's reader": KOMBIT}
EDITORS = {"a municipality's editor": AARHUS_EDITOR, "KOMBIT's editor": KOMBIT_EDITOR}


@pytest.fixture
async def unchanged(seeded: Database) -> AsyncIterator[None]:
    """The hash of the database is the same afterwards."""
    before = await digest(seeded)
    yield
    assert await digest(seeded) == before


def test_every_mutation_is_tried() -> None:
    assert GIVEN.keys() == read_table(GALLERY).circles["Mutation"].keys()


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("viewer", [*READERS.values(), *EDITORS.values()], ids=[*READERS, *EDITORS])
async def test_a_change_that_is_not_for_its_asker_is_refused_before_anything_is_looked_up(
    who: As, viewer: Viewer, seeded: Database
) -> None:
    """Whatever is selected of the change that it is not: its fields are for those who may make it."""
    show = "... on Changed { dryRun repeated change { seq } answers { outcome accountable { holder { name } } } }"
    refused = 0
    for mutation, circle in read_table(GALLERY).circles["Mutation"].items():
        if viewer.audience in CIRCLES[circle] and (viewer.edits or circle == "reporters"):
            continue
        ran: list[Statement] = []
        seeded.observers.append(ran.append)
        answer = await who.changes(viewer, mutation, show, **GIVEN[mutation])
        seeded.observers.remove(ran.append)
        assert answer["__typename"] == "NotAllowed", mutation
        assert answer["code"] == "NOT_ALLOWED"
        assert answer["field"] == f"Mutation.{mutation}"
        assert answer["value"] == viewer.audience
        assert answer["expected"].startswith("a token of ")
        assert ran == [], "and nothing is planned for them"
        refused += 1
    assert refused >= (7 if viewer.edits else 26)


@pytest.mark.parametrize("viewer", [*READERS.values(), *EDITORS.values()], ids=[*READERS, *EDITORS])
async def test_what_stands_beside_a_mutation_is_answered(who: As, viewer: Viewer) -> None:
    undo = "undo(input: {change: 1, dryRun: true}) { __typename }"
    for query in (
        "mutation { __typename }",
        f"mutation {{ __typename {undo} }}",
        f"mutation {{ ...M {undo} }} fragment M on Mutation {{ __typename }}",
    ):
        answer = await who.asks(viewer, query)
        assert (answer.errors, answer.data["__typename"]) == ([], "Mutation")


ADMINISTRATOR = "oir-finans-administrator"


@pytest.fixture
async def theirs(change: Change) -> dict[str, str]:
    """Facts and things of municipality 0101, and a person of 0751."""
    made: dict[str, str] = {}
    for name, code in (("person", "0101"), ("mine", "0751")):
        points = [{"kind": "EMAIL", "value": f"{name}@demo.example", "visibility": "OWN_MUNICIPALITY"}]
        told = await change(
            "addPerson",
            "... on PersonChanged { person { id } }",
            name=f"Demo {name} Muren",
            municipality=code,
            contactPoints=points,
        )
        made[name] = told["person"]["id"]
    told = await change(
        "addMailbox", "... on MailboxChanged { mailbox { id } }", name="Demo Murens postkasse", municipality="0101"
    )
    made["mailbox"] = told["mailbox"]["id"]
    here = {"role": ADMINISTRATOR, "municipality": "0101"}
    told = await change("appoint", "... on AssignmentChanged { assignment { id } }", **here, person=made["person"])
    made["assignment"], made["change"] = told["assignment"]["id"], told["change"]["seq"]
    told = await change(
        "reportContact", "... on ReportChanged { report { id } }", **here, person=made["person"], comment="x"
    )
    made["report"], made["reported"] = told["report"]["id"], told["change"]["seq"]
    return made


def of_theirs(made: dict[str, str]) -> list[tuple[str, str, dict[str, Any]]]:
    """Changes of what is 0101's: mutation, the field that is told, input."""
    return [
        ("appoint", "municipality", {"role": ADMINISTRATOR, "municipality": "0101", "person": made["mine"]}),
        ("intendVacancy", "municipality", {"role": ADMINISTRATOR, "municipality": "0101", "why": "x"}),
        ("confirm", "municipality", {"role": ADMINISTRATOR, "municipality": "København"}),
        ("translate", "municipality", {"role": ADMINISTRATOR, "municipality": "0101", "title": "x"}),
        ("useErpSystem", "municipality", {"municipality": "0101", "erpSystem": "OPUS", "domain": "FINANS"}),
        ("addPerson", "municipality", {"name": "Demo Y", "municipality": "0101"}),
        ("addMailbox", "municipality", {"name": "Demo Y", "municipality": "0101"}),
        ("end", "fact", {"fact": made["assignment"], "validTo": "2026-12-02"}),
        ("correct", "fact", {"fact": made["assignment"], "validFrom": "2026-11-30"}),
        ("retract", "fact", {"fact": made["assignment"]}),
        ("handOver", "assignment", {"assignment": made["assignment"], "person": made["mine"]}),
        ("changePerson", "person", {"person": made["person"], "name": "Demo person Muren"}),
        ("changeMailbox", "mailbox", {"mailbox": made["mailbox"], "name": "Demo Murens postkasse"}),
        ("erasePerson", "person", {"person": made["person"]}),
        ("mergePeople", "merge", {"keep": made["mine"], "merge": made["person"]}),
        ("leave", "person", {"person": made["person"], "on": "2026-12-02"}),
    ]


async def test_an_editor_changes_nothing_of_another_municipality(
    who: As, theirs: dict[str, str], seeded: Database
) -> None:
    before = await digest(seeded)
    for mutation, field, given in of_theirs(theirs):
        answer = await who.changes(AARHUS_EDITOR, mutation, **given)
        assert (mutation, answer["__typename"], answer.get("field")) == (mutation, "NotAllowed", field), answer
        assert answer["expected"] == "what is municipality 0751's own"
        dry = await who.changes(AARHUS_EDITOR, mutation, **given, dryRun=True)
        assert dry["__typename"] == "NotAllowed"
    assert await digest(seeded) == before


async def test_a_fact_that_may_not_be_seen_is_no_fact(who: As, theirs: dict[str, str], seeded: Database) -> None:
    before = await digest(seeded)
    hidden = dict(await who.changes(AARHUS_EDITOR, "retract", fact=theirs["report"]))
    absent = dict(await who.changes(AARHUS_EDITOR, "retract", fact="report:0000000000000000"))
    assert hidden["code"] == "UNKNOWN_FACT"
    told = {name: str(value).replace(theirs["report"], "report:0000000000000000") for name, value in hidden.items()}
    assert told == {name: str(value) for name, value in absent.items()}
    hidden = dict(await who.changes(AARHUS_EDITOR, "undo", change=int(theirs["reported"])))
    assert hidden["code"] == "UNKNOWN_CHANGE"
    assert await digest(seeded) == before
    assert (await who.changes(KOMBIT_EDITOR, "retract", fact=theirs["report"]))["__typename"] == "NotAllowed"
    own = await who.changes(municipality("0101", edits=True), "retract", fact=theirs["report"])
    assert own["__typename"] == "FactChanged"


@pytest.mark.parametrize("viewer", [KOMBIT_EDITOR, AARHUS_EDITOR], ids=["KOMBIT", "another municipality"])
async def test_whoever_said_that_a_contact_is_wrong_can_take_that_back(
    who: As, theirs: dict[str, str], viewer: Viewer, seeded: Database
) -> None:
    wrong = {"role": ADMINISTRATOR, "municipality": "0101", "person": theirs["person"], "comment": "y"}
    seq = int((await who.changes(viewer, "reportContact", **wrong))["change"]["seq"])
    text = f"MATCH (c:Change {{seq: {seq}}})-[:RECORDED]->(r:Report) RETURN r.toSeq"
    other = AARHUS_EDITOR if viewer is KOMBIT_EDITOR else KOMBIT_EDITOR
    assert (await who.changes(other, "undo", change=seq))["code"] in ("NOT_ALLOWED", "UNKNOWN_CHANGE")
    undone = await who.changes(viewer, "undo", change=seq)
    assert undone["__typename"] == "ChangeUndone"
    assert await seeded.value(Statement("test", text)) == undone["change"]["seq"]
    of_somebody_else = await who.changes(viewer, "undo", change=int(theirs["reported"]))
    assert of_somebody_else["code"] in ("NOT_ALLOWED", "UNKNOWN_CHANGE")


async def test_an_editor_who_says_what_is_so_already_is_told_that(who: As, theirs: dict[str, str]) -> None:
    mine = {"role": "yr-kontaktperson", "municipality": "0751"}
    assert "code" not in await who.changes(AARHUS_EDITOR, "confirm", **mine)
    progress = {"task": "oir-basis-01", "municipality": "0751", "state": "STARTED", "on": "2026-12-01"}
    assert "code" not in await who.changes(AARHUS_EDITOR, "reportProgress", **progress)
    for mutation, given in (
        ("confirm", mine),
        ("reportProgress", progress),
        ("changePerson", {"person": theirs["mine"], "name": "Demo mine Muren"}),
    ):
        again = await who.changes(AARHUS_EDITOR, mutation, **given)
        assert (again["__typename"], again["code"]) == ("InvalidInput", "NOTHING_TO_CHANGE"), mutation
    other = await who.changes(AARHUS_EDITOR, "changePerson", person=theirs["person"], name="Demo person Muren")
    assert other["code"] == "NOT_ALLOWED", "of others nothing is told"


async def test_an_editor_keeps_the_own_municipality_right(who: As, theirs: dict[str, str]) -> None:
    here = {"role": ADMINISTRATOR, "municipality": "0751"}
    show = "... on AssignmentChanged { assignment { id holder { name } } change { seq } }"
    made = await who.changes(AARHUS_EDITOR, "appoint", show, **here, person=theirs["mine"])
    assert made["assignment"]["holder"]["name"] == "Demo mine Muren"
    undone = await who.changes(AARHUS_EDITOR, "undo", change=made["change"]["seq"])
    assert undone["__typename"] == "ChangeUndone"
    other = await who.changes(municipality("0101", edits=True), "undo", change=made["change"]["seq"])
    assert (other["__typename"], other["code"]) == ("InvalidInput", "UNKNOWN_CHANGE")


async def test_kombit_changes_the_gallery_and_nobody_s_people(
    who: As, theirs: dict[str, str], seeded: Database
) -> None:
    renamed = await who.changes(KOMBIT_EDITOR, "renameRole", role=ADMINISTRATOR, title="Demo Administrator finans")
    assert renamed["__typename"] == "RoleChanged"
    use = {"municipality": "0101", "erpSystem": "OPUS", "domain": "DEBITOR", "validFrom": "2027-03-01"}
    assert (await who.changes(KOMBIT_EDITOR, "useErpSystem", **use))["__typename"] == "UsageChanged"
    before = await digest(seeded)
    for mutation, given in (
        ("changePerson", {"person": theirs["person"], "name": "Demo person Muren"}),
        ("end", {"fact": theirs["assignment"], "validTo": "2026-12-02"}),
        ("addPerson", {"name": "Demo Y", "municipality": "0101"}),
        ("undo", {"change": int(theirs["change"])}),
    ):
        answer = await who.changes(KOMBIT_EDITOR, mutation, **given)
        assert (mutation, answer["__typename"]) == (mutation, "NotAllowed")
        assert answer["expected"] == "what belongs to no municipality"
    assert await digest(seeded) == before


async def test_whoever_sees_a_contact_may_say_that_it_is_wrong(
    who: As, theirs: dict[str, str], seeded: Database
) -> None:
    wrong = {"role": ADMINISTRATOR, "municipality": "0101", "comment": "Demo: nummeret er forkert"}
    for viewer in (AARHUS, KOMBIT):
        told = await who.changes(viewer, "reportContact", **wrong)
        assert told["__typename"] == "ReportChanged"
    uses = "MATCH (m:Municipality {code: '0101'})<-[:BY]-(u:Usage)-[:OF]->()-[:SUPPLIED_BY]->(v) WHERE u.validTo > '2026-12-01' RETURN v.key"
    suppliers = {row[0] for row in await seeded.read(Statement("test", uses))}
    every = {row[0] for row in await seeded.read(Statement("test", "MATCH (v:Vendor) RETURN v.key"))}
    before = await digest(seeded)
    for key in sorted(every - suppliers):
        told = await who.changes(Viewer("vendor", key, vendor=key), "reportContact", **wrong)
        assert (told["__typename"], told["field"]) == ("NotAllowed", "municipality")
    assert await digest(seeded) == before
    for key in sorted(suppliers):
        told = await who.changes(Viewer("vendor", key, vendor=key), "reportContact", **wrong)
        assert told["__typename"] == "ReportChanged"
        assert told["change"]["actor"] == key


async def test_a_refused_report_tells_vendors_of_no_other_role(who: As, change: Change, seeded: Database) -> None:
    """They may name mailboxes that are public, and are told of the place that they name, as before."""
    uses = "MATCH (m:Municipality {code: '0101'})<-[:BY]-(u:Usage)-[:OF]->()-[:SUPPLIED_BY]->(v) WHERE u.validTo > '2026-12-01' RETURN v.key LIMIT 1"
    key = await seeded.value(Statement("test", uses))
    public = [{"kind": "EMAIL", "value": "aaben@koebenhavn.example", "visibility": "PUBLIC"}]
    made = await change(
        "addMailbox", "... on MailboxChanged { mailbox { id } }",
        name="Demo Åben postkasse", municipality="0101", contactPoints=public,
    )  # fmt: skip
    box = made["mailbox"]["id"]
    there = {"municipality": "0101", "mailbox": box, "validFrom": "2026-01-01"}
    await change("appoint", role="yr-kontaktperson", **there)
    report = {"municipality": "0101", "mailbox": box, "comment": "x", "dryRun": True}
    plain = "somebody who holds the role there, or stands in, today or later"
    also = f"{plain}; this one does so in role:yr-kontaktperson, which can be named as the role"
    vendor = Viewer("vendor", key, vendor=key)
    for viewer, expected in ((vendor, plain), (AARHUS, also), (KOMBIT, also)):
        told = await who.changes(viewer, "reportContact", role=ADMINISTRATOR, **report)
        assert (told["code"], told["expected"]) == ("NOT_A_CONTACT", expected)
    boxes = (await change("addMailbox", "... on MailboxChanged { mailbox { id } }", name="Demo Ny postkasse",
        municipality="0825", contactPoints=public))["mailbox"]["id"]  # fmt: skip
    await change("appoint", role="oir-funktionspostkasse", municipality="0825", mailbox=boxes, validFrom="2026-01-01")
    first = {**report, "municipality": "0825", "mailbox": boxes, "role": ADMINISTRATOR}
    show = "... on ReportChanged { report { id } }"
    told = await who.changes(AARHUS, "reportContact", show, **first)
    assert (told["__typename"], told["report"]) == ("ReportChanged", None)
    uses = uses.replace("0101", "0825")
    supplier = await seeded.value(Statement("test", uses))
    told = await who.changes(Viewer("vendor", supplier, vendor=supplier), "reportContact", **first)
    assert (told["code"], told["expected"]) == ("NOT_A_CONTACT", plain)


# --- found in review ------------------------------------------------------------------------------------------------------


async def test_erasing_reaches_no_text_of_another_municipality(
    who: As, theirs: dict[str, str], seeded: Database
) -> None:
    """What a person is called is the editor's to write."""
    named = await who.changes(
        AARHUS_EDITOR,
        "addPerson",
        "... on PersonChanged { person { id } }",
        name="nummeret forkert",
        municipality="0751",
    )
    before = await seeded.read(Statement("test", REASONS))
    gone = await who.changes(AARHUS_EDITOR, "erasePerson", person=named["person"]["id"])
    assert gone["__typename"] == "PersonErased"
    assert [tuple(row) for row in await seeded.read(Statement("test", REASONS))] == [tuple(row) for row in before]


COMMENTS = "MATCH (n:Report) WHERE n.comment IN $p.texts RETURN n.comment AS c ORDER BY c"


async def test_who_operates_the_installation_completes_an_erasure(
    who: As, theirs: dict[str, str], seeded: Database
) -> None:
    """What a municipality's editor may not reach, since the name is hers to write, is not there for ever."""
    named = await who.changes(
        AARHUS_EDITOR, "addPerson", "... on PersonChanged { person { id } }", name="Demo Gert Fuldførtsen", municipality="0751",
        contactPoints=[{"kind": "EMAIL", "value": "gert@aarhus.example", "visibility": "AUTHORITIES"}],
    )  # fmt: skip
    gert = named["person"]["id"]
    texts = ["Spørg Gert Fuldførtsen", "Skriv til GERT@aarhus.example", "Gert kender den"]
    there = {"role": "ØiR debitor administrator", "municipality": "0101"}
    for text in texts:
        answer = await who.changes(municipality("0101", edits=True), "reportContact", **there, comment=text)
        assert answer["__typename"] == "ReportChanged"

    async def left() -> list[str]:
        return [row["c"] for row in await seeded.read(Statement("test", COMMENTS, {"texts": texts}))]

    also = ["Demo Gert Fuldførtsen", "gert@aarhus.example"]
    gone = await who.changes(AARHUS_EDITOR, "erasePerson", person=gert, formerNames=also)
    assert gone["__typename"] == "PersonErased"
    assert await left() == sorted(texts)
    for viewer, code in (
        (AARHUS_EDITOR, "PersonErased"),  # of the own municipality's texts, again
        (KOMBIT_EDITOR, "NotAllowed"),
        (municipality("0101", edits=True), "InvalidInput"),
    ):
        told = await who.changes(viewer, "erasePerson", person=gert, formerNames=also)
        assert told["__typename"] == code
        assert await left() == sorted(texts)
    operator = Viewer(actor="local:me", edits=True)
    again = await who.changes(operator, "erasePerson", person=gert)
    assert (again["code"], again["field"]) == ("ERASED", "person")
    show = "... on PersonErased { person { id name } ended { id } }"
    done = await who.changes(operator, "erasePerson", show, person=gert, formerNames=also, reason="Sag 2026-18")
    assert done["person"] == {"id": gert, "name": "Slettet person"}
    assert (done["change"]["operation"], done["change"]["actor"]) == ("erasePerson", "local:me")
    assert await left() == ["Gert kender den"]  # a first name alone is found in too much


REASONS = """MATCH (n:Report|Vacancy|Agreement|Translation) WHERE left(coalesce(n.slot, '0101'), 4) <> '0751'
RETURN n.key AS key, n.comment AS c, n.reason AS r, n.title AS t ORDER BY key, n.fromSeq"""


@pytest.mark.usefixtures("unchanged")
async def test_a_vendor_says_nothing_of_roles_that_are_not_for_vendors(who: As, seeded: Database) -> None:
    uses = "MATCH (m:Municipality {code: '0751'})<-[:BY]-(u:Usage)-[:OF]->()-[:SUPPLIED_BY]->(v) WHERE u.validTo > '2026-12-01' RETURN v.key LIMIT 1"
    key = await seeded.value(Statement("test", uses))
    viewer = Viewer("vendor", key, vendor=key)
    answers = [
        await who.changes(viewer, "reportContact", role=role, municipality="0751", comment="x", dryRun=True)
        for role in ("kombit-programleder", "aftalegodkender", "infrastrukturansvarlig")
    ]
    assert {(answer["__typename"], answer["field"]) for answer in answers} == {("NotAllowed", "role")}
    followed = await who.changes(
        viewer, "reportContact", role=ADMINISTRATOR, municipality="0751", comment="x", ifSeq=1, dryRun=True
    )
    assert (followed["__typename"], followed["field"]) == ("NotAllowed", "ifSeq")


async def test_whoever_reads_the_log_of_a_place_may_report_on_what_they_have_read(who: As, change: Change) -> None:
    """KOMBIT reads every change: so `ifSeq` tells it nothing, and a later one is a conflict."""
    here = {"role": ADMINISTRATOR, "municipality": "0101", "comment": "Demo: nummeret er forkert"}
    first = (await change("reportContact", **here))["change"]["seq"]
    told = await who.changes(KOMBIT, "reportContact", **here, ifSeq=first)
    assert told["__typename"] == "ReportChanged"
    told = await who.changes(KOMBIT, "reportContact", **here, ifSeq=first)
    assert told["__typename"] == "Conflict"
    told = await who.changes(AARHUS, "reportContact", **here, ifSeq=first)
    assert (told["__typename"], told["field"]) == ("NotAllowed", "ifSeq")


async def test_a_report_elsewhere_neither_shows_nor_hinders(who: As, theirs: dict[str, str], change: Change) -> None:
    """Somebody of 0101 who holds a role in 0751, too, and was reported there."""
    here = {"role": ADMINISTRATOR, "municipality": "0751", "person": theirs["person"]}
    await change("appoint", **here)
    await change("reportContact", **here, comment="x")
    points = [{"kind": "EMAIL", "value": "ny@demo.example", "visibility": "AUTHORITIES"}]
    editor = municipality("0101", edits=True)
    mended = await who.changes(editor, "changePerson", person=theirs["person"], contactPoints=points)
    assert mended["__typename"] == "PersonChanged"


@pytest.mark.usefixtures("unchanged")
async def test_nobody_is_moved_to_where_nobody_keeps_them_right(who: As, seeded: Database) -> None:
    text = "MATCH (p:Person)-[:BELONGS_TO]->(:Municipality {code: '0751'}) RETURN p.key ORDER BY p.key LIMIT 1"
    person = await seeded.value(Statement("test", text))
    answer = await who.changes(AARHUS_EDITOR, "changePerson", person=person, municipality=None)
    assert answer["__typename"] == "NotAllowed"


OPEN = "RETURN COUNT { MATCH (r:Report)-[:ABOUT]->({key: $p.key}) WHERE r.toSeq = 9007199254740991 }"


@pytest.mark.parametrize("kind", ["Person", "Mailbox"])
async def test_kombit_corrects_a_reported_contact_that_belongs_to_no_municipality(
    who: As, change: Change, seeded: Database, kind: str
) -> None:
    name, here = kind.lower(), {"role": "oir-finans-kontaktperson", "municipality": "0101"}
    show = f"... on {kind}Changed {{ {name} {{ id }} }}"
    made = await who.changes(KOMBIT_EDITOR, f"add{kind}", show, name="Demo Uden Kommune")
    key = made[name]["id"]
    await change("appoint", **here, **{name: key})
    await change("reportContact", **here, **{name: key}, comment="x")
    points = [{"kind": "EMAIL", "value": "ny@demo.example", "visibility": "AUTHORITIES"}]
    right = {name: key, "contactPoints": points}
    for viewer, given in (
        (municipality("0101", edits=True), right),
        (KOMBIT_EDITOR, {**right, "municipality": "0101"}),
    ):
        assert (await who.changes(viewer, f"change{kind}", **given))["__typename"] == "NotAllowed"
    assert await seeded.value(Statement("test", OPEN, {"key": key})) == 1
    mended = await who.changes(KOMBIT_EDITOR, f"change{kind}", **right)
    assert mended["__typename"] == f"{kind}Changed", mended
    assert await seeded.value(Statement("test", OPEN, {"key": key})) == 0


async def test_kombit_erases_a_reported_person_who_belongs_to_no_municipality(
    who: As, change: Change, seeded: Database
) -> None:
    made = await who.changes(
        KOMBIT_EDITOR, "addPerson", "... on PersonChanged { person { id } }", name="Demo Uden Kommune"
    )
    key, then = made["person"]["id"], NOW - timedelta(days=20)
    there = {"role": ADMINISTRATOR, "municipality": "0101", "person": key, "now": then}
    held = await change(
        "appoint",
        "... on AssignmentChanged { assignment { id } }",
        **there,
        validFrom="2026-11-01",
        validTo="2026-11-20",
    )
    await change("reportContact", **there, comment="x")
    assert await seeded.value(Statement("test", OPEN, {"key": key})) == 1
    erased = await who.changes(KOMBIT_EDITOR, "erasePerson", person=key)
    assert erased["__typename"] == "PersonErased", erased
    assert await seeded.value(Statement("test", OPEN, {"key": key})) == 0
    kept = "MATCH (a:Assignment {key: $p.key}) RETURN collect([a.validTo, a.toSeq = 9007199254740991])"
    assert await seeded.value(Statement("test", kept, {"key": held["assignment"]["id"]})) == [["2026-11-20", True]]
