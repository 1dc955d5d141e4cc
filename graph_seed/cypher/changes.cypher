// Append changes to the log, and move the counter to the last of them. `$p.rows` are their properties, in order.
UNWIND $p.rows AS row
CREATE (c:Change)
SET c = row
WITH max(row.seq) AS last
MATCH (counter:Counter {key: 'counter'})
SET counter.before = counter.seq, counter.seq = last
RETURN last
