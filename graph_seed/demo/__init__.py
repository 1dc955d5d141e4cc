"""Demo data: visibly invented, drawn from a fixed seed, the same whatever the day of loading.

Names begin with "Demo", addresses end in `.example`, telephone numbers begin with the 00 that no Danish number has,
titles of tasks begin with "DEMO", actors with "demo:". It spans 2019-11-01 to 2030-12-31; its changes carry fixed
instants, the last of them on 2026-10-31.
"""

from graph_seed.demo.history import LAST_CHANGE, demo_history

__all__ = ["LAST_CHANGE", "demo_history"]
