"""A small world in verbs: facts are said as sentences, and questions asked of them, without a database."""

from collections import defaultdict

from graph.shape import OPEN_DATE
from resolvers import coverage, responsibility
from resolvers.coverage import Cell
from resolvers.facts import (
    Assignment,
    Confirmation,
    Escalation,
    Gallery,
    Holder,
    Local,
    Named,
    Role,
    StandIn,
    Translation,
    Vacancy,
)
from resolvers.responsibility import Answer
from resolvers.sentences import Language, sentence

LONG_AGO = "2019-12-01"
TODAY = "2026-11-02"

OWNER, MANAGER, BOX, LEADER, INFRA = (
    "role:systemejer-bogfoering",
    "role:systemansvarlig-bogfoering",
    "role:oir-funktionspostkasse",
    "role:kombit-programleder",
    "role:infrastrukturansvarlig",
)
TITLES = {
    OWNER: "Systemejer for kommunens bogføringssystem",
    MANAGER: "Systemansvarlig for bogføringssystemet",
    BOX: "ØiR funktionspostkasse",
    LEADER: "KOMBIT-programleder",
    INFRA: "infrastrukturansvarlig",
}


def key(role: str) -> str:
    """`systemejer-bogfoering` → `role:systemejer-bogfoering`."""
    return role if role.startswith("role:") else f"role:{role}"


class World:
    """One municipality and the gallery. Names are lower case first names; keys count up as facts are said."""

    def __init__(self, name: str = "Aarhus") -> None:
        self.name = name
        self.prefers_mailbox = False
        self.names = {role: [Named(title, "OFFICIAL", LONG_AGO, OPEN_DATE)] for role, title in TITLES.items()}
        self.escalations: dict[str, list[Escalation]] = defaultdict(list)
        self.assignments: dict[str, list[Assignment]] = defaultdict(list)
        self.stand_ins: dict[str, list[StandIn]] = defaultdict(list)
        self.vacancies: dict[str, list[Vacancy]] = defaultdict(list)
        self.translations: dict[str, list[Translation]] = defaultdict(list)
        self.confirmations: dict[str, list[Confirmation]] = defaultdict(list)
        self.holders: dict[str, Holder] = {}
        self.ended: dict[str, str] = {}
        self.ended_by: dict[str, str] = {}
        self._counts: dict[str, int] = defaultdict(int)

    # --- facts ------------------------------------------------------------------------------------------------------

    def person(self, name: str, *, reachable: bool = True) -> str:
        """Know a person (or, by a name that begins with "box", a mailbox); the first saying decides."""
        label = "Mailbox" if name.startswith("box") else "Person"
        holder = f"{label.lower()}:{name}"
        contacts = [["EMAIL", f"{name}@aarhus.example"]] if reachable else []
        self.holders.setdefault(holder, Holder(holder, name.capitalize(), contacts))
        return holder

    def hold(self, role: str, by: str, since: str = LONG_AGO, to: str = OPEN_DATE) -> str:
        """`by` holds `role`; `to` is the first day after."""
        fact = Assignment(self._key("assignment"), key(role), self.person(by), since, to)
        self.assignments[key(role)].append(fact)
        return fact.key

    def cover(self, role: str, of: str, by: str, since: str = LONG_AGO, to: str = OPEN_DATE) -> str:
        """`by` stands in for `of`."""
        fact = StandIn(self._key("standIn"), key(role), self.person(of), self.person(by), since, to)
        self.stand_ins[key(role)].append(fact)
        return fact.key

    def leave_vacant(self, role: str, reason: str = "genopslag", since: str = LONG_AGO, to: str = OPEN_DATE) -> str:
        """The role is vacant on purpose."""
        fact = Vacancy(self._key("vacancy"), key(role), reason, since, to)
        self.vacancies[key(role)].append(fact)
        return fact.key

    def translate(
        self,
        role: str,
        title: str | None = None,
        *,
        unit: str | None = None,
        carried_by: str | None = None,
        since: str = LONG_AGO,
        to: str = OPEN_DATE,
    ) -> str:
        """The municipality calls the role `title`, or lets another role carry it."""
        carrier = key(carried_by) if carried_by else None
        fact = Translation(self._key("translation"), key(role), title, unit, carrier, since, to)
        self.translations[key(role)].append(fact)
        return fact.key

    def escalate(self, role: str, to_role: str, since: str = LONG_AGO, to: str = OPEN_DATE) -> str:
        """Without a holder the question goes from `role` to `to_role`."""
        fact = Escalation(self._key("escalation"), key(role), key(to_role), since, to)
        self.escalations[key(role)].append(fact)
        return fact.key

    def confirm(self, role: str, on: str) -> None:
        """Somebody says "still right"."""
        self.confirmations[key(role)].append(Confirmation(self._key("confirmation"), key(role), on))

    def _key(self, label: str) -> str:
        self._counts[label] += 1
        return f"{label}:{self._counts[label]}"

    # --- questions --------------------------------------------------------------------------------------------------

    @property
    def gallery(self) -> Gallery:
        """What is the same everywhere."""
        roles = {
            role: Role(role, "OIR", "OWNER", self.prefers_mailbox, False, BOX if "bog" in role else None, names)
            for role, names in self.names.items()
        }
        kombit = Holder("mailbox:implementering-kombit", "KOMBIT", [["EMAIL", "i@kombit.example"]])
        return Gallery(roles, self.escalations, kombit)

    @property
    def local(self) -> Local:
        """What is the municipality's own."""
        return Local(
            "municipality:0751",
            self.name,
            self.assignments,
            self.stand_ins,
            self.vacancies,
            self.translations,
            self.confirmations,
            self.ended,
            self.ended_by,
            self.holders,
        )

    def who(self, role: str | None, at: str = TODAY) -> Answer:
        """Ask who answers, with what comes next."""
        return responsibility.resolve_ahead(self.gallery, self.local, role and key(role), at)

    def cell(self, role: str, at: str = TODAY, within: int = 30) -> Cell:
        """Ask how the role is covered."""
        return coverage.cell(self.gallery, self.local, key(role), at, within)

    def said(self, answer: Answer, language: Language = "da") -> list[str]:
        """Say the steps."""
        return [sentence(step, answer.at, self.gallery, self.local, language) for step in answer.steps]


def kinds(answer: Answer) -> list[str]:
    """The kinds of the steps, in their order."""
    return [step.kind.value for step in answer.steps]


def written_to(answer: Answer) -> list[tuple[str, str]]:
    """Whom one writes to, and as what."""
    return [(reach.holder.partition(":")[2], reach.reached_as.value) for reach in answer.reach]
