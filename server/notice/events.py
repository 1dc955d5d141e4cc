"""What subscribers are told: an event, or that there will be no more."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from schema.subscribing import Subscription


@dataclass(frozen=True, slots=True)
class Event:
    """A GraphQL response as JSON text, made once for all that get it, and a mark by which to go on from there."""

    payload: str
    mark: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The subscription cannot be: `errors` as GraphQL lays them out. Nothing follows."""

    errors: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Stopping:
    """The service stops. Nothing follows; the client can go on elsewhere from its last event."""


STOPPING: Final = Stopping()
Told = Event | Refused | Stopping


@dataclass(slots=True, eq=False)
class Member:
    """One subscriber: what it asks, and how it is told, which must neither wait nor fail.

    `request` is the id of the request by which it came. `takes` says whether an event of so many characters that can also be read
    again later may be told at the moment. `live`: it gets
    every further event; before that it waits for its first, or for what it missed. `owner` is the name of the caller whose it is.
    """

    subscription: Subscription
    request: str
    tell: Callable[[Told], None]
    takes: Callable[[int], bool]
    owner: str = ""
    live: bool = field(default=False)
