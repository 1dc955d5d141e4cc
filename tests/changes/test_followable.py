"""Whoever follows what a refusal says is right is not refused again."""

from __future__ import annotations

from tests.changes.conftest import Change
from tests.changes.test_gallery import ROLE as ROLE_SHOWN
from tests.changes.test_gallery import TASK, defined, recorded
from tests.changes.test_holding import PLACE, ROLE, appointed, person
from tests.contract.conftest import Ask

SHOW = "... on TranslationChanged { translation { id } }"


async def test_what_cannot_give_way_says_which_day_is_wrong_and_which_would_be_right(change: Change, ask: Ask) -> None:
    where = {"role": "YR kontaktperson", "municipality": PLACE}
    await change("translate", SHOW, **where, title="Demo Et", validFrom="2030-01-01", validTo="2031-01-01")
    short = {**where, "title": "Demo To", "validFrom": "2030-03-01"}
    refused = await change("translate", **short, validTo="2030-06-01")
    assert (refused["code"], refused["field"], refused["value"]) == ("ALREADY_TRANSLATED", "validTo", "2030-06-01")
    assert refused["expected"].startswith("at least 2031-01-01, or none")
    same = {**where, "title": "Demo To", "validFrom": "2030-01-01", "validTo": "2031-01-01"}
    refused = await change("translate", **same)
    assert (refused["code"], refused["field"], refused["value"]) == ("ALREADY_TRANSLATED", "validFrom", "2030-01-01")
    assert refused["expected"].startswith("a day after 2030-01-01")
    assert "change" in await change("translate", **{**same, "validFrom": "2030-01-02"})
    use = {"municipality": "Vejle", "domain": "FINANS", "erpSystem": "ØS Indsigt", "validFrom": "2027-01-01"}
    refused = await change("useErpSystem", **use, validTo="2028-01-01")
    assert (refused["code"], refused["field"]) == ("ALREADY_USED", "validTo")
    assert refused["expected"].startswith("none")
    assert "change" in await change("useErpSystem", **use)


async def test_a_correction_that_would_uncover_a_stand_in_names_it(change: Change) -> None:
    anna, bo = await person(change, "Demo Anna Afprøvesen"), await person(change, "Demo Bo Afprøvesen")
    held = (await appointed(change, anna, validFrom="2026-01-01"))["assignment"]["id"]
    show = "... on StandInsChanged { standIns { id } }"
    made = await change("standIn", show, assignments=[held], person=bo, validFrom="2026-11-01", validTo="2027-06-01")
    cover = made["standIns"][0]["id"]
    refused = await change("correct", fact=held, validTo="2027-02-01")
    assert (refused["code"], refused["field"], refused["value"]) == ("OUTSIDE_COVER", "fact", held)
    for part in (cover, "from 2026-11-01", "2027-06-01"):
        assert part in refused["expected"]
    await change("end", fact=cover, validTo="2027-02-01")
    assert "change" in await change("correct", fact=held, validTo="2027-02-01")


async def test_a_name_and_an_escalation_that_were_to_end_go_on_when_they_are_said_anew(
    change: Change, ask: Ask
) -> None:
    code = await defined(change, "Demo Går videre", escalatesTo="YR kontaktperson", validFrom="2026-01-01")
    (name,), (way,) = await recorded(ask, "name:"), await recorded(ask, "escalation:")
    for fact in (name, way):
        await change("end", fact=fact, validTo="2027-01-01")
    renamed = await change("renameRole", ROLE_SHOWN, role=code, title="Demo Går videre")
    assert renamed["role"]["names"] == [{"title": "Demo Går videre", "validTo": None}]
    await change("escalateRole", role=code, to="YR kontaktperson")
    later = await ask(f'{{ role(name: "{code}", at: "2028-01-01") {{ escalatesTo {{ code }} }} }}')
    assert later.data["role"]["escalatesTo"] == {"code": "yr-kontaktperson"}
    assert (await change("renameRole", role=code, title="Demo Går videre"))["code"] == "NOTHING_TO_CHANGE"
    assert (await change("escalateRole", role=code, to="YR kontaktperson"))["code"] == "NOTHING_TO_CHANGE"


async def test_one_stand_in_covers_several_assignments_of_one_holder_in_one_place(change: Change) -> None:
    anna, bo = await person(change, "Demo Anna Afprøvesen"), await person(change, "Demo Bo Afprøvesen")
    first = await appointed(change, anna, validFrom="2026-01-01", validTo="2027-01-01")
    second = await appointed(change, anna, validFrom="2027-01-01", validTo="2028-01-01")
    both = [one["assignment"]["id"] for one in (first, second)]
    show = "... on StandInsChanged { standIns { validFrom validTo } }"
    made = await change("standIn", show, assignments=both, person=bo, validFrom="2026-12-01", validTo="2027-02-01")
    assert made["standIns"] == [{"validFrom": "2026-12-01", "validTo": "2027-02-01"}]


async def test_progress_is_not_corrected_into_a_time_when_its_task_did_not_stand(change: Change, ask: Ask) -> None:
    given = {"project": "Basisimplementering af ØiR", "title": "DEMO Fremdrift", "published": "2026-01-01"}
    task = (await change("publishTask", TASK, **given))["task"]["code"]
    show = "... on ProgressChanged { progress { id } }"
    made = await change("reportProgress", show, task=task, municipality=PLACE, state="STARTED", on="2026-06-01")
    fact = made["progress"]["id"]
    refused = await change("correct", fact=fact, validFrom="2001-01-01")
    assert (refused["code"], refused["field"]) == ("TASK_DOES_NOT_STAND", "validFrom")
    assert (await change("correct", fact=fact, validFrom="2027-01-01"))["code"] == "BAD_DATE"
    assert "change" in await change("correct", fact=fact, validFrom="2026-01-01")


async def test_tasks_do_not_wait_for_each_other(change: Change, ask: Ask) -> None:
    project = "Basisimplementering af ØiR"
    for title, requires in (("DEMO Et", []), ("DEMO To", ["DEMO Et"]), ("DEMO Tre", ["DEMO To"])):
        await change("publishTask", TASK, project=project, title=title, published="2026-01-01", requires=requires)
    refused = await change("changeTask", task="DEMO Et", requires=["DEMO Tre"], validFrom="2026-12-10")
    assert (refused["code"], refused["field"]) == ("CIRCLE", "requires")
    assert refused["value"].count(" → ") == 3
    assert "task:demo-tre → task:demo-to" in refused["value"]
    parted = await change("changeTask", task="DEMO Tre", requires=[], validFrom="2026-12-10")
    assert "change" in await change("changeTask", task="DEMO Et", requires=["DEMO Tre"], validFrom="2026-12-10")
    assert (await change("undo", change=parted["change"]["seq"]))["code"] == "CIRCLE"


async def test_a_version_that_begins_to_define_a_role_that_day_is_not_replaced_then(change: Change) -> None:
    code = await defined(change, "Demo Samme dag", validFrom="2026-12-01")
    given = {"version": "1.9", "published": "2026-12-01", "replaces": "1.4", "roles": [ROLE]}
    refused = await change("publishGallery", **given)
    assert (refused["code"], refused["field"]) == ("BAD_PERIOD", "published")
    assert f"role:{code}" in refused["expected"]
    assert "change" in await change("publishGallery", **{**given, "published": "2026-12-02"})
