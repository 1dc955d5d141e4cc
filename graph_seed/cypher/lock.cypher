// Take the counter's lock and read the last number, the first statement of every write.
// The key is set to what it is: that takes the node's write lock without reading anything first, so that `seq`, read
// afterwards, is the last one committed (`SET c.seq = c.seq + 0` would depend on the planner for it).
// A change that was recorded and not yet shown (graph/announcing.py) is shown here.
OPTIONAL MATCH (lease:Counter {key: 'import'})
MERGE (c:Counter {key: 'counter'})
  ON CREATE SET c.seq = 0
SET c.key = 'counter'
SET c.seq = CASE
  WHEN lease.reveals = c.seq + 1 AND EXISTS { MATCH (:Change {seq: lease.reveals}) } THEN lease.reveals
  ELSE c.seq
END
WITH c
OPTIONAL MATCH (last:Change {seq: c.seq})
RETURN c.seq AS seq, last.at AS at
