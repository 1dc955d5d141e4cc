"""Erasing a person: the one place where something is taken out of the graph in place (docs/decisions/0012).

The facts stay, and say “erased person”. What described her goes: name, employment, contact points, what others wrote of her,
the inputs that named her (as hashes), and her part in the access log. A tombstone stays, `(:Erased {key, at})`, without
anything of hers: a restore of an older backup erases by it again, with the same statement.
"""

from collections.abc import Mapping
from typing import Any, Final

from graph.driver import Database, Statement, Transaction

NAME: Final = "Slettet person"
"""What an erased person is called wherever a fact tells of them."""
TEXT: Final = "(slettet)"
"""What stands in the place of a text that must be there."""
ACTOR: Final = "slettet person"
FEW: Final = 50
"""Of a change of at most so many facts and things the reason goes; that of a larger one (an import) if it has a word of hers."""
SECONDS: Final = 60.0

_NAMED: Final = "any(t IN terms WHERE toLower({x}) CONTAINS t)"
_WORDED: Final = "(x.slot IN slots AND any(w IN words WHERE toLower({x}) CONTAINS w))"
_REACHED: Final = "($p.home = '' OR EXISTS { (x)-[:IN]->(:Municipality {code: $p.home}) })"
"""How far a municipality's editor reaches: what a person is called is the editor's to write, and so what is looked for."""
_TEXTS: Final = (
    # Of whom a fact of her own places says something: also by a part of her name. Elsewhere: by her name, or how to reach her.
    ("Vacancy", "reason", "$p.text", True),
    ("Confirmation", "by", "null", True),
    ("Report", "by", "null", True),
    ("Report", "comment", "$p.text", True),
    ("Translation", "title", "null", False),
    ("Translation", "unit", "null", False),
    ("Agreement", "reason", "null", False),
    ("Agreement", "comment", "null", False),
    ("Agreement", "receiver", "null", False),
    ("Agreement", "approvedBy", "null", False),
)


def _text(label: str, name: str, instead: str, worded: bool) -> str:
    found = _NAMED.format(x=f"x.{name}")
    found = f"({found} OR {_WORDED.format(x=f'x.{name}')})" if worded else found
    where = f"x.{name} IS NOT NULL AND {found} AND {_REACHED}"
    return f"CALL (terms, words, slots) {{ MATCH (x:{label}) WHERE {where} SET x.{name} = {instead} }}"


