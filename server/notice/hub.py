"""The hub: one for each process. It learns that the log has moved, or the day, and has those groups look again that it concerns.

The log's number is read every `TICK` seconds while anybody listens, and at once when this process has written (`nudge`).
A passed day is found by comparing calendar days at each tick, so that it is found too after the machine slept. A few
workers look, one group each: what a municipality's own change concerns first, then newcomers, then all else. So a change
that concerns everybody takes its time, and nobody's look takes more of the database than `WORKERS` statements at once.
"""

import asyncio
import contextlib
import enum
from collections import Counter, deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from graph.driver import Database
from graph.errors import DatabaseUnavailableError, DeadlineError, GraphError
from resolvers.concern import EVERYTHING, Concern, read_new
from resolvers.context import COPENHAGEN, Viewer
from schema.documents import called
from schema.engine import Engine, Result
from schema.subscribing import FOLLOWED, Subscription
from server.caller import Caller
from server.graphql import Looked, unseen
from server.notice.events import STOPPING, Member, Refused, Told
from server.notice.following import LogGroup
from server.notice.group import AnswerGroup, Room

TICK: Final = 0.2
"""Seconds between two looks at the log's number."""
GAP: Final = 0.04
"""The least time between them: many writes in a row are one look."""
AWAY_SECONDS: Final = 4.0
"""How soon a database that does not answer is asked again, at last; at first after half a second, then twice that, ….
It takes up to 2 s to say that it does not."""
BEHIND_SECONDS: Final = 3.0
"""How long the log may stand at an earlier number than before (a cluster's member that lags) until it is taken for another log."""
WORKERS: Final = 2
MOST: Final = 2000
"""Subscriptions of one process."""
SLOWEST: Final = 60.0
"""Seconds until an answer that took too long is tried again, at most."""
_FAIR: Final = 8
"""Every so many turns the last in the order comes first, so that nobody waits for ever."""


class Urgency(enum.IntEnum):
    """Which groups look first."""

    HERE = 0
    NEW = 1
    REST = 2


class TooMany(Exception):
    """There is no room for another subscription."""

    def __init__(self, most: int, *, of_caller: bool) -> None:
        self.of_caller = of_caller
        whose = "One caller" if of_caller else "This service"
        super().__init__(f"{whose} may have {most:,} subscriptions at a time; end one, or try again later.")


class Stopped(Exception):
    """The service stops and takes no more subscriptions."""


class Group(Protocol):
    """Subscriptions that are looked at once (`group.py`, `following.py`)."""

    members: dict[Member, None]

    def concerned(self, concern: Concern) -> bool:
        """Tell whether changes concern it."""

    def look_again(self, seq: int) -> None:
        """Note that it has to look, at the change `seq` or later."""

    def begin(self, seq: int) -> None:
        """Note that the log stands at `seq`: it is known now, or is another one than before."""

    def greet(self, member: Member, room: Room) -> bool:
        """Take a member in; True if nothing is left to be done for it."""

    async def work(self, room: Room) -> None:
        """Do what is due. Raises `GraphError`."""


class _Turns:
    """The groups that are due, each once, in their order."""

    def __init__(self) -> None:
        self._queues: tuple[deque[Group], ...] = (deque(), deque(), deque())
        self._due: dict[Group, Urgency] = {}
        self._working: set[Group] = set()
        self._again: dict[Group, Urgency] = {}
        self._there = asyncio.Event()
        self._count = 0

    def put(self, group: Group, urgency: Urgency) -> None:
        """Have a group worked on; one that is worked on at the moment again afterwards."""
        if group in self._working:
            self._again[group] = min(urgency, self._again.get(group, urgency))
        elif urgency < self._due.get(group, len(self._queues)):
            self._due[group] = urgency
            self._queues[urgency].append(group)
            self._there.set()

    def drop(self, group: Group) -> None:
        """Forget a group."""
        self._due.pop(group, None)
        self._again.pop(group, None)

    async def take(self) -> Group:
        """Wait for the next group; `done` gives it back."""
        while True:
            self._count += 1
            order = reversed(Urgency) if self._count % _FAIR == 0 else iter(Urgency)
            for urgency in order:
                queue = self._queues[urgency]
                while queue:
                    group = queue.popleft()
                    if self._due.get(group) == urgency:  # else it was dropped, or moved forward
                        del self._due[group]
                        self._working.add(group)
                        return group
            self._there.clear()
            await self._there.wait()

    def done(self, group: Group) -> None:
        """Give a group back."""
        self._working.discard(group)
        if (urgency := self._again.pop(group, None)) is not None:
            self.put(group, urgency)


