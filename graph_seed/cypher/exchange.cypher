// The map as files of it need it, in one snapshot: at the last change, or at the last one known at an instant. Rows come in
// lists, one for each municipality: single records are dear. `since` leaves out facts that have ended by
// that day ('' leaves out none), `places` (and `folded`, the same as names are compared)
// keeps to some municipalities (none named: all), `all` has the people of all
// municipalities, who are needed where somebody is to be found. Reports of wrong contacts are those about people of the
// municipalities, wherever they were made: a new address settles them. What was said to be right is needed, too, where rows
// are held against it.
OPTIONAL MATCH (counter:Counter {key: 'counter'})
NOW
WITH CASE $p.known
  WHEN '' THEN now
  ELSE coalesce(head(COLLECT {
    MATCH (c:Change) WHERE c.at <= $p.known AND c.seq <= now RETURN c.seq ORDER BY c.at DESC, c.seq DESC LIMIT 1
  }), 0)
END AS seq
WITH seq, COLLECT {
  MATCH (m:Municipality)
  WHERE m.code IN $p.places OR m.key IN $p.places OR EXISTS {
    MATCH (m)<-[:NAMES]-(a:Name) WHERE a.folded IN $p.folded AND a.fromSeq <= seq AND a.toSeq > seq
  }
  RETURN m.key
} AS places
CALL (seq, places) {
  MATCH (n:Role|ErpSystem|Task|Municipality) WHERE n.fromSeq <= seq
  RETURN collect([elementId(n), labels(n)[0], properties(n), []]) AS things, [] AS facts
  UNION ALL
  MATCH (n:Name|Definition|Escalation|Terms) WHERE n.fromSeq <= seq AND n.toSeq > seq
  RETURN [] AS things, collect([elementId(n), labels(n)[0], properties(n), [(n)-[r]->(t) | [type(r), t.key]]]) AS facts
  UNION ALL
  MATCH (m:Municipality) WHERE size($p.places) = 0 OR m.key IN places
  CALL (m, seq) {
    MATCH (m)<-[:IN]-(n:Assignment|StandIn|Vacancy|Translation|Progress|Report)
    WHERE n.fromSeq <= seq AND n.toSeq > seq AND n.validTo > $p.since
    RETURN n
    UNION ALL
    MATCH (m)<-[:IN]-(n:Confirmation) WHERE $p.all AND n.fromSeq <= seq AND n.toSeq > seq
    RETURN n
    UNION ALL
    MATCH (m)<-[:BY]-(n:Usage) WHERE n.fromSeq <= seq AND n.toSeq > seq AND n.validTo > $p.since
    RETURN n
  }
  WITH m, collect([elementId(n), labels(n)[0], properties(n), [(n)-[r]->(t) | [type(r), t.key]]]) AS facts
  RETURN [] AS things, facts
  UNION ALL
  MATCH (m:Municipality)<-[:BELONGS_TO]-()<-[:ABOUT]-(n:Report)-[:IN]->(at) WHERE m.key IN places AND NOT at.key IN places
    AND n.fromSeq <= seq AND n.toSeq > seq AND n.validTo > $p.since
  RETURN [] AS things, collect([elementId(n), labels(n)[0], properties(n), [(n)-[r]->(t) | [type(r), t.key]]]) AS facts
  UNION ALL
  MATCH (n:Person|Mailbox) WHERE n.fromSeq <= seq
  OPTIONAL MATCH (n)-[:BELONGS_TO]->(m:Municipality)
  WITH n, m, places WHERE $p.all OR size($p.places) = 0 OR m.key IN places OR EXISTS {
    MATCH (n)<-[:HELD_BY|FOR]-(f)-[:IN]->(at:Municipality)
    WHERE at.key IN places AND f.fromSeq <= seq AND f.toSeq > seq AND f.validTo > $p.since
  }
  WITH m, collect([elementId(n), labels(n)[0], properties(n), [(n)-[r:BELONGS_TO|MERGED_INTO]->(t) | [type(r), t.key]]]) AS things
  RETURN things, [] AS facts
}
RETURN seq, things, facts
