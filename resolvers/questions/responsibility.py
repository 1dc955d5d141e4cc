"""`responsibility`: who answers for a role or a task, here, then, and why (DESIGN "Resolution")."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from graph.reads import Gathered, Lookup
from graph.shape import OPEN_DATE
from resolvers.errors import InvalidInput
from resolvers.facts import Gallery, Local
from resolvers.files import cypher
from resolvers.gathering import gallery, locals_of
from resolvers.questions import places
from resolvers.responsibility import Answer, Resolver
from resolvers.sentences import sentence
from resolvers.steps import AsWhat, Outcome, Reach, Step, StepKind

_AHEAD: Final = frozenset({"until", "next"})


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What an answer was asked for, and what the names meant."""

    role: str | None
    task: str | None
    municipality: str
    at: str
    known_at: str | None
    role_meant: str | None
    task_meant: str | None
    municipality_meant: str | None


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of the reasoning, with its sentence in two languages; keys stand for nodes."""

    step: Step
    at: str
    gallery: Gallery
    local: Local

    kind = property(lambda self: self.step.kind)
    role = property(lambda self: self.step.role)
    target = property(lambda self: self.step.target)
    holder = property(lambda self: self.step.holder)
    covers = property(lambda self: self.step.covers)
    facts = property(lambda self: self.step.facts)
    valid_from = property(lambda self: self.step.valid_from)

    @property
    def valid_to(self) -> str | None:
        """The first day on which the step may not hold any more, None for an open end."""
        return None if self.step.valid_to == OPEN_DATE else self.step.valid_to

    @property
    def da(self) -> str:
        """The step in Danish."""
        return sentence(self.step, self.at, self.gallery, self.local, "da")

    @property
    def en(self) -> str:
        """The step in English."""
        return sentence(self.step, self.at, self.gallery, self.local, "en")


@dataclass(frozen=True, slots=True)
class ReachView:
    """Somebody to write to."""

    reach: Reach

    holder = property(lambda self: self.reach.holder)
    role = property(lambda self: self.reach.role)

    @property
    def reached_as(self) -> AsWhat:
        """In which capacity."""
        return self.reach.as_what

    @property
    def email(self) -> str | None:
        """The first e-mail address."""
        return self._first("EMAIL")

    @property
    def phone(self) -> str | None:
        """The first telephone number."""
        return self._first("PHONE")

    @property
    def fact(self) -> str | None:
        """The assignment or stand-in behind it."""
        return self.reach.fact

    def _first(self, kind: str) -> str | None:
        return next((value for found, value in self.reach.contacts if found == kind), None)


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One answer: of one municipality, for one role, or for a task that names none."""

    answer: Answer
    asked: AskedFor
    addressing: str | None
    inferred: bool | None
    gallery: Gallery
    local: Local

    municipality = property(lambda self: self.answer.municipality)
    role = property(lambda self: self.answer.role)
    task = property(lambda self: self.asked.task)
    title = property(lambda self: self.answer.title)
    at = property(lambda self: self.answer.at)
    accountable = property(lambda self: self.answer.accountable)
    until = property(lambda self: self.answer.until)

    @property
    def outcome(self) -> Outcome:
        """How it came out."""
        return self.answer.outcome

    @property
    def reach(self) -> list[ReachView]:
        """To whom to write, in order."""
        return [ReachView(reach) for reach in self.answer.reach]

    @property
    def steps(self) -> list[StepView]:
        """The reasoning, in the order in which it was taken."""
        return [StepView(step, self.answer.at, self.gallery, self.local) for step in self.answer.steps]

    @property
    def local_title(self) -> str | None:
        """What the municipality calls the role, if it has a title of its own."""
        first = self.answer.steps[0]
        return first.text if first.kind is StepKind.TRANSLATED and first.role == self.answer.role else None

    @property
    def next(self) -> "AnswerView | None":
        """The answer from `until` on."""
        later = self.answer.next
        if later is None:
            return None
        return AnswerView(later, self.asked, self.addressing, self.inferred, self.gallery, self.local)


def _prepare(arguments: Mapping[str, Any]) -> dict[str, Any]:
    role, task = arguments.get("role"), arguments.get("task")
    if (role is None) == (task is None):
        said = "both" if role is not None else "neither"
        raise InvalidInput(
            "CONTRADICTION",
            "role",
            role,
            f"a role or a task, not {said}",
            f"role, task: {said} were given; ask for one of them.",
        )
    places.check(arguments)
    return dict(arguments)


def _decide(data: Any, arguments: Mapping[str, Any], wanted: frozenset[str]) -> list[AnswerView]:
    (roles, ways, where), facts, (tasks, terms, addressed) = data
    ahead = bool(wanted & _AHEAD)
    everywhere = gallery(roles, ways, facts[-1])
    at, meant = arguments["at"], arguments["meant"]
    asked = (
        [(role, kind, inferred) for role, kind, inferred in addressed] if tasks else [(meant["role"][0][1], None, None)]
    )
    if tasks:
        _check_stands(terms, at, arguments["task"])
    spoken = {key: name for _, key, name in meant.get("municipalities", [])}
    known_at, task = arguments.get("knownAt"), tasks[0] if tasks else None
    role_meant = meant["role"][0][2] if meant.get("role") else None
    task_meant = meant["task"][0][2] if meant.get("task") else None
    answers = []
    for local in locals_of(where, facts, at):
        place, place_meant = local.municipality, spoken.get(local.municipality)
        resolver = Resolver(everywhere, local)
        for role, kind, inferred in asked or [(None, None, None)]:
            answer = resolver.resolve_ahead(role, at) if ahead else resolver.resolve(role, at)
            said = AskedFor(role, task, place, at, known_at, role_meant, task_meant, place_meant)
            answers.append(AnswerView(answer, said, kind, inferred, everywhere, local))
    return answers


def _check_stands(terms: list[tuple[str, str, str]], at: str, name: str) -> None:
    """Refuse a task on a day when it does not stand (rule 12): there is nothing to answer for."""
    if any(start <= at < end for start, end, _ in terms):
        return
    if not terms:
        unknown = "a day on which it stands; none is known"
        raise InvalidInput(
            "TASK_DOES_NOT_STAND", "at", at, unknown, f"at: nothing is known of when the task “{name[:60]}” stands."
        )
    first, last = terms[0][0], max(end for _, end, _ in terms)
    span = f"from {first} on" if last == OPEN_DATE else f"from {first} up to, not including, {last}"
    raise InvalidInput(
        "TASK_DOES_NOT_STAND", "at", at, f"a day {span}", f"at: the task “{name[:60]}” stands {span}, not on {at}."
    )


RESPONSIBILITY: Final = Gathered(
    lambda given: cypher("responsibility", places=places.chosen(given)),
    _decide,
    lookups=(Lookup("role", "Role"), Lookup("task", "Task"), *places.LOOKUPS),
    prepare=_prepare,
    ahead=_AHEAD,
    switches={"history": frozenset({"steps"})},
)
"""The root field's read."""

VALUES: Final[dict[str, type[Any]]] = {"Answer": AnswerView, "AskedFor": AskedFor, "Reach": ReachView, "Step": StepView}
"""The value objects, by GraphQL type."""
