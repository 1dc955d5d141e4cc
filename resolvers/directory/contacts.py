"""`contacts`: to whom a vendor writes for a role or a task at a customer, since when, until when, and why.

What an answer says was cut to what vendors are shown when it was gathered (`directory_rows.cypher`), so whatever
resolution makes of it, names and addresses for others are not there to be told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Final, NamedTuple

from graph.reads import Gathered, Lookup
from graph.shape import OPEN_DATE, slot
from resolvers.audiences import hidden
from resolvers.directory.reasons import reason, spoken
from resolvers.directory.texts import text
from resolvers.facts import Gallery, Local
from resolvers.gathering import gallery, locals_of
from resolvers.looks import last_confirmed
from resolvers.questions.responsibility import StepView, check_asked, check_stands
from resolvers.responsibility import Answer, Resolver
from resolvers.sentences import named_in
from resolvers.steps import AsWhat, Reach, Step, StepKind

AHEAD: Final = frozenset({"until", "next"})
SWITCHES: Final[Mapping[str, frozenset[str]]] = {
    "holes": frozenset({"steps"}),
    "history": frozenset({"steps"}),
    "confirmed": frozenset({"lastConfirmed"}),
    "since": frozenset({"since"}),
}
"""What only some fields need to have gathered (see `Gathered`)."""
_TOLD: Final = AHEAD | {
    "answeredBy", "mailbox", "name", "email", "phone", "others", "since", "lastConfirmed", "da", "en", "steps",
}  # fmt: skip
"""The fields that are made of an answer's steps: they tell who acts first, who may be somebody that is not shown."""
HOLDING: Final = frozenset({StepKind.HELD, StepKind.STAND_IN})

Tenures = Mapping[tuple[str, str | None, str | None], Sequence[tuple[str, str]]]
"""When somebody held a place, or stood in for somebody else there, up to the date: by slot, holder and who is covered."""


class Person(NamedTuple):
    """Somebody who can be written to, as far as vendors are shown."""

    name: str
    email: str | None
    phone: str | None
    stands_in: bool


