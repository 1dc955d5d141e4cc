"""`search`: things by what people type: any name they ever had, Danish letters or not, beginnings, one typo.

The index holds folded words (`graph.text.fold`), so the query is made of the folded words of the text: every word must
be in the name, begin one of its words, or, from three letters on, be one letter off one of them. Danish letters are
folded to two; who leaves the dots and rings out types one (bogforing, Arhus), so a beginning is also tried with both.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from graph.reads import Gathered
from graph.shape import label_of
from graph.text import fold
from resolvers.errors import InvalidInput
from resolvers.files import cypher
from resolvers.questions.kinds import KINDS, LABELS

MOST: Final = 100
"""Hits that can be asked for."""
MOST_WORDS: Final = 10
_FIRST: Final = 20


class Fit(StrEnum):
    """How a name fits what was typed, the best first."""

    NAME = "NAME"
    WORDS = "WORDS"
    BEGINNINGS = "BEGINNINGS"
    TYPO = "TYPO"


class Hit(NamedTuple):
    """A thing that was found; `node` is its key, `matched` the name that fits best."""

    node: str
    title: str
    matched: str
    fit: Fit
    is_former_name: bool

    @property
    def kind(self) -> str:
        """What it is (`ThingKind`)."""
        return KINDS[label_of(self.node) or ""]


_PLAIN: Final = re.compile(r"o(?!e)|(?<!a)a(?![ae])")
_DANISH: Final = {"o": "oe?", "a": "a[ae]?"}


def query(words: list[str]) -> str:
    """Write folded words as a full-text query. Nothing is escaped: a folded word has letters and digits alone.

    >>> query(["oir", "2"])
    '(oir^4 OR oir*^2 OR oir~1 OR /oe?ir.*/) AND (2^4 OR 2*^2)'
    """
    return " AND ".join(f"({word}^4 OR {word}*^2{_nearly(word) if len(word) > 2 else ''})" for word in words)


def _nearly(word: str) -> str:
    plain = _PLAIN.sub(lambda letter: _DANISH[letter[0]], word)
    return f" OR {word}~1" + (f" OR /{plain}.*/" if plain != word else "")


def _prepare(arguments: Mapping[str, Any]) -> dict[str, Any]:
    text, first, kinds = arguments["text"], arguments.get("first"), arguments.get("kinds")
    folded = fold(text)
    words = list(dict.fromkeys(folded.split()))
    if not words:
        raise InvalidInput("BAD_TEXT", "text", text, "at least one letter or digit of a name")
    if len(words) > MOST_WORDS:
        raise InvalidInput("BAD_TEXT", "text", text[:60], f"at most {MOST_WORDS} words, not {len(words)}")
    first = _FIRST if first is None else first
    if not 1 <= first <= MOST:
        raise InvalidInput("BAD_PAGE_SIZE", "first", first, f"a number of hits from 1 to {MOST}")
    if kinds == []:
        raise InvalidInput("EMPTY_LIST", "kinds", [], "at least one kind, or no such argument for all")
    labels = [LABELS[kind] for kind in kinds] if kinds else list(KINDS)
    return {
        **arguments,
        "first": first,
        "folded": folded,
        "words": words,
        "lucene": query(words),
        "labels": labels,
        "code": text.strip(),
    }


def _decide(data: Any, _arguments: Mapping[str, Any], _wanted: frozenset[str]) -> list[Hit]:
    fits = list(Fit)
    return [Hit(key, title, matched, fits[rank], bool(former)) for key, title, matched, rank, former in data]


SEARCH: Final = Gathered(lambda _: cypher("search"), _decide, prepare=_prepare)
"""The root field's read."""

VALUES: Final[dict[str, type[Any]]] = {"Hit": Hit}
"""The value objects, by GraphQL type."""
