"""Which answers and cells a change shows: all that became others, also of roles that are answered by way of the one that was touched."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from resolvers.changes import performing
from tests.changes.conftest import Change
from tests.changes.test_holding import PLACE, appointed, person
from tests.contract.conftest import NOW, Ask

HERE = "municipality { code } role { code } outcome reach { reachedAs holder { name } email } steps { kind da }"
CELL = "municipality { code } role { code } state holders { name } carriedBy { code }"
SHOWN = f"... on Changed {{ answers {{ {HERE} }} cells {{ {CELL} }} }}"
LATER = NOW + timedelta(minutes=1)
LEADER, MAILBOX, OWNER = "kombit-programleder", "oir-funktionspostkasse", "systemejer-bogfoering"
Places = dict[tuple[str, str], Any]


async def codes(ask: Ask) -> list[str]:
    return [node["code"] for node in (await ask("{ roles(first: 100) { nodes { code } } }")).data["roles"]["nodes"]]


async def answers(ask: Ask, *places: str) -> Places:
    """How everything is answered in some municipalities today."""
    query = f"query ($role: String!, $m: [String!]) {{ responsibility(role: $role, municipalities: $m) {{ {HERE} }} }}"
    asked = [await ask(query, {"role": role, "m": list(places)}, now=LATER) for role in await codes(ask)]
    return by_place([one for answer in asked for one in answer.data["responsibility"]])


async def cells(ask: Ask, *places: str) -> Places:
    query = f"query ($m: [String!]) {{ coverage(municipalities: $m) {{ cells {{ {CELL} }} }} }}"
    return by_place((await ask(query, {"m": list(places)}, now=LATER)).data["coverage"]["cells"])


def by_place(found: list[Any]) -> Places:
    places = {(one["municipality"]["code"], one["role"]["code"]): one for one in found}
    assert len(places) == len(found)
    return places


async def done(change: Change, **given: Any) -> dict[str, Any]:
    made = await change(**given)
    assert "answers" in made, made
    return made


def others(before: Places, after: Places) -> set[tuple[str, str]]:
    return {place for place in before if before[place] != after[place]}


async def appoint_leader(change: Change, ask: Ask) -> dict[str, Any]:
    anna = await person(change, "Demo Anna Afprøvesen")
    return {"mutation": "appoint", "role": LEADER, "municipality": PLACE, "person": anna, "validTo": "2026-12-02"}


async def appoint_mailbox(change: Change, ask: Ask) -> dict[str, Any]:
    made = await change(
        "addMailbox", "... on MailboxChanged { mailbox { id } }", name="Demo Økonomipost", municipality=PLACE,
        contactPoints=[{"kind": "EMAIL", "value": "post@laesoe.example", "visibility": "PUBLIC"}],
    )  # fmt: skip
    anna = await person(change, "Demo Anna Afprøvesen")
    await appointed(change, anna, validFrom="2026-01-01")
    return {"mutation": "appoint", "role": MAILBOX, "municipality": PLACE, "mailbox": made["mailbox"]["id"]}


async def carry(change: Change, ask: Ask) -> dict[str, Any]:
    return {"mutation": "translate", "role": LEADER, "municipality": PLACE, "carriedBy": MAILBOX}


@pytest.mark.parametrize(("make", "role"), [(appoint_leader, LEADER), (appoint_mailbox, MAILBOX), (carry, LEADER)])
async def test_whatever_is_answered_otherwise_since_is_shown_as_it_is_answered(
    make: Any, role: str, change: Change, ask: Ask
) -> None:
    for code in (
        "oir-finans-kontaktperson",
        "oir-debitor-kontaktperson",
    ):  # carried, so that a cell rests on another role
        await change("translate", role=code, municipality=PLACE, carriedBy=LEADER)
    given = await make(change, ask)
    was, stood = await answers(ask, PLACE), await cells(ask, PLACE)
    dry = await done(change, **given, show=SHOWN, dryRun=True)
    made = await done(change, **given, show=SHOWN)
    now, stands = await answers(ask, PLACE), await cells(ask, PLACE)
    shown, covered = by_place(made["answers"]), by_place(made["cells"])
    assert by_place(dry["answers"]) == shown
    assert by_place(dry["cells"]) == covered
    assert others(was, now) <= shown.keys() < now.keys()
    assert others(was, now)
    assert others(stood, stands) <= covered.keys() < stands.keys()
    assert {place: now[place] for place in shown} == shown
    assert {place: stands[place] for place in covered} == covered
    assert made["answers"][0]["role"]["code"] == role, "what was touched comes first"


async def test_a_change_of_escalation_shows_every_municipality_s_answers(change: Change, ask: Ask) -> None:
    places = [
        node["code"]
        for node in (await ask("{ municipalities(first: 100) { nodes { code } } }")).data["municipalities"]["nodes"]
    ]
    some = places[::12]
    was = await answers(ask, *some)
    made = await done(change, mutation="escalateRole", show=SHOWN, role=OWNER, to=MAILBOX, dryRun=True)
    shown = by_place(made["answers"])
    assert {place for place, role in shown if role == OWNER} == set(places)
    made = await done(change, mutation="escalateRole", show=SHOWN, role=OWNER, to=MAILBOX)
    assert by_place(made["answers"]) == shown
    now = await answers(ask, *some)
    assert {place for place in others(was, now) if place[1] == OWNER} <= shown.keys()
    assert others(was, now)
    assert {role for _, role in shown} == {OWNER}
    assert {(place, OWNER) for place in places} <= by_place(made["cells"]).keys()


async def test_an_escalation_that_was_otherwise_in_the_past_shows_every_municipality_s_answers_of_then(
    change: Change, ask: Ask
) -> None:
    fact = (await ask(f'{{ role(name: "{OWNER}") {{ escalation {{ id validFrom }} }} }}')).data["role"]["escalation"]
    assert fact["validFrom"] < "2026-12-01"
    answer = f"municipality {{ code }} role {{ code }} at steps {{ kind target {{ code }} facts {{ __typename }} }} until next {{ {HERE} }}"
    show = f"... on Changed {{ answers {{ {answer} }} cells {{ {CELL} }} }}"
    made = await done(change, mutation="correct", show=show, fact=fact["id"], to=MAILBOX)
    assert len(made["answers"]) == len(made["cells"]) == 98
    assert {one["at"] for one in made["answers"]} == {fact["validFrom"]}
    escalated = [step["target"] for one in made["answers"] for step in one["steps"] if step["kind"] == "ESCALATED_TO"]
    assert {"code": MAILBOX} in escalated


async def test_what_is_said_of_titles_alone_shows_no_answers(change: Change) -> None:
    made = await change("renameRole", SHOWN, role=OWNER, title="Demo Bogføringens ejer")
    assert (made["answers"], made["cells"]) == ([], [])


async def test_of_more_places_than_are_shown_none_is(change: Change, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = await person(change, "Demo Anna Afprøvesen")
    for role in ("ØiR finans administrator", "ØiR debitor administrator"):
        await appointed(change, anna, role=role)
    show = "... on PersonLeft { ended { id } answers { outcome } }"
    monkeypatch.setattr(performing, "MOST_SHOWN", 1)
    left = await change("leave", show, person=anna, on="2026-12-05", dryRun=True)
    assert (len(left["ended"]), left["answers"]) == (2, [])
    monkeypatch.setattr(performing, "MOST_SHOWN", 2)
    assert (await change("leave", show, person=anna, on="2026-12-05", dryRun=True))["answers"]
