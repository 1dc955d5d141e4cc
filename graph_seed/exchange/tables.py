"""The sheets of the current map, declared once: reader, writer, template and importer all derive from here.

A workbook has any of these sheets; a CSV file is one of them, told by its headings. Sheets and columns may be left
out: what is left out says nothing, while a cell that is empty says that there is none (rule 13). People mean the last
day when they say "til", so that is what files hold (rule 5); `day_after` and `day_before` go between that and the
graph's half-open periods.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from graph.shape import OPEN_DATE
from graph_seed.exchange.columns import (
    DOMAINS,
    SEPARATOR,
    STATES,
    Column,
    Sheet,
    Who,
    contacts,
    municipality,
    period,
    role,
    somebody,
)

PERIOD: Final = ("first_day", "last_day")

_HOLDER: Final = Who("holder_key", ("holder_kind", "holder_name", "holder_email"))
_COVERED: Final = Who("holder_key", ("holder_kind", "holder_name", "holder_email"))
_STAND_IN: Final = Who("stand_in_key", ("stand_in_kind", "stand_in_name", "stand_in_email"))
_HOLDER_SPELLINGS: Final = {
    "kind": ("Type", "Holdertype", "Holder kind"),
    "name": ("Navn", "Holder", "Indehaver", "Kontaktperson"),
    "key": ("Nøgle",),
    "email": ("E-mail", "Email", "Mail", "Mailadresse"),
}


def _named(what: str) -> tuple[Column, ...]:
    return (
        Column(
            "key",
            "Key",
            "key",
            ("Nøgle", "Id"),
            f"The {what}'s key. Empty: who has this e-mail, or else this name in the municipality; nobody has: a new one. "
            "“new” (ny): a new one, although others have the name; it needs an e-mail.",
            keys_of=(what,),
            takes_new=True,
        ),
        Column("name", "Name", "text", ("Navn",), f"The {what}'s name.", required=True),
    )


_ERP_SYSTEM: Final = Column(
    "erp_system",
    "ERP system",
    "text",
    ("ERP-system", "ERP", "Økonomisystem", "System"),
    "The system's code or name.",
    required=True,
    choose="erp_systems",
)
_TASK: Final = Column(
    "task",
    "Task code",
    "text",
    ("Opgave", "Opgavekode", "Task"),
    "The KLIK task's code.",
    required=True,
    choose="tasks",
)

ASSIGNMENTS: Final = Sheet(
    "assignments",
    "Assignments",
    ("Rollebesættelser", "Tildelinger", "Roller", "Rolleindehavere"),
    "Who holds which role, where, and for how long.",
    (
        *municipality(),
        *role(),
        *somebody("holder", "Holder", "Indehavers", "Who holds the role", _HOLDER_SPELLINGS),
        *period(),
    ),
    ("municipality", "role", _HOLDER),
    PERIOD,
)
STAND_INS: Final = Sheet(
    "stand_ins",
    "Stand-ins",
    ("Stedfortrædere", "Vikarer", "Afløsere"),
    "Who stands in for a holder, and for how long.",
    (
        *municipality(),
        *role(),
        *somebody("holder", "Holder", "Indehavers", "Who is covered", {"name": ("Indehaver", "For")}),
        *somebody("stand_in", "Stand-in", "Stedfortræders", "Who stands in", {"name": ("Stedfortræder", "Vikar")}),
        *period(),
    ),
    ("municipality", "role", _COVERED, _STAND_IN),
    PERIOD,
)
VACANCIES: Final = Sheet(
    "vacancies",
    "Vacancies",
    ("Vakancer", "Ubesatte", "Ubesatte roller"),
    "Roles that are meant to be vacant, and why.",
    (
        *municipality(),
        *role(),
        Column("reason", "Reason", "text", ("Årsag", "Begrundelse"), "Why nobody is to hold it.", required=True),
        *period(),
    ),
    ("municipality", "role"),
    PERIOD,
)
TRANSLATIONS: Final = Sheet(
    "translations",
    "Translations",
    ("Oversættelser", "Rolleoversættelser", "Lokale roller"),
    "What a role is called in a municipality, where it sits, and which role carries it there.",
    (
        *municipality(),
        *role(),
        Column("title", "Local title", "text", ("Lokal titel", "Lokalt navn"), "What it is called there."),
        Column("unit", "Unit", "text", ("Enhed", "Afdeling", "Forvaltning"), "Where it sits."),
        Column(
            "carried_by",
            "Carried by role",
            "text",
            ("Varetages af", "Varetages af rolle", "Bæres af"),
            "The code of the role whose holders answer for this one. Empty: its own.",
            choose="roles",
        ),
        *period(),
    ),
    ("municipality", "role"),
    PERIOD,
)
PEOPLE: Final = Sheet(
    "people",
    "People",
    ("Personer", "Medarbejdere"),
    "People and how they are reached. Current only: there is no history of it.",
    (
        *_named("person"),
        *municipality(required=False),
        Column("job_title", "Job title", "text", ("Stilling", "Stillingsbetegnelse", "Titel"), "What the person is."),
        Column("unit", "Unit", "text", ("Enhed", "Afdeling", "Forvaltning"), "Where the person works."),
        *contacts(),
    ),
    (Who("key", ("name", "municipality", "email")),),
)
MAILBOXES: Final = Sheet(
    "mailboxes",
    "Mailboxes",
    ("Postkasser", "Funktionspostkasser", "Fællespostkasser"),
    "Shared mailboxes and how they are reached. Current only.",
    (
        *_named("mailbox"),
        *municipality(required=False),
        Column("purpose", "Purpose", "text", ("Formål",), "What it is for."),
        *contacts(),
    ),
    (Who("key", ("name", "municipality", "email")),),
)
ERP_USE: Final = Sheet(
    "erp_use",
    "ERP use",
    ("ERP-brug", "ERP-anvendelse", "ERP-systemer", "Økonomisystemer"),
    "Which ERP system a municipality uses, for what, and for how long.",
    (
        *municipality(),
        Column(
            "domain", "Domain", "choice", ("Område", "Domæne"), "finans or debitor.", required=True, choices=DOMAINS
        ),
        _ERP_SYSTEM,
        *period(),
    ),
    ("municipality", "domain", "erp_system"),
    PERIOD,
)
PROGRESS: Final = Sheet(
    "progress",
    "Progress",
    ("Fremdrift", "Status", "Opgavestatus"),
    "How far a municipality is with a KLIK task.",
    (
        _TASK,
        *municipality(),
        Column(
            "state",
            "State",
            "choice",
            ("Tilstand", "Status"),
            "done, started or not started.",
            required=True,
            choices=STATES,
        ),
        Column("since", "Since", "date", ("Siden", "Fra", "Dato"), "The first day of this state.", required=True),
    ),
    ("task", "municipality"),
)

SHEETS: Final[tuple[Sheet, ...]] = (
    ASSIGNMENTS,
    STAND_INS,
    VACANCIES,
    TRANSLATIONS,
    PEOPLE,
    MAILBOXES,
    ERP_USE,
    PROGRESS,
)
BY_NAME: Final[Mapping[str, Sheet]] = {sheet.name: sheet for sheet in SHEETS}


def day_after(last_day: str | None) -> str:
    """Give the graph's `validTo` of a last day: the day after, or the open end."""
    return OPEN_DATE if last_day is None else (date.fromisoformat(last_day) + timedelta(days=1)).isoformat()


def day_before(valid_to: str) -> str | None:
    """Give the last day that a file shows for the graph's `validTo`; None: until further notice."""
    return None if valid_to == OPEN_DATE else (date.fromisoformat(valid_to) - timedelta(days=1)).isoformat()


def several(value: str | None) -> tuple[str, ...]:
    """Take the values of a cell apart that takes several."""
    return tuple(value.split(SEPARATOR)) if value else ()
