"""What the oracle reads: a plain list of records, each with both clocks, as they are written to the graph."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

OPEN = "9999-12-31"
OPEN_SEQ = 2**53 - 1
LEADER = "role:kombit-programleder"
BOX = "role:oir-funktionspostkasse"
RESORT = "mailbox:implementering-kombit"
DEFINED = {LEADER: "2019-12-01", BOX: "2019-12-01"}
"""The day from which the gallery defines the roles that are not drawn. What is drawn no version ever defined: it counts as defined."""


@dataclass(frozen=True, slots=True)
class Record:
    """One version of a fact. `label` is the graph's; every other value is empty where the label has no such thing.

    `to` is the role an escalation goes to, or that carries a translated one; `text` a title or a reason; `word` an
    addressing's kind, a task's obligation or a municipality's progress.
    """

    label: str
    key: str
    valid_from: str
    valid_to: str
    from_seq: int
    to_seq: int
    role: str | None = None
    place: str | None = None
    holder: str | None = None
    covered: str | None = None
    to: str | None = None
    task: str | None = None
    text: str | None = None
    unit: str | None = None
    word: str | None = None
    due: str | None = None

    def __repr__(self) -> str:
        """Say what is said, and no more: this is what a failing draw prints."""
        said = {f.name: getattr(self, f.name) for f in fields(self)[6:] if getattr(self, f.name) is not None}
        known = f"{self.from_seq}-{'' if self.to_seq == OPEN_SEQ else self.to_seq}"
        return f"{self.key} [{self.valid_from}, {self.valid_to}) known {known} {said}"


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the gallery; `mailbox` is its domain's mailbox role, `order` where lists show it."""

    key: str
    order: int
    prefers_mailbox: bool = False
    mailbox: str | None = None


@dataclass(frozen=True, slots=True)
class World:
    """All there is. `holders` tells of each person and mailbox whether there is a way to write to them.

    `codes` are the municipalities' codes by key. Change numbers begin with 1, in which all things come.
    """

    roles: Mapping[str, Role]
    holders: Mapping[str, bool]
    codes: Mapping[str, str]
    tasks: Sequence[str]
    changes: int
    records: Sequence[Record] = field(default_factory=tuple)
