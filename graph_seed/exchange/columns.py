"""What a column and a sheet are, and the columns that several sheets share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from graph.text import fold

Kind = Literal["text", "municipality", "key", "date", "last day", "email", "phone", "choice"]
"""What a cell holds once it is read; every value is a string.

* `text`: as it stands, without blanks around it, at most 500 characters;
* `municipality`: four digits, `0101`;
* `key`: of a thing, `person:5f2c…`;
* `date` and `last day`: ISO, `2019-12-16`. A last day is inclusive, and empty is until further notice;
* `email`, `phone`: where the column takes several, they are separated by `, `;
* `choice`: the word that the graph stores, `PERSON`.
"""
SEPARATOR: Final = ", "
"""Between the values of a cell that takes several."""
NEW: Final = "new"
"""In a key column that takes it: nobody who is there, whatever the name."""
ListName = Literal["municipalities", "roles", "erp_systems", "tasks"]


def squeezed(heading: str) -> str:
    """What all spellings of a heading share: `Til og med`, `til-og-med:` → `tilogmed`."""
    return fold(heading).replace(" ", "")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the words of a choice: what the graph stores, what a file shows, what else is understood."""

    value: str
    shown: str
    others: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything that is understood as this."""
        return (self.shown, self.value, *self.others)


@dataclass(frozen=True)
class Column:
    """One column; `note` explains it in the template.

    `informative` columns are for the reader of the file, and need not be there: such a one is `named_beside` the column whose
    thing it names, is taken where that is empty, and may not name another thing. `several` takes more than one value in a cell.
    `keys_of` are the things whose keys a key column takes; where it `takes_new`, the word `NEW`, too. `choose` names the list
    that the template offers. `beside` is the column of several values about which this one says something, each for each.
    """

    name: str
    heading: str
    kind: Kind
    danish: tuple[str, ...]
    note: str
    required: bool = False
    informative: bool = False
    named_beside: str | None = None
    several: bool = False
    choices: tuple[Choice, ...] = ()
    keys_of: tuple[str, ...] = ("person", "mailbox")
    takes_new: bool = False
    choose: ListName | None = None
    beside: str | None = None

    def __post_init__(self) -> None:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError(f"column {self.name}: choices belong to the kind choice, and only there")

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Give what a choice's folded spelling means."""
        return {squeezed(word): choice.value for choice in self.choices for word in choice.spellings}

    @cached_property
    def shown(self) -> Mapping[str, str]:
        """Give how a choice's value is written."""
        return {choice.value: choice.shown for choice in self.choices}


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody in a row: by `key` where the row has it, else by `otherwise` together."""

    key: str
    otherwise: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """One sheet. `identity` is what two rows about the same have in common; `period` its first and last day.

    Two rows of one identity may not overlap (without a `period`: not both stand), see `rows.disagreements`.
    """

    name: str
    heading: str
    danish: tuple[str, ...]
    note: str
    columns: tuple[Column, ...]
    identity: tuple[str | Who, ...]
    period: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        if len(self.by_name) != len(self.columns):
            raise ValueError(f"sheet {self.name}: two columns with one name")
        spellings = [s for column in self.columns for s in {squeezed(h) for h in (column.heading, *column.danish)}]
        if len(set(spellings)) != len(spellings):
            raise ValueError(f"sheet {self.name}: one heading means two columns")
        named = [
            n for part in self.identity for n in ((part.key, *part.otherwise) if isinstance(part, Who) else (part,))
        ]
        unknown = [n for n in (*named, *(self.period or ())) if n not in self.by_name]
        if unknown:
            raise ValueError(f"sheet {self.name}: no such column: {', '.join(unknown)}")

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """Find a column by its name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def by_heading(self) -> Mapping[str, Column]:
        """Find a column by any squeezed spelling of its heading."""
        return {squeezed(heading): c for c in self.columns for heading in (c.heading, *c.danish)}


PERSON_OR_MAILBOX: Final = (
    Choice("PERSON", "person", ("medarbejder",)),
    Choice("MAILBOX", "mailbox", ("postkasse", "funktionspostkasse", "fællespostkasse")),
)
YES: Final = (Choice("YES", "yes", ("ja",)),)
VISIBILITY: Final = (
    Choice("PUBLIC", "public", ("offentlig", "alle")),
    Choice("VENDORS", "vendors", ("leverandører",)),
    Choice("AUTHORITIES", "authorities", ("myndigheder",)),
    Choice("OWN_MUNICIPALITY", "own municipality", ("egen kommune", "kommunen")),
)
STATES: Final = (
    Choice("DONE", "done", ("fuldført", "færdig")),
    Choice("STARTED", "started", ("påbegyndt", "i gang")),
    Choice("NOT_STARTED", "not started", ("ikke påbegyndt", "ikke startet")),
)
DOMAINS: Final = (
    Choice("FINANS", "finans", ("bogføring", "økonomi", "finance")),
    Choice("DEBITOR", "debitor", ("opkrævning", "collection")),
)


