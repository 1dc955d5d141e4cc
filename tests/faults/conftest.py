"""How long the tests of faults are: short within the whole suite, in full by `make test-faults`."""

from __future__ import annotations

import os

from tests.changes.conftest import change
from tests.contract.conftest import ask, garden, seeded

__all__ = ["ask", "change", "garden", "seeded"]

FULL = os.environ.get("ROLLEGALLERI_FAULTS") == "full"
