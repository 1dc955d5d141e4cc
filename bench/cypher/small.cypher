// One municipality with its assignments, roles and holders. Tried, ms on one connection: titles found once for each role
// 0.9; for each assignment 1.9; assignments by their slot's prefix 1.0, and 10 where the planner chose the index itself.
MATCH (counter:Counter {key: 'counter'}) WITH counter.seq AS seq
MATCH (m:Municipality {code: $p.code})
RETURN [m.code, m.name, COLLECT {
  MATCH (m)<-[:IN]-(a:Assignment) WHERE @valid(a)
  MATCH (a)-[:OF]->(r:Role)
  MATCH (a)-[:HELD_BY]->(h)
  WITH r, collect([a, h]) AS held
  MATCH (r)<-[:NAMES]-(n:Name) WHERE n.kind = 'OFFICIAL' AND @valid(n)
  UNWIND held AS pair
  WITH pair[0] AS a, pair[1] AS h, n
  RETURN [a.validFrom, nullIf(a.validTo, '9999-12-31'), n.title, h.name] AS row ORDER BY a.slot, a.validFrom, a.key
}] AS data
