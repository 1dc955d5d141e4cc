"""The demo's people and municipal mailboxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from graph.model import Arrow, Thing, Value, digest
from graph.text import fold
from graph_seed.demo.draw import Draw

FIRST: Final = (
    *(
        "Anna",
        "Bo",
        "Clara",
        "Dennis",
        "Else",
        "Frode",
        "Gerda",
        "Hans",
        "Ida",
        "Jens",
        "Karen",
        "Lars",
        "Mette",
        "Niels",
    ),
    *(
        "Olga",
        "Poul",
        "Rikke",
        "Søren",
        "Tove",
        "Ulla",
        "Vagn",
        "Yrsa",
        "Aage",
        "Åse",
        "Birthe",
        "Claus",
        "Ditte",
        "Erik",
    ),
    *(
        "Freja",
        "Gorm",
        "Helle",
        "Ivan",
        "Jytte",
        "Kaj",
        "Lone",
        "Mogens",
        "Nina",
        "Ove",
        "Pia",
        "Rasmus",
        "Signe",
        "Troels",
    ),
    *("Ursula", "Viggo", "Winnie", "Ærna", "Øjvind", "Zenia"),
)
LAST: Final = (
    *(
        "Testsen",
        "Prøvesen",
        "Eksempelsen",
        "Demosen",
        "Attrapsen",
        "Fiktivsen",
        "Skitsegaard",
        "Øvested",
        "Modelstrup",
    ),
    *(
        "Påfundsen",
        "Kladdeby",
        "Udkastsen",
        "Pladsholm",
        "Mønstergaard",
        "Forsøgsen",
        "Opdigtsen",
        "Tænktved",
        "Lånenavn",
    ),
    *("Prototypsen", "Sandkasseby"),
)
FINANCE, COLLECTION, DIGITAL = "Økonomi og Regnskab", "Opkrævning", "Digitalisering og IT"
_UNITS: Final = (*[FINANCE] * 3, *[COLLECTION] * 3, *[DIGITAL] * 4)
_TITLES: Final = {
    FINANCE: ("Økonomichef", "Regnskabskonsulent", "Økonomikonsulent", "Regnskabschef"),
    COLLECTION: ("Opkrævningsleder", "Debitorkonsulent", "Specialkonsulent"),
    DIGITAL: ("Digitaliseringschef", "Programleder", "IT-arkitekt", "Systemkonsulent"),
}
WITHOUT_CONTACT: Final = 0.03
"""Share of people who cannot be written to, so that there is something to put right."""


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality, its demo people's keys (three in finance, three in collection, the rest digital), its mailbox."""

    code: str
    name: str
    people: tuple[str, ...]
    mailbox: str

    @property
    def key(self) -> str:
        """The municipality's key."""
        return f"municipality:{self.code}"


def settle(municipalities: Sequence[tuple[str, str]]) -> tuple[list[Place], dict[str, list[Thing]]]:
    """Give each municipality (code, name) nine or ten people and a mailbox; the things are by its code.

    Names are told apart, but for a few that two people share: so it is with names.
    """
    pairs = Draw("names").shuffled([f"Demo {first} {last}" for first in FIRST for last in LAST])
    places = list[Place]()
    things = dict[str, list[Thing]]()
    for index, (code, title) in enumerate(municipalities):
        count = 9 if index % 5 == 4 or index == 0 else 10
        names = [pairs.pop() for _ in range(count)]
        if index % 16 == 15:
            names[-1] = _name_of(things[municipalities[index - 1][0]][0])
        place = Place(code, title, tuple(f"person:{digest(code, i)}" for i in range(count)), f"mailbox:oir-{code}")
        people = [_person(place, i, name) for i, name in enumerate(names)]
        things[code] = [*people, _mailbox(place)]
        places.append(place)
    return places, things


def _name_of(thing: Thing) -> str:
    return str(thing.properties["name"])


def _host(place: Place) -> str:
    return f"{fold(place.name).replace(' ', '-')}.example"


def _person(place: Place, index: int, name: str) -> Thing:
    draw = Draw("person", place.code, index)
    unit = _UNITS[index]
    contacts = []
    # The scenes (scenes.py) tell of Aarhus and Læsø: there everybody can be written to.
    if place.code in ("0751", "0825") or not draw.chance(WITHOUT_CONTACT):
        address = f"{fold(name).replace(' ', '.')}@{_host(place)}"
        contacts.append(("EMAIL", address, draw.one(("VENDORS", "VENDORS", "AUTHORITIES", "PUBLIC"))))
        if draw.chance(0.6):
            number = f"00 {draw.between(10, 99)} {draw.between(10, 99)} {draw.between(10, 99)}"
            contacts.append(("PHONE", number, draw.one(("OWN_MUNICIPALITY", "AUTHORITIES"))))
    values: dict[str, Value] = {
        "name": name,
        "folded": fold(name),
        "jobTitle": draw.one(_TITLES[unit]),
        "unit": unit,
        "contactKinds": tuple(kind for kind, _, _ in contacts),
        "contactValues": tuple(value for _, value, _ in contacts),
        "contactClasses": tuple(audience for _, _, audience in contacts),
        "demo": True,
    }
    return Thing("Person", place.people[index], values, (Arrow("BELONGS_TO", place.key),))


def _mailbox(place: Place) -> Thing:
    name = f"Demo ØiR funktionspostkasse {place.name}"
    values: dict[str, Value] = {
        "name": name,
        "folded": fold(name),
        "purpose": "ØiR",
        "contactKinds": ("EMAIL",),
        "contactValues": (f"oir@{_host(place)}",),
        "contactClasses": ("VENDORS",),
        "demo": True,
    }
    return Thing("Mailbox", place.mailbox, values, (Arrow("BELONGS_TO", place.key),))
