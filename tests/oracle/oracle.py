"""Who answers, is it covered, what needs work: told a second time, slowly and simply, to hold the product's answers against.

Written from docs/rules.md and the corners in docs/decisions/0003, not from the resolvers. One `Oracle` knows what the
gallery knew at one `seq`; it reads the plain list of records anew for every question and looks at the future day by day.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from tests.oracle.records import BOX, DEFINED, LEADER, OPEN, RESORT, Record, World
from tests.oracle.words import Addressed, Answer, Cell, Gap, Holding, Reach, Step

HELD = ("HELD", "EXPIRING", "STAND_IN", "UNREACHABLE")
REASONS = ("VACANT", "UNREACHABLE", "STARTS_LATER", "FALLS_VACANT", "INTENT_ENDS")
OBLIGATIONS = ("MANDATORY", "RECOMMENDED", None)


def later(day: str, days: int) -> str:
    """Count days."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def oldest_first(record: Record) -> tuple[str, str]:
    """The oldest first, then by key (corner 1)."""
    return record.valid_from, record.key


def window(*records: Record) -> tuple[str, str]:
    """The time in which all of them hold."""
    return max(r.valid_from for r in records), min(r.valid_to for r in records)


class Oracle:
    """Answers by what was known at `seq` (rule 3: `fromSeq <= seq < toSeq`), to an audience that is not shown `hidden` roles."""

    def __init__(self, world: World, seq: int, hidden: frozenset[str] = frozenset()) -> None:
        self.world, self.hidden = world, hidden
        known = [r for r in world.records if r.from_seq <= seq < r.to_seq]
        local = ("Assignment", "StandIn", "Vacancy", "Translation", "Confirmation")
        self.records = [r for r in known if r.label not in local or r.role not in hidden]
        days = {day for r in self.records for day in (r.valid_from, r.valid_to) if day != OPEN}
        self.last_day = max(days, default="2018-03-01")
        self._state = cache(self._state_of)

    # --- the facts --------------------------------------------------------------------------------------------------

    def of(self, label: str, role: str, place: str | None = None) -> list[Record]:
        """All that is known of a role (in a municipality), oldest first."""
        found = [r for r in self.records if (r.label, r.role, r.place) == (label, role, place)]
        return sorted(found, key=oldest_first)

    def on(self, at: str, label: str, role: str, place: str | None = None) -> list[Record]:
        """What of it is true on the day (rule 5: half-open)."""
        return [r for r in self.of(label, role, place) if r.valid_from <= at < r.valid_to]

    def title(self, role: str, at: str) -> str:
        """The role's official title on the day."""
        return next((str(r.text) for r in self.on(at, "Name", role)), role)

    def days_after(self, at: str) -> Iterator[str]:
        """Each later day until nothing changes any more."""
        while at <= self.last_day:
            at = later(at, 1)
            yield at

    # --- resolution -------------------------------------------------------------------------------------------------

    def answer(self, role: str | None, place: str, at: str) -> Answer:
        """Walk through the four steps of docs/rules.md until there is somebody to write to."""
        steps: list[Step] = []
        asked: list[str] = []
        outcome, accountable, reach = "UNRESOLVED", (), ()  # type: tuple[str, tuple[str, ...], tuple[Reach, ...]]
        if role is None:
            steps.append(Step("NO_ROLE_IN_SOURCE", LEADER))
        going: str | None = role or LEADER
        escalated = False
        while going is not None and not reach:
            here = self.translate(going, place, at, asked, steps)
            holdings = self.look(here, place, at)
            if here in self.hidden:
                steps.append(Step("NOT_VISIBLE_TO_YOU", here))
            elif not holdings:
                steps.append(self.why_vacant(here, place, at))
            else:
                if not accountable:
                    accountable = tuple(h.assignment.key for h in holdings)
                    outcome = "STAND_IN" if all(h.stand_ins for h in holdings) else "HELD"
                    outcome = "ESCALATED" if escalated else outcome
                reach = self.reach(here, place, at, holdings, steps)
            if not reach:
                going = self.escalate(here, at, asked, steps)
                escalated = True
        if not reach:
            steps.append(Step("LAST_RESORT" if accountable else "UNRESOLVED", asked[-1], holder=RESORT))
            reach = (Reach(RESORT, "LAST_RESORT", None, None),)
        return Answer(outcome, accountable, reach, tuple(steps))

    def until(self, role: str | None, place: str, at: str) -> tuple[str, Answer] | None:
        """The first later day with another answer, and that answer."""
        now = self.answer(role, place, at)
        for day in self.days_after(at):
            then = self.answer(role, place, day)
            if then.decided != now.decided:
                return day, then
        return None

    def translate(self, role: str, place: str, at: str, asked: list[str], steps: list[Step]) -> str:
        """Step 1: follow the carriers; one that was asked already is passed over (corners 2 to 4).

        A translation that then says nothing (no title, no unit, nobody else to ask) is no step.
        """
        asked.append(role)
        valid = self.on(at, "Translation", role, place)
        if not valid:
            return role
        counts = valid[-1]
        carrier = counts.to if counts.to not in asked else None
        if counts.text or counts.unit or carrier:
            steps.append(Step("TRANSLATED", role, frozenset({counts.key}), window(counts), carrier))
        return self.translate(carrier, place, at, asked, steps) if carrier else role

    def look(self, role: str, place: str, at: str) -> list[Holding]:
        """Step 2: who holds the role, and by whom they are covered (corner 5)."""
        covers = self.on(at, "StandIn", role, place)
        return [
            Holding(a, [c for c in covers if c.covered == a.holder and c.holder != c.covered])
            for a in self.on(at, "Assignment", role, place)
        ]

    def why_vacant(self, role: str, place: str, at: str) -> Step:
        """Step 2, when nobody holds it."""
        known = self.of("Assignment", role, place)
        past = [r for r in known if r.valid_to <= at]
        coming = [r for r in known if r.valid_from > at]
        hole = max((r.valid_to for r in past), default=None), min((r.valid_from for r in coming), default=OPEN)
        intents = self.on(at, "Vacancy", role, place)
        if intents:  # it counts only while nobody holds the role (rule 7)
            counts = intents[-1]
            holds = max(counts.valid_from, hole[0] or ""), min(counts.valid_to, hole[1])
            return Step("VACANT_BY_INTENT", role, frozenset({counts.key}), holds)
        if coming:
            following = min(coming, key=oldest_first)
            return Step("NOT_YET", role, frozenset({following.key}), hole, holder=following.holder)
        if past:
            last = max(past, key=lambda r: (r.valid_to, r.key))
            return Step("EXPIRED", role, frozenset({last.key}), hole)
        return Step("VACANT", role, frozenset(), hole)

    def reach(self, role: str, place: str, at: str, holdings: list[Holding], steps: list[Step]) -> tuple[Reach, ...]:
        """Step 3: to whom to write, nobody twice (corners 5 to 7)."""
        acting: list[tuple[Reach, Step]] = []
        for held, stand_ins in holdings:
            if not stand_ins:
                steps.append(Step("HELD", role, frozenset({held.key}), window(held), None, held.holder))
                acting.append((Reach(str(held.holder), "HOLDER", role, held.key), steps[-1]))
        for held, stand_ins in holdings:
            for cover in stand_ins:
                facts = frozenset({held.key, cover.key})
                steps.append(Step("STAND_IN", role, facts, window(held, cover), None, cover.holder, held.holder))
                acting.append((Reach(str(cover.holder), "STAND_IN", role, cover.key), steps[-1]))
            if stand_ins:
                acting.append((Reach(str(held.holder), "HOLDER", role, held.key), steps[-1]))
        prefers, box = self.world.roles[role].prefers_mailbox, self.world.roles[role].mailbox
        box = box if box != role else None  # who holds a mailbox role is written to as its holder
        mailboxes: list[tuple[Reach, Step]] = []
        for a in self.on(at, "Assignment", box, place) if box else []:
            kind = "MAILBOX_FIRST" if prefers else "MAILBOX"
            steps.append(Step(kind, role, frozenset({a.key}), window(a), box, a.holder))
            mailboxes.append((Reach(str(a.holder), "MAILBOX", box, a.key), steps[-1]))
        candidates: dict[str, tuple[Reach, Step]] = {}
        for candidate in mailboxes + acting if prefers else acting + mailboxes:
            candidates.setdefault(candidate[0].holder, candidate)
        for reach, step in candidates.values():
            if not self.world.holders[reach.holder]:
                steps.append(Step("UNREACHABLE", role, step.facts, step.window, None, reach.holder))
        return tuple(reach for reach, _ in candidates.values() if self.world.holders[reach.holder])

    def escalate(self, role: str, at: str, asked: list[str], steps: list[Step]) -> str | None:
        """Step 4: where the question goes on to; None when all were asked (corner 8)."""
        valid = self.on(at, "Escalation", role)
        if valid and valid[-1].to not in asked:
            steps.append(Step("ESCALATED_TO", role, frozenset({valid[-1].key}), window(valid[-1]), valid[-1].to))
            return valid[-1].to
        for end in (LEADER, BOX):
            if end not in asked:
                steps.append(Step("ESCALATED_TO", role, target=end))
                return end
        return None

    # --- coverage ---------------------------------------------------------------------------------------------------

    def state(self, role: str, place: str, at: str, within: int) -> str:
        """The state of a cell."""
        now: str = self._state(role, place, at)
        if now not in ("HELD", "STAND_IN"):
            return now
        near = [later(at, n) for n in range(1, within + 1)]
        return "EXPIRING" if any(self._state(role, place, day) not in HELD for day in near) else now

    def _state_of(self, role: str, place: str, at: str) -> str:
        """The state but for what comes later."""
        here = self.translate(role, place, at, [], [])
        holdings = self.look(here, place, at)
        if not holdings:
            if self.on(at, "Vacancy", here, place):
                return "VACANT_BY_INTENT"
            return "PLANNED" if any(r.valid_from > at for r in self.of("Assignment", here, place)) else "VACANT"
        can = self.world.holders
        if any(can[str(h.assignment.holder)] for h in holdings if not h.stand_ins):
            return "HELD"
        covered = [h for h in holdings if h.stand_ins]
        beside = [str(who) for h in covered for who in (h.assignment.holder, *(c.holder for c in h.stand_ins))]
        return "STAND_IN" if any(can[who] for who in beside) else "UNREACHABLE"

    def cell(self, role: str, place: str, at: str, within: int) -> Cell:
        """Coverage of one role in one municipality on the day."""
        here = self.translate(role, place, at, [], [])
        holdings = self.look(here, place, at)
        state = self.state(role, place, at, within)
        open_states = ("VACANT", "PLANNED")
        near = [later(at, n) for n in range(within + 1)]
        days = list(self.days_after(at))
        return Cell(
            state,
            here if here != role else None,
            tuple(dict.fromkeys(str(h.assignment.holder) for h in holdings)),
            tuple(h.assignment.key for h in holdings),
            tuple(dict.fromkeys(c.key for h in holdings for c in h.stand_ins)),
            self.since(here, place, at, state, holdings),
            next((day for day in days if self.state(role, place, day, within) != state), None),
            next((day for day in near if self._state(role, place, day) in open_states), None),
            self.confirmed(here, place, at),
        )

    def confirmed(self, role: str, place: str, at: str) -> str | None:
        """The last day on which it was said to be right what is there on the day: all assignments, or the vacancy that counts then."""
        there = self.on(at, "Assignment", role, place) or self.on(at, "Vacancy", role, place)
        said = [r.valid_from for r in self.of("Confirmation", role, place) if r.valid_from <= at]
        return max((day for day in said if there and all(fact.valid_from <= day for fact in there)), default=None)

    def since(self, here: str, place: str, at: str, state: str, holdings: list[Holding]) -> str | None:
        """The first day of what makes the state: of the assignments, of the stand-ins, or of the vacancy."""
        if state in HELD:
            held_since = min(h.assignment.valid_from for h in holdings)
            covers_since = [c.valid_from for h in holdings for c in h.stand_ins]
            return max(held_since, *covers_since) if state == "STAND_IN" else held_since
        return self.why_vacant(here, place, at).window[0]

    # --- tasks and gaps ---------------------------------------------------------------------------------------------

    def of_task(self, label: str, task: str, at: str) -> list[Record]:
        """What is true of a task on the day, oldest first."""
        found = [r for r in self.records if (r.label, r.task) == (label, task) and r.valid_from <= at < r.valid_to]
        return sorted(found, key=oldest_first)

    def addressed(self, task: str, at: str) -> list[Addressed] | None:
        """The roles that the task addresses, the responsible first, in the gallery's order; None: it does not stand."""
        if not self.of_task("Terms", task, at):
            return None
        found = [Addressed(str(r.role), str(r.word), r.key) for r in self.of_task("Addressing", task, at)]
        return sorted(found, key=lambda a: (a.kind != "RESPONSIBLE", self.world.roles[a.role].order, a.key))

    def held_up(self, role: str, place: str, at: str) -> list[Record]:
        """The terms of the tasks that a gap holds up: they address the role, stand, are due, and are not done there."""
        found = []
        for task in self.world.tasks:
            terms = [r for r in self.of_task("Terms", task, at) if r.due is not None]
            addresses = any(r.role == role for r in self.of_task("Addressing", task, at))
            done = any(r.word == "DONE" for r in self.of_task("Progress", task, at) if r.place == place)
            if terms and addresses and not done:
                found.append(terms[-1])
        return sorted(found, key=lambda r: (r.due, OBLIGATIONS.index(r.word), r.task))

    def gap(self, role: str, place: str, at: str, within: int) -> tuple[str, str] | None:
        """Why the cell needs work, and from which day (corner 12)."""
        cell = self.cell(role, place, at, within)
        today = {"VACANT": "VACANT", "UNREACHABLE": "UNREACHABLE", "PLANNED": "STARTS_LATER"}
        day = at if cell.state in today else cell.open_from
        if day is None:
            return None
        if day < DEFINED.get(role, day) and (cell.state != "UNREACHABLE" or cell.carried_by is not None):
            return None  # the gallery does not define it that day, and nobody holds it
        if cell.state in today:
            return at, today[cell.state]
        return day, "INTENT_ENDS" if self._state(role, place, later(day, -1)) == "VACANT_BY_INTENT" else "FALLS_VACANT"

    def gaps(self, roles: list[str], places: list[str], at: str, within: int) -> list[Gap]:
        """All gaps, most urgent first (corner 12)."""
        found = []
        for place in places:
            for role in roles:
                why = self.gap(role, place, at, within)
                if why:
                    tasks = self.held_up(role, place, at)
                    due = min((str(t.due) for t in tasks), default=OPEN)
                    obligation = min((OBLIGATIONS.index(t.word) for t in tasks), default=len(OBLIGATIONS))
                    urgency = (why[0], due, obligation, REASONS.index(why[1]), place, role)
                    found.append((urgency, Gap(*why, place, role, tuple(str(t.task) for t in tasks))))
        return [gap for _, gap in sorted(found)]
