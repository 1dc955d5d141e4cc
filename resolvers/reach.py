"""To whom to write for a role, and the steps that say why (docs/rules.md, "Resolution", step 3 and the steps' words).

What a look (`looks.py`) found is told here: one step for each holder and stand-in, for the mailbox, for whoever cannot
be written to, or one for the reason why nobody holds the role.
"""

from graph.shape import OPEN_DATE
from resolvers.facts import Assignment, Gallery, Local, Role, new
from resolvers.looks import Look, valid
from resolvers.steps import AsWhat, Reach, Step, StepKind


def tell(
    gallery: Gallery, local: Local, look: Look, at: str, steps: list[Step] | None
) -> tuple[tuple[Reach, ...], str]:
    """Tell whom a look makes reachable on the day `at`, nobody twice, and the first later day with others perhaps.

    Only a role that somebody holds gives a reach. Its reasons are added to `steps`; None: nobody will read them.
    """
    if steps is not None:
        _say_translation(look, local.municipality, steps)
    if look.carrier:
        return (), look.end
    if look.outcome is None:
        if steps is not None:
            steps.append(_why_vacant(look, local.municipality))
        return (), look.end
    own, end = gallery.roles[look.role], look.end
    candidates = _people(look, local)
    boxes: list[Assignment] = []
    if own.mailbox is not None and own.mailbox != look.role and own.mailbox in local.assignments:
        boxes, boxes_end = valid(local.assignments[own.mailbox], at)
        end = min(end, boxes_end)
        reached = [
            new(Reach, (box.holder, AsWhat.MAILBOX, own.mailbox, box.key, local.holders[box.holder].contacts))
            for box in boxes
        ]
        candidates = reached + candidates if own.prefers_mailbox else candidates + reached
    if steps is not None:
        _say_held(own, look, boxes, candidates, local.municipality, steps)
    if len(candidates) == 1:
        return (tuple(candidates) if candidates[0].contacts else ()), end
    first: dict[str, Reach] = {}
    for one in candidates:
        if one.contacts:
            first.setdefault(one.holder, one)
    return tuple(first.values()), end


def _people(look: Look, local: Local) -> list[Reach]:
    """List those who act in person, then each stand-in with the holder beside, whether they can be written to or not."""
    holders = local.holders
    people = [
        new(Reach, (holder, AsWhat.HOLDER, role, key, holders[holder].contacts))
        for key, role, holder, _, _ in look.in_person
    ]
    for fact, covers in look.covered:
        people += [
            Reach(cover.holder, AsWhat.STAND_IN, look.role, cover.key, holders[cover.holder].contacts)
            for cover in covers
        ]
        people.append(Reach(fact.holder, AsWhat.HOLDER, look.role, fact.key, holders[fact.holder].contacts))
    return people


def _say_translation(look: Look, municipality: str, steps: list[Step]) -> None:
    fact = look.translation
    if fact and (look.carrier or fact.title or fact.unit):
        window = (fact.valid_from, fact.valid_to)
        said = (look.carrier, None, None, fact.title, fact.unit)
        steps.append(Step(StepKind.TRANSLATED, look.role, municipality, (fact.key,), *window, *said))


def _say_held(
    own: Role, look: Look, boxes: list[Assignment], candidates: list[Reach], municipality: str, steps: list[Step]
) -> None:
    """Add a step for each holder, stand-in and mailbox, and then for each of them who cannot be written to."""
    why: dict[str, Step] = {}
    for key, role, holder, valid_from, valid_to in look.in_person:
        step = Step(StepKind.HELD, role, municipality, (key,), valid_from, valid_to, None, holder)
        steps.append(step)
        why[key] = step
    for (key, role, holder, valid_from, valid_to), covers in look.covered:
        for cover in covers:
            window = (max(valid_from, cover.valid_from), min(valid_to, cover.valid_to))
            facts = (key, cover.key)
            step = Step(StepKind.STAND_IN, role, municipality, facts, *window, None, cover.holder, holder)
            steps.append(step)
            why.setdefault(cover.key, step)  # one stand-in for somebody who holds the role twice is told by the first
            why[key] = step
    kind = StepKind.MAILBOX_FIRST if own.prefers_mailbox else StepKind.MAILBOX
    for key, box, holder, valid_from, valid_to in boxes:
        step = Step(kind, own.key, municipality, (key,), valid_from, valid_to, box, holder)
        steps.append(step)
        why[key] = step
    seen: set[str] = set()
    for one in candidates:
        if not one.contacts and one.holder not in seen and one.fact is not None:
            seen.add(one.holder)
            step = why[one.fact]._replace(kind=StepKind.UNREACHABLE, target=None, holder=one.holder, covers=None)
            steps.append(step)


def _why_vacant(look: Look, municipality: str) -> Step:
    """Say why nobody holds the role: it is meant so, not yet, not any more, never as far as is known, or not shown."""
    if look.hidden:
        return Step(StepKind.NOT_VISIBLE_TO_YOU, look.role, municipality, (), None, OPEN_DATE)
    here, hole = (look.role, municipality), look.hole
    if look.intent:
        window = (max(look.intent.valid_from, look.ended[0]), min(look.intent.valid_to, hole[1]))
        return Step(StepKind.VACANT_BY_INTENT, *here, (look.intent.key,), *window, text=look.intent.reason)
    if look.following:
        return Step(StepKind.NOT_YET, *here, (look.following.key,), *hole, holder=look.following.holder)
    if look.ended[0]:
        return Step(StepKind.EXPIRED, *here, (look.ended[1],) if look.ended[1] else (), *hole)
    return Step(StepKind.VACANT, *here, (), *hole)
