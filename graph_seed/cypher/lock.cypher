// Take the counter's lock and read the last number, the first statement of every write.
// The key is set to what it is: that takes the node's write lock without reading anything first, so that `seq`, read
// afterwards, is the last one committed (`SET c.seq = c.seq + 0` would depend on the planner for it).
MERGE (c:Counter {key: 'counter'})
  ON CREATE SET c.seq = 0
SET c.key = 'counter'
WITH c
OPTIONAL MATCH (last:Change {seq: c.seq})
RETURN c.seq AS seq, last.at AS at
