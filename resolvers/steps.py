"""The words of an answer: how it ended, which steps were taken, to whom to write."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    """How the question ended."""

    HELD = "HELD"
    STAND_IN = "STAND_IN"
    ESCALATED = "ESCALATED"
    UNRESOLVED = "UNRESOLVED"


class StepKind(StrEnum):
    """What was found or done in one step."""

    NO_ROLE_IN_SOURCE = "NO_ROLE_IN_SOURCE"
    TRANSLATED = "TRANSLATED"
    HELD = "HELD"
    STAND_IN = "STAND_IN"
    VACANT_BY_INTENT = "VACANT_BY_INTENT"
    NOT_YET = "NOT_YET"
    EXPIRED = "EXPIRED"
    VACANT = "VACANT"
    MAILBOX_FIRST = "MAILBOX_FIRST"  # the role prefers its mailbox
    MAILBOX = "MAILBOX"  # the mailbox comes after the holders
    UNREACHABLE = "UNREACHABLE"
    ESCALATED_TO = "ESCALATED_TO"
    NOT_VISIBLE_TO_YOU = "NOT_VISIBLE_TO_YOU"  # the audience is not shown this role, whatever is known of it
    LAST_RESORT = "LAST_RESORT"  # somebody is accountable, but only KOMBIT can be written to
    UNRESOLVED = "UNRESOLVED"  # nobody is accountable


class AsWhat(StrEnum):
    """In which capacity somebody is written to."""

    HOLDER = "HOLDER"
    STAND_IN = "STAND_IN"
    MAILBOX = "MAILBOX"
    LAST_RESORT = "LAST_RESORT"


class Step(NamedTuple):
    """One step: what was found, the role asked, the facts behind it, its window, and what its sentence needs.

    The window `[valid_from, valid_to)` is the time in which all the facts behind it hold; for NOT_YET, EXPIRED and
    VACANT the time without assignments (from None: none is known before). `target` is the role gone to (carrier,
    mailbox, escalation), `holder` the key of whom it is about, `covers` that of whom a stand-in covers, `text` a local
    title or a vacancy's reason, `unit` a local unit. `veiled` is of the last resort: a role on the way was not shown.
    """

    kind: StepKind
    role: str
    municipality: str
    facts: tuple[str, ...]
    valid_from: str | None
    valid_to: str
    target: str | None = None
    holder: str | None = None
    covers: str | None = None
    text: str | None = None
    unit: str | None = None
    veiled: bool = False


class Reach(NamedTuple):
    """Somebody to write to. `fact` is the assignment or stand-in behind it; the last resort has no fact and no role."""

    holder: str
    reached_as: AsWhat
    role: str | None
    fact: str | None
    contacts: Sequence[Sequence[str]]

    @property
    def email(self) -> str | None:
        """The first e-mail address."""
        return self._first("EMAIL")

    @property
    def phone(self) -> str | None:
        """The first telephone number."""
        return self._first("PHONE")

    def _first(self, wanted: str) -> str | None:
        for kind, value in self.contacts:
            if kind == wanted:
                return value
        return None
