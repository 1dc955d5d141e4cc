"""Performing a change: three or four statements, all but the first in one transaction, and nothing written twice.

1. look: the names of the input, before the lock;   2. lock: the counter's lock, a change of the same operation if there is
one, and what is decided over;   3. write: the change and all it does;   4. answer: what the client selects.

Where all names are ids, or were looked up before, it is known what they will turn out to mean: 1 is left out, and 2 looks
the names up. Should that, or a fact, have moved on in between, so that more must be read, that is read once more under the
lock. `dryRun` runs all and rolls back: the same checks, and the answer shows the map as it would be. Whoever sends an
operation again, because its answer was lost, gets the first outcome: this is also how a commit whose answer was lost is
looked up here, once, under the lock, which the lost transaction cannot hold any more (docs/decisions/0004).

One file, since each step goes on with what the one before it found.
"""

import asyncio
import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Generic, TypeVar

from neo4j import Record

from graph import announcing, basis, erasing, recording
from graph.basis import Looks, Wanted
from graph.driver import Statement, Transaction
from graph.errors import OutcomeUnknownError
from resolvers.changes import allowing
from resolvers.changes.attesting import disprove
from resolvers.changes.operation import Case, Draft, Given, Named, Operation, listed
from resolvers.context import Context
from resolvers.errors import InvalidInput, check_key, check_same, reused

TRIES: Final = 2
MOST_SHOWN: Final = 100
"""Of so many places, named one by one, a change shows how they are answered since; of more of none: it is made under the lock."""
T = TypeVar("T")


