"""One role in one municipality at a date: which facts count (docs/rules.md, "Resolution", steps 1 and 2).

Both `responsibility.py` and `coverage.py` are made of these looks. A look is the same on every day from the one it was
taken for until the first day on which a fact that it consulted begins or ends; so it is kept and shared, and a reader
of the future jumps from one such day to the next instead of asking day by day.

Which of several facts counts, and every other corner that these leave open: docs/decisions/0003.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import Final, NamedTuple, Protocol, TypeVar

from graph.shape import OPEN_DATE
from resolvers.facts import Assignment, Gallery, Local, StandIn, Translation, Vacancy, new
from resolvers.steps import Outcome


class Look(NamedTuple):
    """The facts that count for one role, the same on every day of `[at, end)`.

    With a `carrier` nothing more was looked at: ask that role. `outcome` is HELD, STAND_IN (all holders are covered) or
    None (nobody holds it). `reached` is how the best reached holder is reached: HELD (in person), STAND_IN (by a
    stand-in, or beside one), None (not at all). For a role that nobody holds: the intent, if it is one, the next
    assignment, and the last day-after and key of those that ended (empty when none is known). A `hidden` role was not
    looked at: it is the same look on every day and in every municipality.
    """

    role: str
    at: str
    end: str
    translation: Translation | None
    carrier: str | None
    outcome: Outcome | None = None
    reached: Outcome | None = None
    in_person: tuple[Assignment, ...] = ()
    covered: tuple[tuple[Assignment, tuple[StandIn, ...]], ...] = ()
    intent: Vacancy | None = None
    following: Assignment | None = None
    ended: tuple[str, str] = ("", "")
    hidden: bool = False

    @property
    def assignments(self) -> Sequence[Assignment]:
        """All valid assignments, the oldest first."""
        if not self.covered:
            return self.in_person
        return sorted([*self.in_person, *(fact for fact, _ in self.covered)], key=oldest_first)

    @property
    def hole(self) -> tuple[str | None, str]:
        """The time without assignments around a day on which nobody holds the role."""
        return self.ended[0] or None, self.following.valid_from if self.following else OPEN_DATE


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


def last_confirmed(local: Local, role: str, at: str) -> str | None:
    """Tell the last day, up to `at`, on which somebody said "still right" of all who hold a role then, or of the vacancy that is meant.

    What was said before the last of those began was said of others.
    """
    said = local.confirmations.get(role)
    if not said:
        return None
    there = valid(local.assignments.get(role, ()), at)[0] or valid(local.vacancies.get(role, ()), at)[0]
    return max((one.on for one in said if there and there[-1].valid_from <= one.on <= at), default=None)


class Looks:
    """The looks taken in one municipality. Ask for no day before the one its facts were gathered for (see `Local`).

    `hidden` are roles that the audience is not shown: whatever was gathered of them is dropped before anything is decided.
    """

    __slots__ = ("_taken", "gallery", "hidden", "local")

    def __init__(self, gallery: Gallery, local: Local, hidden: AbstractSet[str] = frozenset()) -> None:
        self.gallery = gallery
        self.local = local.without(hidden) if hidden else local
        self.hidden = hidden
        self._taken: dict[str, list[Look]] = {}

    def through(self, role: str, at: str, asked: list[str]) -> tuple[list[Look], str]:
        """Look at `role`, then at the role that carries it, and so on; note in `asked` whoever was asked.

        Returns the looks, of which the last has no carrier, and the first later day on which any may be another.
        """
        asked.append(role)
        look = self.at(role, at)
        path, end = [look], look.end
        while carrier := look.carrier:
            if carrier in asked:  # a circle: writing refuses it; should one exist, the carrier is passed over
                look = self._take(path.pop().role, at, carried=False)
            else:
                asked.append(carrier)
                look = self.at(carrier, at)
            path.append(look)
            end = min(end, look.end)
        return path, end

    def carried(self, role: str, at: str) -> tuple[Look, str]:
        """Look at `role`, or at whoever carries it in the end; and the first later day on which that may be another."""
        look = self.at(role, at)
        if look.carrier is None:
            return look, look.end
        path, end = self.through(role, at, [])
        return path[-1], end

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
        translation: Translation | None = None
        end = OPEN_DATE
        if role in self.hidden:
            return Look(role, at, end, None, None, hidden=True)
        if role in local.translations:
            translations, end = valid(local.translations[role], at)
            if translations:
                translation = translations[-1]
                if carried and translation.carried_by:
                    return Look(role, at, end, translation, translation.carried_by)
        assignments = local.assignments.get(role, ())
        held, held_end = valid(assignments, at)
        if held_end < end:
            end = held_end
        if not held:
            return self._vacant(role, at, end, translation, assignments)
        stand_ins: list[StandIn] = []
        if role in local.stand_ins:
            stand_ins, stand_ins_end = valid(local.stand_ins[role], at)
            if stand_ins_end < end:
                end = stand_ins_end
        return self._held(role, at, end, translation, held, stand_ins)

    def _held(
        self,
        role: str,
        at: str,
        end: str,
        translation: Translation | None,
        held: list[Assignment],
        stand_ins: list[StandIn],
    ) -> Look:
        """Tell who acts in person and who is covered, and how the best reached of them is reached."""
        holders = self.local.holders
        in_person = held
        covered: list[tuple[Assignment, tuple[StandIn, ...]]] = []
        beside: list[str] = []
        if stand_ins:
            in_person = []
            for fact in held:
                covers = tuple([s for s in stand_ins if s.covered == fact.holder != s.holder])
                if covers:
                    covered.append((fact, covers))
                    beside += [fact.holder, *(cover.holder for cover in covers)]
                else:
                    in_person.append(fact)
        reached: Outcome | None = None
        if any(holders[fact.holder].contacts for fact in in_person):
            reached = Outcome.HELD
        elif any(holders[holder].contacts for holder in beside):
            reached = Outcome.STAND_IN
        outcome = Outcome.HELD if in_person else Outcome.STAND_IN
        what = (outcome, reached, tuple(in_person), tuple(covered), None, None, ("", ""), False)
        return new(Look, (role, at, end, translation, None, *what))

    def _vacant(
        self, role: str, at: str, end: str, translation: Translation | None, assignments: Iterable[Assignment]
    ) -> Look:
        """Tell why nobody holds the role: on purpose, not yet, not any more, or never as far as is known."""
        local = self.local
        ended = (local.ended.get(role, ""), local.ended_by.get(role, ""))
        coming: list[Assignment] = []
        for fact in assignments:
            if fact.valid_from < fact.valid_to:
                if fact.valid_from > at:
                    coming.append(fact)
                else:
                    ended = max(ended, (fact.valid_to, fact.key))
        intent: Vacancy | None = None
        if role in local.vacancies:
            intents, intents_end = valid(local.vacancies[role], at)
            end = min(end, intents_end)
            intent = intents[-1] if intents else None
        following = min(coming, key=oldest_first, default=None)
        return Look(role, at, end, translation, None, intent=intent, following=following, ended=ended)
