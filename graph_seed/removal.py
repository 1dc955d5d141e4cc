"""Ending demo mode: what the demo brought goes, and with it what was since said of its people; the log stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from graph.announcing import write
from graph.driver import Database, Statement, Transaction
from graph.model import Change
from graph.recording import instant_after
from graph.shape import FACTS
from graph_seed.writer import PATIENCE, take_lock, write_changes

ROWS: Final = 20_000
"""Nodes of one transaction: what a transaction deletes is held in memory until it commits."""
_MARKS: Final = (
    ("Person", "n.demo"),
    ("Mailbox", "n.demo"),
    ("Task", "n.demo"),
    ("Project", "n.code STARTS WITH 'demo-'"),
    ("Municipality", "n.code CONTAINS '-'"),
)
"""How the things of the demo are told from others; codes with a hyphen are those of copies made for measuring."""


async def remove_demo(database: Database, report: Callable[[str], None]) -> int:
    """Remove all demo data and give the number of nodes that went. The numbers of its changes are not given again."""
    gone = 0
    while removed := await write(database, _part, name="remove demo", seconds=120.0, patience=PATIENCE):
        gone += removed
        report(f"Demo data: {gone} nodes removed")
    return gone


async def _part(transaction: Transaction) -> int:
    log = await take_lock(transaction)
    gone = 0
    for label in FACTS:
        gone += await _delete(transaction, f"MATCH (n:{label} {{origin: 'demo'}})", ROWS - gone)
    for label, mark in _MARKS:
        # Records of anybody that point at a thing of the demo say something of what does not exist.
        gone += await _delete(
            transaction,
            f"MATCH (t:{label}) WHERE {mark.replace('n.', 't.')} MATCH (n)-->(t)",
            ROWS - gone,
            "n.validFrom IS NOT NULL",
        )
        gone += await _delete(transaction, f"MATCH (n:{label}) WHERE {mark}", ROWS - gone)
    if gone:
        at = instant_after(log.at, dt.datetime.now(dt.UTC))
        await write_changes(transaction, [Change(at, "demo:seed", "remove demo")], log, "demo")
    return gone


async def _delete(transaction: Transaction, match: str, limit: int, only: str = "true") -> int:
    if limit <= 0:
        return 0
    text = f"{match} WITH DISTINCT n WHERE {only} LIMIT $p.limit DETACH DELETE n RETURN count(*) AS gone"
    (record,) = await transaction.run(Statement("remove demo", text, {"limit": limit}))
    return int(record["gone"])
