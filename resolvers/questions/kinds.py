"""What kinds of things can be found and drawn: the label of each, and what the API calls it."""

from collections.abc import Mapping
from typing import Final

KINDS: Final[Mapping[str, str]] = {
    "Person": "PERSON",
    "Mailbox": "MAILBOX",
    "Role": "ROLE",
    "Municipality": "MUNICIPALITY",
    "Vendor": "VENDOR",
    "ErpSystem": "ERP_SYSTEM",
    "ItSystem": "IT_SYSTEM",
    "Project": "PROJECT",
    "Task": "TASK",
}
"""Labels and the values of the enum `ThingKind`."""
LABELS: Final = {kind: label for label, kind in KINDS.items()}