def municipality(required: bool = True) -> tuple[Column, Column]:
    """Make the municipality's code, and beside it its name for whoever reads the file."""
    code = ("Kommunekode", "Kommune kode", "Kommunenr", "Kommunenummer", "Komkode")
    return (
        Column(
            "municipality",
            "Municipality code",
            "municipality",
            code,
            "The municipality's four digits, such as 0751. A zero that a spreadsheet took away (101) is put back.",
            required=required,
            named_beside="municipality_name",
            choose="municipalities",
        ),
        Column(
            "municipality_name",
            "Municipality",
            "text",
            ("Kommune", "Kommunenavn", "Municipality name"),
            "The municipality's name, for whoever reads the file; where the code is empty it says which one is meant.",
            informative=True,
        ),
    )


def role() -> tuple[Column, Column]:
    """Make the role's code, and beside it its title for whoever reads the file."""
    return (
        Column(
            "role",
            "Role code",
            "text",
            ("Rolle", "Rollekode", "Role"),
            "The role's code; a title that names one role is understood too.",
            required=True,
            named_beside="role_title",
            choose="roles",
        ),
        Column(
            "role_title",
            "Role title",
            "text",
            ("Rollenavn", "Rolletitel"),
            "The role's title, for whoever reads the file; where the code is empty it says which one is meant.",
            informative=True,
        ),
    )


def period() -> tuple[Column, Column]:
    """Make a fact's first and last day."""
    return (
        Column(
            "first_day",
            "First day",
            "date",
            ("Fra", "Fra og med", "Fra dato", "Første dag", "Startdato", "Gælder fra"),
            "The first day on which it holds: 16-12-2019 or 2019-12-16.",
            required=True,
        ),
        Column(
            "last_day",
            "Last day",
            "last day",
            ("Til", "Til og med", "Til dato", "Sidste dag", "Slutdato", "Gælder til"),
            "The last day on which it holds, inclusive. Empty: until further notice.",
        ),
    )


def somebody(
    prefix: str, english: str, danish: str, note: str, spellings: Mapping[str, tuple[str, ...]]
) -> tuple[Column, ...]:
    """Make the four columns that say who: kind, name, key, e-mail. `spellings` adds to what a part is called."""

    def called(part: str, *words: str) -> tuple[str, ...]:
        return (*(f"{danish} {word}" for word in words), *spellings.get(part, ()))

    return (
        Column(
            f"{prefix}_kind",
            f"{english} kind",
            "choice",
            called("kind", "type", "art"),
            f"{note}: person or mailbox. Empty: a person.",
            choices=PERSON_OR_MAILBOX,
        ),
        Column(
            f"{prefix}_name",
            f"{english} name",
            "text",
            called("name", "navn"),
            f"{note}: the name.",
            required=True,
        ),
        Column(
            f"{prefix}_key",
            f"{english} key",
            "key",
            called("key", "nøgle", "id"),
            f"{note}: the key, which tells two of one name apart. Empty where it is not known.",
        ),
        Column(
            f"{prefix}_email",
            f"{english} e-mail",
            "email",
            called("email", "e-mail", "mail", "mailadresse"),
            f"{note}: the e-mail address, by which somebody is found again.",
        ),
    )


def contacts() -> tuple[Column, ...]:
    """Make the contact points of a person or a mailbox, each with for whom it is meant, and whether these are all."""
    more = "several are separated by a comma"
    whom = "public, vendors, authorities or own municipality; one word for all, or one for each, separated by a comma"
    return (
        Column(
            "email", "E-mail", "email", ("Mail", "Mailadresse", "E-mailadresse"), f"The address; {more}.", several=True
        ),
        Column(
            "email_visibility",
            "E-mail visible to",
            "choice",
            ("E-mail synlig for", "Mail synlig for", "E-mail synlighed"),
            f"For whom the address is meant: {whom}.",
            several=True,
            choices=VISIBILITY,
            beside="email",
        ),
        Column(
            "phone",
            "Phone",
            "phone",
            ("Telefon", "Telefonnummer", "Tlf", "Telephone"),
            f"The number; {more}.",
            several=True,
        ),
        Column(
            "phone_visibility",
            "Phone visible to",
            "choice",
            ("Telefon synlig for", "Tlf synlig for", "Telefon synlighed"),
            f"For whom the number is meant: {whom}.",
            several=True,
            choices=VISIBILITY,
            beside="phone",
        ),
        Column(
            "in_part",
            "Shown in part",
            "choice",
            ("Vist delvist",),
            "yes: this file does not have what is meant for their own municipality alone, if there is any. That stays as it is"
            " then, and so do a job title and a unit where the cell is empty.",
            choices=YES,
        ),
    )
