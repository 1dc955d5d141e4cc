"""From the rows of a file and the map as it is to the plan of an import: pure, so that a preview is what is then done.

People first, since all others name them; then place by place, municipality by municipality, task by task; circles last.
A fact that the map has and the file has not stays, unless it is asked that what is missing ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Final, Literal

from graph.model import Value
from graph.shape import slot
from graph_seed.exchange.claiming import Ask
from graph_seed.exchange.describing import LABELS as HOLDERS
from graph_seed.exchange.describing import Describing, Label
from graph_seed.exchange.errors import BETWEEN_ROWS, RowProblem
from graph_seed.exchange.matching import Asked, Names
from graph_seed.exchange.places import LABELS, Place, Placing, case_of
from graph_seed.exchange.planned import Options, Planned
from graph_seed.exchange.reported import plan_progress
from graph_seed.exchange.result import Read, Row, SheetRead
from graph_seed.exchange.state import State
from graph_seed.exchange.tables import day_after
from graph_seed.exchange.usages import plan_usages
from resolvers.changes import chains
from resolvers.changes.operation import Draft, code, name_of, text, title_of
from resolvers.errors import InvalidInput

_SINCE: Final = "first_day"


def plan(read: Read, state: State, options: Options) -> Planned:
    """Plan the import of a file over the map as it is. What was wrong when it was read is wrong in the plan too."""
    return _Planning(read, state, options).plan()


class _Planning:
    def __init__(self, read: Read, state: State, options: Options) -> None:
        self._read, self._state, self._options = read, state, options
        self._planned = Planned(
            state.seq,
            read.row_count,
            warnings=tuple(read.warnings),
            problems=[*read.problems],
            more_problems=read.more_problems,
        )
        self._names = Names(state, options.today)
        self._people = Describing(state, self._names, self._planned, options.today)
        self._places: dict[str, Place] = {}
        self._speaks: defaultdict[str, set[str]] = defaultdict(set)
        """The sheets that speak of each municipality."""
        self._asks: dict[str, list[Ask]] = {"erp_use": [], "progress": []}

    def plan(self) -> Planned:
        by_sheet = {sheet: [one for one in self._read.sheets if one.sheet == sheet] for sheet in _ORDER}
        for sheet in HOLDERS:
            for one in by_sheet[sheet]:
                self._people.take(one)
        for sheet, ask in _ASKS.items():
            for one in by_sheet[sheet]:
                for row in one.rows:
                    self._ask(one, row, ask)
        self._people.finish()
        placing = Placing(self._state, self._people.things, self._planned, self._options)
        self._plan_places(placing)
        speaking = {where for where, sheets in self._speaks.items() if "erp_use" in sheets}
        plan_usages(self._asks["erp_use"], self._state, placing, self._planned, speaking)
        plan_progress(self._asks["progress"], self._state, self._people.things, self._planned, self._options.today)
        self._forgive()
        self._planned.cut()
        self._planned.people &= self._state.things.keys()  # not those whom the file brings
        return self._planned

    def _forgive(self) -> None:
        """Two rows may contradict each other where the map does: what an export has is no mistake of the file."""
        sheets = {one.tab: one.sheet for one in self._read.sheets}

        def said(problem: RowProblem) -> bool:
            rows = {(sheets.get(problem.sheet, ""), number) for number in (problem.row, problem.other)}
            return problem.code in BETWEEN_ROWS and rows <= self._planned.within

        self._planned.problems = [problem for problem in self._planned.problems if not said(problem)]

    def _ask(self, sheet: SheetRead, row: Row, ask: Callable[[_Planning, SheetRead, Row], None]) -> None:
        try:
            ask(self, sheet, row)
        except InvalidInput as error:
            self._planned.wrong(sheet, row, error)

    def _plan_places(self, placing: Placing) -> None:
        for slot_ in self._state.places:
            where, _, what = slot_.partition("|")
            municipality = f"municipality:{where}"
            if what.startswith("role:") and self._speaks.get(municipality, set()) & LABELS.keys():
                self._place(municipality, what)
        translations: defaultdict[str, Draft] = defaultdict(lambda: Draft(self._options.today))
        for place in self._places.values():
            place.sheets = self._speaks[place.municipality]
            draft = placing.take(place)
            self._planned.writes.join(draft)
            if "TRANSLATION" in draft.scope.kinds:
                translations[place.municipality].closes += draft.closes
                translations[place.municipality].records += draft.records
        for municipality, draft in translations.items():
            self._check_circle(municipality, draft)

    def _check_circle(self, municipality: str, draft: Draft) -> None:
        """Refuse translations that, with escalation, lead in a circle; told of the rows that let another role carry one."""
        of = code(municipality)
        here = [row for slot_, rows in self._state.places.items() if slot_.startswith(f"{of}|") for row in rows]
        facts = [*self._state.escalations, *here]
        case = case_of(facts, self._people.things, self._planned.seq, self._options.today)
        try:
            chains.check(case, draft, "carried_by")
        except InvalidInput as error:
            asks = [
                ask
                for place in self._places.values()
                if place.municipality == municipality
                for ask in place.asks.get("translations", ())
            ]
            carrying = [ask for ask in asks if ask.arrows.get("CARRIED_BY")] or asks
            told = InvalidInput(error.code, "carried_by", error.value, f"{error.expected}; it goes {error.value}")
            for ask in carrying:
                self._planned.wrong(ask.sheet, ask.row, told)

    def _place(self, municipality: str, role: str) -> Place:
        name = slot(code(municipality), role)
        return self._places.setdefault(name, Place(name, role, municipality))

    def _municipality(self, sheet: SheetRead, row: Row) -> str:
        key = self._names.meant("Municipality", row.values, "municipality", "municipality_name")
        self._speaks[key].add(sheet.sheet)
        return key

    def _ask_place(self, sheet: SheetRead, row: Row) -> None:
        values = row.values
        where = self._municipality(sheet, row)
        role = self._names.meant("Role", values, "role", "role_title")
        arrows: dict[str, str | None] = {"OF": role, "IN": where}
        what, how = self._said(role, where), None
        properties: dict[str, Value | None] = {}
        if sheet.sheet == "stand_ins":
            arrows["FOR"], _, _ = self._holder(sheet, row, "holder", where)
            arrows["HELD_BY"], who, how = self._holder(sheet, row, "stand_in", where)
            what = f"{who}: stands in, {what}"
        elif sheet.sheet == "assignments":
            arrows["HELD_BY"], who, how = self._holder(sheet, row, "holder", where)
            what = f"{who}: {what}"
        elif sheet.sheet == "vacancies":
            properties = {"reason": text(values, "reason", needed=True)}
        else:
            say = {"title": title_of, "unit": text}
            properties = {name: said(values, name) for name, said in say.items() if name in values}
            if "carried_by" in values:
                carrier = values["carried_by"]
                arrows["CARRIED_BY"] = self._names.find("Role", carrier, "carried_by") if carrier else None
        ask = Ask(sheet, row, LABELS[sheet.sheet], *_period(values), arrows, what, properties, how)
        self._place(where, role).asks.setdefault(sheet.sheet, []).append(ask)

    def _holder(
        self, sheet: SheetRead, row: Row, prefix: Literal["holder", "stand_in"], where: str
    ) -> tuple[str, str, Literal["key", "e-mail", "name and municipality", "new"]]:
        values = row.values
        key, kind = values.get(f"{prefix}_key"), values.get(f"{prefix}_kind")
        by_key: Label | None = None if key is None else "Mailbox" if key.startswith("mailbox:") else "Person"
        label: Label = by_key or ("Mailbox" if kind == "MAILBOX" else "Person")
        if kind is not None and kind != label.upper():
            raise InvalidInput("CONTRADICTION", f"{prefix}_kind", kind, f"{label.lower()}, as the key {key} has it")
        name = name_of(values, f"{prefix}_name")
        asked = Asked(
            label, key, name, values.get(f"{prefix}_email"), where,
            {"name": f"{prefix}_name", "key": f"{prefix}_key", "email": f"{prefix}_email"},
        )  # fmt: skip
        found = self._people.people.find(asked)
        self._people.people.check_named(asked, found)
        self._planned.shows(found.key)
        return found.key or self._people.add(sheet, row, asked), name, found.how

    def _ask_use(self, sheet: SheetRead, row: Row) -> None:
        values = row.values
        where = self._municipality(sheet, row)
        system = self._names.find("ErpSystem", values["erp_system"] or "", "erp_system")
        domain = values["domain"] or ""
        arrows: dict[str, str | None] = {"BY": where, "OF": system}
        what = f"{domain.lower()}: {self._said(system, where)}"
        self._asks["erp_use"].append(Ask(sheet, row, "Usage", *_period(values), arrows, what, {"domain": domain}))

    def _ask_progress(self, sheet: SheetRead, row: Row) -> None:
        values = row.values
        where = self._municipality(sheet, row)
        task = self._names.find("Task", values["task"] or "", "task")
        state = values["state"] or ""
        what = f"{self._said(task, where)}: {state.lower().replace('_', ' ')}"
        arrows: dict[str, str | None] = {"ON": task, "IN": where}
        self._asks["progress"].append(
            Ask(sheet, row, "Progress", values["since"] or "", None, arrows, what, {"state": state})
        )

    def _said(self, key: str, where: str) -> str:
        things = self._people.things
        return f"{things[key].thing.properties['code']}, {things[where].thing.properties['name']}"


def _period(values: Mapping[str, str | None]) -> tuple[str, str | None]:
    until = day_after(values["last_day"]) if "last_day" in values else None
    return values[_SINCE] or "", until


_ASKS: Final[Mapping[str, Callable[[_Planning, SheetRead, Row], None]]] = {
    **dict.fromkeys(LABELS, _Planning._ask_place),
    "erp_use": _Planning._ask_use,
    "progress": _Planning._ask_progress,
}
_ORDER: Final = (*HOLDERS, *_ASKS)
