"""`rollegalleri log`: the last changes of the gallery, or those after a number."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from server.cli.asking import Asker, Questions

EXAMPLES = (
    "Examples:  [bold]rollegalleri log[/]  ·  [bold]rollegalleri log --facts --first 3[/]"
    "  ·  [bold]rollegalleri log --after 700 --in Aarhus --json[/]"
)
_UNDONE: Final = "undoneBy { seq undoneBy { seq undoneBy { seq undoneBy { seq } } } }"
_LEVELS: Final = _UNDONE.count("undoneBy")
_AT_PLACE: Final = "role { title } municipality { name }"
_FACT: Final = f"""{{ __typename id validFrom validTo
  ... on Assignment {{ {_AT_PLACE} holder {{ name }} }} ... on StandIn {{ {_AT_PLACE} holder {{ name }} covers {{ name }} }}
  ... on Vacancy {{ {_AT_PLACE} }} ... on Translation {{ {_AT_PLACE} }} ... on Confirmation {{ {_AT_PLACE} }}
  ... on Report {{ {_AT_PLACE} holder {{ name }} }} ... on Escalation {{ from {{ title }} to {{ title }} }}
  ... on Progress {{ state task {{ title }} municipality {{ name }} }} }}"""
_THING: Final = "{ __typename id ... on Holder { name } ... on Role { title } ... on Task { title } }"
_LISTED: Final = 10
_AT_ONCE: Final = 10
_FACTS: Final = f"effects(first: {_LISTED + 1}) {{ kind before {_FACT} after {_FACT} thing {_THING} }}"
_KINDS: Final = {
    "ADDED": "recorded", "SUPERSEDED": "recorded anew", "TAKEN_BACK": "taken back", "BROUGHT": "brought", "EDITED": "edited",
}  # fmt: skip


def log(
    after: Annotated[
        int | None, typer.Option(help="Those after this number, the first first. Default: the last ones.")
    ] = None,
    municipality: Annotated[
        str | None, typer.Option("--in", help="Those of this municipality, and those of all.")
    ] = None,
    first: Annotated[int, typer.Option(help="How many.", min=1, max=100)] = 20,
    facts: Annotated[bool, typer.Option("--facts", help="What each did, fact by fact, with the ids.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The API's JSON, exactly.")] = False,
    data: Annotated[Path | None, typer.Option(help="The embedded database's folder. Default: .rollegalleri")] = None,
) -> None:
    """Show what was changed, by whom, and why."""
    from server.cli.asking import answered, one

    variables: dict[str, Any] = {"first": first, "order": "SEQ_DESC" if after is None else "SEQ"}
    if after is not None:
        variables["after"] = str(after)
    if municipality is not None:
        variables["filter"] = {"municipality": municipality}

    names = {"filter.municipality": "--in", "first": "--first", "after": "--after"}
    found = answered(_in_pages(variables) if facts else one(_document(facts), variables), data, as_json, names)
    if found is not None:
        _show(found["changes"]["nodes"], municipality or "")


def _in_pages(variables: Mapping[str, Any]) -> "Questions":
    """Ask for what each change did a few changes at a time: of many at once it would be more than one question may bring."""

    async def questions(asker: "Asker") -> Mapping[str, Any]:
        nodes: list[Any] = []
        asked = dict(variables)
        while True:
            asked["first"] = min(_AT_ONCE, variables["first"] - len(nodes))
            found = await asker(_document(True), asked)
            if found.get("errors"):
                return found
            page = found["data"]["changes"]
            nodes += page["nodes"]
            if len(nodes) >= variables["first"] or not page["pageInfo"]["hasNextPage"]:
                return {**found, "data": {"changes": {**page, "nodes": nodes}}}
            asked["after"] = page["pageInfo"]["endCursor"]

    return questions


def _document(facts: bool) -> str:
    return f"""query Log($after: ID, $filter: ChangeFilter, $order: ChangeOrder, $first: Int!) {{
  changes(first: $first, after: $after, filter: $filter, orderBy: $order) {{
    nodes {{ seq at actor operation reason municipalities {{ id code name }} {_UNDONE} {_FACTS if facts else ""} }}
    {"pageInfo { hasNextPage endCursor }" if facts else ""} }} }}"""


def _show(changes: list[Mapping[str, Any]], asked: str) -> None:
    """Print the changes; of the municipalities of each, the one that was asked for comes first."""
    from rich import box
    from rich.table import Table

    from graph.shape import padded
    from server.cli.output import console

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for heading in ("No.", "When (UTC)", "Operation", "Where", "By", "Why"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("No.", "When (UTC)"))
    for one in changes:
        places = sorted(one["municipalities"], key=lambda place: padded(asked.strip().casefold()) not in _called(place))
        names = [place["name"] for place in places]
        where = "all" if not names else ", ".join(names[:2]) + (f" +{len(names) - 2}" if len(names) > 2 else "")
        table.add_row(
            str(one["seq"]),
            one["at"][:16].replace("T", " "),
            one["operation"] + _undone(one),
            where,
            one["actor"],
            one["reason"] or "",
        )
    console().print(table)
    for one in changes:
        _show_facts(one)


def _undone(one: Mapping[str, Any]) -> str:
    """Tell whether a change is undone: the undoing may have been undone, and so on."""
    chain: list[int] = []
    while (one := one.get("undoneBy") or {}) and len(chain) < _LEVELS:
        chain.append(one["seq"])
    if not chain:
        return ""
    if len(chain) == _LEVELS:
        return f" (undone and brought back, see {chain[-1]})"
    return f" (undone by {chain[-1]})" if len(chain) % 2 else f" (undone by {chain[-2]}, brought back by {chain[-1]})"


def _show_facts(one: Mapping[str, Any]) -> None:
    """Print what a change did: ids whole, so that they can be copied."""
    from server.cli.output import console

    effects = one.get("effects", ())
    if effects:
        console().print(f"\nChange {one['seq']}: {one['operation']}", markup=False)
    for effect in effects[:_LISTED]:
        what = effect["after"] or effect["before"] or effect["thing"]
        console().print(f"  {_KINDS[effect['kind']]}: {what['__typename']} {what['id']}", markup=False, soft_wrap=True)
        if said := _said(what):
            console().print(f"    {said}", markup=False)
        if "validFrom" in what:
            was = effect["before"] if effect["after"] else None
            before = f" (was {_span(was)})" if was and _span(was) != _span(what) else ""
            console().print(f"    {_span(what)}{before}", markup=False)
    if len(effects) > _LISTED:
        console().print("  and more", markup=False)


def _called(place: Mapping[str, Any]) -> tuple[str, ...]:
    return str(place["id"]), str(place["code"]), str(place["name"]).casefold()


def _span(fact: Mapping[str, Any]) -> str:
    from server.cli.output import last_day

    end = f"to {last_day(fact['validTo'])}" if fact["validTo"] else last_day(None)
    return f"from {fact['validFrom']} {end}"


def _said(what: Mapping[str, Any]) -> str:
    """Say who and what a fact or a thing is about, as far as people call it something."""
    who = what["holder"]["name"] if "holder" in what else what.get("name", "")
    if "covers" in what:
        who += f" for {what['covers']['name']}"
    about = [what[kind]["title"] for kind in ("role", "task", "from") if kind in what]
    about += [f"to {what['to']['title']}"] if "to" in what else []
    about += [what["municipality"]["name"]] if "municipality" in what else []
    about += [what["state"].lower().replace("_", " ")] if "state" in what else []
    about += [what["title"]] if "title" in what else []
    return ": ".join(part for part in (who, " · ".join(about)) if part)
