"""What changed between two days: the states on both compared, not the events in between.

Let F and T be the days, F < T. All facts are as known at one `seq`; a fact holds on a day D if `valid_from <= D <
valid_to`. What began and ended between the days does not show; a correction of a record that leaves F and T as they
were does not either. Facts are listed in the order of their keys. For every municipality and role asked:

* APPOINTED: a holder who has an assignment that holds on T, and none that holds on F. Once for each holder; its facts
  are the assignments that hold on T. A new assignment of one who holds the role already is none.
* ENDED: a holder who has one that holds on F, and none that holds on T; its facts are those that hold on F.
* NEWLY_VACANT: somebody holds the role on F and nobody on T, after translation: where the translation that counts lets
  another role carry this one, the carrier's assignments are asked instead (and so on; a carrier that was asked already
  is passed over, and the role that named it is asked itself). An intended vacancy is newly vacant like any other. Its
  facts are the role's own assignments that hold on F. A role that begins to be carried by a vacant one is newly vacant
  although nobody ended.
* STAND_IN_BEGAN: a pair of holder covered and stand-in with a stand-in that holds on T, and none on F; its facts hold
  on T. STAND_IN_ENDED: the other way round; its facts hold on F.
* TRANSLATED: local title, unit or carrier of the translation that counts differ between F and T; having none is all
  three empty. Of several that hold on a day the latest `valid_from` counts, then the greatest key. `before` and `after`
  are the local titles, its facts those that count.

For every role asked, without a municipality: RENAMED: its official title on F and on T differ; the title on a day is
that of `facts.Role.title`. `before` and `after` are the titles.

For every task (with roles asked: for those that address one of them on F or on T), without a municipality; it stands on
a day if any terms hold then:

* PUBLISHED: it stands on T, not on F. WITHDRAWN: it stands on F, not on T.
* MOVED: it stands on both, and the due dates (of the terms with the latest `valid_from`, then the greatest key) differ.
  Of these three, `before` and `after` are the due dates on F and T.

They are listed by municipality, role (as asked), kind (in the order above), stand-in or holder and whom they cover; then renamed
roles; then tasks by key.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar

from resolvers.facts import Assignment, Local, Role, StandIn, Translation
from resolvers.looks import Looks, valid


class ChangeKind(StrEnum):
    """What became different; the order is that of the list."""

    APPOINTED = "APPOINTED"
    ENDED = "ENDED"
    NEWLY_VACANT = "NEWLY_VACANT"
    STAND_IN_BEGAN = "STAND_IN_BEGAN"
    STAND_IN_ENDED = "STAND_IN_ENDED"
    TRANSLATED = "TRANSLATED"
    RENAMED = "RENAMED"
    PUBLISHED = "PUBLISHED"
    WITHDRAWN = "WITHDRAWN"
    MOVED = "MOVED"


class Change(NamedTuple):
    """One difference between the two days. Keys stand for things and facts."""

    kind: ChangeKind
    municipality: str | None = None
    role: str | None = None
    task: str | None = None
    holder: str | None = None
    covers: str | None = None
    before: str | None = None
    after: str | None = None
    facts: tuple[str, ...] = ()


class Terms(NamedTuple):
    """A task's terms for a time."""

    task: str
    key: str
    title: str
    due: str | None
    valid_from: str
    valid_to: str


class Days(NamedTuple):
    """The two days that are compared."""

    first: str
    last: str


Fact = TypeVar("Fact", Assignment, StandIn, Translation, Terms)
Pair = tuple[str, str | None]
_NO_TRANSLATION: Final = (None, None, None)


def in_municipality(looks: Looks, roles: Iterable[str], days: Days) -> list[Change]:
    """List what changed in one municipality; `looks` are taken of the facts that hold on either day."""
    return [change for role in roles for change in _of_role(looks, role, days)]


