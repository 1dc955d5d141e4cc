"""What rows say of progress with tasks: a new state ends the one before it; the same state may have begun earlier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graph.basis import Node
from graph.shape import OPEN_DATE, slot
from graph_seed.exchange.claiming import Ask
from graph_seed.exchange.places import case_of, drawn
from graph_seed.exchange.planned import Fate, Planned, Told
from graph_seed.exchange.state import State
from resolvers.changes.apart import check_apart
from resolvers.changes.operation import Case, Draft, code
from resolvers.changes.tasks import check_reported
from resolvers.errors import InvalidInput


def plan_progress(asks: Iterable[Ask], state: State, things: Mapping[str, Node], planned: Planned, today: str) -> None:
    """Plan task by task in each municipality."""
    rows: dict[str, int] = {}
    for ask in asks:
        task, where = str(ask.arrows["ON"]), str(ask.arrows["IN"])
        place = slot(code(where), task)
        facts = [*state.places.get(place, ()), *state.named.get(task, ())]
        case = case_of(facts, things, planned.seq, today)
        draft = Draft(today)
        try:
            if not _known(case, ask):
                if (earlier := rows.setdefault(place, ask.row.number)) != ask.row.number:
                    expected = f"one row for each task and municipality; row {earlier} is about the same"
                    raise InvalidInput("ROWS_CONTRADICT", "task", ask.row.values.get("task"), expected)
                _report(case, draft, ask, task)
        except InvalidInput as error:
            planned.wrong(ask.sheet, ask.row, error)
            continue
        fate: Fate = "same" if draft.empty else "changed" if draft.closes else "added"
        says = (*(row.record for row in draft.closes), *draft.records)
        planned.tell(Told("progress", ask.row.number, fate, f"{ask.what}, since {ask.since}", says=says))
        planned.writes.join(draft)


def _known(case: Case, ask: Ask) -> bool:
    """Tell whether the map has the row's state since that day, also where another one came later: an older export says so."""
    state = ask.properties["state"]
    reported = (row.record for row in case.believed("Progress"))
    return any((one.valid_from, one.properties["state"]) == (ask.since, state) for one in reported)


def _report(case: Case, draft: Draft, ask: Ask, task: str) -> None:
    reported = sorted(case.believed("Progress"), key=lambda row: row.record.valid_from)
    last = reported[-1] if reported else None
    since, state = ask.since, ask.properties["state"]
    same = last is not None and last.record.properties["state"] == state
    check_reported(case, task, since, ("task", "since"))
    if last is None or since >= last.record.valid_to:
        draft.add("Progress", (since, OPEN_DATE), drawn(ask), ask.properties)
    elif last.record.valid_from < since:
        if not same:  # that it was so later too is known already, as in `reportProgress`
            draft.supersede(last, valid_to=since)
            draft.add("Progress", (since, OPEN_DATE), drawn(ask), ask.properties)
    elif same or last.record.valid_from == since:
        draft.supersede(last, valid_from=since, properties={**last.record.properties, **ask.properties})
        others = [row.record for row in reported if row is not last]
        check_apart(draft.records[-1], others, "since", code="BAD_PERIOD")
    else:
        expected = f"a day from {last.record.valid_from} on, when {last.record.key} was reported"
        raise InvalidInput("BAD_PERIOD", "since", since, expected)
