"""What a person sees: results on standard output, everything else on standard error."""

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Final, NoReturn

from rich.console import Console

_NOT_INCLUDING: Final = re.compile(r"up to, not including, (\d{4}-\d\d-\d\d)")
WRONG_INPUT = 1
TYPED_WRONGLY = 2
CANNOT = 3


def console(error: bool = False) -> Console:
    """Give a console that honours NO_COLOR and the terminal's width, and colours nothing that is not a terminal."""
    return _Console(stderr=error, highlight=False, soft_wrap=error)


class _Console(Console):
    def on_broken_pipe(self) -> NoReturn:
        """Leave it to `main`: whoever reads has enough, and that is no error."""
        raise BrokenPipeError


def fail(sentence: str, code: int = WRONG_INPUT) -> NoReturn:
    """Say what is wrong and end with a code."""
    console(error=True).print("[bold red]Error:[/] ", end="")
    console(error=True).print(sentence, markup=False)
    sys.exit(code)


def foreseen(error: Exception) -> int | None:
    """Tell the exit code of an error that can be foreseen, None for any other."""
    from graph.errors import GraphError, StartError
    from graph_seed.archive.errors import ArchiveError
    from graph_seed.errors import SeedError
    from resolvers.errors import InvalidInput

    if isinstance(error, StartError | GraphError):
        return CANNOT
    return WRONG_INPUT if isinstance(error, InvalidInput | SeedError | ArchiveError) else None


def say(line: str) -> None:
    """Report a step of something that takes a while: always, for commands whose purpose it is."""
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


@contextmanager
def quietly(doing: str) -> Iterator["Progress"]:
    """Show what goes on while one waits, on a terminal only, and leave nothing behind."""
    screen = console(error=True)
    if not screen.is_terminal:
        yield Progress(None)
        return
    with screen.status(doing) as status:
        yield Progress(status)


class Progress:
    """Takes lines of progress and shows the last one."""

    def __init__(self, status: object) -> None:
        self._status = status

    def __call__(self, line: str) -> None:
        """Show a line."""
        update = getattr(self._status, "update", None)
        if update is not None:
            update(line.replace("[", "\\["))


def of_days(sentence: str) -> str:
    """Say of the ends of periods what people mean by them: last days."""
    return _NOT_INCLUDING.sub(lambda end: f"to {last_day(end[1])}", sentence)


def last_day(valid_to: str | None) -> str:
    """Give the last day of a period that ends before `valid_to`, as people mean it: inclusive."""
    if valid_to is None:
        return "until further notice"
    return (date.fromisoformat(valid_to) - timedelta(days=1)).isoformat()
