// Write things anew that are there: what they no longer have is null in `properties` and goes, and so do all arrows that
// leave them; the next statement draws those that they have now. `id` is the database's own, found by keys.cypher.
UNWIND $p.rows AS row
MATCH (n) WHERE elementId(n) = row.id
MATCH (c:Change {seq: row.properties.seq})
SET n += row.properties
CREATE (c)-[:TOUCHED]->(n)
WITH n
MATCH (n)-[old]->()
DELETE old
