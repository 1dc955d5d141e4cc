// Written by `python -m graph.migrations --write` from graph/shape.py. Once released, never changed.
CREATE INDEX look_actor IF NOT EXISTS FOR (n:Look) ON (n.actor);
