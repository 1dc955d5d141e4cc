"""Whom a vendor writes to: exact answers, what the classes of contact points let through, and what cannot be asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from graph.driver import Database
from graph.model import Arrow, Record, Thing
from resolvers.context import PUBLIC, Context, Viewer
from schema.directory.schema import engine
from schema.engine import Request
from schema.gallery.schema import engine as gallery
from tests.contract.explaining import explain, memory
from tests.contract.planting import Garden
from tests.contract.test_plans import assert_starts_from_an_index
from tests.directory.conftest import NOW, AskAs, facts, vendor

__all__ = ["explain"]

FOREVER = ("2019-01-01", "9999-12-31")
ROLE = "role:systemejer-bogfoering"
CODE = "9801"
PLACE = f"municipality:{CODE}"
CONTACT = """query ($role: String, $task: String, $at: Date) { contacts(role: $role, task: $task, municipality: "9801", at: $at) {
  role { code } outcome answeredBy { code } mailbox name email phone others { name email phone standsIn }
  since until next { from outcome answeredBy { code } mailbox name email phone others { name } } lastConfirmed da en steps { kind role { code } } } }"""
ADDRESSES = (("EMAIL", "@by.example"), ("PHONE", " 12 34"))


def person(name: str, *classes: str) -> Thing:
    """Somebody with an e-mail address and a telephone number, of these classes."""
    points = [(kind, f"{name.lower()}{end}", label) for (kind, end), label in zip(ADDRESSES, classes, strict=False)]
    return holder("Person", name, points)


def holder(label: str, name: str, points: list[tuple[str, str, str]]) -> Thing:
    kinds, values, classes = zip(*points, strict=True) if points else ((), (), ())
    said = {"contactKinds": kinds, "contactValues": values, "contactClasses": classes}
    return Thing(
        label, f"{label.lower()}:scene-{name.lower()}", {"name": name, "folded": name.lower(), "demo": True, **said}
    )


def fact(label: str, role: str, by: str = "", period: tuple[str, str] = FOREVER, **said: Any) -> Record:
    """Say something of a role in the scene's municipality; `by` holds it, `of` is covered, `carrier` carries it."""
    arrows = [Arrow("OF", role), Arrow("IN", PLACE)]
    arrows += [Arrow("HELD_BY", by)] if by else []
    arrows += [Arrow("FOR", said.pop("of"))] if "of" in said else []
    arrows += [Arrow("CARRIED_BY", said.pop("carrier"))] if "carrier" in said else []
    key = f"{label[0].lower()}{label[1:]}:scene-{role.partition(':')[2]}-{by.partition('-')[2]}-{period[0]}"
    return Record(label, key, *period, {"slot": f"{CODE}|{role}", **said}, tuple(arrows))


@pytest.fixture
async def scene(garden: Garden) -> Garden:
    """A municipality that uses OPUS, with a mailbox and nobody in any role."""
    box = holder("Mailbox", "Funktionspostkassen", [("EMAIL", "oir@by.example", "VENDORS")])
    names = {"code": CODE, "name": "Scenekøbing", "folded": "scenekøbing", "region": "Fyn"}
    use = (Arrow("BY", PLACE), Arrow("OF", "erpSystem:opus"))
    await garden.plant(
        things=[Thing("Municipality", PLACE, names), box],
        records=[
            Record("Usage", "usage:scene", *FOREVER, {"domain": "FINANS"}, use),
            fact("Assignment", "role:oir-funktionspostkasse", box.key),
        ],
    )
    return garden


async def one_after_the_other(scene: Garden, day: str, confirmed: str) -> None:
    """Anna holds the role from March 2024 up to a day, Bo from then on; once somebody said that it is right."""
    anna, bo = person("Anna", "VENDORS", "OWN_MUNICIPALITY"), person("Bo", "PUBLIC", "PUBLIC")
    await scene.plant(
        things=[anna, bo],
        records=[
            fact("Assignment", ROLE, anna.key, ("2024-03-01", day)),
            fact("Assignment", ROLE, bo.key, (day, "9999-12-31")),
            fact("Confirmation", ROLE, period=(confirmed, "9999-12-31")),
        ],
    )


async def test_somebody_holds_the_role_and_another_will(ask: AskAs, scene: Garden) -> None:
    await one_after_the_other(scene, "2027-02-01", confirmed="2026-09-01")
    assert (await ask("kmd", CONTACT, {"role": ROLE})).data["contacts"] == [
        {
            "role": {"code": "systemejer-bogfoering"},
            "outcome": "HELD",
            "answeredBy": {"code": "systemejer-bogfoering"},
            "mailbox": "oir@by.example",
            "name": "Anna",
            "email": "anna@by.example",
            "phone": None,
            "others": [],
            "since": "2024-03-01",
            "until": "2027-02-01",
            "next": {
                "from": "2027-02-01",
                "outcome": "HELD",
                "answeredBy": {"code": "systemejer-bogfoering"},
                "mailbox": "oir@by.example",
                "name": "Bo",
                "email": "bo@by.example",
                "phone": "bo 12 34",
                "others": [],
            },
            "lastConfirmed": "2026-09-01",
            "da": "Anna har rollen Systemejer for kommunens bogføringssystem i Scenekøbing fra 1. marts 2024 til og med 31. januar 2027.",
            "en": "Anna holds the role Systemejer for kommunens bogføringssystem in Scenekøbing from 1 March 2024 up to and including 31 January 2027.",
            "steps": [
                {"kind": "HELD", "role": {"code": "systemejer-bogfoering"}},
                {"kind": "MAILBOX_FIRST", "role": {"code": "systemejer-bogfoering"}},
            ],
        }
    ]


