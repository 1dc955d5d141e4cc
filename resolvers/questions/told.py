"""Which fields of the answers that Python decides tell of people otherwise than by selecting them: whose look-up that is.

People who are selected as nodes are noted when these are shaped (`graph/shaping.py`); here is what says a name, an address or
whose role it is as text (docs/decisions/0012). By type and field, the attributes of the value object that hold the keys.
"""

from collections.abc import Mapping
from typing import Final

TOLD: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "Reach": {"email": ("holder",), "phone": ("holder",)},
    "Step": dict.fromkeys(("da", "en"), ("named",)),
    "CoverageColumns": {"holders": ("holders",)},
    "MapNode": dict.fromkeys(("id", "label", "sublabel"), ("id",)),
    "MapLine": {"source": ("source",), "target": ("target",)},
    # That anybody of a name is there is told by each of a hit's fields.
    "Hit": dict.fromkeys(("title", "matched", "kind", "fit", "isFormerName"), ("node",)),
}
