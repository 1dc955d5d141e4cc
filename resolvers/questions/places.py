"""Which municipalities a question is about: named, of a region, of a vendor's customers, or all."""

from collections.abc import Mapping
from typing import Any, Final

from graph.reads import Lookup
from resolvers.errors import InvalidInput
from resolvers.facts import Local

LOOKUPS: Final = (
    Lookup("municipalities", "Municipality", many=True, single="municipality"),
    Lookup("vendor", "Vendor"),
)
"""What the questions about several places look up."""

REGIONS: Final = ("Hovedstaden", "Midtjylland", "Nordjylland", "Sjælland", "Syddanmark")


def chosen(given: Mapping[str, Any]) -> str:
    """Tell which `places_….cypher` finds the municipalities that the arguments ask for."""
    return "all" if given.get("municipality") is None and given.get("municipalities") is None else "named"


def check(arguments: Mapping[str, Any]) -> None:
    """Refuse what cannot be asked together.

    Raises:
        InvalidInput: municipalities named in two ways or beside a region or a vendor, none named, or no such region.
    """
    ways = [way for way in ("municipality", "municipalities", "region", "vendor") if arguments.get(way) is not None]
    if len(ways) > 1 and ways != ["region", "vendor"]:
        expected = f"either {ways[0]} or {ways[1]}, not both"
        raise InvalidInput("CONTRADICTION", ways[1], arguments[ways[1]], expected)
    if arguments.get("municipalities") == []:
        raise InvalidInput("EMPTY_LIST", "municipalities", [], "at least one municipality, or no such argument for all")
    check_region("region", arguments.get("region"))


def check_region(field: str, region: str | None) -> None:
    """Refuse a region that there is not. Raises `InvalidInput`."""
    if region is not None and region not in REGIONS:
        raise InvalidInput("UNKNOWN_REGION", field, region, f"one of {', '.join(REGIONS)}")


def touched(arguments: Mapping[str, Any], local: Local) -> frozenset[str]:
    """Tell which roles a change touched in a municipality: those in `places` as `role|municipality`, or as `role|`, which is everywhere.

    `municipalities` are then none; all of them are asked, and no other role: 98 × 14 answers would be made while
    other writers wait.
    """
    split = (place.split("|") for place in arguments["places"])
    return frozenset(role for role, where in split if where in ("", local.municipality))


def prepare_filter(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Check the region of a connection's filter. Raises `InvalidInput`."""
    check_region("filter.region", (arguments.get("filter") or {}).get("region"))
    return arguments
