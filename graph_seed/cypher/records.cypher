// Create records with their arrows, and the arrow from the change that recorded each.
UNWIND $p.rows AS row
MATCH (c:Change {seq: row.properties.fromSeq})
CREATE (n:$(row.label))
CREATE (c)-[:RECORDED]->(n)
SET n = row.properties
WITH n, row
UNWIND row.arrows AS arrow
MATCH (t) WHERE elementId(t) = arrow[1]
CREATE (n)-[:$(arrow[0])]->(t)
