"""A cell has one state; what it says about the future is what is known."""

import pytest

from resolvers import coverage
from resolvers.coverage import State
from tests.unit.world import BOX, INFRA, MANAGER, OWNER, TODAY, World


@pytest.fixture
def world() -> World:
    return World()


def test_a_held_role_has_its_holders_since_their_first_day(world: World) -> None:
    world.hold(OWNER, by="bo", since="2024-05-01")
    world.hold(OWNER, by="anna", since="2023-05-01")
    cell = world.cell(OWNER)
    assert (cell.state, cell.holders, cell.assignments) == (
        State.HELD,
        ("person:anna", "person:bo"),
        ("assignment:2", "assignment:1"),
    )
    assert (cell.since, cell.until, cell.open_from, cell.carried_by) == ("2023-05-01", None, None, None)


@pytest.mark.parametrize(
    ("end", "state", "until", "open_from"),
    [
        ("2026-12-02", State.EXPIRING, "2026-12-02", "2026-12-02"),  # 30 days ahead
        ("2026-12-03", State.HELD, "2026-11-03", None),  # 31 days: expiring from tomorrow on
    ],
)
def test_a_role_expires_when_the_day_without_a_holder_is_at_most_n_days_away(
    world: World, end: str, state: State, until: str, open_from: str | None
) -> None:
    world.hold(OWNER, by="anna", to=end)
    cell = world.cell(OWNER)
    assert (cell.state, cell.until, cell.open_from) == (state, until, open_from)


def test_a_successor_without_a_hole_keeps_a_role_held(world: World) -> None:
    world.hold(OWNER, by="anna", to="2026-11-10")
    world.hold(OWNER, by="bo", since="2026-11-10")
    cell = world.cell(OWNER)
    assert (cell.state, cell.until) == (State.HELD, None)


def test_a_successor_after_a_hole_does_not(world: World) -> None:
    world.hold(OWNER, by="anna", to="2026-11-10")
    world.hold(OWNER, by="bo", since="2026-11-12")
    assert world.cell(OWNER).state == State.EXPIRING
    cell = world.cell(OWNER, "2026-11-11")
    assert (cell.state, cell.since, cell.until) == (State.PLANNED, "2026-11-10", "2026-11-12")


def test_stand_in_is_when_all_holders_are_covered(world: World) -> None:
    world.hold(OWNER, by="anna", since="2024-01-01")
    cover = world.cover(OWNER, of="anna", by="bo", since="2026-10-01", to="2027-02-01")
    cell = world.cell(OWNER)
    assert (cell.state, cell.holders, cell.stand_ins, cell.stand_in_holders) == (
        State.STAND_IN,
        ("person:anna",),
        (cover,),
        ("person:bo",),
    )
    assert (cell.since, cell.until) == ("2026-10-01", "2027-02-01")
    world.hold(OWNER, by="carl")
    assert world.cell(OWNER).state == State.HELD


def test_unreachable_is_when_none_can_be_written_to_whatever_the_mailbox(world: World) -> None:
    world.person("anna", reachable=False)
    world.hold(OWNER, by="anna", to="2026-11-10")
    world.hold(BOX, by="box-oir")
    assert world.cell(OWNER).state == State.UNREACHABLE


def test_of_several_holders_the_best_reached_decides(world: World) -> None:
    world.person("anna", reachable=False)
    world.hold(OWNER, by="anna")
    world.hold(OWNER, by="carl")
    world.cover(OWNER, of="carl", by="bo")
    assert world.cell(OWNER).state == State.STAND_IN
    world.hold(OWNER, by="dorte")
    assert world.cell(OWNER).state == State.HELD


def test_an_unreachable_stand_in_leaves_the_holder_beside(world: World) -> None:
    world.person("bo", reachable=False)
    world.hold(OWNER, by="anna")
    world.cover(OWNER, of="anna", by="bo")
    assert world.cell(OWNER).state == State.STAND_IN


def test_expiring_comes_before_stand_in(world: World) -> None:
    world.hold(OWNER, by="anna", to="2026-11-10")
    world.cover(OWNER, of="anna", by="bo")
    assert world.cell(OWNER).state == State.EXPIRING


def test_a_stand_in_is_listed_once_when_the_holder_has_two_assignments(world: World) -> None:
    world.hold(OWNER, by="anna")
    world.hold(OWNER, by="anna", since="2026-06-01")
    cover = world.cover(OWNER, of="anna", by="bo")
    cell = world.cell(OWNER)
    assert (cell.holders, cell.stand_ins, cell.stand_in_holders) == (("person:anna",), (cover,), ("person:bo",))


