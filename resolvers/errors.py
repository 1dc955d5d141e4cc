"""What is wrong with a question, said so that a person can mend it."""

import json
from collections.abc import Mapping
from typing import Any, Final, Self

LONGEST_TEXT: Final = 500
"""Characters in any text that is passed in."""
LONGEST_KEY: Final = 200
"""Characters of somebody's own name for a change."""


class InvalidInput(Exception):
    """An input that cannot be answered: which field, which value, what would be right.

    `code` is one of the published codes (docs/errors.md); the message is one sentence.
    """

    def __init__(self, code: str, field: str, value: Any, expected: str, message: str | None = None) -> None:
        self.code, self.field, self.value, self.expected = code, field, value, expected
        self.people: frozenset[str] = frozenset()
        """Whose names it tells: nearest ones, and those between which the name does not choose."""
        super().__init__(message or f"{field}: {shown(value)} is not valid; {expected}.")

    def telling(self, *keys: object) -> Self:
        """Note whose data it tells, of the holders of these keys the people."""
        self.people |= {key for key in keys if isinstance(key, str) and key.startswith("person:")}
        return self


class NotAllowed(InvalidInput):
    """Something that is not for whoever asks for it; `expected` says for whom it is, or what would be theirs."""

    def __init__(self, field: str, value: Any, expected: str, message: str | None = None) -> None:
        told = f"{field}: " + (f"{shown(value)} is not yours to change" if value else "this is not yours to change")
        super().__init__("NOT_ALLOWED", field, value, expected, message or f"{told}; you may change {expected}.")


_CALLED: Final = {
    "ErpSystem": "ERP system", "ItSystem": "IT system", "StandIn": "stand-in", "Usage": "use of an ERP system",
    "Terms": "task's terms", "Progress": "task's progress", "Addressing": "role that a task addresses",
}  # fmt: skip


def called(label: str) -> str:
    """Give the graph's label as it stands in a sentence: an ERP system, a stand-in."""
    return _CALLED.get(label, label.lower())


def with_article(label: str) -> str:
    """Give a label with its article."""
    word = called(label)
    return f"{'an' if word[0] in 'aeioEI' else 'a'} {word}"


def shown(value: Any) -> str:
    """Give a value as it can stand in a sentence: as JSON has it, quoted, printable, not longer than 60 characters."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"


def check_key(field: str, key: str) -> None:
    """Refuse what cannot be somebody's own name for a change.

    Raises:
        InvalidInput: empty, more than `LONGEST_KEY` characters, or not text.
    """
    if not 0 < len(key) <= LONGEST_KEY:
        shown = f"{key[:40]}…" if len(key) > 40 else key
        raise InvalidInput("BAD_KEY", field, shown, f"1 to {LONGEST_KEY} characters, not {len(key)}")
    check_text(field, key)


def check_same(field: str, key: str | None, input_hash: str, operation: str, made: Mapping[str, Any]) -> None:
    """Refuse a name for a change that is another one's: `made` is the log's entry under it.

    Where its input hash is gone, because it named somebody who was erased since, the operation alone can tell.

    Raises:
        InvalidInput: it was another operation, or had another input.
    """
    if made["operation"] != operation or made["inputHash"] not in (input_hash, ""):
        raise reused(field, key, made["seq"])


def reused(field: str, key: str | None, seq: int) -> InvalidInput:
    """Say that a name for a change is that of the change `seq`, which is another one."""
    told = f"{field}: this key belongs to change {seq}, which was asked for with another input."
    return InvalidInput("KEY_REUSED", field, key, "a new key for another input", told)


def check_text(field: str, value: str) -> None:
    """Refuse text that the database or a reader could not take.

    Raises:
        InvalidInput: NUL, lone surrogates, or more than `LONGEST_TEXT` characters.
    """
    if "\0" in value:
        raise InvalidInput("BAD_TEXT", field, value.replace("\0", "\\0")[:60], "text without the NUL character")
    if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
        visible = value.encode("ascii", "backslashreplace").decode()
        raise InvalidInput("BAD_TEXT", field, visible[:60], "text that is valid Unicode, without lone surrogates")
    if len(value) > LONGEST_TEXT:
        raise InvalidInput("BAD_TEXT", field, f"{value[:40]}…", f"at most {LONGEST_TEXT} characters, not {len(value)}")
