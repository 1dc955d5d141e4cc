"""Gaps are the cells that need work, the most urgent first, with the tasks that wait for them."""

import pytest

from graph.shape import OPEN_DATE
from resolvers.coverage import Cell
from resolvers.gaps import DueTask, Gap, Reason, gaps
from resolvers.sentences import Language, gap_sentence
from tests.unit.world import INFRA, LEADER, MANAGER, OWNER, World

AARHUS = "municipality:0751"


@pytest.fixture
def world() -> World:
    return World()


def task(
    name: str, due: str, *roles: str, obligation: str | None = None, done: str = "", stands_to: str = OPEN_DATE
) -> DueTask:
    return DueTask(
        f"task:{name}", name, due, obligation, "2026-01-01", stands_to, frozenset(roles), frozenset({done} - {""})
    )


def said(world: World, gap: Gap, language: Language) -> str:
    return gap_sentence(gap, world.gallery, world.local, language)


def why(world: World, role: str = OWNER, within: int = 30) -> list[tuple[Reason, str]]:
    return [(gap.reason, gap.day) for gap in gaps([world.cell(role, within=within)])]


def test_a_vacant_role_is_a_gap_today(world: World) -> None:
    assert why(world) == [(Reason.VACANT, "2026-11-02")]


def test_a_held_role_is_none(world: World) -> None:
    world.hold(OWNER, by="anna")
    assert why(world) == []


def test_a_role_that_falls_vacant_is_one_on_the_day_it_does(world: World) -> None:
    world.hold(OWNER, by="anna", to="2026-11-20")
    assert why(world) == [(Reason.FALLS_VACANT, "2026-11-20")]
    assert why(world, within=17) == []


def test_a_role_whose_holder_begins_later_is_one_today(world: World) -> None:
    world.hold(OWNER, by="anna", since="2026-11-20")
    assert why(world) == [(Reason.STARTS_LATER, "2026-11-02")]


def test_a_role_whose_holders_cannot_be_written_to_is_one_today(world: World) -> None:
    world.person("anna", reachable=False)
    world.hold(OWNER, by="anna")
    assert why(world) == [(Reason.UNREACHABLE, "2026-11-02")]


def test_a_covered_role_is_none(world: World) -> None:
    world.hold(OWNER, by="anna")
    world.cover(OWNER, of="anna", by="bo")
    assert why(world) == []


def test_a_meant_vacancy_is_one_only_when_its_end_is_near_and_nobody_begins(world: World) -> None:
    world.leave_vacant(OWNER, to="2026-11-20")
    assert why(world) == [(Reason.INTENT_ENDS, "2026-11-20")]
    assert why(world, within=5) == []
    world.hold(OWNER, by="anna", since="2026-11-20")
    assert why(world) == []


def test_a_role_that_falls_vacant_on_purpose_is_none(world: World) -> None:
    world.hold(OWNER, by="anna", to="2026-11-20")
    world.leave_vacant(OWNER)
    assert world.cell(OWNER).state == "EXPIRING"
    assert why(world) == []


def test_why_a_role_is_open_is_told_by_what_was_there_the_day_before(world: World) -> None:
    world.leave_vacant(OWNER, to="2026-11-10")
    world.hold(OWNER, by="anna", since="2026-11-10", to="2026-11-20")
    assert why(world) == [(Reason.FALLS_VACANT, "2026-11-20")]
    world.hold(MANAGER, by="anna", to="2026-11-05")
    world.leave_vacant(MANAGER, since="2026-11-05", to="2026-11-20")
    assert why(world, MANAGER) == [(Reason.INTENT_ENDS, "2026-11-20")]
    [gap] = gaps([world.cell(MANAGER)])
    manager = "Systemansvarlig for bogføringssystemet"
    assert said(world, gap, "en") == (
        f"The role {manager} in Aarhus is vacant on purpose only until 20 November 2026, and nobody takes over then."
    )
    assert said(world, gap, "da") == (
        f"Rollen {manager} er kun ubesat med vilje i Aarhus indtil 20. november 2026, og ingen tager over da."
    )