@dataclass(frozen=True)
class Contact:
    """To whom to write for one role at one customer; also from a later day on."""

    answer: Answer
    gallery: Gallery
    local: Local
    tenures: Tenures

    role = property(lambda self: self.answer.role)
    municipality = property(lambda self: self.answer.municipality)
    outcome = property(lambda self: self.answer.outcome)
    until = property(lambda self: self.answer.until)
    from_ = property(lambda self: self.answer.at)

    @cached_property
    def held(self) -> Step | None:
        """The step that tells of the first one who holds the role, or stands in."""
        return next((step for step in self.answer.steps if step.kind in HOLDING), None)

    @property
    def acts(self) -> str | None:
        """The key of whoever acts first: a person or a mailbox, shown or not."""
        return self.held.holder if self.held else None

    @cached_property
    def reached(self) -> list[Reach]:
        """The people who can be written to, the first first; a person whose name is not shown is not among them."""
        return [reach for reach in self.answer.reach if reach.holder.startswith("person:")]

    @property
    def answered_by(self) -> str | None:
        """The role that somebody holds: the one asked, who carries it, or where it escalates."""
        return self.held.role if self.held else None

    @property
    def mailbox(self) -> str | None:
        """The address of the mailbox that acts, else of the function mailbox; KOMBIT's own where nobody else is left.

        One that acts comes first even where the role prefers its function mailbox: no other field has its address.
        """
        boxes = [reach for reach in self.answer.reach if reach.holder.startswith("mailbox:")]
        boxes.sort(key=lambda box: (box.holder != self.acts, box.reached_as is not AsWhat.MAILBOX))
        return next((box.email for box in boxes if box.email), None)

    @cached_property
    def first(self) -> Reach | None:
        """Whom to write to first; None where whoever acts first is a mailbox, or a person who is not shown."""
        return next((reach for reach in self.reached if reach.holder == self.acts), None)

    @cached_property
    def rest(self) -> list[Reach]:
        """Who else can be written to, in order."""
        return [reach for reach in self.reached if reach is not self.first]

    @property
    def name(self) -> str | None:
        """The name of whom to write to first."""
        return self.first and self.local.holders[self.first.holder].name

    @property
    def email(self) -> str | None:
        """That person's address."""
        return self.first and self.first.email

    @property
    def phone(self) -> str | None:
        """That person's telephone number."""
        return self.first and self.first.phone

    @property
    def others(self) -> list[Person]:
        """Who else can be written to, as they are shown."""
        return [self._person(reach) for reach in self.rest]

    @property
    def first_key(self) -> str | None:
        """The key of whom to write to first: whose look-up the answer is (docs/decisions/0012), as the two that follow."""
        return self.first and self.first.holder

    @property
    def other_keys(self) -> list[str]:
        """The keys of the others."""
        return [reach.holder for reach in self.rest]

    @property
    def named(self) -> list[str]:
        """The keys of those whom the reason names."""
        step = spoken(self.answer, self.held)
        return [] if step is None else named_in(step, self.local)

    @property
    def since(self) -> str | None:
        """The first day on which whoever acts first does so, named or not; another assignment that follows is no break."""
        if self.held is None:
            return None
        place = slot(self.local.municipality.partition(":")[2], self.held.role)
        who, covers = self.held.holder, self.held.covers
        if covers is None:
            return self._since(place, who, None)
        return max(self._since(place, covers, None), self._since(place, who, covers))

    @property
    def last_confirmed(self) -> str | None:
        """The last day on which somebody said that who answers still does; see `looks.last_confirmed`."""
        return last_confirmed(self.local, self.answered_by or "", self.answer.at)

    @property
    def next(self) -> "Contact | None":
        """The contact from `until` on."""
        return replace(self, answer=self.answer.next) if self.answer.next else None

    @property
    def steps(self) -> list[StepView]:
        """The reasoning, in the order in which it was taken."""
        return [StepView(step, self.answer.at, self.gallery, self.local) for step in self.answer.steps]

    @property
    def da(self) -> str:
        """The reason in Danish."""
        return reason(self.answer, self.held, self.gallery, self.local, "da")

    @property
    def en(self) -> str:
        """The reason in English."""
        return reason(self.answer, self.held, self.gallery, self.local, "en")

    def _since(self, place: str, who: str | None, covers: str | None) -> str:
        """Tell the first day of the unbroken time, up to the date, in which somebody was in a place."""
        day: str = self.answer.at
        for start, end in sorted(self.tenures[place, who, covers], reverse=True):
            if end >= day:
                day = start
        return day

    def _person(self, reach: Reach) -> Person:
        stands_in = reach.reached_as is AsWhat.STAND_IN
        return Person(self.local.holders[reach.holder].name, reach.email, reach.phone, stands_in)


class Gathering(NamedTuple):
    """What the statements gather for contacts: the gallery, each municipality's facts, the roles that vendors are not shown.

    `uses` are the periods for which each municipality uses one of the vendor's systems, where somebody looks ahead; `tenures`
    are there where it is asked since when.
    """

    gallery: Gallery
    locals: Sequence[Local]
    hidden: frozenset[str]
    uses: Mapping[str, Sequence[tuple[str, str]]]
    tenures: Tenures

    @classmethod
    def of(cls, head: Sequence[Any], facts: Sequence[Any], at: str) -> "Gathering":
        """Build it from the first two parts of a statement's rows."""
        roles, ways, where, spans, tenures = head
        everywhere = gallery(roles, ways, facts)
        uses: dict[str, list[tuple[str, str]]] = {}
        for municipality, start, end in spans:
            uses.setdefault(municipality, []).append((start, end))
        held: dict[tuple[str, str | None, str | None], list[tuple[str, str]]] = {}
        for place, who, covers, start, end in tenures:
            held.setdefault((place, who, covers), []).append((start, end))
        return cls(everywhere, locals_of(where, facts, at), hidden("vendor", everywhere.roles), uses, held)

    def contacts(self, local: Local, roles: Iterable[str], at: str, wanted: frozenset[str]) -> Iterator[Contact]:
        """Resolve several roles in one municipality; those that vendors are not shown are passed over."""
        resolver = Resolver(self.gallery, local, explain=bool(wanted & _TOLD), hidden=self.hidden)
        ends = _ends(self.uses.get(local.municipality, ()), at)
        decide = partial(_ahead, resolver, ends) if wanted & AHEAD else resolver.resolve
        for role in roles:
            if role not in self.hidden:
                yield Contact(decide(role, at), self.gallery, resolver.local, self.tenures)