async def test_what_was_confirmed_of_who_held_it_before_is_not_told_of_who_holds_it_now(
    ask: AskAs, scene: Garden, seeded: Database
) -> None:
    await one_after_the_other(scene, "2026-02-01", confirmed="2025-09-01")
    (told,) = (await ask("kmd", CONTACT, {"role": ROLE})).data["contacts"]
    assert (told["name"], told["lastConfirmed"]) == ("Bo", None)
    of_place = f"""{{ municipality(name: "{PLACE}") {{
      roles {{ role {{ id }} lastConfirmed assignments {{ lastConfirmed holder {{ name }} }} }} }}
      responsibility(role: "{ROLE}", municipality: "{PLACE}") {{ lastConfirmed }}
      before: responsibility(role: "{ROLE}", municipality: "{PLACE}", at: "2025-10-01") {{ lastConfirmed }} }}"""
    seen = (await gallery().execute(Request(of_place), Context(seeded, Viewer("kombit", "kombit"), NOW))).data
    assert isinstance(seen, dict)
    (here,) = [one for one in seen["municipality"]["roles"] if one["role"]["id"] == ROLE]
    assert (here["lastConfirmed"], here["assignments"]) == (None, [{"lastConfirmed": None, "holder": {"name": "Bo"}}])
    assert (seen["responsibility"], seen["before"]) == ([{"lastConfirmed": None}], [{"lastConfirmed": "2025-09-01"}])


async def test_what_was_confirmed_before_another_came_beside_is_not_told_of_both(
    ask: AskAs, scene: Garden, seeded: Database
) -> None:
    anna, bo = person("Anna", "VENDORS", "OWN_MUNICIPALITY"), person("Bo", "PUBLIC", "PUBLIC")
    await scene.plant(
        things=[anna, bo],
        records=[
            fact("Assignment", ROLE, anna.key, ("2024-03-01", "9999-12-31")),
            fact("Assignment", ROLE, bo.key, ("2026-02-01", "9999-12-31")),
            fact("Confirmation", ROLE, period=("2025-09-01", "9999-12-31")),
        ],
    )
    (told,) = (await ask("kmd", CONTACT, {"role": ROLE})).data["contacts"]
    assert (told["name"], told["lastConfirmed"]) == ("Anna", None)
    of_place = f"""{{ municipality(name: "{PLACE}") {{
      roles {{ role {{ id }} lastConfirmed assignments {{ lastConfirmed holder {{ name }} }} }} }}
      responsibility(role: "{ROLE}", municipality: "{PLACE}") {{ lastConfirmed }} }}"""
    seen = (await gallery().execute(Request(of_place), Context(seeded, Viewer("kombit", "kombit"), NOW))).data
    assert isinstance(seen, dict)
    (here,) = [one for one in seen["municipality"]["roles"] if one["role"]["id"] == ROLE]
    assert (here["lastConfirmed"], seen["responsibility"]) == (None, [{"lastConfirmed": None}])
    assert here["assignments"] == [
        {"lastConfirmed": "2025-09-01", "holder": {"name": "Anna"}},
        {"lastConfirmed": None, "holder": {"name": "Bo"}},
    ]


@pytest.mark.parametrize(
    ("uses", "until", "then"),
    [
        ([("2019-01-01", "2027-01-01")], "2027-01-01", None),
        ([("2019-01-01", "2027-02-01")], "2027-02-01", None),
        ([("2019-01-01", "2027-01-01"), ("2027-01-01", "2028-01-01")], "2027-02-01", "Bo"),
        ([("2019-01-01", "2027-01-01"), ("2027-01-02", "9999-12-31")], "2027-01-01", None),
        ([("2019-01-01", "2027-02-02")], "2027-02-01", "Bo"),
    ],
)
async def test_who_comes_when_it_is_no_customer_any_more_is_not_told(
    ask: AskAs, scene: Garden, uses: list[tuple[str, str]], until: str, then: str | None
) -> None:
    anna, bo = person("Anna", "VENDORS"), person("Bo", "VENDORS")
    use = (Arrow("BY", PLACE), Arrow("OF", "erpSystem:opus"))
    await scene.plant(
        things=[anna, bo],
        records=[
            fact("Assignment", ROLE, anna.key, ("2024-03-01", "2027-02-01")),
            fact("Assignment", ROLE, bo.key, ("2027-02-01", "9999-12-31")),
            *(Record("Usage", f"usage:scene-{start}", start, end, {"domain": "DEBITOR"}, use) for start, end in uses),
        ],
        retracts=["usage:scene"],
    )
    (contact,) = (await ask("kmd", CONTACT, {"role": ROLE})).data["contacts"]
    assert (contact["name"], contact["until"]) == ("Anna", until)
    assert (contact["next"] and contact["next"]["name"]) == then
    query = f'{{ customers(first: 100, roles: ["{ROLE}"]) {{ nodes {{ municipality {{ code }} contacts {{ until next {{ name }} }} }} }} }}'
    listed = (await ask("kmd", query)).data["customers"]["nodes"]
    (there,) = [one["contacts"] for one in listed if one["municipality"]["code"] == CODE]
    assert there == [{"until": until, "next": {"name": then} if then else None}]


