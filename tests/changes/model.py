"""A plain model of the map, written apart from the product: facts as lists of versions, rules in a few lines each.

It knows five kinds of facts, who holds a role, who stands in, that it was said to be right or wrong, and what the role is called
there, in a few places with a few people, and says for each operation whether it is done, by whom, and what is believed afterwards.
It reads no code of `resolvers/changes`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

OPEN = "9999-12-31"


@dataclass(frozen=True)
class Fact:
    """One version of a fact: `covers` is whom a stand-in covers, `who` whom a report is about, and of a translation the title."""

    key: str
    place: str
    who: str
    start: str
    end: str
    covers: str = ""
    kind: str = "Assignment"

    @property
    def holds(self) -> bool:
        """Tell whether it is an assignment."""
        return self.kind == "Assignment"

    @property
    def said(self) -> bool:
        """Tell whether it says that it was right on its first day."""
        return self.kind == "Confirmation"

    @property
    def contact(self) -> bool:
        """Tell whether it makes somebody a contact of the place."""
        return self.kind in ("Assignment", "StandIn")

    def meets(self, other: Fact) -> bool:
        """Tell whether both hold on some day."""
        return self.start < other.end and other.start < self.end


@dataclass
class World:
    """What is believed now, what was believed after each change, and what each change took away and brought."""

    one_holder: frozenset[str]
    now: dict[str, Fact] = field(default_factory=dict)
    known: dict[int, dict[str, Fact]] = field(default_factory=dict)
    undone: set[int] = field(default_factory=set)
    actors: dict[int, str] = field(default_factory=dict)
    actor: str = ""
    """Who makes the next change."""
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
        self.actors[self.seq] = self.actor

    def history(self, key: str, seq: int) -> list[tuple[int, str]]:
        """Tell which changes up to a number were about a fact, and who made them."""
        return [(s, self.actors[s]) for s in range(1, seq + 1) if self.known[s].get(key) != self.known[s - 1].get(key)]

    def appoint(self, fact: Fact) -> bool:
        """Let somebody hold a place; tell whether it is done."""
        if fact.end <= fact.start or not self._may_hold(fact, self.now):
            return False
        self.commit({**self.now, fact.key: fact})
        return True

    def end(self, key: str, day: str) -> bool:
        """End a fact."""
        was = self.now.get(key)
        if was is None or was.kind in ("Confirmation", "Report") or not was.start < day < was.end:
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
        self.commit({k: f for k, f in after.items() if (f.kind, f.place, f.who) != ("Report", was.place, was.who)})
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
        fact = Fact(key, was.place, who, start, end, was.who, "StandIn")
        if self._covers_twice(fact, self.now) or not self._covered(fact, self.now):
            return False
        self.commit({**self.now, key: fact})
        return True

    def confirm(self, key: str, place: str, day: str) -> bool:
        """Say that who holds a place on a day is right."""
        if not self.holders(place, day):
            return False
        solved = {k: f for k, f in self.now.items() if (f.kind, f.place) != ("Report", place) or f.start > day}
        self.commit({**solved, key: Fact(key, place, "", day, OPEN, kind="Confirmation")})
        return True

    def report(self, key: str, place: str, who: str, today: str) -> bool:
        """Say that somebody is no good contact of a place."""
        if self._contact_until(place, who, self.now) <= today:
            return False
        self.commit({**self.now, key: Fact(key, place, who, today, OPEN, kind="Report")})
        return True

    def translate(self, key: str, place: str, title: str, start: str, end: str) -> bool:
        """Call a role something in a place; what it was called before ends then."""
        new = Fact(key, place, title, start, end, kind="Translation")
        others = [f for f in self.now.values() if (f.kind, f.place) == ("Translation", place) and f.meets(new)]
        if end <= start or any(f.start >= start or end < f.end for f in others):
            return False
        self.commit({**self.now, **{f.key: replace(f, end=start) for f in others}, key: new})
        return True

    def undo(self, seq: int) -> bool:
        """Undo a change, if nothing later rests on it."""
        if seq in self.undone or seq not in self.known or seq - 1 not in self.known:
            return False
        before, did = self.known[seq - 1], self.known[seq]
        touched = {k for k in before.keys() | did.keys() if before.get(k) != did.get(k)}
        if any(did.get(k) is not None and self.now.get(k) != did[k] for k in touched):
            return False
        after = {k: f for k, f in self.now.items() if k not in touched}
        again = {k: before[k] for k in touched if k in before}
        after |= {k: f for k, f in again.items() if not f.said or self._same(f, did, self.now)}
        was = [f for k in touched for f in (before.get(k), did.get(k)) if f is not None]
        after = self._settle(after, [f for f in was if f.contact or f.kind == "Report"])
        if after == self.now:
            return False
        places = {f.place for f in (*before.values(), *did.values()) if f.key in touched}
        if any(f.covers and f.place in places and not self._covered(f, after) for f in after.values()):
            return False
        for key in touched & after.keys():
            fact = after[key]
            others = {k: f for k, f in after.items() if k != key}
            if fact.kind == "StandIn" and self._covers_twice(fact, others):
                return False
            if fact.holds and not self._may_hold(fact, others):
                return False
            if fact.kind == "Translation" and any(
                (f.kind, f.place) == (fact.kind, fact.place) and f.meets(fact) for f in others.values()
            ):
                return False
        self.commit(after)
        self.undone.add(seq)
        return True

    def _same(self, said: Fact, one: dict[str, Fact], other: dict[str, Fact]) -> bool:
        """Tell whether the same hold the place on the day of a confirmation."""
        return self.holders(said.place, said.start, one) == self.holders(said.place, said.start, other)

    def _covers_twice(self, fact: Fact, facts: dict[str, Fact]) -> bool:
        return any(
            (f.kind, f.place, f.who, f.covers) == (fact.kind, fact.place, fact.who, fact.covers) and f.meets(fact)
            for f in facts.values()
        )

    def _may_hold(self, fact: Fact, facts: dict[str, Fact]) -> bool:
        others = [
            f for f in facts.values() if f.key != fact.key and f.place == fact.place and f.holds and f.meets(fact)
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
        """End the stand-ins for somebody on the day on which what they cover ends, and what was reported of who is no contact."""
        if not was.contact:
            return facts
        after, ended = dict(facts), [was]
        for f in [f for f in facts.values() if was.holds and (f.place, f.covers) == (was.place, was.who)]:
            day = self._held_until(f, facts)
            if day == f.start:
                del after[f.key]
            elif day < f.end:
                after[f.key] = replace(f, end=day)
            if after.get(f.key) != f:
                ended.append(f)
        return self._settle(after, ended)

    def _settle(self, facts: dict[str, Fact], ended: list[Fact]) -> dict[str, Fact]:
        """End what was reported of somebody, where they ceased to be a contact, on that day."""
        after, who = dict(facts), {(f.place, f.who) for f in ended}
        for f in facts.values():
            if f.kind == "Report" and (f.place, f.who) in who:
                day = self._contact_until(f.place, f.who, facts)
                if day <= f.start:
                    del after[f.key]
                elif day < f.end:
                    after[f.key] = replace(f, end=day)
        return after

    def _contact_until(self, place: str, who: str, facts: dict[str, Fact]) -> str:
        return max((f.end for f in facts.values() if f.contact and (f.place, f.who) == (place, who)), default="")
