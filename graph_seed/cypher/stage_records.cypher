// Lay records ready under a number that no change has, with their arrows.
UNWIND $p.rows AS row
CREATE (n:$(row.label))
SET n = row.properties
WITH n, row
UNWIND row.arrows AS arrow
MATCH (t) WHERE elementId(t) = arrow[1]
CREATE (n)-[:$(arrow[0])]->(t)
