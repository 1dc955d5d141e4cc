"""The vendor directory: how each field of its schema is read (docs/decisions/0011).

The same facts, look-ups and resolution as everywhere in `resolvers/`; here is only what makes them a vendor's: its
customers, the roles for vendors, the contact points for vendors.
"""

from collections.abc import Mapping
from typing import Any, Final

from graph.reads import Read
from resolvers.directory import contacts, customers, tasks, things

QUERY: Final[dict[str, Read]] = {
    "contacts": contacts.CONTACTS,
    "customers": customers.CUSTOMERS,
    "tasks": tasks.TASKS,
    "roles": things.ROLES,
    "me": things.ME,
}
"""How each root field is read."""

READS: Final[dict[str, dict[str, Read]]] = {**things.READS, "Query": QUERY}
"""How every field of a node is read, by type."""

VALUES: Final[Mapping[str, type[Any]]] = {**contacts.VALUES, **customers.VALUES, **tasks.VALUES}
"""The classes of the value objects, by GraphQL type."""

TOLD: Final = contacts.TOLD
"""Whose look-up an answer is."""
