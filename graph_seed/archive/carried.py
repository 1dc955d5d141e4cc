"""What a document carries, derived from the shape: things, records of facts, the log, and all arrows between them.

A document has three sections. `changes` is the log, in the order of its numbers; then `things`, by label and key; then
`records`, by label, key and `fromSeq`. An arrow stands with the node that it leaves, but for those that leave a change and
lead to a thing or a record: of these a change may have thousands, so they stand with what they lead to, as `log`.
"""

from __future__ import annotations

from typing import Final

from graph.shape import ARROWS, BESIDE, BY_NAME, FACTS, LABELS, THINGS, Arrow

LOG: Final = "Change"
OWN: Final = BESIDE | {"Counter", "Erased"}
"""The database's own. Beside what is no part of the map, the counter, which is the document's `seq`, and who was erased, which outlives a
restore as who was looked up does: neither written nor replaced (docs/decisions/0012)."""
SECTIONS: Final = ("changes", "things", "records")

OUT: Final[dict[tuple[str, str], Arrow]] = {
    (arrow.source, arrow.type): arrow
    for arrow in ARROWS
    if arrow.source != LOG or any(BY_NAME[target].kind == "log" for target in arrow.targets)
}
"""Arrows that stand with the node that they leave, by its label and their type."""
IN: Final[dict[tuple[str, str], Arrow]] = {
    (target, arrow.type): arrow for arrow in ARROWS if arrow.source == LOG for target in arrow.targets if target != LOG
}
"""Arrows of the log that stand with what they lead to, by its label and their type."""
LOGGED: Final = "|".join(sorted({kind for _, kind in IN}))
"""Their types, as a pattern: without it the thousands of records that point at a role would be looked at too."""
TOUCHES: Final = "|".join(sorted({kind for target, kind in IN if target in THINGS}))
"""The types of arrows that lead from a change to the things that it created or edited."""


def _check() -> None:
    """Refuse a declaration that a document could not carry. Raises `LookupError` when the program starts."""
    for label in LABELS:
        if label.kind == "log" and label.name not in OWN | {LOG}:
            raise LookupError(f"{label.name} is a label of the log that no document carries: say here how, or why not")
    for arrow in ARROWS:
        facts = set(arrow.targets) & set(FACTS)
        if arrow.source != LOG and facts:
            raise LookupError(f"({arrow.source})-[:{arrow.type}]-> leads to records, whose key alone does not name one")
        if arrow.source == LOG and LOG in arrow.targets and len(arrow.targets) > 1:
            raise LookupError(f"({arrow.source})-[:{arrow.type}]-> leads to the log and elsewhere: make them two types")


_check()