def test_a_role_out_of_reach_is_said_as_who_asks_is_shown_it(world: World) -> None:
    world.person("anna", reachable=False)
    world.hold(OWNER, by="anna")
    [gap] = gaps([world.cell(OWNER)])
    assert said(world, gap, "da") == (
        "Rollen Systemejer for kommunens bogføringssystem er besat i Aarhus, men ingen af dem, der har den, har"
        " kontaktoplysninger, der vises for dig."
    )
    assert said(world, gap, "en") == (
        "The role Systemejer for kommunens bogføringssystem is held in Aarhus, but none of those who hold it has contact"
        " details that are shown to you."
    )


def test_a_task_is_held_up_if_it_stands_asks_the_role_and_is_not_done(world: World) -> None:
    tasks = [
        task("kommende", "2026-12-01", OWNER),
        task("overskredet", "2026-10-01", OWNER, MANAGER),
        task("fuldført", "2026-12-01", OWNER, done=AARHUS),
        task("fuldført andetsteds", "2026-12-24", OWNER, done="municipality:0101"),
        task("tilbagetrukket", "2026-12-01", OWNER, stands_to="2026-11-02"),
        task("anden rolle", "2026-12-01", MANAGER),
    ]
    [gap] = gaps([world.cell(OWNER)], tasks)
    assert [t.title for t in gap.tasks] == ["overskredet", "kommende", "fuldført andetsteds"]


def test_the_most_urgent_comes_first(world: World) -> None:
    world.hold(INFRA, by="erik", to="2026-11-05")
    tasks = [
        task("a", "2026-12-01", OWNER, obligation="RECOMMENDED"),
        task("b", "2026-12-01", MANAGER, obligation="MANDATORY"),
        task("c", "2026-10-01", INFRA, obligation="MANDATORY"),
    ]
    cells: list[Cell] = [world.cell(role) for role in (INFRA, LEADER, OWNER, MANAGER)]
    assert [gap.cell.role for gap in gaps(cells, tasks)] == [MANAGER, OWNER, LEADER, INFRA]


def test_a_role_that_the_gallery_does_not_define_is_none_unless_somebody_holds_it(world: World) -> None:
    def found(*periods: tuple[str, str], reports: tuple[str, ...] = ()) -> list[Reason]:
        cell = world.cell(OWNER)
        return [gap.reason for gap in gaps([cell], (), {(AARHUS, OWNER): reports}, {OWNER: periods})]

    withdrawn, stays = ("2019-01-01", "2026-11-02"), ("2026-11-02", OPEN_DATE)
    assert found(withdrawn) == found(("2026-11-03", OPEN_DATE)) == []
    assert found(withdrawn, stays) == found(stays) == [Reason.VACANT]
    world.person("anna", reachable=False)
    world.hold(OWNER, by="anna")
    assert found(withdrawn) == [Reason.UNREACHABLE]
    world.hold(OWNER, by="bo", to="2026-11-20")
    assert found(withdrawn, reports=("report:1",)) == [Reason.REPORTED]


def test_a_role_that_falls_vacant_when_it_is_withdrawn_is_none(world: World) -> None:
    world.hold(OWNER, by="anna", to="2026-11-20")
    periods = {OWNER: [("2019-01-01", "2026-11-20")]}
    assert gaps([world.cell(OWNER)], (), {}, periods) == []
    assert gaps([world.cell(OWNER)], (), {}, {OWNER: [("2019-01-01", "2026-11-21")]}) != []


def test_a_gap_says_itself_in_both_languages(world: World) -> None:
    world.hold(OWNER, by="anna", to="2026-11-20")
    [gap] = gaps([world.cell(OWNER)], [task("Organiser jer i relation til ØiR", "2026-12-01", OWNER)])
    assert said(world, gap, "da") == (
        "Rollen Systemejer for kommunens bogføringssystem bliver ubesat i Aarhus fra 20. november 2026, og ingen tager"
        " over den dag. Det holder opgaver op: Organiser jer i relation til ØiR (frist 1. december 2026)."
    )
    assert said(world, gap, "en") == (
        "The role Systemejer for kommunens bogføringssystem falls vacant in Aarhus from 20 November 2026, and nobody"
        " takes over that day. This holds up tasks: Organiser jer i relation til ØiR (due 1 December 2026)."
    )
