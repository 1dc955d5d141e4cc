"""The gallery and its tasks: defined, renamed, withdrawn, escalated, published; progress."""

from __future__ import annotations

from tests.changes.conftest import Change
from tests.changes.test_holding import PLACE, person
from tests.contract.conftest import Ask

ROLE = (
    "... on RoleChanged { role { id code title names { title validTo } escalatesTo { code } galleries { version } } }"
)
TASK = "... on TaskChanged { task { id code title due stands roles { role { code } kind } requires { code } } }"


async def defined(change: Change, title: str = "Demo Ny rolle", **given: object) -> str:
    made = await change(
        "defineRole", ROLE, **{"title": title, "gallery": "1.4", "domain": "OIR", "kind": "CONTACT", **given}
    )
    assert made["__typename"] == "RoleChanged", made
    return str(made["role"]["code"])


async def history(ask: Ask, key: str) -> list[str]:
    asked = await ask("query ($id: ID!) { node(id: $id) { history { operation seq } } }", {"id": key})
    changes = asked.data["node"]["history"]
    assert [change["seq"] for change in changes] == sorted({change["seq"] for change in changes})
    return [change["operation"] for change in changes]


async def test_a_role_is_defined_renamed_and_withdrawn(change: Change, ask: Ask) -> None:
    code = await defined(change, escalatesTo="ØiR finans administrator", validFrom="2026-01-01")
    assert code == "demo-ny-rolle"
    renamed = await change("renameRole", ROLE, role=code, title="Demo Nyere rolle", validFrom="2026-06-01")
    assert renamed["role"]["title"] == "Demo Nyere rolle"
    assert {name["title"]: name["validTo"] for name in renamed["role"]["names"]} == {
        "Demo Ny rolle": "2026-06-01", "Demo Nyere rolle": None,
    }  # fmt: skip
    assert (await ask('{ role(name: "demo ny rolle") { code } }')).data["role"] == {"code": code}
    await change("withdrawRole", ROLE, role=code, on="2026-11-01")
    key = await person(change, "Demo Anna Afprøvesen")
    refused = await change("appoint", role=code, municipality=PLACE, person=key, validFrom="2026-11-01")
    assert (refused["code"], refused["field"]) == ("ROLE_WITHDRAWN", "role")
    before = await change(
        "appoint", role=code, municipality=PLACE, person=key, validFrom="2026-10-31", validTo="2026-11-01"
    )
    assert before["__typename"] == "AssignmentChanged"
    taken = await change("defineRole", title="Andet", code=code, gallery="1.4", domain="OIR", kind="CONTACT")
    assert taken["code"] == "CODE_TAKEN"
    assert await history(ask, f"role:{code}") == ["defineRole", "renameRole", "withdrawRole"]  # and not who held it


async def test_the_only_name_of_what_is_no_role_is_not_taken_back(change: Change, ask: Ask) -> None:
    """Its `name` is never null."""
    query = """{ vendors(first: 1) { nodes { id names { id kind } } } erpSystems(first: 1) { nodes { id names { id kind } } }
      itSystems(first: 1) { nodes { id names { id kind } } } projects(first: 1) { nodes { id names { id kind } } } }"""
    for kind, found in (await ask(query)).data.items():
        (thing,) = found["nodes"]
        (official,) = [name["id"] for name in thing["names"] if name["kind"] == "OFFICIAL"]
        refused = await change("retract", fact=official)
        assert (refused["code"], refused["field"]) == ("ONLY_ONE", "fact"), kind
        assert thing["id"] in refused["expected"]


async def recorded(ask: Ask, kind: str) -> list[str]:
    """Give the ids of the facts of a kind that the last change recorded."""
    query = "{ changes(first: 1, orderBy: SEQ_DESC) { nodes { effects { after { id } } } } }"
    (last,) = (await ask(query)).data["changes"]["nodes"]
    ids = [effect["after"]["id"] for effect in last["effects"] if effect["after"] is not None]
    return [one for one in ids if one.startswith(kind)]


