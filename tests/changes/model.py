"""A plain model of the map, written apart from the product: facts as lists of versions, rules in a few lines each.

It knows three kinds of facts, who holds a role, who stands in and that it was said to be right, in a few places with a few
people, and says for each operation whether it is done and what is believed afterwards. It reads no code of `resolvers/changes`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

OPEN = "9999-12-31"


@dataclass(frozen=True)
class Fact:
    """One version of a fact: `covers` is whom a stand-in covers, empty for an assignment; `said` is a confirmation of `start`."""

    key: str
    place: str
    who: str
    start: str
    end: str
    covers: str = ""
    said: bool = False

    @property
    def holds(self) -> bool:
        """Tell whether it is an assignment."""
        return not (self.covers or self.said)


@dataclass
class World:
    """What is believed now, what was believed after each change, and what each change took away and brought."""

    one_holder: frozenset[str]
    now: dict[str, Fact] = field(default_factory=dict)
    known: dict[int, dict[str, Fact]] = field(default_factory=dict)
    undone: set[int] = field(default_factory=set)
    seq: int = 0

    def holders(self, place: str, day: str, known: dict[str, Fact] | None = None) -> set[str]:
        """Tell who holds a place on a day."""
        facts = (self.now if known is None else known).values()
        return {f.who for f in facts if f.place == place and f.holds and f.start <= day < f.end}

    def covers(self, place: str, day: str, known: dict[str, Fact] | None = None) -> set[tuple[str, str]]:
        """Tell who stands in for whom on a day."""
        facts = (self.now if known is None else known).values()
        return {(f.who, f.covers) for f in facts if f.place == place and f.covers and f.start <= day < f.end}

    def commit(self, after: dict[str, Fact]) -> None:
        """Make a change; what was said of a day on which others hold the place then is not believed any more."""
        after = {
            key: f for key, f in after.items() if not (f.said and key in self.now) or self._same(f, self.now, after)
        }
        self.known.setdefault(self.seq, dict(self.now))
        self.now = after
        self.seq += 1
        self.known[self.seq] = dict(after)

    def appoint(self, fact: Fact) -> bool:
        """Let somebody hold a place; tell whether it is done."""
        if fact.end <= fact.start or not self._may_hold(fact, self.now):
            return False
        self.commit({**self.now, fact.key: fact})
        return True

    def end(self, key: str, day: str) -> bool:
        """End a fact."""
        was = self.now.get(key)
        if was is None or was.said or not was.start < day < was.end:
            return False
        after = {**self.now, key: replace(was, end=day)}
        self.commit(self._cut(after, was))
        return True

    def correct(self, key: str, who: str, start: str, end: str) -> bool:
        """Record an assignment anew."""
        was = self.now.get(key)
        if was is None or not was.holds or end <= start:
            return False
        new = replace(was, who=who, start=start, end=end)
        if new == was:
            return False
        after = {**self.now, key: new}
        if not self._may_hold(new, self.now):
            return False
        if any(f.covers and f.place == was.place and not self._covered(f, after) for f in after.values()):
            return False
        self.commit(after)
        return True

    def retract(self, key: str) -> bool:
        """Take a fact back."""
        was = self.now.get(key)
        if was is None:
            return False
        after = {k: f for k, f in self.now.items() if k != key}
        self.commit(self._cut(after, was))
        return True

    def hand_over(self, key: str, new: str, who: str, day: str) -> bool:
        """End an assignment and let somebody else hold the place from that day on."""
        was = self.now.get(key)
        if was is None or not was.holds or not was.start <= day < was.end or who == was.who:
            return False
        after = {k: f for k, f in self.now.items() if k != key}
        if was.start < day:
            after[key] = replace(was, end=day)
        fact = Fact(new, was.place, who, day, OPEN)
        if not self._may_hold(fact, after):
            return False
        self.commit(self._cut({**after, new: fact}, was))
        return True

    def stand_in(self, key: str, held: str, who: str, start: str, end: str) -> bool:
        """Let somebody stand in for who holds an assignment."""
        was = self.now.get(held)
        if was is None or not was.holds or end <= start or who == was.who:
            return False
        fact = Fact(key, was.place, who, start, end, was.who)
        if self._covers_twice(fact, self.now) or not self._covered(fact, self.now):
            return False
        self.commit({**self.now, key: fact})
        return True

    def confirm(self, key: str, place: str, day: str) -> bool:
        """Say that who holds a place on a day is right."""
        if not self.holders(place, day):
            return False
        self.commit({**self.now, key: Fact(key, place, "", day, OPEN, said=True)})
        return True

    def undo(self, seq: int) -> bool:
        """Undo a change, if nothing later rests on it."""
        if seq in self.undone or seq not in self.known or seq - 1 not in self.known:
            return False
        before, did = self.known[seq - 1], self.known[seq]
        touched = {k for k in before.keys() | did.keys() if before.get(k) != did.get(k)}
        if any(did.get(k) is not None and self._changed_after(k, seq) for k in touched):
            return False
        after = {k: f for k, f in self.now.items() if k not in touched}
        again = {k: before[k] for k in touched if k in before}
        after |= {k: f for k, f in again.items() if not f.said or self._same(f, did, self.now)}
        if after == self.now:
            return False
        places = {f.place for f in (*before.values(), *did.values()) if f.key in touched}
        if any(f.covers and f.place in places and not self._covered(f, after) for f in after.values()):
            return False
        for key in touched & after.keys():
            fact = after[key]
            if fact.said:
                continue
            others = {k: f for k, f in after.items() if k != key}
            if self._covers_twice(fact, others) if fact.covers else not self._may_hold(fact, others):
                return False
        self.commit(after)
        self.undone.add(seq)
        return True

    def _same(self, said: Fact, one: dict[str, Fact], other: dict[str, Fact]) -> bool:
        """Tell whether the same hold the place on the day of a confirmation."""
        return self.holders(said.place, said.start, one) == self.holders(said.place, said.start, other)

    def _changed_after(self, key: str, seq: int) -> bool:
        return any(self.known[s].get(key) != self.known[s - 1].get(key) for s in range(seq + 1, self.seq + 1))

    def _covers_twice(self, fact: Fact, facts: dict[str, Fact]) -> bool:
        return any(
            (f.place, f.who, f.covers) == (fact.place, fact.who, fact.covers)
            and f.start < fact.end
            and fact.start < f.end
            for f in facts.values()
        )

    def _may_hold(self, fact: Fact, facts: dict[str, Fact]) -> bool:
        others = [
            f
            for f in facts.values()
            if f.key != fact.key and f.place == fact.place and f.holds and f.start < fact.end and fact.start < f.end
        ]
        return not any(f.who == fact.who or fact.place in self.one_holder for f in others)

    def _covered(self, fact: Fact, facts: dict[str, Fact]) -> bool:
        return self._held_until(fact, facts) >= fact.end

    def _held_until(self, fact: Fact, facts: dict[str, Fact]) -> str:
        """Tell until when the one who is covered holds the place, from the cover's first day on without a hole."""
        day = fact.start
        held = sorted(
            (f.start, f.end) for f in facts.values() if f.place == fact.place and f.holds and f.who == fact.covers
        )
        for start, end in held:
            if start <= day < end:
                day = end
        return day

    def _cut(self, facts: dict[str, Fact], was: Fact) -> dict[str, Fact]:
        """End the stand-ins for somebody on the day on which what they cover ends."""
        if not was.holds:
            return facts
        after = dict(facts)
        for f in facts.values():
            if f.place != was.place or f.covers != was.who:
                continue
            day = self._held_until(f, facts)
            if day == f.start:
                del after[f.key]
            elif day < f.end:
                after[f.key] = replace(f, end=day)
        return after
