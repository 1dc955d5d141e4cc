// End the recorded time of facts' last records at the number of the change that supersedes (or takes back) each. `id` is
// the record's, found when the files were compared with the graph, under the same lock.
UNWIND $p.rows AS row
MATCH (n) WHERE elementId(n) = row.id
MATCH (c:Change {seq: row.seq})
SET n.toSeq = row.seq
CREATE (c)-[:CLOSED]->(n)
