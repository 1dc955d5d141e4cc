"""`responsibility`: who answers for a role or a task, here, then, and why (docs/rules.md, "Resolution")."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from graph.reads import Gathered, Lookup
from graph.shape import OPEN_DATE
from resolvers.errors import InvalidInput
from resolvers.facts import Gallery, Local
from resolvers.files import cypher
from resolvers.gathering import HOLDERS, gallery, holders_of, locals_of
from resolvers.looks import last_confirmed
from resolvers.questions import places
from resolvers.responsibility import Answer, Resolver
from resolvers.sentences import named_in, sentence
from resolvers.steps import Reach, Step, StepKind

_AHEAD: Final = frozenset({"until", "next"})
EXPLAINED: Final = frozenset({"steps", "localTitle", "lastConfirmed"})
_HOLDING: Final = frozenset({StepKind.HELD, StepKind.STAND_IN})


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


class Question(NamedTuple):
    """What was asked, for all its answers: the day, what the names meant, and the gallery that they are answered from."""

    at: str
    known_at: str | None
    task: str | None
    role_meant: str | None
    task_meant: str | None
    municipalities_meant: Mapping[str, str]
    gallery: Gallery


@dataclass(slots=True)
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
    def named(self) -> list[str]:
        """The keys of those whom its sentences name."""
        return named_in(self.step, self.local)

    @property
    def da(self) -> str:
        """The step in Danish."""
        return sentence(self.step, self.at, self.gallery, self.local, "da")

    @property
    def en(self) -> str:
        """The step in English."""
        return sentence(self.step, self.at, self.gallery, self.local, "en")


@dataclass(slots=True)
class AnswerView:
    """One answer: of one municipality, for one role, or for a task that names none."""

    answer: Answer
    question: Question
    addressing: str | None
    inferred: bool | None
    local: Local

    municipality = property(lambda self: self.answer.municipality)
    role = property(lambda self: self.answer.role)
    task = property(lambda self: self.question.task)
    at = property(lambda self: self.answer.at)
    outcome = property(lambda self: self.answer.outcome)
    accountable = property(lambda self: self.answer.accountable)
    reach = property(lambda self: self.answer.reach)
    until = property(lambda self: self.answer.until)

    @property
    def asked(self) -> AskedFor:
        """What it was asked for, also where this is the answer to come."""
        q, place = self.question, self.answer.municipality
        meant = q.municipalities_meant.get(place)
        return AskedFor(self.answer.role, q.task, place, q.at, q.known_at, q.role_meant, q.task_meant, meant)

    @property
    def title(self) -> str:
        """The title of the role that the walk began with, on the day of the answer."""
        gallery = self.question.gallery
        return gallery.title(self.answer.role or gallery.programme_leader, self.answer.at)

    @property
    def steps(self) -> list[StepView]:
        """The reasoning, in the order in which it was taken."""
        return [StepView(step, self.answer.at, self.question.gallery, self.local) for step in self.answer.steps]

    @property
    def last_confirmed(self) -> str | None:
        """The last day on which somebody said that who answers still does; see `looks.last_confirmed`."""
        held = next((step.role for step in self.answer.steps if step.kind in _HOLDING), self.answer.role)
        return last_confirmed(self.local, held or "", self.answer.at)

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
        return AnswerView(later, self.question, self.addressing, self.inferred, self.local)


def check_asked(arguments: Mapping[str, Any]) -> None:
    """Refuse a role and a task together, or neither."""
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


def _prepare(arguments: Mapping[str, Any]) -> dict[str, Any]:
    check_asked(arguments)
    places.check(arguments)
    return {**arguments, "near": arguments["at"]}


def _decide(data: Any, arguments: Mapping[str, Any], wanted: frozenset[str]) -> list[AnswerView]:
    (roles, ways, where), facts, (tasks, terms, addressed) = data
    ahead = bool(wanted & _AHEAD)
    everywhere = gallery(roles, ways, facts)
    at, meant = arguments["at"], arguments["meant"]
    named = [(key, None, None) for _, key, _ in meant.get("role") or meant.get("roles") or ()]
    asked = [(role, kind, inferred) for role, kind, inferred in addressed] if tasks else named
    if tasks:
        check_stands(terms, at, arguments["task"])
    spoken = {key: name for _, key, name in meant.get("municipalities", [])}
    role_meant = meant["role"][0][2] if meant.get("role") else None
    task_meant = meant["task"][0][2] if meant.get("task") else None
    task = tasks[0] if tasks else None
    question = Question(at, arguments.get("knownAt"), task, role_meant, task_meant, spoken, everywhere)
    explain = bool(wanted & EXPLAINED)
    answers = []
    for local in locals_of(where, facts, at):
        resolver = Resolver(everywhere, local, explain=explain)
        decide = resolver.resolve_ahead if ahead else resolver.resolve
        answers += [
            AnswerView(decide(role, at), question, kind, inferred, local)
            for role, kind, inferred in asked or [(None, None, None)]
        ]
    return answers


def check_stands(terms: list[tuple[str, str, str]], at: str, name: str) -> None:
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


def _asked_by(given: Mapping[str, Any]) -> dict[str, str]:
    by = "role" if given.get("task") is None else "task"
    return {"asked": by, "addressed": by, "reached": "walk"}


RESPONSIBILITY: Final = Gathered(
    lambda given: cypher("responsibility", places=places.chosen(given), **_asked_by(given)),
    _decide,
    lookups=(Lookup("role", "Role"), Lookup("task", "Task"), *places.LOOKUPS),
    prepare=_prepare,
    ahead=_AHEAD,
    switches={
        "holes": frozenset({"steps"}),
        "history": frozenset({"steps"}),
        "confirmed": frozenset({"lastConfirmed"}),
    },
    carried={"Holder": (HOLDERS, lambda data: holders_of(data[1]))},
)
"""The root field's read."""

