"""The questions that Python decides: how each is gathered and decided, and the value objects that answer."""

from collections.abc import Mapping
from typing import Any, Final

from graph.reads import Read
from resolvers.questions import coverage, gaps, responsibility

QUESTIONS: Final[Mapping[str, Read]] = {
    "responsibility": responsibility.RESPONSIBILITY,
    "coverage": coverage.COVERAGE,
    "gaps": gaps.GAPS,
}
"""How each question's root field is read."""

VALUES: Final[Mapping[str, type[Any]]] = {**responsibility.VALUES, **coverage.VALUES, **gaps.VALUES}
"""The classes of the value objects, by GraphQL type."""
