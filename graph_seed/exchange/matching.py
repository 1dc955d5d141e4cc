"""Who and what a cell means: roles, municipalities, systems and tasks by their names, people by key, e-mail, name and place.

One that fits is found, several are a question that names them, none is told with the nearest names. Nothing is guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from rapidfuzz import fuzz, process

from graph.model import Thing
from graph.shape import padded
from graph.text import fold
from graph_seed.exchange.columns import NEW
from graph_seed.exchange.current import contact_points
from graph_seed.exchange.state import State
from resolvers.changes.operation import target
from resolvers.errors import InvalidInput

How = Literal["key", "e-mail", "name and municipality", "new"]
"""How somebody was found."""
HOWS: Final[tuple[How, ...]] = ("key", "e-mail", "name and municipality", "new")
_ALIKE: Final = 80
"""From this likeness on (of 100) two names may be spellings of one, where the e-mail is the same."""
_SHOWN: Final = 5


class Names:
    """Finds things that have codes and names, by the rules of `resolvers.lookups`: key, code, title, any other name."""

    def __init__(self, state: State, day: str) -> None:
        self._known: dict[tuple[str, str], str | InvalidInput] = {}
        self._ranks: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        self._titles: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._official: dict[str, str] = {}
        for node in state.of("Role", "Municipality", "ErpSystem", "Task"):
            thing = node.thing
            self._rank(thing, thing.key, 0)
            self._rank(thing, str(thing.properties["code"]), 1)
            for row in state.named[thing.key]:
                valid = row.record.holds_on(day)
                official = row.record.properties.get("kind", "OFFICIAL") == "OFFICIAL"
                title = str(row.record.properties["title"])
                self._rank(thing, fold(title), 2 if official and valid else 3)
                self._titles[thing.label].setdefault(title, thing.key)
                if official and valid:
                    self._official[thing.key] = title

    def _rank(self, thing: Thing, name: str, rank: int) -> None:
        if not name:
            return  # a title of signs alone, which no cell can mean
        ranks = self._ranks[(thing.label, name)]
        ranks[thing.key] = min(rank, ranks.get(thing.key, rank))

    def find(self, label: str, text: str, column: str) -> str:
        """Give the key of the thing of a label that is called so.

        Raises:
            InvalidInput: with the nearest names, or with the keys of those that are called so.
        """
        asked = (label, text)
        if asked not in self._known:
            self._known[asked] = self._find(label, text)
        found = self._known[asked]
        if isinstance(found, str):
            return found
        raise InvalidInput(found.code, column, text, found.expected)

    def meant(self, label: str, values: Mapping[str, str | None], column: str, beside: str) -> str:
        """Give the key of what a cell means; the name in the cell beside it may be old or misspelt, but not that of another thing.

        Raises:
            InvalidInput: as `find` does, or because the two mean different things: nobody can know which is right.
        """
        said, name = values[column], values.get(beside)
        where = beside if said == name else column  # an empty cell was given what stands beside it
        key = self.find(label, said or "", where)
        others = self._fitting(label, name) if name else {}
        if others and key not in others:
            expected = (
                f"“{self._official.get(key, key)}”, which is what the code beside it means, or the code of this one"
            )
            raise InvalidInput("CONTRADICTION", beside, name, expected)
        return key

    def _fitting(self, label: str, text: str) -> dict[str, int]:
        return {**self._ranks.get((label, fold(text)), {}), **self._ranks.get((label, text), {})}

    def _find(self, label: str, text: str) -> str | InvalidInput:
        ranks = self._fitting(label, padded(text.strip()) if label == "Municipality" else text)
        if not ranks:
            expected = self._nearest(label, text)
            return InvalidInput(f"UNKNOWN_{label.upper()}", "", text, expected)
        best = min(ranks.values())
        fits = sorted(key for key, rank in ranks.items() if rank == best)
        if len(fits) == 1:
            return fits[0]
        return InvalidInput("AMBIGUOUS_NAME", "", text, f"one of the keys {', '.join(fits[:_SHOWN])}")

    def _nearest(self, label: str, text: str) -> str:
        titles = self._titles[label]
        near: dict[str, str] = {}
        for title, _, _ in process.extract(text, list(titles), scorer=fuzz.ratio, processor=fold, limit=20):
            near.setdefault(titles[title], title)
        names = [f"“{title}” ({key.partition(':')[2]})" for key, title in list(near.items())[:3]]
        return f"a code or name that the gallery has; the nearest are {', '.join(names)}"


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody as a row says it; `columns` are what name, key and e-mail are called there. No municipality: None.

    `addresses` are all that a row gives whom it describes; None: it describes nobody, and only says who is meant.
    """

    label: Literal["Person", "Mailbox"]
    key: str | None
    name: str
    email: str | None
    municipality: str | None
    columns: Mapping[Literal["name", "key", "email"], str]
    addresses: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Who it is, and how that was found; `key` is None for somebody new."""

    key: str | None
    how: How


class People:
    """Finds people and mailboxes, those too that the same file brings."""

    def __init__(self, state: State) -> None:
        self.things: dict[str, Thing] = {}
        self._partly = state.partly.keys()
        self._names: defaultdict[str, set[str]] = defaultdict(set)
        """What each is called, folded: what the gallery says, and what the file will make of it."""
        self._emails: defaultdict[str, set[str]] = defaultdict(set)
        """What each is reached by, likewise."""
        self._by_email: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._by_name: defaultdict[tuple[str, str], dict[str, set[str | None]]] = defaultdict(dict)
        self._at: defaultdict[str, set[str | None]] = defaultdict(set)
        """Where each holds or covers something."""
        for label in ("Assignment", "StandIn"):
            for row in state.said(label):
                for kind in ("HELD_BY", "FOR"):
                    self._at[str(target(row.record, kind))].add(target(row.record, "IN"))
        for node in state.of("Person", "Mailbox"):
            self.know(node.thing)
        self._there = frozenset(self.things)

    def know(self, thing: Thing) -> None:
        """Remember somebody, or what somebody is called and reached by from now on."""
        self.things[thing.key] = thing
        if merged_into(thing) is not None or "erasedAt" in thing.properties:
            return
        folded = fold(str(thing.properties["name"]))
        self._names[thing.key].add(folded)
        for email in emails(thing):
            self._emails[thing.key].add(email)
            self._by_email[(thing.label, email)].add(thing.key)
        homes: set[str | None] = {arrow.target for arrow in thing.arrows if arrow.type == "BELONGS_TO"}
        places = self._by_name[(thing.label, folded)].setdefault(thing.key, set())
        places |= (homes or {None}) | self._at[thing.key]

    def find(self, asked: Asked) -> Found:
        """Find somebody, by key, else by e-mail, else by name and municipality.

        Raises:
            InvalidInput: the key is nobody's; key or e-mail are somebody's who is called otherwise; several fit; whom the
                row describes has the name, and another address.
        """
        if asked.key is not None and asked.key != NEW:
            return self._by_key(asked, asked.key)
        if fits := self._of_an_address(asked):
            return Found(self._one_with_email(asked, fits), "e-mail")
        fits = set() if asked.key == NEW else self._of_the_name(asked)
        if fits:
            return Found(self._one(fits, asked, "name", asked.name), "name and municipality")
        return Found(None, "new")

    def _of_an_address(self, asked: Asked) -> set[str]:
        """Give who has one of the addresses that a row gives; of several those who are called so, if any are."""
        given = asked.addresses or ((asked.email,) if asked.email is not None else ())
        fits = {key for one in given for key in self._by_email.get((asked.label, one.casefold()), ())}
        if len(fits) > 1:
            fits = {key for key in fits if fold(asked.name) in self._names[key]} or fits
        return fits

    def _of_the_name(self, asked: Asked) -> set[str]:
        """Give who has the name in the municipality: of whom a row describes, not those of another address.

        Another address is a new one of somebody, or somebody else: only the key says which. Two whom the file brings are
        two, if their addresses are.
        """
        named = self._by_name.get((asked.label, fold(asked.name)), {})
        fits = {key for key, places in named.items() if asked.municipality in places}
        if not asked.addresses:
            return fits
        fits = {key for key in fits if self.is_there(key) or not self._emails[key]}
        if len(fits) == 1 and self._emails[key := min(fits)]:
            expected = (
                f"an address of {shown(self.things[key])}, or that key to change the address, or “{NEW}” as key for "
                "somebody else of this name"
            )
            raise InvalidInput("KEY_OF_ANOTHER", asked.columns["email"], asked.email, expected).telling(key)
        return fits

    def is_there(self, key: str) -> bool:
        """Tell whether the gallery has somebody, or the file brings them."""
        return key in self._there

    def _by_key(self, asked: Asked, key: str) -> Found:
        thing, column = self.things.get(key), asked.columns["key"]
        if thing is None or thing.label != asked.label:
            expected = f"the key of a {asked.label.lower()} of the gallery, as an export has it, or an empty cell"
            raise InvalidInput(f"UNKNOWN_{asked.label.upper()}", column, key, expected)
        if (into := merged_into(thing)) is not None:
            raise InvalidInput("MERGED", column, key, f"{into}, into whom this one was merged").telling(key, into)
        if "erasedAt" in thing.properties:
            raise InvalidInput("ERASED", column, key, "somebody who was not erased")
        return Found(key, "key")

    def check_named(self, asked: Asked, found: Found) -> None:
        """Refuse a row that names somebody otherwise than the sheet of people, or the gallery: one of the two is a mistake.

        Raises:
            InvalidInput: the key belongs to somebody of another name or e-mail; the name to somebody of another e-mail.
        """
        if found.key is None or found.how == "e-mail":
            return
        thing = self.things[found.key]
        expected = (
            f"{shown(thing)}, or the key of whom is meant; to change a name or an address use the sheet of people"
        )
        if found.how == "key" and fold(asked.name) not in self._names[found.key]:
            raise InvalidInput("KEY_OF_ANOTHER", asked.columns["name"], asked.name, expected).telling(found.key)
        known = self._emails[found.key]
        if found.how == "key" and found.key in self._partly:
            return  # whoever made the file may see more of their addresses
        if asked.email is not None and known and asked.email.casefold() not in known:
            raise InvalidInput("KEY_OF_ANOTHER", asked.columns["email"], asked.email, expected).telling(found.key)

    def _one_with_email(self, asked: Asked, fits: set[str]) -> str:
        key = self._one(fits, asked, "email", ", ".join(asked.addresses or (asked.email or "",)))
        folded = fold(asked.name)
        if not any(fuzz.token_sort_ratio(folded, name) >= _ALIKE for name in self._names[key]):
            expected = (
                f"the name that this address belongs to, {shown(self.things[key])}, or the address of whom is meant"
            )
            raise InvalidInput("KEY_OF_ANOTHER", asked.columns["name"], asked.name, expected).telling(key)
        return key

    def _one(self, fits: Iterable[str], asked: Asked, column: Literal["name", "email"], value: str) -> str:
        keys = sorted(fits)
        if len(keys) == 1:
            return keys[0]
        told = keys[:_SHOWN]
        expected = f"the key of whom is meant: {' or '.join(shown(self.things[key]) for key in told)}"
        if column == "name" and asked.addresses is not None:
            expected += f"; or “{NEW}” as key, and an e-mail, for somebody else of this name"
        raise InvalidInput("AMBIGUOUS_PERSON", asked.columns[column], value, expected).telling(*told)


def shown(thing: Thing) -> str:
    """Say who somebody is: name, key, and e-mail where there is one."""
    addresses = [value for kind, value, _ in contact_points(thing) if kind == "EMAIL"]
    more = f", {addresses[0]}" if addresses else ""
    return f"{thing.properties['name']} ({thing.key}{more})"


def emails(thing: Thing) -> set[str]:
    """Give somebody's e-mail addresses as they are compared."""
    return {value.casefold() for kind, value, _ in contact_points(thing) if kind == "EMAIL"}


def merged_into(thing: Thing) -> str | None:
    """Give into whom somebody was merged."""
    return target(thing, "MERGED_INTO")
