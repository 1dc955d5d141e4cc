"""`customers`: the municipalities that use one of the vendor's ERP systems, and their contacts by role."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from graph.reads import Gathered, Lookup, Order, Page
from resolvers.directory.contacts import AHEAD, SWITCHES, Contact, Gathering
from resolvers.directory.texts import text
from resolvers.errors import InvalidInput


class Use(NamedTuple):
    """What a customer uses one of the vendor's systems for."""

    domain: str
    system: str


class Customer(NamedTuple):
    """A customer on the date asked."""

    municipality: str
    uses: Sequence[Use]
    contacts: Sequence[Contact]


def _prepare(arguments: Mapping[str, Any]) -> dict[str, Any]:
    if arguments.get("roles") == []:
        raise InvalidInput("EMPTY_LIST", "roles", [], "at least one role, or no such argument for all")
    return {**arguments, "near": arguments["at"]}


def _decide(data: Any, arguments: Mapping[str, Any], wanted: frozenset[str]) -> Page:
    head, facts, uses, more, total = data
    at, meant = arguments["at"], arguments["meant"]
    found = Gathering.of(head, facts, at)
    roles = [key for _, key, _ in meant["roles"]] if meant.get("roles") else facts[0][0]
    used: dict[str, list[Use]] = {}
    for municipality, domain, system in uses:
        used.setdefault(municipality, []).append(Use(domain, system))
    rows = []
    for (key, code, _), local in zip(head[2], found.locals, strict=True):
        contacts = list(found.contacts(local, dict.fromkeys(roles), at, wanted)) if "contacts" in wanted else []
        rows.append((code, key, Customer(key, used.get(key, ()), contacts)))
    return Page(rows, more, total)


CUSTOMERS: Final = Gathered(
    lambda _: text("directory_customers"),
    _decide,
    lookups=(Lookup("roles", "Role", many=True),),
    prepare=_prepare,
    ahead=AHEAD,
    switches={**SWITCHES, "contacts": frozenset({"contacts"}), "uses": frozenset({"uses"})},
    orders={"CODE": Order("code")},
)
"""The root field's read."""

VALUES: Final[dict[str, type[Any]]] = {"Customer": Customer, "Use": Use}
"""The value objects, by GraphQL type."""
