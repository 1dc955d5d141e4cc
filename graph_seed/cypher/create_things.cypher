// Create things that are not there yet. Labels are constants of graph/shape.py: `$(…)` makes one plan of what would be
// one for each label, and planning, not writing, is what a small seed waits for.
UNWIND $p.rows AS row
MATCH (c:Change {seq: row.properties.seq})
CREATE (n:$(row.label))
SET n = row.properties
CREATE (c)-[:TOUCHED]->(n)
