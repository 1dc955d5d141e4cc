"""Who answers for a role in a municipality at a date, to whom to write now, and why (docs/rules.md, "Resolution").

Pure: facts in, answer out. An answer is a walk over looks (`looks.py`, told by `reach.py`): until one finds
somebody to write to, the question goes on to where the role escalates (step 4). A walk holds as long as each of its
looks; `resolve_ahead` jumps from the end of one walk to the next until the answer changes.

Corners (docs/decisions/0003 has the reasons, tests/unit an example of each):

* Of several valid translations, intents or escalations of one role the latest `valid_from` counts, then the greatest
  key. Assignments and stand-ins all count, the oldest first, then by key. The order of the rows never matters.
* A translation without a carrier only renames. A carrier is asked in full: its own translation, holders, mailbox and
  escalation. A carrier or an escalation's target that this walk has asked already is passed over: a walk always ends.
* A stand-in counts while the holder covered holds the role, and never for themselves. `STAND_IN`: all are covered.
  `reach` begins with those who act in person; then each stand-in, the holder beside.
* Whoever has no contact point is not in `reach` but in a step `UNREACHABLE`. The domain's mailbox belongs to the reach
  of a role that somebody holds. Without anybody to write to the walk goes on, for `reach` alone: accountable and
  outcome stay with the first role that somebody holds.
* A role without an escalation goes on to the programme leader, then to the mailbox role, then to KOMBIT's last resort.
* A role that is hidden from who asks is a step `NOT_VISIBLE_TO_YOU`, and the walk goes on from it; a hidden mailbox is
  nobody's. Nothing in the answer depends on what is known of a hidden role.
"""

from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from graph.shape import OPEN_DATE
from resolvers.facts import Gallery, Local, new
from resolvers.looks import Looks, valid
from resolvers.reach import tell
from resolvers.steps import AsWhat, Outcome, Reach, Step, StepKind


class Answer(NamedTuple):
    """Who answers for `role` in `municipality` on the day `at`; `role` is None where a task names none.

    `accountable` are assignments' keys; `reach` is never empty; `steps` is empty where they were not asked for. `until` and
    `next` are filled by `resolve_ahead` alone; None there: nothing known changes the answer.
    """

    municipality: str
    role: str | None
    at: str
    outcome: Outcome
    accountable: tuple[str, ...]
    reach: tuple[Reach, ...]
    steps: tuple[Step, ...]
    until: str | None = None
    next: "Answer | None" = None


_DECIDED: Final = slice(Answer._fields.index("outcome"), Answer._fields.index("reach") + 1)


def resolve(gallery: Gallery, local: Local, role: str | None, at: str) -> Answer:
    """Answer for a role's key, or for a task that names no role (None), on the day `at` (ISO)."""
    return Resolver(gallery, local).resolve(role, at)


def resolve_ahead(gallery: Gallery, local: Local, role: str | None, at: str) -> Answer:
    """Answer as `resolve` does, with `until` and `next`."""
    return Resolver(gallery, local).resolve_ahead(role, at)


class Resolver:
    """Answers for one municipality. Ask one for several roles: where they end in the same place they share looks.

    Ask for no day before the one its facts were gathered for (see `Local`). Without `explain` the answers have no steps,
    and take half the time. `hidden` are the roles (keys) that who asks is not shown.
    """

    __slots__ = ("explain", "gallery", "local", "looks")

    def __init__(
        self, gallery: Gallery, local: Local, *, explain: bool = True, hidden: AbstractSet[str] = frozenset()
    ) -> None:
        self.gallery = gallery
        self.explain = explain
        self.looks = Looks(gallery, local, hidden)
        self.local = self.looks.local

    def resolve(self, role: str | None, at: str) -> Answer:
        """Answer as the function `resolve` does."""
        return self._walk(role, at)[0]

    def resolve_ahead(self, role: str | None, at: str) -> Answer:
        """Answer with the first later day on which outcome, accountable or reach become others, and the answer then."""
        answer, end = self._walk(role, at)
        while end < OPEN_DATE:
            later, later_end = self._walk(role, end)
            if answer[_DECIDED] != later[_DECIDED]:
                return answer._replace(until=end, next=later)
            end = later_end
        return answer

    def _walk(self, role: str | None, at: str) -> tuple[Answer, str]:
        """Go on until there is somebody to write to; also tell the first day on which a look may differ."""
        gallery, local = self.gallery, self.local
        first = here = role or gallery.programme_leader
        steps: list[Step] | None = [] if self.explain else None
        if steps is not None and role is None:
            steps.append(Step(StepKind.NO_ROLE_IN_SOURCE, first, local.municipality, (), None, OPEN_DATE))
        asked: list[str] = []
        accountable: tuple[str, ...] = ()
        outcome: Outcome | None = None
        end = OPEN_DATE
        while True:
            path, path_end = self.looks.through(here, at, asked)
            if path_end < end:
                end = path_end
            for look in path:
                reach, told_end = tell(gallery, local, look, at, steps)
                if told_end < end:
                    end = told_end
            if outcome is None and look.outcome is not None:
                outcome = look.outcome if here == first else Outcome.ESCALATED
                accountable = tuple([fact.key for fact in look.assignments])
            if reach:
                break
            target, step_end = self._escalate(look.role, at, asked, steps)
            end = min(end, step_end)
            if target is None:
                last = gallery.last_resort
                reach = (Reach(last.key, AsWhat.LAST_RESORT, None, None, last.contacts),)
                if steps is not None:
                    kind = StepKind.LAST_RESORT if outcome else StepKind.UNRESOLVED
                    veiled = any(step.kind is StepKind.NOT_VISIBLE_TO_YOU for step in steps)
                    end_of_it = Step(kind, look.role, local.municipality, (), None, OPEN_DATE, holder=last.key)
                    steps.append(end_of_it._replace(veiled=veiled))
                break
            here = target
        decided = (outcome or Outcome.UNRESOLVED, accountable, reach, tuple(steps) if steps else ())
        return new(Answer, (local.municipality, role, at, *decided, None, None)), end

    def _escalate(self, role: str, at: str, asked: list[str], steps: list[Step] | None) -> tuple[str | None, str]:
        """Find where the question goes on to (None: all were asked), and the first day on which that may differ."""
        gallery, here = self.gallery, (role, self.local.municipality)
        escalations, end = valid(gallery.escalations.get(role, ()), at)
        if escalations and escalations[-1].target not in asked:
            key, _, target, valid_from, valid_to = escalations[-1]
            if steps is not None:
                steps.append(Step(StepKind.ESCALATED_TO, *here, (key,), valid_from, valid_to, target))
            return target, end
        for default in (gallery.programme_leader, gallery.mailbox):
            if default not in asked:
                if steps is not None:
                    steps.append(Step(StepKind.ESCALATED_TO, *here, (), None, OPEN_DATE, default))
                return default, end
        return None, end