def of_roles(roles: Iterable[Role], days: Days) -> list[Change]:
    """List the roles that were renamed."""
    changes = []
    for role in roles:
        before, after = role.title(days.first), role.title(days.last)
        if before != after:
            changes.append(Change(ChangeKind.RENAMED, role=role.key, before=before, after=after))
    return changes


def of_tasks(terms: Iterable[Terms], days: Days) -> list[Change]:
    """List the tasks that were published, withdrawn or moved."""
    by_task: dict[str, list[Terms]] = {}
    for one in terms:
        by_task.setdefault(one.task, []).append(one)
    changes = []
    for task, standing in sorted(by_task.items()):
        before, after = _counting(standing, days.first), _counting(standing, days.last)
        kind = ChangeKind.MOVED
        if before is None or after is None:
            kind = ChangeKind.PUBLISHED if before is None else ChangeKind.WITHDRAWN
        dues = before.due if before else None, after.due if after else None
        if before is not after and (kind is not ChangeKind.MOVED or dues[0] != dues[1]):
            changes.append(Change(kind, task=task, before=dues[0], after=dues[1]))
    return changes


def _of_role(looks: Looks, role: str, days: Days) -> Iterator[Change]:
    local = looks.local
    here = local.municipality
    held = _by_pair(local.assignments.get(role, ()), days)
    yield from _appeared(ChangeKind.APPOINTED, here, role, held[0], held[1])
    yield from _appeared(ChangeKind.ENDED, here, role, held[1], held[0])
    if _is_held(looks, role, days.first) and not _is_held(looks, role, days.last):
        facts = sorted(fact for keys in held[0].values() for fact in keys)
        yield Change(ChangeKind.NEWLY_VACANT, here, role, facts=tuple(facts))
    covers = _by_pair(local.stand_ins.get(role, ()), days)
    yield from _appeared(ChangeKind.STAND_IN_BEGAN, here, role, covers[0], covers[1])
    yield from _appeared(ChangeKind.STAND_IN_ENDED, here, role, covers[1], covers[0])
    yield from _translated(local, role, days)


def _is_held(looks: Looks, role: str, day: str) -> bool:
    return looks.carried(role, day)[0].outcome is not None


def _by_pair(facts: Sequence[Assignment] | Sequence[StandIn], days: Days) -> list[Mapping[Pair, list[str]]]:
    """Give, for each of the days, the facts' keys by holder and whom they cover."""
    both: list[Mapping[Pair, list[str]]] = []
    for day in days:
        found: dict[Pair, list[str]] = {}
        for fact in facts:
            if fact.valid_from <= day < fact.valid_to:
                covered = fact.covered if isinstance(fact, StandIn) else None
                found.setdefault((fact.holder, covered), []).append(fact.key)
        both.append(found)
    return both


def _appeared(
    kind: ChangeKind, here: str, role: str, before: Mapping[Pair, list[str]], after: Mapping[Pair, list[str]]
) -> Iterator[Change]:
    for holder, covered in sorted(after.keys() - before.keys(), key=lambda pair: (pair[0], pair[1] or "")):
        facts = tuple(sorted(after[holder, covered]))
        yield Change(kind, here, role, holder=holder, covers=covered, facts=facts)


def _translated(local: Local, role: str, days: Days) -> Iterator[Change]:
    facts = local.translations.get(role, ())
    if not facts:
        return
    before, after = _counting(facts, days.first), _counting(facts, days.last)
    if _said(before) != _said(after):
        evidence = tuple(sorted(fact.key for fact in {before, after} if fact))
        titles = before.title if before else None, after.title if after else None
        yield Change(ChangeKind.TRANSLATED, local.municipality, role, before=titles[0], after=titles[1], facts=evidence)


def _said(fact: Translation | None) -> tuple[str | None, str | None, str | None]:
    return (fact.title, fact.unit, fact.carried_by) if fact else _NO_TRANSLATION


def _counting(facts: Sequence[Fact], day: str) -> Fact | None:
    """Give the fact that counts on a day."""
    holding, _ = valid(facts, day)
    return holding[-1] if holding else None
