"""What rows say of the ERP systems that a municipality uses: a new one lets the one before it for the same domain end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from graph.basis import Row as Fact
from graph_seed.exchange.claiming import Ask, claim
from graph_seed.exchange.places import Placing, draft_again, drawn, make_room, tell
from graph_seed.exchange.planned import Planned
from graph_seed.exchange.state import State
from resolvers.changes.apart import check_apart
from resolvers.changes.operation import Draft
from resolvers.errors import InvalidInput


def plan_usages(asks: Iterable[Ask], state: State, placing: Placing, planned: Planned, speaking: Iterable[str]) -> None:
    """Plan municipality by municipality; `speaking` are those that the sheet speaks of."""
    by_municipality: defaultdict[str, list[Ask]] = defaultdict(list)
    for ask in asks:
        by_municipality[str(ask.arrows["BY"])].append(ask)
    for municipality in sorted({*speaking, *by_municipality}):
        _plan(by_municipality[municipality], state.usages.get(municipality, []), placing, planned)


def _plan(asks: Sequence[Ask], facts: Sequence[Fact], placing: Placing, planned: Planned) -> None:
    draft = Draft("")
    free = claim(asks, facts, ("domain", "OF"))
    placing.end_missing(draft, free)
    for ask in asks:
        draft_again(draft, ask)
    make_room(draft, asks, free, planned, code="ALREADY_USED")
    placing.tell_free(draft, "erp_use", free)
    for ask in asks:
        if ask.fact is None:
            ask.key = draft.add("Usage", (ask.since, ask.ends), drawn(ask), ask.properties).key
    closed = {row.id for row in draft.closes}
    after = [*(row.record for row in facts if row.id not in closed), *draft.records]
    written = {record.key: record for record in draft.records}
    for ask in asks:
        record = written.get(ask.key or "")
        if record is not None:
            others = [other for other in after if other.properties["domain"] == record.properties["domain"]]
            try:
                check_apart(record, others, "first_day", code="ALREADY_USED")
            except InvalidInput as error:
                planned.wrong(ask.sheet, ask.row, error)
        tell(planned, ask, draft)
    planned.writes.join(draft)