class Conflict(Exception):
    """What the change rests on moved on since the client read it: `seqs` are the changes that it has not seen."""

    def __init__(self, if_seq: int, seqs: list[int]) -> None:
        self.if_seq, self.seqs = if_seq, seqs
        super().__init__(
            f"ifSeq: {len(seqs)} later change{'s' if len(seqs) > 1 else ''} touched it since {if_seq}, "
            f"the last is {seqs[-1]}; nothing was changed. Look at what they changed, and send it again with ifSeq {seqs[-1]}."
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, as its answer is made from it.

    `shows` are the arguments of each field of the payload, `entry` is what the log says of the change.
    """

    seq: int
    at: str
    day: str
    shows: Mapping[str, Mapping[str, Any]]
    entry: Mapping[str, Any] = field(default_factory=dict)
    repeated: bool = False
    dry: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A change as it was asked for: `look` is the statement before the lock, `looks` its look-ups alone, with `names` for both.

    `find` reads the look-ups' rows (or refuses them); `guess` is what it will probably give. `people` tells of rows whom
    they speak of, also where they are refused.
    """

    operation: Operation
    given: Given
    look: str
    looks: Looks
    names: Mapping[str, Any]
    find: Callable[[list[Any]], Mapping[str, Any]]
    people: Callable[[list[Any]], frozenset[str]]
    guess: Mapping[str, Any] | None = None


Answer = Callable[[Transaction, Outcome], Awaitable[T]]


class _RolledBack(Exception, Generic[T]):
    def __init__(self, answer: T) -> None:
        self.answer = answer


async def perform(asked: Asked, context: Context, answer: Answer[T], note: Callable[[frozenset[str]], None]) -> T:
    """Perform a change and give its answer. Whatever comes of it, `note` is told of whom the input speaks.

    Raises:
        InvalidInput: it cannot be done; nothing was written.
        Conflict: `ifSeq` is no longer the last change of what it rests on; nothing was written.
        GraphError: the database; `OutcomeUnknownError` where even looking again did not tell.
    """
    writer = _Writer(asked, context, answer)
    try:
        async with context.database.turn:
            if writer.guess():
                return await _written(writer, None, context)
            looking = asyncio.get_running_loop().create_task(writer.look())  # while the transaction begins
            try:
                return await _written(writer, looking, context)
            finally:
                looking.cancel()
                await asyncio.gather(looking, return_exceptions=True)
    finally:
        note(writer.people)


async def _written(writer: "_Writer[T]", looking: asyncio.Task[None] | None, context: Context) -> T:
    seconds = writer.asked.operation.seconds
    for left in reversed(range(TRIES)):
        try:
            return await announcing.write(
                context.database,
                lambda transaction: writer.work(transaction, looking),
                name=writer.name,
                seconds=seconds,
            )
        except _RolledBack as dry:
            return dry.answer  # type: ignore[no-any-return]
        except OutcomeUnknownError:
            if not left:
                raise
    raise AssertionError("the loop returns or raises")


class _Writer(Generic[T]):
    def __init__(self, asked: Asked, context: Context, answer: Answer[T]) -> None:
        self.asked, self.context, self.answer = asked, context, answer
        self.given = asked.given
        self.name = f"change {asked.operation.name}"
        self.dry = bool(self.given.get("dryRun"))
        self.today = context.today.isoformat()
        self.ids = [key for name in asked.operation.facts for key in listed(self.given.get(name))]
        self.changes = [self.given[name] for name in asked.operation.changes]
        self.keys: Mapping[str, Any] = {}
        self.wanted = Wanted()
        self.told, self.erased = set[str](), set[str]()
        self.tries = 0
        self.sent = ""
        key = self.given.get("idempotencyKey")
        if key is not None:
            check_key("idempotencyKey", key)
        self.operation_id = recording.operation_id(context.viewer.actor, key or secrets.token_hex(16))
        asked_for = {k: v for k, v in self.given.items() if k not in ("idempotencyKey", "dryRun")}
        self.input_hash = hashlib.sha256(recording.as_json([asked.operation.name, asked_for]).encode()).hexdigest()[:32]

    @property
    def people(self) -> frozenset[str]:
        """Tell of whom the input speaks: who is named in it, and of whom its facts are; nobody who was erased."""
        return frozenset(key for key in self.told - self.erased if key.startswith("person:"))

    async def look(self) -> None:
        """Look names up, and facts and the change that the input speaks of.

        Raises:
            InvalidInput: a name that fits nothing or two things, an id of no fact.
            Conflict: a fact that was taken back since the client read it.
        """
        told = Wanted(facts=self.ids, changes=self.changes).lists()
        params = {"at": self.today, "all": self.given.get("ifSeq") is not None, **told, **self.asked.names}
        (found,) = await self.context.database.read(Statement("change look", self.asked.look, params))
        self.told |= self.asked.people(found["lookups"])
        self.keys = self.asked.find(found["lookups"])
        self.wanted = self._wants(self._named([basis.row(row) for row in found["facts"]], found["undone"]))

    def guess(self) -> bool:
        """Tell whether it is known, without asking, what the names will turn out to mean; and then what is wanted."""
        if self.asked.guess is None:
            return False
        self.keys = self.asked.guess
        try:
            self.wanted = self._wants(self._named([], None))
        except InvalidInput:  # said with what the names mean
            return False
        return True

    def _named(self, rows: Sequence[basis.Row], undone: Any) -> Named:
        viewer = self.context.viewer
        seen = [row for row in rows if row.record.key in self.ids and not allowing.hides(viewer, row.record)]
        facts = {row.record.key: row for row in seen if row.is_open}
        self.told.update(arrow.target for row in facts.values() for arrow in row.record.arrows)
        self._check_taken_back([row for row in seen if row.record.key not in facts])
        hidden = allowing.hides_change(viewer, undone)
        return Named(self.given, self.keys, facts, self.today, None if hidden else undone)

    def _check_taken_back(self, rows: Sequence[basis.Row]) -> None:
        """Tell who names facts that are not believed any more of who took them back since: it was no unknown id then."""
        if_seq = self.given.get("ifSeq")
        if if_seq is not None and (later := {row.to_seq for row in rows if row.to_seq > if_seq}):
            raise Conflict(if_seq, sorted(later))

    def _wants(self, named: Named) -> Wanted:
        """Tell what is read under the lock: what the operation wants, and what it was told by number and id."""
        wanted = self.asked.operation.wants(named)
        return replace(wanted, facts=list(dict.fromkeys([*wanted.facts, *self.ids])), changes=self.changes)

    async def work(self, transaction: Transaction, looking: Awaitable[None] | None) -> T:
        """Do it all within one transaction."""
        self.tries += 1
        if looking is not None and (same := await self._looked(transaction, looking)) is not None:
            return await self.answer(transaction, self._repeated(same))
        wanted = self.wanted
        looks = self.asked.looks if looking is None else basis.NO_LOOKS
        await self.context.database.plan("change lock", self._locked(wanted, looks).text)
        for name, text in self.asked.operation.ahead.items():
            await self.context.database.plan(name, text)
        locked = await self._lock(transaction, wanted, looks)
        if looking is None:
            self.told |= self.asked.people(locked["lookups"])
        if locked["same"] is not None:
            return await self.answer(transaction, self._repeated(locked["same"]))
        if looking is None:
            self.keys = self.asked.find(locked["lookups"])
        case = self._case(locked)
        if (now := self._wants(case.named)) != wanted:
            wanted, locked = now, await self._lock(transaction, now)
            case = self._case(locked)
        draft = await self._decide(transaction, case, wanted)
        outcome = self._outcome(draft, case.seq + 1, recording.instant_after(locked["at"], self.context.now))
        self.sent = outcome.at
        if draft.erases is not None:
            viewer = self.context.viewer
            home = None if viewer.audience == "local" else viewer.municipality
            await transaction.run(erasing.erase(draft.erases, outcome.seq, outcome.at, home, draft.also))
        await transaction.run(self._written(draft, outcome).statement())
        answered = await self.answer(transaction, outcome)
        if self.dry:
            raise _RolledBack(answered)
        if draft.erases is not None:
            self.erased.add(draft.erases)
        return answered

    async def _decide(self, transaction: Transaction, case: Case, wanted: Wanted) -> Draft:
        """Check the change, and decide what is to be written."""
        operation = self.asked.operation
        await self._check_allowed(transaction, case)
        await self._check_seq(transaction, case, wanted)
        draft = operation.decide(case)
        disprove(case, draft)
        allowing.check_draft(self.context.viewer, operation, case.named, draft)
        if draft.empty:
            expected = "values that differ from those that the gallery has"
            raise InvalidInput("NOTHING_TO_CHANGE", "input", None, expected, "input: nothing would change by this.")
        return draft

    async def _looked(self, transaction: Transaction, looking: Awaitable[None]) -> Mapping[str, Any] | None:
        """Wait for the look. Names may mean something else since the first time: what was done then is still the answer."""
        try:
            await looking
        except (InvalidInput, Conflict):
            if self.given.get("idempotencyKey") is None:
                raise
            locked = await self._lock(transaction, Wanted())
            if locked["same"] is None:
                raise
            return dict(locked["same"])
        return None

    async def _check_allowed(self, transaction: Transaction, case: Case) -> None:
        """Refuse what is not the viewer's to change, before anything is said of how it stands."""
        viewer, named = self.context.viewer, case.named
        if viewer.audience == "vendor":
            where = allowing.customer(viewer.vendor, named.key("municipality"), named.key("role"), self.today)
            (row,) = await transaction.run(where)
            allowing.check_customer(named, found=row["found"], domain=row["domain"])
        allowing.check_case(viewer, self.asked.operation, case)

    async def _check_seq(self, transaction: Transaction, case: Case, wanted: Wanted) -> None:
        """Refuse a change that rests on what the client has not seen."""
        if_seq = self.given.get("ifSeq")
        if if_seq is None:
            return
        if not 0 <= if_seq <= case.seq:
            raise InvalidInput(
                "BAD_NUMBER", "ifSeq", if_seq, f"the seq that came with what was read, at most {case.seq}"
            )
        rests = list(dict.fromkeys([*self._edited(), *self.asked.operation.rests(case)]))
        seen = replace(
            case, records=[row for row in case.records if not allowing.hides(self.context.viewer, row.record)]
        )
        later = {seq for seq in seen.last([*wanted.slots, *wanted.reported], wanted.facts, rests) if seq > if_seq}
        if rests:
            rows = await transaction.run(basis.touched_since(rests, if_seq))
            later |= {row["seq"] for row in rows}
        if later:
            raise Conflict(if_seq, sorted(later))

    def _locked(self, wanted: Wanted, looks: Looks = basis.NO_LOOKS) -> Statement:
        everything = self.given.get("ifSeq") is not None
        names = {"at": self.today, **self.asked.names} if looks.lines else None
        return basis.locked(wanted, self.operation_id, everything, looks, names)

    def _edited(self) -> list[str]:
        """Give the keys of the things that the change edits."""
        return [key for name in self.asked.operation.edits for key in listed(self.keys.get(name))]

    def _case(self, locked: Record) -> Case:
        edited = self._edited()
        rows = {row[0]: basis.row(row) for row in locked["records"]}.values()  # one may be wanted for two reasons
        records = [
            row
            for row in rows
            if not allowing.hides(self.context.viewer, row.record) or allowing.settled(row.record, edited)
        ]
        nodes = [basis.node(row) for row in locked["things"]]
        self.erased.update(node.thing.key for node in nodes if "erasedAt" in node.thing.properties)
        named = self._named(records, locked["undone"])
        records = allowing.told_of(self.context.viewer, named, records)
        return Case(named, records, {node.thing.key: node for node in nodes}, locked["now"])

    async def _lock(self, transaction: Transaction, wanted: Wanted, looks: Looks = basis.NO_LOOKS) -> Record:
        return await announcing.first(transaction, self._locked(wanted, looks))

    def _repeated(self, same: Mapping[str, Any]) -> Outcome:
        name = "idempotencyKey"
        check_same(name, self.given.get(name), self.input_hash, self.asked.operation.name, same)
        outcome = json.loads(same["outcome"])
        if not self._asks_for(outcome.get("erased")):
            raise reused(name, self.given.get(name), same["seq"])
        same = {"reason": None, **same}
        own = self.tries > 1 and same["at"] == self.sent  # ours, and only its answer was lost
        return Outcome(same["seq"], same["at"], outcome["day"], outcome["shows"], same, repeated=not own)

    @property
    def _erased(self) -> dict[str, Any]:
        """What is kept of an erasure's input, of which no hash is: who was named, and by how many former names."""
        return {"person": self.keys.get("person"), "names": len(self.given.get("formerNames") or ())}

    def _asks_for(self, erased: Mapping[str, Any] | None) -> bool:
        """Tell whether this is the erasure that was made under the same key; of a name that nobody has any more it is taken to be."""
        here = self._erased
        return erased is None or (here["person"] in (None, erased["person"]) and here["names"] == erased["names"])

    def _outcome(self, draft: Draft, seq: int, at: str) -> Outcome:
        touched = draft.places if len(draft.places) <= MOST_SHOWN else []
        everywhere = any(not place for _, place in touched)
        places = {
            "roles": list(dict.fromkeys(role for role, _ in touched)),
            "municipalities": [] if everywhere else list(dict.fromkeys(place for _, place in touched)),
            "places": [f"{role}|{place}" for role, place in touched],
        }
        shows = {**draft.shows, "change": {"seq": seq}, "answers": places, "cells": places}
        entry = {"seq": seq, "at": at, **self._who()}
        return Outcome(seq, at, draft.day, shows, entry, dry=self.dry)

    def _who(self) -> dict[str, Any]:
        name = self.asked.operation.name
        return {"actor": self.context.viewer.actor, "operation": name, "reason": self.given.get("reason")}

    def _written(self, draft: Draft, outcome: Outcome) -> recording.Written:
        kept = {} if draft.erases is None else {"erased": self._erased}
        change = {
            "key": f"change:{outcome.seq}",
            "seq": outcome.seq,
            "at": outcome.at,
            **self._who(),
            **draft.scope.told(),
            "operationId": self.operation_id,
            "inputHash": self.input_hash if draft.erases is None else "",  # it would be the hash of a name
            "outcome": recording.as_json({"day": outcome.day, "shows": outcome.shows, **kept}),
            "edits": [text for entry in draft.log for text in logged(*entry)],
        }
        closes = [row.id for row in draft.closes]
        return recording.Written(change, closes, draft.things, draft.edits, draft.records, draft.undoes)


def logged(key: str, name: str, before: Any, after: Any) -> tuple[str, str, str, str]:
    """Write an edit as the log keeps it: values as JSON; personal ones are not kept."""
    if before is None and after is None:
        return key, name, "", ""
    return key, name, recording.as_json(before), recording.as_json(after)
