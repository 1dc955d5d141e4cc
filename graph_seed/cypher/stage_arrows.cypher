// Draw the arrows of things that were laid ready: [from, type, to], by the database's own ids.
UNWIND $p.rows AS row
MATCH (a) WHERE elementId(a) = row[0]
MATCH (b) WHERE elementId(b) = row[2]
CREATE (a)-[:$(row[1])]->(b)
RETURN count(*) AS done
