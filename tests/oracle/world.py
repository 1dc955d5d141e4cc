"""Small worlds drawn at random: few roles, few people, few days, so that boundaries and holders collide often.

What is drawn is what the gallery's writes would let in: no empty period; terms and progress of a task follow each other.
But for one thing: circles of translation and escalation, which are refused when they are written, because the walk
promises to end all the same (corner 4). Half of the facts are about one role and the mailbox: facts that meet find more.
"""

import os
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck
from hypothesis import strategies as st

from tests.oracle.records import BOX, LEADER, OPEN, OPEN_SEQ, RESORT, Record, Role, World

START = date(2018, 3, 1)
"""Before any task of the reference data stands: those would be in the lists of gaps, too."""
SPAN = 10
EXAMPLES = int(os.environ.get("ROLLEGALLERI_ORACLE", "50"))
"""How many worlds are drawn for the graph, and three times as many without it: `ROLLEGALLERI_ORACLE=2000` is long."""
SETTINGS: dict[str, Any] = {"derandomize": True, "deadline": None, "suppress_health_check": list(HealthCheck)}
"""The same draws in every run of the same length; slowness of a busy machine is no failure."""
OWN = [f"role:orakel-{letter}" for letter in "abcd"]
PEOPLE = [f"person:orakel-{letter}" for letter in "abcd"]
BOXES = [f"mailbox:orakel-{letter}" for letter in "ab"]
CODES = {f"municipality:{code}": code for code in ("9801", "9802", "9803", "9804")}
TASKS = ["task:orakel-a", "task:orakel-b"]


def day(number: int) -> str:
    """The n-th day of the world."""
    return (START + timedelta(days=number)).isoformat()


DAYS = st.integers(0, SPAN).map(day)
PERIODS = st.tuples(st.integers(0, SPAN - 1), st.one_of(st.integers(1, SPAN), st.none())).map(
    lambda p: (day(p[0]), OPEN if p[1] is None else day(p[0] + p[1]))
)
SALTS = st.integers(0, 9)


class Told:
    """A world as it is drawn: facts are told with both clocks, and some of them corrected later."""

    def __init__(self, draw: st.DrawFn, changes: int) -> None:
        self.draw, self.changes = draw, changes
        self.records: list[Record] = []
        self.numbers = 0

    def key(self, label: str) -> str:
        """A key that no other fact has; keys do not follow the order of drawing."""
        self.numbers += 1
        return f"{label[0].lower()}{label[1:]}:orakel-{self.draw(SALTS)}-{self.numbers}"

    def tell(self, label: str, period: tuple[str, str], others: st.SearchStrategy[dict[str, Any]], **said: Any) -> None:
        """Tell a fact; perhaps correct it in a later change (its period, or what `others` draws), or take it back."""
        key = self.key(label)
        start = self.draw(st.integers(1, self.changes))
        while True:
            corrected = self.draw(st.integers(0, 3)) == 0 and start < self.changes
            end = self.draw(st.integers(start + 1, self.changes)) if corrected else OPEN_SEQ
            self.records.append(replace(Record(label, key, *period, start, end), **said))
            if not corrected or self.draw(st.integers(0, 2)) == 0:
                return
            start = end
            if self.draw(st.booleans()):
                said = {**said, **self.draw(others)}
            else:
                period = self.draw(PERIODS)


@st.composite
def worlds(draw: st.DrawFn, *, places: int = 4) -> World:
    """Draw a world of up to `places` municipalities."""
    own = OWN[: draw(st.integers(1, 4))]
    roles = [*own, LEADER, BOX]
    codes = dict(list(CODES.items())[: draw(st.integers(min(2, places), places))])
    told = Told(draw, draw(st.integers(1, 4)))
    _gallery(told, own, roles)
    for place in codes:
        _place(told, place, roles)
    _tasks(told, roles, list(codes))
    holders = {key: draw(st.sampled_from([True, True, True, False])) for key in PEOPLE + BOXES}
    boxes = st.sampled_from([BOX, BOX, BOX, None, *own])
    gallery = {r: Role(r, draw(st.integers(0, 3)), draw(st.booleans()), draw(boxes)) for r in own}
    gallery |= {LEADER: Role(LEADER, 101), BOX: Role(BOX, 100)}
    return World(gallery, {**holders, RESORT: True}, codes, TASKS, told.changes, tuple(told.records))


