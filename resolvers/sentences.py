"""One sentence for each step of an answer and for each gap, in Danish and in English.

Made when they are read and never stored, so that a sentence says names and titles as they are to be shown. Dates are as
people write them: the last day is inclusive ("til og med 31. december 2026", rule 5). Danish titles stay Danish.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from graph.shape import OPEN_DATE
from resolvers.facts import Gallery, Local
from resolvers.gaps import Gap, Reason
from resolvers.steps import Step, StepKind

Language = Literal["da", "en"]

_MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    "da": (
        *("januar", "februar", "marts", "april", "maj", "juni"),
        *("juli", "august", "september", "oktober", "november", "december"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_PERIOD: Final[dict[Language, tuple[str, str, str]]] = {
    "da": ("fra", "til og med", "indtil videre"),
    "en": ("from", "up to and including", "until further notice"),
}
_DUE: Final[dict[Language, str]] = {"da": "frist", "en": "due"}
_ISLANDS: Final = frozenset({"Bornholm", "Fanø", "Langeland", "Lolland", "Læsø", "Morsø", "Samsø", "Ærø"})
"""Municipalities that are islands: Danish says "på Bornholm", but "i Aarhus"."""


class _Pair(NamedTuple):
    """The same sentence in both languages; braces are filled from what the step or the gap says."""

    da: str
    en: str


_STEPS: Final[dict[StepKind, _Pair]] = {
    StepKind.NO_ROLE_IN_SOURCE: _Pair(
        "Opgaven nævner ingen rolle, så spørgsmålet går til {title} {place}.",
        "The task names no role, so the question goes to {title} in {municipality}.",
    ),
    StepKind.HELD: _Pair(
        "{holder} har rollen {title} {place} {period}.",
        "{holder} holds the role {title} in {municipality} {period}.",
    ),
    StepKind.STAND_IN: _Pair(
        "{holder} er stedfortræder for {covers} i rollen {title} {place} {period}.",
        "{holder} stands in for {covers} in the role {title} in {municipality} {period}.",
    ),
    StepKind.VACANT_BY_INTENT: _Pair(
        "Rollen {title} er ubesat med vilje {place} {period}{why}.",
        "The role {title} is vacant on purpose in {municipality} {period}{why}.",
    ),
    StepKind.NOT_YET: _Pair(
        "Ingen har rollen {title} {place} endnu; {holder} får rollen fra {next_day}.",
        "Nobody holds the role {title} in {municipality} yet; {holder} takes it from {next_day}.",
    ),
    StepKind.EXPIRED: _Pair(
        "Ingen har længere rollen {title} {place}; den var sidst besat til og med {last_held}.",
        "Nobody holds the role {title} in {municipality} any longer; it was last held up to and including {last_held}.",
    ),
    StepKind.VACANT: _Pair(
        "Ingen har rollen {title} {place}, og ingen er kendt fra før eller til senere.",
        "Nobody holds the role {title} in {municipality}, and nobody is known from before or for later.",
    ),
    StepKind.MAILBOX_FIRST: _Pair(
        "Skriv først til {holder}: rollen {title} kontaktes gennem {target} {place}.",
        "Write to {holder} first: the role {title} is contacted through {target} in {municipality}.",
    ),
    StepKind.MAILBOX: _Pair(
        "Man kan også skrive til {holder}, som er {target} {place}.",
        "One can also write to {holder}, which is {target} in {municipality}.",
    ),
    StepKind.UNREACHABLE: _Pair(
        "{holder} har ingen kontaktoplysninger, der vises for dig.",
        "{holder} has no contact details that are shown to you.",
    ),
    StepKind.ESCALATED_TO: _Pair(
        "Spørgsmålet går derfor videre til {target} {place}.",
        "The question therefore goes on to {target} in {municipality}.",
    ),
    StepKind.NOT_VISIBLE_TO_YOU: _Pair(
        "Hvem der har rollen {title} {place}, vises ikke for dig.",
        "Who holds the role {title} in {municipality} is not shown to you.",
    ),
    StepKind.LAST_RESORT: _Pair(
        "Ingen {place} kan kontaktes om det ud fra det, der vises for dig; skriv til {last_resort}.",
        "Nobody in {municipality} can be contacted about it by what you are shown; write to {last_resort}.",
    ),
    StepKind.UNRESOLVED: _Pair(
        "Ingen {place} har ansvaret; skriv til {last_resort}.",
        "Nobody in {municipality} answers for it; write to {last_resort}.",
    ),
}

_VEILED: Final[dict[StepKind, _Pair]] = {  # a role on the way was not shown, so it may be held
    StepKind.UNRESOLVED: _Pair(
        "Ingen, der vises for dig {place}, har ansvaret; skriv til {last_resort}.",
        "Nobody whom you are shown in {municipality} answers for it; write to {last_resort}.",
    ),
}

_NAMELESS: Final[dict[Language, str]] = {"da": "en medarbejder", "en": "a member of staff"}
"""What stands for a person whose name is not shown to who asks: such a holder's `name` is empty."""

