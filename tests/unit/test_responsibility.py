"""Every rule of resolution, and every corner that docs/decisions/0003 decides, as a small example."""

import pytest

from graph.shape import OPEN_DATE
from resolvers.facts import Named
from resolvers.responsibility import Answer, Resolver
from resolvers.steps import Step, StepKind
from tests.unit.world import BOX, INFRA, LEADER, MANAGER, OWNER, TODAY, World, kinds, written_to


@pytest.fixture
def world() -> World:
    """Owner escalates to manager, manager to the programme leader, as far as a test says nothing else."""
    world = World()
    world.escalate(OWNER, MANAGER)
    world.escalate(MANAGER, LEADER)
    return world


def outcome(answer: Answer) -> tuple[str, tuple[str, ...]]:
    return answer.outcome.value, answer.accountable


def test_the_holder_answers_and_is_written_to(world: World) -> None:
    fact = world.hold("systemejer-bogfoering", by="anna", since="2019-12-01")
    answer = world.who("systemejer-bogfoering")
    assert outcome(answer) == ("HELD", (fact,))
    assert written_to(answer) == [("anna", "HOLDER")]
    assert answer.reach[0].contacts == [["EMAIL", "anna@aarhus.example"]]
    assert [(s.kind, s.facts, s.valid_from, s.valid_to) for s in answer.steps] == [
        ("HELD", (fact,), "2019-12-01", OPEN_DATE)
    ]
    assert (answer.until, answer.next) == (None, None)


def test_an_assignment_counts_from_its_first_day_until_the_day_before_its_end(world: World) -> None:
    world.hold(OWNER, by="anna", since="2026-01-01", to="2026-07-01")
    assert [world.who(OWNER, at).outcome.value for at in ("2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01")] == [
        "UNRESOLVED",
        "HELD",
        "HELD",
        "UNRESOLVED",
    ]


def test_several_holders_are_all_accountable_the_oldest_first(world: World) -> None:
    second = world.hold(OWNER, by="anna", since="2024-01-01")
    first = world.hold(OWNER, by="bo", since="2023-01-01")
    third = world.hold(OWNER, by="carl", since="2024-01-01")
    answer = world.who(OWNER)
    assert outcome(answer) == ("HELD", (first, second, third))
    assert written_to(answer) == [("bo", "HOLDER"), ("anna", "HOLDER"), ("carl", "HOLDER")]


def test_who_holds_a_role_twice_is_written_to_once(world: World) -> None:
    world.hold(OWNER, by="anna", since="2024-01-01")
    world.hold(OWNER, by="anna", since="2025-01-01")
    answer = world.who(OWNER)
    assert len(answer.accountable) == 2
    assert written_to(answer) == [("anna", "HOLDER")]


# --- stand-ins ------------------------------------------------------------------------------------------------------


def test_a_stand_in_comes_first_with_the_holder_beside(world: World) -> None:
    held = world.hold(OWNER, by="anna")
    cover = world.cover(OWNER, of="anna", by="bo", since="2026-10-01", to="2027-01-01")
    answer = world.who(OWNER)
    assert outcome(answer) == ("STAND_IN", (held,))
    assert written_to(answer) == [("bo", "STAND_IN"), ("anna", "HOLDER")]
    assert [(s.kind, s.facts, s.valid_from, s.valid_to) for s in answer.steps] == [
        ("STAND_IN", (held, cover), "2026-10-01", "2027-01-01")
    ]
    assert answer.until == "2027-01-01"
    assert answer.next is not None
    assert (answer.next.outcome, answer.next.until, answer.next.next) == ("HELD", None, None)


def test_a_stand_in_for_somebody_who_does_not_hold_the_role_then_is_ignored(world: World) -> None:
    world.hold(OWNER, by="anna")
    world.cover(OWNER, of="carl", by="bo")
    answer = world.who(OWNER)
    assert (kinds(answer), written_to(answer)) == (["HELD"], [("anna", "HOLDER")])


def test_nobody_stands_in_for_themselves(world: World) -> None:
    world.hold(OWNER, by="anna")
    world.cover(OWNER, of="anna", by="anna")
    assert kinds(world.who(OWNER)) == ["HELD"]


