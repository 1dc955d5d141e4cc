// The last record of each fact of the kinds that the reference files speak of, but the demo's, with the actor of its last
// change: of the one that wrote it, or, where it is no longer believed, of the one that closed it.
MATCH (n:Name|Definition|Escalation|Terms|Addressing|Requirement|Agreement)
WHERE n.origin <> 'demo'
WITH n ORDER BY n.fromSeq DESC
WITH n.key AS key, head(collect(n)) AS n
OPTIONAL MATCH (c:Change {seq: CASE WHEN n.toSeq = $p.open THEN n.fromSeq ELSE n.toSeq END})
RETURN key, elementId(n) AS id, labels(n)[0] AS label, properties(n) AS properties, c.actor AS actor,
       [(n)-[r]->(t) | [type(r), t.key]] AS arrows
