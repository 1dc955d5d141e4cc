"""To whom to write for a role, and the steps that say why (DESIGN "Resolution", step 3 and the steps' words).

What a look (`looks.py`) found is told here: one step for each holder and stand-in, for the mailbox, for whoever cannot
be written to, or one for the reason why nobody holds the role.
"""

from typing import NamedTuple

from graph.shape import OPEN_DATE
from resolvers.facts import Gallery, Local
from resolvers.looks import Look, valid
from resolvers.steps import AsWhat, Reach, Step, StepKind


class Told(NamedTuple):
    """The steps of one look, whom they make reachable (nobody twice), and the first later day with others perhaps."""

    steps: list[Step]
    reach: tuple[Reach, ...]
    end: str


_Candidate = tuple[str, AsWhat, str, str, Step]  # holder, as what, for which role, by which fact, the step that says so


def tell(gallery: Gallery, local: Local, look: Look, at: str) -> Told:
    """Tell the steps of a look on the day `at`. Only a role that somebody holds gives a reach."""
    steps: list[Step] = []
    fact = look.translation
    if fact and (look.carrier or fact.title or fact.unit):
        window = (fact.valid_from, fact.valid_to)
        said = (look.carrier, None, None, fact.title, fact.unit)
        steps.append(Step(StepKind.TRANSLATED, look.role, local.municipality, (fact.key,), *window, *said))
    if look.carrier:
        return Told(steps, (), look.end)
    if look.outcome is None:
        steps.append(_why_vacant(look, local.municipality))
        return Told(steps, (), look.end)
    people = _people(look, local.municipality, steps)
    boxes, end = _mailbox(gallery, local, look.role, at, steps)
    candidates = boxes + people if gallery.roles[look.role].prefers_mailbox else people + boxes
    return Told(steps, _reachable(local, candidates, steps), min(end, look.end))


def _people(look: Look, municipality: str, steps: list[Step]) -> list[_Candidate]:
    """List those who act in person, then each stand-in with the holder beside; add their steps."""
    people: list[_Candidate] = []
    for key, role, holder, valid_from, valid_to in look.in_person:
        step = Step(StepKind.HELD, role, municipality, (key,), valid_from, valid_to, None, holder)
        steps.append(step)
        people.append((holder, AsWhat.HOLDER, role, key, step))
    for (key, role, holder, valid_from, valid_to), covers in look.covered:
        for cover in covers:
            window = (max(valid_from, cover.valid_from), min(valid_to, cover.valid_to))
            facts = (key, cover.key)
            step = Step(StepKind.STAND_IN, role, municipality, facts, *window, None, cover.holder, holder)
            steps.append(step)
            people.append((cover.holder, AsWhat.STAND_IN, role, cover.key, step))
        people.append((holder, AsWhat.HOLDER, role, key, step))
    return people


def _mailbox(gallery: Gallery, local: Local, role: str, at: str, steps: list[Step]) -> tuple[list[_Candidate], str]:
    """Find the mailbox of the role's domain, and the first later day on which it may be another; add its step."""
    own = gallery.roles[role]
    if own.mailbox is None or own.mailbox == role or own.mailbox not in local.assignments:
        return [], OPEN_DATE
    kind = StepKind.MAILBOX_FIRST if own.prefers_mailbox else StepKind.MAILBOX
    held, end = valid(local.assignments[own.mailbox], at)
    boxes: list[_Candidate] = []
    for key, box, holder, valid_from, valid_to in held:
        step = Step(kind, role, local.municipality, (key,), valid_from, valid_to, box, holder)
        steps.append(step)
        boxes.append((holder, AsWhat.MAILBOX, box, key, step))
    return boxes, end


def _reachable(local: Local, candidates: list[_Candidate], steps: list[Step]) -> tuple[Reach, ...]:
    """Keep whoever can be written to, nobody twice; add a step for each of the others."""
    reach: list[Reach] = []
    seen: list[str] = []
    for holder, as_what, role, fact, step in candidates:
        if holder in seen:
            continue
        seen.append(holder)
        contacts = local.holders[holder].contacts
        if contacts:
            reach.append(Reach(holder, as_what, role, fact, contacts))
        else:
            steps.append(step._replace(kind=StepKind.UNREACHABLE, target=None, holder=holder, covers=None))
    return tuple(reach)


def _why_vacant(look: Look, municipality: str) -> Step:
    """Say why nobody holds the role: it is meant so, not yet, not any more, or never as far as is known."""
    here, hole = (look.role, municipality), look.hole
    if look.intent:
        window = (max(look.intent.valid_from, look.ended[0]), min(look.intent.valid_to, hole[1]))
        return Step(StepKind.VACANT_BY_INTENT, *here, (look.intent.key,), *window, text=look.intent.reason)
    if look.following:
        return Step(StepKind.NOT_YET, *here, (look.following.key,), *hole, holder=look.following.holder)
    if look.ended[0]:
        return Step(StepKind.EXPIRED, *here, (look.ended[1],) if look.ended[1] else (), *hole)
    return Step(StepKind.VACANT, *here, (), *hole)
