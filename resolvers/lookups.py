"""How a thing is found by what people call it: key, code, title, former title, a common spelling (rule 11).

Each template continues `UNWIND … AS q` (`q.text` as typed, `q.folded` as compared, `q.fuzzy` for the full-text index) and returns one row for each name
asked: `[text, [[key, name that fitted, rank], …] best first, [[name, key], …] to suggest where nothing fitted]`. Two candidates of
the same rank are a question to the caller, not a guess. Ranks: 0 key, 1 code, 2 a title valid on the date, 3 any other; -1 the key of
somebody who was erased: the name is then since when. Who may not know it finds nothing.
"""

from typing import Final

from graph.lookups import Lookups
from resolvers.access import about, there

_BY_NAME: Final = """
OPTIONAL CALL (q, @now) {
  MATCH (@t:LABEL {key: q.text}) WHERE KEYED RETURN @t.key AS @key, MEANT AS @meant, RANK AS @rank
  UNION ALL
BRANCHES
}
WITH q, @key, min(@rank) AS @best, head(collect(@meant)) AS @name ORDER BY @best, @key
WITH q, [row IN collect([@key, @name, @best]) WHERE row[0] IS NOT NULL] AS @found
"""
_BY_KEY: Final = """
WITH q, COLLECT { MATCH (@t:LABEL {key: q.text}) WHERE KEYED RETURN [@t.key, MEANT, RANK] AS @key } AS @found
"""
_BY_CODE: Final = """
WITH q, COLLECT { MATCH (@t:LABEL {code: q.text}) WHERE @t.fromSeq <= @seq RETURN [@t.key, @t.code, 1] AS @key } AS @found
"""
_TOLD: Final = """
RETURN [q.text, @found, COLLECT {
  UNWIND CASE WHEN size(@found) = 0 THEN [1] ELSE [] END AS @none
  NEAREST
}] AS @asked ORDER BY q.i
"""

_CODE: Final = (
    "MATCH (@t:LABEL {code: q.text}) WHERE @t.fromSeq <= @seq RETURN @t.key AS @key, @t.code AS @meant, 1 AS @rank"
)
_NAME: Final = """
  MATCH (@a:Name {folded: q.folded})-[:NAMES]->(@t:LABEL) WHERE @known(a)
  RETURN @t.key AS @key, @a.title AS @meant, CASE WHEN @a.kind = 'OFFICIAL' AND @valid(a) THEN 2 ELSE 3 END AS @rank"""
_TERMS: Final = """
  MATCH (@a:Terms {folded: q.folded})-[:OF]->(@t:Task) WHERE @known(a)
  RETURN @t.key AS @key, @a.title AS @meant, CASE WHEN @valid(a) THEN 2 ELSE 3 END AS @rank"""
_OWN: Final = """
  MATCH (@t:LABEL {folded: q.folded}) WHERE @t.fromSeq <= @seq AND THERE AND @visible(t:LABEL)
  RETURN @t.key AS @key, @t.name AS @meant, 2 AS @rank""".replace("THERE", there("t"))

_VERSION: Final = """
  MATCH (@t:LABEL {version: q.text}) WHERE @t.fromSeq <= @seq RETURN @t.key AS @key, @t.version AS @meant, 1 AS @rank"""

_NAMED: Final = "MATCH (@s:LABEL)<-[:NAMES]-(@b:Name) WHERE @s.code > '' AND @known(b) RETURN [@b.title, @s.key] AS @near LIMIT 2000"
_TASKS: Final = "MATCH (@s:Task)<-[:OF]-(@b:Terms) WHERE @s.code > '' AND @known(b) RETURN DISTINCT [@b.title, @s.key] AS @near LIMIT 2000"
_VERSIONS: Final = "MATCH (@s:Gallery) WHERE @s.version > '' AND @s.fromSeq <= @seq RETURN [@s.version, @s.key] AS @near ORDER BY @near LIMIT 2000"
_CLOSE: Final = """
  CALL (q, @now) {
    CALL db.index.fulltext.queryNodes('search', q.fuzzy) YIELD node AS @s, score AS @score
    WHERE @s:LABEL AND @s.fromSeq <= @seq AND THERE AND @visible(s:LABEL)
    RETURN @s.name AS @title, @s.key AS @owner, @score AS @near LIMIT 50
    UNION ALL
    MATCH (@s:LABEL) WHERE @s.name > '' AND @s.fromSeq <= @seq AND THERE AND @visible(s:LABEL)
    RETURN @s.name AS @title, @s.key AS @owner, 0.0 AS @near LIMIT 3
  }
  RETURN [@title, @owner] AS @suggested ORDER BY @near DESC LIMIT 50""".replace("THERE", there("s"))


_HOW: Final[dict[str, tuple[list[str], str]]] = {
    **dict.fromkeys(("Role", "Municipality", "Vendor", "ErpSystem", "ItSystem", "Project"), ([_CODE, _NAME], _NAMED)),
    "Task": ([_CODE, _TERMS], _TASKS),
    "Gallery": ([_VERSION], _VERSIONS),
    **dict.fromkeys(("Person", "Mailbox"), ([_OWN], _CLOSE)),
}


ERASED: Final = -1
"""The rank of a key whose person was erased."""
_SEEN: Final = "@t.fromSeq <= @seq AND @visible(t:LABEL)"
_KEYED: Final[dict[str, tuple[str, str, str]]] = {
    "Person": (
        f"{_SEEN} AND (@t.erasedAt IS NULL OR {about('@t.key')})",
        "coalesce(@t.erasedAt, @t.key)",
        f"CASE WHEN @t.erasedAt IS NULL THEN 0 ELSE {ERASED} END",
    )
}
"""Of a label whose keys are not found as all others are: when they are, what was meant, and the rank. The key of somebody who
was erased is found as that by those who may know."""


def _template(label: str, how: str, nearest: str) -> str:
    keyed, meant, rank = _KEYED.get(label, (_SEEN, "@t.key", "0"))
    how = how.replace("KEYED", keyed).replace("MEANT", meant).replace("RANK", rank)
    return (how + _TOLD.replace("NEAREST", nearest)).replace("LABEL", label).replace("@now", "@seq")


LOOKUPS: Final[Lookups] = {
    "name": {
        label: _template(label, _BY_NAME.replace("BRANCHES", "\n  UNION ALL\n  ".join(branches)), nearest)
        for label, (branches, nearest) in _HOW.items()
    },
    "key": {label: _template(label, _BY_KEY, nearest) for label, (_, nearest) in _HOW.items()},
    "code": {"Municipality": _template("Municipality", _BY_CODE, _NAMED)},
}
"""The rest of the look-up of each label that can be named. By an id, or a municipality's code, nothing else is tried: no
spelling of anything consists of four digits."""


def narrowed(label: str, rule: str) -> str:
    """Give the look-up that finds, and suggests, only those things of a label for which `rule` holds of `@x`."""
    branches, nearest = _HOW[label]
    found, suggested = (f" WHERE {rule.replace('@x', variable)} AND " for variable in ("@t", "@s"))
    how = _BY_NAME.replace(" WHERE KEYED", f"{found}KEYED").replace("BRANCHES", "\n  UNION ALL\n  ".join(branches))
    for condition in ("@t.fromSeq <= @seq RETURN @t.key AS @key, @t.code", "@known(a)\n"):
        how = how.replace(f" WHERE {condition}", f"{found}{condition}")
    return _template(label, how, nearest.replace(" WHERE ", suggested))
