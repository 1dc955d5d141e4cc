"""People and mailboxes: added, changed, merged; the log says that something personal changed, not what it was."""

from __future__ import annotations

from graph.driver import Statement
from tests.changes.conftest import Change
from tests.changes.test_holding import appointed, holders, person
from tests.contract.conftest import Ask, Patient

SHOW = (
    "... on PersonChanged { person { id name jobTitle contactPoints { kind value visibility } municipality { code } } }"
)


async def test_a_new_person_is_found_by_name(change: Change, ask: Ask) -> None:
    made = await change("addPerson", SHOW, name="Demo Åse Nyhed", municipality="Læsø", jobTitle="Økonom")
    found = await ask('{ person(name: "demo aase nyhed") { id isDemo } search(text: "Aase Nyhed") { title } }')
    assert found.data["person"] == {"id": made["person"]["id"], "isDemo": False}
    assert "Demo Åse Nyhed" in {hit["title"] for hit in found.data["search"]}


async def test_what_is_left_out_stays_and_null_takes_away(change: Change, ask: Ask) -> None:
    key = await person(change, "Demo Anna Afprøvesen")
    titled = await change("changePerson", SHOW, person=key, jobTitle="Økonomichef")
    assert titled["person"]["jobTitle"] == "Økonomichef"
    assert [point["value"] for point in titled["person"]["contactPoints"]] == ["anna@laesoe.example"]
    bare = await change("changePerson", SHOW, person=key, jobTitle=None, municipality=None)
    assert (bare["person"]["jobTitle"], bare["person"]["municipality"]) == (None, None)
    same = await change("changePerson", person=key, name="Demo Anna Afprøvesen")
    assert same["code"] == "NOTHING_TO_CHANGE"
    log = await ask(
        "query ($id: ID!) { node(id: $id) { history { operation effects { edits { property before after isPersonal } } } } }",
        {"id": key},
    )
    last = log.data["node"]["history"][-1]
    assert last["operation"] == "changePerson"
    edits = {edit["property"]: edit for edit in last["effects"][0]["edits"]}
    assert edits["jobTitle"] == {"property": "jobTitle", "before": None, "after": None, "isPersonal": True}
    assert edits["BELONGS_TO"]["before"] == '["municipality:0825"]'


async def test_a_new_address_is_shown_in_the_answers_that_give_it(change: Change, ask: Ask) -> None:
    key = await person(change, "Demo Anna Afprøvesen")
    await appointed(change, key, validFrom="2026-01-01")
    await appointed(change, key, role="YR kontaktperson", validFrom="2031-01-01")
    show = "... on PersonChanged { dryRun answers { role { code } reach { email } } cells { role { code } } }"
    point = {"kind": "EMAIL", "value": "ny.adresse@laesoe.example", "visibility": "PUBLIC"}
    tried = await change("changePerson", show, person=key, contactPoints=[point], dryRun=True)
    assert tried["dryRun"] is True
    (answer,) = tried["answers"]
    assert answer["role"] == {"code": "oir-finans-administrator"}
    assert {"email": "ny.adresse@laesoe.example"} in answer["reach"]
    assert {"email": "anna@laesoe.example"} not in answer["reach"]
    assert tried["cells"] == [{"role": {"code": "oir-finans-administrator"}}], (
        "what is held another day is not answered for today"
    )
    made = await change("changePerson", show, person=key, contactPoints=[point])
    assert made["answers"] == tried["answers"]


async def test_an_address_that_is_none_is_refused_by_its_place(change: Change) -> None:
    points = [
        {"kind": "EMAIL", "value": "a@laesoe.example", "visibility": "PUBLIC"},
        {"kind": "PHONE", "value": "ring mig", "visibility": "PUBLIC"},
    ]
    refused = await change("addPerson", name="Demo Anna", contactPoints=points)
    assert (refused["code"], refused["field"], refused["value"]) == (
        "BAD_CONTACT", "contactPoints[1].value", "ring mig",
    )  # fmt: skip


async def test_two_people_who_are_one_are_merged(change: Change, ask: Ask) -> None:
    kept, gone = await person(change, "Demo Anna Afprøvesen"), await person(change, "Demo Ane Afprøvesen")
    await appointed(change, gone, validFrom="2026-01-01")
    merged = await change("mergePeople", SHOW, keep=kept, merge=gone)
    assert merged["person"]["id"] == kept
    assert "Demo Anna Afprøvesen" in await holders(ask, "2026-06-01")
    assert "Demo Ane Afprøvesen" not in await holders(ask, "2026-06-01")
    found = await ask(
        'query ($id: ID!) { search(text: "Ane Afprøvesen") { title } node(id: $id) { ... on Person { mergedInto { id } roles { id } } } }',
        {"id": gone},
    )
    assert "Demo Ane Afprøvesen" not in {hit["title"] for hit in found.data["search"]}
    assert found.data["node"] == {"mergedInto": {"id": kept}, "roles": []}
    names = await ask('{ people(first: 100, filter: {municipality: "0825"}) { nodes { name } } }')
    assert "Demo Ane Afprøvesen" not in {one["name"] for one in names.data["people"]["nodes"]}
    again = await change("appoint", role="YR kontaktperson", municipality="0825", person=gone)
    assert again["code"] == "MERGED"
    undone = await change("undo", change=merged["change"]["seq"])
    assert undone["__typename"] == "ChangeUndone"
    assert "Demo Ane Afprøvesen" in await holders(ask, "2026-06-01")


async def test_whoever_stands_in_for_the_other_one_stands_in_for_the_one_who_is_kept(
    change: Change, seeded: Patient
) -> None:
    """A person or a mailbox, who are not read for it, and may have left since."""
    kept, gone = await person(change, "Demo Anna Afprøvesen"), await person(change, "Demo Ane Afprøvesen")
    bo = await person(change, "Demo Bo Afprøvesen")
    held = (await appointed(change, gone, validFrom="2026-01-01"))["assignment"]["id"]
    await change("standIn", person=bo, assignments=[held], validFrom="2026-02-01", validTo="2026-03-01")
    await change("addMailbox", name="Demo Fælles postkasse", municipality="0825")
    await change("standIn", mailbox="Demo Fælles postkasse", assignments=[held], validFrom="2026-04-01")
    merged = await change("mergePeople", SHOW, keep=kept, merge=gone)
    assert merged["person"]["id"] == kept
    text = "MATCH (s:StandIn)-[:FOR]->({key: $p.key}) WHERE s.toSeq = 9007199254740991 RETURN count(s)"
    found = [await seeded.value(Statement("test", text, {"key": key})) for key in (kept, gone)]
    assert found == [2, 0]


async def test_a_mailbox_has_a_purpose(change: Change) -> None:
    show = "... on MailboxChanged { mailbox { name purpose contactPoints { value } } }"
    points = [{"kind": "EMAIL", "value": "oir@laesoe.example", "visibility": "VENDORS"}]
    made = await change(
        "addMailbox", show, name="Demo Postkasse", municipality="0825", purpose="ØiR", contactPoints=points
    )
    assert made["mailbox"]["contactPoints"] == [{"value": "oir@laesoe.example"}]
    changed = await change("changeMailbox", show, mailbox="Demo Postkasse", purpose="ØiR og YR")
    assert changed["mailbox"]["purpose"] == "ØiR og YR"
