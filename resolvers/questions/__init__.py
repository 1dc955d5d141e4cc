"""The questions that Python decides: how each is gathered and decided, and the value objects that answer."""

from collections.abc import Mapping
from typing import Any, Final

from graph.reads import Read
from resolvers.questions import coverage, difference, gaps, impact, now, personfile, responsibility, rolemap, search

QUESTIONS: Final[Mapping[str, Read]] = {
    "responsibility": responsibility.RESPONSIBILITY,
    "coverage": coverage.COVERAGE,
    "gaps": gaps.GAPS,
    "impact": impact.IMPACT,
    "difference": difference.DIFFERENCE,
    "roleMap": rolemap.ROLE_MAP,
    "search": search.SEARCH,
    "personFile": personfile.PERSON_FILE,
}
"""How each question's root field is read."""

FOLLOWED: Final[Mapping[str, Read]] = {"answer": now.ANSWER, "cells": now.CELLS}
"""How the root fields of the subscriptions to an answer are read."""

VALUES: Final[Mapping[str, type[Any]]] = {
    **responsibility.VALUES,
    **coverage.VALUES,
    **gaps.VALUES,
    **impact.VALUES,
    **difference.VALUES,
    **rolemap.VALUES,
    **search.VALUES,
    **now.VALUES,
    **personfile.VALUES,
}
"""The classes of the value objects, by GraphQL type."""