def test_a_stand_in_who_cannot_be_reached_leaves_the_holder_to_write_to(world: World) -> None:
    world.person("bo", reachable=False)
    world.hold(OWNER, by="anna")
    world.cover(OWNER, of="anna", by="bo")
    answer = world.who(OWNER)
    assert (answer.outcome, kinds(answer)) == ("STAND_IN", ["STAND_IN", "UNREACHABLE"])
    assert written_to(answer) == [("anna", "HOLDER")]


def test_a_stand_in_for_somebody_who_holds_the_role_twice_cannot_be_reached_by_the_first_of_both(world: World) -> None:
    world.person("bo", reachable=False)
    first, second = (world.hold(OWNER, by="anna", since=since) for since in ("2020-01-01", "2021-01-01"))
    cover = world.cover(OWNER, of="anna", by="bo")
    answer = world.who(OWNER)
    assert kinds(answer) == ["STAND_IN", "STAND_IN", "UNREACHABLE"]
    assert [step.facts for step in answer.steps] == [(first, cover), (second, cover), (first, cover)]


def test_of_several_holders_one_who_acts_in_person_makes_it_held_and_comes_first(world: World) -> None:
    world.hold(OWNER, by="anna", since="2020-01-01")
    world.hold(OWNER, by="carl", since="2021-01-01")
    world.cover(OWNER, of="anna", by="bo")
    answer = world.who(OWNER)
    assert answer.outcome == "HELD"
    assert written_to(answer) == [("carl", "HOLDER"), ("bo", "STAND_IN"), ("anna", "HOLDER")]


def test_two_stand_ins_are_both_written_to(world: World) -> None:
    world.hold(OWNER, by="anna")
    world.cover(OWNER, of="anna", by="carl", since="2026-02-01")
    world.cover(OWNER, of="anna", by="bo", since="2026-01-01")
    assert written_to(world.who(OWNER)) == [("bo", "STAND_IN"), ("carl", "STAND_IN"), ("anna", "HOLDER")]


# --- nobody holds it ------------------------------------------------------------------------------------------------


def test_a_vacancy_that_is_meant_gives_its_reason_and_goes_on(world: World) -> None:
    intent = world.leave_vacant(OWNER, "nedlagt", since="2026-01-01", to="2027-01-01")
    manager = world.hold(MANAGER, by="bo")
    answer = world.who(OWNER)
    assert outcome(answer) == ("ESCALATED", (manager,))
    assert kinds(answer) == ["VACANT_BY_INTENT", "ESCALATED_TO", "HELD"]
    step = answer.steps[0]
    assert (step.facts, step.text, step.valid_from, step.valid_to) == ((intent,), "nedlagt", "2026-01-01", "2027-01-01")
    assert answer.steps[1].facts == ("escalation:1",)


def test_an_intended_vacancy_counts_only_while_nobody_holds_the_role(world: World) -> None:
    world.hold(OWNER, by="anna", to="2026-12-01")
    world.leave_vacant(OWNER)
    assert kinds(world.who(OWNER)) == ["HELD"]
    later = world.who(OWNER, "2026-12-24").steps[0]
    assert (later.kind, later.valid_from, later.valid_to) == ("VACANT_BY_INTENT", "2026-12-01", OPEN_DATE)


def test_a_known_later_holder_makes_it_not_yet(world: World) -> None:
    world.hold(OWNER, by="carl", since="2028-01-01")
    coming = world.hold(OWNER, by="anna", since="2027-01-01")
    world.hold(OWNER, by="bo", to="2026-11-01")
    step = world.who(OWNER).steps[0]
    assert (step.kind, step.facts, step.holder) == ("NOT_YET", (coming,), "person:anna")
    assert (step.valid_from, step.valid_to) == ("2026-11-01", "2027-01-01")


def test_without_a_later_one_the_last_one_is_expired(world: World) -> None:
    world.hold(OWNER, by="bo", to="2026-01-01")
    last = world.hold(OWNER, by="anna", since="2025-01-01", to="2026-11-01")
    step = world.who(OWNER).steps[0]
    assert (step.kind, step.facts, step.valid_from, step.valid_to) == ("EXPIRED", (last,), "2026-11-01", OPEN_DATE)


def test_of_what_ended_before_the_last_day_and_its_key_are_enough(world: World) -> None:
    world.ended, world.ended_by = {OWNER: "2026-11-01"}, {OWNER: "assignment:9"}
    step = world.who(OWNER).steps[0]
    assert (step.kind, step.facts, step.valid_from) == ("EXPIRED", ("assignment:9",), "2026-11-01")