_TRANSLATED: Final[dict[tuple[bool, bool], _Pair]] = {  # by: another role carries it, it has a title of its own
    (True, True): _Pair(
        "{Place} varetages rollen {title} af rollen {target} og kaldes »{text}«{unit}.",
        "In {municipality} the role {title} is carried by the role {target} and is called “{text}”{unit}.",
    ),
    (True, False): _Pair(
        "{Place} varetages rollen {title} af rollen {target}{unit}.",
        "In {municipality} the role {title} is carried by the role {target}{unit}.",
    ),
    (False, True): _Pair(
        "{Place} kaldes rollen {title} »{text}«{unit}.",
        "In {municipality} the role {title} is called “{text}”{unit}.",
    ),
    (False, False): _Pair(
        "{Place} hører rollen {title} til i {unit}.",
        "In {municipality} the role {title} belongs to {unit}.",
    ),
}

_GAPS: Final[dict[Reason, _Pair]] = {
    Reason.VACANT: _Pair(
        "Ingen har rollen {title} {place}, og ingen er på vej.",
        "Nobody holds the role {title} in {municipality}, and nobody is known to come.",
    ),
    Reason.UNREACHABLE: _Pair(
        "Rollen {title} er besat {place}, men ingen af dem, der har den, har kontaktoplysninger, der vises for dig.",
        "The role {title} is held in {municipality}, but none of those who hold it has contact details that are shown to you.",
    ),
    Reason.STARTS_LATER: _Pair(
        "Ingen har rollen {title} {place} endnu; den næste er på vej.",
        "Nobody holds the role {title} in {municipality} yet; the next holder is known.",
    ),
    Reason.FALLS_VACANT: _Pair(
        "Rollen {title} bliver ubesat {place} fra {day}, og ingen tager over den dag.",
        "The role {title} falls vacant in {municipality} from {day}, and nobody takes over that day.",
    ),
    Reason.INTENT_ENDS: _Pair(
        "Rollen {title} er kun ubesat med vilje {place} indtil {day}, og ingen tager over da.",
        "The role {title} in {municipality} is vacant on purpose only until {day}, and nobody takes over then.",
    ),
    Reason.REPORTED: _Pair(
        "En kontakt for rollen {title} {place} er meldt forkert, og ingen har bekræftet eller rettet den.",
        "A contact for the role {title} in {municipality} was reported as wrong; nobody has confirmed or corrected it.",
    ),
}
_HELD_UP: Final = _Pair(" Det holder opgaver op: {tasks}.", " This holds up tasks: {tasks}.")


def sentence(step: Step, at: str, gallery: Gallery, local: Local, language: Language) -> str:
    """Say a step of an answer for the day `at`, which decides the titles that roles have; names come from the facts."""
    pair = _TRANSLATED[bool(step.target), bool(step.text)] if step.kind is StepKind.TRANSLATED else _STEPS[step.kind]
    if step.veiled:
        pair = _VEILED.get(step.kind, pair)
    said = _fill(pair, _StepWords(step, at, gallery, local, language), language)
    return said[0].upper() + said[1:] if said.startswith(_NAMELESS[language]) else said


def named_in(step: Step, local: Local) -> list[str]:
    """Give the keys of those whom the sentence of a step names: whoever is not shown is “a member of staff” in it."""
    holders = local.holders
    return [key for key in (step.holder, step.covers) if key is not None and key in holders and holders[key].name]