async def test_a_name_is_shown_with_a_contact_point_for_vendors_and_not_without(ask: AskAs, scene: Garden) -> None:
    anna, bo = person("Anna", "AUTHORITIES", "OWN_MUNICIPALITY"), person("Bo", "OWN_MUNICIPALITY", "VENDORS")
    await scene.plant(
        things=[anna, bo],
        records=[
            fact("Assignment", ROLE, anna.key, ("2024-03-01", "2027-02-01")),
            fact("Assignment", ROLE, bo.key, ("2027-02-01", "9999-12-31")),
        ],
    )
    answer = await ask("kmd", CONTACT, {"role": ROLE})
    (contact,) = answer.data["contacts"]
    known = ("outcome", "mailbox", "name", "email", "phone", "others", "since", "until")
    assert [contact[name] for name in known] == [
        *("HELD", "oir@by.example", None, None, None, [], "2024-03-01", "2027-02-01")
    ]
    assert [contact["next"][name] for name in ("name", "email", "phone")] == ["Bo", None, "bo 12 34"]
    assert contact["en"].startswith("A member of staff holds the role")
    assert "Anna" not in str(answer.data)
    assert "anna" not in str(answer.data)


async def test_without_a_mailbox_and_without_a_point_for_vendors_it_goes_on(ask: AskAs, scene: Garden) -> None:
    anna, carl = person("Anna", "AUTHORITIES"), person("Carl", "PUBLIC")
    lead = "role:tovholder-basisimplementering"
    await scene.plant(
        things=[anna, carl],
        records=[
            fact("Assignment", lead, anna.key),
            fact("Assignment", "role:kombit-programleder", carl.key),
            fact("StandIn", ROLE, carl.key, of=anna.key),
        ],
        retracts=["assignment:scene-oir-funktionspostkasse-funktionspostkassen-2019-01-01"],
    )
    (contact,) = (await ask("kmd", CONTACT, {"role": lead})).data["contacts"]
    assert (contact["outcome"], contact["mailbox"], contact["name"]) == ("HELD", "implementering@kombit.dk", None)
    assert contact["en"] == (
        "Nobody in Scenekøbing can be contacted about it by what you are shown; write to implementering@kombit.dk."
    )
    (contact,) = (await ask("kmd", CONTACT, {"role": ROLE})).data["contacts"]
    assert (contact["outcome"], contact["answeredBy"], contact["since"]) == ("UNRESOLVED", None, None)
    assert [step["kind"] for step in contact["steps"]] == [
        *("VACANT", "ESCALATED_TO", "NOT_VISIBLE_TO_YOU", "ESCALATED_TO", "VACANT", "UNRESOLVED")
    ]


async def test_a_mailbox_that_has_no_address_for_vendors_is_not_what_they_are_sent_to(
    ask: AskAs, scene: Garden
) -> None:
    """Its number is not shown: without an address the question goes on, and another mailbox's is given."""
    anna = person("Anna", "AUTHORITIES")
    box = holder(
        "Mailbox", "Telefonen", [("EMAIL", "tlf@by.example", "AUTHORITIES"), ("PHONE", "11 22 33 44", "PUBLIC")]
    )
    lead, at = "role:tovholder-basisimplementering", ("2018-01-01", "9999-12-31")
    await scene.plant(
        things=[anna, box],
        records=[fact("Assignment", lead, anna.key), fact("Assignment", "role:oir-funktionspostkasse", box.key, at)],
    )
    (contact,) = (await ask("kmd", CONTACT, {"role": lead})).data["contacts"]
    assert contact["mailbox"] == "oir@by.example"
    await scene.plant(retracts=["assignment:scene-oir-funktionspostkasse-funktionspostkassen-2019-01-01"])
    (contact,) = (await ask("kmd", CONTACT, {"role": lead})).data["contacts"]
    assert contact["mailbox"] == "implementering@kombit.dk"


async def _stood_in_for(ask: AskAs, scene: Garden, anna: Thing, bo: Thing) -> dict[str, Any]:
    """Give the contact while Bo stands in for Anna."""
    await scene.plant(
        things=[anna, bo],
        records=[
            fact("Assignment", ROLE, anna.key),
            fact("StandIn", ROLE, bo.key, ("2026-11-01", "2026-12-15"), of=anna.key),
        ],
    )
    (contact,) = (await ask("kmd", CONTACT, {"role": ROLE})).data["contacts"]
    assert isinstance(contact, dict)
    return contact


