"""One sentence for each step of an answer and for each gap, in Danish and in English.

Made when they are read and never stored, so that a sentence says names and titles as they are to be shown. Dates are as
people write them: the last day is inclusive ("til og med 31. december 2026", DESIGN rule 5). Danish titles stay Danish.
"""

from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from graph.shape import OPEN_DATE
from resolvers.facts import Gallery, Local
from resolvers.gaps import Gap, Reason
from resolvers.responsibility import title_at
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
        "Rollen {title} er ubesat med vilje {place} {period} ({text}).",
        "The role {title} is vacant on purpose in {municipality} {period} ({text}).",
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
        "{holder} har ingen kontaktoplysninger, der kan bruges.",
        "{holder} has no contact details that can be used.",
    ),
    StepKind.ESCALATED_TO: _Pair(
        "Spørgsmålet går derfor videre til {target} {place}.",
        "The question therefore goes on to {target} in {municipality}.",
    ),
    StepKind.LAST_RESORT: _Pair(
        "Ingen {place} kan kontaktes om det; skriv til {last_resort}.",
        "Nobody in {municipality} can be contacted about it; write to {last_resort}.",
    ),
    StepKind.UNRESOLVED: _Pair(
        "Ingen {place} har ansvaret; skriv til {last_resort}.",
        "Nobody in {municipality} answers for it; write to {last_resort}.",
    ),
}

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
        "Rollen {title} er besat {place}, men ingen af dem, der har den, kan kontaktes.",
        "The role {title} is held in {municipality}, but none of those who hold it can be contacted.",
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
        "Rollen {title} er ubesat med vilje {place}, men kun indtil {day}, og ingen tager over da.",
        "The role {title} is vacant on purpose in {municipality}, but only until {day}, and nobody takes over then.",
    ),
}
_HELD_UP: Final = _Pair(" Det holder opgaver op: {tasks}.", " This holds up tasks: {tasks}.")


def sentence(step: Step, at: str, gallery: Gallery, local: Local, language: Language) -> str:
    """Say a step of an answer for the day `at`, which decides the titles that roles have; names come from the facts."""
    said = {
        "title": title_at(gallery.roles[step.role], at),
        "target": title_at(gallery.roles[step.target], at) if step.target else "",
        "holder": _name(step.holder, local),
        "covers": _name(step.covers, local),
        "last_resort": gallery.last_resort.name,
        "period": period(step.valid_from, step.valid_to, language),
        "next_day": day(step.valid_to, language),
        "last_held": last_day(step.valid_from, language) if step.valid_from else "",
        "text": step.text or "",
        "unit": step.unit or "",
        **_place(local),
    }
    if step.kind is StepKind.TRANSLATED:
        if step.unit and (step.target or step.text):
            said["unit"] = f" ({step.unit})"
        return _fill(_TRANSLATED[bool(step.target), bool(step.text)], said, language)
    return _fill(_STEPS[step.kind], said, language)


def gap_sentence(gap: Gap, gallery: Gallery, local: Local, language: Language) -> str:
    """Say why a cell needs work, from when on, and which tasks wait for it with their last day."""
    said = {
        "title": title_at(gallery.roles[gap.cell.role], gap.cell.at),
        "day": day(gap.day, language),
        "tasks": "; ".join([f"{task.title} ({_DUE[language]} {day(task.due, language)})" for task in gap.tasks]),
        **_place(local),
    }
    return _fill(_GAPS[gap.reason], said, language) + (_fill(_HELD_UP, said, language) if gap.tasks else "")


def period(valid_from: str | None, valid_to: str, language: Language) -> str:
    """Say a half-open period with its last day inclusive: "fra 1. januar 2019 til og med 31. december 2026"."""
    since, until, further_notice = _PERIOD[language]
    start = f"{since} {day(valid_from, language)} " if valid_from else ""
    end = further_notice if valid_to == OPEN_DATE else f"{until} {last_day(valid_to, language)}"
    return start + end


def day(iso: str, language: Language) -> str:
    """Say a date: "1. januar 2019", "1 January 2019"."""
    when = date.fromisoformat(iso)
    return f"{when.day}{'.' if language == 'da' else ''} {_MONTHS[language][when.month - 1]} {when.year}"


def last_day(valid_to: str, language: Language) -> str:
    """Say the last day of a period that ends before `valid_to`."""
    return day((date.fromisoformat(valid_to) - timedelta(days=1)).isoformat(), language)


def _name(holder: str | None, local: Local) -> str:
    known = local.holders.get(holder) if holder else None
    return known.name if known else ""  # the last resort is the gallery's, not the municipality's


def _place(local: Local) -> dict[str, str]:
    place = f"{'på' if local.name in _ISLANDS else 'i'} {local.name}"
    return {"municipality": local.name, "place": place, "Place": place[0].upper() + place[1:]}


def _fill(pair: _Pair, said: dict[str, str], language: Language) -> str:
    return (pair.da if language == "da" else pair.en).format_map(said)
