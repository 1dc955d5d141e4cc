"""The access log: who looked up whose data (docs/decisions/0012)."""

from typing import Final

from graph.reads import Lookup, Order, Paged, Read, Value
from resolvers.access import about
from resolvers.files import cypher

ACCESS_LOG: Final = Paged(
    "(@x:Look)",
    f"@x.shown IN {cypher('shown')} AND {about('@found.person')}",
    orders={"AT_DESC": Order("@x.at", descending=True)},
    lookups=(Lookup("person", "Person"),),
)
"""What was shown of one person, and of those merged into them, the last first. It has no clock: it is no part of the map."""

READS: Final[dict[str, dict[str, Read]]] = {
    "Look": {
        "at": Value("@n.at"),
        "actor": Value("@n.actor"),
        "operation": Value("@n.operation"),
        "requests": Value("@n.requests"),
    }
}
