"""Who leaves, laid out for people at 80 columns: what hangs on them, and what became of it. Last days are inclusive."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from server.cli.output import console, last_day
from server.cli.showing import OUTCOMES, accountable, due, until

_REASONS: Final = {
    "STAND_IN": "stands in for them", "SAME_ROLE": "holds the role, too", "SAME_DOMAIN": "same unit, same domain",
    "SAME_KIND": "same unit, same kind of role",
}  # fmt: skip
_MOST_NAMED: Final = 5

Told = Mapping[str, Any]


def show(impact: Told) -> None:
    """Print what somebody holds, who answers then, and what else hangs on them."""
    screen = console()
    person = impact["person"]
    screen.print(Text.assemble((person["name"], "bold"), f" ({person['id']}), without them from {impact['day']}"))
    if not impact["holdings"]:
        screen.print("Holds no role on that day or later.")
    for holding in impact["holdings"]:
        screen.print()
        screen.print(_place(holding))
        screen.print(_grid(_holding(holding)))
    _listed(screen, "No longer stands in", [_stand_in(one) for one in impact["standIns"]])
    _listed(screen, "Tasks without a holder", [_task(one) for one in impact["tasks"]])
    _listed(screen, "Vendors without a contact", [_contact(one) for one in impact["contacts"]])


def left(answer: Told) -> None:
    """Print what ended with somebody's departure, with ids, and who takes over."""
    screen = console()
    facts = _ended_facts(answer)
    held = sorted([pair for pair in facts if pair[0]["__typename"] == "Assignment"], key=_order)
    heirs = {(*_key(one), one["validFrom"]): one for one in answer["appointed"]}
    if not held:
        screen.print("Nothing ends: they hold no role on that day or later.")
    for before, after in held:
        screen.print()
        screen.print(_place(before))
        begins = before["validFrom"] if after is None else after["validTo"]
        screen.print(_grid(_ended(before, after, heirs.get((*_key(before), begins)), dry=answer["dryRun"])))
    covers_ended(answer)


def covers_ended(answer: Told) -> None:
    """Print which stand-ins a change ends, or lets never begin."""
    covers = [pair for pair in _ended_facts(answer) if pair[0]["__typename"] == "StandIn"]
    _listed(console(), "Stand-ins that end", [_cover(*pair) for pair in covers])


def _ended_facts(answer: Told) -> list[tuple[Told, Told | None]]:
    effects = answer["change"]["effects"]
    return [(one["before"], one["after"]) for one in effects if one["kind"] in ("SUPERSEDED", "TAKEN_BACK")]


def _order(pair: tuple[Told, Told | None]) -> tuple[bool, str, str]:
    """Sort what ends before what never begins, each by place."""
    before, after = pair
    return after is None, before["municipality"]["code"], before["role"]["title"]


def _key(assignment: Told) -> tuple[str, str]:
    return assignment["role"]["id"], assignment["municipality"]["code"]


def _place(one: Told) -> Text:
    place = one["municipality"]
    return Text.assemble((one["role"]["title"], "bold"), f" · {place['name']} ({place['code']})")


def _grid(rows: Iterator[tuple[str, str | Text]]) -> Table:
    grid = Table.grid(padding=(0, 2), pad_edge=False)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for row in rows:
        grid.add_row(*row)
    return grid


def _listed(screen: Console, heading: str, lines: Sequence[Text]) -> None:
    if not lines:
        return
    screen.print()
    screen.print(Text(heading, style="bold"))
    grid = Table.grid(padding=(0, 1), pad_edge=False)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for i, line in enumerate(lines, 1):
        grid.add_row(f"{i}.", line)
    screen.print(grid)


def _holding(holding: Told) -> Iterator[tuple[str, str | Text]]:
    assignment, after = holding["assignment"], holding["after"]
    yield "Assignment", assignment["id"]
    yield "Holds it", f"from {assignment['validFrom']} {until(assignment)}"
    vacant = holding["vacantFrom"]
    yield "Vacant", "never: others hold it" if vacant is None else f"from {vacant}"
    colour, words = OUTCOMES[after["outcome"]]
    yield f"On {holding['day']}", Text.assemble((after["outcome"], f"bold {colour}"), f"  {words}")
    for i, one in enumerate(after["accountable"]):
        yield "" if i else "Answers", accountable(one, after["title"])
    near = [f"{one['holder']['name']} ({_REASONS[one['reason']]})" for one in holding["candidates"]]
    more = [f"and {len(near) - _MOST_NAMED} more"] if len(near) > _MOST_NAMED else []
    if near:
        yield "Could take it", "\n".join([*near[:_MOST_NAMED], *more])


def _ended(before: Told, after: Told | None, heir: Told | None, *, dry: bool) -> Iterator[tuple[str, str | Text]]:
    yield "Assignment", before["id"]
    if after is None:
        yield "Never begins", f"it was to hold from {before['validFrom']} {until(before)}"
    else:
        yield "Ends", f"{last_day(after['validTo'])}; it was to hold {until(before)}"
    if heir is None:
        yield "Taken over", Text("by nobody", style="yellow")
    else:
        period = f"\nfrom {heir['validFrom']} {until(heir)}"
        new = "" if dry else f"\n{heir['id']}"
        yield "Taken over", Text.assemble("by ", (heir["holder"]["name"], "bold"), (f"{period}{new}", "dim"))


def _where(one: Told) -> str:
    return f"{one['role']['title']} · {one['municipality']['name']}"


def _stand_in(lost: Told) -> Text:
    others = ", ".join(dict.fromkeys(one["holder"]["name"] for one in lost["others"]))
    still = f"\n{others} still does" if others else ""
    what = f"\n{_where(lost)}, lost from {lost['day']}{still}"
    return Text.assemble("for ", (lost["covers"]["name"], "bold"), (f"{what}\n{lost['standIn']['id']}", "dim"))


def _cover(before: Told, after: Told | None) -> Text:
    end = f"never begins, {before['validFrom']}" if after is None else f"ends {last_day(after['validTo'])}"
    who = Text.assemble((before["holder"]["name"], "bold"), f" for {before['covers']['name']}")
    return Text.assemble(who, (f"\n{_where(before)}, {end}\n{before['id']}", "dim"))


def _task(lost: Told) -> Text:
    return Text.assemble(lost["task"]["title"], "\n", due(lost), (f" · {_where(lost)}, from {lost['day']}", "dim"))


def _contact(lost: Told) -> Text:
    what = f"\n{_where(lost)}, from {lost['day']}"
    return Text.assemble(
        (lost["vendor"]["name"], "bold"), f", {lost['erpSystem']['name']} ({lost['domain']})", (what, "dim")
    )
