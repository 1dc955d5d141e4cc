"""`rollegalleri log`: the last changes of the gallery, or those after a number."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

EXAMPLES = "Examples:  [bold]rollegalleri log[/]  ·  [bold]rollegalleri log --after 700 --in Aarhus --json[/]"
_QUERY: Final = """query Log($after: ID, $filter: ChangeFilter, $order: ChangeOrder, $first: Int!) {
  changes(first: $first, after: $after, filter: $filter, orderBy: $order) {
    nodes { seq at actor operation reason municipalities { name } undoneBy { seq } } } }"""


def log(
    after: Annotated[
        int | None, typer.Option(help="Those after this number, the first first. Default: the last ones.")
    ] = None,
    municipality: Annotated[
        str | None, typer.Option("--in", help="Those of this municipality, and those of all.")
    ] = None,
    first: Annotated[int, typer.Option(help="How many, 1 to 100.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="The API's JSON, exactly.")] = False,
    data: Annotated[Path | None, typer.Option(help="The embedded database's folder. Default: .rollegalleri")] = None,
) -> None:
    """Show what was changed, by whom, and why."""
    from server.cli.asking import Asker, ask, check, show_json

    variables: dict[str, Any] = {"first": first, "order": "SEQ_DESC" if after is None else "SEQ"}
    if after is not None:
        variables["after"] = str(after)
    if municipality is not None:
        variables["filter"] = {"municipality": municipality}

    async def questions(asker: Asker) -> Mapping[str, Any]:
        return await asker(_QUERY, variables)

    response = ask(questions, data)
    if as_json:
        show_json(response)
        return
    check(response, {"filter.municipality": "--in", "first": "--first", "after": "--after"})
    _show(response["data"]["changes"]["nodes"])


def _show(changes: list[Mapping[str, Any]]) -> None:
    from rich import box
    from rich.table import Table

    from server.cli.output import console

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for heading in ("No.", "When (UTC)", "Operation", "Where", "By", "Why"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("No.", "When (UTC)"))
    for one in changes:
        names = [place["name"] for place in one["municipalities"]]
        where = "all" if not names else ", ".join(names[:2]) + (f" +{len(names) - 2}" if len(names) > 2 else "")
        undone = f" (undone by {one['undoneBy']['seq']})" if one["undoneBy"] else ""
        table.add_row(
            str(one["seq"]),
            one["at"][:16].replace("T", " "),
            one["operation"] + undone,
            where,
            one["actor"],
            one["reason"] or "",
        )
    console().print(table)
