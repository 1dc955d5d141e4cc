"""The demo is invented, says so, is the same every day, and shows every state that a cell can have."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections import Counter, defaultdict
from functools import cache
from hashlib import sha256

import pytest

from graph.model import Change, Record, Thing
from graph_seed.demo import LAST_CHANGE, demo_history
from graph_seed.demo.draw import SEED
from graph_seed.reference import Reference, read_reference

DIGESTS = {"rollegalleri demo 1": "6e9f93af6f763ef7"}
PRINT_DIGEST = "from tests.seed.test_demo import digest_of, history; print(digest_of(history()))"


@cache
def reference() -> Reference:
    return read_reference()


@cache
def history() -> list[Change]:
    return demo_history(reference())


def digest_of(changes: list[Change]) -> str:
    """Sum up all that the changes say, whatever the classes that hold it look like."""
    said = []
    for change in changes:
        said.append([change.at, change.actor, change.operation, change.reason, sorted(change.retracts)])
        said.append(sorted(change.more.items()))
        said += map(told, change.things)
        said += ([*told(record), record.valid_from, record.valid_to] for record in change.records)
    return sha256(json.dumps(said).encode()).hexdigest()[:16]


def told(node: Thing | Record) -> list[object]:
    return [node.label, node.key, sorted(node.properties.items()), node.arrows]


def things(label: str) -> list[Thing]:
    return [t for change in history() for t in change.things if t.label == label]


@cache
def believed() -> list[Record]:
    return list({record.key: record for change in history() for record in change.records}.values())


def target(record: Record, kind: str) -> str:
    return next(arrow.target for arrow in record.arrows if arrow.type == kind)


def test_it_is_what_its_edition_says() -> None:
    """Another draw needs another edition (`SEED`): a database that has this one would not notice."""
    assert digest_of(history()) == DIGESTS[SEED]


def test_it_does_not_depend_on_the_process_that_draws_it() -> None:
    again = subprocess.run([sys.executable, "-c", PRINT_DIGEST], capture_output=True, text=True, check=True)
    assert again.stdout.strip() == digest_of(history())


def test_everybody_and_everything_is_visibly_invented() -> None:
    people, mailboxes = things("Person"), things("Mailbox")
    assert len(people) == 960
    assert all(
        str(t.properties["name"]).startswith("Demo ") and t.properties["demo"] is True for t in (*people, *mailboxes)
    )
    contacts = [
        (kind, value)
        for t in (*people, *mailboxes)
        for kind, value in zip(t.properties["contactKinds"], t.properties["contactValues"], strict=True)  # type: ignore[arg-type]
    ]
    assert all(value.endswith(".example") for kind, value in contacts if kind == "EMAIL")
    assert all(value.startswith("00 ") for kind, value in contacts if kind == "PHONE")
    assert all(str(r.properties["title"]).startswith("DEMO ") for r in believed() if r.label in ("Terms", "Name"))
    assert all(change.actor.startswith("demo:") for change in history())


def test_keys_of_people_tell_nothing_of_them() -> None:
    for person in things("Person"):
        _, _, rest = person.key.partition(":")
        assert len(rest) == 16
        assert int(rest, 16) >= 0


def test_there_is_enough_of_everything() -> None:
    found = Counter(record.label for record in believed())
    assert 6_200 <= found["Assignment"] <= 6_600
    assert 850 <= found["StandIn"] <= 1_000
    assert 380 <= found["Translation"] <= 450
    assert sum(any(arrow.type == "CARRIED_BY" for arrow in r.arrows) for r in believed()) > 30


def test_changes_are_in_order_and_the_last_is_on_31_october_2026() -> None:
    instants = [change.at for change in history()]
    assert instants == sorted(instants)
    assert instants[0].startswith("2019-11-02")
    assert instants[-1] == LAST_CHANGE == "2026-10-31T09:00:00.000000Z"
    assert Counter(change.operation for change in history())["correct"] > 30


def test_it_spans_eleven_years() -> None:
    starts = [r.valid_from for r in believed() if r.label == "Assignment"]
    assert min(starts) == "2019-11-01"
    assert max(starts) > "2030-11-01"


@pytest.mark.parametrize(
    ("task", "totals"), [("oir-basis-00", (49, 15, 34)), ("oir-basis-01", (55, 8, 35)), ("oir-basis-02", (15, 17, 66))]
)
def test_progress_on_16_december_2019_is_what_was_published(task: str, totals: tuple[int, int, int]) -> None:
    on = "2019-12-16"
    valid = [
        r
        for r in believed()
        if r.label == "Progress" and target(r, "ON") == f"task:{task}" and r.valid_from <= on < r.valid_to
    ]
    states = Counter(r.properties["state"] for r in valid)
    assert (states["DONE"], states["STARTED"], states["NOT_STARTED"]) == totals
    assert len({target(r, "IN") for r in valid}) == len(valid) == 98


def test_published_progress_was_known_on_that_day() -> None:
    known = {
        r.key for change in history() if change.at < "2019-12-16T23:00" for r in change.records if r.label == "Progress"
    }
    assert {r.key for r in believed() if r.label == "Progress" and r.valid_from <= "2019-12-16"} <= known


def test_progress_goes_on_afterwards() -> None:
    done = [
        r
        for r in believed()
        if r.label == "Progress" and target(r, "ON") == "task:oir-basis-02" and r.properties["state"] == "DONE"
    ]
    assert len(done) == 98


def test_every_municipality_uses_a_system_in_both_domains_every_day() -> None:
    for on in ("2019-11-01", "2022-07-01", "2026-11-01", "2030-12-31"):
        used = Counter(
            (target(r, "BY"), r.properties["domain"])
            for r in believed()
            if r.label == "Usage" and r.valid_from <= on < r.valid_to
        )
        assert len(used) == 2 * 98
        assert set(used.values()) == {1}


def test_koebenhavn_supplies_its_own_system() -> None:
    used = {target(r, "OF") for r in believed() if r.label == "Usage" and target(r, "BY") == "municipality:0101"}
    assert used == {"erpSystem:koebenhavns-kommune"}


def test_some_municipalities_differ_between_finance_and_collection() -> None:
    systems = defaultdict[str, set[str]](set)
    for record in believed():
        if record.label == "Usage" and record.valid_from == "2019-11-01":
            systems[target(record, "BY")].add(target(record, "OF"))
    assert sum(len(used) == 2 for used in systems.values()) > 5


def by_slot() -> dict[tuple[str, str], list[Record]]:
    slots = defaultdict[tuple[str, str], list[Record]](list)
    for record in believed():
        if "slot" in record.properties:
            slots[record.label, str(record.properties["slot"])].append(record)
    return slots


def state(slots: dict[tuple[str, str], list[Record]], slot: str, at: str, reachable: set[str]) -> str:
    def valid(label: str) -> list[Record]:
        return [r for r in slots.get((label, slot), ()) if r.valid_from <= at < r.valid_to]

    held = valid("Assignment")
    later = sorted(r.valid_from for r in slots.get(("Assignment", slot), ()) if r.valid_from > at)
    if not held:
        return "VACANT_BY_INTENT" if valid("Vacancy") else "PLANNED" if later else "VACANT"
    end = max(r.valid_to for r in held)
    if end <= (dt.date.fromisoformat(at) + dt.timedelta(30)).isoformat() and not (later and later[0] <= end):
        return "EXPIRING"
    if {target(r, "HELD_BY") for r in held} <= {target(r, "FOR") for r in valid("StandIn")}:
        return "STAND_IN"
    return "HELD" if {target(r, "HELD_BY") for r in held} & reachable else "UNREACHABLE"


def test_at_any_date_there_is_a_cell_in_each_state() -> None:
    slots = by_slot()
    reachable = {t.key for t in (*things("Person"), *things("Mailbox")) if t.properties["contactKinds"]}
    places = [t.properties["code"] for t in reference().things if t.label == "Municipality"]
    roles = [t.key for t in reference().things if t.label == "Role"]
    every = {"HELD", "STAND_IN", "EXPIRING", "UNREACHABLE", "VACANT_BY_INTENT", "PLANNED", "VACANT"}
    days = [dt.date(2019, 11, 1) + dt.timedelta(97 * i) for i in range(42)] + [dt.date(2030, 12, 31)]
    for day in days:
        found = {state(slots, f"{code}|{role}", day.isoformat(), reachable) for code in places for role in roles}
        assert every == found, day


def holders(place: str, role: str, at: str, label: str = "Assignment") -> list[Record]:
    return [r for r in by_slot()[label, f"{place}|role:{role}"] if r.valid_from <= at < r.valid_to]


def test_aarhus_has_a_stand_in_and_an_escalation_in_december_2019() -> None:
    (contact,) = holders("0751", "oir-finans-kontaktperson", "2019-12-16")
    (away,) = holders("0751", "oir-finans-kontaktperson", "2019-12-16", "StandIn")
    assert target(away, "FOR") == target(contact, "HELD_BY") != target(away, "HELD_BY")
    assert holders("0751", "oir-debitor-kontaktperson", "2019-12-16") == []
    assert len(holders("0751", "oir-debitor-kontaktperson", "2020-01-06")) == 1
    assert len(holders("0751", "systemansvarlig-opkraevning", "2019-12-16")) == 1


def test_aarhus_corrects_on_31_october_2026_when_the_next_owner_begins() -> None:
    assert holders("0751", "systemejer-bogfoering", "2026-12-01") == []
    assert len(holders("0751", "systemejer-bogfoering", "2026-12-01", "Vacancy")) == 1
    (now,) = holders("0751", "systemejer-bogfoering", "2027-02-01")
    versions = [(change.at[:10], r.valid_from) for change in history() for r in change.records if r.key == now.key]
    assert versions == [("2026-09-18", "2026-12-01"), ("2026-10-31", "2027-02-01")]


@pytest.mark.parametrize("at", ["2019-12-16", "2026-12-01"])
def test_laesoe_is_left_without_anybody(at: str) -> None:
    for role in ("kombit-programleder", "oir-funktionspostkasse"):
        assert holders("0825", role, at) == []
