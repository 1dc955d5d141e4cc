"""Names looked up within a statement: what the domain gives for it, which look-ups a statement makes, and their text.

By what is asked a look-up is short or long: an id and a municipality's code are found by themselves, anything else may be a
code, a title, a former title or a common spelling (`resolvers/lookups.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from graph.reads import Lookup
from graph.shape import is_code, label_of
from graph.templates import Frame, Scope

By = Literal["name", "key", "code"]
Lookups = Mapping[By, Mapping[str, str]]
"""Templates by what all names asked are (anything, ids, municipalities' codes) and by label; every label has one by name and by key."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a statement takes from the domain: how each label is looked up, and who may see it.

    `told` says by type of value object which of its fields tell of people otherwise than by selecting them as nodes, and in
    which attributes the keys of these people are.
    """

    lookups: Lookups
    visible: Mapping[str, str]
    told: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def named_by(self, label: str, names: Iterable[str]) -> By:
        """Tell how these names are looked up; of what a variable's value decides, `schema.compiling.fingerprint` knows."""
        if all(label_of(name) == label for name in names):
            return "key"
        return "code" if label in self.lookups["code"] and all(is_code(name) for name in names) else "name"


@dataclass(frozen=True, slots=True)
class LookupSlot:
    """A look-up that a statement makes: for which response key, of which argument, where its rows come back."""

    root: str
    lookup: Lookup
    field: str
    binding: str
    variable: str
    by: By = "name"


def looked_up(slot: LookupSlot, scope: Scope, rules: Rules) -> str:
    """Give the line that looks names up, in a statement whose clock the scope has."""
    arguments = slot.binding.rpartition(".")[0]  # those of the field that looks something up
    found = Frame(scope, {"q": "q"}, arguments).expand(rules.lookups[slot.by][slot.lookup.label])
    return f"WITH *, COLLECT {{ UNWIND {slot.binding} AS q {found} }} AS {slot.variable}"


def keys_found(variable: str, many: bool) -> str:
    """Give the Cypher for what a look-up found: the best candidate's key, or the keys of all names asked."""
    if many:
        return f"[row IN {variable} WHERE size(row[1]) > 0 | row[1][0][0]]"
    return f"{variable}[0][1][0][0]"
