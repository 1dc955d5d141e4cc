"""What is kept of answers, how much of it, and for how long; whether it still holds is for the database to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from schema.keeping import NOWHERE, OLDEST_SECONDS, SETTLED_SECONDS, Answers

VERSION = [7, 0]
NOBODY = frozenset[str]()


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def answers(clock: Clock) -> Answers:
    """Hold 1,000 bytes; the map has stood still for a while at `VERSION`."""
    answers = Answers(1_000, clock)
    answers.place("first", {}).keep(VERSION, {}, NOBODY)
    clock.now += SETTLED_SECONDS
    return answers


def _held(answers: Answers, plan: str, **parameters: Any) -> Any:
    held = answers.place(plan, parameters).held
    return None if held is None else orjson.loads(orjson.dumps(held.data))


def test_what_was_answered_is_held_with_its_version_and_whose_data_it_has(answers: Answers) -> None:
    sent = answers.place("who", {"at": "2026-12-01"}).keep(VERSION, {"name": "Ærø"}, frozenset({"person:1"}))
    assert orjson.dumps(sent) == orjson.dumps({"name": "Ærø"})
    place = answers.place("who", {"at": "2026-12-01"})
    assert place.held is not None
    assert (place.version, place.held.people) == (VERSION, {"person:1"})
    assert _held(answers, "who", at="2026-12-01") == {"name": "Ærø"}
    for other in (answers.place("who", {"at": "2026-12-02"}), answers.place("whom", {"at": "2026-12-01"})):
        assert (other.held, other.version) == (None, None)


def test_nothing_is_kept_until_the_map_has_stood_still(clock: Clock) -> None:
    answers = Answers(1_000, clock)
    for _ in range(2):
        assert answers.place("who", {}).keep(VERSION, {"a": 1}, NOBODY) == {"a": 1}
        assert len(answers) == 0
        clock.now += SETTLED_SECONDS / 3
    clock.now += SETTLED_SECONDS
    answers.place("who", {}).keep(VERSION, {"a": 1}, NOBODY)
    assert len(answers) == 1


def test_another_version_leaves_nothing_of_the_one_before(answers: Answers, clock: Clock) -> None:
    answers.place("who", {}).keep(VERSION, {"a": 1}, NOBODY)
    answers.place("whom", {}).keep([8, 0], {"b": 1}, NOBODY)
    assert (len(answers), answers.size) == (0, 0)
    clock.now += SETTLED_SECONDS
    answers.place("whom", {}).keep([8, 0], {"b": 1}, NOBODY)
    assert answers.place("whom", {}).version == [8, 0]
    answers.place("whom", {}).keep([8, 5], {"b": 1}, NOBODY)
    assert len(answers) == 0, "a backup took the map's place"


def test_nothing_is_held_for_longer_than_a_minute(answers: Answers, clock: Clock) -> None:
    answers.place("who", {}).keep(VERSION, {"a": 1}, NOBODY)
    clock.now += OLDEST_SECONDS
    assert _held(answers, "who") == {"a": 1}
    clock.now += 0.1
    assert _held(answers, "who") is None
    assert (len(answers), answers.size) == (0, 0)


def test_the_least_recently_asked_goes_where_there_is_no_room(answers: Answers) -> None:
    for i in range(4):
        answers.place(f"q{i}", {}).keep(VERSION, {"text": "x" * 229}, NOBODY)  # 240 bytes each
    assert answers.size == 960
    assert _held(answers, "q0")
    answers.place("q4", {}).keep(VERSION, {"text": "x" * 229}, NOBODY)
    assert [_held(answers, f"q{i}") is not None for i in range(5)] == [True, False, True, True, True]
    answers.place("q0", {}).keep(VERSION, {"text": "y"}, NOBODY)
    assert _held(answers, "q0") == {"text": "y"}
    assert answers.size == 3 * 240 + 12


def test_one_answer_may_take_a_quarter(answers: Answers) -> None:
    large = {"text": "x" * 240}  # 251 bytes
    assert answers.place("who", {}).keep(VERSION, large, NOBODY) is large
    shown = frozenset({"person:1", "person:2", "person:3"})  # whose keys are kept, too
    answers.place("who", {}).keep(VERSION, {"a": 1}, shown)
    assert len(answers) == 0


def test_what_is_no_json_is_not_kept(answers: Answers) -> None:
    half = {"text": "\ud83d"}
    assert answers.place("who", half) is NOWHERE
    assert NOWHERE.keep(VERSION, half, NOBODY) is half
    assert answers.place("who", {}).keep(VERSION, half, NOBODY) is half
    assert len(answers) == 0