def test_a_role_that_nobody_ever_held_is_vacant(world: World) -> None:
    step = world.who(OWNER).steps[0]
    assert (step.kind, step.facts, step.valid_from, step.valid_to) == ("VACANT", (), None, OPEN_DATE)


# --- reach ----------------------------------------------------------------------------------------------------------


def test_the_mailbox_of_the_domain_comes_after_the_holders(world: World) -> None:
    world.hold(OWNER, by="anna")
    box = world.hold(BOX, by="box-oir")
    answer = world.who(OWNER)
    assert written_to(answer) == [("anna", "HOLDER"), ("box-oir", "MAILBOX")]
    assert (answer.reach[1].role, answer.reach[1].fact) == (BOX, box)
    assert (kinds(answer), answer.accountable) == (["HELD", "MAILBOX"], ("assignment:1",))


def test_a_role_that_prefers_its_mailbox_has_it_first(world: World) -> None:
    world.prefers_mailbox = True
    world.hold(OWNER, by="anna")
    world.cover(OWNER, of="anna", by="bo")
    world.hold(BOX, by="box-oir")
    answer = world.who(OWNER)
    assert written_to(answer) == [("box-oir", "MAILBOX"), ("bo", "STAND_IN"), ("anna", "HOLDER")]
    assert kinds(answer) == ["STAND_IN", "MAILBOX_FIRST"]


def test_a_preferred_mailbox_that_the_municipality_lacks_at_the_date_changes_nothing(world: World) -> None:
    world.prefers_mailbox = True
    world.hold(OWNER, by="anna")
    world.hold(BOX, by="box-oir", since="2027-01-01")
    answer = world.who(OWNER)
    assert written_to(answer) == [("anna", "HOLDER")]
    assert answer.until == "2027-01-01"
    assert answer.next is not None
    assert written_to(answer.next) == [("box-oir", "MAILBOX"), ("anna", "HOLDER")]


def test_a_holder_without_contact_points_stays_accountable_and_the_mailbox_is_written_to(world: World) -> None:
    world.person("anna", reachable=False)
    held = world.hold(OWNER, by="anna")
    world.hold(BOX, by="box-oir")
    answer = world.who(OWNER)
    assert outcome(answer) == ("HELD", (held,))
    assert kinds(answer) == ["HELD", "MAILBOX", "UNREACHABLE"]
    assert written_to(answer) == [("box-oir", "MAILBOX")]


def test_without_mailbox_the_reach_goes_on_up_the_chain_but_the_duty_does_not(world: World) -> None:
    world.person("anna", reachable=False)
    held = world.hold(OWNER, by="anna")
    world.hold(LEADER, by="dorte")
    answer = world.who(OWNER)
    assert outcome(answer) == ("HELD", (held,))
    assert kinds(answer) == ["HELD", "UNREACHABLE", "ESCALATED_TO", "VACANT", "ESCALATED_TO", "HELD"]
    assert [(r.holder, r.role) for r in answer.reach] == [("person:dorte", LEADER)]


def test_when_nobody_can_be_written_to_kombit_is_and_the_duty_still_stays(world: World) -> None:
    world.person("anna", reachable=False)
    held = world.hold(OWNER, by="anna")
    answer = world.who(OWNER)
    assert outcome(answer) == ("HELD", (held,))
    assert (kinds(answer)[-1], written_to(answer)) == ("LAST_RESORT", [("implementering-kombit", "LAST_RESORT")])


# --- escalation -----------------------------------------------------------------------------------------------------


def test_the_chain_follows_the_escalation_valid_on_the_day(world: World) -> None:
    world.hold(LEADER, by="dorte")
    world.hold(INFRA, by="erik")
    newer = world.escalate(OWNER, INFRA, since="2026-01-01")
    assert world.who(OWNER, "2025-06-01").reach[0].role == LEADER
    answer = world.who(OWNER)
    assert (answer.reach[0].role, answer.steps[1].facts) == (INFRA, (newer,))


def test_a_chain_ends_with_the_programme_leader_then_the_mailbox_then_kombit(world: World) -> None:
    answer = world.who(INFRA)
    assert [step.role for step in answer.steps if step.kind != "ESCALATED_TO"] == [INFRA, LEADER, BOX, BOX]
    assert kinds(answer) == ["VACANT", "ESCALATED_TO", "VACANT", "ESCALATED_TO", "VACANT", "UNRESOLVED"]
    assert (answer.outcome, answer.accountable) == ("UNRESOLVED", ())
    world.hold(BOX, by="box-oir")
    assert outcome(world.who(INFRA)) == ("ESCALATED", ("assignment:1",))
    world.hold(LEADER, by="dorte")
    assert outcome(world.who(INFRA)) == ("ESCALATED", ("assignment:2",))


