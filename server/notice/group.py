"""Subscriptions that ask the same: looked at once, encoded once, told alike.

A group is worked on by one worker at a time, so what it knows does not change under it while it waits for the database.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Final, Protocol

from graph.driver import Database
from graph.errors import DatabaseUnavailableError
from graph.shape import OPEN_SEQ
from resolvers.concern import Concern, read_since
from resolvers.context import COPENHAGEN, Context, Viewer
from resolvers.errors import InvalidInput
from schema.engine import Engine, Result
from schema.subscribing import Looked, Subscription, mentions
from server.graphql import encoded
from server.notice.events import Event, Member, Refused

Standing = tuple[int, str | None]
"""Where a client stands: the change and the day of its last event, the day None where it did not tell."""
_BEGINNING: Final[Standing] = (0, None)
_NEVER: Final = (OPEN_SEQ, "9999-12-31")


class Room(Protocol):
    """What a group needs of the hub."""

    engine: Engine
    database: Database

    @property
    def seq(self) -> int:
        """The last change that is known here; all groups that it concerns have been told to look."""

    def now(self) -> datetime:
        """The moment by the hub's clock."""

    def formatted(self, result: Result) -> dict[str, Any]:
        """The response as it may be sent: the unexpected is masked."""

    def leave(self, member: Member) -> None:
        """Let a member go."""

    def showed(
        self, viewer: Viewer, subscription: Subscription, people: frozenset[str], members: Iterable[Member]
    ) -> None:
        """Take note that an event showed people's data to members."""


class Behind(DatabaseUnavailableError):
    """A member of the cluster that has not caught up answered, or a restore is at work: to be asked again, never to be told."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was found last. `first` is the change and day since which it has certainly been the same."""

    looked: Looked
    event: Event
    day: str
    first: tuple[int, str]


