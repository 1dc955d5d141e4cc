"""Functions written out for one selection: what a person would write by hand for just this answer.

A row or a value object becomes a dictionary of its response keys. Closures that loop over the fields take five times as
long as the straight lines written here, and shaping is half of a large answer's time in Python. Only response keys, which
may be anything, come from outside; they are written as string literals.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class NullFound(Exception):
    """A null where the schema promises a value."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One response key: where its value is taken from, and the expression that makes it of `{a}`.

    `take` is empty for values that come in order, as a row's do. `names` are what the expression uses beside `{a}`.
    """

    key: str
    needed: bool = False
    take: str = ""
    make: str = "{a}"
    names: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Noted:
    """Whose data the dictionary holds: each of `takes` gives a key, keys in a list, or None, for `note` to take."""

    takes: Sequence[str]
    note: Callable[[Any], None]


def function(
    parameters: str,
    entries: Sequence[Entry],
    unpack: str = "",
    wrap: Callable[[Any], Any] | None = None,
    noted: Noted | None = None,
) -> Any:
    """Write a function that makes a dictionary; it raises `NullFound` where a value is null that is needed.

    `unpack` is what holds the values in order, if they come so. `wrap` is called with the dictionary, if it is given.
    """
    known: dict[str, Any] = {"NullFound": NullFound, "wrap": wrap, "note": noted.note if noted else None}
    values = [f"a{i}" for i in range(len(entries))]
    lines = [f"def shaped({parameters}):"]
    if unpack:
        lines.append(f"    {''.join(f'{value}, ' for value in values)}= {unpack}" if values else "    pass")
    lines += [f"    {value} = {entry.take}" for value, entry in zip(values, entries, strict=True) if entry.take]
    if nulls := " or ".join(f"{value} is None" for value, entry in zip(values, entries, strict=True) if entry.needed):
        lines.append(f"    if {nulls}:\n        raise NullFound")
    lines += [f"    note({take})" for take in (noted.takes if noted else ())]
    pairs = []
    for i, (value, entry) in enumerate(zip(values, entries, strict=True)):
        here = {name: f"{name}{i}" for name in entry.names}
        known |= {here[name]: thing for name, thing in entry.names.items()}
        pairs.append(f"{entry.key!r}: {entry.make.format(a=value, **here)}")
    made = f"{{{', '.join(pairs)}}}"
    lines.append(f"    return {'wrap(' + made + ')' if wrap else made}")
    exec(compile("\n".join(lines), "<selection>", "exec"), known)  # noqa: S102 - of our own words
    return known["shaped"]