def _gallery(told: Told, own: list[str], roles: list[str]) -> None:
    """Titles, one after the other; escalations: chains, none, others at other dates."""
    for source in own:
        renamed = told.draw(st.integers(1, SPAN).map(day))
        for number, period in enumerate((("2010-01-01", renamed), (renamed, OPEN))):
            title = f"{source} {told.draw(st.integers(number, 1))}"
            told.records.append(Record("Name", told.key("Name"), *period, 1, OPEN_SEQ, role=source, text=title))
        target = st.sampled_from([r for r in [*own, *roles] if r != source])
        for period in told.draw(st.lists(PERIODS, min_size=1, max_size=3)):
            to = target.map(lambda role: {"to": role})
            told.tell("Escalation", period, to, role=source, to=told.draw(target))


def _place(told: Told, place: str, roles: list[str]) -> None:
    """What one municipality says of its roles."""
    draw, role = told.draw, st.sampled_from([roles[0]] * 3 + [BOX] * 2 + roles)
    who = st.sampled_from(PEOPLE + BOXES)
    holder = who.map(lambda key: {"holder": key})
    for of, by, period in draw(st.lists(st.tuples(role, who, PERIODS), min_size=2, max_size=7)):
        told.tell("Assignment", period, holder, role=of, place=place, holder=by)
    held = [(str(r.role), str(r.holder)) for r in told.records if (r.label, r.place) == ("Assignment", place)]
    covers = st.one_of(st.tuples(role, who), *[st.sampled_from(held)] * 3) if held else st.tuples(role, who)
    for (of, covered), by, period in draw(st.lists(st.tuples(covers, who, PERIODS), max_size=5)):
        told.tell("StandIn", period, holder, role=of, place=place, covered=covered, holder=by)
    for of, period in draw(st.lists(st.tuples(role, PERIODS), min_size=1, max_size=4)):
        told.tell("Vacancy", period, st.just({"text": "genopslag"}), role=of, place=place, text="afventer")
    for of, period in draw(st.lists(st.tuples(role, PERIODS), max_size=2)):
        carriers = st.sampled_from([None, *roles])
        to = carriers.map(lambda key: {"to": key})
        told.tell(
            "Translation",
            period,
            to,
            role=of,
            place=place,
            to=draw(carriers),
            text=draw(st.sampled_from([None, "Lokal"])),
        )
    for of, on in draw(st.lists(st.tuples(role, DAYS), max_size=2)):
        told.tell("Confirmation", (on, OPEN), st.just({}), role=of, place=place)


def _tasks(told: Told, roles: list[str], places: list[str]) -> None:
    """Two tasks: whom they address, until when they are due, how far the municipalities are."""
    draw = told.draw
    words = st.sampled_from(["DONE", "STARTED", "NOT_STARTED"])
    for task in TASKS:
        first, then = sorted(draw(st.tuples(st.integers(0, SPAN), st.integers(0, SPAN))))
        for start, end in ((day(first), day(then)), (day(then), draw(st.sampled_from([OPEN, OPEN, day(SPAN + 2)])))):
            if start < end and draw(st.integers(0, 5)):
                due = draw(st.sampled_from([day(2), day(4), day(4), day(4), None]))
                obligation = draw(st.sampled_from(["MANDATORY", "RECOMMENDED", None]))
                told.records.append(
                    Record(
                        "Terms",
                        told.key("Terms"),
                        start,
                        end,
                        draw(st.integers(1, told.changes)),
                        OPEN_SEQ,
                        task=task,
                        text=f"Opgave {task}",
                        due=due,
                        word=obligation,
                    )
                )
        for role in draw(st.lists(st.sampled_from([roles[0], BOX, *roles]), unique=True, max_size=4)):
            kind = st.sampled_from(["RESPONSIBLE", "INVOLVED"])
            told.tell(
                "Addressing",
                draw(st.one_of(st.just((day(0), OPEN)), PERIODS)),
                kind.map(lambda k: {"word": k}),
                task=task,
                role=role,
                word=draw(kind),
            )
        for place in places:
            turn = day(draw(st.integers(1, SPAN)))
            for period in ((day(0), turn), (turn, OPEN)):
                if draw(st.booleans()):
                    seq = draw(st.integers(1, told.changes))
                    told.records.append(
                        Record(
                            "Progress",
                            told.key("Progress"),
                            *period,
                            seq,
                            OPEN_SEQ,
                            task=task,
                            place=place,
                            word=draw(words),
                        )
                    )