class AnswerGroup:
    """Those who follow one answer."""

    def __init__(self, subscription: Subscription, viewer: Viewer) -> None:
        self.subscription, self.viewer = subscription, viewer
        self.members: dict[Member, None] = {}
        self._seen: _Seen | None = None
        self._stale = True
        self._looking = False
        self._needs = 0

    def concerned(self, concern: Concern) -> bool:
        """Tell whether its answer can be another one after changes."""
        seen = self._seen
        if seen is None or seen.looked.ground is None or self.subscription.is_far:
            return True
        return concern.meets(seen.looked.ground, is_named=self.subscription.is_named)

    def look_again(self, seq: int) -> None:
        """Take its answer for old: the change `seq` concerns it, or (0) a day has passed."""
        self._stale, self._needs = True, max(self._needs, seq)

    def begin(self, seq: int) -> None:  # noqa: ARG002 - the other group asks it
        """Take the log for another one, of which nothing is known yet."""
        self._stale, self._needs = True, 0
        if self._seen is not None:
            self._seen = replace(self._seen, first=_NEVER)

    def greet(self, member: Member, room: Room) -> bool:
        """Take a member in; True if it has what it came for, and nothing is left to be done."""
        self.members[member] = None
        seen = self._seen
        if seen is None or self._stale or self._looking or seen.day != _day(room) or seen.looked.errors:
            return False
        if member.subscription.after is None:
            member.live = True
            member.tell(seen.event)
            room.showed(self.viewer, self.subscription, seen.looked.people, (member,))
        elif _covers(seen, _standing(member), max(seen.looked.seq, room.seq)):
            member.live = True
        return member.live

    async def work(self, room: Room) -> None:
        """Look again if that is due, tell those who follow, and bring those who came back up to date.

        Raises:
            GraphError: the database did not answer; what was not done is still due.
        """
        waiting = [member for member in self.members if not member.live]  # whoever comes meanwhile has the next turn
        ahead = max(
            (_standing(member)[0] for member in waiting), default=0
        )  # told so by another process, or by a query
        seen = self._seen
        if seen is None or self._stale or seen.day != _day(room) or ahead > seen.looked.seq:
            seen = await self._look(room)
        for standing in {_standing(member): None for member in waiting}:
            missed = not seen.looked.errors and await self._missed(standing, seen, room)
            for member in waiting:
                if member in self.members and _standing(member) == standing:
                    self._settle(member, seen, missed=missed, room=room)

    async def _look(self, room: Room) -> _Seen:
        needs, self._stale, self._looking = self._needs, False, True
        now = room.now()
        day = _day_of(now)
        try:
            looked = await room.engine.look(self.subscription, Context(room.database, self.viewer, now))
            if looked.seq < 0 or (looked.ground is not None and looked.seq < needs):
                raise Behind
        except BaseException:
            self._stale = True
            raise
        finally:
            self._looking = False
        before = self._seen
        same = before is not None and before.looked.digest == looked.digest
        event = _event(looked, day, room)
        unbroken = before is not None and same and self._is_unbroken(before, looked, day, room)
        self._seen = _Seen(looked, event, day, before.first if before is not None and unbroken else (looked.seq, day))
        if not same:
            live = [member for member in self.members if member.live]
            for member in live:
                member.tell(event)
            room.showed(self.viewer, self.subscription, looked.people, live)
        return self._seen

    def _is_unbroken(self, before: _Seen, looked: Looked, day: str, room: Room) -> bool:
        """Tell whether it was the present answer all the time, if it is the same at both looks.

        After a change that concerns it, or that is not known here yet, and on days that were slept through, it may have been
        another one in between, which another process has told.
        """
        known = self._needs <= before.looked.seq and looked.seq <= room.seq
        return known and 0 <= (date.fromisoformat(day) - date.fromisoformat(before.day)).days <= 1

    async def _missed(self, standing: Standing, seen: _Seen, room: Room) -> bool:
        """Tell whether somebody who stands there has not seen the present answer."""
        after, day = standing
        if after == 0 or after > seen.looked.seq or _covers(seen, standing, seen.looked.seq):
            return after == 0
        since = await read_since(room.database, after, seen.looked.seq)
        if since.touched is None or since.day is None:
            return True
        then = datetime.combine(date.fromisoformat(day or since.day), time(12), COPENHAGEN)
        was = await room.engine.look(self.subscription, Context(room.database, self.viewer, then), as_of=after)
        return was.digest != seen.looked.digest or mentions(was.row, since.touched)

    def _settle(self, member: Member, seen: _Seen, *, missed: bool, room: Room) -> None:
        after = member.subscription.after
        if seen.looked.errors:
            self._refuse(member, Result(None, seen.looked.errors, has_data=False), room)
        elif after is not None and after > seen.looked.seq:
            expected = f"the `seq` of an event, at most {seen.looked.seq}"
            unknown = InvalidInput("BAD_NUMBER", "after", after, expected)
            self._refuse(member, room.engine.refused(member.subscription, unknown), room)
        else:
            member.live = True
            if after is None or missed:
                member.tell(seen.event)
                room.showed(self.viewer, self.subscription, seen.looked.people, (member,))

    def _refuse(self, member: Member, result: Result, room: Room) -> None:
        room.leave(member)
        member.tell(Refused(room.formatted(result)["errors"]))


def _standing(member: Member) -> Standing:
    after = member.subscription.after
    return _BEGINNING if after is None else (after, member.subscription.after_day)


def _covers(seen: _Seen, standing: Standing, known: int) -> bool:
    """Tell whether the answer was the present one when somebody who stands there got it."""
    after, day = standing
    return seen.first[0] <= after <= known and day is not None and day >= seen.first[1]


def _event(looked: Looked, day: str, room: Room) -> Event:
    response = room.formatted(Result(looked.data, looked.errors))
    return Event(encoded(response).decode(), f"{looked.seq}@{day}")


def _day(room: Room) -> str:
    return _day_of(room.now())


def _day_of(now: datetime) -> str:
    return now.astimezone(COPENHAGEN).date().isoformat()
