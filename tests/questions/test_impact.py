"""What a leave costs, by example: facts said in verbs, no database."""

from graph.shape import OPEN_DATE
from resolvers.facts import Gallery
from resolvers.impact import Addressed, Impact, Leave, LostTask, Terms, Use
from resolvers.responsibility import resolve
from tests.unit.world import BOX, INFRA, LEADER, MANAGER, OWNER, TODAY, World, key

LATER = "2027-03-01"
DOMAINS = {
    OWNER: ("OIR_FINANS", "SYSTEM_OWNER"),
    MANAGER: ("OIR_FINANS", "SYSTEM_MANAGER"),
    BOX: ("OIR", "MAILBOX"),
    LEADER: ("PROGRAMME", "PROGRAMME_LEADER"),
    INFRA: ("INFRASTRUCTURE", "SYSTEM_MANAGER"),
}
AARHUS = "municipality:0751"
TASK = Terms("task:a", "2026-12-15", "2026-10-01", OPEN_DATE)


def gallery(world: World) -> Gallery:
    """The world's gallery, its roles with the domains and kinds that they have in truth."""
    found = world.gallery
    roles = {k: role._replace(domain=DOMAINS[k][0], kind=DOMAINS[k][1]) for k, role in found.roles.items()}
    return Gallery(roles, found.escalations, found.last_resort)


def leave(world: World, who: str = "anna", day: str = TODAY, unit: str | None = None) -> Impact:
    return Impact(gallery(world), world.local, Leave(f"person:{who}", unit, day))


def addressed(role: str, since: str = "2026-10-01", to: str = OPEN_DATE, task: str = "task:a") -> Addressed:
    return Addressed(task, key(role), "RESPONSIBLE", False, since, to)


def tasks(world: World, *roles: str, terms: Terms = TASK, state: str | None = None) -> list[LostTask]:
    states = {(AARHUS, terms.task): state} if state else {}
    return leave(world).tasks([addressed(role) for role in roles], [terms], states)


# --- assignments ----------------------------------------------------------------------------------------------------


def test_the_only_holder_leaves_the_role_vacant_from_that_day() -> None:
    world = World()
    fact = world.hold(OWNER, by="anna")
    (holding,) = leave(world).holdings({})
    assert (holding.assignment, holding.day, holding.vacant_from) == (fact, TODAY, TODAY)


def test_a_role_with_another_holder_falls_vacant_when_that_one_ends() -> None:
    world = World()
    world.hold(OWNER, by="anna")
    world.hold(OWNER, by="bo", to=LATER)
    (holding,) = leave(world).holdings({})
    assert (holding.day, holding.vacant_from) == (TODAY, LATER)


def test_a_role_that_others_always_hold_does_not_fall_vacant() -> None:
    world = World()
    world.hold(OWNER, by="anna", to=LATER)
    world.hold(OWNER, by="bo")
    (holding,) = leave(world).holdings({})
    assert holding.vacant_from is None


def test_a_planned_assignment_is_lost_on_the_day_it_would_begin() -> None:
    world = World()
    world.hold(OWNER, by="anna", since=LATER)
    (holding,) = leave(world).holdings({})
    assert (holding.day, holding.vacant_from) == (LATER, LATER)


def test_what_ended_before_is_not_lost() -> None:
    world = World()
    world.hold(OWNER, by="anna", to=TODAY)
    assert leave(world).holdings({}) == []


def test_a_holder_whose_role_another_one_carries_leaves_nothing_vacant() -> None:
    world = World()
    world.hold(OWNER, by="anna")
    world.hold(MANAGER, by="bo")
    world.translate(OWNER, carried_by=MANAGER)
    (holding,) = leave(world).holdings({})
    assert holding.vacant_from is None


def test_the_answer_afterwards_names_the_last_day_and_goes_on() -> None:
    world = World()
    world.hold(OWNER, by="anna")
    world.hold(LEADER, by="carl")
    found = leave(world)
    answer = resolve(found.gallery, found.left, OWNER, TODAY)
    assert answer.outcome == "ESCALATED"
    assert [step.kind for step in answer.steps] == ["EXPIRED", "ESCALATED_TO", "HELD"]
    assert answer.steps[0].valid_from == TODAY


def test_the_day_before_the_leave_everything_is_as_it_was() -> None:
    world = World()
    world.hold(OWNER, by="anna")
    world.cover(OWNER, of="anna", by="bo")
    found = leave(world, day=LATER)
    before = resolve(found.gallery, found.left, OWNER, "2027-02-28")
    assert before == resolve(found.gallery, world.local, OWNER, "2027-02-28")._replace(steps=before.steps)


# --- stand-ins ------------------------------------------------------------------------------------------------------


def test_a_stand_in_for_somebody_else_is_lost_and_others_who_still_cover_are_told() -> None:
    world = World()
    world.hold(OWNER, by="carl")
    lost = world.cover(OWNER, of="carl", by="anna")
    other = world.cover(OWNER, of="carl", by="bo")
    world.cover(OWNER, of="erik", by="bo")
    (found,) = leave(world).stand_ins()
    assert (found.stand_in, found.covers, found.day, found.others) == (lost, "person:carl", TODAY, (other,))


def test_a_stand_in_for_the_one_who_leaves_is_not_lost_but_could_take_over() -> None:
    world = World()
    world.hold(OWNER, by="anna")
    fact = world.cover(OWNER, of="anna", by="bo")
    found = leave(world)
    assert found.stand_ins() == []
    (holding,) = found.holdings({})
    assert [(c.holder, c.reason, c.fact) for c in holding.candidates] == [("person:bo", "STAND_IN", fact)]