async def test_a_title_that_another_role_has_taken_over_means_that_role(change: Change) -> None:
    """What a name meant is remembered, and looked up again before anything rests on it."""
    old = await defined(change, "Demo Delt rolle", validFrom="2026-01-01")
    given = {"role": "Demo Delt rolle", "municipality": PLACE, "person": await person(change, "Demo Anna Afprøvesen")}
    show = "... on AssignmentChanged { assignment { role { code } } }"
    first = await change("appoint", show, **given)
    assert first["assignment"]["role"]["code"] == old
    await change("renameRole", role=old, title="Demo Gammel rolle", validFrom="2026-06-01")
    new = await defined(change, "Demo Delt rolle", code="demo-delt-igen", validFrom="2026-06-01")
    second = await change("appoint", show, statements=4, **given)  # locked, and once more as the name means another
    assert second["assignment"]["role"]["code"] == new


async def test_escalation_in_a_circle_is_refused(change: Change, ask: Ask) -> None:
    one = await defined(change, "Demo Rolle et", escalatesTo="ØiR finans administrator")
    circle = await change("escalateRole", role="ØiR finans administrator", to=one, validFrom="2027-01-01")
    assert (circle["code"], circle["field"]) == ("CIRCLE", "to")
    assert "role:demo-rolle-et" in circle["value"]
    later = await change("escalateRole", ROLE, role=one, to="ØiR debitor administrator", validFrom="2026-12-01")
    assert later["role"]["escalatesTo"] == {"code": "oir-debitor-administrator"}
    assert await history(ask, "role:demo-rolle-et") == ["defineRole", "escalateRole"]


async def test_an_escalation_that_another_took_back_is_a_conflict(change: Change, ask: Ask) -> None:
    role = await defined(change, "Demo Rolle Fire")
    made = await change("escalateRole", role=role, to="ØiR debitor administrator")
    (escalation,) = await recorded(ask, "escalation:")
    taken = await change("retract", fact=escalation)
    late = await change("escalateRole", role=role, to="ØiR finans administrator", ifSeq=made["change"]["seq"])
    assert late["__typename"] == "Conflict", late
    assert [one["seq"] for one in late["changes"]] == [taken["change"]["seq"]]


async def test_a_chain_is_no_longer_than_answers_follow_it(change: Change, ask: Ask) -> None:
    last = await defined(change, "Demo Led 0")
    for number in range(1, 9):
        last = await defined(change, f"Demo Led {number}", escalatesTo=last)
    given = {"gallery": "1.4", "domain": "OIR_FINANS", "kind": "ADMINISTRATOR"}
    refused = await change("defineRole", title="Demo Led 9", escalatesTo=last, **given)
    assert (refused["code"], refused["field"]) == ("CHAIN_TOO_LONG", "escalatesTo")
    assert refused["value"].startswith("role:demo-led-9 → role:demo-led-8 → ")
    who = await person(change, "Demo Anna Afprøvesen")
    await change("appoint", role="Demo Led 0", municipality=PLACE, person=who, validFrom="2026-01-01")
    query = """{ responsibility(role: "Demo Led 8", municipality: "0825", at: "2026-12-01") {
      accountable { holder { name } } steps { en } } }"""
    (answer,) = (await ask(query)).data["responsibility"]
    assert answer["accountable"][0]["holder"]["name"] == "Demo Anna Afprøvesen"


async def test_the_terms_that_are_shown_are_those_by_which_a_task_is_found(change: Change, ask: Ask) -> None:
    """Before its first day it has the terms that come next, not the last ones."""
    given = {"project": "Basisimplementering af ØiR", "validFrom": "2026-11-01"}
    made = await change("publishTask", TASK, title="DEMO Før", due="2026-12-01", **given)
    code = made["task"]["code"]
    await change("changeTask", task=code, title="DEMO Efter", due="2027-03-01", validFrom="2026-11-20")
    query = f"""{{ tasks(first: 100, at: "2026-10-15", filter: {{dueBy: "2026-12-31"}}) {{ nodes {{ code due }} }}
      roleMap(around: "task:{code}", at: "2026-10-15") {{ nodes {{ label due node {{ ... on Task {{ title due }} }} }} }} }}"""
    told = (await ask(query)).data
    assert {"code": code, "due": "2026-12-01"} in told["tasks"]["nodes"]
    (box,) = (one for one in told["roleMap"]["nodes"] if one["node"].get("title"))
    assert (box["label"], box["due"]) == ("DEMO Før", "2026-12-01") == (box["node"]["title"], box["node"]["due"])


