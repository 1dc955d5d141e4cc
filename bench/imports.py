"""A large import over HTTP, and what those notice who ask meanwhile.

A workbook of as many new rows as one may have: every municipality × some roles × holders, each a person whom the file
brings. It is sent to a service as a client would send it, and one question (a role in a municipality) is asked at a steady
pace, first alone and then beside the import.
"""

import asyncio
import json
import statistics
from dataclasses import asdict, dataclass
from datetime import date
from time import perf_counter
from typing import Any, Final

import httpx
import uvloop

from bench.database import Running, report
from bench.serving import Served
from graph.driver import Database, Statement
from graph_seed.exchange.limits import LIMITS
from graph_seed.exchange.tables import BY_NAME
from graph_seed.exchange.workbooks import Lists, to_xlsx
from graph_seed.exchange.writing import Table

MOST_SECONDS: Final = 60.0
MOST_TIMES: Final = 2.0
ROLES: Final = (
    "oir-finans-administrator", "oir-debitor-administrator", "oir-finans-kontaktperson", "oir-debitor-kontaktperson",
    "yr-kontaktperson", "infrastrukturansvarlig", "aftalegodkender", "systemansvarlig-bogfoering", "systemansvarlig-opkraevning",
)  # fmt: skip
"""Roles that several people may hold."""
PACE: Final = 0.05
ALONE_SECONDS: Final = 15.0
_QUESTION: Final = """{ responsibility(role: "oir-finans-administrator", municipality: "0825") {
  outcome reach { reachedAs holder { name } email } steps { da } until } }"""
_HEADERS: Final = {
    "X-Rollegalleri-Import": "1",
    "content-type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """What was seen: seconds from the first byte sent to the answer, and the milliseconds of questions."""

    rows: int
    seconds: float
    alone: float
    alone_p99: float
    beside: float
    beside_p99: float
    worst: float

    @property
    def passes(self) -> bool:
        """Tell whether both limits are kept."""
        return self.seconds <= MOST_SECONDS and self.beside_p99 <= MOST_TIMES * self.alone_p99

    @property
    def lines(self) -> str:
        """Say it."""
        return (
            f"{self.rows} new rows of .xlsx: {self.seconds:.1f} s (≤ {MOST_SECONDS:.0f}), {self.rows / self.seconds:.0f} rows a second\n"
            f"Questions beside it: median {self.alone:.1f} → {self.beside:.1f} ms, 99 of 100 within {self.alone_p99:.1f} → "
            f"{self.beside_p99:.1f} ms ({self.beside_p99 / self.alone_p99:.1f} ×, ≤ {MOST_TIMES:.0f} ×), at worst {self.worst:.0f} ms"
        )

    def as_json(self) -> dict[str, Any]:
        """Give it for the file of results."""
        return asdict(self) | {"passes": self.passes}


def measure(running: Running, rows: int = LIMITS.rows) -> Imported:
    """Make the workbook, start a service, ask, import."""
    return uvloop.run(_measure(running, rows))


async def _measure(running: Running, rows: int) -> Imported:
    async with await Database.connect(running.uri, running.username, running.password) as database:
        found = await database.read(Statement("bench", "MATCH (m:Municipality) RETURN m.code AS code ORDER BY code"))
    data = workbook([row["code"] for row in found], rows)
    report(f"A workbook of {rows} rows, {len(data) / 1e6:.1f} MB")
    with Served("operator", running) as served:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{served.port}", timeout=300) as client:
            await client.get("/exchange/assignments.csv")  # a service plans its statement when it starts
            await ask(client, asyncio.create_task(asyncio.sleep(ALONE_SECONDS)))  # warm
            alone = await ask(client, asyncio.create_task(asyncio.sleep(ALONE_SECONDS)))
            began = perf_counter()
            importing = asyncio.create_task(
                client.post("/exchange/import?file=map.xlsx", content=data, headers=_HEADERS)
            )
            beside = await ask(client, importing)
            seconds = perf_counter() - began
            answer = importing.result()
            if answer.status_code != 200 or not answer.json()["change"]:
                raise RuntimeError(f"the import was answered {answer.status_code}: {answer.text[:500]}")
    return Imported(
        rows, seconds, statistics.median(alone), p99(alone), statistics.median(beside), p99(beside), max(beside)
    )


async def ask(client: httpx.AsyncClient, until: "asyncio.Future[Any]") -> list[float]:
    """Ask at the pace until something is done; give the milliseconds of each answer, from when it was to be asked."""
    took: list[float] = []
    body = json.dumps({"query": _QUESTION})
    due = perf_counter()
    while not until.done():
        answer = await client.post("/graphql", content=body, headers={"content-type": "application/json"})
        if answer.status_code != 200 or "errors" in answer.json():
            raise RuntimeError(f"a question was answered {answer.status_code}: {answer.text[:500]}")
        took.append((perf_counter() - due) * 1000)
        due += PACE
        await asyncio.sleep(max(0.0, due - perf_counter()))
    return took


def p99(took: list[float]) -> float:
    return statistics.quantiles(took, n=100)[98]


def workbook(codes: list[str], rows: int) -> bytes:
    """Make `rows` assignments, all new, of people who are new; at most 60 of one role in one municipality."""
    columns = [column.name for column in BY_NAME["assignments"].columns]
    first = date(2031, 1, 1).isoformat()
    table = []
    for number in range(rows):
        place, rest = number % len(codes), number // len(codes)
        role, person = rest % len(ROLES), rest // len(ROLES)
        who = f"{codes[place]}-{person}"
        said = {
            "municipality": codes[place], "role": ROLES[role], "holder_name": f"Demo Prøve {who}",
            "holder_email": f"demo.proeve.{who}@kommune.example", "first_day": first,
        }  # fmt: skip
        table.append({column: said.get(column) for column in columns})
    return to_xlsx([Table(BY_NAME["assignments"], table)], Lists())