# --- who could take over --------------------------------------------------------------------------------------------


def test_candidates_are_listed_once_by_the_nearest_reason() -> None:
    world = World()
    world.hold(OWNER, by="anna")
    world.hold(MANAGER, by="dora")
    world.hold(MANAGER, by="bo")
    world.hold(OWNER, by="carl")
    world.hold(MANAGER, by="carl")
    world.hold(MANAGER, by="far")
    world.hold(INFRA, by="erik")
    world.hold(LEADER, by="frida")
    world.cover(OWNER, of="anna", by="bo")
    units = dict.fromkeys(["person:bo", "person:carl", "person:dora", "person:erik", "person:frida"], "Økonomi")
    units["person:far"] = "Digitalisering"
    (holding,) = leave(world, unit="Økonomi").holdings(units)
    assert [(c.holder.partition(":")[2], c.reason.value) for c in holding.candidates] == [
        ("bo", "STAND_IN"),
        ("carl", "SAME_ROLE"),
        ("dora", "SAME_DOMAIN"),
    ]


def test_a_role_of_the_same_kind_in_the_unit_is_the_last_reason() -> None:
    world = World()
    world.hold(MANAGER, by="anna")
    world.hold(INFRA, by="erik")
    (holding,) = leave(world, unit="IT").holdings({"person:erik": "IT"})
    assert [(c.holder, c.reason, c.role) for c in holding.candidates] == [("person:erik", "SAME_KIND", INFRA)]


def test_without_a_unit_nobody_is_near_by_unit() -> None:
    world = World()
    world.hold(OWNER, by="anna")
    world.hold(MANAGER, by="bo")
    (holding,) = leave(world).holdings({"person:bo": None})
    assert holding.candidates == ()


def test_who_holds_a_role_only_later_is_no_candidate_yet() -> None:
    world = World()
    world.hold(OWNER, by="anna")
    world.hold(OWNER, by="bo", since=LATER)
    (holding,) = leave(world).holdings({})
    assert holding.candidates == ()
    assert holding.vacant_from == TODAY


# --- tasks ----------------------------------------------------------------------------------------------------------


def test_a_task_loses_its_holder_with_its_last_day_and_progress() -> None:
    world = World()
    world.hold(OWNER, by="anna")
    (task,) = tasks(world, OWNER, state="STARTED")
    assert task == LostTask("task:a", OWNER, AARHUS, "RESPONSIBLE", False, TODAY, "2026-12-15", False, "STARTED")


def test_a_task_that_is_done_or_has_another_holder_loses_nothing() -> None:
    world = World()
    world.hold(OWNER, by="anna")
    assert tasks(world, OWNER, state="DONE") == []
    world.hold(OWNER, by="bo")
    assert tasks(world, OWNER) == []


def test_a_task_that_stands_later_is_lost_on_its_first_day_by_its_terms_then() -> None:
    world = World()
    world.hold(OWNER, by="anna")
    terms = [Terms("task:a", "2027-04-01", LATER, "2027-04-01"), Terms("task:a", "2027-05-01", "2027-04-01", OPEN_DATE)]
    (task,) = leave(world).tasks([addressed(OWNER)], terms, {})
    assert (task.day, task.due) == (LATER, "2027-04-01")


def test_a_task_that_does_not_stand_while_the_role_is_vacant_is_not_lost() -> None:
    world = World()
    world.hold(OWNER, by="anna")
    world.hold(OWNER, by="bo", since=LATER)
    assert tasks(world, OWNER, terms=Terms("task:a", None, LATER, OPEN_DATE)) == []


def test_the_leaver_of_a_carrier_costs_the_tasks_of_the_role_that_it_carries() -> None:
    world = World()
    world.hold(MANAGER, by="anna")
    world.translate(OWNER, carried_by=MANAGER)
    assert [task.role for task in tasks(world, OWNER)] == [OWNER]


def test_a_task_past_its_last_day_is_overdue_and_comes_first() -> None:
    world = World()
    world.hold(OWNER, by="anna")
    terms = [
        TASK,
        Terms("task:b", "2026-01-31", "2025-01-01", OPEN_DATE),
        Terms("task:c", None, "2025-01-01", OPEN_DATE),
    ]
    roles = [addressed(OWNER, task=one.task) for one in terms]
    found = leave(world).tasks(roles, terms, {})
    assert [(task.task, task.overdue) for task in found] == [("task:b", True), ("task:a", False), ("task:c", False)]


# --- vendors --------------------------------------------------------------------------------------------------------


def test_a_vendor_loses_its_contact_for_the_domain_of_the_role_only() -> None:
    world = World()
    world.hold(OWNER, by="anna")
    uses = [
        Use("DEBITOR", AARHUS, "erpSystem:prisme", "vendor:fujitsu", "2019-11-01", OPEN_DATE),
        Use("FINANS", AARHUS, "erpSystem:opus", "vendor:kmd", LATER, OPEN_DATE),
        Use("FINANS", "municipality:0101", "erpSystem:oes", "vendor:eg", "2019-11-01", OPEN_DATE),
    ]
    found = leave(world).contacts(uses)
    assert [(lost.vendor, lost.domain, lost.day) for lost in found] == [("vendor:kmd", "FINANS", LATER)]


def test_a_role_without_an_erp_domain_costs_no_vendor_its_contact() -> None:
    world = World()
    world.hold(LEADER, by="anna")
    assert leave(world).contacts([Use("FINANS", AARHUS, "erpSystem:opus", "vendor:kmd", "2019-11-01", OPEN_DATE)]) == []
