"""`impact`: what falls vacant if a person leaves, and who could take over (`resolvers/impact.py` decides)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from graph.reads import Gathered, Lookup
from graph.shape import OPEN_DATE
from resolvers.facts import Gallery
from resolvers.files import cypher
from resolvers.gathering import gallery, locals_of
from resolvers.impact import (
    Addressed,
    Candidate,
    Holding,
    Impact,
    Leave,
    LostContact,
    LostStandIn,
    LostTask,
    Terms,
    Use,
)
from resolvers.questions.responsibility import EXPLAINED, AnswerView, Question
from resolvers.responsibility import Resolver

_LATER: Final = frozenset({"until", "next"})


@dataclass(frozen=True, slots=True)
class HoldingView:
    """An assignment that is lost, and who answers then."""

    holding: Holding
    after: AnswerView

    assignment = property(lambda self: self.holding.assignment)
    role = property(lambda self: self.holding.role)
    municipality = property(lambda self: self.holding.municipality)
    day = property(lambda self: self.holding.day)
    vacant_from = property(lambda self: self.holding.vacant_from)
    candidates = property(lambda self: self.holding.candidates)


@dataclass(frozen=True, slots=True)
class ImpactView:
    """What a leave costs; keys stand for nodes."""

    person: str
    day: str
    holdings: list[HoldingView]
    stand_ins: list[LostStandIn]
    tasks: list[LostTask]
    contacts: list[LostContact]


def _prepare(arguments: Mapping[str, Any]) -> dict[str, Any]:
    day = arguments.get("from")
    at = arguments["today"] if day is None else day
    return {**arguments, "at": at, "near": at}


def _decide(data: Any, arguments: Mapping[str, Any], wanted: frozenset[str]) -> ImpactView | None:
    (roles, ways, where), facts, leavers, units, (addressed, terms, states, uses) = data
    if not leavers:
        return None
    everywhere = gallery(roles, ways, facts)
    person, unit = leavers[0]
    leave = Leave(person, unit, arguments["at"])
    view = ImpactView(leave.person, leave.day, [], [], [], [])
    done = {(municipality, task): state for municipality, task, state in states}
    asked = [Addressed._make(row) for row in addressed], [Terms._make(row) for row in terms]
    for local in locals_of(where, facts, leave.day):
        found = Impact(everywhere, local, leave)
        resolver = Resolver(everywhere, found.left, explain=bool(wanted & EXPLAINED))
        view.holdings.extend(
            HoldingView(holding, _after(everywhere, resolver, holding, arguments, ahead=bool(wanted & _LATER)))
            for holding in found.holdings(dict(units))
        )
        view.stand_ins.extend(found.stand_ins())
        view.tasks.extend(found.tasks(*asked, done))
        view.contacts.extend(found.contacts([Use._make(row) for row in uses]))
    view.tasks.sort(key=lambda task: task.due or OPEN_DATE)
    return view


def _after(
    everywhere: Gallery, resolver: Resolver, holding: Holding, arguments: Mapping[str, Any], *, ahead: bool
) -> AnswerView:
    answer = (resolver.resolve_ahead if ahead else resolver.resolve)(holding.role, holding.day)
    question = Question(holding.day, arguments.get("knownAt"), None, None, None, {}, everywhere)
    return AnswerView(answer, question, None, None, resolver.local)


IMPACT: Final = Gathered(
    lambda _: cypher("impact"),
    _decide,
    lookups=(Lookup("person", "Person"),),
    prepare=_prepare,
    ahead=frozenset({"person", "day", "holdings", "standIns", "tasks", "contacts"}),
    switches={"cut": frozenset(), "confirmed": frozenset({"lastConfirmed"})},
)
"""The root field's read. What is lost later needs what begins later, and without the person one of the past may have been the last."""

VALUES: Final[dict[str, type[Any]]] = {
    "Impact": ImpactView,
    "LostHolding": HoldingView,
    "LostStandIn": LostStandIn,
    "LostTask": LostTask,
    "LostContact": LostContact,
    "Candidate": Candidate,
}
"""The value objects, by GraphQL type."""