async def test_a_stand_in_comes_first_and_the_holder_among_the_others(ask: AskAs, scene: Garden) -> None:
    contact = await _stood_in_for(ask, scene, person("Anna", "VENDORS", "VENDORS"), person("Bo", "VENDORS"))
    assert (contact["outcome"], contact["name"], contact["since"], contact["until"]) == (
        *("STAND_IN", "Bo", "2026-11-01", "2026-12-15"),
    )
    assert contact["others"] == [{"name": "Anna", "email": "anna@by.example", "phone": "anna 12 34", "standsIn": False}]
    assert contact["next"]["name"] == "Anna"


async def test_who_acts_first_and_is_not_shown_is_nobody_and_not_the_next_one(ask: AskAs, scene: Garden) -> None:
    """Whoever is away is not to be written to as if they were there."""
    contact = await _stood_in_for(ask, scene, person("Anna", "VENDORS"), person("Bo", "OWN_MUNICIPALITY"))
    assert (contact["outcome"], contact["name"], contact["email"], contact["since"]) == (
        *("STAND_IN", None, None, "2026-11-01"),
    )
    assert [one["name"] for one in contact["others"]] == ["Anna"]
    assert "Bo" not in contact["en"]
    assert (contact["next"]["outcome"], contact["next"]["name"]) == ("HELD", "Anna")


async def test_of_two_who_hold_it_the_first_may_not_be_shown(ask: AskAs, scene: Garden) -> None:
    anna, bo = person("Anna", "VENDORS"), person("Bo", "OWN_MUNICIPALITY")
    await scene.plant(
        things=[anna, bo],
        records=[fact("Assignment", ROLE, bo.key), fact("Assignment", ROLE, anna.key, ("2025-01-01", "9999-12-31"))],
    )
    (contact,) = (await ask("kmd", CONTACT, {"role": ROLE})).data["contacts"]
    assert (contact["outcome"], contact["name"], contact["since"]) == ("HELD", None, FOREVER[0])
    assert [one["name"] for one in contact["others"]] == ["Anna"]


async def test_a_mailbox_that_stands_in_is_the_mailbox_and_whoever_is_away_is_among_the_others(
    ask: AskAs, scene: Garden
) -> None:
    """Its address is given before the function mailbox's: it acts, and nothing else would tell it."""
    box = holder("Mailbox", "Økonomipostkassen", [("EMAIL", "oekonomi@by.example", "VENDORS")])
    contact = await _stood_in_for(ask, scene, person("Anna", "VENDORS"), box)
    known = ("outcome", "mailbox", "name", "email", "phone", "since")
    assert [contact[name] for name in known] == ["STAND_IN", "oekonomi@by.example", None, None, None, "2026-11-01"]
    assert contact["others"] == [{"name": "Anna", "email": "anna@by.example", "phone": None, "standsIn": False}]
    assert contact["en"].startswith("Økonomipostkassen stands in for Anna in the role")
    known = ("outcome", "mailbox", "name", "email")
    assert [contact["next"][name] for name in known] == ["HELD", "oir@by.example", "Anna", "anna@by.example"]


async def test_a_mailbox_that_stands_in_without_an_address_for_vendors_is_not_the_mailbox(
    ask: AskAs, scene: Garden
) -> None:
    box = holder("Mailbox", "Økonomipostkassen", [("EMAIL", "oekonomi@by.example", "AUTHORITIES")])
    contact = await _stood_in_for(ask, scene, person("Anna", "VENDORS"), box)
    assert (contact["mailbox"], contact["name"], contact["others"][0]["name"]) == ("oir@by.example", None, "Anna")


async def test_who_is_told_is_the_same_in_every_field_where_the_first_holder_is_a_mailbox(
    ask: AskAs, scene: Garden
) -> None:
    anna = person("Anna", "VENDORS")
    box = holder("Mailbox", "Økonomipostkassen", [("EMAIL", "oekonomi@by.example", "VENDORS")])
    await scene.plant(
        things=[anna, box],
        records=[
            fact("Assignment", ROLE, box.key, ("2018-01-01", "9999-12-31")),
            fact("Assignment", ROLE, anna.key, ("2020-01-01", "9999-12-31")),
        ],
    )
    (contact,) = (await ask("kmd", CONTACT, {"role": ROLE})).data["contacts"]
    assert [contact[name] for name in ("outcome", "mailbox", "name", "email", "since")] == [
        *("HELD", "oekonomi@by.example", None, None, "2018-01-01")
    ]
    assert [one["name"] for one in contact["others"]] == ["Anna"]
    assert contact["en"].startswith("Økonomipostkassen holds the role")


async def test_who_acts_is_named_also_where_a_person_holds_the_mailbox_s_role(ask: AskAs, scene: Garden) -> None:
    anna, ib = person("Anna", "VENDORS"), person("Ib", "VENDORS")
    await scene.plant(
        things=[anna, ib],
        records=[
            fact("Assignment", "role:oir-funktionspostkasse", ib.key, ("2018-01-01", "9999-12-31")),
            fact("Assignment", ROLE, anna.key),
        ],
    )
    (contact,) = (await ask("kmd", CONTACT, {"role": ROLE})).data["contacts"]
    assert (contact["name"], [one["name"] for one in contact["others"]]) == ("Anna", ["Ib"])


