// The facts behind nine roles in every municipality. The state needs who holds on the date or begins up to $p.near (a
// vacancy until then is EXPIRING), and where nobody holds whoever begins at all; who stands in, and what is vacant on
// purpose, up to $p.near. Where another role carries one, the municipality's carriers. Forms as tried for task.cypher.
MATCH (counter:Counter {key: 'counter'}) WITH counter.seq AS seq,
  COLLECT { MATCH (m:Municipality) WHERE m.code > '' RETURN m ORDER BY m.code } AS places
WITH *, COLLECT { UNWIND places AS m UNWIND $p.roles AS role RETURN m.code + '|' + role } AS first
WITH *, COLLECT {
  MATCH (t:Translation) WHERE t.slot IN first AND @known(t) AND t.validTo > $p.at AND t.validFrom <= $p.near
  MATCH (t)-[:CARRIED_BY]->()
  RETURN DISTINCT left(t.slot, 4)
} AS codes
WITH *, first + COLLECT {
  UNWIND codes AS code
  MATCH (t:Translation) WHERE t.slot STARTS WITH code + '|' AND @known(t) AND t.validTo > $p.at
  MATCH (t)-[:CARRIED_BY]->(by) WHERE NOT by.key IN $p.roles
  RETURN DISTINCT code + '|' + by.key
} AS slots
RETURN [[m IN places | [m.key, m.code, m.name]], COLLECT {
  UNWIND slots AS slot
  MATCH (a:Assignment {slot: slot}) WHERE @known(a) AND a.validTo > $p.at
  WITH slot, collect(a) AS later
  UNWIND CASE WHEN any(a IN later WHERE a.validFrom <= $p.at) THEN [a IN later WHERE a.validFrom <= $p.near]
    ELSE later END AS a
  MATCH (a)-[:HELD_BY]->(h)
  WITH h, collect([slot, a.key, a.validFrom, a.validTo]) AS rows
  RETURN [h.key, h.name, h.contactKinds, h.contactValues, rows]
}, COLLECT {
  MATCH (s:StandIn) WHERE s.slot IN slots AND @known(s) AND s.validTo > $p.at AND s.validFrom <= $p.near
  MATCH (s)-[:HELD_BY]->(h)
  MATCH (s)-[:FOR]->(f)
  RETURN [s.slot, s.key, f.key, h.key, s.validFrom, s.validTo, h.name, h.contactKinds, h.contactValues]
}, COLLECT {
  MATCH (v:Vacancy) WHERE v.slot IN slots AND @known(v) AND v.validTo > $p.at AND v.validFrom <= $p.near
  RETURN [v.slot, v.key, v.reason, v.validFrom, v.validTo]
}, COLLECT {
  MATCH (t:Translation) WHERE t.slot IN slots AND @known(t) AND t.validTo > $p.at AND t.validFrom <= $p.near
  RETURN [t.slot, t.key, t.title, t.unit, head([(t)-[:CARRIED_BY]->(by) | by.key]), t.validFrom, t.validTo]
}] AS data
