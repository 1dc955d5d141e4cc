"""What differs between two days, by example: facts said in verbs, no database."""

from graph.shape import OPEN_DATE
from resolvers.difference import Change, ChangeKind, Days, Terms, in_municipality, of_roles, of_tasks
from resolvers.facts import Named, Role
from resolvers.looks import Looks
from tests.unit.world import INFRA, LONG_AGO, MANAGER, OWNER, World

FIRST, BETWEEN, LAST, AFTER = "2026-06-01", "2026-09-01", "2026-12-01", "2027-01-01"
DAYS = Days(FIRST, LAST)
AARHUS = "municipality:0751"


def changes(world: World, *roles: str) -> list[Change]:
    return in_municipality(Looks(world.gallery, world.local), roles or [OWNER], DAYS)


def kinds(world: World, *roles: str) -> list[str]:
    return [change.kind.value for change in changes(world, *roles)]


def test_a_new_holder_is_appointed_and_the_former_one_ended() -> None:
    world = World()
    former = world.hold(OWNER, by="anna", to=BETWEEN)
    present = world.hold(OWNER, by="bo", since=BETWEEN)
    assert changes(world) == [
        Change(ChangeKind.APPOINTED, AARHUS, OWNER, holder="person:bo", facts=(present,)),
        Change(ChangeKind.ENDED, AARHUS, OWNER, holder="person:anna", facts=(former,)),
    ]


def test_an_end_without_a_successor_is_newly_vacant_too() -> None:
    world = World()
    fact = world.hold(OWNER, by="anna", to=LAST)
    assert changes(world)[1:] == [Change(ChangeKind.NEWLY_VACANT, AARHUS, OWNER, facts=(fact,))]


def test_the_days_are_the_last_that_count() -> None:
    world = World()
    world.hold(OWNER, by="anna", to=AFTER)  # still there on the last day
    world.hold(OWNER, by="bo", since=FIRST)  # there already on the first
    assert kinds(world) == []


def test_what_began_and_ended_in_between_does_not_show() -> None:
    world = World()
    world.hold(OWNER, by="anna", since="2026-07-01", to=BETWEEN)
    assert kinds(world) == []


def test_a_new_assignment_of_the_same_holder_is_no_change() -> None:
    world = World()
    world.hold(OWNER, by="anna", to=BETWEEN)
    world.hold(OWNER, by="anna", since=BETWEEN)
    assert kinds(world) == []


def test_a_role_that_another_one_carries_is_vacant_when_its_carrier_is() -> None:
    world = World()
    world.translate(OWNER, carried_by=MANAGER)
    world.hold(MANAGER, by="anna", to=BETWEEN)
    assert kinds(world) == ["NEWLY_VACANT"]
    assert changes(world)[0].facts == ()


def test_a_role_whose_carrier_is_held_is_not_newly_vacant() -> None:
    world = World()
    world.hold(OWNER, by="anna", to=BETWEEN)
    world.hold(MANAGER, by="bo")
    world.translate(OWNER, carried_by=MANAGER, since=BETWEEN)
    assert kinds(world) == ["ENDED", "TRANSLATED"]


def test_stand_ins_begin_and_end_for_whom_they_cover() -> None:
    world = World()
    world.hold(OWNER, by="anna")
    ended = world.cover(OWNER, of="anna", by="bo", to=BETWEEN)
    began = world.cover(OWNER, of="anna", by="carl", since=BETWEEN)
    assert changes(world) == [
        Change(ChangeKind.STAND_IN_BEGAN, AARHUS, OWNER, holder="person:carl", covers="person:anna", facts=(began,)),
        Change(ChangeKind.STAND_IN_ENDED, AARHUS, OWNER, holder="person:bo", covers="person:anna", facts=(ended,)),
    ]


def test_a_translation_counts_as_new_only_where_it_says_something_else() -> None:
    world = World()
    old = world.translate(OWNER, "Økonomichef", to=BETWEEN)
    world.translate(OWNER, "Økonomichef", since=BETWEEN)
    world.translate(MANAGER, "Systemejer", unit="IT", to=BETWEEN)
    new = world.translate(MANAGER, "Systemejer", unit="Økonomi", since=BETWEEN)
    (change,) = changes(world, OWNER, MANAGER)
    assert (change.kind, change.role, change.before, change.after) == (
        "TRANSLATED",
        MANAGER,
        "Systemejer",
        "Systemejer",
    )
    assert new in change.facts
    assert old not in change.facts


def test_changes_come_role_by_role_as_asked() -> None:
    world = World()
    for role in (OWNER, INFRA):
        world.hold(role, by="anna", since=BETWEEN)
    assert [change.role for change in changes(world, INFRA, OWNER)] == [INFRA, OWNER]


def test_a_role_is_renamed_where_its_official_title_differs() -> None:
    names = [Named("Gammel", "OFFICIAL", LONG_AGO, BETWEEN), Named("Ny", "OFFICIAL", BETWEEN, OPEN_DATE)]
    names.append(Named("Kælenavn", "ALIAS", BETWEEN, OPEN_DATE))
    role = Role(OWNER, "OIR", "OWNER", False, False, None, names)
    assert of_roles([role], DAYS) == [Change(ChangeKind.RENAMED, role=OWNER, before="Gammel", after="Ny")]
    assert of_roles([role], Days(BETWEEN, LAST)) == []


def test_tasks_are_published_withdrawn_and_moved() -> None:
    terms = [
        Terms("task:d", "terms:4", "Uændret", "2027-01-01", LONG_AGO, OPEN_DATE),
        Terms("task:c", "terms:3b", "Flyttet", "2027-02-01", BETWEEN, OPEN_DATE),
        Terms("task:c", "terms:3", "Flyttet", None, LONG_AGO, BETWEEN),
        Terms("task:b", "terms:2", "Trukket tilbage", "2026-08-01", LONG_AGO, BETWEEN),
        Terms("task:a", "terms:1", "Ny", "2027-01-01", BETWEEN, OPEN_DATE),
    ]
    assert of_tasks(terms, DAYS) == [
        Change(ChangeKind.PUBLISHED, task="task:a", before=None, after="2027-01-01"),
        Change(ChangeKind.WITHDRAWN, task="task:b", before="2026-08-01", after=None),
        Change(ChangeKind.MOVED, task="task:c", before=None, after="2027-02-01"),
    ]


def test_other_terms_with_the_same_last_day_are_no_change() -> None:
    terms = [
        Terms("task:a", "terms:1", "Før", "2027-01-01", LONG_AGO, BETWEEN),
        Terms("task:a", "terms:2", "Efter", "2027-01-01", BETWEEN, OPEN_DATE),
    ]
    assert of_tasks(terms, DAYS) == []


def test_a_day_compared_with_itself_differs_in_nothing() -> None:
    world = World()
    world.hold(OWNER, by="anna", since=FIRST, to=BETWEEN)
    world.cover(OWNER, of="anna", by="bo", since=FIRST)
    world.translate(OWNER, "Økonomichef", since=FIRST)
    assert in_municipality(Looks(world.gallery, world.local), [OWNER], Days(FIRST, FIRST)) == []
