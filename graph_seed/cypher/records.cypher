// Create records with their arrows, the arrow from the change that recorded each, and from the one that closed it where a
// later change of the same loading supersedes it.
UNWIND $p.rows AS row
MATCH (c:Change {seq: row.properties.fromSeq})
CREATE (n:$(row.label))
CREATE (c)-[:RECORDED]->(n)
SET n = row.properties
WITH n, row
OPTIONAL MATCH (later:Change {seq: row.properties.toSeq})
FOREACH (one IN CASE WHEN later IS NULL THEN [] ELSE [later] END | CREATE (one)-[:CLOSED]->(n))
WITH n, row
UNWIND row.arrows AS arrow
MATCH (t) WHERE elementId(t) = arrow[1]
CREATE (n)-[:$(arrow[0])]->(t)