def gap_sentence(gap: Gap, gallery: Gallery, local: Local, language: Language) -> str:
    """Say why a cell needs work, from when on, and which tasks wait for it with their last day."""
    said = _GapWords(gap, gallery, local, language)
    return _fill(_GAPS[gap.reason], said, language) + (_fill(_HELD_UP, said, language) if gap.tasks else "")


class _Words:
    """What stands for the braces of a sentence: each word is found when the sentence has it."""

    def __init__(self, gallery: Gallery, local: Local, language: Language) -> None:
        self.gallery, self.local, self.language = gallery, local, language

    def __getitem__(self, word: str) -> str:
        return str(getattr(self, word)())

    def municipality(self) -> str:
        return self.local.name

    def place(self) -> str:
        return place(self.local.name)

    def Place(self) -> str:  # noqa: N802 - the word at the beginning of a sentence
        place = self.place()
        return place[0].upper() + place[1:]


class _StepWords(_Words):
    def __init__(self, step: Step, at: str, gallery: Gallery, local: Local, language: Language) -> None:
        super().__init__(gallery, local, language)
        self.step, self.at = step, at

    def title(self) -> str:
        return self.gallery.title(self.step.role, self.at)

    def target(self) -> str:
        return self.gallery.title(self.step.target, self.at) if self.step.target else ""

    def holder(self) -> str:
        return self._name(self.step.holder)

    def covers(self) -> str:
        return self._name(self.step.covers)

    def last_resort(self) -> str:
        return self.gallery.last_resort.name

    def period(self) -> str:
        return period(self.step.valid_from, self.step.valid_to, self.language)

    def next_day(self) -> str:
        return day(self.step.valid_to, self.language)

    def last_held(self) -> str:
        return last_day(self.step.valid_from, self.language) if self.step.valid_from else ""

    def text(self) -> str:
        return self.step.text or ""

    def why(self) -> str:
        return f" ({self.step.text})" if self.step.text else ""

    def unit(self) -> str:
        """The local unit: in brackets, unless it is all that the translation says."""
        unit = self.step.unit or ""
        return f" ({unit})" if unit and (self.step.target or self.step.text) else unit

    def _name(self, holder: str | None) -> str:
        known = self.local.holders.get(holder) if holder else None
        return (
            (known.name or _NAMELESS[self.language]) if known else ""
        )  # the last resort is the gallery's, not the municipality's


class _GapWords(_Words):
    def __init__(self, gap: Gap, gallery: Gallery, local: Local, language: Language) -> None:
        super().__init__(gallery, local, language)
        self.gap = gap

    def title(self) -> str:
        return self.gallery.title(self.gap.cell.role, self.gap.cell.at)

    def day(self) -> str:
        return day(self.gap.day, self.language)

    def tasks(self) -> str:
        due = _DUE[self.language]
        return "; ".join([f"{task.title} ({due} {day(task.due, self.language)})" for task in self.gap.tasks])


def place(municipality: str) -> str:
    """Say where, in Danish: "i Aarhus", "på Bornholm"."""
    return f"{'på' if municipality in _ISLANDS else 'i'} {municipality}"


def period(valid_from: str | None, valid_to: str, language: Language) -> str:
    """Say a half-open period with its last day inclusive: "fra 1. januar 2019 til og med 31. december 2026"."""
    since, until, further_notice = _PERIOD[language]
    start = f"{since} {day(valid_from, language)} " if valid_from else ""
    end = further_notice if valid_to == OPEN_DATE else f"{until} {last_day(valid_to, language)}"
    return start + end


@lru_cache(maxsize=4096)
def day(iso: str, language: Language) -> str:
    """Say a date: "1. januar 2019", "1 January 2019"."""
    when = date.fromisoformat(iso)
    return f"{when.day}{'.' if language == 'da' else ''} {_MONTHS[language][when.month - 1]} {when.year}"


@lru_cache(maxsize=4096)
def last_day(valid_to: str, language: Language) -> str:
    """Say the last day of a period that ends before `valid_to`."""
    return day((date.fromisoformat(valid_to) - timedelta(days=1)).isoformat(), language)


def _fill(pair: _Pair, said: _Words, language: Language) -> str:
    return (pair.da if language == "da" else pair.en).format_map(said)