ELSEWHERE = "municipality:9802"


def of(home: str, one: Thing) -> Thing:
    """Give somebody as one who belongs to a municipality."""
    return replace(one, arrows=(Arrow("BELONGS_TO", home),))


@pytest.mark.parametrize(
    ("system", "period", "shown"),
    [
        ("opus", FOREVER, True),  # another customer of KMD's
        ("opus", ("2019-01-01", "2026-12-01"), False),  # until yesterday
        ("opus", ("2026-12-02", "9999-12-31"), False),
        ("oes-indsigt", FOREVER, False),
    ],
)
async def test_for_vendors_means_those_of_the_municipality_that_somebody_belongs_to(
    ask: AskAs, scene: Garden, system: str, period: tuple[str, str], shown: bool
) -> None:
    """Shared staff, and their mailbox: somebody of elsewhere holds the role here, and another one stands in."""
    names = {"code": "9802", "name": "Andetsteds", "folded": "andetsteds", "region": "Fyn"}
    use = (Arrow("BY", ELSEWHERE), Arrow("OF", f"erpSystem:{system}"))
    box = of(ELSEWHERE, holder("Mailbox", "Kassen", [("EMAIL", "kassen@by.example", "VENDORS")]))
    anna, bo = (of(ELSEWHERE, person(name, "VENDORS", "VENDORS")) for name in ("Anna", "Bo"))
    await scene.plant(
        things=[Thing("Municipality", ELSEWHERE, names), anna, bo, box],
        records=[
            Record("Usage", "usage:elsewhere", *period, {"domain": "FINANS"}, use),
            fact("Assignment", ROLE, anna.key),
            fact("StandIn", ROLE, bo.key, ("2026-11-01", "2027-12-15"), of=anna.key),
            fact("Assignment", "role:oir-funktionspostkasse", box.key),
        ],
        retracts=["assignment:scene-oir-funktionspostkasse-funktionspostkassen-2019-01-01"],
    )
    (contact,) = (await ask("kmd", CONTACT, {"role": ROLE})).data["contacts"]
    others = [one["name"] for one in contact["others"]]
    told = (
        ("Bo", "bo@by.example", ["Anna"], "kassen@by.example")
        if shown
        else (None, None, [], "implementering@kombit.dk")
    )
    assert (contact["name"], contact["email"], others, contact["mailbox"]) == told
    page = "{ customers(first: 100) { nodes { municipality { code } contacts { role { code } name } } } }"
    for one in (await ask("kmd", page)).data["customers"]["nodes"]:
        named = {told["name"] for told in one["contacts"] if told["role"]["code"] == ROLE.partition(":")[2]}
        assert one["municipality"]["code"] != CODE or named == {told[0]}


async def test_whoever_belongs_to_a_customer_is_shown_and_what_is_public_to_every_vendor(
    ask: AskAs, scene: Garden
) -> None:
    names = {"code": "9802", "name": "Andetsteds", "folded": "andetsteds", "region": "Fyn"}
    anna, bo = of(PLACE, person("Anna", "VENDORS")), of(ELSEWHERE, person("Bo", "PUBLIC", "VENDORS"))
    await scene.plant(
        things=[Thing("Municipality", ELSEWHERE, names), anna, bo],
        records=[fact("Assignment", ROLE, anna.key), fact("Assignment", ROLE, bo.key, ("2025-01-01", "9999-12-31"))],
    )
    (contact,) = (await ask("kmd", CONTACT, {"role": ROLE})).data["contacts"]
    assert contact["name"] == "Anna"
    assert contact["others"] == [{"name": "Bo", "email": "bo@by.example", "phone": None, "standsIn": False}]


async def test_whom_to_write_to_next_where_the_first_of_them_is_not_shown(ask: AskAs, scene: Garden) -> None:
    anna, bo, ib = person("Anna", "VENDORS"), person("Bo", "OWN_MUNICIPALITY"), person("Ib", "VENDORS")
    later = ("2027-01-01", "9999-12-31")
    await scene.plant(
        things=[anna, bo, ib],
        records=[
            fact("Assignment", ROLE, anna.key, ("2019-01-01", "2027-01-01")),
            fact("Assignment", ROLE, bo.key, later),
            fact("Assignment", ROLE, ib.key, ("2027-01-01", "2029-01-01")),
        ],
    )
    (contact,) = (await ask("kmd", CONTACT, {"role": ROLE})).data["contacts"]
    assert (contact["name"], contact["others"], contact["until"]) == ("Anna", [], "2027-01-01")
    told = contact["next"]["name"], [one["name"] for one in contact["next"]["others"]]
    assert told == (None, ["Ib"])


