// Mark records that are to be closed: [the database's own id, the mark, what it is now]. They are believed until the change is
// shown. One that somebody else has closed is not counted.
UNWIND $p.rows AS row
MATCH (n) WHERE elementId(n) = row[0] AND n.toSeq = row[2]
SET n.toSeq = row[1]
RETURN count(*) AS done
