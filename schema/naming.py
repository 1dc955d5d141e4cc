"""What an input calls things: the look-ups of a mutation's names, and what they will probably give.

A process remembers what names meant when it looked them up last, but those of people. What is remembered only decides what
is read in the same statement that looks the names up again; nothing rests on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from graph.basis import Looks, looking
from graph.lookups import LookupSlot, Rules
from graph.shape import FACTS, label_of
from resolvers.changes.operation import Given, Operation, listed
from resolvers.changes.performing import Asked
from resolvers.context import Context
from schema.binding import asked_for, check_found, names_asked

MOST_KNOWN: Final = 10_000
"""Names of which a process remembers the meaning."""
_PRIVATE: Final = frozenset({"Person", "Mailbox"})
INPUT: Final = "input"
"""The one argument of a mutation."""


@dataclass(frozen=True, slots=True)
class Naming:
    """Prepares the look-ups of changes: keeps their texts, a few for each operation, and what names meant."""

    rules: Rules
    _texts: dict[Any, tuple[Looks, str]] = field(default_factory=dict)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    def asked(self, operation: Operation, given: Given, context: Context) -> Asked:
        """Prepare a change whose input is checked and shaped.

        Raises:
            InvalidInput: a name without a letter or digit, or the id of a thing of another type.
        """
        names: dict[LookupSlot, list[dict[str, Any]]] = {}
        for lookup in operation.lookups:
            if asked := names_asked(lookup, given):
                variable = f"look{len(names)}"
                by = self.rules.named_by(lookup.label, [one["text"] for one in asked])
                slot = LookupSlot(INPUT, lookup, lookup.field(given), f"$p.{variable}", variable, by)
                names[slot] = asked
        slots = tuple(names)
        ids = [key for name in operation.facts for key in listed(given.get(name))]

        def find(rows: list[Any]) -> Mapping[str, Any]:
            if wrong := check_found(slots, rows):
                raise wrong[INPUT]
            found = [[candidates[0][0] for _, candidates, _ in told] for told in rows]
            self._remember(names, found)
            return _keyed(operation, slots, found)

        guess = None if ids or operation.changes else self._guess(names)
        looks, text = self._written(operation, slots, ids)
        return Asked(
            operation,
            given,
            text,
            looks,
            {**{slot.variable: asked for slot, asked in names.items()}, "viewer": context.viewer.parameters()},
            find,
            partial(asked_for, slots),
            None if guess is None else _keyed(operation, slots, guess),
        )

    def _written(self, operation: Operation, slots: tuple[LookupSlot, ...], ids: Sequence[str]) -> tuple[Looks, str]:
        """Give the look-ups, and the text of the statement before the lock; writing them out takes as long as running them."""
        labels = tuple(sorted({label for key in ids if (label := label_of(key)) in FACTS}))
        key = (operation.name, slots, labels)
        kept = self._texts.get(key)
        if kept is None:
            looks = Looks.of(slots, self.rules)
            kept = self._texts[key] = looks, looking(looks, labels, bool(operation.changes))
        return kept

    def _remember(
        self, names: Mapping[LookupSlot, Sequence[Mapping[str, Any]]], found: Sequence[Sequence[str]]
    ) -> None:
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        for (slot, asked), keys in zip(names.items(), found, strict=True):
            if slot.lookup.label not in _PRIVATE and slot.by != "key":
                meant = zip((one["text"] for one in asked), keys, strict=True)
                self._known.update({(slot.lookup.label, text): key for text, key in meant})

    def _guess(self, names: Mapping[LookupSlot, Sequence[Mapping[str, Any]]]) -> list[list[str]] | None:
        """Tell what the names will turn out to mean, if all are ids or were looked up before."""
        guessed = []
        for slot, asked in names.items():
            texts = [one["text"] for one in asked]
            keys = [text if slot.by == "key" else self._known.get((slot.lookup.label, text)) for text in texts]
            guessed.append([key for key in keys if key is not None])
            if len(guessed[-1]) < len(texts):
                return None
        return guessed


def _keyed(operation: Operation, slots: Sequence[LookupSlot], found: Sequence[Sequence[str]]) -> Mapping[str, Any]:
    keys: dict[str, Any] = {one.argument: [] for one in operation.lookups if one.many}
    for slot, those in zip(slots, found, strict=True):
        keys[slot.lookup.argument] = list(those) if slot.lookup.many else those[0]
    return keys
