"""Answers that are given again for as long as the map stands still (docs/decisions/0014).

Nothing is answered without the database. A question that was answered before is sent with the version of the map that its
answer rests on (`$p.held`, see `graph/answering.py`); the statement gives no row where the map still has it. So an answer is
as fresh as one that is made anew, in every process, and still costs one statement.

What is kept is told apart by all that an answer depends on: the document, its operation, and the statement's parameters, in
which are the day and who asks. So nobody is given what was made for somebody else.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from time import monotonic
from typing import Any, Final, NamedTuple

import orjson

from graph.answering import Version

SETTLED_SECONDS: Final = 1.0
"""How long the map must have stood still when something is asked, for its answer to be kept.

The database applies a commit piece by piece, nodes before indexes; what is read in that moment is not to be told again.
"""
OLDEST_SECONDS: Final = 60.0
"""How long an answer is given again at most: what somebody changes in the database by hand has no number, and is seen then."""
_PERSON: Final = 120
"""Bytes that the key of somebody who is shown takes."""
_ENTRY: Final = 1_000
"""Bytes that an answer takes beside its text, its question's, and whom it shows."""

Data = dict[str, Any] | orjson.Fragment
"""What an operation answers: an object, or its JSON."""


class Kept(NamedTuple):
    """An answer without errors: the version that it rests on, its data as JSON, and the keys of those whose data it holds."""

    version: Version
    data: orjson.Fragment
    people: frozenset[str]
    size: int
    since: float


class Answers:
    """What was answered last, as far as it fits; the least recently asked goes first."""

    def __init__(self, most: int, clock: Callable[[], float] = monotonic) -> None:
        """`most` are the bytes that all answers may take together; one of them a quarter of it. `clock` is in seconds."""
        self.most, self._clock = most, clock
        self.size = 0
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._order: tuple[int, ...] | None = None
        """The last version, as they follow each other: first by when the map moved, then by its number."""
        self._since = 0.0

    def __len__(self) -> int:
        """Tell how many are kept."""
        return len(self._kept)

    def place(self, plan: Hashable, document: str, parameters: Mapping[str, Any]) -> "Place":
        """Find where the answer to a question is kept: it is told apart by its plan, the document, and all that its statement is told."""
        try:
            told = orjson.dumps(parameters)
        except TypeError:  # half a character in an argument
            return NOWHERE
        key = (plan, document, told)
        return Place(self, key, self._find(key), len(document) + len(told), self._clock())

    def _find(self, key: Hashable) -> Kept | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        if self._clock() - kept.since > OLDEST_SECONDS:
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return kept

    def keep(self, place: "Place", version: Version, data: dict[str, Any], people: frozenset[str]) -> Data:
        """Keep an answer, if it may be kept; see `Place.keep`."""
        order = tuple(reversed(version))
        if self._order is None or order > self._order:  # all others rest on a map that is no more
            self._order, self._since = order, self._clock()
            self._kept.clear()
            self.size = 0
        if order < self._order or place.asked - self._since < SETTLED_SECONDS:
            return data
        try:
            text = orjson.dumps(data)
        except TypeError:  # half a character in what a name repeats: `server/graphql.py` escapes it
            return data
        size = len(text) + place.size + _PERSON * len(people) + _ENTRY
        if size > self.most // 4:
            return data
        self._drop(place.key)
        self._kept[place.key] = Kept(version, orjson.Fragment(text), people, size, place.asked)
        self.size += size
        while self.size > self.most:
            self._drop(next(iter(self._kept)))
        return self._kept[place.key].data

    def _drop(self, key: Hashable) -> None:
        kept = self._kept.pop(key, None)
        self.size -= kept.size if kept else 0


class Place(NamedTuple):
    """Where the answer to one question is kept. What is `held` there counts only if the map still has its version.

    `size` are the question's bytes; it was `asked` at this moment of the clock, before the database was.
    """

    answers: Answers | None
    key: Hashable
    held: Kept | None
    size: int = 0
    asked: float = 0.0

    @property
    def version(self) -> Version | None:
        """The version that what is held rests on."""
        return None if self.held is None else self.held.version

    def keep(self, version: Version, data: dict[str, Any], people: frozenset[str]) -> Data:
        """Keep an answer without errors here; give its data as it is to be sent, as JSON where it was kept."""
        return data if self.answers is None else self.answers.keep(self, version, data, people)


NOWHERE: Final = Place(None, None, None)
"""Where no answer is kept."""