async def test_since_passes_over_a_seam_as_until_does(ask: AskAs, scene: Garden) -> None:
    """Anna with a hole and then without one; and while Bo stands in for her, twice, since he does."""
    anna, bo, carl = (person(name, "VENDORS") for name in ("Anna", "Bo", "Carl"))
    await scene.plant(
        things=[anna, bo, carl],
        records=[
            fact("Assignment", ROLE, anna.key, ("2019-01-01", "2020-01-01")),
            fact("Assignment", ROLE, carl.key, ("2020-01-01", "2021-03-01")),
            fact("Assignment", ROLE, anna.key, ("2021-03-01", "2023-01-01")),
            fact("Assignment", ROLE, anna.key, ("2022-06-01", "2025-01-01")),
            fact("Assignment", ROLE, anna.key, ("2025-01-01", "9999-12-31")),
            fact("StandIn", ROLE, bo.key, ("2024-11-01", "2025-06-01"), of=anna.key),
            fact("StandIn", ROLE, bo.key, ("2025-06-01", "2025-07-01"), of=anna.key),
        ],
    )
    for at, name, since in (
        ("2019-06-01", "Anna", "2019-01-01"),
        ("2020-06-01", "Carl", "2020-01-01"),
        ("2022-07-01", "Anna", "2021-03-01"),
        ("2025-01-01", "Bo", "2024-11-01"),
        ("2025-06-15", "Bo", "2024-11-01"),
        ("2026-12-01", "Anna", "2021-03-01"),
    ):
        (contact,) = (await ask("kmd", CONTACT, {"role": ROLE, "at": at})).data["contacts"]
        assert (contact["name"], contact["since"]) == (name, since)
        page = "query ($at: Date) { customers(first: 100, at: $at) { nodes { contacts { municipality { code } role { code } since } } } }"
        found = [
            one for node in (await ask("kmd", page, {"at": at})).data["customers"]["nodes"] for one in node["contacts"]
        ]
        here = {"municipality": {"code": CODE}, "role": {"code": ROLE.partition(":")[2]}}
        assert {**here, "since": since} in found


async def test_what_is_known_of_a_role_that_is_not_for_vendors_changes_nothing(ask: AskAs, scene: Garden) -> None:
    vacant = (await ask("kmd", CONTACT, {"role": ROLE})).data
    (contact,) = vacant["contacts"]
    assert (contact["outcome"], contact["answeredBy"], contact["mailbox"]) == (
        *("ESCALATED", {"code": "oir-funktionspostkasse"}, "oir@by.example"),
    )
    assert contact["en"].endswith("so the question goes to ØiR funktionspostkasse.")
    assert [step["kind"] for step in contact["steps"]] == [
        *("VACANT", "ESCALATED_TO", "NOT_VISIBLE_TO_YOU", "ESCALATED_TO", "HELD")
    ]
    leader = "role:kombit-programleder"
    anna, bo = person("Anna", "PUBLIC"), person("Bo", "PUBLIC")
    await scene.plant(
        things=[anna, bo],
        records=[
            fact("Assignment", leader, anna.key, ("2024-01-01", "2027-01-01")),
            fact("StandIn", leader, bo.key, ("2026-11-01", "2026-12-15"), of=anna.key),
            fact("Translation", leader, title="Digitaliseringschef", carrier="role:infrastrukturansvarlig"),
            fact("Assignment", "role:infrastrukturansvarlig", bo.key),
        ],
    )
    assert (await ask("kmd", CONTACT, {"role": ROLE})).data == vacant


async def test_a_role_that_a_hidden_one_carries_tells_no_more_of_it(ask: AskAs, scene: Garden) -> None:
    anna = person("Anna", "PUBLIC")
    hidden = "role:infrastrukturansvarlig"
    await scene.plant(
        things=[anna],
        records=[fact("Translation", ROLE, carrier=hidden), fact("Assignment", hidden, anna.key)],
    )
    answer = await ask("kmd", CONTACT, {"role": ROLE})
    (contact,) = answer.data["contacts"]
    assert [step["kind"] for step in contact["steps"]] == [
        *("TRANSLATED", "NOT_VISIBLE_TO_YOU", "ESCALATED_TO", "NOT_VISIBLE_TO_YOU", "ESCALATED_TO", "HELD")
    ]
    assert contact["da"] == (
        "Rollen Systemejer for kommunens bogføringssystem varetages i Scenekøbing af en rolle, der ikke vises for dig,"
        " så spørgsmålet går til ØiR funktionspostkasse."
    )
    assert "Anna" not in str(answer.data)


async def test_a_carrier_for_vendors_answers(ask: AskAs, scene: Garden) -> None:
    anna = person("Anna", "VENDORS")
    carrier = "role:systemansvarlig-opkraevning"
    await scene.plant(
        things=[anna], records=[fact("Translation", ROLE, carrier=carrier), fact("Assignment", carrier, anna.key)]
    )
    (contact,) = (await ask("kmd", CONTACT, {"role": ROLE})).data["contacts"]
    assert (contact["outcome"], contact["answeredBy"]["code"], contact["name"]) == (
        *("HELD", "systemansvarlig-opkraevning", "Anna"),
    )


