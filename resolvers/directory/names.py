"""How a vendor's words find a role, a task or a customer: among what is for this vendor, and nothing else.

A municipality that is no customer is not found, nor suggested, and neither answer nor statement nor the number of database
hits tells it from one that does not exist (docs/decisions/0011).
"""

from typing import Final

from resolvers.directory.texts import shown, text

_ROLES: Final = """
  MATCH (@r:Role) WHERE @r.code > '' AND @r.fromSeq <= @seq AND @r.domain IN DOMAINS
"""
_THINGS: Final[dict[str, str]] = {
    "Municipality": text("directory_mine") + "\n  RETURN [@m.key, @m.code, @m] AS thing ORDER BY @m.code",
    "Role": shown(_ROLES) + "  RETURN [@r.key, @r.code, @r] AS thing ORDER BY @r.order, @r.key",
    "Task": shown(_ROLES)
    + "  MATCH (@r)<-[:TO]-(@d:Addressing)-[:BY]->(@k:Task) WHERE @known(d)"
    + "\n  WITH DISTINCT @k RETURN [@k.key, @k.code, @k] AS thing ORDER BY @k.code",
}
_NAMED: Final = """
  WITH @t[2] AS @x MATCH (@x)<-[:NAMES]-(@a:Name) WHERE @known(a)
  RETURN [@x.key, @a.title, CASE WHEN @a.kind = 'OFFICIAL' AND @valid(a) THEN 2 ELSE 3 END, @a.folded] AS name ORDER BY @a.title, @x.key"""
_TERMS: Final = """
  WITH @t[2] AS @x MATCH (@x)<-[:OF]-(@a:Terms) WHERE @known(a)
  RETURN [@x.key, @a.title, CASE WHEN @valid(a) THEN 2 ELSE 3 END, @a.folded] AS name ORDER BY @a.title, @x.key"""

LOOKUPS: Final[dict[str, str]] = {
    label: text("directory_names").replace("THINGS", things).replace("NAMES", _TERMS if label == "Task" else _NAMED)
    for label, things in _THINGS.items()
}
"""For each label that can be named, the rest of its look-up; by an id it is the same one."""