class Hub:
    """Everybody who follows something, and what they are told."""

    def __init__(
        self,
        engine: Engine,
        database: Database,
        formatted: Callable[[Result], dict[str, object]],
        report: Callable[[BaseException], list[dict[str, Any]]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        looked: Looked = unseen,
        most: Callable[[Caller], int] = lambda _: MOST,
    ) -> None:
        """`formatted` lays a response out, `report` logs what nobody foresaw and gives the errors to send for it; `looked` is
        told whose data was shown. `most` is how many subscriptions a caller may have.
        """
        self.engine, self.database, self.now = engine, database, now
        self.formatted, self._report = formatted, report
        self._looked, self._most = looked, most
        self._owned = Counter[str]()
        self._groups: dict[Any, Group] = {}
        self._keys: dict[Group, Any] = {}
        self._homes: dict[Member, Group] = {}
        self._seq: int | None = None
        self._day: str | None = None
        self._behind: float | None = None
        self._replaced = False
        self._slow: dict[Group, float] = {}
        self._turns = _Turns()
        self._nudged, self._reached, self._known = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._stopped = False

    @property
    def seq(self) -> int:
        """The last change that is known here."""
        return self._seq or 0

    @property
    def count(self) -> int:
        """How many subscriptions there are."""
        return len(self._homes)

    def showed(
        self, viewer: Viewer, subscription: Subscription, people: frozenset[str], members: Iterable[Member]
    ) -> None:
        """Take note that an event showed people's data to members, who all follow this as this viewer."""
        if not people:
            return
        operation = called(subscription.prepared.chosen)
        for request in {member.request: None for member in members}:
            self._looked(viewer.actor, operation, people, request)

    def subscribe(
        self, subscription: Subscription, caller: Caller, tell: Callable[[Told], None], takes: Callable[[int], bool]
    ) -> Member:
        """Take a subscriber in. `tell` is called with each event, from the loop, and must neither wait nor fail.

        `takes` says whether an event of so many characters can be taken at the moment: of the log no more is told until `more` is called.

        Raises:
            TooMany: `MOST` are there, or as many of this caller as it may have.
            Stopped: the service stops.
        """
        if self._stopped:
            raise Stopped
        if len(self._homes) >= MOST:
            raise TooMany(MOST, of_caller=False)
        if self._owned[caller.name] >= (most := self._most(caller)):
            raise TooMany(most, of_caller=True)
        viewer = caller.viewer
        key = (subscription.share, viewer)
        group = self._groups.get(key)
        if group is None:
            made = LogGroup if subscription.name == FOLLOWED else AnswerGroup
            group = self._groups[key] = made(subscription, viewer)
            self._keys[group] = key
            if self._seq is not None:
                group.begin(self._seq)
        member = Member(subscription, caller.request, tell, takes, caller.name)
        self._homes[member] = group
        self._owned[member.owner] += 1
        if not group.greet(member, self):
            self._turns.put(group, Urgency.NEW)
        if not self._tasks:
            loop = asyncio.get_running_loop()
            self._tasks = [loop.create_task(self._watch()), *(loop.create_task(self._work()) for _ in range(WORKERS))]
        return member

    def leave(self, member: Member) -> None:
        """Let a subscriber go; one that has gone already is no error."""
        group = self._homes.pop(member, None)
        if group is None:
            return
        self._owned[member.owner] -= 1
        if not self._owned[member.owner]:
            del self._owned[member.owner]
        group.members.pop(member, None)
        if not group.members:
            self._groups.pop(self._keys.pop(group, None), None)
            self._turns.drop(group)
            self._slow.pop(group, None)
        if not self._homes:
            self._rest()

    async def begun(self) -> None:
        """Wait until it is known where the log stands: whoever subscribed before is told of all that is changed from now on."""
        await self._known.wait()

    def nudge(self) -> None:
        """Look at the log at once: this process has written."""
        self._nudged.set()

    def more(self, member: Member) -> None:
        """Go on with a member that had as much as it could take."""
        if (group := self._homes.get(member)) is not None:
            self._turns.put(group, Urgency.NEW)

    def close(self) -> None:
        """Tell everybody that the service stops, and take nobody in any more."""
        self._stopped = True
        for member in list(self._homes):
            self.leave(member)
            member.tell(STOPPING)
        self._rest()
        self._known.set()

    def _rest(self) -> None:
        """Do nothing while nobody listens; what is known of the log is known no more afterwards."""
        for task in self._tasks:
            task.cancel()
        self._tasks, self._turns = [], _Turns()
        self._seq = self._day = self._behind = None
        self._replaced = False
        self._reached.clear()
        self._known.clear()

    async def _watch(self) -> None:
        away = 0.0
        while True:
            self._nudged.clear()
            self._look_at_the_day()
            try:
                await self._look_at_the_log()
            except Exception as error:  # noqa: BLE001 - it must go on; the log has what it was
                self._reached.clear()
                if not isinstance(error, GraphError):
                    self._report(error)
                away = min(away * 2 or 0.5, AWAY_SECONDS)
                await asyncio.sleep(away)
                continue
            away = 0.0
            self._reached.set()
            await asyncio.sleep(GAP)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK - GAP):
                    await self._nudged.wait()

    def _look_at_the_day(self) -> None:
        day = self.now().astimezone(COPENHAGEN).date().isoformat()
        if self._day is not None and day != self._day:
            self._mark(EVERYTHING, 0)
        self._day = day

    async def _look_at_the_log(self) -> None:
        """Read the log's number, and what is new; who is concerned has to look again. Raises `GraphError`.

        A number below 0 is that of a restore at work (`graph_seed/archive/restoring.py`): what comes afterwards is another log.
        """
        seq, concern = await read_new(self.database, self._seq)
        if seq < 0:
            self._replaced = True
            raise DatabaseUnavailableError
        if self._seq is None or self._replaced:
            self._begin(seq)
        elif seq >= self._seq:
            if seq > self._seq:
                self._mark(concern, seq)
            self._seq, self._behind = seq, None
        else:
            now = asyncio.get_running_loop().time()
            self._behind = self._behind or now
            if now - self._behind > BEHIND_SECONDS:
                self._begin(seq)

    def _begin(self, seq: int) -> None:
        """Take the log as it stands: it is seen for the first time, or is another one than before."""
        for group in self._groups.values():
            group.begin(seq)
            self._turns.put(group, Urgency.REST)
        self._seq, self._behind, self._replaced = seq, None, False
        self._known.set()

    def _mark(self, concern: Concern, seq: int) -> None:
        urgency = Urgency.REST if concern.everything else Urgency.HERE
        for group in self._groups.values():
            if group.concerned(concern):
                group.look_again(seq)
                self._turns.put(group, urgency)

    async def _work(self) -> None:
        while True:
            await self._reached.wait()
            group = await self._turns.take()
            try:
                await group.work(self)
                self._slow.pop(group, None)
            except DatabaseUnavailableError:
                if group in self._keys:
                    self._turns.put(group, Urgency.NEW)  # again as soon as the database answers
                self._reached.clear()
                self.nudge()
            except DeadlineError:
                self._later(group)
            except Exception as error:  # noqa: BLE001 - a mistake of ours ends this group, and no other
                self._end(group, error)
            finally:
                self._turns.done(group)
            await asyncio.sleep(0)

    def _later(self, group: Group) -> None:
        """Try an answer that took too long again later, and later each time, if anybody is left who waits for it."""
        if group not in self._keys:
            return
        pause = self._slow[group] = min(self._slow.get(group, TICK) * 2, SLOWEST)
        asyncio.get_running_loop().call_later(pause, self._retry, group)

    def _retry(self, group: Group) -> None:
        if group in self._keys:
            self._turns.put(group, Urgency.REST)

    def _end(self, group: Group, error: BaseException) -> None:
        errors = self._report(error)
        for member in list(group.members):
            self.leave(member)
            member.tell(Refused(errors))
