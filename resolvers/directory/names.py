"""How a vendor's words find a role, a task or a customer: among what is for this vendor, and nothing else is suggested.

A municipality that is no customer is not found, and neither answer nor statement nor the number of database hits tells it
from one that does not exist (docs/decisions/0011). Roles and tasks are no secret: of those that are not for vendors nothing
is said, but they are sought as everywhere.
"""

from typing import Final

from resolvers import lookups
from resolvers.directory.texts import shown, text

_FOR_VENDORS: Final[dict[str, str]] = {
    "Role": shown("@x.domain IN DOMAINS"),
    "Task": shown(
        "EXISTS { MATCH (@x)<-[:BY]-(@by:Addressing)-[:TO]->(@to:Role) WHERE @known(by) AND @to.domain IN DOMAINS }"
    ),
}

LOOKUPS: Final[dict[str, str]] = {
    "Municipality": text("directory_names"),
    **{label: lookups.narrowed(label, rule) for label, rule in _FOR_VENDORS.items()},
}
"""For each label that can be named, the rest of its look-up; by an id it is the same one."""
