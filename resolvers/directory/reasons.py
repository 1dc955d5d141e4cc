"""Why this is the contact, in one sentence."""

from typing import Final

from resolvers.facts import Gallery, Local
from resolvers.responsibility import Answer
from resolvers.sentences import Language, place, sentence
from resolvers.steps import Outcome, Step, StepKind

_ESCALATED: Final[dict[Language, str]] = {
    "da": "Ingen har rollen {title} {place}, så spørgsmålet går til {target}.",
    "en": "Nobody holds the role {title} in {municipality}, so the question goes to {target}.",
}
_CARRIED_OUT_OF_SIGHT: Final[dict[Language, str]] = {
    "da": "Rollen {title} varetages {place} af en rolle, der ikke vises for dig, så spørgsmålet går til {target}.",
    "en": "In {municipality} the role {title} is carried by a role that is not shown to you, so the question goes to {target}.",
}
_OUT_OF_REACH: Final[dict[Language, str]] = {
    "da": "Den, der har rollen {title} {place}, har ingen kontaktoplysninger, der vises for dig, så spørgsmålet går til {target}.",
    "en": "Whoever holds the role {title} in {municipality} has no contact details that are shown to you, so the question goes to {target}.",
}


def reason(answer: Answer, held: Step | None, gallery: Gallery, local: Local, language: Language) -> str:
    """Say why: who holds the role, or that nobody does and where the question goes; `held` is the step that found somebody."""
    if (step := spoken(answer, held)) is not None:
        return sentence(step, answer.at, gallery, local, language)
    steps = answer.steps
    if answer.outcome is Outcome.ESCALATED and held is not None:
        way, target = _way(steps), held.role
    else:
        way, target = (
            _OUT_OF_REACH,
            next(step.target or "" for step in reversed(steps) if step.kind is StepKind.ESCALATED_TO),
        )
    words = {"title": gallery.title(str(answer.role), answer.at), "target": gallery.title(target, answer.at)}
    return way[language].format(**words, place=place(local.name), municipality=local.name)


def spoken(answer: Answer, held: Step | None) -> Step | None:
    """Give the step whose sentence is the reason; None where the reason is told by roles alone."""
    steps = answer.steps
    if held is None or steps[-1].kind is StepKind.LAST_RESORT:
        return steps[-1]
    went_on = answer.outcome is Outcome.ESCALATED or any(step.kind is StepKind.ESCALATED_TO for step in steps)
    return None if went_on else held


def _way(steps: tuple[Step, ...]) -> dict[Language, str]:
    """Tell what stood at the end of the first role's own way: nobody, or a carrier that is not shown."""
    first = next(step for step in steps if step.kind is not StepKind.TRANSLATED)
    return _CARRIED_OUT_OF_SIGHT if first.kind is StepKind.NOT_VISIBLE_TO_YOU else _ESCALATED