async def test_what_tells_a_title_is_not_taken_away(change: Change, ask: Ask) -> None:
    """A task that is withdrawn on its first day, or whose only terms are taken back, would have no title that lists could show."""
    made = await change(
        "publishTask", TASK, project="Basisimplementering af ØiR", title="DEMO Tastefejl", published="2027-01-15"
    )
    for on in ("2026-12-01", "2027-01-15"):
        refused = await change("withdrawTask", task=made["task"]["code"], on=on)
        assert (refused["code"], refused["field"]) == ("BAD_PERIOD", "on")
        assert "2027-01-15" in refused["expected"]
    code = await defined(change, "Demo Kaldt én ting")
    query = """query ($task: String!, $role: String!) { task(name: $task) { id } role(name: $role) { names { id } }
  changes(first: 2, orderBy: SEQ_DESC) { nodes { effects { after { id __typename } } } } }"""
    found = (await ask(query, {"task": made["task"]["code"], "role": code})).data
    ids = [e["after"]["id"] for c in found["changes"]["nodes"] for e in c["effects"] if e["after"] is not None]
    (terms,) = [one for one in ids if one.startswith("terms:")]
    (name,) = [one["id"] for one in found["role"]["names"]]
    for fact in (terms, name):
        refused = await change("retract", fact=fact)
        assert (refused["code"], refused["field"]) == ("ONLY_ONE", "fact")
    await change("renameRole", role=code, title="Demo Kaldt en anden ting", validFrom="2027-01-01")
    assert "change" in await change("retract", fact=name)


async def test_an_addressee_that_was_to_begin_later_begins_when_it_is_said_anew(change: Change, ask: Ask) -> None:
    one, other, task = "ØiR finans administrator", "ØiR debitor administrator", "DEMO Adressat"
    project = "Basisimplementering af ØiR"
    first = "Organiser jer i relation til ØiR"
    await change("publishTask", project=project, title="DEMO Forudsætning", published="2026-01-01")
    await change("publishTask", project=project, title=task, published="2026-01-01", responsible=[other])
    given = {"task": task, "responsible": [one], "requires": ["DEMO Forudsætning"]}
    await change("changeTask", **given, validFrom="2027-03-01")
    await change("changeTask", **given, validFrom="2026-12-15")
    query = 'query ($at: Date!) { task(name: "DEMO Adressat", at: $at) { roles { role { code } } requires { code } } }'
    for day, role, needed in (
        ("2026-12-14", "oir-debitor-administrator", []),
        ("2026-12-15", "oir-finans-administrator", ["demo-forudsaetning"]),
        ("2028-01-01", "oir-finans-administrator", ["demo-forudsaetning"]),
    ):
        found = (await ask(query, {"at": day})).data["task"]
        assert [one["role"]["code"] for one in found["roles"]] == [role], day
        assert [one["code"] for one in found["requires"]] == needed, day
    # What was to end is to go on: said anew, it does.
    await change("changeTask", task=task, requires=[first], validFrom="2027-06-01")
    await change("changeTask", task=task, requires=["DEMO Forudsætning"], validFrom="2026-12-20")
    found = (await ask(query, {"at": "2027-07-01"})).data["task"]
    assert [one["code"] for one in found["requires"]] == ["demo-forudsaetning"]


async def test_nobody_waits_for_a_task_that_was_withdrawn(change: Change, ask: Ask) -> None:
    project = "Basisimplementering af ØiR"
    await change("publishTask", project=project, title="DEMO Først", published="2026-01-01")
    await change("publishTask", project=project, title="DEMO Siden", published="2026-01-01", requires=["DEMO Først"])
    query = """query ($at: Date!) { task(name: "DEMO Siden", at: $at) { blockedBy { code } }
      municipality(name: "0825", at: $at) { tasks { task { code } blockedBy { code } } } }"""

    async def waits(day: str) -> list[list[dict[str, str]]]:
        found = (await ask(query, {"at": day})).data
        here = next(one for one in found["municipality"]["tasks"] if one["task"]["code"] == "demo-siden")
        return [found["task"]["blockedBy"], here["blockedBy"]]

    await change("withdrawTask", task="DEMO Først", on="2026-12-10")
    assert await waits("2026-12-09") == [[{"code": "demo-foerst"}]] * 2
    assert await waits("2026-12-10") == [[], []]


