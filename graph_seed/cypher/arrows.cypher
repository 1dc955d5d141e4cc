// Draw arrows between things. Types are constants of graph/shape.py; `protocol` is null but for INTEGRATES.
UNWIND $p.rows AS row
MATCH (a) WHERE elementId(a) = row.from
MATCH (b) WHERE elementId(b) = row.to
CREATE (a)-[r:$(row.type)]->(b)
SET r.protocol = row.protocol
