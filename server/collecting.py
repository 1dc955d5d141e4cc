"""The garbage collector's rhythm, for a service that makes many small objects for each answer and keeps none of them."""

import gc
from typing import Final

THRESHOLDS: Final = (50_000, 20, 50)
"""A whole country's answer makes some 40,000 objects that reference counting frees by itself. With Python's own 700 the
collector looked through them again and again: up to a third of the processor time of the largest answers when it was
measured; with these it does not run at all while such an answer is made."""


def settle() -> None:
    """Leave what the start has made out of all later collections, and collect more seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