async def test_what_is_said_of_a_task_ends_with_it_though_it_is_said_after_its_withdrawal(
    change: Change, ask: Ask
) -> None:
    given = {"project": "Basisimplementering af ØiR", "published": "2026-01-01"}
    await change("publishTask", title="DEMO Først", **given)
    await change("publishTask", title="DEMO Siden", responsible=["ØiR finans administrator"], **given)
    await change("withdrawTask", task="DEMO Siden", on="2027-06-01")
    both = ["ØiR finans administrator", "YR kontaktperson"]
    await change("changeTask", task="DEMO Siden", responsible=both, requires=["DEMO Først"])
    query = """query ($at: Date!) { role(name: "YR kontaktperson", at: $at) { tasks { task { code } } }
      task(name: "DEMO Siden", at: $at) { roles { role { code } } requires { code } } }"""

    async def said(day: str) -> tuple[bool, int, int]:
        found = (await ask(query, {"at": day})).data
        codes = {one["task"]["code"] for one in found["role"]["tasks"]}
        return "demo-siden" in codes, len(found["task"]["roles"]), len(found["task"]["requires"])

    assert await said("2027-05-31") == (True, 2, 1)
    assert await said("2027-06-01") == (False, 0, 0)


async def test_a_gallery_version_replaces_the_one_before(change: Change, ask: Ask) -> None:
    show = "... on GalleryChanged { gallery { version roles { code } } }"
    made = await change(
        "publishGallery", show, version="1.9", published="2026-12-01", replaces="1.4",
        roles=["ØiR finans administrator", "KOMBIT-programleder"],
    )  # fmt: skip
    assert {role["code"] for role in made["gallery"]["roles"]} == {"oir-finans-administrator", "kombit-programleder"}
    refused = await change(
        "appoint", role="YR kontaktperson", municipality=PLACE, person=await person(change, "Demo Anna Afprøvesen")
    )
    assert refused["code"] == "ROLE_WITHDRAWN"


async def test_a_task_is_published_moved_reported_and_withdrawn(change: Change, ask: Ask) -> None:
    made = await change(
        "publishTask", TASK, project="Basisimplementering af ØiR", title="DEMO Prøv en ændring", published="2026-11-01",
        due="2027-02-15", responsible=["ØiR finans administrator"], requires=["Organiser jer i relation til ØiR"],
    )  # fmt: skip
    task = made["task"]
    assert (task["code"], task["stands"], task["due"]) == ("demo-proev-en-aendring", True, "2027-02-15")
    assert task["roles"] == [{"role": {"code": "oir-finans-administrator"}, "kind": "RESPONSIBLE"}]
    moved = await change(
        "changeTask",
        TASK,
        task=task["code"],
        due="2027-03-01",
        involved=["ØiR debitor administrator"],
        validFrom="2026-12-01",
    )
    assert moved["task"]["due"] == "2027-03-01"
    assert len(moved["task"]["roles"]) == 2
    before = await ask(f'{{ task(name: "{task["code"]}", at: "2026-11-30") {{ due roles {{ kind }} }} }}')
    assert before.data["task"] == {"due": "2027-02-15", "roles": [{"kind": "RESPONSIBLE"}]}
    reported = await change(
        "reportProgress", "... on ProgressChanged { progress { state municipality { code } } }",
        task=task["code"], municipality=PLACE, state="STARTED",
    )  # fmt: skip
    assert reported["progress"] == {"state": "STARTED", "municipality": {"code": "0825"}}
    await change("withdrawTask", TASK, task=task["code"], on="2026-12-01")
    late = await change("reportProgress", task=task["code"], municipality=PLACE, state="DONE")
    assert (late["code"], late["field"]) == ("TASK_DOES_NOT_STAND", "on")
    assert await history(ask, f"task:{task['code']}") == ["publishTask", "changeTask", "withdrawTask"]
