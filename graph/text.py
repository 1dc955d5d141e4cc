"""How names are compared: one folding for what is stored and what is typed."""

import re
import unicodedata
from typing import Final

_DANISH: Final = str.maketrans({"å": "aa", "æ": "ae", "ø": "oe", "ö": "oe", "ä": "ae", "ü": "u"})
_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Fold a name to what all its common spellings share: `Høje-Taastrup`, `høje tåstrup` → `hoeje taastrup`.

    Case, accents and punctuation go; Danish letters become the two letters that Danes write where a keyboard lacks
    them. The result has words of `[a-z0-9]` (and other scripts' letters) with one space between.
    """
    if text.isascii():
        lower = text.lower()
    else:
        lower = unicodedata.normalize("NFC", text).casefold().translate(_DANISH)
        if not lower.isascii():  # Danish names are by now: looking at each letter would take most of the time
            lower = "".join([c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c)])
    return _BETWEEN_WORDS.sub(" ", lower).strip()