def test_nobody_holds_it_on_purpose_planned_or_not_at_all(world: World) -> None:
    world.hold(OWNER, by="anna", to="2026-05-01")
    assert (world.cell(OWNER).state, world.cell(OWNER).since) == (State.VACANT, "2026-05-01")
    world.hold(OWNER, by="bo", since="2027-05-01")
    assert (world.cell(OWNER).state, world.cell(OWNER).until) == (State.PLANNED, "2027-05-01")
    world.leave_vacant(OWNER, since="2026-02-01", to="2027-01-01")
    cell = world.cell(OWNER)
    assert (cell.state, cell.since, cell.until) == (State.VACANT_BY_INTENT, "2026-05-01", "2027-01-01")


def test_what_was_said_of_a_predecessor_confirms_nobody_who_came_later(world: World) -> None:
    """How old a contact is would be told of somebody who has gone."""
    world.hold(OWNER, by="anna", to="2026-05-01")
    world.confirm(OWNER, on="2026-04-01")
    assert world.cell(OWNER).last_confirmed is None  # nobody is there to be right
    world.leave_vacant(OWNER, since="2026-05-01", to="2026-06-01")
    world.hold(OWNER, by="bo", since="2026-06-01")
    assert [world.cell(OWNER, at).last_confirmed for at in ("2026-04-15", "2026-05-15", "2026-07-01")] == [
        "2026-04-01",
        None,
        None,
    ]
    world.confirm(OWNER, on="2026-05-10")
    world.confirm(OWNER, on="2026-06-01")
    assert [world.cell(OWNER, at).last_confirmed for at in ("2026-05-15", "2026-07-01")] == ["2026-05-10", "2026-06-01"]


def test_what_was_said_before_another_came_beside_does_not_confirm_both(world: World) -> None:
    world.hold(OWNER, by="anna")
    world.confirm(OWNER, on="2026-04-01")
    world.hold(OWNER, by="bo", since="2026-05-01", to="2026-09-01")
    assert [world.cell(OWNER, at).last_confirmed for at in ("2026-04-30", "2026-05-01", "2026-09-01")] == [
        "2026-04-01",
        None,
        "2026-04-01",
    ]
    world.confirm(OWNER, on="2026-05-01")
    assert world.cell(OWNER, "2026-05-15").last_confirmed == "2026-05-01"


def test_a_carried_role_shows_the_holders_of_its_carrier(world: World) -> None:
    world.hold(OWNER, by="anna")
    world.translate(OWNER, carried_by="infrastrukturansvarlig", to="2026-11-20")
    assert (world.cell(OWNER).state, world.cell(OWNER).carried_by) == (State.VACANT, INFRA)
    world.hold(INFRA, by="erik")
    world.confirm(INFRA, on="2026-03-01")
    world.confirm(INFRA, on="2027-03-01")
    cell = world.cell(OWNER)
    assert (cell.state, cell.holders, cell.last_confirmed) == (State.HELD, ("person:erik",), "2026-03-01")


def test_a_role_whose_translation_ends_without_a_holder_of_its_own_expires(world: World) -> None:
    world.hold(INFRA, by="erik")
    world.translate(OWNER, carried_by=INFRA, to="2026-11-20")
    cell = world.cell(OWNER)
    assert (cell.state, cell.until) == (State.EXPIRING, "2026-11-20")


def test_counts_have_every_state_and_columns_are_parallel(world: World) -> None:
    world.hold(OWNER, by="anna")
    cells = coverage.cells(world.gallery, world.local, [OWNER, MANAGER, INFRA], TODAY)
    assert coverage.counts(cells) == {**dict.fromkeys(State, 0), State.HELD: 1, State.VACANT: 2}
    columns = coverage.Columns(cells)
    assert columns.roles == [OWNER, MANAGER, INFRA]
    assert columns.states == [State.HELD, State.VACANT, State.VACANT]
    assert columns.holders == [("person:anna",), (), ()]
    assert columns.open_from == [None, TODAY, TODAY]


def test_without_ahead_only_until_is_left_out(world: World) -> None:
    world.hold(OWNER, by="anna", to="2026-11-20")
    ahead = coverage.cells(world.gallery, world.local, [OWNER], TODAY)
    now = coverage.cells(world.gallery, world.local, [OWNER], TODAY, ahead=False)
    assert now == [ahead[0]._replace(until=None)]
    assert ahead[0].until == "2026-11-20"
