"""`answer` and `cells`: the present one at once, another one whenever it becomes that, and what was missed, once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from graph.driver import Statement
from server.notice import hub
from tests.contract.planting import Garden
from tests.notice.conftest import Service, Socket, opened, streamed
from tests.notice.people import ANNA, BENT, CODE, OTHER_CODE, OTHER_ROLE, ROLE, arrive, held, rename

ANSWER = """subscription Answer($after: Int, $day: Date, $in: String = "Aarhus") {
  answer(role: "Aftalegodkender", municipality: $in, after: $after, afterDay: $day) {
    seq at answers { at outcome accountable { holder { id name } } }
  }
}"""
CELLS = """subscription ($after: Int) {
  cells(roles: ["Aftalegodkender"], municipality: "0751", after: $after) {
    seq at coverage { at cells { state holders { id } } }
  }
}"""


def holders(value: Any) -> set[str]:
    (answer,) = value["answers"]
    return {one["holder"]["id"] for one in answer["accountable"]}


def looks(statements: Sequence[Statement]) -> list[Statement]:
    return [one for one in statements if "subscription" in one.name]


async def test_the_present_answer_comes_at_once_and_another_one_when_it_becomes_that(
    service: Service, garden: Garden
) -> None:
    arrived = await arrive(garden)
    async with opened(service) as client:
        await client.follow("a", ANSWER)
        first = await client.event("a")
        assert (first["seq"], first["at"]) == (arrived, "2026-12-01")
        assert not holders(first) & {ANNA, BENT}
        seq = await garden.plant(records=[held(ANNA)])
        second = await client.event("a")
        assert second["seq"] == seq
        assert holders(second) == holders(first) | {ANNA}
        await garden.plant(retracts=[held(ANNA).key], records=[held(BENT)])
        assert holders(await client.event("a")) == holders(first) | {BENT}
        await client.quiet()


async def test_changes_that_leave_an_answer_as_it_is_are_not_told(
    service: Service, garden: Garden, statements: list[Statement]
) -> None:
    await arrive(garden)
    async with opened(service) as client:
        await client.follow("a", ANSWER)
        await client.event("a")
        statements.clear()
        await garden.plant(records=[held(ANNA, code=OTHER_CODE)])
        await garden.plant(records=[held(ANNA, role=OTHER_ROLE)])
        await client.quiet()
        assert looks(statements) == [], "what cannot concern an answer had it looked at"


async def test_whoever_a_person_belongs_to_an_edit_is_told_where_they_hold_a_role(
    service: Service, garden: Garden
) -> None:
    await arrive(garden)  # in Aarhus
    await garden.plant(records=[held(ANNA, code=OTHER_CODE)])
    async with opened(service) as client:
        await client.follow("a", ANSWER, **{"in": OTHER_CODE})
        await client.event("a")
        await rename(garden, ANNA, "Anna Omdøbt")
        (answer,) = (await client.event("a"))["answers"]
        assert {"id": ANNA, "name": "Anna Omdøbt"} in [one["holder"] for one in answer["accountable"]]


async def test_a_hundred_who_ask_the_same_are_one_statement_and_one_answer(
    service: Service, garden: Garden, statements: list[Statement]
) -> None:
    await arrive(garden)
    async with opened(service) as one, opened(service) as two:
        for client in (one, two):
            for number in range(50):
                await client.follow(str(number), ANSWER, after=None)
            for number in range(50):
                await client.event(str(number))
        assert len(looks(statements)) == 1
        statements.clear()
        await garden.plant(records=[held(ANNA)])
        for client in (one, two):
            told = [await client.hear() for _ in range(50)]
            assert {message["id"] for message in told} == set(map(str, range(50)))
            assert all(ANNA in holders(message["payload"]["data"]["answer"]) for message in told)
        assert len(looks(statements)) == 1


async def test_a_date_that_is_passed_is_told_and_a_day_alone_is_not(service: Service, garden: Garden) -> None:
    await arrive(garden)
    await garden.plant(records=[held(ANNA, until="2026-12-04"), held(BENT, since="2026-12-04")])
    async with opened(service) as client:
        await client.follow("a", ANSWER)
        assert ANNA in holders(await client.event("a"))
        service.set(datetime(2026, 12, 2, 12, tzinfo=UTC))
        await client.quiet()
        service.set(datetime(2026, 12, 3, 22, 59, 59, tzinfo=UTC))
        await client.quiet()
        service.set(datetime(2026, 12, 3, 23, 0, 1, tzinfo=UTC))  # midnight in Copenhagen
        later = await client.event("a")
        assert later["at"] == "2026-12-04"
        assert holders(later) & {ANNA, BENT} == {BENT}


async def test_a_newcomer_gets_the_day_of_today_though_the_answer_is_the_one_of_yesterday(
    service: Service, garden: Garden
) -> None:
    async with opened(service) as client:
        await client.follow("a", ANSWER)
        assert (await client.event("a"))["at"] == "2026-12-01"
        service.set(datetime(2026, 12, 2, 12, tzinfo=UTC))
        await client.follow("b", ANSWER)
        assert (await client.event("b"))["at"] == "2026-12-02"


async def resume(client: Socket, identity: str, value: Any, *, with_day: bool = True) -> None:
    day = {"day": value["at"]} if with_day else {}
    await client.follow(identity, ANSWER, after=value["seq"], **day)


async def test_who_comes_back_gets_what_was_missed_and_nothing_twice(service: Service, garden: Garden) -> None:
    await arrive(garden)
    async with opened(service) as client:
        await client.follow("a", ANSWER)
        first = await client.event("a")
    await garden.plant(records=[held(ANNA, code=OTHER_CODE)])
    async with opened(service) as client:
        await resume(client, "nothing missed", first)
        await client.quiet()
        await garden.plant(records=[held(ANNA)])
        second = await client.event("nothing missed")
        assert ANNA in holders(second)
    await garden.plant(records=[held(BENT)])
    async with opened(service) as client:
        await resume(client, "missed", second)
        third = await client.event("missed")
        assert holders(third) >= {ANNA, BENT}
        await client.quiet()
        await resume(client, "had it", third)
        await client.quiet()


async def test_who_comes_back_after_a_change_there_and_back_missed_nothing(service: Service, garden: Garden) -> None:
    await arrive(garden)
    async with opened(service) as client:
        await client.follow("a", ANSWER)
        first = await client.event("a")
    await garden.plant(records=[held(ANNA)])
    await garden.plant(retracts=[held(ANNA).key])
    async with opened(service) as client:
        await resume(client, "a", first)
        await client.quiet()


async def test_who_was_told_by_another_process_what_was_never_seen_here_is_told_the_present_answer(
    service: Service, garden: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    await arrive(garden)
    async with opened(service) as client:
        await client.follow("a", ANSWER)
        first = await client.event("a")
        monkeypatch.setattr(hub, "TICK", 2.0)
        await asyncio.sleep(0.3)  # this process looks next when both changes are made
        between = await garden.plant(records=[held(ANNA)])
        await garden.plant(retracts=[held(ANNA).key])
        await resume(client, "told elsewhere", {"seq": between, "at": first["at"]})
        assert holders(await client.event("told elsewhere")) == holders(first)
        await resume(client, "again", {"seq": between, "at": first["at"]})
        assert holders(await client.event("again")) == holders(first)


async def test_who_was_told_by_another_process_on_a_day_that_was_slept_through_here_is_told_the_present_answer(
    service: Service, garden: Garden
) -> None:
    await arrive(garden)
    await garden.plant(records=[held(ANNA, since="2026-12-02", until="2026-12-03")])
    async with opened(service) as client:
        await client.follow("a", ANSWER)
        first = await client.event("a")
        service.set(datetime(2026, 12, 3, 12, tzinfo=UTC))
        await client.quiet()
        await resume(client, "told elsewhere", {"seq": first["seq"], "at": "2026-12-02"})
        assert holders(await client.event("told elsewhere")) == holders(first)


async def test_a_number_that_was_told_elsewhere_is_known_here_though_nothing_was_looked_at_since(
    service: Service, garden: Garden
) -> None:
    await arrive(garden)
    async with opened(service) as client:
        await client.follow("a", ANSWER)
        first = await client.event("a")
        seq = await garden.plant(records=[held(ANNA, code=OTHER_CODE)])  # concerns it not
        await client.quiet()
        await resume(client, "b", {"seq": seq, "at": first["at"]}, with_day=False)
        await resume(client, "c", {"seq": seq, "at": "2026-11-30"})
        await client.quiet()
        await garden.plant(records=[held(ANNA)])
        assert {(await client.hear())["id"] for _ in range(3)} == {"a", "b", "c"}


async def test_who_comes_back_on_another_day_gets_what_the_days_have_changed(service: Service, garden: Garden) -> None:
    await arrive(garden)
    await garden.plant(records=[held(ANNA, until="2026-12-04")])
    async with opened(service) as client:
        await client.follow("a", ANSWER)
        first = await client.event("a")
    service.set(datetime(2026, 12, 5, 12, tzinfo=UTC))
    async with opened(service) as client:
        await resume(client, "days", first)
        later = await client.event("days")
        assert (later["seq"], later["at"]) == (first["seq"], "2026-12-05")
        assert ANNA not in holders(later)
        await resume(client, "had it", later)
        await client.quiet()


async def test_who_comes_back_is_told_of_a_new_name_though_names_have_no_history(
    service: Service, garden: Garden
) -> None:
    await arrive(garden)
    await garden.plant(records=[held(ANNA)])
    async with opened(service) as client:
        await client.follow("a", ANSWER)
        first = await client.event("a")
    await rename(garden, ANNA, "Anna Omdøbt")
    async with opened(service) as client:
        await resume(client, "a", first)
        (answer,) = (await client.event("a"))["answers"]
        assert "Anna Omdøbt" in {one["holder"]["name"] for one in answer["accountable"]}


async def test_those_who_come_back_from_different_places_are_one_group(
    service: Service, garden: Garden, statements: list[Statement]
) -> None:
    start = await arrive(garden)
    await garden.plant(records=[held(ANNA)])
    async with opened(service) as client:
        await client.follow("new", ANSWER)
        await client.event("new")
        await client.follow("back", ANSWER, after=start, day="2026-12-01")
        assert ANNA in holders(await client.event("back"))
        statements.clear()
        await garden.plant(records=[held(BENT)])
        assert {(await client.hear())["id"] for _ in range(2)} == {"new", "back"}
        assert len(looks(statements)) == 1


async def test_a_number_that_no_change_has_is_refused(service: Service, garden: Garden) -> None:
    async with opened(service) as client:
        await client.follow("a", ANSWER, after=garden.seq + 1)
        message = await client.hear()
        assert (message["type"], message["id"]) == ("error", "a")
        (error,) = message["payload"]
        assert error["extensions"] == {
            "code": "BAD_NUMBER",
            "field": "after",
            "value": garden.seq + 1,
            "expected": f"the `seq` of an event, at most {garden.seq}",
        }


async def test_cells_come_again_when_one_becomes_another(service: Service, garden: Garden) -> None:
    await arrive(garden)
    async with opened(service) as client:
        await client.follow("c", CELLS)
        (before,) = (await client.event("c"))["coverage"]["cells"]
        await garden.plant(records=[held(ANNA)])
        (after,) = (await client.event("c"))["coverage"]["cells"]
        assert [one for one in after["holders"] if one not in before["holders"]] == [{"id": ANNA}]


async def test_the_events_of_a_stream_can_be_gone_on_from(service: Service, garden: Garden) -> None:
    await arrive(garden)
    async with streamed(service, ANSWER) as stream:
        assert (stream.status, stream.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        mark, first = await stream.event()
        assert mark == f"{first['seq']}@2026-12-01"
        await garden.plant(records=[held(ANNA)])
        mark, second = await stream.event()
    await garden.plant(records=[held(BENT)])
    async with streamed(service, ANSWER, {"last-event-id": mark}) as stream:
        _, third = await stream.event()
        assert holders(third) - holders(second) == {BENT}


def test_the_places_of_these_tests_are_apart() -> None:
    assert (ROLE, CODE) != (OTHER_ROLE, OTHER_CODE)
