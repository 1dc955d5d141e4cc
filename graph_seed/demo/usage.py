"""Which ERP system each municipality uses for finance and collection; invented, but that København has its own."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Arrow, Record, fact_key
from graph_seed.demo.draw import Draw, day, text
from graph_seed.demo.people import Place
from graph_seed.demo.roles import FIRST_DAY, OPEN

_SYSTEMS = ("opus", "opus", "opus", "opus", "oes-indsigt", "oes-indsigt", "prisme", "prisme")


def usages(place: Place) -> Iterator[Record]:
    """Draw a municipality's use over time: some use another system for collection, some change at a new year."""
    draw = Draw("usage", place.code)
    if place.code == "0101":
        for domain in ("FINANS", "DEBITOR"):
            yield _usage(place, domain, "koebenhavns-kommune", (FIRST_DAY, OPEN), 0)
        return
    finance = draw.one(_SYSTEMS)
    collection = draw.other(_SYSTEMS, finance) if draw.chance(0.15) else finance
    change = day(f"{draw.between(2021, 2029)}-01-01") if draw.chance(0.2) else OPEN
    for domain, system in (("FINANS", finance), ("DEBITOR", collection)):
        yield _usage(place, domain, system, (FIRST_DAY, change), 0)
        if change != OPEN:
            yield _usage(place, domain, draw.other(_SYSTEMS, system), (change, OPEN), 1)


def _usage(place: Place, domain: str, system: str, valid: tuple[int, int], number: int) -> Record:
    arrows = (Arrow("BY", place.key), Arrow("OF", f"erpSystem:{system}"))
    key = fact_key("Usage", place.code, domain, number)
    return Record("Usage", key, text(valid[0]), text(valid[1]), {"domain": domain}, arrows)
