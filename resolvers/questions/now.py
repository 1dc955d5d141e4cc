"""What is subscribed to: the questions of today, each answer with the change that it was given at.

`resolvers/questions/responsibility.py` and `coverage.py` gather and decide. Here is also told what an answer rests on, so
that a change elsewhere need not have it asked again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from graph.answering import AS_OF
from graph.reads import Gathered
from resolvers.questions.coverage import COVERAGE, Coverage
from resolvers.questions.responsibility import RESPONSIBILITY, AnswerView


@dataclass(frozen=True, slots=True)
class AnswerNow:
    """The answers of `responsibility` on a day, as known at the change `seq`."""

    seq: int
    at: str
    answers: list[AnswerView]


@dataclass(frozen=True, slots=True)
class CellsNow:
    """The grid of `coverage` on a day, as known at the change `seq`."""

    seq: int
    at: str
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Ground:
    """What was gathered for an answer: keys of the roles whose facts it can rest on, codes of its municipalities."""

    roles: frozenset[str]
    municipalities: frozenset[str]


def ground(data: Any) -> Ground:
    """Tell what the rows of `responsibility.cypher` or `coverage.cypher` are about."""
    (_, _, where), ((everywhere, more), *_) = data[:2]
    carriers = {slot.partition("|")[2] for slot in more}
    return Ground(frozenset(everywhere) | carriers, frozenset(code for _, code, _ in where))


def _at(arguments: Mapping[str, Any]) -> int:
    """Give the number of the change at which was read: `seq` is the last one, `asOf` the earlier one that was asked for."""
    earlier = arguments[AS_OF]
    return int(arguments["seq"] if earlier is None else earlier)


def _answers(data: Any, arguments: Mapping[str, Any], wanted: frozenset[str]) -> AnswerNow:
    decided: Any = RESPONSIBILITY.decide(data, arguments, wanted)
    return AnswerNow(_at(arguments), arguments["at"], decided)


def _cells(data: Any, arguments: Mapping[str, Any], wanted: frozenset[str]) -> CellsNow:
    decided: Any = COVERAGE.decide(data, arguments, wanted)
    return CellsNow(_at(arguments), arguments["at"], decided)


ANSWER: Final[Gathered] = replace(RESPONSIBILITY, decide=_answers)
CELLS: Final[Gathered] = replace(COVERAGE, decide=_cells)
"""The root fields' reads: the questions' own, but for how they are answered."""

VALUES: Final[dict[str, type[Any]]] = {"AnswerNow": AnswerNow, "CellsNow": CellsNow}
"""The value objects, by GraphQL type."""

MOVING: Final[Mapping[str, frozenset[str]]] = {
    "AnswerNow": frozenset({"seq", "at"}),
    "CellsNow": frozenset({"seq", "at"}),
    "Answer": frozenset({"at"}),
    "AskedFor": frozenset({"at"}),
    "Coverage": frozenset({"at"}),
}
"""By type, the fields that move with every change or day and so make no answer another one."""
