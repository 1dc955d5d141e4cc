"""The access log: who looked up whose data (docs/decisions/0012)."""

from typing import Final

from graph.reads import Lookup, Order, Paged, Read, Value
from graph.shape import LOOKS_INDEX
from resolvers.access import about

_SHOWN: Final = (
    f"COLLECT {{ CALL db.index.fulltext.queryNodes('{LOOKS_INDEX}', '\"' + coalesce(@found.person, 'nobody') + '\"') YIELD node AS @s"
    " WHERE @found.person IN @s.people RETURN @s.key AS @k }"
)

ACCESS_LOG: Final = Paged(
    "(@x:Look)",
    f"@x.shown IN {_SHOWN} AND {about('@found.person')}",
    orders={"AT_DESC": Order("@x.at", descending=True)},
    lookups=(Lookup("person", "Person"),),
)
"""What was shown of one person, the last first. It has no clock: it is no part of the map."""

READS: Final[dict[str, dict[str, Read]]] = {
    "Look": {
        "at": Value("@n.at"),
        "actor": Value("@n.actor"),
        "operation": Value("@n.operation"),
        "requests": Value("@n.requests"),
    }
}
