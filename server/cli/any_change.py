"""Any change by its name in the API: `rollegalleri change OPERATION NAME=VALUE`, also of those that have no command of their own.

What there is, how a value is read and what is said of it come from the schema: a new mutation is here by itself. Days are
the API's: `validTo` is the first day on which it does not hold any more.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand

from server.cli.changing import PACKAGE, Data, DryRun, IfSeq, Json, Key, Reason, common, send
from server.cli.leaving import LEFT
from server.cli.output import TYPED_WRONGLY, console, fail
from server.cli.recording import PERSON
from server.cli.typed import read, words

_OPTIONS: Final = {"reason": "--reason", "dryRun": "--dry-run", "ifSeq": "--if-seq", "idempotencyKey": "--key"}
_ASKS_FIRST: Final = {"erasePerson": "rollegalleri person erase"}
_MAILBOX: Final = "... on MailboxChanged { mailbox { id name } }"
_SHOWN: Final = {
    "handOver": PACKAGE, "leave": LEFT, "addPerson": PERSON, "changePerson": PERSON, "mergePeople": PERSON, "addMailbox": _MAILBOX,
    "changeMailbox": _MAILBOX, "defineRole": "... on RoleChanged { role { id title } }", "publishTask": "... on TaskChanged { task { id title } }",
}  # fmt: skip
"""What is selected of an answer besides what all have: what the commands of their own show, and the ids of what is new."""


class Listing(TyperCommand):
    """Shows under the help what there is: all operations, or the inputs of the one that is named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Remember what was typed: the help is shown before anything is read."""
        ctx.meta[__name__] = tuple(args)
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Show the usual help, then the schema's part."""
        super().format_help(ctx, formatter)
        known = _operations()
        _list(next((word for word in ctx.meta[__name__] if word in known), None))


def change(
    operation: Annotated[str | None, typer.Argument(metavar="[OPERATION]", help="The mutation's name. Without it: lists them.")] = None,
    given: Annotated[list[str] | None, typer.Argument(
        metavar="[NAME=VALUE ...]", help="Its input. Lists: repeated, or JSON; what has fields of its own: JSON. NAME= sends null.")] = None,
    reason: Reason = None, dry_run: DryRun = False, if_seq: IfSeq = None, key: Key = None, as_json: Json = False, data: Data = None,
) -> None:  # fmt: skip
    """Make any of the API's changes, by its name there.

    Days are the API's: validTo is the day AFTER the last one, where the other commands take the last day (--to).
    """
    if operation is None:
        _list(None)
        return
    sent, more = _input(operation, given or ()), common(reason, dry_run, if_seq, key)
    send(operation, sent, more, as_json, data, show=_SHOWN.get(operation, ""), names=_OPTIONS)


def _operations() -> Mapping[str, Any]:
    """Give the schema's mutations by name, without those that ask first."""
    from schema.gallery.schema import core

    mutation = core().mutation_type
    return {name: one for name, one in (mutation.fields if mutation else {}).items() if name not in _ASKS_FIRST}


def _fields(operation: Any) -> Mapping[str, Any]:
    """Give the fields of an operation's input by name, without those that are options."""
    fields = operation.args["input"].type.of_type.fields
    return {name: one for name, one in fields.items() if name not in _OPTIONS}


def _input(operation: str, typed: Sequence[str]) -> dict[str, Any]:
    """Read what was typed; ends the command where something is typed wrongly, or missing.

    Raises:
        InvalidInput: a value does not fit.
    """
    from graphql import is_required_input_field

    from resolvers.errors import shown

    if operation in _ASKS_FIRST:
        fail(f"{operation} is not sent from here: expected {_ASKS_FIRST[operation]}, which asks first.", TYPED_WRONGLY)
    known = _operations()
    if operation not in known:
        fail(f"No change is called {shown(operation)}; {_nearest(operation, known)}.", TYPED_WRONGLY)
    fields = _fields(known[operation])
    texts: dict[str, list[str]] = {}
    for word in typed:
        name, equals, value = word.partition("=")
        if name in _OPTIONS:
            fail(f"{name} is an option here: expected {_OPTIONS[name]}.", TYPED_WRONGLY)
        if name not in fields:
            fail(f"{operation} has no {shown(name)}; {_nearest(name, fields)}.", TYPED_WRONGLY)
        if not equals:
            fail(f"{name} has no value: expected {name}=VALUE.", TYPED_WRONGLY)
        texts.setdefault(name, []).append(value)
    missing = [name for name, one in fields.items() if is_required_input_field(one) and name not in texts]
    if missing:
        _list(operation, error=True)
        expected = " ".join(f"{name}=VALUE" for name in missing)
        fail(f"{operation} needs {' and '.join(missing)}: expected {expected}.", TYPED_WRONGLY)
    return {name: read(name, fields[name].type, given) for name, given in texts.items()}


def _nearest(typed: str, known: Mapping[str, Any]) -> str:
    near = get_close_matches(typed, known, 3, 0)
    return f"the nearest {'is' if len(near) == 1 else 'are'} {', '.join(near)}"


def _list(operation: str | None, error: bool = False) -> None:
    """Print all operations, or the inputs of one: what each is for, and what it takes."""
    from graphql import is_required_input_field
    from rich.table import Table
    from rich.text import Text

    known = _operations()
    table = Table.grid(padding=(0, 2), pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    if operation is None:
        head, foot = "OPERATION is one of:", "What one takes: rollegalleri change OPERATION --help"
        for name, one in known.items():
            table.add_row(name, Text(one.description))
    else:
        head, foot = f"{operation}: {known[operation].description}", "* must be given. A day is written as 2027-01-01."
        for name, one in _fields(known[operation]).items():
            mark = " *" if is_required_input_field(one) else ""
            table.add_row(f"{name}{mark}", Text.assemble((words(one.type), "cyan"), f" · {one.description}"))
    screen = console(error)
    screen.print(Text(head), soft_wrap=False)
    screen.print(table, soft_wrap=False)
    screen.print(Text(foot, style="dim"), soft_wrap=False)
