"""Erasing a person: what describes her is nowhere any more, the facts stay, and nothing that is done afterwards brings it back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import orjson
import pytest

from graph.driver import Database, Statement
from graph.erasing import NAME, TEXT, TEXTS, erase
from graph.looking import Look, record
from graph.model import Arrow, Record, Thing
from graph.params import stored
from graph.shape import BY_NAME, LABELS
from graph_seed.exchange.importing import apply
from resolvers.changes.operation import PERSONAL
from resolvers.context import Context, Viewer
from schema.engine import Request
from schema.gallery.schema import engine
from tests.changes.conftest import Change, document
from tests.changes.test_holding import OWNER, PLACE, ROLE, appointed, person
from tests.contract.conftest import NOW, Ask, Patient
from tests.contract.planting import Garden
from tests.exchange_map.conftest import Maps, assignment, csv_of
from tests.looks.conftest import write

LATER = NOW + timedelta(minutes=5)
SHOW = "... on PersonErased { person { id name jobTitle erasedAt contactPoints { value } } ended { id } appointed { holder { name } } }"
TRACES = ("Sletteprøve", "sletteproeve", "gerda@laesoe", "12 34 56 99", "Konsulent Gerda")


@pytest.fixture
async def gerda(change: Change) -> str:
    """Somebody of whom much is written."""
    points = [
        {"kind": "EMAIL", "value": "gerda@laesoe.example", "visibility": "VENDORS"},
        {"kind": "PHONE", "value": "+45 12 34 56 99", "visibility": "VENDORS"},
    ]
    made = await change(
        "addPerson", "... on PersonChanged { person { id } }", name="Demo Gerda Sletteprøve", municipality=PLACE,
        jobTitle="Konsulent Gerda", unit="Sletteprøves enhed", contactPoints=points, reason="Gerda Sletteprøve er ny",
        idempotencyKey="gerda",
    )  # fmt: skip
    return str(made["person"]["id"])


async def held(change: Change, who: str) -> str:
    made = await appointed(change, who, validFrom="2026-06-01", reason="Gerda tager over")
    return str(made["assignment"]["id"])


async def everything(database: Database) -> str:
    """All that the database holds, as text."""
    rows = await database.read(Statement("test", "MATCH (n) RETURN properties(n) AS p", seconds=60.0))
    return orjson.dumps([row["p"] for row in rows]).decode()


def traces(text: str) -> list[str]:
    return [trace for trace in TRACES if trace.casefold() in text.casefold()]


async def test_nothing_that_describes_her_is_left(change: Change, gerda: str, seeded: Patient, ask: Ask) -> None:
    bo = await person(change, "Demo Bo Efterfølger")
    assignment = await held(change, gerda)
    await change("confirm", role=ROLE, municipality=PLACE, by="Gerda Sletteprøve", reason="Sagt af Gerda")
    await change(
        "reportContact",
        person=gerda,
        role=ROLE,
        municipality=PLACE,
        comment="Gerda tager ikke telefonen",
        by="Bo om Gerda",
    )
    await change(
        "intendVacancy",
        why="Gerda Sletteprøve er på orlov",
        role=OWNER,
        municipality="0461",
        validFrom="2036-01-01",
        validTo="2037-01-01",
    )
    other = await change(
        "intendVacancy",
        why="Omlægning",
        role=OWNER,
        municipality="0461",
        validFrom="2040-01-01",
        reason="Ring til gerda@laesoe.example",
    )
    await record(
        seeded,
        [
            Look("look:t-1", stored(NOW), "local:me", "Q", frozenset({gerda}), ()),
            Look("look:t-2", stored(NOW), "local:me", "Q", frozenset({gerda, bo}), ()),
            Look("look:t-3", stored(NOW), f"token:{gerda}", "Q", frozenset({bo}), ()),
        ],
    )
    assert set(traces(await everything(seeded))) == set(TRACES)
    answer = await change(
        "erasePerson", SHOW, person="Demo Gerda Sletteprøve", now=LATER, reason="Sag 2026-17", statements=4,
        successors=[{"assignment": assignment, "person": bo}],
    )  # fmt: skip
    assert answer["__typename"] == "PersonErased", answer
    assert answer["person"] == {
        "id": gerda, "name": NAME, "jobTitle": None, "erasedAt": answer["person"]["erasedAt"], "contactPoints": [],
    }  # fmt: skip
    assert answer["appointed"] == [{"holder": {"name": "Demo Bo Efterfølger"}}]
    assert answer["change"]["reason"] == "Sag 2026-17"
    assert traces(await everything(seeded)) == []
    texts = await seeded.read(
        Statement(
            "test",
            "MATCH (n:Report|Vacancy) WHERE coalesce(n.comment, n.reason) = $p.text RETURN labels(n)[0] AS l ORDER BY l",
            {"text": TEXT},
        )
    )
    assert {row["l"] for row in texts} == {"Report", "Vacancy"}
    looks = await seeded.read(
        Statement(
            "test",
            "MATCH (l:Look) MATCH (s:Shown {key: l.shown}) RETURN l.key AS k, l.actor AS a, s.people AS p ORDER BY k",
        )
    )
    assert [(row["k"], row["a"], row["p"]) for row in looks] == [
        ("look:t-2", "local:me", [bo]),
        ("look:t-3", "slettet person", [bo]),
    ]
    ((tombstone,),) = await seeded.read(Statement("test", "MATCH (e:Erased) RETURN properties(e) AS p"))
    assert tombstone == {"key": gerda, "at": answer["person"]["erasedAt"], "home": "all"}
    log = await ask(
        "query ($seq: Int!) { change(seq: $seq) { reason operation } }", {"seq": other["change"]["seq"]}, now=LATER
    )
    assert log.data["change"] == {"reason": None, "operation": "intendVacancy"}


async def test_no_hash_of_an_input_that_named_her_is_left(change: Change, gerda: str, seeded: Patient) -> None:
    """Whoever knows the rest of such an input finds the name by trying names."""
    name, there = "Demo Gerda Sletteprøve", {"role": OWNER, "municipality": "0461"}
    mail = {"kind": "EMAIL", "value": "gerda@laesoe.example", "visibility": "PUBLIC"}
    await appointed(change, await person(change, "Demo Bo Anden"), validFrom="2026-06-01")
    confirmed = {"role": ROLE, "municipality": PLACE, "by": name}
    given: list[tuple[str, dict[str, Any]]] = [
        ("confirm", confirmed),
        ("intendVacancy", {**there, "why": f"{name} er på orlov", "validFrom": "2036-01-01", "validTo": "2037-01-01"}),
        ("translate", {**there, "title": f"Spørg {name}", "validFrom": "2038-01-01"}),
        ("translate", {**there, "title": "Økonomichef", "validFrom": "2039-01-01"}),  # ends the one that named her
        ("addMailbox", {"name": f"Post til {name}"}),
        ("addMailbox", {"name": "Demo post", "purpose": f"Ring til {name}"}),
        ("addMailbox", {"name": "Demo postkasse", "contactPoints": [mail]}),
        ("addMailbox", {"name": "Demo kasse", "reason": f"{name} bad om den"}),
    ]
    made = [await change(mutation, **one, idempotencyKey=f"hash {i}") for i, (mutation, one) in enumerate(given)]
    await change("reportContact", role=ROLE, municipality=PLACE, comment="Nummeret er forkert")
    made.append(await change("confirm", **confirmed))  # said already: it closes the report alone
    named = [answer["change"]["seq"] for answer in made]
    await change("erasePerson", person=gerda, now=LATER, statements=3)
    rows = await seeded.read(
        Statement(
            "test",
            "MATCH (c:Change) WHERE c.seq IN $p.seqs AND c.inputHash <> '' RETURN c.seq AS seq",
            {"seqs": named},
        )
    )
    assert [row["seq"] for row in rows] == []
    again = await change(given[0][0], **given[0][1], idempotencyKey="hash 0", now=LATER, statements=1)
    assert again["repeated"] is True


async def test_the_hash_of_an_input_that_did_not_name_her_stays(change: Change, gerda: str, seeded: Patient) -> None:
    await appointed(change, await person(change, "Demo Bo Anden"), validFrom="2026-06-01")
    given = {"role": ROLE, "municipality": PLACE, "by": "Demo Bo Anden"}
    other = await change("confirm", **given, idempotencyKey="bo")
    await change("erasePerson", person=gerda, now=LATER, statements=3)
    text = "MATCH (c:Change {seq: $p.seq}) RETURN size(c.inputHash)"
    assert await seeded.value(Statement("test", text, {"seq": other["change"]["seq"]})) == 32
    reused = await change("confirm", **{**given, "by": "Demo Bo Tredje"}, idempotencyKey="bo", now=LATER)
    assert reused["code"] == "KEY_REUSED"


async def test_the_facts_stay_as_an_erased_persons(change: Change, gerda: str, ask: Ask) -> None:
    assignment = await held(change, gerda)
    await change("erasePerson", person=gerda, vacancies=[assignment], now=LATER, statements=3)
    query = """query ($at: Date, $known: DateTime) { assignments(first: 100, at: $at, knownAt: $known,
      filter: {role: "ØiR finans administrator", municipality: "0825"}) { nodes { id validTo holder { id name contactPoints { value } } } } }"""
    for known in (None, (NOW + timedelta(minutes=1)).isoformat()):
        told = await ask(query, {"at": "2026-07-01", "known": known}, now=LATER + timedelta(minutes=1))
        (hers,) = [one for one in told.data["assignments"]["nodes"] if one["id"] == assignment]
        assert hers["holder"] == {"id": gerda, "name": NAME, "contactPoints": []}
    today = await ask(query, {"at": "2026-12-01"}, now=LATER)
    assert assignment not in {one["id"] for one in today.data["assignments"]["nodes"]}


async def test_who_still_holds_roles_is_refused(change: Change, gerda: str, seeded: Patient) -> None:
    assignment = await held(change, gerda)
    before = await everything(seeded)
    refused = await change("erasePerson", person=gerda)
    assert (refused["code"], refused["field"]) == ("HOLDS_ROLES", "person")
    assert assignment in refused["expected"]
    both = await change(
        "erasePerson",
        person=gerda,
        vacancies=[assignment],
        successors=[{"assignment": assignment, "person": "Demo Lone Testsen"}],
    )
    assert (both["code"], both["field"]) == ("CONTRADICTION", "vacancies")
    other = await appointed(
        change, await person(change, "Demo Bo Anden"), role="ØiR debitor administrator", validFrom="2026-06-01"
    )
    not_hers = await change("erasePerson", person=gerda, vacancies=[assignment, other["assignment"]["id"]])
    assert (not_hers["code"], not_hers["field"]) == ("UNKNOWN_FACT", "vacancies")
    named = await change("erasePerson", person=gerda, vacancies=[assignment], reason="Gerda bad om det")
    assert (named["code"], named["field"]) == ("BAD_TEXT", "reason")
    dry = await change("erasePerson", SHOW, person=gerda, vacancies=[assignment], dryRun=True, statements=4)
    assert dry["person"]["name"] == NAME
    assert "Demo Gerda Sletteprøve" in await everything(seeded)
    assert before.count(gerda) == (await everything(seeded)).count(gerda)


async def test_an_erased_persons_id(change: Change, gerda: str, seeded: Patient, ask: Ask) -> None:
    await change("erasePerson", person=gerda, now=LATER, statements=3)
    after = LATER + timedelta(minutes=1)
    for query in (
        "query ($id: String!) { person(name: $id) { name } }",
        "query ($id: String!) { accessLog(person: $id) { totalCount } }",
        "query ($id: String!) { personFile(person: $id) { json } }",
        "query ($id: String!) { impact(person: $id) { day } }",
    ):
        told = await ask(query, {"id": gerda}, now=after, errors=True)
        assert told.error["code"] == "ERASED"
        assert "2026-12-01" in told.errors[0]["message"]
        result = await engine().execute(
            Request(query, {"id": gerda}), Context(seeded, Viewer("municipality", "odense", municipality="0461"), after)
        )
        assert [error["extensions"]["code"] for error in result.formatted["errors"]] == ["UNKNOWN_PERSON"]
    for mutation, given in (
        ("appoint", {"role": ROLE, "municipality": PLACE, "person": gerda}),
        ("changePerson", {"person": gerda, "name": "Demo Gerda Igen"}),
        ("mergePeople", {"keep": "Demo Lone Testsen", "merge": gerda}),
        ("erasePerson", {"person": gerda}),
        ("leave", {"person": gerda}),
    ):
        refused = await change(mutation, **given, now=after)
        assert refused["code"] == "ERASED", refused
    gone = await ask('{ person(name: "Demo Gerda Sletteprøve") { id } }', now=after, errors=True)
    assert gone.error["code"] == "UNKNOWN_PERSON"
    found = await ask(
        '{ search(text: "Sletteprøve") { title } people(first: 100, orderBy: NAME_DESC) { nodes { id } } }', now=after
    )
    assert found.data["search"] == []
    assert gerda not in {one["id"] for one in found.data["people"]["nodes"]}
    shown = await ask(
        "query ($id: ID!) { node(id: $id) { ... on Person { name erasedAt } } }", {"id": gerda}, now=after
    )
    assert shown.data["node"]["name"] == NAME


async def test_nothing_that_follows_brings_it_back(change: Change, gerda: str, seeded: Patient) -> None:
    bo = await person(change, "Demo Bo Sammensat")
    assignment = await held(change, gerda)
    ended = await change("end", fact=assignment, validTo="2026-11-01", reason="Gerda Sletteprøve stopper")
    erased = await change(
        "erasePerson", person="Demo Gerda Sletteprøve", now=LATER, statements=3, idempotencyKey="erase gerda"
    )
    after = LATER + timedelta(minutes=1)
    for seq in (ended["change"]["seq"] - 1, ended["change"]["seq"], erased["change"]["seq"]):
        refused = await change("undo", change=seq, now=after)
        assert refused["code"] == "CANNOT_UNDO"
        assert "who was erased" in refused["expected"], "and not what could be undone first, since that cannot be"
    again = await change(
        "addPerson", "... on PersonChanged { person { name } }", name="Demo Gerda Sletteprøve", municipality=PLACE,
        idempotencyKey="gerda", statements=2, now=after,
    )  # fmt: skip
    assert (again["repeated"], again["person"]) == (True, {"name": NAME})
    repeated = await change(
        "erasePerson", person="Demo Gerda Sletteprøve", idempotencyKey="erase gerda", now=after, statements=1
    )
    assert repeated["repeated"] is True
    merged = await change("mergePeople", keep=bo, merge=gerda, now=after)
    assert merged["code"] == "ERASED"
    assert traces(await everything(seeded)) == []


async def test_who_was_merged_into_her_goes_with_her(change: Change, gerda: str, seeded: Patient) -> None:
    points = [{"kind": "EMAIL", "value": "gerda@laesoe.example", "visibility": "VENDORS"}]
    made = await change(
        "addPerson",
        "... on PersonChanged { person { id } }",
        name="Demo G. Sletteprøve",
        municipality=PLACE,
        contactPoints=points,
    )
    merged = await change("mergePeople", keep=gerda, merge=made["person"]["id"])
    await change("erasePerson", person=gerda, now=LATER, statements=3)
    assert traces(await everything(seeded)) == []
    undone = await change("undo", change=merged["change"]["seq"], now=LATER + timedelta(minutes=1))
    assert undone["code"] == "CANNOT_UNDO"
    rows = await seeded.read(Statement("test", "MATCH (e:Erased) RETURN e.key AS k"))
    assert {row["k"] for row in rows} == {gerda, made["person"]["id"]}


async def test_what_they_were_called_before_goes_too(change: Change, gerda: str, seeded: Patient) -> None:
    await change("reportContact", role=OWNER, municipality="0461", comment="Spørg Gerda Pigenavn eller 98 76 54 32")
    await change("erasePerson", person=gerda, formerNames=["Gerda Pigenavn"], now=LATER, statements=3)
    assert "Pigenavn" not in await everything(seeded)


@pytest.mark.parametrize("name", ["Gerda", "", "   ", "12 34", "1234567", "a@b.dk", "g.s1", f"Gerda {'x' * 300}"])
async def test_a_former_name_that_is_found_in_too_much(change: Change, gerda: str, name: str) -> None:
    refused = await change("erasePerson", person=gerda, formerNames=[name])
    assert (refused["code"], refused["field"]) == ("BAD_TEXT", "formerNames")
    many = await change("erasePerson", person=gerda, formerNames=["Gerda Pigenavn"] * 21)
    assert (many["code"], many["field"]) == ("TOO_MANY", "formerNames")


async def test_why_somebody_was_erased_stays(change: Change, gerda: str, ask: Ask) -> None:
    given: dict[str, Any] = {"person": gerda, "statements": 3}
    first = await change("erasePerson", **given, reason="Anmodning 2026-14", now=LATER)
    for minutes in (1, 2):
        await change(
            "erasePerson", person=gerda, formerNames=["Gerda Pigenavn"], reason=f"Rest {minutes}",
            now=LATER + timedelta(minutes=minutes), statements=3,
        )  # fmt: skip
    query = "query ($after: ID!) { changes(after: $after, first: 5) { nodes { reason } } }"
    log = await ask(query, {"after": str(first["change"]["seq"] - 1)}, now=LATER + timedelta(minutes=3))
    assert [node["reason"] for node in log.data["changes"]["nodes"]] == ["Anmodning 2026-14", "Rest 1", "Rest 2"]


async def test_why_somebody_was_erased_goes_where_it_names_who_followed_them(
    change: Change, gerda: str, seeded: Patient
) -> None:
    bo = await person(change, "Demo Bo Forgænger")
    assignment_of_bo = await held(change, bo)
    first = await change(
        "erasePerson", person=bo, successors=[{"assignment": assignment_of_bo, "person": gerda}],
        reason="Sletteprøve overtager", now=LATER, statements=3,
    )  # fmt: skip
    assert first["__typename"] == "PersonErased", first
    (follows,) = await seeded.read(
        Statement("test", "MATCH (a:Assignment {toSeq: 9007199254740991})-[:HELD_BY]->(:Person {key: $p.key}) RETURN a.key", {"key": gerda})
    )  # fmt: skip
    later = {"now": LATER + timedelta(minutes=1), "statements": 3}
    again = await change("erasePerson", person=gerda, vacancies=[follows[0]], reason="Anmodning 2", **later)
    assert again["__typename"] == "PersonErased", again
    text = "MATCH (c:Change {operation: 'erasePerson'}) WHERE c.seq >= $p.seq RETURN c.reason AS reason ORDER BY c.seq"
    rows = await seeded.read(Statement("test", text, {"seq": int(first["change"]["seq"])}))
    assert [row["reason"] for row in rows] == [None, "Anmodning 2"]


async def test_a_key_of_an_erasure_names_no_other_one(change: Change, gerda: str) -> None:
    bo = await person(change, "Demo Bo Anden")
    key = {"idempotencyKey": "sletning", "statements": 3}
    erased = await change("erasePerson", person=gerda, now=LATER, **key)
    again = {"now": LATER + timedelta(minutes=1), "idempotencyKey": "sletning"}
    same = await change("erasePerson", person=gerda, statements=1, **again)
    assert (same["repeated"], same["change"]["seq"]) == (True, erased["change"]["seq"])
    for given in ({"person": bo}, {"person": gerda, "formerNames": ["Gerda Pigenavn"]}):
        reused = await change("erasePerson", **given, **again)
        assert (reused.get("code"), reused.get("field")) == ("KEY_REUSED", "idempotencyKey"), given


async def test_a_key_that_named_another_kind_of_change_is_refused_also_when_its_input_is_gone(
    change: Change, gerda: str
) -> None:
    await change("erasePerson", person=gerda, now=LATER, statements=3)
    bo = await person(change, "Demo Bo Anden")
    given: dict[str, Any] = {"person": bo, "unit": "Enhed 9", "idempotencyKey": "gerda"}
    reused = await change("changePerson", **given, now=LATER + timedelta(minutes=1))
    assert (reused["code"], reused["field"]) == ("KEY_REUSED", "idempotencyKey")


async def test_the_name_that_a_file_gave_its_change_goes_with_the_input(change: Change, seeded: Patient) -> None:
    """It is a hash of the file, and of a number that everybody knows."""
    maps = Maps(seeded)
    row = assignment(holder_name="Demo Gerda Filstrup", holder_email="gerda.filstrup@laesoe.example")
    data = csv_of("assignments", [row])
    applied = await apply(maps.database, maps.order(data))
    text = "MATCH (c:Change {seq: $p.seq}) RETURN c.operationId"
    assert applied.seq is not None
    before = await seeded.value(Statement("test", text, {"seq": applied.seq}))
    assert before == maps.order(data).operation_id(applied.seq - 1)
    held = await seeded.value(
        Statement("test", "MATCH (a:Assignment)-[:HELD_BY]->(:Person {name: 'Demo Gerda Filstrup'}) RETURN a.key")
    )
    erased = await change("erasePerson", person="Demo Gerda Filstrup", vacancies=[held], now=LATER, statements=3)
    assert erased["__typename"] == "PersonErased", erased
    after = await seeded.value(Statement("test", text, {"seq": applied.seq}))
    assert after.startswith("input:")
    assert after != before


async def test_completing_an_erasure_names_nobody_and_hands_nothing_on(change: Change, gerda: str) -> None:
    await change("erasePerson", person=gerda, now=LATER, statements=3)
    given: dict[str, Any] = {"person": gerda, "formerNames": ["Gerda Sletteprøve"], "now": LATER + timedelta(minutes=1)}
    named = await change("erasePerson", **given, reason="Rest om Sletteprøve")
    assert (named["code"], named["field"]) == ("BAD_TEXT", "reason")
    handed = await change("erasePerson", **given, vacancies=[await held(change, await person(change, "Demo Bo Anden"))])
    assert (handed["code"], handed["field"]) == ("CONTRADICTION", "vacancies")
    done = await change("erasePerson", SHOW, **given, statements=4)
    assert (done["person"]["name"], done["ended"]) == (NAME, [])
    undone = await change("undo", change=done["change"]["seq"], now=LATER + timedelta(minutes=2))
    assert undone["code"] == "CANNOT_UNDO"


async def test_a_shared_mailbox_loses_what_is_hers(change: Change, gerda: str, seeded: Patient) -> None:
    async def mailbox(name: str, *values: str, **more: str) -> str:
        points = [{"kind": "EMAIL", "value": value, "visibility": "PUBLIC"} for value in values]
        made = await change(
            "addMailbox", "... on MailboxChanged { mailbox { id } }", name=name, contactPoints=points, **more
        )
        return str(made["mailbox"]["id"])

    shared = "faelles@laesoe.example"
    await change(
        "addPerson", name="Demo Bo Medejer", municipality=PLACE,
        contactPoints=[{"kind": "EMAIL", "value": shared, "visibility": "PUBLIC"}],
    )  # fmt: skip
    points = [
        {"kind": "EMAIL", "value": v, "visibility": "PUBLIC"}
        for v in ("gerda@laesoe.example", shared, "kasse@laesoe.example")
    ]
    await change("changePerson", person=gerda, contactPoints=points)
    hers = await mailbox(
        "Demo postkasse", "oir@laesoe.example", "GERDA@laesoe.example", shared, purpose="Ring til Gerda Sletteprøve"
    )
    own = await mailbox("kasse@laesoe.example", "kasse@laesoe.example")
    named = await mailbox("Demo Gerda Sletteprøve, økonomi", "gerda@laesoe.example")
    await change("erasePerson", person=gerda, now=LATER, statements=3)
    rows = await seeded.read(
        Statement(
            "test",
            "MATCH (m:Mailbox) WHERE m.key IN $p.keys RETURN m.key AS k,"
            " [m.name, m.folded, m.purpose, m.contactValues, size(m.contactKinds), size(m.contactClasses)] AS m",
            {"keys": [hers, own, named]},
        )
    )
    assert {row["k"]: row["m"] for row in rows} == {
        hers: ["Demo postkasse", "demo postkasse", None, ["oir@laesoe.example", shared], 2, 2],
        own: ["kasse@laesoe.example", "kasse laesoe example", None, ["kasse@laesoe.example"], 1, 1],
        named: [TEXT, "", None, [], 0, 0],
    }
    assert traces(await everything(seeded)) == []


STAYS: frozenset[str] = frozenset({"key", "fromSeq", "seq", "toSeq", "leftOn", "demo", "erasedAt"})
"""What describes nobody, and is left of whoever is erased."""


def test_whatever_describes_a_person_is_masked_in_the_log_and_goes_with_an_erasure() -> None:
    described = {one.name for one in BY_NAME["Person"].properties} - STAYS
    assert described <= PERSONAL
    text = erase("person:x", 1, "2026-12-01T00:00:00.000000Z", None).text
    assert {name for name in described if f"n.{name} = " in text} == described


TOLD_OF: dict[str, str] = {
    "code version number": "a sign for something",
    "domain kind region type protocol provider heldBy obligation state language origin": "one of a few words",
    "slot": "made of keys",
    "folded": "made of a name, and goes with it",
    "starts ends": "a time of day",
    "contactKinds contactValues contactClasses": "of a mailbox, one by one: hers go",
}
"""Why no text is looked for in properties, by their names: no text at all."""
CALLED: dict[str, str] = {
    "Role.en Municipality.name Vendor.name ErpSystem.name ItSystem.name Integration.name Service.name Project.name Name.title": (
        "what things are called that are no person's and no mailbox's"
    ),
    "Person.name Person.jobTitle Person.unit": "of whoever is erased all goes; of others it is theirs",
    "Meeting.title Meeting.place Meeting.audience": "KOMBIT's calendar, which no change writes: files of reference data alone",
}
"""The same of texts."""


def test_each_text_of_the_graph_is_looked_through_or_said_why_not() -> None:
    words = {name for names in TOLD_OF for name in names.split()} | {"key"}
    texts = {
        (label.name, one.name)
        for label in LABELS
        if label.kind != "log"
        for one in label.properties
        if one.type in ("string", "strings") and one.name not in words
    }
    called = {(label, name) for told in CALLED for label, _, name in (one.partition(".") for one in told.split())}
    looked = {(label, name) for label, name, _, _ in TEXTS}
    assert called & looked == set()
    assert looked | called == texts


async def test_texts_that_are_no_municipalitys_are_the_operators_to_replace(
    change: Change, gerda: str, garden: Garden, seeded: Patient
) -> None:
    named = "Spørg Gerda Sletteprøve, gerda@laesoe.example"
    called = {"folded": "spoerg gerda sletteproeve", "note": named}
    coded = {"code": "gerda", "name": "Demo", "folded": "demo"}

    def said(label: str, properties: dict[str, Any], *arrows: tuple[str, str]) -> Record:
        ends = tuple(Arrow(*arrow) for arrow in arrows)
        return Record(label, f"{label.lower()}:gerda", "2026-01-01", "9999-12-31", properties, ends)

    await garden.plant(
        things=[
            Thing("Gallery", "gallery:gerda", {"version": "gerda", "published": "2026-01-01", "note": named}),
            Thing("ItSystem", "itSystem:gerda", {**coded, "note": named}),
            Thing("Task", "task:gerda", {"code": "gerda", "isActivity": False, "demo": True}, (Arrow("PART_OF", "project:oir-basis"),)),
            Thing("Service", "service:gerda", {"code": "gerda", "name": "Demo", "version": "1", "type": "REST", "provider": "Demo"}),
        ],
        records=[
            said("Terms", {"title": named, **called}, ("OF", "task:gerda")),
            said("Name", {"title": "Demo", "folded": "demo", "kind": "ALIAS", "note": named}, ("NAMES", "itSystem:gerda")),
            said(
                "Agreement", {"name": named, "folded": called["folded"], "dataLimit": named},
                ("FOR", "itSystem:gerda"), ("GIVES", "service:gerda"), ("IN", "municipality:0461"),
            ),
        ],
    )  # fmt: skip
    text = """MATCH (n) WHERE n.key ENDS WITH ':gerda' UNWIND ['title', 'note', 'name', 'dataLimit', 'folded'] AS name
    WITH n, name WHERE toLower(n[name]) CONTAINS 'gerda' RETURN collect(DISTINCT labels(n)[0] + '.' + name) AS found"""
    found = set(await seeded.value(Statement("test", text)))
    assert found == {
        "Gallery.note", "ItSystem.note", "Terms.title", "Terms.folded", "Terms.note", "Name.note",
        "Agreement.name", "Agreement.folded", "Agreement.dataLimit",
    }  # fmt: skip
    editor = Viewer("municipality", f"municipality:{PLACE}", municipality=PLACE, edits=True)
    request = Request(document("erasePerson"), {"input": {"person": gerda}})
    result = await engine().execute(request, Context(seeded, editor, LATER))
    assert result.data is not None
    assert result.data["erasePerson"]["__typename"] == "PersonErased"
    assert set(await seeded.value(Statement("test", text))) == found
    await change("erasePerson", person=gerda, formerNames=["Gerda Sletteprøve"], now=LATER, statements=3)
    assert await seeded.value(Statement("test", text)) == []


async def test_looks_that_come_late_are_of_nobody(change: Change, gerda: str, seeded: Patient) -> None:
    await change("erasePerson", person=gerda, now=LATER, statements=3)
    await record(seeded, [Look("look:t-9", stored(NOW), "local:me", "Q", frozenset({gerda, "person:other"}), ())])
    (row,) = await seeded.read(Statement("test", "MATCH (s:Shown) RETURN s.people AS p"))
    assert row["p"] == ["person:other"]


async def test_everything_held_on_one(change: Change, gerda: str, seeded: Patient, ask: Ask) -> None:
    assignment = await held(change, gerda)
    await record(seeded, [Look("look:t-1", stored(NOW), "local:me", "Q", frozenset({gerda}), ("r1",))])
    await seeded.read(Statement("wait", "CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()"))
    told = await ask(
        "query ($id: String!) { personFile(person: $id) { json person { name } seq } }", {"id": gerda}, now=LATER
    )
    content: dict[str, Any] = json.loads(told.data["personFile"]["json"])
    assert content["person"]["name"] == "Demo Gerda Sletteprøve"
    assert [point["value"] for point in content["person"]["contactPoints"]] == [
        "gerda@laesoe.example",
        "+45 12 34 56 99",
    ]
    assert [(fact["kind"], fact["key"], fact["toSeq"]) for fact in content["facts"]] == [
        ("Assignment", assignment, None)
    ]
    assert [change["operation"] for change in content["changes"]] == ["addPerson", "appoint"]
    assert content["lookedUp"] == [{"at": stored(NOW), "actor": "local:me", "operation": "Q", "requests": ["r1"]}]
    vendor = Context(seeded, Viewer("municipality", "odense", municipality="0461"), LATER)
    result = await engine().execute(
        Request("query ($id: String!) { personFile(person: $id) { json } }", {"id": gerda}), vendor
    )
    assert result.data == {"personFile": None}
    await write(seeded, "MATCH (l:Look|Shown) DELETE l")
