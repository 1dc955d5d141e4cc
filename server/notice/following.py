"""Those who follow the log: every change is an event, in order, none left out and none twice.

The group has one place in the log, at which all are who are up to date. Whoever comes from an earlier place, or cannot take
all at once that is new, is brought up to it as fast as it reads, and only then joined to the others.
"""

from collections.abc import Iterable, Sequence

from resolvers.concern import Concern
from resolvers.context import Context, Viewer
from resolvers.errors import InvalidInput
from schema.engine import Result
from schema.subscribing import Entry, Page, Subscription
from server.graphql import encoded
from server.notice.events import Event, Member, Refused
from server.notice.group import Behind, Room


class LogGroup:
    """Those who follow the log by the same filter."""

    def __init__(self, subscription: Subscription, viewer: Viewer) -> None:
        self.subscription, self.viewer = subscription, viewer
        self.members: dict[Member, None] = {}
        self._place: int | None = None
        self._places: dict[Member, int] = {}
        self._stale = False
        self._needs = 0

    def concerned(self, concern: Concern) -> bool:  # noqa: ARG002 - its filter is part of its statement
        """Tell whether changes concern it: always, they are what it follows."""
        return True

    def look_again(self, seq: int) -> None:
        """Note that there are changes up to `seq`."""
        self._stale, self._needs = True, max(self._needs, seq)

    def begin(self, seq: int) -> None:
        """Begin at the end of a log that stands at `seq`; what is changed from now on is told."""
        self._place, self._stale, self._needs = seq, False, 0
        for member in self.members:
            if not member.live and member.subscription.after is None:
                self._places[member] = seq

    def greet(self, member: Member, room: Room) -> bool:  # noqa: ARG002 - the other group asks it
        """Take a member in; True if it is up to date."""
        self.members[member] = None
        after = member.subscription.after
        # Whoever follows already shows that it can be followed.
        member.live = after is None and any(one.live for one in self.members)
        start = self._place if after is None else after
        if not member.live and start is not None:
            self._places[member] = start
        return member.live

    async def work(self, room: Room) -> None:
        """Tell what is new, and bring up to date who is not.

        Raises:
            GraphError: the database did not answer; what was not done is still due.
        """
        self._places = {member: place for member, place in self._places.items() if member in self.members}
        full = set[Member]()
        while await self._go_on(room) or await self._catch_up(room, full):
            pass

    async def _go_on(self, room: Room) -> bool:
        """Tell those who are up to date the next page of what is new; True if there was one to look for."""
        if not self._stale or self._place is None:
            return False
        start = self._place
        needs, self._stale = self._needs, False
        try:
            page = await self._page(room, start)
            if not page.errors and page.seq < needs:
                raise Behind
        except BaseException:
            self._stale = True
            raise
        if self._place != start:  # it was begun anew meanwhile
            return True
        told = []
        events = _events(page.entries, room)
        for member in [member for member in self.members if member.live]:
            count = _tell(member, events)
            if count:
                told.append(member)
            if count < len(events):  # it goes on from there as fast as it reads
                member.live = False
                self._places[member] = page.entries[count - 1].seq if count else start
        room.showed(self.viewer, self.subscription, page.people, told)
        self._place = max(start, _end(page))
        self._stale = self._stale or not page.is_last
        return True

    async def _catch_up(self, room: Room, full: set[Member]) -> bool:
        """Tell one page to those who are furthest behind; True if somebody was. Who cannot take all of it is `full` until it has read."""
        place = self._place
        able = [one for one in self.members if not one.live and one not in full and one.takes(0)]
        if place is None or not able:
            return False
        start = min(self._places[member] for member in able)
        page = await self._page(room, start)
        if self._place != place:  # it was begun anew meanwhile
            return True
        reached = min(_end(page), place)
        entries = [entry for entry in page.entries if entry.seq <= place]
        events = _events(entries, room)
        for member in able:
            if member not in self.members or self._places[member] != start:
                continue
            if page.errors or start > page.seq:
                self._refuse(member, page, room)
                continue
            count = _tell(member, events)
            if count:
                room.showed(self.viewer, self.subscription, page.people, (member,))
            if count < len(events):
                full.add(member)
                self._places[member] = entries[count - 1].seq if count else start
                continue
            self._places[member] = max(reached, start)
            if reached >= place and start <= place:
                member.live = True
                del self._places[member]
        self._stale = self._stale or start > place  # another process has told of what is not known here yet
        return True

    async def _page(self, room: Room, past: int) -> Page:
        page = await room.engine.page(self.subscription, Context(room.database, self.viewer, room.now()), past)
        if page.seq < 0:
            raise Behind
        return page

    def _refuse(self, member: Member, page: Page, room: Room) -> None:
        result = Result(None, page.errors, has_data=False)
        if not page.errors:
            after = member.subscription.after
            unknown = InvalidInput("BAD_NUMBER", "after", after, f"the `seq` of a change, at most {page.seq}")
            result = room.engine.refused(member.subscription, unknown)
        self._places.pop(member, None)
        room.leave(member)
        member.tell(Refused(room.formatted(result)["errors"]))


def _end(page: Page) -> int:
    """Tell up to which change a page has told all that there is."""
    return page.seq if page.is_last else page.entries[-1].seq


def _events(entries: Iterable[Entry], room: Room) -> list[Event]:
    return [
        Event(encoded(room.formatted(Result(entry.data, entry.errors))).decode(), str(entry.seq)) for entry in entries
    ]


def _tell(member: Member, events: Sequence[Event]) -> int:
    """Tell one event after the other while they can be taken, and give how many were."""
    for count, event in enumerate(events):
        if not member.takes(len(event.payload)):
            return count
        member.tell(event)
    return len(events)
