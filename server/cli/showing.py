"""Answers laid out for people, at 80 columns: a card for few, a table for many. Last days are inclusive."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from server.cli.output import console, last_day

CARDS: Final = 3
"""Up to so many answers each get a card; more become a table."""
OUTCOMES: Final = {
    "HELD": ("green", "somebody holds it"),
    "STAND_IN": ("cyan", "a stand-in acts"),
    "ESCALATED": ("yellow", "nobody holds it, so it escalates"),
    "UNRESOLVED": ("red", "nobody answers for it"),
}
_REACHED: Final = {"HOLDER": "holds it", "STAND_IN": "stands in", "MAILBOX": "mailbox", "LAST_RESORT": "last resort"}
_STATES: Final = {"STARTED": "started", "NOT_STARTED": "not started"}

Answer = Mapping[str, Any]


def show(answers: Sequence[Answer], why: bool, language: str) -> None:
    """Print the answers."""
    screen = console()
    if not answers:
        screen.print("No municipality fits what was asked.")
    elif why or len(answers) <= CARDS:
        for i, answer in enumerate(answers):
            if i:
                screen.print()
            _card(screen, answer, why, language)
    else:
        _table(screen, answers)


def _card(screen: Console, answer: Answer, why: bool, language: str) -> None:
    place = answer["municipality"]
    screen.print(Text.assemble((answer["title"], "bold"), f" · {place['name']} ({place['code']}) · {answer['at']}"))
    grid = Table.grid(padding=(0, 2), pad_edge=False)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    if answer["task"]:
        ours = " (our reading of the task)" if answer["inferred"] else ""
        grid.add_row("Task", answer["task"]["title"] + ours)
    if answer["localTitle"]:
        grid.add_row("Called here", answer["localTitle"])
    colour, words = OUTCOMES[answer["outcome"]]
    grid.add_row("Outcome", Text.assemble((answer["outcome"], f"bold {colour}"), f"  {words}"))
    for i, one in enumerate(answer["accountable"]):
        grid.add_row("" if i else "Answers", accountable(one, answer["title"]))
    for i, one in enumerate(answer["reach"], 1):
        grid.add_row("Write to" if i == 1 else "", Text.assemble(f"{i}. ", *_reach(one)))
    grid.add_row("Until", _change(answer))
    grid.add_row("Confirmed", _confirmed(answer))
    if why:
        for i, step in enumerate(answer["steps"], 1):
            grid.add_row("Why" if i == 1 else "", f"{i}. {step[language]}")
    screen.print(grid)


def _confirmed(answer: Answer) -> str:
    """Tell how old the contact is: the last "still right", in days before the day asked."""
    if answer["lastConfirmed"] is None:
        return "never"
    age = (date.fromisoformat(answer["at"]) - date.fromisoformat(answer["lastConfirmed"])).days
    return f"{answer['lastConfirmed']} ({f'{age} days before' if age else 'that day'})"


def until(one: Answer) -> str:
    """Tell the last day of a fact, as it follows its first."""
    return f"to {last_day(one['validTo'])}" if one["validTo"] else last_day(None)


def due(task: Answer) -> Text:
    """Tell by when a task is to be done, and how far it is."""
    day = "no last day" if task["due"] is None else f"due {task['due']}"
    state = _STATES.get(task["state"])
    mark = (f"overdue since {task['due']}", "red") if task["overdue"] else (day, "dim")
    return Text.assemble(mark, f", {state}" if state else "")


def accountable(one: Answer, asked: str) -> Text:
    """Tell who answers, in which role where it is another than the one asked, and until when."""
    role = "" if one["role"]["title"] == asked else f", {one['role']['title']}"
    return Text.assemble((one["holder"]["name"], "bold"), f"{role}\n", (f"from {one['validFrom']} {until(one)}", "dim"))


def _reach(one: Answer) -> list[str | tuple[str, str]]:
    contacts = " · ".join(value for value in (one["email"], one["phone"]) if value)
    return [one["holder"]["name"], (f" ({_REACHED[one['reachedAs']]})", "dim"), f"\n   {contacts}" if contacts else ""]


def _change(answer: Answer) -> Text:
    if answer["until"] is None:
        return Text("no change is known")
    later = answer["next"]
    names = ", ".join(one["holder"]["name"] for one in later["reach"])
    return Text.assemble(f"{last_day(answer['until'])}, then {later['outcome']}\n", (names, "dim"))


def package(handed: Answer) -> None:
    """Print what a successor must know: whom to ask, what is open and until when, and what it is called there."""
    screen = console()
    new = handed["appointed"]
    begins = f"from {new['validFrom']} " + (f"to {last_day(new['validTo'])}" if new["validTo"] else last_day(None))
    title, place = new["role"]["title"], new["municipality"]["name"]
    screen.print(Text.assemble("For the successor: ", (title, "bold"), f" · {place} · {begins}"))
    grid = Table.grid(padding=(0, 2), pad_edge=False)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row("Taken from", _whom(handed["predecessor"]))
    grid.add_row("Taken by", _whom(handed["successor"]))
    if (local := handed["translation"]) is not None:
        unit = f" ({local['unit']})" if local["unit"] else ""
        grid.add_row("Called here", (local["title"] or title) + unit)
        if local["carriedBy"] is not None:
            grid.add_row("Carried by", local["carriedBy"]["title"])
    carried = [one for one in handed["translations"] if one["role"]["id"] != new["role"]["id"]]
    for i, one in enumerate(carried):
        grid.add_row("" if i else "Carries, too", _carried(one))
    for i, task in enumerate(handed["openTasks"], 1):
        grid.add_row("Open tasks" if i == 1 else "", Text.assemble(f"{i}. ", *_open(task)))
    if not handed["openTasks"]:
        grid.add_row("Open tasks", "none")
    screen.print(grid)


def _whom(holder: Answer) -> Text:
    contacts = " · ".join(point["value"] for point in holder["contactPoints"]) or "no contact is known"
    return Text.assemble((holder["name"], "bold"), f"\n{contacts}")


def _carried(translation: Answer) -> str:
    called = f", called {translation['title']}" if translation["title"] else ""
    unit = f" ({translation['unit']})" if translation["unit"] else ""
    return f"{translation['role']['title']}{called}{unit}"


def _open(task: Answer) -> list[str | Text]:
    waits = "".join(f"\n   waits for {one['title']}" for one in task["blockedBy"])
    return [task["task"]["title"], "\n   ", due(task), waits]


def _table(screen: Console, answers: Sequence[Answer]) -> None:
    """One row an answer; where a task asks several roles, the municipality stands above its roles."""
    first = answers[0]
    titles = {answer["title"] for answer in answers}
    asked = first["task"]["title"] if first["task"] else f"{len(titles)} roles" if len(titles) > 1 else first["title"]
    screen.print(Text.assemble((asked, "bold"), f" · {first['at']}"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("Role" if len(titles) > 1 else "Municipality", overflow="fold", ratio=1)
    table.add_column("Answers", overflow="fold", ratio=1)
    table.add_column("Write first to", overflow="fold", min_width=20)
    table.add_column("Holds to", no_wrap=True, width=10)
    place = None
    for answer in answers:
        name = answer["municipality"]["name"]
        if len(titles) > 1 and name != place:
            table.add_row(Text(name, style="bold"))
            place = name
        ahead = answer["reach"][0]
        write = ahead["email"] or ahead["phone"] or ahead["holder"]["name"]
        until = "" if answer["until"] is None else last_day(answer["until"])
        table.add_row(answer["title"] if len(titles) > 1 else name, _who(answer), write, until)
    screen.print(table)
    screen.print()
    counted(answers)


def counted(answers: Sequence[Answer]) -> None:
    """Print how many answers came out how."""
    counts = {outcome: sum(answer["outcome"] == outcome for answer in answers) for outcome in OUTCOMES}
    parts = [f"{counts[outcome]} × {words}" for outcome, (_, words) in OUTCOMES.items() if counts[outcome]]
    console().print(Text(f"{len(answers)} answers: " + "; ".join(parts) + ".", style="dim"))


def _who(answer: Answer) -> Text:
    names = ", ".join(dict.fromkeys(one["holder"]["name"] for one in answer["accountable"]))
    colour, _ = OUTCOMES[answer["outcome"]]
    if answer["outcome"] == "HELD":
        return Text(names)
    if answer["outcome"] == "UNRESOLVED":
        return Text("nobody", style=colour)
    mark = "stand-in acts for " if answer["outcome"] == "STAND_IN" else "escalated: "
    return Text.assemble((mark, colour), names)
