"""One role in one municipality at a date: translate, look, reach (DESIGN "Resolution", steps 1 to 3).

Both `responsibility.py` and `coverage.py` are made of these looks. A look is the same on every day from the one it was
taken for until the first day on which a fact that it consulted begins or ends; so it is kept and shared, and a reader
of the future jumps from one such day to the next instead of asking day by day.

Which of several facts counts, and every other corner that DESIGN leaves open: docs/decisions/0003.
"""

from collections.abc import Iterable
from operator import attrgetter
from typing import Final, NamedTuple, Protocol, TypeVar

from graph.shape import OPEN_DATE
from resolvers.facts import Assignment, Gallery, Local, StandIn, Vacancy
from resolvers.steps import AsWhat, Outcome, Reach, Step, StepKind


class Look(NamedTuple):
    """What steps 1 to 3 find for one role, the same on every day of `[at, end)`.

    With a `carrier` nothing more was looked at: ask that role. `outcome` is HELD, STAND_IN (all holders are covered) or
    None (nobody holds it). `reached` is how the best reached holder is reached: HELD (in person), STAND_IN (by a
    stand-in, or beside one), None (not at all). `reach` may also have the mailbox. `hole`, for a role that nobody
    holds, is the time without assignments.
    """

    role: str
    at: str
    end: str
    steps: tuple[Step, ...]
    carrier: str | None = None
    outcome: Outcome | None = None
    reached: Outcome | None = None
    accountable: tuple[str, ...] = ()
    reach: tuple[Reach, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    stand_ins: tuple[StandIn, ...] = ()
    intent: Vacancy | None = None
    hole: tuple[str | None, str] = (None, OPEN_DATE)


class Fact(Protocol):
    """A record with its time in the world, `[valid_from, valid_to)`."""

    @property
    def key(self) -> str:
        """The fact's key, shared by its records."""

    @property
    def valid_from(self) -> str:
        """The first day."""

    @property
    def valid_to(self) -> str:
        """The day after the last."""


AFact = TypeVar("AFact", bound=Fact)
oldest_first: Final = attrgetter("valid_from", "key")


def valid(facts: Iterable[AFact], at: str) -> tuple[list[AFact], str]:
    """Return the facts valid on the day `at`, oldest first, and the first later day on which others may be.

    Where only one can count it is the last: the latest `valid_from`, then the greatest key.
    """
    now = []
    end = OPEN_DATE
    for fact in facts:
        if fact.valid_from > at:
            if fact.valid_from < end:
                end = fact.valid_from
        elif fact.valid_to > at:
            now.append(fact)
            if fact.valid_to < end:
                end = fact.valid_to
    if len(now) > 1:
        now.sort(key=oldest_first)
    return now, end


class Looks:
    """The looks taken in one municipality. Ask for no day before the one its facts were gathered for (see `Local`)."""

    __slots__ = ("_taken", "gallery", "local")

    def __init__(self, gallery: Gallery, local: Local) -> None:
        self.gallery = gallery
        self.local = local
        self._taken: dict[str, list[Look]] = {}

    def through(self, role: str, at: str, asked: list[str]) -> tuple[Look, tuple[Step, ...], str]:
        """Look at `role`, or at the role that carries it; note in `asked` whoever was asked.

        Returns the last look (without a carrier), the steps of all, and the first later day on which any may differ.
        """
        asked.append(role)
        look = self.at(role, at)
        steps, end = look.steps, look.end
        while carrier := look.carrier:
            if carrier in asked:  # a circle: writing refuses it; should one exist, the carrier is passed over
                steps = steps[: -len(look.steps)]
                look = self._take(look.role, at, carried=False)
            else:
                asked.append(carrier)
                look = self.at(carrier, at)
            steps += look.steps
            end = min(end, look.end)
        return look, steps, end

    def at(self, role: str, at: str) -> Look:
        """Look at one role on the day `at`; a carrier is named, not followed."""
        taken = self._taken.get(role)
        if taken is None:
            taken = self._taken[role] = []
        for look in taken:
            if look.at <= at < look.end:
                return look
        look = self._take(role, at)
        taken.append(look)
        return look

    def _take(self, role: str, at: str, *, carried: bool = True) -> Look:
        """Take a look: the translation first, then the holders, and without any the reason why."""
        local = self.local
        steps: list[Step] = []
        end = OPEN_DATE
        if role in local.translations:
            translations, end = valid(local.translations[role], at)
            if translations:
                fact = translations[-1]
                carrier = fact.carried_by if carried else None
                if carrier or fact.title or fact.unit:
                    window = (fact.valid_from, fact.valid_to)
                    said = (carrier, None, None, fact.title, fact.unit)
                    steps.append(Step(StepKind.TRANSLATED, role, local.municipality, (fact.key,), *window, *said))
                if carrier:
                    return Look(role, at, end, tuple(steps), carrier)
        assignments = local.assignments.get(role, ())
        held, held_end = valid(assignments, at)
        end = min(end, held_end)
        return self._held(role, at, end, steps, held) if held else self._vacant(role, at, end, steps, assignments)

    def _held(self, role: str, at: str, end: str, steps: list[Step], held: list[Assignment]) -> Look:
        """Tell who acts: who holds the role in person, then each stand-in with the holder beside, and the mailbox."""
        municipality = self.local.municipality
        stand_ins: list[StandIn] = []
        if role in self.local.stand_ins:
            stand_ins, stand_ins_end = valid(self.local.stand_ins[role], at)
            end = min(end, stand_ins_end)
        in_person: list[_Candidate] = []
        beside: list[_Candidate] = []
        used: list[StandIn] = []
        for fact in held:
            key, _, holder, valid_from, valid_to = fact
            covers = [s for s in stand_ins if s.covered == holder != s.holder] if stand_ins else stand_ins
            step = Step(StepKind.HELD, role, municipality, (key,), valid_from, valid_to, None, holder)
            for cover in covers:
                window = (max(valid_from, cover.valid_from), min(valid_to, cover.valid_to))
                who = (None, cover.holder, holder)
                step = Step(StepKind.STAND_IN, role, municipality, (key, cover.key), *window, *who)
                steps.append(step)
                beside.append((cover.holder, AsWhat.STAND_IN, role, cover.key, step))
            if covers:
                used += covers
                beside.append((holder, AsWhat.HOLDER, role, key, step))
            else:
                steps.append(step)
                in_person.append((holder, AsWhat.HOLDER, role, key, step))
        boxes, boxes_end = self._mailbox(role, at)
        steps += [box[-1] for box in boxes]
        people = in_person + beside
        first = bool(boxes) and boxes[0][-1].kind is StepKind.MAILBOX_FIRST
        return Look(
            role,
            at,
            min(end, boxes_end),
            reach=self._reach(boxes + people if first else people + boxes, steps),
            steps=tuple(steps),
            outcome=Outcome.HELD if in_person else Outcome.STAND_IN,
            reached=self._best(in_person, beside),
            accountable=tuple([fact.key for fact in held]),
            assignments=tuple(held),
            stand_ins=tuple(used),
        )

    def _mailbox(self, role: str, at: str) -> tuple[list["_Candidate"], str]:
        """Find the mailbox of the role's domain, and the first later day on which it may be another."""
        own = self.gallery.roles[role]
        if own.mailbox is None or own.mailbox == role or own.mailbox not in self.local.assignments:
            return [], OPEN_DATE
        kind = StepKind.MAILBOX_FIRST if own.prefers_mailbox else StepKind.MAILBOX
        held, end = valid(self.local.assignments[own.mailbox], at)
        boxes: list[_Candidate] = []
        for key, box, holder, valid_from, valid_to in held:
            step = Step(kind, role, self.local.municipality, (key,), valid_from, valid_to, box, holder)
            boxes.append((holder, AsWhat.MAILBOX, box, key, step))
        return boxes, end

    def _best(self, in_person: list["_Candidate"], beside: list["_Candidate"]) -> Outcome | None:
        """Of several holders the best reached decides."""
        holders = self.local.holders
        for outcome, candidates in ((Outcome.HELD, in_person), (Outcome.STAND_IN, beside)):
            for candidate in candidates:
                if holders[candidate[0]].contacts:
                    return outcome
        return None

    def _reach(self, candidates: list["_Candidate"], steps: list[Step]) -> tuple[Reach, ...]:
        """Keep whoever can be written to, nobody twice; add a step for each of the others."""
        reach: list[Reach] = []
        seen: list[str] = []
        for holder, as_what, role, fact, step in candidates:
            if holder in seen:
                continue
            seen.append(holder)
            contacts = self.local.holders[holder].contacts
            if contacts:
                reach.append(Reach(holder, as_what, role, fact, contacts))
            else:
                window = (step.valid_from, step.valid_to)
                steps.append(
                    Step(StepKind.UNREACHABLE, step.role, step.municipality, step.facts, *window, None, holder)
                )
        return tuple(reach)

    def _vacant(self, role: str, at: str, end: str, steps: list[Step], assignments: Iterable[Assignment]) -> Look:
        """Tell why nobody holds the role: on purpose, not yet, not any more, or never as far as is known."""
        local = self.local
        ended, ended_by = local.ended.get(role), local.ended_by.get(role)
        last = (ended, ended_by or "") if ended is not None and ended <= at else ("", "")
        coming: list[Assignment] = []
        for fact in assignments:
            if fact.valid_from < fact.valid_to:
                if fact.valid_from > at:
                    coming.append(fact)
                elif (fact.valid_to, fact.key) > last:
                    last = (fact.valid_to, fact.key)
        following = min(coming, key=oldest_first) if coming else None
        hole = (last[0] or None, following.valid_from if following else OPEN_DATE)
        intent: Vacancy | None = None
        if role in local.vacancies:
            intents, intents_end = valid(local.vacancies[role], at)
            end = min(end, intents_end)
            intent = intents[-1] if intents else None
        here = (role, local.municipality)
        if intent:
            window = (max(intent.valid_from, last[0]), min(intent.valid_to, hole[1]))
            steps.append(Step(StepKind.VACANT_BY_INTENT, *here, (intent.key,), *window, text=intent.reason))
        elif following:
            steps.append(Step(StepKind.NOT_YET, *here, (following.key,), *hole, holder=following.holder))
        elif last[0]:
            steps.append(Step(StepKind.EXPIRED, *here, (last[1],) if last[1] else (), *hole))
        else:
            steps.append(Step(StepKind.VACANT, *here, (), *hole))
        return Look(role, at, end, tuple(steps), intent=intent, hole=hole)


_Candidate = tuple[str, AsWhat, str, str, Step]  # holder, as what, role, fact, the step that found them