def _ahead(resolver: Resolver, ends: str, role: str, at: str) -> Answer:
    """Resolve with `until` and `next`, passing over days on which the same people stay, by another assignment.

    From `ends` on the municipality is no customer: that day is an `until`, and what comes then is not told.
    """
    answer = last = resolver.resolve_ahead(role, at)
    while last.next is not None and last.next.at < ends and _who(last.next) == _who(answer):
        last = resolver.resolve_ahead(role, last.next.at)
    if ends < OPEN_DATE and (last.until is None or last.until >= ends):
        return answer._replace(until=ends, next=None)
    return answer._replace(until=last.until, next=last.next)


def _ends(uses: Iterable[tuple[str, str]], at: str) -> str:
    """Tell the first day after the one asked on which none of the uses, one after the other, holds."""
    ends = at
    for start, end in sorted(uses):
        if start <= ends < end:
            ends = end
    return ends


def _who(answer: Answer) -> tuple[object, ...]:
    """Tell what makes another contact of an answer: how it came to be, whose duty it is, and to whom to write as what."""
    held = [step for step in answer.steps if step.kind in HOLDING and step.facts[0] in answer.accountable]
    duty = frozenset([step.covers or step.holder for step in held])
    return answer.outcome, duty, [(reach.holder, reach.reached_as, reach.role) for reach in answer.reach]


def _prepare(arguments: Mapping[str, Any]) -> dict[str, Any]:
    check_asked(arguments)
    return {**arguments, "near": arguments["at"]}


def _decide(data: Any, arguments: Mapping[str, Any], wanted: frozenset[str]) -> list[Contact]:
    head, facts, (tasks, terms, addressed) = data
    at, meant = arguments["at"], arguments["meant"]
    if tasks:
        check_stands(terms, at, arguments["task"])
    roles = [role for role, _, _ in addressed] if tasks else [key for _, key, _ in meant["role"]]
    found = Gathering.of(head, facts, at)
    return [contact for local in found.locals for contact in found.contacts(local, dict.fromkeys(roles), at, wanted)]


def _statement(given: Mapping[str, Any]) -> str:
    by = "role" if given.get("task") is None else "task"
    return text("directory_contacts", asked=by, addressed=by, reached="walk")


CONTACTS: Final = Gathered(
    _statement,
    _decide,
    lookups=(Lookup("role", "Role"), Lookup("task", "Task"), Lookup("municipality", "Municipality")),
    prepare=_prepare,
    ahead=AHEAD,
    switches=SWITCHES,
)
"""The root field's read."""

_FIRST: Final = dict.fromkeys(("name", "email", "phone"), ("first_key",))
_OTHERS: Final[Mapping[str, tuple[str, ...]]] = {"others": ("other_keys",)}
_NAMED: Final = dict.fromkeys(("da", "en"), ("named",))
TOLD: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "Contact": {**_FIRST, **_OTHERS, **_NAMED},
    "NextContact": {**_FIRST, **_OTHERS},
    "Step": _NAMED,
}
"""Which fields tell of people, and the attributes that hold their keys (`resolvers/questions/told.py`)."""

VALUES: Final[dict[str, type[Any]]] = {
    "Contact": Contact,
    "NextContact": Contact,
    "ContactPerson": Person,
    "Step": StepView,
}
"""The value objects, by GraphQL type."""