STATEMENT: Final = f"""\
MATCH (:Person {{key: $p.key}})<-[:MERGED_INTO*0..]-(n:Person)
WITH collect(DISTINCT n) AS people
WITH people, [n IN people | n.key] AS keys,
  [n IN people WHERE n.name <> $p.name | [w IN split(n.name, ' ') WHERE NOT w IN ['', 'Demo'] | toLower(w)]] AS named
WITH people, keys, reduce(found = [], parts IN named | found + [w IN parts WHERE size(w) > 2]) AS words,
  // A name of one word, or a short contact point, is found in too much: it counts where her own facts are alone.
  [t IN reduce(found = [], parts IN named | found + [parts[0] + ' ' + parts[-1],
      reduce(name = head(parts), w IN tail(parts) | name + ' ' + w)])
    WHERE t CONTAINS ' '] + reduce(found = [], n IN people | found + [v IN n.contactValues WHERE size(v) > 7 | toLower(v)]) AS terms,
  reduce(found = [], n IN people | found + [v IN n.contactValues | 'municipality:' + head([(n)-[:BELONGS_TO]->(m) | m.code]) + '/' + v]) AS actors
CALL (people) {{
  UNWIND people AS n MATCH (n)<-[:HELD_BY|FOR|ABOUT]-(f)
  RETURN collect(DISTINCT f) AS facts
}}
CALL (people, facts) {{
  UNWIND people + facts AS x MATCH (x)<-[:TOUCHED|RECORDED|CLOSED]-(c:Change)
  RETURN collect(DISTINCT c) AS changes
}}
WITH *, [f IN facts | f.slot] AS slots
CALL (facts) {{ UNWIND [f IN facts WHERE f:Report] AS f SET f.comment = $p.text, f.by = null }}
{chr(10).join(_text(*one) for one in _TEXTS)}
CALL (changes, terms, words) {{
  UNWIND changes AS c
  SET c.inputHash = ''
  WITH c WHERE c.reason IS NOT NULL AND (COUNT {{ (c)-[:TOUCHED|RECORDED|CLOSED]->() }} <= {FEW}
    OR any(w IN terms + words WHERE toLower(c.reason) CONTAINS w))
  SET c.reason = null
}}
CALL (terms) {{
  MATCH (c:Change) WHERE c.reason IS NOT NULL AND {_NAMED.format(x="c.reason")} AND ($p.home = '' OR c.municipalities = [$p.home])
  SET c.reason = null
}}
CALL (keys, actors) {{
  MATCH (c:Change|Look) WHERE c.actor IN actors OR any(k IN keys WHERE c.actor CONTAINS k) SET c.actor = $p.actor
}}
CALL (keys) {{
  MATCH (s:Shown) WHERE any(k IN keys WHERE k IN s.people)
  WITH s, [k IN s.people WHERE NOT k IN keys] AS left
  SET s.people = left, s.count = size(left)
  WITH s WHERE left = []
  CALL (s) {{ MATCH (l:Look {{shown: s.key}}) DELETE l }}
  DELETE s
}}
CALL (people) {{
  UNWIND people AS n
  SET n.name = $p.name, n.folded = '', n.jobTitle = null, n.unit = null, n.contactKinds = [], n.contactValues = [],
    n.contactClasses = [], n.erasedAt = coalesce(n.erasedAt, $p.at), n.toSeq = coalesce(n.toSeq, $p.seq)
  MERGE (e:Erased {{key: n.key}}) ON CREATE SET e.at = n.erasedAt
}}
FINISH"""
"""The statement's text, for planning it ahead."""
_TOMBSTONES: Final = "MATCH (e:Erased) RETURN e.key AS key, e.at AS at ORDER BY key"
_THERE: Final = """\
MATCH (e:Erased) MATCH (n:Person {key: e.key}) WHERE n.erasedAt IS NULL
RETURN e.key AS key, e.at AS at ORDER BY key"""
_KEEP: Final = """\
UNWIND $p.rows AS row
MERGE (e:Erased {key: row[0]}) ON CREATE SET e.at = row[1]
FINISH"""
_KNOWN: Final = """\
MATCH (n:Person) WHERE n.erasedAt IS NOT NULL
MERGE (e:Erased {key: n.key}) ON CREATE SET e.at = n.erasedAt
FINISH"""


def erase(key: str, seq: int, at: str, home: str = "") -> Statement:
    """Give the statement that erases a person, and those who were merged into her, as of the change `seq` at the instant `at`.

    To be run before the change itself is written: it finds texts by what she is called. With `home`, a municipality's code,
    texts of other municipalities stay as they are.
    """
    params = {"key": key, "seq": seq, "at": at, "name": NAME, "text": TEXT, "actor": ACTOR, "home": home}
    return Statement("erase person", STATEMENT, params, SECONDS)


def names(text: str, name: str, contacts: Mapping[str, Any] | tuple[str, ...] = ()) -> bool:
    """Tell whether a text has somebody's name, a part of it, or a contact point."""
    folded = text.casefold()
    parts = [part for part in name.casefold().split() if len(part) > 2 and part != "demo"]
    return any(part in folded for part in (*parts, *(str(one).casefold() for one in contacts)))


async def tombstones(database: Database) -> list[tuple[str, str]]:
    """Give the key of everybody who was erased, and since when. Raises a `GraphError`."""
    return [(row["key"], row["at"]) for row in await database.read(Statement("tombstones", _TOMBSTONES))]


async def erase_again(database: Database, known: Mapping[str, str], seq: int) -> int:
    """Erase everybody of whom a tombstone is here, or is `known` from elsewhere, in a map that was put back to the change `seq`.

    Tells of how many something was there. Raises a `GraphError`.
    """
    await _run(database, Statement("tombstones", _KEEP, {"rows": [list(one) for one in known.items()]}, SECONDS))
    await _run(database, Statement("tombstones", _KNOWN, {}, SECONDS))
    found = await database.read(Statement("tombstones", _THERE, {}, SECONDS))
    for row in found:
        await _run(database, erase(row["key"], seq, row["at"]))
    return len(found)


async def _run(database: Database, statement: Statement) -> None:
    async def work(transaction: Transaction) -> object:
        return await transaction.run(statement)

    await database.write(work, name=statement.name, seconds=statement.seconds, patience=statement.seconds)
