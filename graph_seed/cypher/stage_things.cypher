// Lay new things ready under a number that no change has; arrows follow, and who brought them. Gives key and the database's own id of each.
UNWIND $p.rows AS row
CREATE (n:$(row.label))
SET n = row.properties
RETURN count(*) AS done, collect([n.key, elementId(n)]) AS brought