def test_a_circle_of_escalations_still_ends(world: World) -> None:
    world.escalate(LEADER, OWNER)
    world.hold(BOX, by="box-oir")
    answer = world.who(OWNER)
    assert [s.target for s in answer.steps if s.kind == "ESCALATED_TO"] == [MANAGER, LEADER, BOX]


def test_a_covered_holder_further_up_is_still_an_escalation(world: World) -> None:
    world.hold(MANAGER, by="anna")
    world.cover(MANAGER, of="anna", by="bo")
    answer = world.who(OWNER)
    assert (answer.outcome, written_to(answer)) == ("ESCALATED", [("bo", "STAND_IN"), ("anna", "HOLDER")])


def test_a_task_that_names_no_role_starts_at_the_programme_leader(world: World) -> None:
    held = world.hold(LEADER, by="dorte")
    answer = world.who(None)
    assert (answer.role, outcome(answer)) == (None, ("HELD", (held,)))
    assert kinds(answer) == ["NO_ROLE_IN_SOURCE", "HELD"]


# --- translation ----------------------------------------------------------------------------------------------------


def test_a_translation_with_only_a_title_asks_the_same_role(world: World) -> None:
    world.hold(OWNER, by="anna")
    fact = world.translate(OWNER, "Økonomichef", unit="Økonomi")
    step, *rest = world.who(OWNER).steps
    assert (step.kind, step.role, step.facts, step.target) == ("TRANSLATED", OWNER, (fact,), None)
    assert (step.text, step.unit, [s.kind for s in rest]) == ("Økonomichef", "Økonomi", ["HELD"])


def test_a_carrier_is_asked_instead_with_its_holders_and_its_escalation(world: World) -> None:
    world.hold(OWNER, by="anna")
    world.translate(OWNER, carried_by="infrastrukturansvarlig")
    world.hold(LEADER, by="dorte")
    answer = world.who(OWNER)
    assert kinds(answer) == ["TRANSLATED", "VACANT", "ESCALATED_TO", "HELD"]
    assert [step.role for step in answer.steps] == [OWNER, INFRA, INFRA, LEADER]
    assert answer.outcome == "ESCALATED"
    held = world.hold(INFRA, by="erik")
    assert outcome(world.who(OWNER)) == ("HELD", (held,))


def test_a_carrier_has_its_own_translation(world: World) -> None:
    world.translate(OWNER, carried_by=MANAGER)
    world.translate(MANAGER, carried_by=INFRA)
    held = world.hold(INFRA, by="erik")
    answer = world.who(OWNER)
    assert (outcome(answer), kinds(answer)) == (("HELD", (held,)), ["TRANSLATED", "TRANSLATED", "HELD"])


def test_a_circle_of_carriers_ends_where_it_would_close(world: World) -> None:
    world.translate(OWNER, carried_by=MANAGER)
    world.translate(MANAGER, "Regnskabschef", carried_by=OWNER)
    held = world.hold(MANAGER, by="anna")
    answer = world.who(OWNER)
    assert (outcome(answer), kinds(answer)) == (("HELD", (held,)), ["TRANSLATED", "TRANSLATED", "HELD"])
    assert [step.target for step in answer.steps] == [MANAGER, None, None]


def test_a_carrier_met_again_on_the_way_up_is_passed_over(world: World) -> None:
    world.translate(LEADER, carried_by=OWNER)
    world.hold(LEADER, by="dorte")
    assert world.who(OWNER).reach[0].holder == "person:dorte"


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_valid_translations_the_later_one_counts_then_the_greater_key(world: World, turned: bool) -> None:
    world.translate(OWNER, "Første", since="2024-01-01")
    world.translate(OWNER, "Anden", since="2025-01-01")
    world.translate(OWNER, "Tredje", since="2025-01-01")
    if turned:
        world.translations[OWNER].reverse()
    assert world.who(OWNER).steps[0].text == "Tredje"


# --- until and next -------------------------------------------------------------------------------------------------


