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
