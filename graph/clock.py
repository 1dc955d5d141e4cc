"""Which change a read is a snapshot at: the last one that is there whole.

The database is read committed, and applies a commit piece by piece in view of readers: first what nodes and relationships
hold, then the indexes. So a reader may find the counter at a number whose records the indexes do not have yet (measured with
a writer without pause: 19 of 1,756 reads saw a half). The log's own entry is found by an index, too: a change counts when it is
found there. Until then a read is a snapshot at the commit before, `counter.before`; after that commit was done its writer
gave the lock away, and so it is whole (0 of 1,698).

What one transaction writes by the thousand takes the indexes a while; it is kept back until all is there
(`graph.announcing`).
"""

from typing import Final

NOW: Final = """\
WITH counter.seq AS last, counter.before AS before, coalesce(counter.moved, 0) AS moved
WITH CASE WHEN EXISTS { MATCH (:Change {seq: last}) } THEN last ELSE coalesce(before, last, 0) END AS now, moved"""
"""The lines that give the number as `now`, after `counter` was matched: the counter node, or null where nothing was ever recorded.

`moved` is the instant (ms) at which the map last became another one under a number that it had: a backup took its place, or a long write
was recorded, whose edits are seen before its number is. Where both are the same, an answer is (docs/decisions/0014).

Each property is read once: read again, it may be a later one.
"""