def test_until_passes_over_days_on_which_only_the_explanation_changes(world: World) -> None:
    world.hold(LEADER, by="dorte")
    world.hold(OWNER, by="bo", to="2020-01-01")
    world.leave_vacant(OWNER, since="2026-12-01", to="2027-01-01")
    world.hold(OWNER, by="anna", since="2027-02-01", to="2027-03-01")
    answer = world.who(OWNER)
    assert answer.until == "2027-02-01"
    assert answer.next is not None
    assert (answer.next.at, answer.next.outcome) == ("2027-02-01", "HELD")


def test_a_change_further_up_the_chain_changes_the_answer(world: World) -> None:
    world.hold(LEADER, by="dorte", to="2027-01-01")
    world.hold(LEADER, by="erik", since="2027-01-01")
    answer = world.who(OWNER)
    assert answer.until == "2027-01-01"
    assert answer.next is not None
    assert written_to(answer.next) == [("erik", "HOLDER")]


def test_an_escalation_that_changes_changes_the_answer(world: World) -> None:
    world.hold(LEADER, by="dorte")
    world.hold(INFRA, by="erik")
    world.escalate(MANAGER, INFRA, since="2027-05-01")
    assert world.who(OWNER).until == "2027-05-01"


# --- titles ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "title"),
    [("2019-01-01", "A"), ("2020-06-01", "A"), ("2021-02-01", "B"), ("2022-11-01", "B"), (TODAY, "B")],
)
def test_the_title_is_the_official_one_of_the_day_or_the_next(world: World, at: str, title: str) -> None:
    world.names[OWNER] = [
        Named("Alias", "ALIAS", "1900-01-01", OPEN_DATE),
        Named("B", "OFFICIAL", "2023-01-01", OPEN_DATE),
        Named("A", "OFFICIAL", "2020-01-01", "2021-01-01"),
    ]
    assert world.gallery.roles[OWNER].title(at) == title


# --- roles that are not shown ---------------------------------------------------------------------------------------


def hiding(world: World, *roles: str, role: str | None = OWNER) -> Answer:
    return Resolver(world.gallery, world.local, hidden=frozenset(roles)).resolve_ahead(role, TODAY)


def test_a_hidden_role_is_a_step_that_tells_nothing_and_the_walk_goes_on(world: World) -> None:
    world.escalate(OWNER, LEADER)
    box = world.hold(BOX, by="box-oir")
    vacant = hiding(world, LEADER)
    assert kinds(vacant) == ["VACANT", "ESCALATED_TO", "NOT_VISIBLE_TO_YOU", "ESCALATED_TO", "HELD"]
    assert (vacant.outcome, vacant.accountable, written_to(vacant)) == ("ESCALATED", (box,), [("box-oir", "HOLDER")])
    world.hold(LEADER, by="anna", to="2027-01-01")
    world.translate(LEADER, "Digitaliseringschef")
    world.leave_vacant(LEADER, since="2027-01-01")
    assert hiding(world, LEADER) == vacant
    step = vacant.steps[2]
    assert step == Step(StepKind.NOT_VISIBLE_TO_YOU, LEADER, "municipality:0751", (), None, OPEN_DATE)


def test_a_hidden_mailbox_is_nobody_s(world: World) -> None:
    world.prefers_mailbox = True
    world.hold(OWNER, by="anna")
    world.hold(BOX, by="box-oir")
    assert written_to(hiding(world, BOX)) == [("anna", "HOLDER")]


def test_a_role_that_a_hidden_one_carries_goes_on_from_there(world: World) -> None:
    world.translate(OWNER, carried_by=INFRA)
    world.hold(INFRA, by="anna")
    world.hold(LEADER, by="carl")
    answer = hiding(world, INFRA)
    assert kinds(answer) == ["TRANSLATED", "NOT_VISIBLE_TO_YOU", "ESCALATED_TO", "HELD"]
    assert written_to(answer) == [("carl", "HOLDER")]


def test_a_task_without_a_role_starts_at_the_programme_leader_shown_or_not(world: World) -> None:
    world.hold(LEADER, by="anna")
    answer = hiding(world, LEADER, BOX, role=None)
    assert kinds(answer) == [
        *("NO_ROLE_IN_SOURCE", "NOT_VISIBLE_TO_YOU", "ESCALATED_TO", "NOT_VISIBLE_TO_YOU", "UNRESOLVED")
    ]
    assert answer.steps[-1].veiled
    assert not world.who(OWNER).steps[-1].veiled
