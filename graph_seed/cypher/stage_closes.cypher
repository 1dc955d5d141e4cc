// Mark records that are to be closed: [the database's own id, the mark]. They are believed until the change is shown.
UNWIND $p.rows AS row
MATCH (n) WHERE elementId(n) = row[0]
SET n.toSeq = row[1]