async def test_the_reason_of_an_intended_vacancy_is_the_municipality_s_own(ask: AskAs, scene: Garden) -> None:
    await scene.plant(records=[fact("Vacancy", ROLE, reason="Anna er syg")])
    answer = await ask("kmd", CONTACT.replace("steps { kind", "steps { da en kind"), {"role": ROLE})
    assert answer.data["contacts"][0]["steps"][0]["kind"] == "VACANT_BY_INTENT"
    assert "syg" not in str(answer.data)


async def test_a_task_gives_a_contact_for_each_role_for_vendors_that_it_addresses(ask: AskAs, scene: Garden) -> None:
    roles = [
        ("yr-kontaktperson", "RESPONSIBLE"),
        ("oir-finans-administrator", "INVOLVED"),
        ("systemejer-bogfoering", "RESPONSIBLE"),
    ]
    task = Thing(
        "Task",
        "task:scene",
        {"code": "scene", "isActivity": False, "demo": True},
        (Arrow("PART_OF", "project:oir-basis"),),
    )
    terms = {"title": "Sceneopgave", "folded": "sceneopgave", "due": "2026-12-31"}
    addressing = [
        Record(
            "Addressing",
            f"addressing:scene-{code}",
            *FOREVER,
            {"kind": kind, "inferred": False},
            (Arrow("BY", task.key), Arrow("TO", f"role:{code}")),
        )
        for code, kind in roles
    ]
    await scene.plant(
        things=[task],
        records=[
            Record("Terms", "terms:scene", "2026-01-01", "2027-01-01", terms, (Arrow("OF", task.key),)),
            *addressing,
        ],
    )
    for named in ("scene", "Sceneopgave", task.key):
        found = (await ask("kmd", CONTACT, {"task": named})).data["contacts"]
        assert [one["role"]["code"] for one in found] == ["systemejer-bogfoering", "oir-finans-administrator"]
    early = await ask("kmd", CONTACT, {"task": "scene", "at": "2025-01-01"}, errors=True)
    assert early.error["code"] == "TASK_DOES_NOT_STAND"


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"role": ROLE, "task": "oir-basis-01"}, "CONTRADICTION", "role"),
        ({}, "CONTRADICTION", "role"),
        ({"role": "KOMBIT-programleder"}, "UNKNOWN_ROLE", "role"),
        ({"role": "role:yr-kontaktperson"}, "UNKNOWN_ROLE", "role"),
        ({"role": "aftalegodkender"}, "UNKNOWN_ROLE", "role"),
        ({"task": "demo-aftaler-2026"}, "UNKNOWN_TASK", "task"),
        ({"task": "REL 3.4 Tag STS org i brug"}, "UNKNOWN_TASK", "task"),
        ({"role": ROLE, "at": "2026-02-30"}, "BAD_DATE", "at"),
        ({"role": " "}, "BAD_TEXT", "role"),
    ],
)
async def test_what_cannot_be_asked_is_said(
    ask: AskAs, scene: Garden, given: dict[str, str], code: str, field: str
) -> None:
    none = code in ("CONTRADICTION", "BAD_DATE", "BAD_TEXT")
    answer = await ask("kmd", CONTACT, given, errors=True, statements=0 if none else 1)
    assert (answer.error["code"], answer.error["field"]) == (code, field)
    if code == "CONTRADICTION":
        assert answer.errors[0]["message"].startswith("role, task: ")


async def test_a_role_that_is_not_for_vendors_is_as_unknown_as_one_that_is_none(ask: AskAs, scene: Garden) -> None:
    hidden = await ask("kmd", CONTACT, {"role": "infrastrukturansvarlig"}, errors=True)
    unknown = await ask("kmd", CONTACT, {"role": "infrastrukturuansvarlig"}, errors=True)
    assert hidden.statements[0].text == unknown.statements[0].text
    assert str(hidden.errors).replace("infrastrukturansvarlig", "infrastrukturuansvarlig") == str(unknown.errors)
    assert "KOMBIT" not in hidden.error["expected"]


@pytest.mark.parametrize(
    "viewer",
    [
        Viewer(),
        Viewer("kombit", "kombit:x"),
        Viewer("municipality", "m", municipality="0751", edits=True),
        PUBLIC,
    ],
    ids=lambda viewer: viewer.audience,
)
async def test_only_vendors_may_ask(viewer: Viewer, ask: AskAs) -> None:
    query = "{ me { customerCount } customers { totalCount } roles { code } }"
    answer = await ask(viewer, query, errors=True, statements=0)
    assert answer.data == {"me": None, "customers": None, "roles": None}
    assert {error["extensions"]["code"] for error in answer.errors} == {"NOT_ALLOWED"}
    assert {error["extensions"]["expected"] for error in answer.errors} == {
        "a token of a vendor; the gallery at /graphql answers the others"
    }


async def test_a_vendor_that_is_a_municipality_sees_its_customers_as_any_vendor(ask: AskAs, seeded: Database) -> None:
    query = "{ me { vendor { name } customerCount } customers { nodes { municipality { code } } } }"
    assert (await ask("koebenhavns-kommune", query)).data == {
        "me": {"vendor": {"name": "Københavns Kommune"}, "customerCount": 1},
        "customers": {"nodes": [{"municipality": {"code": "0101"}}]},
    }


