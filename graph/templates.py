"""Templates into Cypher: variables made unique, clock and arguments put where the template asks for them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from graph.shaping import Shown, Table

_TOKEN = re.compile(
    r"@(?P<macro>valid|known)\((?P<record>\w+)\)|@(?P<rule>visible|own)\((?P<seen>\w+):(?P<label>\w+)\)|@(?P<points>contacts|points)\((?P<of>\w+)\)"
    r"|@(?P<source>arg|found)\.(?P<path>\w+(?:\.\w+)*)|@(?P<name>\w+)"
)


@dataclass(slots=True)
class Scope:
    """Where a template stands: the clock above it, and what makes its variables unique in the whole statement.

    `rules` are who may see what, by label: what must hold of `@x`. `own Label` says what is the viewer's own, `contact` which
    contact points of `@x` may be seen, by `@class`; `all Label` and `within Label` are the rule as a way (`Frame.within`).

    `joins` collects the optional matches that the enclosing subquery can take in; it is None where there is none. Not
    `strict`, shapes let nulls pass for graphql-core to complete. `tables` collects what the statement sends once for all
    rows that refer to it: names and the Cypher behind them. `shown` collects whose data the shaped answer holds.
    """

    at: str
    seq: str
    rules: Mapping[str, str]
    numbers: "count[int]" = field(default_factory=count)
    joins: list[str] | None = None
    strict: bool = True
    tables: "list[Sent]" = field(default_factory=list)
    shown: Shown = field(default_factory=Shown)

    def inside(self, joins: list[str] | None) -> "Scope":
        """Give the same clock for a subquery of its own."""
        return replace(self, joins=joins)


@dataclass(frozen=True, slots=True)
class Sent:
    """A table that a statement sends: the variable it is in, the Cypher that makes it, what becomes of its rows."""

    variable: str
    cypher: str
    table: Table


@dataclass(slots=True)
class Frame:
    """The variables of one template and the arguments of its field."""

    scope: Scope
    names: dict[str, str]
    binding: str | None = None
    found: Mapping[str, str] | None = None

    def variable(self, name: str) -> str:
        """Give the Cypher variable behind `@name`, a fresh one the first time."""
        if name == "at":
            return self.scope.at
        if name == "seq":
            return self.scope.seq
        if name not in self.names:
            self.names[name] = f"{name}{next(self.scope.numbers)}"
        return self.names[name]

    def expand(self, template: str) -> str:
        """Write the template out.

        Raises:
            LookupError: the template uses an argument or a look-up that its field does not have.
        """
        return _TOKEN.sub(self._replace, template)

    def visible(self, variable: str, label: str) -> str:
        """Give the access rule for nodes of this label, empty where everybody may see them."""
        rule = self.scope.rules.get(label, "")
        return rule.replace("@x", variable)

    def within(self, variable: str, label: str) -> tuple[str, str] | None:
        """Give who sees all nodes of this label, and the matches that lead all others to those that they see; None if the
        rule is not kept so.
        """
        every, way = (self.scope.rules.get(f"{kind} {label}") for kind in ("all", "within"))
        if every is None or way is None:
            return None
        return every, self.expand(way.replace("@x", variable))

    def contacts(self, variable: str) -> str:
        """Give the contact points of a person or mailbox that may be seen, as rows of kind, value and class."""
        number = f"i{next(self.scope.numbers)}"
        kinds, values, classes = (f"{variable}.contact{name}[{number}]" for name in ("Kinds", "Values", "Classes"))
        rule = self.scope.rules.get("contact", "true").replace("@class", classes).replace("@x", variable)
        every = f"range(0, size({variable}.contactKinds) - 1)"
        return f"[{number} IN {every} WHERE {rule} | [{kinds}, {values}, {classes}]]"

    def points(self, variable: str) -> str:
        """Give the same as two lists, of kinds and of values: as they are stored, where every one may be seen.

        That is a tenth of the database's time for a grid, since no row is made for each point.
        """
        shown = f"s{next(self.scope.numbers)}"
        row = f"r{next(self.scope.numbers)}"
        kinds, values = (f"[{row} IN {shown} | {row}[{i}]]" for i in (0, 1))
        some = f"head([{shown} IN [{self.contacts(variable)}] | [{kinds}, {values}]])"
        every = self.scope.rules.get("every contact", "true").replace("@x", variable)
        return f"CASE WHEN {every} THEN [{variable}.contactKinds, {variable}.contactValues] ELSE {some} END"

    def _replace(self, token: re.Match[str]) -> str:
        if token["macro"]:
            record = self.variable(token["record"])
            known = f"{record}.fromSeq <= {self.scope.seq} AND {self.scope.seq} < {record}.toSeq"
            if token["macro"] == "known":
                return f"({known})"
            at = self.scope.at
            return f"({record}.validFrom <= {at} AND {at} < {record}.validTo AND {known})"
        if token["label"]:
            label = token["label"] if token["rule"] == "visible" else f"own {token['label']}"
            return self.visible(self.variable(token["seen"]), label) or "true"
        if token["of"]:
            variable = self.variable(token["of"])
            return self.contacts(variable) if token["points"] == "contacts" else self.points(variable)
        if token["source"] == "arg":
            if self.binding is None:
                raise LookupError(f"the template uses @arg.{token['path']}, but its field has no arguments")
            return f"{self.binding}.{token['path']}"
        if token["source"] == "found":
            if self.found is None or token["path"] not in self.found:
                raise LookupError(f"the template uses @found.{token['path']}, but its field looks up no such argument")
            return self.found[token["path"]]
        return self.variable(token["name"])
