// All municipalities with their assignments, roles and holders. Tried, ms: from the roles, titles found once 25 to 30; each
// municipality by itself as in small.cypher 32; titles for each assignment 118; maps instead of lists add a third.
MATCH (counter:Counter {key: 'counter'}) WITH counter.seq AS seq
MATCH (r:Role)<-[:NAMES]-(n:Name) WHERE r.code > '' AND n.kind = 'OFFICIAL' AND @valid(n)
MATCH (r)<-[:OF]-(a:Assignment) WHERE @valid(a)
MATCH (a)-[:HELD_BY]->(h)
MATCH (a)-[:IN]->(m)
WITH m, a, [a.validFrom, nullIf(a.validTo, '9999-12-31'), n.title, h.name] AS row ORDER BY a.slot, a.validFrom, a.key
WITH m, collect(row) AS rows ORDER BY m.code
RETURN collect([m.code, m.name, rows]) AS data