async def test_nobody_s_address_for_others_leaves_the_directory(ask: AskAs, seeded: Database) -> None:
    """Of everybody there is: what is not for vendors stands in no answer."""
    rows = await facts(
        seeded, "MATCH (h:Person|Mailbox) WHERE h.name > '' RETURN h.name, h.contactValues, h.contactClasses"
    )
    closed = {
        v for _, values, classes in rows for v, c in zip(values, classes, strict=True) if c not in ("PUBLIC", "VENDORS")
    }
    open_ = {
        v for _, values, classes in rows for v, c in zip(values, classes, strict=True) if c in ("PUBLIC", "VENDORS")
    }
    nameless = {n for n, _, classes in rows if not {"PUBLIC", "VENDORS"} & set(classes)}
    shown = {n for n, _, classes in rows if {"PUBLIC", "VENDORS"} & set(classes)}
    assert closed - open_
    assert nameless - shown
    said = ""
    for who in ("kmd", "eg", "fujitsu"):
        for at in ("2020-02-01", "2026-12-01", "2028-01-01"):
            who_else = "others { name email phone } next { name email phone mailbox }"
            page = f'{{ customers(first: 50, at: "{at}") {{ nodes {{ contacts {{ mailbox name email phone {who_else} da en }} }} }} }}'
            said += str((await ask(who, page)).data)
    assert len(said) > 100_000
    assert not [value for value in closed - open_ if value in said]
    assert not [name for name in nameless - shown if f"'{name}'" in said]


ASKED = (
    '{ contacts(role: "ØiR finans kontaktperson", municipality: "Aarhus") { name next { name } lastConfirmed steps { da role { title } } } }',
    '{ contacts(task: "oir-basis-01", municipality: "0751", at: "2019-12-12") { name municipality { name } } }',
    '{ contacts(task: "task:oir-basis-01", municipality: "municipality:0751", at: "2019-12-12") { name } }',
    "{ customers { totalCount nodes { uses { system { name } } contacts { name role { title en } until lastConfirmed steps { da } } } } }",
    '{ customers(first: 5, domain: FINANS, roles: ["ØiR finans kontaktperson"]) { nodes { municipality { name } contacts { name } } } }',
    "{ tasks { totalCount nodes { title project roles { title } progress { done customers { municipality { name } state } } } } }",
    "{ roles { title } me { vendor { name } systems { name } customerCount } }",
)


@pytest.mark.parametrize("query", ASKED)
async def test_every_statement_starts_from_an_index(query: str, explain: Any, ask: AskAs) -> None:
    answer = await ask("kmd", query)
    assert_starts_from_an_index(explain(answer.statements[0]))


async def test_all_customers_fit_many_times_over_into_what_all_transactions_have_of_memory(
    explain: Any, ask: AskAs
) -> None:
    who = "name email mailbox since until lastConfirmed others { name } next { name mailbox } steps { da }"
    answer = await ask(
        "kmd", f'{{ customers(first: 100, at: "2020-02-01") {{ nodes {{ uses {{ domain }} contacts {{ {who} }} }} }} }}'
    )
    assert 0 < memory(explain(answer.statements[0], "PROFILE")) < 32 * 2**20


async def test_several_questions_are_one_statement(ask: AskAs) -> None:
    whole = " ".join(f"q{i}: {query[1:-1].strip()}" for i, query in enumerate(ASKED[:1] + ASKED[3:4] + ASKED[5:6]))
    assert set((await ask("kmd", f"{{ {whole} me {{ customerCount }} }}")).data) == {"q0", "q1", "q2", "me"}


async def test_nulls_and_types_come_out_as_graphql_core_says(seeded: Database) -> None:
    query = "{ __typename customers(first: 1) { __typename nodes { __typename uses { __typename } } pageInfo { __typename } } }"
    result = await engine().execute(Request(query), Context(seeded, vendor("kmd"), NOW))
    assert result.formatted == {
        "data": {
            "__typename": "Query",
            "customers": {
                "__typename": "CustomerConnection",
                "nodes": [{"__typename": "Customer", "uses": [{"__typename": "Use"}, {"__typename": "Use"}]}],
                "pageInfo": {"__typename": "PageInfo"},
            },
        }
    }


async def test_the_same_people_by_another_assignment_are_the_same_contact(ask: AskAs, scene: Garden) -> None:
    anna, bo = person("Anna", "VENDORS"), person("Bo", "VENDORS")
    await scene.plant(
        things=[anna, bo],
        records=[
            fact("Assignment", ROLE, anna.key, ("2024-03-01", "2027-01-01")),
            fact("Assignment", ROLE, anna.key, ("2027-01-01", "2028-01-01")),
            fact("Assignment", ROLE, bo.key, ("2028-01-01", "9999-12-31")),
        ],
    )
    (contact,) = (await ask("kmd", CONTACT, {"role": ROLE})).data["contacts"]
    assert (contact["name"], contact["until"], contact["next"]["name"]) == ("Anna", "2028-01-01", "Bo")
