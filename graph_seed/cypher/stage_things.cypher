// Lay new things ready under a number that no change has; arrows follow, and who brought them.
UNWIND $p.rows AS row
CREATE (n:$(row.label))
SET n = row.properties