VALUES: Final[dict[str, type[Any]]] = {"Answer": AnswerView, "AskedFor": AskedFor, "Reach": Reach, "Step": StepView}
"""The value objects, by GraphQL type."""


def _decide_touched(data: Any, arguments: Mapping[str, Any], wanted: frozenset[str]) -> list[AnswerView]:
    (roles, ways, where), facts, (asked, *_) = data
    everywhere, at = gallery(roles, ways, facts), arguments["at"]
    question = Question(at, arguments.get("knownAt"), None, None, None, {}, everywhere)
    answers = []
    for local in locals_of(where, facts, at):
        resolver = Resolver(everywhere, local)
        decide = resolver.resolve_ahead if wanted & _AHEAD else resolver.resolve
        touched = places.touched(arguments, local)
        found = (decide(role, at) for role in asked)
        answers += [
            AnswerView(one, question, None, None, local) for one in found if _rests_on(one, touched, everywhere)
        ]
    return answers


def _rests_on(answer: Answer, touched: AbstractSet[str], everywhere: Gallery) -> bool:
    """Tell whether an answer comes to a role that was touched: what lies before it on the way is as it was, so it came there before, too."""
    asked = {answer.role, *(step.role for step in answer.steps)}
    boxes = {role.mailbox for key, role in everywhere.roles.items() if key in asked}
    return not touched.isdisjoint(asked | boxes)


TOUCHED: Final = Gathered(
    lambda _: cypher("responsibility", places="touched", asked="touched", addressed="touched", reached="walk"),
    _decide_touched,
    prepare=lambda arguments: {**arguments, "near": arguments["at"]},
    ahead=_AHEAD,
    switches=RESPONSIBILITY.switches,
    carried=RESPONSIBILITY.carried,
)
"""The answers that a change may have made others: in `municipalities` (see `places.touched`), of the `roles` that it touched, and of those from
which the walk comes to one of these."""
