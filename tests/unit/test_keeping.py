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
    """Hold 10,000 bytes; the map has stood still for a while at `VERSION`."""
    answers = Answers(10_000, clock)
    answers.place("first", "{ it }", {}).keep(VERSION, {}, NOBODY)
    clock.now += SETTLED_SECONDS
    return answers


def _held(answers: Answers, plan: str, **parameters: Any) -> Any:
    held = answers.place(plan, "{ it }", parameters).held
    return None if held is None else orjson.loads(orjson.dumps(held.data))


def test_what_was_answered_is_held_with_its_version_and_whose_data_it_has(answers: Answers) -> None:
    sent = answers.place("who", "{ it }", {"at": "2026-12-01"}).keep(VERSION, {"name": "Ærø"}, frozenset({"person:1"}))
    assert orjson.dumps(sent) == orjson.dumps({"name": "Ærø"})
    place = answers.place("who", "{ it }", {"at": "2026-12-01"})
    assert place.held is not None
    assert (place.version, place.held.people) == (VERSION, {"person:1"})
    assert _held(answers, "who", at="2026-12-01") == {"name": "Ærø"}
    for other in (
        answers.place("who", "{ it }", {"at": "2026-12-02"}),
        answers.place("whom", "{ it }", {"at": "2026-12-01"}),
    ):
        assert (other.held, other.version) == (None, None)


def test_nothing_is_kept_until_the_map_has_stood_still(clock: Clock) -> None:
    answers = Answers(10_000, clock)
    for _ in range(2):
        assert answers.place("who", "{ it }", {}).keep(VERSION, {"a": 1}, NOBODY) == {"a": 1}
        assert len(answers) == 0
        clock.now += SETTLED_SECONDS / 3
    clock.now += SETTLED_SECONDS
    answers.place("who", "{ it }", {}).keep(VERSION, {"a": 1}, NOBODY)
    assert len(answers) == 1


def test_another_version_leaves_nothing_of_the_one_before(answers: Answers, clock: Clock) -> None:
    answers.place("who", "{ it }", {}).keep(VERSION, {"a": 1}, NOBODY)
    answers.place("whom", "{ it }", {}).keep([8, 0], {"b": 1}, NOBODY)
    assert (len(answers), answers.size) == (0, 0)
    clock.now += SETTLED_SECONDS
    answers.place("whom", "{ it }", {}).keep([8, 0], {"b": 1}, NOBODY)
    assert answers.place("whom", "{ it }", {}).version == [8, 0]
    answers.place("whom", "{ it }", {}).keep([7, 5], {"b": 1}, NOBODY)
    assert len(answers) == 0, "a backup took the map's place"


def test_what_was_asked_too_early_or_read_too_late_is_not_kept(answers: Answers, clock: Clock) -> None:
    early = answers.place("slow", "{ it }", {})
    answers.place("who", "{ it }", {}).keep([8, 0], {"a": 1}, NOBODY)
    clock.now += SETTLED_SECONDS
    assert early.keep([8, 0], {"b": 1}, NOBODY) == {"b": 1}, "it read while the map moved"
    assert early.keep(VERSION, {"b": 1}, NOBODY) == {"b": 1}, "the map has moved on"
    assert len(answers) == 0
    answers.place("who", "{ it }", {}).keep([8, 0], {"a": 1}, NOBODY)
    assert len(answers) == 1, "a late one does not begin the waiting anew"


def test_nothing_is_held_for_longer_than_a_minute(answers: Answers, clock: Clock) -> None:
    answers.place("who", "{ it }", {}).keep(VERSION, {"a": 1}, NOBODY)
    clock.now += OLDEST_SECONDS
    assert _held(answers, "who") == {"a": 1}
    clock.now += 0.1
    assert _held(answers, "who") is None
    assert (len(answers), answers.size) == (0, 0)


def test_the_least_recently_asked_goes_where_there_is_no_room(answers: Answers) -> None:
    for i in range(4):
        answers.place(f"q{i}", "{ it }", {}).keep(VERSION, {"text": "x" * 1_200}, NOBODY)  # some 2,200 bytes each
    assert _held(answers, "q0")
    answers.place("q4", "{ it }", {}).keep(VERSION, {"text": "x" * 1_200}, NOBODY)
    assert [_held(answers, f"q{i}") is not None for i in range(5)] == [True, False, True, True, True]
    before = answers.size
    answers.place("q0", "{ it }", {}).keep(VERSION, {"text": "y"}, NOBODY)
    assert _held(answers, "q0") == {"text": "y"}
    assert answers.size == before - 1_199


def test_one_answer_may_take_a_quarter(answers: Answers) -> None:
    large = {"text": "x" * 1_500}
    assert answers.place("who", "{ it }", {}).keep(VERSION, large, NOBODY) is large
    shown = frozenset(f"person:{i}" for i in range(13))  # whose keys are kept, too
    answers.place("who", "{ it }", {}).keep(VERSION, {"a": 1}, shown)
    assert len(answers) == 0


def test_questions_count_however_short_their_answers_are(answers: Answers) -> None:
    """Without, a million of them would fit."""
    for i in range(100):
        answers.place("who", "{ it }", {"text": str(i)}).keep(VERSION, {}, NOBODY)
    assert len(answers) < 10
    assert answers.size <= answers.most
    answers.place("who", "{ it } #" + "x" * 2_000, {}).keep(VERSION, {}, NOBODY)
    assert _held(answers, "who", text="99") == {}
    assert len(answers) < 10
    assert answers.place("who", "{ it } #" + "x" * 2_000, {}).held is None


def test_what_is_no_json_is_not_kept(answers: Answers) -> None:
    half = {"text": "\ud83d"}
    assert answers.place("who", "{ it }", half) is NOWHERE
    assert NOWHERE.keep(VERSION, half, NOBODY) is half
    assert answers.place("who", "{ it }", {}).keep(VERSION, half, NOBODY) is half
    assert len(answers) == 0
